/**
 * The powder lines of a structure: position and integrated intensity.
 *
 *   I ∝ m |F|² L P,  L = 1/(sin²θ cosθ),  P = (1 + cos²2θ)/2
 *
 * m multiplicity, L the Lorentz factor of a powder ring, P the polarisation averaged over the whole ring (the linear part of a
 * synchrotron beam averages out over azimuth). Monochromatic beam, thin sample in transmission: absorption, extinction and
 * texture are left out. Where the pattern is already corrected for polarisation, as integration does by default, say so.
 * (Int. Tables C, 6.2.) Intensities are relative: the strongest line is 100 %.
 */
import type { Notice } from "../errors.ts";
import { ThioscopeError } from "../errors.ts";
import { CONSTANTS } from "../units/constants.ts";
import { type NotComputable, type Quantity, quantity } from "../units/quantity.ts";
import { dSpacing, twoThetaDegree } from "./cell.ts";
import type { Indices } from "./extinction.ts";
import { LARGEST_S } from "./formFactor.ts";
import { listReflections, type Reflection } from "./reflections.ts";
import type { Structure } from "./structure.ts";
import { type DispersionChoice, structureFactors } from "./structureFactor.ts";

export interface PowderOptions {
  readonly wavelengthAngstrom: number;
  /** smallest d in Å; default: what 2θ ≤ twoThetaMaxDegree reaches */
  readonly dMinAngstrom?: number;
  /** largest 2θ in degrees; default 8, the edge of a detector at high energy, or 90 above 0.5 Å */
  readonly twoThetaMaxDegree?: number;
  /** default: the table at this wavelength */
  readonly dispersion?: DispersionChoice;
  /** "ring" (default) or "corrected": the pattern is already corrected for polarisation */
  readonly polarisation?: "ring" | "corrected";
}

export interface PowderLine {
  /** families that coincide exactly (333 and 511 of a cubic cell), the first names the line */
  readonly families: readonly { hkl: Indices; multiplicity: number; structureFactorSquared: Quantity | NotComputable }[];
  readonly multiplicity: number;
  readonly d: Quantity;
  readonly twoTheta: Quantity;
  /** % of the strongest line */
  readonly intensity: Quantity | NotComputable;
  /** Σ m |F|² L P in electrons² per cell: comparable between lines and, per cell volume squared, between phases */
  readonly integrated: Quantity | NotComputable;
}

export interface PowderPattern {
  readonly wavelength: Quantity;
  /** by rising angle */
  readonly lines: readonly PowderLine[];
  /** allowed by the space group, yet without intensity because of where the atoms sit (222 of silicon) */
  readonly vanishing: readonly Reflection[];
  readonly extinct: readonly Reflection[];
  readonly notices: readonly Notice[];
}

/** Atoms times reflections: some ten seconds of work. */
const MOST_TERMS = 3e8;
/** Two d are one line where 1/d² agrees to this: rounding, far below any cell's accuracy. */
const SAME_LINE = 1e-9;
/** Below this share of the strongest line an intensity is the rounding of phases that cancel. */
const VANISHING = 1e-12;
const RADIAN = Math.PI / 180;

/** INVALID_INPUT for a wavelength or a range that no reflection can meet. */
export function powderLines(structure: Structure, options: PowderOptions): PowderPattern {
  const { wavelengthAngstrom: lambda } = options;
  if (!(lambda > 0.01 && lambda < 10)) throw new ThioscopeError("INVALID_INPUT", `wavelength ${lambda} Å: allowed are 0.01 to 10 Å`);
  const dMin = smallestSpacing(options);
  const { allowed, extinct } = listReflections(structure.cell, structure.group, dMin);
  const choice = options.dispersion ?? { energyKeV: energyKeV(lambda) };
  const factors = structureFactors(structure, choice);
  const terms = "notComputable" in factors ? 0 : allowed.length * factors.atoms.count;
  if (terms > MOST_TERMS) {
    const size = `${allowed.length} reflections of ${terms / allowed.length} atoms`;
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${size} down to ${Number(dMin.toPrecision(4))} Å: choose a larger smallest d or a smaller largest 2θ`,
    );
  }
  const groups: Reflection[][] = [];
  for (const reflection of allowed) {
    const last = groups.at(-1);
    if (last && Math.abs((last[0]!.dAngstrom / reflection.dAngstrom) ** 2 - 1) < SAME_LINE) last.push(reflection);
    else groups.push([reflection]);
  }
  const raw = groups.map((families) => {
    const theta = Math.asin(lambda / (2 * families[0]!.dAngstrom));
    const squares = families.map((f) => ("notComputable" in factors ? null : factors.squared(f.hkl)));
    const strength = squares.reduce<number>((sum, square, i) => sum + (square ?? 0) * families[i]!.multiplicity, 0);
    return { families, squares, integrated: strength * geometry(theta, options.polarisation ?? "ring") };
  });
  const strongest = raw.reduce((max, line) => Math.max(max, line.integrated), 0);
  const isVanishing = (integrated: number): boolean => !("notComputable" in factors) && integrated < VANISHING * strongest;
  const vanishing = raw.flatMap((line) => (isVanishing(line.integrated) ? line.families : []));
  const lines = raw
    .filter((line) => !isVanishing(line.integrated))
    .map(({ families, squares, integrated }): PowderLine => {
      const d = dSpacing(structure.cell, families[0]!.hkl);
      const unknown = "notComputable" in factors ? factors : null;
      return {
        families: families.map(({ hkl, multiplicity }, i) => ({
          hkl,
          multiplicity,
          structureFactorSquared: unknown ?? quantity(squares[i]!, "1"),
        })),
        multiplicity: families.reduce((sum, f) => sum + f.multiplicity, 0),
        d,
        twoTheta: angleOf(d, lambda),
        intensity: unknown ?? quantity(strongest > 0 ? (100 * integrated) / strongest : 0, "%"),
        integrated: unknown ?? quantity(integrated, "1"),
      };
    });
  const notices = [...structure.notices, ...("notComputable" in factors ? [] : factors.notices)];
  if (options.dMinAngstrom !== undefined && dMin > options.dMinAngstrom * (1 + 1e-9)) {
    const message = `d down to ${options.dMinAngstrom} Å was asked for; at ${lambda} Å and within the angles asked for, lines reach ${Number(dMin.toPrecision(5))} Å`;
    notices.push({ code: "range-shortened", message });
  }
  return { wavelength: quantity(lambda, "Å"), lines, vanishing, extinct, notices };
}

function smallestSpacing({ wavelengthAngstrom: lambda, dMinAngstrom, twoThetaMaxDegree }: PowderOptions): number {
  const widest = twoThetaMaxDegree ?? (dMinAngstrom === undefined ? (lambda < 0.5 ? 8 : 90) : 180);
  if (!(widest > 0 && widest <= 180))
    throw new ThioscopeError("INVALID_INPUT", `largest 2θ ${widest} degrees: allowed are more than 0 to 180`);
  if (dMinAngstrom !== undefined && !(dMinAngstrom > 0))
    throw new ThioscopeError("INVALID_INPUT", `smallest d ${dMinAngstrom} Å: it must be above 0`);
  const reach = lambda / (2 * Math.sin((widest / 2) * RADIAN));
  const asked = Math.max(dMinAngstrom ?? 0, reach);
  // at θ = 90° the Lorentz factor has no limit
  const least = Math.max((lambda / 2) * (1 + 1e-6), 1 / (2 * LARGEST_S));
  return Math.max(asked, least);
}

/** Photon energy in keV of a wavelength in Å. */
export function energyKeV(wavelengthAngstrom: number): number {
  return (CONSTANTS.planck * CONSTANTS.lightSpeed * 1e7) / (wavelengthAngstrom * CONSTANTS.elementaryCharge);
}

function geometry(theta: number, polarisation: "ring" | "corrected"): number {
  const lorentz = 1 / (Math.sin(theta) ** 2 * Math.cos(theta));
  return polarisation === "ring" ? (lorentz * (1 + Math.cos(2 * theta) ** 2)) / 2 : lorentz;
}

/** 2θ with the error of d: δ(2θ) = 2 tanθ δd/d. */
function angleOf(d: Quantity, lambda: number): Quantity {
  const angle = twoThetaDegree(d.value, lambda);
  const sigma = d.sigma === null ? null : (2 * Math.tan((angle / 2) * RADIAN) * (d.sigma / d.value)) / RADIAN;
  return { value: angle, sigma, unit: "deg" };
}

/**
 * The lines of a phase as a refinement takes them: indices, what of their strength the structure gives, and which numbers of the cell may move.
 *
 *   strength = L P Σ_families m |F|² O(r)
 *   O(r) = ⟨(r² cos²α + sin²α/r)^(−3/2)⟩,  α between a reflection's normal and the axis of texture, mean over its equivalents
 *
 * O is March's distribution of plates (r < 1 of reflection geometry) or needles (Dollase, J. Appl. Cryst. 19, 267, 1986); r = 1 is no texture. Mass fractions:
 * w_p ∝ S_p M_p V_p, M_p and V_p mass and volume of the cell (Hill and Howard, J. Appl. Cryst. 20, 467, 1987).
 */
import { ATOMIC_WEIGHTS } from "../chemistry/elements.ts";
import { type CellParameters, unitCell } from "../crystal/cell.ts";
import type { Indices } from "../crystal/extinction.ts";
import { energyKeV, powderLines } from "../crystal/powder.ts";
import { expandSites, type Structure } from "../crystal/structure.ts";
import { structureFactors } from "../crystal/structureFactor.ts";
import { ThioscopeError } from "../errors.ts";
import { type Answer, quantity } from "../units/quantity.ts";

export interface PhaseLines {
  structure: Structure;
  hkl: Indices[];
  /** m |F|² L P at the start's angles; 1 where intensities are free */
  strength: Float64Array;
  /** parameters of the cell that may move, each with those tied to it */
  moves: readonly (readonly number[])[];
  /** Lorentz and polarisation factors, and the families of each line */
  geometry: Float64Array;
  families: readonly (readonly { hkl: Indices; multiplicity: number; square: number }[])[];
}

export interface LineOptions {
  wavelengthAngstrom: number;
  method: "pawley" | "rietveld";
  polarisation?: "ring" | "corrected";
}

/** Lines between two angles and half a degree beyond. INVALID_INPUT by Rietveld for a phase without atoms. */
export function linesOf(
  structure: Structure,
  { wavelengthAngstrom, method, polarisation }: LineOptions,
  from: number,
  to: number,
): PhaseLines {
  const { lines } = powderLines(structure, {
    wavelengthAngstrom,
    twoThetaMaxDegree: Math.min(179, to + 0.5),
    ...(polarisation ? { polarisation } : {}),
  });
  const inside = lines.filter(({ twoTheta }) => twoTheta.value > from - 0.5);
  if (method === "rietveld" && inside.some(({ integrated }) => "notComputable" in integrated))
    throw new ThioscopeError("INVALID_INPUT", `${structure.name} has no atoms: its lines can be fitted by Pawley's method alone`);
  const strength = Float64Array.from(inside, ({ integrated }) => (method === "rietveld" && "value" in integrated ? integrated.value : 1));
  const families = inside.map((line) =>
    line.families.map(({ hkl, multiplicity, structureFactorSquared: f2 }) => ({ hkl, multiplicity, square: "value" in f2 ? f2.value : 0 })),
  );
  return {
    structure,
    hkl: inside.map((line) => line.families[0]!.hkl),
    strength,
    moves: movesOf(structure),
    geometry: strength.map((value, i) => value / families[i]!.reduce((sum, { multiplicity, square }) => sum + multiplicity * square, 0)),
    families,
  };
}

/** Lengths, and angles that no symmetry fixes, in groups that are one number. */
function movesOf({ cell }: Structure): number[][] {
  const groups = [
    ...cell.tied.map((group) => [...group]),
    ...[0, 1, 2, 3, 4, 5].filter((p) => !cell.tied.some((g) => g.includes(p))).map((p) => [p]),
  ];
  // right angles and those of 120 degrees are the symmetry's
  return groups.filter((group) => group[0]! < 3 || !group.every((p) => [90, 120].includes(cell.parameters[p]!)));
}

/** 1/d², Å⁻², by the metric of the reciprocal cell (3 × 3). */
export const inverseSquare = (r: ArrayLike<number>, [h, k, l]: Indices): number =>
  r[0]! * h * h + r[4]! * k * k + r[8]! * l * l + 2 * (r[1]! * h * k + r[2]! * h * l + r[5]! * k * l);

/** cos²α of every equivalent of every family, line by line: what texture along an axis needs. */
export function textureAngles({ structure, families }: PhaseLines, axis: Indices): readonly (readonly Float64Array[])[] {
  const g = structure.cell.reciprocal;
  const length = inverseSquare(g, axis);
  if (!(length > 0)) throw new ThioscopeError("INVALID_INPUT", `texture along ${axis.join(" ")}: the axis must not be 0 0 0`);
  const product = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
    let sum = 0;
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) sum += g[3 * i + j]! * a[i]! * b[j]!;
    return sum;
  };
  return families.map((line) =>
    line.map(({ hkl }) =>
      Float64Array.from(structure.group.operations, ({ rotation: r }) => {
        // indices go with the transposed rotation
        const own = [0, 1, 2].map((j) => hkl[0] * r[j]! + hkl[1] * r[3 + j]! + hkl[2] * r[6 + j]!);
        return product(own, axis) ** 2 / (product(own, own) * length);
      }),
    ),
  );
}

/** Strengths with other occupancies and texture. */
export function strengthsOf(
  lines: PhaseLines,
  lambda: number,
  occupancies: readonly { site: number; value: number }[],
  texture: { angles: ReturnType<typeof textureAngles>; r: number } | null,
): Float64Array {
  const { structure, families, geometry } = lines;
  let squared: ((hkl: Indices) => number) | null = null;
  if (occupancies.length > 0) {
    const sites = structure.sites!.map((site, k) => ({
      ...site,
      occupancy: occupancies.find((o) => o.site === k)?.value ?? site.occupancy,
    }));
    const factors = structureFactors({ ...structure, sites }, { energyKeV: energyKeV(lambda) });
    if (!("notComputable" in factors)) squared = factors.squared;
  }
  return geometry.map((lp, i) => {
    let sum = 0;
    for (const [f, { hkl, multiplicity, square }] of families[i]!.entries()) {
      const share = texture ? march(texture.angles[i]![f]!, texture.r) : 1;
      sum += multiplicity * (squared ? squared(hkl) : square) * share;
    }
    return lp * sum;
  });
}

function march(squares: Float64Array, r: number): number {
  let sum = 0;
  for (const cos2 of squares) sum += (r * r * cos2 + (1 - cos2) / r) ** -1.5;
  return sum / squares.length;
}

/** Mass of a cell, g/mol of cells. */
export function cellMass({ structure }: PhaseLines): number {
  const atoms = expandSites(structure.cell, structure.group, structure.sites!);
  let mass = 0;
  for (let n = 0; n < atoms.count; n++) {
    const site = structure.sites![atoms.site[n]!]!;
    mass += site.occupancy * (ATOMIC_WEIGHTS[site.element] ?? Number.NaN);
  }
  return mass;
}

/**
 * Mass fractions by scale, mass and volume of the cells, with the scales' covariance (row by row).
 *
 * @param masses of the cells
 */
export function fractionsOf(
  masses: readonly number[],
  cells: readonly CellParameters[],
  scales: ArrayLike<number>,
  covariance: ArrayLike<number>,
  inflate: number,
): Answer[] {
  const m = masses.length;
  const weights = masses.map((mass, k) => mass * unitCell(cells[k]!).volume);
  const sum = weights.reduce((total, weight, k) => total + weight * scales[k]!, 0);
  if (!(sum > 0)) return masses.map(() => ({ notComputable: "no phase has intensity" }));
  return masses.map((_, k) => {
    const w = (weights[k]! * scales[k]!) / sum;
    let variance = 0;
    for (let a = 0; a < m; a++) {
      for (let b = 0; b < m; b++) {
        const by = (x: number): number => (weights[x]! / sum) * ((x === k ? 1 : 0) - w);
        variance += by(a) * by(b) * covariance[a * m + b]!;
      }
    }
    return quantity(w, "1", Math.sqrt(Math.max(0, variance)) * inflate);
  });
}

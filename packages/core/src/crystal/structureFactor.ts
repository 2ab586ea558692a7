/**
 * Structure factors of X-rays in electrons per cell:
 *
 *   F(h) = Σ_atoms o (f0(s) + f′ + i f″) T exp(2πi h·x)
 *   T = exp(-8π² U_iso s²) or exp(-2π² hᵀ β h),  s = 1/(2d)
 *
 * f0: Waasmaier & Kirfel (formFactor.ts), s ≤ 6 Å⁻¹; f′, f″: table or given (anomalous.ts). A powder shows the mean of |F|² over
 * Friedel mates, which differ where f″ meets a group without a centre. Kinematic: no extinction, no absorption, free
 * atoms (bonding charge is left out, some percent for light atoms at small s). (Int. Tables C, 6.1.)
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import type { NotComputable } from "../units/quantity.ts";
import { type Dispersion, dispersion } from "./anomalous.ts";
import { inverseSquareSpacing } from "./cell.ts";
import type { Indices } from "./extinction.ts";
import { evaluateFormFactor, type FormFactor, formFactorOf, LARGEST_S } from "./formFactor.ts";
import { isCentrosymmetric } from "./spaceGroup.ts";
import { type Atoms, expandSites, type Structure } from "./structure.ts";

/**
 * Anomalous scattering: an energy (table), "none", or f′ and f″ by element where the table ends or an edge is near.
 */
export type DispersionChoice = { energyKeV: number; given?: Readonly<Record<string, Dispersion>> } | "none";

export interface StructureFactors {
  /** |F|² in electrons² per cell, mean over Friedel mates */
  squared(hkl: Indices): number;
  /** real and imaginary part of F(hkl) itself */
  complex(hkl: Indices): [number, number];
  readonly atoms: Atoms;
  readonly notices: readonly Notice[];
}

interface Scatterer {
  coefficients: FormFactor;
  real: number;
  imaginary: number;
}

/**
 * Prepares the structure factors of a structure. `notComputable` where the atoms are not known, an element has no form factor, or f′ and f″ are not
 * known at the energy.
 */
export function structureFactors(structure: Structure, choice: DispersionChoice): StructureFactors | NotComputable {
  const { cell, group, sites } = structure;
  if (sites === null)
    return { notComputable: `the atoms of ${structure.name} are not known: only its cell and space group (${structure.source})` };
  if (sites.length === 0) return { notComputable: `${structure.name} lists no atoms` };
  const notices: Notice[] = [];
  const scatterers: Scatterer[] = [];
  const ofSite: number[] = [];
  const kinds = new Map<string, number>();
  for (const { element, charge } of sites) {
    const kind = `${element}${charge}`;
    let index = kinds.get(kind);
    if (index === undefined) {
      const f = formFactorOf(element, charge);
      if (!f) return { notComputable: `no form factor of "${element}" is tabulated (H to Cf are)` };
      if (charge !== 0 && f.neutral) {
        const message = `no form factor of ${element}${Math.abs(charge)}${charge > 0 ? "+" : "-"} is tabulated: the neutral atom was taken`;
        notices.push({ code: "neutral-form-factor", message });
      }
      const d = choice === "none" ? { fPrime: 0, fDoublePrime: 0 } : (choice.given?.[element] ?? dispersion(element, choice.energyKeV));
      if ("notComputable" in d) return d;
      index = scatterers.length;
      kinds.set(kind, index);
      scatterers.push({ coefficients: f.coefficients, real: d.fPrime, imaginary: d.fDoublePrime });
    }
    ofSite.push(index);
  }
  const still = sites.filter((s) => s.uIso === null && s.uAniso === null).map((s) => s.label);
  if (still.length > 0) {
    const which = still.length > 4 ? `${still.slice(0, 4).join(", ")} and ${still.length - 4} more` : still.join(", ");
    notices.push({
      code: "no-displacement",
      message: `displacements of ${which} are not stated: they were computed at rest, high angles come out too strong`,
    });
  }
  const atoms = expandSites(cell, group, sites);
  const friedelDiffers = !isCentrosymmetric(group) && scatterers.some((s) => s.imaginary !== 0);
  const atomicReal = new Float64Array(scatterers.length);
  const isotropic = new Float64Array(sites.length);

  const sum = (h: number, k: number, l: number): [number, number] => {
    const sSquared = inverseSquareSpacing(cell, h, k, l) / 4;
    if (sSquared > LARGEST_S ** 2) {
      throw new ThioscopeError(
        "INVALID_INPUT",
        `${h} ${k} ${l}: form factors are known up to sinθ/λ = ${LARGEST_S} Å⁻¹ (d = ${1 / (2 * LARGEST_S)} Å)`,
      );
    }
    for (let i = 0; i < scatterers.length; i++) {
      const s = scatterers[i]!;
      atomicReal[i] = evaluateFormFactor(s.coefficients, sSquared) + s.real;
    }
    for (let i = 0; i < sites.length; i++) {
      const site = sites[i]!;
      isotropic[i] = site.occupancy * (site.uAniso === null && site.uIso !== null ? Math.exp(-8 * Math.PI ** 2 * site.uIso * sSquared) : 1);
    }
    let real = 0;
    let imaginary = 0;
    for (let n = 0; n < atoms.count; n++) {
      const site = atoms.site[n]!;
      const x = atoms.position;
      const b = atoms.beta;
      const phase = 2 * Math.PI * (h * x[3 * n]! + k * x[3 * n + 1]! + l * x[3 * n + 2]!);
      let weight = isotropic[site]!;
      if (sites[site]!.uAniso !== null) {
        const p = 6 * n;
        const square =
          h * h * b[p]! + k * k * b[p + 1]! + l * l * b[p + 2]! + 2 * (h * k * b[p + 3]! + h * l * b[p + 4]! + k * l * b[p + 5]!);
        weight *= Math.exp(-2 * Math.PI ** 2 * square);
      }
      const kind = ofSite[site]!;
      const re = weight * atomicReal[kind]!;
      const im = weight * scatterers[kind]!.imaginary;
      const cos = Math.cos(phase);
      const sin = Math.sin(phase);
      real += re * cos - im * sin;
      imaginary += re * sin + im * cos;
    }
    return [real, imaginary];
  };
  const square = ([re, im]: [number, number]): number => re * re + im * im;
  return {
    atoms,
    notices,
    complex: ([h, k, l]) => sum(h, k, l),
    squared: ([h, k, l]) => (friedelDiffers ? (square(sum(h, k, l)) + square(sum(-h, -k, -l))) / 2 : square(sum(h, k, l))),
  };
}

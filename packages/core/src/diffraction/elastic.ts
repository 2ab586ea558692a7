/**
 * Diffraction elastic constants S1 and ½S2 of a reflection from single-crystal elastic constants of any symmetry.
 *
 *   ε(n) = ½S2 n·σ·n + S1 tr σ        strain of the lattice planes with normal n in a polycrystal without texture
 *
 * A grain answers the mean stress with T: ε = T σ. Averaged over rotations about n, which is fixed in the crystal as the normal of hkl,
 *   S1 = (T_nnkk - T_nnnn)/2,   ½S2 = T_nnnn - S1 = (3 T_nnnn - T_nnkk)/2.
 *
 *   Reuss   T = C⁻¹: every grain bears the mean stress.
 *   Voigt   every grain has the mean strain: S1 = 1/(9K) - 1/(6G), ½S2 = 1/(2G), K and G of the averaged stiffness, the same for all hkl.
 *   Hill    the mean of both (Neerfeld), with half their distance as error of the model.
 *   Kröner  grains are spheres in the isotropic effective medium C₀: T = A C₀⁻¹, A = [1 + P (C - C₀)]⁻¹ with Eshelby's P of a sphere, C₀ from
 *           the self-consistency ⟨A⟩ = 1.
 *
 * Units: stiffness GPa, S1 and ½S2 1/TPa. Valid for random orientation and small strain; stiffness is referred to Cartesian axes, see
 * {@link CartesianAxes}. (I. C. Noyan & J. B. Cohen, Residual Stress, 1987; E. Kröner, Z. Phys. 151, 504 (1958); R. Hill, Proc. Phys. Soc. A65, 349
 * (1952); U. Welzel et al., J. Appl. Cryst. 38, 1 (2005).)
 */
import type { UnitCell } from "../crystal/cell.ts";
import { orthogonalisation } from "../crystal/cell.ts";
import type { Indices } from "../crystal/extinction.ts";
import { ThioscopeError } from "../errors.ts";
import type { Quantity } from "../units/quantity.ts";
import { identity6, invert6, isotropic6, isotropicPart, type Matrix6, multiply6, stiffnessToKelvin } from "./tensor.ts";

/**
 * Where the Cartesian axes of a stiffness lie: "x∥a,z∥c*" (cubic to hexagonal crystals, and trigonal ones, by any convention), or
 * "x∥a*,z∥c" with y∥b (monoclinic crystals by the standard of 1949).
 */
export type CartesianAxes = "x∥a,z∥c*" | "x∥a*,z∥c";

export type ElasticModel = "voigt" | "reuss" | "hill" | "kroener";

export interface ElasticConstants {
  /** 6 × 6 stiffness in Voigt notation (11 22 33 23 13 12), GPa, row by row */
  readonly stiffness: Matrix6;
  readonly axes: CartesianAxes;
  /** one relative standard error for all constants; null where not known */
  readonly relativeSigma: number | null;
  readonly source: string;
}

export interface DiffractionConstants {
  readonly hkl: Indices;
  readonly model: ElasticModel;
  /** 1/TPa */
  readonly s1: Quantity;
  /** 1/TPa */
  readonly halfS2: Quantity;
}

/**
 * Checks a stiffness: symmetric and positive definite. Throws INVALID_INPUT naming what is wrong.
 *
 * @param voigt 36 numbers in GPa, row by row
 */
export function elasticConstants(
  voigt: readonly number[] | Float64Array,
  source: string,
  relativeSigma: number | null = null,
  axes: CartesianAxes = "x∥a,z∥c*",
): ElasticConstants {
  if (voigt.length !== 36) throw new ThioscopeError("INVALID_INPUT", `a stiffness has 36 numbers, ${voigt.length} were given`);
  const stiffness = Float64Array.from(voigt);
  const largest = stiffness.reduce((max, c) => Math.max(max, Math.abs(c)), 0);
  for (let i = 0; i < 6; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = [stiffness[6 * i + j]!, stiffness[6 * j + i]!];
      if (!(Math.abs(a - b) <= 1e-6 * largest))
        throw new ThioscopeError(
          "INVALID_INPUT",
          `c${j + 1}${i + 1} = ${b} GPa and c${i + 1}${j + 1} = ${a} GPa: a stiffness is symmetric`,
        );
    }
  }
  if (relativeSigma !== null && !(relativeSigma >= 0 && relativeSigma < 10)) {
    throw new ThioscopeError("INVALID_INPUT", `relative error ${relativeSigma} of elastic constants: allowed are 0 to 10`);
  }
  if (!isPositiveDefinite(stiffness)) {
    throw new ThioscopeError("INVALID_INPUT", "the stiffness is not positive definite: a crystal with these constants would collapse");
  }
  return { stiffness, axes, relativeSigma, source };
}

function isPositiveDefinite(a: Matrix6): boolean {
  const l = new Float64Array(36);
  for (let i = 0; i < 6; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[6 * i + j]!;
      for (let k = 0; k < j; k++) sum -= l[6 * i + k]! * l[6 * j + k]!;
      if (i === j) {
        if (!(sum > 0)) return false;
        l[7 * i] = Math.sqrt(sum);
      } else l[6 * i + j] = sum / l[7 * j]!;
    }
  }
  return true;
}

/** Stiffness of a cubic crystal from c11, c12, c44 in GPa, row by row. */
export function cubicStiffness(c11: number, c12: number, c44: number): Float64Array {
  return upper6(c11, c12, c12, 0, 0, 0, c11, c12, 0, 0, 0, c11, 0, 0, 0, c44, 0, 0, c44, 0, c44);
}

/** Stiffness of a hexagonal crystal from c11, c12, c13, c33, c44 in GPa. */
export function hexagonalStiffness(c11: number, c12: number, c13: number, c33: number, c44: number): Float64Array {
  return upper6(c11, c12, c13, 0, 0, 0, c11, c13, 0, 0, 0, c33, 0, 0, 0, c44, 0, 0, c44, 0, (c11 - c12) / 2);
}

/** Stiffness of a tetragonal crystal (classes with six constants) from c11, c12, c13, c33, c44, c66 in GPa. */
export function tetragonalStiffness(c11: number, c12: number, c13: number, c33: number, c44: number, c66: number): Float64Array {
  return upper6(c11, c12, c13, 0, 0, 0, c11, c13, 0, 0, 0, c33, 0, 0, 0, c44, 0, 0, c44, 0, c66);
}

/** Stiffness of an isotropic body from bulk and shear modulus in GPa. */
export function isotropicStiffness(bulk: number, shear: number): Float64Array {
  return cubicStiffness(bulk + (4 / 3) * shear, bulk - (2 / 3) * shear, shear);
}

/** The upper triangle, row by row, to a full matrix. */
function upper6(...upper: readonly number[]): Float64Array {
  const full = new Float64Array(36);
  let next = 0;
  for (let i = 0; i < 6; i++) {
    for (let j = i; j < 6; j++) {
      full[6 * i + j] = upper[next]!;
      full[6 * j + i] = upper[next++]!;
    }
  }
  return full;
}

/**
 * S1 and ½S2 of hkl. Their errors join the constants' own relative error with, for Hill, half the distance of the bounds; null where neither is
 * known.
 *
 * @param cell the crystal's cell, for the direction of the plane normal
 */
export function diffractionConstants(
  constants: ElasticConstants,
  cell: UnitCell,
  hkl: Indices,
  model: ElasticModel = "hill",
): DiffractionConstants {
  const normal = planeNormal(cell, hkl, constants.axes);
  const stiffness = stiffnessToKelvin(constants.stiffness);
  const bounds = model === "hill" || model === "voigt" ? voigt(stiffness) : null;
  const grain = model === "hill" || model === "reuss" ? ofGrain(invert6(stiffness), normal) : null;
  const at = (pick: (c: { s1: number; halfS2: number }) => number): Quantity => {
    const [v, r] = [bounds && pick(bounds), grain && pick(grain)];
    const value = v !== null && r !== null ? (v + r) / 2 : (v ?? r ?? pick(ofGrain(kroenerCompliance(stiffness), normal)));
    const spread = v !== null && r !== null ? (v - r) / 2 : 0;
    const own = constants.relativeSigma === null ? 0 : constants.relativeSigma * value;
    const known = constants.relativeSigma !== null || model === "hill";
    // GPa⁻¹ to TPa⁻¹
    return { value: 1000 * value, sigma: known ? 1000 * Math.hypot(spread, own) : null, unit: "1/TPa" };
  };
  return { hkl, model, s1: at((c) => c.s1), halfS2: at((c) => c.halfS2) };
}

/** S1 and ½S2 of an isotropic body: -ν/E and (1 + ν)/E, from Young's modulus in GPa and Poisson's ratio. */
export function isotropicDiffractionConstants(youngGPa: number, poisson: number): { s1: Quantity; halfS2: Quantity } {
  if (!(youngGPa > 0 && poisson > -1 && poisson < 0.5)) {
    throw new ThioscopeError("INVALID_INPUT", `E = ${youngGPa} GPa, ν = ${poisson}: allowed are E above 0 and ν from -1 to 0.5`);
  }
  return {
    s1: { value: (-1000 * poisson) / youngGPa, sigma: null, unit: "1/TPa" },
    halfS2: { value: (1000 * (1 + poisson)) / youngGPa, sigma: null, unit: "1/TPa" },
  };
}

export interface PolycrystalModuli {
  readonly bulk: Quantity;
  readonly shear: Quantity;
  readonly young: Quantity;
  /** no unit */
  readonly poisson: Quantity;
}

/** Isotropic moduli of a polycrystal without texture, GPa, by the same models. */
export function polycrystalModuli({ stiffness, relativeSigma }: ElasticConstants, model: ElasticModel = "hill"): PolycrystalModuli {
  const c = stiffnessToKelvin(stiffness);
  const moduli = (): { bulk: number; shear: number; spread: [number, number] } => {
    const upper = isotropicPart(c);
    const compliance = isotropicPart(invert6(c));
    const lower = { bulk: 1 / compliance.bulk, shear: 1 / compliance.shear };
    if (model === "voigt") return { ...upper, spread: [0, 0] };
    if (model === "reuss") return { ...lower, spread: [0, 0] };
    if (model === "kroener") return { ...selfConsistent(c), spread: [0, 0] };
    return {
      bulk: (upper.bulk + lower.bulk) / 2,
      shear: (upper.shear + lower.shear) / 2,
      spread: [(upper.bulk - lower.bulk) / 6, (upper.shear - lower.shear) / 4],
    };
  };
  const found = moduli();
  const k = found.bulk / 3;
  const g = found.shear / 2;
  const young = (9 * k * g) / (3 * k + g);
  const poisson = (3 * k - 2 * g) / (2 * (3 * k + g));
  const known = relativeSigma !== null || model === "hill";
  const [dk, dg] = found.spread;
  // E² /9K² and E²/3G² are the derivatives of E by K and G; ν keeps only the model's part, a common factor leaves it unchanged
  const dYoung = Math.hypot((young ** 2 / (9 * k * k)) * dk, (young ** 2 / (3 * g * g)) * dg, (relativeSigma ?? 0) * young);
  const dPoisson = Math.hypot((9 * g * dk) / (2 * (3 * k + g) ** 2), (9 * k * dg) / (2 * (3 * k + g) ** 2));
  const q = (value: number, sigma: number, unit: string): Quantity => ({ value, sigma: known ? sigma : null, unit });
  return {
    bulk: q(k, Math.hypot(dk, (relativeSigma ?? 0) * k), "GPa"),
    shear: q(g, Math.hypot(dg, (relativeSigma ?? 0) * g), "GPa"),
    young: q(young, dYoung, "GPa"),
    poisson: q(poisson, dPoisson, "1"),
  };
}

function voigt(stiffness: Matrix6): { s1: number; halfS2: number } {
  const { bulk, shear } = isotropicPart(stiffness);
  // 3K and 2G: 1/(9K) - 1/(6G) and 1/(2G)
  return { s1: 1 / (3 * bulk) - 1 / (3 * shear), halfS2: 1 / shear };
}

function ofGrain(response: Matrix6, n: readonly [number, number, number]): { s1: number; halfS2: number } {
  const [x, y, z] = n;
  const r = Math.SQRT2;
  const nn = [x * x, y * y, z * z, r * y * z, r * x * z, r * x * y];
  let along = 0;
  let hydrostatic = 0;
  for (let i = 0; i < 6; i++) {
    for (let j = 0; j < 6; j++) along += nn[i]! * response[6 * i + j]! * nn[j]!;
    for (let j = 0; j < 3; j++) hydrostatic += nn[i]! * response[6 * i + j]!;
  }
  const s1 = (hydrostatic - along) / 2;
  return { s1, halfS2: along - s1 };
}

/** T = A C₀⁻¹ of a grain in the self-consistent medium. */
function kroenerCompliance(stiffness: Matrix6): Matrix6 {
  const medium = selfConsistent(stiffness);
  return multiply6(concentration(stiffness, medium), isotropic6(1 / medium.bulk, 1 / medium.shear));
}

/** A = [1 + P (C - C₀)]⁻¹, P of a sphere in an isotropic medium with 3K = bulk, 2G = shear. */
function concentration(stiffness: Matrix6, { bulk, shear }: { bulk: number; shear: number }): Matrix6 {
  const k = bulk / 3;
  const g = shear / 2;
  const p = isotropic6(1 / (3 * k + 4 * g), (3 * (k + 2 * g)) / (5 * g * (3 * k + 4 * g)));
  const difference = isotropic6(bulk, shear).map((c, i) => stiffness[i]! - c);
  const inner = multiply6(p, difference);
  const one = identity6();
  return invert6(inner.map((x, i) => x + one[i]!));
}

/** 3K and 2G of the medium in which the grains' mean concentration is one: C₀ ← ⟨C A⟩⟨A⟩⁻¹ until it stands. */
function selfConsistent(stiffness: Matrix6): { bulk: number; shear: number } {
  let medium = isotropicPart(stiffness);
  for (let round = 0; round < 500; round++) {
    const a = concentration(stiffness, medium);
    const mean = isotropicPart(a);
    const stress = isotropicPart(multiply6(stiffness, a));
    const next = { bulk: stress.bulk / mean.bulk, shear: stress.shear / mean.shear };
    const change = Math.max(Math.abs(next.bulk / medium.bulk - 1), Math.abs(next.shear / medium.shear - 1));
    medium = next;
    if (change < 1e-14) break;
  }
  return medium;
}

/** The unit normal of hkl in the Cartesian axes of the stiffness. */
function planeNormal(cell: UnitCell, hkl: Indices, axes: CartesianAxes): [number, number, number] {
  const m = orthogonalisation(cell);
  // M is upper triangular: g = M⁻ᵀ h by forward substitution
  const x = hkl[0] / m[0]!;
  const y = (hkl[1] - m[1]! * x) / m[4]!;
  const z = (hkl[2] - m[2]! * x - m[5]! * y) / m[8]!;
  const size = Math.hypot(x, y, z);
  if (!(size > 0)) throw new ThioscopeError("INVALID_INPUT", `${hkl.join(" ")} is no reflection`);
  const n: [number, number, number] = [x / size, y / size, z / size];
  if (axes === "x∥a,z∥c*") return n;
  // z along c, x along a*, y = z × x
  const c = [m[2]!, m[5]!, m[8]!];
  const star = [1 / m[0]!, -m[1]! / (m[0]! * m[4]!), 0];
  star[2] = -(m[2]! * star[0]! + m[5]! * star[1]!) / m[8]!;
  const unit = (v: readonly number[]): number[] => v.map((t) => t / Math.hypot(...v));
  const [ez, ex] = [unit(c), unit(star)] as [number[], number[]];
  const ey = [ez[1]! * ex[2]! - ez[2]! * ex[1]!, ez[2]! * ex[0]! - ez[0]! * ex[2]!, ez[0]! * ex[1]! - ez[1]! * ex[0]!];
  const dot = (v: readonly number[]): number => v[0]! * n[0] + v[1]! * n[1] + v[2]! * n[2];
  return [dot(ex), dot(ey), dot(ez)];
}

/**
 * The unit cell: metric, reciprocal lattice, d-spacings and their errors.
 *
 * With the metric tensor G (G_ij = a_i·a_j, Å²) of the axes and G* = G⁻¹ of the reciprocal axes (no 2π):
 *   V = √det G,  1/d² = hᵀ G* h,  sinθ = λ/(2d).
 * Lengths in Å, angles in degrees. Valid for any triclinic cell. (Int. Tables B, 1.1; U. Shmueli, 2010.)
 *
 * Errors: the partial derivatives of d by the six parameters times their standard errors. Parameters that symmetry makes equal (a = b = c of a cubic
 * cell) are one measured number, not three, so their derivatives are summed before squaring.
 */
import { ThioscopeError } from "../errors.ts";
import type { Quantity } from "../units/quantity.ts";

/** a, b, c in Å, α, β, γ in degrees. */
export type CellParameters = readonly [number, number, number, number, number, number];

export interface UnitCell {
  readonly parameters: CellParameters;
  /** one standard deviation of each parameter; null where nothing is known about any */
  readonly sigmas: CellParameters | null;
  /** groups of parameters (0…5) that are one number by symmetry; parameters in no group are independent */
  readonly tied: readonly (readonly number[])[];
  /** G, row by row, Å² */
  readonly metric: Float64Array;
  /** G*, row by row, Å⁻² */
  readonly reciprocal: Float64Array;
  /** Å³ */
  readonly volume: number;
}

const RADIAN = Math.PI / 180;
const NAMES = ["a", "b", "c", "alpha", "beta", "gamma"] as const;
/** Longer or shorter axes are a slip of units; nm or pm instead of Å. */
const SHORTEST = 0.5;
const LONGEST = 1e5;

/**
 * The cell with these parameters. Throws INVALID_INPUT for lengths outside 0.5–100 000 Å and for angles that close no cell.
 *
 * @param parameters a, b, c in Å, α, β, γ in degrees
 * @param sigmas their standard errors in the same units
 * @param tied parameters equal by symmetry, see {@link tiedParameters}
 */
export function unitCell(
  parameters: CellParameters,
  sigmas: CellParameters | null = null,
  tied: readonly (readonly number[])[] = [],
): UnitCell {
  for (let i = 0; i < 6; i++) {
    const value = parameters[i]!;
    const inside = i < 3 ? value >= SHORTEST && value <= LONGEST : value > 0 && value < 180;
    if (!inside) {
      const allowed = i < 3 ? `${SHORTEST} to ${LONGEST} Å` : "more than 0 and less than 180 degrees";
      throw new ThioscopeError("INVALID_INPUT", `cell parameter ${NAMES[i]} = ${value}: allowed are ${allowed}`);
    }
    const sigma = sigmas?.[i] ?? 0;
    if (!(sigma >= 0 && Number.isFinite(sigma))) {
      throw new ThioscopeError("INVALID_INPUT", `the standard error ${sigma} of cell parameter ${NAMES[i]} is not possible`);
    }
  }
  const metric = metricOf(parameters);
  const { inverse, determinant } = invertSymmetric(metric);
  const [a, b, c] = parameters;
  if (!(determinant > 1e-8 * (a * b * c) ** 2)) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `angles ${parameters.slice(3).join(", ")} degrees close no cell: the volume would be zero or less`,
    );
  }
  return { parameters, sigmas, tied, metric, reciprocal: inverse, volume: Math.sqrt(determinant) };
}

function cosine(degrees: number): number {
  // exact where it matters: a right angle must not leave 6e-17 in the metric
  return degrees === 90 ? 0 : degrees === 120 ? -0.5 : degrees === 60 ? 0.5 : Math.cos(degrees * RADIAN);
}

function metricOf([a, b, c, alpha, beta, gamma]: CellParameters): Float64Array {
  const ab = a * b * cosine(gamma);
  const ac = a * c * cosine(beta);
  const bc = b * c * cosine(alpha);
  return Float64Array.of(a * a, ab, ac, ab, b * b, bc, ac, bc, c * c);
}

function invertSymmetric(g: Float64Array): { inverse: Float64Array; determinant: number } {
  const [g11, g12, g13, , g22, g23, , , g33] = g as unknown as number[] as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const c11 = g22 * g33 - g23 * g23;
  const c12 = g13 * g23 - g12 * g33;
  const c13 = g12 * g23 - g13 * g22;
  const determinant = g11 * c11 + g12 * c12 + g13 * c13;
  const c22 = g11 * g33 - g13 * g13;
  const c23 = g12 * g13 - g11 * g23;
  const c33 = g11 * g22 - g12 * g12;
  const inverse = Float64Array.of(c11, c12, c13, c12, c22, c23, c13, c23, c33).map((x) => x / determinant);
  return { inverse, determinant };
}

/** 1/d² of hkl in Å⁻²; indices may be fractional. */
export function inverseSquareSpacing(cell: UnitCell, h: number, k: number, l: number): number {
  const r = cell.reciprocal;
  return h * h * r[0]! + k * k * r[4]! + l * l * r[8]! + 2 * (h * k * r[1]! + h * l * r[2]! + k * l * r[5]!);
}

/** d of hkl in Å; Infinity for 000. */
export function spacingAngstrom(cell: UnitCell, h: number, k: number, l: number): number {
  return 1 / Math.sqrt(inverseSquareSpacing(cell, h, k, l));
}

/** d of hkl with its error from the cell's; INVALID_INPUT for 000. */
export function dSpacing(cell: UnitCell, hkl: readonly [number, number, number]): Quantity {
  const [h, k, l] = hkl;
  if (!(Number.isFinite(h + k + l) && (h !== 0 || k !== 0 || l !== 0))) {
    throw new ThioscopeError("INVALID_INPUT", `${h} ${k} ${l} is no reflection`);
  }
  const d = spacingAngstrom(cell, h, k, l);
  return { value: d, sigma: cell.sigmas ? d * relativeSpacingSigma(cell, hkl) : null, unit: "Å" };
}

/**
 * σ(d)/d. With u = G* h the derivative of 1/d² by G is -u uᵀ, so δ(ln d) = ½ d² Σ u_i u_j δG_ij.
 */
function relativeSpacingSigma(cell: UnitCell, [h, k, l]: readonly [number, number, number]): number {
  const sigmas = cell.sigmas;
  if (!sigmas) return 0;
  const r = cell.reciprocal;
  const u = [0, 1, 2].map((i) => r[3 * i]! * h + r[3 * i + 1]! * k + r[3 * i + 2]! * l);
  const half = 0.5 / inverseSquareSpacing(cell, h, k, l);
  const lengths = cell.parameters;
  const g = cell.metric;
  const by: number[] = [];
  for (let i = 0; i < 3; i++) {
    // ∂G_ij/∂a_i = G_ij/a_i, doubled on the diagonal
    let sum = 0;
    for (let j = 0; j < 3; j++) sum += 2 * u[i]! * u[j]! * (g[3 * i + j]! / lengths[i]!);
    by.push(half * sum);
  }
  for (const [i, j] of [
    [1, 2],
    [0, 2],
    [0, 1],
  ] as const) {
    const angle = lengths[6 - i - j]!;
    by.push(half * 2 * u[i]! * u[j]! * -lengths[i]! * lengths[j]! * Math.sin(angle * RADIAN) * RADIAN);
  }
  const free = new Set([0, 1, 2, 3, 4, 5]);
  let variance = 0;
  for (const group of cell.tied) {
    let sum = 0;
    let sigma = 0;
    for (const p of group) {
      free.delete(p);
      sum += by[p]!;
      sigma = Math.max(sigma, sigmas[p]!);
    }
    variance += (sum * sigma) ** 2;
  }
  for (const p of free) variance += (by[p]! * sigmas[p]!) ** 2;
  return Math.sqrt(variance);
}

/** Volume in Å³ with its error from the cell's. */
export function cellVolume(cell: UnitCell): Quantity {
  if (!cell.sigmas) return { value: cell.volume, sigma: null, unit: "Å^3" };
  const relative: number[] = [];
  for (let i = 0; i < 3; i++) relative.push(1 / cell.parameters[i]!);
  // ∂ ln V/∂α = -½ tr(G* ∂G/∂α) with the sign of the cosine's derivative
  for (const [i, j] of [
    [1, 2],
    [0, 2],
    [0, 1],
  ] as const) {
    const angle = cell.parameters[6 - i - j]!;
    relative.push(-cell.reciprocal[3 * i + j]! * cell.parameters[i]! * cell.parameters[j]! * Math.sin(angle * RADIAN) * RADIAN);
  }
  const groups = [...cell.tied, ...[0, 1, 2, 3, 4, 5].filter((p) => !cell.tied.some((g) => g.includes(p))).map((p) => [p])];
  const variance = groups.reduce((sum, group) => {
    const sigma = Math.max(...group.map((p) => cell.sigmas![p]!));
    return sum + (group.reduce((s, p) => s + relative[p]!, 0) * sigma) ** 2;
  }, 0);
  return { value: cell.volume, sigma: cell.volume * Math.sqrt(variance), unit: "Å^3" };
}

/** Scattering angle 2θ in degrees at `wavelengthAngstrom`; NaN where the reflection is out of reach (λ > 2d). */
export function twoThetaDegree(dAngstrom: number, wavelengthAngstrom: number): number {
  return (2 * Math.asin(wavelengthAngstrom / (2 * dAngstrom))) / RADIAN;
}

/**
 * Cartesian axes as columns, row by row: x along a, y in the plane of a and b, z along c* (Å). x_cart = M x_fract.
 */
export function orthogonalisation(cell: UnitCell): Float64Array {
  const [a, b, c, alpha, beta, gamma] = cell.parameters;
  const sin = Math.sin(gamma * RADIAN);
  const cx = c * cosine(beta);
  const cy = (c * (cosine(alpha) - cosine(beta) * cosine(gamma))) / sin;
  return Float64Array.of(a, b * cosine(gamma), cx, 0, b * sin, cy, 0, 0, cell.volume / (a * b * sin));
}

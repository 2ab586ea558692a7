/**
 * The shape of a powder line: Thompson–Cox–Hastings pseudo-Voigt of unit area over 2θ (degrees).
 *
 *   Γ_G² = U tan²θ + V tanθ + W,   Γ_L = X/cosθ + Y tanθ
 *   Γ⁵ = Γ_G⁵ + 2.69269 Γ_G⁴Γ_L + 2.42843 Γ_G³Γ_L² + 4.47163 Γ_G²Γ_L³ + 0.07842 Γ_GΓ_L⁴ + Γ_L⁵
 *   η = 1.36603 Γ_L/Γ − 0.47719 (Γ_L/Γ)² + 0.11116 (Γ_L/Γ)³
 *
 * X is broadening by size (X = 180 K λ/(π D) with Scherrer's K), Y by strain. (J. Appl. Cryst. 20, 79, 1987.)
 *
 * Axial divergence lets part of a ring meet the slit at smaller angles (larger ones beyond 90°): the line is the mean over h, the axial distance in units of the
 * goniometer's radius,
 *
 *   cos2φ = cos2θ √(1 + h²),   weight (2a − h)/((1 + h²) sin2φ),   0 ≤ h ≤ 2a
 *
 * with a = S/L = H/L, sample and slit of the same half height: the two cannot be told apart by a pattern. (Finger, Cox and Jephcoat, J. Appl. Cryst. 27, 892, 1994;
 * over h instead of 2φ the integrand has no pole.)
 */
export interface ProfileParameters {
  /** degrees² */
  u: number;
  v: number;
  w: number;
  /** degrees */
  x: number;
  y: number;
}

export interface LineShape {
  /** full width at half maximum, degrees */
  width: number;
  /** share of the Lorentzian */
  eta: number;
}

const RADIAN = Math.PI / 180;
/** Narrower lines than this have no points on them. */
const NARROWEST = 1e-4;

export function lineShape({ u, v, w, x, y }: ProfileParameters, twoTheta: number): LineShape {
  const theta = (twoTheta / 2) * RADIAN;
  const tan = Math.tan(theta);
  const g = Math.sqrt(Math.max(u * tan * tan + v * tan + w, NARROWEST ** 2));
  const l = Math.max(0, x / Math.cos(theta) + y * tan);
  // in powers of Γ_L/Γ_G or its inverse, whichever is below 1: no power of a width is ever too small
  const [large, r] = g >= l ? [g, l / g] : [l, g / l];
  const five =
    g >= l
      ? 1 + r * (2.69269 + r * (2.42843 + r * (4.47163 + r * (0.07842 + r))))
      : 1 + r * (0.07842 + r * (4.47163 + r * (2.42843 + r * (2.69269 + r))));
  const width = large * five ** 0.2;
  const q = l / width;
  return { width, eta: Math.min(1, q * (1.36603 + q * (-0.47719 + q * 0.11116))) };
}

/** Of a Gaussian of unit area and unit half width at half maximum, at its top. */
export const GAUSS_TOP = Math.sqrt(Math.LN2 / Math.PI);

/** At a distance from the line's centre, 1/degree. */
export function pseudoVoigt(distance: number, { width, eta }: LineShape): number {
  const h = width / 2;
  const d2 = (distance / h) ** 2;
  return (eta / (Math.PI * h * (1 + d2)) + ((1 - eta) / h) * GAUSS_TOP * Math.exp(-Math.LN2 * d2)) as number;
}

/** Points and weights of Gauss and Legendre's rule of twelve on 0 … 1. */
const NODES: readonly (readonly [number, number])[] = (
  [
    [0.1252334085114689, 0.2491470458134028],
    [0.3678314989981802, 0.2334925365383548],
    [0.5873179542866175, 0.2031674267230659],
    [0.7699026741943047, 0.1600783285433462],
    [0.9041172563704749, 0.1069393259953184],
    [0.9815606342467192, 0.0471753363865118],
  ] as const
).flatMap(([at, weight]) => [[(1 - at) / 2, weight / 2] as const, [(1 + at) / 2, weight / 2] as const]);

/** How many places stand for one line where axial divergence is modelled. */
export const AXIAL_NODES = NODES.length;

/**
 * Shifts in degrees (0 or below under 90°, 0 or above beyond) and weights, of sum 1, of what axial divergence makes of a line.
 *
 * @param axial a = S/L = H/L
 */
export function axialSpread(axial: number, twoTheta: number, shifts: Float64Array, weights: Float64Array): void {
  const isBack = twoTheta > 90;
  const own = (isBack ? 180 - twoTheta : twoTheta) * RADIAN;
  const cos = Math.cos(own);
  // beyond tan 2θ the ring does not reach the slit at all
  const reach = Math.min(2 * axial, 0.999 * Math.tan(own));
  let sum = 0;
  for (const [q, [at, weight]] of NODES.entries()) {
    const h = reach * at;
    const angle = Math.acos(Math.min(1, cos * Math.sqrt(1 + h * h)));
    shifts[q] = ((isBack ? own - angle : angle - own) / RADIAN) as number;
    weights[q] = (weight * (2 * axial - h)) / ((1 + h * h) * Math.sin(angle));
    sum += weights[q]!;
  }
  for (let q = 0; q < NODES.length; q++) weights[q] = sum > 0 ? weights[q]! / sum : 1 / NODES.length;
}

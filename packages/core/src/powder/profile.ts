/**
 * The shape of a powder line: Thompson–Cox–Hastings pseudo-Voigt of unit area over 2θ (degrees).
 *
 *   Γ_G² = U tan²θ + V tanθ + W,   Γ_L = X/cosθ + Y tanθ
 *   Γ⁵ = Γ_G⁵ + 2.69269 Γ_G⁴Γ_L + 2.42843 Γ_G³Γ_L² + 4.47163 Γ_G²Γ_L³ + 0.07842 Γ_GΓ_L⁴ + Γ_L⁵
 *   η = 1.36603 Γ_L/Γ − 0.47719 (Γ_L/Γ)² + 0.11116 (Γ_L/Γ)³
 *
 * X is broadening by size (X = 180 K λ/(π D) with Scherrer's K), Y by strain. (J. Appl. Cryst. 20, 79, 1987.) Asymmetry by axial divergence is left out: at low angles of a
 * laboratory instrument the residual shows it.
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
  const width =
    (g ** 5 + 2.69269 * g ** 4 * l + 2.42843 * g ** 3 * l ** 2 + 4.47163 * g ** 2 * l ** 3 + 0.07842 * g * l ** 4 + l ** 5) ** 0.2;
  const q = l / width;
  return { width, eta: Math.min(1, 1.36603 * q - 0.47719 * q * q + 0.11116 * q ** 3) };
}

/** At a distance from the line's centre, 1/degree. */
export function pseudoVoigt(distance: number, { width, eta }: LineShape): number {
  const h = width / 2;
  const d2 = (distance / h) ** 2;
  return (eta / (Math.PI * h * (1 + d2)) + ((1 - eta) / h) * Math.sqrt(Math.LN2 / Math.PI) * Math.exp(-Math.LN2 * d2)) as number;
}

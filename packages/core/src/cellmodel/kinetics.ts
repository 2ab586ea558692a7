/**
 * Rate of one conversion reaction A + s M⁺ + s e⁻ → B per area of contact, A/m², anodic positive:
 *
 *   j_BV = j0 [h(n_B) exp((1−α) F η/RT) − h(n_A) exp(−α F η/RT)],   h(n) = n/(n + δ)
 *   j    = j_BV                                                      anodic
 *   j    = g j_BV/(1 − g j_BV/j_lim)                                 cathodic
 *
 * j_lim = j_D (1 − X)^p/X is the limit by diffusion through the layer of product: shrinking core gives (1−X)^⅓/(1 − (1−X)^⅓), the power form with
 * p near 1.65 also carries loss of contact. X is the local sodiation, 0 for S to 1 for M₂S. g = (n_B + n_nuc)^⅔ where nucleation is switched on. The
 * limit leaves equilibrium untouched: it acts where |j_BV| is not small beside j_lim.
 *
 * Outside what a solution can reach the functions go on smoothly, so that iterates find back: h linearly below −δ/2 (an amount below zero is
 * produced, not consumed), exponentials linearly beyond an exponent of 30, where a reaction is at equilibrium or exhausted anyway.
 */
import { CONSTANTS } from "../units/constants.ts";

export interface ReactionKinetics {
  /** j0 at the cell's temperature, A/m² */
  exchange: number;
  /** cathodic transfer coefficient α */
  alpha: number;
  /** δ of h */
  activity: number;
  /** j_D at the cell's temperature, A/m²; infinite for none */
  diffusion: number;
  /** p */
  exponent: number;
  /** n_nuc; 0 for none */
  nucleus: number;
  /** R_f, Ω m², of contact */
  film: number;
}

/** Where {@link conversionRate} leaves its results: j, ∂j/∂η, ∂j/∂n_A, ∂j/∂n_B, ∂j/∂X. */
export type RateResult = Float64Array;
export const RATE_LENGTH = 5;

/** Where nothing is left to convert the limit stays above zero, so that it can be divided by. */
const LEAST_LEFT = 1e-9;
const STEEPEST = 30;
const STEEP = Math.exp(STEEPEST);
const limitedExp = (x: number): number => (x > STEEPEST ? STEEP * (1 + x - STEEPEST) : Math.exp(x));
const limitedSlope = (x: number, value: number): number => (x > STEEPEST ? STEEP : value);

/** Writes the rate without a film and its derivatives. */
function bareRate(k: ReactionKinetics, f: number, eta: number, nA: number, nB: number, x: number, open: number, out: RateResult): void {
  const { exchange, alpha, activity: d } = k;
  const [anodic, cathodic] = [(1 - alpha) * f * eta, -alpha * f * eta];
  const [ea, ec] = [limitedExp(anodic), limitedExp(cathodic)];
  let hA: number;
  let hB: number;
  let slopeA: number;
  let slopeB: number;
  if (nA > -0.5 * d) {
    const s = 1 / (nA + d);
    hA = nA * s;
    slopeA = d * s * s;
  } else {
    slopeA = 4 / d;
    hA = -1 + slopeA * (nA + 0.5 * d);
  }
  if (nB > -0.5 * d) {
    const s = 1 / (nB + d);
    hB = nB * s;
    slopeB = d * s * s;
  } else {
    slopeB = 4 / d;
    hB = -1 + slopeB * (nB + 0.5 * d);
  }
  let j = exchange * (hB * ea - hA * ec);
  let byEta = exchange * f * ((1 - alpha) * hB * limitedSlope(anodic, ea) + alpha * hA * limitedSlope(cathodic, ec));
  let byA = -exchange * slopeA * ec;
  let byB = exchange * slopeB * ea;
  let byX = 0;
  if (j < 0) {
    if (k.nucleus > 0) {
      const n = Math.max(nB, 0) + k.nucleus;
      const g = n ** (2 / 3);
      byB = g * byB + (nB > 0 ? ((2 / 3) * g * j) / n : 0);
      byEta *= g;
      byA *= g;
      j *= g;
    }
    if (k.diffusion < Number.POSITIVE_INFINITY) {
      const left = 1 - x > LEAST_LEFT ? 1 - x : LEAST_LEFT;
      const limit = k.diffusion * open;
      const share = Math.max(x, 0);
      const q = (-j * share) / limit;
      const w = 1 / (1 + q);
      const slope = w * w;
      byX = x > 0 ? j * slope * (j / limit) * (1 + (1 - x > LEAST_LEFT ? (share * k.exponent) / left : 0)) : 0;
      byEta *= slope;
      byA *= slope;
      byB *= slope;
      j *= w;
    }
  }
  out[0] = j;
  out[1] = byEta;
  out[2] = byA;
  out[3] = byB;
  out[4] = byX;
}

/** (1 − X)^p, the same for all reactions of a place. */
export const openShare = (x: number, exponent: number): number => (1 - x > LEAST_LEFT ? 1 - x : LEAST_LEFT) ** exponent;

/** F/RT, 1/V. */
export const thermalSlope = (temperatureKelvin: number): number => CONSTANTS.faraday / (CONSTANTS.gas * temperatureKelvin);

/**
 * @param f F/RT, 1/V
 * @param eta overpotential before the film's share, V
 * @param x local sodiation X
 * @param open (1 − X)^p, see {@link openShare}
 */
export function conversionRate(
  k: ReactionKinetics,
  f: number,
  eta: number,
  nA: number,
  nB: number,
  x: number,
  open: number,
  out: RateResult,
): void {
  bareRate(k, f, eta, nA, nB, x, open, out);
  if (!(k.film > 0)) return;
  // j = rate(η − R j): monotone, Newton's method from the bare rate capped by what the film lets through
  let j = Math.sign(out[0]!) * Math.min(Math.abs(out[0]!), Math.abs(eta) / k.film);
  for (let i = 0; i < 60; i++) {
    bareRate(k, f, eta - k.film * j, nA, nB, x, open, out);
    const change = (out[0]! - j) / (1 + k.film * out[1]!);
    j += change;
    if (Math.abs(change) <= 1e-15 * (Math.abs(j) + k.exchange)) break;
  }
  bareRate(k, f, eta - k.film * j, nA, nB, x, open, out);
  const damp = 1 / (1 + k.film * out[1]!);
  for (let i = 1; i < RATE_LENGTH; i++) out[i] = out[i]! * damp;
  out[0] = j;
}

/** Where {@link redoxRate} leaves its results: R, ∂R/∂η, ∂R/∂y. */
export function redoxRate(
  exchange: number,
  alpha: number,
  f: number,
  eta: number,
  reducible: number,
  reduced: number,
  out: Float64Array,
): void {
  const [anodic, cathodic] = [(1 - alpha) * f * eta, -alpha * f * eta];
  const [ea, ec] = [limitedExp(anodic), limitedExp(cathodic)];
  out[0] = exchange * (reduced * ea - reducible * ec);
  out[1] = exchange * f * ((1 - alpha) * reduced * limitedSlope(anodic, ea) + alpha * reducible * limitedSlope(cathodic, ec));
  // with y = reduced and 1 − y = reducible
  out[2] = exchange * (ea + ec);
}

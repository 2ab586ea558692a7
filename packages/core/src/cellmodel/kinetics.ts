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
 * No trace of a phase reacts faster than k_max n: the exponentials saturate, E(z) = e^z/(1 + e^z/E_max) with E_max = max(1e5, k_max δ/j0). Without that, at
 * potentials far from a reaction's own an amount of 1e-7, less than an integration can know, would carry currents of any size; near equilibrium and for
 * amounts that matter the change is below 1e-5.
 *
 * Below zero h goes on smoothly, and linearly from −δ/2 on, so that iterates find back: an amount below zero is produced, not consumed.
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
  /** 1/E_max, see {@link saturationOf} */
  unsaturated: number;
}

/** Where {@link conversionRate} leaves its results: j, ∂j/∂η, ∂j/∂n_A, ∂j/∂n_B, ∂j/∂X. */
export type RateResult = Float64Array;
export const RATE_LENGTH = 5;

/** Where nothing is left to convert the limit stays above zero, so that it can be divided by. */
const LEAST_LEFT = 1e-9;
const LEAST_SATURATION = 1e5;

/** E_max for a rate constant k_max, A/m² per unit of amount. */
export const saturationOf = (fastest: number, activity: number, exchange: number): number =>
  Math.max(LEAST_SATURATION, (fastest * activity) / exchange);

/** Writes the rate without a film and its derivatives. */
function bareRate(k: ReactionKinetics, f: number, eta: number, nA: number, nB: number, x: number, open: number, out: RateResult): void {
  const { exchange, alpha, activity: d } = k;
  // of e^z and e^−z the form that cannot overflow
  const ea = 1 / (Math.exp((alpha - 1) * f * eta) + k.unsaturated);
  const ec = 1 / (Math.exp(alpha * f * eta) + k.unsaturated);
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
  let byEta = exchange * f * ((1 - alpha) * hB * ea * (1 - ea * k.unsaturated) + alpha * hA * ec * (1 - ec * k.unsaturated));
  let byA = -exchange * slopeA * ec;
  let byB = exchange * slopeB * ea;
  let byX = 0;
  if (j < 0) {
    if (k.nucleus > 0) {
      const n = Math.max(nB, 0) + k.nucleus;
      const g = n ** (2 / 3);
      // sets in over a hundredth of j0, so that the slope at equilibrium is continuous
      const u = -j / (0.01 * exchange);
      const onset = u / (1 + u);
      const factor = 1 + (g - 1) * onset;
      const slope = 1 + (g - 1) * (1 - 1 / (1 + u) ** 2);
      byB = slope * byB + (nB > 0 ? ((2 / 3) * g * onset * j) / n : 0);
      byEta *= slope;
      byA *= slope;
      j *= factor;
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
  // j = rate(η − R j): monotone, with its root between 0 and the bare rate; Newton's method guarded by bisection
  let [low, high] = [Math.min(0, out[0]!), Math.max(0, out[0]!)];
  let j = Math.min(Math.max(eta / k.film, low), high);
  let before = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 100; i++) {
    bareRate(k, f, eta - k.film * j, nA, nB, x, open, out);
    const excess = j - out[0]!;
    if (excess > 0) high = j;
    else low = j;
    let next = j - excess / (1 + k.film * out[1]!);
    // between two flat ends Newton's method can swing for ever
    if (!(next > low && next < high) || Math.abs(excess) > 0.5 * before) next = (low + high) / 2;
    before = Math.abs(excess);
    const change = Math.abs(next - j);
    j = next;
    if (change <= 1e-15 * (Math.abs(j) + k.exchange)) break;
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
  unsaturated: number,
  out: Float64Array,
): void {
  const ea = 1 / (Math.exp((alpha - 1) * f * eta) + unsaturated);
  const ec = 1 / (Math.exp(alpha * f * eta) + unsaturated);
  out[0] = exchange * (reduced * ea - reducible * ec);
  out[1] = exchange * f * ((1 - alpha) * reduced * ea * (1 - ea * unsaturated) + alpha * reducible * ec * (1 - ec * unsaturated));
  // with y = reduced and 1 − y = reducible
  out[2] = exchange * (ea + ec);
}

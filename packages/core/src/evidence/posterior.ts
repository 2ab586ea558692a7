/**
 * Energy E = −ln(posterior) of a state and its gradient.
 *
 *   E = ½ Σ_r w_r (pred_r − y_r)²                                  observations
 *     + ½ Σ u²/σ_n²                                                  where nothing is measured an amount is of the order of a half
 *     + Σ (ν+1)/2 ln(1 + d²/(ν s²)),  d = u_{g−1} − 2u_g + u_{g+1}   amounts change slope rarely: Student's t with ν = 2, s = 0.3 per electron, so that a kink costs little
 *     + (40/G) Σ_g Σ_{not neighbours} n_i n_j                        the order, soft: at one charge no more than an observation that is off by less than 1σ
 *     + ½ Σ ξ² + what is known of the electrolyte
 *
 * Amounts have a flat density on their simplex. Its square roots lie on a sphere, which has no bounds to bounce at: with n = z² the density on the sphere is |z| times that of n
 * (Byrne and Girolami, Scand. J. Stat. 40 (2013) 825); shares of the electrolyte are circles.
 */
import { CHARGE, DILUTED, ELECTROLYTE, PLAIN, type Problem, RATIO, SCALED } from "./problem.ts";

const NU = 2;
/** How much amounts bend: their second difference over a step Δ of charge is about ROUGHNESS Δ^1.5. A step of S₈ to Na₂S₅ begins and ends with a change of slope of 2.5 per electron. */
export const ROUGHNESS = 12;
const ORDER_WEIGHT = 40;
/** What an amount is where nothing is measured: 0 ± this, before all add up to 1. Tighter, a pure species would be pulled towards a mixture. */
export const AMOUNT_SIGMA = 1;
/** How far the electrolyte's share of the charge moves over the course. */
export const SHARE_DRIFT = 0.05;
/** Error of the logarithm of a scale in arbitrary units: e³ up or down. */
const FREE_SCALE = 3;

/** Fewer chains per atom of sulfur than this tell nothing by their length. */
const LEAST_CHAINS = 0.01;

/** Shares beside the amounts, each a circle: of the charge at the start and at the end, of the sulfur. */
export const SHARES = 3;

export interface State {
  /** amounts: points × width */
  u: Float64Array;
  /** e at the start and the end over the largest possible, f */
  shares: Float64Array;
  /** ξ₀ of the charge, then one per scale, then one per constant */
  xi: Float64Array;
}

export const emptyState = ({ points, width, scales, offsets }: Problem): State => ({
  u: new Float64Array(points * width),
  shares: new Float64Array(SHARES),
  xi: new Float64Array(1 + scales.length + offsets.length),
});

/** Value of a scale and its derivative by ξ. @param guess of a scale in arbitrary units */
export function scaleAt({ scales }: Problem, guess: Float64Array, k: number, xi: number): { value: number; slope: number } {
  const { value, relative } = scales[k]!;
  if (Number.isNaN(value)) {
    const s = guess[k]! * Math.exp(FREE_SCALE * xi);
    return { value: s, slope: FREE_SCALE * s };
  }
  // the exponential keeps it positive and is the same to first order
  const s = value * Math.exp(relative * xi);
  return { value: s, slope: relative * s };
}

/** For scales in arbitrary units: as if half of the sulfur were crystalline where the intensity is largest, above the least where a constant is not known. */
export function scaleGuesses(problem: Problem): Float64Array {
  const { scales, scaleOf, offsetOf, value } = problem;
  const least = new Float64Array(scales.length).fill(Number.POSITIVE_INFINITY);
  const most = new Float64Array(scales.length).fill(Number.NEGATIVE_INFINITY);
  for (let r = 0; r < problem.rows; r++) {
    const k = scaleOf[r]!;
    if (k < 0) continue;
    least[k] = Math.min(least[k]!, offsetOf[r]! < 0 ? 0 : value[r]!);
    most[k] = Math.max(most[k]!, value[r]!);
  }
  return most.map((v, k) => (Number.isFinite(v) ? Math.max(1e-12, 2 * (v - least[k]!)) : 1));
}

/** E and its gradient (overwritten). `onRow` sees every row. */
export function energyOf(
  problem: Problem,
  guess: Float64Array,
  at: State,
  gradient: State,
  onRow?: (row: number, pred: number) => void,
): number {
  const { u, shares, xi } = at;
  const { start, index, coefficient, second, kind, value, weight, passed, scaleOf, offsetOf, chargeError, electrolyteMost, points, width } =
    problem;
  const du = gradient.u;
  du.fill(0);
  gradient.shares.fill(0);
  gradient.xi.fill(0);
  let energy = 0;
  const first = problem.charge[0]!;
  const span = problem.charge[points - 1]! - first;
  const [e0, e1, f] = [shares[0]! * electrolyteMost, shares[1]! * electrolyteMost, shares[2]!];
  for (let r = 0; r < problem.rows; r++) {
    const [a, b] = [start[r]!, start[r + 1]!];
    let lin = 0;
    for (let p = a; p < b; p++) lin += coefficient[p]! * u[index[p]!]!;
    let pred = lin;
    let byLin = 1;
    let lower = 0;
    switch (kind[r]) {
      case PLAIN:
        break;
      case SCALED: {
        const k = scaleOf[r]!;
        const s = scaleAt(problem, guess, k, xi[1 + k]!);
        const o = offsetOf[r]!;
        const place = 1 + problem.scales.length + o;
        pred = lin * s.value + (o >= 0 ? problem.offsets[o]! * xi[place]! : 0);
        byLin = s.value;
        const g = weight[r]! * (pred - value[r]!);
        gradient.xi[1 + k] = gradient.xi[1 + k]! + g * lin * s.slope;
        if (o >= 0) gradient.xi[place] = gradient.xi[place]! + g * problem.offsets[o]!;
        break;
      }
      case CHARGE: {
        const t = span > 0 ? (passed[r]! - first) / span : 0;
        const e = e0 + (e1 - e0) * t;
        const m = 1 + chargeError * xi[0]!;
        pred = lin - passed[r]! * m * (1 - e);
        const g = weight[r]! * pred;
        gradient.xi[0] = gradient.xi[0]! - g * passed[r]! * chargeError * (1 - e);
        gradient.shares[0] = gradient.shares[0]! + g * passed[r]! * m * (1 - t) * electrolyteMost;
        gradient.shares[1] = gradient.shares[1]! + g * passed[r]! * m * t * electrolyteMost;
        break;
      }
      case DILUTED: {
        pred = lin * (1 - f);
        byLin = 1 - f;
        gradient.shares[2] = gradient.shares[2]! - weight[r]! * (pred - value[r]!) * lin;
        break;
      }
      case ELECTROLYTE:
        pred = f;
        byLin = 0;
        gradient.shares[2] = gradient.shares[2]! + weight[r]! * (pred - value[r]!);
        break;
      case RATIO: {
        lower = 1e-6;
        for (let p = a; p < b; p++) lower += second[p]! * u[index[p]!]!;
        pred = lin / lower;
        byLin = 1 / lower;
        break;
      }
    }
    onRow?.(r, pred);
    const off = pred - value[r]!;
    const g = weight[r]! * off;
    energy += 0.5 * g * off;
    if (kind[r] === RATIO) for (let p = a; p < b; p++) du[index[p]!] = du[index[p]!]! + (g * (coefficient[p]! - pred * second[p]!)) / lower;
    else if (byLin !== 0) {
      const gl = g * byLin;
      for (let p = a; p < b; p++) du[index[p]!] = du[index[p]!]! + gl * coefficient[p]!;
    }
  }
  const own = 1 / AMOUNT_SIGMA ** 2;
  for (let i = 0; i < u.length; i++) {
    energy += 0.5 * own * u[i]! * u[i]!;
    du[i] = du[i]! + own * u[i]!;
  }
  energy += smoothness(u, du, points, width, ROUGHNESS * (span / (points - 1)) ** 1.5);
  if (problem.order) energy += orderEnergy(problem, problem.order, u, du);
  for (let k = 0; k < xi.length; k++) {
    energy += 0.5 * xi[k]! * xi[k]!;
    gradient.xi[k] = gradient.xi[k]! + xi[k]!;
  }
  // the electrolyte
  const drift = (e1 - e0) / SHARE_DRIFT;
  energy += 0.5 * drift * drift;
  const slope = (drift / SHARE_DRIFT) * electrolyteMost;
  gradient.shares[0] = gradient.shares[0]! - slope;
  gradient.shares[1] = gradient.shares[1]! + slope;
  const known = problem.electrolyteKnown;
  if (known) {
    // the measured share is that of the whole charge: of its end
    const off = (e1 - known.value) / known.sigma;
    energy += 0.5 * off * off;
    gradient.shares[1] = gradient.shares[1]! + (off / known.sigma) * electrolyteMost;
  }
  if (problem.sulfurKnown) {
    const off = (f - problem.sulfurKnown.value) / problem.sulfurKnown.sigma;
    energy += 0.5 * off * off;
    gradient.shares[2] = gradient.shares[2]! + off / problem.sulfurKnown.sigma;
  }
  return energy;
}

function smoothness(u: Float64Array, du: Float64Array, points: number, width: number, scale: number): number {
  const by = 1 / (NU * scale * scale);
  let energy = 0;
  // products of many factors have one logarithm
  let product = 1;
  for (let g = 1; g < points - 1; g++) {
    for (let j = 0; j < width; j++) {
      const i = g * width + j;
      const d = u[i - width]! - 2 * u[i]! + u[i + width]!;
      const one = 1 + by * d * d;
      product *= one;
      if (product > 1e200) {
        energy += Math.log(product);
        product = 1;
      }
      const slope = ((NU + 1) * by * d) / one;
      du[i - width] = du[i - width]! + slope;
      du[i] = du[i]! - 2 * slope;
      du[i + width] = du[i + width]! + slope;
    }
  }
  return ((NU + 1) / 2) * (energy + Math.log(product));
}

/** Energy of the order; its gradient is added to `du`. */
export function orderEnergy({ species, crystal, points, width }: Problem, order: Int32Array, u: Float64Array, du: Float64Array): number {
  const K = species.length;
  const weight = ORDER_WEIGHT / points;
  const n = new Float64Array(K);
  let energy = 0;
  for (let g = 0; g < points; g++) {
    const base = g * width;
    for (let k = 0; k < K; k++) n[k] = u[base + k]! + (crystal[k]! >= 0 ? u[base + crystal[k]!]! : 0);
    for (let i = 0; i < K; i++) {
      if (order[i]! < 0) continue;
      let others = 0;
      for (let k = 0; k < K; k++) if (order[k]! >= 0 && Math.abs(order[k]! - order[i]!) > 1) others += n[k]!;
      energy += 0.5 * weight * n[i]! * others;
      du[base + i] = du[base + i]! + weight * others;
      if (crystal[i]! >= 0) du[base + crystal[i]!] = du[base + crystal[i]!]! + weight * others;
    }
  }
  return energy;
}

/**
 * What joining adds to the error of every observation, from the course of a state: the change of the prediction within the error of the clock, and the amount by which another
 * kind of cell may differ. A mean length x of the chains with Σ n/ℓ chains is off by that amount over it.
 */
export function addJoinErrors(problem: Problem, guess: Float64Array, { u, xi }: State): void {
  const { start, index, coefficient, second, points, width } = problem;
  const step = (problem.charge[points - 1]! - problem.charge[0]!) / (points - 1);
  for (let r = 0; r < problem.rows; r++) {
    const error = problem.atSigma[r]!;
    const other = problem.cellSigma[r]!;
    if (!(error > 0 || other > 0)) continue;
    let slope = 0;
    let chains = 0;
    for (let p = start[r]!; p < start[r + 1]!; p++) {
      const i = index[p]!;
      chains += second[p]! * u[i]!;
      const g = Math.floor(i / width);
      const [before, after] = [g > 0 ? i - width : i, g < points - 1 ? i + width : i];
      slope += (coefficient[p]! * (u[after]! - u[before]!)) / (((after - before) / width) * step);
    }
    const k = problem.scaleOf[r]!;
    const unit = problem.kind[r] === SCALED ? scaleAt(problem, guess, k, xi[1 + k]!).value : problem.kind[r] === RATIO ? 0 : 1;
    const added = slope * error * unit;
    const differs = problem.kind[r] === RATIO ? other / Math.max(chains, LEAST_CHAINS) : other * unit;
    problem.weight[r] = 1 / (problem.sigma[r]! ** 2 + added * added + differs * differs);
  }
}

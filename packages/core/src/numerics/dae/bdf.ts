/**
 * Backward differentiation formulae of order 1 to 5 with variable step and variable order, for M ẏ = f(t, y) of index 1.
 *
 * The formulae have a fixed leading coefficient: with the polynomial ω of degree k through the last k + 1 values as predictor, the new value y = ω + e
 * satisfies
 *
 *   M (ω̇ + c e) = f(t, ω + e),   c = (1/h) Σ_{j=1..k} 1/j,
 *
 * solved by Newton's method with an old matrix as long as it converges. History is kept as modified divided differences φ_0 … φ_k, so that a change of
 * step rescales them; the local error is estimated by σ_k ‖e‖, and order and step follow from the estimates one order below and above.
 * (Brenan, Campbell & Petzold, Numerical Solution of Initial-Value Problems in DAEs, SIAM 1996, chapter 5; Hindmarsh et al., ACM Trans. Math.
 * Softw. 31, 363 (2005).) Linear invariants of f are kept to rounding. Between steps the history polynomial gives y(t) to the order of the step.
 */
import { ThioscopeError } from "../../errors.ts";
import { type DaeProblem, weightedNorm } from "./problem.ts";

const MOST_ORDER = 5;
/** Newton's method ends where the error left is below this share of the tolerance. */
const NEWTON_TOLERANCE = 0.2;
const NEWTON_ITERATIONS = 4;
/** A fast rate seen before is no promise: a first correction above the tolerance itself is never taken as the last. */
const LEAST_SLOPE = 0.2;
/** A correction of so many tolerances leads nowhere, and what cancels of it later leaves its rounding in sums that must be kept. */
const WILD = 1e6;
/** Old factors are used while c stays within this ratio of theirs. */
const LEADING_RATIO = 0.6;

export interface BdfOptions {
  /** 1 to 5 (default 5) */
  maxOrder?: number;
  /** longest step, in the unit of t */
  maxStep?: number;
  /** first step; chosen from the derivative where absent */
  firstStep?: number;
  /** share of the tolerance to which Newton's method is carried (default 0.2) */
  newtonTolerance?: number;
}

export interface BdfCounts {
  steps: number;
  /** Newton iterations, each one evaluation of f and one solve */
  iterations: number;
  factorisations: number;
  errorFailures: number;
  convergenceFailures: number;
}

export interface Bdf {
  /** time reached and the state there */
  readonly t: number;
  readonly y: Float64Array;
  /** the last step went from here to `t` */
  readonly tBefore: number;
  readonly order: number;
  readonly stepSize: number;
  readonly counts: BdfCounts;
  /** Begins anew with order 1. `y` must satisfy the algebraic equations; `ydot` is its derivative. */
  start(t: number, y: Float64Array, ydot: Float64Array): void;
  /** One accepted step, not beyond `stop`. False where even the smallest step fails: the state is then that before the step. */
  step(stop: number): boolean;
  /** y at a time within the last step, by the history polynomial. */
  at(t: number, out: Float64Array): void;
}

/** Throws INVALID_INPUT for an order outside 1 to 5. */
export function bdf(problem: DaeProblem, options: BdfOptions = {}): Bdf {
  const n = problem.size;
  const maxOrder = options.maxOrder ?? MOST_ORDER;
  if (!(Number.isInteger(maxOrder) && maxOrder >= 1 && maxOrder <= MOST_ORDER))
    throw new ThioscopeError("INVALID_INPUT", `an order of ${maxOrder}: 1 to ${MOST_ORDER} are possible`);
  const maxStep = options.maxStep ?? Number.POSITIVE_INFINITY;
  const newtonTolerance = options.newtonTolerance ?? NEWTON_TOLERANCE;
  const phi = Array.from({ length: MOST_ORDER + 2 }, () => new Float64Array(n));
  const psi = new Float64Array(MOST_ORDER + 2);
  const alpha = new Float64Array(MOST_ORDER + 2);
  const beta = new Float64Array(MOST_ORDER + 2);
  const sigma = new Float64Array(MOST_ORDER + 2);
  const gamma = new Float64Array(MOST_ORDER + 2);
  const [y, last, predicted, derivative, ee, delta, work, weights] = Array.from({ length: 8 }, () => new Float64Array(n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const counts: BdfCounts = { steps: 0, iterations: 0, factorisations: 0, errorFailures: 0, convergenceFailures: 0 };
  let t = 0;
  let tBefore = 0;
  let h = 0;
  let used = 0; // step and order of the last accepted step
  let usedOrder = 0;
  let order = 1;
  let below = 0; // order that the error test favours
  let same = 0; // steps taken with this step and order
  let starting = true; // order rises and the step doubles until something fails
  let sinceStart = 0;
  let c = 0;
  let cOfFactors = 0;
  let factorsFit = false;
  let slope = 20; // estimate of rate/(1 − rate) of Newton's method
  let errorFactor = 0;

  const coefficients = (): void => {
    if (h !== used || order !== usedOrder) same = 0;
    same = Math.min(same + 1, usedOrder + 2);
    if (order + 1 >= same) {
      beta[0] = 1;
      alpha[0] = 1;
      gamma[0] = 0;
      sigma[0] = 1;
      let sum = h;
      for (let i = 1; i <= order; i++) {
        const old = psi[i - 1]!;
        psi[i - 1] = sum;
        beta[i] = (beta[i - 1]! * psi[i - 1]!) / old;
        sum = old + h;
        alpha[i] = h / sum;
        sigma[i] = i * sigma[i - 1]! * alpha[i]!;
        gamma[i] = gamma[i - 1]! + alpha[i - 1]! / h;
      }
      psi[order] = sum;
    }
    let fixed = 0;
    let varying = 0;
    for (let i = 0; i < order; i++) {
      fixed -= 1 / (i + 1);
      varying -= alpha[i]!;
    }
    c = -fixed / h;
    errorFactor = Math.max(Math.abs(alpha[order]! + fixed - varying), alpha[order]!);
    for (let i = same; i <= order; i++) {
      const v = phi[i]!;
      const f = beta[i]!;
      for (let k = 0; k < n; k++) v[k] = v[k]! * f;
    }
    t += h;
  };

  const restore = (): void => {
    t = tBefore;
    for (let i = 1; i <= order; i++) psi[i - 1] = psi[i]! - h;
    for (let i = same; i <= order; i++) {
      const v = phi[i]!;
      const f = 1 / beta[i]!;
      for (let k = 0; k < n; k++) v[k] = v[k]! * f;
    }
  };

  const predict = (): void => {
    predicted.set(phi[0]!);
    derivative.fill(0);
    for (let i = 1; i <= order; i++) {
      const v = phi[i]!;
      const g = gamma[i]!;
      for (let k = 0; k < n; k++) {
        predicted[k] = predicted[k]! + v[k]!;
        derivative[k] = derivative[k]! + g * v[k]!;
      }
    }
  };

  const factorise = (): boolean => {
    counts.factorisations++;
    factorsFit = problem.factor(t, y, c, false);
    cOfFactors = c;
    slope = 20;
    return factorsFit;
  };

  const { mass } = problem;
  /** True where it converged; y is then the new state and ee its distance from the prediction. */
  const iterate = (): boolean => {
    const ratio = c / cOfFactors;
    const scale = 2 / (1 + ratio);
    let first = 0;
    for (let m = 0; m < NEWTON_ITERATIONS; m++) {
      counts.iterations++;
      problem.right(t, y, work);
      for (let k = 0; k < n; k++) {
        const r = work[k]! - mass[k]! * (derivative[k]! + c * ee[k]!);
        if (!Number.isFinite(r)) return false;
        delta[k] = r;
      }
      problem.solve(delta);
      if (scale !== 1) for (let k = 0; k < n; k++) delta[k] = delta[k]! * scale;
      for (let k = 0; k < n; k++) {
        ee[k] = ee[k]! + delta[k]!;
        y[k] = predicted[k]! + ee[k]!;
      }
      const norm = weightedNorm(delta, weights);
      if (!(norm < WILD)) return false;
      if (m === 0) {
        first = norm;
        if (norm <= 1e-4 * newtonTolerance) return true;
      } else {
        const rate = (norm / first) ** (1 / m);
        // corrections that stay far below the tolerance are rounding, however they follow one another
        if (rate > 0.9) return Math.max(first, norm) <= newtonTolerance;
        slope = Math.max(rate / (1 - rate), LEAST_SLOPE);
      }
      if (slope * norm <= newtonTolerance) return true;
    }
    return false;
  };

  const solve = (): boolean => {
    const ratio = c / cOfFactors;
    let fresh = false;
    y.set(predicted);
    if (!factorsFit || !(ratio >= LEADING_RATIO && ratio <= 1 / LEADING_RATIO)) {
      if (!factorise()) return false;
      fresh = true;
    }
    for (;;) {
      ee.fill(0);
      y.set(predicted);
      if (iterate()) return true;
      if (fresh) return false;
      y.set(predicted);
      if (!factorise()) return false;
      fresh = true;
    }
  };

  const errors = { at: 0, below: 0, chosen: 0 };
  /** Fills `errors`, chooses the order below or not; true where the step passes. */
  const test = (): boolean => {
    const norm = weightedNorm(ee, weights);
    errors.at = sigma[order]! * norm;
    errors.chosen = errors.at;
    errors.below = 0;
    below = order;
    if (order > 1) {
      const term = (order + 1) * errors.at;
      for (let k = 0; k < n; k++) delta[k] = phi[order]![k]! + ee[k]!;
      errors.below = sigma[order - 1]! * weightedNorm(delta, weights);
      const termBelow = order * errors.below;
      if (order > 2) {
        for (let k = 0; k < n; k++) delta[k] = delta[k]! + phi[order - 1]![k]!;
        const termTwoBelow = (order - 1) * sigma[order - 2]! * weightedNorm(delta, weights);
        if (Math.max(termBelow, termTwoBelow) <= term) below = order - 1;
      } else if (termBelow <= 0.5 * term) below = order - 1;
      if (below < order) errors.chosen = errors.below;
    }
    return errorFactor * norm <= 1;
  };

  const complete = (): void => {
    counts.steps++;
    sinceStart++;
    const change = order - usedOrder;
    usedOrder = order;
    used = h;
    let chosen = errors.chosen;
    if (below === order - 1 || order === maxOrder) starting = false;
    let next = order;
    if (starting) {
      if (sinceStart > 1) {
        next = order + 1;
        h = Math.min(2 * h, maxStep);
      }
    } else {
      if (below === order - 1) next = order - 1;
      else if (order < maxOrder && order + 1 < same && change !== 1) {
        for (let k = 0; k < n; k++) delta[k] = ee[k]! - phi[order + 1]![k]!;
        const above = weightedNorm(delta, weights) / (order + 2);
        const [term, termAbove, termBelow] = [(order + 1) * errors.at, (order + 2) * above, order * errors.below];
        if (order === 1) {
          if (termAbove < 0.5 * term) next = 2;
        } else if (termBelow <= Math.min(term, termAbove)) next = order - 1;
        else if (termAbove < term) next = order + 1;
        if (next > order) chosen = above;
      }
      if (next < order) chosen = errors.below;
      const growth = (2 * chosen + 1e-4) ** (-1 / (next + 1));
      if (growth >= 2) h = Math.min(2 * h, maxStep);
      else if (growth <= 1) h *= Math.max(0.5, Math.min(0.9, growth));
    }
    order = next;
    if (usedOrder < maxOrder) phi[usedOrder + 1]!.set(ee);
    const highest = phi[usedOrder]!;
    for (let k = 0; k < n; k++) highest[k] = highest[k]! + ee[k]!;
    for (let i = usedOrder - 1; i >= 0; i--) {
      const [a, b] = [phi[i]!, phi[i + 1]!];
      for (let k = 0; k < n; k++) a[k] = a[k]! + b[k]!;
    }
    y.set(phi[0]!);
  };

  return {
    get t() {
      return t;
    },
    get tBefore() {
      return tBefore;
    },
    get order() {
      return usedOrder;
    },
    get stepSize() {
      return used;
    },
    y,
    counts,
    start(at, from, ydot) {
      t = at;
      tBefore = at;
      y.set(from);
      problem.weights(y, weights);
      const speed = weightedNorm(ydot, weights);
      h = Math.min(options.firstStep ?? (speed > 0 ? 0.5 / speed : 1e-3), maxStep);
      phi[0]!.set(from);
      for (let k = 0; k < n; k++) phi[1]![k] = h * ydot[k]!;
      for (let i = 2; i < phi.length; i++) phi[i]!.fill(0);
      psi.fill(0);
      psi[0] = h;
      order = 1;
      usedOrder = 0;
      used = 0;
      same = 0;
      sinceStart = 0;
      starting = true;
      factorsFit = false;
    },
    step(stop) {
      tBefore = t;
      last.set(phi[0]!);
      if (!(stop > t)) throw new ThioscopeError("INVALID_INPUT", `the end ${stop} does not lie after ${t}`);
      problem.weights(phi[0]!, weights);
      let errorFailures = 0;
      for (let attempt = 0; attempt < 100; attempt++) {
        if (sinceStart === 0) {
          // nothing but the derivative is behind: rescaled with the step
          const scale = Math.min(1, (stop - t) / h);
          if (scale < 1) {
            h *= scale;
            for (let k = 0; k < n; k++) phi[1]![k] = phi[1]![k]! * scale;
            psi[0] = h;
          }
        } else if (t + h > stop || stop - t - h < 1e-3 * h) h = stop - t;
        if (!(h > 4 * Number.EPSILON * Math.abs(t)) || h < 1e-30) break;
        coefficients();
        predict();
        const solved = solve();
        if (solved && (problem.accept?.(y, last) ?? true)) {
          if (test()) {
            complete();
            return true;
          }
          counts.errorFailures++;
          errorFailures++;
          starting = false;
          restore();
          if (errorFailures === 1) {
            order = below;
            h *= Math.max(0.25, Math.min(0.9, 0.9 * (2 * errors.chosen + 1e-4) ** (-1 / (order + 1))));
          } else {
            order = errorFailures === 2 ? below : 1;
            h *= 0.25;
          }
        } else {
          counts.convergenceFailures++;
          starting = false;
          factorsFit = false;
          restore();
          h *= solved ? 0.5 : 0.25;
          // what a polynomial through the history has pushed too far, the formula of order 1 does not
          if (solved) order = 1;
        }
        if (sinceStart === 0) {
          for (let k = 0; k < n; k++) phi[1]![k] = (phi[1]![k]! * h) / psi[0]!;
          psi[0] = h;
        }
      }
      y.set(last);
      return false;
    },
    at(when, out) {
      const distance = when - t;
      let weight = 1;
      let g = distance / psi[0]!;
      out.set(phi[0]!);
      for (let j = 1; j <= usedOrder; j++) {
        weight *= g;
        g = (distance + psi[j - 1]!) / psi[j]!;
        const v = phi[j]!;
        for (let k = 0; k < n; k++) out[k] = out[k]! + weight * v[k]!;
      }
    },
  };
}

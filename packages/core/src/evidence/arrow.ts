/**
 * The problem linear around a state, as an arrow: an observation touches two neighbouring grid points and a change of slope three, so amounts form a band; shares of the
 * electrolyte and scales stand in the last rows.
 *
 *   min ½ xᵀH x − cᵀx,   x = (amounts, shares, ξ),   amounts and shares ≥ 0
 */
import { nonNegativeQuadratic } from "../numerics/nonNegative.ts";
import { nonNegativeFromGuess } from "../numerics/pivoting.ts";
import type { Random } from "../random.ts";
import { AMOUNT_SIGMA, orderEnergy, ROUGHNESS, SHARE_DRIFT, SHARES, type State, scaleAt } from "./posterior.ts";
import { CHARGE, DILUTED, ELECTROLYTE, type Problem, RATIO, SCALED } from "./problem.ts";

/** Σ n = 1 to about its inverse root. */
const SUM_WEIGHT = 1e5;
/** An amount where nothing is measured, if all that is possible is asked for. */
const WEAK_SIGMA = 5;

export interface Arrow {
  /** linear around `at`; `blind` where its course says nothing yet about where amounts bend */
  around(at: State, blind: boolean): void;
  /** the state that fits best */
  best(): State;
  /** the one that fits best where every observation, and everything known before, is moved by its error */
  perturbed(draw: Random): State;
  /** H and c around a state */
  normal(at: State): { h: Float64Array; c: Float64Array };
}

/** @param weak amounts are hardly held to what they are where nothing is measured */
export function arrowOf(problem: Problem, guess: Float64Array, weak = false): Arrow {
  const { points, width } = problem;
  const amounts = points * width;
  const n = amounts + SHARES + 1 + problem.scales.length + problem.offsets.length;
  const first = Int32Array.from({ length: n }, (_, i) => (i < amounts ? Math.max(0, (Math.floor(i / width) - 2) * width) : 0));
  const bounded = Uint8Array.from({ length: n }, (_, i) => (i < amounts + SHARES ? 1 : 0));
  const h = new Float64Array(n * n);
  const c = new Float64Array(n);
  const pull = new Float64Array(amounts);
  let centre: State | undefined;
  // what is at its bound in the last answer is there in most of the next: the linear problem has moved little
  let atBound: Uint8Array | null = null;
  const minimum = (matrix: Float64Array, linear: Float64Array, tolerance: number): Float64Array => {
    const x =
      (atBound && nonNegativeFromGuess(matrix, linear, bounded, atBound, first)) ??
      nonNegativeQuadratic(matrix, linear, bounded, tolerance, first);
    atBound ??= Uint8Array.from(x, (v, i) => (bounded[i] && v === 0 ? 1 : 0));
    return x;
  };
  const solve = (tolerance: number): State => {
    let x = minimum(h, c, tolerance);
    // a share is at most 1: one that would be more is held there, and all else found again
    const held = new Set<number>();
    while (held.size < SHARES) {
      const over = [amounts, amounts + 1, amounts + 2].filter((i) => !held.has(i) && x[i]! > 1);
      if (over.length === 0) break;
      for (const i of over) held.add(i);
      const [matrix, linear] = [h.slice(), c.slice()];
      for (const i of held) holdAtOne(matrix, linear, i, n);
      x = minimum(matrix, linear, tolerance);
    }
    const shares = x.slice(amounts, amounts + SHARES).map((s) => Math.min(1, s));
    return { u: x.slice(0, amounts), shares, xi: x.slice(amounts + SHARES) };
  };
  const assemble = (matrix: Float64Array | null, blind: boolean, draw?: Random): void => {
    c.fill(0);
    observed(problem, guess, centre!, n, matrix, c, draw);
    smooth(problem, centre!.u, n, matrix, c, blind, draw);
    others(problem, n, matrix, c, weak ? WEAK_SIGMA : AMOUNT_SIGMA, draw);
    // the order is no sum of squares: it pulls as it does at the centre
    if (problem.order) {
      pull.fill(0);
      orderEnergy(problem, problem.order, centre!.u, pull);
      for (let i = 0; i < amounts; i++) c[i] = c[i]! - pull[i]!;
    }
  };
  const around = (at: State, blind: boolean): void => {
    centre = at;
    h.fill(0);
    assemble(h, blind);
  };
  return {
    around,
    normal(at) {
      around(at, false);
      return { h, c };
    },
    best: () => solve(1e-10),
    perturbed(draw) {
      assemble(null, false, draw);
      // its error is far below that of a sample
      return solve(1e-8);
    },
  };
}

/** Takes an unknown out of the problem as 1. */
function holdAtOne(h: Float64Array, c: Float64Array, i: number, n: number): void {
  for (let j = 0; j < n; j++) {
    c[j] = c[j]! - h[j * n + i]!;
    h[j * n + i] = 0;
    h[i * n + j] = 0;
  }
  h[i * n + i] = 1;
  c[i] = 1;
}

/** Adds the observations, linear around the present state. */
function observed(
  problem: Problem,
  guess: Float64Array,
  { u, shares, xi }: State,
  n: number,
  h: Float64Array | null,
  c: Float64Array,
  draw?: Random,
): void {
  const { start, index, coefficient, second, kind, value, weight, passed, charge, points, chargeError, electrolyteMost } = problem;
  const amounts = u.length;
  const span = charge[points - 1]! - charge[0]!;
  const places: number[] = [];
  const slopes: number[] = [];
  for (let r = 0; r < problem.rows; r++) {
    const [a, b] = [start[r]!, start[r + 1]!];
    places.length = slopes.length = 0;
    let lin = 0;
    for (let p = a; p < b; p++) lin += coefficient[p]! * u[index[p]!]!;
    let by = 1;
    let ratio = 0;
    let w = weight[r]!;
    // what the row would have to read for a linear prediction through the present state
    let target = value[r]!;
    switch (kind[r]) {
      case SCALED: {
        const k = problem.scaleOf[r]!;
        const s = scaleAt(problem, guess, k, xi[1 + k]!);
        by = s.value;
        places.push(amounts + SHARES + 1 + k);
        slopes.push(lin * s.slope);
        target += lin * s.slope * xi[1 + k]!;
        // a constant is linear: it needs no place to be linear about
        if (problem.offsetOf[r]! >= 0) {
          places.push(amounts + SHARES + 1 + problem.scales.length + problem.offsetOf[r]!);
          slopes.push(problem.offsets[problem.offsetOf[r]!]!);
        }
        break;
      }
      case CHARGE: {
        const t = (passed[r]! - charge[0]!) / span;
        const e = electrolyteMost * (shares[0]! + (shares[1]! - shares[0]!) * t);
        const m = 1 + chargeError * xi[0]!;
        const q = passed[r]!;
        places.push(amounts, amounts + 1, amounts + SHARES);
        const own = [q * m * (1 - t) * electrolyteMost, q * m * t * electrolyteMost, -q * chargeError * (1 - e)];
        slopes.push(...own);
        target = q * m * (1 - e) + own[0]! * shares[0]! + own[1]! * shares[1]! + own[2]! * xi[0]!;
        break;
      }
      case DILUTED:
        by = 1 - shares[2]!;
        places.push(amounts + 2);
        slopes.push(-lin);
        target -= lin * shares[2]!;
        break;
      case ELECTROLYTE:
        places.push(amounts + 2);
        slopes.push(1);
        break;
      case RATIO: {
        // Σ n = L Σ n/ℓ, with the weight of its size
        let lower = 1e-3;
        for (let p = a; p < b; p++) lower += second[p]! * u[index[p]!]!;
        w /= lower * lower;
        ratio = target;
        target = 0;
        break;
      }
    }
    if (kind[r] !== ELECTROLYTE) {
      for (let p = a; p < b; p++) {
        places.push(index[p]!);
        slopes.push((coefficient[p]! - ratio * second[p]!) * by);
      }
    }
    if (draw) target += draw.normal() / Math.sqrt(w);
    for (let p = 0; p < places.length; p++) {
      const row = places[p]! * n;
      const wp = w * slopes[p]!;
      c[places[p]!] = c[places[p]!]! + wp * target;
      if (!h) continue;
      for (let q = 0; q < places.length; q++) h[row + places[q]!] = h[row + places[q]!]! + wp * slopes[q]!;
    }
  }
}

/** Student's t by weights of the last round. */
function smooth(
  { points, width, charge }: Problem,
  u: Float64Array,
  n: number,
  h: Float64Array | null,
  c: Float64Array,
  blind: boolean,
  draw?: Random,
): void {
  const scale = ROUGHNESS * ((charge[points - 1]! - charge[0]!) / (points - 1)) ** 1.5;
  const factors = [1, -2, 1];
  for (let g = 1; g < points - 1; g++) {
    for (let j = 0; j < width; j++) {
      const i = g * width + j;
      const d = blind ? 3 * scale : u[i - width]! - 2 * u[i]! + u[i + width]!;
      const w = 3 / (2 * scale * scale + d * d);
      const off = draw ? draw.normal() * Math.sqrt(w) : 0;
      for (let p = 0; p < 3; p++) {
        c[i + (p - 1) * width] = c[i + (p - 1) * width]! + off * factors[p]!;
        if (!h) continue;
        const row = (i + (p - 1) * width) * n;
        for (let q = 0; q < 3; q++) {
          const place = row + i + (q - 1) * width;
          h[place] = h[place]! + w * factors[p]! * factors[q]!;
        }
      }
    }
  }
}

/** Σ n = 1, what is known of the shares, and ξ ~ N(0, 1). */
function others(problem: Problem, n: number, h: Float64Array | null, c: Float64Array, amountSigma: number, draw?: Random): void {
  const { points, width, electrolyteMost, electrolyteKnown, sulfurKnown } = problem;
  const amounts = points * width;
  for (let g = 0; g < points; g++) {
    for (let i = g * width; i < (g + 1) * width; i++) {
      c[i] = c[i]! + SUM_WEIGHT;
      if (h) for (let j = g * width; j < (g + 1) * width; j++) h[i * n + j] = h[i * n + j]! + SUM_WEIGHT;
    }
  }
  for (let i = 0; i < amounts; i++) {
    if (h) h[i * n + i] = h[i * n + i]! + 1 / amountSigma ** 2;
    if (draw) c[i] = c[i]! + draw.normal() / amountSigma;
  }
  const noise = (w: number): number => (draw ? draw.normal() * Math.sqrt(w) : 0);
  const add = (i: number, j: number, w: number): void => {
    if (h) h[i * n + j] = h[i * n + j]! + w;
  };
  const drift = (electrolyteMost / SHARE_DRIFT) ** 2;
  add(amounts, amounts, drift);
  add(amounts + 1, amounts + 1, drift);
  add(amounts, amounts + 1, -drift);
  add(amounts + 1, amounts, -drift);
  const moved = noise(drift);
  c[amounts] = c[amounts]! - moved;
  c[amounts + 1] = c[amounts + 1]! + moved;
  if (electrolyteKnown) {
    const w = (electrolyteMost / electrolyteKnown.sigma) ** 2;
    add(amounts + 1, amounts + 1, w);
    c[amounts + 1] = c[amounts + 1]! + (w * electrolyteKnown.value) / electrolyteMost + noise(w);
  }
  const f = amounts + 2;
  // without any spectrum nothing holds the share of the sulfur
  add(f, f, 1e-6);
  if (sulfurKnown) {
    add(f, f, 1 / sulfurKnown.sigma ** 2);
    c[f] = c[f]! + sulfurKnown.value / sulfurKnown.sigma ** 2 + noise(1 / sulfurKnown.sigma ** 2);
  }
  for (let i = amounts + SHARES; i < n; i++) {
    add(i, i, 1);
    c[i] = c[i]! + noise(1);
  }
}

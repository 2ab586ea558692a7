/**
 * Where a stream of values bends: a continuous line of straight pieces with as few knots as the data ask for, each knot with its error.
 *
 *   y(q) = a + b q + Σ_k c_k max(0, q − τ_k)
 *
 * Knots are added one at a time where they lower χ² most, then all are moved until χ² falls no more. A knot stays where it takes away more than {@link WORTH} of χ² (two numbers more; the
 * search over places costs the rest). Its error is half the range in which χ² rises by less than 1 with all lines refitted. (Bai and Perron, Econometrica 66 (1998) 47, for the search.)
 */
import { ThioscopeError } from "../errors.ts";
import { choleskyFactor, choleskySolve } from "../numerics/cholesky.ts";

export interface Stream {
  name: string;
  probe: string;
  unit: string;
  /** electrons per atom of sulfur, rising */
  at: Float64Array;
  /** of each place, of the clock */
  atSigma: number;
  values: Float64Array;
  sigma: Float64Array;
}

export interface Bend {
  at: number;
  sigma: number;
  /** slope on either side, unit per electron, with errors */
  before: { value: number; sigma: number };
  after: { value: number; sigma: number };
  /** value of the line at the knot and its error */
  level: { value: number; sigma: number };
  /** χ² that the knot takes away */
  worth: number;
}

const WORTH = 16;
const MOST_KNOTS = 8;

/** Throws INVALID_INPUT for lists that do not belong together. Fewer than six values bend nowhere. */
export function bendsOf({ name, at, atSigma, values, sigma }: Stream): Bend[] {
  const n = at.length;
  if (values.length !== n || sigma.length !== n)
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${name}: ${n} places, ${values.length} values and ${sigma.length} errors do not belong together`,
    );
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(values[i]!) || !(sigma[i]! > 0) || (i > 0 && !(at[i]! >= at[i - 1]!)))
      throw new ThioscopeError(
        "INVALID_INPUT",
        `${name}: value ${i + 1} is ${values[i]} ± ${sigma[i]} at ${at[i]}; places rise, errors are positive`,
      );
  }
  if (n < 6) return [];
  const fit = (knots: readonly number[]): Fit => lines(at, values, sigma, knots);
  const between = Array.from({ length: n - 3 }, (_, i) => (at[i + 1]! + at[i + 2]!) / 2);
  let knots: number[] = [];
  let current = fit(knots);
  while (knots.length < Math.min(MOST_KNOTS, Math.floor((n - 3) / 2))) {
    let best: { knots: number[]; chi2: number } | null = null;
    for (const place of between) {
      if (knots.some((k) => Math.abs(k - place) < 1e-9)) continue;
      const tried = [...knots, place].sort((a, b) => a - b);
      const { chi2 } = fit(tried);
      if (!best || chi2 < best.chi2) best = { knots: tried, chi2 };
    }
    if (!best) break;
    const moved = settled(best.knots, fit, at);
    const next = fit(moved);
    if (!(current.chi2 - next.chi2 > WORTH)) break;
    knots = moved;
    current = next;
  }
  // a knot that the later ones made needless goes
  for (let k = knots.length - 1; k >= 0; k--) {
    const without = knots.filter((_, i) => i !== k);
    if (fit(without).chi2 - current.chi2 < WORTH) {
      knots = without;
      current = fit(knots);
    }
  }
  // scatter beyond the stated errors widens everything
  const excess = Math.sqrt(Math.max(1, current.chi2 / Math.max(1, n - 2 - 2 * knots.length)));
  // a bend that may lie anywhere is none
  const length = at[n - 1]! - at[0]!;
  return knots.flatMap((knot, k) => {
    const range = excess * rangeOf(knots, k, fit, current.chi2, at);
    if (!(range < length / 2)) return [];
    const slope = (upTo: number) => current.combine((j) => (j === 1 || (j >= 2 && j - 2 < upTo) ? 1 : 0));
    const [before, after] = [slope(k), slope(k + 1)];
    const level = current.combine((j) => (j === 0 ? 1 : j === 1 ? knot : Math.max(0, knot - knots[j - 2]!)));
    return {
      at: knot,
      sigma: Math.hypot(range, atSigma),
      before: { value: before.value, sigma: excess * before.sigma },
      after: { value: after.value, sigma: excess * after.sigma },
      level: { value: level.value, sigma: excess * level.sigma },
      worth: fit(knots.filter((_, i) => i !== k)).chi2 - current.chi2,
    };
  });
}

interface Fit {
  chi2: number;
  /** of Σ weight_j p_j */
  combine(weight: (j: number) => number): { value: number; sigma: number };
}

function lines(at: Float64Array, values: Float64Array, sigma: Float64Array, knots: readonly number[]): Fit {
  const m = 2 + knots.length;
  const normal = new Float64Array(m * m);
  const right = new Float64Array(m);
  const row = new Float64Array(m);
  const fill = (q: number): void => {
    row[0] = 1;
    row[1] = q;
    for (let k = 0; k < knots.length; k++) row[2 + k] = Math.max(0, q - knots[k]!);
  };
  for (let i = 0; i < at.length; i++) {
    fill(at[i]!);
    const w = 1 / (sigma[i]! * sigma[i]!);
    for (let a = 0; a < m; a++) {
      right[a] = right[a]! + w * row[a]! * values[i]!;
      for (let b = 0; b <= a; b++) normal[a * m + b] = normal[a * m + b]! + w * row[a]! * row[b]!;
    }
  }
  for (let a = 0; a < m; a++) normal[a * m + a] = normal[a * m + a]! * (1 + 1e-12) + 1e-12;
  if (!choleskyFactor(normal, m)) return { chi2: Number.POSITIVE_INFINITY, combine: () => ({ value: Number.NaN, sigma: Number.NaN }) };
  choleskySolve(normal, right, m);
  let chi2 = 0;
  for (let i = 0; i < at.length; i++) {
    fill(at[i]!);
    let y = 0;
    for (let a = 0; a < m; a++) y += row[a]! * right[a]!;
    chi2 += ((values[i]! - y) / sigma[i]!) ** 2;
  }
  return {
    chi2,
    combine(weight) {
      const w = Float64Array.from({ length: m }, (_, j) => weight(j));
      const solved = w.slice();
      choleskySolve(normal, solved, m);
      return { value: w.reduce((s, v, j) => s + v * right[j]!, 0), sigma: Math.sqrt(w.reduce((s, v, j) => s + v * solved[j]!, 0)) };
    },
  };
}

/** Moves each knot to where χ² is least between its neighbours, until none moves. */
function settled(knots: readonly number[], fit: (knots: readonly number[]) => Fit, at: Float64Array): number[] {
  const now = [...knots];
  const least = (at.at(-1)! - at[0]!) * 1e-3;
  for (let sweep = 0; sweep < 6; sweep++) {
    let moved = 0;
    for (let k = 0; k < now.length; k++) {
      const [a, b] = [k > 0 ? now[k - 1]! : at[0]!, k + 1 < now.length ? now[k + 1]! : at.at(-1)!];
      const chi2At = (q: number): number => fit(now.map((old, i) => (i === k ? q : old))).chi2;
      let best = now[k]!;
      let lowest = chi2At(best);
      let half = Math.min(best - a, b - best) / 2;
      while (half > least) {
        for (const q of [best - half, best + half]) {
          if (!(q > a + least && q < b - least)) continue;
          const chi2 = chi2At(q);
          if (chi2 < lowest) [best, lowest] = [q, chi2];
        }
        half /= 2;
      }
      moved = Math.max(moved, Math.abs(best - now[k]!));
      now[k] = best;
    }
    if (moved < least) break;
  }
  return now;
}

/** Half the range of a knot in which χ² rises by less than 1. */
function rangeOf(knots: readonly number[], k: number, fit: (knots: readonly number[]) => Fit, least: number, at: Float64Array): number {
  const [a, b] = [k > 0 ? knots[k - 1]! : at[0]!, k + 1 < knots.length ? knots[k + 1]! : at.at(-1)!];
  const rises = (q: number): boolean => fit(knots.map((old, i) => (i === k ? q : old))).chi2 > least + 1;
  const end = (limit: number): number => {
    let [inside, outside] = [0, 1];
    if (!rises(knots[k]! + (limit - knots[k]!) * 0.999)) return Math.abs(limit - knots[k]!);
    for (let i = 0; i < 20; i++) {
      const middle = (inside + outside) / 2;
      if (rises(knots[k]! + (limit - knots[k]!) * middle)) outside = middle;
      else inside = middle;
    }
    return Math.abs(limit - knots[k]!) * outside;
  };
  return (end(a) + end(b)) / 2;
}

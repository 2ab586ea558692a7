/**
 * What is read from a barcode: curves over length, and distances between barcodes.
 *
 * Bars are birth and death in turn, death Infinity where a class is open. With |·|∞ as the distance of two points (birth, death) and half the length
 * of a bar as its distance to the diagonal, over all matchings of bars to bars or to the diagonal:
 *   bottleneck = min max d,   Wasserstein of order q = min (Σ d^q)^(1/q).
 * Open bars match open bars only, in the order of their births. Both distances move by no more than twice the largest shift of a point
 * (bottleneck) and are in the unit of the bars. (D. Cohen-Steiner, H. Edelsbrunner, J. Harer, Discrete Comput. Geom. 37, 103 (2007);
 * P. Bubenik, J. Mach. Learn. Res. 16, 77 (2015), for landscapes; J. Hopcroft, R. Karp, SIAM J. Comput. 2, 225 (1973), and R. Jonker,
 * A. Volgenant, Computing 38, 325 (1987), for the matchings.)
 */
import { ThioscopeError } from "../errors.ts";
import type { Answer } from "../units/quantity.ts";

/** What bars of dimension 0, 1 and 2 are between occupied sites. H0 deaths are spacings in one frame, not jumps. */
export const BAR_NAMES = ["spacings of occupied sites", "rings", "cavities"] as const;

/** Bars of both barcodes together; the matchings visit all pairs of them. */
const MOST_BARS = 4000;

/** Betti curve: how many bars are alive (birth ≤ t < death) at each length. */
export function bettiCurve(bars: Float64Array, lengths: ArrayLike<number>): Float64Array {
  const births = bars.filter((_, k) => k % 2 === 0).sort();
  const deaths = bars.filter((_, k) => k % 2 === 1).sort();
  return Float64Array.from(lengths, (t) => upTo(births, t) - upTo(deaths, t));
}

/** How many bars die in each bin [edges_k, edges_k+1). */
export function deathHistogram(bars: Float64Array, edges: ArrayLike<number>): Float64Array {
  const deaths = bars.filter((_, k) => k % 2 === 1).sort();
  const below = Float64Array.from(edges, (t) => upTo(deaths, t, false));
  return Float64Array.from({ length: Math.max(0, edges.length - 1) }, (_, k) => below[k + 1]! - below[k]!);
}

/** How many of the rising `values` are ≤ t, or < t. */
function upTo(values: Float64Array, t: number, isIncluded = true): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isIncluded ? values[middle]! <= t : values[middle]! < t) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Landscape of one level (1: the outermost): the level-th largest of min(t - birth, death - t), 0 where there are fewer. */
export function landscape(bars: Float64Array, level: number, lengths: ArrayLike<number>): Float64Array {
  if (!(Number.isInteger(level) && level >= 1))
    throw new ThioscopeError("INVALID_INPUT", `level ${level} of a landscape: levels count from 1`);
  const heights: number[] = [];
  return Float64Array.from(lengths, (t) => {
    heights.length = 0;
    for (let k = 0; k < bars.length; k += 2) {
      const height = Math.min(t - bars[k]!, bars[k + 1]! - t);
      if (height > 0) heights.push(height);
    }
    return heights.sort((a, b) => b - a)[level - 1] ?? 0;
  });
}

/** Bottleneck distance; not computable where the numbers of open bars differ. INVALID_INPUT for more than 4000 bars together. */
export function bottleneckDistance(a: Float64Array, b: Float64Array, unit = "Å"): Answer {
  const open = openDifferences(a, b);
  if (!open) return { notComputable: "one barcode has more open bars than the other" };
  const { first, second } = finiteBars(a, b);
  const costs = new Set<number>([0]);
  for (const p of first) {
    costs.add(toDiagonal(p));
    for (const q of second) costs.add(apart(p, q));
  }
  for (const q of second) costs.add(toDiagonal(q));
  const sorted = Float64Array.from(costs).sort();
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (canMatch(first, second, sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return { value: Math.max(sorted[low]!, ...open), sigma: null, unit };
}

/** Wasserstein distance of order `q` (1 or more); not computable and INVALID_INPUT as {@link bottleneckDistance}. */
export function wassersteinDistance(a: Float64Array, b: Float64Array, q = 2, unit = "Å"): Answer {
  if (!(q >= 1 && Number.isFinite(q)))
    throw new ThioscopeError("INVALID_INPUT", `order ${q} of a Wasserstein distance: 1 or more is needed`);
  const open = openDifferences(a, b);
  if (!open) return { notComputable: "one barcode has more open bars than the other" };
  const { first, second } = finiteBars(a, b);
  const n = first.length;
  const size = n + second.length;
  // rows: bars of a, then the diagonal for each bar of b; columns: bars of b, then the diagonal for each bar of a
  const cost = (i: number, j: number): number => {
    const p = first[i];
    const r = second[j];
    if (p && r) return apart(p, r) ** q;
    if (p) return toDiagonal(p) ** q;
    return r ? toDiagonal(r) ** q : 0;
  };
  const total = assignmentCost(size, cost) + open.reduce((sum, d) => sum + d ** q, 0);
  return { value: total ** (1 / q), sigma: null, unit };
}

type Point = readonly [birth: number, death: number];

const apart = (p: Point, q: Point): number => Math.max(Math.abs(p[0] - q[0]), Math.abs(p[1] - q[1]));
const toDiagonal = (p: Point): number => (p[1] - p[0]) / 2;

function pointsOf(bars: Float64Array): Point[] {
  return Array.from({ length: bars.length / 2 }, (_, k) => [bars[2 * k]!, bars[2 * k + 1]!] as const);
}

function finiteBars(a: Float64Array, b: Float64Array): { first: Point[]; second: Point[] } {
  const [first, second] = [a, b].map((bars) => pointsOf(bars).filter((p) => Number.isFinite(p[1]))) as [Point[], Point[]];
  if (first.length + second.length > MOST_BARS) {
    const message = `${first.length} and ${second.length} bars: up to ${MOST_BARS} together are matched`;
    throw new ThioscopeError("INVALID_INPUT", message);
  }
  return { first, second };
}

/** |Δ birth| of open bars matched in order; null where their numbers differ. */
function openDifferences(a: Float64Array, b: Float64Array): number[] | null {
  const [first, second] = [a, b].map((bars) =>
    pointsOf(bars)
      .filter((p) => !Number.isFinite(p[1]))
      .map((p) => p[0])
      .sort((x, y) => x - y),
  ) as [number[], number[]];
  return first.length === second.length ? first.map((birth, k) => Math.abs(birth - second[k]!)) : null;
}

/**
 * True if all bars longer than 2·limit find partners within `limit`. A matching that covers the long bars of a and one that covers
 * those of b combine to one that covers both (Mendelsohn and Dulmage), so each side is matched alone.
 */
function canMatch(first: readonly Point[], second: readonly Point[], limit: number): boolean {
  return covers(first, second, limit) && covers(second, first, limit);
}

/** True if every bar of `from` longer than 2·limit can be given its own bar of `to` within `limit` (augmenting paths). */
function covers(from: readonly Point[], to: readonly Point[], limit: number): boolean {
  const owner = new Int32Array(to.length).fill(-1);
  const before = new Int32Array(to.length);
  for (let start = 0; start < from.length; start++) {
    if (toDiagonal(from[start]!) <= limit) continue;
    before.fill(-2);
    const queue: number[] = [start];
    const cameBy: number[] = [-1];
    let free = -1;
    for (let k = 0; k < queue.length && free === -1; k++) {
      for (let j = 0; j < to.length && free === -1; j++) {
        if (before[j] !== -2 || apart(from[queue[k]!]!, to[j]!) > limit) continue;
        before[j] = k;
        if (owner[j] === -1) free = j;
        else {
          queue.push(owner[j]!);
          cameBy.push(j);
        }
      }
    }
    if (free === -1) return false;
    for (let j = free; j !== -1; ) {
      const k = before[j]!;
      owner[j] = queue[k]!;
      j = cameBy[k]!;
    }
  }
  return true;
}

/** Least total of a full assignment of `size` rows to columns (shortest augmenting paths, O(size³)). */
function assignmentCost(size: number, cost: (i: number, j: number) => number): number {
  const u = new Float64Array(size + 1);
  const v = new Float64Array(size + 1);
  const row = new Int32Array(size + 1);
  const way = new Int32Array(size + 1);
  const least = new Float64Array(size + 1);
  const isDone = new Uint8Array(size + 1);
  for (let i = 1; i <= size; i++) {
    row[0] = i;
    let at = 0;
    least.fill(Number.POSITIVE_INFINITY);
    isDone.fill(0);
    do {
      isDone[at] = 1;
      const r = row[at]!;
      let delta = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let j = 1; j <= size; j++) {
        if (isDone[j]) continue;
        const reduced = cost(r - 1, j - 1) - u[r]! - v[j]!;
        if (reduced < least[j]!) {
          least[j] = reduced;
          way[j] = at;
        }
        if (least[j]! < delta) {
          delta = least[j]!;
          next = j;
        }
      }
      for (let j = 0; j <= size; j++) {
        if (isDone[j]) {
          u[row[j]!]! += delta;
          v[j]! -= delta;
        } else least[j]! -= delta;
      }
      at = next;
    } while (row[at] !== 0);
    for (; at !== 0; at = way[at]!) row[at] = row[way[at]!]!;
  }
  let total = 0;
  for (let j = 1; j <= size; j++) total += cost(row[j]! - 1, j - 1);
  return total;
}

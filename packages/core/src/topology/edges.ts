/**
 * Pairs of points in one total order, and the graph that carries all topology of dimension one.
 *
 * Edges are ordered by (length, i, j): equal lengths are told apart by index, always in the same way. The place of an edge in this order
 * is its rank; all that follows compares ranks only.
 *
 * Relative neighbourhood graph: the edges whose lune is empty, that is no third point w with both (u,w) and (v,w) before (u,v). Any other
 * edge is the longest of a triangle, so it closes a ring the moment it appears: it can start no bar. (G. Toussaint, Pattern Recognition
 * 12, 261 (1980); apparent pairs: U. Bauer, J. Appl. Comput. Topol. 5, 391 (2021).) The spanning tree is part of this graph.
 */
import { ThioscopeError } from "../errors.ts";
import { checkCancelled, type TaskContext } from "../task.ts";
import type { Metric } from "./metric.ts";

export interface EdgeList {
  /** by rank */
  readonly length: Float64Array;
  /** the larger and the smaller index of each edge */
  readonly high: Int32Array;
  readonly low: Int32Array;
}

/** Edges each of 16 bytes, and as much again in the lists of neighbours. */
const MOST_EDGES = 2 ** 25;

/** min over i of the largest distance from i: from there on one point sees all others and no ring or cavity is left. */
export function enclosingRadius(metric: Metric): number {
  const row = new Float64Array(metric.size);
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < metric.size; i++) {
    metric.row(i, metric.size, row);
    let far = 0;
    for (let j = 0; j < metric.size && far < best; j++) if (row[j]! > far) far = row[j]!;
    if (far < best) best = far;
  }
  return best;
}

/** All edges up to `radius`, sorted. INVALID_INPUT where they would not fit into memory. */
export function edgesUpTo(metric: Metric, radius: number): EdgeList {
  const n = metric.size;
  const row = new Float64Array(n);
  let room = Math.min((n * (n - 1)) / 2, 64 * n);
  let length = new Float64Array(room);
  let high = new Int32Array(room);
  let low = new Int32Array(room);
  let count = 0;
  for (let i = 1; i < n; i++) {
    metric.row(i, i, row);
    if (count + i > room) {
      room = Math.min((n * (n - 1)) / 2, Math.max(2 * room, count + i));
      length = grown(length, room);
      high = grown(high, room);
      low = grown(low, room);
    }
    for (let j = 0; j < i; j++) {
      if (row[j]! <= radius) {
        length[count] = row[j]! + 0; // a given -0 would sort as the largest
        high[count] = i;
        low[count++] = j;
      }
    }
    if (count > MOST_EDGES) {
      throw new ThioscopeError(
        "INVALID_INPUT",
        `more than ${MOST_EDGES} pairs lie within ${radius}: a smaller cap or fewer points are needed`,
      );
    }
  }
  const order = sortedOrder(length.subarray(0, count));
  const sorted = { length: new Float64Array(count), high: new Int32Array(count), low: new Int32Array(count) };
  for (let r = 0; r < count; r++) {
    const k = order[r]!;
    sorted.length[r] = length[k]!;
    sorted.high[r] = high[k]!;
    sorted.low[r] = low[k]!;
  }
  return sorted;
}

export function grown<T extends Float64Array | Int32Array>(array: T, room: number): T {
  const next = new (array.constructor as new (n: number) => T)(room);
  next.set(array.subarray(0, Math.min(room, array.length)));
  return next;
}

/** Stable order of non-negative numbers: their bits sort like themselves, 11 at a time. */
function sortedOrder(values: Float64Array): Int32Array {
  const n = values.length;
  const bits = new Uint32Array(values.slice().buffer);
  let from = new Int32Array(n);
  let to = new Int32Array(n);
  for (let k = 0; k < n; k++) from[k] = k;
  const counts = new Int32Array(2048);
  for (let pass = 0; pass < 6; pass++) {
    // digits 0–10, 11–21, 22–32 | 33–43, 44–54, 55–63 of the 64 bits, low word first
    const shift = 11 * pass;
    const digit =
      shift + 11 <= 32
        ? (k: number): number => (bits[2 * k]! >>> shift) & 2047
        : shift < 32
          ? (k: number): number => ((bits[2 * k]! >>> shift) | (bits[2 * k + 1]! << (32 - shift))) & 2047
          : (k: number): number => (bits[2 * k + 1]! >>> (shift - 32)) & 2047;
    counts.fill(0);
    for (let k = 0; k < n; k++) counts[digit(k)]!++;
    for (let d = 0, sum = 0; d < 2048; d++) {
      const c = counts[d]!;
      counts[d] = sum;
      sum += c;
    }
    for (let k = 0; k < n; k++) to[counts[digit(from[k]!)]!++] = from[k]!;
    [from, to] = [to, from];
  }
  return from;
}

/** Near points looked at first: they block nearly every longer edge. */
const NEAR = 16;

/** The edges of the relative neighbourhood graph up to `radius`, sorted. Visits every pair once; memory grows with the edges found. */
export function relativeNeighbours(metric: Metric, radius: number, context: TaskContext): EdgeList {
  const n = metric.size;
  const row = new Float64Array(n);
  const near = new Int32Array(2 * NEAR);
  const found: { length: number; high: number; low: number }[] = [];
  for (let i = 1; i < n; i++) {
    if (i % 64 === 0) {
      checkCancelled(context);
      context.progress(i, n, "neighbours");
    }
    metric.row(i, n, row);
    let known = nearest(row, i, near.subarray(0, NEAR));
    let further = 0;
    for (let j = 0; j < i; j++) {
      const d = row[j]!;
      if (d > radius) continue;
      let blocked = false;
      for (let k = 0; k < known; k++) {
        const w = near[k]!;
        // clearly shorter; equal lengths are left to the full search
        if (row[w]! < d && w !== j && metric.distance(j, w) < d) {
          blocked = true;
          break;
        }
      }
      for (let w = 0; w < n && !blocked; w++) {
        if (row[w]! > d || !blocks(metric, row, i, j, w, d)) continue;
        blocked = true;
        // it will block others behind it
        near[NEAR + (further++ % NEAR)] = w;
        if (known >= NEAR) known = NEAR + Math.min(NEAR, further);
      }
      if (!blocked) found.push({ length: d, high: i, low: j });
    }
  }
  found.sort((a, b) => a.length - b.length || a.high - b.high || a.low - b.low);
  return {
    length: Float64Array.from(found, (e) => e.length),
    high: Int32Array.from(found, (e) => e.high),
    low: Int32Array.from(found, (e) => e.low),
  };
}

/** True if w lies in the lune of i > j, at distance d: both (i,w) and (j,w) come before (i,j). */
function blocks(metric: Metric, row: Float64Array, i: number, j: number, w: number, d: number): boolean {
  if (w === i || w === j) return false;
  const a = row[w]!;
  if (a > d || (a === d && !isBefore(i, w, i, j))) return false;
  const b = metric.distance(j, w);
  return b < d || (b === d && isBefore(j, w, i, j));
}

/** Order of edges {a,b} and i > j of equal length. */
function isBefore(a: number, b: number, i: number, j: number): boolean {
  const high = a > b ? a : b;
  return high < i || (high === i && (a > b ? b : a) < j);
}

/** The points nearest to i, the nearest first, into `near`; @returns how many. */
function nearest(row: Float64Array, i: number, near: Int32Array): number {
  let known = 0;
  for (let w = 0; w < row.length; w++) {
    if (w === i) continue;
    const d = row[w]!;
    if (known === near.length && d >= row[near[known - 1]!]!) continue;
    let k = known < near.length ? known++ : known - 1;
    for (; k > 0 && row[near[k - 1]!]! > d; k--) near[k] = near[k - 1]!;
    near[k] = w;
  }
  return known;
}

/** Which of `edges` belong to the minimum spanning tree (Kruskal): 1 or 0 for each. */
export function spanningTree(edges: EdgeList, n: number): Uint8Array {
  const root = Int32Array.from({ length: n }, (_, i) => i);
  const find = (i: number): number => {
    let r = i;
    while (root[r] !== r) {
      root[r] = root[root[r]!]!;
      r = root[r]!;
    }
    return r;
  };
  return Uint8Array.from(edges.length, (_, e) => {
    const a = find(edges.high[e]!);
    const b = find(edges.low[e]!);
    root[a] = b;
    return a === b ? 0 : 1;
  });
}

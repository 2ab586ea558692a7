/**
 * Persistent homology of the Vietoris–Rips filtration: H0, H1 and, on request, H2, exact and without a threshold.
 *
 * At length t points closer than t are joined, and every set of points that are joined pairwise is filled. H0 bars end where two groups
 * of points meet (spacings of occupied sites), H1 bars are rings that open at their longest edge and are filled at death, H2 bars are
 * cavities. A bar is [birth, death] in the unit of the points.
 *
 * Simplices are numbered by rank r of the longest edge and then by the remaining vertices: an edge is r, a triangle r·n + w, a
 * tetrahedron (r·n + y)·n + x with y > x. With this order the pairs of equal longest edge are known without any reduction:
 * - an edge whose lune is not empty pairs with (r, w), w the smallest vertex of the lune. So only edges of the relative neighbourhood graph that do
 *   not belong to the spanning tree are columns of dimension 1;
 * - a triangle (r, y) pairs with (r, y, x), x < y the smallest vertex joined to both ends of r and to y. Only triangles without such an x, other
 *   than the first of their edge, are columns of dimension 2, found by comparing rows of bits; those that end an H1 bar are left out (clearing).
 *
 * Coboundaries are listed within an adaptive radius. All bars that end below it are final; while a class is open the radius grows, up to the
 * enclosing radius, where one point sees all others and nothing is open. So the barcode is complete whatever the radius was.
 *
 * Periodic: three edges that are each longer than a third of the cell can wind once around it and fill a triangle that does not exist.
 * Lengths end at one third of the smallest height of the cell, and classes open there are said to be so.
 * (U. Bauer, J. Appl. Comput. Topol. 5, 391 (2021): implicit cohomology, clearing, apparent and emergent pairs, enclosing radius.)
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { checkCancelled, QUIET, type TaskContext } from "../task.ts";
import { cavityColumns, cavityComplex } from "./cavities.ts";
import { type Cycle, ringsOf } from "./cycles.ts";
import { type EdgeList, edgesUpTo, enclosingRadius, relativeNeighbours, spanningTree } from "./edges.ts";
import type { Metric } from "./metric.ts";
import { reducer } from "./reduce.ts";
import { type RingComplex, ringComplex } from "./rings.ts";

export interface RipsOptions {
  /** highest dimension: 0, 1 (default) or 2 */
  maxDimension?: 0 | 1 | 2;
  /** no length beyond this; default: none in open space, one third of the smallest height of a periodic cell */
  cap?: number;
  /** coefficients are taken modulo this prime, 2 by default, below 32768 */
  prime?: number;
  /** also trace bars back to points: a ring for every H1 bar */
  cycles?: boolean;
}

export interface Barcode {
  /** the dimension counted by these bars */
  readonly dimension: number;
  /** birth and death of each bar in turn, sorted; death is Infinity where the class never ends or is open at the cap */
  readonly bars: Float64Array;
}

export interface RipsResult {
  readonly barcodes: readonly Barcode[];
  /** rings of H1 bars, points that open and fill H2 bars, in the order of the bars; empty unless asked for */
  readonly cycles: readonly Cycle[];
  /** the two points whose distance ends each H0 bar that ends, in the order of the bars; empty unless `cycles` are asked for */
  readonly spacings: readonly (readonly [number, number])[];
  /** no length beyond this was looked at; null if nothing was left out */
  readonly cap: number | null;
  /** bars of each dimension that were still open at the cap */
  readonly openAtCap: readonly number[];
  readonly notices: readonly Notice[];
}

/** Lengths that differ by rounding only make no bar. */
const ROUNDING = 1e-12;
/** First radius in medians of the neighbour graph's edges, and the factor by which it grows. */
const FIRST_RADIUS = 1.75;
const GROWTH = 1.3;
/** The same for cavities, in edges that rings needed. */
const FIRST_SHARE = 1.5;
const RANK_GROWTH = 1.6;

/**
 * Barcodes of the points of `metric`.
 *
 * Throws INVALID_INPUT for options outside what is allowed and for sets too large for memory, CANCELLED when asked to stop.
 */
export function ripsBarcodes(metric: Metric, options: RipsOptions = {}, context: TaskContext = QUIET): RipsResult {
  const dimension = options.maxDimension ?? 1;
  const prime = checkedPrime(options.prime ?? 2);
  const cap = checkedCap(metric, options.cap);
  const n = metric.size;
  const enclosing = n > 0 ? enclosingRadius(metric) : 0;
  const limit = Math.min(cap, enclosing);
  const graph = relativeNeighbours(metric, limit, context);
  const tree = spanningTree(graph, n);
  const isCapped = cap < enclosing;

  const spacings = graph.length.filter((_, e) => tree[e] === 1);
  const meeting = options.cycles
    ? Array.from(graph.length.keys())
        .filter((e) => tree[e] === 1)
        .map((e) => [graph.high[e]!, graph.low[e]!] as const)
    : [];
  const isOpen = Math.max(0, n - spacings.length);
  const barcodes = [barcode(0, [...Array.from(spacings, (d): Bar => [0, d]), ...Array<Bar>(isOpen).fill([0, Number.POSITIVE_INFINITY])])];
  const openAtCap = [isCapped ? isOpen - 1 : 0];
  let cycles: readonly Cycle[] = [];
  if (dimension >= 1) {
    const winding = windsRound(metric, graph, tree, limit, prime);
    const rings = ringPairs(metric, graph, tree, limit, prime, winding, context);
    const { bars, classes } = barsOf(rings.births, rings.deaths, rings.complex.edges, 1, n);
    barcodes.push(barcode(1, bars));
    openAtCap.push(bars.filter(([, death]) => death === Number.POSITIVE_INFINITY).length);
    if (options.cycles) cycles = ringsOf(rings.complex, rings.births, rings.deaths, classes, graph, n);
    if (dimension === 2) {
      const edges = edgesUpTo(metric, limit);
      const cavities = cavityPairs(edges, n, rings, prime, context);
      const { bars, classes } = barsOf(cavities.births, cavities.deaths, edges, n, n * n);
      barcodes.push(barcode(2, bars));
      openAtCap.push(bars.filter(([, death]) => death === Number.POSITIVE_INFINITY).length);
      if (options.cycles) cycles = [...cycles, ...cavitiesOf(cavities, classes, edges, n)];
    }
  }
  return {
    barcodes,
    cycles,
    spacings: meeting,
    cap: isCapped ? cap : null,
    openAtCap,
    notices: noticesOf(metric, cap, isCapped, openAtCap),
  };
}

interface Rings {
  complex: RingComplex;
  /** rank of the edge that opens each ring */
  births: number[];
  /** triangle that fills it, -1 where it is open at the limit */
  deaths: number[];
}

function ringPairs(
  metric: Metric,
  graph: EdgeList,
  tree: Uint8Array,
  limit: number,
  prime: number,
  winding: ReadonlySet<number>,
  context: TaskContext,
): Rings {
  const count = graph.length.length;
  // edges of the graph outside the tree, the longest first
  const columns: number[] = [];
  for (let e = count - 1; e >= 0; e--) if (!tree[e]) columns.push(e);
  const births: number[] = [];
  const deaths: number[] = [];
  const complex = ringComplex(metric, Math.min(limit, Math.max(limit / 1000, FIRST_RADIUS * (graph.length[count >> 1] ?? 0))));
  const reduction = reducer(complex, prime);
  /** ranks of the columns left open so far, falling */
  let waiting: number[] = [];
  const endless: number[] = [];
  /** columns from here on have been begun */
  let begun = columns.length;
  for (;;) {
    // columns are taken from the last to the first: those between the former radius and this one come before those left open
    let next = begun;
    while (next > 0 && graph.length[columns[next - 1]!]! <= complex.radius) next--;
    const ranks: number[] = [];
    for (const e of columns.slice(next, begun)) {
      const rank = complex.rankOf(graph.high[e]!, graph.low[e]!);
      if (winding.has(e)) endless.push(rank);
      else ranks.push(rank);
    }
    ranks.push(...waiting);
    begun = next;
    waiting = [];
    for (const [k, rank] of ranks.entries()) {
      if (k % 32 === 0) {
        checkCancelled(context);
        context.progress(births.length, columns.length, "rings");
      }
      const pivot = reduction.reduce(rank);
      if (pivot === -1) waiting.push(rank);
      else {
        births.push(rank);
        deaths.push(pivot);
      }
    }
    if (complex.radius >= limit || (waiting.length === 0 && begun === 0)) break;
    complex.grow(Math.min(limit, waiting.length > 0 ? complex.radius * GROWTH : graph.length[columns[begun - 1]!]! * (GROWTH / 1.1)));
  }
  for (const rank of [...waiting, ...endless]) {
    births.push(rank);
    deaths.push(-1);
  }
  return { complex, births, deaths };
}

/**
 * The edges that open a way round a periodic cell, by place in `graph`: at most three. Below a third of the cell no triangle winds, so what is
 * filled does not wind either. An edge that is the first to close a ring whose crossings of the cell are independent of those of all
 * earlier rings can therefore belong to no ring that is filled below the limit: its class stays open, without any reduction.
 */
function windsRound(metric: Metric, graph: EdgeList, tree: Uint8Array, limit: number, prime: number): Set<number> {
  const found = new Set<number>();
  if (!metric.image || metric.height === null || limit >= metric.height / 3) return found;
  const n = metric.size;
  // cells crossed on the way along the tree from its first point
  const place: (readonly number[] | undefined)[] = new Array(n);
  const along: [point: number, step: readonly number[]][][] = Array.from({ length: n }, () => []);
  for (let e = 0; e < tree.length; e++) {
    if (!tree[e]) continue;
    const i = graph.high[e]!;
    const j = graph.low[e]!;
    const step = metric.image(i, j);
    along[j]!.push([i, step]);
    along[i]!.push([j, step.map((c) => -c)]);
  }
  for (let first = 0; first < n; first++) {
    if (place[first]) continue;
    place[first] = [0, 0, 0];
    const stack = [first];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      for (const [point, step] of along[at]!) {
        if (place[point]) continue;
        place[point] = step.map((c, k) => c + place[at!]![k]!);
        stack.push(point);
      }
    }
  }
  /** independent crossings so far, each with its leading place */
  const basis: { lead: number; row: readonly number[] }[] = [];
  for (let e = 0; e < tree.length && basis.length < 3; e++) {
    if (tree[e]) continue;
    const from = place[graph.low[e]!]!;
    const to = place[graph.high[e]!]!;
    let row = metric.image(graph.high[e]!, graph.low[e]!).map((c, k) => mod(from[k]! + c - to[k]!, prime));
    for (const known of basis) row = row.map((c, k) => mod(c * known.row[known.lead]! - known.row[k]! * row[known.lead]!, prime));
    const lead = row.findIndex((c) => c !== 0);
    if (lead === -1) continue;
    basis.push({ lead, row });
    found.add(e);
  }
  return found;
}

const mod = (a: number, prime: number): number => ((a % prime) + prime) % prime;

interface Cavities {
  /** triangle that opens each cavity */
  births: number[];
  /** tetrahedron that fills it, -1 where it is open at the limit */
  deaths: number[];
}

function cavityPairs(edges: EdgeList, n: number, rings: Rings, prime: number, context: TaskContext): Cavities {
  const cleared = new Set(rings.deaths);
  const found = cavityColumns(edges, n, context);
  const columns = found.triangles;
  const complex = cavityComplex(edges, n, FIRST_SHARE * rings.complex.edges.length.length);
  const reduction = reducer(complex, prime);
  const births: number[] = [];
  const deaths: number[] = [];
  let waiting: number[] = [];
  let begun = 0;
  for (;;) {
    let next = begun;
    while (next < columns.length && columns[next]! < complex.ranks * n) next++;
    const fresh = columns
      .subarray(begun, next)
      .filter((key) => !cleared.has(key))
      .reverse();
    const isLast = next > found.last;
    begun = next;
    const before = waiting;
    waiting = [];
    let done = 0;
    for (const list of [fresh, before]) {
      for (const key of list) {
        if (done++ % 256 === 0) {
          checkCancelled(context);
          context.progress(done, fresh.length + before.length, "cavities");
        }
        const pivot = reduction.reduce(key);
        if (pivot === -1) waiting.push(key);
        else if (Math.floor(pivot / (n * n)) > Math.floor(key / n)) {
          births.push(key);
          deaths.push(pivot);
        }
      }
    }
    if (complex.ranks >= edges.length.length || (waiting.length === 0 && isLast)) break;
    complex.grow(Math.ceil(complex.ranks * RANK_GROWTH));
  }
  for (const key of waiting) {
    births.push(key);
    deaths.push(-1);
  }
  return { births, deaths };
}

/** Which points open and fill each cavity. */
function cavitiesOf({ births, deaths }: Cavities, classes: readonly number[], edges: EdgeList, n: number): Cycle[] {
  const ends = (rank: number): number[] => [edges.high[rank]!, edges.low[rank]!];
  return classes.map((k, bar) => {
    const birth = Math.floor(births[k]! / n);
    const rest = Math.floor(deaths[k]! / n);
    const death = Math.floor(rest / n);
    return {
      dimension: 2,
      bar,
      opens: [...ends(birth), births[k]! - birth * n],
      fills: deaths[k] === -1 ? null : [...ends(death), rest - death * n, deaths[k]! - rest * n],
      rings: [],
    };
  });
}

type Bar = readonly [birth: number, death: number];

/** The bars of classes that live longer than rounding, and which class each is. */
function barsOf(
  births: readonly number[],
  deaths: readonly number[],
  edges: EdgeList,
  perBirth: number,
  perDeath: number,
): { bars: Bar[]; classes: number[] } {
  const bars = births.map((key, k): Bar => {
    const death = deaths[k]!;
    return [
      edges.length[Math.floor(key / perBirth)]!,
      death === -1 ? Number.POSITIVE_INFINITY : edges.length[Math.floor(death / perDeath)]!,
    ];
  });
  const classes = [...bars.keys()].filter((k) => bars[k]![0] < bars[k]![1] * (1 - ROUNDING));
  classes.sort((a, b) => bars[a]![0] - bars[b]![0] || compare(bars[a]![1], bars[b]![1]) || births[a]! - births[b]!);
  return { bars: classes.map((k) => bars[k]!), classes };
}

/** Order of numbers that may both be infinite. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function barcode(dimension: number, bars: readonly Bar[]): Barcode {
  return { dimension, bars: Float64Array.from(bars.flat()) };
}

function checkedPrime(prime: number): number {
  let isPrime = Number.isInteger(prime) && prime >= 2 && prime < 2 ** 15;
  for (let d = 2; isPrime && d * d <= prime; d++) isPrime = prime % d !== 0;
  if (!isPrime) throw new ThioscopeError("INVALID_INPUT", `the field Z/${prime}: a prime number from 2 to 32749 is needed`);
  return prime;
}

function checkedCap(metric: Metric, cap: number | undefined): number {
  if (cap !== undefined && !(cap > 0)) throw new ThioscopeError("INVALID_INPUT", `a cap of ${cap}: a length above zero is needed`);
  // just below the third: three edges of exactly that length close a way round the cell
  return cap ?? (metric.height === null ? Number.POSITIVE_INFINITY : (metric.height / 3) * (1 - 1e-9));
}

const isThird = (metric: Metric, cap: number): boolean => metric.height !== null && Math.abs(cap / metric.height - 1 / 3) < 1e-8;

function noticesOf(metric: Metric, cap: number, isCapped: boolean, openAtCap: readonly number[]): Notice[] {
  const notices: Notice[] = [];
  if (isCapped && openAtCap.some((count) => count > 0)) {
    const counts = openAtCap.map((count, k) => `${count} of H${k}`).join(", ");
    const what = isThird(metric, cap) ? "one third of the cell's smallest height" : "the cap";
    notices.push({
      code: "open-at-cap",
      message: `classes still open at ${Number(cap.toPrecision(4))}, ${what}: ${counts}; their end is not known`,
    });
  }
  if (metric.height !== null && cap >= metric.height / 3) {
    notices.push({
      code: "winds-round-cell",
      message: `lengths from ${Number((metric.height / 3).toPrecision(8))} on, one third of the cell's smallest height, were asked for: bars that end there may wind round the cell`,
    });
  }
  return notices;
}

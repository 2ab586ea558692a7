/**
 * Persistent homology of the alpha filtration: H0, H1 and H2 over Z/2, exact, in open space or periodic.
 *
 * Balls of radius r around the points grow; the alpha complex has their topology at every r. A bar of H0 ends at half a spacing, H1 bars are rings from the
 * radius at which balls close them until they are covered, H2 bars cavities. Values are radii: twice an H0 death is the death in the Vietoris–Rips
 * filtration; for rings and cavities the two bound one another within a factor √(3/2). O(n) simplices, so whole models are quick.
 *
 * Periodic: the cell has three rings and three cavities of its own that never end (and one class of the whole space); they are bars without end.
 * Columns of the boundary matrix are reduced from tetrahedra down; a triangle that ends a cavity's column opens one and is no column of its own. (H. Edelsbrunner,
 * J. Harer, Contemp. Math. 453, 257 (2008); C. Chen, M. Kerber, EuroCG 2011, for clearing.)
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { checkCancelled, QUIET, type TaskContext } from "../task.ts";
import { type AlphaComplex, alphaComplex } from "./alphaComplex.ts";
import type { Cycle } from "./cycles.ts";
import { MOST_POINTS } from "./metric.ts";
import type { Barcode } from "./rips.ts";

export interface AlphaOptions {
  /** highest dimension: 0, 1 or 2 (default) */
  maxDimension?: 0 | 1 | 2;
}

export interface AlphaResult {
  readonly barcodes: readonly Barcode[];
  /** points of the simplices that open and fill each bar of H1 and H2 */
  readonly cycles: readonly Cycle[];
  /** bars without end: one of H0, and three each of H1 and H2 for a periodic cell */
  readonly endless: readonly number[];
  readonly simplices: readonly number[];
  readonly notices: readonly Notice[];
}

/** Radii that differ by rounding only make no bar. */
const ROUNDING = 1e-12;

/**
 * @param xyz Cartesian x, y, z of each point in turn
 * @param cell axes row by row in the same unit; null in open space
 * @throws INVALID_INPUT for coordinates that are no numbers, points in one plane, two alike, too many, CANCELLED when asked to stop
 */
export function alphaBarcodes(
  xyz: Float64Array,
  cell: ArrayLike<number> | null = null,
  options: AlphaOptions = {},
  task: TaskContext = QUIET,
): AlphaResult {
  const dimension = options.maxDimension ?? 2;
  const n = xyz.length / 3;
  if (!Number.isInteger(n) || n > MOST_POINTS)
    throw new ThioscopeError("INVALID_INPUT", `${xyz.length} coordinates: three for each of up to ${MOST_POINTS} points`);
  const bad = xyz.findIndex((x) => !(Math.abs(x) <= 1e100));
  if (bad >= 0)
    throw new ThioscopeError(
      "INVALID_INPUT",
      `coordinate ${"xyz"[bad % 3]} of point ${Math.floor(bad / 3)} is ${xyz[bad]}: a number is needed`,
    );
  const complex = alphaComplex(xyz, cell, task);
  const orders = complex.squares.map((squares) => Uint32Array.from(squares.keys()).sort((a, b) => squares[a]! - squares[b]! || a - b));
  const ranks = orders.map((order) => {
    const rank = new Uint32Array(order.length);
    for (let k = 0; k < order.length; k++) rank[order[k]!] = k;
    return rank;
  });
  /** for each dimension d: pairs (opening simplex of d, closing simplex of d + 1 or -1) */
  const pairs: [number, number][][] = [[], [], []];
  const isNegative = complex.squares.map((s) => new Uint8Array(s.length));
  spacings(complex, orders[1]!, pairs[0]!, isNegative[1]!);
  const opens2 = dimension >= 1 ? reduce(complex, 3, orders, ranks, null) : null;
  const owner3 = opens2?.owner ?? null;
  if (dimension >= 1) {
    checkCancelled(task);
    const cleared = new Uint8Array(complex.squares[2]!.length);
    for (const [triangle] of owner3!) cleared[triangle] = 1;
    const { owner, zero } = reduce(complex, 2, orders, ranks, cleared);
    for (const [edge, triangle] of owner) pairs[1]!.push([edge, triangle]);
    for (let e = 0; e < complex.squares[1]!.length; e++) if (!isNegative[1]![e] && !owner.has(e)) pairs[1]!.push([e, -1]);
    if (dimension >= 2) {
      for (const [triangle, tetrahedron] of owner3!) pairs[2]!.push([triangle, tetrahedron]);
      for (const triangle of zero) pairs[2]!.push([triangle, -1]);
    }
  }
  return describe(complex, pairs.slice(0, dimension + 1));
}

/** Edges in their order join groups of points; one that does ends the younger group. */
function spacings({ points, faces }: AlphaComplex, order: Uint32Array, pairs: [number, number][], isNegative: Uint8Array): void {
  const parent = Int32Array.from({ length: points }, (_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  for (const e of order) {
    const [a, b] = [root(faces[1]![2 * e]!), root(faces[1]![2 * e + 1]!)];
    if (a === b) continue;
    parent[Math.max(a, b)] = Math.min(a, b);
    pairs.push([Math.max(a, b), e]);
    isNegative[e] = 1;
  }
  for (let i = 0; i < points; i++) if (root(i) === i) pairs.push([i, -1]);
}

/** Columns of one dimension: which simplex owns each pivot, and which columns become zero. */
function reduce(
  { faces }: AlphaComplex,
  dimension: 2 | 3,
  orders: readonly Uint32Array[],
  ranks: readonly Uint32Array[],
  cleared: Uint8Array | null,
): { owner: Map<number, number>; zero: number[] } {
  const size = dimension + 1;
  const own = faces[dimension]!;
  const below = ranks[dimension - 1]!;
  const owner = new Int32Array(below.length).fill(-1);
  /** of those to which others were added; all others are their own faces */
  const columns = new Map<number, Uint32Array>();
  const zero: number[] = [];
  /** ranks of the column that is reduced, as a heap with the largest first */
  const heap = new MaxHeap();
  for (const simplex of orders[dimension]!) {
    if (cleared?.[simplex]) continue;
    heap.clear();
    for (let k = 0; k < size; k++) heap.push(below[own[size * simplex + k]!]!);
    let pivot = heap.popOdd();
    let added = 0;
    while (pivot !== -1 && owner[pivot] !== -1) {
      const other = owner[pivot]!;
      const reduced = columns.get(other);
      // its pivot cancels with the one just taken
      if (reduced) for (let k = 0; k < reduced.length - 1; k++) heap.push(reduced[k]!);
      else heapAllBut(pivot, other);
      added++;
      pivot = heap.popOdd();
    }
    if (pivot === -1) {
      zero.push(simplex);
      continue;
    }
    owner[pivot] = simplex;
    if (added > 0) columns.set(simplex, Uint32Array.from([...heap.rest(), pivot]));
  }
  /** Faces of a simplex but one of those with the pivot's rank: a face that is there twice cancels. */
  function heapAllBut(pivot: number, simplex: number): void {
    let isLeftOut = false;
    for (let k = 0; k < size; k++) {
      const rank = below[own[size * simplex + k]!]!;
      if (rank === pivot && !isLeftOut) isLeftOut = true;
      else heap.push(rank);
    }
  }
  const simplexOf = orders[dimension - 1]!;
  const found = new Map<number, number>();
  for (let r = 0; r < owner.length; r++) if (owner[r] !== -1) found.set(simplexOf[r]!, owner[r]!);
  return { owner: found, zero };
}

/** Numbers with the largest first; two alike cancel (arithmetic modulo 2). */
class MaxHeap {
  #items = new Int32Array(64);
  #count = 0;

  clear(): void {
    this.#count = 0;
  }

  push(value: number): void {
    if (this.#count === this.#items.length) {
      const larger = new Int32Array(2 * this.#count);
      larger.set(this.#items);
      this.#items = larger;
    }
    const items = this.#items;
    let at = this.#count++;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (items[up]! >= value) break;
      items[at] = items[up]!;
      at = up;
    }
    items[at] = value;
  }

  #pop(): number {
    const items = this.#items;
    const top = items[0]!;
    const value = items[--this.#count]!;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= this.#count) break;
      if (down + 1 < this.#count && items[down + 1]! > items[down]!) down++;
      if (items[down]! <= value) break;
      items[at] = items[down]!;
      at = down;
    }
    items[at] = value;
    return top;
  }

  /** The largest that is there an odd number of times, taken out; -1 if there is none. */
  popOdd(): number {
    while (this.#count > 0) {
      const top = this.#pop();
      if (this.#count === 0 || this.#items[0] !== top) return top;
      this.#pop();
    }
    return -1;
  }

  /** All that is left, each at most once, rising. */
  rest(): number[] {
    const sorted = this.#items.slice(0, this.#count).sort();
    const left: number[] = [];
    for (const value of sorted) {
      if (left.length > 0 && left[left.length - 1] === value) left.pop();
      else left.push(value);
    }
    return left;
  }
}

function describe({ points, vertices, squares }: AlphaComplex, pairs: readonly (readonly [number, number])[][]): AlphaResult {
  const barcodes: Barcode[] = [];
  const cycles: Cycle[] = [];
  const endless: number[] = [];
  for (const [dimension, list] of pairs.entries()) {
    const bars = list
      .map(([opens, closes]) => ({
        opens,
        closes,
        birth: dimension === 0 ? 0 : Math.sqrt(squares[dimension]![opens]!),
        death: closes === -1 ? Number.POSITIVE_INFINITY : Math.sqrt(squares[dimension + 1]![closes]!),
      }))
      .filter(({ birth, death }) => death > birth * (1 + ROUNDING))
      .sort((a, b) => a.birth - b.birth || a.death - b.death);
    barcodes.push({ dimension, bars: Float64Array.from(bars.flatMap(({ birth, death }) => [birth, death])) });
    endless.push(bars.filter(({ closes }) => closes === -1).length);
    if (dimension === 0) continue;
    const corners = (d: number, s: number): number[] => Array.from(vertices[d]!.subarray((d + 1) * s, (d + 1) * (s + 1)));
    for (const [bar, { opens, closes }] of bars.entries()) {
      cycles.push({
        dimension,
        bar,
        opens: corners(dimension, opens),
        fills: closes === -1 ? null : corners(dimension + 1, closes),
        rings: [],
      });
    }
  }
  return { barcodes, cycles, endless, simplices: [points, ...squares.slice(1).map((s) => s.length)], notices: [] };
}

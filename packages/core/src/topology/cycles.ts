/**
 * From bars back to points: a ring for every H1 bar.
 *
 * The ring of a bar is the boundary of the triangle that fills it, moved back in the filtration: edge by edge, the longest first, an edge
 * with a point in its lune is replaced by the two shorter sides of that triangle, and an edge that opens a bar filled before by the ring of that bar. What
 * is left holds the edge that opens the bar, bounds nothing before its death, and runs along edges of the relative neighbourhood graph only. Of
 * the many rings of one class it is one, over Z/2, not the shortest. For a class that is open, the ring is the opening edge and the path
 * of fewest earlier edges between its ends.
 */
import { type EdgeList, grown } from "./edges.ts";
import type { RingComplex } from "./rings.ts";

export interface Cycle {
  /** 1: a ring; 2: a cavity */
  readonly dimension: number;
  /** place of its bar in the barcode of that dimension */
  readonly bar: number;
  /** points of the simplex that opens it: 2 of an edge, 3 of a triangle */
  readonly opens: readonly number[];
  /** points of the simplex that fills it, null where it is open */
  readonly fills: readonly number[] | null;
  /** closed walks over points, the first through the opening edge; empty for a cavity */
  readonly rings: readonly (readonly number[])[];
}

/**
 * @param births, deaths rank of the opening edge and key of the filling triangle (-1: open) of every class
 * @param classes the classes wanted, in the order of the bars
 * @param graph the relative neighbourhood graph
 */
export function ringsOf(
  complex: RingComplex,
  births: readonly number[],
  deaths: readonly number[],
  classes: readonly number[],
  graph: EdgeList,
  n: number,
): Cycle[] {
  const { high, low } = complex.edges;
  /** edges of the ring of each class, by its opening edge */
  const known = new Map<number, readonly number[]>();
  const dying = [...births.keys()].filter((k) => deaths[k] !== -1).sort((a, b) => deaths[a]! - deaths[b]!);
  for (const k of dying) known.set(births[k]!, boundaryMovedBack(complex, births[k]!, deaths[k]!, known, n));
  return classes.map((k, bar) => {
    const birth = births[k]!;
    const death = deaths[k]!;
    const ends = [high[birth]!, low[birth]!];
    if (death === -1) return { dimension: 1, bar, opens: ends, fills: null, rings: [path(graph, complex, birth, n)] };
    const longest = Math.floor(death / n);
    return {
      dimension: 1,
      bar,
      opens: ends,
      fills: [high[longest]!, low[longest]!, death - longest * n],
      rings: walks(known.get(birth)!, birth, complex.edges),
    };
  });
}

function boundaryMovedBack(
  complex: RingComplex,
  birth: number,
  death: number,
  known: ReadonlyMap<number, readonly number[]>,
  n: number,
): number[] {
  const { high, low } = complex.edges;
  const edge = (a: number, b: number): number => complex.rankOf(a > b ? a : b, a > b ? b : a);
  const queue = longestFirst();
  const sides = (rank: number, w: number): void => {
    queue.push(edge(high[rank]!, w));
    queue.push(edge(low[rank]!, w));
  };
  const longest = Math.floor(death / n);
  queue.push(longest);
  sides(longest, death - longest * n);
  const ring: number[] = [];
  for (let rank = queue.pop(); rank !== -1; rank = queue.pop()) {
    const w = complex.firstInLune(rank);
    if (w !== -1) sides(rank, w);
    else if (rank <= birth) ring.push(rank);
    else for (const other of known.get(rank)!) if (other !== rank) queue.push(other);
  }
  return ring;
}

/** A queue of ranks over Z/2: pairs of equal ones vanish. */
function longestFirst() {
  let heap = new Int32Array(64);
  let size = 0;
  const take = (): number => {
    const top = heap[0]!;
    const item = heap[--size]!;
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && heap[child + 1]! > heap[child]!) child++;
      if (heap[child]! <= item) break;
      heap[hole] = heap[child]!;
      hole = child;
    }
    heap[hole] = item;
    return top;
  };
  return {
    push(rank: number): void {
      if (size === heap.length) heap = grown(heap, 2 * size);
      let hole = size++;
      for (let parent = (hole - 1) >> 1; hole > 0 && heap[parent]! < rank; parent = (hole - 1) >> 1) {
        heap[hole] = heap[parent]!;
        hole = parent;
      }
      heap[hole] = rank;
    },
    /** -1 where nothing is left */
    pop(): number {
      while (size > 0) {
        const rank = take();
        let isOdd = true;
        while (size > 0 && heap[0] === rank) {
          take();
          isOdd = !isOdd;
        }
        if (isOdd) return rank;
      }
      return -1;
    },
  };
}

/** An even set of edges as closed walks; the first one goes through `birth`. */
function walks(ranks: readonly number[], birth: number, { high, low }: EdgeList): number[][] {
  const at = new Map<number, Set<number>>();
  const left = new Set(ranks);
  for (const rank of ranks) {
    for (const point of [high[rank]!, low[rank]!]) {
      if (!at.has(point)) at.set(point, new Set());
      at.get(point)!.add(rank);
    }
  }
  const found: number[][] = [];
  for (const first of [birth, ...ranks]) {
    if (!left.has(first)) continue;
    const walk: number[] = [];
    let point = low[first]!;
    for (let rank: number | undefined = first; rank !== undefined; ) {
      walk.push(point);
      left.delete(rank);
      at.get(high[rank]!)!.delete(rank);
      at.get(low[rank]!)!.delete(rank);
      point = high[rank]! === point ? low[rank]! : high[rank]!;
      // closed where it began, also if other rings touch it there
      rank = point === walk[0] ? undefined : (at.get(point)!.values().next().value as number | undefined);
    }
    found.push(walk);
  }
  return found;
}

/** The ends of an edge and the points of the path of fewest earlier edges of the graph between them. */
function path(graph: EdgeList, complex: RingComplex, birth: number, n: number): number[] {
  const from = complex.edges.low[birth]!;
  const to = complex.edges.high[birth]!;
  const next: number[][] = Array.from({ length: n }, () => []);
  for (let e = 0; e < graph.length.length; e++) {
    if (graph.high[e] === to && graph.low[e] === from) break;
    next[graph.high[e]!]!.push(graph.low[e]!);
    next[graph.low[e]!]!.push(graph.high[e]!);
  }
  const before = new Int32Array(n).fill(-1);
  before[from] = from;
  const queue = [from];
  for (let k = 0; k < queue.length && before[to] === -1; k++) {
    for (const point of next[queue[k]!]!) {
      if (before[point] !== -1) continue;
      before[point] = queue[k]!;
      queue.push(point);
    }
  }
  const walk = [to];
  while (walk.at(-1) !== from) walk.push(before[walk.at(-1)!]!);
  return walk;
}

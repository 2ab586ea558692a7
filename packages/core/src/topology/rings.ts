/** Edges and the triangles on them, within a radius that can grow: columns and pivots of dimension 1. */
import { type EdgeList, edgesUpTo } from "./edges.ts";
import type { Metric } from "./metric.ts";
import type { Cofaces } from "./reduce.ts";

export interface RingComplex extends Cofaces {
  readonly radius: number;
  readonly edges: EdgeList;
  /** Lists all edges up to a larger radius; ranks known so far stay what they are. */
  grow(radius: number): void;
  /** rank of the edge high–low, -1 beyond the radius */
  rankOf(high: number, low: number): number;
  /** smallest vertex of the lune of an edge, -1 where the lune is empty */
  firstInLune(rank: number): number;
}

/** Rank of what is not there. */
const FAR = 0x7fffffff;
const UNKNOWN = -2;

export function ringComplex(metric: Metric, firstRadius: number): RingComplex {
  const n = metric.size;
  const keys = new Float64Array(n);
  const signs = new Int8Array(n);
  const mark = new Int32Array(n).fill(FAR);
  let radius = firstRadius;
  let edges: EdgeList;
  // neighbours of each vertex by rising rank
  let start = new Int32Array(0);
  let neighbour = new Int32Array(0);
  let rankTo = new Int32Array(0);
  let first = new Int32Array(0);

  const grow = (wanted: number): void => {
    radius = wanted;
    edges = edgesUpTo(metric, wanted);
    const m = edges.length.length;
    start = new Int32Array(n + 1);
    for (let r = 0; r < m; r++) {
      start[edges.high[r]! + 1]!++;
      start[edges.low[r]! + 1]!++;
    }
    for (let i = 0; i < n; i++) start[i + 1]! += start[i]!;
    const at = start.slice(0, n);
    neighbour = new Int32Array(2 * m);
    rankTo = new Int32Array(2 * m);
    for (let r = 0; r < m; r++) {
      const i = edges.high[r]!;
      const j = edges.low[r]!;
      neighbour[at[i]!] = j;
      rankTo[at[i]!++] = r;
      neighbour[at[j]!] = i;
      rankTo[at[j]!++] = r;
    }
    first = new Int32Array(m).fill(UNKNOWN);
  };

  /** smallest w with both (u,w) and (v,w) before `rank` */
  const search = (rank: number): number => {
    const u = edges.high[rank]!;
    const v = edges.low[rank]!;
    let best = -1;
    let end = start[u]!;
    for (; end < start[u + 1]! && rankTo[end]! < rank; end++) mark[neighbour[end]!] = 1;
    for (let k = start[v]!; k < start[v + 1]! && rankTo[k]! < rank; k++) {
      const w = neighbour[k]!;
      if (mark[w] === 1 && (best === -1 || w < best)) best = w;
    }
    for (let k = start[u]!; k < end; k++) mark[neighbour[k]!] = FAR;
    return best;
  };
  const firstInLune = (rank: number): number => {
    if (first[rank] === UNKNOWN) first[rank] = search(rank);
    return first[rank]!;
  };

  grow(firstRadius);
  return {
    get radius() {
      return radius;
    },
    get edges() {
      return edges;
    },
    get bound() {
      return edges.length.length * n;
    },
    grow,
    keys,
    signs,
    rankOf(high, low) {
      for (let k = start[high]!; k < start[high + 1]!; k++) if (neighbour[k] === low) return rankTo[k]!;
      return -1;
    },
    firstInLune,
    list(rank) {
      const u = edges.high[rank]!;
      const v = edges.low[rank]!;
      let count = 0;
      for (let k = start[u]!; k < start[u + 1]!; k++) mark[neighbour[k]!] = rankTo[k]!;
      for (let k = start[v]!; k < start[v + 1]!; k++) {
        const w = neighbour[k]!;
        const toU = mark[w]!;
        if (toU === FAR) continue;
        const toV = rankTo[k]!;
        keys[count] = toU < rank && toV < rank ? rank * n + w : toU > toV ? toU * n + v : toV * n + u;
        // vertices in rising order: w comes after those smaller than it
        signs[count++] = w > u || w < v ? 1 : -1;
      }
      for (let k = start[u]!; k < start[u + 1]!; k++) mark[neighbour[k]!] = FAR;
      return count;
    },
    apparent(pivot) {
      const rank = Math.floor(pivot / n);
      return firstInLune(rank) === pivot - rank * n ? rank : -1;
    },
  };
}

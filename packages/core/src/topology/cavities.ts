/** Triangles and the tetrahedra on them: columns and pivots of dimension 2. */
import { ThioscopeError } from "../errors.ts";
import { checkCancelled, type TaskContext } from "../task.ts";
import { type EdgeList, grown } from "./edges.ts";
import type { Cofaces } from "./reduce.ts";

/** Ranks of all pairs are held in a square matrix: 64 MB at this many points. */
export const MOST_CAVITY_POINTS = 4096;

/** Rank of what is not there. */
const FAR = 0x7fffffff;

export interface CavityColumns {
  /** (r, w), rising: triangles that no tetrahedron with the same longest edge pairs with at once */
  triangles: Float64Array;
  /** place of the last one that such a tetrahedron does not pair with at all: it opens a cavity or fills a ring; -1 if there is none */
  last: number;
}

/**
 * Columns of dimension 2. For each edge, by rank, the link L are the vertices joined to both ends before it. Vertex w of L stands for the
 * triangle (r, w), an edge of L for a tetrahedron. w is a column unless a smaller vertex of L is joined to it; the least vertex of L
 * belongs to the edge itself. What remains unpaired are the least vertices of the other connected parts of L.
 */
export function cavityColumns(edges: EdgeList, n: number, context: TaskContext): CavityColumns {
  if (n > MOST_CAVITY_POINTS) {
    throw new ThioscopeError("INVALID_INPUT", `${n} points: cavities are computed for up to ${MOST_CAVITY_POINTS}`);
  }
  const words = (n + 31) >> 5;
  const joined = new Int32Array(n * words);
  const link = new Int32Array(words);
  const rest = new Int32Array(words);
  let triangles = new Float64Array(1024);
  let count = 0;
  let last = -1;

  const hasSmaller = (w: number): boolean => {
    const row = w * words;
    const end = w >> 5;
    for (let k = 0; k < end; k++) if ((link[k]! & joined[row + k]!) !== 0) return true;
    return (link[end]! & joined[row + end]! & ((1 << (w & 31)) - 1)) !== 0;
  };
  /** takes the part of the link that w belongs to out of `rest`; false if it was out already */
  const takePart = (w: number): boolean => {
    if ((rest[w >> 5]! & (1 << (w & 31))) === 0) return false;
    const stack = [w];
    rest[w >> 5]! &= ~(1 << (w & 31));
    for (let x = stack.pop(); x !== undefined; x = stack.pop()) {
      for (let k = 0; k < words; k++) {
        let bits = rest[k]! & joined[x * words + k]!;
        rest[k]! &= ~bits;
        for (; bits !== 0; bits &= bits - 1) stack.push(32 * k + 31 - Math.clz32(bits & -bits));
      }
    }
    return true;
  };

  const m = edges.length.length;
  for (let r = 0; r < m; r++) {
    if (r % 8192 === 0) {
      checkCancelled(context);
      context.progress(r, m, "triangles");
    }
    const u = edges.high[r]!;
    const v = edges.low[r]!;
    let least = -1;
    for (let k = 0; k < words; k++) {
      const bits = joined[u * words + k]! & joined[v * words + k]!;
      link[k] = bits;
      if (least === -1 && bits !== 0) least = 32 * k + 31 - Math.clz32(bits & -bits);
    }
    joined[u * words + (v >> 5)]! |= 1 << (v & 31);
    joined[v * words + (u >> 5)]! |= 1 << (u & 31);
    if (least === -1) continue;
    const begun = count;
    // what the least vertex is joined to is paired at once: mostly all of the link
    for (let k = least >> 5; k < words; k++) {
      let bits = link[k]! & ~joined[least * words + k]!;
      if (k === least >> 5) bits &= ~(1 << (least & 31));
      for (; bits !== 0; bits &= bits - 1) {
        const w = 32 * k + 31 - Math.clz32(bits & -bits);
        if (hasSmaller(w)) continue;
        if (count === triangles.length) triangles = grown(triangles, 2 * count);
        triangles[count++] = r * n + w;
      }
    }
    if (count === begun) continue;
    rest.set(link);
    takePart(least);
    for (let c = begun; c < count; c++) if (takePart(triangles[c]! - r * n)) last = c;
  }
  return { triangles: triangles.slice(0, count), last };
}

export interface CavityComplex extends Cofaces {
  /** only edges below this rank are there */
  readonly ranks: number;
  grow(ranks: number): void;
}

export function cavityComplex(edges: EdgeList, n: number, firstRanks: number): CavityComplex {
  const m = edges.length.length;
  const matrix = new Int32Array(n * n).fill(FAR);
  for (let r = 0; r < m; r++) {
    matrix[edges.high[r]! * n + edges.low[r]!] = r;
    matrix[edges.low[r]! * n + edges.high[r]!] = r;
  }
  const keys = new Float64Array(n);
  const signs = new Int8Array(n);
  let ranks = Math.min(m, Math.ceil(firstRanks));
  /** key of the tetrahedron with longest edge r and the two vertices a, b */
  const key = (r: number, a: number, b: number): number => (a > b ? (r * n + a) * n + b : (r * n + b) * n + a);
  return {
    get ranks() {
      return ranks;
    },
    get bound() {
      return ranks * n * n;
    },
    grow(wanted) {
      ranks = Math.min(m, wanted);
    },
    keys,
    signs,
    list(triangle) {
      const rank = Math.floor(triangle / n);
      const w = triangle - rank * n;
      const u = edges.high[rank]!;
      const v = edges.low[rank]!;
      let count = 0;
      for (let x = 0, toU = u * n, toV = v * n, toW = w * n; x < n; x++, toU++, toV++, toW++) {
        const a = matrix[toU]!;
        if (a >= ranks) continue;
        const b = matrix[toV]!;
        if (b >= ranks) continue;
        const c = matrix[toW]!;
        if (c >= ranks) continue;
        // the longest of the six edges; those of the triangle are not longer than `rank`
        keys[count] =
          a < rank && b < rank && c < rank ? key(rank, w, x) : a > b && a > c ? key(a, v, w) : b > c ? key(b, u, w) : key(c, u, v);
        const place = (x > u ? 1 : 0) + (x > v ? 1 : 0) + (x > w ? 1 : 0);
        signs[count++] = (place & 1) === 0 ? 1 : -1;
      }
      return count;
    },
    apparent(pivot) {
      const triangle = Math.floor(pivot / n);
      const x = pivot - triangle * n;
      const rank = Math.floor(triangle / n);
      const toY = (triangle - rank * n) * n;
      const toU = edges.high[rank]! * n;
      const toV = edges.low[rank]! * n;
      for (let w = 0; w < x; w++) if (matrix[toU + w]! < rank && matrix[toV + w]! < rank && matrix[toY + w]! < rank) return -1;
      return triangle;
    },
  };
}

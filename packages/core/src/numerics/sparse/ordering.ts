/**
 * An order of elimination that keeps the factors of a sparse matrix thin: nested dissection of the matrix's graph. Each part is cut by
 * the middle level of a breadth-first search from a far end; the cut is eliminated last, its sides first. For a planar mesh of n
 * nodes the factor then has O(n log n) values. (George, SIAM J. Numer. Anal. 10, 345 (1973); George and Liu, Computer Solution of
 * Large Sparse Positive Definite Systems, 1981, chapter 8.)
 */
import type { SparseMatrix } from "./csr.ts";

/** Parts no larger than this are ordered by their search levels alone. */
const SMALLEST_PART = 24;

/** @param a a matrix with symmetric pattern @returns order[k] = the unknown eliminated at place k */
export function nestedDissection(a: SparseMatrix): Int32Array {
  const n = a.rows;
  const order = new Int32Array(n);
  /** the part a node belongs to; nodes of finished cuts are in part −1 */
  const part = new Int32Array(n);
  const level = new Int32Array(n);
  const queue = new Int32Array(n);
  let parts = 1;
  let end = n;
  const work: Int32Array[] = [Int32Array.from({ length: n }, (_, i) => i)];
  // parts are taken from the stack and their cuts written from the end of the order
  while (work.length > 0) {
    const nodes = work.pop()!;
    const id = part[nodes[0]!]!;
    const first = farNode(a, part, id, nodes[0]!, level, queue);
    const reached = search(a, part, id, first, level, queue);
    if (reached < nodes.length) {
      // not connected: what was reached is one part, the rest another
      const own = queue.slice(0, reached);
      for (const i of own) part[i] = parts;
      parts++;
      work.push(
        own,
        nodes.filter((i) => part[i] === id),
      );
      continue;
    }
    const depth = level[queue[reached - 1]!]!;
    if (nodes.length <= SMALLEST_PART || depth < 2) {
      for (let k = 0; k < reached; k++) {
        order[--end] = queue[k]!;
        part[queue[k]!] = -1;
      }
      continue;
    }
    let middle = level[queue[reached >> 1]!]!;
    middle = Math.min(depth - 1, Math.max(1, middle));
    const [low, high, cut]: [number[], number[], number[]] = [[], [], []];
    for (let k = 0; k < reached; k++) {
      const i = queue[k]!;
      if (level[i]! < middle) low.push(i);
      else if (level[i]! > middle) high.push(i);
      // a node of the cut without a neighbour beyond belongs to the near side
      else if (hasHigher(a, part, id, level, i, middle)) cut.push(i);
      else low.push(i);
    }
    for (const i of cut) {
      order[--end] = i;
      part[i] = -1;
    }
    const [a1, a2] = [parts++, parts++];
    for (const i of low) part[i] = a1;
    for (const i of high) part[i] = a2;
    for (const side of [low, high]) if (side.length > 0) work.push(Int32Array.from(side));
  }
  return order;
}

function hasHigher(a: SparseMatrix, part: Int32Array, id: number, level: Int32Array, i: number, middle: number): boolean {
  for (let p = a.start[i]!; p < a.start[i + 1]!; p++) {
    const j = a.column[p]!;
    if (part[j] === id && level[j]! > middle) return true;
  }
  return false;
}

/** Levels from `first` within the part; @returns how many nodes were reached (they stand in `queue`). */
function search(a: SparseMatrix, part: Int32Array, id: number, first: number, level: Int32Array, queue: Int32Array): number {
  let [head, tail] = [0, 1];
  queue[0] = first;
  // levels of this search are told from older ones by marking the part's nodes with a sign
  const own = -2 - id;
  const before = part[first]!;
  part[first] = own;
  level[first] = 0;
  while (head < tail) {
    const i = queue[head++]!;
    for (let p = a.start[i]!; p < a.start[i + 1]!; p++) {
      const j = a.column[p]!;
      if (part[j] !== before) continue;
      part[j] = own;
      level[j] = level[i]! + 1;
      queue[tail++] = j;
    }
  }
  for (let k = 0; k < tail; k++) part[queue[k]!] = before;
  return tail;
}

/** A node at the far end of the part: the last one of a search, three times over. */
function farNode(a: SparseMatrix, part: Int32Array, id: number, from: number, level: Int32Array, queue: Int32Array): number {
  let first = from;
  let depth = -1;
  for (let round = 0; round < 3; round++) {
    const reached = search(a, part, id, first, level, queue);
    const last = queue[reached - 1]!;
    if (level[last]! <= depth) break;
    depth = level[last]!;
    first = last;
  }
  return first;
}

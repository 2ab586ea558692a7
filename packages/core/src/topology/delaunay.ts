/**
 * Delaunay tetrahedra of points in space, point by point (Bowyer–Watson), right for every input.
 *
 * Tetrahedra whose sphere holds a new point are taken out and the hole is filled from it. A ghost vertex stands beyond every face of the hull, so the
 * hull needs no large numbers. Points on a common sphere are told apart by raising each point's height on the paraboloid by an infinitesimal amount that grows with its
 * rank: the triangulation is then unique, and translates of a set are triangulated alike. Points are inserted in rounds of doubling size, each along a
 * space-filling order, and found by walking from the last. (A. Bowyer, D. Watson, Comput. J. 24, 162 and 167 (1981); H. Edelsbrunner, E. Mücke, ACM
 * Trans. Graph. 9, 66 (1990), for the perturbation; N. Amenta, S. Choi, G. Rote, SoCG 2003, for the order.)
 */
import { ThioscopeError } from "../errors.ts";
import { random } from "../random.ts";
import { inSphere, orientation } from "./spherePredicates.ts";

export interface Tetrahedra {
  /** four points each, of positive orientation */
  readonly vertices: Int32Array;
  readonly count: number;
}

/** Codes of 10 bits along each axis. */
const MORTON = 1024;
const FIRST_ROUND = 64;

/**
 * @param xyz x, y, z of each point in turn; no two alike
 * @param rank decides among points on a common sphere; the place in the list by default
 * @throws INVALID_INPUT for points that all lie in one plane, and for two alike
 */
export function delaunayTetrahedra(xyz: Float64Array, rank?: ArrayLike<number>): Tetrahedra {
  const n = xyz.length / 3;
  const order = insertionOrder(xyz);
  const first = firstFour(xyz, order);
  const ghost = n;
  let capacity = 64 + 8 * n;
  let vertices = new Int32Array(4 * capacity);
  let neighbours = new Int32Array(4 * capacity);
  let stamp = new Int32Array(capacity);
  const free: number[] = [];
  let used = 0;
  let last = 0;
  let round = 0;
  /** boundary faces of the hole: outer tetrahedron, its face, and the three points seen from inside with the new one in place */
  const hole: number[] = [];
  const queue: number[] = [];
  const isAlive = { stamps: 0 };

  const level = (p: number): number => (rank ? rank[p]! * n + p : p);

  function make(): number {
    const at = free.pop();
    if (at !== undefined) return at;
    if (used === capacity) {
      capacity *= 2;
      const grow = <T extends Int32Array>(old: T, size: number): Int32Array<ArrayBuffer> => {
        const larger = new Int32Array(size);
        larger.set(old);
        return larger;
      };
      vertices = grow(vertices, 4 * capacity);
      neighbours = grow(neighbours, 4 * capacity);
      stamp = grow(stamp, capacity);
    }
    return used++;
  }

  /** Is p inside the sphere of t; on the outer side of a ghost's face? */
  function conflicts(t: number, p: number): boolean {
    const at = 4 * t;
    const [a, b, c, d] = [vertices[at]!, vertices[at + 1]!, vertices[at + 2]!, vertices[at + 3]!];
    const k = a === ghost ? 0 : b === ghost ? 1 : c === ghost ? 2 : d === ghost ? 3 : -1;
    if (k >= 0) {
      const side =
        k === 0
          ? orientation(xyz, p, b, c, d)
          : k === 1
            ? orientation(xyz, a, p, c, d)
            : k === 2
              ? orientation(xyz, a, b, p, d)
              : orientation(xyz, a, b, c, p);
      if (side !== 0) return side > 0;
      // in the plane of the face: inside its circle if inside the sphere of the tetrahedron behind it
      return conflicts(neighbours[at + k]!, p);
    }
    const inside = inSphere(xyz, a, b, c, d, p);
    if (inside !== 0) return inside > 0;
    return raised(a, b, c, d, p);
  }

  /** On the sphere: the point of the highest rank is raised most. Raised itself, p is outside; a raised vertex lifts the plane on its own side. */
  function raised(a: number, b: number, c: number, d: number, p: number): boolean {
    const five = [a, b, c, d, p].sort((u, v) => level(v) - level(u));
    for (const q of five) {
      if (q === p) return false;
      const side =
        q === a
          ? orientation(xyz, p, b, c, d)
          : q === b
            ? orientation(xyz, a, p, c, d)
            : q === c
              ? orientation(xyz, a, b, p, d)
              : orientation(xyz, a, b, c, p);
      if (side !== 0) return side > 0;
    }
    return false;
  }

  /** A tetrahedron that p conflicts with, by walking towards it. */
  function locate(p: number): number {
    let t = last;
    const at = 4 * t;
    // from a ghost to the tetrahedron behind its face
    for (let k = 0; k < 4; k++) if (vertices[at + k] === ghost) t = neighbours[at + k]!;
    for (let step = 0; ; step++) {
      const base = 4 * t;
      let next = -1;
      const [a, b, c, d] = [vertices[base]!, vertices[base + 1]!, vertices[base + 2]!, vertices[base + 3]!];
      for (let j = 0; j < 4 && next === -1; j++) {
        // which face is tried first changes, so that no walk goes in circles
        const k = (j + step) & 3;
        const side =
          k === 0
            ? orientation(xyz, p, b, c, d)
            : k === 1
              ? orientation(xyz, a, p, c, d)
              : k === 2
                ? orientation(xyz, a, b, p, d)
                : orientation(xyz, a, b, c, p);
        if (side < 0) next = neighbours[base + k]!;
      }
      if (next === -1) return t;
      const n4 = 4 * next;
      if (vertices[n4] === ghost || vertices[n4 + 1] === ghost || vertices[n4 + 2] === ghost || vertices[n4 + 3] === ghost) return next;
      t = next;
    }
  }

  function insert(p: number): void {
    const start = locate(p);
    const s4 = 4 * start;
    for (let k = 0; k < 4; k++) {
      const v = vertices[s4 + k]!;
      if (v !== ghost && xyz[3 * v] === xyz[3 * p] && xyz[3 * v + 1] === xyz[3 * p + 1] && xyz[3 * v + 2] === xyz[3 * p + 2]) {
        throw new ThioscopeError("INVALID_INPUT", `points ${Math.min(v, p)} and ${Math.max(v, p)} are at one place`);
      }
    }
    // 2 · round: taken out; 2 · round + 1: looked at and kept
    round++;
    const out = 2 * round;
    queue.length = 0;
    hole.length = 0;
    queue.push(start);
    stamp[start] = out;
    for (let q = 0; q < queue.length; q++) {
      const t = queue[q]!;
      for (let k = 0; k < 4; k++) {
        const other = neighbours[4 * t + k]!;
        if (stamp[other] === out) continue;
        if (stamp[other] !== out + 1) {
          if (conflicts(other, p)) {
            stamp[other] = out;
            queue.push(other);
            continue;
          }
          stamp[other] = out + 1;
        }
        hole.push(t, k, other);
      }
    }
    fill(p);
    for (const t of queue) {
      stamp[t] = -1;
      free.push(t);
    }
    isAlive.stamps = round;
  }

  const sides = new Map<number, number>();
  function fill(p: number): void {
    sides.clear();
    for (let h = 0; h < hole.length; h += 3) {
      const [t, k, outer] = [hole[h]!, hole[h + 1]!, hole[h + 2]!];
      const made = make();
      const at = 4 * made;
      for (let j = 0; j < 4; j++) vertices[at + j] = vertices[4 * t + j]!;
      vertices[at + k] = p;
      stamp[made] = 0;
      neighbours[at + k] = outer;
      for (let j = 0; j < 4; j++) if (neighbours[4 * outer + j] === t && sharesFace(outer, j, made, k)) neighbours[4 * outer + j] = made;
      // faces that hold p meet along the other two points
      for (let j = 0; j < 4; j++) {
        if (j === k) continue;
        let [u, v] = [-1, -1];
        for (let m = 0; m < 4; m++) {
          if (m === j || m === k) continue;
          if (u === -1) u = vertices[at + m]!;
          else v = vertices[at + m]!;
        }
        const key = u < v ? u * (n + 1) + v : v * (n + 1) + u;
        const before = sides.get(key);
        if (before === undefined) sides.set(key, at + j);
        else {
          neighbours[at + j] = before >> 2;
          neighbours[before] = made;
          sides.delete(key);
        }
      }
      last = made;
    }
  }

  /** Two tetrahedra may meet in two faces where there are few points. */
  function sharesFace(outer: number, j: number, made: number, k: number): boolean {
    for (let m = 0; m < 4; m++) {
      if (m === j) continue;
      const v = vertices[4 * outer + m]!;
      let found = false;
      for (let q = 0; q < 4 && !found; q++) if (q !== k && vertices[4 * made + q] === v) found = true;
      if (!found) return false;
    }
    return true;
  }

  // the first tetrahedron and a ghost behind each of its faces
  const [a, b, c, d] = first;
  const core = make();
  vertices.set(orientation(xyz, a, b, c, d) > 0 ? [a, b, c, d] : [b, a, c, d], 0);
  const ghosts = [0, 1, 2, 3].map(() => make());
  for (let k = 0; k < 4; k++) {
    const at = 4 * ghosts[k]!;
    const own = Array.from(vertices.subarray(0, 4));
    own[k] = ghost;
    // the ghost is on the other side of the face: an exchange of two keeps the orientation positive
    const [i, j] = [0, 1, 2, 3].filter((m) => m !== k) as [number, number, number];
    [own[i], own[j]] = [own[j]!, own[i]!];
    vertices.set(own, at);
    neighbours[4 * core + k] = ghosts[k]!;
    neighbours[at + k] = core;
    for (let m = 0; m < 4; m++) {
      if (m === k) continue;
      // the face opposite a point is shared with the ghost behind the core's face opposite that point
      neighbours[at + m] = ghosts[vertices.subarray(0, 4).indexOf(own[m]!)]!;
    }
  }
  const placed = new Set<number>(first);
  for (const p of order) if (!placed.has(p)) insert(p);

  const kept: number[] = [];
  for (let t = 0; t < used; t++) {
    if (stamp[t] === -1) continue;
    const at = 4 * t;
    const four = vertices.subarray(at, at + 4);
    if (!four.includes(ghost)) kept.push(four[0]!, four[1]!, four[2]!, four[3]!);
  }
  return { vertices: Int32Array.from(kept), count: kept.length / 4 };
}

/** Rounds of doubling size, each along a space-filling order. */
function insertionOrder(xyz: Float64Array): Int32Array {
  const n = xyz.length / 3;
  const low = [0, 1, 2].map((k) => least(xyz, k, n));
  const high = [0, 1, 2].map(
    (k) =>
      -least(
        xyz.map((x) => -x),
        k,
        n,
      ),
  );
  const code = Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < 3; k++) {
      const span = high[k]! - low[k]!;
      const cell = span > 0 ? Math.min(MORTON - 1, Math.floor(((xyz[3 * i + k]! - low[k]!) / span) * MORTON)) : 0;
      for (let b = 0; b < 10; b++) if ((cell >> b) & 1) sum += 2 ** (3 * b + k);
    }
    return sum;
  });
  const draw = random("delaunay");
  const shuffled = Int32Array.from({ length: n }, (_, i) => i);
  for (let k = n - 1; k > 0; k--) {
    const other = draw.integer(k + 1);
    [shuffled[k], shuffled[other]] = [shuffled[other]!, shuffled[k]!];
  }
  for (let end = n; end > 0; ) {
    const from = end > FIRST_ROUND ? end >> 1 : 0;
    shuffled.subarray(from, end).sort((p, q) => code[p]! - code[q]!);
    end = from;
  }
  return shuffled;
}

function least(xyz: Float64Array, k: number, n: number): number {
  let found = Number.POSITIVE_INFINITY;
  for (let i = 0; i < n; i++) found = Math.min(found, xyz[3 * i + k]!);
  return found;
}

function firstFour(xyz: Float64Array, order: Int32Array): [number, number, number, number] {
  const n = order.length;
  const a = order[0] ?? -1;
  const apart = (p: number, q: number): boolean => [0, 1, 2].some((k) => xyz[3 * p + k] !== xyz[3 * q + k]);
  const b = order.find((p) => apart(p, a));
  if (b !== undefined) {
    // three points are on a line if every plane through them and a fourth is degenerate: any fourth point off the line will do
    for (let i = 0; i < n; i++) {
      const c = order[i]!;
      if (c === a || c === b || !isOffLine(xyz, a, b, c)) continue;
      const d = order.find((p) => orientation(xyz, a, b, c, p) !== 0);
      if (d !== undefined) return [a, b, c, d];
      break;
    }
  }
  throw new ThioscopeError("INVALID_INPUT", `${n} points lie in one plane: an alpha filtration in space needs four that do not`);
}

/** A triangle whose normal is clearly not zero; near-lines are skipped as a start only. */
function isOffLine(xyz: Float64Array, a: number, b: number, c: number): boolean {
  const [u, v] = [b, c].map((p) => [0, 1, 2].map((k) => xyz[3 * p + k]! - xyz[3 * a + k]!)) as [number[], number[]];
  const normal = Math.hypot(u[1]! * v[2]! - u[2]! * v[1]!, u[2]! * v[0]! - u[0]! * v[2]!, u[0]! * v[1]! - u[1]! * v[0]!);
  return normal > 1e-12 * Math.hypot(...u) * Math.hypot(...v);
}

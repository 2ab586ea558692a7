/**
 * A constrained Delaunay triangulation that grows point by point: find the triangle by walking, split it, flip edges until the empty-circle property
 * holds again; edges that are marked as fixed are never flipped. Signs are exact, so no triangle is ever turned over.
 * (Lawson, in Mathematical Software III, 1977; Sloan, Comput. Struct. 47, 441 (1993) for fixing edges.)
 *
 * Triangle t has the corners corner[3t … 3t+2] in left turn; across its edge opposite to corner k lies neighbour[3t+k], −1 at the outside.
 */
import { ThioscopeError } from "../../errors.ts";
import { inCircle, orientation } from "./predicates.ts";

const after = (k: number): number => (k === 2 ? 0 : k + 1);
const before = (k: number): number => (k === 0 ? 2 : k - 1);

export class Triangulation {
  xy: Float64Array;
  points = 0;
  corner: Int32Array;
  neighbour: Int32Array;
  /** 1 where the edge opposite to the corner is fixed */
  fixed: Uint8Array;
  triangles = 0;
  /** a triangle at each point */
  at: Int32Array;
  /** triangles that the last insertion or flip has changed */
  readonly changed: number[] = [];
  private last = 0;
  private readonly stack: number[] = [];

  /** Three corners far outside the box come first, as points 0, 1 and 2. */
  constructor(box: readonly [xmin: number, ymin: number, xmax: number, ymax: number], room: number) {
    this.xy = new Float64Array(2 * (room + 3));
    this.at = new Int32Array(room + 3);
    this.corner = new Int32Array(6 * (room + 3));
    this.neighbour = new Int32Array(6 * (room + 3));
    this.fixed = new Uint8Array(6 * (room + 3));
    const [x0, y0, x1, y1] = box;
    const [cx, cy] = [(x0 + x1) / 2, (y0 + y1) / 2];
    const far = 40 * Math.max(x1 - x0, y1 - y0);
    this.xy.set([cx - far, cy - far, cx + far, cy - far, cx, cy + far]);
    this.points = 3;
    this.corner.set([0, 1, 2]);
    this.neighbour.set([-1, -1, -1]);
    this.triangles = 1;
  }

  /** The triangle that holds (x, y), found by walking; null if a fixed edge lies in between and `stopAtFixed` asks to stop there. */
  locate(x: number, y: number, from: number, stopAtFixed: boolean): number | null {
    this.room(1);
    const { xy, corner } = this;
    // the point is judged at the place behind the last one
    const p = this.points;
    xy[2 * p] = x;
    xy[2 * p + 1] = y;
    let t = from;
    for (let steps = 0; steps < 4 * this.triangles + 10; steps++) {
      let across = -1;
      const turn = steps % 3;
      for (let q = 0; q < 3; q++) {
        const k = (q + turn) % 3;
        if (orientation(xy, corner[3 * t + after(k)]!, corner[3 * t + before(k)]!, p) < 0) {
          across = k;
          break;
        }
      }
      if (across === -1) return t;
      if (stopAtFixed && this.fixed[3 * t + across] === 1) return null;
      const next = this.neighbour[3 * t + across]!;
      if (next === -1) return null;
      t = next;
    }
    return null;
  }

  /** Adds a point; @returns its index, or the index of the point that already lies there. Throws INVALID_INPUT outside the box. */
  insert(x: number, y: number, from = this.last): number {
    const t = this.locate(x, y, from, false);
    if (t === null) throw new ThioscopeError("INVALID_INPUT", `a point at (${x}, ${y}) lies outside the triangulation`);
    return this.insertIn(t, x, y);
  }

  insertIn(t: number, x: number, y: number): number {
    this.room(1);
    const { xy, corner } = this;
    const p = this.points;
    xy[2 * p] = x;
    xy[2 * p + 1] = y;
    this.changed.length = 0;
    let edge = -1;
    for (let k = 0; k < 3; k++) {
      const c = corner[3 * t + k]!;
      if (xy[2 * c] === x && xy[2 * c + 1] === y) return c;
      if (orientation(xy, corner[3 * t + after(k)]!, corner[3 * t + before(k)]!, p) === 0) edge = k;
    }
    this.points++;
    if (edge === -1 || this.neighbour[3 * t + edge] === -1) this.splitTriangle(t, p);
    else this.splitEdge(t, edge, p);
    this.last = this.at[p]!;
    this.restore(p);
    return p;
  }

  /** Makes the edge a–b part of the triangulation and fixes it. Throws INVALID_INPUT where another fixed edge or a point lies in its way. */
  fixEdge(a: number, b: number): void {
    const limit = 10 * this.triangles + 100;
    for (let round = 0; round < limit; round++) {
      const found = this.edgeBetween(a, b);
      if (found !== null) {
        this.setFixed(found[0], found[1]);
        return;
      }
      if (!this.flipOneAcross(a, b)) break;
    }
    throw new ThioscopeError("INVALID_INPUT", "the boundary crosses or touches itself");
  }

  /** Triangle and corner opposite to the edge a–b, if it exists. */
  edgeBetween(a: number, b: number): [number, number] | null {
    for (const t of this.around(a)) {
      for (let k = 0; k < 3; k++) {
        const [u, v] = [this.corner[3 * t + after(k)]!, this.corner[3 * t + before(k)]!];
        if ((u === a && v === b) || (u === b && v === a)) return [t, k];
      }
    }
    return null;
  }

  /** The triangles at point a. */
  around(a: number): number[] {
    const start = this.at[a]!;
    const found: number[] = [];
    let t = start;
    do {
      found.push(t);
      const k = this.cornerIndex(t, a);
      t = this.neighbour[3 * t + after(k)]!;
    } while (t !== -1 && t !== start && found.length < 1e4);
    if (t === -1) {
      t = this.neighbour[3 * start + before(this.cornerIndex(start, a))]!;
      while (t !== -1 && found.length < 1e4) {
        found.push(t);
        t = this.neighbour[3 * t + before(this.cornerIndex(t, a))]!;
      }
    }
    return found;
  }

  private cornerIndex(t: number, a: number): number {
    const { corner } = this;
    return corner[3 * t] === a ? 0 : corner[3 * t + 1] === a ? 1 : 2;
  }

  private setFixed(t: number, k: number): void {
    this.fixed[3 * t + k] = 1;
    const n = this.neighbour[3 * t + k]!;
    if (n !== -1) this.fixed[3 * n + this.backIndex(n, t)] = 1;
  }

  private backIndex(n: number, t: number): number {
    const { neighbour } = this;
    return neighbour[3 * n] === t ? 0 : neighbour[3 * n + 1] === t ? 1 : 2;
  }

  /** Walks along a→b and flips the first crossed edge whose two triangles form a convex quadrilateral. */
  private flipOneAcross(a: number, b: number): boolean {
    const { xy, corner, neighbour, fixed } = this;
    let t = -1;
    let k = -1;
    for (const candidate of this.around(a)) {
      const i = this.cornerIndex(candidate, a);
      const [u, v] = [corner[3 * candidate + after(i)]!, corner[3 * candidate + before(i)]!];
      // the ray from a to b leaves through the edge u–v
      if (orientation(xy, a, u, b) > 0 && orientation(xy, a, v, b) < 0) {
        t = candidate;
        k = i;
        break;
      }
    }
    while (t !== -1) {
      if (fixed[3 * t + k] === 1) return false;
      const n = neighbour[3 * t + k]!;
      if (n === -1) return false;
      const back = this.backIndex(n, t);
      const [p, u, v, q] = [corner[3 * t + k]!, corner[3 * t + after(k)]!, corner[3 * t + before(k)]!, corner[3 * n + back]!];
      if (orientation(xy, p, u, q) > 0 && orientation(xy, p, q, v) > 0) {
        this.flip(t, k);
        return true;
      }
      if (q === b) return false;
      const side = orientation(xy, a, b, q);
      if (side === 0) return false;
      // go on through the edge of n that the line crosses next
      const next = side > 0 ? u : v;
      const opposite = next === u ? v : u;
      t = n;
      k = this.cornerIndex(n, opposite);
    }
    return false;
  }

  private splitTriangle(t: number, p: number): void {
    const { corner, neighbour, fixed, at } = this;
    const [a, b, c] = [corner[3 * t]!, corner[3 * t + 1]!, corner[3 * t + 2]!];
    const [na, nb, nc] = [neighbour[3 * t]!, neighbour[3 * t + 1]!, neighbour[3 * t + 2]!];
    const [fa, fb, fc] = [fixed[3 * t]!, fixed[3 * t + 1]!, fixed[3 * t + 2]!];
    const [t1, t2] = [this.triangles, this.triangles + 1];
    this.triangles += 2;
    // t: p b c, t1: p c a, t2: p a b; each with its outer edge opposite to p
    this.set(t, p, b, c, na, t1, t2, fa);
    this.set(t1, p, c, a, nb, t2, t, fb);
    this.set(t2, p, a, b, nc, t, t1, fc);
    this.replace(nb, t, t1);
    this.replace(nc, t, t2);
    at[p] = t;
    at[a] = t1;
    at[b] = t;
    at[c] = t;
    this.stack.push(t, t1, t2);
  }

  /** Splits the edge opposite to corner k of t, and its two triangles; a fixed edge leaves two fixed halves. */
  private splitEdge(t: number, k: number, p: number): void {
    const { corner, neighbour, fixed, at } = this;
    const n = neighbour[3 * t + k]!;
    const m = this.backIndex(n, t);
    const [a, b, c, d] = [corner[3 * t + k]!, corner[3 * t + after(k)]!, corner[3 * t + before(k)]!, corner[3 * n + m]!];
    const [tb, tc] = [neighbour[3 * t + after(k)]!, neighbour[3 * t + before(k)]!];
    const [ftb, ftc] = [fixed[3 * t + after(k)]!, fixed[3 * t + before(k)]!];
    // n has the corners d, c, b in left turn
    const [nc, nb] = [neighbour[3 * n + after(m)]!, neighbour[3 * n + before(m)]!];
    const [fnc, fnb] = [fixed[3 * n + after(m)]!, fixed[3 * n + before(m)]!];
    const split = fixed[3 * t + k]!;
    const [t1, n1] = [this.triangles, this.triangles + 1];
    this.triangles += 2;
    // p first: the edge opposite to p is the outer one
    this.set(t, p, a, b, tc, n, t1, ftc);
    this.set(t1, p, c, a, tb, t, n1, ftb);
    this.set(n, p, b, d, nc, n1, t, fnc);
    this.set(n1, p, d, c, nb, t1, n, fnb);
    fixed[3 * t + 1] = split;
    fixed[3 * n + 2] = split;
    fixed[3 * t1 + 2] = split;
    fixed[3 * n1 + 1] = split;
    this.replace(tb, t, t1);
    this.replace(nb, n, n1);
    at[p] = t;
    at[a] = t;
    at[b] = t;
    at[c] = t1;
    at[d] = n;
    this.stack.push(t, t1, n, n1);
  }

  private set(t: number, a: number, b: number, c: number, na: number, nb: number, nc: number, fa: number): void {
    this.corner[3 * t] = a;
    this.corner[3 * t + 1] = b;
    this.corner[3 * t + 2] = c;
    this.neighbour[3 * t] = na;
    this.neighbour[3 * t + 1] = nb;
    this.neighbour[3 * t + 2] = nc;
    this.fixed[3 * t] = fa;
    this.fixed[3 * t + 1] = 0;
    this.fixed[3 * t + 2] = 0;
  }

  private replace(t: number, old: number, now: number): void {
    if (t !== -1) this.neighbour[3 * t + this.backIndex(t, old)] = now;
  }

  /** Flips the edges opposite to p until every circle is empty; what it touches stands in `changed`. */
  private restore(p: number): void {
    const { stack } = this;
    while (stack.length > 0) {
      const t = stack.pop()!;
      const k = this.cornerIndex(t, p);
      const n = this.neighbour[3 * t + k]!;
      this.changed.push(t);
      if (n === -1 || this.fixed[3 * t + k] === 1) continue;
      const q = this.corner[3 * n + this.backIndex(n, t)]!;
      const { corner } = this;
      if (inCircle(this.xy, corner[3 * t]!, corner[3 * t + 1]!, corner[3 * t + 2]!, q) <= 0) continue;
      this.flip(t, k);
      stack.push(t, n);
    }
  }

  /** Replaces the edge opposite to corner k of t by the other diagonal. */
  private flip(t: number, k: number): void {
    const { corner, neighbour, fixed, at } = this;
    const n = neighbour[3 * t + k]!;
    const m = this.backIndex(n, t);
    const [p, u, v, q] = [corner[3 * t + k]!, corner[3 * t + after(k)]!, corner[3 * t + before(k)]!, corner[3 * n + m]!];
    const [tu, tv] = [neighbour[3 * t + after(k)]!, neighbour[3 * t + before(k)]!];
    const [ftu, ftv] = [fixed[3 * t + after(k)]!, fixed[3 * t + before(k)]!];
    // n has the corners q, v, u in left turn
    const [nv, nu] = [neighbour[3 * n + after(m)]!, neighbour[3 * n + before(m)]!];
    const [fnv, fnu] = [fixed[3 * n + after(m)]!, fixed[3 * n + before(m)]!];
    // t: p u q, n: p q v
    this.set(t, p, u, q, nv, n, tv, fnv);
    this.set(n, p, q, v, nu, tu, t, fnu);
    fixed[3 * t + 2] = ftv;
    fixed[3 * n + 1] = ftu;
    this.replace(nv, n, t);
    this.replace(tu, t, n);
    at[p] = t;
    at[u] = t;
    at[q] = t;
    at[v] = n;
  }

  /** Flips edges until every edge that is not fixed has empty circles on both sides: after points were moved or edges fixed. */
  restoreAll(): void {
    const { corner, neighbour, fixed, xy } = this;
    // each pass settles most edges; rounding cannot make it endless, since the signs are exact
    for (let flips = 1, pass = 0; flips > 0 && pass < 50; pass++) {
      flips = 0;
      for (let t = 0; t < this.triangles; t++) {
        for (let k = 0; k < 3; k++) {
          const n = neighbour[3 * t + k]!;
          if (n < t || fixed[3 * t + k] === 1) continue;
          const q = corner[3 * n + this.backIndex(n, t)]!;
          if (inCircle(xy, corner[3 * t]!, corner[3 * t + 1]!, corner[3 * t + 2]!, q) <= 0) continue;
          this.flip(t, k);
          flips++;
        }
      }
    }
  }

  private room(more: number): void {
    if (2 * (this.points + more + 1) > this.xy.length) {
      this.xy = grown(this.xy, Float64Array);
      this.at = grown(this.at, Int32Array);
    }
    if (3 * (this.triangles + 2 * more + 2) > this.corner.length) {
      this.corner = grown(this.corner, Int32Array);
      this.neighbour = grown(this.neighbour, Int32Array);
      this.fixed = grown(this.fixed, Uint8Array);
    }
  }
}

function grown<T extends Float64Array | Int32Array | Uint8Array>(old: T, kind: new (length: number) => T): T {
  const now = new kind(2 * old.length);
  now.set(old);
  return now;
}

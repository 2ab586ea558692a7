/**
 * A graded triangle mesh of a plane domain inside a closed loop of curves: points on the boundary at distances of the size field, their Delaunay
 * triangulation with the boundary fixed, then circumcentres of triangles that are too large or too thin, as long as they keep away
 * from the boundary, and a few rounds of smoothing.
 * (Ruppert, J. Algorithms 18, 548 (1995), with a boundary that is divided beforehand.)
 *
 * A mesh that comes back has no triangle without area. What cannot be meshed is refused: INVALID_INPUT for a loop that is not closed, crosses
 * itself or runs the wrong way round, NOT_COMPUTABLE for sizes that ask for too many points.
 */
import { ThioscopeError } from "../../errors.ts";
import type { Curve } from "./curves.ts";
import { type Mesh, meshQuality } from "./mesh.ts";
import { orientation } from "./predicates.ts";
import { type SizeField, type SizeOptions, sizeField } from "./sizes.ts";
import { Triangulation } from "./triangulation.ts";

export interface MeshOptions extends SizeOptions {
  /** most points; default 400,000 */
  mostPoints?: number;
}

/** A circumradius above this share of the size is too large: edges then are close to the size. */
const OF_SIZE = 0.72;
/** Circumradius over shortest edge; 1.2 is an angle of 24.6°. */
const THIN = 1.2;
const SMOOTHINGS = 3;
/** The boundary may use this part of all points: more of them leave none for the inside. */
const BOUNDARY_SHARE = 8;

export function meshDomain(curves: readonly Curve[], options: MeshOptions): Mesh {
  checkLoop(curves);
  const { mostPoints = 400_000 } = options;
  const size = sizeField(curves, options);
  const rim = divideBoundary(curves, size, Math.ceil(mostPoints / BOUNDARY_SHARE));
  const n = rim.curve.length;
  let [x0, y0, x1, y1] = [rim.xy[0]!, rim.xy[1]!, rim.xy[0]!, rim.xy[1]!];
  for (let k = 0; k < n; k++) {
    x0 = Math.min(x0, rim.xy[2 * k]!);
    x1 = Math.max(x1, rim.xy[2 * k]!);
    y0 = Math.min(y0, rim.xy[2 * k + 1]!);
    y1 = Math.max(y1, rim.xy[2 * k + 1]!);
  }
  const mesh = new Triangulation([x0, y0, x1, y1], 8 * n + 64);
  const index = new Int32Array(n);
  // from coarse to fine, each from its neighbour: points in a row, one after the other, would make ever thinner fans
  for (let stride = 2 ** Math.ceil(Math.log2(n)); stride >= 1; stride /= 2) {
    for (let k = stride >= n ? 0 : stride; k < n; k += 2 * stride) {
      const points = mesh.points;
      const near = k >= stride ? mesh.at[index[k - stride]!]! : 0;
      index[k] = mesh.insert(rim.xy[2 * k]!, rim.xy[2 * k + 1]!, near);
      if (mesh.points === points) throw new ThioscopeError("INVALID_INPUT", "the boundary touches itself");
    }
  }
  for (let k = 0; k < n; k++) mesh.fixEdge(index[k]!, index[(k + 1) % n]!);
  mesh.restoreAll();
  const inside = insideOf(mesh, index[0]!, index[1 % n]!);
  refine(mesh, inside, size, mostPoints);
  for (let round = 0; round < SMOOTHINGS; round++) {
    smooth(mesh, n);
    mesh.restoreAll();
  }
  const result = extract(mesh, rim, index, curves);
  if (meshQuality(result).inverted > 0)
    throw new ThioscopeError("NOT_COMPUTABLE", "the domain is too thin for the precision of its coordinates");
  return result;
}

function checkLoop(curves: readonly Curve[]): void {
  for (const [k, curve] of curves.entries()) {
    const next = curves[(k + 1) % curves.length]!;
    const [end, start] = [curve.at(1), next.at(0)];
    if (!(end[0] === start[0] && end[1] === start[1])) {
      throw new ThioscopeError("INVALID_INPUT", `the boundary is open between "${curve.tag}" at (${end}) and "${next.tag}" at (${start})`);
    }
  }
}

interface Rim {
  xy: Float64Array;
  /** curve and its parameter from this point to the next */
  curve: Int32Array;
  from: Float64Array;
  to: Float64Array;
}

/** Points on the loop so that each edge is about as long as the size there. */
function divideBoundary(curves: readonly Curve[], size: SizeField, most: number): Rim {
  const rows: [x: number, y: number, curve: number, from: number, to: number][] = [];
  for (const [c, curve] of curves.entries()) {
    const stops = [0, ...(curve.kinks ?? []), 1];
    for (let s = 1; s < stops.length; s++) {
      const places = alongCurve(curve, stops[s - 1]!, stops[s]!, size, most);
      for (let k = 1; k < places.length; k++) {
        const [x, y] = curve.at(places[k - 1]!);
        rows.push([x, y, c, places[k - 1]!, places[k]!]);
      }
      if (rows.length > most) throw tooMany(most);
    }
  }
  if (rows.length < 3) throw new ThioscopeError("INVALID_INPUT", "a boundary needs at least three edges");
  return {
    xy: Float64Array.from(rows.flatMap((r) => [r[0], r[1]])),
    curve: Int32Array.from(rows, (r) => r[2]),
    from: Float64Array.from(rows, (r) => r[3]),
    to: Float64Array.from(rows, (r) => r[4]),
  };
}

/** Parameters from t0 to t1 between which ∫ ds/h is the same and close to 1. */
function alongCurve(curve: Curve, t0: number, t1: number, size: SizeField, most: number): number[] {
  const places = [t0];
  const lengths = [0];
  let t = t0;
  let [x, y] = curve.at(t);
  let length = 0;
  let step = (t1 - t0) / 64;
  while (t < t1) {
    const h = size(x, y);
    let next = Math.min(t1, t + step);
    let [nx, ny] = curve.at(next);
    let ds = Math.hypot(nx - x, ny - y);
    for (let tries = 0; ds > 0.25 * h && tries < 200; tries++) {
      step = 0.8 * (next - t) * Math.min(0.9, (0.25 * h) / ds);
      next = t + step;
      // the parameter has run out of digits
      if (next <= t) throw tooMany(most);
      [nx, ny] = curve.at(next);
      ds = Math.hypot(nx - x, ny - y);
    }
    length += ds / ((h + size(nx, ny)) / 2);
    places.push(next);
    lengths.push(length);
    if (places.length > 8 * most) throw tooMany(most);
    if (ds < 0.12 * h) step *= 1.7;
    [t, x, y] = [next, nx, ny];
  }
  if (!(length > 0)) throw new ThioscopeError("INVALID_INPUT", `the piece "${curve.tag}" of the boundary has no length`);
  const count = Math.max(1, Math.round(length));
  const found = [t0];
  let k = 1;
  for (let e = 1; e < count; e++) {
    const wanted = (length * e) / count;
    while (lengths[k]! < wanted) k++;
    const f = (wanted - lengths[k - 1]!) / (lengths[k]! - lengths[k - 1]!);
    found.push(places[k - 1]! + f * (places[k]! - places[k - 1]!));
  }
  found.push(t1);
  return found;
}

const tooMany = (most: number): ThioscopeError =>
  new ThioscopeError(
    "NOT_COMPUTABLE",
    `the sizes ask for more than ${most.toLocaleString("en")} points: the smallest feature is too small for the domain`,
  );

/** 1 for each triangle inside the loop, found by walking from everything outside up to fixed edges. */
function insideOf(mesh: Triangulation, a: number, b: number): Uint8Array {
  const inside = new Uint8Array(mesh.triangles * 2).fill(1);
  const stack = [mesh.at[0]!];
  inside[stack[0]!] = 0;
  while (stack.length > 0) {
    const t = stack.pop()!;
    for (let k = 0; k < 3; k++) {
      const n = mesh.neighbour[3 * t + k]!;
      if (n === -1 || mesh.fixed[3 * t + k] === 1 || inside[n] === 0) continue;
      inside[n] = 0;
      stack.push(n);
    }
  }
  // the domain lies on the left of its first edge
  const left = leftOf(mesh, a, b);
  if (left === -1 || inside[left] !== 1)
    throw new ThioscopeError("INVALID_INPUT", "the boundary runs clockwise: the domain must lie on its left");
  return inside;
}

/** The triangle on the left of the edge from a to b, −1 where there is none. */
function leftOf(mesh: Triangulation, a: number, b: number): number {
  const [t, k] = mesh.edgeBetween(a, b)!;
  return mesh.corner[3 * t + ((k + 1) % 3)] === a ? t : mesh.neighbour[3 * t + k]!;
}

/** Inserts circumcentres until no triangle is too large or too thin, or none of those left can be helped. */
function refine(mesh: Triangulation, insideAtFirst: Uint8Array, size: SizeField, most: number): void {
  const queue: number[] = [];
  let inside = insideAtFirst;
  for (let t = 0; t < mesh.triangles; t++) if (inside[t] === 1) queue.push(t);
  const stamp = { mark: new Int32Array(inside.length), now: 0 };
  const circle = { x: 0, y: 0, radius: 0, shortest: 0 };
  for (let head = 0; head < queue.length; head++) {
    const t = queue[head]!;
    circumcircle(mesh, t, circle);
    const h = size(circle.x, circle.y);
    const thin = circle.radius > THIN * circle.shortest && circle.radius > 0.4 * h;
    if (!(thin || circle.radius > OF_SIZE * h)) continue;
    const host = mesh.locate(circle.x, circle.y, t, true);
    if (host === null || inside[host] !== 1 || encroaches(mesh, host, circle.x, circle.y, stamp)) continue;
    if (mesh.points >= most + 3) throw tooMany(most);
    const before = mesh.points;
    mesh.insertIn(host, circle.x, circle.y);
    if (mesh.points === before) continue;
    if (mesh.triangles > inside.length) {
      const larger = new Uint8Array(2 * mesh.triangles);
      larger.set(inside);
      inside = larger;
      const marks = new Int32Array(larger.length);
      marks.set(stamp.mark);
      stamp.mark = marks;
    }
    for (const c of mesh.changed) {
      inside[c] = 1;
      queue.push(c);
    }
  }
}

function circumcircle(mesh: Triangulation, t: number, into: { x: number; y: number; radius: number; shortest: number }): void {
  const { xy, corner } = mesh;
  const [a, b, c] = [2 * corner[3 * t]!, 2 * corner[3 * t + 1]!, 2 * corner[3 * t + 2]!];
  const [ux, uy, vx, vy] = [xy[b]! - xy[a]!, xy[b + 1]! - xy[a + 1]!, xy[c]! - xy[a]!, xy[c + 1]! - xy[a + 1]!];
  const [u2, v2] = [ux * ux + uy * uy, vx * vx + vy * vy];
  const twice = 2 * (ux * vy - uy * vx);
  const dx = (vy * u2 - uy * v2) / twice;
  const dy = (ux * v2 - vx * u2) / twice;
  into.x = xy[a]! + dx;
  into.y = xy[a + 1]! + dy;
  into.radius = Math.hypot(dx, dy);
  into.shortest = Math.sqrt(Math.min(u2, v2, (ux - vx) ** 2 + (uy - vy) ** 2));
}

/** True if a point would see a fixed edge under more than a right angle: it would make a thin triangle there. */
function encroaches(mesh: Triangulation, host: number, x: number, y: number, stamp: { mark: Int32Array; now: number }): boolean {
  const { xy, corner, neighbour, fixed } = mesh;
  const now = ++stamp.now;
  const stack = [host];
  stamp.mark[host] = now;
  const circle = { x: 0, y: 0, radius: 0, shortest: 0 };
  while (stack.length > 0) {
    const t = stack.pop()!;
    for (let k = 0; k < 3; k++) {
      if (fixed[3 * t + k] === 1) {
        const [a, b] = [2 * corner[3 * t + ((k + 1) % 3)]!, 2 * corner[3 * t + ((k + 2) % 3)]!];
        if ((xy[a]! - x) * (xy[b]! - x) + (xy[a + 1]! - y) * (xy[b + 1]! - y) < 0) return true;
        continue;
      }
      const n = neighbour[3 * t + k]!;
      if (n === -1 || stamp.mark[n] === now) continue;
      stamp.mark[n] = now;
      circumcircle(mesh, n, circle);
      if (Math.hypot(circle.x - x, circle.y - y) < circle.radius) stack.push(n);
    }
  }
  return false;
}

/** Moves each inner point to the mean of its neighbours where no triangle turns over. The first points are those of the boundary. */
function smooth(mesh: Triangulation, rim: number): void {
  const { xy, corner } = mesh;
  for (let p = rim + 3; p < mesh.points; p++) {
    const triangles = mesh.around(p);
    let [x, y] = [0, 0];
    for (const t of triangles) {
      const k = corner[3 * t] === p ? 0 : corner[3 * t + 1] === p ? 1 : 2;
      const q = corner[3 * t + ((k + 1) % 3)]!;
      x += xy[2 * q]!;
      y += xy[2 * q + 1]!;
    }
    const [ox, oy] = [xy[2 * p]!, xy[2 * p + 1]!];
    const before = leastQuality(mesh, triangles);
    xy[2 * p] = x / triangles.length;
    xy[2 * p + 1] = y / triangles.length;
    const turned = triangles.some((t) => orientation(xy, corner[3 * t]!, corner[3 * t + 1]!, corner[3 * t + 2]!) <= 0);
    if (turned || leastQuality(mesh, triangles) < before) {
      xy[2 * p] = ox;
      xy[2 * p + 1] = oy;
    }
  }
}

/** Smallest area over sum of squared edges among triangles. */
function leastQuality(mesh: Triangulation, triangles: readonly number[]): number {
  const { xy, corner } = mesh;
  let least = 1;
  for (const t of triangles) {
    const [a, b, c] = [2 * corner[3 * t]!, 2 * corner[3 * t + 1]!, 2 * corner[3 * t + 2]!];
    const [ux, uy, vx, vy] = [xy[b]! - xy[a]!, xy[b + 1]! - xy[a + 1]!, xy[c]! - xy[a]!, xy[c + 1]! - xy[a + 1]!];
    const sum = ux * ux + uy * uy + vx * vx + vy * vy + (ux - vx) ** 2 + (uy - vy) ** 2;
    least = Math.min(least, (ux * vy - uy * vx) / sum);
  }
  return least;
}

/** Triangles inside the loop with points numbered in the order of a breadth-first search, so that neighbours lie close in memory. */
function extract(mesh: Triangulation, rim: Rim, index: Int32Array, curves: readonly Curve[]): Mesh {
  const number = new Int32Array(mesh.points).fill(-1);
  const order: number[] = [];
  const seen = new Uint8Array(mesh.triangles);
  const triangles: number[] = [];
  const begin = leftOf(mesh, index[0]!, index[1]!);
  const queue = [begin];
  seen[begin] = 1;
  for (let head = 0; head < queue.length; head++) {
    const t = queue[head]!;
    for (let k = 0; k < 3; k++) {
      const p = mesh.corner[3 * t + k]!;
      if (number[p] === -1) {
        number[p] = order.length;
        order.push(p);
      }
      triangles.push(number[p]!);
      const n = mesh.neighbour[3 * t + k]!;
      if (mesh.fixed[3 * t + k] === 1 || n === -1 || seen[n] === 1) continue;
      seen[n] = 1;
      queue.push(n);
    }
  }
  const n = index.length;
  const points = new Int32Array(2 * n);
  for (let k = 0; k < n; k++) {
    points[2 * k] = number[index[k]!]!;
    points[2 * k + 1] = number[index[(k + 1) % n]!]!;
  }
  return {
    xy: Float64Array.from(order.flatMap((p) => [mesh.xy[2 * p]!, mesh.xy[2 * p + 1]!])),
    triangles: Int32Array.from(triangles),
    boundary: { points, curve: rim.curve, from: rim.from, to: rim.to },
    curves,
  };
}

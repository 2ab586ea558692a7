/**
 * Triangle meshes whose boundary knows its curve, their edges, and their division into four: each triangle is cut at the middles of its edges, and new points of
 * the boundary are put on its curve. The interpolation between a mesh and its division makes the levels of a multigrid.
 */
import { ThioscopeError } from "../../errors.ts";
import type { SparseMatrix } from "../sparse/csr.ts";
import type { Curve } from "./curves.ts";

export interface BoundaryEdges {
  /** two points per edge, the domain on the left */
  readonly points: Int32Array;
  /** index into `curves` */
  readonly curve: Int32Array;
  /** parameter of the curve at both ends */
  readonly from: Float64Array;
  readonly to: Float64Array;
}

export interface Mesh {
  /** x, y of each point */
  readonly xy: Float64Array;
  /** three points per triangle in left turn */
  readonly triangles: Int32Array;
  readonly boundary: BoundaryEdges;
  readonly curves: readonly Curve[];
}

export interface Edges {
  count: number;
  /** two points per edge, the smaller index first */
  points: Int32Array;
  /** edge opposite to each corner of each triangle */
  ofTriangle: Int32Array;
  /** edge under each edge of the boundary */
  ofBoundary: Int32Array;
}

export function edgesOf({ xy, triangles, boundary }: Mesh): Edges {
  const n = xy.length / 2;
  const first = new Int32Array(n).fill(-1);
  const points = new Int32Array(triangles.length * 2);
  const next = new Int32Array(triangles.length);
  const ofTriangle = new Int32Array(triangles.length);
  let count = 0;
  const find = (a: number, b: number): number => {
    const [u, v] = a < b ? [a, b] : [b, a];
    for (let e = first[u]!; e !== -1; e = next[e]!) if (points[2 * e + 1] === v) return e;
    points[2 * count] = u;
    points[2 * count + 1] = v;
    next[count] = first[u]!;
    first[u] = count;
    return count++;
  };
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!];
    ofTriangle[t] = find(b, c);
    ofTriangle[t + 1] = find(c, a);
    ofTriangle[t + 2] = find(a, b);
  }
  const ofBoundary = boundary.curve.map((_, k) => find(boundary.points[2 * k]!, boundary.points[2 * k + 1]!));
  return { count, points: points.subarray(0, 2 * count), ofTriangle, ofBoundary };
}

/** Every triangle in four. Throws NOT_COMPUTABLE where the boundary bends so strongly within an edge that a triangle would turn over. */
export function divide(mesh: Mesh): { mesh: Mesh; prolongation: SparseMatrix } {
  const { xy, triangles, boundary, curves } = mesh;
  const edges = edgesOf(mesh);
  const old = xy.length / 2;
  const points = new Float64Array(2 * (old + edges.count));
  points.set(xy);
  for (let e = 0; e < edges.count; e++) {
    const [a, b] = [edges.points[2 * e]!, edges.points[2 * e + 1]!];
    points[2 * (old + e)] = (xy[2 * a]! + xy[2 * b]!) / 2;
    points[2 * (old + e) + 1] = (xy[2 * a + 1]! + xy[2 * b + 1]!) / 2;
  }
  const m = boundary.curve.length;
  const finer = {
    points: new Int32Array(4 * m),
    curve: new Int32Array(2 * m),
    from: new Float64Array(2 * m),
    to: new Float64Array(2 * m),
  };
  for (let k = 0; k < m; k++) {
    const middle = old + edges.ofBoundary[k]!;
    const t = (boundary.from[k]! + boundary.to[k]!) / 2;
    const [x, y] = curves[boundary.curve[k]!]!.at(t);
    points[2 * middle] = x;
    points[2 * middle + 1] = y;
    finer.points.set([boundary.points[2 * k]!, middle, middle, boundary.points[2 * k + 1]!], 4 * k);
    finer.curve.fill(boundary.curve[k]!, 2 * k, 2 * k + 2);
    finer.from.set([boundary.from[k]!, t], 2 * k);
    finer.to.set([t, boundary.to[k]!], 2 * k);
  }
  const four = new Int32Array(4 * triangles.length);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!];
    const p = old + edges.ofTriangle[t]!;
    const q = old + edges.ofTriangle[t + 1]!;
    const r = old + edges.ofTriangle[t + 2]!;
    let to = 4 * t;
    for (const corner of [a, r, q, r, b, p, q, p, c, p, q, r]) four[to++] = corner;
  }
  const divided: Mesh = { xy: points, triangles: four, boundary: finer, curves };
  const quality = meshQuality(divided);
  if (quality.inverted > 0) {
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `${quality.inverted} triangles at a curved boundary turn over when divided: ask for smaller edges there`,
    );
  }
  return { mesh: divided, prolongation: interpolation(old, edges) };
}

/** From values at the points to values at the points and the middles of the edges. */
export function interpolation(points: number, edges: Edges): SparseMatrix {
  const rows = points + edges.count;
  const start = new Int32Array(rows + 1);
  const column = new Int32Array(points + 2 * edges.count);
  const value = new Float64Array(column.length);
  for (let i = 0; i < points; i++) {
    column[i] = i;
    value[i] = 1;
    start[i + 1] = i + 1;
  }
  for (let e = 0; e < 2 * edges.count; e++) {
    column[points + e] = edges.points[e]!;
    value[points + e] = 0.5;
  }
  for (let e = 0; e < edges.count; e++) start[points + e + 1] = points + 2 * (e + 1);
  return { rows, columns: points, start, column, value };
}

export interface MeshQuality {
  triangles: number;
  /** triangles without a positive area */
  inverted: number;
  /** smallest angle, rad */
  smallestAngle: number;
  shortestEdge: number;
  area: number;
}

export function meshQuality({ xy, triangles }: Mesh): MeshQuality {
  let inverted = 0;
  let smallestSine = 1;
  let shortest2 = Number.POSITIVE_INFINITY;
  let area = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [2 * triangles[t]!, 2 * triangles[t + 1]!, 2 * triangles[t + 2]!];
    const [ux, uy] = [xy[b]! - xy[a]!, xy[b + 1]! - xy[a + 1]!];
    const [vx, vy] = [xy[c]! - xy[a]!, xy[c + 1]! - xy[a + 1]!];
    const twice = ux * vy - uy * vx;
    if (!(twice > 0)) inverted++;
    area += twice / 2;
    const [u2, v2, w2] = [ux * ux + uy * uy, vx * vx + vy * vy, (ux - vx) ** 2 + (uy - vy) ** 2];
    const least = Math.min(u2, v2, w2);
    shortest2 = Math.min(shortest2, least);
    // the smallest angle lies opposite to the shortest edge, between the two others
    smallestSine = Math.min(smallestSine, (twice * Math.sqrt(least)) / Math.sqrt(u2 * v2 * w2));
  }
  const smallestAngle = Math.asin(Math.max(-1, Math.min(1, smallestSine)));
  return { triangles: triangles.length / 3, inverted, smallestAngle, shortestEdge: Math.sqrt(shortest2), area };
}

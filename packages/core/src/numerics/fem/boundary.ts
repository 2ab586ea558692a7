/**
 * Integrals over pieces of the boundary: Gauss points with outward normals on every edge, straight for P1, parabolic for P2, with the weight of the
 * geometry (1, or r).
 */
import { placeOf, type SparseMatrix } from "../sparse/csr.ts";
import type { FeSpace, Geometry } from "./space.ts";

/** Places on the boundary: where, the outward normal, and which curve at which parameter. */
export interface BoundaryPlaces {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly nx: Float64Array;
  readonly ny: Float64Array;
  /** index of the mesh's curve */
  readonly curve: Int32Array;
  readonly parameter: Float64Array;
}

export interface BoundaryPoints extends BoundaryPlaces {
  readonly space: FeSpace;
  /** edges of the mesh's boundary that belong to the pieces */
  readonly edges: Int32Array;
  /** points of integration per edge */
  readonly perEdge: number;
  /** values of the edge's functions at each of its points: [point][function] */
  readonly shape: readonly Float64Array[];
  /** of each point, with length and geometry */
  readonly weight: Float64Array;
}

/** Gauss–Legendre on [0, 1]. */
const HALF3 = Math.sqrt(0.15);
const THREE: readonly (readonly [s: number, weight: number])[] = [
  [0.5 - HALF3, 5 / 18],
  [0.5, 8 / 18],
  [0.5 + HALF3, 5 / 18],
];
const [INNER, OUTER] = [Math.sqrt(3 / 7 - (2 / 7) * Math.sqrt(6 / 5)) / 2, Math.sqrt(3 / 7 + (2 / 7) * Math.sqrt(6 / 5)) / 2];
const [WI, WO] = [(18 + Math.sqrt(30)) / 72, (18 - Math.sqrt(30)) / 72];
const FOUR: readonly (readonly [s: number, weight: number])[] = [
  [0.5 - OUTER, WO],
  [0.5 - INNER, WI],
  [0.5 + INNER, WI],
  [0.5 + OUTER, WO],
];

/** @param tags pieces of the boundary by the tag of their curve */
export function boundaryPoints(space: FeSpace, geometry: Geometry, tags: readonly string[]): BoundaryPoints {
  const { mesh, xy, boundary, perEdge: n } = space;
  const rule = space.order === 1 ? THREE : FOUR;
  const wanted = mesh.curves.map((curve) => tags.includes(curve.tag));
  const edges = Int32Array.from(mesh.boundary.curve.keys()).filter((k) => wanted[mesh.boundary.curve[k]!]);
  const count = edges.length * rule.length;
  const make = (): Float64Array => new Float64Array(count);
  const points = { x: make(), y: make(), nx: make(), ny: make(), weight: make(), parameter: make(), curve: new Int32Array(count) };
  const shape = rule.map(([s]) =>
    n === 2 ? Float64Array.of(1 - s, s) : Float64Array.of((1 - s) * (1 - 2 * s), s * (2 * s - 1), 4 * s * (1 - s)),
  );
  const slope = rule.map(([s]) => (n === 2 ? Float64Array.of(-1, 1) : Float64Array.of(4 * s - 3, 4 * s - 1, 4 - 8 * s)));
  for (let k = 0; k < edges.length; k++) {
    const e = edges[k]!;
    for (let q = 0; q < rule.length; q++) {
      let [x, y, dx, dy] = [0, 0, 0, 0];
      for (let i = 0; i < n; i++) {
        const node = 2 * boundary[n * e + i]!;
        x += shape[q]![i]! * xy[node]!;
        y += shape[q]![i]! * xy[node + 1]!;
        dx += slope[q]![i]! * xy[node]!;
        dy += slope[q]![i]! * xy[node + 1]!;
      }
      const at = k * rule.length + q;
      const length = Math.hypot(dx, dy);
      points.x[at] = x;
      points.y[at] = y;
      // the domain lies on the left: its outside on the right
      points.nx[at] = dy / length;
      points.ny[at] = -dx / length;
      points.weight[at] = rule[q]![1] * length * (geometry === "axisymmetric" ? x : 1);
      points.curve[at] = mesh.boundary.curve[e]!;
      points.parameter[at] = mesh.boundary.from[e]! + rule[q]![0] * (mesh.boundary.to[e]! - mesh.boundary.from[e]!);
    }
  }
  return { space, edges, perEdge: rule.length, shape, ...points };
}

/** Nodes of pieces of the boundary as places, in the order of the loop; a corner between two pieces stands there once for each. */
export function boundaryNodes(space: FeSpace, tags: readonly string[]): BoundaryPlaces & { node: Int32Array } {
  const { mesh, xy, boundary, perEdge: n } = space;
  const rows: [node: number, curve: number, parameter: number, dx: number, dy: number][] = [];
  for (let e = 0; e < mesh.boundary.curve.length; e++) {
    const curve = mesh.boundary.curve[e]!;
    if (!tags.includes(mesh.curves[curve]!.tag)) continue;
    const [from, to] = [mesh.boundary.from[e]!, mesh.boundary.to[e]!];
    const [a, b] = [boundary[n * e]!, boundary[n * e + 1]!];
    const [dx, dy] = [xy[2 * b]! - xy[2 * a]!, xy[2 * b + 1]! - xy[2 * a + 1]!];
    const last = rows.at(-1);
    if (last === undefined || last[0] !== a || last[1] !== curve) rows.push([a, curve, from, dx, dy]);
    if (n === 3) rows.push([boundary[n * e + 2]!, curve, (from + to) / 2, dx, dy]);
    rows.push([b, curve, to, dx, dy]);
  }
  const of = (f: (row: (typeof rows)[number]) => number): Float64Array => Float64Array.from(rows, f);
  return {
    node: Int32Array.from(rows, (r) => r[0]),
    x: of((r) => xy[2 * r[0]]!),
    y: of((r) => xy[2 * r[0] + 1]!),
    nx: of((r) => r[4] / Math.hypot(r[3], r[4])),
    ny: of((r) => -r[3] / Math.hypot(r[3], r[4])),
    curve: Int32Array.from(rows, (r) => r[1]),
    parameter: of((r) => r[2]),
  };
}

/** b_i += ∫ g N_i; `g` gets the number of the point. @returns ∫ g */
export function addLoad(points: BoundaryPoints, g: (point: number) => number, b: Float64Array): number {
  const { space, edges, perEdge, shape, weight } = points;
  const n = space.perEdge;
  let total = 0;
  for (let k = 0; k < edges.length; k++) {
    for (let q = 0; q < perEdge; q++) {
      const at = k * perEdge + q;
      const value = weight[at]! * g(at);
      total += value;
      for (let i = 0; i < n; i++) b[space.boundary[n * edges[k]! + i]!]! += value * shape[q]![i]!;
    }
  }
  return total;
}

/** ∫ f over the pieces. */
export function integrateBoundary({ weight }: BoundaryPoints, f: (point: number) => number): number {
  let total = 0;
  for (let at = 0; at < weight.length; at++) total += weight[at]! * f(at);
  return total;
}

/** Values at the points of a function given at the nodes. */
export function valuesAt(
  { space, edges, perEdge, shape, weight }: BoundaryPoints,
  u: Float64Array,
  into = new Float64Array(weight.length),
): Float64Array {
  const n = space.perEdge;
  for (let k = 0; k < edges.length; k++) {
    for (let q = 0; q < perEdge; q++) {
      let value = 0;
      for (let i = 0; i < n; i++) value += shape[q]![i]! * u[space.boundary[n * edges[k]! + i]!]!;
      into[k * perEdge + q] = value;
    }
  }
  return into;
}

/** Places in a matrix of the pairs of nodes of each edge, row by row. */
export function edgePlaces({ space, edges }: BoundaryPoints, matrix: SparseMatrix): Int32Array {
  const n = space.perEdge;
  const places = new Int32Array(edges.length * n * n);
  for (let k = 0; k < edges.length; k++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const base = n * edges[k]!;
        places[(k * n + i) * n + j] = placeOf(matrix, space.boundary[base + i]!, space.boundary[base + j]!);
      }
    }
  }
  return places;
}

/**
 * Finite element spaces on triangles: P1 (values at the corners) and P2 (corners and middles of edges; an edge of the boundary is a parabola through the
 * middle of its curve). Coordinates are Cartesian (x, y) per unit of depth, or axisymmetric with x = r, the axis at r = 0, per radian.
 *
 * Diffusion: K_ij = ∫ σ ∇N_i·∇N_j w dΩ with w = 1 or r; exact for P1, six points of degree 4 for P2 (Dunavant, Int. J. Numer. Meth. Eng. 21, 1129 (1985)).
 */
import { ThioscopeError } from "../../errors.ts";
import type { SparseMatrix } from "../sparse/csr.ts";
import { edgesOf, interpolation, type Mesh } from "./mesh.ts";

export type Geometry = "planar" | "axisymmetric";

export interface FeSpace {
  readonly mesh: Mesh;
  readonly order: 1 | 2;
  readonly nodes: number;
  /** x, y of each node */
  readonly xy: Float64Array;
  /** 3 or 6 nodes per triangle: corners, then the middles opposite to each corner */
  readonly elements: Int32Array;
  readonly perElement: 3 | 6;
  /** 2 or 3 nodes per edge of the boundary: ends, then the middle */
  readonly boundary: Int32Array;
  readonly perEdge: 2 | 3;
}

export function linearSpace(mesh: Mesh): FeSpace {
  return {
    mesh,
    order: 1,
    nodes: mesh.xy.length / 2,
    xy: mesh.xy,
    elements: mesh.triangles,
    perElement: 3,
    boundary: mesh.boundary.points,
    perEdge: 2,
  };
}

/** The P2 space and the interpolation from P1. Throws NOT_COMPUTABLE where a curved edge turns its triangle over. */
export function quadraticSpace(mesh: Mesh): { space: FeSpace; prolongation: SparseMatrix } {
  const { triangles, boundary, curves } = mesh;
  const edges = edgesOf(mesh);
  const points = mesh.xy.length / 2;
  const nodes = points + edges.count;
  const xy = new Float64Array(2 * nodes);
  xy.set(mesh.xy);
  for (let e = 0; e < edges.count; e++) {
    const [a, b] = [edges.points[2 * e]!, edges.points[2 * e + 1]!];
    xy[2 * (points + e)] = (mesh.xy[2 * a]! + mesh.xy[2 * b]!) / 2;
    xy[2 * (points + e) + 1] = (mesh.xy[2 * a + 1]! + mesh.xy[2 * b + 1]!) / 2;
  }
  const rim = new Int32Array(3 * boundary.curve.length);
  for (let k = 0; k < boundary.curve.length; k++) {
    const middle = points + edges.ofBoundary[k]!;
    const [x, y] = curves[boundary.curve[k]!]!.at((boundary.from[k]! + boundary.to[k]!) / 2);
    xy[2 * middle] = x;
    xy[2 * middle + 1] = y;
    rim.set([boundary.points[2 * k]!, boundary.points[2 * k + 1]!, middle], 3 * k);
  }
  const elements = new Int32Array(2 * triangles.length);
  for (let t = 0; t < triangles.length; t += 3) {
    for (let k = 0; k < 3; k++) {
      elements[2 * t + k] = triangles[t + k]!;
      elements[2 * t + 3 + k] = points + edges.ofTriangle[t + k]!;
    }
  }
  const space: FeSpace = { mesh, order: 2, nodes, xy, elements, perElement: 6, boundary: rim, perEdge: 3 };
  checkTurned(space);
  return { space, prolongation: interpolation(points, edges) };
}

/** The Jacobian of a P2 triangle is a quadratic polynomial: it is positive if its six Bernstein coefficients are. */
function checkTurned({ xy, elements }: FeSpace): void {
  const at = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
    [0, 0.5, 0.5],
    [0.5, 0, 0.5],
    [0.5, 0.5, 0],
  ] as const;
  const gradients = at.map((l) => quadraticGradients(l));
  for (let e = 0; e < elements.length; e += 6) {
    const j = gradients.map((g) => jacobianOf(xy, elements, e, g));
    const least = Math.min(
      j[0]!,
      j[1]!,
      j[2]!,
      2 * j[3]! - (j[1]! + j[2]!) / 2,
      2 * j[4]! - (j[0]! + j[2]!) / 2,
      2 * j[5]! - (j[0]! + j[1]!) / 2,
    );
    if (!(least > 0)) throw new ThioscopeError("NOT_COMPUTABLE", "a curved edge turns its triangle over: ask for smaller edges there");
  }
}

type Gradients = Float64Array;

/** ∂N/∂ξ and ∂N/∂η of the six P2 functions at barycentric coordinates (1 − ξ − η, ξ, η). */
function quadraticGradients([l0, l1, l2]: readonly [number, number, number]): Gradients {
  return Float64Array.of(
    ...[1 - 4 * l0, 1 - 4 * l0],
    ...[4 * l1 - 1, 0],
    ...[0, 4 * l2 - 1],
    ...[4 * l2, 4 * l1],
    ...[-4 * l2, 4 * (l0 - l2)],
    ...[4 * (l0 - l1), -4 * l1],
  );
}

function jacobianOf(xy: Float64Array, elements: Int32Array, e: number, g: Gradients): number {
  let [xu, xv, yu, yv] = [0, 0, 0, 0];
  for (let k = 0; k < 6; k++) {
    const n = 2 * elements[e + k]!;
    xu += g[2 * k]! * xy[n]!;
    xv += g[2 * k + 1]! * xy[n]!;
    yu += g[2 * k]! * xy[n + 1]!;
    yv += g[2 * k + 1]! * xy[n + 1]!;
  }
  return xu * yv - xv * yu;
}

/** Points (barycentric) and weights on a triangle, exact to degree 4; the weights add up to 1. */
const [A, B, WA, WB] = [0.44594849091596489, 0.091576213509770743, 0.22338158967801147, 0.10995174365532187];
const SIX_POINTS: readonly { l: readonly [number, number, number]; weight: number }[] = [
  { l: [1 - 2 * A, A, A], weight: WA },
  { l: [A, 1 - 2 * A, A], weight: WA },
  { l: [A, A, 1 - 2 * A], weight: WA },
  { l: [1 - 2 * B, B, B], weight: WB },
  { l: [B, 1 - 2 * B, B], weight: WB },
  { l: [B, B, 1 - 2 * B], weight: WB },
];

/** A point of integration: its weight with area, and the functions with their gradients there. */
export interface ElementPoint {
  weight: number;
  x: number;
  /** values of the functions */
  shape: Float64Array;
  /** ∂N/∂x, ∂N/∂y of each function */
  gradient: Float64Array;
}

const QUADRATIC_TABLE = SIX_POINTS.map(({ l: [l0, l1, l2], weight }) => ({
  weight,
  shape: Float64Array.of(l0 * (2 * l0 - 1), l1 * (2 * l1 - 1), l2 * (2 * l2 - 1), 4 * l1 * l2, 4 * l0 * l2, 4 * l0 * l1),
  local: quadraticGradients([l0, l1, l2]),
}));
const LINEAR_TABLE = SIX_POINTS.map(({ l, weight }) => ({
  weight,
  shape: Float64Array.from(l),
  local: Float64Array.of(-1, -1, 1, 0, 0, 1),
}));

/** Calls `visit` at the six points of every triangle; the point's arrays are used again for the next. */
export function visitElements(space: FeSpace, visit: (element: number, point: ElementPoint) => void): void {
  const { xy, elements, perElement } = space;
  const table = space.order === 1 ? LINEAR_TABLE : QUADRATIC_TABLE;
  const point: ElementPoint = { weight: 0, x: 0, shape: table[0]!.shape, gradient: new Float64Array(2 * perElement) };
  const { gradient } = point;
  for (let e = 0; e < elements.length; e += perElement) {
    for (let q = 0; q < 6; q++) {
      const { weight, shape, local } = table[q]!;
      let [xu, xv, yu, yv, x] = [0, 0, 0, 0, 0];
      for (let k = 0; k < perElement; k++) {
        const n = 2 * elements[e + k]!;
        const [nx, ny] = [xy[n]!, xy[n + 1]!];
        xu += local[2 * k]! * nx;
        xv += local[2 * k + 1]! * nx;
        yu += local[2 * k]! * ny;
        yv += local[2 * k + 1]! * ny;
        x += shape[k]! * nx;
      }
      const det = xu * yv - xv * yu;
      for (let k = 0; k < perElement; k++) {
        const [u, v] = [local[2 * k]!, local[2 * k + 1]!];
        gradient[2 * k] = (u * yv - v * yu) / det;
        gradient[2 * k + 1] = (v * xu - u * xv) / det;
      }
      point.weight = (weight * det) / 2;
      point.x = x;
      point.shape = shape;
      visit(e / perElement, point);
    }
  }
}

/** The matrix with a place for every pair of nodes that share a triangle, all values 0; `components` unknowns per node, node by node. */
export function emptyMatrix({ nodes, elements, perElement }: FeSpace, components = 1): SparseMatrix {
  const first = new Int32Array(nodes + 1);
  for (const n of elements) first[n + 1]!++;
  for (let n = 0; n < nodes; n++) first[n + 1]! += first[n]!;
  const next = first.slice(0, nodes);
  const elementsAt = new Int32Array(elements.length);
  for (let k = 0; k < elements.length; k++) elementsAt[next[elements[k]!]!++] = k - (k % perElement);
  const mark = new Int32Array(nodes).fill(-1);
  const start = new Int32Array(nodes + 1);
  // Euler: fewer than 7 neighbours per node on average for P1, 12 for P2, each with the node itself
  let column = new Int32Array(nodes * (perElement === 3 ? 8 : 13) + 64);
  let count = 0;
  for (let i = 0; i < nodes; i++) {
    const from = count;
    for (let p = first[i]!; p < first[i + 1]!; p++) {
      const e = elementsAt[p]!;
      for (let k = 0; k < perElement; k++) {
        const j = elements[e + k]!;
        if (mark[j] === i) continue;
        mark[j] = i;
        if (count === column.length) {
          const larger = new Int32Array(2 * count);
          larger.set(column);
          column = larger;
        }
        // insertion keeps the few columns of a row ascending
        let at = count++;
        for (; at > from && column[at - 1]! > j; at--) column[at] = column[at - 1]!;
        column[at] = j;
      }
    }
    start[i + 1] = count;
  }
  if (components === 1) return { rows: nodes, columns: nodes, start, column: column.slice(0, count), value: new Float64Array(count) };
  return blocks(nodes, start, column, components);
}

function blocks(nodes: number, start: Int32Array, column: Int32Array, m: number): SparseMatrix {
  const rows = nodes * m;
  const starts = new Int32Array(rows + 1);
  const columns = new Int32Array(start[nodes]! * m * m);
  let to = 0;
  for (let i = 0; i < nodes; i++) {
    for (let c = 0; c < m; c++) {
      for (let p = start[i]!; p < start[i + 1]!; p++) for (let d = 0; d < m; d++) columns[to++] = column[p]! * m + d;
      starts[i * m + c + 1] = to;
    }
  }
  return { rows, columns: rows, start: starts, column: columns, value: new Float64Array(to) };
}

/** Conductivity (or any diffusion coefficient): one number, or one per triangle. */
export type Coefficient = number | Float64Array;

/** K with values; see the top of the file. */
export function diffusionMatrix(space: FeSpace, geometry: Geometry, sigma: Coefficient): SparseMatrix {
  const matrix = emptyMatrix(space);
  if (space.order === 1) addLinear(space, geometry, sigma, matrix);
  else addQuadratic(space, geometry, sigma, matrix);
  return matrix;
}

function addLinear({ xy, elements }: FeSpace, geometry: Geometry, sigma: Coefficient, { start, column, value }: SparseMatrix): void {
  const around = geometry === "axisymmetric";
  const add = (i: number, j: number, v: number): void => {
    let p = start[i]!;
    while (column[p] !== j) p++;
    value[p]! += v;
  };
  for (let e = 0; e < elements.length; e += 3) {
    const [a, b, c] = [elements[e]!, elements[e + 1]!, elements[e + 2]!];
    const [ax, ay, bx, by, cx, cy] = [xy[2 * a]!, xy[2 * a + 1]!, xy[2 * b]!, xy[2 * b + 1]!, xy[2 * c]!, xy[2 * c + 1]!];
    const twice = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    const s = typeof sigma === "number" ? sigma : sigma[e / 3]!;
    const factor = (s * (around ? (ax + bx + cx) / 3 : 1)) / (2 * twice);
    const ab = factor * ((by - cy) * (cy - ay) + (bx - cx) * (cx - ax));
    const bc = factor * ((cy - ay) * (ay - by) + (cx - ax) * (ax - bx));
    const ca = factor * ((ay - by) * (by - cy) + (ax - bx) * (bx - cx));
    add(a, a, -ab - ca);
    add(b, b, -ab - bc);
    add(c, c, -bc - ca);
    add(a, b, ab);
    add(b, a, ab);
    add(b, c, bc);
    add(c, b, bc);
    add(c, a, ca);
    add(a, c, ca);
  }
}

function addQuadratic(space: FeSpace, geometry: Geometry, sigma: Coefficient, { start, column, value }: SparseMatrix): void {
  const around = geometry === "axisymmetric";
  const { elements } = space;
  const local = new Float64Array(36);
  let q = 0;
  visitElements(space, (e, { weight, x, gradient }) => {
    const w = weight * (around ? x : 1) * (typeof sigma === "number" ? sigma : sigma[e]!);
    for (let i = 0; i < 6; i++) {
      const [gx, gy] = [w * gradient[2 * i]!, w * gradient[2 * i + 1]!];
      for (let j = i; j < 6; j++) local[6 * i + j]! += gx * gradient[2 * j]! + gy * gradient[2 * j + 1]!;
    }
    if (++q < 6) return;
    q = 0;
    for (let i = 0; i < 6; i++) {
      const row = elements[6 * e + i]!;
      for (let j = 0; j < 6; j++) {
        const to = elements[6 * e + j]!;
        let p = start[row]!;
        while (column[p] !== to) p++;
        value[p]! += i <= j ? local[6 * i + j]! : local[6 * j + i]!;
      }
    }
    local.fill(0);
  });
}

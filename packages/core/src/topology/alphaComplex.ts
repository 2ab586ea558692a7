/**
 * Alpha complex of points in open space or under periodic boundaries: the simplices of the Delaunay tetrahedra and the radius at which each appears.
 *
 * A simplex appears at the radius of its smallest sphere through its points if no other point lies inside (Gabriel), else with the first simplex that it is a
 * face of. Periodic: copies of the points within a margin of the cell are triangulated together; a tetrahedron whose sphere fits into the margin is one of the
 * infinite set, and simplices that are translates of one another are one simplex. Coordinates are put on a grid of 2⁻³² of the cell first, so that
 * translates are exact. (H. Edelsbrunner, E. Mücke, ACM Trans. Graph. 13, 43 (1994); M. Caroli, M. Teillaud, JoCG 7, 2 (2016), for the periodic case.)
 */

import { ThioscopeError } from "../errors.ts";
import { checkCancelled, type TaskContext } from "../task.ts";
import { openSimplices, periodicSimplices, type Simplices } from "./alphaSimplices.ts";
import { delaunayTetrahedra } from "./delaunay.ts";

export interface AlphaComplex {
  readonly points: number;
  /** of dimension d: points of each simplex, d + 1 at a time */
  readonly vertices: readonly Int32Array[];
  /** of dimension d: faces of each simplex, as places in dimension d − 1 */
  readonly faces: readonly Int32Array[];
  /** squared radius at which each appears */
  readonly squares: readonly Float64Array[];
}

const GRID = 2 ** 32;
const FIRST_MARGIN = 1.4;
const MARGIN_GROWTH = 1.4;
/** Copies of points that are triangulated together. */
const MOST_COPIES = 400_000;

/** INVALID_INPUT for points that lie in one plane, two alike, or too few for the cell. */
export function alphaComplex(xyz: Float64Array, cell: ArrayLike<number> | null, task: TaskContext): AlphaComplex {
  checkCancelled(task);
  return cell ? periodicComplex(xyz, cell, task) : openComplex(xyz);
}

function openComplex(xyz: Float64Array): AlphaComplex {
  const { vertices, count } = delaunayTetrahedra(xyz);
  const n = xyz.length / 3;
  return build(
    n,
    count,
    (t, k) => vertices[4 * t + k]!,
    xyz,
    (p) => p,
    null,
  );
}

function periodicComplex(xyz: Float64Array, cell: ArrayLike<number>, task: TaskContext): AlphaComplex {
  const n = xyz.length / 3;
  const longest = Math.max(...[0, 3, 6].map((k) => Math.hypot(cell[k]!, cell[k + 1]!, cell[k + 2]!)));
  const step = 2 ** Math.ceil(Math.log2(longest)) / GRID;
  const snap = (x: number): number => Math.round(x / step) * step;
  const axes = Float64Array.from(cell, snap);
  const inverse = inverseOf(axes);
  const volume = 1 / Math.abs(determinant(inverse));
  const heights = [0, 1, 2].map((k) => 1 / Math.hypot(inverse[k]!, inverse[3 + k]!, inverse[6 + k]!));
  // into the cell, on the grid: whole multiples of the axes are taken off
  const base = new Float64Array(3 * n);
  const fraction = new Float64Array(3 * n);
  for (let i = 0; i < n; i++) {
    const r = [0, 1, 2].map((k) => snap(xyz[3 * i + k]!)) as [number, number, number];
    const f = [0, 1, 2].map((k) => r[0] * inverse[k]! + r[1] * inverse[3 + k]! + r[2] * inverse[6 + k]!);
    for (let d = 0; d < 3; d++) {
      base[3 * i + d] = r[d]! - [0, 1, 2].reduce((sum, k) => sum + Math.floor(f[k]!) * axes[3 * k + d]!, 0);
      fraction[3 * i + d] = f[d]! - Math.floor(f[d]!);
    }
  }
  const sphere = new Float64Array(4);
  for (let margin = FIRST_MARGIN * Math.cbrt(volume / Math.max(1, n)); ; margin *= MARGIN_GROWTH) {
    checkCancelled(task);
    const copies = copiesWithin(base, fraction, axes, heights, margin);
    const { vertices, count } = delaunayTetrahedra(copies.xyz, copies.owner);
    const kept: number[] = [];
    let largest = 0;
    for (let t = 0; t < count; t++) {
      const own = vertices.subarray(4 * t, 4 * t + 4);
      circumsphere(copies.xyz, own, 0, 4, sphere, 0);
      const f = [0, 1, 2].map((k) => sphere[0]! * inverse[k]! + sphere[1]! * inverse[3 + k]! + sphere[2]! * inverse[6 + k]!);
      // every orbit has a translate whose centre is in the cell, up to rounding
      if (!f.every((x) => x > -1e-6 && x < 1 + 1e-6)) continue;
      largest = Math.max(largest, sphere[3]!);
      kept.push(own[0]!, own[1]!, own[2]!, own[3]!);
    }
    if (kept.length > 0 && Math.sqrt(largest) <= margin) {
      const complex = build(
        n,
        kept.length / 4,
        (t, k) => kept[4 * t + k]!,
        copies.xyz,
        (p) => copies.owner[p]!,
        copies.shift,
      );
      const [edges, triangles, tetrahedra] = complex.squares.slice(1).map((s) => s.length) as [number, number, number];
      if (n - edges + triangles - tetrahedra === 0) return complex;
      throw new ThioscopeError(
        "INVALID_INPUT",
        `${n} points are too few or too regular for their periodic alpha complex: the simplices do not close over the cell`,
      );
    }
  }
}

interface Copies {
  xyz: Float64Array;
  /** the point that each is a copy of */
  owner: Int32Array;
  /** cells by which it is shifted, three each */
  shift: Int8Array;
}

function copiesWithin(base: Float64Array, fraction: Float64Array, axes: Float64Array, heights: readonly number[], margin: number): Copies {
  const n = base.length / 3;
  const reach = heights.map((h) => margin / h);
  const range = reach.map((m) => Math.ceil(m));
  const xyz: number[] = [];
  const owner: number[] = [];
  const shift: number[] = [];
  if (n * (2 * range[0]! + 1) * (2 * range[1]! + 1) * (2 * range[2]! + 1) > 8 * MOST_COPIES || range.some((m) => m > 100)) {
    throw new ThioscopeError("INVALID_INPUT", `${n} points leave holes as large as the cell: too few for a periodic alpha complex`);
  }
  for (let i = 0; i < n; i++) {
    for (let a = -range[0]!; a <= range[0]!; a++) {
      const u = fraction[3 * i]! + a;
      if (u < -reach[0]! || u > 1 + reach[0]!) continue;
      for (let b = -range[1]!; b <= range[1]!; b++) {
        const v = fraction[3 * i + 1]! + b;
        if (v < -reach[1]! || v > 1 + reach[1]!) continue;
        for (let c = -range[2]!; c <= range[2]!; c++) {
          const w = fraction[3 * i + 2]! + c;
          if (w < -reach[2]! || w > 1 + reach[2]!) continue;
          for (let d = 0; d < 3; d++) xyz.push(base[3 * i + d]! + a * axes[d]! + b * axes[3 + d]! + c * axes[6 + d]!);
          owner.push(i);
          shift.push(a, b, c);
        }
      }
    }
  }
  if (owner.length > MOST_COPIES)
    throw new ThioscopeError("INVALID_INPUT", `${owner.length} copies of ${n} points: up to ${MOST_COPIES} are triangulated`);
  return { xyz: Float64Array.from(xyz), owner: Int32Array.from(owner), shift: Int8Array.from(shift) };
}

function build(
  points: number,
  count: number,
  corner: (t: number, k: number) => number,
  xyz: Float64Array,
  ownerOf: (p: number) => number,
  shift: Int8Array | null,
): AlphaComplex {
  const found = shift ? periodicSimplices(count, corner, ownerOf, shift) : openSimplices(count, corner);
  const { edges, triangles, tetrahedra, edgesOf, trianglesOf } = found;
  const square3 = spheresOf(tetrahedra, 4, xyz).filter((_, k) => k % 4 === 3);
  const square2 = lowered(triangles, 3, trianglesOf, square3, tetrahedra, xyz, shift === null);
  const square1 = lowered(edges, 2, edgesOf, square2, triangles, xyz, shift === null);
  return {
    points,
    vertices: [Int32Array.from({ length: points }, (_, i) => i), ...[edges, triangles, tetrahedra].map((r) => Int32Array.from(r.vertices))],
    faces: [new Int32Array(0), Int32Array.from(edges.vertices), Int32Array.from(edgesOf), Int32Array.from(trianglesOf)],
    squares: [new Float64Array(points), square1, square2, square3],
  };
}

/** Centre and squared radius of the smallest sphere through the points of each simplex, four numbers each. */
function spheresOf(own: Simplices, size: number, xyz: Float64Array): Float64Array {
  const spheres = new Float64Array(4 * own.size);
  for (let s = 0; s < own.size; s++) circumsphere(xyz, own.copies, size * s, size, spheres, 4 * s);
  return spheres;
}

/** Squared radii of simplices whose cofaces are known: their own where no coface's other point lies inside, else the least of the cofaces. */
function lowered(
  own: Simplices,
  size: number,
  faces: readonly number[],
  above: Float64Array,
  cofaces: Simplices,
  xyz: Float64Array,
  isOpen: boolean,
): Float64Array {
  const squares = new Float64Array(own.size).fill(Number.POSITIVE_INFINITY);
  const isAttached = new Uint8Array(own.size);
  const spheres = spheresOf(own, size, xyz);
  const translate = new Float64Array(4);
  const face = [0, 0, 0];
  for (let c = 0; c < above.length; c++) {
    const first = (size + 1) * c;
    for (let k = 0; k <= size; k++) {
      const s = faces[first + k]!;
      squares[s] = Math.min(squares[s]!, above[c]!);
      if (isAttached[s]) continue;
      const opposite = 3 * cofaces.copies[first + k]!;
      let [sphere, at] = [spheres, 4 * s];
      if (!isOpen) {
        // the sphere of this coface's own translate of the face
        for (let j = 0, n = 0; j <= size; j++) if (j !== k) face[n++] = cofaces.copies[first + j]!;
        circumsphere(xyz, face, 0, size, translate, 0);
        [sphere, at] = [translate, 0];
      }
      const d =
        (xyz[opposite]! - sphere[at]!) ** 2 + (xyz[opposite + 1]! - sphere[at + 1]!) ** 2 + (xyz[opposite + 2]! - sphere[at + 2]!) ** 2;
      if (d < sphere[at + 3]!) isAttached[s] = 1;
    }
  }
  for (let s = 0; s < own.size; s++) if (!isAttached[s]) squares[s] = Math.min(squares[s]!, spheres[4 * s + 3]!);
  return squares;
}

/** The smallest sphere through two, three or four points, points[from …]: centre and squared radius into `out` from `to` on. */
function circumsphere(xyz: Float64Array, points: ArrayLike<number>, from: number, size: number, out: Float64Array, to: number): void {
  const o = 3 * points[from]!;
  const p = 3 * points[from + 1]!;
  const x0 = xyz[o]!;
  const y0 = xyz[o + 1]!;
  const z0 = xyz[o + 2]!;
  const ax = xyz[p]! - x0;
  const ay = xyz[p + 1]! - y0;
  const az = xyz[p + 2]! - z0;
  const a2 = ax * ax + ay * ay + az * az;
  let x = ax / 2;
  let y = ay / 2;
  let z = az / 2;
  let square = a2 / 4;
  if (size > 2) {
    const q = 3 * points[from + 2]!;
    const bx = xyz[q]! - x0;
    const by = xyz[q + 1]! - y0;
    const bz = xyz[q + 2]! - z0;
    const b2 = bx * bx + by * by + bz * bz;
    const nx = ay * bz - az * by;
    const ny = az * bx - ax * bz;
    const nz = ax * by - ay * bx;
    if (size === 3) {
      const n2 = 2 * (nx * nx + ny * ny + nz * nz);
      // (|a|² (b × n) + |b|² (n × a))/(2 |n|²)
      x = (a2 * (by * nz - bz * ny) + b2 * (ny * az - nz * ay)) / n2;
      y = (a2 * (bz * nx - bx * nz) + b2 * (nz * ax - nx * az)) / n2;
      z = (a2 * (bx * ny - by * nx) + b2 * (nx * ay - ny * ax)) / n2;
    } else {
      const r = 3 * points[from + 3]!;
      const cx = xyz[r]! - x0;
      const cy = xyz[r + 1]! - y0;
      const cz = xyz[r + 2]! - z0;
      const c2 = cx * cx + cy * cy + cz * cz;
      const d = 2 * (cx * nx + cy * ny + cz * nz);
      // (|c|² (a × b) + |a|² (b × c) + |b|² (c × a))/(2 a·(b × c))
      x = (c2 * nx + a2 * (by * cz - bz * cy) + b2 * (cy * az - cz * ay)) / d;
      y = (c2 * ny + a2 * (bz * cx - bx * cz) + b2 * (cz * ax - cx * az)) / d;
      z = (c2 * nz + a2 * (bx * cy - by * cx) + b2 * (cx * ay - cy * ax)) / d;
    }
    square = x * x + y * y + z * z;
  }
  out[to] = x0 + x;
  out[to + 1] = y0 + y;
  out[to + 2] = z0 + z;
  out[to + 3] = square;
}

function determinant(m: ArrayLike<number>): number {
  return m[0]! * (m[4]! * m[8]! - m[5]! * m[7]!) - m[1]! * (m[3]! * m[8]! - m[5]! * m[6]!) + m[2]! * (m[3]! * m[7]! - m[4]! * m[6]!);
}

/** fractional_k = Σ_d x_d inverse[3d + k]. */
function inverseOf(a: Float64Array): Float64Array {
  const det = determinant(a);
  const lengths = [0, 3, 6].reduce((product, k) => product * Math.hypot(a[k]!, a[k + 1]!, a[k + 2]!), 1);
  if (!(Math.abs(det) > 1e-9 * lengths && Number.isFinite(det))) {
    throw new ThioscopeError("INVALID_INPUT", `the axes ${Array.from(a).join(" ")} span no volume: no three of them may lie in a plane`);
  }
  const cross = (i: number, j: number): number[] => [
    a[i + 1]! * a[j + 2]! - a[i + 2]! * a[j + 1]!,
    a[i + 2]! * a[j]! - a[i]! * a[j + 2]!,
    a[i]! * a[j + 1]! - a[i + 1]! * a[j]!,
  ];
  const rows = [cross(3, 6), cross(6, 0), cross(0, 3)];
  return Float64Array.from({ length: 9 }, (_, k) => rows[k % 3]![Math.floor(k / 3)]! / det);
}

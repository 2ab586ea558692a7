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
  for (let margin = FIRST_MARGIN * Math.cbrt(volume / Math.max(1, n)); ; margin *= MARGIN_GROWTH) {
    checkCancelled(task);
    const copies = copiesWithin(base, fraction, axes, heights, margin);
    const { vertices, count } = delaunayTetrahedra(copies.xyz, copies.owner);
    const kept: number[] = [];
    let largest = 0;
    for (let t = 0; t < count; t++) {
      const own = vertices.subarray(4 * t, 4 * t + 4);
      const { centre, square } = circumsphere(copies.xyz, own);
      const f = [0, 1, 2].map((k) => centre[0]! * inverse[k]! + centre[1]! * inverse[3 + k]! + centre[2]! * inverse[6 + k]!);
      // every orbit has a translate whose centre is in the cell, up to rounding
      if (!f.every((x) => x > -1e-6 && x < 1 + 1e-6)) continue;
      largest = Math.max(largest, square);
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

/** Corners of a tetrahedron left out for each face, and of a triangle. */
const FACES3 = [
  [1, 2, 3],
  [0, 2, 3],
  [0, 1, 3],
  [0, 1, 2],
] as const;
const FACES2 = [
  [1, 2],
  [0, 2],
  [0, 1],
] as const;

/** Places of simplices by their points. */
class Register {
  readonly #places = new Map<string | number, number>();
  readonly vertices: number[] = [];
  /** one translate's points, for its geometry */
  readonly copies: number[] = [];

  place(key: string | number, owners: readonly number[], copies: readonly number[]): number {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const at = this.#places.size;
    this.#places.set(key, at);
    this.vertices.push(...owners);
    this.copies.push(...copies);
    return at;
  }

  get size(): number {
    return this.#places.size;
  }
}

function build(
  points: number,
  count: number,
  corner: (t: number, k: number) => number,
  xyz: Float64Array,
  ownerOf: (p: number) => number,
  shift: Int8Array | null,
): AlphaComplex {
  const tetrahedra = new Register();
  const triangles = new Register();
  const edges = new Register();
  const facesOf: number[][] = [[], [], [], []];
  const total = xyz.length / 3;
  const keyOf = (sorted: readonly number[]): string | number =>
    shift
      ? periodicKey(sorted, ownerOf, shift)
      : sorted.length === 2
        ? sorted[0]! * total + sorted[1]!
        : sorted.length === 3 && total < 200_000
          ? (sorted[0]! * total + sorted[1]!) * total + sorted[2]!
          : sorted.join();
  const edgeOf = (copies: readonly number[]): number => edges.place(keyOf(copies), copies.map(ownerOf), copies);
  const triangleOf = (copies: readonly number[]): number => {
    const before = triangles.size;
    const at = triangles.place(keyOf(copies), copies.map(ownerOf), copies);
    if (triangles.size > before) for (const face of FACES2) facesOf[2]!.push(edgeOf(face.map((k) => copies[k]!)));
    return at;
  };
  for (let t = 0; t < count; t++) {
    const copies = [0, 1, 2, 3].map((k) => corner(t, k)).sort((a, b) => a - b);
    const before = tetrahedra.size;
    tetrahedra.place(keyOf(copies), copies.map(ownerOf), copies);
    if (tetrahedra.size > before) for (const face of FACES3) facesOf[3]!.push(triangleOf(face.map((k) => copies[k]!)));
  }
  facesOf[1] = edges.vertices.slice();
  const square3 = Float64Array.from(
    { length: tetrahedra.size },
    (_, t) => circumsphere(xyz, tetrahedra.copies.slice(4 * t, 4 * t + 4)).square,
  );
  const square2 = lowered(triangles, 3, facesOf[3]!, square3, tetrahedra, xyz);
  const square1 = lowered(edges, 2, facesOf[2]!, square2, triangles, xyz);
  return {
    points,
    vertices: [Int32Array.from({ length: points }, (_, i) => i), ...[edges, triangles, tetrahedra].map((r) => Int32Array.from(r.vertices))],
    faces: [new Int32Array(0), ...[1, 2, 3].map((d) => Int32Array.from(facesOf[d]!))],
    squares: [new Float64Array(points), square1, square2, square3],
  };
}

/** Points with their shifts, the same for all translates: the smallest text over the choice of the point that is not shifted. */
function periodicKey(copies: readonly number[], ownerOf: (p: number) => number, shift: Int8Array): string {
  let best: string | null = null;
  const first = Math.min(...copies.map(ownerOf));
  for (const origin of copies) {
    if (ownerOf(origin) !== first) continue;
    const parts = copies.map((p) => `${ownerOf(p)},${[0, 1, 2].map((k) => shift[3 * p + k]! - shift[3 * origin + k]!).join()}`).sort();
    const key = parts.join(";");
    if (best === null || key < best) best = key;
  }
  return best!;
}

/** Squared radii of simplices whose cofaces are known: their own where no coface's other point lies inside, else the least of the cofaces. */
function lowered(
  own: Register,
  size: number,
  faces: readonly number[],
  above: Float64Array,
  cofaces: Register,
  xyz: Float64Array,
): Float64Array {
  const squares = new Float64Array(own.size).fill(Number.POSITIVE_INFINITY);
  const isAttached = new Uint8Array(own.size);
  const spheres = Array.from({ length: own.size }, (_, s) => circumsphere(xyz, own.copies.slice(size * s, size * s + size)));
  for (let c = 0; c < above.length; c++) {
    for (let k = 0; k <= size; k++) {
      const s = faces[(size + 1) * c + k]!;
      squares[s] = Math.min(squares[s]!, above[c]!);
      if (isAttached[s]) continue;
      // the sphere of this coface's own translate of the face
      const corners = cofaces.copies.slice((size + 1) * c, (size + 1) * (c + 1));
      const opposite = corners[k]!;
      const { centre, square } = circumsphere(
        xyz,
        corners.filter((_, j) => j !== k),
      );
      const d =
        (xyz[3 * opposite]! - centre[0]) ** 2 + (xyz[3 * opposite + 1]! - centre[1]) ** 2 + (xyz[3 * opposite + 2]! - centre[2]) ** 2;
      if (d < square) isAttached[s] = 1;
    }
  }
  return squares.map((least, s) => (isAttached[s] ? least : Math.min(least, spheres[s]!.square)));
}

/** The smallest sphere through two, three or four points. */
function circumsphere(xyz: Float64Array, points: ArrayLike<number>): { centre: [number, number, number]; square: number } {
  const o = 3 * points[0]!;
  const [x0, y0, z0] = [xyz[o]!, xyz[o + 1]!, xyz[o + 2]!];
  const ax = xyz[3 * points[1]!]! - x0;
  const ay = xyz[3 * points[1]! + 1]! - y0;
  const az = xyz[3 * points[1]! + 2]! - z0;
  const a2 = ax * ax + ay * ay + az * az;
  if (points.length === 2) return { centre: [x0 + ax / 2, y0 + ay / 2, z0 + az / 2], square: a2 / 4 };
  const bx = xyz[3 * points[2]!]! - x0;
  const by = xyz[3 * points[2]! + 1]! - y0;
  const bz = xyz[3 * points[2]! + 2]! - z0;
  const b2 = bx * bx + by * by + bz * bz;
  const nx = ay * bz - az * by;
  const ny = az * bx - ax * bz;
  const nz = ax * by - ay * bx;
  let [x, y, z] = [0, 0, 0];
  if (points.length === 3) {
    const n2 = 2 * (nx * nx + ny * ny + nz * nz);
    // (|a|² (b × n) + |b|² (n × a))/(2 |n|²)
    x = (a2 * (by * nz - bz * ny) + b2 * (ny * az - nz * ay)) / n2;
    y = (a2 * (bz * nx - bx * nz) + b2 * (nz * ax - nx * az)) / n2;
    z = (a2 * (bx * ny - by * nx) + b2 * (nx * ay - ny * ax)) / n2;
  } else {
    const cx = xyz[3 * points[3]!]! - x0;
    const cy = xyz[3 * points[3]! + 1]! - y0;
    const cz = xyz[3 * points[3]! + 2]! - z0;
    const c2 = cx * cx + cy * cy + cz * cz;
    const d = 2 * (cx * nx + cy * ny + cz * nz);
    // (|c|² (a × b) + |a|² (b × c) + |b|² (c × a))/(2 a·(b × c))
    x = (c2 * nx + a2 * (by * cz - bz * cy) + b2 * (cy * az - cz * ay)) / d;
    y = (c2 * ny + a2 * (bz * cx - bx * cz) + b2 * (cz * ax - cx * az)) / d;
    z = (c2 * nz + a2 * (bx * cy - by * cx) + b2 * (cx * ay - cy * ax)) / d;
  }
  return { centre: [x0 + x, y0 + y, z0 + z], square: x * x + y * y + z * z };
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

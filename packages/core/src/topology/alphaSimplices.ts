/**
 * Edges, triangles and tetrahedra of a triangulation, each once, with their faces. In a periodic cell all translates of a simplex are one.
 */

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

/** Simplices of one dimension: points of the set, and of one translate for its geometry. */
export interface Simplices {
  readonly vertices: number[];
  readonly copies: number[];
  readonly size: number;
}

/** Of a periodic cell: known by a text. */
class Register implements Simplices {
  readonly #places = new Map<string, number>();
  readonly vertices: number[] = [];
  readonly copies: number[] = [];

  place(key: string, owners: readonly number[], copies: readonly number[]): number {
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

/** Of open space: edges (c = 0) and triangles, known by their points in rising order, in a table with open addresses. */
class OpenRegister implements Simplices {
  readonly vertices: number[] = [];
  readonly #width: 2 | 3;
  #table = new Int32Array(1 << 12).fill(-1);
  size = 0;

  constructor(width: 2 | 3) {
    this.#width = width;
  }

  get copies(): number[] {
    return this.vertices;
  }

  place(a: number, b: number, c: number): number {
    const { vertices } = this;
    const w = this.#width;
    const slot = this.#slotOf(a, b, c);
    const known = this.#table[slot]!;
    if (known !== -1) return known;
    vertices.push(a, b);
    if (w === 3) vertices.push(c);
    this.#table[slot] = this.size++;
    if (2 * this.size > this.#table.length) this.#grow();
    return this.size - 1;
  }

  #slotOf(a: number, b: number, c: number): number {
    const { vertices } = this;
    const w = this.#width;
    const table = this.#table;
    const mask = table.length - 1;
    let h = Math.imul(Math.imul(Math.imul(a, 0x9e3779b1) ^ b, 0x85ebca77) ^ c, 0xc2b2ae3d);
    h ^= h >>> 15;
    for (let slot = h & mask; ; slot = (slot + 1) & mask) {
      const at = table[slot]! * w;
      if (at < 0 || (vertices[at] === a && vertices[at + 1] === b && (w === 2 || vertices[at + 2] === c))) return slot;
    }
  }

  #grow(): void {
    const w = this.#width;
    const { vertices } = this;
    this.#table = new Int32Array(2 * this.#table.length).fill(-1);
    for (let s = 0; s < this.size; s++)
      this.#table[this.#slotOf(vertices[w * s]!, vertices[w * s + 1]!, w === 3 ? vertices[w * s + 2]! : 0)] = s;
  }
}

export interface AllSimplices {
  edges: Simplices;
  triangles: Simplices;
  tetrahedra: Simplices;
  /** edges of triangles and triangles of tetrahedra, as the points left out */
  edgesOf: number[];
  trianglesOf: number[];
}

export function openSimplices(count: number, corner: (t: number, k: number) => number): AllSimplices {
  const edges = new OpenRegister(2);
  const triangles = new OpenRegister(3);
  const edgesOf: number[] = [];
  const trianglesOf: number[] = [];
  const vertices: number[] = [];
  const triangleOf = (a: number, b: number, c: number): number => {
    const before = triangles.size;
    const at = triangles.place(a, b, c);
    if (triangles.size > before) edgesOf.push(edges.place(b, c, 0), edges.place(a, c, 0), edges.place(a, b, 0));
    return at;
  };
  const four = new Int32Array(4);
  for (let t = 0; t < count; t++) {
    for (let k = 0; k < 4; k++) four[k] = corner(t, k);
    four.sort();
    const [a, b, c, d] = four as unknown as [number, number, number, number];
    vertices.push(a, b, c, d);
    trianglesOf.push(triangleOf(b, c, d), triangleOf(a, c, d), triangleOf(a, b, d), triangleOf(a, b, c));
  }
  return { edges, triangles, tetrahedra: { vertices, copies: vertices, size: count }, edgesOf, trianglesOf };
}

export function periodicSimplices(
  count: number,
  corner: (t: number, k: number) => number,
  ownerOf: (p: number) => number,
  shift: Int8Array,
): AllSimplices {
  const tetrahedra = new Register();
  const triangles = new Register();
  const edges = new Register();
  const edgesOf: number[] = [];
  const trianglesOf: number[] = [];
  const placed = (register: Register, copies: readonly number[]): number =>
    register.place(periodicKey(copies, ownerOf, shift), copies.map(ownerOf), copies);
  const triangleOf = (copies: readonly number[]): number => {
    const before = triangles.size;
    const at = placed(triangles, copies);
    if (triangles.size > before)
      for (const face of FACES2)
        edgesOf.push(
          placed(
            edges,
            face.map((k) => copies[k]!),
          ),
        );
    return at;
  };
  for (let t = 0; t < count; t++) {
    const copies = [0, 1, 2, 3].map((k) => corner(t, k)).sort((a, b) => a - b);
    const before = tetrahedra.size;
    placed(tetrahedra, copies);
    if (tetrahedra.size > before) for (const face of FACES3) trianglesOf.push(triangleOf(face.map((k) => copies[k]!)));
  }
  return { edges, triangles, tetrahedra, edgesOf, trianglesOf };
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

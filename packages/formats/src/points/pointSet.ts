/**
 * Points in space as topology takes them: one frame of xyz or extended xyz (with its Lattice), a CIF (all atoms of the cell), rows of x, y, z
 * with or without a column of species, or a matrix of distances (the lower triangle row by row, or the whole square).
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { expandSites, orthogonalisation } from "@thioscope/core/crystal";
import { readCif } from "../cif/index.ts";

export interface PointSet {
  readonly format: "xyz" | "cif" | "points" | "distances";
  /** "Å" where the format says so, "" where lengths are in the unit of the file */
  readonly unit: "Å" | "";
  /** how many */
  readonly size: number;
  /** x, y, z in turn; empty for distances */
  readonly points: Float64Array;
  /** one name per point; null where none are given */
  readonly species: readonly string[] | null;
  /** axes of the cell, row by row; null in open space */
  readonly cell: Float64Array | null;
  /** d(1,0), d(2,0), d(2,1), … for distances, else null */
  readonly lower: Float64Array | null;
  readonly notices: readonly Notice[];
}

/** Characters; a frame of a million atoms is shorter. */
export const POINTS_SIZE_LIMIT = 2 ** 27;

/**
 * Reads a point set. FILE_EMPTY, FILE_FOREIGN, FILE_CUT and FILE_DAMAGED say what is wrong and in which line.
 * @param name of the file: a CIF is told by its ending or its first word
 */
export function readPointSet(text: string, name: string): PointSet {
  if (text.trim() === "") throw new ThioscopeError("FILE_EMPTY", "the file holds no points", { file: name });
  if (/\.cif$/i.test(name) || /^\s*(?:#.*\n\s*)*data_\S/.test(text.slice(0, 4096))) return fromCif(text, name);
  const lines = text.split(/\r\n|\n|\r/);
  while (lines.at(-1)!.trim() === "") lines.pop();
  return /^\s*\d+\s*$/.test(lines[0]!) && isAtom(lines[2]) ? fromXyz(lines, name) : fromRows(lines, name);
}

const isAtom = (line: string | undefined): boolean => line !== undefined && /^\s*[A-Za-z]\S*\s+\S+\s+\S+\s+\S+/.test(line);

function fromCif(text: string, name: string): PointSet {
  const { cell, group, sites, notices } = readCif(text, name);
  if (!sites) throw new ThioscopeError("FILE_DAMAGED", "the CIF gives no atoms", { file: name });
  const atoms = expandSites(cell, group, sites);
  const m = orthogonalisation(cell);
  const points = new Float64Array(3 * atoms.count);
  for (let i = 0; i < points.length; i++) {
    const at = i - (i % 3);
    const row = 3 * (i % 3);
    points[i] = m[row]! * atoms.position[at]! + m[row + 1]! * atoms.position[at + 1]! + m[row + 2]! * atoms.position[at + 2]!;
  }
  const partial = sites.filter((site) => site.occupancy < 1).length;
  const warned: Notice[] = [...notices];
  if (partial > 0) {
    warned.push({ code: "partly-occupied", message: `${partial} of ${sites.length} sites are partly occupied: each counts as a point` });
  }
  return {
    format: "cif",
    unit: "Å",
    size: atoms.count,
    points,
    species: Array.from(atoms.site, (s) => sites[s]!.element),
    // axes are the columns of the matrix
    cell: Float64Array.from({ length: 9 }, (_, k) => m[3 * (k % 3) + Math.floor(k / 3)]!),
    lower: null,
    notices: warned,
  };
}

function fromXyz(lines: readonly string[], name: string): PointSet {
  const size = Number(lines[0]);
  if (size > lines.length - 2) {
    throw new ThioscopeError("FILE_CUT", `${size} atoms are announced, ${lines.length - 2} lines follow`, { file: name, line: 1 });
  }
  const points = new Float64Array(3 * size);
  const species: string[] = [];
  for (let i = 0; i < size; i++) {
    const [element, ...words] = lines[i + 2]!.trim().split(/\s+/);
    species.push(element!);
    for (let k = 0; k < 3; k++) points[3 * i + k] = numberAt(words[k], name, i + 3);
  }
  const lattice = /lattice\s*=\s*["{]([^"}]*)["}]/i.exec(lines[1]!)?.[1];
  const cell = lattice === undefined ? null : Float64Array.from(lattice.trim().split(/\s+/), (word) => numberAt(word, name, 2));
  if (cell && cell.length !== 9) {
    throw new ThioscopeError("FILE_DAMAGED", `Lattice has ${cell.length} numbers, 9 are needed`, { file: name, line: 2 });
  }
  const more = lines.length > size + 2;
  const notices = more
    ? [{ code: "first-frame-only", message: `lines after the first frame (${size} atoms) are left out` } satisfies Notice]
    : [];
  return { format: "xyz", unit: "Å", size, points, species, cell, lower: null, notices };
}

function fromRows(lines: readonly string[], name: string): PointSet {
  const rows = lines.map((line) => line.trim().split(/\s*[,;]\s*|\s+/));
  // "x,y,z" or "species x y z" above the numbers
  const isHead = rows[0]!.every((word) => Number.isNaN(Number(word)));
  const body = isHead && rows[0]![0] !== "" ? rows.slice(1) : rows;
  const first = lines.length - body.length + 1;
  if (body.length === 0) throw new ThioscopeError("FILE_CUT", "a head of columns and no rows", { file: name, line: 1 });
  const widths = body.map((row) => (row[0] === "" ? 0 : row.length));
  const start = widths[0] === 0 ? 0 : 1;
  if (body.length > 1 && widths.every((width, k) => width === k + start))
    return distances(
      body.filter((_, k) => widths[k]! > 0),
      name,
      first,
    );
  if (body.length > 4 && widths.every((width) => width === body.length)) {
    return distances(
      body.slice(1).map((row, k) => row.slice(0, k + 1)),
      name,
      first + 1,
    );
  }
  const width = widths[0]!;
  const bad = widths.findIndex((w) => w !== width);
  const names = body[0]!.map((word, k) => (Number.isNaN(Number(word)) ? k : -1)).filter((k) => k >= 0);
  if (bad !== -1 || names.length > 1 || width - names.length !== 3) {
    const found = bad === -1 ? `${width} columns` : `${widths[bad]} columns after rows of ${width}`;
    throw new ThioscopeError(
      "FILE_FOREIGN",
      `${found}: rows of x, y, z (with or without a species), a triangle or square of distances, xyz or CIF are read`,
      { file: name, line: first + Math.max(0, bad) },
    );
  }
  const points = new Float64Array(3 * body.length);
  for (const [i, row] of body.entries()) {
    const numbers = row.filter((_, k) => k !== names[0]);
    for (let k = 0; k < 3; k++) points[3 * i + k] = numberAt(numbers[k], name, first + i);
  }
  const species = names.length === 1 ? body.map((row) => row[names[0]!]!) : null;
  return { format: "points", unit: "", size: body.length, points, species, cell: null, lower: null, notices: [] };
}

function distances(rows: readonly (readonly string[])[], name: string, first: number): PointSet {
  const size = rows.length + 1;
  const lower = new Float64Array((size * (size - 1)) / 2);
  let at = 0;
  for (const [i, row] of rows.entries()) {
    for (const word of row) {
      const value = numberAt(word, name, first + i);
      if (value < 0) throw new ThioscopeError("FILE_DAMAGED", `a distance of ${value}`, { file: name, line: first + i });
      lower[at++] = value;
    }
  }
  return { format: "distances", unit: "", size, points: new Float64Array(0), species: null, cell: null, lower, notices: [] };
}

function numberAt(word: string | undefined, file: string, line: number): number {
  const value = word === undefined || word === "" ? Number.NaN : Number(word);
  if (!Number.isFinite(value)) {
    throw new ThioscopeError("FILE_DAMAGED", `"${(word ?? "").slice(0, 40)}" stands where a number is needed`, { file, line });
  }
  return value;
}

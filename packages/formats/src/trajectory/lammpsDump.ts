/**
 * LAMMPS text dumps: `x`, `xs`, `xu` and `xsu` coordinates, image flags, orthogonal, triclinic and general boxes, atoms in any order.
 *
 * The file states no length unit unless it has "ITEM: UNITS": Å (styles metal and real) are assumed, which a notice says. Atoms are put in the order
 * of their id. Types stay numbers unless the dump has elements, or a second file names them.
 */
import type { TrajectorySink } from "@thioscope/core/atoms";
import { lookup } from "../lookup.ts";
import { type BlockParser, feedBlocks } from "./blocks.ts";
import { Cursor } from "./cursor.ts";
import { Emitter } from "./emitter.ts";
import { checkCell, MOST_ATOMS } from "./limits.ts";
import { cutFrame, type TrajectoryInput, type TrajectoryReader } from "./model.ts";

const MOST_COLUMNS = 200;
/** Å in the length unit of each style. */
const LENGTHS: Readonly<Record<string, number>> = { metal: 1, real: 1, si: 1e10, cgs: 1e8, electron: 0.529177210903, micro: 1e4, nano: 10 };

/** Kinds of coordinates, the best first: [name of x, fractional, unwrapped]. */
const KINDS = [
  ["xu", false, true],
  ["xsu", true, true],
  ["x", false, false],
  ["xs", true, false],
] as const;

interface Columns {
  id: number;
  name: number;
  xyz: readonly [number, number, number];
  images: readonly [number, number, number] | null;
  isFractional: boolean;
  isUnwrapped: boolean;
  count: number;
}

class Parser implements BlockParser {
  readonly #cursor: Cursor;
  readonly #input: TrajectoryInput;
  readonly emitter: Emitter;
  #state: "item" | "step" | "count" | "box" | "atoms" | "skip" = "item";
  #atoms = 0;
  #row = 0;
  #boxRow = 0;
  #boxKind: "plain" | "tilted" | "general" = "plain";
  readonly #bounds = new Float64Array(12);
  #columns: Columns | null = null;
  #columnLine = "";
  /** place of each id in the first frame's order */
  #places: Map<number, number> | null = null;
  #ids = new Float64Array(0);
  #names: string[] = [];
  #units: string | null = null;
  #words = new Float64Array(0);
  readonly #cell = new Float64Array(9);
  #origin = [0, 0, 0];
  #steps: number[] = [];
  #isDone = false;

  constructor(input: TrajectoryInput, sink: TrajectorySink) {
    this.#cursor = new Cursor(input.source.name);
    this.#input = input;
    this.emitter = new Emitter(input, sink);
  }

  take(bytes: Uint8Array, from: number, to: number): boolean {
    const cursor = this.#cursor;
    cursor.set(bytes, from, to);
    while (cursor.at < to && !this.#isDone) {
      switch (this.#state) {
        case "item":
          this.#item();
          break;
        case "step":
          this.emitter.frame.step = cursor.number();
          if (this.#steps.length < 2) this.#steps.push(this.emitter.frame.step);
          cursor.nextLine();
          this.#state = "item";
          break;
        case "count":
          this.#atoms = cursor.count("atoms", MOST_ATOMS);
          this.emitter.size(this.#atoms, (message) => cursor.error("FILE_DAMAGED", message), cursor.line);
          cursor.nextLine();
          this.#state = "item";
          break;
        case "box":
          this.#box();
          break;
        case "skip":
          this.#units ??= cursor.text().trim();
          this.#state = "item";
          break;
        default:
          this.#readAtoms();
      }
    }
    return !this.#isDone;
  }

  #item(): void {
    const cursor = this.#cursor;
    if (cursor.isLineEnd()) {
      cursor.nextLine();
      return;
    }
    const text = cursor.text().trim();
    const item = /^ITEM:\s*(.*)$/.exec(text)?.[1];
    if (item === undefined) throw cursor.error("FILE_DAMAGED", `"${text.slice(0, 40)}" stands where an ITEM should`);
    if (item === "TIMESTEP") this.#state = "step";
    else if (item === "NUMBER OF ATOMS") this.#state = "count";
    else if (item.startsWith("BOX BOUNDS")) {
      this.#boxKind = /abc/.test(item) ? "general" : /xy/.test(item) ? "tilted" : "plain";
      this.#boxRow = 0;
      this.#state = "box";
    } else if (item.startsWith("ATOMS")) this.#beginAtoms(item);
    else if (item === "UNITS") this.#state = "skip";
    else if (item === "TIME") {
      cursor.nextLine();
    } else throw cursor.error("FILE_DAMAGED", `"ITEM: ${item.slice(0, 40)}" is not known`);
  }

  #box(): void {
    const cursor = this.#cursor;
    const each = this.#boxKind === "plain" ? 2 : this.#boxKind === "tilted" ? 3 : 4;
    for (let k = 0; k < each; k++) this.#bounds[each * this.#boxRow + k] = cursor.number();
    cursor.nextLine();
    if (++this.#boxRow < 3) return;
    const b = this.#bounds;
    const cell = this.#cell;
    if (this.#boxKind === "general") {
      for (let r = 0; r < 3; r++) cell.set(b.subarray(4 * r, 4 * r + 3), 3 * r);
      this.#origin = [b[3]!, b[7]!, b[11]!];
    } else {
      const [xy, xz, yz] = this.#boxKind === "tilted" ? [b[2]!, b[5]!, b[8]!] : [0, 0, 0];
      // stated bounds of a tilted box enclose it
      const lo = [0, 1, 2].map((r) => b[each * r]!) as [number, number, number];
      const hi = [0, 1, 2].map((r) => b[each * r + 1]!) as [number, number, number];
      lo[0] -= Math.min(0, xy, xz, xy + xz);
      hi[0] -= Math.max(0, xy, xz, xy + xz);
      lo[1] -= Math.min(0, yz);
      hi[1] -= Math.max(0, yz);
      cell.set([hi[0] - lo[0], 0, 0, xy, hi[1] - lo[1], 0, xz, yz, hi[2] - lo[2]]);
      this.#origin = lo;
    }
    checkCell(cell, { file: cursor.file, line: cursor.line - 1 });
    this.emitter.frame.cell = cell;
    this.#state = "item";
  }

  #beginAtoms(item: string): void {
    const cursor = this.#cursor;
    if (this.#atoms === 0) throw cursor.error("FILE_DAMAGED", "atoms come before their number");
    if (item !== this.#columnLine) {
      this.#columns = columnsOf(item.split(/\s+/).slice(1), cursor);
      this.#columnLine = item;
      this.#words = new Float64Array(this.#columns.count);
    }
    this.#row = 0;
    this.#state = "atoms";
  }

  #readAtoms(): void {
    const cursor = this.#cursor;
    const { id, name, xyz, images, count, isFractional } = this.#columns!;
    const isFirst = this.emitter.frame.index === 0;
    if (isFirst && this.#ids.length === 0) this.#ids = new Float64Array(this.#atoms);
    const { coordinates } = this.emitter.frame;
    const w = this.#words;
    while (this.#row < this.#atoms && cursor.at < cursor.to) {
      for (let c = 0; c < count; c++) {
        if (c === name) {
          if (isFirst) this.#names.push(cursor.word());
          else cursor.word();
        } else if (
          c === id ||
          c === xyz[0] ||
          c === xyz[1] ||
          c === xyz[2] ||
          (images && (c === images[0] || c === images[1] || c === images[2]))
        ) {
          w[c] = cursor.number();
        } else cursor.word();
      }
      let place = this.#row;
      if (id >= 0) {
        if (isFirst) this.#ids[place] = w[id]!;
        else {
          if (!this.#places) throw cursor.error("FILE_DAMAGED", "this frame has a column of ids, the first has none");
          const known = this.#places.get(w[id]!);
          if (known === undefined) throw cursor.error("FILE_DAMAGED", `atom ${w[id]} was not in the first frame`);
          place = known;
        }
      }
      for (let k = 0; k < 3; k++) {
        let x = w[xyz[k]!]!;
        if (isFractional && images) x += w[images[k]!]!;
        coordinates[3 * place + k] = isFractional ? x : x - this.#origin[k]!;
      }
      if (images && !isFractional) {
        for (let k = 0; k < 3; k++) for (let d = 0; d < 3; d++) coordinates[3 * place + d]! += w[images[k]!]! * this.#cell[3 * k + d]!;
      }
      this.#row++;
      cursor.nextLine();
    }
    if (this.#row === this.#atoms) this.#finish(isFirst);
  }

  #finish(isFirst: boolean): void {
    const { isFractional, isUnwrapped, images, id } = this.#columns!;
    const { frame } = this.emitter;
    frame.isFractional = isFractional;
    if (isFirst) {
      if (id >= 0) this.#sortFirst();
      const factor = this.#units === null ? 1 : lookup(LENGTHS, this.#units);
      if (this.#units === null || factor === undefined) {
        const message = `the dump states ${this.#units === null ? "no unit" : `the unit style "${this.#units}"`}: lengths are taken as Å`;
        this.#input.notices.push({ code: "unit-assumed", message });
      }
      const named = this.#input.species;
      if (named && named.length !== this.#atoms) {
        throw this.#cursor.error("FILE_DAMAGED", `the second file has ${named.length} atoms, the dump ${this.#atoms}`);
      }
      const fallback = this.#names.length > 0 ? this.#names : Array<string>(this.#atoms).fill("X");
      this.emitter.begin({
        format: "lammps-dump",
        species: named && this.#names.every((word) => /^\d+$/.test(word)) ? named : fallback,
        timestepFs: null,
        stride: null,
        isUnwrapped: isUnwrapped || images !== null,
      });
    }
    this.#scale();
    this.#isDone = !this.emitter.emit();
    this.#state = "item";
  }

  #scale(): void {
    const factor = this.#units === null ? 1 : (lookup(LENGTHS, this.#units) ?? 1);
    if (factor === 1) return;
    const { frame } = this.emitter;
    if (!frame.isFractional) for (let k = 0; k < frame.coordinates.length; k++) frame.coordinates[k]! *= factor;
    for (let k = 0; k < 9; k++) this.#cell[k]! *= factor;
  }

  /** The first frame in the order of its ids, which all others follow. */
  #sortFirst(): void {
    const order = Array.from(this.#ids.keys()).sort((i, j) => this.#ids[i]! - this.#ids[j]!);
    const { coordinates } = this.emitter.frame;
    const before = coordinates.slice();
    const names = this.#names;
    this.#places = new Map();
    for (const [place, row] of order.entries()) {
      coordinates.set(before.subarray(3 * row, 3 * row + 3), 3 * place);
      this.#places.set(this.#ids[row]!, place);
    }
    if (names.length > 0) this.#names = order.map((row) => names[row]!);
    if (this.#places.size !== this.#atoms) throw this.#cursor.error("FILE_DAMAGED", "two atoms of the first frame have one id");
  }

  end(): void {
    if (this.#isDone || this.#state === "item") return;
    const what = this.#state === "atoms" ? `${this.#row} of ${this.#atoms} atoms` : "its header";
    if (this.emitter.frame.index === 0) throw this.#cursor.error("FILE_CUT", `the first frame has ${what}`);
    this.#input.notices.push(cutFrame(this.emitter.frame.index, what));
  }
}

function columnsOf(names: readonly string[], cursor: Cursor): Columns {
  if (names.length > MOST_COLUMNS) throw cursor.error("FILE_DAMAGED", `${names.length} columns: up to ${MOST_COLUMNS} are read`);
  for (const [x, isFractional, isUnwrapped] of KINDS) {
    const end = x.slice(1);
    const xyz = ["x", "y", "z"].map((axis) => names.indexOf(`${axis}${end}`)) as [number, number, number];
    if (xyz.some((column) => column < 0)) continue;
    const images = ["ix", "iy", "iz"].map((n) => names.indexOf(n)) as [number, number, number];
    const element = names.indexOf("element");
    return {
      id: names.indexOf("id"),
      name: element >= 0 ? element : names.indexOf("type"),
      xyz,
      images: isUnwrapped || images.some((column) => column < 0) ? null : images,
      isFractional,
      isUnwrapped,
      count: names.length,
    };
  }
  throw cursor.error(
    "FILE_DAMAGED",
    `columns ${names.slice(0, 12).join(" ")} hold no positions: x y z, xs ys zs, xu yu zu or xsu ysu zsu are needed`,
  );
}

export const lammpsDumpReader: TrajectoryReader = {
  id: "lammps-dump",
  name: "LAMMPS dump",
  recognises: (head) => /^\s*ITEM: (?:TIMESTEP|UNITS|TIME)\b/.test(head),
  async read(input, sink) {
    const parser = new Parser(input, sink);
    await feedBlocks(input.chunks, parser, input.source.name, input.task);
    return parser.emitter.frame.index;
  },
};

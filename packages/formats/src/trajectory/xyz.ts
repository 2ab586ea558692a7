/**
 * XYZ frames: plain, as CP2K writes them ("i = 12, time = 6.0, E = …"), and extended XYZ (Lattice and Properties in the comment).
 *
 * Lengths are in Å by convention. Plain files give no cell. Columns of extended XYZ are found by `Properties`; those that are not needed are skipped.
 */
import type { TrajectorySink } from "@thioscope/core/atoms";
import { type BlockParser, feedBlocks } from "./blocks.ts";
import { Cursor } from "./cursor.ts";
import { Emitter } from "./emitter.ts";
import { checkAtoms, checkCell, MOST_ATOMS } from "./limits.ts";
import { cutFrame, type TrajectoryInput, type TrajectoryReader } from "./model.ts";

/** Columns of a frame: which word is the symbol, which is the first coordinate. */
interface Layout {
  species: number;
  position: number;
}

const PLAIN: Layout = { species: 0, position: 1 };

class Parser implements BlockParser {
  readonly #cursor: Cursor;
  readonly #input: TrajectoryInput;
  readonly emitter: Emitter;
  #state: "count" | "comment" | "atoms" = "count";
  #atoms = 0;
  #filled = 0;
  #layout = PLAIN;
  #isExtended = false;
  readonly #species: string[] = [];
  readonly #cell = new Float64Array(9);
  /** the time step becomes known with the first frame that is not at time 0 */
  readonly #clock: { timestepFs: number | null } = { timestepFs: null };
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
      if (this.#state === "atoms") this.#readAtoms();
      else if (this.#state === "comment") this.#readComment();
      else if (cursor.isLineEnd()) cursor.nextLine();
      else {
        this.#atoms = cursor.count("atoms", MOST_ATOMS);
        this.emitter.size(this.#atoms, (message) => cursor.error("FILE_DAMAGED", message), cursor.line);
        checkAtoms(this.#atoms, this.#input.bytes, { file: cursor.file, line: cursor.line });
        cursor.nextLine();
        this.#state = "comment";
      }
    }
    return !this.#isDone;
  }

  #readComment(): void {
    const cursor = this.#cursor;
    const line = cursor.line;
    const comment = cursor.text();
    const { frame } = this.emitter;
    const lattice = /\blattice\s*=\s*["{[]([^"}\]]*)["}\]]/i.exec(comment)?.[1];
    frame.cell = null;
    if (lattice !== undefined) {
      const numbers = lattice
        .trim()
        .split(/[\s,]+/)
        .map(Number);
      if (numbers.length !== 9 || !numbers.every(Number.isFinite)) {
        cursor.line = line;
        throw cursor.error("FILE_DAMAGED", `Lattice "${lattice.slice(0, 60)}": nine numbers are needed`);
      }
      this.#cell.set(numbers);
      checkCell(this.#cell, { file: cursor.file, line });
      frame.cell = this.#cell;
    }
    const properties = /\bproperties\s*=\s*"?([\w:]+)/i.exec(comment)?.[1];
    this.#isExtended ||= lattice !== undefined || properties !== undefined;
    this.#layout = properties === undefined ? PLAIN : layoutOf(properties, cursor);
    // CP2K; extended XYZ of simulations has step and time as keys
    const step = /\b(?:i|step)\s*=\s*(\d+)/i.exec(comment)?.[1];
    const time = /\btime\s*=\s*([-\d.eE+]+)/i.exec(comment)?.[1];
    frame.step = step === undefined ? null : Number(step);
    // CP2K states step and time (fs) in every frame
    if (/^\s*i\s*=/.test(comment) && Number(time) > 0 && frame.step! > 0) this.#clock.timestepFs ??= Number(time) / frame.step!;
    this.#state = "atoms";
  }

  #readAtoms(): void {
    const cursor = this.#cursor;
    const { coordinates, index } = this.emitter.frame;
    const { species, position } = this.#layout;
    let k = this.#filled;
    while (k < coordinates.length && cursor.at < cursor.to) {
      for (let word = 0; word < position; word++) {
        if (word === species && index === 0) this.#species.push(symbolOf(cursor.word()));
        else cursor.word();
      }
      cursor.triple(coordinates, k);
      if (species > position && index === 0) {
        for (let word = position + 3; word < species; word++) cursor.word();
        this.#species.push(symbolOf(cursor.word()));
      }
      k += 3;
      cursor.nextLine();
    }
    this.#filled = k;
    if (k < coordinates.length) return;
    if (index === 0) {
      const fixed = {
        format: this.#isExtended ? "extxyz" : "xyz",
        species: this.#species,
        stride: null,
        isUnwrapped: false,
        unit: "Å" as const,
      };
      this.emitter.begin(Object.assign(this.#clock, fixed));
    }
    this.#isDone = !this.emitter.emit();
    this.#filled = 0;
    this.#state = "count";
  }

  end(): void {
    if (this.#isDone || this.#state === "count") return;
    const what = `${this.#filled / 3} of ${this.#atoms} atoms`;
    if (this.emitter.frame.index === 0) throw this.#cursor.error("FILE_CUT", `the first frame has ${what}`);
    this.#input.notices.push(cutFrame(this.emitter.frame.index, what));
  }
}

/** "Na", of "Na1" as well; numbers stand for atomic types of their own. */
function symbolOf(word: string): string {
  return /^[A-Z][a-z]?(?=\d*$)/.exec(word)?.[0] ?? word;
}

function layoutOf(properties: string, cursor: Cursor): Layout {
  const parts = properties.split(":");
  let column = 0;
  let species = -1;
  let position = -1;
  for (let k = 0; k + 2 < parts.length; k += 3) {
    const name = parts[k]!.toLowerCase();
    if (name === "species" || (name === "z" && species < 0)) species = column;
    if (name === "pos" || name === "positions") position = column;
    column += Number(parts[k + 2]);
  }
  if (species < 0 || position < 0 || !(column <= 1000))
    throw cursor.error("FILE_DAMAGED", `Properties "${properties.slice(0, 60)}" name no species or no positions`);
  return { species, position };
}

export const xyzReader: TrajectoryReader = {
  id: "xyz",
  name: "XYZ, extended XYZ, CP2K",
  recognises(head) {
    const lines = head.split(/\r?\n/);
    const first = lines.findIndex((line) => line.trim() !== "");
    if (first < 0 || !/^\s*\d+\s*$/.test(lines[first]!)) return false;
    const atom = lines[first + 2];
    return /lattice\s*=|properties\s*=/i.test(lines[first + 1] ?? "") || (atom !== undefined && /^\s*[A-Za-z]\S*\s+[-+\d.]/.test(atom));
  },
  async read(input, sink) {
    const parser = new Parser(input, sink);
    await feedBlocks(input.chunks, parser, input.source.name, input.task);
    return parser.emitter.frame.index;
  },
};

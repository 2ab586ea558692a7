/**
 * Ionic steps of a vasprun.xml: every <structure> inside a <calculation>, or standing alone as runs with machine-learned forces write them.
 *
 * Not an XML parser: a walk over lines that reads the handful of elements that hold species, axes and positions, as VASP writes them (one element per
 * line). Every step is written, so the time between frames is POTIM. A file that ends early gives the frames before.
 */
import { type TrajectorySink, volumeOf } from "@thioscope/core/atoms";
import { type BlockParser, feedBlocks } from "./blocks.ts";
import { Cursor } from "./cursor.ts";
import { Emitter } from "./emitter.ts";
import { checkAtoms, checkCell, MOST_ATOMS } from "./limits.ts";
import { cutFrame, type TrajectoryInput, type TrajectoryReader } from "./model.ts";

const LESS = 60;
const SLASH = 47;
const letter = (c: string): number => c.charCodeAt(0);
const [V, S, A, I, R, M] = ["v", "s", "a", "i", "r", "m"].map(letter) as [number, number, number, number, number, number];

class Parser implements BlockParser {
  readonly #cursor: Cursor;
  readonly #input: TrajectoryInput;
  readonly emitter: Emitter;
  /** where numbers of <v> go: the axes, the positions, nowhere */
  #target: Float64Array | null = null;
  #filled = 0;
  #inStructure = false;
  #inAtoms = false;
  #inAtomInfo = false;
  readonly #species: string[] = [];
  #atoms = 0;
  readonly #cell = new Float64Array(9);
  #hasPositions = false;
  #potim: number | null = null;
  #isWhole = false;
  #isDone = false;

  constructor(input: TrajectoryInput, sink: TrajectorySink) {
    this.#cursor = new Cursor(input.source.name);
    this.#input = input;
    this.emitter = new Emitter(input, sink);
    this.emitter.frame.isFractional = true;
    this.emitter.frame.cell = this.#cell;
  }

  take(bytes: Uint8Array, from: number, to: number): boolean {
    const cursor = this.#cursor;
    cursor.set(bytes, from, to);
    while (cursor.at < to && !this.#isDone) {
      let p = cursor.at;
      while (bytes[p] === 32 || bytes[p] === 9) p++;
      if (bytes[p] !== LESS) {
        cursor.at = p;
        cursor.nextLine();
        continue;
      }
      const first = bytes[p + 1]!;
      if (first === V && bytes[p + 2] !== letter("a")) {
        if (this.#target) this.#vector(bytes, p);
      } else this.#tag(bytes, p, first);
      cursor.nextLine();
    }
    return !this.#isDone;
  }

  /** "<v> x y z </v>" */
  #vector(bytes: Uint8Array, p: number): void {
    const cursor = this.#cursor;
    const target = this.#target!;
    if (this.#filled + 3 > target.length) throw cursor.error("FILE_DAMAGED", "an array holds more vectors than there are atoms");
    let at = p + 2;
    while (bytes[at] !== 62 && bytes[at] !== 10) at++;
    cursor.at = at + 1;
    cursor.triple(target, this.#filled);
    this.#filled += 3;
  }

  #tag(bytes: Uint8Array, p: number, first: number): void {
    const cursor = this.#cursor;
    const isClosing = first === SLASH;
    const c = isClosing ? bytes[p + 2]! : first;
    // "<set>", "<scstep>" and energies are the bulk of a file: only what may matter becomes a string
    if (c === V) {
      if (isClosing) this.#endArray();
      else if (this.#inStructure) this.#beginArray(this.#text(p));
    } else if (c === S) {
      const text = this.#text(p);
      if (text.startsWith("<structure")) this.#beginStructure(text);
      else if (text.startsWith("</structure")) this.#endStructure();
    } else if (c === A) {
      const text = this.#text(p);
      if (text.startsWith("<atominfo")) this.#inAtomInfo = true;
      else if (text.startsWith("</atominfo")) this.#inAtomInfo = false;
      else if (this.#inAtomInfo && /^<atoms>/.test(text)) {
        this.#atoms = Number(/\d+/.exec(text)?.[0]);
        checkAtoms(this.#atoms, this.#input.bytes, { file: cursor.file, line: cursor.line });
      } else if (this.#inAtomInfo && /^<array[^>]*"atoms"/.test(text)) this.#inAtoms = true;
      else if (text.startsWith("</array")) this.#inAtoms = false;
    } else if (c === R && this.#inAtoms && !isClosing) {
      const symbol = /<rc>\s*<c>\s*([A-Za-z]+)/.exec(this.#text(p))?.[1];
      if (symbol !== undefined && this.#species.length < MOST_ATOMS) this.#species.push(symbol);
    } else if (c === I && !this.#inStructure && !this.emitter.hasBegun) {
      const found = /name="POTIM"[^>]*>\s*([-\d.eE+]+)/.exec(this.#text(p));
      if (found) this.#potim ??= Number(found[1]);
    } else if (c === M && isClosing) this.#isWhole = true;
  }

  #text(p: number): string {
    this.#cursor.at = p;
    const { line } = this.#cursor;
    const text = this.#cursor.text();
    this.#cursor.line = line;
    this.#cursor.at = p;
    return text;
  }

  #beginStructure(text: string): void {
    // the named ones repeat a step, or show the primitive cell
    this.#inStructure = !/name=/.test(text);
    this.#hasPositions = false;
  }

  #beginArray(text: string): void {
    const name = /name="(\w+)"/.exec(text)?.[1];
    this.#filled = 0;
    if (name === "basis") this.#target = this.#cell;
    else if (name === "positions") {
      const cursor = this.#cursor;
      if (this.#species.length === 0) throw cursor.error("FILE_DAMAGED", "positions come before <atominfo>: their species are not known");
      this.emitter.size(this.#species.length, (message) => cursor.error("FILE_DAMAGED", message), cursor.line);
      this.#target = this.emitter.frame.coordinates;
    }
  }

  #endArray(): void {
    const cursor = this.#cursor;
    if (!this.#target) return;
    if (this.#filled !== this.#target.length) {
      throw cursor.error("FILE_DAMAGED", `an array of ${this.#target.length / 3} vectors holds ${this.#filled / 3}`);
    }
    if (this.#target === this.#cell) {
      checkCell(this.#cell, { file: cursor.file, line: cursor.line });
    } else this.#hasPositions = true;
    this.#target = null;
  }

  #endStructure(): void {
    if (!this.#inStructure || !this.#hasPositions) return;
    this.#inStructure = false;
    if (volumeOf(this.#cell) === 0) throw this.#cursor.error("FILE_DAMAGED", "a structure has no basis");
    this.emitter.begin({
      format: "vasprun",
      species: this.#species,
      timestepFs: this.#potim !== null && this.#potim > 0 ? this.#potim : null,
      stride: 1,
      isUnwrapped: false,
    });
    this.#isDone = !this.emitter.emit();
  }

  end(): void {
    if (this.#isDone) return;
    const { index } = this.emitter.frame;
    if (this.#inStructure) this.#input.notices.push(cutFrame(index, "the file ends within it"));
    if (index === 0) {
      const code = this.#isWhole ? "FILE_FOREIGN" : "FILE_CUT";
      throw this.#cursor.error(code, this.#isWhole ? "no ionic step: there is no frame" : "it ends before the first step is whole");
    }
    if (!this.#isWhole) this.#input.notices.push({ code: "file-cut", message: `the run was cut: ${index} whole steps are read` });
  }
}

export const vasprunReader: TrajectoryReader = {
  id: "vasprun",
  name: "VASP vasprun.xml",
  recognises: (head) => /<modeling>/.test(head),
  async read(input, sink) {
    const parser = new Parser(input, sink);
    await feedBlocks(input.chunks, parser, input.source.name, input.task);
    return parser.emitter.frame.index;
  },
};

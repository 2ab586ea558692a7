/**
 * Positions of a VASP OUTCAR: species from its POTCAR lines, axes from "direct lattice vectors", a frame per "POSITION … TOTAL-FORCE" table (Cartesian, Å).
 */
import type { TrajectorySink } from "@thioscope/core/atoms";
import { type BlockParser, feedBlocks } from "./blocks.ts";
import { Cursor } from "./cursor.ts";
import { Emitter } from "./emitter.ts";
import { checkAtoms, checkCell } from "./limits.ts";
import { cutFrame, type TrajectoryInput, type TrajectoryReader } from "./model.ts";

class Parser implements BlockParser {
  readonly #cursor: Cursor;
  readonly #input: TrajectoryInput;
  readonly emitter: Emitter;
  #state: "text" | "axes" | "rule" | "atoms" = "text";
  #row = 0;
  #symbols: string[] = [];
  #species: string[] = [];
  #potim: number | null = null;
  #hasCell = false;
  readonly #cell = new Float64Array(9);
  #isDone = false;

  constructor(input: TrajectoryInput, sink: TrajectorySink) {
    this.#cursor = new Cursor(input.source.name);
    this.#input = input;
    this.emitter = new Emitter(input, sink);
    this.emitter.frame.cell = this.#cell;
  }

  take(bytes: Uint8Array, from: number, to: number): boolean {
    const cursor = this.#cursor;
    cursor.set(bytes, from, to);
    while (cursor.at < to && !this.#isDone) {
      if (this.#state === "text") this.#line(bytes);
      else if (this.#state === "rule") {
        cursor.nextLine();
        this.#state = "atoms";
      } else this.#numbers();
    }
    return !this.#isDone;
  }

  /** Only lines whose first letter may begin a wanted one become strings. */
  #line(bytes: Uint8Array): void {
    const cursor = this.#cursor;
    let p = cursor.at;
    while (bytes[p] === 32 || bytes[p] === 9) p++;
    const c = bytes[p];
    const isWanted = c === 80 || c === 86 || c === 84 || c === 100 || c === 105; // P V T d i
    if (!isWanted) {
      cursor.nextLine();
      return;
    }
    const text = cursor.text().trim();
    if (text.startsWith("POSITION")) this.#beginAtoms();
    else if (text.startsWith("direct lattice vectors")) {
      this.#row = 0;
      this.#state = "axes";
    } else if (this.#species.length === 0) this.#species = this.#header(text);
    if (this.#potim === null && text.startsWith("POTIM")) {
      const step = Number(/=\s*([\d.eE+-]+)/.exec(text)?.[1]);
      this.#potim = step > 0 ? step : null;
    }
  }

  /** Symbols by VRHFIN, and the species once the numbers of ions are known. */
  #header(text: string): string[] {
    const symbol = /^VRHFIN\s*=\s*([A-Z][a-z]?)/.exec(text)?.[1];
    if (symbol !== undefined) this.#symbols.push(symbol);
    const counts = /^ions per type\s*=\s*([\d\s]+)$/.exec(text)?.[1];
    if (counts === undefined) return [];
    const numbers = counts.trim().split(/\s+/).map(Number);
    checkAtoms(
      numbers.reduce((sum, n) => sum + n, 0),
      this.#input.bytes,
      { file: this.#cursor.file, line: this.#cursor.line - 1 },
    );
    return numbers.flatMap((n, k) => Array<string>(n).fill(this.#symbols[k] ?? `X${k + 1}`));
  }

  #beginAtoms(): void {
    const cursor = this.#cursor;
    if (this.#species.length === 0)
      throw cursor.error("FILE_DAMAGED", 'positions come before "ions per type": their species are not known');
    this.emitter.size(this.#species.length, (message) => cursor.error("FILE_DAMAGED", message), cursor.line);
    this.#row = 0;
    this.#state = "rule";
  }

  #numbers(): void {
    const cursor = this.#cursor;
    const target = this.#state === "axes" ? this.#cell : this.emitter.frame.coordinates;
    while (3 * this.#row < target.length && cursor.at < cursor.to) {
      cursor.triple(target, 3 * this.#row);
      this.#row++;
      cursor.nextLine();
    }
    if (3 * this.#row < target.length) return;
    if (this.#state === "axes") {
      checkCell(this.#cell, { file: cursor.file, line: cursor.line - 1 });
      this.#hasCell = true;
    } else {
      if (!this.#hasCell) throw cursor.error("FILE_DAMAGED", "positions come before the axes of the cell");
      this.emitter.begin({ format: "outcar", species: this.#species, timestepFs: this.#potim, stride: 1, isUnwrapped: false });
      this.#isDone = !this.emitter.emit();
    }
    this.#state = "text";
  }

  end(): void {
    if (this.#isDone) return;
    if (this.#state !== "text")
      this.#input.notices.push(cutFrame(this.emitter.frame.index, `${this.#row} of ${this.#species.length} atoms`));
    if (this.emitter.frame.index === 0) throw this.#cursor.error("FILE_CUT", "it holds no table of positions");
  }
}

export const outcarReader: TrajectoryReader = {
  id: "outcar",
  name: "VASP OUTCAR",
  recognises: (head) => /^[ \t]*vasp\.\d/m.test(head) && !/^\s*</.test(head),
  async read(input, sink) {
    const parser = new Parser(input, sink);
    await feedBlocks(input.chunks, parser, input.source.name, input.task);
    return parser.emitter.frame.index;
  },
};

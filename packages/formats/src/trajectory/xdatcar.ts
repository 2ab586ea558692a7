/**
 * VASP XDATCAR, and POSCAR/CONTCAR as its case of one frame, as a state machine over bytes.
 *
 * Dialects: one header for all frames, or one before each (variable cell); "Direct configuration= n" or a blank line (VASP 4) between frames;
 * with and without a line of symbols; symbols behind the coordinates; one, three or a negative scale (a volume); selective dynamics and Cartesian
 * coordinates of POSCAR. XDATCAR of VASP 4 that state no axes are refused.
 */
import { type TrajectoryFrame, type TrajectoryHeader, type TrajectorySink, volumeOf } from "@thioscope/core/atoms";
import { type BlockParser, feedBlocks } from "./blocks.ts";
import { Cursor } from "./cursor.ts";
import { checkAtoms, checkCell } from "./limits.ts";
import { cutFrame, type TrajectoryInput, type TrajectoryReader } from "./model.ts";

type State = "title" | "scale" | "axes" | "symbols" | "counts" | "between" | "atoms";

class Parser implements BlockParser {
  readonly #cursor: Cursor;
  readonly #sink: TrajectorySink;
  readonly #input: TrajectoryInput;
  readonly #format: "xdatcar" | "poscar";
  #state: State = "title";
  #title = "";
  #scale: number[] = [1];
  #axis = 0;
  #symbols: string[] = [];
  #species: string[] = [];
  #filled = 0;
  #sawBlank = false;
  #isMarked = false;
  #hasBegun = false;
  #isDone = false;
  readonly #frame: TrajectoryFrame = {
    index: 0,
    step: null,
    coordinates: new Float64Array(0),
    isFractional: true,
    cell: new Float64Array(9),
  };

  constructor(input: TrajectoryInput, sink: TrajectorySink, format: "xdatcar" | "poscar") {
    this.#cursor = new Cursor(input.source.name);
    this.#input = input;
    this.#sink = sink;
    this.#format = format;
  }

  get frames(): number {
    return this.#frame.index;
  }

  take(bytes: Uint8Array, from: number, to: number): boolean {
    const cursor = this.#cursor;
    cursor.set(bytes, from, to);
    while (cursor.at < to && !this.#isDone) {
      if (this.#state === "atoms") this.#atoms();
      else this.#line();
    }
    return !this.#isDone;
  }

  #atoms(): void {
    const cursor = this.#cursor;
    const { coordinates } = this.#frame;
    const total = coordinates.length;
    let k = this.#filled;
    while (k < total && cursor.at < cursor.to) {
      cursor.triple(coordinates, k);
      k += 3;
      cursor.nextLine();
    }
    this.#filled = k;
    if (k < total) return;
    this.#finish();
  }

  #finish(): void {
    if (!this.#frame.isFractional) this.#toAngstrom(this.#frame.coordinates, this.#factor());
    const goesOn = this.#sink.frame(this.#frame) !== false;
    this.#frame.index++;
    this.#filled = 0;
    this.#sawBlank = false;
    this.#state = "between";
    this.#isDone = !goesOn || this.#format === "poscar";
  }

  #line(): void {
    const cursor = this.#cursor;
    switch (this.#state) {
      case "title":
        this.#title = cursor.text().trim();
        this.#state = "scale";
        return;
      case "scale":
        this.#readScale();
        return;
      case "axes": {
        const cell = this.#frame.cell!;
        cursor.triple(cell, 3 * this.#axis);
        cursor.nextLine();
        if (++this.#axis < 3) return;
        this.#axis = 0;
        this.#toAngstrom(cell, this.#factor());
        checkCell(cell, { file: cursor.file, line: cursor.line - 1 });
        this.#state = "symbols";
        return;
      }
      case "symbols":
        if (/^\s*\d/.test(peek(cursor))) {
          this.#symbols = [];
          this.#state = "counts";
          return;
        }
        // "Na_pv", "S/6f3a" of newer versions: the element comes first
        this.#symbols = words(cursor.text()).map((word) => /^[A-Z][a-z]?/.exec(word)?.[0] ?? word);
        this.#state = "counts";
        return;
      case "counts":
        this.#readCounts();
        return;
      default:
        this.#readBetween();
    }
  }

  #readScale(): void {
    const cursor = this.#cursor;
    const found = words(cursor.text()).map(Number);
    const isScale = (found.length === 1 || found.length === 3) && found.every((s) => Number.isFinite(s) && s !== 0);
    if (!isScale) {
      const isOld = found.length >= 5 && found.every(Number.isFinite);
      throw cursor.error(
        isOld ? "FORMAT_VERSION" : "FILE_DAMAGED",
        isOld
          ? "an XDATCAR of VASP 4 that states no axes: lengths cannot be known"
          : "the second line of the header is no scale: one or three numbers are needed",
      );
    }
    this.#scale = found;
    this.#volumeFactor = null;
    this.#state = "axes";
  }

  /** A negative scale is the volume of the cell. */
  #factor(): readonly [number, number, number] {
    const [x, y, z] = this.#scale as [number, number?, number?];
    if (y !== undefined && z !== undefined) return [x, y, z];
    if (x > 0) return [x, x, x];
    if (this.#volumeFactor === null) this.#volumeFactor = Math.cbrt(-x / volumeOf(this.#frame.cell!));
    return [this.#volumeFactor, this.#volumeFactor, this.#volumeFactor];
  }
  #volumeFactor: number | null = null;

  #toAngstrom(values: Float64Array, [x, y, z]: readonly [number, number, number]): void {
    if (x === 1 && y === 1 && z === 1) return;
    for (let k = 0; k < values.length; k += 3) {
      values[k]! *= x;
      values[k + 1]! *= y;
      values[k + 2]! *= z;
    }
  }

  #readCounts(): void {
    const cursor = this.#cursor;
    const counts = words(cursor.text()).map(Number);
    const place = { file: cursor.file, line: cursor.line - 1 };
    const total = counts.reduce((sum, n) => sum + n, 0);
    if (counts.length === 0 || !counts.every((n) => Number.isInteger(n) && n >= 0)) {
      throw cursor.error("FILE_DAMAGED", "the line of the numbers of atoms holds something else");
    }
    checkAtoms(total, this.#input.bytes, place);
    if (this.#symbols.length > 0 && this.#symbols.length !== counts.length) {
      throw cursor.error("FILE_DAMAGED", `${this.#symbols.length} species and ${counts.length} numbers of atoms`);
    }
    const fromTitle = words(this.#title).filter((word) => /^[A-Z][a-z]?$/.test(word));
    const symbols =
      this.#symbols.length > 0 ? this.#symbols : fromTitle.length === counts.length ? fromTitle : counts.map((_, k) => `X${k + 1}`);
    const species = counts.flatMap((n, k) => Array<string>(n).fill(symbols[k]!));
    if (this.#hasBegun) {
      if (species.length !== this.#species.length || species.some((s, i) => s !== this.#species[i])) {
        throw cursor.error("FILE_DAMAGED", `frame ${this.#frame.index + 1} has other atoms than those before it`);
      }
    } else {
      this.#species = species;
      this.#frame.coordinates = new Float64Array(3 * total);
    }
    this.#isMarked = false;
    this.#sawBlank = false;
    this.#state = "between";
  }

  /** Between the header or a frame and the next frame. */
  #readBetween(): void {
    const cursor = this.#cursor;
    const line = peek(cursor);
    const first = line.trimStart()[0];
    const isAfterFrame = this.#frame.index > 0 && this.#hasBegun;
    if (first === undefined) {
      cursor.nextLine();
      this.#sawBlank = true;
    } else if (/^\s*direct/i.test(line)) {
      this.#isMarked = true;
      this.#begin(true);
      cursor.nextLine();
    } else if (/^\s*[ck]/i.test(line) && !/\d/.test(first) && /^\s*(?:cart|k)/i.test(line) && !this.#couldBeTitle(isAfterFrame)) {
      this.#begin(false);
      cursor.nextLine();
    } else if (/^\s*s/i.test(line) && !isAfterFrame && this.#format === "poscar") {
      // selective dynamics: flags behind the coordinates are skipped with the line
      cursor.nextLine();
    } else if (this.#sawBlank && !this.#isMarked && /^\s*\S+\s+\S+\s+\S+/.test(line) && /[\d.+-]/.test(first)) {
      this.#begin(true);
    } else if (isAfterFrame) {
      // a header before every frame; its title may have been the blank line
      this.#state = this.#sawBlank && /^\s*[\d.+-]+\s*$/.test(line) ? "scale" : "title";
    } else {
      throw cursor.error("FILE_DAMAGED", `"${line.trim().slice(0, 40)}" stands where a frame should begin`);
    }
  }

  #couldBeTitle(isAfterFrame: boolean): boolean {
    return isAfterFrame && this.#format === "xdatcar" && this.#isMarked;
  }

  #begin(isFractional: boolean): void {
    this.#frame.isFractional = isFractional;
    this.#state = "atoms";
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const header: TrajectoryHeader = {
      format: this.#format,
      species: this.#species,
      unit: "Å",
      timestepFs: null,
      stride: null,
      isUnwrapped: false,
    };
    this.#sink.begin?.(header);
  }

  end(): void {
    if (this.#isDone) return;
    if (this.#state === "atoms") {
      this.#input.notices.push(cutFrame(this.#frame.index, `${this.#filled / 3} of ${this.#species.length} atoms`));
    } else if (!this.#hasBegun) {
      throw this.#cursor.error("FILE_CUT", "the header is not followed by a frame");
    } else if (this.#state !== "between") this.#input.notices.push(cutFrame(this.#frame.index, "its header"));
  }
}

function peek(cursor: Cursor): string {
  const { at, line } = cursor;
  const text = cursor.text();
  cursor.at = at;
  cursor.line = line;
  return text;
}

function words(text: string): string[] {
  return text.trim() === "" ? [] : text.trim().split(/\s+/);
}

const NUMBERS3 = /^\s*[-+\d.]+\S*\s+[-+\d.]+\S*\s+[-+\d.]+\S*/;

/** Lines 3 to 5 of such a file are three numbers each. */
function hasAxes(head: string): boolean {
  const lines = head.split("\n");
  return lines.length >= 5 && lines.slice(2, 5).every((line) => NUMBERS3.test(line));
}

async function read(input: TrajectoryInput, sink: TrajectorySink, format: "xdatcar" | "poscar"): Promise<number> {
  const parser = new Parser(input, sink, format);
  await feedBlocks(input.chunks, parser, input.source.name, input.task);
  return parser.frames;
}

export const xdatcarReader: TrajectoryReader = {
  id: "xdatcar",
  name: "VASP XDATCAR",
  recognises: (head, name) =>
    (/xdatcar/i.test(name) && !/^\s*[<{]/.test(head)) || (hasAxes(head) && /^\s*direct configuration/im.test(head)),
  read: (input, sink) => read(input, sink, "xdatcar"),
};

export const poscarReader: TrajectoryReader = {
  id: "poscar",
  name: "VASP POSCAR or CONTCAR",
  recognises: (head, name) => hasAxes(head) && (/poscar|contcar|\.vasp$/i.test(name) || /^\s*(?:direct|cartesian|selective)/im.test(head)),
  read: (input, sink) => read(input, sink, "poscar"),
};

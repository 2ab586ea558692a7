/**
 * DCD, the binary trajectory of CHARMM, NAMD and LAMMPS: Fortran records of 32-bit floats, Å, with or without a cell, in either byte order.
 *
 * Atoms have no names: a second file (data, POSCAR, xyz) gives them. Files with fixed atoms are refused. The cell is a, γ, b, β, α, c with angles in
 * degrees or as cosines; whether coordinates are wrapped is not said.
 */
import { ThioscopeError } from "@thioscope/core";
import { axesOf } from "@thioscope/core/atoms";
import { Emitter } from "./emitter.ts";
import { checkAtoms, MOST_ATOMS } from "./limits.ts";
import { cutFrame, type TrajectoryReader } from "./model.ts";
import { speciesFrom } from "./whole.ts";

/** Of the buffer beyond a chunk, for what is left of records. */
const ROOM = 1 << 16;

/** Bytes of a stream, taken in the order of the file. What is taken is only valid until more is. */
class Bytes {
  readonly #chunks: AsyncIterator<Uint8Array>;
  /** bytes that are not taken yet, from `#from` to `#to` */
  #buffer: Uint8Array = new Uint8Array(0);
  #from = 0;
  #to = 0;
  /** over the whole buffer; another where more bytes are asked for */
  view = new DataView(new ArrayBuffer(0));
  /** of the file, of the next byte */
  offset = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Bytes at hand. */
  get left(): number {
    return this.#to - this.#from;
  }

  /** Place of the next byte in `view`. */
  get at(): number {
    return this.#from;
  }

  skip(length: number): void {
    this.#from += length;
    this.offset += length;
  }

  /** False where the file ends. */
  async more(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (!done) this.#append(value);
    return !done;
  }

  /** `length` bytes, null where the file ends before. */
  async take(length: number): Promise<DataView | null> {
    while (this.left < length) if (!(await this.more())) return null;
    const view = new DataView(this.#buffer.buffer, this.#from, length);
    this.skip(length);
    return view;
  }

  #append(chunk: Uint8Array): void {
    const held = this.#to - this.#from;
    if (held + chunk.length > this.#buffer.length) {
      // a chunk and what is left of a record before it
      const larger = new Uint8Array(held + chunk.length + ROOM);
      larger.set(this.#buffer.subarray(this.#from, this.#to));
      this.#buffer = larger;
      this.view = new DataView(larger.buffer);
    } else this.#buffer.copyWithin(0, this.#from, this.#to);
    this.#buffer.set(chunk, held);
    this.#from = 0;
    this.#to = held + chunk.length;
  }
}

const isAngle = (x: number): boolean => Math.abs(x) > 1;

export const dcdReader: TrajectoryReader = {
  id: "dcd",
  name: "DCD of CHARMM, NAMD, LAMMPS",
  recognises: (head) => head.slice(4, 8) === "CORD",
  async read(input, sink) {
    const file = input.source.name;
    const bytes = new Bytes(input.chunks);
    const need = (view: DataView | null): DataView => {
      if (!view) throw new ThioscopeError("FILE_CUT", "the header ends before it is whole", { file, offset: bytes.offset });
      return view;
    };
    const damaged = (message: string): ThioscopeError => new ThioscopeError("FILE_DAMAGED", message, { file, offset: bytes.offset });
    const first = need(await bytes.take(4));
    const little = first.getInt32(0, true) === 84;
    if (!little && first.getInt32(0, false) !== 84) throw damaged("the first record is not that of a DCD");
    // place and length of a record in the buffer: a frame has several, and an object for each would be most of the memory
    let at = 0;
    let size = 0;
    const isHere = (most: number): boolean => {
      if (bytes.left < 4) return false;
      const length = bytes.view.getInt32(bytes.at, little);
      if (!(length >= 0 && length <= most)) throw damaged(`a record of ${length} bytes; up to ${most} are possible here`);
      if (bytes.left < length + 8) return false;
      if (bytes.view.getInt32(bytes.at + 4 + length, little) !== length) throw damaged("the lengths before and behind a record differ");
      at = bytes.at + 4;
      size = length;
      bytes.skip(length + 8);
      return true;
    };
    const comes = async (most: number): Promise<boolean> => {
      while (!isHere(most)) if (!(await bytes.more())) return false;
      return true;
    };
    const header = async (most: number): Promise<void> => {
      if (!(await comes(most))) need(null);
    };
    const head = need(await bytes.take(88));
    const control = (k: number): number => head.getInt32(4 + 4 * k, little);
    if (head.getInt32(84, little) !== 84) throw damaged("the lengths before and behind a record differ");
    if (control(8) !== 0) throw new ThioscopeError("FORMAT_VERSION", `${control(8)} fixed atoms: such files are not read`, { file });
    const hasCell = control(10) === 1;
    const hasFourth = control(11) === 1;
    const first0 = control(1);
    const stride = control(2);
    await header(1 << 20);
    await header(4);
    const atoms = size === 4 ? bytes.view.getInt32(at, little) : 0;
    checkAtoms(atoms, input.bytes, { file });
    const emitter = new Emitter(input, sink);
    emitter.size(atoms, damaged);
    const { frame } = emitter;
    const cell = new Float64Array(9);
    if (hasCell) frame.cell = cell;
    const lastBox = new Float64Array(6);
    const reads = async (): Promise<boolean> => {
      if (hasCell) {
        if (!isHere(48) && !(await comes(48))) return false;
        if (size < 48) throw damaged("the record of the cell is too short");
        // most runs keep their cell: its axes are worked out where it changes
        let isNew = false;
        for (let k = 0; k < 6; k++) {
          const value = bytes.view.getFloat64(at + 8 * k, little);
          if (value !== lastBox[k]) isNew = true;
          lastBox[k] = value;
        }
        if (isNew) fillCell(cell, lastBox);
      }
      for (let k = 0; k < 3 + (hasFourth ? 1 : 0); k++) {
        if (!isHere(4 * MOST_ATOMS) && !(await comes(4 * MOST_ATOMS))) return false;
        if (size < 4 * atoms) throw damaged(`a record of ${size} bytes holds less than ${atoms} coordinates`);
        if (k < 3) for (let i = 0; i < atoms; i++) frame.coordinates[3 * i + k] = bytes.view.getFloat32(at + 4 * i, little);
      }
      return true;
    };
    for (;;) {
      const before = bytes.offset;
      if (!(await reads())) {
        if (frame.index === 0) throw new ThioscopeError("FILE_CUT", "the first frame is not whole", { file, offset: bytes.offset });
        if (bytes.offset > before || bytes.left > 0) input.notices.push(cutFrame(frame.index, "the file ends within it"));
        return frame.index;
      }
      if (!frame.coordinates.every(Number.isFinite)) throw damaged(`frame ${frame.index + 1} holds coordinates that are no numbers`);
      if (frame.index === 0) {
        if (!input.species)
          input.notices.push({ code: "species-unknown", message: "a DCD names no atoms: all are X; --structure FILE names them" });
        emitter.begin({
          format: "dcd",
          species: speciesFrom(input.species, atoms, file),
          timestepFs: null,
          stride: stride > 0 ? stride : null,
          isUnwrapped: false,
        });
      }
      frame.step = first0 + frame.index * Math.max(1, stride);
      if (!emitter.emit()) return frame.index;
    }

    function fillCell(out: Float64Array, [a, gamma, b, beta, alpha, c]: Float64Array): void {
      const angle = (x: number): number => (isAngle(x) ? x : (Math.acos(x) * 180) / Math.PI);
      out.set(axesOf([a!, b!, c!, angle(alpha!), angle(beta!), angle(gamma!)]));
    }
  },
};

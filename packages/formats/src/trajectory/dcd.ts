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

/** Bytes of a stream, taken in the order of the file. What is taken is only valid until more is. */
class Bytes {
  readonly #chunks: AsyncIterator<Uint8Array>;
  /** bytes that are not taken yet, from `#from` to `#to` */
  #buffer: Uint8Array = new Uint8Array(1 << 21);
  #from = 0;
  #to = 0;
  offset = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** `length` bytes, null where the file ends before. */
  async take(length: number): Promise<DataView | null> {
    while (this.#to - this.#from < length) {
      const { value, done } = await this.#chunks.next();
      if (done) return null;
      this.#append(value);
    }
    const view = new DataView(this.#buffer.buffer, this.#from, length);
    this.#from += length;
    this.offset += length;
    return view;
  }

  #append(chunk: Uint8Array): void {
    const held = this.#to - this.#from;
    if (held + chunk.length > this.#buffer.length) {
      const larger = new Uint8Array(2 * (held + chunk.length));
      larger.set(this.#buffer.subarray(this.#from, this.#to));
      this.#buffer = larger;
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
    const record = async (most: number): Promise<DataView | null> => {
      const head = await bytes.take(4);
      if (!head) return null;
      const length = head.getInt32(0, little);
      if (!(length >= 0 && length <= most)) throw damaged(`a record of ${length} bytes; up to ${most} are possible here`);
      const body = await bytes.take(length + 4);
      if (!body) return null;
      if (body.getInt32(length, little) !== length) throw damaged("the lengths before and behind a record differ");
      return body;
    };
    const head = need(await bytes.take(88));
    const control = (k: number): number => head.getInt32(4 + 4 * k, little);
    if (head.getInt32(84, little) !== 84) throw damaged("the lengths before and behind a record differ");
    if (control(8) !== 0) throw new ThioscopeError("FORMAT_VERSION", `${control(8)} fixed atoms: such files are not read`, { file });
    const hasCell = control(10) === 1;
    const hasFourth = control(11) === 1;
    const first0 = control(1);
    const stride = control(2);
    need(await record(1 << 20));
    const atoms = need(await record(4)).getInt32(0, little);
    checkAtoms(atoms, input.bytes, { file });
    const emitter = new Emitter(input, sink);
    emitter.size(atoms, damaged);
    const { frame } = emitter;
    const cell = new Float64Array(9);
    if (hasCell) frame.cell = cell;
    const reads = async (): Promise<boolean> => {
      if (hasCell) {
        const box = await record(48);
        if (!box) return false;
        if (box.byteLength < 48) throw damaged("the record of the cell is too short");
        fillCell(
          cell,
          Array.from({ length: 6 }, (_, k) => box.getFloat64(8 * k, little)),
        );
      }
      for (let k = 0; k < 3 + (hasFourth ? 1 : 0); k++) {
        const values = await record(4 * MOST_ATOMS);
        if (!values) return false;
        if (values.byteLength < 4 * atoms + 4)
          throw damaged(`a record of ${values.byteLength - 4} bytes holds less than ${atoms} coordinates`);
        if (k < 3) for (let i = 0; i < atoms; i++) frame.coordinates[3 * i + k] = values.getFloat32(4 * i, little);
      }
      return true;
    };
    for (;;) {
      const before = bytes.offset;
      if (!(await reads())) {
        if (frame.index === 0) throw new ThioscopeError("FILE_CUT", "the first frame is not whole", { file, offset: bytes.offset });
        if (bytes.offset > before) input.notices.push(cutFrame(frame.index, "the file ends within it"));
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

    function fillCell(out: Float64Array, [a, gamma, b, beta, alpha, c]: readonly number[]): void {
      const angle = (x: number): number => (isAngle(x) ? x : (Math.acos(x) * 180) / Math.PI);
      out.set(axesOf([a!, b!, c!, angle(alpha!), angle(beta!), angle(gamma!)]));
    }
  },
};

/**
 * ASE .traj (the ULM container): a table of offsets, a JSON header per frame, arrays beside it. Read whole, up to 128 MB.
 */
import { ThioscopeError } from "@thioscope/core";
import { SYMBOLS } from "@thioscope/core/atoms";
import { Emitter } from "./emitter.ts";
import { checkAtoms, checkCell } from "./limits.ts";
import { cutFrame, type TrajectoryReader } from "./model.ts";
import { wholeContent } from "./whole.ts";

type Stored = { ndarray: [shape: number[], type: string, offset: number] };
interface Item {
  "numbers."?: Stored | number[];
  "positions."?: Stored | number[][];
  cell?: number[][] | Stored;
  "cell."?: Stored;
  pbc?: boolean[];
}

const BYTES: Readonly<Record<string, number>> = { float64: 8, float32: 4, int64: 8, int32: 4, int16: 2, int8: 1, uint8: 1 };
const MOST_FRAMES = 10_000_000;

export const aseReader: TrajectoryReader = {
  id: "ase-traj",
  name: "ASE trajectory",
  recognises: (head) => head.startsWith("- of Ulm"),
  async read(input, sink) {
    const file = input.source.name;
    const bytes = await wholeContent(input);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const fail = (message: string, offset: number): ThioscopeError => new ThioscopeError("FILE_DAMAGED", message, { file, offset });
    if (!new TextDecoder("latin1").decode(bytes.subarray(8, 24)).startsWith("ASE-Trajectory")) {
      throw new ThioscopeError("FILE_FOREIGN", "an ULM file of another kind than ASE-Trajectory", { file });
    }
    const int64 = (at: number): number => {
      if (!(at >= 0 && at + 8 <= bytes.length))
        throw new ThioscopeError("FILE_CUT", `byte ${at} is needed, the file ends at ${bytes.length}`, { file });
      const value = Number(view.getBigInt64(at, true));
      if (!(value >= 0 && value <= 2 ** 52)) throw fail(`${value} is no offset`, at);
      return value;
    };
    const items = int64(32);
    const table = int64(40);
    if (items > MOST_FRAMES || table + 8 * items > bytes.length) {
      throw new ThioscopeError("FILE_CUT", `${items} frames are announced, the file has ${bytes.length} bytes`, { file, offset: 32 });
    }
    const array = (stored: Stored | number[] | number[][] | undefined): ArrayLike<number> | null => {
      if (stored === undefined) return null;
      if (Array.isArray(stored)) return stored.flat();
      const [shape, type, offset] = stored.ndarray;
      const size = shape.reduce((product, n) => product * n, 1);
      const width = BYTES[type];
      if (width === undefined) throw fail(`an array of type "${String(type).slice(0, 20)}"`, offset);
      if (!(Number.isInteger(size) && size >= 0 && Number.isInteger(offset) && offset >= 0 && offset + size * width <= bytes.length)) {
        throw new ThioscopeError("FILE_CUT", `an array of ${size} numbers at byte ${offset} lies outside of the file`, { file });
      }
      return Float64Array.from({ length: size }, (_, k) => {
        const at = offset + k * width;
        if (type === "float64") return view.getFloat64(at, true);
        if (type === "float32") return view.getFloat32(at, true);
        if (type === "int64") return Number(view.getBigInt64(at, true));
        return type === "int32" ? view.getInt32(at, true) : type === "int16" ? view.getInt16(at, true) : view.getInt8(at);
      });
    };
    const emitter = new Emitter(input, sink);
    const { frame } = emitter;
    const cell = new Float64Array(9);
    let numbers: ArrayLike<number> | null = null;
    for (let k = 0; k < items; k++) {
      const offset = int64(table + 8 * k);
      const length = int64(offset);
      if (offset + 8 + length > bytes.length) {
        if (k === 0) throw new ThioscopeError("FILE_CUT", "the first frame is not whole", { file, offset });
        input.notices.push(cutFrame(k, "the file ends within it"));
        return k;
      }
      let item: Item;
      try {
        item = JSON.parse(new TextDecoder().decode(bytes.subarray(offset + 8, offset + 8 + length))) as Item;
      } catch (error) {
        throw fail(`frame ${k + 1} has no readable header: ${error instanceof Error ? error.message : error}`, offset);
      }
      numbers = array(item["numbers."]) ?? numbers;
      const positions = array(item["positions."]);
      const axes = array(item["cell."] ?? item.cell);
      if (!numbers || !positions || positions.length !== 3 * numbers.length)
        throw fail(`frame ${k + 1} lacks numbers or positions`, offset);
      checkAtoms(numbers.length, null, { file });
      emitter.size(numbers.length, (message) => fail(message, offset));
      frame.coordinates.set(positions);
      if (!frame.coordinates.every(Number.isFinite)) throw fail(`frame ${k + 1} holds coordinates that are no numbers`, offset);
      if (axes && axes.length === 9 && Array.from(axes).some((x) => x !== 0)) {
        cell.set(axes);
        checkCell(cell, { file });
        frame.cell = cell;
      }
      emitter.begin({
        format: "ase-traj",
        species: Array.from(numbers, (z) => SYMBOLS[z] ?? `X${z}`),
        timestepFs: null,
        stride: null,
        isUnwrapped: false,
      });
      if (!emitter.emit()) break;
    }
    if (frame.index === 0) throw new ThioscopeError("FILE_EMPTY", "the file holds no frame", { file });
    return frame.index;
  },
};

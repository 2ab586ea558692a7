/**
 * ASE .traj (the ULM container): a table of offsets, a JSON header per frame, arrays beside it. Read frame by frame at its places in the file; a
 * packed one, whose places are not known, whole, up to 128 MB.
 */
import { ThioscopeError } from "@thioscope/core";
import { SYMBOLS } from "@thioscope/core/atoms";
import { Emitter } from "./emitter.ts";
import { checkAtoms, checkCell, MOST_ATOMS } from "./limits.ts";
import { cutFrame, type TrajectoryInput, type TrajectoryReader } from "./model.ts";
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
/** of the JSON before a frame's arrays; small systems hold their positions in it */
const MOST_HEADER = 1 << 24;
/** Entries of the table of offsets that are held at once. */
const OFFSETS = 4096;

/** Bytes at any place of the content; those of one kind are only valid until more of that kind are asked for. */
interface Places {
  readonly size: number;
  at(offset: number, length: number, kind: PlaceKind): Promise<DataView>;
}

type PlaceKind = "table" | "length" | "header" | "array";

async function placesOf(input: TrajectoryInput): Promise<Places> {
  const { source } = input;
  const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const buffers: Partial<Record<PlaceKind, Uint8Array>> = {};
  if (input.bytes !== null) {
    return {
      size: source.size,
      async at(offset, length, kind) {
        if (!source.readInto) return view(await source.read(offset, length));
        const held = buffers[kind];
        const target = held && held.length >= length ? held : new Uint8Array(length);
        buffers[kind] = target;
        const part = target.subarray(0, length);
        await source.readInto(offset, part);
        return view(part);
      },
    };
  }
  const whole = await wholeContent(input);
  return { size: whole.length, at: async (offset, length) => view(whole.subarray(offset, offset + length)) };
}

export const aseReader: TrajectoryReader = {
  id: "ase-traj",
  name: "ASE trajectory",
  recognises: (head) => head.startsWith("- of Ulm"),
  async read(input, sink) {
    const file = input.source.name;
    const places = await placesOf(input);
    const fail = (message: string, offset: number): ThioscopeError => new ThioscopeError("FILE_DAMAGED", message, { file, offset });
    const bytesAt = async (offset: number, length: number, kind: PlaceKind): Promise<DataView> => {
      if (!(offset >= 0 && offset + length <= places.size))
        throw new ThioscopeError("FILE_CUT", `bytes ${offset} to ${offset + length} are needed, the file ends at ${places.size}`, { file });
      return places.at(offset, length, kind);
    };
    const offsetIn = (view: DataView, at: number, place: number): number => {
      const value = Number(view.getBigInt64(at, true));
      if (!(value >= 0 && value <= 2 ** 52)) throw fail(`${value} is no offset`, place);
      return value;
    };
    const int64 = async (at: number): Promise<number> => offsetIn(await bytesAt(at, 8, "length"), 0, at);
    const head = await bytesAt(0, 48, "header");
    if (!textOf(head, latin).slice(8, 24).startsWith("ASE-Trajectory")) {
      throw new ThioscopeError("FILE_FOREIGN", "an ULM file of another kind than ASE-Trajectory", { file });
    }
    const items = offsetIn(head, 32, 32);
    const table = offsetIn(head, 40, 40);
    if (items > MOST_FRAMES || table + 8 * items > places.size) {
      throw new ThioscopeError("FILE_CUT", `${items} frames are announced, the file has ${places.size} bytes`, { file, offset: 32 });
    }
    // positions of the last frame: their room serves the next
    let room: Float64Array = new Float64Array(0);
    const array = async (stored: Stored | number[] | number[][] | undefined, isKept: boolean): Promise<ArrayLike<number> | null> => {
      if (stored === undefined || stored === null) return null;
      if (Array.isArray(stored)) return stored.flat();
      // what JSON gives of a damaged header can be anything
      const parts: unknown = typeof stored === "object" ? stored.ndarray : undefined;
      if (!Array.isArray(parts) || !Array.isArray(parts[0])) throw fail("a header describes no array", 0);
      const [shape, type, offset] = stored.ndarray;
      const size = shape.reduce((product, n) => product * n, 1);
      const width = BYTES[type];
      if (width === undefined) throw fail(`an array of type "${String(type).slice(0, 20)}"`, offset);
      if (!(Number.isInteger(size) && size >= 0 && Number.isInteger(offset) && offset >= 0 && offset + size * width <= places.size)) {
        throw new ThioscopeError("FILE_CUT", `an array of ${size} numbers at byte ${offset} lies outside of the file`, { file });
      }
      if (size > 3 * MOST_ATOMS) throw fail(`an array of ${size} numbers: up to ${3 * MOST_ATOMS} are read`, offset);
      const view = await bytesAt(offset, size * width, "array");
      const out = !isKept && room.length === size ? room : new Float64Array(size);
      if (!isKept) room = out;
      for (let k = 0; k < size; k++) out[k] = valueAt(view, type, k * width);
      return out;
    };
    const emitter = new Emitter(input, sink);
    const { frame } = emitter;
    const cell = new Float64Array(9);
    let numbers: ArrayLike<number> | null = null;
    let held: DataView | null = null;
    for (let k = 0; k < items; k++) {
      if (k % OFFSETS === 0) held = await bytesAt(table + 8 * k, 8 * Math.min(OFFSETS, items - k), "table");
      const offset = offsetIn(held!, 8 * (k % OFFSETS), table + 8 * k);
      const length = await int64(offset);
      if (offset + 8 + length > places.size) {
        if (k === 0) throw new ThioscopeError("FILE_CUT", "the first frame is not whole", { file, offset });
        input.notices.push(cutFrame(k, "the file ends within it"));
        return k;
      }
      if (length > MOST_HEADER) throw fail(`frame ${k + 1} has a header of ${length} bytes: up to ${MOST_HEADER} are read`, offset);
      let item: Item;
      try {
        item = JSON.parse(textOf(await bytesAt(offset + 8, length, "header"), utf8)) as Item;
      } catch (error) {
        if (error instanceof ThioscopeError) throw error;
        throw fail(`frame ${k + 1} has no readable header: ${error instanceof Error ? error.message : error}`, offset);
      }
      if (typeof item !== "object" || item === null) throw fail(`frame ${k + 1} has a header that describes nothing`, offset);
      numbers = (await array(item["numbers."], true)) ?? numbers;
      const positions = await array(item["positions."], false);
      const axes = await array(item["cell."] ?? item.cell, true);
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
      if (!emitter.hasBegun) {
        const species = Array.from(numbers, (z) => SYMBOLS[z] ?? `X${z}`);
        emitter.begin({ format: "ase-traj", species, timestepFs: null, stride: null, isUnwrapped: false });
      }
      if (!emitter.emit()) break;
    }
    if (frame.index === 0) throw new ThioscopeError("FILE_EMPTY", "the file holds no frame", { file });
    return frame.index;
  },
};

const latin = new TextDecoder("latin1");
const utf8 = new TextDecoder();

const textOf = (view: DataView, decoder: TextDecoder): string =>
  decoder.decode(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));

function valueAt(view: DataView, type: string, at: number): number {
  switch (type) {
    case "float64":
      return view.getFloat64(at, true);
    case "float32":
      return view.getFloat32(at, true);
    case "int64":
      return Number(view.getBigInt64(at, true));
    case "int32":
      return view.getInt32(at, true);
    case "int16":
      return view.getInt16(at, true);
    case "uint8":
      return view.getUint8(at);
    default:
      return view.getInt8(at);
  }
}

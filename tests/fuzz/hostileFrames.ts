/** Frames that no detector writes: what `thioscope xrd` must answer without a crash, and how they are made. */
import { execFile } from "node:child_process";
import { writeCbf, writeEdf, writeNexus, writeTiff } from "@thioscope/formats";
import { START } from "../cli/thioscope.ts";

export const SIDE = 64;

const usual = Uint16Array.from({ length: SIDE * SIDE }, (_, i) => 200 + ((i * 2654435761) >>> 27));
const frame = (values: Uint16Array | Int32Array | Float32Array) => ({ width: SIDE, height: SIDE, values });

/** Both sides of a TIFF at 2³¹: tags 256 and 257 of its first directory. */
function hugeTiff(): Uint8Array {
  const bytes = writeTiff([frame(usual)]).slice();
  const view = new DataView(bytes.buffer);
  const little = bytes[0] === 0x49;
  const directory = view.getUint32(4, little);
  for (let i = 0; i < view.getUint16(directory, little); i++) {
    const entry = directory + 2 + 12 * i;
    const tag = view.getUint16(entry, little);
    if (tag !== 256 && tag !== 257) continue;
    view.setUint16(entry + 2, 4, little);
    view.setUint32(entry + 8, 2 ** 31, little);
  }
  return bytes;
}

/** The file with `pattern` in its head replaced. */
function reworded(bytes: Uint8Array, ...changes: readonly [RegExp, string][]): Uint8Array {
  let text = Buffer.from(bytes).toString("latin1");
  for (const [pattern, to] of changes) text = text.replace(pattern, to);
  return new Uint8Array(Buffer.from(text, "latin1"));
}

/** A NeXus file whose pixels are packed by a filter that nobody has: the id of bitshuffle replaced in the header of the dataset, and its checksum made good. */
async function unknownFilter(): Promise<Uint8Array> {
  const bytes = (await writeNexus([frame(usual)], { compression: "bitshuffle-lz4" })).slice();
  const view = new DataView(bytes.buffer);
  const text = Buffer.from(bytes.buffer);
  const id = text.indexOf(Buffer.of(32008 & 0xff, 32008 >> 8));
  view.setUint16(id, 32099, true);
  // HDF5 file format, IV.A.1.b: version 2 of the object header, its first chunk, and the checksum over both
  const header = text.lastIndexOf("OHDR", id);
  const flags = bytes[header + 5]!;
  const size = header + 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const width = 1 << (flags & 3);
  const end =
    size + width + Number(width === 1 ? view.getUint8(size) : width === 2 ? view.getUint16(size, true) : view.getUint32(size, true));
  view.setUint32(end, lookup3(bytes.subarray(header, end)), true);
  return bytes;
}

/** Bob Jenkins' hash "lookup3" (public domain, 2006), which HDF5 takes for checksums. */
function lookup3(bytes: Uint8Array): number {
  const state = new Uint32Array(3).fill(0xdeadbeef + bytes.length);
  const turn = (x: number, n: number): number => (x << n) | (x >>> (32 - n));
  let at = 0;
  const add = (): void => {
    for (let i = 0; i < 12 && at < bytes.length; i++, at++) state[i >> 2] = state[i >> 2]! + bytes[at]! * 2 ** (8 * (i & 3));
  };
  const mix = (i: number, j: number, k: number, n: number): void => {
    state[i] = (state[i]! - state[k]!) ^ turn(state[k]!, n);
    state[k] = state[k]! + state[j]!;
  };
  const last = (i: number, j: number, n: number): void => {
    state[i] = (state[i]! ^ state[j]!) - turn(state[j]!, n);
  };
  while (bytes.length - at > 12) {
    add();
    for (const [i, j, k, n] of [
      [0, 1, 2, 4],
      [1, 2, 0, 6],
      [2, 0, 1, 8],
      [0, 1, 2, 16],
      [1, 2, 0, 19],
      [2, 0, 1, 4],
    ] as const)
      mix(i, j, k, n);
  }
  add();
  for (const [i, j, n] of [
    [2, 1, 14],
    [0, 2, 11],
    [1, 0, 25],
    [2, 1, 16],
    [0, 2, 4],
    [1, 0, 14],
    [2, 1, 24],
  ] as const)
    last(i, j, n);
  return state[2]!;
}

export interface Hostile {
  name: string;
  bytes: () => Uint8Array | Promise<Uint8Array>;
  /** codes of `xrd calibrate` and `xrd integrate` */
  codes: readonly [calibrate: string, integrate: string];
}

const both = (code: string): [string, string] => [code, code];

export const HOSTILE: readonly Hostile[] = [
  { name: "empty.tif", bytes: () => new Uint8Array(0), codes: both("FILE_EMPTY") },
  { name: "text.tif", bytes: () => Buffer.from("counts counts counts\n".repeat(40)), codes: both("FILE_FOREIGN") },
  { name: "cut.tif", bytes: () => writeTiff([frame(usual)]).slice(0, 4000), codes: both("FILE_CUT") },
  { name: "cut.edf", bytes: () => writeEdf([frame(usual)]).slice(0, 5000), codes: both("FILE_CUT") },
  { name: "cut.cbf", bytes: () => writeCbf(frame(Int32Array.from(usual)), "x").slice(0, 3000), codes: both("FILE_CUT") },
  { name: "cut.h5", bytes: async () => (await writeNexus([frame(usual)])).slice(0, 3000), codes: both("FILE_DAMAGED") },
  { name: "huge.tif", bytes: hugeTiff, codes: both("FILE_DAMAGED") },
  {
    name: "huge.edf",
    bytes: () => reworded(writeEdf([frame(usual)]), [/Dim_1 *= *\d+/, "Dim_1 = 2147483648"], [/Dim_2 *= *\d+/, "Dim_2 = 2147483648"]),
    codes: both("FILE_DAMAGED"),
  },
  {
    name: "huge.cbf",
    bytes: () =>
      reworded(
        writeCbf(frame(Int32Array.from(usual)), "x"),
        [/Fastest-Dimension: *\d+/, "Fastest-Dimension: 2147483648"],
        [/Second-Dimension: *\d+/, "Second-Dimension: 2147483648"],
      ),
    codes: both("FILE_DAMAGED"),
  },
  { name: "filter.h5", bytes: unknownFilter, codes: both("FORMAT_VERSION") },
  {
    name: "other-size.tif",
    bytes: () => writeTiff([{ width: 16, height: 16, values: usual.slice(0, 256) }]),
    codes: ["NOT_COMPUTABLE", "INVALID_INPUT"],
  },
  { name: "nan.edf", bytes: () => writeEdf([frame(new Float32Array(SIDE * SIDE).fill(Number.NaN))]), codes: both("NOT_COMPUTABLE") },
  {
    name: "infinite.edf",
    bytes: () => writeEdf([frame(new Float32Array(SIDE * SIDE).fill(Number.POSITIVE_INFINITY))]),
    codes: both("NOT_COMPUTABLE"),
  },
  { name: "zero.tif", bytes: () => writeTiff([frame(new Uint16Array(SIDE * SIDE))]), codes: both("NOT_COMPUTABLE") },
  { name: "saturated.tif", bytes: () => writeTiff([frame(new Uint16Array(SIDE * SIDE).fill(65535))]), codes: both("NOT_COMPUTABLE") },
];

/** Prints the most memory that the process ever held, kB, as the last line of stderr. */
const PEAK = `data:text/javascript,process.on("exit",()=>process.stderr.write("\\n"+process.resourceUsage().maxRSS))`;

/** Runs `thioscope ARGS… --json` in `folder`; a process that runs for `limit` s is ended and has no code. */
export function answerOf(folder: string, args: readonly string[], limit: number): Promise<{ code: string; peakMegabyte: number }> {
  return new Promise((resolve) => {
    const options = { cwd: folder, timeout: 1000 * limit, killSignal: "SIGKILL" as const };
    execFile(process.execPath, ["--import", PEAK, ...START, ...args, "--json"], options, (_, __, stderr) => {
      const at = stderr.lastIndexOf("\n");
      let code = "none";
      try {
        code = (JSON.parse(stderr.slice(stderr.indexOf("{"), at)) as { error: { code: string } }).error.code;
      } catch {
        // no coded error: the test shows "none"
      }
      resolve({ code, peakMegabyte: Number(stderr.slice(at)) / 1024 });
    });
  });
}

/** The reader of a trajectory, found by its content, packed or not; frames go to a sink one at a time. */
import { type Notice, QUIET, ThioscopeError } from "@thioscope/core";
import type { TrajectoryHeader, TrajectorySink, TrajectorySummary } from "@thioscope/core/atoms";
import { packingOf, unpackedChunks } from "../bytes/chunks.ts";
import type { ByteSource } from "../bytes/source.ts";
import { aseReader } from "./ase.ts";
import { cifReader } from "./cifFrame.ts";
import { dcdReader } from "./dcd.ts";
import { lammpsDataReader } from "./lammpsData.ts";
import { lammpsDumpReader } from "./lammpsDump.ts";
import type { TrajectoryOptions, TrajectoryReader } from "./model.ts";
import { outcarReader } from "./outcar.ts";
import { vasprunReader } from "./vasprun.ts";
import { poscarReader, xdatcarReader } from "./xdatcar.ts";
import { xyzReader } from "./xyz.ts";

/** Each told by its first bytes; the order decides where two would do. */
export const TRAJECTORY_READERS: readonly TrajectoryReader[] = [
  ...[dcdReader, aseReader, vasprunReader, lammpsDumpReader, lammpsDataReader],
  ...[outcarReader, xyzReader, cifReader, xdatcarReader, poscarReader],
];

const HEAD = 1 << 14;

/**
 * Reads a trajectory or a structure. Memory is bounded by a frame and a few chunks, whatever the size of the file.
 *
 * @throws FILE_EMPTY, FILE_FOREIGN, FILE_CUT, FILE_DAMAGED, FORMAT_VERSION with the line or offset; CANCELLED when asked to stop
 */
export async function readTrajectory(
  source: ByteSource,
  sink: TrajectorySink,
  options: TrajectoryOptions = {},
): Promise<TrajectorySummary> {
  const task = options.task ?? QUIET;
  if (source.size === 0) throw new ThioscopeError("FILE_EMPTY", "the file holds no bytes", { file: source.name });
  const isPacked = packingOf(await source.read(0, Math.min(16, source.size))) !== null;
  const chunks = unpackedChunks(source);
  const { head, all } = await peeked(chunks);
  const text = new TextDecoder("latin1").decode(head);
  const name = source.name.replace(/\.(?:gz|bz2|zst)$/i, "");
  const reader = TRAJECTORY_READERS.find((r) => r.recognises(text, name));
  if (!reader) {
    const known = TRAJECTORY_READERS.map((r) => r.name).join(", ");
    throw new ThioscopeError("FILE_FOREIGN", `the content is no trajectory that is known. Read are: ${known}`, { file: source.name });
  }
  const species = options.structure ? (await readTrajectory(options.structure, { frame: () => false }, { task })).species : null;
  const notices: Notice[] = [];
  let header: TrajectoryHeader | null = null;
  let done = 0;
  const steps: number[] = [];
  const counted: TrajectorySink = {
    begin(h) {
      header = h;
      sink.begin?.(h);
    },
    frame(frame) {
      if (steps.length < 2 && frame.step !== null) steps.push(frame.step);
      if (++done % 64 === 0) task.progress(done, 0, "frames");
      return sink.frame(frame);
    },
  };
  const frames = await reader
    .read({ source, chunks: all, bytes: isPacked ? null : source.size, task, species, notices }, counted)
    .catch((error: unknown) => {
      // checks of one frame do not know whose it is
      if (!(error instanceof ThioscopeError) || error.place.file !== undefined) throw error;
      throw new ThioscopeError(error.code, error.message, { ...error.place, file: source.name }, error);
    });
  if (!header) throw new ThioscopeError("FILE_CUT", "the file holds no whole frame", { file: source.name });
  const known = header as TrajectoryHeader;
  const stride = known.stride ?? (steps.length === 2 && steps[1]! > steps[0]! ? steps[1]! - steps[0]! : null);
  return { ...known, stride, frames, notices };
}

/** The first bytes, and all chunks including them. */
async function peeked(chunks: AsyncGenerator<Uint8Array>): Promise<{ head: Uint8Array; all: AsyncIterable<Uint8Array> }> {
  const first: Uint8Array[] = [];
  let size = 0;
  while (size < HEAD) {
    const { value, done } = await chunks.next();
    if (done) break;
    // packed content comes in pieces smaller than the head
    first.push(value.length >= HEAD ? value : value.slice());
    size += value.length;
  }
  const head = new Uint8Array(Math.min(size, HEAD));
  let at = 0;
  for (const chunk of first) {
    const part = chunk.subarray(0, head.length - at);
    head.set(part, at);
    at += part.length;
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    while (first.length > 0) yield first.shift()!;
    yield* chunks;
  }
  return { head, all: all() };
}

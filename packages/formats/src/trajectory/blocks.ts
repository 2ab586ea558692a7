/**
 * Chunks of a file as blocks of whole lines. A block never splits a line, so parsers see no seams; memory is one chunk and the longest line.
 */
import { checkCancelled, type TaskContext, ThioscopeError } from "@thioscope/core";

/** A line (or tag) longer than this belongs to no trajectory. */
const LONGEST_LINE = 1 << 23;

export interface BlockParser {
  /** Whole lines in bytes[from, to); the bytes are only valid during the call. False: enough. */
  take(bytes: Uint8Array, from: number, to: number): boolean;
  /** No more lines follow. */
  end(): void;
}

/** Feeds `parser` with blocks that end with `delimiter` (10: newline, 62: ">"). */
export async function feedBlocks(
  chunks: AsyncIterable<Uint8Array>,
  parser: BlockParser,
  file: string,
  task: TaskContext,
  delimiter = 10,
): Promise<void> {
  // two chunks long from the first one on: a structure of 100 bytes does not wait for megabytes
  let buffer = new Uint8Array(0);
  let kept = 0;
  for await (const chunk of chunks) {
    checkCancelled(task);
    // unpacked streams end with empty chunks; searching from −1 would search the whole buffer
    if (chunk.length === 0) continue;
    if (kept + chunk.length + 1 > buffer.length) {
      if (kept > LONGEST_LINE) {
        throw new ThioscopeError("FILE_FOREIGN", `a line is longer than ${LONGEST_LINE} bytes: this is no trajectory`, { file });
      }
      const larger = new Uint8Array(2 * (kept + chunk.length) + 1);
      larger.set(buffer.subarray(0, kept));
      buffer = larger;
    }
    buffer.set(chunk, kept);
    const filled = kept + chunk.length;
    const last = buffer.lastIndexOf(delimiter, filled - 1) + 1;
    if (last > 0) {
      if (!parser.take(buffer, 0, last)) return;
      buffer.copyWithin(0, last, filled);
    }
    kept = filled - last;
  }
  if (kept > 0) {
    // a last line without its newline counts as whole
    buffer[kept] = delimiter;
    if (!parser.take(buffer, 0, kept + 1)) return;
  }
  parser.end();
}

/** Finds the reader by content and reads. */
import { ThioscopeError } from "@thioscope/core";
import { checkCycling } from "@thioscope/core/cycling";
import { arbinReaders } from "./arbin/index.ts";
import { bdfReaders } from "./bdf/index.ts";
import { biologicReaders } from "./biologic/index.ts";
import type { ByteSource } from "./bytes/source.ts";
import { delimitedReaders } from "./delimited/index.ts";
import { landtReaders } from "./landt/index.ts";
import { maccorReaders } from "./maccor/index.ts";
import { newareReaders } from "./neware/index.ts";
import { palmsensReaders } from "./palmsens/index.ts";
import type { CyclingFile, Reader, ReadOptions } from "./reader.ts";
import { spreadsheetReaders } from "./spreadsheet/index.ts";

/** All readers; on equal certainty the earlier one wins, so the general ones come last. */
export const CYCLING_READERS: readonly Reader[] = [
  ...palmsensReaders,
  ...newareReaders,
  ...biologicReaders,
  ...arbinReaders,
  ...landtReaders,
  ...maccorReaders,
  ...bdfReaders,
  ...spreadsheetReaders,
  ...delimitedReaders,
];

const HEAD = 65536;

/** The reader that knows this content best; FILE_EMPTY or FILE_FOREIGN if there is none. */
export async function findReader(source: ByteSource): Promise<Reader> {
  if (source.size === 0) throw new ThioscopeError("FILE_EMPTY", "the file is empty (0 bytes)", { file: source.name, offset: 0 });
  const head = await source.read(0, Math.min(HEAD, source.size));
  let best: Reader | undefined;
  let certainty = 0;
  for (const reader of CYCLING_READERS) {
    const c = await reader.sniff(head, source);
    if (c > certainty) {
      best = reader;
      certainty = c;
    }
    // no later reader can win
    if (certainty === 1) break;
  }
  if (best) return best;
  const known = CYCLING_READERS.map((reader) => reader.title).join(", ");
  throw new ThioscopeError("FILE_FOREIGN", `the content belongs to no format known here; known are: ${known}`, {
    file: source.name,
    offset: 0,
  });
}

/**
 * Reads a cycler's or potentiostat's file, recognised by its content, and checks it against itself.
 *
 * @returns a table with canonical columns (see CYCLING_COLUMNS), current positive while charging; its notices
 * name slips of sign, unit and clock
 * @throws ThioscopeError FILE_*, FORMAT_VERSION, MAPPING_NEEDED with file and offset
 */
export async function readCycling(source: ByteSource, options: ReadOptions = {}): Promise<CyclingFile> {
  const reader = await findReader(source);
  try {
    const file = await reader.read(source, options);
    const found = checkCycling(file);
    return found.length === 0 ? file : { ...file, notices: [...file.notices, ...found] };
  } catch (error) {
    if (error instanceof ThioscopeError) throw error.at({ file: source.name });
    // a reader that trips over content it did not foresee: damage, not a crash
    const what = error instanceof Error ? error.message : String(error);
    throw new ThioscopeError("FILE_DAMAGED", `${reader.title} could not be read: ${what}`, { file: source.name }, error);
  }
}

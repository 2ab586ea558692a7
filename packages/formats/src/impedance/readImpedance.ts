/** Finds the reader of spectra by content and reads. */
import { type Notice, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { blockReaders } from "./blocks.ts";
import { tableReaders } from "./cycling.ts";
import { anyTextReader, textReaders } from "./families.ts";
import { gamryReader } from "./gamry.ts";
import type { ImpedanceFile, ImpedanceReader, ImpedanceReadOptions } from "./model.ts";
import { spreadsheetReader } from "./spreadsheet.ts";

/** All readers of spectra; on equal certainty the earlier one wins. */
export const IMPEDANCE_READERS: readonly ImpedanceReader[] = [
  gamryReader,
  ...blockReaders,
  ...textReaders,
  ...tableReaders,
  spreadsheetReader,
  anyTextReader,
];

const HEAD = 65536;

/** The reader of spectra that knows this content best, and how sure it is; null where none does. */
export async function findImpedanceReader(source: ByteSource): Promise<{ reader: ImpedanceReader; certainty: number } | null> {
  if (source.size === 0) throw new ThioscopeError("FILE_EMPTY", "the file is empty (0 bytes)", { file: source.name, offset: 0 });
  const head = await source.read(0, Math.min(HEAD, source.size));
  let best: ImpedanceReader | undefined;
  let certainty = 0;
  for (const reader of IMPEDANCE_READERS) {
    const c = await reader.sniff(head, source);
    if (c > certainty) {
      best = reader;
      certainty = c;
    }
  }
  return best ? { reader: best, certainty } : null;
}

async function requireReader(source: ByteSource): Promise<ImpedanceReader> {
  const found = await findImpedanceReader(source);
  if (found) return found.reader;
  const known = IMPEDANCE_READERS.map((reader) => reader.title).join(", ");
  throw new ThioscopeError("FILE_FOREIGN", `the content belongs to no format of spectra known here; known are: ${known}`, {
    file: source.name,
    offset: 0,
  });
}

/**
 * Reads the spectra of a file, recognised by its content.
 *
 * @returns at least one spectrum; Z″ negative for capacitive behaviour, whatever the file's convention
 * @throws ThioscopeError FILE_*, COLUMN_MISSING where frequency or impedance is not there, with file and place
 */
export async function readImpedance(source: ByteSource, options: ImpedanceReadOptions = {}): Promise<ImpedanceFile> {
  const reader = await requireReader(source);
  try {
    const file = await reader.read(source, options);
    if (file.spectra.length === 0) {
      throw new ThioscopeError("COLUMN_MISSING", "the file holds no point with a positive frequency and a finite impedance");
    }
    const signs = signNotices(file);
    return signs.length === 0 ? file : { ...file, notices: [...file.notices, ...signs] };
  } catch (error) {
    if (error instanceof ThioscopeError) throw error.at({ file: source.name });
    const what = error instanceof Error ? error.message : String(error);
    throw new ThioscopeError("FILE_DAMAGED", `${reader.title} could not be read: ${what}`, { file: source.name }, error);
  }
}

/** Cells are capacitive: a file whose Z″ is almost everywhere positive may hold −Z″ under another name. */
function signNotices(file: ImpedanceFile): Notice[] {
  let positive = 0;
  let negative = 0;
  let points = 0;
  for (const { real, imaginary } of file.spectra) {
    for (let i = 0; i < real.length; i++) {
      points++;
      if (imaginary[i]! > 0) positive++;
      if (real[i]! < 0) negative++;
    }
  }
  const notices: Notice[] = [];
  if (positive > 0.8 * points && points >= 5) {
    const message = `Z″ is positive at ${positive} of ${points} points: the file may hold −Z″. A mapping with factor −1 turns it`;
    notices.push({ code: "imaginary-positive", message });
  }
  if (negative > 0.5 * points) {
    notices.push({ code: "real-negative", message: `Z′ is negative at ${negative} of ${points} points: the file may hold −Z′` });
  }
  return notices;
}

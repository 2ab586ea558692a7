/** A raw file whose kind nobody has said: cycling data, spectra of impedance, or both, told apart by content. */
import { ThioscopeError } from "@thioscope/core";
import { checkCycling, kindOfTechnique } from "@thioscope/core/cycling";
import type { ByteSource } from "./bytes/source.ts";
import { spectraOfTable } from "./impedance/cycling.ts";
import type { ImpedanceFile } from "./impedance/model.ts";
import { isSpectrum, planColumns } from "./impedance/names.ts";
import { findImpedanceReader, readImpedance } from "./impedance/readImpedance.ts";
import { findReader } from "./readCycling.ts";
import type { CyclingFile, Reader, ReadOptions } from "./reader.ts";

export interface RawFile {
  /** all rows with canonical columns; null for a file that can only be read as spectra */
  table: CyclingFile | null;
  /** null where the file holds no spectra */
  impedance: ImpedanceFile | null;
  /** false where the rows are the points of spectra and nothing else */
  isCycling: boolean;
}

/** Readers that are surer than this know the instrument; the others know only that it is a table. */
const INSTRUMENT = 0.6;
/** Tables whose columns are called whatever people call them. */
const GENERAL: ReadonlySet<string> = new Set(["delimited", "spreadsheet"]);
/** A file whose rows are spectra to this share holds nothing else. */
const SPECTRA_SHARE = 0.9;
/** Fewer points in a text without an instrument's marks are a coincidence. */
const LEAST_POINTS = 5;

/**
 * Reads a file of either kind.
 *
 * @throws ThioscopeError as {@link readCycling} and {@link readImpedance} do; where both refuse, what the one that is surer of
 * the content says
 */
export async function readRaw(source: ByteSource, options: ReadOptions = {}): Promise<RawFile> {
  const spectra = await findImpedanceReader(source);
  const named = Object.keys(options.mapping ?? {}).includes("frequency_hertz");
  if (named) return onlySpectra(await readImpedance(source, options));
  const cycling = await findReader(source).catch((error: unknown) => asRefusal(error));
  if (cycling instanceof ThioscopeError) {
    if (!spectra) throw cycling;
    return onlySpectra(await textSpectra(source, options, cycling, spectra.certainty));
  }
  if (spectra && spectra.certainty >= INSTRUMENT && spectra.reader.id !== cycling.id) {
    return onlySpectra(await readImpedance(source, options));
  }
  const table = await readTable(cycling, source, options).catch((error: unknown) => asRefusal(error));
  if (table instanceof ThioscopeError) {
    // what no cycler's words describe may still be three columns of a sweep
    if (!spectra || table.code === "CANCELLED" || table.code === "FILE_CUT") throw table;
    return onlySpectra(await textSpectra(source, options, table, spectra.certainty));
  }
  const impedance = await spectraBeside(table, cycling, source, options);
  const points = impedance?.spectra.reduce((sum, { real }) => sum + real.length, 0) ?? 0;
  const isCycling = impedance === null || (kindOfTechnique(table.technique) !== "impedance" && points < SPECTRA_SHARE * table.rows);
  if (!isCycling) return { table, impedance, isCycling };
  const checked = checkCycling(table);
  return { table: { ...table, notices: [...table.notices, ...checked] }, impedance, isCycling };
}

const onlySpectra = (impedance: ImpedanceFile): RawFile => ({ table: null, impedance, isCycling: false });

async function readTable(reader: Reader, source: ByteSource, options: ReadOptions): Promise<CyclingFile> {
  try {
    return await reader.read(source, options);
  } catch (error) {
    if (error instanceof ThioscopeError) throw error.at({ file: source.name });
    const what = error instanceof Error ? error.message : String(error);
    throw new ThioscopeError("FILE_DAMAGED", `${reader.title} could not be read: ${what}`, { file: source.name }, error);
  }
}

/** Spectra that a table holds as well: in its own columns, or in columns whose names say so. */
async function spectraBeside(table: CyclingFile, reader: Reader, source: ByteSource, options: ReadOptions): Promise<ImpedanceFile | null> {
  try {
    if (GENERAL.has(reader.id)) {
      const names = table.columns.map((column) => column.vendor?.name ?? column.name);
      return isSpectrum(planColumns(names)) ? await readImpedance(source, options) : null;
    }
    const has = table.columns.some(({ name }) => name === "frequency_hertz");
    return has ? spectraOfTable(table, source.name, options.salvage === true) : null;
  } catch (error) {
    if (error instanceof ThioscopeError && error.code === "COLUMN_MISSING") return null;
    throw error;
  }
}

/** Spectra in a text of no known instrument; the other reader's refusal where it is none. */
async function textSpectra(source: ByteSource, options: ReadOptions, refusal: ThioscopeError, certainty: number): Promise<ImpedanceFile> {
  const file = await readImpedance(source, options).catch((error: unknown) => asRefusal(error));
  if (file instanceof ThioscopeError) throw certainty >= INSTRUMENT ? file : refusal;
  const points = file.spectra.reduce((most, { real }) => Math.max(most, real.length), 0);
  if (points < LEAST_POINTS && certainty < INSTRUMENT) throw refusal;
  return file;
}

function asRefusal(error: unknown): ThioscopeError {
  if (error instanceof ThioscopeError) return error;
  throw error;
}

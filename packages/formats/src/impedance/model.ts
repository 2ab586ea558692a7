/** What a reader of impedance spectra is, and what it gives. */
import type { Notice, TaskContext } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import type { ColumnMapping } from "../reader.ts";

/** One spectrum in the order of measurement. Its three columns are what methods of impedance take. */
export interface ImpedanceSpectrum {
  /** "cycle 3", a sheet's name, the title in the instrument; unique within the file */
  name: string;
  /** first and last row of data in the file that belong to it, from 0; null where the file has no rows of data */
  rows: [first: number, last: number] | null;
  /** row of each point, where rows between them belong to no spectrum; absent where they are consecutive */
  pointRows?: Float64Array;
  /** positive */
  frequencyHertz: Float64Array;
  /** Z′, ohm */
  real: Float64Array;
  /** Z″, ohm; negative for capacitive behaviour */
  imaginary: Float64Array;
  /** when the sweep began, on the clock of the test */
  timeSecond?: number;
  /** when its last point was measured, where the file tells times of points */
  endSecond?: number;
  /** the same on the wall clock, since 1970-01-01 UTC */
  unixTimeSecond?: number;
  /** mean over the sweep */
  temperatureCelsius?: number;
  /** the instrument's own count */
  cycle?: number;
  /** mean over the sweep */
  potentialVolt?: number;
}

export interface ImpedanceFile {
  /** the reader's id, e.g. "gamry-dta" */
  format: string;
  /** what was measured, in the instrument's words: "PEIS", "EISPOT", "impedance" */
  technique: string;
  meta: Readonly<Record<string, string | number>>;
  notices: readonly Notice[];
  /** at least one */
  spectra: readonly ImpedanceSpectrum[];
}

export interface ImpedanceReadOptions {
  /** give what can be read of a damaged file, with a notice, instead of an error */
  salvage?: boolean;
  /** canonical name (`frequency_hertz`, `real_impedance_ohm`, …) → header, for text tables and spreadsheets */
  mapping?: ColumnMapping;
  task?: TaskContext;
}

export interface ImpedanceReader {
  id: string;
  title: string;
  endings: readonly string[];
  /** 0 not mine … 1 certain; must not throw on any content */
  sniff(head: Uint8Array, source: ByteSource): number | Promise<number>;
  read(source: ByteSource, options: ImpedanceReadOptions): Promise<ImpedanceFile>;
}

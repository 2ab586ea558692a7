/** Finds by content the reader of spectra, of thermal analysis or of ion counts, and reads. */
import { ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { readColumns, readScienta } from "./columns.ts";
import { readLabspec, readRod, readTrivista } from "./documents.ts";
import { looksLikeIonTable, readIonTable } from "./ions.ts";
import type { IonTable, SpectraFile, ThermalRun } from "./model.ts";
import { looksLikePhi, readPhi } from "./phi.ts";
import { readSpc, spcVersion } from "./spc.ts";
import { readSpecsXml, readSpecsXy } from "./specs.ts";
import { headText, looksBinary } from "./text.ts";
import { looksLikeNetzsch, looksLikePyris, looksLikeThermalColumns, readNetzsch, readPyris, readThermalColumns } from "./thermal.ts";
import { readVamas, VAMAS_MARK } from "./vamas.ts";
import { looksLikeWdf, readWdf } from "./wdf.ts";

interface Reader<T> {
  title: string;
  /** 0 not mine … 1 certain */
  certainty(head: Uint8Array, text: string): number;
  read(source: ByteSource): Promise<T>;
}

const when = (yes: boolean, certainty = 1): number => (yes ? certainty : 0);
/** What a plain table of numbers is worth: anybody's. */
const ANY_TEXT = 0.2;

const SPECTRA: readonly Reader<SpectraFile>[] = [
  { title: "Renishaw .wdf", certainty: (head) => when(looksLikeWdf(head)), read: readWdf },
  { title: "VAMAS .vms", certainty: (_, text) => when(text.slice(0, 4000).includes(VAMAS_MARK)), read: readVamas },
  { title: "PHI .spe", certainty: (_, text) => when(looksLikePhi(text)), read: readPhi },
  { title: "SPECS .xy", certainty: (_, text) => when(/^# Created by:\s+SpecsLab/.test(text)), read: readSpecsXy },
  { title: "SPECS .xml", certainty: (_, text) => when(/specs\.de\/Serializer/.test(text)), read: readSpecsXml },
  { title: "Scienta text", certainty: (_, text) => when(/^\[Info\]/.test(text) && /\[Region 1\]/.test(text)), read: readScienta },
  {
    title: "Raman Open Database .rod",
    certainty: (_, text) => when(/_raman_|raman open database/i.test(text) && /^data_/m.test(text)),
    read: readRod,
  },
  { title: "HORIBA LabSpec .xml", certainty: (_, text) => when(/<LSX_Data>/.test(text)), read: readLabspec },
  { title: "TriVista .tvf", certainty: (_, text) => when(/TriVista-File/.test(text)), read: readTrivista },
  { title: "WITec text", certainty: (_, text) => when(/^\[Header\]/m.test(text) && /^XAxisUnit\s*=/m.test(text)), read: readColumns },
  { title: "JASCO text", certainty: (_, text) => when(/^XUNITS\t/m.test(text) && /^XYDATA/m.test(text)), read: readColumns },
  { title: "Galactic .spc", certainty: (head) => when(looksBinary(head) && spcVersion(head) !== null, 0.7), read: readSpc },
  { title: "columns of text", certainty: (head, text) => columnsCertainty(head, text), read: readColumns },
];

const THERMAL: readonly Reader<ThermalRun>[] = [
  { title: "NETZSCH text", certainty: (_, text) => when(looksLikeNetzsch(text)), read: readNetzsch },
  { title: "PerkinElmer Pyris text", certainty: (_, text) => when(looksLikePyris(text)), read: readPyris },
  {
    title: "columns of temperature with mass or heat flow",
    certainty: (head, text) => when(!looksBinary(head) && looksLikeThermalColumns(text), 0.65),
    read: readThermalColumns,
  },
];

/** A header that names an axis of spectroscopy is worth more than two numbers on a line. */
function columnsCertainty(head: Uint8Array, text: string): number {
  if (looksBinary(head)) return 0;
  const lines = text.split(/\r?\n/, 400);
  const pair = lines.findIndex((line) => /^\s*[+-]?[\d.][\d.eE+-]*[\s,;]+[+-]?[\d.]/.test(line));
  if (pair < 0) return 0;
  const named = /^\s*(BE|KE|Binding|Kinetic|Raman)\b/i.test(lines[pair - 1] ?? "");
  return named ? 0.7 : ANY_TEXT;
}

async function best<T>(source: ByteSource, readers: readonly Reader<T>[]): Promise<{ reader: Reader<T>; certainty: number } | null> {
  if (source.size === 0) throw new ThioscopeError("FILE_EMPTY", "the file is empty (0 bytes)", { file: source.name, offset: 0 });
  const head = await source.read(0, Math.min(65536, source.size));
  const text = headText(head);
  let found: { reader: Reader<T>; certainty: number } | null = null;
  for (const reader of readers) {
    const certainty = reader.certainty(head, text);
    if (certainty > (found?.certainty ?? 0)) found = { reader, certainty };
  }
  return found;
}

async function readWith<T>(source: ByteSource, readers: readonly Reader<T>[], what: string): Promise<T> {
  const found = await best(source, readers);
  if (!found) {
    const known = readers.map((reader) => reader.title).join(", ");
    throw new ThioscopeError("FILE_FOREIGN", `the content is no ${what} known here; known are: ${known}`, { file: source.name, offset: 0 });
  }
  try {
    return await found.reader.read(source);
  } catch (error) {
    if (error instanceof ThioscopeError) throw error.at({ file: source.name });
    const why = error instanceof Error ? error.message : String(error);
    throw new ThioscopeError("FILE_DAMAGED", `${found.reader.title} could not be read: ${why}`, { file: source.name }, error);
  }
}

/**
 * Reads the spectra of a file: photoelectrons, Raman, masses. Recognised by content.
 *
 * @returns at least one spectrum, as the file holds it
 * @throws ThioscopeError FILE_*, FORMAT_VERSION with file and place
 */
export const readSpectra = (source: ByteSource): Promise<SpectraFile> => readWith(source, SPECTRA, "spectrum");

/** Reads a run of a thermobalance or calorimeter. Throws as {@link readSpectra}, COLUMN_MISSING where it has no temperature. */
export const readThermal = (source: ByteSource): Promise<ThermalRun> => readWith(source, THERMAL, "thermal analysis");

/** Reads a table of ion counts over spectra. Throws as {@link readSpectra}. */
export const readIons = (source: ByteSource): Promise<IonTable> =>
  readWith(
    source,
    [{ title: "table of ions", certainty: (head, text) => when(!looksBinary(head) && looksLikeIonTable(text), 0.65), read: readIonTable }],
    "table of ions",
  );

/** What kind of file of this folder the content is, and how sure that is (above 0.6: by an instrument's marks or names of columns); null for none. */
export async function kindOfSpectra(source: ByteSource): Promise<{ kind: "spectra" | "thermal" | "ions"; certainty: number } | null> {
  const head = await source.read(0, Math.min(65536, source.size));
  const text = headText(head);
  const kinds = [
    { kind: "thermal" as const, certainty: (await best(source, THERMAL))?.certainty ?? 0 },
    { kind: "ions" as const, certainty: when(!looksBinary(head) && looksLikeIonTable(text), 0.65) },
    { kind: "spectra" as const, certainty: (await best(source, SPECTRA))?.certainty ?? 0 },
  ];
  const found = kinds.reduce((a, b) => (b.certainty > a.certainty ? b : a));
  return found.certainty > 0 ? found : null;
}

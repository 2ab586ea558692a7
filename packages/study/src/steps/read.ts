/** The first step: a raw file to a table on disk, and its spectra beside it, with everything the reader had to say. */
import { type ColumnMapping, type RawFile, readRaw, tableOfSpectra } from "@thioscope/formats";
import { tableToParquet } from "../parquet.ts";
import type { Holds } from "../registry/index.ts";
import type { FileInput, StepFunction } from "../stepModules.ts";
import { type FileFacts, jsonBytes } from "./facts.ts";

export const readStep: StepFunction = async (inputs, parameters, { open, context }) => {
  const source = await open(inputs.raw as FileInput);
  const mapping = inputs.mapping as ColumnMapping | undefined;
  const raw = await readRaw(source, {
    salvage: parameters.salvage === true,
    ...(mapping ? { mapping } : {}),
    task: context,
  });
  const points = raw.impedance && tableOfSpectra(raw.impedance);
  const table = (raw.table ?? points)!;
  const { format, technique, meta, notices } = (raw.table ?? raw.impedance)!;
  const spectraNotices = raw.table && raw.impedance ? raw.impedance.notices.slice(raw.table.notices.length) : [];
  const facts: FileFacts = {
    name: source.name,
    size: source.size,
    format,
    technique,
    rows: table.rows,
    meta,
    notices,
    columns: table.columns.map(({ name, unit, vendor }) => ({ name, unit, ...(vendor ? { vendor } : {}) })),
    holds: holdsOf(raw),
    spectra: (raw.impedance?.spectra ?? []).map(({ frequencyHertz, real, imaginary, pointRows, ...about }) => ({
      ...about,
      points: frequencyHertz.length,
    })),
    spectraNotices,
  };
  return {
    files: {
      "table.parquet": tableToParquet(table),
      "file.json": jsonBytes(facts),
      ...(points ? { "spectra.parquet": tableToParquet(points) } : {}),
    },
    notices: [...notices, ...spectraNotices],
    summary: { rows: table.rows, format, technique, holds: facts.holds, spectra: facts.spectra.length },
  };
};

function holdsOf({ impedance, isCycling }: RawFile): Holds {
  return !impedance ? "cycling" : isCycling ? "both" : "spectra";
}

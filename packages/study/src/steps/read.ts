/** The first step: a raw file to a table on disk, and its spectra beside it, with everything the reader had to say. */
import { makeTable, type Table } from "@thioscope/core";
import { type ColumnMapping, type ImpedanceFile, type RawFile, readRaw } from "@thioscope/formats";
import { tableToParquet } from "../parquet.ts";
import type { Holds } from "../registry.ts";
import type { FileInput, StepFunction } from "../tasks.ts";
import { type FileFacts, jsonBytes } from "./facts.ts";

export const readStep: StepFunction = async (inputs, parameters, { open, context }) => {
  const source = await open(inputs.raw as FileInput);
  const mapping = inputs.mapping as ColumnMapping | undefined;
  const raw = await readRaw(source, {
    salvage: parameters.salvage === true,
    ...(mapping ? { mapping } : {}),
    task: context,
  });
  const points = raw.impedance && pointsOf(raw.impedance);
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

/** All points of all spectra, one below the other. */
function pointsOf({ spectra }: ImpedanceFile): Table {
  const all = (of: (spectrum: ImpedanceFile["spectra"][number]) => ArrayLike<number>): Float64Array =>
    Float64Array.from(spectra.flatMap((spectrum) => Array.from(of(spectrum))));
  let place = 0;
  const row = Float64Array.from(
    spectra.flatMap(({ rows, pointRows, real }) => {
      const first = rows?.[0] ?? place;
      place += real.length;
      return Array.from(real, (_, i) => pointRows?.[i] ?? first + i);
    }),
  );
  return makeTable([
    { name: "spectrum", unit: "", values: Int32Array.from(spectra.flatMap(({ real }, k) => Array.from(real, () => k + 1))) },
    { name: "row", unit: "", values: row },
    { name: "frequency_hertz", unit: "Hz", values: all((s) => s.frequencyHertz) },
    { name: "real_ohm", unit: "ohm", values: all((s) => s.real) },
    { name: "imaginary_ohm", unit: "ohm", values: all((s) => s.imaginary) },
  ]);
}

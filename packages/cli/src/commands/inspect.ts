/** thioscope inspect: what is this file? */
import { basename } from "node:path";
import { type Column, cell, findColumn, type Quantity, ThioscopeError } from "@thioscope/core";
import { countCycles } from "@thioscope/core/cycling";
import { type CyclingFile, type ImpedanceFile, type RawFile, tableOfSpectra } from "@thioscope/formats";
import type { Command } from "../command.ts";
import { count, MAPPING, mappingOf, opened, readEither, warningLines } from "../inputs.ts";
import { inspectOther } from "./inspectOther.ts";

export const command: Command = {
  name: "inspect",
  summary: "what a raw file is: format, rows, cycles, columns, warnings",
  usage: "thioscope inspect FILE… [--salvage]",
  about: `Recognises the file by its content and reads all of it. "cycles" is the instrument's own count, "cycles by current"
counts a charge and a discharge as one, from the current alone. Spectra of impedance are told apart and counted.
Of spectra (X-ray absorption, photoelectrons, Raman, masses), thermal analysis and tables of ions it gives the axes and
settings; of detector images (TIFF, EDF, CBF, mar345, MarCCD, NPY, NeXus/HDF5) the header, the frames and what the pixels of
the first frame are; of geometry files (PONI, GSAS-II image controls) the geometry; of trajectories the atoms and frames.
Crystal structures, energies of phases, sets of points, claims, scattering paths and tomographic scans are told and counted.`,
  options: {
    salvage: { type: "boolean", help: "of a damaged file, give what can be read before the damage" },
    mapping: MAPPING,
  },
  examples: ["thioscope inspect C09.mpr", "thioscope inspect raw/* --json", "thioscope inspect frame_0001.tif detector.poni"],
  async run(words, options, io) {
    if (words.length === 0) throw new ThioscopeError("USAGE", "which file? Usage: thioscope inspect FILE…");
    const found: object[] = [];
    const failed: ThioscopeError[] = [];
    for (const path of words) {
      try {
        const mapping = await mappingOf(options.mapping);
        const other = mapping ? null : await opened(path, (source) => inspectOther(source, path, io.task));
        if (other) {
          found.push(other.facts);
          io.say(other.text);
          continue;
        }
        const raw = await readEither(path, io.task, options.salvage === true, mapping);
        const file = tableOf(raw);
        const facts = describe(basename(path), file, raw.impedance);
        found.push(facts);
        io.say(asText(facts, file));
      } catch (error) {
        // one bad file of several does not keep the others from being read
        if (words.length === 1 || !(error instanceof ThioscopeError) || error.code === "CANCELLED") throw error;
        failed.push(error);
        found.push({ file: basename(path), error: error.toJSON() });
        io.say(`${basename(path)}  ${error.message} [${error.code}]`);
      }
    }
    io.result(words.length === 1 ? found[0] : { files: found });
    const [first] = failed;
    if (first) {
      const rest = failed.length === 1 ? "" : ` (and ${failed.length - 1} more of ${words.length} files)`;
      throw new ThioscopeError(first.code, `${first.message}${rest}`, first.place);
    }
  },
};

type Row = Record<string, Quantity | string>;

interface Facts {
  file: string;
  format: string;
  technique: string;
  rows: number;
  cycles: number | null;
  cyclesByCurrent: number | null;
  spectra: SpectrumFacts[];
  columns: { name: string; unit: string; vendorName: string | null }[];
  first: Row | null;
  last: Row | null;
  warnings: CyclingFile["notices"];
  meta: CyclingFile["meta"];
}

interface SpectrumFacts {
  name: string;
  points: number;
  highest: Quantity;
  lowest: Quantity;
  time: Quantity | null;
  potential: Quantity | null;
  temperature: Quantity | null;
}

/** All rows; of a file that can only be read as spectra their points. */
function tableOf({ table, impedance }: RawFile): CyclingFile {
  if (!impedance) return table!;
  const { format, technique, meta, notices } = impedance;
  return { ...(table ?? tableOfSpectra(impedance)), format, technique, meta, notices };
}

function spectraOf({ spectra }: ImpedanceFile): SpectrumFacts[] {
  const quantity = (value: number | undefined, unit: string): Quantity | null =>
    value === undefined ? null : { value, sigma: null, unit };
  return spectra.map(({ name, frequencyHertz, timeSecond, potentialVolt, temperatureCelsius }) => ({
    name,
    points: frequencyHertz.length,
    highest: quantity(
      frequencyHertz.reduce((a, b) => Math.max(a, b)),
      "Hz",
    )!,
    lowest: quantity(
      frequencyHertz.reduce((a, b) => Math.min(a, b)),
      "Hz",
    )!,
    time: quantity(timeSecond, "s"),
    potential: quantity(potentialVolt, "V"),
    temperature: quantity(temperatureCelsius, "°C"),
  }));
}

function describe(name: string, file: CyclingFile, impedance: ImpedanceFile | null): Facts {
  return {
    file: name,
    format: file.format,
    technique: file.technique,
    rows: file.rows,
    ...countCycles(file),
    spectra: impedance ? spectraOf(impedance) : [],
    columns: file.columns.map((c) => ({ name: c.name, unit: c.unit, vendorName: c.vendor?.name ?? null })),
    first: file.rows > 0 ? rowOf(file, 0) : null,
    last: file.rows > 0 ? rowOf(file, file.rows - 1) : null,
    warnings: file.notices,
    meta: file.meta,
  };
}

function rowOf(file: CyclingFile, row: number): Row {
  const entry = (column: Column): [string, Quantity | string] => {
    const value = cell(column, row);
    return [column.name, typeof value === "string" ? value : { value, sigma: null, unit: column.unit }];
  };
  return Object.fromEntries(file.columns.map(entry));
}

function asText(facts: Facts, file: CyclingFile): string {
  const other = facts.cycles !== null && facts.cyclesByCurrent !== null && facts.cycles !== facts.cyclesByCurrent;
  const number = facts.cycles ?? facts.cyclesByCurrent;
  const cycles =
    number === null ? "cycles not countable" : `${count(number, "cycle")}${other ? ` (${facts.cyclesByCurrent} by current)` : ""}`;
  const kind = facts.spectra.length > 0 ? spectraText(facts.spectra) : cycles;
  const head = [facts.format, facts.technique, count(facts.rows, "row"), kind, ...range(file, "voltage_volt", "V"), ...hours(file)];
  const lines = [
    `${facts.file}  ${head.join(" · ")}`,
    `  columns   ${facts.columns.map((c) => (c.unit ? `${c.name} [${c.unit}]` : c.name)).join(", ") || "none"}`,
    ...warningLines(facts.warnings).map((line) => `  warning   ${line}`),
  ];
  return lines.join("\n");
}

/** "61 spectra, 1 MHz to 200 mHz" */
function spectraText(spectra: readonly SpectrumFacts[]): string {
  const high = spectra.reduce((most, s) => Math.max(most, s.highest.value), 0);
  const low = spectra.reduce((least, s) => Math.min(least, s.lowest.value), Number.POSITIVE_INFINITY);
  const short = (value: number): string => {
    const [unit, size] = value >= 1e6 ? ["MHz", 1e6] : value >= 1e3 ? ["kHz", 1e3] : value >= 1 ? ["Hz", 1] : ["mHz", 1e-3];
    return `${Number((value / Number(size)).toPrecision(3))} ${unit}`;
  };
  const many = spectra.length === 1 ? "1 spectrum" : `${spectra.length.toLocaleString("en")} spectra`;
  return `${many}, ${short(high)} to ${short(low)}`;
}

/** "2 to 3.801 V", or nothing where the column is missing or holds no number. */
function range(file: CyclingFile, name: string, unit: string): string[] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of findColumn(file, name)?.values ?? []) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const short = (value: number): string => String(Number(value.toPrecision(4))).replace("-", "−");
  return low <= high ? [`${short(low)} to ${short(high)} ${unit}`] : [];
}

function hours(file: CyclingFile): string[] {
  const time = findColumn(file, "test_time_second")?.values;
  const seconds = time && time.length > 0 ? time[time.length - 1]! - time[0]! : Number.NaN;
  return Number.isFinite(seconds) ? [`${Number((seconds / 3600).toPrecision(3))} h`] : [];
}

/** thioscope convert: a raw file as Battery Data Format, Parquet or CSV with units. */
import { stat } from "node:fs/promises";
import { basename, join, parse } from "node:path";
import { type Table, ThioscopeError } from "@thioscope/core";
import { writeBdfCsv, writeBdfParquet, writeCsvWithUnits } from "@thioscope/formats/cycling";
import { writeAtomic } from "@thioscope/study/files";
import type { Command } from "../command.ts";
import { about, count, MAPPING, mappingOf, oneWord, readRaw, warningLines } from "../inputs.ts";

const WRITERS: Readonly<
  Record<string, { ending: string; write: (table: Table, others: boolean) => Iterable<string> | Promise<Uint8Array> }>
> = {
  bdf: { ending: ".bdf.csv", write: (table, others) => writeBdfCsv(table, { others }) },
  parquet: { ending: ".bdf.parquet", write: (table, others) => writeBdfParquet(table, { others }) },
  csv: { ending: ".csv", write: (table) => writeCsvWithUnits(table) },
};

export const command: Command = {
  name: "convert",
  summary: "a raw file as Battery Data Format, Parquet or CSV with units",
  usage: "thioscope convert FILE [--to bdf|parquet|csv] [-o FILE|FOLDER] [--all]",
  about: `bdf and parquet hold the columns of the Battery Data Format (test_time_second, voltage_volt, current_ampere, …; current positive on
charge); --all keeps the instrument's other columns too. csv has every column and a row of units below the names, as Origin reads it.`,
  options: {
    to: { type: "string", value: "FORMAT", help: "bdf, parquet or csv", default: "bdf" },
    out: { type: "string", short: "o", value: "PATH", help: "file or folder to write to (default: the working folder)" },
    all: { type: "boolean", help: "keep columns that the Battery Data Format does not know" },
    salvage: { type: "boolean", help: "of a damaged file, write what can be read before the damage" },
    mapping: MAPPING,
  },
  examples: ["thioscope convert C09.mpr", "thioscope convert C09.mpr --to parquet -o data/"],
  async run(words, options, io) {
    const path = oneWord(words, command.usage);
    const writer = Object.hasOwn(WRITERS, String(options.to)) ? WRITERS[String(options.to)] : undefined;
    if (!writer) throw new ThioscopeError("USAGE", `"${options.to}" is not a format to write; formats: ${Object.keys(WRITERS).join(", ")}`);
    const file = await readRaw(path, io.task, options.salvage === true, await mappingOf(options.mapping));
    const out = await target(path, writer.ending, options.out);
    await about(path, async () => writeAtomic(out, await writer.write(file, options.all === true)));
    io.say(`${out}: ${count(file.rows, "row")}`);
    for (const line of warningLines(file.notices)) io.hint(`warning: ${line}`);
    io.result({ file: basename(path), format: file.format, written: out, rows: file.rows, warnings: file.notices });
  },
};

async function target(path: string, ending: string, out: string | boolean | undefined): Promise<string> {
  const name = `${parse(path).name}${ending}`;
  if (typeof out !== "string") return name;
  const isFolder =
    out.endsWith("/") ||
    (await stat(out).then(
      (s) => s.isDirectory(),
      () => false,
    ));
  return isFolder ? join(out, name) : out;
}

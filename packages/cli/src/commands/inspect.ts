/** thioscope inspect: what is this file? */
import { basename } from "node:path";
import { type Column, cell, type Quantity, ThioscopeError } from "@thioscope/core";
import { countCycles } from "@thioscope/core/cycling";
import { type CyclingFile, readCycling } from "@thioscope/formats";
import { openAsByteSource } from "@thioscope/study";
import type { Command } from "../command.ts";

export const command: Command = {
  name: "inspect",
  summary: "what a raw file is: format, rows, cycles, columns, warnings",
  usage: "thioscope inspect FILE… [--salvage]",
  about: `Recognises the file by its content and reads all of it. "cycles" is the instrument's own count, "cycles by current"
counts a charge and a discharge as one, from the current alone.`,
  options: {
    salvage: { type: "boolean", help: "of a damaged file, give what can be read before the damage" },
  },
  examples: ["thioscope inspect C09.mpr", "thioscope inspect raw/* --json"],
  async run(words, options, io) {
    if (words.length === 0) throw new ThioscopeError("USAGE", "which file? Usage: thioscope inspect FILE…");
    const found = [];
    for (const path of words) {
      const source = await openAsByteSource(path);
      try {
        const file = await readCycling(source, { salvage: options.salvage === true, task: io.task });
        const facts = describe(basename(path), file);
        found.push(facts);
        io.say(asText(facts));
      } finally {
        await source.close();
      }
    }
    io.result(found.length === 1 ? found[0] : { files: found });
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
  columns: { name: string; unit: string; vendorName: string | null }[];
  first: Row | null;
  last: Row | null;
  warnings: CyclingFile["notices"];
  meta: CyclingFile["meta"];
}

function describe(name: string, file: CyclingFile): Facts {
  return {
    file: name,
    format: file.format,
    technique: file.technique,
    rows: file.rows,
    ...countCycles(file),
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

function asText(facts: Facts): string {
  const range = (column: string, unit: string): string => {
    const first = facts.first?.[column];
    const last = facts.last?.[column];
    if (typeof first !== "object" || typeof last !== "object") return "";
    return ` · ${Number(first.value.toPrecision(4))} → ${Number(last.value.toPrecision(4))} ${unit}`;
  };
  const count = facts.cycles ?? facts.cyclesByCurrent;
  const other = facts.cycles !== null && facts.cyclesByCurrent !== null && facts.cycles !== facts.cyclesByCurrent;
  const cycles =
    count === null
      ? "cycles not countable"
      : `${count} ${count === 1 ? "cycle" : "cycles"}${other ? ` (${facts.cyclesByCurrent} by current)` : ""}`;
  const lines = [
    `${facts.file}  ${facts.format} · ${facts.technique} · ${facts.rows.toLocaleString("en")} rows · ${cycles}${range("voltage_volt", "V")}`,
    `  columns   ${facts.columns.map((c) => (c.unit ? `${c.name} [${c.unit}]` : c.name)).join(", ") || "none"}`,
    ...facts.warnings.map((w) => `  warning   ${w.message} [${w.code}]`),
  ];
  return lines.join("\n");
}

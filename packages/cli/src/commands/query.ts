/** thioscope query: SQL over all cells and cycles of your studies. */
import { ThioscopeError } from "@thioscope/core";
import { type Cell, findStudies, openDatabase, type QueryResult } from "@thioscope/study";
import type { Command } from "../command.ts";

export const command: Command = {
  name: "query",
  summary: "SQL over all cells and cycles of your studies",
  usage: 'thioscope query "select …" [--studies DIR[,DIR…]] [--csv]',
  about:
    "Views: cells (one row per cell and file), files, cycles (capacities in mAh, mAh/g, mAh/cm²; efficiencies and retention in\n" +
    "percent; retention_50 … retention_1000 as fractions; rate in 1/h; each with its error in …_sigma), points (all rows of\n" +
    "the tables), dqdv. Missing values are NULL. `DESCRIBE cycles` lists columns. Queries only read, and only results.",
  options: {
    studies: { type: "string", value: "DIR", help: "studies, or folders that hold them, separated by commas (default: here)" },
    csv: { type: "boolean", help: "print comma-separated values" },
  },
  examples: [
    'thioscope query "select cell, retention_100 from cells where retention_100 > 0.8"',
    'thioscope query "select distinct cell, rate, retention_100 from cycles where retention_100 > 0.8 order by rate desc" --studies beamtime',
  ],
  async run(words, options, io) {
    const [sql, ...more] = words;
    if (sql === undefined) throw new ThioscopeError("USAGE", `a query is needed. Usage: ${command.usage}`);
    const named = typeof options.studies === "string" ? options.studies.split(",").filter((d) => d !== "") : [];
    const folders = named.length + more.length > 0 ? [...named, ...more] : ["."];
    const studies = await findStudies(folders);
    if (studies.length === 0) {
      throw new ThioscopeError("FILE_MISSING", `no study in ${folders.join(", ")}; name studies with --studies DIR,DIR`, {
        file: folders[0]!,
      });
    }
    const database = await openDatabase(studies);
    try {
      const result = await database.query(sql, { context: io.task });
      io.say(options.csv === true ? asCsv(result) : asText(result));
      if (result.truncated) io.hint(`only the first ${result.rows.length} rows are shown; add LIMIT or a condition`);
      const names = result.columns.map((c) => c.name);
      io.result({
        columns: result.columns,
        rows: result.rows.map((row) => Object.fromEntries(row.map((value, i) => [names[i]!, value]))),
        truncated: result.truncated,
      });
    } finally {
      database.close();
    }
  },
};

function asCsv({ columns, rows }: QueryResult): string {
  const field = (value: Cell): string => {
    const text = value === null ? "" : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns.map((c) => field(c.name)), ...rows.map((row) => row.map(field))].map((fields) => fields.join(",")).join("\n");
}

/** Columns under their names: numbers to the right with at most six digits, text to the left. */
function asText({ columns, rows }: QueryResult): string {
  const shown = rows.map((row) => row.map((value) => (value === null ? "–" : typeof value === "number" ? digits(value) : String(value))));
  const widths = columns.map((c, i) => shown.reduce((width, row) => Math.max(width, row[i]!.length), c.name.length));
  const isNumber = columns.map((_, i) => rows.some((row) => typeof row[i] === "number"));
  const line = (fields: readonly string[]): string =>
    fields
      .map((f, i) => (isNumber[i] ? f.padStart(widths[i]!) : f.padEnd(widths[i]!)))
      .join("  ")
      .trimEnd();
  const count = rows.length === 1 ? "1 row" : `${rows.length} rows`;
  return [line(columns.map((c) => c.name)), line(widths.map((w) => "─".repeat(w))), ...shown.map(line), count].join("\n");
}

function digits(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

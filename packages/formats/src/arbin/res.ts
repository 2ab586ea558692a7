/** Arbin MITS .res: an Access database with a row per record in `Channel_Normal_Table`. */
import { makeTable, type Notice, QUIET, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { normaliseColumns, type RawColumn } from "../normalise.ts";
import type { CyclingFile, Reader, ReadOptions } from "../reader.ts";
import { ARBIN_SYNONYMS, AUXILIARY_TYPES, FIELD_UNITS, factOf, isKnownField } from "./fields.ts";
import { type JetDatabase, type JetTable, looksLikeJet, openJet } from "./jet.ts";

const RECORDS = "Channel_Normal_Table";
const AUXILIARY = "Auxiliary_Table";
const TEST = "Global_Table";
const READ: readonly string[] = [RECORDS, AUXILIARY, TEST, "Version_Table"];

function numbers(table: JetTable, name: string): Float64Array | undefined {
  const values = table.columns.find((column) => column.name === name)?.values;
  return values instanceof Float64Array ? values : undefined;
}

/** Order of the records by test and point; undefined where they lie in it already. */
function orderOf(table: JetTable): Uint32Array | undefined {
  const test = numbers(table, "Test_ID");
  const point = numbers(table, "Data_Point");
  if (!point) return undefined;
  const compare = (a: number, b: number): number => (test ? test[a]! - test[b]! : 0) || point[a]! - point[b]!;
  let sorted = true;
  for (let row = 1; sorted && row < table.rows; row++) sorted = !(compare(row - 1, row) > 0);
  return sorted ? undefined : Uint32Array.from({ length: table.rows }, (_, row) => row).sort((a, b) => compare(a, b) || a - b);
}

function reorder(values: Float64Array | string[], order: Uint32Array | undefined): Float64Array | string[] {
  if (!order) return values;
  return values instanceof Float64Array ? Float64Array.from(order, (row) => values[row]!) : Array.from(order, (row) => values[row]!);
}

/** One column per auxiliary channel, its readings put at the record of the same test and point. */
function auxiliaryColumns(table: JetTable, test: Float64Array, point: Float64Array, notices: Notice[]): RawColumn[] {
  const [tests, points, kinds, indexes, values] = ["Test_ID", "Data_Point", "Data_Type", "Auxiliary_Index", "X"].map((name) =>
    numbers(table, name),
  );
  if (!tests || !points || !kinds || !indexes || !values) {
    if (table.rows > 0)
      notices.push({ code: "table-not-read", message: `${AUXILIARY} lacks its columns; its ${table.rows} rows are not read` });
    return [];
  }
  const rowOf = new Map<string, number>();
  if (table.rows > 0) for (let row = 0; row < point.length; row++) rowOf.set(`${test[row]}/${point[row]}`, row);
  const columns = new Map<string, Float64Array>();
  let lost = 0;
  for (let i = 0; i < table.rows; i++) {
    const row = rowOf.get(`${tests[i]}/${points[i]}`);
    if (row === undefined) {
      lost++;
      continue;
    }
    const kind = AUXILIARY_TYPES[kinds[i]!] ?? { name: `Aux_Type_${kinds[i]}`, unit: "" };
    const header = `${kind.name}_${indexes[i]! + 1}${kind.unit && ` (${kind.unit})`}`;
    let column = columns.get(header);
    if (!column) {
      if (columns.size >= 256) throw new ThioscopeError("FILE_DAMAGED", `${AUXILIARY} claims more than 256 channels`);
      column = new Float64Array(point.length).fill(Number.NaN);
      columns.set(header, column);
    }
    column[row] = values[i]!;
  }
  if (lost > 0) notices.push({ code: "auxiliary-lost", message: `${lost} auxiliary readings belong to no record and are left out` });
  return [...columns]
    .sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }))
    .map(([header, column]) => ({ header, values: column }));
}

/** What `Global_Table` says of the first test. */
async function factsOf(database: JetDatabase): Promise<Record<string, string | number>> {
  const meta: Record<string, string | number> = {};
  if (database.tableNames.includes(TEST)) {
    for (const { name, values } of (await database.readTable(TEST)).columns) {
      const fact = factOf(name);
      const value = values[0];
      if (fact === undefined || value === undefined || value === "" || Number.isNaN(value)) continue;
      // serial days of the cycler's own clock
      meta[fact] = fact === "start" ? localTime(Number(value)) : value;
    }
  }
  if (database.tableNames.includes("Version_Table")) {
    const version = (await database.readTable("Version_Table")).columns.find((column) => column.name === "Version_Schema_Field")?.values[0];
    if (version) meta["version"] = version;
  }
  return meta;
}

/** Serial days (1899-12-30 = 0) as a wall clock without zone. */
export function localTime(days: number): string {
  const ms = Math.round((days - 25569) * 86400) * 1e3;
  return Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString().slice(0, 19) : "";
}

async function read(source: ByteSource, options: ReadOptions): Promise<CyclingFile> {
  const task = options.task ?? QUIET;
  const database = await openJet(source, options.salvage ?? false);
  const records = await database.readTable(RECORDS, task);
  const notices: Notice[] = [];
  if (records.rows === 0) notices.push({ code: "no-rows", message: "the test has no records" });
  if (records.lostPages > 0) {
    const message = `${records.lostPages} pages of records are missing or damaged; the records on the others are given`;
    notices.push({ code: "salvaged", message });
  }
  if (records.skipped.length > 0) {
    notices.push({ code: "column-not-read", message: `columns of other types are left out: ${records.skipped.join(", ")}` });
  }
  const order = orderOf(records);
  if (order) notices.push({ code: "rows-sorted", message: "the records did not lie in the order of their Data_Point; they were sorted" });
  const titles = new Map<string, string>();
  const raw: RawColumn[] = records.columns.map(({ name, values }) => {
    const unit = Object.hasOwn(FIELD_UNITS, name) ? FIELD_UNITS[name] : undefined;
    const header = unit === undefined ? name : `${name} (${unit})`;
    titles.set(header, name);
    return { header, values: reorder(values, order) };
  });
  const column = (name: string): Float64Array =>
    (raw.find((c) => c.header === name)?.values as Float64Array) ?? new Float64Array(records.rows);
  const tests = new Set(column("Test_ID"));
  if (tests.size > 1) {
    const message = `the file holds ${tests.size} tests (Test_ID ${[...tests].slice(0, 20).join(", ")}); all are read, told apart by test_id`;
    notices.push({ code: "several-tests", message });
  }
  if (database.tableNames.includes(AUXILIARY)) {
    raw.push(...auxiliaryColumns(await database.readTable(AUXILIARY, task), column("Test_ID"), column("Data_Point"), notices));
  }
  for (const name of database.tableNames) {
    if (READ.includes(name)) continue;
    const { rows } = await database.readTable(name);
    if (rows > 0) notices.push({ code: "table-not-read", message: `${name} (${rows} rows) is not part of the records and is not read` });
  }
  const { columns, notices: more } = normaliseColumns(raw, options.mapping, ARBIN_SYNONYMS);
  // the vendor's own field name: the unit was put there for the recognition
  const named = columns.map((c) => {
    if (!c.vendor) return c;
    const factor = c.vendor.unit === "d" && c.unit === "s" ? 86400 : c.vendor.factor;
    return { ...c, vendor: { ...c.vendor, factor, name: titles.get(c.vendor.name) ?? c.vendor.name } };
  });
  return {
    ...makeTable(named, records.rows),
    format: "arbin-res",
    technique: "cycling",
    meta: await factsOf(database),
    notices: [...notices, ...more.filter(({ code, column }) => code !== "column-unknown" || !isKnownField(column ?? ""))],
  };
}

export const arbinRes: Reader = {
  id: "arbin-res",
  title: "Arbin .res",
  endings: [".res"],
  async sniff(head, source) {
    if (!looksLikeJet(head)) return 0;
    try {
      return (await openJet(source)).tableNames.includes(RECORDS) ? 1 : 0;
    } catch {
      // a damaged database is most likely still ours: reading it will say what is wrong
      return 0.4;
    }
  },
  read,
};

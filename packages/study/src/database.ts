/**
 * The embedded database over all studies: DuckDB with views on the result tables, in memory, read-only.
 *
 * Safety: only one SELECT-like statement per query; after the views are made DuckDB may open nothing but the
 * result files named in them, its settings are locked, memory is bounded and nothing spills to disk.
 */
import { readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { type TaskContext, ThioscopeError } from "@thioscope/core";
import type { StepName } from "./registry/index.ts";
import { readIndex, type StudyIndex } from "./results.ts";
import { isStudy } from "./studyFile.ts";
import { type FileField, VIEWS } from "./views.ts";

export interface QueryResult {
  columns: readonly { name: string; type: string }[];
  /** numbers, text, true/false or null; whole numbers beyond 2⁵³ and other types as text */
  rows: readonly (readonly Cell[])[];
  /** rows beyond `maxRows` were left out */
  truncated: boolean;
}

export type Cell = number | string | boolean | null;

export interface StudyDatabase {
  /** @throws ThioscopeError QUERY_FAILED with the database's message and the views there are; CANCELLED */
  query(sql: string, options?: { maxRows?: number; timeoutMs?: number; context?: TaskContext }): Promise<QueryResult>;
  close(): void;
}

const MEMORY_LIMIT = "1GB";
const MAX_ROWS = 1_000_000;

/** Studies below `folders`: each folder itself, or its children and those in its `studies/`. */
export async function findStudies(folders: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const folder of folders.map((f) => resolve(f))) {
    if (await isStudy(folder)) {
      found.add(folder);
      continue;
    }
    for (const parent of [folder, join(folder, "studies")]) {
      const names = await readdir(parent, { withFileTypes: true }).catch(() => []);
      for (const name of names) {
        const path = join(parent, name.name);
        if (name.isDirectory() && !name.name.startsWith(".") && (await isStudy(path))) found.add(path);
      }
    }
  }
  return [...found].sort();
}

/** Opens the results of these studies. Studies that were never run contribute no rows. */
export async function openDatabase(roots: readonly string[]): Promise<StudyDatabase> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const indexes: { root: string; index: StudyIndex }[] = [];
  for (const root of roots) {
    const index = await readIndex(root);
    if (index) indexes.push({ root, index });
  }
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: MEMORY_LIMIT,
    temp_directory: "",
    autoinstall_known_extensions: "false",
  });
  const connection = await instance.connect();
  const paths = await makeViews(connection, indexes);
  const list = paths.map((path) => text(path)).join(", ");
  await connection.run(`SET allowed_paths = [${list}]`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
  return new Database(instance, connection);
}

class Database implements StudyDatabase {
  private readonly instance: DuckDBInstance;
  private readonly connection: DuckDBConnection;

  constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.instance = instance;
    this.connection = connection;
  }

  async query(sql: string, options: { maxRows?: number; timeoutMs?: number; context?: TaskContext } = {}): Promise<QueryResult> {
    const { maxRows = MAX_ROWS, timeoutMs, context } = options;
    const { StatementType } = await import("@duckdb/node-api");
    // its own connection: interrupting it stops no other query
    const connection = await this.instance.connect();
    const stop = (): void => connection.interrupt();
    const timer = timeoutMs === undefined ? undefined : setTimeout(stop, timeoutMs);
    context?.signal?.addEventListener("abort", stop);
    try {
      const statements = await connection.extractStatements(sql);
      if (statements.count !== 1) throw refused(`one statement at a time, this is ${statements.count}`);
      const statement = await statements.prepare(0);
      if (statement.statementType !== StatementType.SELECT) {
        throw refused("results are read-only: only SELECT, WITH, DESCRIBE and SHOW are possible");
      }
      const found = await statement.stream();
      const types = found.columnTypes();
      const columns = found.deduplicatedColumnNames().map((name, i) => ({ name, type: String(types[i]) }));
      const rows: Cell[][] = [];
      // some thousand rows at a time: between them others are answered
      for await (const piece of found.yieldRowsJs()) {
        for (const row of piece) {
          if (rows.length === maxRows) return { columns, rows, truncated: true };
          rows.push(row.map(plain));
        }
      }
      return { columns, rows, truncated: false };
    } catch (error) {
      if (context?.signal?.aborted) throw new ThioscopeError("CANCELLED", "cancelled", {}, error);
      if (error instanceof ThioscopeError) throw error;
      const message = error instanceof Error ? error.message.trim() : String(error);
      throw refused(message.startsWith("INTERRUPT") ? `the query took longer than ${timeoutMs} ms` : message);
    } finally {
      clearTimeout(timer);
      context?.signal?.removeEventListener("abort", stop);
      connection.closeSync();
    }
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}

function refused(message: string): ThioscopeError {
  return new ThioscopeError("QUERY_FAILED", `${message}\nViews: ${Object.keys(VIEWS).join(", ")}; "DESCRIBE cycles" lists columns`);
}

/** JavaScript values as DuckDB gives them → what JSON, CSV and a terminal can hold. */
function plain(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return JSON.stringify(value.map(plain));
  // decimals and other types of DuckDB's own print themselves
  const printed = String(value);
  return /^-?\d+(\.\d+)?$/.test(printed) && printed.length < 16 ? Number(printed) : printed;
}

/**
 * Makes one view per entry of VIEWS; @returns the files they read. Tables of all cells are read as one: a thousand small queries joined by UNION take seconds where one list of files takes a tenth.
 */
async function makeViews(connection: DuckDBConnection, studies: readonly { root: string; index: StudyIndex }[]): Promise<string[]> {
  const read = new Set<string>();
  for (const [name, view] of Object.entries(VIEWS)) {
    const head = view.columns.flatMap((c) => (c.from === undefined ? [] : [{ name: c.name, from: c.from, type: c.type }]));
    const places: string[] = [];
    const paths = new Set<string>();
    for (const { root, index } of studies) {
      for (const { context, results } of placesOf(root, index, view.step === undefined)) {
        const result = view.step && results[view.step];
        if (view.step && !result) continue;
        const path = result && view.table ? join(root, "results", result, view.table) : null;
        // a table that the step writes only where it is asked to
        if (path !== null && view.optional && !(await stat(path).catch(() => null))) continue;
        if (path !== null) paths.add(path);
        places.push(`(${[path === null ? "NULL" : text(path), ...head.map((c) => context[c.from])].join(", ")})`);
      }
    }
    for (const path of paths) read.add(path);
    const source =
      places.length === 0
        ? `SELECT ${view.columns.map((c) => `CAST(NULL AS ${c.type}) AS ${ident(c.name)}`).join(", ")} WHERE false`
        : await sourceOf(connection, view, head, places, [...paths]);
    await connection.run(`CREATE VIEW ${ident(name)} AS ${view.wrap ? view.wrap(source) : source}`);
  }
  return [...read];
}

/** SQL of a view: what the index knows of each place, beside the rows of its table. */
async function sourceOf(
  connection: DuckDBConnection,
  view: (typeof VIEWS)[string],
  head: readonly { name: string; type: string }[],
  places: readonly string[],
  paths: readonly string[],
): Promise<string> {
  const known = `(VALUES ${places.join(", ")}) AS place(${["table path", ...head.map((c) => c.name)].map(ident).join(", ")})`;
  const told = head.map((c) => `CAST(place.${ident(c.name)} AS ${c.type}) AS ${ident(c.name)}`);
  if (paths.length === 0) return `SELECT ${told.join(", ")} FROM ${known}`;
  const tables = `read_parquet([${paths.map(text).join(", ")}], union_by_name = true, filename = ${text(PATH)})`;
  const there = await columnsOf(connection, tables, paths);
  there.delete(PATH);
  const own = view.open ? [...there].map(([name, type]) => ({ name, type })) : view.columns.filter((c) => c.from === undefined);
  const body = own.map((c) => `${valueSql(c, there)} AS ${ident(c.name)}`);
  return `SELECT ${[...told, ...body].join(", ")} FROM ${tables} AS result JOIN ${known} ON result.${ident(PATH)} = place."table path"`;
}

/** The column that says which file a row is from. */
const PATH = "path of the table";

interface ResultPlace {
  /** SQL of what the index knows */
  context: Readonly<Record<FileField, string>>;
  results: Readonly<Partial<Record<StepName, string>>>;
}

/** Where results are: at the cycler's files; at the sources of other kinds; at the study itself. */
function placesOf(root: string, index: StudyIndex, onlyFiles: boolean): ResultPlace[] {
  const study = text(basename(root));
  const files = index.files.map(
    (file): ResultPlace => ({
      context: {
        study,
        source: text(file.source),
        file: text(basename(file.path)),
        path: text(file.path),
        sha256: text(file.sha256),
        cell: text(file.cellName ?? file.source),
        cell_file: file.cell === null ? "NULL" : text(file.cell),
        size_bytes: String(file.size),
        error: file.error === null ? "NULL" : text(file.error.message),
      },
      results: file.results,
    }),
  );
  if (onlyFiles) return files;
  const none = { file: "NULL", path: "NULL", sha256: "NULL", size_bytes: "NULL", error: "NULL" };
  const sources = index.sources.map(
    (source): ResultPlace => ({
      context: {
        ...none,
        study,
        source: text(source.name),
        cell: text(source.name),
        cell_file: source.cell === null ? "NULL" : text(source.cell),
      },
      results: source.results,
    }),
  );
  return [...files, ...sources, { context: { ...none, study, source: "NULL", cell: "NULL", cell_file: "NULL" }, results: index.ofStudy }];
}

/** NaN is how the tables write "missing"; in SQL that is NULL, or comparisons would take it for the largest number. */
function valueSql(column: { name: string; type: string }, there: ReadonlyMap<string, string>): string {
  const type = there.get(column.name);
  if (type === undefined) return `CAST(NULL AS ${column.type})`;
  const name = `result.${ident(column.name)}`;
  return type === "DOUBLE" || type === "FLOAT" ? `CASE WHEN isnan(${name}) THEN NULL ELSE ${name} END` : name;
}

async function columnsOf(connection: DuckDBConnection, tables: string, paths: readonly string[]): Promise<Map<string, string>> {
  const described = async (from: string): Promise<Map<string, string>> => {
    const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${from}`);
    return new Map(reader.getRowsJS().map((row) => [String(row[0]), String(row[1])]));
  };
  try {
    return await described(tables);
  } catch (error) {
    for (const path of paths) {
      await described(`read_parquet(${text(path)})`).catch((cause: unknown) => {
        throw new ThioscopeError("FILE_MISSING", "a result of the study is gone or damaged: run the study again", { file: path }, cause);
      });
    }
    throw error;
  }
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const ident = (name: string): string => `"${name.replaceAll('"', '""')}"`;

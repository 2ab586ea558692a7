/**
 * A study as a folder for others: every result as it was written and as NeXus and CSV, every figure with its data, the report, the methods, the cell as linked
 * data, and `ro-crate-metadata.json`, which says what each file is, what made it and of what.
 *
 *   report.html  methods.md  study.yaml  cell.yaml  cell.jsonld
 *   results/<file or source>/<step>/   what the step wrote, a CSV beside each Parquet table, and <step>.nxs with its tables and the curves of its figures
 *   figures/<file or source>/<step>-<figure>.svg and .csv
 *   raw/                               the raw files, where they are asked for
 *
 * What an export holds follows from the study alone: made again it has the same bytes.
 */
import { copyFile, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { checkCancelled, QUIET, type TaskContext, type TaskSpec, ThioscopeError } from "@thioscope/core";
import { currentStory, type Story } from "@thioscope/core/story";
import { type NexusData, readCellFile, sourceOfBytes, writeCsvWithUnits, writeNexusData } from "@thioscope/formats";
import manifest from "../../package.json" with { type: "json" };
import { sha256OfFile } from "../hash.ts";
import { filesOfTask } from "../lines.ts";
import { tableFromParquet } from "../parquet.ts";
import { readStory } from "../report.ts";
import { findResult, type RunRecord, readIndex, type StudyIndex } from "../results.ts";
import { methodsMarkdown } from "../steps/methods/compose.ts";
import { readStudy } from "../studyFile.ts";
import { writeAtomic } from "../write.ts";
import { batteryJsonLd } from "./battinfo.ts";
import { type CrateFile, type CrateRun, roCrate } from "./crate.ts";
import { tableData } from "./resultTables.ts";

/** A figure with its data, drawn by the caller. */
export interface ExportFigure {
  step: string;
  /** raw file, source or null, as the story names it */
  of: string | null;
  /** sha-256 of the raw file, where it shows one */
  hash: string | null;
  id: string;
  title: string;
  svg: string;
  csv: string;
  data: readonly NexusData[];
}

export interface ExportOptions {
  figures: (story: Story) => readonly ExportFigure[];
  /** the report's HTML */
  report: string;
  /** SPDX identifier of the licence that the export is given away under */
  licence?: string;
  /** copy the raw files too */
  raw?: boolean;
  context?: TaskContext;
}

export interface ExportedStudy {
  files: readonly CrateFile[];
  results: number;
  figures: number;
}

interface Result {
  ref: string;
  step: string;
  /** as in the index: path of a raw file, name of a source, null */
  of: string | null;
  /** of the raw file; null for others */
  sha256: string | null;
  record: RunRecord;
}

/** Larger tables are in the Parquet file alone: an HDF5 file is made in memory. */
const MOST_NEXUS_VALUES = 50e6;
const STUDY_ITSELF = "study";

/**
 * Writes the study in `root` into `out`, a folder that is new, empty, or an earlier export.
 *
 * @throws ThioscopeError NOT_COMPUTABLE if it was never run or a result is not whole, USAGE if `out` holds something else, WRITE_FAILED, CANCELLED
 */
export async function exportStudy(root: string, out: string, options: ExportOptions): Promise<ExportedStudy> {
  const { context = QUIET } = options;
  const study = await readStudy(root);
  const story = currentStory(JSON.parse(await readStory(root)) as Story);
  const index = (await readIndex(root))!;
  await requireFree(out);
  const made = new Made(out, root);
  const results = await wholeResults(root, index, context);
  const figures = options.figures(story);
  const runs: CrateRun[] = [];
  const folders = freeNames();
  for (const [i, result] of results.entries()) {
    checkCancelled(context);
    context.progress(i, results.length, "results");
    const own = figures.filter((figure) => belongs(figure, result));
    const folder = `results/${folders(result.of)}/${result.step}`;
    const files = await made.result(folder, result, own);
    const figureFolder = `figures/${folders(result.of)}`;
    for (const { step, id, title, svg, csv } of own) {
      const stem = `${figureFolder}/${step}-${id}`;
      files.push(await made.write(`${stem}.svg`, svg, `figure: ${title}`));
      files.push(await made.write(`${stem}.csv`, csv, `data of the figure: ${title}; units in the second line`));
    }
    runs.push({
      record: result.record,
      of: result.of ?? "the study",
      files,
      raw: filesOfTask(result.record.task),
      results: resultsIn(result.record.task),
    });
  }
  await made.write("report.html", options.report, "the report: figures, tables and numbers in one file");
  if (story.methods)
    await made.write("methods.md", methodsMarkdown(story.title, story.methods), "how the results were made, with the literature");
  await made.copy("study.yaml", "study.yaml", "sources and steps of the study");
  const cells = [...new Set([study.cell, ...study.files.map(({ cell }) => cell), ...study.sources.map(({ cell }) => cell)])].filter(
    (path) => path !== null,
  );
  for (const path of cells) {
    await made.copy(path, path, "description of a cell");
    const cell = readCellFile(await readFile(join(root, path), "utf8"), path);
    const stem = path.slice(0, path.length - extname(path).length);
    await made.write(`${stem}.jsonld`, `${JSON.stringify(batteryJsonLd(cell), null, 2)}\n`, "the same cell as linked data (BattINFO)");
  }
  const raw = rawOf(index).filter(({ path }) => !made.holds(path));
  if (options.raw === true) for (const { path } of raw) await made.copy(path, path, "raw file", true);
  context.progress(results.length, results.length, "results");
  const crate = roCrate({
    title: story.title,
    description: `Results of ${results.length} steps over ${raw.length} raw files, with figures, report and provenance.`,
    finished: index.finished,
    licence: options.licence ?? null,
    version: manifest.version,
    files: made.files,
    raw: raw.map((file) => ({ ...file, inside: options.raw === true })),
    runs,
  });
  // written last: a folder without it is no whole export
  await writeAtomic(join(out, CRATE), `${JSON.stringify(crate, null, 2)}\n`);
  return { files: made.files, results: results.length, figures: figures.length };
}

const CRATE = "ro-crate-metadata.json";

async function requireFree(out: string): Promise<void> {
  const names = await readdir(out).catch(() => [] as string[]);
  if (names.length > 0 && !names.includes(CRATE)) {
    throw new ThioscopeError("USAGE", `${out} holds other files; name a new folder or that of an earlier export`, { file: out });
  }
}

/** Every result of the last run, in the order of the index. */
async function wholeResults(root: string, index: StudyIndex, context: TaskContext): Promise<Result[]> {
  const lines: { of: string | null; sha256: string | null; results: Readonly<Record<string, string>> }[] = [
    ...index.files.map(({ path: of, sha256, results }) => ({ of, sha256, results })),
    ...index.sources.map(({ name: of, results }) => ({ of, sha256: null, results })),
    { of: null, sha256: null, results: index.ofStudy },
  ];
  const found: Result[] = [];
  for (const { of, sha256, results } of lines) {
    for (const [step, ref] of Object.entries(results)) {
      checkCancelled(context);
      const record = await findResult(root, step as RunRecord["step"], ref.slice(ref.indexOf("/") + 1));
      if (!record)
        throw new ThioscopeError("NOT_COMPUTABLE", `the result ${ref} is not whole: thioscope run ${root}`, {
          file: join(root, "results", ref),
        });
      found.push({ ref, step, of, sha256, record });
    }
  }
  return found;
}

/** A figure of a file shows the result of its bytes, wherever the file lies. */
function belongs(figure: ExportFigure, { step, of, sha256 }: Result): boolean {
  return figure.step === step && (figure.hash === null ? figure.of === of : figure.hash === sha256);
}

/** Results that a task takes, "step/hash". */
function resultsIn({ inputs }: TaskSpec): string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (value !== null && typeof value === "object") {
      for (const [key, inner] of Object.entries(value)) {
        if (key === "result" && typeof inner === "string") found.add(inner);
        else visit(inner);
      }
    }
  };
  visit(inputs);
  // the story names its files' results by their steps
  const files = (inputs as { files?: unknown }).files;
  for (const file of Array.isArray(files) ? (files as { results?: Record<string, string> }[]) : [])
    for (const result of Object.values(file.results ?? {})) found.add(result);
  return [...found];
}

function rawOf({ files, sources }: StudyIndex): { path: string; size: number; sha256: string }[] {
  const all = [...files, ...sources.flatMap((source) => source.files)];
  return [...new Map(all.map(({ path, size, sha256 }) => [path, { path, size, sha256 }])).values()];
}

/** Names of folders for what results belong to: told apart, and safe in every file system. */
function freeNames(): (of: string | null) => string {
  const names = new Map<string | null, string>();
  const taken = new Set<string>();
  return (of) => {
    const known = names.get(of);
    if (known !== undefined) return known;
    const stem =
      (of === null ? STUDY_ITSELF : of.replace(/^raw\//, "")).replaceAll(/[^A-Za-z0-9._-]+/g, "_").replace(/^\.+/, "") || "unnamed";
    let name = stem;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${stem}_${n}`;
    taken.add(name.toLowerCase());
    names.set(of, name);
    return name;
  };
}

/** The files of the export, written and noted. */
class Made {
  readonly files: CrateFile[] = [];
  private readonly out: string;
  private readonly root: string;

  constructor(out: string, root: string) {
    this.out = out;
    this.root = root;
  }

  holds(path: string): boolean {
    return this.files.some((file) => file.path === path);
  }

  async write(path: string, content: string | Uint8Array | Iterable<string>, about: string): Promise<string> {
    await writeAtomic(join(this.out, path), content);
    await this.note(path, about);
    return path;
  }

  /** @param isRaw it is described elsewhere */
  async copy(from: string, to: string, about: string, isRaw = false): Promise<string> {
    const target = join(this.out, to);
    await mkdir(dirname(target), { recursive: true });
    try {
      await copyFile(join(this.root, from), target);
    } catch (error) {
      throw new ThioscopeError(
        "WRITE_FAILED",
        `${to} cannot be written: ${(error as NodeJS.ErrnoException).code}`,
        { file: target },
        error,
      );
    }
    if (!isRaw) await this.note(to, about);
    return to;
  }

  private async note(path: string, about: string): Promise<void> {
    const target = join(this.out, path);
    const { sha256 } = await sha256OfFile(target);
    this.files.push({ path, size: (await stat(target)).size, sha256, about });
  }

  /** What a step wrote, and the same as CSV and NeXus. */
  async result(folder: string, { ref, step, of, record }: Result, figures: readonly ExportFigure[]): Promise<string[]> {
    const paths: string[] = [];
    const data: NexusData[] = [];
    for (const { name } of record.outputs) {
      const what = `${name} of the step ${step}`;
      paths.push(await this.copy(`results/${ref}/${name}`, `${folder}/${name}`, what));
      if (!name.endsWith(".parquet")) continue;
      const stem = name.slice(0, -".parquet".length);
      const bytes = new Uint8Array(await readFile(join(this.root, "results", ref, name)));
      const table = await tableFromParquet(sourceOfBytes(name, bytes));
      paths.push(await this.write(`${folder}/${stem}.csv`, writeCsvWithUnits(table), `${what}; units in the second line`));
      if (table.rows * table.columns.length <= MOST_NEXUS_VALUES) data.push(tableData(stem, what, table));
    }
    // what is plotted is what a viewer opens first
    data.unshift(...figures.flatMap((figure) => figure.data));
    if (data.length > 0) {
      const bytes = await writeNexusData({
        title: `${step} of ${of ?? "the study"}`,
        data,
        process: { program: "Thioscope", version: record.versions.thioscope ?? "", date: record.started, record },
      });
      paths.push(await this.write(`${folder}/${step}.nxs`, bytes, `tables and curves of the step ${step} as NeXus`));
    }
    return paths;
  }
}

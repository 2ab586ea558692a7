/** A new study from raw files: looks at each, takes what it recognises, and says what it does not and why. */
import { copyFile, mkdir, readdir, readFile, realpath, stat, symlink } from "node:fs/promises";
import { basename, extname, join, relative, resolve } from "node:path";
import { checkCancelled, type Notice, QUIET, type TaskContext, ThioscopeError } from "@thioscope/core";
import { kindOfTechnique } from "@thioscope/core/cycling";
import {
  type ByteSource,
  CYCLING_READERS,
  IMPEDANCE_READERS,
  RAW_KINDS,
  type RawKind,
  readCellFile,
  readRaw,
  recognise,
} from "@thioscope/formats";
import { stringify } from "yaml";
import { CELL_TEMPLATE } from "./cellTemplate.ts";
import { openAsByteSource } from "./fileSource.ts";
import { type FoundRaw, lookInto } from "./foundRaw.ts";
import { type FoundFrames, framesYaml, lookForFrames, patternsOf } from "./newFrames.ts";
import type { StepName } from "./registry/index.ts";
import { isPlanned, planSources, refuseRaw, type SourcePlan } from "./sourcePlans.ts";
import { type WriteFile, writeAtomic } from "./write.ts";

export interface NewStudyOptions {
  /** a cell file that describes all files; without it a template is left to be filled in */
  cell?: string;
  /** link to the raw files instead of copying them */
  link?: boolean;
  context?: TaskContext;
  write?: WriteFile;
}

export interface FoundFile {
  /** path in the study; null where it was left out */
  path: string | null;
  name: string;
  size: number;
  source: string | null;
  format: string | null;
  technique: string | null;
  rows: number | null;
  /** of impedance; 0 where it holds none */
  spectra: number;
  isCycling: boolean;
  /** what it is of a beam time; null for other files */
  ofFrames: FoundFrames | null;
  /** what it is of another area than cycling and frames */
  found: FoundRaw | null;
  notices: readonly Notice[];
  /** why it was left out */
  reason: string | null;
}

const MAX_FILES = 10_000;
const MAX_DEPTH = 8;

/**
 * Makes `folder` a study: `raw/` with the files, `study.yaml`, `cell.yaml` to be filled in.
 *
 * @param from raw files and folders of them
 * @throws ThioscopeError USAGE if the folder is a study already or nothing was recognised; CELL_INVALID; FILE_MISSING, WRITE_FAILED
 */
export async function newStudy(folder: string, from: readonly string[], options: NewStudyOptions = {}): Promise<readonly FoundFile[]> {
  const { context = QUIET, write = writeAtomic } = options;
  const root = resolve(folder);
  if (await exists(join(root, "study.yaml"))) {
    throw new ThioscopeError("USAGE", `${folder} is a study already; name a new folder`, { file: join(root, "study.yaml") });
  }
  const cell = options.cell === undefined ? null : await checkedCell(options.cell);
  const paths = await collect(from, join(root, "raw"));
  const found: FoundFile[] = [];
  const taken = new Set<string>();
  const sources = new Set<string>();
  for (const [i, { path, under }] of paths.entries()) {
    checkCancelled(context);
    context.progress(i, paths.length, "raw files");
    const seen = await look(path, under, context);
    if (seen.reason !== null) {
      found.push(seen);
      continue;
    }
    const target = freeName(`raw/${under}`, taken);
    await place(path, join(root, target), options.link ?? false);
    const source = seen.ofFrames ? "frames" : seen.found ? null : freeName(sourceName(seen.name), sources);
    found.push({ ...seen, path: target, source });
  }
  context.progress(paths.length, paths.length, "raw files");
  const known = found.filter((f) => f.path !== null && !(f.found && OF_OTHERS.has(f.found.kind)));
  if (known.length === 0) {
    const list = found.map((f) => `${f.name}: ${f.reason}`).join("; ");
    const formats = [...new Set([...CYCLING_READERS, ...IMPEDANCE_READERS].map((r) => r.title))].join(", ");
    throw new ThioscopeError(
      "USAGE",
      `none of ${found.length} files is known (${list || "no files found"}). Known are: ${formats}, and ${Object.values(RAW_KINDS).slice(1).join(", ")}`,
    );
  }
  const here = join(root, "cell.yaml");
  if (cell !== null && (await exists(here)) && (await readFile(here, "utf8")) !== cell) {
    throw new ThioscopeError("WRITE_FAILED", `${here} exists and is another file`, { file: here });
  }
  if (cell !== null || !(await exists(here))) await write(here, cell ?? CELL_TEMPLATE);
  await write(join(root, "study.yaml"), studyYaml(basename(root), found, cell !== null));
  return found;
}

/** The text of a cell file that holds no mistake. */
async function checkedCell(path: string): Promise<string> {
  const source = await openAsByteSource(path);
  try {
    const text = new TextDecoder().decode(await source.read(0, source.size));
    readCellFile(text, path);
    return text;
  } finally {
    await source.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** Files below the paths given, sorted; hidden ones and the study's own folder are left alone. */
async function collect(from: readonly string[], own: string): Promise<{ path: string; under: string }[]> {
  const files: { path: string; under: string }[] = [];
  const walk = async (path: string, base: string, depth: number): Promise<void> => {
    const info = await stat(path).catch(() => undefined);
    if (!info) throw new ThioscopeError("FILE_MISSING", `${path} does not exist`, { file: path });
    if (info.isFile()) {
      // files that lie in the study's raw/ already keep their place
      const inside = relative(own, await realpath(path));
      files.push({ path, under: inside.startsWith("..") ? relative(base, path) : inside });
      if (files.length > MAX_FILES)
        throw new ThioscopeError("INVALID_INPUT", `more than ${MAX_FILES} files; name the folders that belong to the study`);
    } else if (info.isDirectory() && depth < MAX_DEPTH) {
      for (const name of (await readdir(path)).sort()) {
        if (!name.startsWith(".")) await walk(join(path, name), base, depth + 1);
      }
    }
  };
  for (const path of from) {
    const info = await stat(path).catch(() => undefined);
    await walk(path, info?.isDirectory() ? path : resolve(path, ".."), 0);
  }
  return files;
}

const READINGS: ReadonlySet<string> = new Set(["voltage_volt", "current_ampere"]);

/** @param under its path below the folder that was named: what the user called it */
async function look(path: string, under: string, context: TaskContext): Promise<FoundFile> {
  const name = basename(path);
  const nothing = {
    path: null,
    name,
    size: 0,
    source: null,
    format: null,
    technique: null,
    rows: null,
    spectra: 0,
    isCycling: false,
    ofFrames: null,
    found: null,
    notices: [],
  };
  let source: Awaited<ReturnType<typeof openAsByteSource>>;
  try {
    source = await openAsByteSource(path);
  } catch (error) {
    return { ...nothing, reason: reasonOf(error) };
  }
  const seen = { ...nothing, size: source.size };
  try {
    const other = await lookAtOther(source, under, context);
    if (other)
      return { ...seen, format: other.format, technique: other.what, rows: other.rows, notices: other.notices, found: other, reason: null };
    const { table, impedance, isCycling } = await readRaw(source, { task: { ...context, progress() {} } });
    const { format, technique, notices } = (impedance ?? table)!;
    const points = impedance?.spectra.reduce((sum, { real }) => sum + real.length, 0) ?? 0;
    const spectra = impedance?.spectra.length ?? 0;
    // a table of times without a cell's readings may be the log of a scan
    const isOther = table !== null && spectra === 0 && !table.columns.some(({ name: column }) => READINGS.has(column));
    const log = isOther ? await lookForFrames(source) : null;
    if (log?.role === "log")
      return { ...seen, format: log.format, technique: log.role, rows: table?.rows ?? 0, ofFrames: log, reason: null };
    return { ...seen, format, technique, rows: table?.rows ?? points, spectra, isCycling, notices, reason: null };
  } catch (error) {
    if (error instanceof ThioscopeError && error.code === "CANCELLED") throw error;
    const ofFrames = await lookForFrames(source).catch((other: unknown) => {
      if (other instanceof ThioscopeError) return null;
      throw other;
    });
    return ofFrames
      ? { ...seen, format: ofFrames.format, technique: ofFrames.role, rows: ofFrames.frames, ofFrames, reason: null }
      : { ...seen, reason: reasonOf(error) };
  } finally {
    await source.close();
  }
}

/** Files of other areas; pictures that their name makes a mask, dark or flat stay with the frames. */
async function lookAtOther(source: ByteSource, path: string, context: TaskContext): Promise<FoundRaw | null> {
  const known = await recognise(source);
  // microscopes and tomographs write the same pictures as detectors: only their place tells
  if (known?.kind === "frames" && /tif/i.test(known.format) && PICTURES.test(path)) return await lookInto(source, "picture", context);
  if (!known || OF_CYCLER_AND_FRAMES.has(known.kind)) return null;
  const told = known.kind === "spectra" ? TOLD_BY_PLACE.find(([pattern]) => pattern.test(path)) : undefined;
  if (told) return await lookInto(source, told[1], context);
  if (known.kind === "picture" && /mask|dark|flat/i.test(source.name)) return null;
  if (!isPlanned(known.kind)) refuseRaw(known.kind, source.name);
  return await lookInto(source, known.kind, context);
}

/** What a spectrum without a stated axis is, by the names of its folder and file. */
const TOLD_BY_PLACE: readonly (readonly [RegExp, RawKind])[] = [[/raman/i, "raman"]];
/** Folders and names of pictures of sections and of slices of volumes, as people call them. */
const PICTURES = /(^|[^a-z])(sem|bse|fib|eds|edx|sections?|microscop\w*|x?ct|micro-?ct|tomo\w*|slices?|recon\w*|volumes?)([^a-z]|$)/i;
/** Files that are no source of their own: they stand behind others. */
const OF_OTHERS: ReadonlySet<RawKind> = new Set(["structure", "pdf"]);
const OF_CYCLER_AND_FRAMES: ReadonlySet<string> = new Set(["cycler", "frames", "log"]);

function reasonOf(error: unknown): string {
  if (!(error instanceof ThioscopeError)) return String(error);
  if (error.code === "FILE_FOREIGN") return "its content belongs to no format known here";
  return error.message;
}

async function place(from: string, to: string, link: boolean): Promise<void> {
  if (await exists(to)) {
    if ((await realpath(to)) === (await realpath(from))) return;
    throw new ThioscopeError("WRITE_FAILED", `${to} exists and is another file; raw files are never overwritten`, { file: to });
  }
  try {
    await mkdir(resolve(to, ".."), { recursive: true });
    if (link) await symlink(resolve(from), to);
    else await copyFile(from, to);
  } catch (error) {
    throw new ThioscopeError("WRITE_FAILED", `${to} cannot be written: ${(error as NodeJS.ErrnoException).code}`, { file: to }, error);
  }
}

function sourceName(file: string): string {
  const base = basename(file, extname(file));
  return (
    base
      .replaceAll(/[^A-Za-z0-9_-]+/g, "_")
      .replace(/^[_-]+/, "")
      .slice(0, 48) || "cycling"
  );
}

function freeName(wanted: string, taken: Set<string>): string {
  const dot = extname(wanted);
  const stem = dot === "" ? wanted : wanted.slice(0, -dot.length);
  let name = wanted;
  for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${stem}_${n}${dot}`;
  taken.add(name.toLowerCase());
  return name;
}

/** One line, whatever the text holds: it stands in a comment. */
const comment = (text: string): string => `# ${text.replaceAll(/\s+/g, " ").slice(0, 300)}`;

function planYaml({ name, kind, files, settings, open, what }: SourcePlan, all: readonly string[]): string[] {
  const own = new Set(files);
  const list = patternsOf(
    files,
    all.filter((path) => !own.has(path)),
  );
  return [
    `  ${comment(what)}`,
    `  ${name}:`,
    `    kind: ${kind}`,
    `    files: [${list.map((path) => JSON.stringify(path)).join(", ")}]`,
    ...Object.entries(settings).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`),
    ...open.map((line) => `    # ${line}    # the file does not state it`),
  ];
}

const BEHIND: Readonly<Partial<Record<RawKind, string>>> = {
  structure: ": structures: of a source of frames or powder patterns names such a file",
  pdf: ": its pattern is a source of its own, where it is here",
};

function studyYaml(title: string, found: readonly FoundFile[], hasCell: boolean): string {
  const lines = [
    `title: ${stringify(title).trim()}`,
    hasCell
      ? "cell: cell.yaml"
      : "# cell: cell.yaml    # fill in cell.yaml, then take the # away: capacities by mass and area, C-rates need it",
    "sources:",
  ];
  const beamtime = framesYaml(found.flatMap(({ path, ofFrames }) => (path !== null && ofFrames ? [{ path, found: ofFrames }] : [])));
  lines.push(...beamtime.source);
  const plans = planSources(
    found.flatMap(({ path, name, found: other }) => (path !== null && other ? [{ path, name, found: other }] : [])),
  );
  const all = found.flatMap(({ path }) => (path === null ? [] : [path]));
  for (const plan of plans) lines.push(...planYaml(plan, all));
  const named = new Set(plans.flatMap(({ files, settings }) => [...files, ...Object.values(settings).flat()]));
  for (const { path, found: other } of found) {
    if (path === null || !other || named.has(path)) continue;
    lines.push(`  ${comment(`${path}: ${other.what}${OF_OTHERS.has(other.kind) ? BEHIND[other.kind] : ""}`)}`);
  }
  for (const file of found.filter((f) => f.path !== null && f.found === null && (f.ofFrames === null || beamtime.source.length === 0))) {
    const spectra = file.spectra === 0 ? "" : `, ${file.spectra} ${file.spectra === 1 ? "spectrum" : "spectra"}`;
    lines.push(`  ${comment(`${file.format}, ${file.technique}, ${file.rows} rows${spectra}`)}`);
    for (const notice of file.notices) lines.push(`  ${comment(`  ${notice.code}: ${notice.message}`)}`);
    lines.push(`  ${stringify(file.source).trim()}: ${stringify(file.path).trim()}`);
  }
  const left = found.filter((f) => f.path === null);
  if (left.length > 0) {
    lines.push("# Not taken:");
    for (const file of left) lines.push(comment(`  ${file.name}: ${file.reason}`));
  }
  lines.push("steps:");
  if (found.some((f) => f.isCycling)) lines.push("  - cycles", "  - dqdv");
  if (found.some((f) => f.isCycling && f.technique !== null && kindOfTechnique(f.technique) === "sweep")) lines.push("  - cv");
  if (found.some((f) => f.spectra > 0)) lines.push("  - eis:", "      circuit: auto    # or one of your own, such as R0-p(R1,CPE1)-W1");
  const ready = plans.filter(({ open }) => open.length === 0);
  const waits = (step: StepName): string | undefined => plans.find(({ waiting }) => waiting[step])?.waiting[step];
  const steps = new Set(ready.flatMap((plan) => plan.steps).filter((step) => waits(step) === undefined));
  const waiting = new Set(plans.flatMap((plan) => plan.steps).filter((step) => !steps.has(step)));
  const asked = (step: StepName): string => {
    const parameters = plans.find((plan) => plan.parameters[step])?.parameters[step];
    return parameters ? `${step}: ${stringify(parameters, { collectionStyle: "flow", lineWidth: 0 }).trim()}` : step;
  };
  lines.push(...beamtime.steps, ...[...steps].map((step) => `  - ${asked(step)}`));
  const later = (step: StepName): string => (waits(step) ? `${step}: { ${waits(step)}` : `${step}    # when its source is filled in`);
  lines.push(...[...waiting].map((step) => `  # - ${later(step)}`), "  - story", "");
  return lines.join("\n");
}

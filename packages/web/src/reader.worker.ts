/** The worker: raw files to tables, tables to the story, by the same code as on the command line. */
import { type TaskContext, ThioscopeError } from "@thioscope/core";
import { type Cell, capacityBases, cellCard, theoreticalOneCAmpere } from "@thioscope/core/cell";
import {
  buildStory,
  currentStory,
  electrochemistryOf,
  fileOfSpectra,
  type ImpedanceStory,
  impedanceStory,
  type Part,
  type StoryFile,
  type StoryOptions,
  storyFile,
  withElectrochemistry,
  withSpectra,
} from "@thioscope/core/story";
import {
  type ByteSource,
  CYCLING_READERS,
  type GeometryFile,
  IMAGE_READERS,
  IMPEDANCE_READERS,
  type RawFile as RawContent,
  type RawKind,
  readCellFile,
  readGeometry,
  readRaw,
  recognise,
  sourceOfBlob,
  writeViewHdf5,
  writeViewParquet,
} from "@thioscope/formats";
import type { Changes, FoundRaw, QuickRun } from "@thioscope/study/quick";
import type { CalibrationWish } from "@thioscope/views";
import { expose, transfer } from "comlink";
import { type FrameFile, framesPart, openFrames } from "./frames.ts";
import type { Failure, Progress, RawFile, ReaderApi } from "./readerApi.ts";

/** Larger files are not hashed here: the browser hashes only what it holds in memory at once. */
const MOST_HASHED = 512 * 1024 * 1024;
/** Progress is told this often, ms. */
const TELL_EVERY = 80;

interface Known {
  content: RawContent;
  hash: string | null;
  /** depends on nothing but the file */
  impedance: ImpedanceStory | null;
  /** the last story made of it, and for which cell, with peaks or without */
  shown?: { cell: Cell | null; peaks: boolean; story: StoryFile };
}

/** What a raw file turned out to be. */
const known = new Map<number, Known>();
/** Files of the areas that a study knows as sources, and what they hold. */
const others = new Map<number, OtherFile>();
const kinds = new Map<number, RawKind>();
const frames = new Map<number, FrameFile>();
const geometries = new Map<number, GeometryFile>();
let rings: CalibrationWish | null = null;
let changes: Changes = { source: {}, step: {} };
/** The last run over sources, for the files and changes that it was made of. */
let lastRun: { key: string; run: QuickRun } | null = null;
const withPeaks = new Set<number>();
let lastCell: { id: number; cell: Cell } | null = null;

const api: ReaderApi = {
  formats() {
    const titles = new Set<string>();
    const all = [...CYCLING_READERS, ...IMPEDANCE_READERS, ...IMAGE_READERS].filter(({ title }) => !titles.has(title) && titles.add(title));
    return all.map(({ title, endings }) => ({ title, endings }));
  },

  async write(title, columns, format) {
    const bytes = format === "parquet" ? writeViewParquet(title, columns) : await writeViewHdf5(title, columns);
    return transfer(bytes, [bytes.buffer]);
  },

  async look(raw, wish) {
    try {
      const { partsOfFile, rowsAbout } = await import("./look.ts");
      if (wish.row !== undefined) {
        const entry = known.get(raw.id) ?? { content: await readRaw(sourceOfBlob(raw.name, raw.content)) };
        return { look: rowsAbout(entry.content, wish.row) };
      }
      return { look: await partsOfFile(sourceOfBlob(raw.name, raw.content), await sha256(raw.content), wish, { progress() {} }) };
    } catch (error) {
      return { failure: failureOf(raw.name, error) };
    }
  },

  findPeaks(id) {
    withPeaks.add(id);
  },

  findRings(wish) {
    rings = wish;
  },

  change(next) {
    changes = next;
  },

  async read(title, files, cellFile, onProgress) {
    const failures: Failure[] = [];
    let cell: Cell | null = null;
    try {
      cell = cellFile ? await cellOf(cellFile) : null;
    } catch (error) {
      // what was known of the cell before still holds
      cell = lastCell?.cell ?? null;
      failures.push(failureOf(cellFile?.name ?? "cell.yaml", error));
    }
    const shown: StoryFile[] = [];
    const ids: number[] = [];
    const detector: FrameFile[] = [];
    const atHand: OtherFile[] = [];
    let geometry: GeometryFile | null = null;
    for (const [i, raw] of files.entries()) {
      try {
        const context = contextFor(onProgress, { file: i + 1, files: files.length, name: raw.name });
        const kind = await kindOf(raw);
        if (kind === "frames" || kind === "geometry") {
          await loadOfDetector(raw, kind, context);
          const file = frames.get(raw.id);
          if (file) detector.push(file);
          geometry = geometries.get(raw.id) ?? geometry;
          continue;
        }
        if (kind !== "cycler") {
          const other = others.get(raw.id) ?? (await loadOther(raw, kind, context));
          others.set(raw.id, other);
          atHand.push(other);
          continue;
        }
        const entry = known.get(raw.id) ?? (await load(raw, context));
        known.set(raw.id, entry);
        const peaks = withPeaks.has(raw.id);
        if (!entry.shown || entry.shown.cell !== cell || entry.shown.peaks !== peaks) {
          entry.shown = { cell, peaks, story: storyOf(raw.name, entry, cell, { ...optionsOf(cell), peaks }, context) };
        }
        shown.push(entry.shown.story);
        ids.push(raw.id);
      } catch (error) {
        failures.push(failureOf(raw.name, error));
      }
    }
    const parts: Part[] = [];
    if (detector.length > 0) {
      try {
        parts.push(framesPart(detector, { geometry, calibration: rings }));
      } catch (error) {
        failures.push(failureOf(detector[0]!.name, error));
      }
    }
    const run = await runOthers(atHand, contextFor(onProgress, { file: files.length, files: files.length, name: "steps" }));
    parts.push(...run.parts);
    for (const { name, error } of run.failures) failures.push({ ...failureOf(name, error), ofStep: true });
    if (shown.length === 0 && parts.length === 0 && run.groups.length === 0 && !cell) return { story: null, ids, failures, groups: [] };
    const provenance = [
      { label: "Thioscope", value: `${__THIOSCOPE_VERSION__}, in this browser` },
      ...[...shown, ...detector, ...atHand].map((file) => ({
        label: file.name,
        value: file.hash ? `sha-256 ${file.hash}` : "too large to be hashed here",
      })),
    ];
    return {
      story: currentStory(
        buildStory({
          title: title ?? nameOf([...shown, ...detector, ...atHand], cell),
          cell: cell && cellCard(cell),
          files: shown,
          parts,
          provenance,
        }),
      ),
      ids,
      failures,
      groups: run.groups,
    };
  },
};

interface OtherFile {
  name: string;
  hash: string | null;
  source: ByteSource;
  found: FoundRaw;
}

async function loadOther(raw: RawFile, kind: RawKind, context: TaskContext): Promise<OtherFile> {
  const { lookForQuick } = await import("@thioscope/study/quick");
  const source = sourceOfBlob(raw.name, raw.content);
  return { name: raw.name, hash: await sha256(raw.content), source, found: await lookForQuick(source, kind, context) };
}

async function runOthers(files: readonly OtherFile[], context: TaskContext): Promise<QuickRun> {
  if (files.length === 0) return { parts: [], groups: [], failures: [] };
  const key = JSON.stringify([files.map(({ name, hash }) => [name, hash]), changes]);
  if (lastRun?.key !== key) {
    const { quickRun } = await import("@thioscope/study/quick");
    lastRun = {
      key,
      run: await quickRun(
        files.map(({ source, hash, found }) => ({ file: { source, hash }, found })),
        changes,
        context,
      ),
    };
  }
  return lastRun.run;
}

/** Found once per file; what nothing knows is left to the readers of tables, which say why they refuse it. */
async function kindOf(raw: RawFile): Promise<RawKind> {
  const kind = kinds.get(raw.id) ?? (await recognise(sourceOfBlob(raw.name, raw.content)))?.kind ?? "cycler";
  kinds.set(raw.id, kind);
  return kind;
}

async function loadOfDetector(raw: RawFile, kind: "frames" | "geometry", context: TaskContext): Promise<void> {
  if (frames.has(raw.id) || geometries.has(raw.id)) return;
  const source = sourceOfBlob(raw.name, raw.content);
  if (kind === "geometry") geometries.set(raw.id, await readGeometry(source));
  else frames.set(raw.id, await openFrames(source, await sha256(raw.content), context));
}

function nameOf(shown: readonly { name: string }[], cell: Cell | null): string {
  if (shown.length === 0) return cell?.name ?? "nothing";
  return shown.length === 1 ? shown[0]!.name : `${shown.length} files`;
}

async function cellOf(raw: RawFile): Promise<Cell> {
  if (lastCell?.id !== raw.id) lastCell = { id: raw.id, cell: readCellFile(await raw.content.text(), raw.name) };
  return lastCell.cell;
}

async function load(raw: RawFile, context: TaskContext): Promise<Known> {
  context.progress(0, 0, "reading");
  const content = await readRaw(sourceOfBlob(raw.name, raw.content), { task: context });
  const impedance = content.impedance && impedanceStory(content.impedance.spectra, {}, context);
  return { content, hash: await sha256(raw.content), impedance };
}

function storyOf(
  name: string,
  { content, hash, impedance }: Known,
  cell: Cell | null,
  options: StoryOptions,
  context: TaskContext,
): StoryFile {
  const { table, impedance: spectra, isCycling } = content;
  if (spectra && impedance && (!isCycling || !table)) {
    return fileOfSpectra({ ...spectra, name, hash, ...(table ? { rows: table.rows } : {}) }, impedance);
  }
  const file = withElectrochemistry(storyFile({ ...table!, name, hash }, options, context), electrochemistryOf(table!, cell));
  return spectra && impedance ? withSpectra(file, impedance, spectra.notices) : file;
}

/** Hex digest; null where the browser offers none (a page that is not on a secure origin) or the file is too large. */
async function sha256(content: Blob): Promise<string | null> {
  if (content.size > MOST_HASHED || !globalThis.crypto?.subtle) return null;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await content.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function optionsOf(cell: Cell | null): StoryOptions {
  if (!cell) return {};
  const { answer } = theoreticalOneCAmpere(cell);
  return { bases: capacityBases(cell), oneCAmpere: "notComputable" in answer ? null : answer };
}

function contextFor(tell: (progress: Progress) => void, where: Pick<Progress, "file" | "files" | "name">): TaskContext {
  let last = 0;
  return {
    progress(done, total, label) {
      const now = performance.now();
      if (now - last < TELL_EVERY && done < total) return;
      last = now;
      tell({ ...where, done, total, label });
    },
  };
}

function failureOf(name: string, error: unknown): Failure {
  if (error instanceof ThioscopeError) {
    const { code, message, offset, line, column } = error.toJSON();
    return {
      name,
      code,
      message,
      ...(offset === undefined ? {} : { offset }),
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
    };
  }
  return { name, code: "FILE_DAMAGED", message: error instanceof Error ? error.message : String(error) };
}

expose(api);

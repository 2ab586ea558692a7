/** The sources of study.yaml: their patterns turned into files, their settings checked. */
import { glob, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { nearest } from "@thioscope/core";
import type { ColumnMapping } from "@thioscope/formats";
import { inOrderOfStates } from "./fileOrder.ts";
import { defaultsOf, mistakeIn } from "./registry/parameters.ts";
import { type SourceKind, settingsOf } from "./registry/sources.ts";
import { leavesFolder } from "./results.ts";

/** A raw file of a cycler or potentiostat; paths are relative to the study's folder, with "/". */
export interface StudyFile {
  source: string;
  path: string;
  /** the cell file that describes it */
  cell: string | null;
  mapping: ColumnMapping | null;
}

/** Raw files of another kind than a cycler's: taken together. */
export interface StudySource {
  name: string;
  kind: SourceKind;
  /** relative to the study's folder, sorted */
  files: readonly string[];
  cell: string | null;
  /** the source of the cycling of the same cell; null where none is named */
  cycling: string | null;
  /** every setting of the kind */
  settings: Readonly<Record<string, unknown>>;
  /** those of them that are files, by setting */
  settingFiles: Readonly<Record<string, string>>;
}

interface WrittenSource {
  files: string | string[];
  kind?: SourceKind;
  cell?: string;
  cycling?: string;
  mapping?: ColumnMapping;
  [setting: string]: unknown;
}

export type WrittenSources = Readonly<Record<string, string | string[] | WrittenSource>>;

/** Place in study.yaml. */
type Path = readonly (string | number)[];

export interface StudyPlace {
  /** absolute path of the folder */
  root: string;
  /** the study's own cell file */
  cell: string | null;
  refuse(message: string, path: Path): never;
}

const MAX_FILES = 10_000;

/** What every source may say; everything else is a setting of its kind. */
const OF_EVERY_SOURCE: readonly string[] = ["files", "kind", "cell", "cycling", "mapping"];

/** @throws ThioscopeError through `place.refuse` */
export async function readSources(written: WrittenSources, place: StudyPlace): Promise<{ files: StudyFile[]; sources: StudySource[] }> {
  const { refuse } = place;
  const files: StudyFile[] = [];
  const sources: StudySource[] = [];
  let room = MAX_FILES;
  for (const [name, entry] of Object.entries(written)) {
    const at: Path = ["sources", name];
    const source: WrittenSource = typeof entry === "object" && !Array.isArray(entry) ? entry : { files: entry };
    const { kind, mapping, cycling } = source;
    const cell = source.cell === undefined ? place.cell : await fileInside(source.cell, "the cell file", [...at, "cell"], place);
    const paths = await pathsOf(source.files, room, at, place);
    room -= paths.length;
    if (cycling !== undefined && written[cycling] === undefined) refuse(`"${cycling}" is no source of this study`, [...at, "cycling"]);
    if (kind === undefined) {
      const foreign = Object.keys(source).find((key) => !OF_EVERY_SOURCE.includes(key));
      if (foreign) refuse(`"${foreign}" is a setting of another kind of source: say which with "kind"`, [...at, foreign]);
      for (const path of paths) files.push({ source: name, path, cell, mapping: mapping ?? null });
      continue;
    }
    if (mapping) refuse(`"mapping" is for tables of a cycler; this source is of the kind "${kind}"`, [...at, "mapping"]);
    sources.push({
      name,
      kind,
      files: inOrderOfStates(paths),
      cell,
      cycling: cycling ?? null,
      ...(await settingsIn(source, kind, at, place)),
    });
  }
  return { files, sources };
}

async function pathsOf(patterns: string | string[], room: number, at: Path, { root, refuse }: StudyPlace): Promise<string[]> {
  const paths = new Set<string>();
  for (const pattern of typeof patterns === "string" ? [patterns] : patterns) {
    if (leavesFolder(pattern)) refuse(`"${pattern}" leaves the study's folder: paths are relative to it`, at);
    const found = await filesOf(root, pattern, room);
    if (found === "too many") return refuse(`"${pattern}" matches more than ${MAX_FILES} files`, at);
    if (found.length === 0) refuse(`"${pattern}" matches no file`, at);
    for (const path of found) paths.add(path);
  }
  return [...paths];
}

async function settingsIn(
  source: WrittenSource,
  kind: SourceKind,
  at: Path,
  place: StudyPlace,
): Promise<Pick<StudySource, "settings" | "settingFiles">> {
  const known = settingsOf(kind);
  const settings: Record<string, unknown> = { ...defaultsOf(known) };
  const settingFiles: Record<string, string> = {};
  for (const [name, said] of Object.entries(source)) {
    if (OF_EVERY_SOURCE.includes(name)) continue;
    const setting = known[name];
    if (!setting) {
      const near = nearest(name, Object.keys(known));
      const allowed = [...OF_EVERY_SOURCE.filter((word) => word !== "mapping"), ...Object.keys(known)].join(", ");
      const guess = near ? `; did you mean "${near}"?` : "";
      return place.refuse(`"${name}" is no setting of a source of the kind "${kind}"${guess} Allowed: ${allowed}`, [...at, name]);
    }
    const mistake = mistakeIn(setting, said);
    if (mistake) place.refuse(`${name}: ${mistake}`, [...at, name]);
    settings[name] = said;
    if (setting.kind === "file") settingFiles[name] = await fileInside(String(said), name, [...at, name], place);
  }
  return { settings, settingFiles };
}

/** The normal form of a path to a file of the study. */
export async function fileInside(path: string, what: string, at: Path, { root, refuse }: StudyPlace): Promise<string> {
  if (leavesFolder(path)) refuse(`${what} "${path}" leaves the study's folder: paths are relative to it`, at);
  const found = await stat(join(root, path)).catch(() => undefined);
  if (!found?.isFile()) refuse(`${what} "${path}" does not exist`, at);
  return normal(path);
}

function normal(path: string): string {
  return relative(".", path).split(sep).join("/");
}

async function filesOf(root: string, pattern: string, limit: number): Promise<string[] | "too many"> {
  const direct = await stat(join(root, pattern)).catch(() => undefined);
  if (direct?.isFile()) return [normal(pattern)];
  const found: string[] = [];
  for await (const path of glob(pattern, { cwd: root })) {
    if (!(await stat(join(root, path)).catch(() => undefined))?.isFile()) continue;
    found.push(normal(path));
    if (found.length > limit) return "too many";
  }
  return found.sort();
}

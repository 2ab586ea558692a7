/** study.yaml: what it says, checked, with its patterns turned into files. */
import { glob, readFile, stat } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import { parseQuantity, ThioscopeError } from "@thioscope/core";
import { parseShareRange } from "@thioscope/core/cycling";
import { parseCircuit } from "@thioscope/core/impedance";
import type { ColumnMapping } from "@thioscope/formats";
import { compileSchema, readCheckedYaml } from "./checkedYaml.ts";
import { STEPS, type StepName } from "./registry.ts";
import { leavesFolder } from "./results.ts";
import schema from "./study.schema.json" with { type: "json" };

/** The published JSON Schema of study.yaml. */
export const STUDY_SCHEMA: object = schema;

const MAX_FILES = 10_000;

/** A raw file of a source; paths are relative to the study's folder, with "/". */
export interface StudyFile {
  source: string;
  path: string;
  /** the cell file that describes it */
  cell: string | null;
  mapping: ColumnMapping | null;
}

export interface StudyStep {
  name: StepName;
  parameters: Readonly<Record<string, unknown>>;
}

export interface Study {
  /** absolute path of the folder */
  root: string;
  title: string;
  cell: string | null;
  files: readonly StudyFile[];
  /** in the order in which they run, with the steps that they need */
  steps: readonly StudyStep[];
}

interface Written {
  title?: string;
  cell?: string;
  sources: Record<string, string | string[] | { files: string | string[]; cell?: string; mapping?: ColumnMapping }>;
  steps: (string | Record<string, Record<string, unknown> | null>)[];
}

// compiling takes tens of milliseconds: only when a study is read
let validate: ReturnType<typeof compileSchema> | undefined;

/**
 * Reads a study's folder.
 *
 * @throws ThioscopeError STUDY_INVALID with file and line; FILE_MISSING if there is no study.yaml
 */
export async function readStudy(folder: string): Promise<Study> {
  const root = resolve(folder);
  const file = join(root, "study.yaml");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new ThioscopeError(
      "FILE_MISSING",
      `${folder} is not a study: it has no study.yaml; \`thioscope new ${folder} --from RAW…\` makes one`,
      { file },
      error,
    );
  }
  validate ??= compileSchema(schema);
  const { value, lineOf } = readCheckedYaml<Written>(text, file, validate, "STUDY_INVALID");
  const refuse = (message: string, path: (string | number)[]): never => {
    throw new ThioscopeError("STUDY_INVALID", message, { file, line: lineOf(path) });
  };
  const inside = async (path: string, at: (string | number)[], kind: string): Promise<string> => {
    if (leavesFolder(path)) refuse(`${kind} "${path}" leaves the study's folder: paths are relative to it`, at);
    const found = await stat(join(root, path)).catch(() => undefined);
    if (!found?.isFile()) refuse(`${kind} "${path}" does not exist`, at);
    return normal(path);
  };

  const cell = value.cell === undefined ? null : await inside(value.cell, ["cell"], "the cell file");
  const files: StudyFile[] = [];
  for (const [source, entry] of Object.entries(value.sources)) {
    const detailed = typeof entry === "object" && !Array.isArray(entry) ? entry : { files: entry };
    const ownCell = detailed.cell === undefined ? cell : await inside(detailed.cell, ["sources", source, "cell"], "the cell file");
    for (const pattern of typeof detailed.files === "string" ? [detailed.files] : detailed.files) {
      if (leavesFolder(pattern)) refuse(`"${pattern}" leaves the study's folder: paths are relative to it`, ["sources", source]);
      const found = await filesOf(root, pattern, MAX_FILES - files.length);
      if (found === "too many") refuse(`"${pattern}" matches more than ${MAX_FILES} files`, ["sources", source]);
      if (found.length === 0) refuse(`"${pattern}" matches no file`, ["sources", source]);
      for (const path of found) {
        if (files.some((f) => f.source === source && f.path === path)) continue;
        files.push({ source, path, cell: ownCell, mapping: detailed.mapping ?? null });
      }
    }
  }
  return { root, title: value.title ?? basename(root), cell, files, steps: orderedSteps(value.steps, refuse) };
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

/** Steps as written, each after what it needs; a step named twice is a mistake. */
function orderedSteps(written: Written["steps"], refuse: (message: string, path: (string | number)[]) => never): StudyStep[] {
  const wanted = new Map<StepName, Readonly<Record<string, unknown>>>();
  for (const [i, entry] of written.entries()) {
    const [name, parameters] =
      typeof entry === "string" ? [entry, null] : (Object.entries(entry)[0] as [string, Record<string, unknown> | null]);
    if (wanted.has(name as StepName)) refuse(`the step "${name}" is named twice`, ["steps", i]);
    for (const [parameter, unit] of Object.entries(STEPS[name as StepName].quantities)) {
      const mistake = quantityMistake(parameters?.[parameter] ?? "auto", unit);
      if (mistake) refuse(`${name}: ${parameter}: ${mistake}`, ["steps", i]);
    }
    for (const parameter of STEPS[name as StepName].shares ?? []) {
      const mistake = shareMistake(parameters?.[parameter] ?? "auto");
      if (mistake) refuse(`${name}: ${parameter}: ${mistake}`, ["steps", i]);
    }
    if (name === "eis") {
      const mistake = circuitMistake(parameters?.circuit ?? "auto");
      if (mistake) refuse(`eis: ${mistake}`, ["steps", i]);
    }
    wanted.set(name as StepName, parameters ?? {});
  }
  const ordered: StudyStep[] = [];
  const add = (name: StepName): void => {
    if (ordered.some((s) => s.name === name)) return;
    for (const needed of STEPS[name].needs) add(needed);
    for (const used of STEPS[name].uses ?? []) if (wanted.has(used)) add(used);
    const written = wanted.get(STEPS[name].parametersOf ?? name);
    ordered.push({ name, parameters: { ...STEPS[name].defaults, ...written } });
  };
  for (const name of wanted.keys()) add(name);
  return ordered;
}

function circuitMistake(written: unknown): string | undefined {
  if (written === "auto") return undefined;
  try {
    parseCircuit(String(written));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function shareMistake(written: unknown): string | undefined {
  if (written === "auto") return undefined;
  try {
    parseShareRange(String(written));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function quantityMistake(written: unknown, unit: string): string | undefined {
  if (written === "auto") return undefined;
  try {
    const { value } = parseQuantity(String(written), unit);
    return value > 0 ? undefined : `${written} must be positive`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** True if the folder holds a study.yaml. */
export async function isStudy(path: string): Promise<boolean> {
  const found = await stat(join(path, "study.yaml")).catch(() => undefined);
  return found?.isFile() ?? false;
}

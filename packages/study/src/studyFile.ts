/** study.yaml: what it says, checked, with its patterns turned into files. */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { nearest, ThioscopeError } from "@thioscope/core";
import { checkStructure, readYaml, type Schema } from "@thioscope/formats";
import { STEPS, type StepDefinition, type StepName, withDefaults } from "./registry/index.ts";
import { mistakeIn } from "./registry/parameters.ts";
import { studySchema } from "./registry/schema.ts";
import { fileInside, readSources, type StudyFile, type StudyPlace, type StudySource, type WrittenSources } from "./studySources.ts";

/** The published JSON Schema of study.yaml. */
export const STUDY_SCHEMA: object = studySchema();

export interface StudyStep {
  name: StepName;
  parameters: Readonly<Record<string, unknown>>;
}

export interface Study {
  /** absolute path of the folder */
  root: string;
  title: string;
  cell: string | null;
  /** of cyclers and potentiostats */
  files: readonly StudyFile[];
  /** of every other kind */
  sources: readonly StudySource[];
  /** in the order in which they run, with the steps that they need */
  steps: readonly StudyStep[];
}

interface Written {
  title?: string;
  cell?: string;
  sources?: WrittenSources;
  steps: (string | Record<string, Record<string, unknown> | null>)[];
}

/** "did you mean studies/cell-12? ": the study whose name is nearest, beside what was written and in folders named studies; empty where none is near. */
async function studyMeant(folder: string): Promise<string> {
  const wanted = basename(resolve(folder));
  const found: string[] = [];
  for (const place of new Set([dirname(folder), join(dirname(folder), "studies")])) {
    const entries = await readdir(place, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.slice(0, MOST_NEIGHBOURS))
      if (entry.isDirectory() && (await isStudy(join(place, entry.name)))) found.push(join(place, entry.name));
  }
  const near =
    found.find((path) => basename(path) === wanted) ??
    found[
      found
        .map((path) => basename(path))
        .indexOf(
          nearest(
            wanted,
            found.map((path) => basename(path)),
          ) ?? "",
        )
    ];
  return near === undefined ? "" : `did you mean ${near}? `;
}

/** Folders looked into for the study that was meant. */
const MOST_NEIGHBOURS = 1000;

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
      `${folder} is not a study: it has no study.yaml; ${await studyMeant(folder)}\`thioscope new ${folder} --from RAW…\` makes one`,
      { file },
      error,
    );
  }
  return studyOfText(root, text);
}

/** What {@link readStudy} makes of a text, for one that is not written yet. Throws the same. */
export async function studyOfText(folder: string, text: string): Promise<Study> {
  const root = resolve(folder);
  const { data, places } = readYaml(text, join(root, "study.yaml"), "STUDY_INVALID");
  checkStructure(data, STUDY_SCHEMA as Schema, places);
  const value = data as Written;
  const refuse: StudyPlace["refuse"] = (message, path) => places.fail(path, message, "key");
  const cell = value.cell === undefined ? null : await fileInside(value.cell, "the cell file", ["cell"], { root, cell: null, refuse });
  const { files, sources } = await readSources(value.sources ?? {}, { root, cell, refuse });
  const steps = orderedSteps(value.steps, files.length > 0, refuse);
  if (files.length + sources.length === 0 && !steps.some(({ name }) => STEPS[name].per === "study")) {
    refuse("no raw file is named under sources, and no step does without", ["sources"]);
  }
  return { root, title: value.title ?? basename(root), cell, files, sources, steps };
}

/** Steps as written, each after what it needs (the tables of the runs too, where there are some); a step named twice is a mistake. */
function orderedSteps(written: Written["steps"], hasRuns: boolean, refuse: StudyPlace["refuse"]): StudyStep[] {
  const wanted = new Map<StepName, Readonly<Record<string, unknown>>>();
  for (const [i, entry] of written.entries()) {
    const [word, parameters] =
      typeof entry === "string" ? [entry, null] : (Object.entries(entry)[0] as [string, Record<string, unknown> | null]);
    const name = word as StepName;
    if (wanted.has(name)) refuse(`the step "${name}" is named twice`, ["steps", i]);
    for (const [parameter, said] of Object.entries(parameters ?? {})) {
      const mistake = mistakeIn(STEPS[name].parameters[parameter]!, said);
      if (mistake) refuse(`${name}: ${parameter}: ${mistake}`, ["steps", i]);
    }
    wanted.set(name, parameters ?? {});
  }
  const ordered: StudyStep[] = [];
  const add = (name: StepName): void => {
    if (ordered.some((s) => s.name === name)) return;
    const { needs, uses = [], per, takesRun, parametersOf = name }: StepDefinition = STEPS[name];
    for (const needed of needs) add(needed as StepName);
    if (takesRun && hasRuns) add("read");
    for (const used of uses) if (wanted.has(used as StepName)) add(used as StepName);
    // the story is told when everything else is known
    if (per === "story") for (const other of wanted.keys()) if (other !== name) add(other);
    ordered.push({ name, parameters: withDefaults(name, wanted.get(parametersOf as StepName)) });
  };
  for (const name of wanted.keys()) add(name);
  return ordered;
}

/** True if the folder holds a study.yaml. */
export async function isStudy(path: string): Promise<boolean> {
  const found = await stat(join(path, "study.yaml")).catch(() => undefined);
  return found?.isFile() ?? false;
}

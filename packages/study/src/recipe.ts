/**
 * study.yaml as a page changes it: one value at a time, comments and order kept, checked as a whole before it is written. The file stays the one
 * record of the study; what it said before can be brought back.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { type Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap } from "yaml";
import { type RecipeChange, type RecipeGroup, sourceGroup, stepGroup } from "./recipeModel.ts";
import { STEPS, type StepName } from "./registry/index.ts";
import { readStudy, studyOfText } from "./studyFile.ts";
import { type WriteFile, writeAtomic } from "./write.ts";

export interface Recipe {
  readonly groups: readonly RecipeGroup[];
  /** study.yaml as it is */
  readonly text: string;
}

export async function readRecipe(root: string): Promise<Recipe> {
  const study = await readStudy(root);
  const written = new Set(study.steps.map(({ name }) => name));
  const steps = study.steps.filter(({ name }) => Object.keys(STEPS[name].parameters).length > 0 && written.has(name));
  return {
    text: await readFile(join(root, "study.yaml"), "utf8"),
    groups: [
      ...study.sources.map(({ name, kind, settings, files }) => sourceGroup(name, kind, settings, files.length)),
      ...steps.map(({ name, parameters }) => stepGroup(name, parameters)),
    ],
  };
}

/**
 * Writes one change into study.yaml.
 *
 * @returns the file as it was before, for undoing
 * @throws ThioscopeError STUDY_INVALID where the changed study would be none; WRITE_FAILED
 */
export async function changeRecipe(root: string, change: RecipeChange, write: WriteFile = writeAtomic): Promise<string> {
  const path = join(root, "study.yaml");
  const before = await readFile(path, "utf8");
  await writeRecipe(root, changedText(before, change), write);
  return before;
}

/** Writes a whole study.yaml, checked as if it were read. */
export async function writeRecipe(root: string, text: string, write: WriteFile = writeAtomic): Promise<void> {
  await studyOfText(root, text);
  await write(join(root, "study.yaml"), text);
}

/** The text with one value changed; everything else stays as it was written. */
export function changedText(text: string, { of, group, field, value }: RecipeChange): string {
  const document = parseDocument(text);
  if (of === "source") {
    const source = document.getIn(["sources", group], true);
    if (!isMap(source)) throw new ThioscopeError("STUDY_INVALID", `study.yaml has no source "${group}" with settings`);
    set(source, field, value);
    return withLinesOf(text, document);
  }
  const steps = document.get("steps", true);
  if (!isSeq(steps)) throw new ThioscopeError("STUDY_INVALID", "study.yaml has no list of steps");
  if (!(group in STEPS)) throw new ThioscopeError("STUDY_INVALID", `there is no step "${group}"`);
  const name = STEPS[group as StepName].parametersOf ?? group;
  const at = steps.items.findIndex((item) => (isScalar(item) ? item.value === name : isMap(item) && item.has(name)));
  const item = steps.items[at];
  if (isMap(item)) {
    const parameters = item.get(name, true);
    if (isMap(parameters)) set(parameters, field, value);
    else if (value !== null) item.set(name, document.createNode({ [field]: value }));
    const left = item.get(name, true);
    if (isMap(left) && left.items.length === 0) steps.items[at] = document.createNode(name);
  } else if (value !== null) {
    const node = document.createNode({ [name]: { [field]: value } });
    if (at >= 0) {
      // what was said of the step stays said
      const { comment, commentBefore } = item as { comment?: string | null; commentBefore?: string | null };
      Object.assign(node, { comment, commentBefore });
      steps.items[at] = node;
    } else steps.add(node);
  }
  return withLinesOf(text, document);
}

/** The changed document, its unchanged lines as they were written: flow lists, spaces before remarks and quotes are the author's. */
function withLinesOf(text: string, document: Document): string {
  const written = text.split("\n");
  const before = parseDocument(text).toString({ lineWidth: 0 }).split("\n");
  const after = document.toString({ lineWidth: 0 }).split("\n");
  // the same lines in another dress: each stands for its own
  if (written.length !== before.length) return after.join("\n");
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  return [...written.slice(0, start), ...after.slice(start, after.length - end), ...written.slice(written.length - end)].join("\n");
}

function set(map: YAMLMap, field: string, value: unknown): void {
  if (value === null) map.delete(field);
  else map.set(field, value);
}

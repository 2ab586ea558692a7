/**
 * A study without a folder: files at hand are recognised, made into sources, and taken through the same steps as in a study, in this thread and in
 * memory. The page does so with what is dropped on it. Free of the file system.
 */
import { checkCancelled, type TaskContext, ThioscopeError } from "@thioscope/core";
import type { Part } from "@thioscope/core/story";
import { type ByteSource, RAW_KINDS, type RawKind } from "@thioscope/formats";
import { type FoundRaw, lookInto } from "./foundRaw.ts";
import type { SourceInputs } from "./lines.ts";
import { checkValues, type RecipeGroup, sourceGroup, stepGroup } from "./recipeModel.ts";
import { STEPS, type StepName, withDefaults } from "./registry/index.ts";
import { defaultsOf, type Parameters } from "./registry/parameters.ts";
import { settingsOf } from "./registry/sources.ts";
import { isPlanned, planSources, refuseRaw, type SourcePlan } from "./sourcePlans.ts";
import { type FileInput, SOURCE_MODULES, type StepFunction, type StepIo } from "./stepModules.ts";

export type { FoundRaw } from "./foundRaw.ts";
export { type Field, fieldText, parseField, type RecipeChange, type RecipeGroup } from "./recipeModel.ts";
export type { ParameterDefinition } from "./registry/parameters.ts";

export interface QuickFile {
  readonly source: ByteSource;
  /** null where it is not known */
  readonly hash: string | null;
}

/** What the user changed: settings of sources and parameters of steps, by their names. */
export interface Changes {
  readonly source: Readonly<Record<string, Values>>;
  readonly step: Readonly<Record<string, Values>>;
}
type Values = Readonly<Record<string, unknown>>;

export interface QuickRun {
  readonly parts: readonly Part[];
  /** everything that can be said of the sources and steps */
  readonly groups: readonly RecipeGroup[];
  readonly failures: readonly { readonly name: string; readonly error: unknown }[];
}

/** Steps that need threads or more memory than a page should take. */
const NOT_HERE: ReadonlySet<StepName> = new Set(["tomo.reconstruct"]);

/** What a file of this kind holds. Throws what no step takes, and what its reader says of damage. */
export async function lookForQuick(source: ByteSource, kind: RawKind, context: TaskContext): Promise<FoundRaw> {
  if (!isPlanned(kind)) refuseRaw(kind, source.name);
  const found = await lookInto(source, kind, context);
  if (!found) throw new ThioscopeError("FILE_FOREIGN", `the content is no ${RAW_KINDS[kind]}`, { file: source.name });
  return found;
}

/** Runs what belongs to the files. A source that fails is told of; the others go on. */
export async function quickRun(
  files: readonly { readonly file: QuickFile; readonly found: FoundRaw }[],
  changes: Changes,
  context: TaskContext,
): Promise<QuickRun> {
  const byName = new Map<string, QuickFile>();
  const taken = files.map(({ file, found }) => {
    const path = freeName(file.source.name, byName);
    byName.set(path, file);
    return { path, name: file.source.name, found };
  });
  const parts: Part[] = [];
  const groups: RecipeGroup[] = [];
  const steps = new Set<StepName>();
  const failures: { name: string; error: unknown }[] = [];
  for (const plan of planSources(taken)) {
    const settings = { ...defaultsOf(settingsOf(plan.kind)), ...plan.settings, ...changes.source[plan.name] };
    groups.push(sourceGroup(plan.name, plan.kind, settings, plan.files.length));
    for (const step of plan.steps.filter((name) => !NOT_HERE.has(name))) {
      checkCancelled(context);
      steps.add(step);
      try {
        checkValues(settingsOf(plan.kind), changes.source[plan.name] ?? {}, `source ${plan.name}`);
        checkValues(STEPS[step].parameters, changes.step[step] ?? {}, `step ${step}`);
        const parameters = withDefaults(step, { ...plan.parameters[step], ...changes.step[step] });
        const part = await runStep(step, inputsOf(plan, settings, byName), parameters, byName, context);
        if (part) parts.push(part);
      } catch (error) {
        if (error instanceof ThioscopeError && error.code === "CANCELLED") throw error;
        failures.push({ name: plan.name === step ? step : `${plan.name}, ${step}`, error });
      }
    }
  }
  groups.push(...[...steps].map((step) => stepGroup(step, changes.step[step])));
  return { parts, groups, failures };
}

function inputsOf(plan: SourcePlan, settings: Values, files: ReadonlyMap<string, QuickFile>): SourceInputs {
  const inputOf = (path: string): FileInput & { size: number } => {
    const file = files.get(path);
    if (!file) throw new ThioscopeError("FILE_MISSING", `${path} is not among the files here`, { file: path });
    return { file: path, sha256: file.hash ?? "", size: file.source.size };
  };
  const settingFiles: Record<string, FileInput> = {};
  for (const [name, definition] of Object.entries(settingsOf(plan.kind) as Parameters)) {
    const said = settings[name];
    if (definition.kind === "file" && typeof said === "string" && said !== "") settingFiles[name] = inputOf(said);
  }
  return { source: plan.name, files: plan.files.map(inputOf), settings, settingFiles, cell: null };
}

async function runStep(
  step: StepName,
  inputs: SourceInputs,
  parameters: Values,
  files: ReadonlyMap<string, QuickFile>,
  context: TaskContext,
): Promise<Part | null> {
  const { module, export: name } = STEPS[step];
  const run = (await SOURCE_MODULES[module]?.())?.[name] as StepFunction | undefined;
  if (!run) throw new ThioscopeError("STEP_FAILED", `the step ${step} runs in a study only: thioscope new, thioscope run`);
  const io: StepIo = {
    context,
    parts: [],
    open: (input) => Promise.resolve({ ...files.get(input.file)!.source, close: () => Promise.resolve() }),
    openResult: () => Promise.reject(new ThioscopeError("STEP_FAILED", `${step} builds on another step: it runs in a study only`)),
  };
  const output = await run(inputs as unknown as Values, parameters, io);
  const bytes = output.files["part.json"];
  return bytes ? (JSON.parse(new TextDecoder().decode(bytes)) as Part) : null;
}

function freeName(wanted: string, taken: ReadonlyMap<string, unknown>): string {
  let name = wanted;
  for (let n = 2; taken.has(name); n++) name = `${n}_${wanted}`;
  return name;
}

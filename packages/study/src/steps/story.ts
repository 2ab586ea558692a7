/** All files of a study together: what page and report show. */
import { basename } from "node:path";
import { cellCard } from "@thioscope/core/cell";
import { buildStory, type Part, type StoryFile } from "@thioscope/core/story";
import manifest from "../../package.json" with { type: "json" };
import { codeVersion } from "../hash.ts";
import { STEPS, type StepName } from "../registry/index.ts";
import type { FileInput, StepFunction, StepIo } from "../stepModules.ts";
import { loadCell } from "./cell.ts";
import { jsonBytes } from "./facts.ts";
import { type MethodFacts, methodsOf } from "./methods/compose.ts";

interface Inputs {
  title: string;
  cell: FileInput | null;
  files: readonly {
    source: string;
    file: string;
    sha256: string;
    results: Record<string, string>;
    error: { step: string; message: string } | null;
  }[];
  sources: readonly { source: string; kind: string; files: readonly FileInput[] }[];
  parts: readonly { step: string; source: string | null; result: string | null; error: { step: string; message: string } | null }[];
  steps: readonly { name: string; parameters: Record<string, unknown> }[];
}

export const storyStep: StepFunction = async (inputs, _parameters, io) => {
  const { title, cell, files, sources, parts, steps } = inputs as unknown as Inputs;
  const card = await loadCell(io, cell);
  const shown: StoryFile[] = [];
  const provenance = [{ label: "Thioscope", value: manifest.version }];
  for (const { name, parameters } of steps) provenance.push({ label: `step ${name}`, value: inWords(parameters) });
  if (cell) provenance.push({ label: cell.file, value: `sha-256 ${cell.sha256}` });
  for (const { file, sha256, results, error } of files) {
    provenance.push({ label: file, value: `sha-256 ${sha256}` });
    if (error || results.curves === undefined) {
      provenance.push({ label: `${file} is not shown`, value: error ? `step ${error.step}: ${error.message}` : "it has no curves" });
      continue;
    }
    shown.push((await jsonOf(io, results.curves, "curves.json")) as StoryFile);
    for (const result of Object.values(results)) provenance.push({ label: `${file}, result`, value: result });
  }
  for (const { source, kind, files: list } of sources) {
    const few = list.length <= MOST_LISTED ? list : [];
    provenance.push({ label: `source ${source}`, value: `${kind}, ${list.length} ${list.length === 1 ? "file" : "files"}` });
    for (const { file, sha256 } of few) provenance.push({ label: file, value: `sha-256 ${sha256}` });
  }
  const found: Part[] = [];
  for (const { step, source, result, error } of parts) {
    const label = source === null ? step : `${step} of ${source}`;
    if (result === null)
      provenance.push({ label: `${label} is not shown`, value: error ? `step ${error.step}: ${error.message}` : "it has no result" });
    else {
      found.push((await jsonOf(io, result, "part.json")) as Part);
      provenance.push({ label: `${label}, result`, value: result });
    }
  }
  const shownCell = card && cellCard(card);
  const methods = methodsOf({
    version: manifest.version,
    node: process.versions.node,
    code: codeVersion(),
    cell: shownCell && { name: shownCell.name, layers: shownCell.layers.map(({ role, label }) => `${role} ${label}`) },
    steps: ranSteps(inputs as unknown as Inputs),
    rawFiles: new Set([
      ...files.map(({ file }) => file),
      ...sources.flatMap((source) => (WRITTEN_DOWN.has(source.kind) ? [] : source.files.map(({ file }) => file))),
    ]).size,
  });
  const story = buildStory({ title, cell: shownCell, files: shown, parts: found, provenance, methods });
  return { files: { "story.json": jsonBytes(story) }, notices: [], summary: { files: shown.length, parts: found.length } };
};

/** Kinds of sources whose files no instrument wrote. */
const WRITTEN_DOWN: ReadonlySet<string> = new Set(["claims", "panels", "observations", "energies"]);

/** Steps that gave a result, with what they gave it for. */
function ranSteps({ files, parts, steps }: Inputs): MethodFacts["steps"] {
  return steps.flatMap(({ name, parameters }) => {
    const per = STEPS[name as StepName].per;
    const of = parts.filter(({ step, result }) => step === name && result !== null);
    const over =
      per === "file"
        ? files.filter(({ results }) => results[name] !== undefined).map(({ file }) => basename(file))
        : of.flatMap(({ source }) => (source === null ? [] : [source]));
    const ran = per === "file" ? over.length > 0 : of.length > 0 || !STEPS[name as StepName].givesPart;
    return ran ? [{ name: name as StepName, parameters, over }] : [];
  });
}

/** Files of a source beyond this are counted here and listed, with their hashes, in the index of the study. */
const MOST_LISTED = 20;

async function jsonOf(io: StepIo, result: string, name: string): Promise<unknown> {
  const source = await io.openResult({ result }, name);
  return JSON.parse(new TextDecoder().decode(await source.read(0, source.size)));
}

function inWords(parameters: Readonly<Record<string, unknown>>): string {
  const words = Object.entries(parameters).map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
  return words.length > 0 ? words.join(", ") : "no parameters";
}

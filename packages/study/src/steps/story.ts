/** All files of a study together: what page and report show. */
import { cellCard } from "@thioscope/core/cell";
import { buildStory, type Part, type StoryFile } from "@thioscope/core/story";
import manifest from "../../package.json" with { type: "json" };
import type { FileInput, StepFunction, StepIo } from "../stepModules.ts";
import { loadCell } from "./cell.ts";
import { jsonBytes } from "./facts.ts";

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
  const story = buildStory({ title, cell: card && cellCard(card), files: shown, parts: found, provenance });
  return { files: { "story.json": jsonBytes(story) }, notices: [], summary: { files: shown.length, parts: found.length } };
};

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

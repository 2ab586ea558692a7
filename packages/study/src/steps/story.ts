/** All files of a study together: what page and report show. */
import { cellCard } from "@thioscope/core/cell";
import { buildStory, type StoryFile } from "@thioscope/core/story";
import manifest from "../../package.json" with { type: "json" };
import type { FileInput, StepFunction } from "../tasks.ts";
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
  steps: readonly { name: string; parameters: Record<string, unknown> }[];
}

export const storyStep: StepFunction = async (inputs, _parameters, io) => {
  const { title, cell, files, steps } = inputs as unknown as Inputs;
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
    const source = await io.openResult({ result: results.curves }, "curves.json");
    shown.push(JSON.parse(new TextDecoder().decode(await source.read(0, source.size))) as StoryFile);
    for (const result of Object.values(results)) provenance.push({ label: `${file}, result`, value: result });
  }
  const story = buildStory({ title, cell: card && cellCard(card), files: shown, provenance });
  return { files: { "story.json": jsonBytes(story) }, notices: [], summary: { files: shown.length } };
};

function inWords(parameters: Readonly<Record<string, unknown>>): string {
  const words = Object.entries(parameters).map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
  return words.length > 0 ? words.join(", ") : "no parameters";
}

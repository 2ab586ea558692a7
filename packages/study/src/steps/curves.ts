/** One file as page and report show it. */
import type { Quantity } from "@thioscope/core";
import { capacityBases, theoreticalOneCAmpere } from "@thioscope/core/cell";
import { type StoryOptions, storyFile } from "@thioscope/core/story";
import type { FileInput, ResultInput, StepFunction } from "../tasks.ts";
import { loadCell } from "./cell.ts";
import { cyclingOptions } from "./cyclingOptions.ts";
import { jsonBytes, loadFacts, loadFile, METHOD_COLUMNS } from "./facts.ts";

export const curvesStep: StepFunction = async (inputs, parameters, io) => {
  const read = inputs.read as ResultInput;
  const { name } = await loadFacts(io, read);
  const file = await loadFile(io, read, METHOD_COLUMNS);
  const cell = await loadCell(io, inputs.cell as FileInput | undefined);
  const options: StoryOptions = {
    ...cyclingOptions(parameters),
    ...(cell ? { bases: capacityBases(cell), oneCAmpere: oneC(cell) } : {}),
  };
  const shown = storyFile({ ...file, name, hash: String(inputs.hash) }, options, io.context);
  return { files: { "curves.json": jsonBytes(shown) }, notices: [], summary: { rows: file.rows, halfCycles: shown.halfCycles.length } };
};

function oneC(cell: Parameters<typeof theoreticalOneCAmpere>[0]): Quantity | null {
  const { answer } = theoreticalOneCAmpere(cell);
  return "notComputable" in answer ? null : answer;
}

/** A figure of the page as an SVG file, from the command line: the same story, the same figure, the same writer. */
import { type TaskContext, ThioscopeError } from "@thioscope/core";
import { type Cell, theoreticalOneCAmpere } from "@thioscope/core/cell";
import { buildStory, storyFile } from "@thioscope/core/story";
import type { CyclingFile } from "@thioscope/formats";
import { contextOf, createCursor, figureToSvg, STUDY_FIGURES } from "@thioscope/views";
import { basesOf } from "./inputs.ts";

export interface PlotRequest {
  /** the figure's id: "dqdv" … */
  figure: string;
  name: string;
  file: CyclingFile;
  cell: Cell | null;
  peaks: boolean;
}

/** SVG of a figure at two journal columns (170 mm). @throws NOT_COMPUTABLE with the reason where it would be empty */
export function plotSvg({ figure, name, file, cell, peaks }: PlotRequest, task: TaskContext): string {
  const spec = STUDY_FIGURES.find(({ id }) => id === figure);
  if (!spec)
    throw new ThioscopeError("INVALID_INPUT", `"${figure}" is not a figure; figures: ${STUDY_FIGURES.map(({ id }) => id).join(", ")}`);
  const oneC = cell ? theoreticalOneCAmpere(cell).answer : null;
  const options = { bases: basesOf(cell), oneCAmpere: oneC && "value" in oneC ? oneC : null, peaks };
  const shown = storyFile({ ...file, name, hash: null }, options, task);
  const story = buildStory({ title: name, cell: null, files: [shown], provenance: [] });
  const drawn = spec.figure(contextOf(story, createCursor({ peaks }).state)!);
  if (drawn.empty !== undefined) throw new ThioscopeError("NOT_COMPUTABLE", drawn.empty);
  return figureToSvg(drawn, `${spec.title}, ${name}`, 170);
}

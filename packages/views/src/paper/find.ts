/** The figure of a story that a panel of a paper names, and what it is drawn from. */
import { onlySpectra, type ShownFigure, type Story } from "@thioscope/core/story";
import { CELL_FIGURES, type ComparedCells } from "../cells/figures.ts";
import { ELECTROCHEMISTRY } from "../electrochemistry/index.ts";
import { IMPEDANCE_FIGURES } from "../impedance/mountImpedance.ts";
import type { StoryViews } from "../parts/model.ts";
import { type ContextSource, OF_FILE, type PlotSpec } from "../study/context.ts";
import { STUDY_FIGURES } from "../study/mountStudy.ts";
import { TIMELINE } from "../study/timeline.ts";

/** A plot with where its context comes from, whatever that is. */
export interface FoundPlot {
  spec: PlotSpec<never>;
  source: ContextSource<never>;
  /** the file under its cursor, and the row */
  file: number;
  row: number | null;
}

/** The view of its own that a part has: its place among the parts. */
export interface FoundView {
  part: number;
}

const plotOf = <C>(spec: PlotSpec<C>, source: ContextSource<C>, file: number): FoundPlot =>
  ({ spec, source, file, row: null }) as unknown as FoundPlot;

/** @returns why there is none, in words */
export function findShown(story: Story, shown: ShownFigure, views: StoryViews): FoundPlot | FoundView | string {
  const { figure, step, source, file, files, names, cycle } = shown;
  if (step === null) {
    if (figure === TIMELINE.id) return plotOf(TIMELINE, { of: (model) => model.story, name: ({ title }) => title }, 0);
    return files ? ofCells(story, figure, files, cycle ?? 1, names) : ofFile(story, figure, file, cycle);
  }
  const places = story.parts.flatMap((part, i) => (part.step === step && (source === undefined || part.source === source) ? [i] : []));
  if (places.length === 0) return `the study has no part of the step ${step}${source ? ` over ${source}` : ""}`;
  if (figure === "own") return { part: places[0]! };
  for (const place of places) {
    const spec = views.figures(story.parts[place]!).find(({ id }) => id === figure);
    if (spec) return plotOf(spec, views.source(place), story.parts[place]!.runFile ?? 0);
  }
  return `${step} has nothing to show as ${figure}`;
}

/** Several cells in one figure, in the order of their names. */
function ofCells(story: Story, figure: string, names: readonly string[], cycle: number, called?: readonly string[]): FoundPlot | string {
  const spec = CELL_FIGURES.find(({ id }) => id === figure);
  if (!spec) return `no figure of several files is named "${figure}"`;
  const missing = names.find((name) => !story.files.some((file) => file.name === name));
  if (missing !== undefined) return `the study has no file ${missing}`;
  const cells: ContextSource<ComparedCells> = {
    of: (model) => ({
      files: names.flatMap((name) => model.story.files.filter((file) => file.name === name).slice(0, 1)),
      cycle,
      ...(called ? { called } : {}),
    }),
    name: () => "cells",
  };
  return plotOf(spec, cells, 0);
}

function ofFile(story: Story, figure: string, name: string | null, cycle?: number): FoundPlot | string {
  const electrochemistry = ELECTROCHEMISTRY.find(({ spec }) => spec.id === figure);
  const impedance = IMPEDANCE_FIGURES.find(({ id }) => id === figure);
  const spec = electrochemistry?.spec ?? impedance ?? STUDY_FIGURES.find(({ id }) => id === figure);
  if (!spec) return `no figure is named "${figure}"`;
  const fits = (i: number): boolean => {
    const file = story.files[i]!;
    if (name !== null && file.name !== name) return false;
    if (electrochemistry) return electrochemistry.isShown(file);
    return impedance ? file.impedance !== null : !onlySpectra(file);
  };
  const place = story.files.findIndex((_, i) => fits(i));
  if (place < 0) return `${name === null ? "no file" : name} has nothing to show as ${figure}`;
  const row = story.files[place]!.cycleTable.find((one) => one.cycle === cycle)?.rows.first;
  if (cycle !== undefined && row === undefined) return `${story.files[place]!.name} has no cycle ${cycle}`;
  return { ...plotOf(spec, OF_FILE, place), row: row ?? null };
}

/** What every view of a study is drawn from: the file under the cursor, the state, the unit chosen. */
import { type Answer, isComputable } from "@thioscope/core";
import { type CapacityBasis, inBasis, type Story, type StoryFile } from "@thioscope/core/story";
import type { Cursor, ViewState } from "../cursor.ts";
import type { Figure, RawPlace, Tone } from "../figure/model.ts";
import type { ModelSolver } from "../parts/live.ts";
import { type Run, richText, unitText } from "../text.ts";

/** The model of all views of a study. Views that share the cursor move together. */
export interface StudyModel {
  story: Story;
  cursor: Cursor;
  /** has the peaks of a file's dQ/dV found, where they were not yet; absent where nothing can compute */
  findPeaks?: (file: number) => void;
  /** has the rings of a calibrant found in a frame; absent where nothing can compute */
  findRings?: (wish: CalibrationWish) => void;
  /** shows the raw data behind a point; absent where they are not at hand */
  openRaw?: (place: RawPlace) => void;
  /** solves models off this thread; absent where they are solved at once */
  solver?: ModelSolver;
}

/** A frame of a calibrant, and what must be known of it. */
export interface CalibrationWish {
  /** place among the part's files */
  file: number;
  calibrant: string;
  energyKeV: number;
  pixelMicrometre: number;
}

export interface Context {
  file: StoryFile;
  state: ViewState;
  basis: CapacityBasis;
}

/** A plot: a pure function from its context to a figure, and how to get the same outside the page. */
export interface PlotSpec<C> {
  id: string;
  title: string;
  /** where it depends on what is shown */
  titleOf?(context: C): string;
  /** drawn height on the page, CSS pixels */
  height: number;
  /** where it depends on how much there is to show */
  heightOf?(context: C): number;
  /** what dragging selects: rows of all marks in the range, or rows of the curve it started on */
  brushOver: "all" | "curve";
  /** a line through all panels at the cursor, where x runs with time */
  cursorLine: boolean;
  figure(context: C): Figure;
  /** what of the figure depends on the cursor's row: where it changes the figure is made anew */
  follows?(context: C): unknown;
  /** choices that stand beside the title and can be on or off */
  switches?: readonly Switch<C>[];
  /** choices among several, beside the title */
  choices?(context: C): readonly Choice[];
  /** what a click chooses at a place of the first panel, in the units of its axes; `near` is the length of one pixel along each */
  pick?(context: C, place: { x: number; y: number }, near: { x: number; y: number }): Readonly<Record<string, string>> | null;
  /** what the arrow keys up and down choose in place of a click */
  step?(context: C, by: 1 | -1): Readonly<Record<string, string>> | null;
  /** the command line that computes the same */
  command(context: C): string;
  /** Python that draws the exported CSV; the file's name is filled in */
  python(context: C, csvName: string): string;
}

/** A plot of the file under the cursor. */
export type FigureSpec = PlotSpec<Context>;

/** A choice of a view that can be on or off. */
export interface Switch<C = Context> {
  label: string;
  title: string;
  offered(context: C, model: StudyModel): boolean;
  isOn(state: ViewState): boolean;
  flip(model: StudyModel): void;
}

/** A choice among several; what is chosen is `state.choices[id]`. */
export interface Choice {
  id: string;
  label: string;
  options: readonly { value: string; label: string }[];
  value: string;
}

/** Where a plot's context comes from, and what its exports are called. */
export interface ContextSource<C> {
  /** null where there is nothing to draw */
  of(model: StudyModel): C | null;
  name(context: C): string;
}

/** The file under the cursor. */
export const OF_FILE: ContextSource<Context> = {
  of: ({ story, cursor }) => contextOf(story, cursor.state),
  name: ({ file }) => file.name,
};

const PLAIN: CapacityBasis = { unit: "mAh", label: "Capacity", factor: 1, relativeSigma: 0 };

/** Null where the story has no files. */
export function contextOf(story: Story, state: ViewState): Context | null {
  const file = story.files[state.file];
  if (!file) return null;
  return { file, state, basis: file.bases[state.basis] ?? file.bases[0] ?? PLAIN };
}

/** True where the table holds scans of a potential sweep instead of cycles. */
export function isSweep(file: StoryFile): boolean {
  return file.halfCycles.length === 0 && file.cycleTable.length > 0;
}

/** Place of a cycle on the ramp: the first at 0, the last at 1. */
export function cycleTone(file: StoryFile, cycle: number): Tone {
  const cycles = file.halfCycles.length > 0 ? file.halfCycles : file.cycleTable;
  const first = cycles[0]?.cycle ?? 1;
  const last = cycles.at(-1)?.cycle ?? first;
  return { ramp: last > first ? (cycle - first) / (last - first) : 0.35 };
}

/** "Capacity per g S (mAh/g)": the axis of capacities in the unit chosen. */
export function capacityLabel(basis: CapacityBasis): Run[] {
  if (basis.unit.startsWith("x in")) return richText(basis.unit);
  const name = /^[A-Z]/.test(basis.label) ? basis.label : `Capacity ${basis.label}`;
  return richText(`${name} (${unitText(basis.unit)})`);
}

/**
 * A capacity for a plot, in the unit chosen. The error of the mass or area is common to all points: it is left
 * out of their bars and said once; tables and readouts include it (`inBasis`).
 */
export function ownError(answer: Answer, basis: CapacityBasis): Answer {
  return inBasis(answer, { ...basis, relativeSigma: 0 });
}

/** "± 2.0 % in mAh/g, common to all points", where the basis has an error. */
export function commonError(basis: CapacityBasis): string | undefined {
  if (!(basis.relativeSigma > 0)) return undefined;
  return `Scale of ${unitText(basis.unit)}: ± ${Number((100 * basis.relativeSigma).toPrecision(2))} %, common to all points, not in the bars`;
}

/** Values, errors and reasons of a column of answers. */
export function answerColumn(answers: readonly Answer[]): { values: Float64Array; sigma: Float64Array; reasons: (string | undefined)[] } {
  return {
    values: Float64Array.from(answers, (a) => (isComputable(a) ? a.value : Number.NaN)),
    sigma: Float64Array.from(answers, (a) => (isComputable(a) ? (a.sigma ?? Number.NaN) : Number.NaN)),
    reasons: answers.map((a) => (isComputable(a) ? undefined : a.notComputable)),
  };
}

/** A file's name as one word of a shell command. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Opening lines of every Python snippet: the exported CSV has its units in the second line. */
export function pythonHead(csvName: string): string {
  return `import matplotlib.pyplot as plt\nimport pandas as pd\n\ndata = pd.read_csv(${JSON.stringify(csvName)}, skiprows=[1])  # exported from this view; line 2 holds the units\nfig, ax = plt.subplots(figsize=(85 / 25.4, 65 / 25.4), layout="constrained")\n`;
}

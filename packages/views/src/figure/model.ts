/**
 * A figure as data: panels over one horizontal axis, each with marks. One drawing routine sets it on a canvas
 * and as SVG, so that what is exported is what is seen.
 */
import type { Numbers } from "@thioscope/core/story";
import type { Run } from "../text.ts";

/** Colours by meaning; `ramp` is a place 0…1 on the perceptual ramp (first to last cycle). */
export type Tone = "ink" | "quiet" | "accent" | "first" | "second" | "third" | { ramp: number };

export type Shape = "disc" | "ring" | "square" | "diamond";

export interface Axis {
  label: Run[];
  min: number;
  max: number;
  /** ticks at whole numbers only (cycles) */
  integer?: boolean;
  /** names in place of numbers, at 0, 1, 2 … */
  names?: readonly Run[][];
}

interface MarkBase {
  x: Numbers;
  y: Numbers;
  tone: Tone;
  /** belongs to the right axis */
  right?: boolean;
  /** source row of each point: makes the mark readable under the pointer and by the cursor */
  rows?: Numbers;
  /** last row of each point where it stands for a range (a cycle) */
  lastRows?: Numbers;
  /** drawn back, for what lies outside the brush */
  faint?: boolean;
}

export interface LineMark extends MarkBase {
  kind: "line";
  width?: number;
  dash?: boolean;
  /** holds each value up to the next point */
  step?: boolean;
}

export interface PointMark extends MarkBase {
  kind: "points";
  shape: Shape;
  /** standard error of y; a bar where it is larger than the symbol */
  sigma?: Numbers;
  joined?: boolean;
}

export interface BandMark extends Omit<MarkBase, "y"> {
  kind: "band";
  low: Numbers;
  high: Numbers;
}

/** A horizontal line at `y`, e.g. zero or 100 %. */
export interface RuleMark {
  kind: "rule";
  y: number;
  right?: boolean;
}

export type Mark = LineMark | PointMark | BandMark | RuleMark;

export interface Panel {
  /** share of the height */
  weight: number;
  left: Axis;
  right?: Axis;
  marks: readonly Mark[];
}

export interface LegendEntry {
  label: Run[];
  tone: Tone;
  as: "line" | "dash" | "band" | Shape;
}

/** Columns of equal length: what table and CSV show. */
export interface DataTable {
  columns: readonly DataColumn[];
  /** said under the table: what is common to all rows, what could not be computed */
  notes?: readonly string[];
}

export interface DataColumn {
  name: string;
  unit: string;
  /** NaN where there is no number */
  values: Numbers | readonly string[];
  /** standard error of each value: shown in parentheses, a column of its own in CSV */
  sigma?: Numbers;
  /** why a value is missing, in its place */
  reasons?: readonly (string | undefined)[];
}

export interface Figure {
  x: Axis;
  panels: readonly Panel[];
  legend: readonly LegendEntry[];
  /** the ramp's ends, where marks use it */
  ramp?: { label: string; first: number; last: number };
  /** said in place of the plot where there is nothing to draw */
  empty?: string;
  /** a remark under the plot, e.g. an error common to all points */
  note?: string;
  /** height / width of an exported figure at 85 mm */
  aspect?: number;
  data(): DataTable;
}

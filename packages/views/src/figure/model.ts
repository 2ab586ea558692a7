/**
 * A figure as data: panels over one horizontal axis, each with marks. One drawing routine sets it on a canvas
 * and as SVG, so that what is exported is what is seen.
 */
import type { Numbers } from "@thioscope/core/story";
import type { Run } from "../text.ts";

/** Colours by meaning; `ramp` is a place 0…1 on the perceptual ramp (first to last cycle). */
export type Tone = "ink" | "quiet" | "surface" | "accent" | "first" | "second" | "third" | { ramp: number } | { species: number };

export type Shape = "disc" | "ring" | "square" | "diamond";

export interface Axis {
  label: Run[];
  /** larger than `max` where the axis runs backwards (rows of an image) */
  min: number;
  max: number;
  /** ticks at whole numbers only (cycles) */
  integer?: boolean;
  /** names in place of numbers, at 0, 1, 2 … */
  names?: readonly Run[][];
  /** powers of ten at equal distances; `min` is positive */
  log?: boolean;
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
  /** the cursor stands on it and does not make it stand out */
  plain?: boolean;
}

export interface PointMark extends MarkBase {
  kind: "points";
  shape: Shape;
  /** standard error of y; a bar where it is larger than the symbol */
  sigma?: Numbers;
  joined?: boolean;
  /** of the usual size, e.g. for many */
  size?: number;
}

export interface BandMark extends Omit<MarkBase, "y"> {
  kind: "band";
  low: Numbers;
  high: Numbers;
  /** in place of a tint: what is not seen whole, or not to be trusted */
  hatched?: boolean;
}

/** A strip over the whole height of its panel, in x. */
export interface SpanMark {
  kind: "span";
  from: number;
  to: number;
  tone: Tone;
  hatched?: boolean;
}

/** A few words at a point. */
export interface LabelMark {
  kind: "label";
  x: number;
  y: number;
  /** one entry per line */
  lines: readonly Run[][];
  tone: Tone;
  place: "above" | "below" | "right";
  /** left out where it would cover another label */
  optional?: boolean;
  /** before it is left out it may stand further from its point, with a line to it */
  leader?: boolean;
}

/** How values become colours (see `scaleOf`). */
export interface ColourScale {
  /** quantity and unit, along the colour bar */
  label: Run[];
  /** values at the ends */
  low: number;
  high: number;
  /** viridis or cividis for amounts; diverging for what has a sign: white is zero */
  colours: "viridis" | "cividis" | "diverging";
  /** equal ratios have equal distances; `low` is positive */
  log?: boolean;
  /** cells lie beyond the end: the bar says so */
  below?: boolean;
  above?: boolean;
}

/**
 * Values over two axes in colours. A panel with a map shows the scale of its first one at its right, in the
 * place of a right axis. Cells without a value (NaN) are hatched.
 */
export interface MapMark {
  kind: "map";
  /** edges of the cells, in ascending or descending order; cells need not be equally wide */
  x: Numbers;
  y: Numbers;
  /** row by row: as many rows as there are gaps between y edges */
  values: Numbers;
  scale: ColourScale;
  /** standard error of each value, said with it under the pointer */
  sigma?: Numbers;
  /** what a cell without a value is, e.g. "masked"; said under the pointer */
  missing?: string;
  /** source row of each column: the cursor stands on it */
  rows?: Numbers;
  lastRows?: Numbers;
}

/** A horizontal line at `y`, e.g. zero or 100 %. */
export interface RuleMark {
  kind: "rule";
  y: number;
  right?: boolean;
}

export type Mark = LineMark | PointMark | BandMark | RuleMark | SpanMark | LabelMark | MapMark;

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
  as: "line" | "dash" | "band" | "hatch" | Shape;
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

/** Where a point of a figure comes from: a raw file, and what of it. */
export interface RawPlace {
  file: { name: string; hash: string | null };
  /** of a file of frames, from 0 */
  frame?: number;
  /** of a table, as the cursor counts rows */
  row?: number;
  /** which point it is: "912 µm, 7.5 h" */
  about?: string;
  /** the raw place one point on along x or along y; null at the end */
  neighbour?(alongX: -1 | 0 | 1, alongY: -1 | 0 | 1): RawPlace | null;
}

export interface Figure {
  x: Axis;
  panels: readonly Panel[];
  legend: readonly LegendEntry[];
  /** the ramp's ends, where marks use it */
  ramp?: { label: string; first: number | string; last: number | string };
  /** one unit is as long on x as on y (of a figure of one panel): angles are true; a map fills the panel */
  equal?: boolean;
  /** said in place of the plot where there is nothing to draw */
  empty?: string;
  /** a remark under the plot, e.g. an error common to all points */
  note?: string;
  /** height / width of an exported figure at 85 mm */
  aspect?: number;
  data(): DataTable;
  /**
   * What lies behind a point of a mark, or behind the cell of a map in `column` and `row`. Marks with rows of the run need none: behind them lies
   * that row.
   */
  behind?(mark: Mark, column: number, row: number): RawPlace | null;
}

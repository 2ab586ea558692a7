/** Sweeps as a story shows them: reduced curves with peaks and baselines, and the same peaks over the scan rates of all files. */
import { type CyclingSeries, cyclingSeries, decimate, kindOfTechnique, tableRow } from "../../cycling/index.ts";
import { ThioscopeError } from "../../errors.ts";
import type { Table } from "../../table.ts";
import { bValue, isEqualRate, peakSeries, type Voltammogram, voltammetry } from "../../voltammetry/index.ts";
import type { RowRange, StoryFile } from "../model.ts";
import type { ScanRates, SweepStory, VoltammetryStory } from "./model.ts";

/** Points of all sweeps together that a page loads at once, and the fewest that show a peak. */
const POINT_BUDGET = 60_000;
const LEAST_WIDTH = 30;
const MOST_WIDTH = 200;

/** A run that is not called a sweep has to be one over most of its rows: galvanostatic curves have straight stretches too. */
const LEAST_SWEPT = 0.5;

/** @throws ThioscopeError NOT_COMPUTABLE where the potential is not swept, COLUMN_MISSING */
export function voltammetryStory(table: Table & { technique: string }): VoltammetryStory {
  const { sweeps, pairs, unpaired } = voltammetry(table);
  const swept = sweeps.reduce((sum, { rows }) => sum + rows[1] - rows[0] + 1, 0) / Math.max(1, table.rows);
  if (kindOfTechnique(table.technique) !== "sweep" && swept < LEAST_SWEPT) {
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `no voltammogram: the potential runs straight over ${(100 * swept).toPrecision(2)} % of the rows only, as it does in stretches of any run`,
    );
  }
  const series = cyclingSeries(table);
  const width = Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, Math.floor(POINT_BUDGET / 4 / sweeps.length)));
  return {
    sweeps: sweeps.map(({ rows, ...sweep }) => ({
      ...sweep,
      rows: { file: 0, first: rows[0], last: rows[1] },
      curve: curveOf(series, rows, width),
    })),
    pairs,
    unpaired,
    rates: null,
  };
}

function curveOf(series: CyclingSeries, [first, last]: readonly [number, number], width: number): SweepStory["curve"] {
  const from = indexOf(series, first);
  const to = indexOf(series, last) + 1;
  const current = series.currentAmpere.subarray(from, to);
  const kept = decimate(series.timeSecond.subarray(from, to), [current], width);
  return {
    row: Float64Array.from(kept, (i) => tableRow(series, from + i)),
    voltageVolt: Float64Array.from(kept, (i) => series.voltageVolt[from + i]!),
    currentMilliampere: Float64Array.from(kept, (i) => current[i]! * 1000),
  };
}

/** Place of a row of the table among the rows of the series, which keep their order. */
function indexOf(series: CyclingSeries, row: number): number {
  let low = 0;
  let high = series.rows - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tableRow(series, middle) < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The files with the peaks of all of them over the scan rates, where there are at least two. */
export function withScanRates(files: readonly StoryFile[]): readonly StoryFile[] {
  const swept = files.flatMap((file, index) => {
    const story = file.electrochemistry?.voltammetry;
    return story ? [{ label: file.name, index, story, voltammogram: asVoltammogram(story) }] : [];
  });
  const { series, refused } = peakSeries(swept);
  const shown = series
    .filter(({ points }) => points.some(({ scanRate }) => !isEqualRate(scanRate, points[0]!.scanRate)))
    .map((s) => ({
      ...s,
      points: s.points.map((point) => ({ ...point, ...topOf(swept, point) })),
      bValue: bValue(s.points),
    }));
  if (shown.length === 0 && (swept.length < 2 || refused.length === 0)) return files;
  const rates: ScanRates = { series: shown, refused };
  return files.map((file) => {
    const story = file.electrochemistry?.voltammetry;
    return story ? { ...file, electrochemistry: { ...file.electrochemistry, voltammetry: { ...story, rates } } } : file;
  });
}

const pair = ({ first, last }: RowRange): readonly [number, number] => [first, last];

function asVoltammogram({ sweeps, pairs, unpaired }: VoltammetryStory): Voltammogram {
  return { sweeps: sweeps.map((sweep) => ({ ...sweep, rows: pair(sweep.rows) })), pairs, unpaired, notices: [] };
}

/** File and row of a peak that a series names by its label, scan and potential. */
function topOf(
  files: readonly { label: string; index: number; story: VoltammetryStory }[],
  { label, scan, potential }: { label: string; scan: number; potential: { value: number } },
): { file: number; row: number } {
  for (const { index, story } of files.filter((file) => file.label === label)) {
    for (const { peaks } of story.sweeps.filter((sweep) => sweep.scan === scan)) {
      const peak = peaks.find((p) => p.potential.value === potential.value);
      if (peak) return { file: index, row: peak.row };
    }
  }
  return { file: 0, row: 0 };
}

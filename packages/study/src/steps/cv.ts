/** Sweeps of the potential in one file: a row per sweep and peak for the database, all of it for the story. */
import { type Answer, type Column, makeTable, type Table, textColumn } from "@thioscope/core";
import { type SweepStory, type VoltammetryStory, voltammetryStory } from "@thioscope/core/story";
import { tableToParquet } from "../parquet.ts";
import type { ResultInput, StepFunction } from "../stepModules.ts";
import { answers, integers, numbers, whereItApplies } from "./applies.ts";
import { jsonBytes, loadFile, METHOD_COLUMNS } from "./facts.ts";

export const cvStep: StepFunction = async (inputs, _parameters, io) => {
  const file = await loadFile(io, inputs.read as ResultInput, METHOD_COLUMNS);
  const found = whereItApplies("no-voltammogram", () => voltammetryStory(file));
  if (found.value === null) {
    return { files: { "cv.json": jsonBytes({ notComputable: found.reason }) }, notices: found.notices, summary: { sweeps: 0 } };
  }
  const story = found.value;
  return {
    files: { "scans.parquet": tableToParquet(tableOf(story)), "cv.json": jsonBytes(story) },
    notices: [],
    summary: { sweeps: story.sweeps.length, peaks: story.sweeps.reduce((sum, { peaks }) => sum + peaks.length, 0) },
  };
};

interface Row {
  sweep: SweepStory;
  peak: SweepStory["peaks"][number] | null;
  /** from 1 by rising potential, as pairs count; NaN without a peak */
  place: number;
  pair: VoltammetryStory["pairs"][number] | null;
}

/** One row per sweep and peak; a sweep without peaks has one row. */
function tableOf({ sweeps, pairs }: VoltammetryStory): Table {
  const rows = sweeps.flatMap((sweep): Row[] => {
    const peaks = [...sweep.peaks].sort((a, b) => a.potential.value - b.potential.value);
    if (peaks.length === 0) return [{ sweep, peak: null, place: Number.NaN, pair: null }];
    const pairOf = (place: number): Row["pair"] => pairs.find((p) => p.scan === sweep.scan && p.pair === place) ?? null;
    return peaks.map((peak, k) => ({ sweep, peak, place: k + 1, pair: pairOf(k + 1) }));
  });
  const answer = (name: string, unit: string, of: (row: Row) => Answer | null): Column[] => answers(name, unit, rows.map(of));
  const whole = (name: string, of: (row: Row) => number): Column => integers(name, rows.map(of));
  const real = (name: string, of: (row: Row) => number): Column => numbers(name, "", rows.map(of));
  return makeTable([
    whole("scan", ({ sweep }) => sweep.scan),
    whole("sweep", ({ sweep }) => sweep.number),
    textColumn(
      "direction",
      rows.map(({ sweep }) => sweep.direction),
    ),
    whole("first_row", ({ sweep }) => sweep.rows.first),
    whole("last_row", ({ sweep }) => sweep.rows.last),
    ...answer("scan_rate_mv_s", "mV/s", ({ sweep }) => sweep.scanRate),
    ...answer("anodic_mc", "mC", ({ sweep }) => sweep.anodicCharge),
    ...answer("cathodic_mc", "mC", ({ sweep }) => sweep.cathodicCharge),
    real("peak", ({ place }) => place),
    real("peak_row", ({ peak }) => peak?.row ?? Number.NaN),
    ...answer("peak_volt", "V", ({ peak }) => peak?.potential ?? null),
    ...answer("peak_ma", "mA", ({ peak }) => peak?.current ?? null),
    ...answer("peak_mc", "mC", ({ peak }) => peak?.charge ?? null),
    ...answer("half_peak_volt", "V", ({ peak }) => peak?.halfPeakPotential ?? null),
    ...answer("separation_mv", "mV", ({ pair }) => pair?.separation ?? null),
    ...answer("midpoint_volt", "V", ({ pair }) => pair?.midpoint ?? null),
  ]);
}

/** Everything that cycling says of one table, worked out once. */
import type { Notice } from "../errors.ts";
import type { Table } from "../table.ts";
import type { Measured } from "../units/measured.ts";
import { type AccuracyUsed, accuracyFor } from "./accuracy.ts";
import { type CycleMeasures, type CycleOptions, type CycleSummary, cycles, measureCycles, referenceCycle } from "./cycles.ts";
import { type Flow, flowOf } from "./flow.ts";
import type { HalfCycleMeasures } from "./measures.ts";
import { type RateGroup, rateTable } from "./rates.ts";
import { type Rest, rests } from "./rests.ts";
import { cyclingSeries } from "./series.ts";
import { kindOfTechnique, NO_CYCLES } from "./techniques.ts";
import { type VendorCycle, vendorCycles } from "./vendorCycles.ts";

export interface CyclingSummary {
  flow: Flow;
  measures: readonly CycleMeasures[];
  cycles: readonly CycleSummary[];
  vendorCycles: readonly VendorCycle[];
  rates: readonly RateGroup[];
  rests: readonly Rest[];
  /** of the instrument: declared, or assumed and said so */
  accuracy: AccuracyUsed;
  /** cycle that retention refers to */
  reference: number | null;
  /** why there are no half cycles, where the technique has none */
  noCycles: string | null;
  notices: readonly Notice[];
}

/**
 * A table whose `technique` has no half cycles (see techniques.ts) gets the instrument's cycles or scans alone.
 *
 * Without `accuracy` the usual accuracy of cyclers enters the errors (see accuracy.ts); `{}` leaves only what the data show.
 *
 * @param oneCAmpere current of 1 C, where the cell tells the theoretical capacity
 * @throws ThioscopeError COLUMN_MISSING where time, voltage or current is not there
 */
export function summariseCycling(
  table: Table & { technique?: string },
  options: CycleOptions & { oneCAmpere?: Measured | null } = {},
): CyclingSummary {
  const kind = kindOfTechnique(table.technique);
  // every sign of the current counts in a sweep or hold: nothing there is switched off
  const flow = flowOf(cyclingSeries(table), kind === "sweep" || kind === "hold" ? 0 : undefined);
  const accuracy = accuracyFor(flow.series, options.accuracy);
  const measures = kind === "cycling" ? measureCycles(flow, accuracy.accuracy) : [];
  return {
    flow,
    accuracy,
    measures,
    cycles: cycles(measures, options),
    vendorCycles: vendorCycles(flow),
    rates: rateTable(measures, options.oneCAmpere),
    rests: rests(flow),
    reference: options.reference ?? referenceCycle(measures),
    noCycles: kind === "cycling" ? null : NO_CYCLES[kind],
    notices: [...flow.series.notices, ...flow.notices, ...doubts(measures)],
  };
}

/** A share of the charge that its error must reach before a notice says so. */
const WORTH_SAYING = 0.02;

/** Half cycles whose charge the rows tell badly: current written in coarse steps, or not followed by the rows. */
function doubts(measures: readonly CycleMeasures[]): Notice[] {
  const halves = measures.flatMap((c) => [c.charge, c.discharge]).filter((h) => h !== null);
  const notices: Notice[] = [];
  const say = (code: string, share: (h: HalfCycleMeasures) => number, message: (count: number, percent: string) => string): void => {
    const bad = halves.filter((h) => share(h) > WORTH_SAYING);
    if (bad.length === 0) return;
    const worst = bad.reduce((most, h) => Math.max(most, share(h)), 0);
    const first = bad.reduce((least, h) => Math.min(least, h.half.rows[0]), Number.POSITIVE_INFINITY);
    const last = bad.reduce((most, h) => Math.max(most, h.half.rows[1]), 0);
    notices.push({ code, message: message(bad.length, (100 * worst).toPrecision(2)), column: "current_ampere", rows: [first, last] });
  };
  say(
    "current-coarse",
    (h) => h.digitsCoulomb / h.charge.value,
    (n, percent) => `the current is written in steps so coarse that the charge of ${n} half cycles is known to ${percent} % at best`,
  );
  say(
    "current-unresolved",
    (h) => h.curvatureCoulomb / h.charge.value,
    (n, percent) => `the current changes between rows so much that the charge of ${n} half cycles is known to ${percent} % at best`,
  );
  return notices;
}

/** Everything that cycling says of one table, worked out once. */
import type { Notice } from "../errors.ts";
import type { Table } from "../table.ts";
import type { Measured } from "../units/measured.ts";
import { type CycleMeasures, type CycleOptions, type CycleSummary, cycles, measureCycles, referenceCycle } from "./cycles.ts";
import { type Flow, flowOf } from "./flow.ts";
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
  /** cycle that retention refers to */
  reference: number | null;
  /** why there are no half cycles, where the technique has none */
  noCycles: string | null;
  notices: readonly Notice[];
}

/**
 * A table whose `technique` has no half cycles (see techniques.ts) gets the instrument's cycles or scans alone.
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
  const measures = kind === "cycling" ? measureCycles(flow, options.accuracy) : [];
  return {
    flow,
    measures,
    cycles: cycles(measures, options),
    vendorCycles: vendorCycles(flow),
    rates: rateTable(measures, options.oneCAmpere),
    rests: rests(flow),
    reference: options.reference ?? referenceCycle(measures),
    noCycles: kind === "cycling" ? null : NO_CYCLES[kind],
    notices: [...flow.series.notices, ...flow.notices],
  };
}

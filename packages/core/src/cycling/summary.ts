/** Everything that cycling says of one table, worked out once. */
import type { Notice } from "../errors.ts";
import type { Table } from "../table.ts";
import type { Measured } from "../units/measured.ts";
import { type CycleMeasures, type CycleOptions, type CycleSummary, cycles, measureCycles, referenceCycle } from "./cycles.ts";
import { type Flow, flowOf } from "./flow.ts";
import { type RateGroup, rateTable } from "./rates.ts";
import { type Rest, rests } from "./rests.ts";
import { cyclingSeries } from "./series.ts";
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
  notices: readonly Notice[];
}

/**
 * @param oneCAmpere current of 1 C, where the cell tells the theoretical capacity
 * @throws ThioscopeError COLUMN_MISSING where time, voltage or current is not there
 */
export function summariseCycling(table: Table, options: CycleOptions & { oneCAmpere?: Measured | null } = {}): CyclingSummary {
  const flow = flowOf(cyclingSeries(table));
  const measures = measureCycles(flow, options.accuracy);
  return {
    flow,
    measures,
    cycles: cycles(measures, options),
    vendorCycles: vendorCycles(flow),
    rates: rateTable(measures, options.oneCAmpere),
    rests: rests(flow),
    reference: options.reference ?? referenceCycle(measures),
    notices: [...flow.series.notices, ...flow.notices],
  };
}

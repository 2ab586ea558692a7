/**
 * Rests: stretches of rows without current, with the potential at their start and end. The start carries what
 * is left of the overpotential, the end is the nearest to equilibrium that the file holds; neither is
 * extrapolated.
 */
import type { Quantity } from "../units/quantity.ts";
import type { Flow } from "./flow.ts";
import { reading } from "./integrate.ts";
import { tableRow } from "./series.ts";

export interface Rest {
  rows: readonly [first: number, last: number];
  /** what the cell did before; null at the start of the file */
  after: "charge" | "discharge" | null;
  durationSecond: number;
  startVoltage: Quantity;
  endVoltage: Quantity;
}

/** Every rest of at least two rows, in order. */
export function rests(flow: Flow): readonly Rest[] {
  const { series, state } = flow;
  const { timeSecond: t, voltageVolt: voltage } = series;
  const found: Rest[] = [];
  // a short rest bends more than it scatters: the run's own scatter is the better estimate where it is smaller
  const run = reading(t, voltage, 0, series.rows).scatter;
  for (let from = 0; from < series.rows; ) {
    if (state[from] !== 0) {
      from++;
      continue;
    }
    let to = from + 1;
    while (to < series.rows && state[to] === 0) to++;
    if (to - from >= 2) {
      const { scatter, common } = reading(t, voltage, from, to);
      const sigma = Math.hypot(run > 0 ? Math.min(scatter, run) : scatter, common) || null;
      found.push({
        rows: [tableRow(series, from), tableRow(series, to - 1)],
        after: from === 0 ? null : state[from - 1]! > 0 ? "charge" : "discharge",
        durationSecond: Math.max(0, t[to - 1]! - t[from]!),
        startVoltage: { value: voltage[from]!, sigma, unit: "V" },
        endVoltage: { value: voltage[to - 1]!, sigma, unit: "V" },
      });
    }
    from = to;
  }
  return found;
}

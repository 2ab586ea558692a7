/** How many cycles a table has: by the instrument's own numbers, and by current. */
import { findColumn, type Table } from "../table.ts";
import { halfCycles } from "./halfCycles.ts";

export interface CycleCounts {
  /** distinct numbers in the instrument's cycle column; null where it has none */
  cycles: number | null;
  /** null where time, voltage or current is missing */
  cyclesByCurrent: number | null;
}

export function countCycles(table: Table): CycleCounts {
  const column = findColumn(table, "cycle_count");
  const needed = ["test_time_second", "voltage_volt", "current_ampere"];
  const countable = needed.every((name) => findColumn(table, name));
  return {
    cycles: column ? new Set(column.values).size : null,
    cyclesByCurrent: countable ? (halfCycles(table).at(-1)?.cycle ?? 0) : null,
  };
}

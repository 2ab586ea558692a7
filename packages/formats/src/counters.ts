/** Counters of charge and energy: which of their names is true of the values. */
import type { NumberArray } from "@thioscope/core";
import type { CyclingColumn } from "@thioscope/core/cycling";

const SCHEDULE: Readonly<Record<string, CyclingColumn>> = {
  charging_capacity_ah: "schedule_charging_capacity_ah",
  discharging_capacity_ah: "schedule_discharging_capacity_ah",
  charging_energy_wh: "schedule_charging_energy_wh",
  discharging_energy_wh: "schedule_discharging_energy_wh",
};

/**
 * `name`, or the name of the same counter that may start again: a counter that goes back does not run
 * through the whole test, so in the Battery Data Format's words it is the schedule's.
 */
export function trueCounterName(name: string, values: NumberArray): string {
  const schedule = Object.hasOwn(SCHEDULE, name) ? SCHEDULE[name] : undefined;
  if (!schedule) return name;
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    if (x < last) return schedule;
    if (!Number.isNaN(x)) last = x;
  }
  return name;
}

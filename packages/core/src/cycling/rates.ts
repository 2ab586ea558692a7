/**
 * The rate table: groups of neighbouring cycles at one current, found without being told the rates.
 *
 * The working currents (charge-weighted medians) of all charges, and of all discharges, are sorted and cut
 * wherever two neighbours differ by more than 5 %: each cluster is a level. Consecutive cycles with the same two
 * levels are a group. Order is kept: a return to an earlier rate is a group of its own and says so.
 * Capacities of a group are means over its cycles; a cycle that lacks a half joins the group of its other half.
 */
import { divide, type Measured, toQuantity } from "../units/measured.ts";
import type { Answer } from "../units/quantity.ts";
import { type CycleMeasures, mAh, meanOf, percent } from "./cycles.ts";
import type { HalfCycleMeasures } from "./measures.ts";

export interface RateGroup {
  firstCycle: number;
  lastCycle: number;
  /** the first group at the same rate, by its first cycle; null where the rate is new */
  backAt: number | null;
  chargeCurrent: Answer;
  dischargeCurrent: Answer;
  /** discharge current (charge current where there is none) in multiples of 1 C, that is per hour */
  rate: Answer;
  chargeCapacity: Answer;
  dischargeCapacity: Answer;
  coulombicEfficiency: Answer;
}

const TOLERANCE = 0.05;

/** @param oneCAmpere current of 1 C, where the cell tells the theoretical capacity */
export function rateTable(cycles: readonly CycleMeasures[], oneCAmpere?: Measured | null): readonly RateGroup[] {
  const chargeLevel = levels(cycles.map((c) => c.charge?.workingCurrent.value ?? Number.NaN));
  const dischargeLevel = levels(cycles.map((c) => c.discharge?.workingCurrent.value ?? Number.NaN));
  const groups: { from: number; to: number; charge: number; discharge: number }[] = [];
  for (let i = 0; i < cycles.length; i++) {
    const group = groups.at(-1);
    const charge = chargeLevel[i]!;
    const discharge = dischargeLevel[i]!;
    const same = (a: number, b: number): boolean => a < 0 || b < 0 || a === b;
    if (group && same(group.charge, charge) && same(group.discharge, discharge)) {
      group.to = i + 1;
      if (group.charge < 0) group.charge = charge;
      if (group.discharge < 0) group.discharge = discharge;
    } else groups.push({ from: i, to: i + 1, charge, discharge });
  }
  return groups.map((group, g) => {
    const members = cycles.slice(group.from, group.to);
    const earlier = groups.slice(0, g).find((other) => other.charge === group.charge && other.discharge === group.discharge);
    return describe(members, earlier ? cycles[earlier.from]!.cycle : null, oneCAmpere ?? null);
  });
}

function describe(members: readonly CycleMeasures[], backAt: number | null, oneC: Measured | null): RateGroup {
  const charges = members.map((c) => c.charge).filter((h) => h !== null);
  const discharges = members.map((c) => c.discharge).filter((h) => h !== null);
  const complete = members.filter((c) => c.charge && c.discharge);
  const mean = (
    halves: readonly HalfCycleMeasures[],
    make: (h: HalfCycleMeasures) => Measured,
    none: string,
    show: (m: Measured) => Answer,
  ): Answer => (halves.length > 0 ? show(meanOf(halves.map(make))) : { notComputable: none });
  const current = (h: HalfCycleMeasures): Measured => h.workingCurrent;
  const shown = (m: Measured): Answer => toQuantity(m, "A", "mA");
  const leading = discharges.length > 0 ? discharges : charges;
  return {
    firstCycle: members[0]!.cycle,
    lastCycle: members.at(-1)!.cycle,
    backAt,
    chargeCurrent: mean(charges, current, "no charge in these cycles", shown),
    dischargeCurrent: mean(discharges, current, "no discharge in these cycles", shown),
    rate: oneC
      ? mean(leading, current, "no current", (m) => toQuantity(divide(m, oneC), "1/h"))
      : { notComputable: "the current of 1 C is missing: the cell file tells it" },
    chargeCapacity: mean(charges, (h) => h.charge, "no charge in these cycles", mAh),
    dischargeCapacity: mean(discharges, (h) => h.charge, "no discharge in these cycles", mAh),
    coulombicEfficiency:
      complete.length > 0
        ? percent(meanOf(complete.map((c) => c.discharge!.charge)), meanOf(complete.map((c) => c.charge!.charge)))
        : { notComputable: "no cycle with both a charge and a discharge" },
  };
}

/** Cluster index of each value, −1 where it is not a number. */
function levels(values: readonly number[]): Int32Array {
  const order = values.map((value, index) => ({ value, index })).filter(({ value }) => value > 0);
  order.sort((a, b) => a.value - b.value);
  const result = new Int32Array(values.length).fill(-1);
  let level = 0;
  for (const [k, { value, index }] of order.entries()) {
    if (k > 0 && value > order[k - 1]!.value * (1 + TOLERANCE)) level++;
    result[index] = level;
  }
  return result;
}

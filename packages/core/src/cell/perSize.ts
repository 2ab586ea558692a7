/**
 * Capacities, energies and currents of a cell by its active mass or its electrode's area: shown = value × factor.
 *
 * The factor's error is that of balance or ruler, independent of the cycler's, and the same for every value of the cell: ratios and
 * differences are to be made before.
 */

import { sigmaOf } from "../units/measured.ts";
import { type Answer, isComputable, type Quantity } from "../units/quantity.ts";
import { convert } from "../units/units.ts";
import type { Booked } from "./book.ts";
import { activeMass, cellArea } from "./bookkeeping.ts";
import type { Cell } from "./model.ts";

/** A quantity times a factor with an error of its own. */
export function timesFactor(q: Quantity, factor: number, relativeSigma: number, unit: string): Quantity {
  const value = q.value * factor;
  const own = q.sigma === null ? null : q.sigma * Math.abs(factor);
  return { value, sigma: relativeSigma > 0 ? Math.hypot(own ?? 0, value * relativeSigma) : own, unit };
}

export interface PerSize {
  /** by the mass of active material: "mAh" to "mAh/g" */
  mass(answer: Answer): Answer;
  /** by the area of the electrode: "mAh" to "mAh/cm2" */
  area(answer: Answer): Answer;
}

/** What divides values of this cell; the reason in place of each where a size is not known. */
export function perSize(cell: Cell | null): PerSize {
  return { mass: divisor(cell && activeMass(cell), "kg", "g"), area: divisor(cell && cellArea(cell), "m2", "cm2") };
}

function divisor(size: Booked | null, si: string, unit: string): (answer: Answer) => Answer {
  if (!size) return otherwise("there is no cell file");
  if (!isComputable(size.answer)) return otherwise(size.answer.notComputable);
  const { measured } = size;
  if (!measured || !(measured.value > 0)) return otherwise("it has no size");
  const factor = 1 / convert(measured.value, si, unit);
  const relative = sigmaOf(measured) / measured.value;
  return (answer) => (isComputable(answer) ? timesFactor(answer, factor, relative, `${answer.unit}/${unit}`) : answer);
}

const otherwise =
  (notComputable: string) =>
  (answer: Answer): Answer =>
    isComputable(answer) ? { notComputable } : answer;

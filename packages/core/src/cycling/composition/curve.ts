/**
 * x in M₂Sₓ along a run, by counting charge from the first row.
 *
 *   q(t) = (Q_discharge − Q_charge)/m_S since all sulfur was S,      x = q₀/q
 *
 * Nothing is lost in the first discharge. Later a gap between discharge and charge may be sulfide that was not charged again, or
 * charge that other reactions took; q is then an interval: from 0 (all sulfur is S again at the start of each discharge) to all that is missing in
 * the count. Where more was charged than discharged the surplus cannot be sulfur's and is not counted. Valid for cells built charged
 * (elemental sulfur). A rest changes nothing.
 */
import type { Cell } from "../../cell/model.ts";
import { sigmaOf } from "../../units/measured.ts";
import type { Answer, NotComputable } from "../../units/quantity.ts";
import type { HalfCycle } from "../halfCycles.ts";
import { type InstrumentAccuracy, integrate } from "../integrate.ts";
import { chargeCurve } from "../measures.ts";
import { sulfurMass } from "./catholyte.ts";
import { sulfurCapacity } from "./split.ts";

export interface SulfurCurve {
  half: HalfCycle;
  /** s since the first row of the run */
  timeSecond: Float64Array;
  /** charge that the sulfur holds, mAh per g of sulfur: least and largest */
  low: Float64Array;
  high: Float64Array;
  /** standard error of q relative to it: mass of sulfur and charge */
  relativeSigma: number;
}

/** One curve per half cycle. */
export function sulfurCurves(
  halves: readonly HalfCycle[],
  cell: Cell,
  accuracy: InstrumentAccuracy = {},
): readonly SulfurCurve[] | NotComputable {
  const mass = sulfurMass(cell);
  if (!mass.measured) return "notComputable" in mass.answer ? mass.answer : { notComputable: "the mass of sulfur is not known" };
  if (halves[0]?.direction === "charge") {
    return { notComputable: "the run begins with a charge: the sulfur's state at its beginning is not known by counting" };
  }
  const gram = mass.measured.value * 1e3;
  const massSigma = sigmaOf(mass.measured) / mass.measured.value;
  const perGram = 1 / 3.6 / gram;
  let from = 0;
  let to = 0;
  const origin = halves[0]?.flow.series.timeSecond[halves[0].from] ?? 0;
  return halves.map((half) => {
    const falling = half.direction === "discharge";
    // what a charge leaves may be gone: at the beginning of a discharge all sulfur may be S again
    if (falling) from = 0;
    const passed = chargeCurve(half);
    const low = new Float64Array(passed.length);
    const high = new Float64Array(passed.length);
    for (const [i, coulomb] of passed.entries()) {
      const q = (falling ? 1 : -1) * coulomb * perGram;
      low[i] = Math.max(0, from + q);
      high[i] = Math.max(0, to + q);
    }
    const { charge } = integrate(half, accuracy);
    const change = (falling ? 1 : -1) * charge.value * perGram;
    from = Math.max(0, from + change);
    to = Math.max(0, to + change);
    const time = half.flow.series.timeSecond;
    return {
      half,
      timeSecond: Float64Array.from(passed, (_, i) => time[half.from + i]! - origin),
      low,
      high,
      relativeSigma: Math.hypot(massSigma, charge.value > 0 ? sigmaOf(charge) / charge.value : 0),
    };
  });
}

/** x where the sulfur holds q; Infinity where it holds nothing (S₈). */
export const chainLengthOf = (q: number): number => (q > 0 ? sulfurCapacity(2).value / q : Number.POSITIVE_INFINITY);

/** x at a time (s since the first row under current); at a rest that of the end of the half cycle before. An interval is refused with its ends. */
export function chainLengthAt(curves: readonly SulfurCurve[], timeSecond: number): Answer {
  let found: { low: number; high: number; sigma: number } | null = null;
  for (const { timeSecond: t, low, high, relativeSigma } of curves) {
    if (t[0]! > timeSecond) break;
    let i = 0;
    while (i + 1 < t.length && t[i + 1]! <= timeSecond) i++;
    const span = i + 1 < t.length ? t[i + 1]! - t[i]! : 0;
    const part = span > 0 ? (timeSecond - t[i]!) / span : 0;
    const at = (values: Float64Array): number => values[i]! + part * ((values[i + 1] ?? values[i]!) - values[i]!);
    found = { low: at(low), high: at(high), sigma: relativeSigma };
  }
  if (!found) return { notComputable: `no current has flowed at ${timeSecond} s` };
  const [most, least] = [chainLengthOf(found.low), chainLengthOf(found.high)];
  if (!Number.isFinite(least)) return { notComputable: "no charge has passed: all sulfur is S8" };
  if (most - least > 1e-9 * least) {
    return {
      notComputable: `x lies between ${least.toFixed(2)} and ${Number.isFinite(most) ? most.toFixed(2) : "S8"}: not all charge came back before`,
    };
  }
  return { value: least, sigma: found.sigma > 0 ? least * found.sigma : null, unit: "" };
}

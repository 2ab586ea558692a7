/**
 * Overpotential of a symmetric cell, per half cycle.
 *
 *   η = ∫ |V| dQ / Q  along the current         R = η / I
 *   growth = η of the last tenth of the charge − η of the second tenth (the first holds the transient after the reversal)
 *
 * mV, Ω, h; of one half cycle both electrodes together. An offset between the electrodes adds in one direction and subtracts
 * in the other: half the difference of neighbouring half cycles, `asymmetry` of a cycle. Errors: scatter and digits of the
 * voltage (integrate.ts); the mean's is what the half cycle itself tells, not how well the next one repeats it.
 */
import type { HalfCycle } from "../cycling/halfCycles.ts";
import { chargeCurve, measureHalfCycle } from "../cycling/measures.ts";
import { ThioscopeError } from "../errors.ts";
import { scale, toQuantity } from "../units/measured.ts";
import type { Answer, Quantity } from "../units/quantity.ts";

export interface HalfOverpotential {
  half: number;
  cycle: number;
  direction: "charge" | "discharge";
  rows: readonly [first: number, last: number];
  /** h from the first row of the file to the middle of the half cycle */
  hour: number;
  /** mA */
  current: Quantity;
  /** mA/cm² */
  currentDensity: Answer;
  capacity: Quantity;
  mean: Quantity;
  end: Quantity;
  growth: Answer;
  resistance: Quantity;
}

/** @throws ThioscopeError NOT_COMPUTABLE where the potential does not follow the sign of the current */
export function overpotentials(halves: readonly HalfCycle[], area: Quantity | null): readonly HalfOverpotential[] {
  const found = halves.map((half) => describe(half, area));
  const wrong = found.filter((h) => !(h.mean.value > 0)).length;
  if (found.length === 0)
    throw new ThioscopeError("NOT_COMPUTABLE", "the file holds no half cycle: no current flowed long enough in one direction");
  if (wrong > 0.2 * found.length) {
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `no symmetric cell: in ${wrong} of ${found.length} half cycles the potential does not have the sign of the current`,
    );
  }
  return found;
}

function describe(half: HalfCycle, area: Quantity | null): HalfOverpotential {
  const { flow, from, to } = half;
  const { timeSecond: t, voltageVolt: v } = flow.series;
  const sign = half.direction === "charge" ? 1 : -1;
  const measures = measureHalfCycle(half);
  const curve = chargeCurve(half);
  const total = curve[curve.length - 1]!;
  const current = toQuantity(measures.workingCurrent, "A", "mA");
  const mean = toQuantity(scale(measures.meanVoltage, sign), "V", "mV");
  const end = meanBetween(v, curve, half, 0.95 * total, total, sign);
  const early = meanBetween(v, curve, half, 0.1 * total, 0.2 * total, sign);
  const late = meanBetween(v, curve, half, 0.9 * total, total, sign);
  const noise = measures.voltageSigma;
  const mV = (value: number, rows: number): Quantity => ({
    value: 1000 * value,
    sigma: (1000 * noise) / Math.sqrt(Math.max(1, rows)),
    unit: "mV",
  });
  const value = mean.value / current.value;
  return {
    half: half.number,
    cycle: half.cycle,
    direction: half.direction,
    rows: half.rows,
    hour: (0.5 * (t[from]! + t[to - 1]!) - t[0]!) / 3600,
    current,
    currentDensity: area
      ? {
          value: current.value / area.value,
          sigma: Math.hypot((current.sigma ?? 0) / area.value, (current.value / area.value) * ((area.sigma ?? 0) / area.value)),
          unit: "mA/cm2",
        }
      : { notComputable: "the area is missing" },
    capacity: toQuantity(scale(measures.charge, 1 / 3.6), "mAh"),
    mean,
    end: mV(end.value, end.rows),
    growth:
      early.rows > 0 && late.rows > 0
        ? { value: 1000 * (late.value - early.value), sigma: 1000 * noise * Math.sqrt(1 / late.rows + 1 / early.rows), unit: "mV" }
        : { notComputable: "too few rows in the half cycle" },
    resistance: {
      value,
      sigma: value * Math.hypot((mean.sigma ?? 0) / mean.value, (current.sigma ?? 0) / current.value),
      unit: "ohm",
    },
  };
}

function meanBetween(
  v: Float64Array,
  curve: Float64Array,
  half: HalfCycle,
  low: number,
  high: number,
  sign: number,
): { value: number; rows: number } {
  let sum = 0;
  let rows = 0;
  for (let k = 0; k < curve.length; k++) {
    if (curve[k]! < low || curve[k]! > high) continue;
    sum += sign * v[half.from + k]!;
    rows++;
  }
  return rows > 0 ? { value: sum / rows, rows } : { value: sign * v[half.to - 1]!, rows: 0 };
}

/**
 * Cycles by current: two consecutive half cycles each, and what is said of them.
 *
 *   coulombic efficiency  CE = Q_discharge / Q_charge      charge recovery  R = Q_charge / Q_discharge
 *   energy efficiency     EE = E_discharge / E_charge      polarisation  ΔV = V_charge(Q/2) − V_discharge(Q/2)
 *   retention             Q_discharge / Q_discharge(reference cycle)
 *
 * All ratios are of the half cycles of one cycle. Where the charge comes first (a cell built discharged) CE
 * says which share of the charge came back; where the discharge comes first (a sulfur cathode against sodium)
 * R says which share of the discharge could be charged again, and CE is its inverse. Sources of error that
 * both half cycles share (gain, mass) cancel in the ratios.
 */
import type { Table } from "../table.ts";
import { divide, type Measured, propagate, scale, subtract, toQuantity } from "../units/measured.ts";
import type { Answer, NotComputable } from "../units/quantity.ts";
import type { Flow } from "./flow.ts";
import { type Direction, halfCycles } from "./halfCycles.ts";
import type { InstrumentAccuracy } from "./integrate.ts";
import { type HalfCycleMeasures, measureHalfCycle } from "./measures.ts";

export interface CycleMeasures {
  /** from 1 */
  cycle: number;
  first: Direction;
  charge: HalfCycleMeasures | null;
  discharge: HalfCycleMeasures | null;
}

/** Answers in laboratory units: mAh, mWh, V, mA, %. */
export interface CycleSummary {
  cycle: number;
  first: Direction;
  /** rows of the table, both included */
  rows: readonly [first: number, last: number];
  chargeRows: readonly [first: number, last: number] | null;
  dischargeRows: readonly [first: number, last: number] | null;
  chargeCapacity: Answer;
  dischargeCapacity: Answer;
  coulombicEfficiency: Answer;
  chargeRecovery: Answer;
  energyEfficiency: Answer;
  chargeEnergy: Answer;
  dischargeEnergy: Answer;
  meanChargeVoltage: Answer;
  meanDischargeVoltage: Answer;
  polarisation: Answer;
  retention: Answer;
  chargeCurrent: Answer;
  dischargeCurrent: Answer;
  endOfChargeVoltage: Answer;
  endOfDischargeVoltage: Answer;
  durationHour: number;
}

export interface CycleOptions {
  accuracy?: InstrumentAccuracy;
  /** cycle that retention refers to; without it see {@link referenceCycle} */
  reference?: number;
}

/** Charge in C as mAh, energy in J as mWh. */
export const MAH_PER_COULOMB = 1 / 3.6;

/** Half cycles of a table (or of a Flow) measured and paired. */
export function measureCycles(source: Table | Flow, accuracy: InstrumentAccuracy = {}): readonly CycleMeasures[] {
  const cycles: CycleMeasures[] = [];
  for (const half of halfCycles(source)) {
    const measures = measureHalfCycle(half, accuracy);
    let cycle = cycles[half.cycle - 1];
    if (!cycle) {
      cycle = { cycle: half.cycle, first: half.direction, charge: null, discharge: null };
      cycles.push(cycle);
    }
    cycle[half.direction] = measures;
  }
  return cycles;
}

/**
 * The cycle that retention refers to where none is given: the first one that has both half cycles and whose
 * discharge reaches half of the median discharge, so that a first half cycle that began in the middle (a cell
 * not assembled at its upper limit) is not taken; its number, or null.
 */
export function referenceCycle(cycles: readonly CycleMeasures[]): number | null {
  const capacities = cycles.flatMap((c) => (c.discharge && c.charge ? [c.discharge.charge.value] : []));
  const median = [...capacities].sort((a, b) => a - b)[capacities.length >> 1] ?? 0;
  const found = cycles.find((c) => c.charge && c.discharge && c.discharge.charge.value >= 0.5 * median && c.discharge.charge.value > 0);
  return found?.cycle ?? null;
}

/** Cycles by current with all their answers. */
export function cycles(source: Table | Flow | readonly CycleMeasures[], options: CycleOptions = {}): readonly CycleSummary[] {
  const measures = "rows" in source || "state" in source ? measureCycles(source, options.accuracy) : source;
  const number = options.reference ?? referenceCycle(measures);
  const reference = measures.find((c) => c.cycle === number)?.discharge?.charge;
  return measures.map((c) => summarise(c, reference ? { number: number!, charge: reference } : null));
}

const missing = (what: string): NotComputable => ({ notComputable: what });
const NO_CHARGE = missing("the cycle has no charge");
const NO_DISCHARGE = missing("the cycle has no discharge");

function summarise(c: CycleMeasures, reference: { number: number; charge: Measured } | null): CycleSummary {
  const { charge, discharge } = c;
  const of = (half: HalfCycleMeasures | null, none: NotComputable, make: (h: HalfCycleMeasures) => Answer): Answer =>
    half ? make(half) : none;
  const both = (make: (charge: HalfCycleMeasures, discharge: HalfCycleMeasures) => Answer): Answer =>
    charge && discharge ? make(charge, discharge) : missing(charge ? "the cycle has no discharge" : "the cycle has no charge");
  const halves = [charge, discharge].filter((h) => h !== null).map((h) => h.half);
  const rows = [Math.min(...halves.map((h) => h.rows[0])), Math.max(...halves.map((h) => h.rows[1]))] as const;
  const t = halves[0]!.flow.series.timeSecond;
  const start = Math.min(...halves.map((h) => h.from));
  const end = Math.max(...halves.map((h) => h.to)) - 1;
  return {
    cycle: c.cycle,
    first: c.first,
    rows,
    chargeRows: charge?.half.rows ?? null,
    dischargeRows: discharge?.half.rows ?? null,
    chargeCapacity: of(charge, NO_CHARGE, (h) => mAh(h.charge)),
    dischargeCapacity: of(discharge, NO_DISCHARGE, (h) => mAh(h.charge)),
    coulombicEfficiency: both((a, b) => percent(b.charge, a.charge)),
    chargeRecovery: both((a, b) => percent(a.charge, b.charge)),
    energyEfficiency: both((a, b) => percent(b.energy, a.energy)),
    chargeEnergy: of(charge, NO_CHARGE, (h) => toQuantity(scale(h.energy, MAH_PER_COULOMB), "mWh")),
    dischargeEnergy: of(discharge, NO_DISCHARGE, (h) => toQuantity(scale(h.energy, MAH_PER_COULOMB), "mWh")),
    meanChargeVoltage: of(charge, NO_CHARGE, (h) => toQuantity(h.meanVoltage, "V")),
    meanDischargeVoltage: of(discharge, NO_DISCHARGE, (h) => toQuantity(h.meanVoltage, "V")),
    polarisation: both((a, b) => toQuantity(subtract(a.middleVoltage, b.middleVoltage), "V")),
    retention: !discharge
      ? NO_DISCHARGE
      : reference
        ? percent(discharge.charge, reference.charge)
        : missing("no cycle has both a charge and a discharge to refer to"),
    chargeCurrent: of(charge, NO_CHARGE, (h) => toQuantity(h.workingCurrent, "A", "mA")),
    dischargeCurrent: of(discharge, NO_DISCHARGE, (h) => toQuantity(h.workingCurrent, "A", "mA")),
    endOfChargeVoltage: of(charge, NO_CHARGE, (h) => toQuantity(h.endVoltage, "V")),
    endOfDischargeVoltage: of(discharge, NO_DISCHARGE, (h) => toQuantity(h.endVoltage, "V")),
    durationHour: Math.max(0, t[end]! - t[start]!) / 3600,
  };
}

/** Charge in C as an answer in mAh. */
export function mAh(charge: Measured): Answer {
  return toQuantity(scale(charge, MAH_PER_COULOMB), "mAh");
}

/** a / b in %. */
export function percent(a: Measured, b: Measured): Answer {
  if (!(Math.abs(b.value) > 0)) return missing("the divisor is zero");
  return toQuantity(scale(divide(a, b), 100), "%");
}

/** Mean of independent or correlated values. */
export function meanOf(values: readonly Measured[]): Measured {
  const n = values.length;
  return propagate(
    values.reduce((sum, m) => sum + m.value, 0) / n,
    values.map((m) => [1 / n, m] as const),
  );
}

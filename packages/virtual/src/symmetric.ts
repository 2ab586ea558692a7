/**
 * A virtual symmetric cell: the same alloy on both sides, cycled at constant current, with an interphase that grows and then
 * passivates.
 *
 *   η(t) = i (r₀ + Δr (1 − (1 − t/t_s)^p))     until t_s, then i (r₀ + Δr)          per area
 *
 * with p = 1.7 unless given: the resistance rises ever more slowly and stands still from t_s on. In a step test the current density rises; from
 * the critical one on a filament shorts the cell: the overpotential collapses to a share of its value after part of the half cycle.
 *
 * Effects that the analysis does not model: a daily swing of the temperature (Arrhenius factor on r), a random part in every
 * half cycle's resistance, a polarisation that grows within the half cycle, a transient after each reversal, a constant
 * offset between the two electrodes, gain errors, noise and steps of the voltage, lost rows.
 */
import { random } from "@thioscope/core";
import type { VirtualRow } from "./cycler.ts";

export interface VirtualSymmetricCell {
  title: string;
  areaSquareCentimetre: number;
  /** Ω cm² */
  resistance: number;
  growth: number;
  /** h; null: the resistance does not change */
  stabilisedAfterHour: number | null;
  growthExponent?: number;
  temperatureCelsius: number;
}

export interface SymmetricProtocol {
  /** mA/cm² of successive blocks */
  currentDensities: readonly number[];
  /** per block */
  cycles: number;
  halfCycleHour: number;
  intervalSecond: number;
}

export interface SymmetricEffects {
  voltageNoiseVolt: number;
  voltageStepVolt: number;
  gainRelative: number;
  /** amplitude, relative to the resistance */
  dailySwing: number;
  /** per half cycle, relative */
  halfCycleScatter: number;
  offsetVolt: number;
  droppedShare: number;
}

export const USUAL_SYMMETRIC: SymmetricEffects = {
  voltageNoiseVolt: 1.5e-4,
  voltageStepVolt: 5e-5,
  gainRelative: 2e-4,
  dailySwing: 0.015,
  halfCycleScatter: 0.006,
  offsetVolt: 0.8e-3,
  droppedShare: 0.002,
};

/** Na–Sn|Na3SbS4|Na–Sn. Print: 0.51 mA/cm² and mAh/cm², stable after about 120 h. Assumed: resistances. */
export const VIRTUAL_SYMMETRIC: VirtualSymmetricCell = {
  title: "Na-Sn|NAS|Na-Sn",
  areaSquareCentimetre: 0.7854,
  resistance: 70,
  growth: 90,
  stabilisedAfterHour: 120,
  temperatureCelsius: 25,
};

export const STABILITY_TEST: SymmetricProtocol = { currentDensities: [0.51], cycles: 150, halfCycleHour: 1, intervalSecond: 60 };
export const STEP_TEST: SymmetricProtocol = {
  currentDensities: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  cycles: 2,
  halfCycleHour: 0.5,
  intervalSecond: 10,
};

export interface VirtualSymmetricRun {
  cell: { title: string; activeMassGram: number; areaSquareCentimetre: number; temperatureCelsius: number };
  rows: readonly VirtualRow[];
  truth: {
    seed: string;
    symmetric: VirtualSymmetricCell;
    stabilisedAfterHour: number | null;
    /** mean overpotential of every half cycle, mV, without noise */
    overpotentialMillivolt: readonly number[];
    criticalCurrentDensity: number | null;
    firstShortedRow: number | null;
    effects: SymmetricEffects;
  };
}

/** @param criticalCurrentDensity mA/cm² from which on the cell shorts; null: never */
export function virtualSymmetric(
  cell: VirtualSymmetricCell,
  protocol: SymmetricProtocol,
  seed: string,
  criticalCurrentDensity: number | null = null,
  effects: SymmetricEffects = USUAL_SYMMETRIC,
): VirtualSymmetricRun {
  const noise = random(`symmetric/${seed}`);
  const currentGain = 1 + effects.gainRelative * noise.normal();
  const voltageGain = 1 + effects.gainRelative * noise.normal();
  const phase = 2 * Math.PI * noise.uniform();
  const offset = effects.offsetVolt * noise.normal();
  const rows: VirtualRow[] = [];
  const means: number[] = [];
  let time = 0;
  let half = 0;
  let isShorted = false;
  let firstShortedRow: number | null = null;
  const record = (ampere: number, volt: number, cycle: number, mode: VirtualRow["mode"]): void => {
    const raw = (volt + offset) * voltageGain + effects.voltageNoiseVolt * noise.normal();
    const step = effects.voltageStepVolt;
    rows.push({
      timeSecond: time,
      voltageVolt: step > 0 ? Math.round(raw / step) * step : raw,
      currentAmpere: ampere * currentGain,
      cycle,
      half,
      mode,
    });
  };
  for (let t = 0; t < 1800; t += 60, time += 60) record(0, 0, 1, "rest");
  const start = time;
  let cycle = 0;
  for (const density of protocol.currentDensities) {
    for (let k = 0; k < protocol.cycles; k++) {
      cycle++;
      for (const sign of [1, -1]) {
        half++;
        const duration = protocol.halfCycleHour * 3600;
        const scatter = 1 + effects.halfCycleScatter * noise.normal();
        const shortsHere = criticalCurrentDensity !== null && density >= criticalCurrentDensity - 1e-9;
        const shortAt = isShorted ? 0 : shortsHere ? (0.15 + 0.6 * noise.uniform()) * duration : Number.POSITIVE_INFINITY;
        const leak = 0.25 + 0.2 * noise.uniform();
        let sum = 0;
        let count = 0;
        const halfStart = time;
        for (let t = 0; ; t = Math.min(t + protocol.intervalSecond, duration)) {
          time = halfStart + t;
          const share = t / duration;
          const swing = 1 + effects.dailySwing * Math.sin((2 * Math.PI * time) / 86400 + phase);
          const transient = 1 - 0.12 * Math.exp(-t / 90);
          const bare =
            (density / 1000) * resistanceAt(cell, (time - start) / 3600) * swing * scatter * (0.97 + 0.06 * share * share) * transient;
          sum += bare;
          count++;
          if (t >= shortAt && firstShortedRow === null) firstShortedRow = rows.length;
          const volt = sign * bare * (t >= shortAt ? leak * (1 + 0.05 * noise.normal()) : 1);
          const isInside = t > 5 * protocol.intervalSecond && t < duration - 2 * protocol.intervalSecond;
          const isLost = isInside && noise.uniform() < effects.droppedShare;
          if (!isLost) record(sign * (density / 1000) * cell.areaSquareCentimetre, volt, cycle, sign > 0 ? "charge" : "discharge");
          if (t >= duration) break;
        }
        if (shortAt < duration) isShorted = true;
        means.push((1000 * sum) / count);
        // the next half cycle's first row follows a moment later
        time += 0.01;
      }
    }
  }
  return {
    cell: {
      title: cell.title,
      activeMassGram: 1,
      areaSquareCentimetre: cell.areaSquareCentimetre,
      temperatureCelsius: cell.temperatureCelsius,
    },
    rows,
    truth: {
      seed,
      symmetric: cell,
      stabilisedAfterHour: cell.stabilisedAfterHour,
      overpotentialMillivolt: means,
      criticalCurrentDensity,
      firstShortedRow,
      effects,
    },
  };
}

function resistanceAt(cell: VirtualSymmetricCell, hour: number): number {
  const end = cell.stabilisedAfterHour;
  if (end === null) return cell.resistance;
  const left = Math.max(0, 1 - hour / end);
  return cell.resistance + cell.growth * (1 - left ** (cell.growthExponent ?? 1.7));
}

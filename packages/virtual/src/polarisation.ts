/**
 * A full cell whose gap between charge and discharge at half of the capacity is known in every cycle.
 *
 *   V_discharge(q) = E(q) − g/2,   V_charge(q) = E(1 − q) + g/2,   E(q) = E₀ + a tanh-shaped fall that is zero at q = ½
 *
 * q is the share of the half cycle's own capacity; so the gap at half capacity is g exactly, whatever the shape. g runs
 * straight from the first to the last cycle. Effects that the analysis does not model: a transient after each reversal, a
 * daily drift, gain errors of both readings, noise and steps of the voltage, a charge that recovers not all of the discharge.
 */
import { random } from "@thioscope/core";
import type { VirtualRow } from "./cycler.ts";

export interface VirtualPolarisation {
  cell: { title: string; activeMassGram: number; areaSquareCentimetre: number; temperatureCelsius: number };
  rows: readonly VirtualRow[];
  truth: { seed: string; gapVolt: readonly number[] };
}

/** Current and length of the discharges of a run. */
export interface PolarisationCourse {
  ampere: number;
  /** of a cycle, from 1 */
  dischargeHour: (cycle: number) => number;
}

const USUAL_COURSE: PolarisationCourse = { ampere: 5.1e-4, dischargeHour: (cycle) => 1.1 + 0.15 * Math.exp(-cycle / 30) };

/** @param gaps V, in the first and the last cycle */
export function virtualPolarisation(
  cycles: number,
  gaps: readonly [first: number, last: number],
  seed: string,
  rowsPerHalf = 90,
  course: PolarisationCourse = USUAL_COURSE,
): VirtualPolarisation {
  const noise = random(`polarisation/${seed}`);
  const currentGain = 1 + 2e-4 * noise.normal();
  const voltageGain = 1 + 2e-4 * noise.normal();
  const rows: VirtualRow[] = [];
  const gapVolt: number[] = [];
  const { ampere } = course;
  let time = 0;
  let half = 0;
  const equilibrium = (q: number): number => 1.55 - 0.32 * (q - 0.5) - 0.1 * (2 * q - 1) ** 9;
  const record = (current: number, volt: number, cycle: number, mode: VirtualRow["mode"]): void => {
    const raw = volt * voltageGain + 3e-4 * Math.sin((2 * Math.PI * time) / 86400) + 2e-4 * noise.normal();
    rows.push({
      timeSecond: time,
      voltageVolt: Math.round(raw / 5e-5) * 5e-5,
      currentAmpere: current * currentGain * (1 + (current === 0 ? 0 : 2e-4) * noise.normal()),
      cycle,
      half,
      mode,
    });
  };
  for (let k = 0; k < 4; k++, time += 300) record(0, 2.1, 1, "rest");
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const gap = gaps[0] + ((gaps[1] - gaps[0]) * (cycle - 1)) / Math.max(1, cycles - 1);
    gapVolt.push(gap);
    const duration = 3600 * course.dischargeHour(cycle);
    for (const mode of ["discharge", "charge"] as const) {
      half++;
      const sign = mode === "charge" ? 1 : -1;
      const length = mode === "charge" ? duration * 0.998 : duration;
      for (let k = 0; k <= rowsPerHalf; k++) {
        const q = k / rowsPerHalf;
        const bare = equilibrium(mode === "discharge" ? q : 1 - q) + (sign * gap) / 2;
        record(sign * ampere, bare - sign * 0.02 * Math.exp((-q * length) / 90), cycle, mode);
        time += k < rowsPerHalf ? length / rowsPerHalf : 1;
      }
      for (let k = 0; k < 3; k++, time += 100) record(0, equilibrium(mode === "discharge" ? 1 : 0), cycle, "rest");
    }
  }
  return {
    cell: { title: "Li-S with LiI", activeMassGram: 0.51e-3, areaSquareCentimetre: 0.7854, temperatureCelsius: 25 },
    rows,
    truth: { seed, gapVolt },
  };
}

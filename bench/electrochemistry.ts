/**
 * Voltammetry, titration and a symmetric cell on runs of the virtual instruments, as long as real ones: all of a method, from
 * the columns to every number with its error. Yardstick: one pass over the same columns, summing them.
 */
import { makeTable, type Table } from "@thioscope/core";
import { cyclingSeries, flowOf, halfCycles } from "@thioscope/core/cycling";
import { criticalCurrent, overpotentials, softShorts, stabilisation } from "@thioscope/core/symmetric";
import { titration } from "@thioscope/core/titration";
import { voltammetry } from "@thioscope/core/voltammetry";
import {
  STABILITY_TEST,
  USUAL_PULSES,
  VIRTUAL_PARTICLE,
  VIRTUAL_SYMMETRIC,
  virtualSymmetric,
  virtualTitration,
  virtualVoltammogram,
} from "@thioscope/virtual";
import type { Case } from "./run.ts";

const REPEATS = 7;
/** targets in ms: what one waits for without noticing */
const LIMITS = { cv: 100, gitt: 100, symmetric: 1000 };

interface Row {
  timeSecond: number;
  voltageVolt: number;
  currentAmpere: number;
}

function tableOf(rows: readonly Row[]): Table {
  return makeTable([
    { name: "test_time_second", unit: "s", values: Float64Array.from(rows, (r) => r.timeSecond) },
    { name: "voltage_volt", unit: "V", values: Float64Array.from(rows, (r) => r.voltageVolt) },
    { name: "current_ampere", unit: "A", values: Float64Array.from(rows, (r) => r.currentAmpere) },
  ]);
}

/** Best of some runs after one to warm up, ms. */
function best(work: () => unknown): number {
  work();
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < REPEATS; k++) {
    const began = performance.now();
    work();
    least = Math.min(least, performance.now() - began);
  }
  return least;
}

function measured(table: Table, work: (table: Table) => unknown, limitMs: number): Case {
  let sum = 0;
  const pass = best(() => {
    for (const { values } of table.columns) for (const value of values) sum += value;
  });
  if (Number.isNaN(sum)) throw new Error("the columns hold values that are not numbers");
  const ms = best(() => work(table));
  return {
    ms,
    rows: table.rows,
    rowsPerSecond: (1000 * table.rows) / ms,
    yardstick: "summing the same columns",
    yardstickMs: pass,
    limitMs,
  };
}

export async function cases(): Promise<Record<string, Case>> {
  const couple = {
    kind: "diffusion" as const,
    electrons: 1,
    formalVolt: 0.2,
    areaSquareMetre: 1e-5,
    temperatureKelvin: 298.15,
    diffusivity: 7e-10,
    concentration: 2,
    coverage: 0,
  };
  const sweeps = tableOf(virtualVoltammogram(couple, 0.05, "bench", { scans: 20 }).rows);
  const pulses = tableOf(virtualTitration(VIRTUAL_PARTICLE, "bench", { ...USUAL_PULSES, specificAmperePerGram: 0.08, pulses: 50 }).rows);
  const halves = tableOf(virtualSymmetric(VIRTUAL_SYMMETRIC, { ...STABILITY_TEST, cycles: 500, intervalSecond: 30 }, "bench").rows);
  const named = (name: string, table: Table, parts: string): string => `${name}, ${parts}, ${table.rows} rows`;
  return {
    [named("cv", sweeps, "20 scans")]: measured(sweeps, voltammetry, LIMITS.cv),
    [named("gitt", pulses, "50 pulses")]: measured(
      pulses,
      (table) => titration(flowOf(cyclingSeries(table)), { shape: "sphere", length: { value: 1e-6, sigma: null, unit: "m" } }),
      LIMITS.gitt,
    ),
    [named("symmetric", halves, "500 cycles")]: measured(
      halves,
      (table) => {
        const found = halfCycles(flowOf(cyclingSeries(table)));
        const eta = overpotentials(found, { value: 0.7854, sigma: null, unit: "cm2" });
        return [stabilisation(eta), criticalCurrent(eta, softShorts(found, eta).signs)];
      },
      LIMITS.symmetric,
    ),
  };
}

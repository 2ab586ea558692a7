/**
 * A test run as Neware counts it, on its way to canonical columns, and the columns themselves with the names
 * BTSDA prints. Capacity and energy count from the start of each step: without sign in BTS 8, with the sign of
 * the current in BTS 9.
 */
import type { Column, Notice, NumberArray } from "@thioscope/core";
import { CYCLING_COLUMNS, type CyclingColumn, ROW_ORIGINS } from "@thioscope/core/cycling";
import { STEP_TYPES } from "./stepTypes.ts";

/** All arrays have one value per row; what a file does not hold is absent. */
export interface Run {
  rows: number;
  totalTime?: Float64Array;
  voltage?: Float64Array;
  current?: Float64Array;
  unixTime?: Float64Array;
  cycle?: Int32Array;
  stepCount?: Int32Array;
  stepIndex?: Int32Array;
  stepType?: Int32Array;
  stepTime?: Float64Array;
  /** BTS 8: charged plus discharged since the step began */
  capacity?: Float64Array;
  energy?: Float64Array;
  /** BTS 9: charged minus discharged since the step began */
  netCapacity?: Float64Array;
  netEnergy?: Float64Array;
  /** codes of ROW_ORIGINS */
  origin?: Uint8Array;
  /** auxiliary channels, ready made */
  aux: Column[];
}

interface ColumnRule {
  from: Exclude<keyof Run, "rows" | "aux" | "origin" | "stepType">;
  name: CyclingColumn;
  vendor: { name: string; unit: string; factor: number };
}

const MILLIAMPERE_SECOND = 1 / 3.6e6;

const COLUMNS: readonly ColumnRule[] = [
  { from: "totalTime", name: "test_time_second", vendor: { name: "Total Time", unit: "s", factor: 1 } },
  { from: "voltage", name: "voltage_volt", vendor: { name: "Voltage", unit: "mV", factor: 1e-3 } },
  { from: "current", name: "current_ampere", vendor: { name: "Current", unit: "µA", factor: 1e-6 } },
  { from: "unixTime", name: "unix_time_second", vendor: { name: "Date", unit: "s", factor: 1 } },
  { from: "cycle", name: "cycle_count", vendor: { name: "Cycle Index", unit: "", factor: 1 } },
  { from: "stepCount", name: "step_count", vendor: { name: "Step Count", unit: "", factor: 1 } },
  { from: "stepIndex", name: "step_id", vendor: { name: "Step Index", unit: "", factor: 1 } },
  { from: "stepTime", name: "step_time_second", vendor: { name: "Time", unit: "s", factor: 1 } },
  { from: "netCapacity", name: "step_net_capacity_ah", vendor: { name: "Capacity", unit: "mAs", factor: MILLIAMPERE_SECOND } },
  { from: "netEnergy", name: "step_net_energy_wh", vendor: { name: "Energy", unit: "mWs", factor: MILLIAMPERE_SECOND } },
  { from: "capacity", name: "step_cumulative_capacity_ah", vendor: { name: "Capacity", unit: "mAs", factor: MILLIAMPERE_SECOND } },
  { from: "energy", name: "step_cumulative_energy_wh", vendor: { name: "Energy", unit: "mWs", factor: MILLIAMPERE_SECOND } },
];

/** Files that store the calendar of the instrument and no time zone. */
export const LOCAL_CLOCK: Notice = {
  code: "local-clock",
  message: "the file holds the instrument's local date without time zone: unix_time_second takes it as UTC",
  column: "unix_time_second",
};

/** Canonical columns, then the auxiliary channels; a notice per step type that is not known. */
export function columnsOf(run: Run, notices: Notice[]): Column[] {
  const columns: Column[] = [];
  for (const { from, name, vendor } of COLUMNS) {
    const values = run[from];
    if (values) columns.push({ name, unit: CYCLING_COLUMNS[name].unit, values, vendor });
    if (from === "stepIndex" && run.stepType) columns.push(stepTypeColumn(run.stepType, notices));
  }
  if (run.origin) columns.push({ name: "row_origin", unit: "", values: run.origin, labels: ROW_ORIGINS });
  columns.push(...run.aux);
  return columns;
}

/** Codes of the file (0…255) to labels in order of appearance. */
function stepTypeColumn(codes: Int32Array, notices: Notice[]): Column {
  const labels: string[] = [];
  const labelOf = new Int32Array(256).fill(-1);
  const values = new Uint8Array(codes.length);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]! & 255;
    let label = labelOf[code]!;
    if (label < 0) {
      label = labels.length;
      labelOf[code] = label;
      const known = STEP_TYPES[code];
      labels.push(known?.name ?? `Type ${code}`);
      if (!known) {
        const message = `step type ${code} is not known; it is called "Type ${code}"`;
        notices.push({ code: "step-type-unknown", message, column: "step_type", rows: [i, i] });
      }
    }
    values[i] = label;
  }
  return { name: "step_type", unit: "", values: values as NumberArray, labels, vendor: { name: "Step Type", unit: "", factor: 1 } };
}

/**
 * Maccor testers: text and CSV exports. Headers carry no unit: the export is in V, A, Ah, Wh, °C. Where it
 * gives the current without sign, the state of the step ("D", "Discharge") says which way it flows.
 */
import { asFloat64, type Column, findColumn, type Notice } from "@thioscope/core";
import { type Dialect, delimitedReader } from "../delimited/reader.ts";
import type { Reader } from "../reader.ts";

const MACCOR: Dialect = {
  id: "maccor-csv",
  title: "Maccor .csv, .txt",
  endings: [".csv", ".txt"],
  technique: "cycling",
  marks: [
    ["Rec", "Cycle C", "DPT Time"],
    ["Rec#", "Cyc#", "Amp-hr", "Volts"],
    ["Rec", "Cycle P", "MD"],
    ["Cyc#", "DPT Time", "Watt-hr"],
  ],
  preamble: ["Today's Date"],
  synonyms: [
    { column: "test_time_second", spellings: ["test time", "test"] },
    { column: "step_time_second", spellings: ["step time", "step"] },
    { column: "cycle_count", spellings: ["Cycle C", "Cyc"] },
    { column: "step_id", spellings: ["step"] },
    { column: "voltage_volt", spellings: ["voltage", "volts"], unit: "V" },
    { column: "current_ampere", spellings: ["current", "amps"], unit: "A" },
    { column: "step_cumulative_capacity_ah", spellings: ["capacity", "amp-hr", "AmpHr"], unit: "Ah" },
    { column: "step_cumulative_energy_wh", spellings: ["energy", "watt-hr", "WattHr"], unit: "Wh" },
    { column: "temperature_t1_celsius", spellings: ["temp 1"], unit: "°C" },
    { column: "temperature_t2_celsius", spellings: ["temp 2"], unit: "°C" },
    { column: "ambient_temperature_celsius", spellings: ["EV Temp"], unit: "°C" },
    { column: "ac_internal_resistance_ohm", spellings: ["ACR", "ACImp"], unit: "ohm" },
    { column: "dc_internal_resistance_ohm", spellings: ["DCIR"], unit: "ohm" },
  ],
  finish: signCurrent,
};

function signCurrent(columns: readonly Column[]): { columns: readonly Column[]; notices: readonly Notice[] } {
  const table = { rows: columns[0]?.values.length ?? 0, columns };
  const current = findColumn(table, "current_ampere");
  const state = findColumn(table, "step_type");
  const same = { columns, notices: [] };
  if (!current || !state?.labels) return same;
  const values = asFloat64(current);
  const discharging = state.labels.map((label) => /^d(?:is|$)/i.test(label.trim()));
  if (!discharging.some(Boolean) || values.some((x) => x < 0)) return same;
  const signed = values.map((x, row) => (discharging[state.values[row]!] ? -x : x));
  const message = "the current carries no sign; rows whose state is discharge are taken as negative";
  return {
    columns: columns.map((column) => (column === current ? { ...current, values: signed } : column)),
    notices: [{ code: "current-unsigned", message, column: "current_ampere" }],
  };
}

export const maccorReaders: readonly Reader[] = [delimitedReader(MACCOR)];

/** Differential capacity of every half cycle of one file, for the database. */
import { checkCancelled, convert, makeTable, parseQuantity, textColumn } from "@thioscope/core";
import { type DifferentialCapacity, differentialCapacity, halfCycles } from "@thioscope/core/cycling";
import { tableToParquet } from "../parquet.ts";
import type { FileInput, ResultInput, StepFunction } from "../stepModules.ts";
import { loadCell } from "./cell.ts";
import { peakFiles } from "./dqdvPeaks.ts";
import { loadFile, METHOD_COLUMNS, orNotice } from "./facts.ts";

export const dqdvStep: StepFunction = async (inputs, parameters, io) => {
  const width = voltsOf(String(parameters.bin));
  const file = await loadFile(io, inputs.read as ResultInput, METHOD_COLUMNS);
  const { value: halves, notices } = orNotice("no-half-cycles", () => halfCycles(file));
  const curves: DifferentialCapacity[] = [];
  for (const half of halves ?? []) {
    checkCancelled(io.context);
    curves.push(differentialCapacity(half, width));
    io.context.progress(curves.length, halves?.length ?? 0, "half cycles");
  }
  const rows = curves.reduce((sum, curve) => sum + curve.voltageVolt.length, 0);
  const cycle = new Int32Array(rows);
  const directions: string[] = [];
  const voltage = new Float64Array(rows);
  const value = new Float64Array(rows);
  const sigma = new Float64Array(rows).fill(Number.NaN);
  let at = 0;
  for (const { half, voltageVolt, value: dqdv } of curves) {
    const end = at + voltageVolt.length;
    cycle.fill(half.cycle, at, end);
    for (let i = at; i < end; i++) directions.push(half.direction);
    voltage.set(voltageVolt, at);
    value.set(dqdv.values, at);
    if (typeof dqdv.sigma === "number") sigma.fill(dqdv.sigma, at, end);
    else if (dqdv.sigma) sigma.set(dqdv.sigma, at);
    at = end;
  }
  const table = makeTable([
    { name: "cycle", unit: "", values: cycle },
    textColumn("direction", directions),
    { name: "voltage_volt", unit: "V", values: voltage },
    { name: "dqdv_mah_v", unit: "mAh/V", values: value },
    { name: "dqdv_mah_v_sigma", unit: "mAh/V", values: sigma },
  ]);
  const files = { "dqdv.parquet": tableToParquet(table) };
  if (parameters.peaks !== true) return { files, notices, summary: { halfCycles: curves.length } };
  const most = typeof parameters.peak_cycles === "number" ? parameters.peak_cycles : Number.POSITIVE_INFINITY;
  const asked = (halves ?? []).filter(({ cycle }) => cycle <= most);
  const offset = voltsOf(String(parameters.offset));
  const peaks = peakFiles(asked, await loadCell(io, inputs.cell as FileInput | undefined), io, offset);
  return {
    files: { ...files, ...peaks.files },
    notices: [...notices, ...peaks.notices],
    summary: { halfCycles: curves.length, peaks: peaks.peaks },
  };
};

/** Undefined for "auto". */
/** "auto" leaves it to the method. */
function voltsOf(text: string): number | undefined {
  if (text === "auto") return undefined;
  const { value, unit } = parseQuantity(text, "V");
  return convert(value, unit, "V");
}

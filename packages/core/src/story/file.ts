/**
 * One cycler's file as a story shows it: the run, its half cycles, the tables of cycles and rates, reduced to what
 * a screen can hold. What cannot be computed is left empty, and a notice says why.
 */
import {
  type CycleSummary,
  type CyclingSummary,
  chargeCurve,
  decimate,
  differentialCapacity,
  type HalfCycle,
  type InstrumentAccuracy,
  kindOfTechnique,
  NO_CYCLES,
  summariseCycling,
  tableRow,
  type VendorCycle,
} from "../cycling/index.ts";
import { type Notice, ThioscopeError } from "../errors.ts";
import { asFloat64, findColumn, type Table } from "../table.ts";
import { checkCancelled, type TaskContext } from "../task.ts";
import { fromQuantity } from "../units/measured.ts";
import { inUnit, type NotComputable, type Quantity } from "../units/quantity.ts";
import { errorsForScreen, forScreen, hoursForScreen, withinErrors } from "./digits.ts";
import type { CapacityBasis, CycleRow, HalfCycleCurve, RateRow, StoryFile } from "./model.ts";
import { peakFinder } from "./peaks.ts";

/** What a reader gives, and what is known of the file itself. */
export interface StoryInput extends Table {
  name: string;
  /** sha-256 of the raw bytes, hex */
  hash: string | null;
  format: string;
  technique: string;
  meta: Readonly<Record<string, string | number>>;
  notices: readonly Notice[];
}

export interface StoryOptions {
  /** how capacities are shown, the default first; without it mAh alone */
  bases?: readonly CapacityBasis[];
  /** current of 1 C, where the cell tells the theoretical capacity */
  oneCAmpere?: Quantity | null;
  /** the cycle that retention refers to; chosen where it is not given */
  reference?: number;
  accuracy?: InstrumentAccuracy;
  /** of the cell */
  temperature?: Quantity | null;
  /** what cathode and separator are made of */
  chemistry?: string;
  /** find the peaks of dQ/dV too, which takes longer than all the rest */
  peaks?: boolean;
}

export const MAH: CapacityBasis = { unit: "mAh", label: "Capacity", factor: 1, relativeSigma: 0 };

/** A screen is about this wide; the run keeps at most four points per pixel. */
const TRACE_WIDTH = 1200;
/** Points of all curves of a file, bins of all dQ/dV together: what a page loads at once. */
const CURVE_BUDGET = 400_000;
const BIN_BUDGET = 400_000;
const MOST_CURVES = 1000;

/** Works a file out; throws CANCELLED where the context asks for it, never for what the file lacks. */
export function storyFile(file: StoryInput, options: StoryOptions, context: TaskContext): StoryFile {
  const notices: Notice[] = [...file.notices];
  const summary = summarise(file, options, notices);
  const kind = kindOfTechnique(file.technique);
  if (kind !== "cycling")
    notices.push({ code: "no-half-cycles", message: `${file.technique}: no half cycles and no dQ/dV, because ${NO_CYCLES[kind]}` });
  const halves = summary?.measures.flatMap((c) => [c.charge, c.discharge].filter((h) => h !== null).map((h) => h.half)) ?? [];
  halves.sort((a, b) => a.number - b.number);
  const drawn = thin(halves, notices);
  const halfCycles: HalfCycleCurve[] = [];
  const findPeaks = options.peaks ? peakFinder() : () => null;
  for (const half of drawn) {
    checkCancelled(context);
    halfCycles.push({ ...curveOf(half, drawn.length), peaks: findPeaks(half) });
    context.progress(halfCycles.length, drawn.length, "half cycles");
  }
  const cycleTable = summary ? (kind === "sweep" ? summary.vendorCycles.map(scanRow) : summary.cycles.map(cycleRow)) : [];
  return {
    name: file.name,
    hash: file.hash,
    format: file.format,
    technique: file.technique,
    rows: file.rows,
    cycles: distinct(file, "cycle_count"),
    cyclesByCurrent: summary?.cycles.length ?? 0,
    firstHalfCycle: summary?.cycles[0]?.first ?? null,
    ...(options.temperature ? { temperature: inUnit(options.temperature, "°C") } : {}),
    ...(options.chemistry === undefined ? {} : { chemistry: options.chemistry }),
    referenceCycle: summary?.reference ?? null,
    accuracy: summary && halves.length > 0 ? { how: summary.accuracy.how, assumed: summary.accuracy.assumed } : null,
    meta: file.meta,
    ...startOf(file),
    notices,
    trace: summary ? traceOf(summary) : bareTrace(file),
    bases: options.bases && options.bases.length > 0 ? options.bases : [MAH],
    halfCycles,
    cycleTable,
    rateTable: summary?.rates.map(rateRow) ?? [],
    impedance: null,
  };
}

/** All half cycles, or those of every n-th cycle where there are more than a page can hold. */
function thin(halves: readonly HalfCycle[], notices: Notice[]): readonly HalfCycle[] {
  if (halves.length <= MOST_CURVES) return halves;
  const every = Math.ceil(halves.length / MOST_CURVES);
  notices.push({
    code: "curves-thinned",
    message: `${halves.length} half cycles: curves are shown of every ${every}th cycle; the tables hold all`,
  });
  return halves.filter((half) => (half.cycle - 1) % every === 0);
}

/** Null where a column is missing: a notice says which, and what it would be needed for. */
function summarise(file: StoryInput, options: StoryOptions, notices: Notice[]): CyclingSummary | null {
  if (file.rows === 0) {
    notices.push({ code: "no-rows", message: "the file holds no rows" });
    return null;
  }
  try {
    const summary = summariseCycling(file, {
      ...(options.accuracy ? { accuracy: options.accuracy } : {}),
      ...(options.reference === undefined ? {} : { reference: options.reference }),
      oneCAmpere: options.oneCAmpere ? fromQuantity(options.oneCAmpere, "A") : null,
    });
    notices.push(...summary.notices);
    return summary;
  } catch (error) {
    if (!(error instanceof ThioscopeError) || error.code !== "COLUMN_MISSING") throw error;
    notices.push({ code: "cycles-not-computable", message: error.message });
    return null;
  }
}

/** From the first row that has both clocks. */
function startOf(table: Table): Pick<StoryFile, "startUnixSecond"> {
  const wall = findColumn(table, "unix_time_second")?.values;
  const own = findColumn(table, "test_time_second")?.values;
  if (!wall || !own) return {};
  for (let i = 0; i < wall.length; i++) {
    const start = wall[i]! - own[i]!;
    if (Number.isFinite(start)) return { startUnixSecond: start };
  }
  return {};
}

function distinct(table: Table, name: string): number {
  const column = findColumn(table, name);
  if (!column) return 0;
  const seen = new Set<number>();
  for (const value of column.values) if (!Number.isNaN(value)) seen.add(value);
  return seen.size;
}

function traceOf({ flow }: CyclingSummary): StoryFile["trace"] {
  const { series } = flow;
  const rows = decimate(series.timeSecond, [series.voltageVolt, series.currentAmpere], TRACE_WIDTH);
  return {
    row: Float64Array.from(rows, (i) => tableRow(series, i)),
    timeHour: Float64Array.from(rows, (i) => hoursForScreen(series.timeSecond[i]!)),
    voltageVolt: Float64Array.from(rows, (i) => series.voltageVolt[i]!),
    currentMilliampere: forScreen(rows, (i) => series.currentAmpere[i]! * 1000),
  };
}

/** The run of a file that lacks time, voltage or current: what there is, reduced along time or row. */
function bareTrace(table: Table): StoryFile["trace"] {
  const column = (name: string): Float64Array => {
    const found = findColumn(table, name);
    return found ? asFloat64(found) : new Float64Array(0);
  };
  const time = column("test_time_second");
  const voltage = column("voltage_volt");
  const current = column("current_ampere");
  const drawn = [voltage, current].filter((values) => values.length > 0);
  const x = time.length > 0 ? time : new Float64Array(table.rows);
  const rows =
    drawn.length > 0 ? decimate(x, drawn, TRACE_WIDTH).filter((i) => drawn.every((v) => Number.isFinite(v[i]!))) : new Uint32Array(0);
  const pick = (values: Float64Array, factor: number): Float64Array =>
    values.length > 0 ? Float64Array.from(rows, (i) => values[i]! * factor) : new Float64Array(0);
  return {
    row: Float64Array.from(rows),
    timeHour: pick(time, 1 / 3600),
    voltageVolt: pick(voltage, 1),
    currentMilliampere: pick(current, 1000),
  };
}

function curveOf(half: HalfCycle, count: number): Omit<HalfCycleCurve, "peaks"> {
  const { flow, from, to } = half;
  const { series } = flow;
  const curve = chargeCurve(half);
  const voltage = series.voltageVolt.subarray(from, to);
  const width = Math.max(20, Math.min(250, Math.floor(CURVE_BUDGET / 4 / count)));
  const kept = decimate(curve, [voltage], width);
  const row = Float64Array.from(kept, (k) => tableRow(series, from + k));
  const mostBins = Math.max(50, Math.min(2000, Math.floor(BIN_BUDGET / count)));
  let counted = differentialCapacity(half);
  let how = counted.binWidthHow;
  if (counted.bins.count > mostBins) {
    const factor = Math.ceil(counted.bins.count / mostBins);
    counted = differentialCapacity(half, counted.binWidthVolt * factor);
    how = `${how}; ${factor} times that, so that all half cycles can be shown`;
  }
  const { sigma } = counted.value;
  const sigmas = sigma === null ? [] : typeof sigma === "number" ? new Float64Array(counted.bins.count).fill(sigma) : sigma;
  return {
    cycle: half.cycle,
    direction: half.direction,
    rows: { file: 0, first: half.rows[0], last: half.rows[1] },
    row,
    timeHour: forScreen(kept, (k) => series.timeSecond[from + k]! / 3600),
    capacityMilliampereHour: forScreen(kept, (k) => curve[k]! / 3.6),
    voltageVolt: forScreen(kept, (k) => voltage[k]!),
    dqdv: {
      voltageVolt: forScreen(counted.voltageVolt),
      milliampereHourPerVolt: withinErrors(counted.value.values, sigmas),
      sigma: errorsForScreen(sigmas),
      binWidthVolt: counted.binWidthVolt,
      how,
    },
  };
}

function cycleRow(c: CycleSummary): CycleRow {
  return {
    cycle: c.cycle,
    rows: { file: 0, first: c.rows[0], last: c.rows[1] },
    chargeCapacity: c.chargeCapacity,
    dischargeCapacity: c.dischargeCapacity,
    coulombicEfficiency: c.coulombicEfficiency,
    chargeRecovery: c.chargeRecovery,
    energyEfficiency: c.energyEfficiency,
    chargeEnergy: c.chargeEnergy,
    dischargeEnergy: c.dischargeEnergy,
    meanChargeVoltage: c.meanChargeVoltage,
    meanDischargeVoltage: c.meanDischargeVoltage,
    polarisation: c.polarisation,
    retention: c.retention,
    chargeCurrent: c.chargeCurrent,
    dischargeCurrent: c.dischargeCurrent,
    durationHour: c.durationHour,
  };
}

/** A scan of a sweep: anodic and cathodic charge, nothing else has a meaning there. */
function scanRow(scan: VendorCycle): CycleRow {
  const none: NotComputable = { notComputable: "a scan of a potential sweep has no half cycles" };
  return {
    cycle: scan.cycle,
    rows: { file: 0, first: scan.rows[0], last: scan.rows[1] },
    chargeCapacity: scan.chargeCapacity,
    dischargeCapacity: scan.dischargeCapacity,
    coulombicEfficiency: none,
    chargeRecovery: none,
    energyEfficiency: none,
    chargeEnergy: none,
    dischargeEnergy: none,
    meanChargeVoltage: none,
    meanDischargeVoltage: none,
    polarisation: none,
    retention: none,
    chargeCurrent: none,
    dischargeCurrent: none,
    durationHour: scan.durationHour,
  };
}

function rateRow(group: CyclingSummary["rates"][number]): RateRow {
  const { firstCycle, lastCycle, backAt, dischargeCurrent, chargeCurrent, rate, dischargeCapacity, chargeCapacity, coulombicEfficiency } =
    group;
  return { firstCycle, lastCycle, backAt, dischargeCurrent, chargeCurrent, rate, dischargeCapacity, chargeCapacity, coulombicEfficiency };
}

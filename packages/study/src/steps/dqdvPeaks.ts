/** Peaks of dQ/dV of every half cycle of one file, tracked: a table for the database, and what happened to them. */
import {
  type Answer,
  type Column,
  checkCancelled,
  inUnit,
  isComputable,
  makeTable,
  type Notice,
  type Quantity,
  textColumn,
} from "@thioscope/core";
import { type Cell, perSize } from "@thioscope/core/cell";
import { accuracyFor, type CapacityPeaks, findPeaks, type HalfCycle, PEAK_DEFAULTS, trackPeaks } from "@thioscope/core/cycling";
import { peaksOfHalf } from "@thioscope/core/story";
import { tableToParquet } from "../parquet.ts";
import type { StepIo } from "../stepModules.ts";
import { jsonBytes } from "./facts.ts";

interface Row {
  half: HalfCycle;
  track: number;
  found: CapacityPeaks;
  peak: CapacityPeaks["peaks"][number];
}

export function peakFiles(
  halves: readonly HalfCycle[],
  cell: Cell | null,
  io: StepIo,
  /** V, as declared; the usual accuracy where absent */
  offsetVolt?: number,
): { files: Record<string, Uint8Array>; notices: Notice[]; peaks: number } {
  const found: CapacityPeaks[] = [];
  const notices: Notice[] = [];
  const before = new Map<HalfCycle["direction"], CapacityPeaks>();
  for (const [k, half] of halves.entries()) {
    checkCancelled(io.context);
    io.context.progress(k, halves.length, "half cycles");
    const last = before.get(half.direction);
    const result = findPeaks(half, last ? { start: last.next } : {});
    if ("notComputable" in result) {
      notices.push({ code: "no-peaks", message: `half cycle ${half.number}: ${result.notComputable}`, rows: [...half.rows] });
      continue;
    }
    before.set(half.direction, result);
    found.push(result);
  }
  const tracked = (["discharge", "charge"] as const).map((direction) => {
    const own = found.filter((f) => f.half.direction === direction);
    const { tracks, events } = trackPeaks(own.map((f) => ({ at: f.half.number, peaks: f.peaks })));
    return { direction, own, tracks, events };
  });
  const usual = halves[0] ? accuracyFor(halves[0].flow.series, undefined).accuracy : null;
  const declared = usual && offsetVolt !== undefined ? { ...usual, voltageOffsetVolt: offsetVolt } : undefined;
  const instrument = halves[0] ? accuracyFor(halves[0].flow.series, declared) : null;
  const rows = tracked
    .flatMap(({ own, tracks }): Row[] =>
      own.flatMap((set, k) =>
        set.peaks.map((peak) => ({ half: set.half, found: set, peak, track: tracks.find((t) => t.peaks[k] === peak)?.id ?? 0 })),
      ),
    )
    .sort((a, b) => a.half.number - b.half.number || a.peak.nearVolt - b.peak.nearVolt);
  return {
    files: {
      "peaks.parquet": tableToParquet(tableOf(rows, cell)),
      "peaks.json": jsonBytes({
        options: PEAK_DEFAULTS,
        accuracy: instrument?.how ?? null,
        halfCycles: found.map(({ half, background, outside, total, closure, shapeError, peaks }) => ({
          half: half.number,
          cycle: half.cycle,
          direction: half.direction,
          background,
          outside,
          total,
          closure,
          shapeError,
          peaks: peaks.map(({ potential, capacity, cutBy }) => ({
            potential: potential
              ? widened(potential, instrument?.accuracy.voltageOffsetVolt ?? 0)
              : { notComputable: `cut off by the ${cutBy ?? "end of the data"}` },
            capacity: widened(capacity, capacity.value * (instrument?.accuracy.currentRelative ?? 0)),
          })),
        })),
        events: tracked.flatMap(({ direction, events }) => events.map((event) => ({ ...event, direction }))),
      }),
      "peakCurves.json": jsonBytes(found.map((f) => ({ firstRow: f.half.rows[0], peaks: peaksOfHalf(f) }))),
    },
    notices,
    peaks: rows.length,
  };
}

/** With the instrument's accuracy, which the peaks of a file have in common. */
const widened = ({ value, sigma, unit }: Quantity, instrument: number): Quantity => ({
  value,
  sigma: Math.hypot(sigma ?? 0, instrument),
  unit,
});

function tableOf(rows: readonly Row[], cell: Cell | null) {
  const integers = (name: string, of: (row: Row) => number): Column => ({ name, unit: "", values: Int32Array.from(rows, of) });
  const quantities = (name: string, unit: string, of: (row: Row) => Quantity | null): Column[] => {
    const list = rows.map(of);
    return [
      { name, unit, values: Float64Array.from(list, (q) => q?.value ?? Number.NaN) },
      { name: `${name}_sigma`, unit, values: Float64Array.from(list, (q) => q?.sigma ?? Number.NaN) },
    ];
  };
  const per = perSize(cell);
  const celsius = cell?.temperature ? inUnit(cell.temperature.quantity, "°C").value : Number.NaN;
  const known = (answer: Answer): Quantity | null => (isComputable(answer) ? answer : null);
  return makeTable([
    integers("half_cycle", (r) => r.half.number),
    integers("cycle", (r) => r.half.cycle),
    textColumn(
      "direction",
      rows.map((r) => r.half.direction),
    ),
    integers("track", (r) => r.track),
    { name: "temperature_celsius", unit: "°C", values: new Float64Array(rows.length).fill(celsius) },
    ...quantities("potential_volt", "V", (r) => r.peak.potential),
    ...quantities("capacity_mah", "mAh", (r) => r.peak.capacity),
    ...quantities("capacity_mah_g", "mAh/g", (r) => known(per.mass(r.peak.capacity))),
    ...quantities("capacity_mah_cm2", "mAh/cm2", (r) => known(per.area(r.peak.capacity))),
    ...quantities("width_volt", "V", (r) => r.peak.width),
    ...quantities("height_mah_v", "mAh/V", (r) => r.peak.height),
    { name: "share_percent", unit: "%", values: Float64Array.from(rows, (r) => (100 * r.peak.capacity.value) / r.found.total.value) },
    { name: "closure_percent", unit: "%", values: Float64Array.from(rows, (r) => r.found.closure.value) },
    textColumn(
      "cut_by",
      rows.map((r) => r.peak.cutBy ?? ""),
    ),
    integers("shoulder", (r) => (r.peak.shoulder ? 1 : 0)),
    integers("first_row", (r) => r.peak.rows?.[0] ?? r.half.rows[0]),
    integers("last_row", (r) => r.peak.rows?.[1] ?? r.half.rows[1]),
  ]);
}

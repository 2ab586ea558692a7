/** Peaks of dQ/dV of several files over temperature or current, for `thioscope dqdv FILE… --peaks`. */
import { basename } from "node:path";
import { formatQuantity, inUnit, isComputable, type Quantity, ThioscopeError } from "@thioscope/core";
import {
  accuracyFor,
  type CapacityPeak,
  type CapacityPeaks,
  findPeaks,
  type HalfCycle,
  halfCycles,
  measureHalfCycle,
  type PeakCondition,
  peaksOver,
} from "@thioscope/core/cycling";
import type { PeakShapeName } from "@thioscope/core/peaks";
import type { CommandIo } from "../command.ts";
import { about, readCell, readRaw, shortAnswer, textTable } from "../inputs.ts";

export const AGAINST = ["temperature", "current"] as const;
type Against = (typeof AGAINST)[number];

export interface SeriesRequest {
  files: readonly string[];
  cells: readonly string[];
  temperatures: readonly Quantity[];
  against: Against;
  /** null takes every cycle over a current, the first over temperatures */
  cycle: number | null;
  shape: PeakShapeName;
  salvage: boolean;
}

interface Found extends PeakCondition<CapacityPeak> {
  label: string;
  half: HalfCycle;
}

export async function reportSeries(request: SeriesRequest, io: CommandIo): Promise<void> {
  const { files, against, cycle } = request;
  const found: Found[] = [];
  const leftOut: { file: string; reason: string }[] = [];
  for (const [k, path] of files.entries()) {
    io.task.progress(k, files.length, "files");
    const label = files.filter((other) => basename(other) === basename(path)).length > 1 ? path : basename(path);
    const temperature = against === "temperature" ? await temperatureOf(request, k) : null;
    const file = await readRaw(path, io.task, request.salvage);
    const halves = await about(path, () => halfCycles(file));
    const wanted = halves.filter((half) =>
      cycle === null ? against === "current" || half.cycle === halves[0]!.cycle : half.cycle === cycle,
    );
    if (wanted.length === 0)
      leftOut.push({ file: label, reason: cycle === null ? "the file holds no half cycle" : `the file holds no cycle ${cycle}` });
    for (const half of wanted) {
      const { accuracy } = accuracyFor(half.flow.series, undefined);
      const peaks = findPeaks(half, { options: { shape: request.shape } });
      if ("notComputable" in peaks) leftOut.push({ file: label, reason: `half cycle ${half.number}: ${peaks.notComputable}` });
      else found.push(asCondition(label, half, peaks, temperature, accuracy.voltageOffsetVolt ?? 0));
    }
  }
  if (found.length === 0)
    throw new ThioscopeError("NOT_COMPUTABLE", `none of the ${files.length} files gives peaks: ${leftOut[0]!.reason}`);
  const series = peaksOver(found, against);
  io.result({
    against,
    shape: request.shape,
    errors: ERRORS,
    halfCycles: found.map(({ label, half, condition, total }) => ({
      file: label,
      half: half.number,
      cycle: half.cycle,
      direction: half.direction,
      rows: half.rows,
      condition,
      capacity: total,
    })),
    tracks: series.tracks.map(({ number, direction, points, slope }) => ({
      number,
      direction,
      slope,
      points: points.map(({ set, peak }) => ({
        file: found[set]!.label,
        half: found[set]!.half.number,
        condition: found[set]!.condition,
        potential: peak.potential ?? { notComputable: peak.censored },
        share: { value: (100 * peak.capacity.value) / found[set]!.total.value, sigma: null, unit: "%" },
        width: peak.width,
        rows: peak.rows,
      })),
    })),
    pairs: series.pairs.map(({ discharge, charge, points, slope, entropy }) => ({
      discharge: { number: discharge },
      charge: { number: charge },
      slope,
      entropy,
      points,
    })),
    unpaired: series.unpaired,
    leftOut,
  });
  for (const { file, reason } of leftOut) io.hint(`left out: ${file}: ${reason}`);
  if (!io.json) io.say(text(series, found, against));
}

const ERRORS = "fit of each peak, and 1 mV of the instrument's offset per file (assumed); a temperature's own error through the slope";

async function temperatureOf({ temperatures, cells, files }: SeriesRequest, k: number): Promise<Quantity> {
  const given = temperatures[k];
  if (given) return given;
  const path = cells.length === 1 ? cells[0] : cells[k];
  if (path === undefined)
    throw new ThioscopeError("USAGE", `the temperature of ${files[k]} is not known: --temperature or a cell file with one tells it`);
  const declared = (await readCell(path)).temperature;
  if (!declared) throw new ThioscopeError("NOT_COMPUTABLE", "the cell file gives no temperature", { file: path });
  return inUnit(declared.quantity, "°C");
}

function asCondition(label: string, half: HalfCycle, found: CapacityPeaks, temperature: Quantity | null, offsetVolt: number): Found {
  const { workingCurrent } = measureHalfCycle(half);
  const current: Quantity = { value: 1e3 * workingCurrent.value, sigma: null, unit: "mA" };
  return {
    label,
    half,
    direction: half.direction,
    condition: temperature ?? current,
    peaks: found.peaks,
    total: found.total,
    offsetVolt,
  };
}

function text({ tracks, pairs, unpaired }: ReturnType<typeof peaksOver<CapacityPeak>>, found: readonly Found[], against: Against): string {
  const bare = (q: Quantity): string => formatQuantity({ ...q, unit: "" });
  const unit = against === "temperature" ? "°C" : "mA";
  const rows = tracks.flatMap(({ number, direction, points }) =>
    points.map(({ set, peak }) => [
      direction,
      String(number),
      found[set]!.label,
      String(found[set]!.half.cycle),
      bare(found[set]!.condition),
      peak.potential ? bare(peak.potential) : "–",
      ((100 * peak.capacity.value) / found[set]!.total.value).toFixed(1),
      bare({ ...peak.width, value: 1e3 * peak.width.value, sigma: peak.width.sigma === null ? null : 1e3 * peak.width.sigma }),
      peak.censored ?? "",
    ]),
  );
  const slopes = tracks.map(({ number, direction, slope }) => [
    direction,
    String(number),
    shortAnswer(slope),
    isComputable(slope) ? "" : slope.notComputable,
  ]);
  const parts = [
    textTable(["direction", "track", "file", "cycle", unit, "V", "% of the charge", "width mV", ""], rows),
    `Slopes\n${textTable(["direction", "track", against === "temperature" ? "mV/K" : "ohm", ""], slopes)}`,
  ];
  if (pairs.length > 0) {
    const lines = pairs.map((p) => [
      `${p.discharge}, ${p.charge}`,
      shortAnswer(p.slope),
      shortAnswer(p.entropy),
      isComputable(p.slope) ? "" : p.slope.notComputable,
    ]);
    parts.push(`Half the sum of discharge and charge\n${textTable(["tracks", "mV/K", "ΔS J/(mol K)", ""], lines)}`);
    parts.push("A slope of one direction holds what polarisation loses with temperature; half the sum is free of what both have alike.");
  } else if (unpaired) parts.push(`No entropy: ${unpaired}.`);
  parts.push(`Errors: ${ERRORS}.`);
  return parts.join("\n\n");
}

/** Peaks of dQ/dV for `thioscope dqdv --peaks`: found in every half cycle, tracked, as text and as JSON. */
import { formatQuantity, type NotComputable, type Quantity, ThioscopeError } from "@thioscope/core";
import {
  type CapacityPeaks,
  findPeaks,
  type HalfCycle,
  PEAK_DEFAULTS,
  type PeakEvent,
  type PeakTrack,
  stopPotentials,
  trackPeaks,
} from "@thioscope/core/cycling";
import { PEAK_SHAPES, type PeakShapeName } from "@thioscope/core/peaks";
import { type CapacityBasis, inBasis } from "@thioscope/core/story";
import type { CommandIo } from "../command.ts";
import { textTable } from "../inputs.ts";

interface Found {
  half: HalfCycle;
  found: CapacityPeaks | NotComputable;
}

export interface PeakReport {
  shape: PeakShapeName;
  basis: CapacityBasis;
  halves: readonly Found[];
  tracks: readonly (PeakTrack & { direction: HalfCycle["direction"] })[];
  events: readonly (PeakEvent & { direction: HalfCycle["direction"] })[];
}

export function shapeOption(word: string | boolean | undefined): PeakShapeName {
  if (typeof word !== "string") return PEAK_DEFAULTS.shape;
  if (!Object.hasOwn(PEAK_SHAPES, word))
    throw new ThioscopeError("USAGE", `--shape ${word} is not known; there are ${Object.keys(PEAK_SHAPES).join(", ")}`);
  return word as PeakShapeName;
}

/** Peaks of every half cycle, each search beginning with the peaks of the half cycle before in its direction. */
export function reportPeaks(halves: readonly HalfCycle[], shape: PeakShapeName, basis: CapacityBasis, io: CommandIo): PeakReport {
  const last = new Map<string, CapacityPeaks>();
  const found = halves.map((half, k): Found => {
    io.task.progress(k, halves.length, "half cycles");
    const before = last.get(half.direction);
    const result = findPeaks(half, { options: { shape }, ...(before ? { start: before.next } : {}) });
    if (!("notComputable" in result)) last.set(half.direction, result);
    return { half, found: result };
  });
  const directions = ["discharge", "charge"] as const;
  const tracked = directions.map((direction) => {
    const sets = found.flatMap(({ half, found: f }) =>
      half.direction === direction && !("notComputable" in f) ? [{ at: half.number, peaks: f.peaks }] : [],
    );
    const { tracks, events } = trackPeaks(sets);
    return { tracks: tracks.map((t) => ({ ...t, direction })), events: events.map((e) => ({ ...e, direction })) };
  });
  return { shape, basis, halves: found, tracks: tracked.flatMap((t) => t.tracks), events: tracked.flatMap((t) => t.events) };
}

/** A closure further than this from 100 % is said to be poor. */
const POOR = 3;

const plain = (value: number, unit: string): Quantity => ({ value, sigma: null, unit });

/** What the errors of peaks hold, so that half cycles of one run can be compared. */
const ERRORS =
  "noise of the readings and what the assumed shape cannot follow; the instrument's accuracy is common to the run and comes on top";

/** For --json: capacities in the unit of the basis. */
export function peaksJson({ shape, basis, halves, tracks, events }: PeakReport): unknown {
  const { background, most, leastShare, startShare } = PEAK_DEFAULTS;
  return {
    shape,
    errors: ERRORS,
    options: {
      backgroundDegree: plain(background, ""),
      mostPeaks: plain(most, ""),
      leastShare: plain(100 * leastShare, "%"),
      startNotFitted: plain(100 * startShare, "%"),
    },
    halfCycles: halves.map(({ half, found }) => {
      const place = { half: half.number, cycle: half.cycle, direction: half.direction, rows: half.rows };
      if ("notComputable" in found) return { ...place, notComputable: found.notComputable };
      const stops = stopPotentials(found);
      return {
        ...place,
        peaks: found.peaks.map((peak, k) => ({
          number: k + 1,
          potential: peak.potential ?? { notComputable: peak.censored },
          capacity: inBasis(peak.capacity, basis),
          share: shareOf(peak.capacity, found.total),
          width: peak.width,
          height: { ...scaled(peak.height, basis.factor), unit: `${basis.unit}/V` },
          shoulder: peak.shoulder,
          cutBy: peak.cutBy,
          track: { number: trackOf(tracks, peak)?.id ?? 0 },
          rows: peak.rows,
        })),
        background: inBasis(found.background, basis),
        outside: inBasis(found.outside, basis),
        total: inBasis(found.total, basis),
        closure: found.closure,
        shapeError: plain(100 * found.shapeError, "%"),
        converged: found.converged,
        binWidth: plain(found.binWidthVolt, "V"),
        stops: stops.map((stop) => ({
          peak: stop.peak + 1,
          when: stop.when,
          potential: stop.potential,
          passed: plain(100 * stop.passed, "%"),
          conversion: { values: stop.conversion, sigma: null, unit: "" },
        })),
      };
    }),
    tracks: tracks.map(({ id, direction, first, last }) => ({ number: id, direction, from: { half: first }, to: { half: last } })),
    events: events.map(({ kind, direction, track, with: other, between: [before, after], change }) => ({
      kind,
      direction,
      track: { number: track },
      other: other === null ? null : { number: other },
      from: before === null ? null : { half: before },
      to: after === null ? null : { half: after },
      change,
    })),
  };
}

const scaled = (q: Quantity, factor: number): Quantity => ({
  ...q,
  value: q.value * factor,
  sigma: q.sigma === null ? null : q.sigma * Math.abs(factor),
});

const shareOf = (part: Quantity, whole: Quantity): Quantity => ({ ...scaled(part, 100 / whole.value), unit: "%" });

function trackOf(tracks: PeakReport["tracks"], peak: CapacityPeaks["peaks"][number]): PeakTrack | undefined {
  return tracks.find((track) => track.peaks.includes(peak));
}

/** The table of peaks, how well they add up, and events. */
export function peaksText({ basis, halves, tracks, events }: PeakReport, withStops: boolean): string {
  const bare = (q: Quantity): string => formatQuantity({ ...q, unit: "" });
  const rows = halves.flatMap(({ half, found }) => {
    const place = [String(half.number), String(half.cycle), half.direction];
    if ("notComputable" in found) return [[...place, "–", "–", "–", "–", "–", found.notComputable]];
    const lines = found.peaks.map((peak) => {
      const capacity = inBasis(peak.capacity, basis);
      return [
        ...place,
        String(trackOf(tracks, peak)?.id ?? ""),
        peak.potential ? bare(peak.potential) : "–",
        "notComputable" in capacity ? "–" : bare(capacity),
        bare(shareOf(peak.capacity, found.total)),
        bare(scaled(peak.width, 1000)),
        peak.censored ?? (peak.shoulder ? "shoulder" : ""),
      ];
    });
    const background = inBasis(found.background, basis);
    const poor = Math.abs(found.closure.value - 100) > POOR || !found.converged ? ": they do not describe this half cycle" : "";
    const rest = `background; peaks and background are ${found.closure.value.toFixed(1)} % of the charge${poor}`;
    const share = bare(shareOf(found.background, found.total));
    return [...lines, [...place, "", "", "notComputable" in background ? "–" : bare(background), share, "", rest]];
  });
  const head = ["half cycle", "cycle", "direction", "track", "V", basis.unit, "% of the charge", "width mV", ""];
  const parts = [textTable(head, rows)];
  if (withStops) parts.push(stopsText(halves));
  if (events.length > 0) parts.push(`Events\n${events.map(eventText).join("\n")}`);
  parts.push(`Errors: ${ERRORS}.`);
  return parts.join("\n\n");
}

function stopsText(halves: readonly Found[]): string {
  const rows = halves.flatMap(({ half, found }) => {
    if ("notComputable" in found) return [];
    return stopPotentials(found).map((stop) => [
      String(half.number),
      half.direction,
      stop.potential.value.toFixed(3),
      `${stop.when} peak ${stop.peak + 1}`,
      `${(100 * stop.passed).toFixed(0)} %`,
      stop.conversion.map((c) => `${(100 * c).toFixed(0)}`).join(" / "),
    ]);
  });
  return `Stop potentials\n${textTable(["half cycle", "direction", "V", "", "charge passed", "conversion of peaks, %"], rows)}`;
}

function eventText(event: PeakReport["events"][number]): string {
  const [before, after] = event.between;
  const where = before === null ? `half cycle ${after}` : after === null ? `half cycle ${before}` : `half cycles ${before}–${after}`;
  const change = event.change ? ` by ${formatQuantity(event.change)}` : "";
  const other = event.with === null ? "" : ` ${event.kind === "merge" ? "with" : "from"} ${event.with}`;
  return `  ${event.direction}, track ${event.track}: ${event.kind}${other}${change} (${where})`;
}

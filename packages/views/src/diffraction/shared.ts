/** What the views of diffraction share: axes, edges of cells, tones of phases, the potential above a map. */
import { RADIAL_LABELS, type RadialUnit } from "@thioscope/core/diffraction";
import type { Numbers, PhaseLines, StoryFile } from "@thioscope/core/story";
import type { LineMark, Mark, Panel, Tone } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import type { PartContext } from "../parts/model.ts";
import { quantityLabel, type Run } from "../text.ts";
import { at } from "../track.ts";

export type Context = PartContext<"diffraction">;

export const TONES: readonly Tone[] = ["accent", "first", "second", { ramp: 0.75 }, { ramp: 0.1 }, "third"];

export const toneOf = (index: number): Tone => TONES[index % TONES.length]!;

/** "q (1/nm)": a radial axis as it is labelled. */
export function radialLabel(unit: string): Run[] {
  const known = Object.hasOwn(RADIAL_LABELS, unit) ? RADIAL_LABELS[unit as RadialUnit] : null;
  return known ? quantityLabel(known.quantity, known.unit) : quantityLabel("Radius", unit);
}

/** Name and unit of a radial axis for a table. */
export function radialColumn(unit: string): { name: string; unit: string } {
  const known = Object.hasOwn(RADIAL_LABELS, unit) ? RADIAL_LABELS[unit as RadialUnit] : null;
  return known ? { name: known.quantity, unit: known.unit } : { name: "radius", unit };
}

/** Edges half-way between centres; the outer cells are as wide as their neighbours. */
export function edgesOf(centres: Numbers): Float64Array {
  const n = centres.length;
  if (n === 0) return new Float64Array(0);
  if (n === 1) return Float64Array.of(at(centres, 0) - 0.5, at(centres, 0) + 0.5);
  return Float64Array.from({ length: n + 1 }, (_, i) => {
    if (i === 0) return at(centres, 0) - (at(centres, 1) - at(centres, 0)) / 2;
    if (i === n) return at(centres, n - 1) + (at(centres, n - 1) - at(centres, n - 2)) / 2;
    return (at(centres, i - 1) + at(centres, i)) / 2;
  });
}

/** Columns of a map over time: where a scan is missing there is a column without values, not a wide neighbour. */
export interface TimeColumns {
  edges: Float64Array;
  /** which scan each column is; −1 for none */
  scan: Int32Array;
}

/** Scans farther apart than so many usual distances have something missing between them. */
const GAP = 1.7;

export function timeColumns(times: Numbers): TimeColumns {
  const n = times.length;
  if (n < 3) return { edges: edgesOf(times), scan: Int32Array.from({ length: n }, (_, i) => i) };
  const steps = Float64Array.from({ length: n - 1 }, (_, i) => at(times, i + 1) - at(times, i));
  const usual = steps.toSorted()[Math.floor(steps.length / 2)]!;
  const edges: number[] = [];
  const scan: number[] = [];
  for (let i = 0; i < n; i++) {
    const t = at(times, i);
    const before = i === 0 ? usual : steps[i - 1]!;
    if (i === 0) edges.push(t - steps[0]! / 2);
    else if (before > GAP * usual) {
      // the cell before ends where a usual one would, and an empty one fills the time until this one begins
      edges.push(at(times, i - 1) + usual / 2, t - usual / 2);
      scan.push(-1);
    } else edges.push(t - before / 2);
    scan.push(i);
  }
  const last = steps.at(-1)!;
  edges.push(at(times, n - 1) + Math.min(last, GAP * usual) / 2);
  return { edges: Float64Array.from(edges), scan: Int32Array.from(scan) };
}

/** A list row by row over scans, laid on the columns. */
export function onColumns(values: Numbers, rows: number, scans: number, { scan }: TimeColumns): Float64Array {
  const out = new Float64Array(rows * scan.length).fill(Number.NaN);
  if (values.length === 0) return out;
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < scan.length; c++) if (scan[c]! >= 0) out[r * scan.length + c] = at(values, r * scans + scan[c]!);
  return out;
}

/** A list over scans, laid on the columns; undefined where it is empty. */
export function rowsOnColumns(rows: Numbers, { scan }: TimeColumns): Float64Array | undefined {
  return rows.length === 0 ? undefined : Float64Array.from(scan, (s) => (s < 0 ? Number.NaN : at(rows, s)));
}

/** The run's potential over time as a panel above a map; null where there is none. */
export function potentialPanel(run: StoryFile | null): Panel | null {
  if (!run || run.trace.timeHour.length === 0 || run.trace.voltageVolt.length === 0) return null;
  const line: LineMark = {
    kind: "line",
    x: run.trace.timeHour,
    y: run.trace.voltageVolt,
    rows: run.trace.row,
    tone: "ink",
    width: 0.9,
  };
  return { weight: 0.55, left: { label: quantityLabel("Potential", "V"), ...padded(extent([run.trace.voltageVolt])) }, marks: [line] };
}

/** The hours that a map's axis covers: those of the scans, narrowed by the brush. */
export function hours({ run, state }: Context, edges: Float64Array): { min: number; max: number } {
  const whole = { min: edges[0] ?? 0, max: edges.at(-1) ?? 1 };
  if (!run || !state.brush) return whole;
  const { row, timeHour } = run.trace;
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < row.length; i++) {
    if (at(row, i) < state.brush.first || at(row, i) > state.brush.last) continue;
    min = Math.min(min, at(timeHour, i));
    max = Math.max(max, at(timeHour, i));
  }
  return max > min ? { min, max } : whole;
}

/** The list entry whose rows hold the cursor's row, or the nearest; `fallback` where there is none. */
export function entryAt(firstRow: Numbers, lastRow: Numbers, row: number | null, fallback: number): number {
  if (row === null || firstRow.length === 0) return fallback;
  let best = fallback;
  let nearest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < firstRow.length; i++) {
    const [a, b] = [at(firstRow, i), at(lastRow, i)];
    const distance = row < a ? a - row : row > b ? row - b : 0;
    if (distance < nearest) {
      nearest = distance;
      best = i;
    }
  }
  return best;
}

/** Reflections of phases as short strokes, one row per phase, in a panel under a pattern. */
export function tickPanel(lines: readonly PhaseLines[], weight: number): Panel {
  const marks = lines.map(({ places }, k): Mark => {
    const x: number[] = [];
    const y: number[] = [];
    for (let i = 0; i < places.length; i++) {
      x.push(at(places, i), at(places, i), Number.NaN);
      y.push(k - 0.36, k + 0.36, Number.NaN);
    }
    return { kind: "line", x, y, tone: toneOf(k), width: 1, plain: true };
  });
  const names = lines.map(({ phase }) => quantityLabel(phase, ""));
  return { weight, left: { label: [], min: lines.length - 0.4, max: -0.6, names }, marks };
}

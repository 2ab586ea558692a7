/**
 * A phase over a series of scans: where its layer begins and ends in each, how its fronts move, and how much of it there is.
 *
 * The intensity inside of the layer comes from the scan that shows the most of the phase, fitted with both edges free (layers.ts); with it both edges of every other scan are known inside of
 * a step, also where the layer is thinner than the beam. This takes what is behind a front to be complete: a phase that grows everywhere at once shows edges that
 * stand still and a thickness that is only its amount. An error of that intensity moves every edge by its relative size times the resolution; it is part of their errors.
 *
 * Every position of a scan was measured at its own time: an edge has the time at which the beam was there. Positions µm, times s, velocities µm/h.
 */
import type { ScanGrid } from "../clock/scanGrid.ts";
import { ThioscopeError } from "../errors.ts";
import { isComputable, type NotComputable, type Quantity } from "../units/quantity.ts";
import { type EdgeAt, type FrontMotion, frontMotion } from "./fronts.ts";
import { type BeamProfile, fitLayer, type LayerProfile } from "./layers.ts";

/** A map of one phase on a grid of scans. */
export interface PhaseScans {
  readonly phase: string;
  readonly grid: ScanGrid;
  /** scan · positions + position; NaN where nothing was measured */
  readonly values: Float64Array;
  readonly sigma: Float64Array;
}

export interface EdgeSeries {
  readonly lower: readonly EdgeAt[];
  readonly upper: readonly EdgeAt[];
  /** from the same fits, µm; null where one of the edges is not known */
  readonly thickness: readonly (Quantity | null)[];
  /** of the scan that shows most of the phase */
  readonly fullest: number;
  /** inside of the layer */
  readonly amplitude: Quantity;
  readonly resolution: Quantity;
}

/** Scans first … last (both included) over which a front may move one way, such as one discharge. */
export interface FrontStage {
  readonly label: string;
  readonly first: number;
  readonly last: number;
}

/** One scan as a profile over positions. Throws INVALID_INPUT for a scan that is not there. */
export function profileOf({ grid, values, sigma }: PhaseScans, scan: number): LayerProfile {
  if (!(Number.isInteger(scan) && scan >= 0 && scan < grid.scans))
    throw new ThioscopeError("INVALID_INPUT", `scan ${scan}: there are ${grid.scans}, from 0`);
  const n = grid.positions.length;
  const part = (all: Float64Array): Float64Array => all.subarray(scan * n, (scan + 1) * n);
  return { positions: grid.positions, intensity: part(values), sigma: part(sigma) };
}

/** Sum over the positions between two edges (µm), scan by scan, with the mean time at which they were measured; NaN where one is missing. */
export function columnSums(
  { grid, values, sigma }: PhaseScans,
  from = Number.NEGATIVE_INFINITY,
  to = Number.POSITIVE_INFINITY,
): { timeSecond: Float64Array; values: Float64Array; sigma: Float64Array } {
  const n = grid.positions.length;
  const use = Array.from(grid.positions.keys()).filter((i) => grid.positions[i]! >= from && grid.positions[i]! <= to);
  const over = (pick: (at: number) => number): Float64Array =>
    Float64Array.from({ length: grid.scans }, (_, k) => use.reduce((sum, i) => sum + pick(k * n + i), 0));
  return {
    timeSecond: over((at) => grid.timeSecond[at]!).map((t) => t / use.length),
    values: over((at) => values[at]!),
    sigma: over((at) => sigma[at]! ** 2).map(Math.sqrt),
  };
}

/** Intensities below this many errors say nothing of what scatters in proportion to them. */
const WELL_COUNTED = 30;
const LEAST_TRIPLES = 20;

/**
 * By how much frames scatter beyond their counts, in proportion: flux that wanders, a beam that jumps. From three scans in a row at one position of any phase, (I₋ − 2 I + I₊)/√6 in
 * units of I, less what counting makes of it; the median over all of them, which changes of the cell do not move while they are few. Null where too little is well counted.
 */
export function frameScatter(maps: readonly PhaseScans[]): number | null {
  const squares: number[] = [];
  for (const { grid, values, sigma } of maps) {
    const n = grid.positions.length;
    for (let k = 1; k + 1 < grid.scans; k++) {
      for (let i = 0; i < n; i++) {
        const [a, b, c] = [(k - 1) * n + i, k * n + i, (k + 1) * n + i];
        const level = values[b]!;
        if (!(level > WELL_COUNTED * sigma[b]! && values[a]! > 0.5 * level && values[c]! > 0.5 * level)) continue;
        const counted = sigma[a]! ** 2 + 4 * sigma[b]! ** 2 + sigma[c]! ** 2;
        squares.push(((values[a]! - 2 * level + values[c]!) ** 2 - counted) / (6 * level * level));
      }
    }
  }
  if (squares.length < LEAST_TRIPLES) return null;
  squares.sort((p, q) => p - q);
  // the median of χ² with one degree of freedom is 0.455
  return Math.sqrt(Math.max(0, squares[Math.floor(squares.length / 2)]! / 0.455));
}

/** The map with errors that hold a scatter in proportion to the intensity ({@link frameScatter}). */
export function withScatter(scans: PhaseScans, relative: number): PhaseScans {
  return { ...scans, sigma: scans.sigma.map((s, at) => Math.hypot(s, relative * scans.values[at]!)) };
}

/** The map less the mean of its first scans, position by position: what another phase adds without changing drops out. */
export function changesOf(scans: PhaseScans, baselineScans: number): PhaseScans {
  const { grid, values, sigma } = scans;
  if (!(Number.isInteger(baselineScans) && baselineScans >= 0 && baselineScans < grid.scans))
    throw new ThioscopeError("INVALID_INPUT", `a baseline of ${baselineScans} of ${grid.scans} scans: some must be left`);
  if (baselineScans === 0) return scans;
  const n = grid.positions.length;
  const out = { values: new Float64Array(values.length), sigma: new Float64Array(values.length) };
  for (let i = 0; i < n; i++) {
    let [sum, square, count] = [0, 0, 0];
    for (let k = 0; k < baselineScans; k++) {
      if (!Number.isFinite(values[k * n + i]!)) continue;
      sum += values[k * n + i]!;
      square += sigma[k * n + i]! ** 2;
      count++;
    }
    for (let k = 0; k < grid.scans; k++) {
      const at = k * n + i;
      out.values[at] = count > 0 ? values[at]! - sum / count : Number.NaN;
      out.sigma[at] = Math.sqrt(sigma[at]! ** 2 + (count > 0 ? square / count ** 2 : 0));
    }
  }
  return { ...scans, ...out };
}

/** Share of the largest change that still counts as changing, and how much of the section beside it is looked at, in steps. */
const CHANGES = 0.1;
const BESIDE = 5;

/** The stretch of positions (µm) about the one where the phase changes most, with some steps beside it that do not change; null where nothing is known. */
export function changingRegion({ grid, values }: PhaseScans): readonly [from: number, to: number] | null {
  const n = grid.positions.length;
  const span = Float64Array.from({ length: n }, (_, i) => {
    const column = Array.from({ length: grid.scans }, (__, k) => values[k * n + i]!)
      .filter(Number.isFinite)
      .sort((a, b) => a - b);
    // the tenth part at either end may be noise
    const end = Math.floor(column.length / 10);
    return column.length > 2 ? column[column.length - 1 - end]! - column[end]! : 0;
  });
  let most = 0;
  for (let i = 1; i < n; i++) if (span[i]! > span[most]!) most = i;
  if (!(span[most]! > 0)) return null;
  let [from, to] = [most, most];
  while (from > 0 && span[from - 1]! > CHANGES * span[most]!) from--;
  while (to < n - 1 && span[to + 1]! > CHANGES * span[most]!) to++;
  return [grid.positions[Math.max(0, from - BESIDE)]!, grid.positions[Math.min(n - 1, to + BESIDE)]!];
}

/** The same map over a stretch of the positions (µm, both ends included). */
export function within({ phase, grid, values, sigma }: PhaseScans, [from, to]: readonly [number, number]): PhaseScans {
  const use = Array.from(grid.positions.keys()).filter((i) => grid.positions[i]! >= from && grid.positions[i]! <= to);
  const n = grid.positions.length;
  const pick = <T extends Float64Array | Int32Array>(all: T): T => {
    const out = all.slice(0, grid.scans * use.length) as T;
    for (let k = 0; k < grid.scans; k++) for (const [j, i] of use.entries()) out[k * use.length + j] = all[k * n + i]!;
    return out;
  };
  return {
    phase,
    grid: {
      ...grid,
      positions: Float64Array.from(use, (i) => grid.positions[i]!),
      frame: pick(grid.frame),
      timeSecond: pick(grid.timeSecond),
    },
    values: pick(values),
    sigma: pick(sigma),
  };
}

/** Of the resolution: where a thinner layer lies is not known, only that it is there. */
const THINNEST = 0.2;
/** Of the intensity inside, as a change outside of the layer: beyond it the fit has made a layer of the background. */
const LARGEST_BACKGROUND = 0.3;

/** Both edges of the phase's layer in every scan; or why they are not known. Give the changes of a phase in the stretch where it changes ({@link changesOf}, {@link within}). */
export function phaseEdges(scans: PhaseScans, beam: BeamProfile): EdgeSeries | NotComputable {
  const { grid } = scans;
  const { values } = columnSums(scans);
  const fullest = values.reduce(
    (best, v, k) => (v > (values[best] ?? Number.NEGATIVE_INFINITY) || Number.isNaN(values[best]!) ? k : best),
    0,
  );
  const whole = fitLayer(profileOf(scans, fullest), beam);
  if ("notComputable" in whole) return { notComputable: `${scans.phase}: ${whole.notComputable}` };
  if (!isComputable(whole.thickness)) return { notComputable: `${scans.phase}: ${whole.thickness.notComputable}` };
  const { amplitude, resolution } = whole;
  const common = ((amplitude.sigma ?? 0) / amplitude.value) * resolution.value;
  const lower: EdgeAt[] = [];
  const upper: EdgeAt[] = [];
  const thickness: (Quantity | null)[] = [];
  for (let k = 0; k < grid.scans; k++) {
    const fit = fitLayer(profileOf(scans, k), beam, { amplitude: amplitude.value });
    const known =
      !("notComputable" in fit) &&
      isComputable(fit.lower) &&
      isComputable(fit.upper) &&
      isComputable(fit.thickness) &&
      fit.thickness.value > THINNEST * resolution.value &&
      Math.abs(fit.background.value - whole.background.value) < LARGEST_BACKGROUND * amplitude.value;
    const edge = (q: Quantity | null): EdgeAt => ({
      timeSecond: q ? timeAt(grid, k, q.value) : grid.scanSecond[k]!,
      position: q && { ...q, sigma: Math.hypot(q.sigma ?? 0, common / 2) },
    });
    lower.push(edge(known ? (fit.lower as Quantity) : null));
    upper.push(edge(known ? (fit.upper as Quantity) : null));
    const thick = known ? (fit.thickness as Quantity) : null;
    thickness.push(thick && { ...thick, sigma: Math.hypot(thick.sigma ?? 0, common) });
  }
  return { lower, upper, thickness, fullest, amplitude, resolution };
}

/** The motion of both edges in every stage. A stage begins with the first scan that shows the layer. */
export function fronts(
  series: EdgeSeries,
  stages: readonly FrontStage[],
): readonly { readonly stage: FrontStage; readonly edge: "lower" | "upper"; readonly motion: FrontMotion }[] {
  return stages.flatMap((stage) =>
    (["lower", "upper"] as const).map((edge) => ({
      stage,
      edge,
      motion: frontMotion(moving(series[edge].slice(stage.first, stage.last + 1), series.resolution.value), series.resolution),
    })),
  );
}

/**
 * The points among which the edge moves: those at the beginning or end of a stage that lie within the resolution of where it stands there are left out but for the last one before and the
 * first one after. A front that waits and then runs has the velocity of the run.
 */
function moving(edges: readonly EdgeAt[], resolution: number): readonly EdgeAt[] {
  const known = edges.filter((e) => e.position !== null);
  if (known.length < 4) return known;
  const surest = (some: readonly EdgeAt[]): number =>
    some.reduce((a, e) => (e.position!.sigma! < a.position!.sigma! ? e : a)).position!.value;
  const [first, last] = [surest(known.slice(0, 3)), surest(known.slice(-3))];
  if (Math.abs(last - first) < resolution) return known;
  const stands = (e: EdgeAt, at: number): boolean => Math.abs(e.position!.value - at) < Math.max(resolution / 4, 3 * e.position!.sigma!);
  let from = 0;
  while (from + 1 < known.length && stands(known[from + 1]!, first)) from++;
  let to = known.length - 1;
  while (to > from + 1 && stands(known[to - 1]!, last)) to--;
  return to - from >= 2 ? known.slice(from, to + 1) : known;
}

/** When the beam was at a position of a scan, linear between the positions measured. */
function timeAt({ positions, timeSecond, scanSecond }: ScanGrid, scan: number, position: number): number {
  const n = positions.length;
  const known: [number, number][] = [];
  for (let i = 0; i < n; i++) {
    const t = timeSecond[scan * n + i]!;
    if (Number.isFinite(t)) known.push([positions[i]!, t]);
  }
  if (known.length < 2) return known[0]?.[1] ?? scanSecond[scan]!;
  const next = known.findIndex(([z]) => z >= position);
  const i = Math.min(known.length - 1, Math.max(1, next < 0 ? known.length - 1 : next));
  const [[z0, t0], [z1, t1]] = [known[i - 1]!, known[i]!];
  const inside = Math.min(1, Math.max(0, (position - z0) / (z1 - z0)));
  return t0 + inside * (t1 - t0);
}

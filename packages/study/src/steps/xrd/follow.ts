/** One phase in time: when it appears, where its layer begins and ends, how its edges move. */
import { type Answer, isComputable, type Quantity } from "@thioscope/core";
import { turningTime } from "@thioscope/core/clock";
import {
  type BeamProfile,
  changesOf,
  changingRegion,
  columnSums,
  type EdgeSeries,
  type FrontMotion,
  type FrontStage,
  fitLayerStack,
  frontMotion,
  fronts,
  type LayerStack,
  type PhaseScans,
  phaseEdges,
  phaseOnset,
  profileOf,
  within,
} from "@thioscope/core/diffraction";
import type { FrameClock } from "./runClock.ts";

export interface FollowedPhase {
  /** µm: where it changes */
  readonly region: readonly [number, number] | null;
  /** s on the cell's clock */
  readonly onset: Answer;
  /** edges of what changes, scan by scan */
  readonly edges: EdgeSeries | { readonly notComputable: string };
  readonly fronts: readonly { readonly stage: FrontStage; readonly edge: "lower" | "upper"; readonly motion: FrontMotion }[];
  /** edges of the layers in which it is from the beginning, scan by scan; empty where it is in none */
  readonly layers: readonly LayerEdge[];
  /** thickness between those edges, scan by scan, µm */
  readonly thicknesses: readonly { readonly label: string; readonly values: readonly (Quantity | null)[] }[];
}

interface LayerEdge {
  readonly label: string;
  readonly timeSecond: readonly number[];
  readonly positions: readonly (Quantity | null)[];
  readonly motion: FrontMotion;
  readonly resolution: Quantity;
}

interface Means {
  readonly baseline: number;
  readonly beam: BeamProfile;
  readonly stages: readonly FrontStage[];
  readonly clock: FrameClock;
}

/** What of a phase changes, where it changes; null where nothing does. */
export function changes(scans: PhaseScans, baseline: number, between: readonly [number, number] | null = null): PhaseScans | null {
  if (scans.grid.scans < 4) return null;
  const changed = changesOf(between ? within(scans, between) : scans, baseline);
  const region = changingRegion(changed);
  return region && within(changed, region);
}

export function followPhase(scans: PhaseScans, { baseline, beam, stages, clock }: Means): FollowedPhase {
  const changed = changes(scans, baseline);
  const stack = layersOf(scans, beam, clock);
  const { positions } = changed?.grid ?? scans.grid;
  const region = changed ? ([positions[0]!, positions[positions.length - 1]!] as const) : null;
  if (!changed) {
    const few = { notComputable: `${scans.grid.scans} scans: what changes needs at least four` };
    return { region, onset: few, edges: few, fronts: [], ...stack };
  }
  const edges = edgesOf(changed, beam);
  const sums = columnSums(within(scans, region!));
  const onset = phaseOnset(sums.timeSecond, sums.values, sums.sigma, baseline);
  const joined = "notComputable" in edges ? [] : fronts(edges, stages);
  return { region, onset: isComputable(onset) ? onCell(onset, clock) : onset, edges, fronts: joined, ...stack };
}

/** Intensity inside of the layer over its error, below which its edges mean nothing. */
const LEAST_KNOWN = 10;
const SIGNIFICANT = 5;
const ROUNDS = 3;

function edgesOf(changed: PhaseScans, beam: BeamProfile): FollowedPhase["edges"] {
  if (changed.grid.positions.length < 3) return { notComputable: "fewer than three positions" };
  const edges = phaseEdges(changed, beam);
  if ("notComputable" in edges) return edges;
  const { value, sigma } = edges.amplitude;
  return value > LEAST_KNOWN * (sigma ?? Number.POSITIVE_INFINITY)
    ? edges
    : {
        notComputable: `what changes of ${changed.phase} is known to ${((100 * (sigma ?? 0)) / value).toFixed(0)} % only: too little to follow its edges`,
      };
}

/** A rest of the cell on the clock of the frames, s: as far as that clock can be believed. */
export interface Stop {
  readonly from: number;
  readonly to: number;
}

/**
 * When a phase stops to grow or to vanish as the current stops: one that needs charge stands still until it flows again. The sum over the positions is free of the beam's profile; it has the
 * time at which the beam was where the phase changed last. Which scans fall into the rest depends on the offset that is looked for: it is found in a few rounds.
 */
export function turnsOf(scans: PhaseScans, stops: readonly Stop[], sideSecond: number): { label: string; at: Stop; time: Quantity }[] {
  const { grid } = scans;
  const n = grid.positions.length;
  const { values, sigma } = columnSums(scans);
  const period = grid.scans > 1 ? (grid.scanSecond[grid.scans - 1]! - grid.scanSecond[0]!) / (grid.scans - 1) : 0;
  return stops.flatMap((stop) => {
    const last = grid.scanSecond.findLastIndex((t) => t <= stop.from);
    if (last < 2) return [];
    const weight = Float64Array.from({ length: n }, (_, i) => {
      const change = Math.abs(scans.values[last * n + i]! - scans.values[(last - 2) * n + i]!);
      return change > SIGNIFICANT * Math.hypot(scans.sigma[last * n + i]!, scans.sigma[(last - 2) * n + i]!) ? change : 0;
    });
    const total = weight.reduce((a, w) => a + w, 0);
    if (!(total > 0)) return [];
    const timeSecond = Float64Array.from({ length: grid.scans }, (_, k) =>
      weight.reduce((sum, w, i) => (w > 0 ? sum + (w / total) * grid.timeSecond[k * n + i]! : sum), 0),
    );
    const turn = (beyond: number): Quantity | null => {
      let time: Quantity | null = null;
      for (let round = 0; round < ROUNDS; round++) {
        const shift: number = time ? time.value - stop.from : 0;
        const found = turningTime({ timeSecond, values, sigma }, [stop.from + shift - sideSecond, stop.to + shift + beyond], "level");
        if ("notComputable" in found) return null;
        time = found;
      }
      return time;
    };
    // where no scan falls into the rest a reaction is taken to need a while to begin again: half a scan beyond it is still level
    const time = turn(0) ?? turn(period / 2);
    return time ? [{ label: scans.phase, at: stop, time }] : [];
  });
}

/** A moment of the frames with its own error, on the cell's clock with the clock's error too. */
function onCell({ value, sigma }: Quantity, clock: FrameClock): Quantity {
  const at = clock.at(value);
  return { ...at, sigma: sigma === null ? at.sigma : Math.hypot(sigma, at.sigma ?? 0) };
}

const FIRST_SCANS = 3;
/** A change of level below this share of the largest is no layer's edge, nor is one that is known to a fifth of the resolution only. */
const LEAST_STEP = 0.1;

/** Edges of the layers that hold the phase at the beginning, followed through all scans. */
function layersOf(scans: PhaseScans, beam: BeamProfile, clock: FrameClock): Pick<FollowedPhase, "layers" | "thicknesses"> {
  const { grid } = scans;
  const none = { layers: [], thicknesses: [] };
  if (grid.positions.length < 7) return none;
  const start = fitLayerStack(meanOfFirst(scans), beam);
  if ("notComputable" in start) return none;
  const levels = start.levels.map((l) => l.value);
  const largest = scans.values.reduce((a, v) => (v > a ? v : a), 0);
  const isEdge = ({ sigma }: Quantity, k: number): boolean =>
    Math.abs(levels[k + 1]! - levels[k]!) > LEAST_STEP * largest &&
    // a step among levels below zero is another phase's, in the windows of the background
    Math.max(levels[k]!, levels[k + 1]!) > LEAST_STEP * largest &&
    sigma! < start.resolution.value / 5;
  const near = start.edges.filter(isEdge).map((e) => e.value);
  if (near.length === 0) return none;
  const series: (LayerStack | null)[] = [];
  let from: readonly number[] = near;
  for (let k = 0; k < grid.scans; k++) {
    const fit = fitLayerStack(profileOf(scans, k), beam, { near: from });
    const good = "notComputable" in fit || fit.edges.length !== near.length ? null : fit;
    series.push(good);
    if (good) from = good.edges.map((e) => e.value);
  }
  const timeSecond = Array.from(grid.scanSecond, (t) => clock.at(t).value);
  const layers = near.map((at, i): LayerEdge => {
    const positions = series.map((fit) => fit?.edges[i] ?? null);
    const edges = positions.map((position, k) => ({ timeSecond: timeSecond[k]!, position }));
    return {
      label: `${scans.phase} at ${at.toFixed(0)} µm`,
      timeSecond,
      positions,
      motion: frontMotion(edges, start.resolution),
      resolution: start.resolution,
    };
  });
  const thicknesses = near.slice(1).map((at, i) => ({
    label: `${scans.phase} from ${near[i]!.toFixed(0)} to ${at.toFixed(0)} µm`,
    values: series.map((fit) => fit?.thicknesses[i] ?? null),
  }));
  return { layers, thicknesses };
}

function meanOfFirst(scans: PhaseScans): ReturnType<typeof profileOf> {
  const count = Math.min(FIRST_SCANS, scans.grid.scans);
  const profiles = Array.from({ length: count }, (_, k) => profileOf(scans, k));
  const over = (of: (k: number, i: number) => number): Float64Array =>
    scans.grid.positions.map((_, i) => profiles.reduce((sum, __, k) => sum + of(k, i), 0));
  return {
    positions: scans.grid.positions,
    intensity: over((k, i) => profiles[k]!.intensity[i]! / count),
    sigma: over((k, i) => (profiles[k]!.sigma[i]! / count) ** 2).map(Math.sqrt),
  };
}

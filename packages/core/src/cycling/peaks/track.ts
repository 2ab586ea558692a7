/**
 * Which peak of one half cycle is which of the next: tracks over cycles, rates or temperatures, and what happens to them.
 *
 * Between two half cycles peaks are assigned in order of potential (they do not cross) so that the sum of
 *
 *   d² = (V_a − V_b)²/(σ_a² + σ_b² + (w/2)²) + (ln q_a/q_b)²/ln²3       w the mean full width at half maximum
 *
 * is least, where leaving two peaks without a partner costs d² = 9; half a width of shift or a factor of three in capacity
 * count as one. A peak that is missing in up to `patience` half cycles keeps its track. A cut-off peak is
 * taken to stand at the end that cuts it, a width more uncertain.
 *
 * Events, each with the half cycles that show it:
 *   shift   the potential moved by more than a quarter of the width and three errors since the track began or last shifted
 *   merge   a track ends, and a neighbour within the mean width gains more than half of its capacity       split   the reverse
 *   appear, vanish   a track begins after the first or ends before the last half cycle otherwise
 *   activation   the capacity grows over at least two half cycles from the track's beginning by more than a quarter and three errors
 *
 * References: dynamic programming over ordered lists, Needleman and Wunsch, J. Mol. Biol. 48, 443 (1970).
 */
import type { Quantity } from "../../units/quantity.ts";
import type { CapacityPeak } from "./find.ts";

/** What of a peak tells which one it is. */
export type TrackedPeak = Pick<CapacityPeak, "potential" | "nearVolt" | "capacity" | "width">;

/** Peaks of one half cycle; `at` is its number, by which events name it. */
export interface PeakSet<P extends TrackedPeak = CapacityPeak> {
  at: number;
  peaks: readonly P[];
}

export interface PeakTrack<P extends TrackedPeak = CapacityPeak> {
  /** from 1, by the potential where each begins */
  id: number;
  /** the peak in each half cycle given; null where it is missing */
  peaks: readonly (P | null)[];
  /** half cycles of its first and last peak */
  first: number;
  last: number;
}

export interface PeakEvent {
  kind: "shift" | "merge" | "split" | "appear" | "vanish" | "activation";
  track: number;
  /** the other track of a merge or split */
  with: number | null;
  /** half cycles before and after */
  between: readonly [before: number | null, after: number | null];
  /** change of potential (shift) in V or of capacity (activation) in mAh; null for the others */
  change: Quantity | null;
}

export interface TrackOptions {
  /** half cycles that a peak may be missing without its track ending */
  patience?: number;
}

type Track = PeakTrack<TrackedPeak>;
type Peaks = PeakSet<TrackedPeak>;

const ALONE = 4.5;
const MOVED = 0.25;
const GROWN = 0.25;

/** Tracks and events over half cycles of one direction, in the order given. */
export function trackPeaks<P extends TrackedPeak>(
  sets: readonly PeakSet<P>[],
  { patience = 1 }: TrackOptions = {},
): { tracks: readonly PeakTrack<P>[]; events: readonly PeakEvent[] } {
  const open: { peaks: (P | null)[]; last: number }[] = [];
  for (const [k, { peaks }] of sets.entries()) {
    const known = open
      .filter((track) => k - track.last <= patience + 1)
      .map((track) => ({ track, peak: track.peaks[track.last]! }))
      .sort((a, b) => a.peak.nearVolt - b.peak.nearVolt);
    const partner = align(
      known.map(({ peak }) => peak),
      peaks,
    );
    for (const [j, peak] of peaks.entries()) {
      const i = partner.indexOf(j);
      const track = i < 0 ? undefined : known[i]!.track;
      if (track) {
        track.peaks[k] = peak;
        track.last = k;
      } else {
        const fresh: (P | null)[] = new Array<null>(sets.length).fill(null);
        fresh[k] = peak;
        open.push({ peaks: fresh, last: k });
      }
    }
  }
  const tracks = open
    .map(({ peaks }) => peaks)
    .sort((a, b) => a.find((p) => p !== null)!.nearVolt - b.find((p) => p !== null)!.nearVolt)
    .map((peaks, i): PeakTrack<P> => {
      const seen = peaks.flatMap((p, k) => (p ? [sets[k]!.at] : []));
      return { id: i + 1, peaks, first: seen[0]!, last: seen.at(-1)! };
    });
  return { tracks, events: eventsOf(tracks, sets) };
}

/** d² of two peaks. */
function distance(a: TrackedPeak, b: TrackedPeak): number {
  const width = 0.5 * (a.width.value + b.width.value);
  const open = (a.potential ? 0 : 1) + (b.potential ? 0 : 1);
  const variance = (a.potential?.sigma ?? 0) ** 2 + (b.potential?.sigma ?? 0) ** 2 + (0.25 + open) * width * width;
  const growth = Math.log(Math.max(a.capacity.value, 1e-300) / Math.max(b.capacity.value, 1e-300)) / Math.log(3);
  return (a.nearVolt - b.nearVolt) ** 2 / variance + growth * growth;
}

/** For each of `from` the index in `to`, or −1: the cheapest assignment that keeps the order. */
function align(from: readonly TrackedPeak[], to: readonly TrackedPeak[]): number[] {
  const n = from.length;
  const m = to.length;
  const cost = Array.from({ length: n + 1 }, () => new Float64Array(m + 1));
  for (let i = 1; i <= n; i++) cost[i]![0] = i * ALONE;
  for (let j = 1; j <= m; j++) cost[0]![j] = j * ALONE;
  for (let i = 1; i <= n; i++) {
    for (let j = 1; j <= m; j++) {
      const paired = cost[i - 1]![j - 1]! + distance(from[i - 1]!, to[j - 1]!);
      cost[i]![j] = Math.min(paired, cost[i - 1]![j]! + ALONE, cost[i]![j - 1]! + ALONE);
    }
  }
  const partner = new Array<number>(n).fill(-1);
  for (let i = n, j = m; i > 0 && j > 0; ) {
    const here = cost[i]![j]!;
    if (here === cost[i - 1]![j]! + ALONE) i--;
    else if (here === cost[i]![j - 1]! + ALONE) j--;
    else partner[--i] = --j;
  }
  return partner;
}

function eventsOf(tracks: readonly Track[], sets: readonly Peaks[]): PeakEvent[] {
  const events: PeakEvent[] = [];
  const first = sets[0]?.at;
  const last = sets.at(-1)?.at;
  for (const track of tracks) {
    events.push(...shifts(track, sets), ...activation(track, sets));
    if (track.first !== first) events.push(joinOrAlone(track, tracks, sets, "appear"));
    if (track.last !== last) events.push(joinOrAlone(track, tracks, sets, "vanish"));
  }
  return events.sort((a, b) => (a.between[1] ?? a.between[0] ?? 0) - (b.between[1] ?? b.between[0] ?? 0));
}

const difference = (a: Quantity, b: Quantity): Quantity => ({
  value: b.value - a.value,
  sigma: a.sigma === null && b.sigma === null ? null : Math.hypot(a.sigma ?? 0, b.sigma ?? 0),
  unit: a.unit,
});

function shifts(track: Track, sets: readonly Peaks[]): PeakEvent[] {
  const events: PeakEvent[] = [];
  let from = -1;
  for (const [k, peak] of track.peaks.entries()) {
    if (!peak?.potential) continue;
    const anchor = from < 0 ? null : track.peaks[from]!;
    if (!anchor?.potential) {
      from = k;
      continue;
    }
    const change = difference(anchor.potential, peak.potential);
    const width = 0.5 * (anchor.width.value + peak.width.value);
    if (Math.abs(change.value) < MOVED * width || Math.abs(change.value) < 3 * (change.sigma ?? 0)) continue;
    events.push({ kind: "shift", track: track.id, with: null, between: [sets[from]!.at, sets[k]!.at], change });
    from = k;
  }
  return events;
}

function activation(track: Track, sets: readonly Peaks[]): PeakEvent[] {
  const seen = track.peaks.flatMap((peak, k) => (peak ? [{ peak, k }] : []));
  let top = 0;
  // the rise from the beginning: it ends where the capacity falls by more than its error
  for (let i = 1; i < seen.length; i++) {
    const step = difference(seen[top]!.peak.capacity, seen[i]!.peak.capacity);
    if (step.value < -(step.sigma ?? 0)) break;
    if (step.value > 0) top = i;
  }
  if (top < 2) return [];
  const [a, b] = [seen[0]!, seen[top]!];
  const change = difference(a.peak.capacity, b.peak.capacity);
  if (change.value < GROWN * a.peak.capacity.value || change.value < 3 * (change.sigma ?? 0)) return [];
  return [{ kind: "activation", track: track.id, with: null, between: [sets[a.k]!.at, sets[b.k]!.at], change }];
}

/** Why a track begins or ends inside the series: it parted from or joined a neighbour, or it came or went alone. */
function joinOrAlone(track: Track, tracks: readonly Track[], sets: readonly Peaks[], kind: "appear" | "vanish"): PeakEvent {
  const order = sets.map((set) => set.at);
  const edge = order.indexOf(kind === "appear" ? track.first : track.last);
  const own = track.peaks[edge]!;
  const step = kind === "appear" ? -1 : 1;
  const beyond = order[edge + step] ?? null;
  const between: PeakEvent["between"] = kind === "appear" ? [beyond, order[edge]!] : [order[edge]!, beyond];
  let other: Track | null = null;
  let nearest = Number.POSITIVE_INFINITY;
  for (const candidate of tracks) {
    const with_ = candidate.peaks[edge];
    const without = candidate.peaks[edge + step];
    if (candidate === track || !with_?.potential || !without?.potential || !own.potential) continue;
    const apart = Math.abs(own.potential.value - with_.potential.value);
    const reach = own.width.value / 2 + with_.width.value / 2;
    const gained = without.capacity.value - with_.capacity.value;
    if (apart > 1.5 * reach || gained < 0.5 * own.capacity.value || apart >= nearest) continue;
    nearest = apart;
    other = candidate;
  }
  const joined = kind === "appear" ? "split" : "merge";
  return { kind: other ? joined : kind, track: track.id, with: other?.id ?? null, between, change: null };
}

/**
 * Peaks of dQ/dV of several half cycles against what differs between them: temperature or current.
 *
 *   E_peak(T) = E₀ + (dE/dT) T        ΔS = F dE/dT per mole of electrons          at equilibrium
 *   E_peak(I) = E₀ ± R |I|            R = |dE/dI|, the polarisation's share of that step
 *
 * Half cycles are ordered by the condition and their peaks tracked (track.ts), by the share of the charge that each holds,
 * so that cells of different mass are one series; a weighted line goes through each track. Errors of a potential: its fit, the instrument's offset
 * (independent from file to file), and the condition's own error times the slope. Where points scatter more than
 * that, the slope's error grows with the scatter (line.ts); of two conditions it is what their errors give.
 *
 * Validity. Under current a peak stands beside its equilibrium potential by the polarisation, which falls as the temperature rises: the slope
 * of one direction holds that too, and is no entropy. Half the sum of a discharge's and a charge's peak is free of a
 * polarisation that both have; only it is turned into an entropy, of the whole cell (both electrodes). Peaks of the two directions are
 * paired in order of potential, and only where both directions have equally many.
 * References: Weppner and Huggins, Annu. Rev. Mater. Sci. 8, 269 (1978); Viswanathan et al., J. Power Sources 195, 3720 (2010).
 */
import { fitLine } from "../../numerics/line.ts";
import { CONSTANTS } from "../../units/constants.ts";
import { type Answer, isComputable, type Quantity } from "../../units/quantity.ts";
import type { Direction } from "../halfCycles.ts";
import { type TrackedPeak, trackPeaks } from "./track.ts";

export interface PeakCondition<P extends TrackedPeak> {
  direction: Direction;
  /** °C or mA */
  condition: Quantity;
  peaks: readonly P[];
  /** of the half cycle, mAh */
  total: Quantity;
  /** standard error of the instrument's potential, V: the same for all half cycles of a file */
  offsetVolt: number;
}

export interface ConditionTrack<P extends TrackedPeak> {
  /** from 1, by the potential at the lowest condition */
  number: number;
  direction: Direction;
  /** by rising condition; `set` is the place among what was given */
  points: readonly { set: number; peak: P }[];
  /** mV/K; ohm over a current */
  slope: Answer;
}

export interface ConditionPair {
  /** numbers of its tracks */
  discharge: number;
  charge: number;
  /** half the sum of the two potentials at each condition, V, with the condition */
  points: readonly { condition: Quantity; potential: Quantity }[];
  /** of the half sum, mV/K */
  slope: Answer;
  /** J/(mol K), per mole of electrons */
  entropy: Answer;
}

export interface PeaksOver<P extends TrackedPeak> {
  tracks: readonly ConditionTrack<P>[];
  /** over temperatures alone */
  pairs: readonly ConditionPair[];
  /** why peaks of the two directions are not paired */
  unpaired: string | null;
}

/** Conditions that differ by no more than this share of their span are one. */
const SAME = 1e-6;

/** @param over what `condition` is: temperature (°C) or current (mA, without its sign) */
export function peaksOver<P extends TrackedPeak>(sets: readonly PeakCondition<P>[], over: "temperature" | "current"): PeaksOver<P> {
  const tracks = (["discharge", "charge"] as const).flatMap((direction) => tracksOf(sets, direction, over));
  return { tracks, ...(over === "temperature" ? pairsOf(tracks, sets) : { pairs: [], unpaired: null }) };
}

function tracksOf<P extends TrackedPeak>(
  sets: readonly PeakCondition<P>[],
  direction: Direction,
  over: "temperature" | "current",
): ConditionTrack<P>[] {
  const own = sets.flatMap((set, k) => (set.direction === direction ? [{ set, k }] : []));
  own.sort((a, b) => a.set.condition.value - b.set.condition.value);
  const shares = own.map(({ set }, at) => ({ at, peaks: set.peaks.map((peak) => shareOf(peak, set.total)) }));
  return trackPeaks(shares).tracks.map(({ id, peaks }) => {
    const points = peaks.flatMap((share, i) => (share ? [{ set: own[i]!.k, peak: share.of }] : []));
    const slope = trend(
      points.flatMap(({ set, peak: { potential } }) => {
        const { condition, offsetVolt } = sets[set]!;
        return potential ? [{ condition, potential: withOffset(potential, offsetVolt) }] : [];
      }),
    );
    return { number: id, direction, points, slope: inUnits(slope, over) };
  });
}

const shareOf = <P extends TrackedPeak>(peak: P, total: Quantity) => ({
  potential: peak.potential,
  nearVolt: peak.nearVolt,
  width: peak.width,
  capacity: {
    value: peak.capacity.value / total.value,
    sigma: peak.capacity.sigma === null ? null : peak.capacity.sigma / total.value,
    unit: "",
  },
  of: peak,
});

const withOffset = (q: Quantity, offset: number): Quantity => ({ ...q, sigma: Math.hypot(q.sigma ?? 0, offset) });

function pairsOf<P extends TrackedPeak>(
  tracks: readonly ConditionTrack<P>[],
  sets: readonly PeakCondition<P>[],
): { pairs: ConditionPair[]; unpaired: string | null } {
  const [down, up] = (["discharge", "charge"] as const).map((direction) =>
    tracks.filter((track) => track.direction === direction && isComputable(track.slope)),
  );
  if (!down?.length || !up?.length)
    return { pairs: [], unpaired: "half the sum of both directions needs peaks of discharge and of charge over the conditions" };
  if (down.length !== up.length) {
    return {
      pairs: [],
      unpaired: `${down.length} peaks of the discharge and ${up.length} of the charge: which belong to one reaction does not follow from their order`,
    };
  }
  const pairs = down.map((low, i): ConditionPair => {
    const high = up[i]!;
    const points = low.points.flatMap(({ set, peak }) => {
      const { condition, offsetVolt } = sets[set]!;
      const other = high.points.find(({ set: k }) => sets[k]!.condition.value === condition.value)?.peak;
      if (!peak.potential || !other?.potential) return [];
      const sigma = 0.5 * Math.hypot(peak.potential.sigma ?? 0, other.potential.sigma ?? 0);
      const middle = { value: 0.5 * (peak.potential.value + other.potential.value), sigma, unit: "V" };
      return [{ condition, potential: withOffset(middle, offsetVolt) }];
    });
    const slope = trend(points);
    return { discharge: low.number, charge: high.number, points, slope: inUnits(slope, "temperature"), entropy: entropyOf(slope) };
  });
  return { pairs, unpaired: null };
}

/** V per unit of the condition. */
function trend(points: readonly { condition: Quantity; potential: Quantity }[]): Answer {
  const x = points.map(({ condition }) => condition.value);
  const y = points.map(({ potential }) => potential.value);
  const span = Math.max(...x) - Math.min(...x);
  if (points.length < 2 || !(span > SAME * Math.max(...x.map(Math.abs))))
    return { notComputable: `the peak has a potential at ${points.length < 1 ? "no condition" : "one condition"}; a slope needs two` };
  let sigma = points.map(({ potential }) => potential.sigma ?? 0);
  let slope = (y.at(-1)! - y[0]!) / (x.at(-1)! - x[0]!);
  let error = Math.hypot(sigma[0]!, sigma.at(-1)!) / span;
  // twice: the condition's own error counts through the slope
  for (let k = 0; k < 2; k++) {
    sigma = points.map(({ condition, potential }) => Math.hypot(potential.sigma ?? 0, slope * (condition.sigma ?? 0)));
    if (points.length === 2) error = Math.hypot(...sigma) / span;
    else {
      const line = fitLine(x, y, sigma.every((s) => s > 0) ? sigma : undefined);
      slope = line.slope;
      error = Math.sqrt(line.covariance[2]);
    }
  }
  return { value: slope, sigma: error > 0 ? error : null, unit: "V" };
}

function inUnits(slope: Answer, over: "temperature" | "current"): Answer {
  if (!isComputable(slope)) return slope;
  // V/mA is kilohm, V/K a thousand mV/K
  return { value: 1e3 * slope.value, sigma: slope.sigma === null ? null : 1e3 * slope.sigma, unit: over === "current" ? "ohm" : "mV/K" };
}

function entropyOf(slope: Answer): Answer {
  if (!isComputable(slope)) return slope;
  const { faraday } = CONSTANTS;
  return { value: faraday * slope.value, sigma: slope.sigma === null ? null : faraday * slope.sigma, unit: "J/(mol K)" };
}

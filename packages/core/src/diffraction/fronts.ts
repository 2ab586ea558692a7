/**
 * What moves: onset of a phase, velocity of an edge or front, growth of a layer against the volume of its reaction.
 *
 *   velocity      slope of position over time, weighted (numerics/line.ts). Refused below resolution/duration: an edge that moves by less than the beam or the
 *                 step, or by less than three of its errors, has no velocity that this measurement can tell
 *   onset         first of three scans in a row in which the phase stands above three errors; between it and the scan before, uniformly
 *   reaction      ΔL = q ΔV / (z F)    q charge per area, z electrons and ΔV change of solid volume per formula unit reacted
 *
 * ΔL assumes that all volume goes into thickness (die or casing holds the sides) and that pores neither close nor open: what is measured beside it says how much
 * they do. Lengths µm, times s, velocities µm/h. A reaction that began below three errors is seen late: the onset is one of detection.
 */
import { ThioscopeError } from "../errors.ts";
import { fitLine } from "../numerics/line.ts";
import { CONSTANTS } from "../units/constants.ts";
import type { Answer, Quantity } from "../units/quantity.ts";

/** Where an edge was at one time; null where it was not determined. */
export interface EdgeAt {
  readonly timeSecond: number;
  /** µm */
  readonly position: Quantity | null;
}

export interface FrontMotion {
  /** µm/h */
  readonly velocity: Answer;
  /** smallest velocity that this series can tell, µm/h */
  readonly smallest: Quantity;
  readonly points: number;
}

/** Throws INVALID_INPUT for a resolution that is none. */
export function frontMotion(edges: readonly EdgeAt[], resolution: Quantity): FrontMotion {
  if (!(resolution.value > 0) || resolution.unit !== "µm")
    throw new ThioscopeError("INVALID_INPUT", `resolution ${resolution.value} ${resolution.unit}: it is positive, in µm`);
  const known = edges.flatMap((e) =>
    e.position && e.position.sigma !== null && e.position.sigma > 0 && Number.isFinite(e.timeSecond)
      ? [{ hour: e.timeSecond / 3600, x: e.position.value, sigma: e.position.sigma }]
      : [],
  );
  const hours = known.map((k) => k.hour);
  const span = known.length > 0 ? Math.max(...hours) - Math.min(...hours) : 0;
  const smallest: Quantity = { value: span > 0 ? resolution.value / span : Number.POSITIVE_INFINITY, sigma: null, unit: "µm/h" };
  const refused = (reason: string): FrontMotion => ({ velocity: { notComputable: reason }, smallest, points: known.length });
  if (known.length < 3 || span === 0) return refused(`${known.length} times with a position and an error: a velocity needs three`);
  const line = fitLine(
    hours,
    known.map((k) => k.x),
    known.map((k) => k.sigma),
  );
  const sigma = Math.sqrt(line.covariance[2]);
  const moved = Math.abs(line.slope) * span;
  if (moved < resolution.value)
    return refused(
      `the edge moved by ${moved.toPrecision(2)} µm in ${span.toPrecision(3)} h, less than the resolution of ${resolution.value.toPrecision(3)} µm: slower than ${smallest.value.toPrecision(2)} µm/h`,
    );
  if (Math.abs(line.slope) < 3 * sigma) return refused("the velocity is below three of its errors");
  return { velocity: { value: line.slope, sigma, unit: "µm/h" }, smallest, points: known.length };
}

/** Scans in a row that must show the phase. */
const IN_A_ROW = 3;
const SIGNIFICANT = 3;

/**
 * When a phase appears, s; or why that is not known. Throws INVALID_INPUT for arrays that do not fit or times that do not rise.
 *
 * @param baselineScans the mean of this many first scans, in which the phase is known to be absent, is taken off: what a curved background leaves
 */
export function phaseOnset(
  timesSecond: ArrayLike<number>,
  intensity: ArrayLike<number>,
  sigma: ArrayLike<number>,
  baselineScans = 0,
): Answer {
  const n = timesSecond.length;
  if (!Number.isInteger(baselineScans) || baselineScans < 0 || baselineScans >= Math.max(1, n))
    throw new ThioscopeError("INVALID_INPUT", `a baseline of ${baselineScans} of ${n} scans: some must be left`);
  if (intensity.length !== n || sigma.length !== n)
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${n} times, ${intensity.length} intensities and ${sigma.length} errors do not belong together`,
    );
  let [weight, sum] = [0, 0];
  for (let i = 0; i < baselineScans; i++) {
    if (!(Number.isFinite(intensity[i]!) && sigma[i]! > 0)) continue;
    weight += 1 / sigma[i]! ** 2;
    sum += intensity[i]! / sigma[i]! ** 2;
  }
  const baseline = weight > 0 ? sum / weight : 0;
  const variance = weight > 0 ? 1 / weight : 0;
  const seen: { time: number; above: boolean }[] = [];
  for (let i = 0; i < n; i++) {
    if (i > 0 && !(timesSecond[i]! > timesSecond[i - 1]!))
      throw new ThioscopeError("INVALID_INPUT", `times must rise: ${timesSecond[i]} s follows ${timesSecond[i - 1]} s`);
    if (Number.isFinite(intensity[i]!) && sigma[i]! > 0)
      seen.push({
        time: timesSecond[i]!,
        above: i >= baselineScans && intensity[i]! - baseline > SIGNIFICANT * Math.sqrt(sigma[i]! ** 2 + variance),
      });
  }
  const first = seen.findIndex((_, i) => i + IN_A_ROW <= seen.length && seen.slice(i, i + IN_A_ROW).every((p) => p.above));
  if (first < 0) return { notComputable: `the phase never stands above three of its errors in ${IN_A_ROW} scans in a row` };
  if (first === 0) return { notComputable: "the phase is there from the first scan on" };
  const [before, after] = [seen[first - 1]!.time, seen[first]!.time];
  return { value: (before + after) / 2, sigma: (after - before) / Math.sqrt(12), unit: "s" };
}

/** One formula unit of the reaction. */
export interface ReactionVolume {
  /** mAh/cm² that went into the reaction */
  readonly arealCharge: Quantity;
  readonly electrons: number;
  /** solid volume of the layer after less before, cm³/mol of formula units */
  readonly volumeChange: Quantity;
}

export interface ThicknessComparison {
  /** µm */
  readonly measured: Answer;
  readonly reaction: Quantity;
  /** measured over reaction: below 1 where pores take up volume, above 1 where they open */
  readonly share: Answer;
}

/** Thickness change of a layer against what its reaction needs. Throws INVALID_INPUT for charge, electrons or units that cannot be. */
export function thicknessOfReaction(
  before: Answer,
  after: Answer,
  { arealCharge, electrons, volumeChange }: ReactionVolume,
): ThicknessComparison {
  if (!(arealCharge.value > 0) || arealCharge.unit !== "mAh/cm^2")
    throw new ThioscopeError("INVALID_INPUT", `charge ${arealCharge.value} ${arealCharge.unit}: it is positive, in mAh/cm^2`);
  if (!(electrons > 0)) throw new ThioscopeError("INVALID_INPUT", `${electrons} electrons per formula unit: their number is positive`);
  if (!Number.isFinite(volumeChange.value) || volumeChange.unit !== "cm^3/mol")
    throw new ThioscopeError("INVALID_INPUT", `volume change ${volumeChange.value} ${volumeChange.unit}: it is given in cm^3/mol`);
  // mAh/cm² = 3.6 C/cm²; cm = 10⁴ µm
  const expected = ((3.6 * arealCharge.value) / (electrons * CONSTANTS.faraday)) * volumeChange.value * 1e4;
  const relative = Math.hypot(
    (arealCharge.sigma ?? 0) / arealCharge.value,
    volumeChange.value === 0 ? 0 : (volumeChange.sigma ?? 0) / volumeChange.value,
  );
  const reaction: Quantity = { value: expected, sigma: Math.abs(expected) * relative, unit: "µm" };
  if ("notComputable" in before) return { measured: before, reaction, share: before };
  if ("notComputable" in after) return { measured: after, reaction, share: after };
  const unknown = before.sigma === null || after.sigma === null;
  const measured: Quantity = {
    value: after.value - before.value,
    sigma: unknown ? null : Math.hypot(before.sigma!, after.sigma!),
    unit: "µm",
  };
  if (expected === 0) return { measured, reaction, share: { notComputable: "the reaction does not change the volume" } };
  const ratio = measured.value / expected;
  return {
    measured,
    reaction,
    share: { value: ratio, sigma: measured.sigma === null ? null : Math.hypot(measured.sigma / expected, ratio * relative), unit: "1" },
  };
}

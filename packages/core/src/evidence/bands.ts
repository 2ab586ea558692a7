/** Bands of 90 % from samples, and which species the data cannot tell apart. */
import type { Band, Group } from "./model.ts";
import type { Problem } from "./problem.ts";
import type { Ranges } from "./ranges.ts";

/** Where this much of the samples lies below it, zero is not excluded and belongs to the band. */
const AT_BOUND = 0.02;

/**
 * The most likely value, and the shortest interval that holds 90 % of the samples. An interval that comes close to a bound reaches it: an amount that may be none is not said
 * to be some.
 *
 * Samples are answers to data that are moved: how far they lie from the answer is how far the answer lies from the truth. Where species that are not there can only grow, they
 * take from those that are, and samples lie to one side of the answer; the truth then lies to the other. With `mirrored` the band holds the mirror image of the samples too, where
 * it stays clear of zero (B. Efron, R. Tibshirani, An Introduction to the Bootstrap (1993), ch. 13).
 *
 * @param values of sample 0, the most likely one, and of 1 … count
 */
export function bandOf(values: (sample: number, out: Float64Array) => void, count: number, points: number, mirrored = false): Band {
  const columns = Array.from({ length: points }, () => new Float64Array(count));
  const row = new Float64Array(points);
  const middle = new Float64Array(points);
  values(0, middle);
  for (let s = 0; s < count; s++) {
    values(s + 1, row);
    for (let g = 0; g < points; g++) columns[g]![s] = row[g]!;
  }
  const band: Band = { middle, low: new Float64Array(points), high: new Float64Array(points) };
  const held = Math.ceil(0.9 * count);
  for (const [g, column] of columns.entries()) {
    column.sort();
    let best = 0;
    for (let s = 1; s + held <= count; s++) if (column[s + held - 1]! - column[s]! < column[best + held - 1]! - column[best]!) best = s;
    const fifth = column[Math.floor(0.05 * count)]!;
    const last = column[Math.floor(0.95 * count)]!;
    const m = middle[g]!;
    let [low, high] = [column[best]!, column[best + held - 1]!];
    if (mirrored && fifth >= AT_BOUND) [low, high] = [Math.max(0, Math.min(low, 2 * m - high)), Math.min(1, Math.max(high, 2 * m - low))];
    band.low[g] = fifth < AT_BOUND ? 0 : Math.min(m, low);
    band.high[g] = last > 1 - AT_BOUND && last <= 1 ? 1 : Math.max(m, high);
  }
  return band;
}

export function halfWidthOf({ low, high }: Band): number {
  let sum = 0;
  for (let g = 0; g < low.length; g++) sum += high[g]! - low[g]!;
  return sum / (2 * low.length);
}

/** A band narrower than ± this is an answer. */
const TELLING = 0.1;
/** With an error of 90 % above this, half of all there is on either side, the data say nothing of an amount by itself: its band is all that they allow. */
export const UNTOLD = 0.5;

/**
 * Joins species until the band of every sum is on average narrower than {@link TELLING}: the one with the widest band goes together with the one that decides their sum best, and
 * with what is told apart by itself only where nothing else is left.
 *
 * @param total the most likely amounts and the samples: sample by sample, point by point, species by species
 */
export function groupsOf(
  { species, points, unseen }: Pick<Problem, "species" | "points" | "unseen">,
  total: Float32Array,
  count: number,
  ranges: Ranges,
): Group[] {
  const K = species.length;
  const weightsOf = (members: readonly number[]): number[] => species.map((_, k) => (members.includes(k) ? 1 : 0));
  const groupFor = (members: readonly number[]) => {
    const drawn = bandOf(
      (s, out) => {
        for (let g = 0; g < points; g++) {
          let sum = 0;
          for (const k of members) sum += total[(s * points + g) * K + k]!;
          out[g] = sum;
        }
      },
      count,
      points,
      members.some((k) => unseen[k]),
    );
    const band = ranges.widened(drawn, weightsOf(members), UNTOLD);
    return { members, band, halfWidth: halfWidthOf(band) };
  };
  let groups = species.map((_, k) => groupFor([k]));
  for (;;) {
    const wide = groups.reduce((a, b) => (b.halfWidth > a.halfWidth ? b : a));
    if (wide.halfWidth <= TELLING || groups.length === 1) break;
    const others = groups.filter((g) => g !== wide);
    const open = others.filter(({ halfWidth }) => halfWidth > TELLING);
    const { other, members } = (open.length > 0 ? open : others)
      .map((one) => ({ other: one, members: [...wide.members, ...one.members].sort((a, b) => a - b) }))
      .reduce((a, b) => (ranges.errorOf(weightsOf(b.members)) < ranges.errorOf(weightsOf(a.members)) ? b : a));
    groups = [...groups.filter((g) => g !== wide && g !== other), groupFor(members)];
  }
  return groups
    .sort((a, b) => a.members[0]! - b.members[0]!)
    .map(({ members, band, halfWidth }) => ({ species: members.map((k) => species[k]!.id), total: band, halfWidth }));
}

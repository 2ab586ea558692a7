/**
 * One clock for instruments that each have their own: the offset of a stream's clock from the cell's (the cycler's), with its error, and how it is known.
 *
 *   offset = stream's clock − cell's clock,   t_cell = t_stream − offset
 *
 * *same clock*: both write absolute times and are believed; the error is then not known. *declared*: somebody compared them. *estimated*: things that the stream sees and the
 * cycler dates, such as a phase that stops growing when the current stops, give the offset as the weighted mean of the differences; where they scatter more than their
 * errors say, the error grows by √(χ²/ν). Every pair is kept, so that the estimate can be shown.
 *
 * Pairs are made with the nearest event on the cell's clock, from what the absolute times say: an offset of more than half the time between two events pairs
 * the wrong ones. {@link estimateOffset} therefore takes no pair beyond `largestSecond` and says so where nothing is left.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import type { NotComputable, Quantity } from "../units/quantity.ts";

/** Something at a moment of a clock, s. */
export interface DatedEvent {
  readonly label: string;
  readonly time: Quantity;
}

export interface ClockPair {
  /** on the stream's clock */
  readonly seen: DatedEvent;
  /** on the cell's clock */
  readonly event: DatedEvent;
  /** seen − event, s */
  readonly difference: Quantity;
}

export interface ClockOffset {
  /** stream's clock less the cell's, s; sigma null where the clocks are only believed */
  readonly offset: Quantity;
  readonly how: "same clock" | "declared" | "estimated";
  readonly pairs: readonly ClockPair[];
  readonly chi2: number | null;
  readonly notices: readonly Notice[];
}

export const SAME_CLOCK: ClockOffset = {
  offset: { value: 0, sigma: null, unit: "s" },
  how: "same clock",
  pairs: [],
  chi2: null,
  notices: [{ code: "clock-believed", message: "both clocks are taken to agree: nothing compares them, the error is not known" }],
};

/** Throws INVALID_INPUT for an offset that is no time. */
export function declaredOffset(offset: Quantity): ClockOffset {
  if (!Number.isFinite(offset.value) || offset.unit !== "s")
    throw new ThioscopeError("INVALID_INPUT", `clock offset ${offset.value} ${offset.unit}: it is a number of seconds`);
  return { offset, how: "declared", pairs: [], chi2: null, notices: [] };
}

/** Throws INVALID_INPUT for a largest offset that is none. */
export function estimateOffset(
  seen: readonly DatedEvent[],
  events: readonly DatedEvent[],
  largestSecond: number,
): ClockOffset | NotComputable {
  if (!(largestSecond > 0)) throw new ThioscopeError("INVALID_INPUT", `largest clock offset ${largestSecond} s: it is positive`);
  if (seen.length === 0) return { notComputable: "nothing that the frames show turns sharply enough to be dated" };
  if (events.length === 0) return { notComputable: "the cycler's current never changes: there is no event to compare with" };
  const pairs = seen.flatMap((one): ClockPair[] => {
    const nearest = events.reduce((a, b) => (Math.abs(b.time.value - one.time.value) < Math.abs(a.time.value - one.time.value) ? b : a));
    const value = one.time.value - nearest.time.value;
    const sigma = Math.hypot(one.time.sigma ?? 0, nearest.time.sigma ?? 0);
    return Math.abs(value) <= largestSecond && sigma > 0 ? [{ seen: one, event: nearest, difference: { value, sigma, unit: "s" } }] : [];
  });
  if (pairs.length === 0) {
    const list = seen.map((s) => s.label).join(", ");
    return { notComputable: `${list}: no change of the current within ${largestSecond} s` };
  }
  let [weight, sum] = [0, 0];
  for (const { difference } of pairs) {
    weight += 1 / difference.sigma! ** 2;
    sum += difference.value / difference.sigma! ** 2;
  }
  const mean = sum / weight;
  const chi2 = pairs.reduce((total, { difference }) => total + ((difference.value - mean) / difference.sigma!) ** 2, 0);
  const freedom = pairs.length - 1;
  const scatter = freedom > 0 ? Math.sqrt(Math.max(1, chi2 / freedom)) : 1;
  const notices: Notice[] = [];
  if (scatter > 2) {
    const message = `the pairs scatter ${scatter.toFixed(1)} times more than their errors: not all of what was seen follows the current`;
    notices.push({ code: "clock-pairs-disagree", message });
  }
  return { offset: { value: mean, sigma: scatter / Math.sqrt(weight), unit: "s" }, how: "estimated", pairs, chi2, notices };
}

/** A moment of the stream on the cell's clock, s. */
export function onCellClock(timeSecond: number, { offset }: ClockOffset): Quantity {
  return { value: timeSecond - offset.value, sigma: offset.sigma, unit: "s" };
}

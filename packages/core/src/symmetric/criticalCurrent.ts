/**
 * Critical current density of a step test: between the last current density without and the first one with a sign of a short.
 *
 * Half cycles are grouped by current (5 %) in the order of time; the currents must rise over at least three levels. A level has
 * failed where a soft short was found in it, or where its mean overpotential lies below that of the level before it by three
 * errors: an ohmic or kinetic overpotential can only grow with the current. The answer is the middle of the two levels, its
 * error the step over √12 (anywhere in between with equal probability, JCGM 100:2008, 4.3.7).
 */
import type { Answer, Quantity } from "../units/quantity.ts";
import type { HalfOverpotential } from "./overpotential.ts";
import type { ShortSign } from "./softShort.ts";

export interface CurrentLevel {
  /** mA/cm², or mA where the area is not known */
  current: Quantity;
  firstHalf: number;
  lastHalf: number;
  /** mV, mean of its half cycles; their scatter as error */
  overpotential: Quantity;
  failed: string | null;
}

export interface CriticalCurrent {
  levels: readonly CurrentLevel[];
  critical: Answer;
  /** the levels on both sides */
  lastSound: Quantity | null;
  firstFailed: Quantity | null;
}

const EQUAL = 0.05;
const LEAST_LEVELS = 3;

export function criticalCurrent(halves: readonly HalfOverpotential[], signs: readonly ShortSign[]): CriticalCurrent {
  const groups: HalfOverpotential[][] = [];
  for (const half of halves) {
    const group = groups.at(-1);
    const last = group?.[0];
    if (group && last && Math.abs(half.current.value - last.current.value) <= EQUAL * last.current.value) group.push(half);
    else groups.push([half]);
  }
  const levels: CurrentLevel[] = [];
  for (const group of groups) levels.push(levelOf(group, signs, levels.at(-1)));
  const none = (reason: string): CriticalCurrent => ({ levels, critical: { notComputable: reason }, lastSound: null, firstFailed: null });
  const rises = levels.every((level, k) => k === 0 || level.current.value > levels[k - 1]!.current.value);
  if (levels.length < LEAST_LEVELS || !rises) {
    return none(
      `no step test: the currents must rise over at least ${LEAST_LEVELS} levels, there ${levels.length === 1 ? "is 1" : `are ${levels.length}`}${rises ? "" : " and they fall in between"}`,
    );
  }
  const failed = levels.findIndex((level) => level.failed !== null);
  if (failed < 0) {
    const top = levels.at(-1)!.current;
    return { ...none(`no short up to ${Number(top.value.toPrecision(4))} ${top.unit}: the critical current lies above`), lastSound: top };
  }
  const high = levels[failed]!.current;
  if (failed === 0)
    return { ...none(`shorted already at the lowest current, ${Number(high.value.toPrecision(4))} ${high.unit}`), firstFailed: high };
  const low = levels[failed - 1]!.current;
  return {
    levels,
    critical: { value: (low.value + high.value) / 2, sigma: (high.value - low.value) / Math.sqrt(12), unit: high.unit },
    lastSound: low,
    firstFailed: high,
  };
}

function levelOf(group: readonly HalfOverpotential[], signs: readonly ShortSign[], before: CurrentLevel | undefined): CurrentLevel {
  const n = group.length;
  const mean = group.reduce((sum, h) => sum + h.mean.value, 0) / n;
  const scatter = Math.sqrt(group.reduce((sum, h) => sum + (h.mean.value - mean) ** 2, 0) / Math.max(1, n - 1) / n);
  const sigma = Math.max(scatter, group[0]!.mean.sigma ?? 0);
  const own = signs.filter((s) => group.some((h) => h.half === s.half));
  const density = group[0]!.currentDensity;
  const falls = before !== undefined && before.overpotential.value - mean > 3 * Math.hypot(sigma, before.overpotential.sigma ?? 0);
  return {
    current: "notComputable" in density ? group[0]!.current : density,
    firstHalf: group[0]!.half,
    lastHalf: group[n - 1]!.half,
    overpotential: { value: mean, sigma, unit: "mV" },
    failed:
      own.length > 0
        ? `rows ${own[0]!.rows[0]} to ${own[0]!.rows[1]}: ${own[0]!.message}`
        : falls
          ? `the overpotential is lower than at the smaller current before (${before.overpotential.value.toPrecision(4)} mV)`
          : null,
  };
}

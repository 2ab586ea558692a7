/**
 * Verdict on soft shorts of a whole file: signs in the potential (softShort.ts), charge far above discharge, and in
 * symmetric cells half cycles whose overpotential falls to less than three fifths of the four before it at the same current,
 * and of each of those in its own direction (an offset between the electrodes makes the directions differ in a sound cell).
 * "detected" needs a sign in the potential; too much charge alone is "suspected", because a side reaction or a shuttle does
 * the same. "not found" holds for falls above the limit that every half cycle has of its own; `detectionLimit` is that of the
 * median half cycle. In rows where the curve itself falls by more than that from row to row, less is seen (softShort.ts).
 */
import type { HalfCycle } from "../cycling/halfCycles.ts";
import { measureHalfCycle } from "../cycling/measures.ts";
import type { Answer, Quantity } from "../units/quantity.ts";
import type { HalfOverpotential } from "./overpotential.ts";
import { type ShortSign, voltageSigns } from "./softShort.ts";

export interface SoftShorts {
  verdict: "detected" | "suspected" | "not found";
  signs: readonly ShortSign[];
  /** half cycles with a sign in the potential, and half cycles judged */
  halfCyclesWithSigns: number;
  halfCyclesJudged: number;
  /** mV: a smaller sudden fall would not have been seen in half of the half cycles */
  detectionLimit: Answer;
  /** the same of every half cycle that was judged, mV */
  limits: readonly { half: number; limit: Quantity }[];
}

const EXCESS = 0.1;
const FALLS_TO = 0.6;
const BEFORE = 4;

/** @param overpotentials given for a symmetric cell, whose potential falls towards zero; null for a full cell */
export function softShorts(halves: readonly HalfCycle[], overpotentials: readonly HalfOverpotential[] | null = null): SoftShorts {
  const { signs, roughness } = voltageSigns(halves, overpotentials !== null);
  const all = [...signs, ...(overpotentials ? overpotentialFalls(overpotentials) : chargeExcess(halves))];
  const limits = roughness.map((r) => r.threshold).sort((a, b) => a - b);
  const inPotential = all.filter((s) => s.kind !== "charge exceeds discharge");
  return {
    verdict: inPotential.length > 0 ? "detected" : all.length > 0 ? "suspected" : "not found",
    signs: all.sort((a, b) => a.rows[0] - b.rows[0]),
    halfCyclesWithSigns: new Set(inPotential.map((s) => s.half)).size,
    halfCyclesJudged: roughness.length,
    detectionLimit:
      limits.length > 0
        ? { value: 1000 * limits[limits.length >> 1]!, sigma: null, unit: "mV" }
        : { notComputable: "no half cycle has enough rows to be judged" },
    limits: roughness.map(({ half, threshold }) => ({ half: half.number, limit: { value: 1000 * threshold, sigma: null, unit: "mV" } })),
  };
}

function chargeExcess(halves: readonly HalfCycle[]): ShortSign[] {
  const signs: ShortSign[] = [];
  for (let k = 0; k + 1 < halves.length; k += 2) {
    const pair = [halves[k]!, halves[k + 1]!];
    const charge = pair.find((h) => h.direction === "charge")!;
    const discharge = pair.find((h) => h.direction === "discharge")!;
    // what the first charge of a cell takes up and the first discharge does not give back is formation, no short
    if (k === 0 && pair[0] === charge) continue;
    const [a, b] = [measureHalfCycle(charge).charge.value, measureHalfCycle(discharge).charge.value];
    const excess = a / b - 1;
    if (!(excess > EXCESS)) continue;
    signs.push({
      kind: "charge exceeds discharge",
      half: charge.number,
      cycle: charge.cycle,
      rows: charge.rows,
      size: { value: 100 * excess, sigma: null, unit: "%" },
      timesThreshold: excess / EXCESS,
      message: `the charge takes ${(100 * excess).toFixed(0)} % more than the discharge gave`,
    });
  }
  return signs;
}

function overpotentialFalls(list: readonly HalfOverpotential[]): ShortSign[] {
  const signs: ShortSign[] = [];
  for (let k = BEFORE; k < list.length; k++) {
    const half = list[k]!;
    const before = list.slice(k - BEFORE, k);
    if (before.some((h) => Math.abs(h.current.value - half.current.value) > 0.05 * half.current.value)) continue;
    const usual = before.map((h) => h.mean.value).sort((a, b) => a - b)[BEFORE >> 1]!;
    const alike = before.filter((h) => h.direction === half.direction);
    if (![usual, ...alike.map((h) => h.mean.value)].every((value) => half.mean.value < FALLS_TO * value)) continue;
    signs.push({
      kind: "overpotential falls",
      half: half.half,
      cycle: half.cycle,
      rows: half.rows,
      size: { value: usual - half.mean.value, sigma: half.mean.sigma, unit: "mV" },
      timesThreshold: (1 - half.mean.value / usual) / (1 - FALLS_TO),
      message: `the mean overpotential is ${half.mean.value.toPrecision(3)} mV, it was ${usual.toPrecision(3)} mV in the half cycles before`,
    });
  }
  return signs;
}

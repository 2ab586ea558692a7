/**
 * The solid part of a binary phase diagram over temperature: which compounds are stable against their neighbours, and at which temperature that
 * changes, from formation enthalpies and entropies taken as constant. Melting is out of scope: real diagrams of Na–S and Li–S are liquid in part
 * from the melting points below on, and nothing here holds there.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { type Quantity, quantity } from "../units/quantity.ts";
import { phaseDiagram } from "./diagram.ts";
import type { EnergySet } from "./entries.ts";
import { ON_HULL } from "./hull.ts";

/** Melting points of elements, K (handbook). */
const MELTING: Readonly<Record<string, number>> = { Li: 453.7, Na: 370.9, S: 388.4, P: 317.3, Sb: 903.8, Sn: 505.1, Ge: 1211.4, I: 386.9 };

export interface SolidRange {
  formula: string;
  /** atomic fraction of the second element */
  fraction: Quantity;
  /** stable from where to where, K, within the range asked for */
  from: Quantity;
  to: Quantity;
}

export interface SolidDiagram {
  ranges: readonly SolidRange[];
  /** K; solids alone only below it */
  solidBelow: Quantity | null;
  notices: readonly Notice[];
}

/** Steps in which stability is looked at before an end is narrowed down to 0.01 K. */
const STEPS = 200;

/** From one temperature up to another, or to the first melting of an element, K. */
export function solidDiagram(set: EnergySet, elements: readonly [string, string], fromKelvin = 200, upToKelvin = 600): SolidDiagram {
  if (!(fromKelvin > 0 && upToKelvin > fromKelvin && upToKelvin <= 3000)) {
    throw new ThioscopeError("INVALID_INPUT", `${fromKelvin} to ${upToKelvin} K is no range of temperature between 0 and 3000 K`);
  }
  const melts = elements.map((e) => MELTING[e] ?? Number.POSITIVE_INFINITY);
  const lowest = Math.min(...melts);
  const toKelvin = Math.min(upToKelvin, lowest);
  if (fromKelvin >= lowest) {
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `${elements[melts.indexOf(lowest)]} melts at ${lowest} K: above it the diagram is not of solids alone`,
    );
  }
  const at = (temperatureKelvin: number) => phaseDiagram(set, elements, { temperatureKelvin });
  const first = at(fromKelvin);
  const stable = (t: number, j: number): boolean => at(t).above[j]! <= ON_HULL;
  const grid = Array.from({ length: STEPS + 1 }, (_, k) => fromKelvin + ((toKelvin - fromKelvin) * k) / STEPS);
  const table = grid.map((t) => at(t).above.map((above) => (above <= ON_HULL ? 1 : 0)));
  const second = first.elements[1]!;
  const ranges: SolidRange[] = [];
  for (const [j, entry] of first.entries.entries()) {
    let begin: number | null = null;
    for (let k = 0; k <= STEPS; k++) {
      const now = table[k]![j] === 1;
      if (now && begin === null) begin = k === 0 ? fromKelvin : narrow((t) => stable(t, j), grid[k - 1]!, grid[k]!, true);
      if (begin !== null && (!now || k === STEPS)) {
        const end = now ? toKelvin : narrow((t) => stable(t, j), grid[k - 1]!, grid[k]!, false);
        const atoms = [...entry.composition.values()].reduce((a, b) => a + b, 0);
        ranges.push({
          formula: entry.formula,
          fraction: quantity((entry.composition.get(second) ?? 0) / atoms, "1"),
          from: quantity(begin, "K"),
          to: quantity(end, "K"),
        });
        begin = null;
      }
    }
  }
  const liquid: Notice = {
    code: "liquid-out-of-scope",
    message: `solids alone: ${Number.isFinite(lowest) ? `${elements[melts.indexOf(lowest)]} melts at ${lowest} K, and ` : ""}no liquid is in the energies`,
  };
  ranges.sort((a, b) => a.fraction.value - b.fraction.value || a.from.value - b.from.value);
  return { ranges, solidBelow: Number.isFinite(lowest) ? quantity(lowest, "K") : null, notices: [...first.notices, liquid] };
}

/** Where `is` changes between a and b, to 0.01 K; `rising` if it is true at b. */
function narrow(is: (t: number) => boolean, a: number, b: number, rising: boolean): number {
  let [low, high] = [a, b];
  while (high - low > 0.01) {
    const middle = (low + high) / 2;
    if (is(middle) === rising) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

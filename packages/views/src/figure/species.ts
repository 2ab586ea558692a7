/**
 * Sulfur species have one colour in every view: from gold (S8) over red (Na2S4) to violet (Na2S), by the length of the chain, sodium and lithium alike.
 * The order of lightness is that of the chain too, so that neighbours are told apart with colour-blindness; labels say the rest.
 */
import type { Tone } from "./model.ts";

/** Chain lengths and their places, 0 (S8) … 1 (a single S). */
const PLACES: readonly (readonly [length: number, place: number])[] = [
  [1, 1],
  [2, 0.8],
  [3, 0.64],
  [4, 0.5],
  [5, 0.37],
  [6, 0.25],
  [8, 0.12],
];

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** A standard's name as its species is written: "na2s4" is Na2S4, "s8" is S8; other names stay as they are. */
export function speciesName(name: string): string {
  const match = /^(?:(na|li|k)2)?s(\d*)$/i.exec(name);
  if (!match || (match[1] === undefined && match[2] !== "8")) return name;
  const metal = match[1] === undefined ? "" : `${match[1][0]!.toUpperCase()}${match[1].slice(1).toLowerCase()}2`;
  return `${metal}S${match[2]}`;
}

/** The tone of "S8", "Na2S4", "Li₂S", "Na2S6–8" …; null for any other name. */
export function speciesTone(written: string): Tone | null {
  const name = speciesName(written)
    .replace(/[₀-₉]/g, (digit) => String(SUBSCRIPTS.indexOf(digit)))
    .replace("₋", "–");
  if (/^(?:[αβγ]-?)?S8?$/.test(name)) return { species: 0 };
  const match = /^(?:Na|Li|K)2S(\d+(?:\.\d+)?)?(?:[-–](\d+))?$/.exec(name);
  if (!match) return null;
  const [from, to] = [Number(match[1] ?? 1), Number(match[2] ?? match[1] ?? 1)];
  const length = (from + to) / 2;
  const next = PLACES.findIndex(([known]) => known >= length);
  if (next < 0) return { species: 0.12 };
  const [b, after] = PLACES[next]!;
  const [a, before] = PLACES[Math.max(0, next - 1)]!;
  return { species: b === a ? after : before + ((length - a) / (b - a)) * (after - before) };
}

/**
 * Colour maps. Amounts: viridis (S. van der Walt & N. Smith, 2015) and cividis (Nuñez, Anderton & Renslow,
 * PLoS ONE 13, e0199239, 2018), both perceptually even and readable with colour-blindness. Quantities with a
 * sign: RdBu of ColorBrewer (C. Brewer, 2002; safe for red–green blindness), blue below and red above a zero
 * that is white.
 */
import type { ColourScale } from "./model.ts";

type Stops = readonly (readonly [red: number, green: number, blue: number])[];

/** At equal distances, linear in between. */
const MAPS: Readonly<Record<ColourScale["colours"] | "species", Stops>> = {
  // dark enough for lines on white, light enough for lines on black
  species: [
    [206, 156, 0],
    [230, 120, 36],
    [222, 82, 82],
    [186, 72, 158],
    [134, 84, 206],
  ],
  viridis: [
    [68, 1, 84],
    [72, 36, 117],
    [65, 68, 135],
    [53, 95, 141],
    [42, 120, 142],
    [33, 145, 140],
    [34, 168, 132],
    [68, 191, 112],
    [122, 209, 81],
    [189, 223, 38],
    [253, 231, 37],
  ],
  cividis: [
    [0, 34, 78],
    [8, 51, 112],
    [53, 69, 108],
    [79, 87, 108],
    [102, 105, 112],
    [125, 124, 120],
    [148, 142, 119],
    [174, 163, 113],
    [200, 184, 102],
    [229, 207, 82],
    [254, 232, 56],
  ],
  diverging: [
    [5, 48, 97],
    [33, 102, 172],
    [67, 147, 195],
    [146, 197, 222],
    [209, 229, 240],
    [255, 255, 255],
    [253, 219, 199],
    [244, 165, 130],
    [214, 96, 77],
    [178, 24, 43],
    [103, 0, 31],
  ],
};

/** Red, green, blue (0…255) at `place` 0…1 of a colour map. */
export function mixed(colours: keyof typeof MAPS, place: number): [number, number, number] {
  const stops = MAPS[colours];
  const along = Math.max(0, Math.min(1, place)) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(along));
  const mix = (k: 0 | 1 | 2): number => Math.round(stops[i]![k] + (along - i) * (stops[i + 1]![k] - stops[i]![k]));
  return [mix(0), mix(1), mix(2)];
}

/**
 * Place of a value on its colour map, 0…1 between the scale's ends (not cut off there). Diverging colours have
 * their middle at zero whatever the ends are: equal sizes of either sign are equally strong.
 */
export function placeOnScale(scale: ColourScale, value: number): number {
  const { low, high } = scale;
  if (scale.colours === "diverging") return 0.5 + (0.5 * value) / (Math.max(Math.abs(low), Math.abs(high)) || 1);
  // counts of zero have the first colour: they are measured, not missing
  if (scale.log) return value > 0 ? Math.log(value / low) / (Math.log(high / low) || 1) : -1;
  return (value - low) / (high - low || 1);
}

/** Colours of a raster: entry 0 is transparent, 1…255 run from the first to the last colour; three bytes each. */
export const LEVELS = 255;

const tables = new Map<ColourScale["colours"], Uint8Array>();

export function colourTable(colours: ColourScale["colours"]): Uint8Array {
  let table = tables.get(colours);
  if (!table) {
    table = new Uint8Array(3 * (LEVELS + 1));
    for (let i = 1; i <= LEVELS; i++) table.set(mixed(colours, (i - 1) / (LEVELS - 1)), 3 * i);
    tables.set(colours, table);
  }
  return table;
}

/** Share of values left beyond each end of a robust scale: hot pixels must not darken all others. */
const TAIL = 0.002;

/**
 * The scale of `values`: from the smallest to the largest, or, with `robust`, between the quantiles 0.2 % and
 * 99.8 % (`below` and `above` then say that cells lie beyond). Diverging scales have equal ends. A logarithmic
 * one starts at the smallest positive value.
 */
export function scaleOf(
  values: ArrayLike<number | null>,
  scale: Pick<ColourScale, "label" | "colours"> & { log?: boolean; robust?: boolean },
): ColourScale {
  const { robust, ...rest } = scale;
  const usable: number[] = [];
  // a hundred thousand values tell the quantiles of any map
  const every = robust ? Math.max(1, Math.floor(values.length / 100_000)) : 1;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== "number" || !Number.isFinite(value) || (scale.log && value <= 0)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
    if (robust && i % every === 0) usable.push(value);
  }
  if (least > most) return { ...rest, low: scale.log ? 0.1 : 0, high: 1 };
  let low = least;
  let high = most;
  if (robust && usable.length > 0) {
    const sorted = Float64Array.from(usable).sort();
    low = sorted[Math.floor(TAIL * (sorted.length - 1))]!;
    high = sorted[Math.ceil((1 - TAIL) * (sorted.length - 1))]!;
  }
  if (scale.colours === "diverging") {
    high = Math.max(Math.abs(low), Math.abs(high)) || 1;
    low = -high;
  } else if (!(high > low)) {
    // one value everywhere still has a scale around it
    high = low === 0 ? 1 : low + Math.abs(low) * 0.5;
    if (!scale.log) low -= Math.abs(low) * 0.5;
  }
  return { ...rest, low, high, ...(least < low ? { below: true } : {}), ...(most > high ? { above: true } : {}) };
}

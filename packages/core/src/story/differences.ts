/**
 * A story's columns as differences of whole numbers, exactly: a column of decimals of which none has more than 15 places is d places and whole numbers n with
 * value = n / 10^d; times, rows and charges grow evenly, so that their second differences are a digit or two where the numbers are seven. What gains nothing
 * stays as it is. The division is of two exact doubles and rounds as reading the decimal does, so that every bit comes back.
 */

/** The key of what stands for a column: `{ "Δ": [places, order, …differences] }`. */
const KEY = "Δ";
const SHORTEST = 12;
const MOST_PLACES = 15;
/** Second differences of such numbers are exact. */
const LARGEST = 2 ** 51;

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** JSON data with its columns as differences; {@link fromDifferences} brings it back. */
export function asDifferences(data: unknown): unknown {
  return packed(data as Json);
}

/** What {@link asDifferences} was given. */
export function fromDifferences(data: unknown): unknown {
  return unpacked(data as Json);
}

function packed(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return columnOf(value) ?? (value as readonly Json[]).map(packed);
  const copy = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, packed(one)]));
  // an object that has the key by chance is wrapped, and so never taken for a column
  return KEY in value ? { [KEY]: copy } : copy;
}

function unpacked(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return typeof value[0] === "number" ? value : (value as readonly Json[]).map(unpacked);
  const held = (value as { readonly [key: string]: Json })[KEY];
  if (Array.isArray(held)) return summed(held as readonly number[]);
  const whole = held === undefined ? value : (held as typeof value);
  return Object.fromEntries(Object.entries(whole).map(([key, one]) => [key, unpacked(one)]));
}

function columnOf(values: readonly Json[]): Json | null {
  if (values.length < SHORTEST) return null;
  const places = placesOf(values);
  if (places === null) return null;
  const whole = (values as readonly number[]).map((value) => Math.round(value * 10 ** places));
  const texts: [order: number, numbers: number[], length: number][] = [];
  for (let order = 0, numbers = whole; order <= 2; order++, numbers = differences(numbers))
    texts.push([order, numbers, numbers.join().length]);
  const [order, numbers, length] = texts.reduce((best, one) => (one[2] < best[2] ? one : best));
  return length < values.join().length ? { [KEY]: [places, order, ...numbers] } : null;
}

/** The first stays, so that sums bring the numbers back. */
const differences = (of: readonly number[]): number[] => of.map((value, i) => value - (i === 0 ? 0 : of[i - 1]!));

function summed([places = 0, order = 0, ...numbers]: readonly number[]): number[] {
  for (let k = 0; k < order; k++) for (let i = 1; i < numbers.length; i++) numbers[i]! += numbers[i - 1]!;
  const scale = 10 ** places;
  return numbers.map((n) => n / scale);
}

/** Places after the point that write all of them exactly; null where 15 do not, or one is no number. */
function placesOf(values: readonly Json[]): number | null {
  let places = 0;
  const isExact = (value: number): boolean => {
    const n = Math.round(value * 10 ** places);
    return Math.abs(n) < LARGEST && n / 10 ** places === value && !Object.is(value, -0);
  };
  for (const value of values) {
    if (typeof value !== "number") return null;
    while (!isExact(value)) if (++places > MOST_PLACES) return null;
  }
  // those before the last one may have become too large on the way
  return values.every((value) => isExact(value as number)) ? places : null;
}

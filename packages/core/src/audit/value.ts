/**
 * Values as papers print them: numbers, ranges ("3.2-3.5"), bounds ("above 4.0"), lists of them, and texts. A range is carried through a formula by
 * its corners, which is exact where the formula is monotonic in each input.
 */

/** Both ends of a range; equal for a number. */
export interface Span {
  low: number;
  high: number;
}

export type Value = Span | readonly Span[] | string | readonly string[];

const RANGE = /^(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*(?:-|–|\.\.)\s*(\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i;
const ABOVE = /^(?:above|exceeding|>|≥|more than)\s*(-?\d+(?:\.\d+)?)/i;
const BELOW = /^(?:below|under|<|≤|less than)\s*(-?\d+(?:\.\d+)?)/i;
const ABOUT = /^(?:about|around|nearly|~|≈)\s*(-?\d+(?:\.\d+)?)/i;

/** "around 3.0" is this much of it on either side. */
const ABOUT_SHARE = 0.1;

export function spanOf(written: unknown): Span | null {
  if (typeof written === "number") return Number.isFinite(written) ? { low: written, high: written } : null;
  if (typeof written !== "string") return null;
  const text = written.trim();
  if (text !== "" && Number.isFinite(Number(text))) return spanOf(Number(text));
  const range = RANGE.exec(text);
  if (range) return { low: Number(range[1]), high: Number(range[2]) };
  const above = ABOVE.exec(text);
  if (above) return { low: Number(above[1]), high: Number.POSITIVE_INFINITY };
  const below = BELOW.exec(text);
  if (below) return { low: Number.NEGATIVE_INFINITY, high: Number(below[1]) };
  const about = ABOUT.exec(text);
  if (about) return { low: Number(about[1]) * (1 - ABOUT_SHARE), high: Number(about[1]) * (1 + ABOUT_SHARE) };
  return null;
}

/** What a key of a claim holds; null for maps and what else is no value. */
export function printedValue(written: unknown): Value | null {
  if (Array.isArray(written)) {
    const spans = written.map(spanOf);
    if (spans.every((span) => span !== null)) return spans;
    return written.every((item) => typeof item === "string") ? (written as string[]) : null;
  }
  return spanOf(written) ?? (typeof written === "string" ? written : null);
}

export const isSpan = (value: Value): value is Span => typeof value === "object" && "low" in value;
export const isSpans = (value: Value): value is readonly Span[] => Array.isArray(value) && value.every((item) => typeof item === "object");

/** A formula over ranges, element by element where inputs are lists; null where an input is text or lists differ in length. */
export function evaluate(inputs: readonly Value[], formula: (...x: number[]) => number): Span | readonly Span[] | null {
  let length: number | null = null;
  for (const input of inputs) {
    if (isSpan(input)) continue;
    if (!isSpans(input) || (length !== null && input.length !== length)) return null;
    length = input.length;
  }
  const at = (k: number): Span =>
    corners(
      inputs.map((input) => (isSpan(input) ? input : (input as readonly Span[])[k]!)),
      formula,
    );
  return length === null ? at(0) : Array.from({ length }, (_, k) => at(k));
}

function corners(inputs: readonly Span[], formula: (...x: number[]) => number): Span {
  const wide = inputs.flatMap(({ low, high }, i) => (low === high ? [] : [i]));
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let corner = 0; corner < 2 ** wide.length; corner++) {
    const x = inputs.map(({ low: a, high: b }, i) => {
      const place = wide.indexOf(i);
      return place >= 0 && (corner >> place) & 1 ? b : a;
    });
    const value = formula(...x);
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, high };
}

/** "0.97 to 1.06", "3.554". */
export function spanText({ low, high }: Span, digits = 4): string {
  const number = (x: number): string => Number(x.toPrecision(digits)).toString();
  if (low === high || number(low) === number(high)) return number(low);
  if (high === Number.POSITIVE_INFINITY) return `above ${number(low)}`;
  if (low === Number.NEGATIVE_INFINITY) return `below ${number(high)}`;
  return `${number(low)} to ${number(high)}`;
}

export function textOf(value: Value): string {
  if (isSpan(value)) return spanText(value);
  if (isSpans(value)) return value.map((span) => spanText(span)).join(", ");
  return typeof value === "string" ? value : (value as readonly string[]).join(", ");
}

/** Half of the last digit with which a number is written; trailing zeros of a whole number count as digits. */
export function half(value: number): number {
  if (!Number.isFinite(value)) return 0;
  const [, digits = "", exponent = "0"] = /^-?\d+(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(String(value)) ?? [];
  return 0.5 * 10 ** (Number(exponent) - digits.length) + 1e-12 * Math.abs(value);
}

/** Values by name; those of a map as "name.key". */
export function flat(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.entries(value).map(([key, one]) => [`${name}.${key}`, one])
        : [[name, value]],
    ),
  );
}

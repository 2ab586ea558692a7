/** A number with its standard error and its unit: the only form in which results leave a method. */
import { ThioscopeError } from "../errors.ts";
import { conversionFactor, convert, parseUnit, sameDimension } from "./units.ts";

export interface Quantity {
  value: number;
  /** One standard deviation in the same unit; null where nothing is known about it. */
  sigma: number | null;
  unit: string;
}

/** The same for a whole column; `sigma` is null, one number for all, or one per value. */
export interface QuantityArray {
  values: Float64Array;
  sigma: Float64Array | number | null;
  unit: string;
}

/** An answer that could not be computed, and why: never a guess in place of a number. */
export interface NotComputable {
  notComputable: string;
}

export type Answer = Quantity | NotComputable;

/** Makes a quantity; `unit` "" or "1" means a pure number. */
export function quantity(value: number, unit: string, sigma: number | null = null): Quantity {
  return { value, sigma, unit };
}

/** The same quantity in another unit. */
export function inUnit(q: Quantity, unit: string): Quantity {
  const sigma = q.sigma === null ? null : Math.abs(q.sigma * conversionFactor(q.unit, unit));
  return { value: convert(q.value, q.unit, unit), sigma, unit };
}

export function isComputable(answer: Answer): answer is Quantity {
  return !("notComputable" in answer);
}

const NUMBER = String.raw`[+-]?(?:\d+(?:\.\d*)?|\.\d+)`;
const POWER = String.raw`[eE][+-]?\d+`;
/** number, last digits of its error, power of ten */
const VALUE = String.raw`(${NUMBER})(?:(${POWER}))?(?:\((\d+)\)(${POWER})?)?`;
const QUANTITY = new RegExp(`^${VALUE}\\s*(.*?)\\s*(?:(?:±|\\+/-|\\+-)\\s*(${NUMBER}(?:${POWER})?)\\s*(.*?))?$`);

/** Longer text is no quantity. */
const LONGEST = 200;

/**
 * Reads "5.0 ± 0.1 mg", "5.0 mg ± 2 %", "463(5) µm", "1.5(2)e-3 S/cm", "10 mm", "33 wt%". The value must carry
 * a unit unless `unit` is "1". Throws INVALID_INPUT, UNIT_UNKNOWN or UNIT_MISMATCH.
 *
 * @param unit a unit of the dimension wanted; the result keeps the unit that was written
 */
export function parseQuantity(text: string, unit: string): Quantity {
  const clean = text.trim().replaceAll("\u2212", "-");
  const match = clean.length <= LONGEST ? QUANTITY.exec(clean) : null;
  if (!match) {
    const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    throw new ThioscopeError("INVALID_INPUT", `"${shown}" is not a number with a unit, such as "5.0 ± 0.1 ${unit}"`);
  }
  const [, number = "", power = "", lastDigits, powerAfter = "", before = "", error, after = ""] = match;
  if (/^,\d/.test(before)) throw new ThioscopeError("INVALID_INPUT", `"${text}" has a decimal comma: write a point`);
  if (power !== "" && powerAfter !== "") throw new ThioscopeError("INVALID_INPUT", `"${text}" has two powers of ten`);
  // "5.0 ± 0.1 mg" has its unit behind the error, "5.0 mg ± 0.1 mg" in both places.
  const written = before === "" ? after : before;
  if (written === "" && unit !== "1" && unit !== "") {
    throw new ThioscopeError("INVALID_INPUT", `"${text}" has no unit: write for instance "${number} ${unit}"`);
  }
  parseUnit(written);
  conversionFactor(written, unit);
  const value = Number(`${number}${power}${powerAfter}`);
  const last = lastDigits === undefined ? null : Number(lastDigits) * lastPlace(number, power + powerAfter);
  const sigma = error === undefined ? last : errorOf(Number(error), before === "" ? "" : after, value, written);
  if (last !== null && error !== undefined) throw new ThioscopeError("INVALID_INPUT", `"${text}" states its error twice`);
  if (!Number.isFinite(value) || (sigma !== null && !(sigma >= 0 && Number.isFinite(sigma)))) {
    throw new ThioscopeError("INVALID_INPUT", `"${text}": the value must be finite and its error not negative`);
  }
  return { value, sigma, unit: written };
}

/** Value of one unit in the last place of "1.50" × 10^power. */
function lastPlace(number: string, power: string): number {
  const decimals = /\.(\d*)/.exec(number)?.[1]?.length ?? 0;
  return Number(`1e${Number(power.slice(1) || 0) - decimals}`);
}

/** An error in its own unit, or relative ("2 %") where the value is not itself a share. */
function errorOf(error: number, unit: string, value: number, written: string): number {
  if (unit === "") return error;
  if (unit === "%" && written !== "%" && !isShare(written)) return Math.abs(value) * error * 0.01;
  return error * conversionFactor(unit, written);
}

const isShare = (unit: string): boolean => sameDimension(parseUnit(unit), parseUnit("1"));

/**
 * "1.171(2) V": digits by sigma (two where its first digit is 1), in the unit given. Without sigma, six
 * significant digits.
 */
export function formatQuantity(q: Quantity): string {
  const unit = q.unit === "" || q.unit === "1" ? "" : ` ${q.unit}`;
  if (!Number.isFinite(q.value)) return `not known${unit}`;
  if (q.sigma === null || !Number.isFinite(q.sigma) || q.sigma <= 0) {
    return `${Number(q.value.toPrecision(6)).toString()}${unit}`;
  }
  let exponent = Math.floor(Math.log10(q.sigma));
  const lead = q.sigma / 10 ** exponent;
  const digits = lead < 1.95 ? 2 : 1;
  exponent -= digits - 1;
  const decimals = Math.max(0, -exponent);
  const last = Math.round(q.sigma / 10 ** exponent);
  if (decimals === 0) {
    const step = 10 ** exponent;
    return `${Math.round(q.value / step) * step} ± ${last * step}${unit}`;
  }
  if (decimals <= 9) return `${q.value.toFixed(decimals)}(${last})${unit}`;
  const lead10 = q.value === 0 ? exponent : Math.floor(Math.log10(Math.abs(q.value)));
  const places = Math.min(20, Math.max(0, lead10 - exponent));
  return `${q.value.toExponential(places)} ± ${q.sigma.toExponential(digits - 1)}${unit}`;
}

/** A number with its standard error and its unit: the only form in which results leave a method. */
import { ThioscopeError } from "../errors.ts";
import { conversionFactor, convert, parseUnit } from "./units.ts";

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

const NUMBER = String.raw`[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?`;
const QUANTITY = new RegExp(`^\\s*(${NUMBER})(?:\\((\\d+)\\))?(?:\\s*(?:±|\\+/-|\\+-)\\s*(${NUMBER}))?\\s*(.*?)\\s*$`);

/**
 * Reads "5.0 ± 0.1 mg", "463(5) µm", "10 mm", "33 wt%". The value must carry a unit unless `unit` is "1".
 *
 * @param unit a unit of the dimension wanted; the result keeps the unit that was written
 */
export function parseQuantity(text: string, unit: string): Quantity {
  const match = QUANTITY.exec(text);
  if (!match) {
    throw new ThioscopeError("INVALID_INPUT", `"${text}" is not a number with a unit, such as "5.0 ± 0.1 ${unit}"`);
  }
  const [, number = "", lastDigits, error, written = ""] = match;
  if (written === "" && unit !== "1" && unit !== "") {
    throw new ThioscopeError("INVALID_INPUT", `"${text}" has no unit: write for instance "${number} ${unit}"`);
  }
  parseUnit(written);
  conversionFactor(written, unit);
  const decimals = /\.(\d*)/.exec(number)?.[1]?.length ?? 0;
  const sigma = error !== undefined ? Number(error) : lastDigits !== undefined ? Number(lastDigits) * 10 ** -decimals : null;
  return { value: Number(number), sigma, unit: written };
}

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
  return decimals > 9 ? `${q.value.toExponential(3)} ± ${q.sigma.toExponential(1)}${unit}` : `${q.value.toFixed(decimals)}(${last})${unit}`;
}

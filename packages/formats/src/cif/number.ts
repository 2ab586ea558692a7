/** Numbers of CIF: "4.1569(3)" is 4.1569 ± 0.0003, "1.5E-3(2)" and "1.5(2)e-3" too. */
import { ThioscopeError } from "@thioscope/core";
import type { CifValue } from "./parse.ts";

export interface CifNumber {
  value: number;
  /** standard uncertainty; null where none is written */
  sigma: number | null;
}

const NUMBER = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:\((\d{1,9})\))?(?:[eEdD]([+-]?\d{1,3}))?(?:\((\d{1,9})\))?$/;

/** Undefined for text that is no number. */
export function parseCifNumber(text: string): CifNumber | undefined {
  if (text.length > 60) return undefined;
  const match = NUMBER.exec(text.trim());
  if (!match) return undefined;
  const [, mantissa = "", before, power = "0", after] = match;
  const value = Number(`${mantissa}e${power}`);
  const digits = before ?? after;
  if (!Number.isFinite(value) || (before !== undefined && after !== undefined)) return undefined;
  const decimals = /\.(\d*)/.exec(mantissa)?.[1]?.length ?? 0;
  return { value, sigma: digits === undefined ? null : Number(`${digits}e${Number(power) - decimals}`) };
}

/** The number of a value; FILE_DAMAGED with tag and line where it is none. */
export function requireNumber(value: CifValue, tag: string, file: string): CifNumber {
  const number = parseCifNumber(value.text);
  if (!number)
    throw new ThioscopeError("FILE_DAMAGED", `${tag} is "${value.text.slice(0, 40)}": a number is needed`, { file, line: value.line });
  return number;
}

/** "4.1569(3)": the error with one digit, two where the first is 1; without error up to ten significant digits. */
export function formatCifNumber(value: number, sigma: number | null): string {
  if (sigma === null || !(sigma > 0)) return String(Number(value.toPrecision(10)));
  const exponent = Math.floor(Math.log10(sigma));
  const digits = sigma / 10 ** exponent < 1.95 ? 2 : 1;
  const decimals = digits - 1 - exponent;
  if (decimals < 0) return `${Math.round(value)}(${Math.round(sigma)})`;
  if (decimals > 15) return String(Number(value.toPrecision(10)));
  return `${value.toFixed(decimals)}(${Math.round(sigma * 10 ** decimals)})`;
}

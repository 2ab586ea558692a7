/** What the actions of `pdf` read. */
import { ThioscopeError } from "@thioscope/core";
import type { ScatteringPattern } from "@thioscope/core/pdf";
import { type Curve, readCurve } from "@thioscope/formats";
import { opened } from "../../inputs.ts";
import { numberOf } from "../xrd/inputs.ts";

export type Options = Readonly<Record<string, string | boolean | undefined>>;

export const curveOf = (path: string): Promise<Curve> => opened(path, (source) => readCurve(source));

export const positive = (name: string, options: Options, what: string): number | undefined =>
  numberOf(name, options[name], (x) => Number.isFinite(x) && x > 0, what);
export const notNegative = (name: string, options: Options, what: string): number | undefined =>
  numberOf(name, options[name], (x) => Number.isFinite(x) && x >= 0, what);

/** A pattern over 2θ (where a wavelength is known) or over q. */
export function patternOf({ x, y, sigma }: Curve, wavelength: number | undefined, file: string): ScatteringPattern {
  if (wavelength === undefined) return { q: x, intensity: y, sigma };
  const outside = x.findIndex((angle) => !(angle >= 0 && angle < 180));
  if (outside >= 0) throw new ThioscopeError("INVALID_INPUT", `2θ ${x[outside]} degrees: 0 to 180 are possible`, { file });
  return { q: x.map((angle) => (4 * Math.PI * Math.sin((angle * Math.PI) / 360)) / wavelength), intensity: y, sigma };
}

/** What a written .gr says of itself, where it does; an option overrules it. */
export function statedLimit(curve: Curve, name: string): number | undefined {
  const value = Number(curve.meta[name]);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** Header words to SI: the spellings of units that detectors, NeXus and beamlines use, as data. */
import { wavelengthAngstrom } from "@thioscope/core";
import type { ImageFacts } from "./model.ts";

const LENGTH: Readonly<Record<string, number>> = {
  m: 1,
  meter: 1,
  metre: 1,
  cm: 1e-2,
  mm: 1e-3,
  millimeter: 1e-3,
  millimetre: 1e-3,
  um: 1e-6,
  µm: 1e-6,
  micron: 1e-6,
  micrometer: 1e-6,
  micrometre: 1e-6,
  nm: 1e-9,
  nanometer: 1e-9,
  nanometre: 1e-9,
  a: 1e-10,
  å: 1e-10,
  angstrom: 1e-10,
  ångström: 1e-10,
  pm: 1e-12,
};
const TIME: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  ms: 1e-3,
  millisecond: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  microsecond: 1e-6,
  ns: 1e-9,
  nanosecond: 1e-9,
  min: 60,
  minute: 60,
};
const ENERGY: Readonly<Record<string, number>> = { ev: 1, kev: 1e3, mev: 1e6 };
const ANGLE: Readonly<Record<string, number>> = { rad: 1, radian: 1, deg: Math.PI / 180, degree: Math.PI / 180, "°": Math.PI / 180 };

export type FactQuantity = "length" | "time" | "energy" | "angle";

const TABLES: Readonly<Record<FactQuantity, Readonly<Record<string, number>>>> = {
  length: LENGTH,
  time: TIME,
  energy: ENERGY,
  angle: ANGLE,
};

/** Factor of a unit as written on SI (energies: on eV), undefined for an unknown one; "" has no factor. */
export function unitFactor(unit: string, quantity: FactQuantity): number | undefined {
  const word = unit.trim().toLowerCase();
  const table = TABLES[quantity];
  if (Object.hasOwn(table, word)) return table[word];
  const single = word.replace(/(e?s|\.)$/, "");
  return single !== "" && Object.hasOwn(table, single) ? table[single] : undefined;
}

const NUMBER = String.raw`[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?`;
const VALUE = new RegExp(`^\\s*(${NUMBER})\\s*([^\\s\\d,;)]*)`);

/** "0.21143 m" in SI; a number without a unit is in `assumed`. Undefined where there is no finite number. */
export function factOf(text: string | number | undefined, quantity: FactQuantity, assumed: string): number | undefined {
  if (text === undefined) return undefined;
  const match = VALUE.exec(String(text));
  if (!match) return undefined;
  const factor = unitFactor(match[2] || assumed, quantity);
  const value = Number(match[1]) * (factor ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

/** All numbers of a text, in order. */
export function numbersOf(text: string): number[] {
  return (text.match(new RegExp(NUMBER, "g")) ?? []).map(Number);
}

/** λ = hc/E in metres; undefined for an energy that is not positive. */
export function wavelengthOfEnergy(electronVolt: number | undefined): number | undefined {
  return electronVolt !== undefined && electronVolt > 0 ? 1e-10 * wavelengthAngstrom(electronVolt / 1e3) : undefined;
}

/** Only what is known and possible: lengths and times must be positive, places in the image finite. */
export function cleanFacts(facts: { [K in keyof ImageFacts]: ImageFacts[K] | undefined }): ImageFacts {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(facts)) {
    if (value === undefined || value === "") continue;
    if (typeof value === "number" && (!Number.isFinite(value) || (!/^(beam|module)/.test(key) && !(value > 0)))) continue;
    if (typeof value === "object" && Object.keys(value).length === 0) continue;
    out[key] = value;
  }
  return out;
}

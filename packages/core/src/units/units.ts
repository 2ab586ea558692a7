/**
 * Units as text ("mAh/g", "mA cm-2", "µm", "°C") to a factor on SI and a dimension.
 *
 * A unit is a product of symbols with integer powers: separators are space, `·`, `.`, `*`; one `/`
 * divides by everything after it up to the next `/`; powers are written `cm2`, `cm^2`, `cm²`, `cm-2`.
 * Only a temperature standing alone has an offset (°C).
 */
import { ThioscopeError } from "../errors.ts";
import { nearest } from "../suggest.ts";
import { CONSTANTS } from "./constants.ts";

/** Powers of length, mass, time, current, temperature, amount, angle. */
export type Dimension = readonly [number, number, number, number, number, number, number];

export interface Unit {
  /** value in SI = value in unit × factor + offset */
  factor: number;
  offset: number;
  dimension: Dimension;
}

const L = [1, 0, 0, 0, 0, 0, 0] as const;
const M = [0, 1, 0, 0, 0, 0, 0] as const;
const T = [0, 0, 1, 0, 0, 0, 0] as const;
const I = [0, 0, 0, 1, 0, 0, 0] as const;
const K = [0, 0, 0, 0, 1, 0, 0] as const;
const N = [0, 0, 0, 0, 0, 1, 0] as const;
const A = [0, 0, 0, 0, 0, 0, 1] as const;
const ONE = [0, 0, 0, 0, 0, 0, 0] as const;
const CHARGE = [0, 0, 1, 1, 0, 0, 0] as const;
const FORCE = [1, 1, -2, 0, 0, 0, 0] as const;
const PRESSURE = [-1, 1, -2, 0, 0, 0, 0] as const;
const ENERGY = [2, 1, -2, 0, 0, 0, 0] as const;
const POWER = [2, 1, -3, 0, 0, 0, 0] as const;
const VOLT = [2, 1, -3, -1, 0, 0, 0] as const;
const OHM = [2, 1, -3, -2, 0, 0, 0] as const;
const SIEMENS = [-2, -1, 3, 2, 0, 0, 0] as const;
const FARAD = [-2, -1, 4, 2, 0, 0, 0] as const;

interface Symbol_ {
  factor: number;
  dimension: Dimension;
  /** takes SI prefixes */
  prefix?: boolean;
  offset?: number;
}

/** Symbols; exact matches win over prefix + symbol (so `min` is a minute, `Pa` a pascal). */
const SYMBOLS: Record<string, Symbol_> = {
  "1": { factor: 1, dimension: ONE },
  "%": { factor: 0.01, dimension: ONE },
  "wt%": { factor: 0.01, dimension: ONE },
  "vol%": { factor: 0.01, dimension: ONE },
  "at%": { factor: 0.01, dimension: ONE },
  ppm: { factor: 1e-6, dimension: ONE },
  m: { factor: 1, dimension: L, prefix: true },
  Å: { factor: 1e-10, dimension: L },
  angstrom: { factor: 1e-10, dimension: L },
  g: { factor: 1e-3, dimension: M, prefix: true },
  t: { factor: 1e3, dimension: M },
  u: { factor: 1.6605390666e-27, dimension: M },
  s: { factor: 1, dimension: T, prefix: true },
  sec: { factor: 1, dimension: T },
  min: { factor: 60, dimension: T },
  h: { factor: 3600, dimension: T },
  hr: { factor: 3600, dimension: T },
  d: { factor: 86400, dimension: T },
  A: { factor: 1, dimension: I, prefix: true },
  K: { factor: 1, dimension: K, prefix: true },
  "°C": { factor: 1, dimension: K, offset: 273.15 },
  degC: { factor: 1, dimension: K, offset: 273.15 },
  "°F": { factor: 5 / 9, dimension: K, offset: 459.67 * (5 / 9) },
  mol: { factor: 1, dimension: N, prefix: true },
  rad: { factor: 1, dimension: A, prefix: true },
  deg: { factor: Math.PI / 180, dimension: A },
  "°": { factor: Math.PI / 180, dimension: A },
  Ah: { factor: 3600, dimension: CHARGE, prefix: true },
  As: { factor: 1, dimension: CHARGE, prefix: true },
  C: { factor: 1, dimension: CHARGE, prefix: true },
  N: { factor: 1, dimension: FORCE, prefix: true },
  kgf: { factor: CONSTANTS.gravity, dimension: FORCE },
  tf: { factor: 1e3 * CONSTANTS.gravity, dimension: FORCE },
  Pa: { factor: 1, dimension: PRESSURE, prefix: true },
  bar: { factor: 1e5, dimension: PRESSURE, prefix: true },
  atm: { factor: 101325, dimension: PRESSURE },
  psi: { factor: 6894.757293168, dimension: PRESSURE },
  Torr: { factor: 101325 / 760, dimension: PRESSURE },
  J: { factor: 1, dimension: ENERGY, prefix: true },
  Wh: { factor: 3600, dimension: ENERGY, prefix: true },
  Ws: { factor: 1, dimension: ENERGY, prefix: true },
  eV: { factor: CONSTANTS.elementaryCharge, dimension: ENERGY, prefix: true },
  cal: { factor: 4.184, dimension: ENERGY, prefix: true },
  W: { factor: 1, dimension: POWER, prefix: true },
  V: { factor: 1, dimension: VOLT, prefix: true },
  Ω: { factor: 1, dimension: OHM, prefix: true },
  ohm: { factor: 1, dimension: OHM, prefix: true },
  Ohm: { factor: 1, dimension: OHM, prefix: true },
  S: { factor: 1, dimension: SIEMENS, prefix: true },
  F: { factor: 1, dimension: FARAD, prefix: true },
  Hz: { factor: 1, dimension: [0, 0, -1, 0, 0, 0, 0], prefix: true },
  L: { factor: 1e-3, dimension: [3, 0, 0, 0, 0, 0, 0], prefix: true },
  l: { factor: 1e-3, dimension: [3, 0, 0, 0, 0, 0, 0], prefix: true },
};

const PREFIXES: Record<string, number> = {
  f: 1e-15,
  p: 1e-12,
  n: 1e-9,
  µ: 1e-6,
  u: 1e-6,
  m: 1e-3,
  c: 1e-2,
  d: 1e-1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
};

/** What a misspelt unit is compared with: every symbol, alone and with the prefixes of the laboratory. */
const SPELLINGS = Object.entries(SYMBOLS)
  .filter(([name]) => name !== "1")
  .flatMap(([name, s]) => (s.prefix ? [name, ...["n", "µ", "m", "k", "M"].map((p) => p + name)] : [name]));

const SUPERSCRIPTS: Record<string, string> = { "⁻": "-", "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4" };
const cache = new Map<string, Unit>();

/** Spellings that differ only in code point: Ω (ohm sign, Greek), µ (micro sign, Greek mu), ℃, ⁻², −. */
function normalize(text: string): string {
  return text
    .trim()
    .replaceAll("\u2126", "Ω")
    .replaceAll("\u03bc", "µ")
    .replaceAll("℃", "°C")
    .replaceAll("\u2212", "-")
    .replaceAll("\u212b", "Å")
    .replace(/\b(wt|vol|at)[\s.-]*%/g, "$1%")
    .replace(/[⁻⁰¹²³⁴]/g, (c) => SUPERSCRIPTS[c] ?? c);
}

function symbolOf(name: string): Symbol_ | undefined {
  const exact = Object.hasOwn(SYMBOLS, name) ? SYMBOLS[name] : undefined;
  if (exact) return exact;
  const prefix = PREFIXES[name[0] ?? ""];
  const rest = name.slice(1);
  const base = Object.hasOwn(SYMBOLS, rest) ? SYMBOLS[rest] : undefined;
  return prefix !== undefined && base?.prefix ? { factor: prefix * base.factor, dimension: base.dimension } : undefined;
}

function parse(text: string): Unit | string {
  const clean = normalize(text);
  if (clean === "") return { factor: 1, offset: 0, dimension: ONE };
  const alone = symbolOf(clean);
  if (alone) return { factor: alone.factor, offset: alone.offset ?? 0, dimension: alone.dimension };
  let factor = 1;
  const dimension = [0, 0, 0, 0, 0, 0, 0];
  const parts = clean.split("/");
  for (const [p, part] of parts.entries()) {
    const tokens = part
      .replace(/[()]/g, " ")
      .split(/[\s·.*]+/)
      .filter((token) => token !== "");
    if (tokens.length === 0) return clean;
    for (const token of tokens) {
      const match = /^(.*?)(?:\^?(-?\d+))?$/.exec(token);
      const name = match?.[1] || token;
      const symbol = symbolOf(name);
      if (!symbol) return name;
      const power = (match?.[1] ? Number(match[2] ?? 1) : 1) * (p === 0 ? 1 : -1);
      factor *= symbol.factor ** power;
      for (let i = 0; i < 7; i++) dimension[i] = dimension[i]! + power * symbol.dimension[i]!;
    }
  }
  return { factor, offset: 0, dimension: dimension as unknown as Dimension };
}

/** True if `text` is a unit that {@link parseUnit} understands. */
export function isUnit(text: string): boolean {
  return cache.has(text) || typeof parse(text) !== "string";
}

/** The unit written as `text`; throws UNIT_UNKNOWN naming the part that is not known. */
export function parseUnit(text: string): Unit {
  const known = cache.get(text);
  if (known) return known;
  const unit = parse(text);
  if (typeof unit === "string") {
    const meant = unit.length > 1 && unit.length <= 12 ? nearest(unit, SPELLINGS) : undefined;
    const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    throw new ThioscopeError(
      "UNIT_UNKNOWN",
      `"${unit.slice(0, 60)}"${unit === text ? "" : ` in "${shown}"`} is not a unit${meant ? `, did you mean ${meant}?` : ""}; known are ${Object.keys(SYMBOLS).join(" ")} with SI prefixes`,
    );
  }
  cache.set(text, unit);
  return unit;
}

/** True if both units measure the same kind of quantity. */
export function sameDimension(a: Unit, b: Unit): boolean {
  return a.dimension.every((power, i) => power === b.dimension[i]);
}

/** `value` in unit `from` expressed in unit `to`; throws UNIT_MISMATCH where that has no meaning. */
export function convert(value: number, from: string, to: string): number {
  if (from === to) return value;
  const a = parseUnit(from);
  const b = parseUnit(to);
  if (!sameDimension(a, b)) {
    throw new ThioscopeError("UNIT_MISMATCH", `${from} cannot be expressed in ${to}: they measure different quantities`);
  }
  // One factor rounds less than two: 5 mg are 0.005 g and not 0.004999….
  if (a.offset === b.offset) return value * (a.factor / b.factor);
  return (value * a.factor + a.offset - b.offset) / b.factor;
}

/** The multiplier that turns a *difference* in `from` into a difference in `to` (offsets ignored). */
export function conversionFactor(from: string, to: string): number {
  const a = parseUnit(from);
  const b = parseUnit(to);
  if (!sameDimension(a, b)) {
    throw new ThioscopeError("UNIT_MISMATCH", `${from} cannot be expressed in ${to}: they measure different quantities`);
  }
  return a.factor / b.factor;
}

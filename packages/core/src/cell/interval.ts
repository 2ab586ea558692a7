/**
 * What the declared ranges ("3.2–3.5 mg") make of a result: its least and largest value over all corners of
 * the box they span. Exact for results that are monotonic in each range, as all of the book-keeping is.
 */
import type { Quantity } from "../units/quantity.ts";
import { isComputable, type NotComputable } from "../units/quantity.ts";
import type { Booked } from "./book.ts";
import type { Cell, Declared, Share } from "./model.ts";

export interface Interval {
  low: number;
  high: number;
  /** largest standard error at the ends, from what is not a range; 0 where nothing is known */
  sigma: number;
  unit: string;
}

/** More corners than this are not tried. */
const MOST_RANGES = 12;

/** Interval of `of` over the ranges that the cell declares; both ends equal where it declares none. */
export function intervalOf(cell: Cell, of: (cell: Cell) => Booked): Interval | NotComputable {
  const ranges = collect(cell);
  if (ranges.length > MOST_RANGES)
    return { notComputable: `the cell declares ${ranges.length} ranges; at most ${MOST_RANGES} can be combined` };
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let sigma = 0;
  let unit = "1";
  for (let corner = 0; corner < 2 ** ranges.length; corner++) {
    const at = new Map(ranges.map((d, k) => [d, d.range![(corner >> k) & 1]!]));
    const { answer } = of(ranges.length === 0 ? cell : mapDeclared(cell, (d) => fixed(d, at.get(d))));
    if (!isComputable(answer)) return answer;
    low = Math.min(low, answer.value);
    high = Math.max(high, answer.value);
    sigma = Math.max(sigma, answer.sigma ?? 0);
    unit = answer.unit;
  }
  return { low, high, sigma, unit };
}

/** The same cell with each rounded share of the cathode ("33 wt%") as the range it stands for (32.5–33.5). */
export function withRoundedShares(cell: Cell): Cell {
  const open = (share: Share): Share => {
    const of = share.of ? { of: share.of.map(open) } : {};
    const { share: d } = share;
    if (share.parts || d.range || d.quantity.sigma !== null) return { ...share, ...of };
    const half = roundingHalfWidth(d.text);
    const range: [number, number] = [d.quantity.value - half, d.quantity.value + half];
    return { ...share, ...of, share: { ...d, range } };
  };
  const layers = cell.layers.map((l) => (l.role === "cathode" ? { ...l, composition: l.composition.map(open) } : l));
  return { ...cell, layers };
}

/** Half a unit of the last digit written: 0.05 for "3.6 mAh/cm2", 0.5 for "210 µA/cm2". */
export function roundingHalfWidth(text: string): number {
  const match = /(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?/.exec(text.replace(/^[^\d.]*/, ""));
  const decimals = match?.[2]?.length ?? 0;
  return 0.5 * 10 ** (Number(match?.[3] ?? 0) - decimals);
}

function fixed(d: Declared, value: number | undefined): Declared {
  if (value === undefined) return d;
  const { range: _, ...rest } = d;
  const quantity: Quantity = { ...d.quantity, value, sigma: null };
  return { ...rest, quantity };
}

function collect(cell: Cell): Declared[] {
  const found: Declared[] = [];
  mapDeclared(cell, (d) => {
    if (d.range) found.push(d);
    return d;
  });
  return found;
}

/** A copy of the cell with every declared quantity that results rest on replaced by `f` of it. */
function mapDeclared(cell: Cell, f: (d: Declared) => Declared): Cell {
  const { stated, reference, ...rest } = cell;
  return { ...(walk(rest, f) as typeof rest), stated, ...(reference ? { reference } : {}) };
}

function walk(node: unknown, f: (d: Declared) => Declared): unknown {
  if (Array.isArray(node)) return node.map((n) => walk(n, f));
  if (typeof node !== "object" || node === null) return node;
  if ("quantity" in node && "text" in node) return f(node as Declared);
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, walk(value, f)]));
}

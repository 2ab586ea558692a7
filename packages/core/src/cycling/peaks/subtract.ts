/**
 * dQ/dV of a composite cathode minus that of a cell with the electrolyte alone.
 *
 *   s(V) = c(V)/A_c − k e(V − δ)/A_e        mAh/(cm² V)
 *
 * c, e: |dQ/dV| by counting; A: areas; k: loading of electrolyte in the composite over that in the other cell; δ: how much higher the
 * electrolyte's features lie in the composite. δ is declared, or estimated as the mean distance of features that both cells have
 * (nearest peaks within 0.2 V, in order), its error their scatter: one number cannot align peaks that moved by different amounts, and the
 * scatter says so. Error band: counting errors of both, [e(V − δ − σ_δ) − e(V − δ + σ_δ)]/2 for the alignment, k's and the areas' errors.
 *
 * What is left is not the sulfur's share: electrolyte that reacts in the composite need not do so alone, and the other way round.
 * Shares are therefore estimates. Where the rest is negative beyond its error the assumption is visibly wrong; these potentials are listed.
 */
import type { NotComputable, Quantity } from "../../units/quantity.ts";
import { type DifferentialCapacity, differentialCapacity } from "../dqdv.ts";
import type { HalfCycle } from "../halfCycles.ts";
import { type CapacityPeak, findPeaks } from "./find.ts";

export interface ArealHalfCycle {
  half: HalfCycle;
  /** cm² */
  area: Quantity;
}

export interface SubtractOptions {
  /** δ, V; estimated where absent */
  offset?: Quantity;
  /** k; 1 where absent */
  scale?: Quantity;
  /** V */
  binWidthVolt?: number;
}

export interface ArealCurve {
  /** mAh/(cm² V), positive */
  values: Float64Array;
  sigma: Float64Array;
}

export interface Subtraction {
  voltageVolt: Float64Array;
  binWidthVolt: number;
  composite: ArealCurve;
  /** shifted and scaled */
  electrolyte: ArealCurve;
  rest: ArealCurve;
  offset: Quantity;
  offsetHow: string;
  scale: Quantity;
  /** mAh/cm² over the common bins */
  compositeCapacity: Quantity;
  electrolyteCapacity: Quantity;
  /** per peak of the composite: share of its window (centre ± half a width) that the electrolyte's curve accounts for */
  perPeak: readonly { peak: CapacityPeak; electrolyteShare: Quantity }[];
  /** ranges of potential, V, where the rest is negative beyond two errors */
  negative: readonly (readonly [from: number, to: number])[];
}

const REACH = 0.2;

/** Both half cycles must have one direction. */
export function subtractElectrolyte(
  composite: ArealHalfCycle,
  electrolyte: ArealHalfCycle,
  options: SubtractOptions = {},
): Subtraction | NotComputable {
  if (composite.half.direction !== electrolyte.half.direction)
    return { notComputable: `a ${electrolyte.half.direction} cannot be subtracted from a ${composite.half.direction}` };
  const width =
    options.binWidthVolt ??
    Math.max(differentialCapacity(composite.half).binWidthVolt, differentialCapacity(electrolyte.half).binWidthVolt);
  const whole = differentialCapacity(composite.half, width);
  const part = differentialCapacity(electrolyte.half, width);
  const peaks = findPeaks(composite.half);
  const align = options.offset ? { offset: options.offset, how: "declared" } : estimateOffset(peaks, findPeaks(electrolyte.half));
  if ("notComputable" in align) return align;
  const { offset } = align;
  const scale = options.scale ?? { value: 1, sigma: null, unit: "" };
  const c = areal(whole, composite.area);
  const sampler = shifted(part, electrolyte.area);
  const n = c.values.length;
  const e: ArealCurve = { values: new Float64Array(n), sigma: new Float64Array(n) };
  const rest: ArealCurve = { values: new Float64Array(n), sigma: new Float64Array(n) };
  const slack = offset.sigma ?? 0;
  const relative = Math.hypot(relativeOf(electrolyte.area), relativeOf(scale));
  for (const [i, v] of whole.voltageVolt.entries()) {
    const here = sampler(v - offset.value);
    const moved = slack > 0 ? 0.5 * (sampler(v - offset.value - slack).value - sampler(v - offset.value + slack).value) : 0;
    e.values[i] = scale.value * here.value;
    e.sigma[i] = Math.hypot(scale.value * here.sigma, scale.value * moved, relative * e.values[i]!);
    rest.values[i] = c.values[i]! - e.values[i]!;
    rest.sigma[i] = Math.hypot(c.sigma[i]!, e.sigma[i]!);
  }
  const sum = (curve: ArealCurve, common: number): Quantity => {
    let value = 0;
    for (const v of curve.values) value += v * width;
    return { value, sigma: common > 0 ? Math.abs(value) * common : null, unit: "mAh/cm2" };
  };
  return {
    voltageVolt: whole.voltageVolt,
    binWidthVolt: width,
    composite: c,
    electrolyte: e,
    rest,
    offset,
    offsetHow: align.how,
    scale,
    compositeCapacity: sum(c, relativeOf(composite.area)),
    electrolyteCapacity: sum(e, relative),
    perPeak:
      "notComputable" in peaks
        ? []
        : peaks.peaks.map((peak, k) => ({ peak, electrolyteShare: shareIn(peaks.next[k]!, whole.voltageVolt, c, e) })),
    negative: negativeRanges(whole.voltageVolt, rest, width),
  };
}

const relativeOf = (q: Quantity): number => (q.sigma === null || q.value === 0 ? 0 : Math.abs(q.sigma / q.value));

/** |dQ/dV| per area; the area's error belongs to every bin. */
function areal(dqdv: DifferentialCapacity, area: Quantity): ArealCurve {
  const common = relativeOf(area);
  const values = dqdv.value.values.map((v) => Math.abs(v) / area.value);
  const { sigma } = dqdv.value;
  return {
    values,
    sigma: values.map((v, k) => Math.hypot((sigma instanceof Float64Array ? sigma[k]! : (sigma ?? 0)) / area.value, common * v)),
  };
}

/** The mean over a bin centred anywhere: the bins' charges are spread evenly, so charge is kept. */
function shifted(dqdv: DifferentialCapacity, area: Quantity): (volt: number) => { value: number; sigma: number } {
  const { bins, value } = dqdv;
  const { sigma } = value;
  const at = (k: number): number => (k >= 0 && k < bins.count ? Math.abs(value.values[k]!) / area.value : 0);
  const errorAt = (k: number): number =>
    k >= 0 && k < bins.count ? (sigma instanceof Float64Array ? sigma[k]! : (sigma ?? 0)) / area.value : 0;
  return (volt) => {
    const position = volt / bins.width - bins.first - 0.5;
    const k = Math.floor(position);
    const upper = position - k;
    return { value: (1 - upper) * at(k) + upper * at(k + 1), sigma: Math.hypot((1 - upper) * errorAt(k), upper * errorAt(k + 1)) };
  };
}

type Found = ReturnType<typeof findPeaks>;

/** Mean distance of nearest peaks, each used once, and their scatter. */
function estimateOffset(composite: Found, electrolyte: Found): { offset: Quantity; how: string } | NotComputable {
  const missing = (why: string): NotComputable => ({ notComputable: `the offset cannot be estimated: ${why}; declare it` });
  if ("notComputable" in composite) return missing(composite.notComputable);
  if ("notComputable" in electrolyte) return missing(electrolyte.notComputable);
  const pairs: { distance: number; sigma: number }[] = [];
  const taken = new Set<number>();
  for (const own of electrolyte.peaks) {
    if (!own.potential) continue;
    let best = -1;
    let nearest = REACH;
    for (const [k, other] of composite.peaks.entries()) {
      if (!other.potential || taken.has(k)) continue;
      const distance = Math.abs(other.potential.value - own.potential.value);
      if (distance < nearest) [best, nearest] = [k, distance];
    }
    const other = composite.peaks[best]?.potential;
    if (!other) continue;
    taken.add(best);
    pairs.push({ distance: other.value - own.potential.value, sigma: Math.hypot(other.sigma ?? 0, own.potential.sigma ?? 0) });
  }
  if (pairs.length === 0) return missing(`no peak of the electrolyte has one of the composite within ${REACH} V`);
  const mean = pairs.reduce((sum, p) => sum + p.distance, 0) / pairs.length;
  const scatter = pairs.length > 1 ? Math.sqrt(pairs.reduce((sum, p) => sum + (p.distance - mean) ** 2, 0) / (pairs.length - 1)) : 0;
  const own = Math.sqrt(pairs.reduce((sum, p) => sum + p.sigma ** 2, 0)) / pairs.length;
  const list = pairs.map((p) => `${(1000 * p.distance).toFixed(0)} mV`).join(", ");
  return {
    offset: { value: mean, sigma: Math.hypot(scatter, own), unit: "V" },
    how: `mean of ${pairs.length === 1 ? "one common peak" : `${pairs.length} common peaks`} (${list})`,
  };
}

function shareIn(peak: { centre: number; width: number }, volts: Float64Array, c: ArealCurve, e: ArealCurve): Quantity {
  let whole = 0;
  let part = 0;
  let variance = 0;
  for (const [i, v] of volts.entries()) {
    if (Math.abs(v - peak.centre) > peak.width / 2) continue;
    whole += c.values[i]!;
    part += e.values[i]!;
    // the alignment's error is common to all bins of a window
    variance += e.sigma[i]!;
  }
  return { value: whole > 0 ? part / whole : Number.NaN, sigma: whole > 0 ? variance / whole : null, unit: "" };
}

function negativeRanges(volts: Float64Array, rest: ArealCurve, width: number): (readonly [number, number])[] {
  const ranges: [number, number][] = [];
  for (const [i, v] of volts.entries()) {
    if (!(rest.values[i]! < -2 * rest.sigma[i]!)) continue;
    const last = ranges.at(-1);
    if (last && v - last[1] <= 1.5 * width) last[1] = v + width / 2;
    else ranges.push([v - width / 2, v + width / 2]);
  }
  return ranges.filter(([a, b]) => b - a > 1.5 * width);
}

/**
 * What peaks say over scan rates, and what they cannot say.
 *
 *   b-value            log|i_p| = log a + b log v       b = ½ diffusion, b = 1 surface or capacitive current
 *   Randles–Ševčík     i_p = 0.4463 n F A c √(n F v D / (R T))      reversible couple, planar semi-infinite diffusion
 *
 * Both coordinates of the b-value carry errors: the effective variance σ_i² + b² σ_v² (relative) weighs the line, found by
 * three passes. A diffusion coefficient is given only where n, A, c and T are declared, b agrees with ½ within two of its
 * errors or 0.05, and the peak moves by less than 10 mV over the series (a reversible couple's does not move at all).
 * Peak separations are compared only at equal scan rate: ohmic drop and slow kinetics both part the peaks as the rate
 * grows, so another rate is another separation of the same cell.
 * References: Bard and Faulkner, Electrochemical Methods (2001), 6.2.2; Lindström et al., J. Phys. Chem. B 101, 7717 (1997).
 */
import { ThioscopeError } from "../errors.ts";
import { fitLine } from "../numerics/line.ts";
import { CONSTANTS } from "../units/constants.ts";
import { type Answer, formatQuantity, inUnit, isComputable, type Quantity } from "../units/quantity.ts";
import { conversionFactor } from "../units/units.ts";

/** One peak at one scan rate. */
export interface RatedPeak {
  /** mV/s */
  scanRate: Quantity;
  /** mA */
  current: Quantity;
  /** V */
  potential: Quantity;
}

export interface BValue {
  b: Quantity;
  b95: readonly [number, number];
  /** ln a, a in mA at 1 mV/s */
  lnPrefactor: Quantity;
  /** correlation of b and ln a */
  correlation: number;
  chi2: number;
  degreesOfFreedom: number;
  reading: string;
}

/** Two rates count as equal within 5 % or three of their errors. */
const EQUAL_RATE = 0.05;

export function isEqualRate(a: Quantity, b: Quantity): boolean {
  const other = inUnit(b, a.unit);
  const limit = Math.max(EQUAL_RATE * Math.min(a.value, other.value), 3 * Math.hypot(a.sigma ?? 0, other.sigma ?? 0));
  return Math.abs(a.value - other.value) <= limit;
}

/** The b-value of one peak over at least three different scan rates, or why there is none. */
export function bValue(peaks: readonly RatedPeak[]): BValue | { notComputable: string } {
  const distinct: Quantity[] = [];
  for (const { scanRate } of peaks) if (!distinct.some((rate) => isEqualRate(rate, scanRate))) distinct.push(scanRate);
  if (distinct.length < 3) return { notComputable: `a b-value needs three different scan rates, there are ${distinct.length}` };
  const x = peaks.map((p) => Math.log(inUnit(p.scanRate, "mV/s").value));
  const y = peaks.map((p) => Math.log(Math.abs(inUnit(p.current, "mA").value)));
  const sigmaX = peaks.map((p) => (p.scanRate.sigma ?? 0) / p.scanRate.value);
  const sigmaY = peaks.map((p) => (p.current.sigma ?? 0) / Math.abs(p.current.value));
  const known = peaks.every((_, k) => Math.hypot(sigmaX[k]!, sigmaY[k]!) > 0);
  let line = fitLine(x, y);
  for (let pass = 0; known && pass < 3; pass++) {
    const slope = line.slope;
    line = fitLine(
      x,
      y,
      sigmaY.map((s, k) => Math.hypot(s, slope * sigmaX[k]!)),
    );
  }
  const [varA, cov, varB] = line.covariance;
  const sigma = Math.sqrt(varB);
  const half = line.factor95 * sigma;
  const interval = [line.slope - half, line.slope + half] as const;
  const holds = (b: number): boolean => interval[0] <= b && b <= interval[1];
  return {
    b: { value: line.slope, sigma, unit: "" },
    b95: interval,
    lnPrefactor: { value: line.intercept, sigma: Math.sqrt(varA), unit: "" },
    correlation: cov / Math.sqrt(varA * varB),
    chi2: line.chi2,
    degreesOfFreedom: line.degreesOfFreedom,
    reading:
      holds(0.5) && holds(1)
        ? "the interval holds both ½ and 1: it does not tell diffusion from surface current"
        : holds(0.5)
          ? "agrees with ½: limited by diffusion"
          : holds(1)
            ? "agrees with 1: surface or capacitive current"
            : "neither ½ nor 1: mixed, ohmic or kinetic control",
  };
}

/** What Randles and Ševčík's equation needs beside the peaks. */
export interface Couple {
  electrons: number;
  area: Quantity;
  concentration: Quantity;
  temperature: Quantity;
}

/** D in cm²/s, or why not. */
export function randlesSevcik(peaks: readonly RatedPeak[], couple: Couple): Answer {
  for (const [name, value] of [
    ["number of electrons", couple.electrons],
    ["area", couple.area.value],
    ["concentration", couple.concentration.value],
  ] as const) {
    if (!(value > 0)) throw new ThioscopeError("INVALID_INPUT", `the ${name} is ${value}; it must be above 0`);
  }
  const exponent = bValue(peaks);
  if ("notComputable" in exponent) return exponent;
  const off = Math.abs(exponent.b.value - 0.5);
  if (off > Math.max(0.05, 2 * (exponent.b.sigma ?? 0))) {
    return {
      notComputable: `the peak current grows with the scan rate to the power ${formatQuantity(exponent.b)}, not ½: it is not limited by diffusion`,
    };
  }
  const potentials = peaks.map((p) => p.potential.value);
  const moved = Math.max(...potentials) - Math.min(...potentials);
  const unsure = 3 * Math.max(...peaks.map((p) => p.potential.sigma ?? 0));
  if (moved > Math.max(0.01, unsure)) {
    return {
      notComputable: `the peak moves by ${(1000 * moved).toFixed(0)} mV over the scan rates: the couple is not reversible, or the ohmic drop is not compensated`,
    };
  }
  const kelvin = inUnit(couple.temperature, "K").value;
  const area = inUnit(couple.area, "m2");
  const concentration = inUnit(couple.concentration, "mol/m3");
  const x = peaks.map((p) => Math.sqrt(inUnit(p.scanRate, "V/s").value));
  const y = peaks.map((p) => Math.abs(inUnit(p.current, "A").value));
  const weights = peaks.map((p) => (p.current.sigma ?? 0) * conversionFactor(p.current.unit, "A"));
  // the line goes through the origin: without a sweep there is no current
  const known = weights.every((s) => s > 0);
  let sxx = 0;
  let sxy = 0;
  for (let k = 0; k < x.length; k++) {
    const w = known ? 1 / weights[k]! ** 2 : 1;
    sxx += w * x[k]! * x[k]!;
    sxy += w * x[k]! * y[k]!;
  }
  const slope = sxy / sxx;
  let chi2 = 0;
  for (let k = 0; k < x.length; k++) chi2 += ((y[k]! - slope * x[k]!) / (known ? weights[k]! : 1)) ** 2;
  const birge = chi2 / (x.length - 1);
  const slopeSigma = Math.sqrt((known ? Math.max(1, birge) : birge) / sxx);
  const { faraday, gas } = CONSTANTS;
  const n = couple.electrons;
  const root = slope / (0.4463 * n * faraday * area.value * concentration.value * Math.sqrt((n * faraday) / (gas * kelvin)));
  const relative = 2 * Math.hypot(slopeSigma / slope, (area.sigma ?? 0) / area.value, (concentration.sigma ?? 0) / concentration.value);
  return { value: root * root * 1e4, sigma: root * root * 1e4 * relative, unit: "cm2/s" };
}

/** A peak separation with the conditions it was measured under. */
export interface Separation {
  label: string;
  scanRate: Quantity;
  temperature?: Quantity;
  separation: Answer;
}

export interface SeparationChange {
  from: string;
  to: string;
  /** separation of `to` minus that of `from`, mV; refused at unequal scan rates */
  change: Answer;
}

/** Every separation against the first one; at another scan rate there is a reason in place of a number. */
export function compareSeparations(list: readonly Separation[]): readonly SeparationChange[] {
  const [first, ...others] = list;
  if (!first) return [];
  return others.map((other) => ({ from: first.label, to: other.label, change: changeOf(first, other) }));
}

function changeOf(a: Separation, b: Separation): Answer {
  if (!isEqualRate(a.scanRate, b.scanRate)) {
    const [slow, fast] = [a.scanRate, inUnit(b.scanRate, a.scanRate.unit)].map((q) => q.value).sort((p, q) => p - q) as [number, number];
    const ratio = Number((fast / slow).toPrecision(3));
    return {
      notComputable: `the scan rates ${formatQuantity(a.scanRate)} and ${formatQuantity(b.scanRate)} differ by a factor of ${ratio}: separations are compared only at equal scan rate`,
    };
  }
  if (!isComputable(a.separation)) return a.separation;
  if (!isComputable(b.separation)) return b.separation;
  const to = inUnit(b.separation, a.separation.unit);
  return {
    value: to.value - a.separation.value,
    sigma: Math.hypot(to.sigma ?? 0, a.separation.sigma ?? 0),
    unit: a.separation.unit,
  };
}

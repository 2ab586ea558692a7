/**
 * Conductivity of diffusing ions and back (Nernst–Einstein), Haven ratio, and what a diffusivity rests on.
 *
 *   σ = n (z e)² D/(k T)        σ in S/cm, D in cm²/s, n in 1/Å³, T in K
 *   H_R = D_tracer/D_charge     1 for ions that do not know of one another
 *
 * With the tracer diffusivity σ takes ions as independent; with that of charge it is the one that is measured. Valid for one mobile species.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { CONSTANTS } from "../units/constants.ts";
import type { Estimate } from "./diffusivity.ts";

/** S/cm for 1 cm²/s, 1 ion per Å³, 1 K: (ze)²/k in C²K/J times 10³⁰ 1/m³ and 10⁻⁴ m², over 100 for S/cm. */
const PER_DIFFUSIVITY = ((CONSTANTS.elementaryCharge ** 2 / CONSTANTS.boltzmann) * 1e30 * 1e-4) / 100;

function factor(perCubicAngstrom: number, temperatureKelvin: number, charge: number): number {
  if (!(perCubicAngstrom > 0 && temperatureKelvin > 0 && charge !== 0)) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${perCubicAngstrom} ions per Å³ of charge ${charge} at ${temperatureKelvin} K: numbers above 0 are needed`,
    );
  }
  return (PER_DIFFUSIVITY * charge ** 2 * perCubicAngstrom) / temperatureKelvin;
}

/** σ in S/cm of a diffusivity in cm²/s; errors and intervals scale along. INVALID_INPUT for values that are not above 0. */
export function conductivityOf(D: Estimate, perCubicAngstrom: number, temperatureKelvin: number, charge = 1): Estimate {
  return scaled(D, factor(perCubicAngstrom, temperatureKelvin, charge), "S/cm");
}

/** The diffusivity D_σ in cm²/s that a conductivity in S/cm stands for. INVALID_INPUT as {@link conductivityOf}. */
export function diffusivityOfConductivity(sigma: Estimate, perCubicAngstrom: number, temperatureKelvin: number, charge = 1): Estimate {
  return scaled(sigma, 1 / factor(perCubicAngstrom, temperatureKelvin, charge), "cm2/s");
}

/** Ions per Å³ that a conductivity (S/cm) and a diffusivity (cm²/s) imply together. */
export function impliedDensity(sigmaSiemensPerCm: number, diffusivityCm2PerSecond: number, temperatureKelvin: number, charge = 1): number {
  return sigmaSiemensPerCm / (diffusivityCm2PerSecond * factor(1, temperatureKelvin, charge));
}

/** D_tracer/D_charge; the errors are taken as independent, and as those of logarithms. */
export function havenRatio(tracer: Estimate, charge: Estimate): Estimate {
  const value = tracer.value / charge.value;
  const relative = Math.hypot(tracer.sigma! / tracer.value, charge.sigma! / charge.value);
  const [low, high] = charge.interval95;
  const [a, b] = [Math.log(high / charge.value), Math.log(charge.value / low)];
  const [c, d] = [Math.log(tracer.interval95[1] / tracer.value), Math.log(tracer.value / tracer.interval95[0])];
  return {
    value,
    sigma: value * relative,
    unit: "1",
    interval95: [value * Math.exp(-Math.hypot(a, d)), value * Math.exp(Math.hypot(b, c))],
  };
}

function scaled(q: Estimate, by: number, unit: string): Estimate {
  return {
    value: q.value * by,
    sigma: q.sigma === null ? null : q.sigma * by,
    unit,
    interval95: [q.interval95[0] * by, q.interval95[1] * by],
  };
}

/** √(6 D t) in Å: how far an ion gets on average in a run; √ of the line's part of the displacement. */
export function rmsDisplacement(diffusivityCm2PerSecond: number, durationFs: number): number {
  return Math.sqrt(6 * (diffusivityCm2PerSecond / 0.1) * durationFs);
}

/**
 * Mean number of hops of length `hopAngstrom` per ion in a run, by displacement: 6 D t/a². Ions that hop back hop more often.
 */
export function hopsPerIon(diffusivityCm2PerSecond: number, durationFs: number, hopAngstrom: number): number {
  return (rmsDisplacement(diffusivityCm2PerSecond, durationFs) / hopAngstrom) ** 2;
}

/** Shortest height of a cell whose finite size is of no concern, Å. */
const SMALL_CELL = 10;

export interface RunFacts {
  durationFs: number;
  /** length of a hop, Å; null where it is not known */
  hop: number | null;
  /** smallest height of the cell, Å; null in open space */
  height: number | null;
}

/** Below one hop per ion; a cell below 10 Å. */
export function runWarnings(D: Estimate, { durationFs, hop, height }: RunFacts): Notice[] {
  const found: Notice[] = [];
  const rms = rmsDisplacement(D.value, durationFs);
  if (hop !== null && rms < hop) {
    found.push({
      code: "below-one-hop",
      message: `in ${(durationFs / 1000).toPrecision(3)} ps ions move ${rms.toFixed(2)} Å (√(6Dt)), less than one hop of ${hop.toFixed(2)} Å: D rests on ${hopsPerIon(D.value, durationFs, hop).toFixed(2)} hops per ion`,
    });
  }
  if (height !== null && height < SMALL_CELL) {
    found.push({
      code: "small-cell",
      message: `the cell is ${height.toFixed(2)} Å high: ions meet their own images (below ${SMALL_CELL} Å)`,
    });
  }
  return found;
}

/** A line over temperatures that lie on both sides of a transition, or that is extended over one. */
export function transitionWarnings(fitted: readonly number[], asked: readonly number[], transitionKelvin: number, name: string): Notice[] {
  const below = (t: number): boolean => t < transitionKelvin;
  const found: Notice[] = [];
  const at = `${name} at ${transitionKelvin.toFixed(0)} K`;
  if (fitted.some(below) && !fitted.every(below)) {
    found.push({
      code: "transition-within",
      message: `the fitted temperatures lie on both sides of the ${at}: one line through it is not supported`,
    });
  }
  const beyond = asked.filter((t) => fitted.length > 0 && below(t) !== below(fitted[0]!));
  if (beyond.length > 0) {
    const range = `${Math.min(...fitted).toFixed(0)} to ${Math.max(...fitted).toFixed(0)} K`;
    found.push({
      code: "transition-between",
      message: `the ${at} lies between the fitted ${range} and ${beyond.map((t) => t.toFixed(0)).join(", ")} K: the line is not supported there`,
    });
  }
  return found;
}

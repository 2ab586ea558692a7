/**
 * Peak shapes by area A, centre c and full width at half maximum w, with analytic derivatives and integrals.
 *
 *   gaussian     A (2/w) √(ln2/π) exp(−4 ln2 (x−c)²/w²)
 *   lorentzian   A (2/πw) / (1 + 4 (x−c)²/w²)
 *   pseudoVoigt  η lorentzian + (1−η) gaussian, same w         (Thompson, Cox and Hastings, J. Appl. Cryst. 20, 1987)
 *   voigt        Gaussian folded with Lorentzian, w in all, η = the Lorentzian's share of the width (voigt.ts)
 *   logistic     A/(4s) sech²((x−c)/2s), w = 3.5255 s           the dQ/dV of one two-phase or solid-solution step
 *
 * All scale as (A/w) f(u), u = (x − c)/w; F(u) = ∫f from −∞ to u is the share of the area below x.
 */

import { integralVoigt, unitVoigt } from "./voigt.ts";

export type PeakShapeName = "gaussian" | "lorentzian" | "pseudoVoigt" | "voigt" | "logistic";

export interface PeakShape {
  name: PeakShapeName;
  /** parameters per peak: 3 (area, centre, width) or 4 (and mix) */
  count: 3 | 4;
  /** peak height × w / A for mix η */
  heightFactor(mix: number): number;
  /** Value at x; with `d`, also ∂/∂A, ∂/∂c, ∂/∂w (and ∂/∂η) to d[0…]. */
  value(x: number, area: number, centre: number, width: number, mix: number, d: Float64Array | undefined): number;
  /** F(u), f(u) and ∂F/∂η to out[0…2]. */
  integral(u: number, mix: number, out: Float64Array): void;
}

const LN2 = Math.LN2;
const GAUSS = 2 * Math.sqrt(LN2 / Math.PI);
const LORENTZ = 2 / Math.PI;
/** w/s of the logistic peak: 2 ln(3 + 2√2) */
const LOGISTIC = 2 * Math.log(3 + 2 * Math.SQRT2);

/** f(u), f′(u) and, where `whole` is set, F(u). */
type Unit = (u: number, out: Float64Array, whole: boolean) => void;

const unitGaussian: Unit = (u, out, whole) => {
  const f = GAUSS * Math.exp(-4 * LN2 * u * u);
  out[0] = f;
  out[1] = -8 * LN2 * u * f;
  if (whole) out[2] = 0.5 * (1 + erf(2 * Math.sqrt(LN2) * u));
};
const unitLorentzian: Unit = (u, out, whole) => {
  const f = LORENTZ / (1 + 4 * u * u);
  out[0] = f;
  out[1] = (-8 * u * f * f) / LORENTZ;
  if (whole) out[2] = 0.5 + Math.atan(2 * u) / Math.PI;
};
const unitLogistic: Unit = (u, out, whole) => {
  const e = Math.exp(-Math.abs(LOGISTIC * u));
  const low = e / (1 + e);
  const f = (LOGISTIC * low) / (1 + e);
  out[0] = f;
  out[1] = (-LOGISTIC * f * Math.sign(u) * (1 - e)) / (1 + e);
  if (whole) out[2] = u < 0 ? low : 1 - low;
};

/** erf by its series of positive terms, 2/√π e^(−x²) Σ 2ⁿ x^(2n+1)/(2n+1)!!; 1 beyond 5.9 to double precision. */
function erf(x: number): number {
  const a = Math.abs(x);
  if (a > 5.9) return Math.sign(x);
  let term = a;
  let sum = a;
  for (let n = 1; term > 1e-17 * sum; n++) {
    term *= (2 * a * a) / (2 * n + 1);
    sum += term;
  }
  return Math.sign(x) * Math.min(1, (2 / Math.sqrt(Math.PI)) * Math.exp(-a * a) * sum);
}

function simple(name: PeakShapeName, unit: Unit): PeakShape {
  const out = new Float64Array(3);
  unit(0, out, false);
  const top = out[0]!;
  return {
    name,
    count: 3,
    heightFactor: () => top,
    value(x, area, centre, width, _mix, d) {
      const u = (x - centre) / width;
      unit(u, out, false);
      const f = out[0]!;
      if (d) {
        d[0] = f / width;
        d[1] = (-area * out[1]!) / (width * width);
        d[2] = (-area * (f + u * out[1]!)) / (width * width);
      }
      return (area * f) / width;
    },
    integral(u, _mix, result) {
      unit(u, out, true);
      result[0] = out[2]!;
      result[1] = out[0]!;
      result[2] = 0;
    },
  };
}

const g = new Float64Array(3);
const l = new Float64Array(3);

export const PEAK_SHAPES: Readonly<Record<PeakShapeName, PeakShape>> = {
  gaussian: simple("gaussian", unitGaussian),
  lorentzian: simple("lorentzian", unitLorentzian),
  logistic: simple("logistic", unitLogistic),
  pseudoVoigt: {
    name: "pseudoVoigt",
    count: 4,
    heightFactor: (mix) => mix * LORENTZ + (1 - mix) * GAUSS,
    value(x, area, centre, width, mix, d) {
      const u = (x - centre) / width;
      unitGaussian(u, g, false);
      unitLorentzian(u, l, false);
      const f = mix * l[0]! + (1 - mix) * g[0]!;
      if (d) {
        const slope = mix * l[1]! + (1 - mix) * g[1]!;
        d[0] = f / width;
        d[1] = (-area * slope) / (width * width);
        d[2] = (-area * (f + u * slope)) / (width * width);
        d[3] = (area * (l[0]! - g[0]!)) / width;
      }
      return (area * f) / width;
    },
    integral(u, mix, result) {
      unitGaussian(u, g, true);
      unitLorentzian(u, l, true);
      result[0] = mix * l[2]! + (1 - mix) * g[2]!;
      result[1] = mix * l[0]! + (1 - mix) * g[0]!;
      result[2] = l[2]! - g[2]!;
    },
  },
  voigt: {
    name: "voigt",
    count: 4,
    heightFactor(mix) {
      unitVoigt(0, mix, g);
      return g[0]!;
    },
    value(x, area, centre, width, mix, d) {
      const u = (x - centre) / width;
      unitVoigt(u, mix, g);
      const f = g[0]!;
      if (d) {
        d[0] = f / width;
        d[1] = (-area * g[1]!) / (width * width);
        d[2] = (-area * (f + u * g[1]!)) / (width * width);
        d[3] = (area * g[2]!) / width;
      }
      return (area * f) / width;
    },
    integral: integralVoigt,
  },
};

/**
 * Peak shapes by area A, centre c and full width at half maximum w, with analytic derivatives.
 *
 *   gaussian     A (2/w) √(ln2/π) exp(−4 ln2 (x−c)²/w²)
 *   lorentzian   A (2/πw) / (1 + 4 (x−c)²/w²)
 *   pseudoVoigt  η lorentzian + (1−η) gaussian, same w         (Thompson, Cox and Hastings, J. Appl. Cryst. 20, 1987)
 *   logistic     A/(4s) sech²((x−c)/2s), w = 3.5255 s           the dQ/dV of one two-phase or solid-solution step
 */

export type PeakShapeName = "gaussian" | "lorentzian" | "pseudoVoigt" | "logistic";

export interface PeakShape {
  name: PeakShapeName;
  /** parameters per peak: 3 (area, centre, width) or 4 (and mix) */
  count: 3 | 4;
  /** peak height × w / A for mix η */
  heightFactor(mix: number): number;
  /**
   * Value at x; with `d`, also ∂/∂A, ∂/∂c, ∂/∂w (and ∂/∂η) to d[0…].
   */
  value(x: number, area: number, centre: number, width: number, mix: number, d: Float64Array | undefined): number;
}

const LN2 = Math.LN2;
const GAUSS = 2 * Math.sqrt(LN2 / Math.PI);
const LORENTZ = 2 / Math.PI;
/** w/s of the logistic peak: 2 ln(3 + 2√2) */
const LOGISTIC = 2 * Math.log(3 + 2 * Math.SQRT2);

function gaussian(u: number): number {
  return GAUSS * Math.exp(-4 * LN2 * u * u);
}

function lorentzian(u: number): number {
  return LORENTZ / (1 + 4 * u * u);
}

/** Unit peak f(u), u = (x − c)/w, and f′(u): all shapes scale as (A/w) f(u). */
type Unit = (u: number, out: Float64Array) => void;

const unitGaussian: Unit = (u, out) => {
  const f = gaussian(u);
  out[0] = f;
  out[1] = -8 * LN2 * u * f;
};
const unitLorentzian: Unit = (u, out) => {
  const f = lorentzian(u);
  out[0] = f;
  out[1] = (-8 * u * f * f) / LORENTZ;
};
const unitLogistic: Unit = (u, out) => {
  const e = Math.exp(-Math.abs(LOGISTIC * u));
  const f = (LOGISTIC * e) / (1 + e) ** 2;
  out[0] = f;
  out[1] = (-LOGISTIC * f * Math.sign(u) * (1 - e)) / (1 + e);
};

function simple(name: PeakShapeName, unit: Unit): PeakShape {
  const out = new Float64Array(2);
  unit(0, out);
  const top = out[0]!;
  return {
    name,
    count: 3,
    heightFactor: () => top,
    value(x, area, centre, width, _mix, d) {
      const u = (x - centre) / width;
      unit(u, out);
      const f = out[0]!;
      if (d) {
        d[0] = f / width;
        d[1] = (-area * out[1]!) / (width * width);
        d[2] = (-area * (f + u * out[1]!)) / (width * width);
      }
      return (area * f) / width;
    },
  };
}

const g = new Float64Array(2);
const l = new Float64Array(2);

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
      unitGaussian(u, g);
      unitLorentzian(u, l);
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
  },
};

/**
 * Arrhenius analysis with covariance, and the form named.
 *
 *   ln X      = ln A − E_a/(k T)        form "X"   (a diffusivity, or σ where the literature fits σ itself)
 *   ln (X T)  = ln A − E_a/(k T)        form "XT"  (a conductivity of hopping ions: Nernst–Einstein puts 1/T before it)
 *
 * The two forms differ in E_a by about k T_mean (0.028 eV at 320 K), so an activation energy without its form is
 * not a number to compare. Extrapolations carry the covariance of A and E_a.
 */
import { ThioscopeError } from "../errors.ts";
import { fitLine, type Line } from "../numerics/line.ts";
import { CONSTANTS } from "../units/constants.ts";
import type { Quantity } from "../units/quantity.ts";

export interface ArrheniusPoint {
  temperatureKelvin: number;
  /** σ or D, positive */
  value: number;
  /** one standard deviation of `value`; all points need one, or none */
  sigma?: number | null;
}

export type ArrheniusForm = "X" | "XT";

export interface Arrhenius {
  form: ArrheniusForm;
  activationEnergy: Quantity;
  activationEnergy95: readonly [number, number];
  /** ln A and its error, A in the values' unit (times K in form XT) */
  lnPrefactor: Quantity;
  /** correlation of E_a and ln A */
  correlation: number;
  chi2: number;
  degreesOfFreedom: number;
  /** The quantity at a temperature, with its 95 % interval. */
  at(temperatureKelvin: number): Quantity & { interval95: readonly [number, number] };
}

const K_EV = CONSTANTS.boltzmann / CONSTANTS.elementaryCharge;

/** @param unit unit of the values. Throws INVALID_INPUT for fewer than three points or values that are not positive. */
export function arrhenius(points: readonly ArrheniusPoint[], form: ArrheniusForm, unit: string): Arrhenius {
  for (const [i, { temperatureKelvin, value }] of points.entries()) {
    if (!(temperatureKelvin > 0))
      throw new ThioscopeError("INVALID_INPUT", `point ${i + 1}: a temperature of ${temperatureKelvin} K is not above 0`);
    if (!(value > 0))
      throw new ThioscopeError("INVALID_INPUT", `point ${i + 1}: ${value} ${unit} has no logarithm; values must be above 0`);
  }
  const x = points.map((p) => 1 / (K_EV * p.temperatureKelvin));
  const y = points.map((p) => Math.log(p.value * (form === "XT" ? p.temperatureKelvin : 1)));
  const known = points.every((p) => p.sigma !== undefined && p.sigma !== null && p.sigma > 0);
  const line: Line = known
    ? fitLine(
        x,
        y,
        points.map((p) => p.sigma! / p.value),
      )
    : fitLine(x, y);
  const [varA, cov, varB] = line.covariance;
  const sigmaE = Math.sqrt(varB);
  const half = line.factor95 * sigmaE;
  return {
    form,
    activationEnergy: { value: -line.slope, sigma: sigmaE, unit: "eV" },
    activationEnergy95: [-line.slope - half, -line.slope + half],
    lnPrefactor: { value: line.intercept, sigma: Math.sqrt(varA), unit: "" },
    correlation: -cov / Math.sqrt(varA * varB),
    chi2: line.chi2,
    degreesOfFreedom: line.degreesOfFreedom,
    at(temperatureKelvin) {
      const z = 1 / (K_EV * temperatureKelvin);
      const ln = line.intercept + line.slope * z - (form === "XT" ? Math.log(temperatureKelvin) : 0);
      const spread = Math.sqrt(varA + 2 * z * cov + z * z * varB);
      const value = Math.exp(ln);
      const width = Math.exp(line.factor95 * spread);
      return { value, sigma: value * spread, unit, interval95: [value / width, value * width] };
    },
  };
}

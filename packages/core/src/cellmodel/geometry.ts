/** Layers from masses and densities: thickness, volume fractions, sulfur per volume. Additive volumes; voids by the porosity. */
import { ThioscopeError } from "../errors.ts";
import { CONSTANTS } from "../units/constants.ts";
import { type ParameterSet, parameterOf, si } from "./parameters.ts";

/** kg/mol */
const SULFUR_MOLAR_MASS = 0.03206;
/** Electrons per S of the whole conversion. */
export const FULL_CONVERSION = 2;
/** mAh per gram of sulfur, 2 F/(3.6 M_S). */
export const THEORETICAL_CAPACITY = (FULL_CONVERSION * CONSTANTS.faraday) / (3.6 * SULFUR_MOLAR_MASS * 1e3);

export interface Layers {
  /** m */
  cathode: number;
  separator: number;
  /** volume fractions of the cathode */
  sulfur: number;
  carbon: number;
  electrolyte: number;
  voids: number;
  /** mol S per m³ of electrode, kg S per m² */
  sulfurConcentration: number;
  sulfurLoading: number;
  /** mol electrolyte per m³ of electrode */
  electrolyteConcentration: number;
  /** m² */
  area: number;
}

/** What no cell is without. */
const ABOVE_ZERO = [
  ...["area", "sulfurLoading", "shareSulfur", "shareCarbon", "shareElectrolyte", "separatorMass"],
  ...["densitySulfur", "densityCarbon", "densityElectrolyte", "electrolyteMolarMass"],
];

/** Throws INVALID_INPUT for amounts that are not above 0, where shares do not add up to 1, NOT_COMPUTABLE where the carbon does not percolate. */
export function layersOf(set: ParameterSet): Layers {
  for (const name of ABOVE_ZERO) {
    const { value, unit } = parameterOf(set, name);
    if (!(value > 0)) throw new ThioscopeError("INVALID_INPUT", `${name} = ${value} ${unit}: it must be above 0`);
  }
  const [s, c, e] = ["Sulfur", "Carbon", "Electrolyte"].map((w) => si(set, `share${w}`, "1")) as [number, number, number];
  if (Math.abs(s + c + e - 1) > 1e-6)
    throw new ThioscopeError("INVALID_INPUT", `mass shares of sulfur, carbon and electrolyte add up to ${s + c + e}, not 1`);
  const [rs, rc, re] = ["Sulfur", "Carbon", "Electrolyte"].map((w) => si(set, `density${w}`, "kg/m3")) as [number, number, number];
  const porosity = si(set, "porosity", "1");
  if (!(porosity >= 0 && porosity < 1)) throw new ThioscopeError("INVALID_INPUT", `a porosity of ${porosity}: 0 to below 1 is possible`);
  const loading = si(set, "sulfurLoading", "kg/m2");
  const area = si(set, "area", "m2");
  const composite = loading / s;
  const solid = composite * (s / rs + c / rc + e / re);
  const cathode = solid / (1 - porosity);
  const carbon = (composite * c) / rc / cathode;
  const least = si(set, "percolation", "1");
  if (carbon <= least)
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `a volume fraction of carbon of ${carbon.toFixed(3)} does not conduct through: it must be above ${least}`,
    );
  return {
    cathode,
    separator: si(set, "separatorMass", "kg") / (re * area),
    sulfur: (composite * s) / rs / cathode,
    carbon,
    electrolyte: (composite * e) / re / cathode,
    voids: porosity,
    sulfurConcentration: loading / (SULFUR_MOLAR_MASS * cathode),
    sulfurLoading: loading,
    electrolyteConcentration: (composite * e) / (si(set, "electrolyteMolarMass", "kg/mol") * cathode),
    area,
  };
}

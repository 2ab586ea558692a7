/**
 * Pellets between blocking electrodes at several temperatures: σ = L/(R A) of every spectrum, and for each sample the line over temperature,
 *
 *   ln σ = ln A − E_a/kT   and   ln σT = ln A′ − E_a′/kT,   E_a′ ≈ E_a + kT
 *
 * One circuit is fitted to the spectra of a sample in the order of their temperatures. The errors of thickness and area are common to all spectra of a
 * sample: they move σ and leave E_a as it is, so the line is fitted to values that carry the errors of their fits alone, and the geometry's
 * error is added to σ on the line. Where the points scatter more than their fits say (the pellet was not as warm as the chamber), the scatter is the error.
 * Both forms hold within one phase: a line through a transition has no meaning.
 */
import { type Arrhenius, arrhenius } from "../transport/arrhenius.ts";
import type { Answer, Quantity } from "../units/quantity.ts";
import { chooseCircuit } from "./choose.ts";
import { pelletConductivity } from "./conductivity.ts";
import type { CircuitFit } from "./fit.ts";
import { fitSeries } from "./series.ts";
import type { Spectrum } from "./spectrum.ts";

export interface PelletInput {
  /** at increasing temperature */
  spectra: readonly { spectrum: Spectrum; temperatureCelsius: number | null }[];
  thickness: Quantity;
  area: Quantity;
}

export interface PelletSeriesOptions {
  /** "auto" (default): chosen for the first spectrum by the information criterion */
  circuit?: string;
  /** resistances that make up the electrolyte; by their capacitances where absent */
  counted?: readonly string[];
  /** °C at which σ is wanted; 25 by default */
  atCelsius?: number;
}

export interface PelletSeries {
  circuit: string;
  how: string;
  fits: readonly { fit: CircuitFit; counted: readonly string[]; resistance: Answer; conductivity: Answer }[];
  /** S/cm, on the line; of the spectrum at that temperature where there is no line */
  conductivity: Answer;
  activation: Answer;
  activationHopping: Answer;
  /** null for fewer than three temperatures */
  line: Arrhenius | null;
}

const ZERO_CELSIUS = 273.15;
/** Spectra this near to the wanted temperature are at it, K. */
const SAME_TEMPERATURE = 1;
/** °C apart that three temperatures have to span for a line. */
const LEAST_SPAN = 5;

/** INVALID_INPUT for a circuit that cannot be read, a counted name that is not in it, and spectra that cannot be fitted. */
export function pelletSeries(input: PelletInput, options: PelletSeriesOptions = {}): PelletSeries {
  const { circuit: wanted = "auto", counted, atCelsius = 25 } = options;
  const spectra = input.spectra.map(({ spectrum }) => spectrum);
  const chosen = wanted === "auto" ? chooseCircuit(spectra[0]!) : null;
  const text = chosen ? chosen.fit.circuit : wanted;
  const how = chosen ? `chosen by the information criterion: ${chosen.meaning}` : "declared";
  // the geometry's error is added once, to the line
  const exact = { thickness: { ...input.thickness, sigma: 0 }, area: { ...input.area, sigma: 0 } };
  const first = { names: counted };
  const fits = fitSeries(text, spectra).fits.map((fit) => {
    // what is the electrolyte's is decided once: an arc that leaves the window is not another one
    const found = pelletConductivity(fit, exact, first.names);
    first.names ??= found.counted;
    return { fit, counted: found.counted, resistance: found.resistance, conductivity: found.conductivity };
  });
  const points = fits.flatMap(({ conductivity }, k) => {
    const { temperatureCelsius: t } = input.spectra[k]!;
    if (t === null || !("value" in conductivity) || !(conductivity.value > 0)) return [];
    return [{ temperatureKelvin: t + ZERO_CELSIUS, value: conductivity.value, sigma: conductivity.sigma }];
  });
  const kelvin = points.map((p) => p.temperatureKelvin);
  const span = points.length === 0 ? 0 : Math.max(...kelvin) - Math.min(...kelvin);
  if (points.length < 3 || span < LEAST_SPAN) {
    const none = {
      notComputable:
        points.length === 1
          ? `one temperature: three over ${LEAST_SPAN} K give a line`
          : `${points.length} temperatures over ${span.toFixed(0)} K: three over ${LEAST_SPAN} K give a line`,
    };
    const near = points.find((p) => Math.abs(p.temperatureKelvin - ZERO_CELSIUS - atCelsius) <= SAME_TEMPERATURE);
    const conductivity: Answer = near
      ? withGeometry({ value: near.value, sigma: near.sigma, unit: "S/cm" }, input)
      : { notComputable: `no spectrum was taken at ${atCelsius} °C, and there is no line over temperatures` };
    return { circuit: text, how, fits, conductivity, activation: none, activationHopping: none, line: null };
  }
  const line = arrhenius(points, "X", "S/cm");
  const { value, sigma, unit } = line.at(atCelsius + ZERO_CELSIUS);
  return {
    circuit: text,
    how,
    fits,
    conductivity: withGeometry({ value, sigma, unit }, input),
    activation: line.activationEnergy,
    activationHopping: arrhenius(points, "XT", "S/cm").activationEnergy,
    line,
  };
}

/** σ = L/(R A): relative errors of L and A beside that of 1/R. */
function withGeometry(q: Quantity, { thickness, area }: PelletInput): Quantity {
  const share = ({ value, sigma }: Quantity): number => (sigma ?? 0) / value;
  return { ...q, sigma: q.value * Math.hypot((q.sigma ?? 0) / q.value, share(thickness), share(area)) };
}

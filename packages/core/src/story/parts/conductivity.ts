/** Pellets between blocking electrodes: their spectra with the fitted circuit, σ of each, and σ over temperature for every sample. */
import type { Answer, Quantity } from "../../units/quantity.ts";
import type { Numbers } from "../model.ts";

interface PelletSpectrum {
  /** index into the part's files */
  file: number;
  /** index into the samples */
  sample: number;
  temperatureCelsius: number | null;
  frequencyHertz: Numbers;
  realOhm: Numbers;
  /** negative for capacitive behaviour */
  imaginaryOhm: Numbers;
  fitReal: Numbers;
  fitImaginary: Numbers;
  /** names of the resistances that are counted as the electrolyte's */
  counted: readonly string[];
  resistance: Answer;
  /** S/cm; its error is the fit's alone: thickness and area are common to all spectra of a sample */
  conductivity: Answer;
}

interface PelletSample {
  name: string;
  /** composition x, where the names of the files state it */
  x: number | null;
  thickness: Quantity;
  /** S/cm at the part's temperature, on the line over temperatures; with the error of the geometry */
  conductivity: Answer;
  /** ln σ = ln A − E_a/kT */
  activation: Answer;
  /** ln σT = ln A − E_a/kT; larger by about kT */
  activationHopping: Answer;
  /** 1000/T in 1/K, S/cm; null for fewer than three temperatures */
  line: { inverse: Numbers; value: Numbers; low: Numbers; high: Numbers } | null;
}

export interface ConductivityContent {
  kind: "conductivity";
  circuit: string;
  /** how the circuit was found */
  how: string;
  /** temperature of the samples' conductivities, °C */
  atCelsius: number;
  spectra: readonly PelletSpectrum[];
  samples: readonly PelletSample[];
}

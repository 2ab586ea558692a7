/** What a file of spectra, of thermal analysis or of ion counts gives. */
import type { Notice } from "@thioscope/core";

/** What the x axis counts, whatever its spelling in the file. */
export type SpectrumAxis =
  | "bindingEnergy"
  | "kineticEnergy"
  | "ramanShift"
  | "wavenumber"
  | "wavelength"
  | "mass"
  | "timeOfFlight"
  | "time"
  | "unknown";

/** One spectrum as the file holds it: neither sorted, nor resampled, nor scaled. */
export interface MeasuredSpectrum {
  /** a region, a block, a point of a map; unique within the file */
  name: string;
  axis: SpectrumAxis;
  x: Float64Array;
  /** "eV", "1/cm", "nm", "u", "µs"; "" where the file does not say */
  xUnit: string;
  y: Float64Array;
  /** "counts", "counts/s", "1" for ratios; "" where the file does not say */
  yUnit: string;
  /** counts per unit of y, where the file knows it: y × this is Poisson distributed */
  countsPerUnit?: number;
  /** photon energy of the source, eV */
  excitationElectronvolt?: number;
  /** as the file states it, eV; whether its energies already contain it is the reader's notice */
  workFunctionElectronvolt?: number;
  /** wavelength of the laser, nm */
  laserNanometre?: number;
  /** transmission of the analyser per point, where the file has it */
  transmission?: Float64Array;
  /** place on the sample, µm */
  positionMicrometre?: readonly [x: number, y: number, z: number];
  /** since the first spectrum of the file or on the file's own clock, s */
  timeSecond?: number;
  meta: Readonly<Record<string, string | number>>;
}

export interface SpectraFile {
  /** the reader's id, e.g. "vamas" */
  format: string;
  /** "XPS", "Raman", "ToF-SIMS", "infrared" … in the file's words; "spectrum" where it does not say */
  technique: string;
  meta: Readonly<Record<string, string | number>>;
  notices: readonly Notice[];
  /** at least one */
  spectra: readonly MeasuredSpectrum[];
}

/** A run of a thermobalance or calorimeter; columns of one length, absent where the file has none. */
export interface ThermalRun {
  format: string;
  technique: string;
  sampleMassMilligram: number | null;
  /** of the sample, °C */
  temperatureCelsius: Float64Array;
  timeSecond: Float64Array | null;
  /** % of the start mass, as the file gives it or mg over the sample's mass */
  massPercent: Float64Array | null;
  /** W/g, exothermic positive only where the file says so: see `exothermicUp` */
  heatFlowWattPerGram: Float64Array | null;
  exothermicUp: boolean | null;
  /** rows of each step of the temperature programme: [first, last], with its name */
  segments: readonly { name: string; first: number; last: number }[];
  meta: Readonly<Record<string, string | number>>;
  notices: readonly Notice[];
}

/** Areas of ions over replicates or areas of the sample, as the instrument's software exports them. */
export interface IonTable {
  format: string;
  ions: readonly { name: string; mass: number | null; counts: Float64Array }[];
  /** one name per column of counts: spectra, spots */
  spectra: readonly string[];
  /** pulses of the primary beam per spectrum; null where the file does not say */
  pulses: Float64Array | null;
  notices: readonly Notice[];
}

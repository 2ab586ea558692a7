// Spectra, thermal analysis, ion counts
export type { IonTable, MeasuredSpectrum, SpectraFile, SpectrumAxis, ThermalRun } from "./model.ts";
export { kindOfSpectra, readIons, readSpectra, readThermal } from "./readSpectra.ts";

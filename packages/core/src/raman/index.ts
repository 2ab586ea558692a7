// Bands
export { bandsAt, RAMAN_BANDS, type RamanBand } from "./bands.ts";
// Calibration
export { calibrateRaman, RAMAN_REFERENCES, type RamanCalibration } from "./calibrate.ts";
// Fits
export { fitRaman, type RamanFit, type RamanFitOptions, type RamanLimit, type RamanPeak } from "./fit.ts";
// Series
export { type BandOverSeries, fitRamanSeries, type Presence, type RamanSeries } from "./series.ts";
// Spectra
export { despike, type RamanInput, type RamanOptions, type RamanSpectrum, ramanSpectrum } from "./spectrum.ts";

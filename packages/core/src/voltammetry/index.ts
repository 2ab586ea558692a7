// Sweeps, peaks and pairs of one file
export { findPeaks, type VoltammetricPeak } from "./peaks.ts";
// Over scan rates and temperatures
export {
  type BValue,
  bValue,
  type Couple,
  compareSeparations,
  isEqualRate,
  type RatedPeak,
  randlesSevcik,
  type Separation,
  type SeparationChange,
} from "./scanRates.ts";
export { type Labelled, type PeakSeries, peakSeries } from "./series.ts";
export { findSweeps, type Sweep } from "./sweeps.ts";
export { type PeakPair, type SweepSummary, sweepOf, type Voltammogram, voltammetry } from "./voltammogram.ts";

// Why a fit is trusted or not
export { accountedPeaks, type PeakAccountOptions, peakAccount } from "./account.ts";
// Peaks
export { type DecomposeOptions, decompose } from "./decompose.ts";
export { type Curve, type FittedPeak, fitPeaks, type PeakFit, type PeakModel, type PeakParameter, type PeakStart } from "./fit.ts";
export { flank } from "./layout.ts";
export { noiseOf } from "./noise.ts";
export { fitPeakSeries } from "./series.ts";
export { PEAK_SHAPES, type PeakShape, type PeakShapeName } from "./shapes.ts";

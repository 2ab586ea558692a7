export { type CapacityPeak, type CapacityPeaks, type FindPeaksContext, findPeaks, PEAK_DEFAULTS, type PeakOptions } from "./find.ts";

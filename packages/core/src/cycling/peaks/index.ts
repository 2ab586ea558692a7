// Peaks of dQ/dV
export { type CapacityPeak, type CapacityPeaks, type FindPeaksContext, findPeaks, PEAK_DEFAULTS, type PeakOptions } from "./find.ts";
export { type StopPotential, stopPotentials } from "./stops.ts";
export { type ArealCurve, type ArealHalfCycle, type Subtraction, type SubtractOptions, subtractElectrolyte } from "./subtract.ts";
export { type PeakEvent, type PeakSet, type PeakTrack, potentialTrend, type TrackOptions, trackPeaks } from "./track.ts";

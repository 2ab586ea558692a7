// Peaks of dQ/dV
export { type ConditionPair, type ConditionTrack, type PeakCondition, type PeaksOver, peaksOver } from "./conditions.ts";
export { type CapacityPeak, type CapacityPeaks, type FindPeaksContext, findPeaks, PEAK_DEFAULTS, type PeakOptions } from "./find.ts";
export { type StopPotential, stopPotentials } from "./stops.ts";
export { type ArealCurve, type ArealHalfCycle, type Subtraction, type SubtractOptions, subtractElectrolyte } from "./subtract.ts";
export { type PeakEvent, type PeakSet, type PeakTrack, type TrackedPeak, type TrackOptions, trackPeaks } from "./track.ts";

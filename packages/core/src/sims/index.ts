// Mass scale
export { type CalibrationIon, calibrateMass, countIon, type MassCalibration, type MassSpectrum } from "./calibrate.ts";
// Counts and ratios
export {
  type BlankCounts,
  correctDeadTime,
  type Difference,
  type IonCounts,
  type IonRatio,
  ionRatio,
  type ReplicateRatio,
  replicateRatio,
  welchTest,
} from "./counts.ts";
// Ions
export { type Ion, parseIon } from "./ion.ts";
export { ISOTOPES } from "./isotopes.ts";
// Isotope patterns
export { checkPattern, type PatternCheck } from "./pattern.ts";
// Depth
export { type DepthSlice, depthProfile } from "./profile.ts";

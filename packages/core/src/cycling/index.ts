// What a table says against itself

// Accuracy of the instrument
export { type AccuracyUsed, accuracyFor } from "./accuracy.ts";
export { checkCycling } from "./checks.ts";
// Columns
export { type ColumnSpec, CYCLING_COLUMNS, type CyclingColumn, ROW_ORIGINS } from "./columns.ts";
// Composition by charge
export {
  type CompositionPriors,
  catholyteOf,
  chainLength,
  chainLengthAt,
  chainLengthOf,
  type ElectrolyteEstimate,
  ESTIMATE,
  electrolyteEstimate,
  electronsPerFormula,
  excessOverSulfur,
  ionOf,
  leastElectronsPerElectrolyte,
  type ProductSplit,
  parseShareRange,
  type ShareInterval,
  type SulfurCurve,
  splitProducts,
  sulfurAtomShare,
  sulfurCapacity,
  sulfurCurves,
  sulfurMass,
} from "./composition/index.ts";
export { type CycleCounts, countCycles } from "./count.ts";
// Cycles: half cycles, cycles by current and by the instrument, rates, rests, steps
export {
  type CycleMeasures,
  type CycleOptions,
  type CycleSummary,
  cycles,
  MAH_PER_COULOMB,
  mAh,
  measureCycles,
  percent,
  referenceCycle,
} from "./cycles.ts";
// Fewer rows, other rows
export { decimate } from "./decimate.ts";
// Differential capacity and voltage
export { type DifferentialCapacity, type DifferentialVoltage, differentialCapacity, differentialVoltage } from "./dqdv.ts";
// From the table to flowing charge
export { type Flow, flowOf, splitCharge, zeroCurrent } from "./flow.ts";
export { type Direction, type HalfCycle, halfCycles } from "./halfCycles.ts";
export { CURRENT_GAIN, CURRENT_OFFSET, type InstrumentAccuracy, type Integrals, integrate, VOLTAGE_OFFSET } from "./integrate.ts";
export { chargeCurve, type HalfCycleMeasures, measureHalfCycle } from "./measures.ts";
// What the data say about their error
export { resolution, scatter } from "./noise.ts";
// Peaks of dQ/dV
export {
  type ArealCurve,
  type ArealHalfCycle,
  type CapacityPeak,
  type CapacityPeaks,
  type ConditionPair,
  type ConditionTrack,
  type FindPeaksContext,
  findPeaks,
  PEAK_DEFAULTS,
  type PeakCondition,
  type PeakEvent,
  type PeakOptions,
  type PeakSet,
  type PeaksOver,
  type PeakTrack,
  peaksOver,
  type StopPotential,
  type Subtraction,
  type SubtractOptions,
  stopPotentials,
  subtractElectrolyte,
  type TrackedPeak,
  type TrackOptions,
  trackPeaks,
} from "./peaks/index.ts";
export { type RateGroup, rateTable } from "./rates.ts";
export { type Resampled, resample } from "./resample.ts";
export { type Rest, rests } from "./rests.ts";
export { type CyclingSeries, cyclingSeries, tableRow } from "./series.ts";
export { type SmoothedCapacity, smoothedCapacity } from "./smoothed.ts";
export { type Step, steps } from "./steps.ts";
export { type CyclingSummary, summariseCycling } from "./summary.ts";
export { kindOfTechnique, NO_CYCLES, type TechniqueKind } from "./techniques.ts";
export { type VendorCycle, vendorCycles } from "./vendorCycles.ts";

// Answers
export { type CellAnswer, cellAnswer, parameterList, type RunMaps, runMaps, runRows, runTable, type StepAnswer } from "./answer.ts";
export { type Explanation, type Explanations, rivalExplanations } from "./explanations.ts";
// Fits
export { type CellFit, type FitCellOptions, type FittedParameter, fitCell, type MeasuredCurve } from "./fit.ts";
// Layers
export { type Layers, layersOf, THEORETICAL_CAPACITY } from "./geometry.ts";
// Impedance of the model
export { cellSpectrum, type SpectrumOfState, type SpectrumRange } from "./impedance.ts";
// The model
export { type CellModel, cellModel, type ModelChoices } from "./model.ts";
export { type PredictionOver, predictionOver } from "./over.ts";
// Parameters
export {
  type ElectrolyteRedox,
  type ElectrolyteRedoxStep,
  type Flag,
  type ModelOptions,
  type Parameter,
  type ParameterSet,
  parameter,
  parameterOf,
  type StressModel,
  withParameters,
} from "./parameters.ts";
// Phases and potentials
export { type Chemistry, type ChemistryName, type ChemistryOptions, chemistry, type ModelPhase, type ModelReaction } from "./phases.ts";
export type { CellPhysics, PhysicsOptions } from "./physics.ts";
export { electrolytePotential, POTENTIAL_SETS, type ReactionPotentials, reactionPotentials } from "./potentials.ts";
// Protocols
export {
  currentDensity,
  cycleProtocol,
  type Direction,
  type Limit,
  type ProtocolStep,
  parseProtocol,
  parseRate,
  type Rate,
} from "./protocol.ts";
// Printed results
export { comparePublished, type PublishedRow, type ResultKind } from "./published.ts";
// Questions in words
export { cellModelContent, MODEL_SWITCHES, solveCell, withSwitches } from "./question.ts";
// Results
export {
  amountsOf,
  beginOf,
  countedDqdv,
  electrolyteCapacity,
  endOf,
  type FrontAnswer,
  frontOf,
  type ModelPeak,
  meanAmounts,
  meanElectrons,
  modelPeaks,
  type StressAnswer,
  stressOf,
} from "./results.ts";
export { MODES, type RunRows } from "./rows.ts";
// Sets
export { PARAMETER_SETS, parameterSet } from "./sets/index.ts";
// Runs
export { type CellRun, type EndReason, type Frame, type RunOptions, runCell, type StepRecord } from "./simulate.ts";
// Stress
export {
  type ConfinedLayer,
  type ConfinedStress,
  confinedStress,
  layerPressure,
  type ParticleStress,
  particleStress,
  sharingBounds,
  strainOfDifference,
} from "./stress.ts";

// Several electrolytes, sizes and forms
export {
  type Compared,
  compareElectrolytes,
  type DepositionQuestion,
  depositionCase,
  hotSpotBySize,
  hotSpotBySpacing,
  kineticsOf,
  PRESSURE_FORMS,
  type RimStudy,
  rimStudy,
  type SizePoint,
} from "./compare.ts";
// Distribution of the current
export {
  type DepositionCase,
  type Distribution,
  depositionMesh,
  distribute,
  type InterfaceProfile,
  planarOverpotential,
  RESOLUTIONS,
  type Resolution,
  solveOn,
} from "./distribute.ts";
// Shapes
export { cellRadius, type Defect, type DefectDomain, defectDomain, FILLET, pitVolume } from "./geometry.ts";
// Growth, cracks, stability
export {
  criticalCurrent,
  criticalCurrentRange,
  type Growth,
  type GrowthCase,
  type GrowthEnd,
  type GrowthState,
  growPore,
  linearGrowthRate,
  measuredGrowthRate,
} from "./growth.ts";
// Kinetics
export {
  butlerVolmer,
  type Kinetics,
  kineticLength,
  type PressureForm,
  type PressureTerm,
  planarPotential,
  pressureTerm,
} from "./kinetics.ts";
// Mechanics
export {
  type Cavity,
  type CavityCase,
  cavityCompliance,
  crackPressure,
  flatCompression,
  solveCavity,
  stressIntensity,
} from "./mechanics.ts";
// Parameters
export {
  DEPOSITION_ELECTROLYTES,
  DEPOSITION_METALS,
  type DepositionElectrolyte,
  type DepositionMetal,
  depositionElectrolyte,
  type Parameter,
} from "./parameters.ts";
// What a screen shows
export { depositionContent, depositionPicture, growthCase } from "./picture.ts";
// Questions as they are written
export {
  DEFECT_KINDS,
  depositionQuestion,
  QUESTION_DEFAULTS,
  type WrittenElectrolyte,
  type WrittenQuestion,
} from "./question.ts";

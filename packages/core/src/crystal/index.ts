// Cells
export { type Dispersion, dispersion } from "./anomalous.ts";
// Known phases and calibrants
export {
  CALIBRANT_NAMES,
  type Calibrant,
  type CalibrantLine,
  calibrant,
  calibrantOfCell,
  calibrantOfStructure,
  readSpacings,
} from "./calibrants.ts";
export {
  type CellParameters,
  cellVolume,
  dSpacing,
  inverseSquareSpacing,
  orthogonalisation,
  spacingAngstrom,
  twoThetaDegree,
  type UnitCell,
  unitCell,
} from "./cell.ts";
// Extinctions and reflections
export { type ExtinctionRule, extinctionRule, type Indices, isExtinct, reflectionConditions } from "./extinction.ts";
// Scattering
export { evaluateFormFactor, formFactorOf, isElement } from "./formFactor.ts";
// Symmetry
export { operationsOfHall } from "./hall.ts";
export { formatOperation, parseOperation, type SymmetryOperation } from "./operation.ts";
export { type FactFlag, PHASES, type PhaseFact, phaseFact, phaseStructure, type SourcedFact } from "./phases.ts";
export { energyKeV, type PowderLine, type PowderOptions, type PowderPattern, powderLines } from "./powder.ts";
export { type Radiation, radiationOf } from "./radiation.ts";
export { familyOf, listReflections, type Reflection, type ReflectionList } from "./reflections.ts";
export {
  type CrystalSystem,
  isCentrosymmetric,
  isHexagonalCell,
  laueOperations,
  metricConflict,
  pointOperations,
  type SpaceGroup,
  spaceGroup,
  spaceGroupOfHall,
  spaceGroupOfOperations,
  tiedParameters,
} from "./spaceGroup.ts";
// Structures
export { type AtomSite, type Atoms, cellContents, expandSites, type Structure, siteMultiplicity } from "./structure.ts";
export { type DispersionChoice, type StructureFactors, structureFactors } from "./structureFactor.ts";

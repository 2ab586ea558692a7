// The cell as declared

// Formulae and materials
export { ATOMIC_WEIGHTS } from "../chemistry/elements.ts";
export { type Composition, isFormula, molarMass, parseFormula } from "../chemistry/formula.ts";
export {
  alloyComposition,
  anodeArealInventory,
  anodeInventory,
  chargeToComposition,
  type Ion,
  nToP,
  startsDischarged,
} from "./anode.ts";
// Audit and card
export { auditCell } from "./audit.ts";
export { auditWindows } from "./auditWindows.ts";
// Book-keeping
export type { Booked } from "./book.ts";
export {
  activeFraction,
  activeLoading,
  activeMass,
  cellArea,
  denseThickness,
  dieDiameter,
  dieLoad,
  express,
  layerLoading,
  layerMass,
  layerPress,
  layerThickness,
  layerVolume,
  materialFraction,
  materialMass,
  relativeDensity,
  theoreticalArealCapacity,
  theoreticalCapacity,
  theoreticalOneCAmpere,
  theoreticalSpecificCapacity,
} from "./bookkeeping.ts";
export { capacityBases, cellCard } from "./card.ts";
export { type Counted, specificEnergy, voltageOfSpecificEnergy } from "./energy.ts";
export { type Interval, intervalOf } from "./interval.ts";
export {
  type Flag,
  findMaterial,
  MATERIAL_NAMES,
  MATERIALS,
  type Material,
  type Redox,
  type Sourced,
  theoreticalMilliampereHourPerGram,
} from "./materials.ts";
export {
  type Cell,
  type Declared,
  type Geometry,
  LAYER_ROLES,
  type Layer,
  type LayerRole,
  type Load,
  type OwnMaterial,
  type Share,
  type Stated,
  type StatedOnBases,
  type StatedWindow,
} from "./model.ts";
// By mass and area
export { type PerSize, perSize, timesFactor } from "./perSize.ts";
// Potential scales
export {
  type Converted,
  type ConvertOptions,
  cellPotential,
  convertPotential,
  findReference,
  plateauCharge,
  REFERENCE_ELECTRODES,
  REFERENCE_NAMES,
  type ReferenceElectrode,
} from "./potential.ts";
export { type LineScan, positionsInLayer, scanPositions, secondsPerPosition } from "./scan.ts";

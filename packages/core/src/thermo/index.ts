// Compositions and reactions
export { reducedFormula, shownFormula, sortElements, systemElements } from "./composition.ts";
// Interfaces
export { type Contact, type ContactReaction, contactReactions } from "./contact.ts";
// Phase diagrams
export {
  type Amount,
  type Conditions,
  decompositionEnergy,
  equilibrium,
  findPhase,
  fractionsOf,
  grandPotentialDiagram,
  hullEnergy,
  type PhaseDiagram,
  phaseDiagram,
} from "./diagram.ts";
// Moduli
export { type Ductility, type DuctilityRow, ductility, ductilityOfRatio, ductilityTable, PUGH_LIMIT } from "./elastic.ts";
// Energies and sets
export { type EnergySet, type Entry, entriesOf, setOfTotals, type TotalEnergy } from "./entries.ts";
// Hull
export { convexHull, decompose, energiesAboveHull, HULL_LIMITS, type Hull, hullAt, ON_HULL } from "./hull.ts";
export { type FromSet, isRefused, type OverSets, overSets, spreadOf } from "./overSets.ts";
export { hullAlong, type PathPiece } from "./path.ts";
// Energies as plain data
export { plainSet, setOfPlain } from "./plain.ts";
// Chemical potentials
export { type PotentialDomain, potentialDomains } from "./potentials.ts";
// Pressure
export { stabilisingPressure, type VolumeOfReaction, volumeOfReaction } from "./pressure.ts";
export { balance, imbalance, type Reaction } from "./reaction.ts";
export { COVERED_SYSTEMS, defaultSet, ENERGY_SET_NAMES, energySet, SULFUR_CORRECTION, setsFor } from "./sets.ts";
// Temperature
export { type SolidDiagram, type SolidRange, solidDiagram } from "./solids.ts";
// Steps
export {
  adsorptionEnergy,
  type FormationEnergy,
  formationEnergy,
  type Reference,
  reactionVoltage,
  type StateOfSteps,
  stepEnergies,
} from "./steps.ts";
export { LARGEST_SHIFT, withSulfurShift } from "./sulfurShift.ts";
// Windows and voltages
export {
  type Boundary,
  chargeOf,
  mobileIon,
  type ProfileStep,
  type StabilityWindow,
  stabilityWindow,
  voltageProfile,
  type WindowEdges,
  windowEdges,
} from "./voltage.ts";
export { type CrystalVolume, crystalVolume, VOLUME_ERROR } from "./volumes.ts";

// X-ray absorption
export {
  USUAL_SULFUR_BEAMLINE,
  VIRTUAL_RHO,
  VIRTUAL_STRENGTH,
  type VirtualAbsorptionBeamline,
  type VirtualAbsorptionScan,
  type VirtualSulfur,
  virtualSulfurScan,
  writeVirtualXdi,
} from "./absorption.ts";
// The beamline
export { type VirtualFrame, type VirtualRing, virtualPowderFrame } from "./beamline.ts";
// The beam time of a cycled cell
export {
  BEAMTIME_TRUTH,
  type BeamtimeDomain,
  type BeamtimeExperiment,
  type BeamtimeFrame,
  type BeamtimeMoment,
  type BeamtimeOptions,
  virtualBeamtime,
} from "./beamtime/experiment.ts";
export { type BeamtimeRenderer, beamtimeRenderer } from "./beamtime/render.ts";
export { type BeamtimeFile, type BeamtimeFormat, beamtimeFiles } from "./beamtime/write.ts";
// Cells with known truth
export { VIRTUAL_CELLS, type VirtualCell, type VirtualCellId, type VirtualPlateau, type VirtualRates } from "./cells.ts";
// The virtual cycler
export {
  NO_EFFECTS,
  type RecordingRules,
  USUAL_EFFECTS,
  type VirtualEffects,
  type VirtualHalfCycle,
  type VirtualRow,
  type VirtualRun,
  virtualCycling,
} from "./cycler.ts";
export { VIRTUAL_ENDINGS, type VirtualFormat, type WritableRun, writeVirtual } from "./files.ts";
export {
  type VirtualShell,
  type VirtualXanes,
  type VirtualXanesScan,
  virtualExafs,
  virtualXanes,
  writeVirtualFeff,
  xanesAt,
} from "./fineStructure.ts";
// Impedance
export {
  NO_IMPEDANCE_EFFECTS,
  USUAL_IMPEDANCE_EFFECTS,
  type VirtualArc,
  type VirtualGrowth,
  type VirtualImpedanceCell,
  type VirtualImpedanceEffects,
  type VirtualImpedanceRun,
  type VirtualPellet,
  type VirtualSpectrum,
  type VirtualSweep,
  virtualImpedance,
  virtualPellet,
} from "./impedance.ts";
export { type VirtualImpedanceFormat, writeVirtualImpedance } from "./impedanceFiles.ts";
// Whole campaigns
export type { LabCampaign, LabFile, LabRecipe, LabTruth } from "./lab/campaign.ts";
export { LABS } from "./lab/index.ts";
// A campaign of several instruments with a random mechanism
export {
  type MechanismCampaign,
  type MechanismObservation,
  type MechanismOptions,
  type MechanismTruth,
  mechanismCampaign,
} from "./mechanism.ts";
export { type VirtualPair, type VirtualScattering, type VirtualScatteringRun, virtualScattering } from "./pairDistribution.ts";
// The campaign of the operando Na–S work
export { type PathwayCampaign, type PathwayStates, type PathwayTruth, pathwayCampaign } from "./pathway.ts";
export { type PointSetOptions, type VirtualPointSet, virtualPointSet } from "./pointSets.ts";
// A known gap between charge and discharge
export { type VirtualPolarisation, virtualPolarisation } from "./polarisation.ts";
// Sweeps of the potential
export {
  type PotentiostatEffects,
  type SweptRow,
  USUAL_POTENTIOSTAT,
  type VirtualCouple,
  type VirtualVoltammogram,
  virtualVoltammogram,
} from "./potentiostat.ts";
// Points with known rings and cavities
// Powder patterns and total scattering
export { type VirtualPowderLine, type VirtualPowderOptions, virtualPowder } from "./powder.ts";
// Rings under stress
export {
  OPERANDO_RINGS,
  type VirtualCake,
  type VirtualRingPhase,
  type VirtualRingSetup,
  virtualCake,
  virtualIntensity,
  virtualPoisson,
  virtualRingFrame,
} from "./rings.ts";
// Tomography and sections
export { type VirtualSection, virtualElements, virtualSection } from "./section.ts";
// Symmetric cells and soft shorts
export { type SoftShortOptions, USUAL_SOFT_SHORTS, type VirtualDip, withSoftShorts } from "./softShorts.ts";
// Spectrometers and thermal analysis
export {
  type VirtualBalanceOptions,
  type VirtualCalorimeterOptions,
  type VirtualFlightOptions,
  type VirtualIonsOptions,
  type VirtualRamanOptions,
  type VirtualReading,
  type VirtualXpsOptions,
  virtualBalance,
  virtualCalorimeter,
  virtualFlight,
  virtualIonCounts,
  virtualRaman,
  virtualXps,
} from "./spectroscopy.ts";
export {
  type VamasBlock,
  writeFlight,
  writeHeatFlow,
  writeIonTable,
  writeNetzsch,
  writeRamanText,
  writeVamas,
} from "./spectroscopyFiles.ts";
export { STACK, STACK_GREYS, type StackSetup, type VirtualStack, virtualStack } from "./stackVolume.ts";
// Ions and rings of known spacings
export { type SublatticeRecipe, virtualSublattice } from "./sublattice.ts";
export {
  STABILITY_TEST,
  STEP_TEST,
  type SymmetricEffects,
  type SymmetricProtocol,
  USUAL_SYMMETRIC,
  VIRTUAL_SYMMETRIC,
  type VirtualSymmetricCell,
  type VirtualSymmetricRun,
  virtualSymmetric,
} from "./symmetric.ts";
// Titrations
export {
  type PulseProtocol,
  type TitrationEffects,
  USUAL_PULSES,
  USUAL_TITRATION,
  VIRTUAL_PARTICLE,
  type VirtualParticle,
  type VirtualTitration,
  virtualPotentialSteps,
  virtualTitration,
} from "./titration.ts";
export { type Ellipse, PELLET, SHEPP_LOGAN, shadows, TOMOGRAPH, type TomographSetup, type VirtualScan, virtualScan } from "./tomograph.ts";
// Trajectories
export { type TrajectoryRecipe, trajectoryText, VIRTUAL_TRAJECTORY, type VirtualTrajectory, virtualTrajectory } from "./trajectory.ts";

// Elasticity of polycrystals as diffraction sees it

// Calibration
export {
  type Calibration,
  type CalibrationOptions,
  calibrate,
  type WavelengthAndDistance,
  wavelengthFromTwoDistances,
  wavelengthOfEnergy,
} from "./calibrate.ts";
export type { RingResidual } from "./calibrateResult.ts";
// Frames as a screen shows them
export { cakeView, type DetectorViewOptions, detectorView, type ExpectedRing, ringOutline } from "./detectorView.ts";
export {
  type CartesianAxes,
  cubicStiffness,
  type DiffractionConstants,
  diffractionConstants,
  type ElasticConstants,
  type ElasticModel,
  elasticConstants,
  hexagonalStiffness,
  isotropicDiffractionConstants,
  isotropicStiffness,
  type PolycrystalModuli,
  polycrystalModuli,
  tetragonalStiffness,
} from "./elastic.ts";
export { ELASTIC_CONSTANTS, type ElasticFact, knownElasticConstants } from "./elasticData.ts";
// Geometry of a flat detector
export { type BeamGeometry, beamGeometry, fromBeamGeometry } from "./fit2d.ts";
// Layers and fronts
export {
  type EdgeAt,
  type FrontMotion,
  frontMotion,
  phaseOnset,
  type ReactionVolume,
  type ThicknessComparison,
  thicknessOfReaction,
} from "./fronts.ts";
export {
  checkGeometry,
  type DetectorGeometry,
  type Orientation,
  type PixelFrame,
  type Projection,
  pixelAt,
  pixelFrame,
  polarisation,
  polarOf,
  projection,
  RADIAL_LABELS,
  RADIAL_UNITS,
  type RadialUnit,
  radialOf,
  rotationMatrix,
  twoThetaOf,
} from "./geometry.ts";
// Integration
export { type ErrorModel, type FrameOptions, type IntegratedFrame, integrateFrame, isEmptyFrame } from "./integrate.ts";
export type { ClipOptions } from "./integrateClip.ts";
export type { SparsePixels } from "./integratePixel.ts";
export { FRACTION_ONE, type IntegrationOptions, type IntegrationPlan, integrationPlan } from "./integratePlan.ts";
export type { Grid, Splitting } from "./integrateSplit.ts";
export {
  checkFrame,
  type FramePixels,
  type FrameSummer,
  type FrameSums,
  frameSummer,
  type LostSums,
  makeLost,
  unfold,
  type ValidCounts,
  validCounts,
} from "./integrateSums.ts";
export { fitLayerStack, type LayerStack, type StackOptions } from "./layerStack.ts";
export { type BeamProfile, fitLayer, type LayerFit, type LayerOptions, type LayerProfile } from "./layers.ts";
export { type MeasuredStress, type MeasureOptions, measureStress, type StressPhase } from "./measureStress.ts";
export { type FoundOrientation, findOrientation } from "./orientation.ts";
export {
  type BinnedWindows,
  binWindows,
  MAP_UNIT,
  type MapFrames,
  type PhaseMap,
  phaseMaps,
  type ReflectionIntensity,
  windowIntensities,
} from "./phaseMap.ts";
// Phase maps
export {
  changesOf,
  changingRegion,
  columnSums,
  type EdgeSeries,
  type FrontStage,
  frameScatter,
  fronts,
  type PhaseScans,
  phaseEdges,
  profileOf,
  within,
  withScatter,
} from "./phaseScans.ts";
export {
  type ForeignLine,
  type PhaseSelection,
  type PhaseWindows,
  phaseWindows,
  type ReflectionWindow,
  type WindowOptions,
} from "./phaseWindows.ts";
// Rings, strain, stress
export { type Cake, cakeOf, type FittedRing, fitRing, type RingSector, type RingWindow } from "./rings.ts";
export { fitHarmonics, type HarmonicsOptions, type StrainHarmonics, tiltBound, type UncorrectedTilt } from "./strain.ts";
export { type PhaseStress, phaseStress, STRESS_DEFINITION, type StressOptions, type StressRing } from "./stress.ts";
export {
  type AbsoluteStress,
  type AxialClaim,
  type AxialClaimAudit,
  absoluteStress,
  auditAxialStress,
  axialBalance,
  type BalancedPhase,
  COMPOSITE_REFUSAL,
  type LayerSituation,
  type StressBalance,
} from "./stressBalance.ts";
// Usual reflections
export { usualReflections } from "./usualReflections.ts";
export { type WindowSummer, windowSummer } from "./windowPixels.ts";

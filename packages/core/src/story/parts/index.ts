/** Parts of a story: their kinds, and how a part is put into a story. */

export type { AtomsContent, AtomsRun, DensityView, StructureView } from "./atoms.ts";
export type { AuditContent } from "./audit.ts";
export type { CellModelContent, CellQuestion, SolvedCell } from "./cellmodel.ts";
export type { ConductivityContent } from "./conductivity.ts";
export type { DepositionContent, DepositionGrowth, SolvedDeposition, SolvedElectrolyte } from "./deposition.ts";
export type {
  CakeView,
  DetectorView,
  DiffractionCalibration,
  DiffractionContent,
  LayerView,
  PatternSeries,
  PhaseLines,
  PhaseMapView,
  RadialAxis,
  ScanAxes,
  StressMapView,
} from "./diffraction.ts";
export { type Claim, eventClaims, eventKey, rivalsText } from "./eventClaims.ts";
export type { EvidenceContent } from "./evidence.ts";
export type { ImagingContent, SectionView, StackView, VolumeView } from "./imaging.ts";
export type { Part, PartContent, PartHead, PartKind, PartOf } from "./model.ts";
export { type PackedNumbers, packNumbers, unpackNumbers } from "./packed.ts";
export type { PaperContent, ShownFigure } from "./paper.ts";
export { placePart, withMissing } from "./place.ts";
export type { CoverageRow, RecoveredContent } from "./recovered.ts";
export type { SpectroscopyClock, SpectroscopyContent, SpectroscopyCurve, SpectroscopyMap, SpectroscopySeries } from "./spectroscopy.ts";
export type { PlainEnergySet, PlainEntry, ThermoConditions, ThermoContent, ThermoSystem, WindowAnswer } from "./thermo.ts";
export type { TopologyContent } from "./topology.ts";

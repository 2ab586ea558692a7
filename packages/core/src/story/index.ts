// Making a story
export { inBasis } from "./basis.ts";
export { buildStory, type StoryParts } from "./build.ts";
// Voltammetry, titration, symmetric cells, composition
export {
  type CompositionHalf,
  type CompositionSplit,
  type CompositionStory,
  compositionStory,
  type Electrochemistry,
  electrochemistryOf,
  electrochemistrySentences,
  type PeakTemperatures,
  type PotentialStepsStory,
  type ScanRates,
  type SweepStory,
  type SymmetricOptions,
  type SymmetricStory,
  symmetricStory,
  type TitrationPulseStory,
  type TitrationStory,
  titrationOf,
  type VoltammetryStory,
  voltammetryStory,
  withElectrochemistry,
} from "./electrochemistry/index.ts";
export { MAH, type StoryInput, type StoryOptions, storyFile } from "./file.ts";
export {
  bareSpectra,
  fileOfSpectra,
  type ImpedanceOptions,
  impedanceStory,
  onlySpectra,
  type SpectraFile,
  type SpectrumInput,
  withSpectra,
} from "./impedance.ts";
export { impedanceSentences } from "./impedanceSentences.ts";
// What page and report show
export type {
  CapacityBasis,
  CellCard,
  CycleRow,
  HalfCycleCurve,
  HalfCyclePeaks,
  ImpedanceStory,
  Numbers,
  PlacedPart,
  RateRow,
  RowRange,
  Sentence,
  SpectrumFit,
  SpectrumRelaxation,
  SpectrumStory,
  SpectrumValidity,
  Story,
  StoryFile,
  StoryPeak,
} from "./model.ts";
// What other instruments saw and what models say
export {
  type CakeView,
  type DetectorView,
  type DiffractionCalibration,
  type DiffractionContent,
  type ImagingContent,
  type LayerView,
  type Part,
  type PartContent,
  type PartHead,
  type PartKind,
  type PartOf,
  type PatternSeries,
  type PhaseLines,
  type PhaseMapView,
  type PlainEnergySet,
  type PlainEntry,
  placePart,
  type RadialAxis,
  type ScanAxes,
  type SectionView,
  type SpectroscopyContent,
  type SpectroscopyCurve,
  type SpectroscopySeries,
  type StackView,
  type StressMapView,
  type ThermoConditions,
  type ThermoContent,
  type TopologyContent,
  type VolumeView,
  type WindowAnswer,
  withMissing,
} from "./parts/index.ts";
export { peaksOfHalf } from "./peaks.ts";
export { sentencesOf } from "./sentences.ts";
export { currentStory, STORY_VERSION } from "./version.ts";

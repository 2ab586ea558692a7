export { electrochemistryOf, withElectrochemistry } from "./attach.ts";
export { compositionStory } from "./composition.ts";
export type {
  CompositionHalf,
  CompositionSplit,
  CompositionStory,
  Electrochemistry,
  PeakTemperatures,
  PotentialStepsStory,
  ScanRates,
  SweepStory,
  SymmetricStory,
  TitrationPulseStory,
  TitrationStory,
  VoltammetryStory,
} from "./model.ts";
export { placeElectrochemistry } from "./place.ts";
export { electrochemistrySentences } from "./sentences.ts";
export { type SymmetricOptions, symmetricStory } from "./symmetric.ts";
export { withPeakTemperatures } from "./temperatures.ts";
export { titrationOf } from "./titration.ts";
export { voltammetryStory, withScanRates } from "./voltammetry.ts";

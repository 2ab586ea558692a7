// Whole patterns

// What is not crystalline
export {
  amorphousByHump,
  amorphousByStandard,
  type HumpOptions,
  type HumpShare,
  type MassRatios,
  massRatios,
  type SulfurBalance,
  type SulfurState,
  sulfurBalance,
} from "./amorphous.ts";
// Which phases
export { type Identification, type IdentifiedPhase, type IdentifyOptions, identifyPhases } from "./identify.ts";
export type { ModelOptions, SharedParameter } from "./model.ts";
export { axialSpread, type LineShape, lineShape, type ProfileParameters, pseudoVoigt } from "./profile.ts";
export { type PowderData, type PowderRefinement, type RefinedPhase, type RefineOptions, refinePattern } from "./refine.ts";
// Many patterns of one instrument
export {
  SERIES_COLUMNS,
  SERIES_HEAD,
  type SeriesOptions,
  type SeriesRefiner,
  seriesRefiner,
  seriesStart,
  seriesWidth,
} from "./series.ts";

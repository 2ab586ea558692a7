// Making a story
export { inBasis } from "./basis.ts";
export { buildStory, type StoryParts } from "./build.ts";
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
export { peaksOfHalf } from "./peaks.ts";
export { sentencesOf } from "./sentences.ts";
export { currentStory, STORY_VERSION } from "./version.ts";

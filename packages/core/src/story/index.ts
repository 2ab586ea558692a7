// Making a story
export { inBasis } from "./basis.ts";
export { buildStory, type StoryParts } from "./build.ts";
export { MAH, type StoryInput, type StoryOptions, storyFile } from "./file.ts";
// What page and report show
export type {
  CapacityBasis,
  CellCard,
  CycleRow,
  HalfCycleCurve,
  Numbers,
  RateRow,
  RowRange,
  Sentence,
  Story,
  StoryFile,
} from "./model.ts";
export { sentencesOf } from "./sentences.ts";

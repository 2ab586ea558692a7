// Capacities in other units
export { inBasis } from "./basis.ts";
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

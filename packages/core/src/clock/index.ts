// Composition: the clock that cells share
export { type CompositionCourse, compositionAtMoment, compositionAtPotential, EX_SITU, replicates } from "./composition.ts";
// Events that instruments share
export { type CurrentEvent, type CurrentState, currentEvents } from "./current.ts";
// Offset between clocks
export {
  type ClockOffset,
  type ClockPair,
  type DatedEvent,
  declaredOffset,
  estimateOffset,
  onCellClock,
  SAME_CLOCK,
} from "./offset.ts";
// One stream at the moments of another
export { type Readings, readAt } from "./readAt.ts";
// Scans
export { type PlacedFrame, type ScanGrid, scanGrid } from "./scanGrid.ts";
export { type TimedValues, turningTime } from "./turn.ts";

// Where streams bend
export { type Bend, bendsOf, type Stream } from "./bends.ts";
// What they saw, and which step of the cell it belongs to
export { EVENT_KINDS, type EventKind, eventsOf, type StreamEvent } from "./events.ts";
export { type Attribution, type EventTable, type Feature, type FeatureRow, matchEvents } from "./match.ts";

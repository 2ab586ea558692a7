/** Parts of a story: their kinds, and how a part is put into a story. */
export type { Part, PartContent, PartHead, PartKind, PartOf } from "./model.ts";
export { placePart, withMissing } from "./place.ts";
export type { TopologyContent } from "./topology.ts";

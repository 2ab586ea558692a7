// Joining evidence
export { halfWidthOf } from "./bands.ts";
export { type FuseOptions, fuse } from "./fuse.ts";
export type {
  Band,
  EvidenceAnswer,
  EvidenceQuestion,
  Group,
  Observation,
  ObservationKind,
  ProbeReport,
  Scale,
  SpeciesBand,
} from "./model.ts";
// What the bands say
export { bandAt, type HiddenShare, hiddenShareOf, pathwayOf, type Stage } from "./pathway.ts";
export { withinReach } from "./reach.ts";
export { electrolyteChargeOf, shareOfRange } from "./shares.ts";
// Species of Na–S and Li–S
export { SPECIES_SETS, type Species, type SpeciesSetName, speciesIndex } from "./species.ts";

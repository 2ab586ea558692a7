// Whole patterns

// Which phases
export { type Identification, type IdentifiedPhase, type IdentifyOptions, identifyPhases } from "./identify.ts";
export { type LineShape, lineShape, type ProfileParameters, pseudoVoigt } from "./profile.ts";
export { type PowderData, type PowderRefinement, type RefinedPhase, type RefineOptions, refinePattern } from "./refine.ts";

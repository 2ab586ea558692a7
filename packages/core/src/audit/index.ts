// What papers claim, recomputed
export { auditClaims } from "./audit.ts";
export {
  type Answered,
  CLAIM_KINDS,
  type Claim,
  type ClaimKind,
  type Finding,
  type Found,
  type Outcome,
  type Question,
  type Verdict,
  verdictHolds,
} from "./model.ts";
export { questionOf } from "./outcome.ts";
export { RELATIONS, type Relation } from "./relations.ts";
export { type Span, spanText, textOf, type Value } from "./value.ts";

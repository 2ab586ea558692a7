// What papers claim, recomputed
export { auditClaims, textOf } from "./audit.ts";
export { CLAIM_KINDS, type Claim, type ClaimKind, type Finding, type Verdict, verdictHolds } from "./model.ts";
export { RELATIONS, type Relation } from "./relations.ts";
export { type Span, spanText, type Value } from "./value.ts";

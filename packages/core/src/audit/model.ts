/** Claims of a paper, and what is found of them. */
import type { Value } from "./value.ts";

export const CLAIM_KINDS = ["recompute", "audit", "model", "recover"] as const;
export type ClaimKind = (typeof CLAIM_KINDS)[number];

export interface Claim {
  id: string;
  paper: string;
  kind: ClaimKind;
  /** the method that decides */
  by: string;
  /** what the paper prints and the answer follows from */
  given: Readonly<Record<string, unknown>>;
  /** inputs that the paper does not print: a verdict that rests on them is one "if" they hold. A text names them without numbers */
  external: string | Readonly<Record<string, unknown>> | null;
  /** what the paper states and is judged */
  printed: Readonly<Record<string, unknown>>;
  /** of a recomputation: what the paper prints of the result */
  expect: Readonly<Record<string, unknown>>;
  /** absolute in the unit of the number, or "5 %", or one per key */
  tol: number | string | Readonly<Record<string, number | string>> | null;
  note: string | null;
  scale: string | null;
}

export type Verdict =
  | "reproduced"
  | "reproduced (rounding)"
  | "notReproduced"
  | "consistent"
  | "inconsistent"
  | "inconsistent-if"
  | "notComputable";

/** True where what is printed can stand, false where it cannot, null where no arithmetic decides. */
export function verdictHolds(verdict: Verdict): boolean | null {
  if (verdict === "notComputable") return null;
  return verdict === "consistent" || verdict.startsWith("reproduced");
}

export interface Finding {
  id: string;
  paper: string;
  kind: ClaimKind;
  verdict: Verdict;
  /** by key: what follows from given and external */
  computed: Readonly<Record<string, Value>>;
  /** by key: what the paper states */
  printed: Readonly<Record<string, Value>>;
  tolerance: string | null;
  /** the formulas used, in order, and the input that decides */
  why: readonly string[];
}

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
  | "reached"
  | "reached (calibrated)"
  | "notReached"
  | "recovered"
  | "notRecovered"
  | "notComputable";

/** True where what is printed can stand, false where it cannot, null where nothing decides. */
export function verdictHolds(verdict: Verdict): boolean | null {
  if (verdict === "notComputable") return null;
  return /^(?:consistent|reproduced|reached|recovered)/.test(verdict);
}

/**
 * What a claim asks of a model or an analysis: everything but what the paper prints of the result. Whoever answers it cannot know what is expected.
 */
export interface Question {
  kind: "model" | "recover";
  by: string;
  given: Claim["given"];
  /** names of what is expected, sorted; nested names with a dot */
  asked: readonly string[];
}

/** A number that a model gives or an analysis finds in one virtual measurement; null where it is not found. */
export type Found = { value: number; sigma: number | null } | null;

/** What is found under one name. */
export type Answered =
  /** runs of the measurement (one of a model), each with its list of numbers */
  | { unit: string; runs: readonly (readonly Found[])[] }
  /** what a statement says, by what it speaks of: numbers are the worst over the runs */
  | { facts: Readonly<Record<string, string | number>> }
  | { notComputable: string };

/** What a model or an analysis answers to a claim. Plain data. */
export interface Outcome {
  answers: Readonly<Record<string, Answered>>;
  /** names of numbers that the model was calibrated on: they cannot support it */
  calibrated: readonly string[];
  /** what was done, in order: the model or the virtual sample, its effects, the analysis */
  how: readonly string[];
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

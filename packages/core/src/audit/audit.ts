/**
 * Recomputes what papers claim. Numbers follow from `given` and `external` by the relations, in order, and by checks of what is stated; never from `expect`, which is only
 * what the paper prints of the result.
 *
 * recompute: reproduced within the tolerance; reproduced (rounding) where the print is what the number rounds to; else not reproduced.
 * audit: consistent, or inconsistent; inconsistent-if where the verdict rests on an input that the paper does not print.
 * model, recover: judged by the outcomes that are handed in, by claim; without one they are not decided (outcome.ts).
 */
import { CHECKS } from "./checks.ts";
import { finding } from "./finding.ts";
import { inherited, inputsOf, type Known } from "./inputs.ts";
import type { Claim, Finding, Outcome, Verdict } from "./model.ts";
import { judgeOutcome } from "./outcome.ts";
import { solve } from "./solve.ts";
import { toleranceOf, within } from "./tolerance.ts";
import { half, isSpan, isSpans, printedValue, type Span, textOf, type Value } from "./value.ts";

/**
 * @param outcomes of claims about models and analyses, by the claim's name; a text is the reason why there is none
 */
export function auditClaims(claims: readonly Claim[], outcomes: ReadonlyMap<string, Outcome | string> = new Map()): Finding[] {
  return claims.map((claim) => auditClaim(claim, claims, outcomes.get(claim.id)));
}

function auditClaim(claim: Claim, all: readonly Claim[], outcome: Outcome | string | undefined): Finding {
  if (claim.kind === "model" || claim.kind === "recover") return judgeOutcome(claim, outcome);
  const known = inputsOf(claim);
  const others = inherited(claim, all);
  const computed: Record<string, Value> = {};
  const why: string[] = [];
  for (const goal of new Set([...Object.keys(claim.expect), ...Object.keys(claim.printed), ...NEEDED_BY_CHECKS])) {
    const isAsked = goal in claim.expect || goal in claim.printed;
    const found = solve(goal, known, isAsked ? others : NONE);
    if (!found) continue;
    if (isAsked) computed[goal] = found.value;
    known.set(goal, found.value);
    for (const { gives, value, relation } of isAsked ? found.steps : []) {
      const line = `${gives} = ${textOf(value)}: ${relation.how} (from ${relation.needs.join(", ")})`;
      if (!why.includes(line)) why.push(line);
    }
    if (found.borrowed.size > 0)
      why.push(`${[...found.borrowed].join(", ")} ${found.borrowed.size === 1 ? "is" : "are"} taken from other claims of the paper`);
  }
  return claim.kind === "recompute" ? recomputed(claim, computed, why) : audited(claim, computed, known, why);
}

/** What the checks look at, if it follows from the claim's own inputs. */
const NEEDED_BY_CHECKS = [
  "theoretical_mAh_cm2",
  "Li_mAh_cm2",
  "Tg_K",
  "rms_A",
  "bulk_relaxation_MHz",
  "Li2S_fraction_two_product_reading",
] as const;

const NONE: Known = new Map();

function recomputed(claim: Claim, computed: Finding["computed"], why: string[]): Finding {
  const missing: string[] = [];
  let off = false;
  let rounded = false;
  let judged = 0;
  for (const [name, written] of Object.entries(claim.expect)) {
    const expected = printedValue(written);
    const found = computed[name];
    if (expected === null || found === undefined || typeof expected === "string") {
      missing.push(name);
      continue;
    }
    judged++;
    // a range that follows may be printed as its two ends
    const ends = isSpan(found) && found.low !== found.high && isSpans(expected) && expected.length === 2;
    const [a, b] = [ends ? endsOf(found) : listOf(found), listOf(expected)];
    const agrees = a.length === b.length && a.every((span, k) => within(span, b[k]!, toleranceOf(claim, name)));
    if (agrees) continue;
    off = true;
    why.push(`${name}: ${textOf(found)} follows, ${textOf(expected)} is expected`);
  }
  for (const [name, written] of Object.entries(claim.printed)) {
    const found = computed[name];
    const printed = printedValue(written);
    if (found === undefined || printed === null || !isSpan(printed) || !isSpan(found)) continue;
    judged++;
    if (within(found, printed, toleranceOf(claim, name))) continue;
    if (roundsTo(found, written)) {
      rounded = true;
      why.push(`${name}: ${textOf(found)} rounds to the ${String(written)} that is printed`);
    } else {
      off = true;
      why.push(`${name}: ${textOf(found)} follows, ${String(written)} is printed`);
    }
  }
  if (missing.length > 0) why.push(`not computable from what is given: ${missing.join(", ")}`);
  const verdict: Verdict = judged === 0 ? "notComputable" : off ? "notReproduced" : rounded ? "reproduced (rounding)" : "reproduced";
  return finding(claim, verdict, computed, why);
}

function audited(claim: Claim, computed: Finding["computed"], known: Known, why: string[]): Finding {
  let judged = 0;
  let contradicts = false;
  for (const [name, written] of Object.entries(claim.printed)) {
    const printed = printedValue(written);
    const found = computed[name];
    if (printed === null || found === undefined || !isSpan(printed) || !isSpan(found)) continue;
    judged++;
    if (within(found, printed, toleranceOf(claim, name)) || roundsTo(found, written)) continue;
    contradicts = true;
    why.push(`${name}: ${textOf(printed)} is printed, ${textOf(found)} follows`);
  }
  for (const check of CHECKS) {
    const answer = check(claim, known);
    if (!answer) continue;
    judged++;
    contradicts ||= answer.contradicts;
    why.push(answer.why);
  }
  const all = {
    ...computed,
    ...Object.fromEntries(Object.keys(claim.expect).flatMap((name) => (known.has(name) ? [[name, known.get(name)!]] : []))),
  };
  if (judged === 0) {
    why.push("nothing that is printed can be compared with what follows");
    return finding(claim, "notComputable", all, why);
  }
  const verdict: Verdict = !contradicts ? "consistent" : restsOnExternal(claim) ? "inconsistent-if" : "inconsistent";
  if (verdict === "inconsistent-if")
    why.push(
      `${typeof claim.external === "string" ? `it rests on ${claim.external}, which the paper does not print` : claim.external ? `it rests on ${Object.keys(claim.external).join(", ")}, which the paper does not print` : claim.note}`,
    );
  return finding(claim, verdict, all, why);
}

const restsOnExternal = ({ external, note }: Claim): boolean => external !== null || /^inconsistent-if/.test(note ?? "");

const listOf = (value: Value): readonly Span[] => (isSpan(value) ? [value] : isSpans(value) ? value : []);

const endsOf = ({ low, high }: Span): readonly Span[] => [
  { low, high: low },
  { low: high, high },
];

/** A print is rounded by at most this share: 2567 may be printed as 2600, 60 not as 100. */
const MOST_ROUNDED = 0.03;

/** True where the printed number is what the one that follows rounds to: trailing zeros of a whole number are not digits. */
function roundsTo(found: Span, written: unknown): boolean {
  if (typeof written !== "number" || found.low !== found.high) return false;
  const zeros = /^[1-9]\d*?(0+)$/.exec(String(written))?.[1]?.length ?? 0;
  const apart = Math.abs(found.low - written);
  return apart <= half(written) * 10 ** zeros && apart <= MOST_ROUNDED * Math.abs(written);
}

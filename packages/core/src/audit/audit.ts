/**
 * Recomputes what papers claim. Numbers follow from `given` and `external` by the relations, in order, and by checks of what is stated; never from `expect`, which is only
 * what the paper prints of the result.
 *
 * recompute: reproduced within the tolerance; reproduced (rounding) where the print is what the number rounds to; else not reproduced.
 * audit: consistent, or inconsistent; inconsistent-if where the verdict rests on an input that the paper does not print.
 * Claims about models and about what an analysis recovers are not decided by arithmetic: they are answered by a study.
 */
import { CHECKS } from "./checks.ts";
import { inherited, inputsOf, type Known } from "./inputs.ts";
import type { Claim, Finding, Verdict } from "./model.ts";
import { solve } from "./solve.ts";
import { isSpan, isSpans, printedValue, type Span, spanText, type Value } from "./value.ts";

export function auditClaims(claims: readonly Claim[]): Finding[] {
  return claims.map((claim) => auditClaim(claim, claims));
}

function auditClaim(claim: Claim, all: readonly Claim[]): Finding {
  if (claim.kind === "model" || claim.kind === "recover") return notByArithmetic(claim);
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

function notByArithmetic(claim: Claim): Finding {
  const what = claim.kind === "model" ? "a forward model must reach it" : "an analysis of raw files must recover it";
  return finding(claim, "notComputable", {}, [`${what} (${claim.by}): no arithmetic decides it`]);
}

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

function finding(claim: Claim, verdict: Verdict, computed: Finding["computed"], why: readonly string[]): Finding {
  const stated = { ...(claim.kind === "recompute" ? claim.expect : {}), ...claim.printed };
  const printed = Object.fromEntries(
    Object.entries(stated).flatMap(([name, written]) => {
      const value = printedValue(written);
      return value === null ? [] : [[name, value]];
    }),
  );
  const { tol } = claim;
  const tolerance =
    tol === null
      ? null
      : typeof tol === "object"
        ? Object.entries(tol)
            .map(([name, of]) => `${name} ${of}`)
            .join(", ")
        : String(tol);
  return { id: claim.id, paper: claim.paper, kind: claim.kind, verdict, computed, printed, tolerance, why };
}

const listOf = (value: Value): readonly Span[] => (isSpan(value) ? [value] : isSpans(value) ? value : []);

const endsOf = ({ low, high }: Span): readonly Span[] => [
  { low, high: low },
  { low: high, high },
];

/** Absolute, or a share ("5 %"); 0 without one. */
function toleranceOf({ tol }: Claim, name: string): { absolute: number; share: number } {
  const own = tol !== null && typeof tol === "object" ? (tol[name] ?? tol[name.replace(/^.*_(?=shell_A|splitting_eV)/, "")] ?? null) : tol;
  if (own === null) return { absolute: 0, share: 0 };
  const percent = /^([\d.]+)\s*%$/.exec(String(own));
  return percent ? { absolute: 0, share: Number(percent[1]) / 100 } : { absolute: Number(own), share: 0 };
}

/** True where both ends of what follows lie within the tolerance of what is printed, or inside a printed range or bound. */
function within(found: Span, printed: Span, { absolute, share }: { absolute: number; share: number }): boolean {
  const room = (end: number): number => (Number.isFinite(end) ? absolute + share * Math.abs(end) : 0);
  if (printed.low === printed.high) {
    const slack = room(printed.low) + 1e-12 * Math.abs(printed.low);
    // a range that follows agrees with a print inside it
    return found.low <= printed.low + slack && found.high >= printed.high - slack;
  }
  return (
    found.low >= printed.low - room(printed.low) - half(printed.low) && found.high <= printed.high + room(printed.high) + half(printed.high)
  );
}

/** Half of the last digit with which a number is written; trailing zeros of a whole number count as digits. */
function half(value: number): number {
  if (!Number.isFinite(value)) return 0;
  const [, digits = "", exponent = "0"] = /^-?\d+(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(String(value)) ?? [];
  return 0.5 * 10 ** (Number(exponent) - digits.length) + 1e-12 * Math.abs(value);
}

/** A print is rounded by at most this share: 2567 may be printed as 2600, 60 not as 100. */
const MOST_ROUNDED = 0.03;

/** True where the printed number is what the one that follows rounds to: trailing zeros of a whole number are not digits. */
function roundsTo(found: Span, written: unknown): boolean {
  if (typeof written !== "number" || found.low !== found.high) return false;
  const zeros = /^[1-9]\d*?(0+)$/.exec(String(written))?.[1]?.length ?? 0;
  const apart = Math.abs(found.low - written);
  return apart <= half(written) * 10 ** zeros && apart <= MOST_ROUNDED * Math.abs(written);
}

export function textOf(value: Value): string {
  if (isSpan(value)) return spanText(value);
  if (isSpans(value)) return value.map((span) => spanText(span)).join(", ");
  return typeof value === "string" ? value : (value as readonly string[]).join(", ");
}

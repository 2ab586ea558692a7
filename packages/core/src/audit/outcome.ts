/**
 * What a model reaches or an analysis recovers, against what a paper prints. The question that a model or an analysis is asked holds nothing of what is expected; only here the two meet.
 *
 * A number is met within the claim's tolerance; without one an analysis has three of its own standard errors, a model the last printed digit. A claim is recovered where
 * each of its numbers is met in at least nine of ten virtual measurements.
 */
import { finding } from "./finding.ts";
import type { Answered, Claim, Finding, Found, Outcome, Question, Verdict } from "./model.ts";
import { readStatement } from "./statements.ts";
import { toleranceOf, within } from "./tolerance.ts";
import { flat, half, isSpan, isSpans, printedValue, type Span, spanText } from "./value.ts";

/** Share of the virtual measurements that must be met. */
const MOST_RUNS = 0.9;
const ROOM_SIGMA = 3;

/** The claim as it is asked: without what is expected. */
export function questionOf(claim: Claim): Question | null {
  const { kind, by, given, expect, printed } = claim;
  if (kind !== "model" && kind !== "recover") return null;
  return { kind, by, given, asked: [...Object.keys(flat(expect)), ...Object.keys(printed)].sort() };
}

interface Judged {
  /** null where it cannot be said */
  met: boolean | null;
  shown: string;
  why: string;
}

/** @param outcome a text is the reason why there is none */
export function judgeOutcome(claim: Claim, outcome: Outcome | string | undefined): Finding {
  if (outcome === undefined || typeof outcome === "string") {
    const what = claim.kind === "model" ? "a forward model must reach it" : "an analysis of raw files must recover it";
    return finding(claim, "notComputable", {}, [`${what} (${claim.by}): ${outcome ?? "no arithmetic decides it"}`]);
  }
  const expected = flat(claim.expect);
  const computed: Record<string, string> = {};
  const why = [...outcome.how];
  const verdicts: (boolean | null)[] = [];
  for (const [name, written] of Object.entries(expected)) {
    const { met, shown, why: said } = judge(claim, name, written, outcome.answers[name]);
    verdicts.push(met);
    computed[name] = shown;
    why.push(`${name}: ${said}`);
  }
  for (const [name, written] of Object.entries(claim.printed)) {
    const answer = outcome.answers[name];
    if (answer && "notComputable" in answer)
      why.push(`${name}: ${String(written)} is printed, and not computable: ${answer.notComputable}`);
  }
  const calibrated = Object.keys(expected).filter((name) => outcome.calibrated.includes(name));
  if (calibrated.length > 0) why.push(`the model was calibrated on ${calibrated.join(", ")}: that it reaches them does not support it`);
  return finding(claim, verdictOf(claim, verdicts, calibrated.length), computed, why);
}

function verdictOf({ kind }: Claim, verdicts: readonly (boolean | null)[], calibrated: number): Verdict {
  if (verdicts.every((met) => met === null)) return "notComputable";
  const holds = !verdicts.includes(false);
  if (kind === "recover") return holds ? "recovered" : "notRecovered";
  if (!holds) return "notReached";
  return calibrated === verdicts.length ? "reached (calibrated)" : "reached";
}

function judge(claim: Claim, name: string, written: unknown, answer: Answered | undefined): Judged {
  if (answer === undefined) return { met: null, shown: "–", why: "nothing was computed under this name" };
  if ("notComputable" in answer) return { met: null, shown: "–", why: `not computable: ${answer.notComputable}` };
  return "facts" in answer ? judgeFacts(claim, name, written, answer.facts) : judgeRuns(claim, name, written, answer);
}

function judgeFacts(claim: Claim, name: string, written: unknown, facts: Readonly<Record<string, string | number>>): Judged {
  const shown = Object.entries(facts)
    .map(([what, said]) => `${what}: ${typeof said === "number" ? Number(said.toPrecision(4)) : said}`)
    .join("; ");
  const stated = readStatement(written);
  if (!stated) return { met: null, shown, why: "the statement is not one that can be read: see docs/reference/claims.md" };
  const tolerance = toleranceOf(claim, name);
  // without a tolerance the printed digit
  const room = (said: Span): typeof tolerance => ({
    ...tolerance,
    absolute: tolerance.absolute || (claim.tol === null && said.low === said.high ? half(said.low) : 0),
  });
  const off: string[] = [];
  const open: string[] = [];
  for (const [what, said] of Object.entries(stated)) {
    const fact = facts[what];
    const isKnown = typeof fact === "string" || (typeof fact === "number" && Number.isFinite(fact));
    if (!isKnown || (typeof fact === "string") !== (typeof said === "string")) open.push(what);
    else if (typeof said === "string" ? fact !== said : !within(point(fact as number), said, room(said)))
      off.push(
        `${what}: ${typeof fact === "number" ? Number(fact.toPrecision(4)) : fact}, stated is ${typeof said === "string" ? said : spanText(said)}`,
      );
  }
  if (off.length > 0) return { met: false, shown, why: off.join("; ") };
  if (open.length > 0) return { met: null, shown, why: `not computed: ${open.join("; ")}` };
  return { met: true, shown, why: shown };
}

function judgeRuns(claim: Claim, name: string, written: unknown, { unit, runs }: Extract<Answered, { runs: unknown }>): Judged {
  const shown = `${columnsOf(runs)} ${unit}`.trimEnd();
  const expected = expectedSpans(written);
  if (!expected) return { met: null, shown, why: `${String(written)} is no number that could be compared` };
  const { absolute, share } = toleranceOf(claim, name);
  // what is printed with its spread has its room
  const hasSpread = typeof written === "string" && MEAN_AND_SPREAD.test(written);
  const isLoose = claim.tol === null && claim.kind === "recover";
  const meets = (run: readonly Found[]): boolean =>
    run.length === expected.length &&
    run.every((found, k) => {
      if (found === null) return false;
      const { low, high } = expected[k]!;
      const room = (end: number): number => {
        if (!Number.isFinite(end)) return 0;
        if (hasSpread) return 1e-12 * Math.abs(end);
        const digit = claim.tol === null || low !== high ? half(end) : 1e-12 * Math.abs(end);
        return absolute + share * Math.abs(end) + digit + (isLoose ? ROOM_SIGMA * (found.sigma ?? 0) : 0);
      };
      return found.value >= low - room(low) && found.value <= high + room(high);
    });
  const count = runs.filter(meets).length;
  const met = runs.length > 0 && count >= Math.ceil(MOST_RUNS * runs.length);
  const stated = expected.map((span) => spanText(span, 6)).join(", ");
  const often = runs.length > 1 ? `met in ${count} of ${runs.length} virtual measurements` : met ? "met" : "not met";
  return { met, shown, why: `${shown}; ${stated} is printed: ${often}` };
}

const point = (value: number): Span => ({ low: value, high: value });

const MEAN_AND_SPREAD = /^(-?[\d.]+)\s*(?:\+-|±)\s*([\d.]+)/;

/** Numbers, ranges, lists of them; "10.2+-1.5 %" is a range. */
function expectedSpans(written: unknown): readonly Span[] | null {
  const spread = typeof written === "string" ? MEAN_AND_SPREAD.exec(written) : null;
  if (spread) return [{ low: Number(spread[1]) - Number(spread[2]), high: Number(spread[1]) + Number(spread[2]) }];
  const value = printedValue(written);
  if (value === null) return null;
  return isSpan(value) ? [value] : isSpans(value) ? value : null;
}

/** Each number of the list as mean ± scatter over the runs; of a single run with its own error. */
function columnsOf(runs: readonly (readonly Found[])[]): string {
  const width = Math.max(0, ...runs.map((run) => run.length));
  const columns = Array.from({ length: width }, (_, k) => {
    const found = runs.flatMap((run) => (run[k] ? [run[k]] : []));
    if (found.length === 0) return "–";
    const mean = found.reduce((sum, { value }) => sum + value, 0) / found.length;
    if (found.length === 1) return withError(mean, found[0]!.sigma);
    return withError(mean, Math.sqrt(found.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / (found.length - 1)));
  });
  return columns.join(", ");
}

/** Value and error, to the error's second digit. */
function withError(value: number, error: number | null): string {
  if (error === null || !(error > 0)) return String(Number(value.toPrecision(6)));
  const digits = Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(error))));
  const small = Math.abs(value) < 1e-4;
  return small ? `${value.toExponential(3)} ± ${error.toExponential(1)}` : `${value.toFixed(digits)} ± ${error.toFixed(digits)}`;
}

/** Claims of a file decided: arithmetic at once; models and virtual measurements on several threads. */
import type { TaskContext } from "@thioscope/core";
import { auditClaims, type Claim, type Finding, type Outcome, type Question } from "@thioscope/core/audit";
import { type CarriedError, onThreads } from "../pool.ts";

export type AuditAnswer = { outcome: Outcome | string } | CarriedError;

/**
 * What models and virtual measurements answer to the claims that arithmetic does not decide, by the claim's name; a text is the reason why there is no answer. Nothing that
 * runs sees what is expected: questions are asked without it.
 *
 * @param threads as many as there are processors, 8 at most, where absent
 * @throws CANCELLED
 */
export async function outcomesOf(
  claims: readonly Claim[],
  task: TaskContext,
  threads?: number,
): Promise<ReadonlyMap<string, Outcome | string>> {
  // they bring every model and every virtual instrument with them: loaded where claims are decided
  const { questionsOf } = await import("./checks.ts");
  const { questions, refused } = questionsOf(claims);
  const jobs = questions.map(({ question }) => question);
  const answers = await onThreads<Question, AuditAnswer>("audit/worker", jobs, "models and virtual measurements", task, threads);
  const outcomes = new Map<string, Outcome | string>(refused);
  for (const [k, { id }] of questions.entries()) outcomes.set(id, answers[k]!.outcome);
  return outcomes;
}

/** Findings in the order of the claims; see {@link outcomesOf}. */
export async function auditWithChecks(claims: readonly Claim[], task: TaskContext, threads?: number): Promise<Finding[]> {
  return auditClaims(claims, await outcomesOf(claims, task, threads));
}

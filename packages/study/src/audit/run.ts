/** Claims of a file decided: arithmetic at once; models and virtual measurements on several threads. */
import type { TaskContext } from "@thioscope/core";
import { auditClaims, type Claim, type Finding, type Outcome, type Question } from "@thioscope/core/audit";
import { type CarriedError, onThreads } from "../pool.ts";
import { questionsOf } from "./checks.ts";

export type AuditAnswer = { outcome: Outcome | string } | CarriedError;

/**
 * Findings in the order of the claims. Nothing that runs sees what is expected: questions are asked without it.
 *
 * @param threads as many as there are processors, 8 at most, where absent
 * @throws CANCELLED
 */
export async function auditWithChecks(claims: readonly Claim[], task: TaskContext, threads?: number): Promise<Finding[]> {
  const { questions, refused } = questionsOf(claims);
  const jobs = questions.map(({ question }) => question);
  const answers = await onThreads<Question, AuditAnswer>("audit/worker", jobs, "models and virtual measurements", task, threads);
  const outcomes = new Map<string, Outcome | string>(refused);
  for (const [k, { id }] of questions.entries()) outcomes.set(id, answers[k]!.outcome);
  return auditClaims(claims, outcomes);
}

/** One question of an audit on a thread. */
import { QUIET } from "@thioscope/core";
import type { Question } from "@thioscope/core/audit";
import { carried } from "../pool.ts";
import { answerQuestion } from "./checks.ts";
import type { AuditAnswer } from "./run.ts";

export default async function work(question: Question): Promise<AuditAnswer> {
  try {
    return { outcome: await answerQuestion(question, QUIET) };
  } catch (error) {
    return carried(error);
  }
}

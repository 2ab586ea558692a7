/** The step over claims where models and virtual measurements can be run: each question is a task of its own, so that a claim that changes asks anew and no other does. */
import type { Outcome, Question } from "@thioscope/core/audit";
import type { StepFunction, StepParts } from "../stepModules.ts";
import { findingsOf, readSource } from "../steps/audit.ts";
import { jsonBytes } from "../steps/facts.ts";
import { answerQuestion, questionsOf } from "./checks.ts";

/** A question as a task. */
export const auditParts: StepParts = async (inputs, { checks }, io) => {
  if (checks !== true) return [];
  const { claims } = await readSource(inputs, io);
  return questionsOf(claims).questions.map(({ question }) => ({
    module: "steps/audit",
    export: "auditQuestion",
    inputs: {},
    parameters: { question },
  }));
};

export const auditQuestion: StepFunction = async (_inputs, { question }, { context }) => {
  const outcome = await answerQuestion(question as Question, context);
  return { files: { "outcome.json": jsonBytes({ outcome }) }, notices: [], summary: {} };
};

export const auditStep: StepFunction = async (inputs, { checks }, io) => {
  const read = await readSource(inputs, io);
  if (checks !== true) return findingsOf(inputs, read, new Map());
  const { questions, refused } = questionsOf(read.claims);
  const outcomes = new Map<string, Outcome | string>(refused);
  for (const [k, { id, question }] of questions.entries()) {
    const part = io.parts[k];
    if (part === undefined) {
      outcomes.set(id, await answerQuestion(question, io.context));
      continue;
    }
    const source = await io.openResult(part, "outcome.json");
    const text = new TextDecoder().decode(await source.read(0, source.size));
    outcomes.set(id, (JSON.parse(text) as { outcome: Outcome | string }).outcome);
  }
  return findingsOf(inputs, read, outcomes);
};

/** All checks, and which of them a claim asks for. */

import { type TaskContext, ThioscopeError } from "@thioscope/core";
import { type Claim, type Outcome, type Question, questionOf } from "@thioscope/core/audit";
import { ABSORPTION_CHECKS } from "./absorption.ts";
import { CELLMODEL_CHECKS } from "./cellmodel.ts";
import { CYCLING_CHECKS } from "./cycling.ts";
import { IMPEDANCE_CHECKS } from "./impedance.ts";
import { MATERIALS_CHECKS } from "./materials.ts";
import type { Check } from "./model.ts";
import { PATHWAY_CHECKS } from "./pathway.ts";
import { SCATTERING_CHECKS } from "./scattering.ts";
import { SHORTS_CHECKS } from "./shorts.ts";
import { SPECTROSCOPY_CHECKS } from "./spectroscopy.ts";
import { TOPOLOGY_CHECKS } from "./topology.ts";

/** The slow ones first: two threads are then busy to the end. */
const CHECKS: readonly Check[] = [
  ...PATHWAY_CHECKS,
  ...SCATTERING_CHECKS,
  ...SHORTS_CHECKS,
  ...CYCLING_CHECKS,
  ...IMPEDANCE_CHECKS,
  ...SPECTROSCOPY_CHECKS,
  ...CELLMODEL_CHECKS,
  ...MATERIALS_CHECKS,
  ...TOPOLOGY_CHECKS,
  ...ABSORPTION_CHECKS,
];

const answers = ({ gives }: Check, name: string): boolean => gives.some((one) => (typeof one === "string" ? one === name : one.test(name)));

/** Its place among the checks: the one that answers most of what is asked; -1 for none. */
function placeOf({ kind, by, asked }: Question): number {
  let [best, most] = [-1, 0];
  for (const [place, check] of CHECKS.entries()) {
    if (check.kind !== kind || (check.by && !check.by.test(by))) continue;
    const count = asked.filter((name) => answers(check, name)).length;
    if (count > most) [best, most] = [place, count];
  }
  return best;
}

/** What is asked of models and analyses, in the order in which it is best worked off; and why the others have no answer. */
export function questionsOf(claims: readonly Claim[]): {
  questions: readonly { id: string; title: string; question: Question }[];
  refused: ReadonlyMap<string, string>;
} {
  const found: { id: string; title: string; question: Question; place: number }[] = [];
  const refused = new Map<string, string>();
  for (const claim of claims) {
    const question = questionOf(claim);
    if (!question) continue;
    const place = placeOf(question);
    if (place < 0)
      refused.set(claim.id, `no ${claim.kind === "model" ? "model" : "virtual measurement"} here answers ${question.asked.join(", ")}`);
    else found.push({ id: claim.id, title: CHECKS[place]!.title, question, place });
  }
  return { questions: found.sort((a, b) => a.place - b.place), refused };
}

/** Runs the check that a question asks for. A refusal is the reason as text. */
export async function answerQuestion(question: Question, context: TaskContext): Promise<Outcome | string> {
  const check = CHECKS[placeOf(question)];
  if (!check) return `nothing here answers ${question.asked.join(", ")}`;
  try {
    return await check.run(question, context);
  } catch (error) {
    if (error instanceof ThioscopeError && error.code !== "CANCELLED") return error.message;
    throw error;
  }
}

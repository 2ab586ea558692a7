/** From what is known to what is asked: the relations applied backwards from the goal, so that only what matters is computed. */
import type { Known } from "./inputs.ts";
import { RELATIONS, type Relation } from "./relations.ts";
import { evaluate, isSpans, type Value } from "./value.ts";

/** A value with the steps that lead to it. */
export interface Solved {
  value: Value;
  steps: readonly Step[];
  /** inputs taken from other claims of the paper */
  borrowed: ReadonlySet<string>;
}

interface Step {
  gives: string;
  value: Value;
  relation: Relation;
}

/**
 * The goal from the claim's own inputs; where they do not suffice, with as few as possible of those that other claims of the paper give. The goal itself is never taken
 * from another claim. Null where it does not follow.
 */
export function solve(goal: string, known: Known, others: Known): Solved | null {
  return follow(goal, known, new Map(), new Set()) ?? follow(goal, known, others, new Set());
}

function follow(goal: string, known: Known, others: Known, visiting: ReadonlySet<string>): Solved | null {
  let best: Solved | null = null;
  const inside = new Set([...visiting, goal]);
  for (const relation of RELATIONS) {
    if (relation.gives !== goal) continue;
    const found = through(relation, known, others, inside);
    // of several ways the first that borrows least
    if (found && (!best || found.borrowed.size < best.borrowed.size)) best = found;
  }
  return best;
}

function through(relation: Relation, known: Known, others: Known, visiting: ReadonlySet<string>): Solved | null {
  const inputs: Value[] = [];
  const steps: Step[] = [];
  const borrowed = new Set<string>();
  for (const need of relation.needs) {
    const found = input(need, known, others, visiting);
    if (!found) return null;
    inputs.push(found.value);
    for (const step of found.steps) if (!steps.some(({ gives }) => gives === step.gives)) steps.push(step);
    for (const name of found.borrowed) borrowed.add(name);
  }
  const value = apply(relation, inputs);
  return value === null ? null : { value, steps: [...steps, { gives: relation.gives, value, relation }], borrowed };
}

/** An input: the claim's own, else what follows, else that of another claim. */
function input(name: string, known: Known, others: Known, visiting: ReadonlySet<string>): Solved | null {
  const own = known.get(name);
  if (own !== undefined) return { value: own, steps: [], borrowed: new Set() };
  const derived = visiting.has(name) ? null : follow(name, known, others, visiting);
  const other = others.get(name);
  if (other === undefined || (derived && derived.borrowed.size <= 1)) return derived;
  return { value: other, steps: [], borrowed: new Set([name]) };
}

function apply({ of, folds }: Relation, inputs: readonly Value[]): Value | null {
  if (!folds) return evaluate(inputs, of);
  const lists = inputs.map((value) => (isSpans(value) ? value : null));
  if (lists.some((list) => list === null || list.length !== lists[0]!.length || list.length < 3)) return null;
  const value = of(...lists.flatMap((list) => list!.map(({ low, high }) => (low + high) / 2)));
  return { low: value, high: value };
}

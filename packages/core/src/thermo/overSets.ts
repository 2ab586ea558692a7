/**
 * One question put to every energy set of a system. The value is the default set's; the spread over the sets is its uncertainty, which no single
 * set can tell. Sets that share their calculations are counted once where it is said how many are independent.
 */
import { ThioscopeError } from "../errors.ts";
import type { NotComputable, QuantityArray } from "../units/quantity.ts";
import type { EnergySet } from "./entries.ts";

export interface FromSet<T> {
  set: EnergySet;
  answer: T | NotComputable;
}

export interface OverSets<T> {
  /** that of the first set that can answer */
  default: { set: EnergySet; answer: T } | null;
  sets: readonly FromSet<T>[];
  /** independent calculations or measurements that answered */
  independent: number;
}

/** @param sets the default first; a set that lacks what is asked answers with the reason */
export function overSets<T>(sets: readonly EnergySet[], ask: (set: EnergySet) => T): OverSets<T> {
  const answers = sets.map((set): FromSet<T> => {
    try {
      return { set, answer: ask(set) };
    } catch (error) {
      if (error instanceof ThioscopeError && (error.code === "NOT_COMPUTABLE" || error.code === "INVALID_INPUT")) {
        return { set, answer: { notComputable: error.message } };
      }
      throw error;
    }
  });
  const able = answers.flatMap(({ set, answer }) => (isRefused(answer) ? [] : [{ set, answer }]));
  return { default: able[0] ?? null, sets: answers, independent: new Set(able.map(({ set }) => set.origin)).size };
}

export function isRefused<T>(answer: T | NotComputable): answer is NotComputable {
  return typeof answer === "object" && answer !== null && "notComputable" in answer;
}

/** Least and greatest of what the sets answer, null where none does. */
export function spreadOf<T>(over: OverSets<T>, pick: (answer: T) => number | null, unit: string): QuantityArray | null {
  const values = over.sets.flatMap(({ answer }) => {
    const value = isRefused(answer) ? null : pick(answer);
    return value === null ? [] : [value];
  });
  return values.length === 0 ? null : { values: Float64Array.of(Math.min(...values), Math.max(...values)), sigma: null, unit };
}

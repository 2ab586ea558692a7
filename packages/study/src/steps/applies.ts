/** Steps for one kind of measurement: where a file does not hold it they say why, and the study goes on. */
import { type Answer, type Column, isComputable, type Notice, ThioscopeError } from "@thioscope/core";

const DOES_NOT_APPLY = new Set(["NOT_COMPUTABLE", "COLUMN_MISSING", "INVALID_INPUT"]);

/** What a method gives; the reason, as a value and as a notice, where it does not apply to the file. */
export function whereItApplies<T>(
  code: string,
  compute: () => T,
): { value: T; notices: readonly Notice[] } | { value: null; reason: string; notices: readonly Notice[] } {
  try {
    return { value: compute(), notices: [] };
  } catch (error) {
    if (!(error instanceof ThioscopeError && DOES_NOT_APPLY.has(error.code))) throw error;
    const reason = error.message.startsWith("no ") ? error.message : `${code.replaceAll("-", " ")}: ${error.message}`;
    return { value: null, reason, notices: [{ code, message: reason }] };
  }
}

/** A column of numbers; NaN is a missing value. */
export function numbers(name: string, unit: string, values: readonly number[]): Column {
  return { name, unit, values: Float64Array.from(values) };
}

export function integers(name: string, values: readonly number[]): Column {
  return { name, unit: "", values: Int32Array.from(values) };
}

/** A column of answers and one of their standard errors. */
export function answers(name: string, unit: string, list: readonly (Answer | null)[]): Column[] {
  const known = list.map((answer) => (answer && isComputable(answer) ? answer : null));
  return [
    numbers(
      name,
      unit,
      known.map((q) => q?.value ?? Number.NaN),
    ),
    numbers(
      `${name}_sigma`,
      unit,
      known.map((q) => q?.sigma ?? Number.NaN),
    ),
  ];
}

/** A command's JSON as tables: lists of like objects, columns of equal length, and single numbers, each under the place where it stands. */
import type { DataColumn, DataTable } from "@thioscope/views";

export interface AnswerTable {
  /** "spectra 2, parameters" */
  title: string;
  table: DataTable;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Entries = { readonly [key: string]: Json };

const MOST_TABLES = 40;
/** Fewer numbers than this side by side are told one by one. */
const LEAST_ROWS = 3;

const isObject = (value: Json | undefined): value is Entries => typeof value === "object" && value !== null && !Array.isArray(value);
const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const isScalar = (value: Json | undefined): boolean => value === null || ["number", "string", "boolean"].includes(typeof value);
const isNumbers = (value: Json | undefined): value is readonly (number | null)[] =>
  isList(value) &&
  value.length > 0 &&
  value.every((item) => item === null || typeof item === "number") &&
  value.some((item) => item !== null);
/** {value, sigma, unit}, or the reason why there is none */
const isAnswer = (value: Json | undefined): value is Entries =>
  isObject(value) && (("value" in value && "unit" in value && isScalar(value.value)) || typeof value.notComputable === "string");

const words = (key: string): string =>
  key
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase();
const numberOf = (value: Json | undefined): number => (typeof value === "number" ? value : Number.NaN);
const textOf = (value: Json | undefined): string =>
  value === null || value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);

function columnOf(name: string, values: readonly (Json | undefined)[]): DataColumn {
  if (values.some(isAnswer)) {
    const answers = values.map((value) => (isAnswer(value) ? value : {}));
    return {
      name,
      unit: textOf(answers.find(({ unit }) => typeof unit === "string" && unit !== "")?.unit),
      values: answers.map(({ value }) => numberOf(value)),
      sigma: answers.map(({ sigma }) => numberOf(sigma)),
      reasons: answers.map(({ notComputable }) => (typeof notComputable === "string" ? notComputable : undefined)),
    };
  }
  return values.every((value) => value === null || value === undefined || typeof value === "number")
    ? { name, unit: "", values: values.map(numberOf) }
    : { name, unit: "", values: values.map(textOf) };
}

const fits = (value: Json | undefined): boolean =>
  isScalar(value) || value === undefined || isAnswer(value) || (isList(value) && value.every(isScalar));

/** Every table that the answer holds, in its order. */
export function tablesOf(answer: unknown): AnswerTable[] {
  const found: AnswerTable[] = [];
  const visit = (value: Json, path: readonly string[]): void => {
    if (found.length >= MOST_TABLES) return;
    const title = path.length === 0 ? "Answer" : path.join(", ");
    if (isList(value)) {
      if (value.length > 0 && value.every(isObject)) {
        const keys = [...new Set(value.flatMap((entry) => Object.keys(entry)))];
        const plain = keys.filter(
          (key) =>
            value.every((entry) => fits(entry[key])) &&
            !value.every((entry) => isNumbers(entry[key]) && (entry[key] as readonly Json[]).length >= LEAST_ROWS),
        );
        if (plain.length > 0)
          found.push({
            title,
            table: {
              columns: plain.map((key) =>
                columnOf(
                  words(key),
                  value.map((entry) => entry[key]),
                ),
              ),
            },
          });
        for (const [i, entry] of value.entries())
          for (const key of keys)
            if (!plain.includes(key) && entry[key] !== undefined) visit(entry[key], [...path, `${i + 1}`, words(key)]);
        return;
      }
      if (isNumbers(value)) found.push({ title, table: { columns: [columnOf(path.at(-1) ?? "value", value)] } });
      return;
    }
    if (!isObject(value)) return;
    const entries = Object.entries(value);
    const facts = entries.filter(
      ([, item]) => isScalar(item) || isAnswer(item) || (isList(item) && item.length > 0 && item.every(isScalar) && !isNumbers(item)),
    );
    const lists = entries.filter(([, item]) => isNumbers(item) && item.length >= LEAST_ROWS);
    if (facts.length > 0) found.push({ title, table: factsTable(facts) });
    const done = new Set(facts.map(([key]) => key));
    // columns of one length belong together
    for (const length of new Set(lists.map(([, item]) => (item as readonly Json[]).length))) {
      const columns = lists.filter(([, item]) => (item as readonly Json[]).length === length);
      for (const [key] of columns) done.add(key);
      found.push({ title, table: { columns: columns.map(([key, item]) => columnOf(words(key), item as readonly Json[])) } });
    }
    for (const [key, item] of entries) if (!done.has(key)) visit(item, [...path, words(key)]);
  };
  visit(answer as Json, []);
  return found;
}

function factsTable(facts: readonly (readonly [string, Json])[]): DataTable {
  const numbers = facts.map(([, value]) => (isAnswer(value) ? numberOf(value.value) : numberOf(value)));
  return {
    columns: [
      { name: "quantity", unit: "", values: facts.map(([key]) => words(key)) },
      {
        name: "value",
        unit: "",
        values: facts.every(([, value]) => typeof value === "number" || isAnswer(value))
          ? numbers
          : facts.map(([, value]) => (isAnswer(value) ? answerWords(value) : textOf(value))),
        ...(facts.every(([, value]) => typeof value === "number" || isAnswer(value))
          ? {
              sigma: facts.map(([, value]) => (isAnswer(value) ? numberOf(value.sigma) : Number.NaN)),
              reasons: facts.map(([, value]) =>
                isAnswer(value) && typeof value.notComputable === "string" ? value.notComputable : undefined,
              ),
            }
          : {}),
      },
      { name: "unit", unit: "", values: facts.map(([, value]) => (isAnswer(value) ? textOf(value.unit) : "")) },
    ],
  };
}

function answerWords({ value, sigma, notComputable }: Entries): string {
  if (typeof notComputable === "string") return `not computable: ${notComputable}`;
  return typeof sigma === "number" ? `${textOf(value)} ± ${sigma}` : textOf(value);
}

/** What answers claims that no arithmetic decides: forward models, and virtual measurements that are analysed as a user's files are. */
import { type TaskContext, ThioscopeError } from "@thioscope/core";
import type { Found, Outcome, Question } from "@thioscope/core/audit";
import { type ByteSource, sourceOfBytes } from "@thioscope/formats";

/**
 * Answers the claims that ask for the names it gives. It sees the question alone: nothing of what is expected. Virtual samples are the papers' as they describe
 * them; a number of the same name in `given` takes the place of the sample's own.
 */
export interface Check {
  kind: Question["kind"];
  /** its name: what it computes, in a few words */
  title: string;
  /** names that it answers */
  gives: readonly (string | RegExp)[];
  /** where names alone do not tell: what the method's words must hold */
  by?: RegExp;
  run(question: Question, context: TaskContext): Promise<Outcome> | Outcome;
}

/** Numbers of a virtual sample by name; what the claim gives under the same name comes first. */
export function sampleOf<K extends string>(
  { given }: Question,
  own: Readonly<Record<K, number>>,
): { sample: Record<K, number>; line: string } {
  const sample: Record<K, number> = { ...own };
  for (const name of Object.keys(own) as K[]) {
    const written = given[name];
    if (written === undefined) continue;
    if (typeof written !== "number" || !Number.isFinite(written))
      throw new ThioscopeError("NOT_COMPUTABLE", `${name} is given as ${JSON.stringify(written)}: a virtual sample needs a number`);
    sample[name] = written;
  }
  const list = Object.entries(sample).map(([name, value]) => `${name} ${String(value)}`);
  return { sample, line: `virtual sample: ${list.join(", ")}` };
}

/** What one virtual measurement after the other gives; they are told apart by their seeds. */
export async function overSeeds<T>(count: number, context: TaskContext, one: (seed: number) => Promise<T> | T): Promise<T[]> {
  const found: T[] = [];
  for (let seed = 0; seed < count; seed++) {
    if (context.signal?.aborted) throw new ThioscopeError("CANCELLED", "cancelled");
    found.push(await one(seed));
    context.progress(seed + 1, count, "virtual measurements");
    // what waits on this thread (messages, a signal to stop) gets its turn
    await new Promise((resolve) => setImmediate(resolve));
  }
  return found;
}

/** The word that nine of ten measurements say; otherwise how many say what. */
export function agreed(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const ranked = [...counts].sort((a, b) => b[1] - a[1]);
  const [first] = ranked;
  if (first && first[1] >= 0.9 * words.length) return first[0];
  return ranked.map(([word, count]) => `${word} in ${count} of ${words.length}`).join(", ");
}

/** A quantity as found; null where it is not computable. */
export const found = (answer: { value: number; sigma: number | null } | { notComputable: string } | null | undefined, factor = 1): Found =>
  answer && "value" in answer && Number.isFinite(answer.value)
    ? { value: answer.value * factor, sigma: answer.sigma === null ? null : answer.sigma * factor }
    : null;

export const fileOf = (name: string, content: string | Uint8Array): ByteSource =>
  sourceOfBytes(name, typeof content === "string" ? new TextEncoder().encode(content) : content);

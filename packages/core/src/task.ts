/**
 * Work as data: a task names a function of a module and its arguments, so the same task can run inline,
 * on a thread or on a cluster, and its hash says whether it has been done before.
 */
import { ThioscopeError } from "./errors.ts";

/** What to run. `inputs` are references (file or result hashes), `parameters` plain JSON. */
export interface TaskSpec {
  module: string;
  export: string;
  inputs: Readonly<Record<string, unknown>>;
  parameters: Readonly<Record<string, unknown>>;
}

/** Long work reports here and asks here whether to go on. */
export interface TaskContext {
  /** done of total, with a word for what is counted; total 0 where it is not known. */
  progress(done: number, total: number, label: string): void;
  signal?: AbortSignal;
}

/** A context that reports nowhere. */
export const QUIET: TaskContext = { progress() {} };

/** Throws CANCELLED if the caller has asked to stop; to be called between pieces of work. */
export function checkCancelled(context: TaskContext): void {
  if (context.signal?.aborted) throw new ThioscopeError("CANCELLED", "cancelled");
}

/** JSON with sorted keys: the text that is hashed. Throws INVALID_INPUT on what JSON cannot hold. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new ThioscopeError("INVALID_INPUT", `${value} cannot be a task's parameter`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  // A Date, a Map or a typed array would silently become "{}" or an object of indices.
  if (typeof value === "object" && (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)) {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(",")}}`;
  }
  throw new ThioscopeError(
    "INVALID_INPUT",
    `a task's parameters must be plain data, not ${typeof value === "object" ? (value.constructor?.name ?? "object") : typeof value}`,
  );
}

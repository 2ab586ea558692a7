import type { Reader } from "../reader.ts";

export const delimitedReaders: readonly Reader[] = [];

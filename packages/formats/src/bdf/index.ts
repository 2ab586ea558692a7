import type { Reader } from "../reader.ts";

export const bdfReaders: readonly Reader[] = [];

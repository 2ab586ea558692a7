import type { Reader } from "../reader.ts";

export const newareReaders: readonly Reader[] = [];

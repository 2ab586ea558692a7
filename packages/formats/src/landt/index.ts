import type { Reader } from "../reader.ts";

export const landtReaders: readonly Reader[] = [];

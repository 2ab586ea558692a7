import type { Reader } from "../reader.ts";

export const arbinReaders: readonly Reader[] = [];

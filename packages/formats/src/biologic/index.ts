import type { Reader } from "../reader.ts";

export const biologicReaders: readonly Reader[] = [];

import type { Reader } from "../reader.ts";

export const maccorReaders: readonly Reader[] = [];

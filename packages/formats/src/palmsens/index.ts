import type { Reader } from "../reader.ts";

export const palmsensReaders: readonly Reader[] = [];

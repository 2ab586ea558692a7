import type { Reader } from "../reader.ts";

export const spreadsheetReaders: readonly Reader[] = [];

import type { Reader } from "../reader.ts";
import { newareCsvReader } from "./csv.ts";
import { ndaReader } from "./nda.ts";
import { ndaxReader } from "./ndax.ts";

/** Neware BTS: .nda (binary), .ndax (archive), .csv (export). */
export const newareReaders: readonly Reader[] = [ndaReader, ndaxReader, newareCsvReader];

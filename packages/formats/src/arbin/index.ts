/** Arbin: MITS databases (.res), workbooks (.xlsx) and text exports (.csv). */
import type { Reader } from "../reader.ts";
import { arbinCsvReader } from "./csv.ts";
import { arbinRes } from "./res.ts";
import { arbinXlsx } from "./xlsx.ts";

export const arbinReaders: readonly Reader[] = [arbinRes, arbinXlsx, arbinCsvReader];

/** BioLogic EC-Lab: .mpr (binary) and .mpt (text export). */
import type { Reader } from "../reader.ts";
import { mprReader } from "./mpr.ts";
import { mptReader } from "./mpt.ts";

export const biologicReaders: readonly Reader[] = [mprReader, mptReader];

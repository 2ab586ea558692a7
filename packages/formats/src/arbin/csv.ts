/** Arbin testers: the CSV export of MITS and Data Watcher, header units in brackets. */
import { type Dialect, delimitedReader } from "../delimited/reader.ts";
import type { Reader } from "../reader.ts";
import { ARBIN_SYNONYMS } from "./fields.ts";

const ARBIN_CSV: Dialect = {
  id: "arbin-csv",
  title: "Arbin .csv",
  endings: [".csv"],
  technique: "cycling",
  marks: [
    ["Data Point", "Test Time", "Cycle Index", "Step Index", "Charge Capacity"],
    ["Data Point", "Test Time", "Cycle Index", "Step Index", "TC_Counter1"],
  ],
  synonyms: ARBIN_SYNONYMS,
};

/** CSV only; the family's other formats are databases and workbooks. */
export const arbinCsvReader: Reader = delimitedReader(ARBIN_CSV);

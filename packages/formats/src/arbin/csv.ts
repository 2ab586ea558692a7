/** Arbin testers: the CSV export of MITS and Data Watcher, header units in brackets. */
import { type Dialect, delimitedReader } from "../delimited/reader.ts";
import type { Reader } from "../reader.ts";

const ARBIN_CSV: Dialect = {
  id: "arbin-csv",
  title: "Arbin .csv",
  endings: [".csv"],
  technique: "cycling",
  marks: [
    ["Data Point", "Test Time", "Cycle Index", "Step Index", "Charge Capacity"],
    ["Data Point", "Test Time", "Cycle Index", "Step Index", "TC_Counter1"],
  ],
  synonyms: [
    // the schedule decides when these start again: at each cycle, at a step, never
    { column: "schedule_charging_capacity_ah", spellings: ["charge capacity"] },
    { column: "schedule_discharging_capacity_ah", spellings: ["discharge capacity"] },
    { column: "schedule_charging_energy_wh", spellings: ["charge energy"] },
    { column: "schedule_discharging_energy_wh", spellings: ["discharge energy"] },
  ],
};

/** CSV only; the family's other formats are databases and workbooks. */
export const arbinCsvReader: Reader = delimitedReader(ARBIN_CSV);

/** LANDT battery testers: the CSV export of the CT series. */
import { type Dialect, delimitedReader } from "../delimited/reader.ts";
import type { Reader } from "../reader.ts";

const LANDT_CSV: Dialect = {
  id: "landt-csv",
  title: "LANDT .csv",
  endings: [".csv"],
  technique: "cycling",
  marks: [
    ["channel_index", "date_time_iso_string", "test_time"],
    ["cycle_index", "step_index", "date_time_iso_string", "step_name"],
  ],
  synonyms: [
    // counts the records from 1, whatever it is called
    { column: "record_index", spellings: ["channel index"] },
    // the counters start again at every step
    { column: "step_charging_capacity_ah", spellings: ["charge capacity"] },
    { column: "step_discharging_capacity_ah", spellings: ["discharge capacity"] },
    { column: "step_charging_energy_wh", spellings: ["charge energy"] },
    { column: "step_discharging_energy_wh", spellings: ["discharge energy"] },
  ],
};

export const landtReaders: readonly Reader[] = [delimitedReader(LANDT_CSV)];

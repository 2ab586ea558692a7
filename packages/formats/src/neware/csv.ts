/** Neware testers: the CSV export of BTSDA, one row per record. "Time" is the step's, "Total Time" the test's. */
import { type Dialect, delimitedReader } from "../delimited/reader.ts";
import type { Reader } from "../reader.ts";

const NEWARE_CSV: Dialect = {
  id: "neware-csv",
  title: "Neware .csv",
  endings: [".csv"],
  technique: "cycling",
  marks: [
    ["DataPoint", "Cycle Index", "Step Index", "Step Type"],
    ["DataPoint", "Step Type", "Chg. Cap."],
    ["数据序号", "循环号", "工步号", "工步类型"],
    ["Record Index", "Chg. Cap.", "DChg. Cap."],
  ],
  synonyms: [
    { column: "step_time_second", spellings: ["time", "时间"] },
    { column: "step_cumulative_capacity_ah", spellings: ["capacity", "cap", "容量"] },
    { column: "step_cumulative_energy_wh", spellings: ["energy", "能量"] },
  ],
};

/** CSV only; .nda and .ndax are the family's own formats. */
export const newareCsvReader: Reader = delimitedReader(NEWARE_CSV);

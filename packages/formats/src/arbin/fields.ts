/** What the tables, sheets and exports of Arbin's software hold: data only. Its current is positive while charging. */
import { keyOf } from "../header.ts";
import { lookup } from "../lookup.ts";
import type { Synonym } from "../synonyms.ts";

/** The schedule decides when these start again: at each cycle, at a step, never. */
export const ARBIN_SYNONYMS: readonly Synonym[] = [
  { column: "schedule_charging_capacity_ah", spellings: ["charge capacity"] },
  { column: "schedule_discharging_capacity_ah", spellings: ["discharge capacity"] },
  { column: "schedule_charging_energy_wh", spellings: ["charge energy"] },
  { column: "schedule_discharging_energy_wh", spellings: ["discharge energy"] },
];

/** Fields without a canonical name whose meaning is known all the same. */
const KNOWN_FIELDS: readonly string[] = ["testid", "isfcdata", "dvdt", "aciphaseangle", "dvdtvs", "aciphaseangledeg"];

/** True for a header (with its unit or without) that needs no remark though no canonical column is made of it. */
export function isKnownField(header: string): boolean {
  const key = keyOf(header);
  return KNOWN_FIELDS.includes(key) || /^aux(voltage|pressure|ph|flowrate|concentration|digital(in|out))\d/.test(key);
}

/** Units of the fields of `Channel_Normal_Table`, which its names leave out. */
export const FIELD_UNITS: Readonly<Record<string, string>> = {
  Test_Time: "s",
  Step_Time: "s",
  Current: "A",
  Voltage: "V",
  Charge_Capacity: "Ah",
  Discharge_Capacity: "Ah",
  Charge_Energy: "Wh",
  Discharge_Energy: "Wh",
  "dV/dt": "V/s",
  Internal_Resistance: "Ohm",
  AC_Impedance: "Ohm",
  ACI_Phase_Angle: "deg",
};

/** `Auxiliary_Table.Data_Type`, numbered in the order of `Global_Table`'s Mapped_Aux_… fields. */
export const AUXILIARY_TYPES: readonly { name: string; unit: string }[] = [
  { name: "Aux_Voltage", unit: "V" },
  { name: "Aux_Temperature", unit: "C" },
  { name: "Aux_Pressure", unit: "" },
  { name: "Aux_PH", unit: "" },
  { name: "Aux_Flow_Rate", unit: "" },
  { name: "Aux_Concentration", unit: "" },
  { name: "Aux_Digital_In", unit: "" },
  { name: "Aux_Digital_Out", unit: "" },
];

/** What the software says of a test, under the names used in `meta`; keys are compared by letters and digits alone. */
const TEST_FACTS: Readonly<Record<string, string>> = {
  testname: "title",
  channel: "channel",
  channelindex: "channel",
  startdatetime: "start",
  schedulefilename: "schedule",
  creator: "operator",
  comments: "notes",
  softwareversion: "software",
  scheduleversion: "scheduleVersion",
  itemid: "item",
  serialnumber: "deviceSerial",
};

export const factOf = (header: string): string | undefined => lookup(TEST_FACTS, keyOf(header));

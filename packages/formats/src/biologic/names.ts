/** EC-Lab's column headers to canonical columns, and to slugs where there is none. All of it is data. */
import type { CyclingColumn } from "@thioscope/core/cycling";
import { lookup } from "../lookup.ts";

export interface CanonicalName {
  column: CyclingColumn;
  /** canonical value = EC-Lab's value × factor */
  factor: number;
}

/** EC-Lab counts charge and current positive while the working electrode is oxidised: a cell's charging. */
export const CANONICAL: Readonly<Record<string, CanonicalName>> = {
  "time/s": { column: "test_time_second", factor: 1 },
  "cycle number": { column: "cycle_count", factor: 1 },
  Ns: { column: "step_id", factor: 1 },
  "step time/s": { column: "step_time_second", factor: 1 },
  "(Q-Qo)/mA.h": { column: "net_capacity_ah", factor: 1e-3 },
  "(Q-Qo)/C": { column: "net_capacity_ah", factor: 1 / 3600 },
  // these start again at every half cycle, which is neither a step nor a cycle
  "Q charge/mA.h": { column: "schedule_charging_capacity_ah", factor: 1e-3 },
  "Q discharge/mA.h": { column: "schedule_discharging_capacity_ah", factor: 1e-3 },
  "Energy charge/W.h": { column: "cycle_charging_energy_wh", factor: 1 },
  "Energy we charge/W.h": { column: "cycle_charging_energy_wh", factor: 1 },
  "Energy discharge/W.h": { column: "cycle_discharging_energy_wh", factor: 1 },
  "Energy we discharge/W.h": { column: "cycle_discharging_energy_wh", factor: 1 },
  "P/W": { column: "power_watt", factor: 1 },
  "Pwe/W": { column: "power_watt", factor: 1 },
  "Temperature/°C": { column: "temperature_t1_celsius", factor: 1 },
  "freq/Hz": { column: "frequency_hertz", factor: 1 },
  "Re(Z)/Ohm": { column: "real_impedance_ohm", factor: 1 },
  "-Im(Z)/Ohm": { column: "imaginary_impedance_ohm", factor: -1 },
  "|Z|/Ohm": { column: "absolute_impedance_ohm", factor: 1 },
  "Phase(Z)/deg": { column: "phase_degree", factor: 1 },
};

/**
 * The first of these that a file has becomes voltage_volt. Where a reference electrode was used that is the
 * potential of the working electrode, which the limits of the technique refer to; the cell voltage then stays
 * in the column of "Ewe-Ece/V". Ewe-Ece serves only where nothing else was recorded.
 */
export const VOLTAGE_HEADERS = ["Ecell/V", "Ewe/V", "<Ewe>/V", "Estack/V", "<Estack>/V", "Ewe-Ece/V", "<Ewe-Ece>/V"] as const;

/** The first of these becomes current_ampere; "<I>/mA" is the mean since the row before. */
export const CURRENT_HEADERS: Readonly<Record<string, number>> = { "I/mA": 1e-3, "<I>/mA": 1e-3, "<Istack>/mA": 1e-3, "Istack/A": 1 };

/** Words that can stand behind the slash of a header. */
const UNIT_WORDS = new Set(
  "s h min N µs V mV mA A µA nA C mA.h A.h mA.h/g W mW W.h Ohm Ohm-1 Ohm.cm Hz deg rad µF nF µF-2 mS cm % °C S.cm-1 g rpm µm nm kg m C/cm2 A/cm2 cm2".split(
    " ",
  ),
);

/** Units as written here: EC-Lab's spelling on the left. */
const UNIT_SPELLING: Readonly<Record<string, string>> = {
  "mA.h": "mAh",
  "A.h": "Ah",
  "mA.h/g": "mAh/g",
  "W.h": "Wh",
  Ohm: "ohm",
  "Ohm-1": "S",
  "Ohm.cm": "ohm cm",
  "S.cm-1": "S/cm",
  "µF-2": "µF-2",
  "mA.h/V": "mAh/V",
};

export interface Header {
  /** all of it, with µ and ° repaired */
  header: string;
  /** as EC-Lab writes it; "" for counts and flags */
  unit: string;
}

/**
 * "Q charge/discharge/mA.h" → unit "mA.h"; "control/V/mA" → "V/mA"; "ox/red" → "". Signs outside ASCII come in
 * many code pages and, from files re-saved by others, as �: before F they can only be µ, before C only °.
 */
export function splitHeader(text: string): Header {
  const header = text
    .trim()
    // a sign is a few bytes in any code page; longer runs are none, and looking for their ends would take the square of their length
    .replace(/[^ -~]{1,8}(?=F|A$|s$)/g, "µ")
    .replace(/[^ -~]{1,8}(?=C(\b|$))/g, "°");
  const parts = header.split("/");
  let from = parts.length;
  while (from > 1 && UNIT_WORDS.has(parts[from - 1]!)) from--;
  // "|Z|/Ohm" has parts before the unit; a header that is nothing but units ("V") keeps its name
  return { header, unit: parts.slice(from).join("/") };
}

/** EC-Lab's unit in this project's spelling. */
export function spellUnit(unit: string): string {
  return lookup(UNIT_SPELLING, unit) ?? unit;
}

/** "<Ewe>/V" → "mean_ewe_v", "|Z|/Ohm" → "abs_z_ohm", "-Im(Z)/Ohm" → "minus_im_z_ohm". */
export function slugOf(header: string): string {
  const words = header
    .replace(/^-/, "minus ")
    .replace(/<([^>]*)>/g, " mean $1 ")
    .replace(/\|([^|]*)\|/g, " abs $1 ")
    .replaceAll("µ", "u")
    .replaceAll("°", "deg ")
    .replaceAll("%", " percent")
    .toLowerCase();
  return words.replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "") || "column";
}

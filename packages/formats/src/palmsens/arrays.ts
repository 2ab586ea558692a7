/**
 * What the arrays of a PalmSens session hold: data only. Array types are the vendor's public numbering (PalmSens
 * SDK, `ArrayType`), units its `PalmSens.Units.…` classes.
 */
import { isUnit } from "@thioscope/core";
import type { CyclingColumn } from "@thioscope/core/cycling";

export interface ArrayKind {
  /** a column the methods know, or a name of its own */
  name: CyclingColumn | (string & {});
  canonical: boolean;
}

const canonical = (name: CyclingColumn): ArrayKind => ({ name, canonical: true });
const own = (name: string): ArrayKind => ({ name, canonical: false });

/** By the vendor's array type. Current is positive where the working electrode is oxidised. */
export const ARRAY_KINDS: Readonly<Record<number, ArrayKind>> = {
  0: canonical("test_time_second"),
  1: canonical("voltage_volt"),
  2: canonical("current_ampere"),
  3: own("charge"),
  4: own("extra_value"),
  5: canonical("frequency_hertz"),
  6: canonical("phase_degree"),
  7: canonical("real_impedance_ohm"),
  8: canonical("imaginary_impedance_ohm"),
  9: own("ac_current"),
  10: canonical("absolute_impedance_ohm"),
  11: own("admittance"),
  12: own("real_admittance"),
  13: own("imaginary_admittance"),
  14: own("capacitance"),
  15: own("real_capacitance"),
  16: own("imaginary_capacitance"),
  17: own("index"),
  18: own("admittance"),
  19: own("concentration"),
  20: own("signal"),
  21: own("function"),
  22: own("integral"),
  23: own("auxiliary_input"),
  24: own("bipot_current"),
  25: own("bipot_potential"),
  26: own("reverse_current"),
  27: own("counter_electrode_potential"),
  28: own("dc_current"),
  29: own("forward_current"),
  30: own("potential_extra_reference"),
  31: own("current_extra_working"),
  32: own("inverse_derivative"),
  33: own("measured_dc_potential"),
  34: own("ac_potential"),
  35: own("step_start_index"),
  36: own("measured_dc_current"),
  37: own("se2_potential"),
};

/** Array types from here on are the software's own bookkeeping (point counts, debug text), not measured. */
export const INTERNAL_TYPES = 16383;

/** Readings' status, in the order of the codes of the status columns; the file writes −1 for the last. */
export const READING_STATUS = ["ok", "overload", "underload", "unknown"] as const;

/** A unit class names a prefix that its symbol lacks: `MicroAmpere` has the symbol "A". */
const PREFIXES: readonly (readonly [word: string, prefix: string])[] = [
  ["Pico", "p"],
  ["Nano", "n"],
  ["Micro", "µ"],
  ["Milli", "m"],
  ["Kilo", "k"],
  ["Mega", "M"],
];

/** The unit of an array's values; "" where class and symbol name none that is known. */
export function unitOf(unitClass: string, symbol: string): string {
  const word = unitClass.slice(unitClass.lastIndexOf(".") + 1);
  const prefix = PREFIXES.find(([start]) => word.startsWith(start))?.[1] ?? "";
  const unit = prefix !== "" && symbol.startsWith(prefix) ? symbol : prefix + symbol;
  return unit !== "" && isUnit(unit) ? unit : "";
}

/** Keys of claims as they are read: "cathode_mg_cm2" with 6.36 → "cathode 6.36 mg/cm²". */

/** Ends of keys and the units that they mean; the longest that fits is taken. */
const UNITS: readonly (readonly [end: string, unit: string])[] = [
  ["mAh_cm2", "mAh/cm²"],
  ["mA_cm2", "mA/cm²"],
  ["uA_cm2", "µA/cm²"],
  ["mg_cm2", "mg/cm²"],
  ["mAh_g", "mAh/g"],
  ["mA_per_g", "mA/g"],
  ["mA_g", "mA/g"],
  ["uA", "µA"],
  ["Wh_kg", "Wh/kg"],
  ["mS_cm", "mS/cm"],
  ["S_cm", "S/cm"],
  ["cm2_s", "cm²/s"],
  ["g_per_cm3", "g/cm³"],
  ["per_cm3", "per cm³"],
  ["eV_atom", "eV/atom"],
  ["percent", "%"],
  ["cm2", "cm²"],
  ["MPa", "MPa"],
  ["MHz", "MHz"],
  ["eV", "eV"],
  ["mm", "mm"],
  ["um", "µm"],
  ["mg", "mg"],
  ["A3", "Å³"],
  ["V", "V"],
  ["A", "Å"],
  ["h", "h"],
  ["K", "K"],
  ["C", "°C"],
];

export function readableClaim(key: string, value: string): string {
  const found = UNITS.find(([end]) => key === end || key.endsWith(`_${end}`));
  const name = (found ? key.slice(0, -found[0].length) : key)
    .replaceAll("_", " ")
    .replace(/^s(?= |$)/, "S")
    .trim();
  // some values carry their unit
  const unit = found && /\d\)?$/.test(value) ? ` ${found[1]}` : "";
  return `${name}${name === "" ? "" : " "}${value}${unit}`;
}

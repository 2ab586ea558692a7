/** Claims name their quantities with the unit at the end, "cathode_mg_cm2 6.36": set as it is read, "cathode 6.36 mg/cm²". */
import { superscript, unitText } from "../text.ts";

/** Words of a name that are a unit, longer ones first. */
const UNITS: readonly (readonly [words: string, unit: string])[] = [
  ["mA per g", "mA/g"],
  ["Wh kg", "Wh/kg"],
  ["mAh cm2", "mAh/cm2"],
  ["mA cm2", "mA/cm2"],
  ["uA cm2", "uA/cm2"],
  ["mg cm2", "mg/cm2"],
  ["mAh g", "mAh/g"],
  ["mS cm", "mS/cm"],
  ["S cm", "S/cm"],
  ["g cm3", "g/cm3"],
  ["cm2 s", "cm2/s"],
  ["cm2", "cm2"],
  ["A3", "Å³"],
  ["angstrom", "Å"],
  ["percent", "%"],
  ["mAh", "mAh"],
  ["MPa", "MPa"],
  ["GPa", "GPa"],
  ["meV", "meV"],
  ["eV", "eV"],
  ["mV", "mV"],
  ["mg", "mg"],
  ["mm", "mm"],
  ["um", "um"],
  ["nm", "nm"],
  ["V", "V"],
];

/** A name alone, and all that follows it. */
const NAMED = /^([A-Za-z][\w.]*) (.+)$/;
/** A number that has its unit already. */
const HAS_UNIT = /\d\s+(?:[A-Za-zÅ°µΩ%]|\/)/;

function one(piece: string): string {
  const match = NAMED.exec(piece);
  if (!match) return piece;
  const words = match[1]!.split("_").join(" ");
  const value = match[2]!;
  const found = UNITS.find(([unit]) => words === unit || words.endsWith(` ${unit}`) || words.startsWith(`${unit} at `));
  if (!found || !/\d/.test(value)) return `${words} ${value}`;
  const [spelled, unit] = found;
  const name = words.endsWith(spelled) ? words.slice(0, -spelled.length) : words.slice(spelled.length);
  return `${name.trim()} ${value}${HAS_UNIT.test(value) ? "" : ` ${unitText(unit)}`}`.trim();
}

/** "s_mg 1.65; s_mg_cm2 2.1" → "s 1.65 mg; s 2.1 mg/cm²". */
export function claimText(text: string): string {
  return text
    .split("; ")
    .map(one)
    .join("; ")
    .replace(/\+-/g, " ± ")
    .replace(/(\d)e([+-]?\d+)/g, (_, digit: string, power: string) => `${digit} × 10${superscript(Number(power))}`)
    .replace(/(\d)mA g\b/g, "$1 mA/g")
    .replace(/(^|[\s(])-(?=\d)/g, "$1−");
}

/**
 * How instruments and people head the columns of a spectrum: data, and the function that applies it. Spellings are
 * compared by letters, digits and the marks that tell Z′ from Z″ and |Z|; a minus in front changes the sign.
 */
import { conversionFactor, ThioscopeError } from "@thioscope/core";
import { resolveUnit, splitHeader } from "../header.ts";
import type { ColumnMapping } from "../reader.ts";

export const QUANTITIES = {
  frequency_hertz: "Hz",
  real_impedance_ohm: "ohm",
  imaginary_impedance_ohm: "ohm",
  absolute_impedance_ohm: "ohm",
  phase_degree: "deg",
  test_time_second: "s",
  unix_time_second: "s",
  voltage_volt: "V",
  temperature_celsius: "°C",
  cycle_count: "",
  spectrum: "",
  channel: "",
  measurement: "",
} as const;

export type ImpedanceQuantity = keyof typeof QUANTITIES;

/** Earlier spellings win where two headers mean one quantity. Primes are written ' and ''. */
const SPELLINGS: Readonly<Record<ImpedanceQuantity, readonly string[]>> = {
  frequency_hertz: ["frequency", "freq", "f", "Frequenz", "频率", "omega", "ω", "angular frequency"],
  real_impedance_ohm: [
    "Z'",
    "Re(Z)",
    "Z real",
    "Zre",
    "Z re",
    "real",
    "Re",
    "real impedance",
    "Z'(a)",
    "Z prime",
    "resistance",
    "Realteil",
    "实部",
  ],
  imaginary_impedance_ohm: [
    "Z''",
    "Im(Z)",
    "Z imag",
    "Zim",
    "Z im",
    "imaginary",
    "imag",
    "Im",
    "imaginary impedance",
    "Z''(b)",
    "Z double prime",
    "Z prime prime",
    "reactance",
    "Imaginärteil",
    "虚部",
  ],
  absolute_impedance_ohm: [
    "|Z|",
    "Z mod",
    "Zmod",
    "abs(Z)",
    "mod(Z)",
    "modulus",
    "magnitude",
    "absolute impedance",
    "impedance",
    "Z",
    "abs",
    "Betrag",
  ],
  phase_degree: [
    "phase",
    "Phase(Z)",
    "Theta (Z)",
    "theta",
    "Zphz",
    "arg(Z)",
    "phase angle",
    "phi",
    "φ",
    "θ",
    "phase of Z",
    "相位",
    "Phasenwinkel",
  ],
  test_time_second: ["test time", "elapsed time", "time", "t", "Zeit", "corrected time"],
  unix_time_second: ["unix time"],
  voltage_volt: ["<Ewe>", "Edc", "Vdc", "E dc", "DC potential", "potential", "voltage", "E", "Ewe"],
  temperature_celsius: ["temperature", "temp", "temperatur", "surface temperature", "ambient temperature"],
  cycle_count: ["cycle number", "cycle count", "cycle", "Zyklus"],
  spectrum: ["spectrum", "spectrum number", "sweep", "sweep number", "scan", "loop"],
  channel: ["channel"],
  measurement: ["measurement"],
};

/** Angular frequency is a frequency times 2π. */
const ANGULAR = new Set(["omega", "ω", "angularfrequency"]);

export interface RecognisedHeader {
  quantity: ImpedanceQuantity;
  /** value in the quantity's unit = value in the column × factor */
  factor: number;
  /** place among the spellings: smaller is better */
  rank: number;
}

/** All marks that people use for primes as one: Z′, Z′′. */
function onePrime(text: string): string {
  return text.replace(/["″”“]/g, "′′").replace(/['´`’‘]/g, "′");
}

/** Letters, digits, |, < and primes in lower case. */
function keyOf(text: string): string {
  return onePrime(text)
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}|<>′]/gu, "");
}

const KEYS = new Map<string, { quantity: ImpedanceQuantity; rank: number }>();
for (const [quantity, spellings] of Object.entries(SPELLINGS)) {
  for (const [rank, spelling] of [quantity, ...spellings].entries()) {
    if (!KEYS.has(keyOf(spelling))) KEYS.set(keyOf(spelling), { quantity: quantity as ImpedanceQuantity, rank });
  }
}

/** RelaxIS writes "Data: Z'", VersaStudio "Definition=Segment #". */
const PREFIX = /^(?:data:|definition=)\s*/i;
const NEGATIVE = /^(?:[-\u2212\u2013\u2014]|minus[\s_]+|neg(?:ative)?[\s_.]+)\s*\(?/i;

/** The quantity and sign that a header names; undefined where none is known or its unit measures something else. */
export function recogniseImpedance(header: string): RecognisedHeader | undefined {
  if (header.length === 0 || header.length > 120) return undefined;
  const bare = header
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .replace(PREFIX, "");
  const sign = NEGATIVE.test(bare) ? -1 : 1;
  const text = onePrime(bare.replace(NEGATIVE, ""));
  const ways: readonly { name: string; unit?: string }[] = [{ name: text }, ...splitHeader(text)];
  for (const { name, unit } of ways) {
    const key = keyOf(name);
    const known = KEYS.get(key);
    const factor = known && factorOf(known.quantity, unit ?? "", key);
    if (known && factor !== undefined) return { ...known, factor: sign * factor };
  }
  return undefined;
}

/** What values in `unit` are multiplied with; undefined where the unit does not measure the quantity. "" is the usual unit. */
function factorOf(quantity: ImpedanceQuantity, unit: string, key: string): number | undefined {
  const clean = unit.replace(/\s/g, "").toLowerCase();
  if (quantity === "frequency_hertz" && (ANGULAR.has(key) || clean.startsWith("rad"))) {
    return /^(|rad(\/s|·?s-1|·?s\^-1)?|1\/s|s-1)$/.test(clean) ? 1 / (2 * Math.PI) : undefined;
  }
  // the degree sign survives few code pages
  if (unit === "" || (quantity === "phase_degree" && /^[°º\ufffd]/.test(unit))) return 1;
  const wanted = QUANTITIES[quantity];
  const resolved = resolveUnit(unit, wanted);
  if (resolved === undefined) return undefined;
  // a temperature in another scale has an offset, which a factor cannot express
  if (quantity === "temperature_celsius") return resolved === "°C" || resolved === "degC" ? 1 : undefined;
  return resolved === wanted ? 1 : conversionFactor(resolved, wanted);
}

/** Which column gives which quantity; the better spelling wins, then the column further left. */
export function planColumns(
  headers: readonly string[],
  mapping: ColumnMapping = {},
): Map<ImpedanceQuantity, { at: number; factor: number }> {
  const plan = new Map<ImpedanceQuantity, { at: number; factor: number; rank: number }>();
  for (const [at, header] of headers.entries()) {
    const found = recogniseImpedance(header);
    if (!found) continue;
    const { quantity, factor, rank } = found;
    const held = plan.get(quantity);
    if (!held || rank < held.rank) plan.set(quantity, { at, factor, rank });
  }
  for (const [name, declared] of Object.entries(mapping)) {
    if (!Object.hasOwn(QUANTITIES, name)) {
      throw new ThioscopeError(
        "INVALID_INPUT",
        `the mapping names "${name}", which is no column; known are ${Object.keys(QUANTITIES).join(", ")}`,
      );
    }
    const quantity = name as ImpedanceQuantity;
    const { header, unit, factor = 1 } = typeof declared === "string" ? { header: declared } : declared;
    const at = headers.findIndex((h) => h.trim().toLowerCase() === header.trim().toLowerCase());
    if (at < 0) {
      throw new ThioscopeError(
        "INVALID_INPUT",
        `the mapping takes ${name} from "${header}", but the headers are ${headers.map((h) => `"${h}"`).join(", ")}`,
      );
    }
    const scale = factorOf(quantity, unit ?? "", "");
    if (scale === undefined) {
      throw new ThioscopeError(
        "UNIT_MISMATCH",
        `the mapping gives ${name} the unit "${unit}"; it must measure what ${QUANTITIES[quantity]} does`,
      );
    }
    plan.set(quantity, { at, factor: factor * scale, rank: -1 });
  }
  return plan;
}

/** True if the plan holds a spectrum: a frequency, and Z in one of its two forms. */
export function isSpectrum(plan: ReadonlyMap<ImpedanceQuantity, unknown>): boolean {
  return plan.has("frequency_hertz") && hasImpedance(plan);
}

export function hasImpedance(plan: ReadonlyMap<ImpedanceQuantity, unknown>): boolean {
  return (
    (plan.has("real_impedance_ohm") && plan.has("imaginary_impedance_ohm")) ||
    (plan.has("absolute_impedance_ohm") && plan.has("phase_degree"))
  );
}

/**
 * A question as it is written in a parameter file, in options or in a study ("10 µm", "0.5 mA/cm2"), as the model's numbers.
 * Every key that is left out has its default; the defaults are those of the published study where it prints them.
 */
import { ThioscopeError } from "../errors.ts";
import { nearest } from "../suggest.ts";
import { parseQuantity } from "../units/quantity.ts";
import { convert } from "../units/units.ts";
import type { DepositionQuestion } from "./compare.ts";
import { cellRadius, type Defect } from "./geometry.ts";
import { DEPOSITION_METALS, type DepositionElectrolyte, depositionElectrolyte, type Parameter } from "./parameters.ts";

/** An electrolyte of one's own; what is left out is assumed and said so. */
export interface WrittenElectrolyte {
  name: string;
  conductivity: string;
  youngs_modulus?: string;
  poisson?: number;
  /** MPa √m */
  toughness?: number;
}

export interface WrittenQuestion {
  defect?: string;
  radius?: string;
  depth?: string;
  fillet?: string;
  level?: string;
  amplitude?: string;
  wavelength?: string;
  /** µm */
  profile?: readonly (readonly [number, number])[];
  width?: string;
  spacing?: string;
  height?: string;
  current?: string;
  temperature?: string;
  pressure?: string;
  stack_pressure?: string;
  metal?: string;
  exchange_current?: string;
  /** molar volume of the ion in the electrolyte, e.g. "10 cm3/mol" */
  ion_volume?: string;
  capillary?: boolean;
  electrolytes?: readonly (string | WrittenElectrolyte)[];
}

export const DEFECT_KINDS = ["filled", "empty", "partly-filled", "slot", "rough", "profile"] as const;

/** Defaults that a result says. */
export const QUESTION_DEFAULTS = {
  defect: "filled",
  radius: "10 µm",
  width: "100 µm",
  height: "100 µm",
  current: "0.5 mA/cm2",
  temperature: "298.15 K",
  pressure: "0 MPa",
  stack_pressure: "0 MPa",
  metal: "Na",
  electrolytes: ["Na3PS4", "Na3SbS4"],
} as const;

const si = (text: string, unit: string): number => {
  const q = parseQuantity(text, unit);
  return convert(q.value, q.unit, unit);
};

/** Throws INVALID_INPUT, UNIT_UNKNOWN or UNIT_MISMATCH with the value and what is allowed. */
export function depositionQuestion(written: WrittenQuestion): { question: DepositionQuestion; electrolytes: DepositionElectrolyte[] } {
  const w = { ...QUESTION_DEFAULTS, ...withoutUndefined(written) };
  const metalName = w.metal;
  if (metalName !== "Na" && metalName !== "Li")
    throw new ThioscopeError("INVALID_INPUT", `no parameters for the metal "${metalName}": Na or Li`);
  const metal = DEPOSITION_METALS[metalName];
  const pressure = si(w.pressure, "Pa");
  const stack = si(w.stack_pressure, "Pa");
  const defect = defectOf(w);
  const question: DepositionQuestion = {
    defect,
    width: w.spacing === undefined ? si(w.width, "m") : cellRadius(si(w.spacing, "m")),
    height: si(w.height, "m"),
    current: si(w.current, "A/m2"),
    temperature: si(w.temperature, "K"),
    metal: {
      ...metal,
      ...(w.exchange_current === undefined ? {} : { exchangeCurrent: given(w.exchange_current, "A/m2") }),
      ...(w.ion_volume === undefined ? {} : { ionVolume: given(w.ion_volume, "m3/mol") }),
    },
    ...(pressure === 0 && stack === 0 ? {} : { pressure: { defect: pressure, flat: stack } }),
    ...(w.capillary ? { capillary: true } : {}),
  };
  const electrolytes = w.electrolytes.map((e) => (typeof e === "string" ? depositionElectrolyte(e) : ownElectrolyte(e)));
  if (electrolytes.length === 0) throw new ThioscopeError("INVALID_INPUT", "at least one electrolyte is needed");
  return { question, electrolytes };
}

const given = (text: string, unit: string): Parameter => ({ value: si(text, unit), unit, flag: "assumed", source: "given" });

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as Partial<T>;
}

function defectOf(w: WrittenQuestion & { defect: string; radius: string }): Defect {
  const kind = w.defect;
  if (!DEFECT_KINDS.some((k) => k === kind)) {
    const guess = nearest(kind, DEFECT_KINDS);
    throw new ThioscopeError(
      "INVALID_INPUT",
      `"${kind}" is no defect${guess ? `; did you mean ${guess}?` : ""} There are: ${DEFECT_KINDS.join(", ")}`,
    );
  }
  if (kind === "profile") {
    if (!w.profile) throw new ThioscopeError("INVALID_INPUT", "a profile needs its points: profile: [[x, z], …] in µm");
    return { kind, points: w.profile.map(([x, z]) => [x * 1e-6, z * 1e-6] as const) };
  }
  if (kind === "rough") {
    if (w.amplitude === undefined || w.wavelength === undefined) {
      throw new ThioscopeError("INVALID_INPUT", "a rough interface needs its amplitude and wavelength");
    }
    return { kind, amplitude: si(w.amplitude, "m"), wavenumber: (2 * Math.PI) / si(w.wavelength, "m") };
  }
  const radius = si(w.radius, "m");
  if (kind === "empty") return { kind, radius, depth: w.depth === undefined ? 0 : si(w.depth, "m") };
  const depth = w.depth === undefined ? radius : si(w.depth, "m");
  if (kind === "partly-filled") return { kind: "partlyFilled", radius, depth, level: w.level === undefined ? depth / 2 : si(w.level, "m") };
  return { kind: kind === "slot" ? "slot" : "filled", radius, depth, ...(w.fillet === undefined ? {} : { fillet: si(w.fillet, "m") }) };
}

function ownElectrolyte(e: WrittenElectrolyte): DepositionElectrolyte {
  const given = (value: number, unit: string): Parameter => ({ value, unit, flag: "measured", source: "given" });
  const assumed = (value: number, unit: string, range: readonly [number, number]): Parameter => ({
    value,
    unit,
    flag: "assumed",
    source: "typical of sulfide electrolytes",
    range,
  });
  return {
    name: e.name,
    conductivity: given(si(e.conductivity, "S/m"), "S/m"),
    youngsModulus: e.youngs_modulus === undefined ? assumed(20e9, "Pa", [15e9, 30e9]) : given(si(e.youngs_modulus, "Pa"), "Pa"),
    poisson: e.poisson === undefined ? assumed(0.3, "1", [0.25, 0.42]) : given(e.poisson, "1"),
    toughness: e.toughness === undefined ? assumed(0.3e6, "Pa m^1/2", [0.2e6, 0.4e6]) : given(e.toughness * 1e6, "Pa m^1/2"),
  };
}

/**
 * Conductivity of a pellet from a fitted circuit, σ = L/(R A), and what each arc can be.
 *
 * The geometric capacitance of a pellet is C = ε₀ ε_r A/L: an arc is called bulk only if its capacitance lies within a
 * factor of three of it for some 5 ≤ ε_r ≤ 100; up to about a thousand times the usual value is a grain boundary, and nothing larger is in
 * the electrolyte. (Irvine, Sinclair and West, Adv. Mater. 2, 1990.) The capacitance of an arc with a CPE is
 * (Q R^(1−a))^(1/a) (Hsu and Mansfeld, Corrosion 57, 2001).
 */
import { ThioscopeError } from "../errors.ts";
import { divide, fromQuantity, type Measured, measured, multiply, toQuantity } from "../units/measured.ts";
import type { Answer, Quantity } from "../units/quantity.ts";
import { inUnit } from "../units/quantity.ts";
import type { CircuitFit } from "./fit.ts";

export interface PelletGeometry {
  /** missing thickness is asked for, never assumed */
  thickness: Quantity | null;
  area: Quantity | null;
}

export type ArcKind = "bulk" | "grain boundary" | "interface or electrode";

export interface Arc {
  resistor: string;
  resistance: Quantity;
  capacitance: Quantity;
  /** 1/(2π τ), Hz */
  topFrequency: Quantity;
  kind: ArcKind | null;
  reason: string;
}

export interface PelletConductivity {
  arcs: readonly Arc[];
  /** resistances that are counted as the electrolyte's, by name */
  counted: readonly string[];
  resistance: Answer;
  /** S/cm */
  conductivity: Answer;
  geometricCapacitance: Answer;
}

const VACUUM = 8.8541878128e-12;
const RELATIVE = { low: 5, usual: 20, high: 100 } as const;

/**
 * @param counted names of the resistances that make up the electrolyte (default: the series resistance and every arc
 * that its capacitance allows to be bulk or grain boundary)
 */
export function pelletConductivity(fit: CircuitFit, geometry: PelletGeometry, counted?: readonly string[]): PelletConductivity {
  const byName = new Map(fit.parameters.map((p) => [p.name, p]));
  const resistors = fit.parameters.filter((p) => /^R\d*$/.test(p.name));
  const arcs = arcsOf(fit, geometry);
  const names =
    counted ??
    resistors
      .map((r) => r.name)
      .filter((name) => arcs.every((arc) => arc.resistor !== name || (arc.kind !== null && arc.kind !== "interface or electrode")));
  for (const name of names) {
    if (!byName.has(name)) {
      throw new ThioscopeError(
        "INVALID_INPUT",
        `"${name}" is not a parameter of ${fit.circuit}; resistances: ${resistors.map((r) => r.name).join(", ")}`,
      );
    }
  }
  const total = sumOf(fit, names);
  const { thickness, area } = geometry;
  const missing = missingOf(geometry);
  const conductivity: Answer =
    missing !== null
      ? { notComputable: missing }
      : total.value > 0
        ? toQuantity(divide(fromQuantity(thickness!, "m", "thickness"), multiply(total, fromQuantity(area!, "m2", "area"))), "S/m", "S/cm")
        : { notComputable: "no resistance is counted as the electrolyte's" };
  const geometricCapacitance = geometric(geometry);
  if (!counted && arcs.length > 0 && missing !== null) {
    const resistance = {
      notComputable: `${missing}; without it the arcs cannot be told from one another, unless the resistances to count are named`,
    };
    return { arcs, counted: [], resistance, conductivity, geometricCapacitance };
  }
  return { arcs, counted: names, resistance: toQuantity(total, "ohm"), conductivity, geometricCapacitance };
}

/** What of the geometry is to be declared; null where nothing is. A spectrum's file does not tell it. */
function missingOf({ thickness, area }: PelletGeometry): string | null {
  const length = "the pellet's thickness (with its unit, e.g. 0.62 mm)";
  const face = "the electrode's diameter or area";
  if (!thickness)
    return area ? `${length} is missing: no file of spectra tells it` : `${length} and ${face} are missing: no file of spectra tells them`;
  return area ? null : `${face} is missing: no file of spectra tells it`;
}

/** Sum of resistances with the covariance of the fit: arcs that overlap are known better together than each. */
function sumOf(fit: CircuitFit, names: readonly string[]): Measured {
  const n = fit.parameters.length;
  const at = names.map((name) => fit.parameters.findIndex((p) => p.name === name)).filter((j) => fit.parameters[j]!.sigma !== null);
  let variance = 0;
  for (const a of at) for (const b of at) variance += fit.covariance[a * n + b]!;
  const value = names.reduce((sum, name) => sum + fit.parameters.find((p) => p.name === name)!.value, 0);
  return measured(value, Math.sqrt(Math.max(0, variance)), "resistance");
}

function geometric({ thickness, area }: PelletGeometry): Answer {
  if (!thickness || !area) return { notComputable: "it needs the pellet's thickness and area" };
  const c = (VACUUM * RELATIVE.usual * inUnit(area, "m2").value) / inUnit(thickness, "m").value;
  return { value: c, sigma: null, unit: "F" };
}

/** Every p(Rn, CPEn) or p(Rn, Cn) of the circuit. */
function arcsOf(fit: CircuitFit, geometry: PelletGeometry): Arc[] {
  const reference = geometric(geometry);
  const value = (name: string): number | undefined => fit.parameters.find((p) => p.name === name)?.value;
  const arcs: Arc[] = [];
  for (const [, resistor = "", capacitor = ""] of fit.circuit.matchAll(/p\((R\d*),((?:CPE|Q|C)\d*)\)/g)) {
    const resistance = fit.parameters.find((p) => p.name === resistor);
    if (!resistance) continue;
    const a = value(`${capacitor}.a`) ?? 1;
    const q = value(`${capacitor}.Q`) ?? value(capacitor);
    if (q === undefined) continue;
    const c = (q * resistance.value ** (1 - a)) ** (1 / a);
    const tau = resistance.value * c;
    const kind = "value" in reference ? kindOf(c / reference.value) : null;
    const reason =
      "value" in reference
        ? `C = ${c.toExponential(1)} F, the pellet's own is ${((reference.value * RELATIVE.low) / RELATIVE.usual).toExponential(0)} to ${((reference.value * RELATIVE.high) / RELATIVE.usual).toExponential(0)} F for ε_r ${RELATIVE.low} to ${RELATIVE.high}`
        : reference.notComputable;
    arcs.push({
      resistor,
      resistance: { value: resistance.value, sigma: resistance.sigma, unit: "ohm" },
      capacitance: { value: c, sigma: null, unit: "F" },
      topFrequency: { value: 1 / (2 * Math.PI * tau), sigma: null, unit: "Hz" },
      kind,
      reason,
    });
  }
  return arcs;
}

function kindOf(ratio: number): ArcKind {
  const low = RELATIVE.low / RELATIVE.usual;
  const high = RELATIVE.high / RELATIVE.usual;
  if (ratio < high * 3 && ratio > low / 3) return "bulk";
  return ratio >= high * 3 && ratio < 1000 ? "grain boundary" : "interface or electrode";
}

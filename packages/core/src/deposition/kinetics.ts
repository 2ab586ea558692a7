/**
 * Current of deposition against potential and pressure, i > 0 deposits:
 *
 *   shift   i = i_exc { exp[α_c f (φ − U_p)] − exp[−(1−α_c) f (φ − U_p)] },  U_p = (V̄ p − V̄⁺ σ_nn)/F + γ V̄ κ/F
 *   factor  i = i_exc exp[(1−α_a) V̄ p/(RT)] { exp[α_c f φ] − exp[−α_a f φ] },  α_a = 1 − α_c
 *
 * with f = F/RT and the metal at φ = 0. In the first form a pressure moves the potential and opposes deposition (Monroe and Newman, J. Electrochem.
 * Soc. 152, A396, 2005); in the second it multiplies the exchange current (Tu, Barroso-Luque, Shi and Ceder, Cell Rep. Phys. Sci. 1, 100106, 2020).
 * Arguments of exp beyond 40 go on as a straight line, so that i stays finite and grows with φ.
 */
import { CONSTANTS } from "../units/constants.ts";

export type PressureForm = "shift" | "factor";

export interface Kinetics {
  /** A/m² */
  exchangeCurrent: number;
  cathodicTransfer: number;
  /** m³/mol */
  molarVolume: number;
  /** m³/mol, of the ion */
  ionVolume: number;
  /** K */
  temperature: number;
  form: PressureForm;
}

/** Potential shift and factor on the exchange current at one place. */
export interface PressureTerm {
  shift: number;
  factor: number;
}

/** @param pressure of the metal, Pa @param compression normal, of the electrolyte, Pa @param capillary γ κ, Pa */
export function pressureTerm(k: Kinetics, pressure: number, compression: number, capillary = 0): PressureTerm {
  const { faraday, gas } = CONSTANTS;
  if (k.form === "factor") {
    return { shift: 0, factor: Math.exp((k.cathodicTransfer * k.molarVolume * pressure) / (gas * k.temperature)) };
  }
  return { shift: (k.molarVolume * (pressure + capillary) - k.ionVolume * compression) / faraday, factor: 1 };
}

const LIMIT = 40;
const LARGEST = Math.exp(LIMIT);

/** i and ∂i/∂φ to `into`. */
export function butlerVolmer(k: Kinetics, { shift, factor }: PressureTerm, phi: number, into: Float64Array): void {
  const f = CONSTANTS.faraday / (CONSTANTS.gas * k.temperature);
  const cathodic = k.cathodicTransfer * f;
  const anodic = (1 - k.cathodicTransfer) * f;
  const x = cathodic * (phi - shift);
  const y = -anodic * (phi - shift);
  // exp − 1 of both: their difference keeps its digits where the overpotential is a tiny part of RT/F
  const ex = x > LIMIT ? LARGEST * (1 + x - LIMIT) - 1 : Math.expm1(x);
  const ey = y > LIMIT ? LARGEST * (1 + y - LIMIT) - 1 : Math.expm1(y);
  const scale = k.exchangeCurrent * factor;
  into[0] = scale * (ex - ey);
  into[1] = scale * (cathodic * (x > LIMIT ? LARGEST : ex + 1) + anodic * (y > LIMIT ? LARGEST : ey + 1));
}

/** φ at which a plane interface passes `current`, V; for α_c = ½ it is (2RT/F) asinh(i/2i_exc) + U_p. */
export function planarPotential(k: Kinetics, term: PressureTerm, current: number): number {
  const thermal = (CONSTANTS.gas * k.temperature) / CONSTANTS.faraday;
  const alpha = current >= 0 ? k.cathodicTransfer : 1 - k.cathodicTransfer;
  // exact for α_c = ½, and close to Tafel's line otherwise
  let phi = term.shift + (thermal / alpha) * Math.asinh(current / (2 * k.exchangeCurrent * term.factor));
  const into = new Float64Array(2);
  for (let step = 0; step < 100; step++) {
    butlerVolmer(k, term, phi, into);
    const change = (into[0]! - current) / into[1]!;
    phi -= Math.max(-2 * thermal, Math.min(2 * thermal, change));
    if (Math.abs(change) < 1e-16) break;
  }
  return phi;
}

/** ℓ = σ R T/(F i_exc), m: features much smaller than ℓ deposit evenly. */
export function kineticLength(conductivity: number, k: Pick<Kinetics, "exchangeCurrent" | "temperature">): number {
  return (conductivity * CONSTANTS.gas * k.temperature) / (CONSTANTS.faraday * k.exchangeCurrent);
}

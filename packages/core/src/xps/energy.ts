/**
 * The energy axis: binding energies, ascending, from whatever the instrument wrote.
 *
 *   E_B = hν − E_K − φ + shift
 *
 * φ is what the caller says, 0 where absent: instruments write kinetic energies that count from the Fermi level, so that the work function which
 * their files state is already in them. Programs that subtract it again show spectra that are off by 4 to 5 eV.
 */
import { ThioscopeError } from "../errors.ts";
import type { Quantity } from "../units/quantity.ts";

export interface XpsSpectrum {
  name: string;
  /** ascending, eV */
  energy: Float64Array;
  intensity: Float64Array;
  /** standard error of each point where it was counted; null where the file has lost the counts */
  sigma: Float64Array | null;
  /** transmission of the analyser per point, in the order of `energy`; null where not known */
  transmission: Float64Array | null;
  /** eV; null where not known and binding energies came from the file */
  photonElectronvolt: number | null;
  /** subtracted from hν − E_K, eV */
  workFunctionElectronvolt: number;
  /** added to all binding energies against charging, eV */
  shift: Quantity | null;
}

export interface XpsInput {
  name: string;
  x: Float64Array;
  y: Float64Array;
  axis: "bindingEnergy" | "kineticEnergy";
  excitationElectronvolt?: number;
  countsPerUnit?: number;
  transmission?: Float64Array;
}

export interface XpsEnergyOptions {
  /** eV, subtracted from hν − E_K; 0 where absent */
  workFunction?: number;
  /** photon energy in place of the file's, eV */
  photon?: number;
  /** charge correction, added, eV */
  shift?: Quantity;
}

/** Throws INVALID_INPUT where the photon energy is missing for kinetic energies, or points are not finite or repeat. */
export function xpsSpectrum(input: XpsInput, options: XpsEnergyOptions = {}): XpsSpectrum {
  const { x, y } = input;
  const photon = options.photon ?? input.excitationElectronvolt ?? null;
  const work = options.workFunction ?? 0;
  if (input.axis === "kineticEnergy" && photon === null)
    throw new ThioscopeError("INVALID_INPUT", `${input.name}: kinetic energies need the photon energy of the source in eV`);
  const shift = options.shift?.value ?? 0;
  const order = Array.from({ length: x.length }, (_, i) => i);
  const energyOf = (i: number): number => (input.axis === "bindingEnergy" ? x[i]! - work : photon! - x[i]! - work) + shift;
  for (const i of order)
    if (!Number.isFinite(energyOf(i)) || !Number.isFinite(y[i]!))
      throw new ThioscopeError("INVALID_INPUT", `${input.name}: point ${i + 1} is not finite (${x[i]}, ${y[i]})`);
  order.sort((a, b) => energyOf(a) - energyOf(b));
  const energy = Float64Array.from(order, energyOf);
  for (let i = 1; i < energy.length; i++)
    if (energy[i] === energy[i - 1]) throw new ThioscopeError("INVALID_INPUT", `${input.name}: the energy ${energy[i]} eV stands twice`);
  const counts = input.countsPerUnit;
  return {
    name: input.name,
    energy,
    intensity: Float64Array.from(order, (i) => y[i]!),
    // √N with N at least 1, so that an empty channel is no certainty
    sigma: counts ? Float64Array.from(order, (i) => Math.sqrt(Math.max(1, y[i]! * counts)) / counts) : null,
    transmission: input.transmission ? Float64Array.from(order, (i) => input.transmission![i]!) : null,
    photonElectronvolt: photon,
    workFunctionElectronvolt: work,
    shift: options.shift ?? null,
  };
}

/** The part of a spectrum between two binding energies. Throws INVALID_INPUT where fewer than ten points lie there. */
export function cutXps(spectrum: XpsSpectrum, [low, high]: readonly [number, number]): XpsSpectrum {
  const { energy } = spectrum;
  let from = 0;
  while (from < energy.length && energy[from]! < low) from++;
  let to = energy.length;
  while (to > from && energy[to - 1]! > high) to--;
  if (to - from < 10) {
    const range = `${energy[0]?.toFixed(1)} to ${energy[energy.length - 1]?.toFixed(1)} eV`;
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${to - from} points of ${spectrum.name} lie between ${low} and ${high} eV; it spans ${range}`,
    );
  }
  const cut = <T extends Float64Array | null>(values: T): T => (values === null ? values : (values.slice(from, to) as T));
  return {
    ...spectrum,
    energy: cut(energy),
    intensity: cut(spectrum.intensity),
    sigma: cut(spectrum.sigma),
    transmission: cut(spectrum.transmission),
  };
}

/** An absorption spectrum: what a scan gives after the detectors' columns were made into μ. */
import { ThioscopeError } from "../errors.ts";

export interface AbsorptionSpectrum {
  name: string;
  /** eV, strictly rising */
  energy: Float64Array;
  /** absorption in the scan's own scale: −ln(I/I0), I_f/I0 or already normalised */
  mu: Float64Array;
  /** standard error of each μ; null where the file does not tell */
  sigma: Float64Array | null;
}

/** Fewest points that any method here can work with. */
const FEWEST = 8;

/** Throws INVALID_INPUT where energies do not rise, values are not finite or points are too few. */
export function checkAbsorption({ name, energy, mu, sigma }: AbsorptionSpectrum): void {
  const wrong = (why: string): never => {
    throw new ThioscopeError("INVALID_INPUT", `"${name}": ${why}`);
  };
  if (energy.length !== mu.length || (sigma && sigma.length !== mu.length)) wrong("energies, values and errors differ in number");
  if (energy.length < FEWEST) wrong(`${energy.length} points are too few, ${FEWEST} are needed`);
  for (let i = 0; i < energy.length; i++) {
    if (!Number.isFinite(energy[i]!) || !Number.isFinite(mu[i]!)) wrong(`point ${i + 1} is not a number`);
    if (i > 0 && !(energy[i]! > energy[i - 1]!)) wrong(`energies must rise; ${energy[i]} eV follows ${energy[i - 1]} eV at point ${i + 1}`);
  }
}

/**
 * Points in rising order, those of one energy averaged. Scans that ran downwards or stopped twice at one energy become what
 * methods ask for.
 *
 * @returns the spectrum and how many points were joined with another
 */
export function tidySpectrum(spectrum: AbsorptionSpectrum): { spectrum: AbsorptionSpectrum; joined: number } {
  const { energy, mu, sigma } = spectrum;
  let rising = true;
  for (let i = 1; i < energy.length && rising; i++) rising = energy[i]! > energy[i - 1]!;
  if (rising) return { spectrum, joined: 0 };
  const order = Array.from(energy.keys()).sort((a, b) => energy[a]! - energy[b]!);
  const e: number[] = [];
  const y: number[] = [];
  const v: number[] = [];
  const counts: number[] = [];
  for (const i of order) {
    const last = e.length - 1;
    const variance = sigma ? sigma[i]! ** 2 : 0;
    if (last >= 0 && e[last] === energy[i]!) {
      y[last] = y[last]! + mu[i]!;
      v[last] = v[last]! + variance;
      counts[last] = counts[last]! + 1;
    } else {
      e.push(energy[i]!);
      y.push(mu[i]!);
      v.push(variance);
      counts.push(1);
    }
  }
  return {
    spectrum: {
      ...spectrum,
      energy: Float64Array.from(e),
      mu: Float64Array.from(y, (value, k) => value / counts[k]!),
      sigma: sigma ? Float64Array.from(v, (value, k) => Math.sqrt(value) / counts[k]!) : null,
    },
    joined: energy.length - e.length,
  };
}

/** Index of the last energy that is not above `at`; 0 where all are above. */
export function indexBelow(energy: Float64Array, at: number): number {
  let low = 0;
  let high = energy.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (energy[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** Index of the energy nearest to `at`. */
export function indexNearest(energy: Float64Array, at: number): number {
  const i = indexBelow(energy, at);
  return i + 1 < energy.length && Math.abs(energy[i + 1]! - at) < Math.abs(energy[i]! - at) ? i + 1 : i;
}

/** The part of a spectrum between two energies, both included. Throws INVALID_INPUT where fewer than 8 points are left. */
export function cutSpectrum(spectrum: AbsorptionSpectrum, from: number, to: number): AbsorptionSpectrum {
  const keep = Array.from(spectrum.energy.keys()).filter((i) => spectrum.energy[i]! >= from && spectrum.energy[i]! <= to);
  const pick = (column: Float64Array): Float64Array => Float64Array.from(keep, (i) => column[i]!);
  const cut = {
    ...spectrum,
    energy: pick(spectrum.energy),
    mu: pick(spectrum.mu),
    sigma: spectrum.sigma ? pick(spectrum.sigma) : null,
  };
  checkAbsorption(cut);
  return cut;
}

/**
 * Virtual spectrometers with known truth: Raman, photoelectrons, secondary ions, thermobalance, calorimeter.
 *
 * Effects that the analysis does not model:
 *   Raman          ripple of an etaloning detector, fluorescence that is no smooth spline, a grating whose dispersion bends, cosmic rays of any height
 *   photoelectrons shake-up losses behind each line, a transmission that falls over the region, lines that are asymmetric
 *   ions           tails of metastable ions, spread between areas of the sample, a neighbour under the tail, an uneven background
 *   thermobalance  buoyancy, steps that are no logistic function, furnace jitter, quantised readings
 *   calorimeter    relaxation overshoot behind the glass step, a bent baseline, a start-up transient
 */
import { type Random, random } from "@thioscope/core";

const poisson = (mean: number, draw: Random): number => {
  if (mean > 500) return Math.max(0, Math.round(mean + Math.sqrt(mean) * draw.normal()));
  const limit = Math.exp(-mean);
  let product = draw.uniform();
  let count = 0;
  while (product > limit) {
    product *= draw.uniform();
    count++;
  }
  return count;
};

export interface VirtualRamanOptions {
  seed: number | string;
  /** [shift cm⁻¹, full width cm⁻¹, height counts] */
  bands: readonly (readonly [shift: number, width: number, height: number])[];
  /** cm⁻¹ */
  range?: readonly [number, number];
  points?: number;
  /** how far the instrument's axis lies off, cm⁻¹ */
  offset?: number;
  fluorescence?: number;
  cosmicRays?: number;
}

export interface VirtualReading {
  x: Float64Array;
  y: Float64Array;
}

/** Shifts as the instrument states them (truth minus offset) with counts. Lines are Lorentzian cores folded by a triangular slit. */
export function virtualRaman(options: VirtualRamanOptions): VirtualReading {
  const { bands, offset = 0, fluorescence = 3000, cosmicRays = 3, points = 1000 } = options;
  const [low, high] = options.range ?? [100, 700];
  const draw = random(`raman ${options.seed}`);
  const phase = 6.28 * draw.uniform();
  const x = Float64Array.from({ length: points }, (_, i) => {
    const t = i / (points - 1);
    // a grating's dispersion bends by some tenths of a wavenumber
    return low + (high - low) * t + 0.15 * Math.sin(Math.PI * t);
  });
  const y = x.map((shift) => {
    const t = (shift - low) / (high - low);
    let mean = fluorescence * (0.4 + 0.8 * Math.exp(-1.4 * t) + 0.15 * t * t) * (1 + 0.004 * Math.sin(40 * t + phase));
    for (const [centre, width, height] of bands) {
      for (const [slit, weight] of [
        [-0.7, 0.25],
        [0, 0.5],
        [0.7, 0.25],
      ] as const) {
        mean += (weight * height) / (1 + 4 * ((shift - centre - slit) / width) ** 2);
      }
    }
    return poisson(mean, draw) + 6 * draw.normal();
  });
  for (let k = 0; k < cosmicRays; k++) {
    const at = 5 + draw.integer(points - 10);
    y[at] = y[at]! + fluorescence * (1 + 6 * draw.uniform());
    if (draw.uniform() < 0.4) y[at + 1] = y[at + 1]! + fluorescence * (0.3 + draw.uniform());
  }
  return { x: x.map((v) => v - offset), y };
}

export interface VirtualXpsOptions {
  seed: number | string;
  /** lines: [binding energy eV, full width eV, area counts·eV] */
  lines: readonly (readonly [energy: number, width: number, area: number])[];
  range: readonly [number, number];
  step?: number;
  /** counts per channel at the low end */
  floor?: number;
  /** share of each line's area that scattering turns into a step behind it, per eV */
  scattering?: number;
  /** eV, added to all binding energies by charging */
  charging?: number;
  /** photon energy: kinetic energies are hν − E_B, from the Fermi level */
  photon?: number;
  /** an anode without monochromator: distance eV and share of each satellite */
  satellites?: readonly (readonly [offset: number, share: number])[];
}

/** Kinetic energies ascending, with counts. */
export function virtualXps(options: VirtualXpsOptions): VirtualReading & { photon: number } {
  const { lines, range, step = 0.1, floor = 400, scattering = 0.02, charging = 0, photon = 1486.6, satellites = [] } = options;
  const draw = random(`xps ${options.seed}`);
  const count = Math.round((range[1] - range[0]) / step) + 1;
  const lineAt = (d: number, width: number): number => {
    // Gaussian with a weak asymmetric flank towards higher binding energy
    const sigma = (width / 2.3548) * (d > 0 ? 1.03 : 0.97);
    return Math.exp(-0.5 * (d / sigma) ** 2) / (2.5066 * (width / 2.3548));
  };
  const signal = (energy: number): number => {
    let sum = 0;
    for (const [at, width, area] of lines) {
      const d = energy - at - charging;
      sum += area * lineAt(d, width);
      // inelastic losses: a step that rises with the line, and a broad shake-up 8 eV behind
      sum += (area * scattering) / (1 + Math.exp(-d / (0.4 * width)));
      sum += 0.01 * area * lineAt(d - 8, 4);
    }
    return sum;
  };
  const energies = Float64Array.from({ length: count }, (_, i) => range[1] - i * step);
  const y = energies.map((energy) => {
    let mean = floor * (1 + 0.0005 * (energy - range[0])) + signal(energy);
    for (const [offset, share] of satellites) mean += share * signal(energy + offset);
    return poisson(mean, draw);
  });
  return { x: energies.map((e) => photon - e), y, photon };
}

export interface VirtualIonsOptions {
  seed: number | string;
  /** true ratio of the first to the second ion */
  ratio: number;
  /** relative standard deviation of the ratio between areas of the sample */
  spread: number;
  areas?: number;
  /** counts of the second ion per area, before the dead time */
  counts?: number;
  pulses?: number;
  /** counts that the electrolyte adds to both ions */
  blank?: readonly [number, number];
}

/** Counts of both ions per area: dead time as a pulse's second ion that is lost, and the electrolyte's own counts. */
export function virtualIonCounts(options: VirtualIonsOptions): { first: Float64Array; second: Float64Array; pulses: number } {
  const { ratio, spread, areas = 5, counts = 20_000, pulses = 1_000_000, blank = [0, 0] } = options;
  const draw = random(`ions ${options.seed}`);
  const lost = (mean: number): number => pulses * (1 - Math.exp(-mean / pulses));
  const first = new Float64Array(areas);
  const second = new Float64Array(areas);
  for (let k = 0; k < areas; k++) {
    // the amount of sample under the beam differs by a tenth between areas, the ratio by its own spread
    const amount = counts * (1 + 0.1 * draw.normal());
    const here = ratio * (1 + spread * draw.normal());
    first[k] = poisson(lost(amount * here + blank[0]), draw);
    second[k] = poisson(lost(amount + blank[1]), draw);
  }
  return { first, second, pulses };
}

export interface VirtualFlightOptions {
  seed: number | string;
  /** isotopologues: mass u, mean counts */
  peaks: readonly (readonly [mass: number, counts: number])[];
  /** t = start + slope √m, µs */
  start?: number;
  slope?: number;
  resolution?: number;
  range?: readonly [number, number];
  /** µs per channel */
  channel?: number;
}

/** A spectrum over the time of flight with metastable tails. */
export function virtualFlight(options: VirtualFlightOptions): VirtualReading {
  const { start = 0.35, slope = 8.1, resolution = 4000, range = [1, 90], channel = 0.0005 } = options;
  const draw = random(`flight ${options.seed}`);
  const from = start + slope * Math.sqrt(range[0]);
  const count = Math.floor((slope * (Math.sqrt(range[1]) - Math.sqrt(range[0]))) / channel);
  const y = new Float64Array(count);
  for (const [mass, mean] of options.peaks) {
    const at = start + slope * Math.sqrt(mass);
    const sigma = (at - start) / (2 * resolution) / 2.3548;
    const ions = poisson(mean, draw);
    for (let k = 0; k < ions; k++) {
      let t = at + sigma * draw.normal();
      // one ion of twelve decays on its way and arrives late
      if (draw.uniform() < 0.08) t -= 2.5 * sigma * Math.log(1 - draw.uniform());
      const i = Math.floor((t - from) / channel);
      if (i >= 0 && i < count) y[i] = y[i]! + 1;
    }
  }
  for (let i = 0; i < count; i++) if (draw.uniform() < 0.01) y[i] = y[i]! + 1;
  return { x: Float64Array.from(y, (_, i) => from + (i + 0.5) * channel), y };
}

export interface VirtualBalanceOptions {
  seed: number | string;
  /** steps: middle °C, width °C, loss % */
  steps: readonly (readonly [middle: number, width: number, loss: number])[];
  milligram?: number;
  ratePerMinute?: number;
  range?: readonly [number, number];
  /** points per °C */
  density?: number;
}

/** Temperature, time and mass with the blank of the empty pan. */
export function virtualBalance(options: VirtualBalanceOptions) {
  const { steps, milligram = 8, ratePerMinute = 5, range = [30, 550], density = 2 } = options;
  const draw = random(`balance ${options.seed}`);
  const count = Math.round((range[1] - range[0]) * density) + 1;
  const buoyancy = (t: number): number => 0.02 * (1 - 300 / (t + 273));
  const temperature = new Float64Array(count);
  const time = new Float64Array(count);
  const mass = new Float64Array(count);
  const blank = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const t = range[0] + i / density;
    temperature[i] = t + 0.05 * draw.normal() + 0.1 * Math.sin(t / 9);
    time[i] = (60 * (t - range[0])) / ratePerMinute;
    let loss = 0;
    for (const [middle, width, percent] of steps) {
      // evaporation: accelerates exponentially and stops where nothing is left
      const u = (t - middle) / width;
      loss += percent * (1 - Math.exp(-Math.LN2 * Math.exp(u)));
    }
    const read = (v: number): number => Math.round(v * 1e4) / 1e4;
    mass[i] = read(milligram * (1 - loss / 100) + buoyancy(t) + 0.0008 * draw.normal());
    blank[i] = read(buoyancy(t) + 0.0008 * draw.normal());
  }
  return { temperature, time, mass, blank, milligram };
}

export interface VirtualCalorimeterOptions {
  seed: number | string;
  glass?: { at: number; width: number; heatCapacity: number };
  /** peaks: middle °C, width °C, J/g, endothermic positive */
  peaks?: readonly (readonly [middle: number, width: number, enthalpy: number])[];
  ratePerMinute?: number;
  range?: readonly [number, number];
  noise?: number;
}

/** Temperature and heat flow in W/g, endothermic up. */
export function virtualCalorimeter(options: VirtualCalorimeterOptions): { temperature: Float64Array; heatFlow: Float64Array } {
  const { glass, peaks = [], ratePerMinute = 10, range = [25, 500], noise = 0.0008 } = options;
  const draw = random(`calorimeter ${options.seed}`);
  const count = Math.round((range[1] - range[0]) * 3) + 1;
  const perSecond = ratePerMinute / 60;
  const temperature = Float64Array.from({ length: count }, (_, i) => range[0] + i / 3);
  const heatFlow = temperature.map((t) => {
    let cp = 0.8 + 0.0006 * (t - range[0]) + 4e-7 * (t - 200) ** 2 - 0.5 * Math.exp(-(t - range[0]) / 8);
    if (glass) {
      const u = (t - glass.at) / glass.width;
      cp += (glass.heatCapacity * (1 + Math.tanh(u))) / 2;
      cp += 0.12 * glass.heatCapacity * Math.exp(-0.5 * ((t - glass.at - 2.5 * glass.width) / (1.2 * glass.width)) ** 2);
    }
    let q = cp * perSecond;
    for (const [middle, width, enthalpy] of peaks) {
      q += (enthalpy * perSecond * Math.exp(-0.5 * ((t - middle) / width) ** 2)) / (width * 2.5066);
    }
    return q + noise * draw.normal();
  });
  return { temperature, heatFlow };
}

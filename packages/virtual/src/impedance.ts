/**
 * Virtual impedance: spectra that a potentiostat would have recorded of a cell or a pellet, and the truth.
 *
 *   Z = R0 + Σ R_k/(1 + (jω τ_k)^a_k) + 1/(Q (jω)^a)  [+ A (1 − j)/√ω],   cable in series (L) and in parallel (C)
 *
 * Every point is measured at its own time (three periods, at least 50 ms), so a cell that changes changes within a
 * sweep. An interlayer forms between two times: its arc grows as ((t − t_on)/(t_end − t_on))^n and is rounded off
 * before it is complete.
 *
 * Effects that the analysis does not model: stray capacitance of the cable, a gain step between two current ranges,
 * the room's temperature going up and down, and the rounding of the growth. It shares no code with the analysis.
 */
import { type Random, random } from "@thioscope/core";

export interface VirtualArc {
  ohm: number;
  /** s, 1/(2π f) at the top of the arc */
  tauSecond: number;
  /** 1 a semicircle, below it depressed */
  exponent: number;
}

export interface VirtualImpedanceCell {
  title: string;
  seriesOhm: number;
  arcs: readonly VirtualArc[];
  /** blocking electrodes */
  blocking?: { q: number; exponent: number };
  /** diffusion, ohm·s^-1/2 */
  warburg?: number;
  /** a layer that forms */
  growth?: VirtualGrowth;
  temperatureCelsius: number;
  potentialVolt: number;
}

export interface VirtualGrowth {
  arc: VirtualArc;
  fromSecond: number;
  toSecond: number;
  exponent: number;
}

export interface VirtualImpedanceEffects {
  /** one standard deviation of the real and of the imaginary part, relative to |Z| */
  noiseRelative: number;
  /** growth of the whole impedance over an hour, relative */
  driftPerHour: number;
  cableHenry: number;
  cableFarad: number;
  /** gain of the lower current range against the upper, relative */
  rangeStep: number;
  /** amplitude of the room's daily temperature on all resistances, relative */
  roomRelative: number;
}

export const USUAL_IMPEDANCE_EFFECTS: VirtualImpedanceEffects = {
  noiseRelative: 2e-3,
  driftPerHour: 2e-4,
  cableHenry: 1e-7,
  cableFarad: 2e-12,
  rangeStep: 5e-4,
  roomRelative: 2e-3,
};

export const NO_IMPEDANCE_EFFECTS: VirtualImpedanceEffects = {
  noiseRelative: 0,
  driftPerHour: 0,
  cableHenry: 0,
  cableFarad: 0,
  rangeStep: 0,
  roomRelative: 0,
};

export interface VirtualSweep {
  highestHertz: number;
  lowestHertz: number;
  perDecade: number;
}

export interface VirtualSpectrum {
  startSecond: number;
  frequencyHertz: Float64Array;
  real: Float64Array;
  imaginary: Float64Array;
  timeSecond: Float64Array;
}

export interface VirtualImpedanceRun {
  cell: VirtualImpedanceCell;
  spectra: readonly VirtualSpectrum[];
  truth: {
    seed: string;
    effects: VirtualImpedanceEffects;
    /** resistance of the growing layer at the start of each sweep, ohm */
    layerOhm: Float64Array;
  };
}

/** Share of the interlayer that has formed. The last twentieth of the way is rounded off. */
function grown({ fromSecond, toSecond, exponent }: VirtualGrowth, time: number): number {
  const x = (time - fromSecond) / (toSecond - fromSecond);
  if (x <= 0) return 0;
  const soft = 0.05;
  const y = x < 1 - soft ? x : x > 1 + soft ? 1 : 1 - (1 + soft - x) ** 2 / (4 * soft);
  return y ** exponent;
}

/** Z of a depressed arc, as real and imaginary part. */
function arcAt({ ohm, tauSecond, exponent }: VirtualArc, omega: number): [number, number] {
  const u = (omega * tauSecond) ** exponent;
  const c = 1 + u * Math.cos((exponent * Math.PI) / 2);
  const d = u * Math.sin((exponent * Math.PI) / 2);
  const m = c * c + d * d;
  return [(ohm * c) / m, (-ohm * d) / m];
}

function impedanceAt(cell: VirtualImpedanceCell, effects: VirtualImpedanceEffects, omega: number, time: number): [number, number] {
  const day = 1 + effects.roomRelative * Math.sin((2 * Math.PI * time) / 86400);
  const grow = day * (1 + (effects.driftPerHour * time) / 3600);
  let re = cell.seriesOhm * grow;
  let im = 0;
  const layers = cell.growth ? [{ ...cell.growth.arc, ohm: cell.growth.arc.ohm * grown(cell.growth, time) }] : [];
  for (const arc of [...cell.arcs, ...layers]) {
    const [a, b] = arcAt({ ...arc, ohm: arc.ohm * grow }, omega);
    re += a;
    im += b;
  }
  if (cell.blocking) {
    const { q, exponent } = cell.blocking;
    const modulus = 1 / (q * omega ** exponent);
    re += modulus * Math.cos((exponent * Math.PI) / 2);
    im -= modulus * Math.sin((exponent * Math.PI) / 2);
  }
  if (cell.warburg !== undefined) {
    re += cell.warburg / Math.sqrt(omega);
    im -= cell.warburg / Math.sqrt(omega);
  }
  im += omega * effects.cableHenry;
  // the cable's capacitance beside all of it: Y = 1/Z + jωC
  const m = re * re + im * im;
  const yr = re / m;
  const yi = -im / m + omega * effects.cableFarad;
  const n = yr * yr + yi * yi;
  return [yr / n, -yi / n];
}

/**
 * Spectra at the given times.
 *
 * @param starts when each sweep begins, s
 */
export function virtualImpedance(
  cell: VirtualImpedanceCell,
  starts: readonly number[],
  sweep: VirtualSweep,
  effects: VirtualImpedanceEffects = USUAL_IMPEDANCE_EFFECTS,
  seed = "1",
): VirtualImpedanceRun {
  const draw = random(`${cell.title}/${seed}`);
  const points = 1 + Math.round(sweep.perDecade * Math.log10(sweep.highestHertz / sweep.lowestHertz));
  const frequencyHertz = Float64Array.from({ length: points }, (_, i) => sweep.highestHertz * 10 ** (-i / sweep.perDecade));
  const spectra = starts.map((start) => record(cell, effects, frequencyHertz, start, draw));
  const { growth } = cell;
  const layerOhm = Float64Array.from(starts, (time) => (growth ? growth.arc.ohm * grown(growth, time) : 0));
  return { cell, spectra, truth: { seed, effects, layerOhm } };
}

function record(
  cell: VirtualImpedanceCell,
  effects: VirtualImpedanceEffects,
  frequencyHertz: Float64Array,
  startSecond: number,
  draw: Random,
): VirtualSpectrum {
  const real = new Float64Array(frequencyHertz.length);
  const imaginary = new Float64Array(frequencyHertz.length);
  const timeSecond = new Float64Array(frequencyHertz.length);
  let time = startSecond;
  // the instrument changes its range where the current has fallen to a third
  const [first, firstIm] = impedanceAt(cell, effects, 2 * Math.PI * frequencyHertz[0]!, startSecond);
  const range = 3 * Math.hypot(first, firstIm);
  for (const [i, f] of frequencyHertz.entries()) {
    time += Math.max(0.05, 3 / f);
    const [re, im] = impedanceAt(cell, effects, 2 * Math.PI * f, time);
    const size = Math.hypot(re, im);
    const gain = size > range ? 1 + effects.rangeStep : 1;
    real[i] = gain * re + effects.noiseRelative * size * draw.normal();
    imaginary[i] = gain * im + effects.noiseRelative * size * draw.normal();
    timeSecond[i] = time;
  }
  return { startSecond, frequencyHertz, real, imaginary, timeSecond };
}

/** Boltzmann's constant over the elementary charge, V/K (CODATA 2018). */
const K_EV = 8.617333262e-5;

export interface VirtualPellet {
  /** S/cm at 25 °C */
  conductivity25: number;
  activationElectronvolt: number;
  /** cm */
  thickness: number;
  /** cm² */
  area: number;
  temperatureCelsius: number;
  /** share of the resistance that shows as an arc within the window */
  arcShare: number;
}

/** A pellet between blocking electrodes; σ = σ25 exp(−E_a/k (1/T − 1/298.15 K)). */
export function virtualPellet(pellet: VirtualPellet): VirtualImpedanceCell {
  const { conductivity25, activationElectronvolt, thickness, area, temperatureCelsius, arcShare } = pellet;
  const arrhenius = Math.exp((-activationElectronvolt / K_EV) * (1 / (temperatureCelsius + 273.15) - 1 / 298.15));
  const ohm = thickness / (conductivity25 * arrhenius * area);
  // 50 nF at the grain boundaries of a pellet of a square centimetre and a millimetre
  const farad = 5e-9 * (area / thickness) * 0.1;
  return {
    title: `pellet at ${temperatureCelsius} °C`,
    seriesOhm: (1 - arcShare) * ohm,
    arcs: arcShare > 0 ? [{ ohm: arcShare * ohm, tauSecond: arcShare * ohm * farad, exponent: 0.95 }] : [],
    blocking: { q: 3e-6 * area, exponent: 0.92 },
    temperatureCelsius,
    potentialVolt: 0,
  };
}

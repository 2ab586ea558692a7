/**
 * A virtual titration: current pulses with rests, or potential steps, on spherical particles with known diffusion.
 *
 *   ∂x/∂t = (1/r²) ∂/∂r (r² D ∂x/∂r)      D ∂x/∂r = (R/3) I/Q at r = R, x the share of the capacity Q taken up
 *   V = E(x(R)) + I R_s + η_i,   dη_i/dt = (I R_i − η_i) / τ_i
 *
 * in finite volumes graded towards the surface, implicit in time with steps below 1 % of the time since the last switch.
 * E(x) falls straight, with an entropy term; between `plateau[0]` and `plateau[1]` it is flat (two phases): there the diffusion
 * overpotential vanishes and only R_s and R_i remain. Current positive on charge, which takes x down.
 *
 * Effects that the analysis does not model: R_i that changes with x, a second and slow relaxation of the interface, a daily
 * drift of the voltage, a gain error of the current, noise and steps of the voltage.
 */
import { CONSTANTS, random } from "@thioscope/core";
import type { VirtualRow } from "./cycler.ts";

export interface VirtualParticle {
  /** m²/s */
  diffusivity: number;
  /** m */
  radius: number;
  activeMassGram: number;
  milliampereHourPerGram: number;
  /** V at x = 0 and fall from x = 0 to 1 without the entropy term */
  startVolt: number;
  fallVolt: number;
  plateau: readonly [from: number, to: number] | null;
  seriesOhm: number;
  interfaceOhm: number;
  interfaceSecond: number;
}

/** 0.2 A/g, 20 min pulses and 2 h rests are printed for the Li–S cell with LiI, and 4.83e-13 cm²/s; the radius is declared here. */
export const VIRTUAL_PARTICLE: VirtualParticle = {
  diffusivity: 4.83e-17,
  radius: 1e-6,
  activeMassGram: 0.51e-3,
  milliampereHourPerGram: 1672,
  startVolt: 2.25,
  fallVolt: 0.6,
  plateau: null,
  seriesOhm: 60,
  interfaceOhm: 90,
  interfaceSecond: 3,
};

export interface TitrationEffects {
  voltageNoiseVolt: number;
  voltageStepVolt: number;
  currentNoiseRelative: number;
  gainRelative: number;
  driftVolt: number;
  /** share of the interface's overpotential that relaxes ten times more slowly */
  slowShare: number;
  /** relative change of R_i from x = 0 to 1 */
  interfaceGrowth: number;
}

export const USUAL_TITRATION: TitrationEffects = {
  voltageNoiseVolt: 5e-5,
  voltageStepVolt: 2e-5,
  currentNoiseRelative: 2e-4,
  gainRelative: 2e-4,
  driftVolt: 5e-5,
  slowShare: 0.05,
  interfaceGrowth: 0.3,
};

export interface VirtualTitration {
  /** for the header of a file */
  cell: { title: string; activeMassGram: number; areaSquareCentimetre: number; temperatureCelsius: number };
  rows: readonly VirtualRow[];
  truth: {
    seed: string;
    particle: VirtualParticle;
    /** per pulse, x before and after it */
    pulses: readonly { from: number; to: number }[];
    currentAmpere: number;
    effects: TitrationEffects;
  };
}

export interface PulseProtocol {
  specificAmperePerGram: number;
  pulseSecond: number;
  restSecond: number;
  /** x at the start and number of discharge pulses */
  from: number;
  pulses: number;
}

export const USUAL_PULSES: PulseProtocol = { specificAmperePerGram: 0.2, pulseSecond: 1200, restSecond: 7200, from: 0.06, pulses: 20 };

const SHELLS = 70;
const GRADING = 1.07;

/** Galvanostatic pulses on discharge. */
export function virtualTitration(
  particle: VirtualParticle,
  seed: string,
  protocol: PulseProtocol = USUAL_PULSES,
  effects: TitrationEffects = USUAL_TITRATION,
): VirtualTitration {
  const noise = random(`titration/${seed}`);
  const gain = 1 + effects.gainRelative * noise.normal();
  const capacity = particle.activeMassGram * particle.milliampereHourPerGram * 3.6;
  const ampere = protocol.specificAmperePerGram * particle.activeMassGram;
  const sphere = makeSphere(particle, protocol.from);
  const rows: VirtualRow[] = [];
  const pulses: { from: number; to: number }[] = [];
  let time = 0;
  let fast = 0;
  let slow = 0;
  const run = (duration: number, current: number, interval: number, half: number): void => {
    const mode = current === 0 ? ("rest" as const) : ("discharge" as const);
    const base = time;
    let next = 0.1;
    let t = 0;
    while (t < duration - 1e-9) {
      const at = Math.min(next, duration);
      while (t < at - 1e-9) {
        const dt = Math.min(Math.max(1e-3, 0.01 * t), at - t, 20);
        sphere.advance(dt, current / capacity);
        const target = current * particle.interfaceOhm * (1 + effects.interfaceGrowth * sphere.surface(0));
        fast += (target * (1 - effects.slowShare) - fast) * (1 - Math.exp(-dt / particle.interfaceSecond));
        slow += (target * effects.slowShare - slow) * (1 - Math.exp(-dt / (10 * particle.interfaceSecond)));
        t += dt;
      }
      const x = sphere.surface(current / capacity);
      const volt = openCircuit(particle, x) - current * particle.seriesOhm - fast - slow;
      const raw = volt + effects.driftVolt * Math.sin((2 * Math.PI * (base + t)) / 86400) + effects.voltageNoiseVolt * noise.normal();
      rows.push({
        timeSecond: base + t,
        voltageVolt: effects.voltageStepVolt > 0 ? Math.round(raw / effects.voltageStepVolt) * effects.voltageStepVolt : raw,
        currentAmpere: -current * gain * (1 + effects.currentNoiseRelative * noise.normal()),
        cycle: 1,
        half,
        mode,
      });
      next = Math.min(at * 1.2, at + interval);
    }
    time = base + duration;
  };
  run(1800, 0, 30, 0);
  for (let k = 0; k < protocol.pulses; k++) {
    const from = sphere.mean();
    run(protocol.pulseSecond, ampere, 5, 1);
    pulses.push({ from, to: sphere.mean() });
    run(protocol.restSecond, 0, 30, 1);
  }
  return { cell: headOf(particle), rows, truth: { seed, particle, pulses, currentAmpere: ampere, effects } };
}

/** Potential steps downwards, each held until the current has decayed. */
export function virtualPotentialSteps(
  particle: VirtualParticle,
  seed: string,
  protocol = { fromX: 0.2, stepVolt: 0.01, steps: 12, holdSecond: 14400 },
  effects: TitrationEffects = USUAL_TITRATION,
): VirtualTitration {
  const noise = random(`potential steps/${seed}`);
  const gain = 1 + effects.gainRelative * noise.normal();
  const capacity = particle.activeMassGram * particle.milliampereHourPerGram * 3.6;
  const sphere = makeSphere(particle, protocol.fromX);
  const rows: VirtualRow[] = [];
  const pulses: { from: number; to: number }[] = [];
  let volt = openCircuit(particle, protocol.fromX);
  let time = 0;
  let current = 0;
  for (let k = 0; k < protocol.steps; k++) {
    volt -= protocol.stepVolt;
    const from = sphere.mean();
    let t = 0;
    let next = 0.1;
    while (t < protocol.holdSecond - 1e-9) {
      const at = Math.min(next, protocol.holdSecond);
      while (t < at - 1e-9) {
        const dt = Math.min(Math.max(1e-3, 0.01 * t), at - t, 20);
        // the current that the resistance lets through, damped so that surface and current do not swing against each other
        const ohm = particle.seriesOhm + particle.interfaceOhm;
        for (let pass = 0; pass < 8; pass++) {
          const trial = sphere.peek(dt, current / capacity);
          const wanted = (openCircuit(particle, trial) - volt) / ohm;
          const slope =
            (openCircuit(particle, sphere.peek(dt, (1.001 * current) / capacity)) - openCircuit(particle, trial)) / (0.001 * current || 1);
          const step = (wanted - current) / (1 - (Number.isFinite(slope) && current !== 0 ? slope / ohm : 0));
          current += step;
          if (Math.abs(step) < 1e-9 * Math.abs(current)) break;
        }
        sphere.advance(dt, current / capacity);
        t += dt;
      }
      rows.push({
        timeSecond: time + t,
        voltageVolt: volt + effects.voltageNoiseVolt * noise.normal(),
        currentAmpere: -current * gain * (1 + effects.currentNoiseRelative * noise.normal()),
        cycle: 1,
        half: k + 1,
        mode: "discharge",
      });
      next = Math.min(at * 1.2, at + 30);
    }
    time += protocol.holdSecond;
    pulses.push({ from, to: sphere.mean() });
  }
  return { cell: headOf(particle), rows, truth: { seed, particle, pulses, currentAmpere: 0, effects } };
}

function headOf({ activeMassGram }: VirtualParticle): VirtualTitration["cell"] {
  return { title: "titration of spherical particles", activeMassGram, areaSquareCentimetre: 0.7854, temperatureCelsius: 25 };
}

/** V at a share x of the capacity, 0 < x < 1. */
function openCircuit(p: VirtualParticle, x: number): number {
  const inside = Math.min(1 - 1e-6, Math.max(1e-6, x));
  const line = (at: number): number =>
    p.startVolt - p.fallVolt * at + ((CONSTANTS.gas * 298.15) / CONSTANTS.faraday) * Math.log((1 - at) / at);
  if (!p.plateau) return line(inside);
  const [from, to] = p.plateau;
  if (inside <= from) return line(inside);
  const shift = line(to) - line(from);
  return inside <= to ? line(from) : line(inside) - shift;
}

/** A sphere of unit radius: x in shells that get thinner towards the surface; `rate` is d(mean x)/dt = I/Q, 1/s. */
function makeSphere(p: VirtualParticle, start: number) {
  const n = SHELLS;
  const edges = new Float64Array(n + 1);
  let thickness = (1 - GRADING) / (1 - GRADING ** n);
  edges[n] = 1;
  for (let i = n - 1; i > 0; i--) {
    edges[i] = edges[i + 1]! - thickness;
    thickness *= GRADING;
  }
  const d = p.diffusivity / (p.radius * p.radius);
  const centre = Float64Array.from({ length: n }, (_, i) => 0.5 * (edges[i]! + edges[i + 1]!));
  const volume = Float64Array.from({ length: n }, (_, i) => (edges[i + 1]! ** 3 - edges[i]! ** 3) / 3);
  const link = Float64Array.from({ length: n }, (_, i) => (i + 1 < n ? (d * edges[i + 1]! ** 2) / (centre[i + 1]! - centre[i]!) : 0));
  const x = new Float64Array(n).fill(start);
  const trial = new Float64Array(n);
  const factor = new Float64Array(n);
  // the surface of the unit sphere is three times its volume: the flux through it is a third of the rate
  const solve = (dt: number, rate: number): void => {
    for (let i = 0; i < n; i++) {
      const left = i > 0 ? (dt * link[i - 1]!) / volume[i]! : 0;
      const right = (dt * link[i]!) / volume[i]!;
      const source = i === n - 1 ? (dt * rate) / 3 / volume[i]! : 0;
      const pivot = 1 + left + right - left * (i > 0 ? factor[i - 1]! : 0);
      factor[i] = right / pivot;
      trial[i] = (x[i]! + source + left * (i > 0 ? trial[i - 1]! : 0)) / pivot;
    }
    for (let i = n - 2; i >= 0; i--) trial[i] = trial[i]! + factor[i]! * trial[i + 1]!;
  };
  const atSurface = (values: Float64Array, rate: number): number => values[n - 1]! + ((rate / 3) * (1 - centre[n - 1]!)) / d;
  return {
    advance(dt: number, rate: number): void {
      solve(dt, rate);
      x.set(trial);
    },
    /** x at the surface after a step that is not taken */
    peek(dt: number, rate: number): number {
      solve(dt, rate);
      return atSurface(trial, rate);
    },
    surface: (rate: number): number => atSurface(x, rate),
    mean: (): number => 3 * x.reduce((sum, v, i) => sum + v * volume[i]!, 0),
  };
}

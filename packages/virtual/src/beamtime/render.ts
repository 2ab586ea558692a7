/**
 * Detector frames of the scanned cell, as counts.
 *
 * Every pixel knows s = 1/d of the planes that would scatter into it and its azimuth; a phase under stress scatters there what its unstrained pattern has at s e^ε(η), with ε by Hooke's law from
 * the full stress tensor in the direction of the scattering vector. Beam profile: a top hat with soft ends (±1.5 µm) against edges of layers.
 *
 * In the counts, and not in the analysis: soft ends of the beam, grains (each degree of a ring has its own brightness, the same in every scan; a few bright spots), an amorphous hump that
 * follows the layers, air scattering, flux that wanders by a percent, the beam's drift over hours, Lorentzian tails, means over the width of pixels and sectors, dead pixels beyond those
 * that the mask states.
 */
import { type Random, random } from "@thioscope/core";
import { BEAMTIME_CRYSTALS, type BeamtimePhase, inverseSpacing, type VirtualCrystal } from "./crystals.ts";
import type { BeamtimeExperiment, BeamtimeFrame } from "./experiment.ts";

export interface BeamtimeRenderer {
  /** counts row by row */
  render(frame: BeamtimeFrame): Uint16Array;
  /** 1 = known to be dead: a module and single pixels */
  readonly mask: Uint8Array;
}

const STEPS = 3600;
const ARC = 360;
const NOISE = 2 ** 17;
const BACKGROUND = 60;

export function beamtimeRenderer(experiment: BeamtimeExperiment): BeamtimeRenderer {
  const { size, wavelengthAngstrom: lambda } = experiment;
  const draw = random(`frames/${experiment.seed}`);
  const step = experiment.pixelMetre / experiment.distanceMetre / lambda / 8;
  const reach = (Math.hypot(size, size) * 8 * 0.75) / 1;
  const patterns = new Map<BeamtimePhase, Float32Array>();
  for (const [name, crystal] of Object.entries(BEAMTIME_CRYSTALS) as [BeamtimePhase, VirtualCrystal][])
    patterns.set(name, pattern(crystal, experiment, step, Math.ceil(reach)));
  const { mask, stillDead } = deadPixels(size, draw.fork("dead"));
  const normals = Float32Array.from({ length: NOISE }, () => normalOf(draw));
  const field = { s: new Float32Array(size * size), turn: new Uint16Array(size * size), seen: new Float32Array(size * size) };
  const grains = new Map<string, Float32Array>();
  let seenAt = Number.NaN;

  return {
    mask,
    render(frame) {
      const moment = experiment.moment(frame.timeSecond);
      // the drift within one scan is far below a pixel
      if (frame.scan !== seenAt) fillField(field, experiment, frame.timeSecond, step);
      seenAt = frame.scan;
      const noise = random(`frame/${experiment.seed}/${frame.scan}/${frame.position}`);
      const flux = 1 + 0.01 * noise.normal();
      const active = moment.domains.flatMap((domain) => {
        const share = overlap(frame.place, experiment.beamMicrometre, domain.fromMicrometre, domain.toMicrometre) * domain.amount;
        if (share < 1e-4) return [];
        const crystal: VirtualCrystal = BEAMTIME_CRYSTALS[domain.phase];
        const key = `${domain.phase}/${frame.position}`;
        const arcs = grains.get(key) ?? arcsOf(crystal, random(`grains/${experiment.seed}/${key}`));
        grains.set(key, arcs);
        return [
          {
            weight: share * flux,
            arcs,
            pattern: patterns.get(domain.phase)!,
            ...strainOf(crystal, domain.difference, experiment.stackMPa, domain.compliance ?? 1),
          },
        ];
      });
      const inCathode = overlap(frame.place, experiment.beamMicrometre, moment.edges[1], moment.edges[2]);
      const smooth = smoothPattern(experiment, step, Math.ceil(reach), flux, 0.4 + 0.9 * inCathode);
      return counts(field, active, smooth, (lambda / 2) ** 2 * step * step, normals, noise, mask, stillDead);
    },
  };
}

interface Field {
  /** 1/d in steps of the patterns */
  readonly s: Float32Array;
  /** azimuth in steps */
  readonly turn: Uint16Array;
  /** solid angle and polarisation */
  readonly seen: Float32Array;
}

interface Active {
  readonly weight: number;
  readonly arcs: Float32Array;
  readonly pattern: Float32Array;
  readonly mean: number;
  readonly along: Float32Array;
}

function counts(
  { s, turn, seen }: Field,
  active: readonly Active[],
  smooth: Float32Array,
  cosine: number,
  normals: Float32Array,
  noise: Random,
  mask: Uint8Array,
  stillDead: Uint8Array,
): Uint16Array {
  const out = new Uint16Array(s.length);
  let at = 0;
  for (let p = 0; p < out.length; p++) {
    if ((p & 2047) === 0) at = noise.integer(NOISE);
    if (mask[p] || stillDead[p]) continue;
    const x = s[p]!;
    let sum = smooth[x | 0]!;
    const t = turn[p]!;
    const cos2 = 1 - cosine * x * x;
    for (let k = 0; k < active.length; k++) {
      const phase = active[k]!;
      const e = phase.mean + cos2 * phase.along[t]!;
      const y = x * (1 + e + 0.5 * e * e);
      const n = y | 0;
      const a = phase.pattern[n]!;
      sum += phase.weight * phase.arcs[t]! * (a + (phase.pattern[n + 1]! - a) * (y - n));
    }
    const mean = sum * seen[p]!;
    out[p] = Math.min(65_535, Math.max(0, mean + Math.sqrt(mean) * normals[at++ & (NOISE - 1)]! + 0.5));
  }
  return out;
}

/** Pixels seen from the sample: the beam meets the plane at (row, column); u leans away downstream. */
function fillField({ s, turn, seen }: Field, experiment: BeamtimeExperiment, timeSecond: number, step: number): void {
  const { size, pixelMetre, wavelengthAngstrom: lambda } = experiment;
  const tilt = (experiment.tiltDegree * Math.PI) / 180;
  const plane = (experiment.tiltPlaneDegree * Math.PI) / 180;
  const [ct, st, cp, sp] = [Math.cos(tilt), Math.sin(tilt), Math.cos(plane), Math.sin(plane)];
  const D = experiment.distanceMetre / pixelMetre;
  const [down, right] = experiment.driftMetre(timeSecond);
  const [row0, column0] = [experiment.beamRow + down / pixelMetre, experiment.beamColumn + right / pixelMetre];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const p = i * size + j;
      const x = j + 0.5 - column0;
      const y = i + 0.5 - row0;
      const along = x * cp + y * sp;
      const a = along * ct;
      const b = -x * sp + y * cp;
      const depth = D + along * st;
      const rho2 = a * a + b * b;
      const cosine = depth / Math.sqrt(rho2 + depth * depth);
      // 2 sin θ / λ = √(2 (1 − cos 2θ)) / λ, without the loss of digits near the beam
      const sine2 = rho2 / (rho2 + depth * depth);
      s[p] = Math.sqrt((2 * sine2) / (1 + cosine)) / lambda / step;
      // up is against the rows
      const vertical = -(a * sp + b * cp);
      const horizontal = a * cp - b * sp;
      turn[p] = (((Math.atan2(vertical, horizontal) + Math.PI) / (2 * Math.PI)) * STEPS) % STEPS;
      const across = rho2 > 0 ? (vertical * vertical - horizontal * horizontal) / rho2 : 0;
      const polarised = 1 - 0.5 * sine2 * (1 - 0.98 * across);
      seen[p] = polarised * (cosine * ct) ** 3;
    }
  }
}

/** Counts of an unstrained phase that fills the beam, over 1/d: pseudo-Voigt lines, averaged over the width of a pixel. */
function pattern(crystal: VirtualCrystal, experiment: BeamtimeExperiment, step: number, length: number): Float32Array {
  const out = new Float32Array(length + 2);
  const width = (experiment.widthDegree * Math.PI) / 180 / experiment.wavelengthAngstrom / step;
  const mix = 0.35;
  for (const [h, k, l, intensity] of crystal.lines) {
    const centre = inverseSpacing(crystal.cell, h, k, l) / step;
    for (let n = Math.max(0, Math.floor(centre - 30 * width)); n < Math.min(out.length, centre + 30 * width); n++) {
      let sum = 0;
      for (let q = -3.5; q < 4; q++) {
        const u = (2 * (n + q - centre)) / width;
        sum += mix / (1 + u * u) + (1 - mix) * Math.exp(-Math.LN2 * u * u);
      }
      out[n] = out[n]! + (crystal.crest * intensity * sum) / 800;
    }
  }
  return out;
}

function smoothPattern(experiment: BeamtimeExperiment, step: number, length: number, flux: number, hump: number): Float32Array {
  const out = new Float32Array(length + 2);
  for (let n = 0; n < out.length; n++) {
    const s = n * step;
    const twoTheta = (2 * Math.asin(Math.min(1, (experiment.wavelengthAngstrom * s) / 2)) * 180) / Math.PI;
    out[n] = flux * BACKGROUND * (1 + hump * Math.exp(-(((twoTheta - 1.9) / 0.9) ** 2)) + 2 * Math.exp(-twoTheta / 0.5));
  }
  return out;
}

/** ε = mean + cos²θ along(η): stress −p along beam and across, D − p along the axis (vertical). */
function strainOf(
  { young, poissonRatio }: VirtualCrystal,
  difference: number,
  stack: number,
  compliance: number,
): { mean: number; along: Float32Array } {
  const s1 = (-poissonRatio * compliance) / (1000 * young);
  const halfS2 = ((1 + poissonRatio) * compliance) / (1000 * young);
  return {
    mean: s1 * (difference - 3 * stack) + halfS2 * -stack,
    along: Float32Array.from({ length: STEPS }, (_, t) => halfS2 * difference * Math.sin((2 * Math.PI * (t + 0.5)) / STEPS - Math.PI) ** 2),
  };
}

function arcsOf({ grains, spots }: VirtualCrystal, draw: Random): Float32Array {
  const degree = Float64Array.from({ length: ARC }, () => (draw.uniform() < spots ? 4 : Math.max(0.1, 1 + grains * draw.normal())));
  return Float32Array.from({ length: STEPS }, (_, t) => degree[Math.floor((t * ARC) / STEPS)]!);
}

/** Share of the beam at z between two edges; its ends are soft. */
function overlap(z: number, height: number, from: number, to: number): number {
  const below = (edge: number): number => {
    let sum = 0;
    for (const v of [-1.5, -0.75, 0, 0.75, 1.5]) sum += Math.min(1, Math.max(0, (edge + v - z) / height + 0.5));
    return sum / 5;
  };
  return below(to) - below(from);
}

function deadPixels(size: number, draw: Random): { mask: Uint8Array; stillDead: Uint8Array } {
  const [mask, stillDead] = [new Uint8Array(size * size), new Uint8Array(size * size)];
  for (let i = 0; i < Math.round(size / 16); i++) mask.fill(1, i * size + Math.round(size / 4), i * size + Math.round(size / 2));
  for (let n = Math.round(0.003 * mask.length); n > 0; n--) mask[draw.integer(mask.length)] = 1;
  for (let n = Math.round(0.0003 * mask.length); n > 0; n--) stillDead[draw.integer(mask.length)] = 1;
  return { mask, stillDead };
}

/** The normal law, cut where it would never be seen. */
function normalOf(draw: Random): number {
  return Math.max(-5, Math.min(5, draw.normal()));
}

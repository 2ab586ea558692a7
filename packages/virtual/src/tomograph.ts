/**
 * A virtual tomograph of a parallel beam: counts of projections through ellipses whose line integrals are known by algebra.
 *
 * An ellipse of half axes a, b at (x₀, y₀), turned by φ, of density ρ casts at angle θ the shadow 2ρab√(s² − u²)/s² with s² = a²cos²(θ−φ) + b²sin²(θ−φ) and u
 * the distance from the shadow of its centre. Each detector column averages over its width.
 *
 * Effects that a reconstruction does not model: counting noise, a beam that is brighter in the middle and drifts, columns with a wrong response
 * (rings), dead pixels, a shifted axis, a field smaller than the object, and slight beam hardening.
 */
import { type Random, random, ThioscopeError } from "@thioscope/core";

export interface Ellipse {
  /** along and across, in units of half the field */
  a: number;
  b: number;
  x: number;
  y: number;
  /** degrees */
  turn: number;
  /** attenuation added inside, per pixel */
  density: number;
}

/** The head phantom (L. A. Shepp, B. F. Logan, IEEE Trans. Nucl. Sci. 21, 21 (1974)) with the higher contrasts of P. Toft (1996). */
export const SHEPP_LOGAN: readonly Ellipse[] = [
  { density: 1, a: 0.69, b: 0.92, x: 0, y: 0, turn: 0 },
  { density: -0.8, a: 0.6624, b: 0.874, x: 0, y: -0.0184, turn: 0 },
  { density: -0.2, a: 0.11, b: 0.31, x: 0.22, y: 0, turn: -18 },
  { density: -0.2, a: 0.16, b: 0.41, x: -0.22, y: 0, turn: 18 },
  { density: 0.1, a: 0.21, b: 0.25, x: 0, y: 0.35, turn: 0 },
  { density: 0.1, a: 0.046, b: 0.046, x: 0, y: 0.1, turn: 0 },
  { density: 0.1, a: 0.046, b: 0.046, x: 0, y: -0.1, turn: 0 },
  { density: 0.1, a: 0.046, b: 0.023, x: -0.08, y: -0.605, turn: 0 },
  { density: 0.1, a: 0.023, b: 0.023, x: 0, y: -0.606, turn: 0 },
  { density: 0.1, a: 0.023, b: 0.046, x: 0.06, y: -0.605, turn: 0 },
];

/** A pellet in its case with an interlayer seen from above: rings of case, electrolyte, a patch of interlayer, pores. */
export const PELLET: readonly Ellipse[] = [
  { density: 0.25, a: 0.9, b: 0.9, x: 0, y: 0, turn: 0 },
  { density: 0.35, a: 0.8, b: 0.8, x: 0, y: 0, turn: 0 },
  { density: 0.3, a: 0.5, b: 0.42, x: 0.1, y: -0.05, turn: 25 },
  { density: -0.55, a: 0.05, b: 0.03, x: -0.4, y: 0.35, turn: 40 },
  { density: -0.55, a: 0.03, b: 0.03, x: 0.45, y: 0.4, turn: 0 },
  { density: -0.55, a: 0.02, b: 0.06, x: -0.2, y: -0.5, turn: 10 },
];

export interface TomographSetup {
  /** detector columns; half of them times `widen` is the unit of the ellipses */
  columns: number;
  angles: number;
  /** degrees; the last angle is one step before the end */
  range: number;
  /** columns by which the axis lies beside the middle */
  shift: number;
  /** 1: the object fills the field as drawn; 1.6: it is that much larger than the field */
  widen: number;
  /** attenuation per pixel of density 1 */
  attenuation: number;
  /** counts of the open beam; 0 makes no noise */
  counts: number;
  /** share of columns with a wrong response, and by how much */
  badColumns: number;
  badResponse: number;
  deadShare: number;
  /** μT is seen as μT (1 − hardening μT) */
  hardening: number;
}

export const TOMOGRAPH: TomographSetup = {
  columns: 256,
  angles: 360,
  range: 180,
  shift: 0,
  widen: 1,
  attenuation: 0.02,
  counts: 20_000,
  badColumns: 0.01,
  badResponse: 0.02,
  deadShare: 0.0005,
  hardening: 0,
};

export interface VirtualScan {
  /** radians */
  angles: Float64Array;
  /** counts, angle by angle */
  counts: Uint16Array;
  flat: Uint16Array;
  dark: Uint16Array;
  /** line integrals without any fault */
  truth: Float32Array;
  /** detector column of the axis */
  centre: number;
}

/** Line integrals in units of density × pixels. */
export function shadows(ellipses: readonly Ellipse[], angles: Float64Array, columns: number, centre: number, unit: number): Float32Array {
  const out = new Float32Array(angles.length * columns);
  const parts = 5;
  for (let a = 0; a < angles.length; a++) {
    for (const { a: along, b: across, x, y, turn, density } of ellipses) {
      const relative = angles[a]! - (turn * Math.PI) / 180;
      const s2 = ((along * Math.cos(relative)) ** 2 + (across * Math.sin(relative)) ** 2) * unit * unit;
      const middle = centre + unit * (x * Math.cos(angles[a]!) - y * Math.sin(angles[a]!));
      const reach = Math.sqrt(s2);
      const factor = (2 * density * along * across * unit * unit) / s2;
      const last = Math.min(columns - 1, Math.ceil(middle + reach));
      for (let c = Math.max(0, Math.floor(middle - reach)); c <= last; c++) {
        let sum = 0;
        for (let p = 0; p < parts; p++) sum += Math.sqrt(Math.max(0, s2 - (c + (p + 0.5) / parts - 0.5 - middle) ** 2));
        out[a * columns + c]! += (factor * sum) / parts;
      }
    }
  }
  return out;
}

/** One slice of a scan. The truth stays in the result; an analysis is given counts, flat and dark. */
export function virtualScan(ellipses: readonly Ellipse[], setup: TomographSetup, seed: number | string): VirtualScan {
  const { columns, attenuation, counts: open, hardening } = setup;
  if (open > 60_000) throw new ThioscopeError("INVALID_INPUT", `${open} counts: the virtual camera ends at 60000`);
  const draw = random(`tomograph ${seed}`);
  const angles = Float64Array.from({ length: setup.angles }, (_, k) => ((setup.range * Math.PI) / 180) * (k / setup.angles));
  const centre = (columns - 1) / 2 + setup.shift;
  const truth = shadows(ellipses, angles, columns, centre, (columns / 2) * setup.widen).map((value) => value * attenuation);
  const beam = Float64Array.from({ length: columns }, (_, c) => open * (1 - 0.15 * ((2 * c) / columns - 1) ** 2));
  const response = Float64Array.from({ length: columns }, () =>
    draw.uniform() < setup.badColumns ? 1 + setup.badResponse * draw.normal() : 1,
  );
  const offset = 100;
  const counts = new Uint16Array(truth.length);
  for (let a = 0; a < angles.length; a++) {
    const drift = 1 + 0.003 * Math.sin((3 * a) / angles.length);
    for (let c = 0; c < columns; c++) {
      const p = truth[a * columns + c]!;
      const light = beam[c]! * drift * Math.exp(-p * (1 - hardening * p));
      // a column's fault shows only in the light that passes the object, or the flat would take it out
      const seen = noisy(light * (p > 0 ? response[c]! : 1), draw, open > 0);
      counts[a * columns + c] = draw.uniform() < setup.deadShare ? 0 : Math.min(65_535, Math.round(seen + offset));
    }
  }
  return {
    angles,
    counts,
    flat: Uint16Array.from(beam, (light) => Math.round(light + offset)),
    dark: new Uint16Array(columns).fill(offset),
    truth,
    centre,
  };
}

/** Counting noise; normal, for counts are many. */
function noisy(light: number, draw: Random, is: boolean): number {
  return is ? Math.max(0, light + Math.sqrt(light) * draw.normal()) : light;
}

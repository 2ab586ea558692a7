/**
 * Least squares of a detector geometry to points on rings.
 *
 *   minimise Σ ((2θ(row, column; geometry) − 2θ_ring)/σ)²
 *
 * Parameters are those that the rings determine almost independently of each other: distance along the beam, the beam's row and column, and the tilt as a vector (its size
 * towards axis 2 and axis 1), not the PONI, which moves by distance × tilt. Points farther than four robust standard deviations (1.4826 MAD) are left out, and it is fitted
 * again.
 *
 * Errors have two parts. The scatter of the points scales the covariance of least squares, s²A with A = (JᵀJ)⁻¹. Beyond it all points of a ring may be off together (its
 * profile is not quite a Gaussian, a neighbour pulls at it): the variance τ² of such offsets follows from how much more the rings' means m_g scatter than their points say,
 *
 *   τ² = Σ_g (m_g² − s²/w_g)/(G − 1),   C = s²A + τ² Σ_g A v_g v_gᵀ A,   v_g = Σ_{i in g} J_i/σ_i,   w_g = Σ_{i in g} 1/σ_i²
 */
import { type LeastSquaresResult, leastSquares } from "../numerics/leastSquares.ts";
import { beamGeometry, fromBeamGeometry } from "./fit2d.ts";
import { type DetectorGeometry, projection } from "./geometry.ts";

/** A point on the detector that lies on the ring of spacing d. */
export interface FitPoint {
  readonly row: number;
  readonly column: number;
  readonly spacingAngstrom: number;
  /** radians */
  readonly sigma: number;
}

export interface FreeParameters {
  readonly distance: boolean;
  readonly tilt: boolean;
  readonly wavelength: boolean;
}

export interface GeometryFit {
  readonly geometry: DetectorGeometry;
  /** of distance (m), row, column (pixels), tilt towards axis 2, towards axis 1 (radians), wavelength (m), as far as free, in this order */
  readonly parameters: Float64Array;
  readonly covariance: Float64Array;
  readonly names: readonly ParameterName[];
  /** 2θ(point) − 2θ_ring of every point, radians */
  readonly residuals: Float64Array;
  /** 1 where a point was used */
  readonly used: Uint8Array;
  readonly undetermined: readonly ParameterName[];
}

export type ParameterName = "distance" | "centreRow" | "centreColumn" | "tilt2" | "tilt1" | "wavelength";

/** Steps of the numerical derivatives: m, pixels, pixels, radians, radians, m; relative for lengths. */
const STEP: Readonly<Record<ParameterName, number>> = {
  distance: 1e-5,
  centreRow: 0.05,
  centreColumn: 0.05,
  tilt2: 1e-5,
  tilt1: 1e-5,
  wavelength: 1e-5,
};

/** Tilts beyond this are not looked for, radians (57°). */
const LARGEST_TILT = 1;

/** At least as many points as free parameters are needed; the caller has seen to that. */
export function fitGeometry(points: readonly FitPoint[], start: DetectorGeometry, free: FreeParameters): GeometryFit {
  const names = namesOf(free);
  let used = new Uint8Array(points.length).fill(1);
  let fit = solve(points, used, start, names);
  for (let round = 0; round < 6; round++) {
    const next = keep(fit.residuals, points, used);
    if (next.every((value, i) => value === used[i])) break;
    used = next;
    fit = solve(points, used, fit.geometry, names);
  }
  return { ...fit, names, used };
}

function namesOf(free: FreeParameters): ParameterName[] {
  return [
    ...(free.distance ? (["distance"] as const) : []),
    "centreRow",
    "centreColumn",
    ...(free.tilt ? (["tilt2", "tilt1"] as const) : []),
    ...(free.wavelength ? (["wavelength"] as const) : []),
  ];
}

/** The geometry with some of its parameters replaced. */
export function withParameters(start: DetectorGeometry, names: readonly ParameterName[], values: ArrayLike<number>): DetectorGeometry {
  const all = parametersOf(start);
  for (const [i, name] of names.entries()) all[name] = values[i]!;
  const beam = {
    beamDistanceMetre: all.distance,
    centreRow: all.centreRow,
    centreColumn: all.centreColumn,
    tiltDegree: (Math.hypot(all.tilt2, all.tilt1) * 180) / Math.PI,
    tiltPlaneDegree: (Math.atan2(all.tilt1, all.tilt2) * 180) / Math.PI,
  };
  return fromBeamGeometry(beam, { ...start, wavelengthMetre: start.wavelengthMetre === null ? null : all.wavelength });
}

export function parametersOf(geometry: DetectorGeometry): Record<ParameterName, number> {
  const beam = beamGeometry(geometry);
  const tilt = (beam.tiltDegree * Math.PI) / 180;
  const plane = (beam.tiltPlaneDegree * Math.PI) / 180;
  return {
    distance: beam.beamDistanceMetre,
    centreRow: beam.centreRow,
    centreColumn: beam.centreColumn,
    tilt2: tilt * Math.cos(plane),
    tilt1: tilt * Math.sin(plane),
    wavelength: geometry.wavelengthMetre ?? Number.NaN,
  };
}

/** 2θ of the point less 2θ of its ring, radians. */
function offRing(geometry: DetectorGeometry, points: readonly FitPoint[], out: Float64Array): void {
  const ray = projection(geometry);
  const t = new Float64Array(3);
  const wavelength = geometry.wavelengthMetre! * 1e10;
  for (const [i, { row, column, spacingAngstrom }] of points.entries()) {
    ray.lab(row, column, t);
    const twoTheta = Math.atan2(Math.sqrt(t[0]! * t[0]! + t[1]! * t[1]!), t[2]!);
    out[i] = twoTheta - 2 * Math.asin(Math.min(1, wavelength / (2 * spacingAngstrom)));
  }
}

function solve(
  points: readonly FitPoint[],
  used: Uint8Array,
  start: DetectorGeometry,
  names: readonly ParameterName[],
): Omit<GeometryFit, "names" | "used"> {
  const chosen = points.filter((_, i) => used[i] === 1);
  const values = parametersOf(start);
  const n = names.length;
  const scaled = (p: ArrayLike<number>, out: Float64Array): void => {
    offRing(withParameters(start, names, p), chosen, out);
    for (const [i, { sigma }] of chosen.entries()) out[i] = out[i]! / sigma;
  };
  const [above, below] = [new Float64Array(chosen.length), new Float64Array(chosen.length)];
  // the general step of derivatives is relative to the parameter, and a tilt may be zero
  const jacobian = (p: Float64Array, out: Float64Array): void => {
    const at = Float64Array.from(p);
    for (const [j, name] of names.entries()) {
      const step = STEP[name] * (name === "distance" || name === "wavelength" ? Math.abs(p[j]!) : 1);
      at[j] = p[j]! + step;
      scaled(at, above);
      at[j] = p[j]! - step;
      scaled(at, below);
      at[j] = p[j]!;
      for (let i = 0; i < chosen.length; i++) out[i * n + j] = (above[i]! - below[i]!) / (2 * step);
    }
  };
  const result: LeastSquaresResult = leastSquares(
    { count: chosen.length, residuals: scaled, jacobian },
    {
      start: names.map((name) => values[name]),
      lower: names.map((name) => (name.startsWith("tilt") ? -LARGEST_TILT : name.startsWith("centre") ? -1e6 : 0.2 * values[name])),
      upper: names.map((name) => (name.startsWith("tilt") ? LARGEST_TILT : name.startsWith("centre") ? 1e6 : 5 * values[name])),
      maxIterations: 60,
      tolerance: 1e-10,
    },
  );
  const slopes = new Float64Array(chosen.length * n);
  const misses = new Float64Array(chosen.length);
  jacobian(result.parameters, slopes);
  scaled(result.parameters, misses);
  const geometry = withParameters(start, names, result.parameters);
  const residuals = new Float64Array(points.length);
  offRing(geometry, points, residuals);
  return {
    geometry,
    parameters: result.parameters,
    covariance: withRingOffsets(result, chosen, slopes, misses),
    residuals,
    undetermined: result.undetermined.map((i) => names[i]!),
  };
}

/** C of the docstring; `slopes` is J, `misses` the residuals, both over σ. */
function withRingOffsets(
  result: LeastSquaresResult,
  points: readonly FitPoint[],
  slopes: Float64Array,
  misses: Float64Array,
): Float64Array {
  const n = result.parameters.length;
  const scale = result.sumOfSquares / Math.max(1, result.degreesOfFreedom);
  const rings = new Map<number, { weight: number; sum: number; slope: Float64Array }>();
  for (const [i, { spacingAngstrom, sigma }] of points.entries()) {
    const ring = rings.get(spacingAngstrom) ?? { weight: 0, sum: 0, slope: new Float64Array(n) };
    rings.set(spacingAngstrom, ring);
    ring.weight += 1 / sigma ** 2;
    ring.sum += misses[i]! / sigma;
    for (let j = 0; j < n; j++) ring.slope[j] = ring.slope[j]! + slopes[i * n + j]! / sigma;
  }
  let spread = 0;
  for (const { weight, sum } of rings.values()) spread += (sum / weight) ** 2 - scale / weight;
  spread /= Math.max(1, rings.size - 1);
  const covariance = Float64Array.from(result.covariance);
  if (!(spread > 0) || !(scale > 0)) return covariance;
  for (const { slope } of rings.values()) {
    // A v, from s²A
    const moved = Array.from({ length: n }, (_, j) => {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += (result.covariance[j * n + k]! / scale) * slope[k]!;
      return sum;
    });
    for (let j = 0; j < n; j++) for (let k = 0; k < n; k++) covariance[j * n + k] = covariance[j * n + k]! + spread * moved[j]! * moved[k]!;
  }
  return covariance;
}

function keep(residuals: Float64Array, points: readonly FitPoint[], used: Uint8Array): Uint8Array<ArrayBuffer> {
  const size = points.map(({ sigma }, i) => Math.abs(residuals[i]!) / sigma);
  const sorted = size.filter((_, i) => used[i] === 1).sort((a, b) => a - b);
  const limit = 4 * 1.4826 * (sorted[sorted.length >> 1] ?? 0);
  return Uint8Array.from(size, (r) => (r <= limit ? 1 : 0));
}

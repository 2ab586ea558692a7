/**
 * Least squares of a detector geometry to points on rings.
 *
 *   minimise Σ ((2θ(row, column; geometry) − 2θ_ring)/σ)²
 *
 * Parameters are those that the rings determine almost independently of each other: distance along the beam, the beam's row and column, and the tilt as a vector (its size
 * towards axis 2 and axis 1), not the PONI, which moves by distance × tilt. Points farther than four robust standard deviations (1.4826 MAD) are left out, and it is fitted
 * again. Errors are scaled by the scatter of the points, so they hold what the rings' shape adds to counting noise.
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
  const result: LeastSquaresResult = leastSquares(
    {
      count: chosen.length,
      residuals: scaled,
      // the general step is relative to the parameter, and a tilt may be zero
      jacobian(p, out) {
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
      },
    },
    {
      start: names.map((name) => values[name]),
      lower: names.map((name) => (name.startsWith("tilt") ? -LARGEST_TILT : name.startsWith("centre") ? -1e6 : 0.2 * values[name])),
      upper: names.map((name) => (name.startsWith("tilt") ? LARGEST_TILT : name.startsWith("centre") ? 1e6 : 5 * values[name])),
      maxIterations: 60,
      tolerance: 1e-10,
    },
  );
  const geometry = withParameters(start, names, result.parameters);
  const residuals = new Float64Array(points.length);
  offRing(geometry, points, residuals);
  return {
    geometry,
    parameters: result.parameters,
    covariance: result.covariance,
    residuals,
    undetermined: result.undetermined.map((i) => names[i]!),
  };
}

function keep(residuals: Float64Array, points: readonly FitPoint[], used: Uint8Array): Uint8Array<ArrayBuffer> {
  const size = points.map(({ sigma }, i) => Math.abs(residuals[i]!) / sigma);
  const sorted = size.filter((_, i) => used[i] === 1).sort((a, b) => a - b);
  const limit = 4 * 1.4826 * (sorted[sorted.length >> 1] ?? 0);
  return Uint8Array.from(size, (r) => (r <= limit ? 1 : 0));
}

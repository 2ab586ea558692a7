/**
 * The column of the rotation axis, found from the projections.
 *
 * Object inside the field: the centre of mass of every projection lies at c + a cos θ + b sin θ (first Helgason–Ludwig condition), so c is the
 * constant of a line fit, with its error from the residuals. Object larger than the field: mass is not conserved; projections half a turn
 * apart are mirror images about c, whichever part is seen, and c is where the rms of their difference over the common columns is least.
 */
import { ThioscopeError } from "../errors.ts";
import { weightedLinear } from "../numerics/weightedLinear.ts";
import { type Quantity, quantity } from "../units/quantity.ts";
import type { Sinogram } from "./model.ts";
import { edgeShare, levelled, TRUNCATED_FROM } from "./prepare.ts";

export interface Centre {
  /** detector column, from 0 */
  column: Quantity;
  how: "centre of mass" | "half turn";
}

/** @param sinograms of several slices: they share the axis */
export function rotationCentre(sinograms: readonly Sinogram[]): Centre {
  const [first] = sinograms;
  if (!first || first.angles.length < 3) throw new ThioscopeError("INVALID_INPUT", "the rotation axis needs at least three projections");
  const truncated = sinograms.some((sinogram) => edgeShare(sinogram) > TRUNCATED_FROM);
  return truncated ? byHalfTurn(sinograms) : byMass(sinograms.map(levelled));
}

function byMass(sinograms: readonly Sinogram[]): Centre {
  const { angles } = sinograms[0]!;
  const found: { value: number; weight: number }[] = [];
  for (const { columns, values } of sinograms) {
    const at = Float64Array.from(angles, (_, a) => {
      let mass = 0;
      let moment = 0;
      for (let c = 0; c < columns; c++) {
        const value = values[a * columns + c]!;
        mass += value;
        moment += value * c;
      }
      return mass > 0 ? moment / mass : Number.NaN;
    });
    const use = Array.from(angles, (_, a) => a).filter((a) => Number.isFinite(at[a]!));
    if (use.length < 4) continue;
    const design = Float64Array.from(use.flatMap((a) => [1, Math.cos(angles[a]!), Math.sin(angles[a]!)]));
    const fit = weightedLinear(
      design,
      Float64Array.from(use, (a) => at[a]!),
      new Float64Array(use.length).fill(1),
      3,
    );
    if (!fit) continue;
    const sigma = Math.sqrt((fit.covariance[0]! * fit.chi2) / Math.max(1, fit.degreesOfFreedom));
    found.push({ value: fit.parameters[0]!, weight: 1 / Math.max(sigma, 1e-6) ** 2 });
  }
  if (found.length === 0) {
    throw new ThioscopeError("INVALID_INPUT", "the projections absorb nothing, or span too small an angle: there is no axis to find");
  }
  const weight = found.reduce((sum, f) => sum + f.weight, 0);
  const value = found.reduce((sum, f) => sum + f.weight * f.value, 0) / weight;
  return { column: quantity(value, "column", 1 / Math.sqrt(weight)), how: "centre of mass" };
}

/** Pairs of projections whose directions differ by half a turn, within half a step of the angles. */
function halfTurns({ angles }: Sinogram): [number, number][] {
  const step = Math.abs(angles[1]! - angles[0]!);
  const pairs: [number, number][] = [];
  for (let a = 0; a < angles.length; a++) {
    let best = -1;
    let least = 0.75 * step;
    for (let b = 0; b < angles.length; b++) {
      const off = Math.abs(Math.abs(angles[b]! - angles[a]!) - Math.PI);
      if (angles[b]! > angles[a]! && off < least) {
        least = off;
        best = b;
      }
    }
    if (best >= 0) pairs.push([a, best]);
  }
  return pairs;
}

function byHalfTurn(sinograms: readonly Sinogram[]): Centre {
  const pairs = halfTurns(sinograms[0]!);
  if (pairs.length === 0) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      "the object is larger than the field and no two projections are half a turn apart: the axis cannot be found; give its column",
    );
  }
  const { columns } = sinograms[0]!;
  const cost = (centre: number): number => {
    let sum = 0;
    let count = 0;
    for (const { values } of sinograms) {
      for (const [a, b] of pairs) {
        for (let c = Math.max(0, Math.ceil(2 * centre - columns + 1)); c < columns; c++) {
          const mirror = 2 * centre - c;
          if (mirror < 0 || mirror > columns - 1) continue;
          const k = Math.min(columns - 2, Math.floor(mirror));
          const f = mirror - k;
          const other = values[b * columns + k]! * (1 - f) + values[b * columns + k + 1]! * f;
          sum += (values[a * columns + c]! - other) ** 2;
          count++;
        }
      }
    }
    // a tenth of the columns must overlap for the comparison to mean anything
    return count > 0.1 * columns * pairs.length * sinograms.length ? sum / count : Number.POSITIVE_INFINITY;
  };
  let best = columns / 2;
  let least = cost(best);
  for (let c = columns / 4; c <= (3 * columns) / 4; c += 0.5) {
    const value = cost(c);
    if (value < least) {
      least = value;
      best = c;
    }
  }
  // half columns compare points with points, the rest interpolates and smooths: the parabola goes through steps of a half
  const low = cost(best - 0.5);
  const high = cost(best + 0.5);
  const curve = low - 2 * least + high;
  const shift = curve > 0 ? Math.max(-0.5, Math.min(0.5, (0.25 * (low - high)) / curve)) : 0;
  // χ² = N cost/least rises by one within σ; the second derivative of the cost is curve/0.5²
  const points = pairs.length * sinograms.length * columns;
  const sigma = curve > 0 ? Math.sqrt((0.5 * least) / (points * curve)) : 0.5;
  return { column: quantity(best + shift, "column", sigma), how: "half turn" };
}

/**
 * The linear part of a pattern: what each scale or intensity multiplies, Chebyshev terms, their weighted least squares, and how the best of them follow when
 * places or shapes of lines move.
 *
 *   c = N⁻¹ Φᵀ W y,  N = Φᵀ W Φ;   dc/dp = −N⁻¹ Φᵀ W (∂Φ/∂p) c
 *
 * The second is Kaufman's approximation (BIT 15, 49, 1975): of the whole derivative of variable projection it leaves out what is of the size of the residuals.
 */
import { choleskyFactor, choleskySolve } from "../numerics/cholesky.ts";
import { GAUSS_TOP } from "./profile.ts";

/** Places of lines, one after the other: several stand for a line with a doublet or a tail. */
export interface Places {
  count: number;
  /** which coefficient it belongs to */
  column: Int32Array;
  at: Float64Array;
  width: Float64Array;
  eta: Float64Array;
  strength: Float64Array;
}

export const placesOf = (count: number): Places => ({
  count,
  column: new Int32Array(count),
  at: new Float64Array(count),
  width: new Float64Array(count).fill(1),
  eta: new Float64Array(count),
  strength: new Float64Array(count),
});

/** A line is drawn this many widths to both sides. */
const REACH = 25;
/** Half widths beyond which a Gaussian is nothing: 2^(−36). */
const GAUSS_REACH = 6;

export type Design = ReturnType<typeof designOf>;

/** @param peaks coefficients of lines; behind them stand those of the background */
export function designOf(twoTheta: Float64Array, terms: number, peaks: number) {
  const n = twoTheta.length;
  const columns = peaks + terms;
  const chebyshev = chebyshevOf(twoTheta, terms);
  const from = new Int32Array(peaks);
  const to = new Int32Array(peaks);
  const values: Float64Array[] = Array.from({ length: peaks }, () => new Float64Array(0));
  const normal = new Float64Array(columns * columns);
  const solution = new Float64Array(columns);
  const scratch = new Float64Array(columns);
  const [shape, byAt, byHalf, byEta] = [new Float64Array(n), new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  let isSolved = false;
  const indexOf = (angle: number): number => {
    let [a, b] = [0, n];
    while (a < b) {
      const m = (a + b) >> 1;
      if (twoTheta[m]! < angle) a = m + 1;
      else b = m;
    }
    return a;
  };
  const first = (places: Places, c: number): number => indexOf(places.at[c]! - REACH * places.width[c]!);
  const last = (places: Places, c: number): number => indexOf(places.at[c]! + REACH * places.width[c]!);

  /** Φᵀ W v. */
  const projected = (v: Float64Array, w2: Float64Array, out: Float64Array): void => {
    for (let a = 0; a < peaks; a++) {
      const own = values[a]!;
      const start = from[a]!;
      let sum = 0;
      for (let i = start; i < to[a]!; i++) sum += w2[i]! * own[i - start]! * v[i]!;
      out[a] = sum;
    }
    for (let k = 0; k < terms; k++) {
      const term = chebyshev[k]!;
      let sum = 0;
      for (let i = 0; i < n; i++) sum += w2[i]! * term[i]! * v[i]!;
      out[peaks + k] = sum;
    }
  };
  /** v ± Φ c. */
  const add = (v: Float64Array, c: Float64Array, sign: number): void => {
    for (let a = 0; a < peaks; a++) {
      const by = sign * c[a]!;
      const own = values[a]!;
      const start = from[a]!;
      if (by !== 0) for (let i = start; i < to[a]!; i++) v[i] = v[i]! + by * own[i - start]!;
    }
    for (let k = 0; k < terms; k++) {
      const by = sign * c[peaks + k]!;
      const term = chebyshev[k]!;
      for (let i = 0; i < n; i++) v[i] = v[i]! + by * term[i]!;
    }
  };

  return {
    columns,
    peaks,
    /** The best coefficients, which lie here until the next call. */
    coefficients: solution,
    /** Lays lines at their places. */
    lay(places: Places): void {
      from.fill(n);
      to.fill(0);
      for (let c = 0; c < places.count; c++) {
        if (places.strength[c] === 0) continue;
        const a = places.column[c]!;
        from[a] = Math.min(from[a]!, first(places, c));
        to[a] = Math.max(to[a]!, last(places, c));
      }
      for (let a = 0; a < peaks; a++) {
        const size = Math.max(0, to[a]! - from[a]!);
        if (values[a]!.length < size) values[a] = new Float64Array(Math.min(n, size + 64));
        else values[a]!.fill(0, 0, size);
      }
      for (let c = 0; c < places.count; c++) {
        const s = places.strength[c]!;
        if (s === 0) continue;
        const a = places.column[c]!;
        const own = values[a]!;
        const start = from[a]!;
        const [at, h, eta] = [places.at[c]!, places.width[c]! / 2, places.eta[c]!];
        const inverse = 1 / h;
        const lorentz = (s * eta) / (Math.PI * h);
        const gauss = (s * (1 - eta) * GAUSS_TOP) / h;
        const end = last(places, c);
        for (let i = first(places, c); i < end; i++) {
          const u = (twoTheta[i]! - at) * inverse;
          const u2 = u * u;
          let y = lorentz / (1 + u2);
          if (u2 < GAUSS_REACH * GAUSS_REACH) y += gauss * Math.exp(-Math.LN2 * u2);
          own[i - start] = own[i - start]! + y;
        }
      }
    },
    /** Solves for the coefficients; false where no solution is. `w2` are 1/σ². */
    solve(y: Float64Array, w2: Float64Array): boolean {
      normal.fill(0);
      for (let a = 0; a < peaks; a++) {
        const own = values[a]!;
        for (let b = 0; b <= a; b++) {
          const other = values[b]!;
          const start = Math.max(from[a]!, from[b]!);
          const end = Math.min(to[a]!, to[b]!);
          let sum = 0;
          for (let i = start; i < end; i++) sum += w2[i]! * own[i - from[a]!]! * other[i - from[b]!]!;
          normal[a * columns + b] = sum;
        }
        for (let k = 0; k < terms; k++) {
          const term = chebyshev[k]!;
          let sum = 0;
          for (let i = from[a]!; i < to[a]!; i++) sum += w2[i]! * own[i - from[a]!]! * term[i]!;
          normal[(peaks + k) * columns + a] = sum;
        }
      }
      for (let k = 0; k < terms; k++) {
        for (let l = 0; l <= k; l++) {
          let sum = 0;
          for (let i = 0; i < n; i++) sum += w2[i]! * chebyshev[k]![i]! * chebyshev[l]![i]!;
          normal[(peaks + k) * columns + peaks + l] = sum;
        }
      }
      projected(y, w2, solution);
      // lines that coincide share their intensity; columns without points keep nothing
      for (let a = 0; a < columns; a++) normal[a * columns + a] = normal[a * columns + a]! * (1 + 1e-9) + 1e-300;
      isSolved = choleskyFactor(normal, columns);
      if (isSolved) choleskySolve(normal, solution, columns);
      else solution.fill(0);
      return isSolved;
    },
    model(out: Float64Array): void {
      out.fill(0);
      add(out, solution, 1);
    },
    background(out: Float64Array): void {
      out.fill(0);
      for (let k = 0; k < terms; k++) for (let i = 0; i < n; i++) out[i] = out[i]! + solution[peaks + k]! * chebyshev[k]![i]!;
    },
    /**
     * Adds to each derivative of the model what moving, widening and strengthening of the places does.
     *
     * @param slopes of the places, one for each derivative
     */
    slopes(places: Places, slopes: readonly Slopes[], out: readonly Float64Array[]): void {
      for (let c = 0; c < places.count; c++) {
        const s = places.strength[c]!;
        const scale = solution[places.column[c]!]!;
        if (scale === 0 || s === 0) continue;
        const touched = touchedBy(slopes, c);
        if (touched.length === 0) continue;
        const [at, h, eta] = [places.at[c]!, places.width[c]! / 2, places.eta[c]!];
        const end = last(places, c);
        const start = first(places, c);
        const inverse = 1 / h;
        const movesOnly = touched.every((k) => slopes[k]!.width[c] === 0 && slopes[k]!.eta[c] === 0 && slopes[k]!.strength[c] === 0);
        const lorentzTop = inverse / Math.PI;
        const gaussTop = inverse * GAUSS_TOP;
        for (let i = start; i < end; i++) {
          const u = (twoTheta[i]! - at) * inverse;
          const u2 = u * u;
          const part = 1 / (1 + u2);
          const lorentz = lorentzTop * part;
          const gauss = u2 < GAUSS_REACH * GAUSS_REACH ? gaussTop * Math.exp(-Math.LN2 * u2) : 0;
          // −d/du of each
          const slope = 2 * u * (eta * lorentz * part + (1 - eta) * gauss * Math.LN2);
          byAt[i] = slope * inverse;
          if (movesOnly) continue;
          const value = eta * lorentz + (1 - eta) * gauss;
          shape[i] = value;
          byHalf[i] = (u * slope - value) * inverse;
          byEta[i] = lorentz - gauss;
        }
        for (const k of touched) {
          const { at: a, width, eta: e, strength } = slopes[k]!;
          const [fa, fh, fe, fs] = [a[c]! * s * scale, (width[c]! * s * scale) / 2, e[c]! * s * scale, strength[c]! * scale];
          const own = out[k]!;
          if (movesOnly) for (let i = start; i < end; i++) own[i] = own[i]! + fa * byAt[i]!;
          else for (let i = start; i < end; i++) own[i] = own[i]! + fa * byAt[i]! + fh * byHalf[i]! + fe * byEta[i]! + fs * shape[i]!;
        }
      }
    },
    /** Takes out of a derivative of the model what the coefficients make up for; what they change by is left in `change`. */
    project(derivative: Float64Array, w2: Float64Array, change: Float64Array): void {
      projected(derivative, w2, change);
      if (!isSolved) return;
      choleskySolve(normal, change, columns);
      add(derivative, change, -1);
      for (let a = 0; a < columns; a++) change[a] = -change[a]!;
    },
    /**
     * Covariance of the coefficients of lines: at fixed shapes, and what the errors of the shapes carry over.
     *
     * @param changes of the coefficients with each parameter; covariance of those, row by row, NaN where one is held
     */
    covariance(changes: readonly Float64Array[], covariance: ArrayLike<number>): Float64Array {
      const out = new Float64Array(peaks * peaks);
      if (!isSolved) return out.fill(Number.NaN);
      for (let a = 0; a < peaks; a++) {
        scratch.fill(0);
        scratch[a] = 1;
        choleskySolve(normal, scratch, columns);
        for (let b = 0; b < peaks; b++) out[a * peaks + b] = scratch[b]!;
      }
      const count = changes.length;
      for (let k = 0; k < count; k++) {
        for (let l = 0; l < count; l++) {
          const both = covariance[k * count + l]!;
          if (!Number.isFinite(both)) continue;
          const [s, t] = [changes[k]!, changes[l]!];
          for (let a = 0; a < peaks; a++) for (let b = 0; b < peaks; b++) out[a * peaks + b] = out[a * peaks + b]! + s[a]! * t[b]! * both;
        }
      }
      return out;
    },
  };
}

/** Derivatives of places: `strength` is absolute, the others multiply it. */
export type Slopes = Pick<Places, "at" | "width" | "eta" | "strength">;

function touchedBy(slopes: readonly Slopes[], c: number): number[] {
  const touched: number[] = [];
  for (let k = 0; k < slopes.length; k++) {
    const { at, width, eta, strength } = slopes[k]!;
    if (at[c] !== 0 || width[c] !== 0 || eta[c] !== 0 || strength[c] !== 0) touched.push(k);
  }
  return touched;
}

function chebyshevOf(twoTheta: Float64Array, terms: number): Float64Array[] {
  const n = twoTheta.length;
  const table = Array.from({ length: terms }, () => new Float64Array(n));
  const [low, high] = [twoTheta[0]!, twoTheta[n - 1]!];
  for (let i = 0; i < n; i++) {
    const x = (2 * (twoTheta[i]! - low)) / (high - low) - 1;
    let [a, b] = [1, x];
    for (let k = 0; k < terms; k++) {
      table[k]![i] = a;
      [a, b] = [b, 2 * x * b - a];
    }
  }
  return table;
}

/**
 * Multivariate curve resolution by alternating least squares: D ≈ C S, spectra S and shares C from a series alone.
 *
 *   C: min ‖D − C S‖ with C ≥ 0, rows summing to 1 where closed;   S: min ‖D − C S‖ with S ≥ 0, declared spectra held
 *
 * Both steps are solved exactly (active sets), so the sum of squares never rises; it ends where a round lowers it by less than 1e-7 of itself. It starts from named
 * spectra of the series or from the most different ones (SIMPLISMA's idea on rows: each next one is the farthest from the space of the last).
 * Lack of fit = 100 √(Σ(D − CS)²/ΣD²) %.
 *
 * The answer is not unique: every C T⁻¹, T S that keeps the constraints fits the same. `feasibleBand` looks for the T that makes each
 * component's share as large and as small as allowed (Tauler, J. Chemom. 15, 627 (2001)); the band between them is part of the answer.
 * (Lawton and Sylvestre, Technometrics 13, 617 (1971); Jaumot, de Juan and Tauler, Chemom. Intell. Lab. Syst. 140, 1 (2015).)
 */
import { ThioscopeError } from "../errors.ts";
import { simplex } from "../numerics/simplex.ts";
import { checkCancelled, QUIET, type TaskContext } from "../task.ts";
import { simplexWeights } from "./simplexWeights.ts";

/** relative fall of the sum of squares in a round */
const CONVERGED = 1e-7;

export interface SeriesMatrix {
  names: readonly string[];
  energy: Float64Array;
  /** spectra × energies, row by row */
  data: Float64Array;
}

export interface McrOptions {
  /** number of components, the known ones included */
  components: number;
  /** spectra that are held: a standard measured, or computed and declared so */
  known?: readonly { name: string; values: Float64Array }[];
  /** rows to start from; the most different where absent */
  start?: readonly number[];
  /** shares of a spectrum sum to 1; true where absent */
  closed?: boolean;
  maxIterations?: number;
}

export interface McrResult {
  components: readonly { name: string; known: boolean }[];
  /** spectra × components */
  shares: Float64Array;
  /** components × energies */
  spectra: Float64Array;
  lackOfFitPercent: number;
  /** share of the sum of squares, % */
  explainedPercent: number;
  /** noise-only standard errors of the shares, spectra held: the band below is the larger part of the truth */
  shareSigma: Float64Array;
  iterations: number;
  converged: boolean;
}

/** Throws INVALID_INPUT for counts that make no sense. */
export function resolveCurves(series: SeriesMatrix, options: McrOptions, task: TaskContext = QUIET): McrResult {
  const c = series.names.length;
  const p = series.energy.length;
  const { components: n, known = [], closed = true, maxIterations = 2000 } = options;
  if (!(Number.isInteger(n) && n >= 1 && n <= Math.min(c, 12) && known.length <= n)) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${n} components of ${c} spectra with ${known.length} known; 1 to ${Math.min(c, 12)} are resolved`,
    );
  }
  for (const { name, values } of known) {
    if (values.length !== p)
      throw new ThioscopeError("INVALID_INPUT", `the known spectrum "${name}" has ${values.length} points, the series ${p}`);
  }
  const rows = options.start ?? purestRows(series, n - known.length, known);
  if (rows.length !== n - known.length || rows.some((row) => !(Number.isInteger(row) && row >= 0 && row < c))) {
    throw new ThioscopeError("INVALID_INPUT", `${rows.length} spectra to start from; ${n - known.length} of the series' ${c} are needed`);
  }
  const spectra = new Float64Array(n * p);
  for (const [k, { values }] of known.entries()) spectra.set(values, k * p);
  for (const [k, row] of rows.entries()) {
    for (let i = 0; i < p; i++) spectra[(known.length + k) * p + i] = Math.max(0, series.data[row * p + i]!);
  }
  const shares = new Float64Array(c * n);
  let size = 0;
  for (const d of series.data) size += d * d;
  let last = Number.POSITIVE_INFINITY;
  let iterations = 0;
  let converged = false;
  while (iterations < maxIterations && !converged) {
    if (iterations % 50 === 0) {
      checkCancelled(task);
      task.progress(iterations, maxIterations, "iterations");
    }
    iterations++;
    solveShares(series, spectra, n, closed, shares);
    if (known.length < n) solveSpectra(series, shares, n, known.length, spectra);
    const squares = residualSquares(series, shares, spectra, n);
    converged = last - squares <= CONVERGED * squares || squares < 1e-24 * size;
    last = squares;
  }
  solveShares(series, spectra, n, closed, shares);
  const squares = residualSquares(series, shares, spectra, n);
  return {
    components: Array.from({ length: n }, (_, k) =>
      k < known.length ? { name: known[k]!.name, known: true } : { name: `component ${k + 1}`, known: false },
    ),
    shares,
    spectra,
    lackOfFitPercent: 100 * Math.sqrt(squares / size),
    explainedPercent: 100 * (1 - squares / size),
    shareSigma: noiseOfShares(spectra, n, p, squares / Math.max(1, c * p - n * (c + p)), c),
    iterations,
    converged,
  };
}

/** Rows of the series, each the farthest from the space of those before it. */
function purestRows({ names, energy, data }: SeriesMatrix, count: number, known: NonNullable<McrOptions["known"]>): number[] {
  const c = names.length;
  const p = energy.length;
  const rest = data.slice();
  const chosen: number[] = [];
  const remove = (vector: Float64Array): void => {
    const norm = Math.sqrt(vector.reduce((sum, v) => sum + v * v, 0)) || 1;
    for (let k = 0; k < c; k++) {
      let dot = 0;
      for (let i = 0; i < p; i++) dot += rest[k * p + i]! * (vector[i]! / norm);
      for (let i = 0; i < p; i++) rest[k * p + i] = rest[k * p + i]! - dot * (vector[i]! / norm);
    }
  };
  for (const { values } of known) remove(values.slice());
  for (let n = 0; n < count; n++) {
    let best = -1;
    let most = -1;
    for (let k = 0; k < c; k++) {
      if (chosen.includes(k)) continue;
      let norm = 0;
      for (let i = 0; i < p; i++) norm += rest[k * p + i]! ** 2;
      if (norm > most) {
        most = norm;
        best = k;
      }
    }
    chosen.push(best);
    remove(rest.slice(best * p, (best + 1) * p));
  }
  return chosen;
}

/** Normal equations of all the rows (or columns) share one Gram matrix. */
function gramOf(a: Float64Array, n: number, p: number, byRow: boolean): Float64Array {
  const gram = new Float64Array(n * n);
  for (let x = 0; x < n; x++) {
    for (let y = 0; y <= x; y++) {
      let sum = 0;
      for (let i = 0; i < p; i++) sum += byRow ? a[x * p + i]! * a[y * p + i]! : a[i * n + x]! * a[i * n + y]!;
      gram[x * n + y] = sum;
      gram[y * n + x] = sum;
    }
  }
  return gram;
}

function solveShares({ names, energy, data }: SeriesMatrix, spectra: Float64Array, n: number, closed: boolean, shares: Float64Array): void {
  const p = energy.length;
  const gram = gramOf(spectra, n, p, true);
  const right = new Float64Array(n);
  for (let k = 0; k < names.length; k++) {
    for (let a = 0; a < n; a++) {
      let sum = 0;
      for (let i = 0; i < p; i++) sum += spectra[a * p + i]! * data[k * p + i]!;
      right[a] = sum;
    }
    shares.set(simplexWeights(gram, right, closed), k * n);
  }
}

/** Unknown spectra, not negative, point by point in energy; the known ones' part is taken off first. */
function solveSpectra({ names, energy, data }: SeriesMatrix, shares: Float64Array, n: number, known: number, spectra: Float64Array): void {
  const c = names.length;
  const p = energy.length;
  const free = n - known;
  const part = new Float64Array(c * free);
  for (let k = 0; k < c; k++) for (let a = 0; a < free; a++) part[k * free + a] = shares[k * n + known + a]!;
  const gram = gramOf(part, free, c, false);
  // a component that no spectrum holds would be undetermined: it keeps what it was
  for (let a = 0; a < free; a++) gram[a * free + a] = gram[a * free + a]! + 1e-12;
  const right = new Float64Array(free);
  for (let i = 0; i < p; i++) {
    for (let a = 0; a < free; a++) {
      let sum = 1e-12 * spectra[(known + a) * p + i]!;
      for (let k = 0; k < c; k++) {
        let value = data[k * p + i]!;
        for (let b = 0; b < known; b++) value -= shares[k * n + b]! * spectra[b * p + i]!;
        sum += part[k * free + a]! * value;
      }
      right[a] = sum;
    }
    const values = simplexWeights(gram, right, false);
    for (let a = 0; a < free; a++) spectra[(known + a) * p + i] = values[a]!;
  }
}

function residualSquares({ names, energy, data }: SeriesMatrix, shares: Float64Array, spectra: Float64Array, n: number): number {
  const p = energy.length;
  let squares = 0;
  for (let k = 0; k < names.length; k++) {
    for (let i = 0; i < p; i++) {
      let r = data[k * p + i]!;
      for (let a = 0; a < n; a++) r -= shares[k * n + a]! * spectra[a * p + i]!;
      squares += r * r;
    }
  }
  return squares;
}

function noiseOfShares(spectra: Float64Array, n: number, p: number, variance: number, c: number): Float64Array {
  const gram = gramOf(spectra, n, p, true);
  const out = new Float64Array(c * n);
  // diagonal of the inverse by solving for each unit vector without bounds
  for (let a = 0; a < n; a++) {
    const inverse = inverseDiagonal(gram, n, a);
    for (let k = 0; k < c; k++) out[k * n + a] = Math.sqrt(Math.max(0, variance * inverse));
  }
  return out;
}

function inverseDiagonal(gram: Float64Array, n: number, at: number): number {
  // Schur complement: 1/(g_aa − g_aᵀ G_rest⁻¹ g_a), by elimination of the others first
  const order = [...Array.from({ length: n }, (_, j) => j).filter((j) => j !== at), at];
  const m = Float64Array.from({ length: n * n }, (_, i) => gram[order[Math.floor(i / n)]! * n + order[i % n]!]!);
  for (let k = 0; k < n - 1; k++) {
    const pivot = m[k * n + k]!;
    if (!(pivot > 0)) return Number.POSITIVE_INFINITY;
    for (let r = k + 1; r < n; r++) {
      const factor = m[r * n + k]! / pivot;
      for (let col = k; col < n; col++) m[r * n + col] = m[r * n + col]! - factor * m[k * n + col]!;
    }
  }
  const last = m[n * n - 1]!;
  return last > 0 ? 1 / last : Number.POSITIVE_INFINITY;
}

export interface FeasibleBand {
  /** spectra × components: lowest and highest share that any allowed solution found gives */
  shareLow: Float64Array;
  shareHigh: Float64Array;
  /** components × energies */
  spectrumLow: Float64Array;
  spectrumHigh: Float64Array;
  /** mean over the series of the width of the shares' band, per component: 0 is unique */
  width: Float64Array;
}

/**
 * The band of solutions that fit as well and keep the constraints.
 *
 * @param tolerance how far below zero a value may come to count as not negative, in units of the largest of its kind
 */
export function feasibleBand(series: SeriesMatrix, result: McrResult, closed = true, tolerance = 2e-3): FeasibleBand {
  const n = result.components.length;
  const c = series.names.length;
  const p = series.energy.length;
  const known = result.components.filter((one) => one.known).length;
  const { shares, spectra } = result;
  const band: FeasibleBand = {
    shareLow: shares.slice(),
    shareHigh: shares.slice(),
    spectrumLow: spectra.slice(),
    spectrumHigh: spectra.slice(),
    width: new Float64Array(n),
  };
  const largest = spectra.reduce((most, v) => Math.max(most, v), 0);
  // T mixes a spectrum with the others; known spectra stay, closed shares need rows that sum to 1
  const places: [number, number][] = [];
  for (let a = known; a < n; a++) for (let b = 0; b < n; b++) if (a !== b) places.push([a, b]);
  const matrix = (t: ArrayLike<number>): Float64Array => {
    const m = new Float64Array(n * n);
    for (let a = 0; a < n; a++) m[a * n + a] = 1;
    for (const [i, [a, b]] of places.entries()) {
      m[a * n + b] = t[i]!;
      if (closed) m[a * n + a] = m[a * n + a]! - t[i]!;
    }
    return m;
  };
  const rotate = (t: ArrayLike<number>): { c: Float64Array; s: Float64Array } | null => {
    const m = matrix(t);
    const inverse = invert(m, n);
    if (!inverse) return null;
    return { c: multiply(shares, inverse, c, n, n), s: multiply(m, spectra, n, n, p) };
  };
  for (let target = 0; target < n; target++) {
    for (const sign of [1, -1]) {
      const cost = (t: Float64Array): number => {
        const turned = rotate(t);
        if (!turned) return 1e9;
        let bad = 0;
        for (const v of turned.c) if (v < -tolerance) bad += (v + tolerance) ** 2;
        if (closed) for (const v of turned.c) if (v > 1 + tolerance) bad += (v - 1 - tolerance) ** 2;
        for (const v of turned.s) if (v < -tolerance * largest) bad += ((v + tolerance * largest) / largest) ** 2;
        let mean = 0;
        for (let k = 0; k < c; k++) mean += turned.c[k * n + target]! / c;
        return sign * mean + 1e4 * bad;
      };
      const found = simplex(cost, {
        start: new Float64Array(places.length),
        step: new Float64Array(places.length).fill(0.05),
        maxEvaluations: 4000,
      });
      const turned = rotate(found.parameters);
      if (!turned) continue;
      widen(band.shareLow, band.shareHigh, turned.c);
      widen(band.spectrumLow, band.spectrumHigh, turned.s);
    }
  }
  for (let a = 0; a < n; a++) {
    for (let k = 0; k < c; k++) band.width[a] = band.width[a]! + (band.shareHigh[k * n + a]! - band.shareLow[k * n + a]!) / c;
  }
  return band;
}

function widen(low: Float64Array, high: Float64Array, values: Float64Array): void {
  for (let i = 0; i < values.length; i++) {
    const v = Math.max(0, values[i]!);
    low[i] = Math.min(low[i]!, v);
    high[i] = Math.max(high[i]!, v);
  }
}

function multiply(a: Float64Array, b: Float64Array, rows: number, inner: number, columns: number): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < inner; k++) {
      const x = a[r * inner + k]!;
      if (x === 0) continue;
      for (let col = 0; col < columns; col++) out[r * columns + col] = out[r * columns + col]! + x * b[k * columns + col]!;
    }
  }
  return out;
}

function invert(m: Float64Array, n: number): Float64Array | null {
  const a = new Float64Array(n * 2 * n);
  for (let r = 0; r < n; r++) {
    for (let col = 0; col < n; col++) a[r * 2 * n + col] = m[r * n + col]!;
    a[r * 2 * n + n + r] = 1;
  }
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let r = k + 1; r < n; r++) if (Math.abs(a[r * 2 * n + k]!) > Math.abs(a[best * 2 * n + k]!)) best = r;
    if (Math.abs(a[best * 2 * n + k]!) < 1e-6) return null;
    for (let col = 0; col < 2 * n && best !== k; col++) {
      const swap = a[k * 2 * n + col]!;
      a[k * 2 * n + col] = a[best * 2 * n + col]!;
      a[best * 2 * n + col] = swap;
    }
    const pivot = a[k * 2 * n + k]!;
    for (let col = 0; col < 2 * n; col++) a[k * 2 * n + col] = a[k * 2 * n + col]! / pivot;
    for (let r = 0; r < n; r++) {
      const factor = a[r * 2 * n + k]!;
      if (r === k || factor === 0) continue;
      for (let col = 0; col < 2 * n; col++) a[r * 2 * n + col] = a[r * 2 * n + col]! - factor * a[k * 2 * n + col]!;
    }
  }
  return Float64Array.from({ length: n * n }, (_, i) => a[Math.floor(i / n) * 2 * n + n + (i % n)]!);
}

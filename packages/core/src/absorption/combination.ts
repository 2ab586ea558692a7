/**
 * Linear combination of standards: y(E) ≈ Σ_j w_j f_j(E − δ_j), weights not negative, their sum 1 where wanted.
 *
 * Standards are interpolated by cubic splines onto the spectrum's own energies. Error of a weight: covariance with the residual's variance,
 * times the length over which residuals hang together (what no standard explains is no noise: neighbouring points repeat it, and each parameter takes as many
 * points up as hang together),
 * plus what the edge step's error does to it (a scale that the weights must follow, or the spread over windows that spectrum and standards share). A weight at 0 is an
 * upper limit: its σ is that of a fit in which it were free. δ_j, where allowed, by Gauss–Newton on the shifts with the
 * weights solved exactly for each (variable projection; Golub and Pereyra, SIAM J. Numer. Anal. 10, 413 (1973)); what the shifts could be otherwise,
 * within their limit, is in the errors of the weights.
 * R-factor Σ(y − fit)²/Σy². Combinations of standards are compared by the Bayesian information criterion.
 */
import { ThioscopeError } from "../errors.ts";
import { choleskyFactor, choleskySolve } from "../numerics/cholesky.ts";
import { type CubicSpline, cubicSpline, evaluateSpline } from "../numerics/cubicSpline.ts";
import { leastSquares } from "../numerics/leastSquares.ts";
import type { Quantity } from "../units/quantity.ts";
import { covarianceOn, simplexWeights, solveOn } from "./simplexWeights.ts";
import { indexBelow } from "./spectrum.ts";

/** A normalised curve over energy. */
export interface NormalizedCurve {
  name: string;
  /** eV, rising */
  energy: Float64Array;
  value: Float64Array;
}

export interface Standard extends NormalizedCurve {
  /** where it is from if not measured: such components are flagged in every answer */
  origin?: "measured" | "computed" | "resolved";
}

export interface CombinationOptions {
  /** eV, both included */
  range?: readonly [number, number];
  /** weights are not negative; true where absent */
  bounded?: boolean;
  /** weights sum to one; true where absent */
  sumToOne?: boolean;
  /** largest shift of each standard, eV; none where absent or 0 */
  shift?: number;
  /** relative error of the spectrum's edge step, where the standards' steps are known without */
  stepError?: number;
  /** in place of it: standard deviation of each weight by the choice of windows, see `windowSpread` */
  weightSpread?: ArrayLike<number>;
}

export interface CombinationPart {
  name: string;
  origin: "measured" | "computed" | "resolved";
  /** share; σ of a weight at its bound is that of an upper limit */
  weight: Quantity;
  atBound: boolean;
  /** null where shifts were not allowed */
  shift: Quantity | null;
}

export interface Combination {
  name: string;
  parts: readonly CombinationPart[];
  sum: number;
  /** Σ residual² */
  chi2: number;
  /** chi2 over points minus free parameters */
  chi2Reduced: number;
  rFactor: number;
  bic: number;
  points: number;
  energy: Float64Array;
  data: Float64Array;
  fitted: Float64Array;
}

/** Standards made ready once for a whole series. */
export interface StandardSet {
  standards: readonly Standard[];
  splines: readonly CubicSpline[];
}

/** Throws INVALID_INPUT for fewer than one or more than 40 standards. */
export function standardSet(standards: readonly Standard[]): StandardSet {
  if (standards.length < 1 || standards.length > 40) {
    throw new ThioscopeError("INVALID_INPUT", `${standards.length} standards; 1 to 40 are fitted`);
  }
  return { standards, splines: standards.map(({ energy, value }) => cubicSpline(energy, value)) };
}

interface Problem {
  energy: Float64Array;
  data: Float64Array;
  /** row-major points × standards */
  design: Float64Array;
  gram: Float64Array;
  right: Float64Array;
}

/** Fits all standards of the set. Throws INVALID_INPUT where the range leaves fewer points than unknowns or a standard does not cover it. */
export function fitCombination(curve: NormalizedCurve, set: StandardSet, options: CombinationOptions = {}): Combination {
  const n = set.standards.length;
  const { energy, data } = inRange(curve, options.range, n);
  checkCover(energy, set);
  const { bounded = true, sumToOne = true, shift = 0 } = options;
  let shifts: Float64Array = new Float64Array(n);
  let shiftSigma: Float64Array | null = null;
  if (shift > 0) {
    const solved = fitShifts(energy, data, set, bounded, sumToOne, shift);
    shifts = solved.shifts;
    shiftSigma = solved.sigma;
  }
  const problem = problemOf(energy, data, set, shifts);
  const weights = weightsOf(problem, n, bounded, sumToOne);
  return answerOf(curve.name, problem, set, weights, options, shifts, shiftSigma);
}

function inRange(
  { name, energy, value }: NormalizedCurve,
  range: readonly [number, number] | undefined,
  n: number,
): { energy: Float64Array; data: Float64Array } {
  const from = range ? indexBelow(energy, range[0]) : 0;
  const to = range ? indexBelow(energy, range[1]) + 1 : energy.length;
  if (!(to - from > n + 2)) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `"${name}": ${Math.max(0, to - from)} points between ${range?.join(" and ")} eV are too few for ${n} standards`,
    );
  }
  return { energy: energy.subarray(from, to), data: value.subarray(from, to) };
}

function checkCover(energy: Float64Array, { standards }: StandardSet): void {
  for (const standard of standards) {
    const low = standard.energy[0]!;
    const high = standard.energy[standard.energy.length - 1]!;
    // half a step beyond its end is interpolation's business, more would be made up
    const slack = 2;
    if (low > energy[0]! + slack || high < energy[energy.length - 1]! - slack) {
      throw new ThioscopeError(
        "INVALID_INPUT",
        `the standard "${standard.name}" covers ${low.toFixed(1)} to ${high.toFixed(1)} eV, the fit needs ${energy[0]!.toFixed(1)} to ${energy[energy.length - 1]!.toFixed(1)} eV`,
      );
    }
  }
}

function problemOf(energy: Float64Array, data: Float64Array, { splines }: StandardSet, shifts: Float64Array): Problem {
  const n = splines.length;
  const m = energy.length;
  const design = new Float64Array(m * n);
  const column = new Float64Array(m);
  const at = new Float64Array(m);
  for (let j = 0; j < n; j++) {
    const d = shifts[j]!;
    for (let i = 0; i < m; i++) at[i] = energy[i]! - d;
    evaluateSpline(splines[j]!, at, column);
    for (let i = 0; i < m; i++) design[i * n + j] = column[i]!;
  }
  const gram = new Float64Array(n * n);
  const right = new Float64Array(n);
  for (let i = 0; i < m; i++) {
    for (let a = 0; a < n; a++) {
      const xa = design[i * n + a]!;
      right[a] = right[a]! + xa * data[i]!;
      for (let b = 0; b <= a; b++) gram[a * n + b] = gram[a * n + b]! + xa * design[i * n + b]!;
    }
  }
  for (let a = 0; a < n; a++) for (let b = 0; b < a; b++) gram[b * n + a] = gram[a * n + b]!;
  return { energy, data, design, gram, right };
}

function weightsOf({ gram, right }: Problem, n: number, bounded: boolean, sumToOne: boolean): Float64Array {
  if (bounded) return simplexWeights(gram, right, sumToOne);
  const all = Array.from({ length: n }, (_, j) => j);
  const free = solveOn(gram, right, n, all, sumToOne);
  if (!free) throw new ThioscopeError("NOT_COMPUTABLE", "two standards are the same to rounding: their weights cannot be told apart");
  return free;
}

/** Shifts by Gauss–Newton on the residual whose weights are solved for each trial. */
function fitShifts(
  energy: Float64Array,
  data: Float64Array,
  set: StandardSet,
  bounded: boolean,
  sumToOne: boolean,
  limit: number,
): { shifts: Float64Array; sigma: Float64Array } {
  const n = set.standards.length;
  const fit = leastSquares(
    {
      count: energy.length,
      residuals(p, out) {
        const problem = problemOf(energy, data, set, p);
        const w = weightsOf(problem, n, bounded, sumToOne);
        for (let i = 0; i < out.length; i++) {
          let sum = -data[i]!;
          for (let j = 0; j < n; j++) sum += w[j]! * problem.design[i * n + j]!;
          out[i] = sum;
        }
      },
    },
    {
      // not zero: central differences of a shift need a scale
      start: new Float64Array(n).fill(1e-3),
      lower: new Float64Array(n).fill(-limit),
      upper: new Float64Array(n).fill(limit),
      tolerance: 1e-8,
      maxIterations: 40,
    },
  );
  return { shifts: fit.parameters, sigma: fit.sigma };
}

/** share of the points below which a fit leaves too little to judge what it has taken up */
const LEAST_LEFT = 0.25;

/** Points that say one thing: 1 + 2 Σ ρ_k of the residuals up to the first ρ_k that is not above zero; 1 for noise. */
function correlationLength(data: Float64Array, fitted: Float64Array): number {
  const m = data.length;
  const product = (lag: number): number => {
    let sum = 0;
    for (let i = lag; i < m; i++) sum += (data[i]! - fitted[i]!) * (data[i - lag]! - fitted[i - lag]!);
    return sum;
  };
  const own = product(0);
  let length = 1;
  for (let lag = 1; own > 0 && lag < m / 4; lag++) {
    const rho = product(lag) / own;
    if (!(rho > 0)) break;
    length += 2 * rho;
  }
  return length;
}

/**
 * What the points tell of the weights while the shifts of those above zero are free: G − B C⁻¹ Bᵀ, C of the shifts' columns −w_j f_j′ and B between both.
 *
 * @param prior what is known of a shift beforehand: it lies evenly within its limit, of variance limit²/3, in units of a point's variance
 */
function gramBesideShifts(
  { energy, design, gram }: Problem,
  { splines }: StandardSet,
  weights: Float64Array,
  shifts: Float64Array,
  prior: number,
): Float64Array {
  const n = weights.length;
  const m = energy.length;
  const moved = Array.from(weights.keys()).filter((j) => weights[j]! > 0);
  const k = moved.length;
  const value = new Float64Array(m);
  const columns = moved.map((j) => {
    const slope = new Float64Array(m);
    const at = energy.map((e) => e - shifts[j]!);
    evaluateSpline(splines[j]!, at, value, slope);
    return slope.map((s) => -weights[j]! * s);
  });
  const own = Float64Array.from({ length: k * k }, (_, i) => {
    const [a, b] = [columns[Math.floor(i / k)]!, columns[i % k]!];
    return a.reduce((sum, v, p) => sum + v * b[p]!, i % k === Math.floor(i / k) ? prior : 0);
  });
  const between = Array.from({ length: n }, (_, j) =>
    Float64Array.from(columns, (column) => column.reduce((sum, v, p) => sum + v * design[p * n + j]!, 0)),
  );
  if (!choleskyFactor(own, k)) return gram;
  const left = gram.slice();
  for (let b = 0; b < n; b++) {
    const solved = between[b]!.slice();
    choleskySolve(own, solved, k);
    for (let a = 0; a < n; a++) left[a * n + b]! -= between[a]!.reduce((sum, v, p) => sum + v * solved[p]!, 0);
  }
  return left;
}

function answerOf(
  name: string,
  problem: Problem,
  set: StandardSet,
  weights: Float64Array,
  options: CombinationOptions,
  shifts: Float64Array,
  shiftSigma: Float64Array | null,
): Combination {
  const { energy, data, design, gram } = problem;
  const n = weights.length;
  const m = energy.length;
  const { bounded = true, sumToOne = true, stepError = 0, weightSpread } = options;
  const fitted = new Float64Array(m);
  let chi2 = 0;
  let size = 0;
  for (let i = 0; i < m; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += weights[j]! * design[i * n + j]!;
    fitted[i] = sum;
    chi2 += (data[i]! - sum) ** 2;
    size += data[i]! ** 2;
  }
  const inside = Array.from(weights.keys()).filter((j) => !bounded || weights[j]! > 0);
  const freedom = inside.length - (sumToOne ? 1 : 0) + (shiftSigma ? inside.length : 0);
  const length = correlationLength(data, fitted);
  const variance = (chi2 * length) / Math.max(1, LEAST_LEFT * m, m - freedom * length);
  const told = shiftSigma ? gramBesideShifts(problem, set, weights, shifts, (3 * variance) / options.shift! ** 2) : gram;
  const parts = set.standards.map((standard, j): CombinationPart => {
    const atBound = bounded && weights[j]! === 0;
    const members = atBound ? [...inside, j].sort((a, b) => a - b) : inside;
    const covariance = covarianceOn(told, n, members, sumToOne);
    const at = members.indexOf(j);
    let s2 = covariance ? variance * covariance[at * members.length + at]! : Number.NaN;
    if (weightSpread) s2 += weightSpread[j]! ** 2;
    else if (covariance && stepError > 0) {
      // y (1 + ε): the weights follow as w + ε ∂w/∂ε, with the sum held
      const response = members.reduce((sum, other, k) => sum + covariance[at * members.length + k]! * problem.right[other]!, 0);
      s2 += (response * stepError) ** 2;
    }
    const shift: Quantity | null = shiftSigma
      ? { value: shifts[j]!, sigma: Number.isFinite(shiftSigma[j]!) && weights[j]! > 0 ? shiftSigma[j]! : null, unit: "eV" }
      : null;
    return {
      name: standard.name,
      origin: standard.origin ?? "measured",
      weight: { value: weights[j]!, sigma: Number.isFinite(s2) ? Math.sqrt(Math.max(0, s2)) : null, unit: "" },
      atBound,
      shift,
    };
  });
  return {
    name,
    parts,
    sum: weights.reduce((sum, w) => sum + w, 0),
    chi2,
    chi2Reduced: variance,
    rFactor: chi2 / size,
    bic: m * Math.log(Math.max(chi2, 1e-300) / m) + freedom * Math.log(m),
    points: m,
    energy,
    data,
    fitted,
  };
}

/** Combinations of more standards than this are not enumerated. */
const MOST_STANDARDS = 14;

export interface RankedCombination {
  names: readonly string[];
  weights: readonly number[];
  rFactor: number;
  chi2Reduced: number;
  bic: number;
}

/**
 * All combinations of up to `most` standards, the best by BIC first.
 *
 * @throws INVALID_INPUT for more than 14 standards: name fewer
 */
export function rankCombinations(
  curve: NormalizedCurve,
  set: StandardSet,
  most: number,
  options: CombinationOptions = {},
): RankedCombination[] {
  const n = set.standards.length;
  if (n > MOST_STANDARDS)
    throw new ThioscopeError("INVALID_INPUT", `all combinations of ${n} standards; at most ${MOST_STANDARDS} are tried`);
  const { bounded = true, sumToOne = true } = options;
  const { energy, data } = inRange(curve, options.range, n);
  checkCover(energy, set);
  const problem = problemOf(energy, data, set, new Float64Array(n));
  const size = data.reduce((sum, y) => sum + y * y, 0);
  const out: RankedCombination[] = [];
  for (let mask = 1; mask < 2 ** n; mask++) {
    const members = Array.from({ length: n }, (_, j) => j).filter((j) => mask & (1 << j));
    if (members.length > most) continue;
    const k = members.length;
    const gram = Float64Array.from({ length: k * k }, (_, i) => problem.gram[members[Math.floor(i / k)]! * n + members[i % k]!]!);
    const right = Float64Array.from(members, (j) => problem.right[j]!);
    const w = bounded ? simplexWeights(gram, right, sumToOne) : solveOn(gram, right, k, [...members.keys()], sumToOne);
    if (!w) continue;
    // a combination in which a member is not needed is a smaller one
    if (bounded && w.some((x) => x === 0)) continue;
    let chi2 = size;
    for (let a = 0; a < k; a++) {
      chi2 -= 2 * w[a]! * right[a]!;
      for (let b = 0; b < k; b++) chi2 += w[a]! * w[b]! * gram[a * k + b]!;
    }
    chi2 = Math.max(chi2, 1e-14 * size);
    const freedom = k - (sumToOne ? 1 : 0);
    const m = data.length;
    out.push({
      names: members.map((j) => set.standards[j]!.name),
      weights: Array.from(w),
      rFactor: chi2 / size,
      chi2Reduced: chi2 / Math.max(1, m - freedom),
      bic: m * Math.log(chi2 / m) + freedom * Math.log(m),
    });
  }
  return out.sort((a, b) => a.bic - b.bic);
}

/**
 * Mean chain length x of M2Sx from an S K-edge spectrum, by the areas of its two pre-edge features.
 *
 * A chain S_x²⁻ has 2 terminal atoms and x − 2 internal ones; the terminal 1s → σ* line lies 2.0 eV below the internal one, which lies on
 * the white line of S8. Only the separation and the offset from S8 carry over between beamlines: S8's place on the scan's own
 * scale is an input. With areas A of the normalised spectrum and ρ = internal/terminal strength per atom
 *
 *   R = A_i/A_t = ρ (x − 2)/2   →   x = 2 + 2R/ρ,   K = A_t + A_i/ρ the strength per atom, the same for every x
 *   σ_x² = (2R/ρ)² [(σ_i/A_i)² + (σ_t/A_t)² − 2 cov/(A_i A_t) + (σ_ρ/ρ)²]
 *
 * Model between −6.5 and +6.5 eV of S8: a Voigt profile (core hole under a free Gaussian) for either feature, an arctan edge for either kind of atom
 * behind its feature with weights tied to the areas, a broad resonance behind both, and the spectra of what is no chain (S8, S²⁻, electrolyte, oxidised sulfur) with shares ≥ 0. Separation,
 * widths and edge have the priors that the field's spectra show. x is the mean over chains with n ≥ 2 on the sulfur left after those.
 * σ holds the covariance of the areas and the move of x when the window moves.
 *
 * Areas, not heights (the height ratio gives 4.4 for x = 5). No species is ever named from x: x' > 6 comes with the share of S8 that would explain
 * it. Pascal et al., J. Phys. Chem. Lett. 5, 1547 (2014); Phys. Chem. Chem. Phys. 17, 7743 (2015).
 */
import { ThioscopeError } from "../errors.ts";
import { choleskyFactor, choleskySolve } from "../numerics/cholesky.ts";
import { type CubicSpline, cubicSpline, evaluateSpline } from "../numerics/cubicSpline.ts";
import { type BoundState, leastSquares } from "../numerics/leastSquares.ts";
import { PEAK_SHAPES } from "../peaks/shapes.ts";
import type { Answer, Quantity } from "../units/quantity.ts";
import type { NormalizedCurve } from "./combination.ts";
import { leaveOneOut } from "./noise.ts";
import { ALPHA_WORTH_FLAGGING } from "./overAbsorption.ts";

export type NuisanceKind = "S8" | "sulfide" | "electrolyte" | "oxidised";

export interface Nuisance extends NormalizedCurve {
  kind: NuisanceKind;
}

export interface ChainOptions {
  /** white line of S8 on this scan's own energy scale, eV; 2471.5 where absent, and flagged */
  s8WhiteLine?: number;
  /** internal/terminal strength per atom from a measured standard; 1 where absent, and flagged */
  rho?: Quantity;
  /** strength per atom K of the same standard, normalised with the same windows, eV: a lower one tells of over-absorption or of other sulfur */
  strength?: Quantity;
  /** spectra of sulfur that is no chain, normalised and on the same scale */
  nuisances?: readonly Nuisance[];
  /** share of all S atoms that sit in the electrolyte: above 0 its spectrum must be among the nuisances */
  electrolyteShare?: number;
  /** relative error of the spectrum's edge step */
  stepError?: number;
  /** α of over-absorption of the sample, where its formula is known and it was not corrected */
  alpha?: number;
  /** measured in fluorescence and not corrected: without α its over-absorption is unknown, and flagged */
  fluorescence?: boolean;
}

export interface ChainFlag {
  code:
    | "chain-uncalibrated"
    | "chain-scale"
    | "chain-s8"
    | "chain-s8-possible"
    | "chain-long"
    | "chain-over-absorbed"
    | "chain-absorption-unknown"
    | "chain-at-two"
    | "chain-misfit";
  message: string;
}

export interface ChainLength {
  name: string;
  x: Answer;
  /** A_i/A_t */
  ratio: Answer;
  terminal: { area: Quantity; energy: Quantity };
  internal: { area: Quantity; energy: Quantity };
  /** K = A_t + A_i/ρ, eV per atom of chain sulfur; σ of the noise alone, because the choice of windows moves standard and sample alike */
  strength: Quantity;
  rho: Quantity;
  /** shares of the sulfur that is no chain */
  shares: readonly { kind: NuisanceKind; name: string; share: Quantity }[];
  /** for x > 6: how much S8 beside chains of n atoms would look the same */
  explainedByS8: readonly { n: number; share: number }[];
  flags: readonly ChainFlag[];
  chi2Reduced: number;
  energy: Float64Array;
  data: Float64Array;
  fitted: Float64Array;
}

/** eV below the white line of S8 */
const SEPARATION = 2.0;
const WINDOW = 6.5;
/** eV by which the terminal feature may be off */
const CENTRE_REACH = 0.8;
/** eV, prior of the separation */
const SEPARATION_PRIOR = 0.12;
/** prior of ln(w_i/w_t) */
const WIDTH_PRIOR = 0.12;
/** eV, where the edge stands behind the feature and how wide it is, with what spectra scatter */
const EDGE_OFFSET = 2.0;
const EDGE_OFFSET_PRIOR = 0.5;
/** difference of that distance between internal and terminal atoms */
const EDGE_APART_PRIOR = 0.12;
const EDGE_WIDTH = 1.0;
const EDGE_WIDTH_PRIOR = 0.25;
/** eV, the broad resonance behind both features, relative to S8 */
const RESONANCE = 7.5;
const RESONANCE_PRIOR = 1;
const RESONANCE_WIDTH = 5.5;
const RESONANCE_WIDTH_PRIOR = 1.5;
/** natural width of the S 1s level, eV (Keski-Rahkonen and Krause 1974) */
const CORE_HOLE = 0.59;
/** S8 above this share moves x = 4 by a twentieth */
const S8_WORTH_FLAGGING = 0.01;
/** less than this moves x by less than the line shapes do */
const S8_EXCLUDED = 0.03;
const DEFAULT_S8 = 2471.5;
/** relative, from sample to sample */
const STRENGTH_SCATTER = 0.015;
const GAUSSIAN = PEAK_SHAPES.gaussian;
/** mixed by the core hole's share of the width */
const VOIGT = PEAK_SHAPES.voigt;

/** Places of the parameters before the nuisances' shares: areas, centre, separation, widths, step, edges, base, resonance. */
const P = {
  terminal: 0,
  internal: 1,
  centre: 2,
  separation: 3,
  widthT: 4,
  widthI: 5,
  step: 6,
  offset: 7,
  edgeWidth: 8,
  base: 9,
  resonance: 10,
  resonanceAt: 11,
  resonanceWidth: 12,
  offsetDifference: 13,
  first: 14,
} as const;

interface Fit {
  parameters: Float64Array;
  bounds: readonly BoundState[];
  covariance: Float64Array;
  chi2Reduced: number;
  energy: Float64Array;
  data: Float64Array;
  fitted: Float64Array;
}

/**
 * Mean chain length of one normalised spectrum.
 *
 * @throws INVALID_INPUT where the spectrum does not cover the features; a length that cannot be told is in `x` as a reason
 */
export function chainLength(curve: NormalizedCurve, options: ChainOptions = {}): ChainLength {
  const s8 = options.s8WhiteLine ?? DEFAULT_S8;
  const rho = options.rho ?? { value: 1, sigma: null, unit: "" };
  const nuisances = options.nuisances ?? [];
  if (!(rho.value > 0)) throw new ThioscopeError("INVALID_INPUT", `ρ = ${rho.value}; it must be above 0`);
  const range: [number, number] = [s8 - WINDOW, s8 + WINDOW];
  if (curve.energy[0]! > range[0] + 1 || curve.energy[curve.energy.length - 1]! < range[1] - 1) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `"${curve.name}" covers ${curve.energy[0]!.toFixed(1)} to ${curve.energy[curve.energy.length - 1]!.toFixed(1)} eV; ${range[0]} to ${range[1]} eV are needed`,
    );
  }
  const main = fitWindow(curve, s8, rho.value, nuisances, options.stepError ?? 0, range);
  // what another window would have given: the line shapes are not exactly the model's
  const moved = [
    [-0.8, -1],
    [0.8, -1],
    [0.8, 0.6],
  ].flatMap(([low, high]) => {
    try {
      return [fitWindow(curve, s8, rho.value, nuisances, options.stepError ?? 0, [range[0] + low!, range[1] + high!], main.parameters)];
    } catch {
      return [];
    }
  });
  return answer(curve.name, main, moved, rho, options, nuisances);
}

/**
 * ρ and K from a standard of known chain length. ρ also weighs the two edges under the features, so it is found in rounds.
 *
 * @param length of the standard, above 2
 * @throws NOT_COMPUTABLE with the reason where the standard's own features cannot be told
 */
export function calibrateChain(
  standard: NormalizedCurve,
  length: number,
  options: ChainOptions = {},
): { rho: Quantity; strength: Quantity } {
  if (!(length > 2))
    throw new ThioscopeError("INVALID_INPUT", `a standard of length ${length}; it must be above 2, or it has no internal atoms`);
  let rho: Quantity = { value: 1, sigma: null, unit: "" };
  for (let round = 0; round < 4; round++) {
    const { ratio, x } = chainLength(standard, { ...options, rho });
    if ("notComputable" in x) throw new ThioscopeError("NOT_COMPUTABLE", `the standard "${standard.name}": ${x.notComputable}`);
    if ("notComputable" in ratio) throw new ThioscopeError("NOT_COMPUTABLE", `the standard "${standard.name}": ${ratio.notComputable}`);
    const factor = 2 / (length - 2);
    rho = { value: Math.max(0.05, ratio.value * factor), sigma: ratio.sigma === null ? null : ratio.sigma * factor, unit: "" };
  }
  return { rho, strength: chainLength(standard, { ...options, rho }).strength };
}

function fitWindow(
  curve: NormalizedCurve,
  s8: number,
  rho: number,
  nuisances: readonly Nuisance[],
  stepError: number,
  [from, to]: readonly [number, number],
  start?: Float64Array,
): Fit {
  const keep = Array.from(curve.energy.keys()).filter((i) => curve.energy[i]! >= from && curve.energy[i]! <= to);
  const n = P.first + nuisances.length;
  if (keep.length < n + 8)
    throw new ThioscopeError(
      "INVALID_INPUT",
      `"${curve.name}" has ${keep.length} points between ${from} and ${to} eV; ${n + 8} are needed`,
    );
  const energy = Float64Array.from(keep, (i) => curve.energy[i]!);
  const data = Float64Array.from(keep, (i) => curve.value[i]!);
  const m = energy.length;
  const splines = nuisances.map(({ energy: e, value }): CubicSpline => cubicSpline(e, value));
  const others = splines.map((spline) => {
    const out = new Float64Array(m);
    evaluateSpline(spline, energy, out);
    return out;
  });
  const noise = medianNoise(energy, data);
  const sigma = Math.max(noise, 1e-4);
  const d = new Float64Array(4);
  const e = new Float64Array(4);
  const r = new Float64Array(4);
  const evaluate = (p: Float64Array, out: Float64Array, jacobian: Float64Array | null): void => {
    const [at, ai, ct, sep] = [p[P.terminal]!, p[P.internal]!, p[P.centre]!, p[P.separation]!];
    const [step, offset, wide, apart] = [p[P.step]!, p[P.offset]!, p[P.edgeWidth]!, p[P.offsetDifference]!];
    const [wt, wi] = [p[P.widthT]!, p[P.widthI]!];
    const ci = ct + sep;
    const total = Math.max(at + ai / rho, 1e-6);
    const shareT = at / total;
    for (let i = 0; i < m; i++) {
      const x = energy[i]!;
      const ut = (2 * (x - ct - offset)) / wide;
      const ui = (2 * (x - ci - offset - apart)) / wide;
      const edgeT = 0.5 + Math.atan(ut) / Math.PI;
      const edgeI = 0.5 + Math.atan(ui) / Math.PI;
      const edge = shareT * edgeT + (1 - shareT) * edgeI;
      let sum = p[P.base]! + step * edge;
      sum += VOIGT.value(x, at, ct, wt, CORE_HOLE / wt, d) + VOIGT.value(x, ai, ci, wi, CORE_HOLE / wi, e);
      sum += GAUSSIAN.value(x, p[P.resonance]!, p[P.resonanceAt]!, p[P.resonanceWidth]!, 0, r);
      for (let k = 0; k < others.length; k++) sum += p[P.first + k]! * others[k]![i]!;
      out[i] = (sum - data[i]!) / sigma;
      if (!jacobian) continue;
      const row = i * n;
      const difference = step * (edgeT - edgeI);
      const bellT = (2 / wide / Math.PI / (1 + ut * ut)) * shareT * step;
      const bellI = (2 / wide / Math.PI / (1 + ui * ui)) * (1 - shareT) * step;
      jacobian[row + P.terminal] = d[0]! + (difference * (ai / rho)) / total ** 2;
      jacobian[row + P.internal] = e[0]! - (difference * (at / rho)) / total ** 2;
      jacobian[row + P.centre] = d[1]! + e[1]! - bellT - bellI;
      jacobian[row + P.separation] = e[1]! - bellI;
      jacobian[row + P.widthT] = d[2]! - (d[3]! * CORE_HOLE) / (wt * wt);
      jacobian[row + P.widthI] = e[2]! - (e[3]! * CORE_HOLE) / (wi * wi);
      jacobian[row + P.step] = edge;
      jacobian[row + P.offset] = -bellT - bellI;
      jacobian[row + P.edgeWidth] = (-ut / 2) * bellT - (ui / 2) * bellI;
      jacobian[row + P.base] = 1;
      jacobian[row + P.offsetDifference] = -bellI;
      jacobian[row + P.resonance] = r[0]!;
      jacobian[row + P.resonanceAt] = r[1]!;
      jacobian[row + P.resonanceWidth] = r[2]!;
      for (let k = 0; k < others.length; k++) jacobian[row + P.first + k] = others[k]![i]!;
      for (let j = 0; j < n; j++) jacobian[row + j] = jacobian[row + j]! / sigma;
    }
    // what the field's spectra show, as one standard deviation each; parts sum to the edge step, nothing is left below the edge
    const sumSigma = Math.max(stepError, 0.03);
    let parts = step;
    for (let k = 0; k < others.length; k++) parts += p[P.first + k]!;
    const prior: readonly (readonly [value: number, sigma: number])[] = [
      [sep - SEPARATION, SEPARATION_PRIOR],
      [Math.log(p[P.widthI]! / p[P.widthT]!), WIDTH_PRIOR],
      [parts - 1, sumSigma],
      [p[P.base]!, 0.01],
      [wide - EDGE_WIDTH, EDGE_WIDTH_PRIOR],
      [offset - EDGE_OFFSET, EDGE_OFFSET_PRIOR],
      [p[P.resonanceAt]! - s8 - RESONANCE, RESONANCE_PRIOR],
      [p[P.resonanceWidth]! - RESONANCE_WIDTH, RESONANCE_WIDTH_PRIOR],
      [apart, EDGE_APART_PRIOR],
    ];
    for (const [k, [value, error]] of prior.entries()) out[m + k] = value / error;
    if (!jacobian) return;
    jacobian.fill(0, m * n);
    const slope = (k: number, j: number, value: number): void => {
      jacobian[(m + k) * n + j] = value / prior[k]![1];
    };
    slope(0, P.separation, 1);
    slope(1, P.widthT, -1 / p[P.widthT]!);
    slope(1, P.widthI, 1 / p[P.widthI]!);
    slope(2, P.step, 1);
    for (let k = 0; k < others.length; k++) slope(2, P.first + k, 1);
    slope(3, P.base, 1);
    slope(4, P.edgeWidth, 1);
    slope(5, P.offset, 1);
    slope(6, P.resonanceAt, 1);
    slope(7, P.resonanceWidth, 1);
    slope(8, P.offsetDifference, 1);
  };
  const priors = 9;
  const scratch = new Float64Array(m + priors);
  const problem = {
    count: m + priors,
    residuals: (p: Float64Array, out: Float64Array) => evaluate(p, out, null),
    jacobian: (p: Float64Array, out: Float64Array) => evaluate(p, scratch, out),
  };
  const options = {
    lower: [0, -0.3, s8 - SEPARATION - CENTRE_REACH, 1.7, 0.7, 0.7, 0, 0.5, 0.5, -0.2, 0, s8 + 5, 2.5, -1, ...others.map(() => 0)],
    upper: [40, 40, s8 - SEPARATION + CENTRE_REACH, 2.3, 2.6, 2.6, 1.6, 4.5, 2.5, 0.2, 10, s8 + 10, 9, 1, ...others.map(() => 1.2)],
    absoluteSigma: true,
    tolerance: 1e-9,
    maxIterations: 150,
  };
  // short chains and long ones have valleys of their own; from where another window ended there is one
  const starts = start ? [start] : AREAS_TO_START.map((areas) => [...areas, ...shapesAt(s8, others.length)]);
  const fit = starts
    .map((one) => leastSquares(problem, { ...options, start: one }))
    .reduce((a, b) => (b.sumOfSquares < a.sumOfSquares ? b : a));
  const fitted = new Float64Array(m + priors);
  evaluate(fit.parameters, fitted, null);
  const model = Float64Array.from({ length: m }, (_, i) => fitted[i]! * sigma + data[i]!);
  const chi2Reduced = fit.sumOfSquares / Math.max(1, m + priors - n);
  // a misfit beyond the noise widens the errors
  const widen = Math.max(1, chi2Reduced);
  const slopes = new Float64Array((m + priors) * n);
  evaluate(fit.parameters, scratch, slopes);
  // a share at zero has the error of one that is free: that makes it an upper limit
  const free = fit.bounds.flatMap((bound, k) => (bound === "free" || k >= P.first ? [k] : []));
  const covariance = inverseNormal(slopes, m + priors, n, free);
  return {
    parameters: fit.parameters,
    bounds: fit.bounds,
    covariance: covariance.map((c) => c * widen),
    chi2Reduced,
    energy,
    data,
    fitted: model,
  };
}

/** (JᵀJ)⁻¹ over some of the parameters, zero elsewhere. */
function inverseNormal(jacobian: Float64Array, rows: number, n: number, free: readonly number[]): Float64Array {
  const k = free.length;
  const normal = new Float64Array(k * k);
  for (let i = 0; i < rows; i++) {
    for (let a = 0; a < k; a++) {
      const x = jacobian[i * n + free[a]!]!;
      for (let b = 0; b <= a; b++) normal[a * k + b] = normal[a * k + b]! + x * jacobian[i * n + free[b]!]!;
    }
  }
  const out = new Float64Array(n * n);
  const scale = Float64Array.from({ length: k }, (_, a) => 1 / Math.sqrt(normal[a * k + a]! || 1));
  for (let a = 0; a < k; a++) for (let b = 0; b <= a; b++) normal[a * k + b] = normal[a * k + b]! * scale[a]! * scale[b]!;
  for (let a = 0; a < k; a++) normal[a * k + a] = normal[a * k + a]! + 1e-12;
  if (!choleskyFactor(normal, k)) return out;
  const unit = new Float64Array(k);
  for (let a = 0; a < k; a++) {
    unit.fill(0);
    unit[a] = 1;
    choleskySolve(normal, unit, k);
    for (let b = 0; b < k; b++) out[free[a]! * n + free[b]!] = unit[b]! * scale[a]! * scale[b]!;
  }
  return out;
}

/** Areas that a fit begins with: x = 2.4, 4 and 8. */
const AREAS_TO_START: readonly (readonly [number, number])[] = [
  [2, 0.4],
  [1.3, 1.3],
  [0.6, 2],
];

/** The other parameters at their usual values. */
function shapesAt(s8: number, others: number): number[] {
  const chain = [
    s8 - SEPARATION,
    SEPARATION,
    1.3,
    1.3,
    1 - 0.1 * others,
    EDGE_OFFSET,
    EDGE_WIDTH,
    0,
    1,
    s8 + RESONANCE,
    RESONANCE_WIDTH,
    0,
  ];
  return [...chain, ...Array.from({ length: others }, () => 0.1)];
}

function medianNoise(energy: Float64Array, data: Float64Array): number {
  const residual = leaveOneOut(energy, data).filter((r) => !Number.isNaN(r));
  const sorted = residual.map(Math.abs).sort();
  return 1.4826 * (sorted[sorted.length >> 1] ?? 0);
}

function lengthOf(parameters: Float64Array, rho: number): number {
  return 2 + (2 * parameters[P.internal]!) / Math.max(parameters[P.terminal]!, 1e-9) / rho;
}

function answer(
  name: string,
  main: Fit,
  moved: readonly Fit[],
  rho: Quantity,
  options: ChainOptions,
  nuisances: readonly Nuisance[],
): ChainLength {
  const { parameters: p, covariance } = main;
  const n = P.first + nuisances.length;
  const variance = (a: number, b: number): number => covariance[a * n + b]!;
  const [at, ai] = [p[P.terminal]!, p[P.internal]!];
  const st = Math.sqrt(Math.max(0, variance(0, 0)));
  const si = Math.sqrt(Math.max(0, variance(1, 1)));
  const flags: ChainFlag[] = [];
  const shares = nuisances.map(({ kind, name: own }, k) => ({
    kind,
    name: own,
    share: { value: p[P.first + k]!, sigma: Math.sqrt(Math.max(0, variance(P.first + k, P.first + k))), unit: "" },
  }));
  const ratio = ai / at;
  const strength = at + ai / rho.value;
  const strengthVariance = variance(0, 0) + variance(1, 1) / rho.value ** 2 + (2 * variance(0, 1)) / rho.value;
  // K is per atom of chain sulfur: the chain's own part of the edge step
  const part = nuisances.length > 0 ? Math.max(p[P.step]!, 0.02) : 1;
  const perAtom = strength / part;
  const partError = Math.sqrt(Math.max(0, variance(P.step, P.step))) / part;
  const strengthQuantity: Quantity = {
    value: perAtom,
    sigma: perAtom * Math.hypot(Math.sqrt(Math.max(0, strengthVariance)) / Math.max(strength, 1e-9), nuisances.length > 0 ? partError : 0),
    unit: "eV",
  };
  const refuse = refusal(options, nuisances, at, st, ai, si) ?? misplaced(main, options.s8WhiteLine ?? DEFAULT_S8);
  const statistical =
    (2 / rho.value) * Math.sqrt(Math.max(0, (si * si + ratio * ratio * st * st - 2 * ratio * variance(0, 1)) / (at * at)));
  const calibrated = rho.sigma === null ? 0 : ((2 * ratio) / rho.value) * (rho.sigma / rho.value);
  const x = lengthOf(p, rho.value);
  const spread =
    moved.length > 0 ? Math.sqrt(moved.reduce((sum, fit) => sum + (lengthOf(fit.parameters, rho.value) - x) ** 2, 0) / moved.length) : 0;
  // the windows share most of their points: only what they move beyond the noise is the model's
  const systematic = Math.sqrt(Math.max(0, spread * spread - 0.25 * statistical * statistical));
  const sigma = Math.hypot(statistical, calibrated, systematic);
  const s8 = shares.find(({ kind }) => kind === "S8");
  if (options.rho === undefined)
    flags.push({
      code: "chain-uncalibrated",
      message: "ρ = 1 is assumed: no standard of known chain length was given, x may be off as a whole",
    });
  if (options.s8WhiteLine === undefined)
    flags.push({
      code: "chain-scale",
      message: `the white line of S8 is assumed at ${DEFAULT_S8} eV: calibrate on a scan of S8 of the same run`,
    });
  const most = s8 ? s8.share.value + 2 * (s8.share.sigma ?? 0) : null;
  if (s8 && s8.share.value > S8_WORTH_FLAGGING && s8.share.value > 2 * (s8.share.sigma ?? 0)) {
    flags.push({ code: "chain-s8", message: `S8 holds ${percent(s8.share)} of the sulfur; x is of what is left` });
  } else if (most !== null && most > S8_EXCLUDED) {
    flags.push({
      code: "chain-s8-possible",
      message: `S8 up to ${(100 * Math.min(1, most)).toFixed(0)} % of the sulfur cannot be excluded (two errors): its line lies on that of internal atoms`,
    });
  } else if (most === null) {
    flags.push({
      code: "chain-s8-possible",
      message: "no spectrum of S8 was given: with a share f of S8 beside the chains x is x (1 − f)",
    });
  }
  const explainedByS8 = refuse === null && x > 6 ? [4, 5, 6].map((chain) => ({ n: chain, share: 1 - chain / x })) : [];
  if (explainedByS8.length > 0) {
    const list = explainedByS8.map(({ n: chain, share }) => `S${chain}²⁻ with ${(100 * share).toFixed(0)} % S8`).join(", ");
    flags.push({ code: "chain-long", message: `x above 6 cannot be told from shorter chains beside S8: ${list}` });
  }
  flags.push(...absorptionFlags(options, strengthQuantity));
  if (refuse === null && x - 2 < sigma)
    flags.push({
      code: "chain-at-two",
      message: `no internal sulfur: x = 2 with an upper limit of ${(Math.max(x, 2) + 2 * sigma).toFixed(2)} (two errors)`,
    });
  if (main.chi2Reduced > 4)
    flags.push({
      code: "chain-misfit",
      message: `the two features do not describe the spectrum (reduced χ² ${main.chi2Reduced.toFixed(1)}): other sulfur is in it`,
    });
  const energyOf = (centre: number, sigmaCentre: number): Quantity => ({ value: centre, sigma: sigmaCentre, unit: "eV" });
  const centreSigma = Math.sqrt(Math.max(0, variance(P.centre, P.centre)));
  return {
    name,
    x: refuse === null ? { value: Math.max(2, x), sigma, unit: "" } : { notComputable: refuse },
    ratio: at > 0 ? { value: ratio, sigma: (statistical * rho.value) / 2, unit: "" } : { notComputable: "no terminal feature" },
    terminal: { area: { value: at, sigma: st, unit: "eV" }, energy: energyOf(p[P.centre]!, centreSigma) },
    internal: {
      area: { value: ai, sigma: si, unit: "eV" },
      energy: energyOf(
        p[P.centre]! + p[P.separation]!,
        Math.sqrt(Math.max(0, centreSigma ** 2 + variance(P.separation, P.separation) + 2 * variance(P.centre, P.separation))),
      ),
    },
    strength: strengthQuantity,
    rho,
    shares,
    explainedByS8,
    flags,
    chi2Reduced: main.chi2Reduced,
    energy: main.energy,
    data: main.data,
    fitted: main.fitted,
  };
}

const percent = ({ value, sigma }: Quantity): string => `${(100 * value).toFixed(1)} ± ${(100 * (sigma ?? 0)).toFixed(1)} %`;

/** Why there is no x at all; null where there is one. */
function refusal(options: ChainOptions, nuisances: readonly Nuisance[], at: number, st: number, ai: number, si: number): string | null {
  const share = options.electrolyteShare ?? 0;
  if (share > 0 && !nuisances.some(({ kind }) => kind === "electrolyte")) {
    return `${(100 * share).toFixed(0)} % of the sulfur is the electrolyte's and no spectrum of it is given: its lines lie over those of the chains`;
  }
  if (at > 3 * st) return null;
  if (ai > 3 * si) {
    // a likelihood bound in place of a ratio whose denominator may be zero
    const least = 2 + (2 * Math.max(0, ai - 2 * si)) / (Math.max(0, at) + 2 * st) / (options.rho?.value ?? 1);
    return `the terminal feature is not seen (${at.toFixed(3)} ± ${st.toFixed(3)} eV): x is above ${least.toFixed(1)}, or this is S8`;
  }
  return "neither feature is seen above three of its errors: no chain sulfur, or too little";
}

/** Features that ended at the edge of where they may be are not those of a chain. */
function misplaced({ parameters: p, bounds }: Fit, s8: number): string | null {
  if (bounds[P.centre] !== "free") {
    return `the first feature is not ${SEPARATION} ± ${CENTRE_REACH} eV below the white line of S8 (${s8} eV): no terminal atoms, or the energy scale is another`;
  }
  return bounds[P.internal] === "lower"
    ? `the area of internal atoms comes out at ${p[P.internal]!.toFixed(2)} eV, far below zero: the two features do not describe this spectrum`
    : null;
}

function absorptionFlags({ alpha, strength, fluorescence }: ChainOptions, found: Quantity): ChainFlag[] {
  if (alpha !== undefined && alpha < ALPHA_WORTH_FLAGGING) {
    return [
      {
        code: "chain-over-absorbed",
        message: `α = ${alpha.toFixed(1)}: over-absorption flattens the larger feature, and x comes out too small; correct it first`,
      },
    ];
  }
  if (alpha === undefined && fluorescence) {
    return [
      {
        code: "chain-absorption-unknown",
        message: "measured in fluorescence without the sample's formula: over-absorption is unknown and would make x too small",
      },
    ];
  }
  if (!strength) return [];
  const lost = 1 - found.value / strength.value;
  const error = Math.hypot((found.sigma ?? 0) / strength.value, ((strength.sigma ?? 0) * found.value) / strength.value ** 2);
  // the line shapes of samples scatter K by 2 %
  if (!(lost > 2 * Math.hypot(error, STRENGTH_SCATTER))) return [];
  return [
    {
      code: "chain-over-absorbed",
      message: `the features hold ${found.value.toFixed(2)} eV per atom, the standard's ${strength.value.toFixed(2)} eV: ${(100 * lost).toFixed(0)} % are missing (over-absorption, or sulfur that is no chain)`,
    },
  ];
}

/**
 * A whole powder pattern at once:
 *
 *   y(2θ) = Σ_phases Σ_lines I_l φ(2θ − 2θ_l) + Σ_n b_n T_n
 *
 * with lines at the angles of the phases' cells, shifted by a zero and by the height of the sample, a second one beside each where the source has a doublet, one
 * profile φ for all phases or widths of their own ({@link lineShape}), and a Chebyshev background. Intensities are
 *
 *   Pawley    free, one for each line
 *   Rietveld  S_p m |F|² L P O(r) exp(−2 ΔB s²): one scale and one displacement for each phase, structure factors from its atoms, texture O
 *
 * What enters linearly (intensities or scales, background) is solved for exactly at every step (variable projection), so that the search has few dimensions and
 * needs no good start for it. Weights are 1/σ². Errors come from the full matrix of all parameters; they are multiplied by the square root of the reduced χ² where that is above 1, since a profile is never
 * perfect. Errors of neighbouring points are taken as independent.
 *
 * Mass fractions ({@link fractionsOf}) are those of the crystalline part alone and without microabsorption. (Pawley, J. Appl. Cryst. 14, 357, 1981; Rietveld,
 * J. Appl. Cryst. 2, 65, 1969; Golub and Pereyra, SIAM J. Numer. Anal. 10, 413, 1973.)
 */
import { twoThetaDegree, unitCell } from "../crystal/cell.ts";
import type { Indices } from "../crystal/extinction.ts";
import type { Structure } from "../crystal/structure.ts";
import { ThioscopeError } from "../errors.ts";
import type { FitAccount } from "../fits/index.ts";
import { QUIET, type TaskContext } from "../task.ts";
import { type Answer, type Quantity, quantity } from "../units/quantity.ts";
import { refinementAccount } from "./account.ts";
import { designOf } from "./design.ts";
import { cellMass, fractionsOf, inverseSquare } from "./lines.ts";
import { type ModelOptions, modelOf, type PatternModel } from "./model.ts";
import type { ProfileParameters } from "./profile.ts";
import { searchOf } from "./search.ts";

export interface PowderData {
  /** degrees, rising */
  twoTheta: Float64Array;
  intensity: Float64Array;
  /** standard errors; √counts where null */
  sigma: Float64Array | null;
}

export interface RefineOptions extends ModelOptions {
  /** terms of the background (default 6) */
  background?: number;
  task?: TaskContext;
}

export interface RefinedPhase {
  name: string;
  /** a, b, c, α, β, γ; those that are held without error */
  cell: readonly Quantity[];
  /** Rietveld */
  scale: Quantity | null;
  displacement: Quantity | null;
  /** March and Dollase's r where texture is refined */
  texture: Quantity | null;
  occupancies: readonly { label: string; value: Quantity }[];
  /** X and Y of this phase where each has its own */
  widths: { x: Quantity; y: Quantity } | null;
  /** mass fraction of the crystalline part; null by Pawley, or where a structure has no atoms */
  massFraction: Answer | null;
  lines: readonly { hkl: Indices; twoTheta: number; intensity: Quantity }[];
}

export interface PowderRefinement {
  phases: readonly RefinedPhase[];
  zero: Quantity;
  height: Quantity;
  axial: Quantity;
  profile: Readonly<Record<keyof ProfileParameters, Quantity>>;
  /** Rietveld: covariance of the phases' scales, row by row; null by Pawley */
  scaleCovariance: Float64Array | null;
  /** weighted residual, and what the counts alone would give */
  rwp: Quantity;
  rexp: Quantity;
  chiSquare: Quantity;
  model: Float64Array;
  background: Float64Array;
  converged: boolean;
  iterations: number;
  /** correlations, and why it is not trusted */
  account: FitAccount;
  /** what one σ of each parameter of the account adds to `model`, the others held; null where one has no error */
  effects: readonly (Float64Array | null)[];
}

/** @throws INVALID_INPUT for data, wavelength or phases that cannot be refined; CANCELLED */
export function refinePattern(data: PowderData, structures: readonly Structure[], options: RefineOptions): PowderRefinement {
  const { twoTheta, intensity } = data;
  const { method, task = QUIET } = options;
  const n = twoTheta.length;
  checkData(data, structures);
  const weights = weightsOf(data);
  const model = modelOf(structures, options, twoTheta[0]!, twoTheta[n - 1]!);
  const design = designOf(twoTheta, options.background ?? 6, model.columns);
  const search = searchOf(model, design, n, task);
  const start = Float64Array.from(model.parameters, (parameter) => parameter.start);
  const found = search.find(intensity, weights, start, [...model.parameters.keys()], { maxIterations: 60, tolerance: 1e-8 });
  const fitted = new Float64Array(n);
  design.model(fitted);
  const background = new Float64Array(n);
  design.background(background);
  let whole = 0;
  for (let i = 0; i < n; i++) whole += (intensity[i]! * weights[i]!) ** 2;
  const chiSquare = found.misfit / found.degrees;
  const inflate = Math.sqrt(Math.max(1, chiSquare));
  const state = model.stateOf(found.parameters);
  const sigmaOf = (name: string): number | null => {
    const k = model.parameters.findIndex((parameter) => parameter.name === name);
    const s = k < 0 ? Number.NaN : found.sigma[k]!;
    return Number.isFinite(s) ? s * inflate : null;
  };
  const account = refinementAccount(model, {
    found,
    isRietveld: method === "rietveld",
    residuals: fitted.map((value, i) => (value - intensity[i]!) * weights[i]!),
    inflate,
    background: options.background ?? 6,
  });
  return {
    phases: phasesOf(model, structures, options, found, inflate, sigmaOf),
    zero: quantity(state.zero, "deg", sigmaOf("zero")),
    height: quantity(state.height, "deg", sigmaOf("height")),
    axial: quantity(state.axial, "1", sigmaOf("axial")),
    profile: Object.fromEntries(
      (["u", "v", "w", "x", "y"] as const).map((key) => [
        key,
        quantity(state.profile[key], key === "x" || key === "y" ? "deg" : "deg2", sigmaOf(key)),
      ]),
    ) as PowderRefinement["profile"],
    scaleCovariance: method === "rietveld" ? found.covariance.map((v) => v * inflate ** 2) : null,
    rwp: quantity(100 * Math.sqrt(found.misfit / whole), "%"),
    rexp: quantity(100 * Math.sqrt(found.degrees / whole), "%"),
    chiSquare: quantity(chiSquare, "1"),
    model: fitted,
    background,
    converged: found.converged,
    iterations: found.iterations,
    account,
    effects: effectsOf(model, design, found.parameters, account, n),
  };
}

/** Of the search's parameters at fixed coefficients, then of the scales: each phase's part of the pattern, so many times its σ. */
function effectsOf(
  model: PatternModel,
  design: ReturnType<typeof designOf>,
  parameters: Float64Array,
  { parameters: listed }: FitAccount,
  points: number,
): (Float64Array | null)[] {
  const searched = [...model.parameters.keys()];
  const slopes = searched.map(() => new Float64Array(points));
  model.derivatives(parameters, searched, design, slopes);
  const best = design.coefficients.slice();
  const parts = listed.slice(searched.length).map((_, k) => {
    const part = new Float64Array(points);
    design.coefficients.fill(0);
    design.coefficients[k] = 1;
    design.model(part);
    return part;
  });
  design.coefficients.set(best);
  return [...slopes, ...parts].map((slope, j) => {
    const { sigma } = listed[j]!;
    return sigma === null ? null : slope.map((value) => value * sigma);
  });
}

function phasesOf(
  model: PatternModel,
  structures: readonly Structure[],
  { method, wavelengthAngstrom, ownWidths, displacement, cells }: RefineOptions,
  found: ReturnType<ReturnType<typeof searchOf>["find"]>,
  inflate: number,
  sigmaOf: (name: string) => number | null,
): RefinedPhase[] {
  const isRietveld = method === "rietveld";
  const state = model.stateOf(found.parameters);
  const m = model.columns;
  const sigma = (column: number): number => Math.sqrt(Math.max(0, found.covariance[column * m + column]!)) * inflate;
  const occupied = (k: number) => model.occupied.flatMap((one, o) => (one.phase === k ? [{ ...one, value: state.occupancy[o]! }] : []));
  const masses = isRietveld
    ? model.phases.map((lines, k) => {
        const sites = lines.structure.sites!.map((site, s) => ({
          ...site,
          occupancy: occupied(k).find((o) => o.site === s)?.value ?? site.occupancy,
        }));
        return cellMass({ ...lines, structure: { ...lines.structure, sites } });
      })
    : [];
  const fractions = isRietveld
    ? fractionsOf(masses, state.cells, found.coefficients, found.covariance, inflate)
    : structures.map(() => null);
  let line = 0;
  return model.phases.map(({ structure, hkl, moves }, k): RefinedPhase => {
    const { reciprocal } = unitCell(state.cells[k]!);
    const strength = model.strengthsAt(k, state);
    const first = line;
    line += hkl.length;
    const texture = model.textures.findIndex(({ phase }) => phase === k);
    return {
      name: structure.name,
      cell: state.cells[k]!.map((value, q) => {
        const group = moves.find((members) => members.includes(q));
        return quantity(value, q < 3 ? "Å" : "deg", group && cells !== false ? sigmaOf(`${k} cell ${group[0]}`) : null);
      }),
      scale: isRietveld ? quantity(found.coefficients[k]!, "1", sigma(k)) : null,
      displacement: isRietveld && displacement ? quantity(state.displacement[k]!, "Å2", sigmaOf(`${k} displacement`)) : null,
      texture: texture < 0 ? null : quantity(state.texture[texture]!, "1", sigmaOf(`${k} texture`)),
      occupancies: occupied(k).map(({ label, value }) => ({ label, value: quantity(value, "1", sigmaOf(`${k} occupancy ${label}`)) })),
      widths: ownWidths
        ? { x: quantity(state.widths[k]!.x, "deg", sigmaOf(`${k} x`)), y: quantity(state.widths[k]!.y, "deg", sigmaOf(`${k} y`)) }
        : null,
      massFraction: fractions[k]!,
      lines: hkl.map((indices, i) => {
        const column = isRietveld ? k : first + i;
        const factor = isRietveld ? strength[i]! : 1;
        return {
          hkl: indices,
          twoTheta: twoThetaDegree(1 / Math.sqrt(inverseSquare(reciprocal, indices)), wavelengthAngstrom),
          intensity: quantity(found.coefficients[column]! * factor, "1", sigma(column) * factor),
        };
      }),
    };
  });
}

export function checkData({ twoTheta, intensity, sigma }: PowderData, structures: readonly Structure[]): void {
  const n = twoTheta.length;
  if (n < 20 || intensity.length !== n || (sigma && sigma.length !== n))
    throw new ThioscopeError("INVALID_INPUT", `a pattern of ${n} points: at least 20, with one intensity each, are needed`);
  for (let i = 0; i < n; i++) {
    if (!(twoTheta[i]! > 0 && twoTheta[i]! < 180 && Number.isFinite(intensity[i]!) && (i === 0 || twoTheta[i]! > twoTheta[i - 1]!)))
      throw new ThioscopeError("INVALID_INPUT", `point ${i + 1}: 2θ must rise between 0 and 180 degrees, intensities be finite`);
  }
  if (structures.length === 0) throw new ThioscopeError("INVALID_INPUT", "no phase is named");
}

/** 1/σ; a count of nothing has the error of one. */
function weightsOf({ intensity, sigma }: PowderData): Float64Array {
  return Float64Array.from(intensity, (y, i) => {
    const s = sigma?.[i];
    return 1 / (s !== undefined && s > 0 ? s : Math.sqrt(Math.max(y, 1)));
  });
}

/**
 * Many patterns of one instrument, refined one after the other: Rietveld's method with widths and zero held, scales and background free, and the cells of those phases
 * free that the pattern shows. Each pattern begins where the one before ended. A phase whose scale is below {@link SEEN} of its errors keeps the cell it had: its lines say nothing about it, and its cell in that pattern is not known.
 *
 * Points that are not finite do not count. Errors are multiplied by the square root of the reduced χ² where that is above 1.
 */
import { unitCell } from "../crystal/cell.ts";
import type { Structure } from "../crystal/structure.ts";
import { ThioscopeError } from "../errors.ts";
import { QUIET } from "../task.ts";
import { isComputable } from "../units/quantity.ts";
import { designOf } from "./design.ts";
import { cellMass, fractionsOf } from "./lines.ts";
import { modelOf } from "./model.ts";
import { checkData, type PowderRefinement, type RefineOptions, refinePattern } from "./refine.ts";
import { searchOf } from "./search.ts";

/** What holds for all patterns of a series: what {@link seriesStart} found, and how. */
export type SeriesOptions = Omit<RefineOptions, "free" | "method" | "displacement" | "texture" | "occupancies" | "cells">;

/** What a pattern gives for one phase, in this order; NaN where it is not known. */
export const SERIES_COLUMNS = ["fraction", "fraction σ", "scale", "scale σ", "a", "a σ", "b", "b σ", "c", "c σ"] as const;
/** Before them, of the whole pattern. */
export const SERIES_HEAD = ["rwp", "chiSquare", "converged"] as const;

export const seriesWidth = (phases: number): number => SERIES_HEAD.length + phases * SERIES_COLUMNS.length;

/** Of its error: from here on a phase is there, and its lines have places. */
const SEEN = 6;
const LIMITS = { maxIterations: 20, tolerance: 1e-5 };

export interface SeriesRefiner {
  /** parameters of the cells at which a chain of patterns begins */
  readonly start: Float64Array;
  /**
   * @param intensity of one pattern; σ of the same length or null (√counts)
   * @param cells where it begins; becomes where it ended
   * @param out `seriesWidth` numbers
   */
  refine(intensity: Float64Array, sigma: Float64Array | null, cells: Float64Array, out: Float64Array): void;
}

/**
 * The refiner of a series.
 *
 * @throws INVALID_INPUT for angles or phases that cannot be refined
 */
export function seriesRefiner(twoTheta: Float64Array, structures: readonly Structure[], options: SeriesOptions): SeriesRefiner {
  const n = twoTheta.length;
  checkData({ twoTheta, intensity: twoTheta, sigma: null }, structures);
  const { task = QUIET } = options;
  const model = modelOf(structures, { ...options, method: "rietveld", free: [], cells: true }, twoTheta[0]!, twoTheta[n - 1]!);
  const design = designOf(twoTheta, options.background ?? 6, model.columns);
  const search = searchOf(model, design, n, task);
  const masses = model.phases.map(cellMass);
  const y = new Float64Array(n);
  const weights = new Float64Array(n);
  const m = structures.length;
  // the first three numbers of a cell: which parameter each is, or which it is tied to
  const slots = model.phases.map(({ moves }, k) =>
    [0, 1, 2].map((q) => {
      const group = moves.findIndex((members) => members.includes(q));
      return group < 0 ? -1 : model.cellSlots[k]![group]!;
    }),
  );
  return {
    start: Float64Array.from(model.parameters, ({ start }) => start),
    refine(intensity, sigma, cells, out) {
      out.fill(Number.NaN);
      let counted = 0;
      let whole = 0;
      for (let i = 0; i < n; i++) {
        const value = intensity[i]!;
        const s = sigma?.[i];
        const isKnown = Number.isFinite(value) && (s === undefined || Number.isFinite(s));
        y[i] = isKnown ? value : 0;
        weights[i] = isKnown ? 1 / (s !== undefined && s > 0 ? s : Math.sqrt(Math.max(value, 1))) : 0;
        if (isKnown && value !== 0) counted++;
        whole += (y[i]! * weights[i]!) ** 2;
      }
      out[2] = 0;
      // the beam was off, or the frame was not integrated
      if (counted < 20 || counted < n / 10) return;
      const held = search.find(y, weights, cells, [], LIMITS);
      const seen = model.phases.map((_, k) => {
        const s = Math.sqrt(held.covariance[k * m + k]! * Math.max(1, held.misfit / held.degrees));
        return held.coefficients[k]! > SEEN * s;
      });
      const which = model.cellSlots.flatMap((own, k) => (seen[k] ? own : []));
      const found = which.length === 0 ? held : search.find(y, weights, cells, which, LIMITS);
      const chiSquare = found.misfit / found.degrees;
      const inflate = Math.sqrt(Math.max(1, chiSquare));
      out[0] = 100 * Math.sqrt(found.misfit / whole);
      out[1] = chiSquare;
      out[2] = found.converged ? 1 : 0;
      const isGood = which.every((j) => Number.isFinite(found.sigma[j]!));
      if (found.converged && isGood) cells.set(found.parameters);
      const { cells: at } = model.stateOf(found.parameters);
      const fractions = fractionsOf(masses, at, found.coefficients, found.covariance, inflate);
      for (let k = 0; k < m; k++) {
        const row = SERIES_HEAD.length + k * SERIES_COLUMNS.length;
        const fraction = fractions[k]!;
        out[row] = isComputable(fraction) ? fraction.value : Number.NaN;
        out[row + 1] = isComputable(fraction) ? fraction.sigma! : Number.NaN;
        out[row + 2] = found.coefficients[k]!;
        out[row + 3] = Math.sqrt(Math.max(0, found.covariance[k * m + k]!)) * inflate;
        if (!seen[k]) continue;
        for (const q of [0, 1, 2]) {
          const slot = slots[k]![q]!;
          out[row + 4 + 2 * q] = at[k]![q]!;
          out[row + 5 + 2 * q] = slot < 0 ? Number.NaN : found.sigma[slot]! * inflate;
        }
      }
    },
  };
}

/** Of the patterns of a series the one that shows most: whose intensities vary most. */
function telling(values: Float64Array, points: number): number {
  const patterns = Math.floor(values.length / points);
  let [best, most] = [0, -1];
  for (let p = 0; p < patterns; p++) {
    let [sum, squares, count] = [0, 0, 0];
    for (let i = p * points; i < (p + 1) * points; i++) {
      const y = values[i]!;
      if (!Number.isFinite(y)) continue;
      count++;
      sum += y;
      squares += y * y;
    }
    const variance = count > 1 ? squares / count - (sum / count) ** 2 : 0;
    if (variance > most) [best, most] = [p, variance];
  }
  return best;
}

/**
 * Widths, zero and cells of the pattern that shows most, everything free: where a series begins.
 *
 * @param values pattern · points
 * @throws INVALID_INPUT; NOT_COMPUTABLE where that pattern cannot be refined
 */
export function seriesStart(
  twoTheta: Float64Array,
  values: Float64Array,
  sigma: Float64Array | null,
  structures: readonly Structure[],
  options: Omit<RefineOptions, "method">,
): { structures: Structure[]; options: SeriesOptions; pattern: number; fit: PowderRefinement } {
  const n = twoTheta.length;
  const pattern = telling(values, n);
  const kept = [...twoTheta.keys()].filter((i) => Number.isFinite(values[pattern * n + i]!));
  const pick = (of: Float64Array, at: number): Float64Array => Float64Array.from(kept, (i) => of[at + i]!);
  const data = { twoTheta: pick(twoTheta, 0), intensity: pick(values, pattern * n), sigma: sigma && pick(sigma, pattern * n) };
  const fit = refinePattern(data, structures, { ...options, method: "rietveld" });
  if (!fit.converged)
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `pattern ${pattern + 1}, which shows most, cannot be refined with everything free: fewer phases, a narrower range or a start of the profile may help`,
    );
  const { background, wavelengthAngstrom, doublet, polarisation, ownWidths, task } = options;
  return {
    pattern,
    fit,
    structures: structures.map((structure, k) => {
      const { cell, scale } = fit.phases[k]!;
      // a phase that is not there has no cell to begin with but its own
      const isThere = scale !== null && scale.value > SEEN * (scale.sigma ?? Number.POSITIVE_INFINITY);
      if (!isThere) return structure;
      const own = cell.map(({ value }) => value) as unknown as Structure["cell"]["parameters"];
      return { ...structure, cell: unitCell(own, null, structure.cell.tied) };
    }),
    options: {
      wavelengthAngstrom,
      profile: Object.fromEntries(Object.entries(fit.profile).map(([key, { value }]) => [key, value])),
      zero: fit.zero.value,
      height: fit.height.value,
      axial: fit.axial.value,
      ...(background === undefined ? {} : { background }),
      ...(ownWidths ? { ownWidths, phaseWidths: fit.phases.map(({ widths }) => ({ x: widths!.x.value, y: widths!.y.value })) } : {}),
      ...(doublet ? { doublet } : {}),
      ...(polarisation ? { polarisation } : {}),
      ...(task ? { task } : {}),
    },
  };
}

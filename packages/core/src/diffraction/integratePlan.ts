/**
 * What integration needs to know of a geometry, computed once for all frames.
 *
 * Every pixel i shares its counts I_i with weights w_ic among cells c = (sector, radial bin). The pattern of a frame is
 *
 *   ⟨I⟩_c = Σ_i w_ic (I_i − dark_i) / Σ_i w_ic n_i,    n_i = flat_i · solid angle_i · polarisation_i
 *
 * (Kieffer and Wright, Powder Diffraction 28, S339, 2013). The denominator, and the part of the numerator that is dark, are constants of the plan; a frame costs
 * only Σ w I. Pixels are kept in the order of the frame, each with one cell and the fraction that goes to the next: frames are then read once,
 * from beginning to end, with four bytes of plan per pixel. A pixel that covers other than one or two neighbouring cells goes to a short sparse list.
 *
 * The fraction is kept in units of 1/65536; its rounding (8·10⁻⁶ of a pixel) is in numerator and denominator alike.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import {
  checkGeometry,
  type DetectorGeometry,
  pixelAt,
  polarisation,
  projection,
  RADIAL_LABELS,
  type RadialUnit,
  radialOf,
} from "./geometry.ts";
import { growingSparse, pixelSplitter, type SparsePixels } from "./integratePixel.ts";
import { type Grid, makeShares, type Shares, type Splitting } from "./integrateSplit.ts";

export interface IntegrationOptions {
  readonly unit: RadialUnit;
  /** radial bins */
  readonly bins: number;
  /** sectors of equal width from −180°; 1 for no cake */
  readonly sectors?: number;
  /** ends of the axis in `unit` (Å for "d", the larger one first or last); default: all the detector sees */
  readonly range?: readonly [number, number];
  /** default "full" */
  readonly splitting?: Splitting;
  /** default true */
  readonly solidAngle?: boolean;
  /** f = (I_h − I_v)/(I_h + I_v) and the direction of the main axis; default: none */
  readonly polarisation?: { readonly factor: number; readonly axisDegree?: number } | null;
  /** one byte per pixel of the stored image, not 0 = left out */
  readonly mask?: Uint8Array | null;
  /** sensitivity of each pixel; pixels where it is not a positive number are left out */
  readonly flat?: ArrayLike<number> | null;
  /** counts without beam, mean of `darkFrames` frames */
  readonly dark?: ArrayLike<number> | null;
  readonly darkFrames?: number;
}

export interface IntegrationPlan {
  readonly geometry: DetectorGeometry;
  readonly unit: RadialUnit;
  readonly splitting: Splitting;
  readonly grid: Grid;
  /** bins · sectors; also the number that stands for "no cell" */
  readonly cells: number;
  /** centres of the radial bins in `unit`, rising or, for "d", falling */
  readonly axis: Float64Array;
  /** ends of the binned coordinate (1/Å for "d") */
  readonly range: readonly [number, number];
  /** centres of the sectors, degrees */
  readonly azimuthDegree: Float64Array;
  /** first cell of each pixel */
  readonly cell: Uint16Array | Uint32Array;
  /** what of it goes to the next cell, /65536; null where no pixel is split */
  readonly fraction: Uint16Array | null;
  readonly sparse: SparsePixels;
  /** n of each pixel */
  readonly norm: Float32Array;
  /** Σ w, Σ w², Σ w n of each cell */
  readonly sums: { readonly count: Float64Array; readonly squared: Float64Array; readonly norm: Float64Array };
  /** Σ w dark and Σ w² dark/frames of each cell, and the dark frame itself */
  readonly dark: {
    readonly values: Float32Array;
    readonly frames: number;
    readonly signal: Float64Array;
    readonly variance: Float64Array;
  } | null;
  /** pixels left out by mask, flat or dark */
  readonly maskedPixels: number;
  readonly notices: readonly Notice[];
}

const MOST_CELLS = 2 ** 24;
export const FRACTION_ONE = 65_536;

/** Throws INVALID_INPUT for a grid, range, mask or correction that does not fit the geometry. */
export function integrationPlan(geometry: DetectorGeometry, options: IntegrationOptions): IntegrationPlan {
  checkGeometry(geometry);
  const { unit, bins } = options;
  const sectors = options.sectors ?? 1;
  const splitting = options.splitting ?? "full";
  checkOptions(geometry, options, sectors);
  const [rows, columns] = geometry.shape;
  const pixels = rows * columns;
  const grid: Grid = { bins, sectors };
  const cells = bins * sectors;
  const radial = radialOf(unit, geometry.wavelengthMetre);
  const [low, high] = binnedRange(geometry, options, radial);
  const binWidth = (high - low) / bins;

  const cell = cells < 65_536 ? new Uint16Array(pixels) : new Uint32Array(pixels);
  const fraction = splitting === "none" ? null : new Uint16Array(pixels);
  const norm = new Float32Array(pixels);
  const sums = { count: new Float64Array(cells), squared: new Float64Array(cells), norm: new Float64Array(cells) };
  const dark = options.dark
    ? {
        values: new Float32Array(pixels),
        frames: options.darkFrames ?? 1,
        signal: new Float64Array(cells),
        variance: new Float64Array(cells),
      }
    : null;
  const sparse = growingSparse();
  const ray = projection(geometry);
  const t = new Float64Array(3);
  const shares = makeShares();
  const splitter = pixelSplitter(geometry, splitting, grid, (tt) => (radial(tt) - low) / binWidth);
  const polarised = options.polarisation ?? null;
  const polarisationAxis = ((polarised?.axisDegree ?? 0) * Math.PI) / 180;
  let masked = 0;

  for (let row = 0; row < rows; row++) {
    splitter.row(row);
    for (let column = 0; column < columns; column++) {
      const p = row * columns + column;
      cell[p] = cells;
      let n = Math.fround(options.flat ? options.flat[p]! : 1);
      const off = options.dark ? options.dark[p]! : 0;
      if (options.mask?.[p] || !(n > 0 && n < Number.POSITIVE_INFINITY) || !Number.isFinite(off)) {
        masked++;
        continue;
      }
      if (options.solidAngle ?? true) n *= ray.cosIncidence(row + 0.5, column + 0.5) ** 3;
      if (polarised) {
        ray.lab(row + 0.5, column + 0.5, t);
        const twoTheta = Math.atan2(Math.sqrt(t[0]! * t[0]! + t[1]! * t[1]!), t[2]!);
        n *= polarisation(twoTheta, Math.atan2(t[0]!, t[1]!), polarised.factor, polarisationAxis);
      }
      norm[p] = n;
      n = norm[p]!;
      splitter.pixel(row, column, shares);
      const k = asPair(shares, bins);
      if (k >= 0) {
        cell[p] = shares.cells[0]!;
        if (fraction) fraction[p] = k;
      } else if (shares.length > 0) sparse.add(p, shares);
      if (dark) dark.values[p] = off;
      for (let i = 0; i < shares.length; i++) {
        const c = shares.cells[i]!;
        const w = shares.weights[i]!;
        sums.count[c] = sums.count[c]! + w;
        sums.squared[c] = sums.squared[c]! + w * w;
        sums.norm[c] = sums.norm[c]! + w * n;
        if (dark) {
          dark.signal[c] = dark.signal[c]! + w * dark.values[p]!;
          dark.variance[c] = dark.variance[c]! + (w * w * Math.max(0, dark.values[p]!)) / dark.frames;
        }
      }
    }
  }
  return {
    geometry,
    unit,
    splitting,
    grid,
    cells,
    axis: Float64Array.from({ length: bins }, (_, b) => {
      const x = low + (b + 0.5) * binWidth;
      return unit === "d" ? (2 * Math.PI) / x : x;
    }),
    range: [low, high],
    azimuthDegree: Float64Array.from({ length: sectors }, (_, s) => -180 + ((s + 0.5) * 360) / sectors),
    cell,
    fraction,
    sparse: sparse.done(bins),
    norm,
    sums,
    dark,
    maskedPixels: masked,
    notices: planNotices(pixels, masked, sums.count),
  };
}

function checkOptions(geometry: DetectorGeometry, options: IntegrationOptions, sectors: number): void {
  const [rows, columns] = geometry.shape;
  const { bins } = options;
  if (!Number.isInteger(bins) || bins < 2 || !Number.isInteger(sectors) || sectors < 1 || bins * sectors > MOST_CELLS) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${bins} radial bins × ${sectors} sectors: at least 2 × 1 and at most ${MOST_CELLS} cells are possible`,
    );
  }
  for (const name of ["mask", "flat", "dark"] as const) {
    const given = options[name];
    if (given && given.length !== rows * columns) {
      throw new ThioscopeError(
        "INVALID_INPUT",
        `the ${name} has ${given.length} pixels, the detector ${rows} × ${columns} = ${rows * columns}`,
      );
    }
  }
  const factor = options.polarisation?.factor ?? 0;
  if (!(Math.abs(factor) <= 1)) throw new ThioscopeError("INVALID_INPUT", `polarisation factor ${factor}: −1 to 1 is possible`);
  if (!((options.darkFrames ?? 1) >= 1)) throw new ThioscopeError("INVALID_INPUT", `a dark of ${options.darkFrames} frames: 1 or more`);
}

/** Ends of the binned coordinate: as asked, or from the beam (or the nearest point of the edge) to the farthest corner. */
function binnedRange(geometry: DetectorGeometry, options: IntegrationOptions, radial: (t: Float64Array) => number): [number, number] {
  if (options.range) {
    const [a, b] = options.range;
    const [low, high] = options.unit === "d" ? [(2 * Math.PI) / Math.max(a, b), (2 * Math.PI) / Math.min(a, b)] : [a, b];
    if (!(low >= 0 && high > low && high < Number.POSITIVE_INFINITY)) {
      const { quantity, unit } = RADIAL_LABELS[options.unit];
      throw new ThioscopeError(
        "INVALID_INPUT",
        `range ${a} to ${b} of ${quantity} in ${unit}: two rising numbers, not negative, are needed`,
      );
    }
    return [low, high];
  }
  const [rows, columns] = geometry.shape;
  const ray = projection(geometry);
  const t = new Float64Array(3);
  const at = (row: number, column: number): number => {
    ray.lab(row, column, t);
    return radial(t);
  };
  // rings are convex curves: along the detector the coordinate is largest at a corner and smallest at the beam or on the edge
  const high = Math.max(at(0, 0), at(0, columns), at(rows, 0), at(rows, columns));
  const beam = pixelAt(geometry, 0, 0);
  if (beam && beam.row >= 0 && beam.row <= rows && beam.column >= 0 && beam.column <= columns) return [0, high];
  let low = high;
  for (let row = 0; row <= rows; row++) low = Math.min(low, at(row, 0), at(row, columns));
  for (let column = 0; column <= columns; column++) low = Math.min(low, at(0, column), at(rows, column));
  return [low, high];
}

/**
 * k ≥ 0 if the shares are one whole cell (k = 0) or a cell and, with k/65536, the next one of its sector: then they are put in that order, the weights
 * rounded to what k says. −1 if they are not.
 */
function asPair(shares: Shares, bins: number): number {
  const { cells, weights } = shares;
  if (shares.length === 1 && weights[0]! > 1 - 1e-9) {
    weights[0] = 1;
    return 0;
  }
  if (shares.length !== 2) return -1;
  const first = cells[0]! < cells[1]! ? 0 : 1;
  const [c, w] = [cells[first]!, weights[1 - first]!];
  if (cells[1 - first] !== c + 1 || c % bins === bins - 1 || weights[first]! + w < 1 - 1e-9) return -1;
  const k = Math.round(w * FRACTION_ONE);
  cells[0] = k === FRACTION_ONE ? c + 1 : c;
  cells[1] = c + 1;
  weights[0] = k === FRACTION_ONE ? 1 : (FRACTION_ONE - k) / FRACTION_ONE;
  weights[1] = k / FRACTION_ONE;
  shares.length = k === FRACTION_ONE ? 1 : 2;
  return k % FRACTION_ONE;
}

function planNotices(pixels: number, masked: number, count: Float64Array): Notice[] {
  const notices: Notice[] = [];
  const empty = count.reduce((sum, n) => sum + (n > 0 ? 0 : 1), 0);
  if (masked === pixels) notices.push({ code: "mask-covers-all", message: "the mask leaves no pixel" });
  else if (empty > 0) notices.push({ code: "empty-bins", message: `${empty} of ${count.length} bins hold no pixel: they are NaN` });
  return notices;
}

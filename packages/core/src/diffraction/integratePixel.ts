/** From the geometry of a pixel to its shares, row by row of the image: the corners of two rows are kept, never those of the whole image. */
import { type DetectorGeometry, pixelAt, projection } from "./geometry.ts";
import {
  addShare,
  type Grid,
  mergeShares,
  type Shares,
  type Splitting,
  shareBox,
  shareQuadrilateral,
  wrapSector,
} from "./integrateSplit.ts";

/** Pixels over other than one or two neighbouring cells: pixel[i] has the entries start[i] … start[i + 1] − 1. */
export interface SparsePixels {
  readonly pixel: Uint32Array;
  readonly start: Uint32Array;
  readonly cell: Uint32Array;
  readonly weight: Float64Array;
  /** Pixels that lie in two sectors of one radial bin, with 2 w₁ w₂: what the variance of a pattern has beyond the sum over its sectors. */
  readonly across: { readonly pixel: Uint32Array; readonly bin: Uint32Array; readonly weight: Float64Array };
}

export interface PixelSplitter {
  /** to be called with 0, 1, 2, … before the pixels of each row */
  row(row: number): void;
  /** Replaces `shares` by those of one pixel; parts outside of the grid are left out. */
  pixel(row: number, column: number, shares: Shares): void;
}

/** Points a side into which the pixel that holds the beam is divided. */
const POLE = 16;

/** @param toBin the radial coordinate of a laboratory position, in units of bins from the first bin's edge */
export function pixelSplitter(
  geometry: DetectorGeometry,
  splitting: Splitting,
  grid: Grid,
  toBin: (t: Float64Array) => number,
): PixelSplitter {
  const columns = geometry.shape[1];
  const ray = projection(geometry);
  const beam = pixelAt(geometry, 0, 0);
  const { sectors, bins } = grid;
  const t = new Float64Array(3);
  const turn = sectors / (2 * Math.PI);
  const azimuth = (): number => Math.min(sectors, Math.max(0, (Math.atan2(t[0]!, t[1]!) + Math.PI) * turn));
  t[2] = 1;
  /** u of the beam itself: nothing lies nearer */
  const least = toBin(t);
  // corners above and below the current row
  let upperU = new Float64Array(columns + 1);
  let upperV = new Float64Array(columns + 1);
  let lowerU = new Float64Array(columns + 1);
  let lowerV = new Float64Array(columns + 1);
  const edge = (row: number): void => {
    for (let column = 0; column <= columns; column++) {
      ray.lab(row, column, t);
      lowerU[column] = toBin(t);
      lowerV[column] = azimuth();
    }
  };
  const u = new Float64Array(4);
  const v = new Float64Array(4);
  const near = (x: number, centre: number): number => x - sectors * Math.round((x - centre) / sectors);

  const point = (row: number, column: number, weight: number, shares: Shares): void => {
    ray.lab(row, column, t);
    const b = Math.floor(toBin(t));
    if (b >= 0 && b < bins) addShare(shares, wrapSector(Math.floor(azimuth()), sectors) * bins + b, weight);
  };
  const holdsBeam = (row: number, column: number): boolean =>
    beam !== null && Math.abs(beam.row - row - 0.5) <= 0.5 + 1e-9 && Math.abs(beam.column - column - 0.5) <= 0.5 + 1e-9;

  return {
    row(row) {
      if (splitting === "none") return;
      if (row === 0) edge(0);
      [upperU, upperV, lowerU, lowerV] = [lowerU, lowerV, upperU, upperV];
      edge(row + 1);
    },
    pixel(row, column, shares) {
      shares.length = 0;
      if (splitting === "none") return point(row + 0.5, column + 0.5, 1, shares);
      if (holdsBeam(row, column)) {
        for (let i = 0; i < POLE; i++) {
          for (let j = 0; j < POLE; j++) point(row + (i + 0.5) / POLE, column + (j + 0.5) / POLE, 1 / POLE ** 2, shares);
        }
        return mergeShares(shares);
      }
      u[0] = upperU[column]!;
      u[1] = lowerU[column]!;
      u[2] = lowerU[column + 1]!;
      u[3] = upperU[column + 1]!;
      v[0] = upperV[column]!;
      v[1] = near(lowerV[column]!, v[0]!);
      v[2] = near(lowerV[column + 1]!, v[0]!);
      v[3] = near(upperV[column + 1]!, v[0]!);
      if (splitting === "full") {
        const b = Math.floor(u[0]!);
        const s = Math.floor(v[0]!);
        let whole = b >= 0 && b < bins;
        for (let k = 1; k < 4 && whole; k++) whole = Math.floor(u[k]!) === b && Math.floor(v[k]!) === s;
        if (whole) addShare(shares, wrapSector(s, sectors) * bins + b, 1);
        else if (!shareQuadrilateral(u, v, grid, shares)) point(row + 0.5, column + 0.5, 1, shares);
      } else {
        ray.lab(row + 0.5, column + 0.5, t);
        const u0 = toBin(t);
        const v0 = near(azimuth(), v[0]!);
        let du = 0;
        let dv = 0;
        for (let k = 0; k < 4; k++) {
          du = Math.max(du, Math.abs(u[k]! - u0));
          dv = Math.max(dv, Math.abs(v[k]! - v0));
        }
        dv = Math.min(dv, sectors / 2);
        shareBox(Math.max(least, u0 - du), u0 + du, v0 - dv, v0 + dv, grid, shares);
      }
      if (shares.length > 1) mergeShares(shares);
    },
  };
}

/** Collects sparse pixels in rising order. */
export function growingSparse(): { add(pixel: number, shares: Shares): void; done(bins: number): SparsePixels } {
  let pixel = new Uint32Array(1024);
  let start = new Uint32Array(1024);
  let cell = new Uint32Array(4096);
  let weight = new Float64Array(4096);
  let pixels = 0;
  let entries = 0;
  return {
    add(p, shares) {
      if (pixels + 1 >= pixel.length) {
        pixel = grown(pixel);
        start = grown(start);
      }
      while (entries + shares.length > cell.length) {
        cell = grown(cell);
        const larger = new Float64Array(2 * weight.length);
        larger.set(weight);
        weight = larger;
      }
      pixel[pixels++] = p;
      for (let i = 0; i < shares.length; i++) {
        cell[entries] = shares.cells[i]!;
        weight[entries++] = shares.weights[i]!;
      }
      start[pixels] = entries;
    },
    done(bins) {
      const list = {
        pixel: pixel.slice(0, pixels),
        start: start.slice(0, pixels + 1),
        cell: cell.slice(0, entries),
        weight: weight.slice(0, entries),
      };
      return { ...list, across: acrossSectors(list, bins) };
    },
  };
}

function acrossSectors({ pixel, start, cell, weight }: Omit<SparsePixels, "across">, bins: number): SparsePixels["across"] {
  const found: { pixel: number; bin: number; weight: number }[] = [];
  for (let i = 0; i < pixel.length; i++) {
    for (let e = start[i]!; e < start[i + 1]!; e++) {
      for (let f = e + 1; f < start[i + 1]!; f++) {
        const bin = cell[e]! % bins;
        if (cell[f]! % bins === bin) found.push({ pixel: pixel[i]!, bin, weight: 2 * weight[e]! * weight[f]! });
      }
    }
  }
  return {
    pixel: Uint32Array.from(found, (one) => one.pixel),
    bin: Uint32Array.from(found, (one) => one.bin),
    weight: Float64Array.from(found, (one) => one.weight),
  };
}

function grown(values: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * values.length);
  larger.set(values);
  return larger;
}

/**
 * How one pixel is shared among the bins it covers: weights that sum to 1 over an unbounded grid of (radial coordinate u, azimuth v), both in units of
 * their bins.
 *
 *   none  the pixel counts where its centre lies
 *   box   area of the rectangle centre ± (largest distance to a corner), in u and in v
 *   full  area of the quadrilateral of its four corners in the (u, v) plane
 *
 * These are the three splittings of pyFAI (Kieffer and Ashiotis, Proc. EuroSciPy 2014). Over a bin edge u = const the area of a polygon is
 * Σ over its sides of ∫ v du; sides are straight in (u, v), which holds where the pixel is small against its distance from the beam.
 * A pixel that holds the beam itself has no such polygon: it is divided into 16 × 16 points.
 */

export type Splitting = "none" | "box" | "full";

/** Shares of a pixel: `length` pairs of cell and weight, kept between calls. */
export interface Shares {
  cells: Uint32Array;
  weights: Float64Array;
  length: number;
}

export function makeShares(): Shares {
  return { cells: new Uint32Array(64), weights: new Float64Array(64), length: 0 };
}

/** A grid of `bins` radial bins by `sectors`; cell = sector · bins + bin. */
export interface Grid {
  readonly bins: number;
  readonly sectors: number;
}

export function addShare(shares: Shares, cell: number, weight: number): void {
  if (shares.length === shares.cells.length) {
    const cells = new Uint32Array(2 * shares.length);
    const weights = new Float64Array(2 * shares.length);
    cells.set(shares.cells);
    weights.set(shares.weights);
    shares.cells = cells;
    shares.weights = weights;
  }
  shares.cells[shares.length] = cell;
  shares.weights[shares.length++] = weight;
}

/** The sector a (possibly unwrapped) index stands for. */
export function wrapSector(index: number, sectors: number): number {
  const k = index % sectors;
  return k < 0 ? k + sectors : k;
}

/** Adds what of the box [u0, u1] × [v0, v1] lies in each cell. */
export function shareBox(u0: number, u1: number, v0: number, v1: number, grid: Grid, shares: Shares): void {
  const area = (u1 - u0) * (v1 - v0);
  const last = Math.min(grid.bins - 1, Math.floor(u1));
  for (let s = Math.floor(v0); s < v1; s++) {
    const height = Math.min(v1, s + 1) - Math.max(v0, s);
    const row = wrapSector(s, grid.sectors) * grid.bins;
    for (let b = Math.max(0, Math.floor(u0)); b <= last; b++) {
      const width = Math.min(u1, b + 1) - Math.max(u0, b);
      if (width * height > 0) addShare(shares, row + b, (width * height) / area);
    }
  }
}

const MOST = 12;
const clippedU = new Float64Array(MOST);
const clippedV = new Float64Array(MOST);
const keptU = new Float64Array(MOST);
const keptV = new Float64Array(MOST);
let strip = new Float64Array(64);

/** Adds what of the quadrilateral (u[i], v[i]), i = 0…3 in order, lies in each cell. @returns false for one without area */
export function shareQuadrilateral(u: Float64Array, v: Float64Array, grid: Grid, shares: Shares): boolean {
  const area = Math.abs((u[2]! - u[0]!) * (v[3]! - v[1]!) - (v[2]! - v[0]!) * (u[3]! - u[1]!)) / 2;
  if (!(area > 0)) return false;
  const low = Math.floor(Math.min(v[0]!, v[1]!, v[2]!, v[3]!));
  const high = Math.max(v[0]!, v[1]!, v[2]!, v[3]!);
  for (let s = low; s < high; s++) {
    clippedU.set(u);
    clippedV.set(v);
    let corners = 4;
    if (s > low) corners = clip(corners, s, 1);
    if (s + 1 < high) corners = clip(corners, s + 1, -1);
    if (corners >= 3) shareStrip(corners, s, area, grid, shares);
  }
  return true;
}

/** Keeps the part of the clipped polygon with side · (v − edge) ≥ 0. @returns the corners left */
function clip(corners: number, edge: number, side: number): number {
  let kept = 0;
  for (let i = 0; i < corners; i++) {
    const j = i + 1 === corners ? 0 : i + 1;
    const here = side * (clippedV[i]! - edge);
    const next = side * (clippedV[j]! - edge);
    if (here >= 0) {
      keptU[kept] = clippedU[i]!;
      keptV[kept++] = clippedV[i]!;
    }
    if (here > 0 !== next > 0 && here !== 0 && next !== 0) {
      const t = here / (here - next);
      keptU[kept] = clippedU[i]! + t * (clippedU[j]! - clippedU[i]!);
      keptV[kept++] = edge;
    }
  }
  clippedU.set(keptU);
  clippedV.set(keptV);
  return kept;
}

/** The clipped polygon, which lies in one sector, by radial bins. */
function shareStrip(corners: number, sector: number, area: number, grid: Grid, shares: Shares): void {
  let least = clippedU[0]!;
  let most = least;
  for (let i = 1; i < corners; i++) {
    least = Math.min(least, clippedU[i]!);
    most = Math.max(most, clippedU[i]!);
  }
  const first = Math.floor(least);
  const count = Math.floor(most) - first + 1;
  if (first >= grid.bins || first + count <= 0) return;
  if (strip.length < count) strip = new Float64Array(2 * count);
  strip.fill(0, 0, count);
  for (let i = 0; i < corners; i++) {
    const j = i + 1 === corners ? 0 : i + 1;
    integrateSide(clippedU[i]! - first, clippedV[i]! - sector, clippedU[j]! - first, clippedV[j]! - sector, count);
  }
  const row = wrapSector(sector, grid.sectors) * grid.bins;
  for (let k = Math.max(0, -first); k < count && first + k < grid.bins; k++) {
    const weight = Math.abs(strip[k]!) / area;
    if (weight > 0) addShare(shares, row + first + k, weight);
  }
}

/** Adds ∫ v du along one side to the strip, bin by bin. */
function integrateSide(u0: number, v0: number, u1: number, v1: number, count: number): void {
  if (u0 === u1) return;
  const sign = u1 > u0 ? 1 : -1;
  const [a, va, b, vb] = sign > 0 ? [u0, v0, u1, v1] : [u1, v1, u0, v0];
  const slope = (vb - va) / (b - a);
  let at = a;
  let vAt = va;
  for (let k = Math.min(count - 1, Math.floor(a)); at < b; k++) {
    const end = k + 1 < b && k + 1 < count ? k + 1 : b;
    const vEnd = end === b ? vb : va + slope * (end - a);
    strip[k] = strip[k]! + (sign * (end - at) * (vAt + vEnd)) / 2;
    at = end;
    vAt = vEnd;
  }
}

/** One cell per weight, the weights of equal cells added. */
export function mergeShares(shares: Shares): void {
  let kept = 0;
  for (let i = 0; i < shares.length; i++) {
    let j = 0;
    while (j < kept && shares.cells[j] !== shares.cells[i]) j++;
    if (j < kept) shares.weights[j] = shares.weights[j]! + shares.weights[i]!;
    else {
      shares.cells[kept] = shares.cells[i]!;
      shares.weights[kept++] = shares.weights[i]!;
    }
  }
  shares.length = kept;
}

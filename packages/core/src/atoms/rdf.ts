/**
 * Partial radial distribution functions, coordination integrals and the X-ray pair distribution function of a trajectory.
 *
 *   g_ij(r) = V ⟨pairs in [r, r + dr]⟩/(N_i N_j 4/3 π ((r + dr)³ − r³)),   n_ij(r) = ρ_j ∫ 4π r² g_ij dr
 *   G(r) = 4π r ρ0 (Σ c_i c_j Z_i Z_j g_ij/⟨Z⟩² − 1)
 *
 * i and j run over ordered pairs: n_ij counts j around i. Distances are those of the nearest image, so r ends at half of the smallest height. Errors are those
 * of the mean over blocks of frames. The X-ray weights are atomic numbers (form factors at Q = 0), without a cut in Q. r in Å, G in 1/Å². (D. Keen, J. Appl. Cryst. 34, 172 (2001).)
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { inverseCell, smallestHeight, volumeOf } from "./cell.ts";
import type { TrajectoryFrame, TrajectoryHeader, TrajectorySink } from "./model.ts";
import { nearPairs } from "./nearPairs.ts";

export interface RdfOptions {
  /** largest distance in Å; at most half the smallest height, which is the default (10 at most) */
  rMax?: number;
  /** Å, 0.05 by default */
  step?: number;
  cell?: Float64Array | null;
  skip?: number;
  every?: number;
}

export interface PartialRdf {
  /** j around i */
  readonly pair: readonly [string, string];
  readonly g: Float64Array;
  /** standard error of g */
  readonly sigma: Float64Array;
  /** mean number of j within the upper end of each bin around i */
  readonly coordination: Float64Array;
  /** where g is largest in its first peak and lowest behind it, Å; null where there is none */
  readonly firstPeak: number | null;
  readonly firstMinimum: number | null;
  /** j around i up to the first minimum */
  readonly neighbours: number | null;
}

export interface RdfResult {
  /** middle of each bin, Å */
  readonly r: Float64Array;
  readonly step: number;
  readonly partials: readonly PartialRdf[];
  /** G(r) of X-rays, 1/Å²; null where a species is no element */
  readonly xray: Float64Array | null;
  readonly frames: number;
  readonly notices: readonly Notice[];
}

const MOST_BLOCKS = 16;
/** A peak stands out of g = 1, a minimum lies below its peak. */
const PEAK = 1.2;

/**
 * Collects g(r) as a sink.
 * @param charges atomic number by symbol; 0 or missing: no element
 */
export function rdfCollector(options: RdfOptions, charges: (symbol: string) => number): TrajectorySink & { finish(): RdfResult } {
  const { step = 0.05, skip = 0, every = 1 } = options;
  if (!(step > 0 && Number.isFinite(step))) throw new ThioscopeError("INVALID_INPUT", `bins of ${step} Å: more than 0 is needed`);
  let names: string[] = [];
  let kind = new Uint8Array(0);
  let counts = new Float64Array(0);
  let bins = 0;
  let size = 0;
  let rMax = 0;
  let seen = 0;
  let frames = 0;
  let volumeSum = 0;
  /** sums of hist · V of consecutive frames; merged by pairs when there are too many */
  let blocks: Float64Array[] = [];
  let inBlock = 0;
  let perBlock = 1;
  let hist = new Float64Array(0);
  const notices: Notice[] = [];
  const inverse = new Float64Array(9);
  let f = new Float64Array(0);

  function begin(header: TrajectoryHeader): void {
    names = [...new Set(header.species)];
    if (names.length > 60) throw new ThioscopeError("INVALID_INPUT", `${names.length} species: up to 60 are paired`);
    kind = Uint8Array.from(header.species, (s) => names.indexOf(s));
    counts = new Float64Array(names.length);
    for (const k of kind) counts[k]!++;
    f = new Float64Array(3 * header.species.length);
  }

  function prepare(cell: Float64Array): void {
    const half = smallestHeight(cell) / 2;
    rMax = options.rMax ?? Math.min(10, half);
    if (rMax > half) {
      notices.push({
        code: "range-limited",
        message: `distances end at ${half.toFixed(3)} Å, half the smallest height of the cell, not at ${rMax} Å`,
      });
      rMax = half;
    }
    bins = Math.floor(rMax / step);
    if (!(bins >= 2 && bins <= 100_000))
      throw new ThioscopeError("INVALID_INPUT", `${bins} bins of ${step} Å up to ${rMax} Å: 2 to 100000 are allowed`);
    size = names.length * names.length * bins;
    hist = new Float64Array(size);
    blocks = [new Float64Array(size)];
  }

  function frame(frameNow: TrajectoryFrame): boolean {
    const number = seen++;
    if (number < skip || (number - skip) % every !== 0) return true;
    const cell = frameNow.cell ?? options.cell ?? null;
    if (!cell) throw new ThioscopeError("INVALID_INPUT", "a radial distribution function needs a periodic cell: --cell gives it");
    if (frames === 0) prepare(cell);
    const x = frameNow.coordinates;
    if (frameNow.isFractional) f.set(x);
    else {
      inverseCell(cell, inverse);
      for (let i = 0; i < x.length; i += 3) {
        for (let k = 0; k < 3; k++) f[i + k] = x[i]! * inverse[k]! + x[i + 1]! * inverse[3 + k]! + x[i + 2]! * inverse[6 + k]!;
      }
    }
    hist.fill(0);
    count(f, cell, hist);
    const volume = volumeOf(cell);
    const block = blocks[blocks.length - 1]!;
    for (let k = 0; k < size; k++) block[k]! += hist[k]! * volume;
    volumeSum += volume;
    frames++;
    if (++inBlock === perBlock) nextBlock();
    return true;
  }

  function nextBlock(): void {
    inBlock = 0;
    if (blocks.length === MOST_BLOCKS) {
      for (let k = 0; k < MOST_BLOCKS / 2; k++) blocks[k] = blocks[2 * k]!.map((v, i) => v + blocks[2 * k + 1]![i]!);
      blocks.length = MOST_BLOCKS / 2;
      perBlock *= 2;
    }
    blocks.push(new Float64Array(size));
  }

  function count(fractions: Float64Array, cell: Float64Array, into: Float64Array): void {
    const [ax, ay, az, bx, by, bz, cx, cy, cz] = cell as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const limit = (bins * step) ** 2;
    const species = names.length;
    nearPairs(fractions, cell, bins * step, (i, j) => {
      let u = fractions[3 * j]! - fractions[3 * i]!;
      let v = fractions[3 * j + 1]! - fractions[3 * i + 1]!;
      let w = fractions[3 * j + 2]! - fractions[3 * i + 2]!;
      u -= Math.round(u);
      v -= Math.round(v);
      w -= Math.round(w);
      const x = u * ax + v * bx + w * cx;
      const y = u * ay + v * by + w * cy;
      const z = u * az + v * bz + w * cz;
      const square = x * x + y * y + z * z;
      if (square >= limit) return;
      const bin = Math.floor(Math.sqrt(square) / step);
      if (bin >= bins) return;
      into[(kind[i]! * species + kind[j]!) * bins + bin]!++;
      into[(kind[j]! * species + kind[i]!) * bins + bin]!++;
    });
  }

  function finish(): RdfResult {
    if (frames === 0) throw new ThioscopeError("INVALID_INPUT", `no frame is left after skipping ${skip}`);
    const whole = blocks.filter((_, k) => k < blocks.length - 1);
    const total = blocks.reduce((sum, b) => sum.map((v, k) => v + b[k]!), new Float64Array(size));
    const volume = volumeSum / frames;
    const shell = Float64Array.from({ length: bins }, (_, b) => ((4 * Math.PI) / 3) * step ** 3 * ((b + 1) ** 3 - b ** 3));
    const r = Float64Array.from({ length: bins }, (_, b) => (b + 0.5) * step);
    const partials: PartialRdf[] = [];
    const weighted = new Float64Array(bins);
    const z = names.map((name) => charges(name));
    const atoms = kind.length;
    const meanZ = z.reduce((sum, q, k) => sum + (q * counts[k]!) / atoms, 0);
    for (const [p, first] of names.entries()) {
      for (const [q, second] of names.entries()) {
        const at = (p * names.length + q) * bins;
        const norm = (b: number, over: number): number => counts[p]! * counts[q]! * shell[b]! * over;
        const g = Float64Array.from(r, (_, b) => total[at + b]! / norm(b, frames));
        const sigma = Float64Array.from(r, (_, b) => {
          if (whole.length < 2) return Number.NaN;
          const own = whole.map((block) => block[at + b]! / norm(b, perBlock));
          const mean = own.reduce((sum, v) => sum + v, 0) / own.length;
          return Math.sqrt(own.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (own.length * (own.length - 1)));
        });
        const coordination = new Float64Array(bins);
        let sum = 0;
        for (let b = 0; b < bins; b++) {
          sum += total[at + b]! / (counts[p]! * frames * volume);
          coordination[b] = sum;
        }
        const { peak, minimum } = firstShell(g);
        partials.push({
          pair: [first, second],
          g,
          sigma,
          coordination,
          firstPeak: peak === null ? null : r[peak]!,
          firstMinimum: minimum === null ? null : r[minimum]!,
          neighbours: minimum === null ? null : coordination[minimum]!,
        });
        const weight = ((counts[p]! / atoms) * (counts[q]! / atoms) * z[p]! * z[q]!) / meanZ ** 2;
        for (let b = 0; b < bins; b++) weighted[b]! += weight * g[b]!;
      }
    }
    const isKnown = z.every((q) => q > 0);
    if (!isKnown)
      notices.push({
        code: "no-xray-weights",
        message: `${names.filter((_, k) => !(z[k]! > 0)).join(", ")}: no elements, so no X-ray weights`,
      });
    return {
      r,
      step,
      partials,
      xray: isKnown ? r.map((x, b) => 4 * Math.PI * x * (atoms / volume) * (weighted[b]! - 1)) : null,
      frames,
      notices,
    };
  }

  return { begin, frame, finish };
}

/** The first peak above 1 and the lowest bin between it and the next as high; bins are smoothed by three. */
export function firstShell(g: Float64Array): { peak: number | null; minimum: number | null } {
  const smooth = g.map((v, b) => (v + (g[b - 1] ?? v) + (g[b + 1] ?? v)) / 3);
  let peak: number | null = null;
  for (let b = 1; b < g.length && peak === null; b++) {
    if (smooth[b]! < PEAK) continue;
    // the top of this excursion above 1.2
    let top = b;
    for (let k = b; k < g.length && smooth[k]! >= PEAK; k++) if (smooth[k]! > smooth[top]!) top = k;
    peak = top;
  }
  if (peak === null) return { peak, minimum: null };
  let minimum = peak;
  for (let b = peak; b < g.length; b++) {
    if (smooth[b]! < smooth[minimum]!) minimum = b;
    // risen clearly: the next shell
    else if (smooth[b]! > smooth[minimum]! + 0.3 * Math.min(1, smooth[peak]! - smooth[minimum]!) && smooth[minimum]! < 0.8 * smooth[peak]!)
      break;
  }
  // the middle of a flat bottom
  let end = minimum;
  while (end + 1 < g.length && smooth[end + 1] === smooth[minimum]) end++;
  return { peak, minimum: minimum === peak ? null : Math.floor((minimum + end) / 2) };
}

/**
 * The centre of the rings of a powder frame, without clicks.
 *
 * 1. Voting: brightness changes across a ring, so the line along the gradient at a ring's flank runs through the centre. Lines of the steepest tenth of all pixels of a
 *    coarse image are drawn into an array that reaches half an image beyond each side; where most meet is the centre. (Hough transform for circles;
 *    Duda and Hart, Commun. ACM 15, 11, 1972; Cervellino et al., J. Appl. Cryst. 39, 745, 2006.)
 * 2. Sharpness: about the right centre, pixels of one radius are alike. The variance between radii, Σ_r (Σ I)²/N_r, is climbed from each of the best votes.
 *
 * Good to about a pixel; a tilted detector draws ellipses, whose centres lie a few pixels apart.
 */
import type { FramePixels, ValidCounts } from "./integrateSums.ts";

/** A frame whose unusable pixels are known. */
export interface CountImage {
  readonly rows: number;
  readonly columns: number;
  readonly values: FramePixels;
  /** 1 = to be used */
  readonly usable: Uint8Array;
}

/** Marks what mask and counts allow. Zeros among counts are dead pixels: where the median is above 5, no live pixel shows them. */
export function countImage(
  values: FramePixels,
  shape: readonly [number, number],
  valid: ValidCounts,
  mask: Uint8Array | null,
): CountImage & { usableCount: number } {
  const usable = new Uint8Array(values.length);
  const sample: number[] = [];
  const stride = Math.max(1, Math.floor(values.length / 20_000));
  for (let p = 0; p < values.length; p += stride)
    if (values[p]! >= valid.least && values[p]! <= valid.most && !mask?.[p]) sample.push(values[p]!);
  sample.sort((a, b) => a - b);
  const least = (sample[sample.length >> 1] ?? 0) > 5 ? Math.max(valid.least, 1e-30) : valid.least;
  let usableCount = 0;
  for (let p = 0; p < values.length; p++) {
    if (!mask?.[p] && values[p]! >= least && values[p]! <= valid.most) {
      usable[p] = 1;
      usableCount++;
    }
  }
  return { rows: shape[0], columns: shape[1], values, usable, usableCount };
}

/** A centre in pixels of the frame, counted as edges, and how much sharper the rings are about it than by chance. */
export interface FoundCentre {
  readonly row: number;
  readonly column: number;
  /** share of the variance of brightness that the radius explains, 0–1 */
  readonly sharpness: number;
}

const COARSE_SIDE = 512;

/** Candidates, the best first; empty where nothing in the frame has a direction. */
export function findCentres(image: CountImage): FoundCentre[] {
  const coarse = coarseImage(image);
  const votes = vote(coarse);
  const refined = votes.map(({ row, column }) => climb(samplesOf(coarse), row, column, [8, 4, 2, 1, 0.5], 1));
  refined.sort((a, b) => b.sharpness - a.sharpness);
  const { factor } = coarse;
  const fine = fineSamples(image);
  const out: FoundCentre[] = [];
  for (const { row, column } of refined.slice(0, 2)) {
    const found = climb(fine, row * factor, column * factor, [2, 1, 0.5, 0.25], Math.max(1, factor / 2));
    if (!out.some((c) => Math.hypot(c.row - found.row, c.column - found.column) < 3)) out.push(found);
  }
  return out.sort((a, b) => b.sharpness - a.sharpness);
}

interface CoarseImage {
  readonly factor: number;
  readonly rows: number;
  readonly columns: number;
  /** logarithm of the mean count less its surroundings; NaN where most pixels are unusable */
  readonly relief: Float32Array;
}

/** Logarithm: weak outer rings count like strong inner ones. */
function coarseImage({ rows, columns, values, usable }: CountImage): CoarseImage {
  const factor = Math.max(1, Math.ceil(Math.max(rows, columns) / COARSE_SIDE));
  const [r, c] = [Math.floor(rows / factor), Math.floor(columns / factor)];
  const level = new Float32Array(r * c).fill(Number.NaN);
  for (let i = 0; i < r; i++) {
    for (let j = 0; j < c; j++) {
      let [sum, n] = [0, 0];
      for (let y = i * factor; y < (i + 1) * factor; y++) {
        for (let x = j * factor; x < (j + 1) * factor; x++) {
          const p = y * columns + x;
          if (!usable[p]) continue;
          sum += values[p]!;
          n++;
        }
      }
      if (2 * n >= factor * factor) level[i * c + j] = Math.log1p(Math.max(0, sum / n));
    }
  }
  return { factor, rows: r, columns: c, relief: lessSurroundings(level, r, c, 9) };
}

/** Each value less the mean of the usable ones within ± half. */
function lessSurroundings(values: Float32Array, rows: number, columns: number, half: number): Float32Array {
  const width = columns + 1;
  const sum = new Float64Array((rows + 1) * width);
  const count = new Float64Array((rows + 1) * width);
  for (let i = 0; i < rows; i++) {
    let [s, n] = [0, 0];
    for (let j = 0; j < columns; j++) {
      const v = values[i * columns + j]!;
      if (!Number.isNaN(v)) {
        s += v;
        n++;
      }
      sum[(i + 1) * width + j + 1] = sum[i * width + j + 1]! + s;
      count[(i + 1) * width + j + 1] = count[i * width + j + 1]! + n;
    }
  }
  const box = (table: Float64Array, top: number, left: number, bottom: number, right: number): number =>
    table[bottom * width + right]! - table[top * width + right]! - table[bottom * width + left]! + table[top * width + left]!;
  return values.map((v, p) => {
    const [i, j] = [Math.floor(p / columns), p % columns];
    const edges = [Math.max(0, i - half), Math.max(0, j - half), Math.min(rows, i + half + 1), Math.min(columns, j + half + 1)] as const;
    return v - box(sum, ...edges) / box(count, ...edges);
  });
}

const STEEPEST = 0.1;
const MOST_VOTERS = 6000;

function vote({ rows, columns, relief }: CoarseImage): { row: number; column: number }[] {
  const slope: { p: number; dy: number; dx: number; size: number }[] = [];
  for (let i = 2; i < rows - 2; i++) {
    for (let j = 2; j < columns - 2; j++) {
      // Sobel: a difference across, a mean along
      let [dy, dx] = [0, 0];
      for (let k = -1; k <= 1; k++) {
        const weight = k === 0 ? 2 : 1;
        dy += weight * (relief[(i + 1) * columns + j + k]! - relief[(i - 1) * columns + j + k]!);
        dx += weight * (relief[(i + k) * columns + j + 1]! - relief[(i + k) * columns + j - 1]!);
      }
      const size = Math.hypot(dy, dx);
      if (size > 0) slope.push({ p: i * columns + j, dy: dy / size, dx: dx / size, size });
    }
  }
  slope.sort((a, b) => b.size - a.size);
  const voters = slope.slice(0, Math.min(MOST_VOTERS, Math.ceil(slope.length * STEEPEST)));
  const [height, width] = [2 * rows, 2 * columns];
  const [top, left] = [rows >> 1, columns >> 1];
  const votes = new Float32Array(height * width);
  const reach = Math.hypot(height, width);
  for (const { p, dy, dx } of voters) {
    const y = Math.floor(p / columns) + 0.5 + top;
    const x = (p % columns) + 0.5 + left;
    for (const sign of [-1, 1]) {
      for (let s = 1; s < reach; s++) {
        const i = Math.floor(y + sign * s * dy);
        const j = Math.floor(x + sign * s * dx);
        if (i < 0 || j < 0 || i >= height || j >= width) break;
        votes[i * width + j] = votes[i * width + j]! + 1;
      }
    }
  }
  const peak = lessSurroundings(smooth(votes, height, width), height, width, 12);
  const found: { row: number; column: number }[] = [];
  for (let k = 0; k < 4; k++) {
    let best = 0;
    for (let p = 1; p < peak.length; p++) if (peak[p]! > peak[best]!) best = p;
    if (!(peak[best]! > 0)) break;
    const [i, j] = [Math.floor(best / width), best % width];
    found.push({ row: i + 0.5 - top, column: j + 0.5 - left });
    for (let y = Math.max(0, i - 15); y < Math.min(height, i + 16); y++) {
      peak.fill(Number.NEGATIVE_INFINITY, y * width + Math.max(0, j - 15), y * width + Math.min(width, j + 16));
    }
  }
  return found;
}

/** Mean of 5 × 5. */
function smooth(values: Float32Array, rows: number, columns: number): Float32Array {
  const across = new Float32Array(values.length);
  const out = new Float32Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 2; j < columns - 2; j++) {
      let s = 0;
      for (let k = -2; k <= 2; k++) s += values[i * columns + j + k]!;
      across[i * columns + j] = s;
    }
  }
  for (let i = 2; i < rows - 2; i++) {
    for (let j = 0; j < columns; j++) {
      let s = 0;
      for (let k = -2; k <= 2; k++) s += across[(i + k) * columns + j]!;
      out[i * columns + j] = s / 25;
    }
  }
  return out;
}

interface Samples {
  readonly row: Float32Array;
  readonly column: Float32Array;
  readonly value: Float32Array;
  readonly reach: number;
}

function samplesOf({ rows, columns, relief }: CoarseImage): Samples {
  const at: number[] = [];
  const stride = strideOf(relief.length, columns);
  for (let p = 0; p < relief.length; p += stride) if (!Number.isNaN(relief[p]!)) at.push(p);
  return {
    row: Float32Array.from(at, (p) => Math.floor(p / columns) + 0.5),
    column: Float32Array.from(at, (p) => (p % columns) + 0.5),
    value: Float32Array.from(at, (p) => relief[p]!),
    reach: Math.hypot(rows, columns),
  };
}

/** Enough to tell radii apart; more only take time. */
const SAMPLES = 50_000;

/** Every n-th pixel, n without a factor in common with the rows, so that the samples do not lie in columns. */
function strideOf(pixels: number, columns: number): number {
  let stride = Math.max(1, Math.floor(pixels / SAMPLES));
  const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b));
  while (common(stride, columns) > 1) stride++;
  return stride;
}

/** Pixels of the frame itself. */
function fineSamples({ rows, columns, values, usable }: CountImage): Samples {
  const stride = strideOf(values.length, columns);
  const at: number[] = [];
  for (let p = 0; p < values.length; p += stride) if (usable[p]) at.push(p);
  return {
    row: Float32Array.from(at, (p) => Math.floor(p / columns) + 0.5),
    column: Float32Array.from(at, (p) => (p % columns) + 0.5),
    value: Float32Array.from(at, (p) => Math.log1p(Math.max(0, values[p]!))),
    reach: Math.hypot(rows, columns),
  };
}

/** Climbs the sharpness by steps along rows, columns and diagonals; `bin` is the width of a radius. */
function climb(samples: Samples, row: number, column: number, steps: readonly number[], bin: number): FoundCentre {
  const bins = Math.ceil((3 * samples.reach) / bin) + 2;
  const sum = new Float64Array(bins);
  const count = new Float64Array(bins);
  const total = samples.value.reduce((s, v) => s + v, 0);
  const mean = total / samples.value.length;
  const variance = samples.value.reduce((s, v) => s + (v - mean) ** 2, 0);
  const sharpness = (y: number, x: number): number => {
    sum.fill(0);
    count.fill(0);
    for (let k = 0; k < samples.value.length; k++) {
      const dy = samples.row[k]! - y;
      const dx = samples.column[k]! - x;
      const b = Math.min(bins - 1, Math.floor(Math.sqrt(dy * dy + dx * dx) / bin));
      sum[b] = sum[b]! + samples.value[k]! - mean;
      count[b] = count[b]! + 1;
    }
    let [s, used] = [0, 0];
    for (let b = 0; b < bins; b++) {
      if (count[b]! === 0) continue;
      s += (sum[b]! * sum[b]!) / count[b]!;
      used++;
    }
    // what as many radii would explain of noise alone
    return s / variance - used / samples.value.length;
  };
  let best = sharpness(row, column);
  for (const step of steps) {
    for (let moved = true, rounds = 0; moved && rounds < 40; rounds++) {
      moved = false;
      for (const [dy, dx] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
        [1, 1],
        [-1, -1],
        [1, -1],
        [-1, 1],
      ] as const) {
        const trial = sharpness(row + dy * step, column + dx * step);
        if (trial > best) {
          best = trial;
          row += dy * step;
          column += dx * step;
          moved = true;
          break;
        }
      }
    }
  }
  return { row, column, sharpness: best };
}

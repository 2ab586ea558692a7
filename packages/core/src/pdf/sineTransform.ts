/**
 * Sums over an even grid of q at an even grid of r, exactly (no interpolation):
 *
 *   X(r_j) = Σ_k x_k exp(i q_k r_j),   q_k = q_0 + k Δq,  r_j = r_0 + j Δr
 *
 * by the chirp-z transform: jk = (j² + k² − (j − k)²)/2 makes the sum a convolution with exp(−i Δq Δr n²/2), done by two Fourier transforms of the next power
 * of two above N + R. The chirp's own transform is kept for the grid. (Rabiner, Schafer and Rader, IEEE Trans. Audio Electroacoust. 17, 86, 1969.)
 */
import { ThioscopeError } from "../errors.ts";
import { fourierPlan } from "../numerics/fft.ts";

export interface EvenGrid {
  first: number;
  step: number;
  count: number;
}

export interface SinePlan {
  readonly q: EvenGrid;
  readonly r: EvenGrid;
  /** Σ x_k sin(q_k r_j) and, where asked for, Σ x_k cos(q_k r_j). */
  transform(x: Float64Array, sine: Float64Array | null, cosine?: Float64Array | null): void;
}

const MOST = 2 ** 22;

/** Patterns of a series share their grids. */
const kept = new Map<string, SinePlan>();
const MOST_KEPT = 6;

/** A plan owns its work space: it serves one call at a time. INVALID_INPUT for grids without points or of more than 4 million. */
export function sinePlan(q: EvenGrid, r: EvenGrid): SinePlan {
  const key = [q.first, q.step, q.count, r.first, r.step, r.count].join(" ");
  const known = kept.get(key);
  if (known) return known;
  const plan = makePlan(q, r);
  const [oldest] = kept.keys();
  if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  kept.set(key, plan);
  return plan;
}

function makePlan(q: EvenGrid, r: EvenGrid): SinePlan {
  const [n, m] = [q.count, r.count];
  if (!(Number.isInteger(n) && Number.isInteger(m) && n >= 1 && m >= 1 && n + m <= MOST))
    throw new ThioscopeError("INVALID_INPUT", `${n} points in q and ${m} in r: 1 to ${MOST} together are transformed`);
  if (![q.first, q.step, r.first, r.step].every(Number.isFinite))
    throw new ThioscopeError("INVALID_INPUT", "grids of q and r need finite limits and steps");
  let size = 1;
  while (size < n + m) size *= 2;
  const plan = fourierPlan(size);
  const unit = q.step * r.step;
  const angle = (j: number): number => (unit * j * j) / 2;
  const kernelRe = new Float64Array(size);
  const kernelIm = new Float64Array(size);
  for (let j = 0; j < m; j++) {
    kernelRe[j] = Math.cos(angle(j));
    kernelIm[j] = -Math.sin(angle(j));
  }
  for (let k = 1; k < n; k++) {
    kernelRe[size - k] = Math.cos(angle(k));
    kernelIm[size - k] = -Math.sin(angle(k));
  }
  plan.forward(kernelRe, kernelIm);
  // what x_k is turned by before, and the sums after: exp(i (k Δq r_0 + angle(k))), exp(i (q_0 r_j + angle(j)))
  const before = turns(n, (k) => k * q.step * r.first + angle(k));
  const after = turns(m, (j) => q.first * (r.first + j * r.step) + angle(j));
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  return {
    q,
    r,
    transform(x, sine, cosine = null) {
      re.fill(0, n);
      im.fill(0, n);
      for (let k = 0; k < n; k++) {
        re[k] = x[k]! * before.cos[k]!;
        im[k] = x[k]! * before.sin[k]!;
      }
      plan.forward(re, im);
      for (let k = 0; k < size; k++) {
        const [a, b, c, d] = [re[k]!, im[k]!, kernelRe[k]!, kernelIm[k]!];
        re[k] = a * c - b * d;
        im[k] = a * d + b * c;
      }
      plan.inverse(re, im);
      for (let j = 0; j < m; j++) {
        const [a, b, c, d] = [re[j]!, im[j]!, after.cos[j]!, after.sin[j]!];
        if (sine) sine[j] = a * d + b * c;
        if (cosine) cosine[j] = a * c - b * d;
      }
    },
  };
}

function turns(count: number, angle: (k: number) => number): { cos: Float64Array; sin: Float64Array } {
  const cos = new Float64Array(count);
  const sin = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    cos[k] = Math.cos(angle(k));
    sin[k] = Math.sin(angle(k));
  }
  return { cos, sin };
}

/** The O(n) algorithm against the definition: the penalised least-squares problem written as dense matrices. */
import { describe, expect, test } from "vitest";
import { random } from "../random.ts";
import { smoothingSpline } from "./smoothingSpline.ts";

type Matrix = number[][];

const zeros = (n: number, m: number): Matrix => Array.from({ length: n }, () => new Array<number>(m).fill(0));
const times = (a: Matrix, b: Matrix): Matrix => a.map((row) => b[0]!.map((_, j) => row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0)));
const transpose = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!));

/** Gauss–Jordan */
function inverse(a: Matrix): Matrix {
  const n = a.length;
  const work = a.map((row, i) => [...row, ...Array.from({ length: n }, (_, j) => (i === j ? 1 : 0))]);
  for (let c = 0; c < n; c++) {
    let p = c;
    for (let r = c; r < n; r++) if (Math.abs(work[r]![c]!) > Math.abs(work[p]![c]!)) p = r;
    [work[c], work[p]] = [work[p]!, work[c]!];
    const pivot = work[c]![c]!;
    for (let j = 0; j < 2 * n; j++) work[c]![j] = work[c]![j]! / pivot;
    for (let r = 0; r < n; r++) {
      const f = work[r]![c]!;
      if (r === c || f === 0) continue;
      for (let j = 0; j < 2 * n; j++) work[r]![j] = work[r]![j]! - f * work[c]![j]!;
    }
  }
  return work.map((row) => row.slice(n));
}

/** A = (W + λ Q R⁻¹ Qᵀ)⁻¹ W, from the definition of a natural cubic spline on step h. */
function influence(n: number, h: number, lambda: number, variance: readonly number[]): Matrix {
  const q = zeros(n, n - 2);
  const r = zeros(n - 2, n - 2);
  for (let j = 0; j < n - 2; j++) {
    q[j]![j] = 1 / h;
    q[j + 1]![j] = -2 / h;
    q[j + 2]![j] = 1 / h;
    r[j]![j] = (2 * h) / 3;
    if (j + 1 < n - 2) {
      r[j]![j + 1] = h / 6;
      r[j + 1]![j] = h / 6;
    }
  }
  const k = times(times(q, inverse(r)), transpose(q));
  const m = k.map((row, i) => row.map((x, j) => lambda * x + (i === j ? 1 / variance[i]! : 0)));
  return inverse(m).map((row) => row.map((x, j) => x / variance[j]!));
}

describe("smoothingSpline", () => {
  const n = 40;
  const h = 0.25;
  const source = random("spline");
  const variance = Float64Array.from({ length: n }, (_, k) => 0.01 * (1 + 0.5 * Math.sin(k)));
  const y = Float64Array.from({ length: n }, (_, k) => Math.sin(k * h) + Math.sqrt(variance[k]!) * source.normal());
  const fit = smoothingSpline(h, y, variance);
  const mean = variance.reduce((a, b) => a + b) / n;
  const relative = [...variance].map((v) => v / mean);

  test("fit, trace and error of the slope are those of the dense problem", () => {
    const a = influence(n, h, fit.lambda, relative);
    const trace = a.reduce((sum, row, i) => sum + row[i]!, 0);
    expect(fit.parameters).toBeCloseTo(trace, 8);
    const dense = a.map((row) => row.reduce((sum, x, j) => sum + x * y[j]!, 0));
    for (let k = 0; k < n; k++) expect(fit.values[k]).toBeCloseTo(dense[k]!, 9);
    const rss = dense.reduce((sum, g, k) => sum + (y[k]! - g) ** 2 / relative[k]!, 0);
    const s2 = rss / (n - trace);
    expect(fit.variance).toBeCloseTo(s2 / mean, 6);
    for (const k of [0, 7, n - 2]) {
      const c = (i: number, j: number): number => a[i]![j]! * relative[j]! * s2;
      expect(fit.slopeSigma[k]).toBeCloseTo(Math.sqrt(c(k, k) + c(k + 1, k + 1) - c(k, k + 1) - c(k + 1, k)) / h, 8);
    }
  });

  test("its smoothing minimises GCV", () => {
    const score = (lambda: number): number => {
      const a = influence(n, h, lambda, relative);
      const trace = a.reduce((sum, row, i) => sum + row[i]!, 0);
      const rss = a.reduce((sum, row, k) => sum + (y[k]! - row.reduce((s, x, j) => s + x * y[j]!, 0)) ** 2 / relative[k]!, 0);
      return rss / n / (1 - trace / n) ** 2;
    };
    const own = score(fit.lambda);
    for (const factor of [0.2, 0.7, 1.4, 5]) expect(score(fit.lambda * factor)).toBeGreaterThan(own);
  });

  test("a straight line is kept, slopes are those of the curve", () => {
    const line = smoothingSpline(
      2,
      Float64Array.from({ length: 9 }, (_, k) => 3 - 0.5 * k),
      new Float64Array(9).fill(1),
    );
    for (const slope of [...line.slopeBetween, ...line.slopeAtKnot]) expect(slope).toBeCloseTo(-0.25, 10);
    const k = 17;
    const middle = (fit.values[k]! + fit.values[k + 1]!) / 2 - (h * h * (fit.second[k]! + fit.second[k + 1]!)) / 16;
    // value in the middle and slopes at the ends of a cubic: g(½) = ½(g₀+g₁) + h/8·(g′₀ − g′₁)
    expect((fit.values[k]! + fit.values[k + 1]!) / 2 + (h / 8) * (fit.slopeAtKnot[k]! - fit.slopeAtKnot[k + 1]!)).toBeCloseTo(middle, 10);
  });

  test("senseless input is refused", () => {
    expect(() => smoothingSpline(1, new Float64Array(4), new Float64Array(4).fill(1))).toThrow(/at least 5/);
    expect(() => smoothingSpline(0, y, variance)).toThrow(/positive/);
    expect(() => smoothingSpline(1, y, new Float64Array(n))).toThrow(/positive variance/);
  });
});

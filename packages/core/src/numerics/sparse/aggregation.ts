/**
 * Levels of a multigrid from a symmetric positive definite matrix alone, by smoothed aggregation: unknowns that are strongly coupled
 * (|a_ij| > θ √(a_ii a_jj)) are joined to aggregates, constants are interpolated exactly, and one step of damped Jacobi smooths the interpolation,
 * P = (I − ω D⁻¹ A) P₀ with ω = 4/3 / λ_max(D⁻¹A). For scalar elliptic problems.
 * (Vaněk, Mandel and Brezina, Computing 56, 179 (1996).)
 */
import { diagonal, galerkin, multiply, product, type SparseMatrix, sparseFromTriplets } from "./csr.ts";
import type { Level } from "./multigrid.ts";

/** Below this number of unknowns a level is solved directly. */
const COARSEST = 1500;
const STRONG = 0.08;
const MOST_LEVELS = 20;

/** The matrix itself and its coarser levels. */
export function aggregationLevels(matrix: SparseMatrix, coarsest: number = COARSEST): Level[] {
  const levels: Level[] = [];
  let a = matrix;
  let strong = STRONG;
  while (a.rows > coarsest && levels.length < MOST_LEVELS) {
    const d = diagonal(a);
    const { aggregate, count } = aggregates(a, d, strong);
    // aggregation has stalled: what is left is solved directly
    if (count === 0 || count > 0.8 * a.rows) break;
    const prolongation = smoothed(a, d, aggregate, count);
    levels.push({ matrix: a, prolongation });
    a = galerkin(a, prolongation);
    strong /= 2;
  }
  return [...levels, { matrix: a }];
}

function aggregates(a: SparseMatrix, d: Float64Array, strong: number): { aggregate: Int32Array; count: number } {
  const n = a.rows;
  const aggregate = new Int32Array(n).fill(-1);
  const isStrong = (i: number, p: number): boolean => {
    const j = a.column[p]!;
    return j !== i && a.value[p]! ** 2 > strong * strong * d[i]! * d[j]!;
  };
  let count = 0;
  // whole neighbourhoods first
  for (let i = 0; i < n; i++) {
    if (aggregate[i] !== -1) continue;
    let free = true;
    let neighbours = 0;
    for (let p = a.start[i]!; p < a.start[i + 1]! && free; p++) {
      if (!isStrong(i, p)) continue;
      neighbours++;
      free = aggregate[a.column[p]!] === -1;
    }
    if (!free || neighbours === 0) continue;
    aggregate[i] = count;
    for (let p = a.start[i]!; p < a.start[i + 1]!; p++) if (isStrong(i, p)) aggregate[a.column[p]!] = count;
    count++;
  }
  // then the rest joins its most strongly coupled neighbour of the first round
  const joined: [number, number][] = [];
  for (let i = 0; i < n; i++) {
    if (aggregate[i] !== -1) continue;
    let best = -1;
    let largest = 0;
    for (let p = a.start[i]!; p < a.start[i + 1]!; p++) {
      const j = a.column[p]!;
      if (j === i || aggregate[j] === -1 || !(Math.abs(a.value[p]!) > largest)) continue;
      largest = Math.abs(a.value[p]!);
      best = aggregate[j]!;
    }
    joined.push([i, best === -1 ? count++ : best]);
  }
  for (const [i, to] of joined) aggregate[i] = to;
  return { aggregate, count };
}

function smoothed(a: SparseMatrix, d: Float64Array, aggregate: Int32Array, count: number): SparseMatrix {
  const n = a.rows;
  const omega = 4 / 3 / largestEigenvalue(a, d);
  const value = a.value.slice();
  for (let i = 0; i < n; i++) {
    const factor = -omega / d[i]!;
    for (let p = a.start[i]!; p < a.start[i + 1]!; p++) value[p] = factor * a.value[p]! + (a.column[p] === i ? 1 : 0);
  }
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  const tentative = sparseFromTriplets(n, count, rows, aggregate, new Float64Array(n).fill(1));
  return product({ ...a, value }, tentative);
}

/** Of D⁻¹A, by 15 steps of the power method from a fixed start; a lower bound that is close, enlarged by a tenth. */
function largestEigenvalue(a: SparseMatrix, d: Float64Array): number {
  const n = a.rows;
  let x = Float64Array.from({ length: n }, (_, i) => 1 + ((i * 7919) % 1009) / 1009 - 2 * (i % 2));
  let y = new Float64Array(n);
  let lambda = 1;
  for (let step = 0; step < 15; step++) {
    multiply(a, x, y);
    let size = 0;
    for (let i = 0; i < n; i++) {
      y[i]! /= d[i]!;
      size = Math.max(size, Math.abs(y[i]!));
    }
    if (!(size > 0)) return 1;
    lambda = size;
    for (let i = 0; i < n; i++) y[i]! /= size;
    [x, y] = [y, x];
  }
  return Math.min(1.1 * lambda, 4);
}

/**
 * min ½ xᵀH x − cᵀx   subject to x_j ≥ 0 for the marked j, from a guess of which of them are at their bound
 *
 * Block principal pivoting: the unknowns off their bounds are solved for, and all that break a sign (x < 0, or a gradient < 0 at the bound) change sides at once; where that does not
 * lessen their number for three rounds only the last of them does, which ends (Júdice and Pires, Comput. Oper. Res. 21 (1994) 587; Kim and Park, SIAM J. Sci. Comput. 33 (2011) 3261).
 * Each round factors what is off the bounds alone: with a guess from a problem nearby and most unknowns at their bounds it costs a small part of an interior point.
 */
import { choleskyFactor, choleskySolve } from "./cholesky.ts";

const PATIENCE = 3;
const ROUNDS = 100;
/** Signs are broken beyond this, relative to the size of the problem. */
const TOLERANCE = 1e-10;

/**
 * @param h row-major n × n, symmetric, positive definite
 * @param bounded 1 where x_j ≥ 0 is demanded
 * @param guess 1 where x_j is thought to be 0; looked at where bounded
 * @param first of each row of h the first column that is not zero
 * @returns x; null where rounding keeps the rounds from ending: another method then has to answer
 */
export function nonNegativeFromGuess(
  h: Float64Array,
  c: Float64Array,
  bounded: Uint8Array,
  guess: Uint8Array,
  first: Int32Array,
): Float64Array | null {
  const n = c.length;
  // unit diagonal: the tolerance then means the same for every unknown
  const scale = Float64Array.from({ length: n }, (_, j) => 1 / Math.sqrt(h[j * n + j]! || 1));
  let size = 0;
  for (let j = 0; j < n; j++) size += (c[j]! * scale[j]!) ** 2;
  const least = TOLERANCE * Math.sqrt(size);
  const active = Uint8Array.from(bounded, (is, j) => (is ? guess[j]! : 0));
  const x = new Float64Array(n);
  const gradient = new Float64Array(n);
  const matrix = new Float64Array(n * n);
  let fewest = n + 1;
  let patience = PATIENCE;
  for (let round = 0; round < ROUNDS; round++) {
    if (!solveFree(h, c, active, scale, first, x, matrix)) return null;
    gradientOf(h, c, first, x, gradient);
    let broken = 0;
    let last = -1;
    for (let j = 0; j < n; j++) {
      if (!breaks(j)) continue;
      broken++;
      last = j;
    }
    if (broken === 0) return x.map((v, j) => (bounded[j] ? Math.max(0, v) : v));
    if (broken < fewest) [fewest, patience] = [broken, PATIENCE];
    else patience--;
    if (patience >= 0) {
      for (let j = 0; j < n; j++) if (breaks(j)) active[j] = 1 - active[j]!;
    } else active[last] = 1 - active[last]!;
  }
  return null;

  function breaks(j: number): boolean {
    if (!bounded[j]) return false;
    return active[j] ? gradient[j]! * scale[j]! < -least : x[j]! / scale[j]! < -least;
  }
}

/** Solves H x = c for the unknowns that are not active; the others are 0. @param matrix room of n × n */
function solveFree(
  h: Float64Array,
  c: Float64Array,
  active: Uint8Array,
  scale: Float64Array,
  first: Int32Array,
  x: Float64Array,
  matrix: Float64Array,
): boolean {
  const n = c.length;
  const before = new Int32Array(n);
  const free: number[] = [];
  for (let j = 0; j < n; j++) {
    before[j] = free.length;
    if (!active[j]) free.push(j);
  }
  const m = free.length;
  const from = Int32Array.from(free, (j) => before[first[j]!]!);
  const right = new Float64Array(m);
  for (let a = 0; a < m; a++) {
    const i = free[a]!;
    for (let b = from[a]!; b <= a; b++) matrix[a * m + b] = h[i * n + free[b]!]! * scale[i]! * scale[free[b]!]!;
    right[a] = c[i]! * scale[i]!;
  }
  if (!choleskyFactor(matrix, m, from)) return false;
  choleskySolve(matrix, right, m, from);
  x.fill(0);
  for (let a = 0; a < m; a++) x[free[a]!] = right[a]! * scale[free[a]!]!;
  return true;
}

/** H x − c */
function gradientOf(h: Float64Array, c: Float64Array, first: Int32Array, x: Float64Array, gradient: Float64Array): void {
  const n = c.length;
  for (let i = 0; i < n; i++) gradient[i] = -c[i]!;
  for (let i = 0; i < n; i++) {
    const xi = x[i]!;
    let sum = h[i * n + i]! * xi;
    for (let j = first[i]!; j < i; j++) {
      const entry = h[i * n + j]!;
      sum += entry * x[j]!;
      gradient[j] = gradient[j]! + entry * xi;
    }
    gradient[i] = gradient[i]! + sum;
  }
}

/**
 * Multigrid as a preconditioner: one V-cycle over given levels, one forward Gauss–Seidel sweep before and one backward sweep after
 * the correction of each coarser level, so that the cycle is symmetric; the coarsest level is solved directly. Levels come from nested
 * meshes (their interpolation) or from the matrix alone (`aggregationLevels`).
 * (Briggs, Henson and McCormick, A Multigrid Tutorial, SIAM 2000.)
 */
import type { Preconditioner } from "./conjugateGradient.ts";
import { diagonal, multiplyTransposed, residual, type SparseMatrix } from "./csr.ts";
import { factorSymmetric } from "./ldl.ts";

export interface Level {
  matrix: SparseMatrix;
  /** from the next coarser level to this one; the coarsest has none */
  prolongation?: SparseMatrix;
}

/** @param levels the finest first; matrices may change their values until the next call of `multigrid` */
export function multigrid(levels: readonly Level[]): Preconditioner {
  const coarsest = factorSymmetric(levels.at(-1)!.matrix);
  const work = levels.map(({ matrix }, k) => ({
    inverse: diagonal(matrix).map((d) => 1 / d),
    // the finest level works on the caller's vectors
    b: k === 0 ? new Float64Array(0) : new Float64Array(matrix.rows),
    x: k === 0 ? new Float64Array(0) : new Float64Array(matrix.rows),
    r: k === levels.length - 1 ? new Float64Array(0) : new Float64Array(matrix.rows),
  }));
  const cycle = (k: number, b: Float64Array, x: Float64Array): void => {
    const { matrix, prolongation } = levels[k]!;
    if (prolongation === undefined) {
      coarsest.solve(b, x);
      return;
    }
    const { inverse, r } = work[k]!;
    const coarse = work[k + 1]!;
    forwardFromZero(matrix, inverse, b, x);
    residual(matrix, x, b, r);
    multiplyTransposed(prolongation, r, coarse.b);
    cycle(k + 1, coarse.b, coarse.x);
    addProduct(prolongation, coarse.x, x);
    backward(matrix, inverse, b, x);
  };
  return (r, z) => cycle(0, r, z);
}

/** One Gauss–Seidel sweep from x = 0: only columns before the diagonal count. */
function forwardFromZero({ rows, start, column, value }: SparseMatrix, inverse: Float64Array, b: Float64Array, x: Float64Array): void {
  for (let i = 0; i < rows; i++) {
    let sum = b[i]!;
    for (let p = start[i]!; column[p]! < i; p++) sum -= value[p]! * x[column[p]!]!;
    x[i] = sum * inverse[i]!;
  }
}

function backward({ rows, start, column, value }: SparseMatrix, inverse: Float64Array, b: Float64Array, x: Float64Array): void {
  let p = start[rows]! - 1;
  for (let i = rows - 1; i >= 0; i--) {
    const from = start[i]!;
    let sum = b[i]!;
    for (; p >= from; p--) sum -= value[p]! * x[column[p]!]!;
    x[i]! += sum * inverse[i]!;
  }
}

/** y += A x. */
function addProduct({ rows, start, column, value }: SparseMatrix, x: Float64Array, y: Float64Array): void {
  let p = 0;
  for (let i = 0; i < rows; i++) {
    const end = start[i + 1]!;
    let sum = 0;
    for (; p < end; p++) sum += value[p]! * x[column[p]!]!;
    y[i]! += sum;
  }
}

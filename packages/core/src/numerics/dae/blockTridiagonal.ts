/**
 * Bordered block-tridiagonal systems: N cells of m unknowns each, where some equations of a cell see some unknowns of its two neighbours, and b
 * scalars that any cell may see and whose equations may see any cell.
 *
 *   L_i x_{i−1} + D_i x_i + U_i x_{i+1} + B_i s = f_i,   Σ C_i x_i + E s = g
 *
 * Block LU without exchanges between cells, with partial pivoting inside a block; the border by its Schur complement. Because few equations and unknowns
 * reach across cells, D'⁻¹ is applied to as many unit vectors as there are such equations: O(N m³) to factorise, O(N m²) to solve. (Golub & Van Loan, 4.5.)
 */
import { luFactor, luSolve } from "./lu.ts";

export interface BlockShape {
  cells: number;
  /** unknowns per cell */
  block: number;
  /** scalars */
  border: number;
  /** equations of a cell, by index, that see its neighbours */
  rows: readonly number[];
  /** unknowns of a cell, by index, that its neighbours see */
  columns: readonly number[];
}

export interface BlockSystem {
  readonly shape: BlockShape;
  /** D, cells × m × m, row-major */
  readonly diagonal: Float64Array;
  /** L and U, cells × rows × columns, in the order of the shape's lists */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** B, cells × m × b */
  readonly right: Float64Array;
  /** C, b × (cells · m) */
  readonly bottom: Float64Array;
  /** E, b × b */
  readonly corner: Float64Array;
  /** Sets all to zero. */
  clear(): void;
  /** Factorises in place: the arrays are then no longer the matrix. False where it is singular. */
  factor(): boolean;
  /** x in place of the right-hand side, cells first, then the scalars. */
  solve(x: Float64Array): void;
}

export function blockSystem(shape: BlockShape): BlockSystem {
  const { cells, block: m, border: b } = shape;
  const rows = Int32Array.from(shape.rows);
  const columns = Int32Array.from(shape.columns);
  const [qr, qc] = [rows.length, columns.length];
  const couple = qr * qc;
  const size = cells * m;
  const diagonal = new Float64Array(size * m);
  const lower = new Float64Array(cells * couple);
  const upper = new Float64Array(cells * couple);
  const right = new Float64Array(size * b);
  const bottom = new Float64Array(b * size);
  const corner = new Float64Array(b * b);
  const pivots = new Int32Array(size);
  const cornerPivots = new Int32Array(b);
  // D'⁻¹ e_r per cell, one vector after the other, and D'⁻¹ B
  const reach = new Float64Array(cells * qr * m);
  const answer = new Float64Array(b * size);
  const small = new Float64Array(Math.max(qr, qc));

  const solveCells = (x: Float64Array, from: number): void => {
    for (let i = 0; i < cells; i++) {
      const at = from + i * m;
      if (i > 0) {
        for (let r = 0; r < qr; r++) {
          let sum = 0;
          for (let c = 0; c < qc; c++) sum += lower[i * couple + r * qc + c]! * x[at - m + columns[c]!]!;
          x[at + rows[r]!] = x[at + rows[r]!]! - sum;
        }
      }
      luSolve(diagonal, i * m * m, m, pivots, i * m, x, at);
    }
    for (let i = cells - 2; i >= 0; i--) {
      const at = from + i * m;
      for (let r = 0; r < qr; r++) {
        let sum = 0;
        for (let c = 0; c < qc; c++) sum += upper[i * couple + r * qc + c]! * x[at + m + columns[c]!]!;
        if (sum === 0) continue;
        const vector = (i * qr + r) * m;
        for (let k = 0; k < m; k++) x[at + k] = x[at + k]! - reach[vector + k]! * sum;
      }
    }
  };

  return {
    shape,
    diagonal,
    lower,
    upper,
    right,
    bottom,
    corner,
    clear() {
      for (const array of [diagonal, lower, upper, right, bottom, corner]) array.fill(0);
    },
    factor() {
      for (let i = 0; i < cells; i++) {
        const at = i * m * m;
        if (i > 0) {
          // D_i −= L_i (D'⁻¹ rows → columns) U_{i−1}
          for (let r = 0; r < qr; r++) {
            for (let s = 0; s < qr; s++) {
              let sum = 0;
              const vector = ((i - 1) * qr + s) * m;
              for (let c = 0; c < qc; c++) sum += lower[i * couple + r * qc + c]! * reach[vector + columns[c]!]!;
              small[s] = sum;
            }
            for (let c = 0; c < qc; c++) {
              let sum = 0;
              for (let s = 0; s < qr; s++) sum += small[s]! * upper[(i - 1) * couple + s * qc + c]!;
              const k = at + rows[r]! * m + columns[c]!;
              diagonal[k] = diagonal[k]! - sum;
            }
          }
        }
        if (!luFactor(diagonal, at, m, pivots, i * m)) return false;
        for (let r = 0; r < qr; r++) {
          const vector = (i * qr + r) * m;
          reach.fill(0, vector, vector + m);
          reach[vector + rows[r]!] = 1;
          luSolve(diagonal, at, m, pivots, i * m, reach, vector);
        }
      }
      for (let s = 0; s < b; s++) {
        for (let k = 0; k < size; k++) answer[s * size + k] = right[k * b + s]!;
        solveCells(answer, s * size);
      }
      for (let r = 0; r < b; r++) {
        for (let s = 0; s < b; s++) {
          let sum = 0;
          for (let k = 0; k < size; k++) sum += bottom[r * size + k]! * answer[s * size + k]!;
          corner[r * b + s] = corner[r * b + s]! - sum;
        }
      }
      return b === 0 || luFactor(corner, 0, b, cornerPivots, 0);
    },
    solve(x) {
      solveCells(x, 0);
      for (let r = 0; r < b; r++) {
        let sum = 0;
        for (let k = 0; k < size; k++) sum += bottom[r * size + k]! * x[k]!;
        x[size + r] = x[size + r]! - sum;
      }
      if (b === 0) return;
      luSolve(corner, 0, b, cornerPivots, 0, x, size);
      for (let s = 0; s < b; s++) {
        const scalar = x[size + s]!;
        if (scalar === 0) continue;
        for (let k = 0; k < size; k++) x[k] = x[k]! - answer[s * size + k]! * scalar;
      }
    },
  };
}

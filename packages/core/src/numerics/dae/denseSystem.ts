/** A problem with a full Jacobian, for systems of a few unknowns: LU with partial pivoting, O(n³). */
import { luFactor, luSolve } from "./lu.ts";
import type { DaeProblem } from "./problem.ts";

export interface DenseSystem {
  mass: ArrayLike<number>;
  right(t: number, y: Float64Array, out: Float64Array): void;
  /** Writes ∂f_i/∂y_j row-major. */
  jacobian(t: number, y: Float64Array, out: Float64Array): void;
  relativeTolerance: number;
  /** one for all or one each */
  absoluteTolerance: number | ArrayLike<number>;
}

export function denseProblem(system: DenseSystem): DaeProblem {
  const size = system.mass.length;
  const mass = Float64Array.from(system.mass);
  const a = new Float64Array(size * size);
  const pivots = new Int32Array(size);
  const { absoluteTolerance: absolute, relativeTolerance: relative } = system;
  return {
    size,
    mass,
    right: system.right,
    factor(t, y, c, frozen) {
      system.jacobian(t, y, a);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          const unit = i === j ? 1 : 0;
          a[i * size + j] = frozen && mass[i] !== 0 ? unit : c * mass[i]! * unit - a[i * size + j]!;
        }
      }
      return luFactor(a, 0, size, pivots, 0);
    },
    solve: (b) => luSolve(a, 0, size, pivots, 0, b, 0),
    weights(y, out) {
      for (let i = 0; i < size; i++) {
        out[i] = 1 / (relative * Math.abs(y[i]!) + (typeof absolute === "number" ? absolute : absolute[i]!));
      }
    },
  };
}

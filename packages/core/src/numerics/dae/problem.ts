/**
 * What the integrator needs to know of a system of differential and algebraic equations of index 1 in the form
 *
 *   M ẏ = f(t, y),   M diagonal and constant; M_i = 0 marks an algebraic equation.
 *
 * The system brings its own linear algebra, so that dense, banded and bordered Jacobians are solved each in their way.
 */
export interface DaeProblem {
  /** number of unknowns */
  readonly size: number;
  /** diagonal of M */
  readonly mass: Float64Array;
  /** Writes f(t, y); values that are not finite make the integrator try a smaller step. */
  right(t: number, y: Float64Array, out: Float64Array): void;
  /**
   * Factorises A = c M − ∂f/∂y at (t, y). With `frozen` the rows of differential equations are those of the unit matrix instead: the system of the
   * algebraic unknowns alone. False where A is singular.
   */
  factor(t: number, y: Float64Array, c: number, frozen: boolean): boolean;
  /** Solves A x = b with the last factors, in place. */
  solve(b: Float64Array): void;
  /** Writes the weight of each unknown's error: 1/(relative tolerance · |y| + absolute tolerance). */
  weights(y: Float64Array, out: Float64Array): void;
  /** The largest share, up to 1, of a correction that stays where the equations can be trusted, such as potentials that move by no more than some tenths of a volt. */
  reach?(correction: Float64Array): number;
  /** False where a converged state must not be taken after `before`, such as one with negative amounts: the step is then tried shorter. */
  accept?(y: Float64Array, before: Float64Array): boolean;
}

/** √(Σ (v_i w_i)² / n): 1 is an error at the tolerance. */
export function weightedNorm(v: Float64Array, w: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < v.length; i++) {
    const x = v[i]! * w[i]!;
    sum += x * x;
  }
  return Math.sqrt(sum / v.length);
}

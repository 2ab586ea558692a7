/**
 * Do residuals change their sign as often as noise does?
 *
 * Of n residuals without correlation each of the n − 1 neighbours differs in sign with chance ½, so the number of runs is 1 + B(n − 1, ½):
 *
 *   z = (runs − 1 − (n − 1)/2)/(√(n − 1)/2)
 *
 * z far below zero: the model misses something broader than a point. Chances of ½ and not the observed shares of signs (Wald and Wolfowitz, Ann. Math. Stat.
 * 11, 147, 1940), because residuals that all lie on one side are a misfit as well. A fit with few parameters per point lifts z by little.
 */

export interface Runs {
  runs: number;
  /** of noise, with its standard deviation */
  expected: number;
  deviation: number;
  z: number;
}

/** Fewer signs cannot tell. */
const LEAST = 20;

/**
 * @param sequences residuals in their order; real and imaginary parts are two sequences
 * @returns null for fewer than 20 residuals that are not zero
 */
export function runsOf(sequences: readonly ArrayLike<number>[]): Runs | null {
  let runs = 0;
  let pairs = 0;
  let count = 0;
  for (const residuals of sequences) {
    let before = 0;
    for (let i = 0; i < residuals.length; i++) {
      const sign = Math.sign(residuals[i]!);
      // exactly zero is no side; NaN is no residual
      if (sign !== 1 && sign !== -1) continue;
      count++;
      if (before !== 0) pairs++;
      if (sign !== before) runs++;
      before = sign;
    }
  }
  if (count < LEAST) return null;
  const expected = runs === 0 ? 0 : count - pairs + pairs / 2;
  const deviation = Math.sqrt(pairs) / 2;
  return { runs, expected, deviation, z: (runs - expected) / deviation };
}

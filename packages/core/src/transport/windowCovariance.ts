/**
 * Covariance of mean squared displacements that are averaged over overlapping windows of one path.
 *
 * The path is Brownian with variance σ² per step, seen with independent noise of variance ε² (vibration on a site): x(t) = B(t) + v(t). For Gaussian
 * displacements the covariance of squares is twice the square of the covariance,
 *
 *   Cov(MSD_n, MSD_m) = 2/(W_n W_m) Σ_i Σ_j c_nm(j − i)²,   W_n = N − n windows,
 *   c_nm(δ) = σ² · overlap of [0, n] and [δ, δ + m] + ε² ([δ = 0] − [δ = n] − [δ = −m] + [δ = n − m])
 *
 * exact for every pair of lags; the double sum depends on δ only and is taken over −m < δ < n. It is a quadratic form in σ² and ε²: three matrices are
 * made once. One component, one ion: divide by the number of ions and add components up. (H. Qian, M. Sheetz, E. Elson, Biophys. J. 60, 910 (1991);
 * X. Michalet, Phys. Rev. E 82, 041914 (2010).)
 */
export interface WindowCovariance {
  readonly size: number;
  /** coefficients of σ⁴, σ²ε² and ε⁴, row by row */
  readonly motion: Float64Array;
  readonly mixed: Float64Array;
  readonly noise: Float64Array;
}

/** @param frames length of the path @param lags in frames, rising, each below `frames` */
export function windowCovariance(frames: number, lags: ArrayLike<number>): WindowCovariance {
  const size = lags.length;
  const motion = new Float64Array(size * size);
  const mixed = new Float64Array(size * size);
  const noise = new Float64Array(size * size);
  for (let p = 0; p < size; p++) {
    for (let q = 0; q <= p; q++) {
      const n = lags[p]!;
      const m = lags[q]!;
      let [a, b, c] = [0, 0, 0];
      for (let d = -m; d <= n; d++) {
        const pairs = Math.min(frames - n - 1, frames - m - 1 - d) - Math.max(0, -d) + 1;
        if (pairs <= 0) continue;
        const overlap = Math.max(0, Math.min(n, d + m) - Math.max(0, d));
        const ends = (d === 0 ? 1 : 0) - (d === n ? 1 : 0) - (d === -m ? 1 : 0) + (d === n - m ? 1 : 0);
        a += pairs * overlap * overlap;
        b += pairs * 2 * overlap * ends;
        c += pairs * ends * ends;
      }
      const scale = 2 / ((frames - n) * (frames - m));
      motion[p * size + q] = motion[q * size + p] = scale * a;
      mixed[p * size + q] = mixed[q * size + p] = scale * b;
      noise[p * size + q] = noise[q * size + p] = scale * c;
    }
  }
  return { size, motion, mixed, noise };
}

/**
 * The noise of a scan from the scan itself: each point against the cubic through its two neighbours on either side.
 *
 *   r_i = y_i − Σ_j c_j y_j,   var r_i = σ² (1 + Σ c_j²)
 *
 * A smooth curve leaves r ≈ 0 whatever its slope and curvature. The median of |r|/√(1 + Σc²) over the scan gives σ
 * (× 1.4826 for a normal distribution), and a few glitches or a sharp white line do not move a median.
 */
import type { AbsorptionSpectrum } from "./spectrum.ts";

/** Leave-one-out residuals in units of the noise's own scale: r_i/√(1 + Σ c_j²); the two points at either end have none (NaN). */
export function leaveOneOut(energy: Float64Array, mu: Float64Array): Float64Array {
  const n = energy.length;
  const out = new Float64Array(n).fill(Number.NaN);
  const at = new Float64Array(4);
  const value = new Float64Array(4);
  for (let i = 2; i < n - 2; i++) {
    for (let j = 0, k = i - 2; k <= i + 2; k++) {
      if (k === i) continue;
      at[j] = energy[k]!;
      value[j++] = mu[k]!;
    }
    let predicted = 0;
    let squares = 0;
    for (let j = 0; j < 4; j++) {
      let c = 1;
      for (let k = 0; k < 4; k++) if (k !== j) c *= (energy[i]! - at[k]!) / (at[j]! - at[k]!);
      predicted += c * value[j]!;
      squares += c * c;
    }
    out[i] = (mu[i]! - predicted) / Math.sqrt(1 + squares);
  }
  return out;
}

/** One standard deviation of a point, in the units of μ; 0 for a noiseless curve. */
export function noiseOf({ energy, mu }: Pick<AbsorptionSpectrum, "energy" | "mu">): number {
  const residual = leaveOneOut(energy, mu).filter((r) => !Number.isNaN(r));
  if (residual.length === 0) return 0;
  const sorted = residual.map(Math.abs).sort();
  return 1.4826 * sorted[sorted.length >> 1]!;
}

/** The Voigt profile of the virtual instruments. */

/** Re w(z) by Weideman's rational series of 24 terms (SIAM J. Numer. Anal. 31, 1497 (1994)): the Voigt profile to 1e-8. */
function faddeeva(x: number, y: number): number {
  const n = COEFFICIENTS.length;
  // Z = (L + iz)/(L − iz)
  const [ar, ai] = [SCALE - y, x];
  const [br, bi] = [SCALE + y, -x];
  const bb = br * br + bi * bi;
  const zr = (ar * br + ai * bi) / bb;
  const zi = (ai * br - ar * bi) / bb;
  let pr = 0;
  let pi = 0;
  for (let k = n - 1; k >= 0; k--) {
    const next = pr * zr - pi * zi + COEFFICIENTS[k]!;
    pi = pr * zi + pi * zr;
    pr = next;
  }
  // w = 2 p/(L − iz)² + 1/√π/(L − iz)
  const dr = br * br - bi * bi;
  const di = 2 * br * bi;
  return (2 * (pr * dr + pi * di)) / (dr * dr + di * di) + br / bb / Math.sqrt(Math.PI);
}

const TERMS = 24;
const SCALE = Math.sqrt(TERMS / Math.SQRT2);
const COEFFICIENTS = coefficients();

function coefficients(): Float64Array {
  const m = 2 * TERMS;
  const out = new Float64Array(TERMS);
  for (let n = 1; n <= TERMS; n++) {
    let sum = 0;
    for (let k = -m + 1; k <= m - 1; k++) {
      const theta = (k * Math.PI) / m;
      const t = SCALE * Math.tan(theta / 2);
      sum += Math.exp(-t * t) * (SCALE * SCALE + t * t) * Math.cos(n * theta);
    }
    out[n - 1] = sum / (2 * m);
  }
  return out;
}

/** Voigt profile of unit area: Lorentzian of full width `core`, Gaussian of standard deviation `sigma`. */
export function voigt(x: number, sigma: number, core: number): number {
  const s = sigma * Math.SQRT2;
  return faddeeva(x / s, core / 2 / s) / (s * Math.sqrt(Math.PI));
}

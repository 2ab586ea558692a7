/**
 * Voigt profile of unit area and unit full width, mixed by the Lorentzian's share m = w_L/w of the width.
 *
 *   V(u) = Re w(z) √(ln2/π) 2/w_G,  z = (u + i w_L/2) 2√ln2 / w_G,  w(z) = exp(−z²) erfc(−iz)
 *   w = 0.5346 w_L + √(0.2166 w_L² + w_G²) = 1                     (Olivero and Longbothum, J. Quant. Spectrosc. Radiat. Transf. 17, 1977)
 *
 * The relation of the widths is an approximation, good to 0.02 %; the profile itself is exact: w(z) by Weideman's rational series of 32 terms,
 * relative error below 1e-12 (SIAM J. Numer. Anal. 31, 1497, 1994).
 */

const TERMS = 32;
const L = Math.sqrt(TERMS / Math.SQRT2);
const COEFFICIENTS = coefficients();

/** Fourier coefficients of exp(−t²)(L² + t²), t = L tan(θ/2), highest power first. */
function coefficients(): Float64Array {
  const m = 4 * TERMS;
  const out = new Float64Array(TERMS);
  for (let n = 1; n <= TERMS; n++) {
    let sum = 0;
    for (let k = -m + 1; k < m; k++) {
      const theta = (k * Math.PI) / m;
      const t = L * Math.tan(theta / 2);
      sum += Math.exp(-t * t) * (L * L + t * t) * Math.cos(n * theta);
    }
    out[TERMS - n] = sum / (2 * m);
  }
  return out;
}

const wOut = new Float64Array(2);

/** Re and Im of w(x + iy), y ≥ 0, to wOut. */
function faddeeva(x: number, y: number): void {
  // Z = (L + iz)/(L − iz), w = 2 p(Z)/(L − iz)² + 1/√π/(L − iz)
  const dr = L + y;
  const di = -x;
  const norm = dr * dr + di * di;
  const nr = L - y;
  const ni = x;
  const zr = (nr * dr + ni * di) / norm;
  const zi = (ni * dr - nr * di) / norm;
  let pr = 0;
  let pi = 0;
  for (let k = 0; k < TERMS; k++) {
    const next = pr * zr - pi * zi + COEFFICIENTS[k]!;
    pi = pr * zi + pi * zr;
    pr = next;
  }
  const ir = dr / norm;
  const ii = -di / norm;
  const sr = ir * ir - ii * ii;
  const si = 2 * ir * ii;
  wOut[0] = 2 * (pr * sr - pi * si) + ir / Math.sqrt(Math.PI);
  wOut[1] = 2 * (pr * si + pi * sr) + ii / Math.sqrt(Math.PI);
}

const A = 0.5346;
/** 0.2166 in the publication; so that a pure Lorentzian has exactly its width */
const B = (1 - A) ** 2;
/** Above this share the Gaussian is too narrow for the profile to be told from a Lorentzian. */
const PURE = 1 - 1e-5;
const FACTOR = 2 * Math.sqrt(Math.LN2);

/** f, ∂f/∂u and ∂f/∂m to out. */
export function unitVoigt(u: number, mix: number, out: Float64Array): void {
  const m = Math.min(PURE, Math.max(0, mix));
  const rest = 1 - A * m;
  const gauss = Math.sqrt(rest * rest - B * m * m);
  const scale = FACTOR / gauss;
  const x = u * scale;
  const y = 0.5 * m * scale;
  faddeeva(x, y);
  const [re, im] = [wOut[0]!, wOut[1]!];
  const height = scale / Math.sqrt(Math.PI);
  // w′(z) = −2 z w + 2i/√π
  const dx = -2 * (x * re - y * im);
  const slopeIm = -2 * (x * im + y * re) + 2 / Math.sqrt(Math.PI);
  const dy = -slopeIm;
  const gaussSlope = (-A * rest - B * m) / gauss;
  const scaleSlope = (-scale / gauss) * gaussSlope;
  out[0] = height * re;
  out[1] = height * scale * dx;
  out[2] = (scaleSlope / Math.sqrt(Math.PI)) * re + height * (dx * u * scaleSlope + dy * 0.5 * (scale + m * scaleSlope));
}

/** Nodes and weights of Gauss–Legendre with 24 points on [0, 1], by Newton's method. */
const NODES = legendre(24);

function legendre(n: number): readonly (readonly [node: number, weight: number])[] {
  return Array.from({ length: n }, (_, k) => {
    let x = Math.cos((Math.PI * (k + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let round = 0; round < 30; round++) {
      let [p0, p1] = [1, x];
      for (let j = 2; j <= n; j++) [p0, p1] = [p1, ((2 * j - 1) * x * p1 - (j - 1) * p0) / j];
      slope = (n * (x * p1 - p0)) / (x * x - 1);
      const step = p1 / slope;
      x -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    return [(1 + x) / 2, 1 / ((1 - x * x) * slope * slope)] as const;
  });
}

const d = new Float64Array(3);

/** F(u) and ∂F/∂m by quadrature: panels near the centre, the far flank in 1/u; then f(u). */
export function integralVoigt(u: number, mix: number, out: Float64Array): void {
  const end = Math.abs(u);
  const near = Math.min(end, 6);
  let sum = 0;
  let slope = 0;
  const panels = Math.max(1, Math.ceil(near / Math.max(0.1, Math.min(1, mix))));
  for (let k = 0; k < panels; k++) {
    const width = near / panels;
    for (const [node, weight] of NODES) {
      unitVoigt((k + node) * width, mix, d);
      sum += weight * width * d[0]!;
      slope += weight * width * d[2]!;
    }
  }
  if (end > near) {
    const [from, to] = [1 / end, 1 / near];
    for (const [node, weight] of NODES) {
      const s = from + node * (to - from);
      unitVoigt(1 / s, mix, d);
      sum += (weight * (to - from) * d[0]!) / (s * s);
      slope += (weight * (to - from) * d[2]!) / (s * s);
    }
  }
  unitVoigt(u, mix, d);
  out[0] = 0.5 + Math.sign(u) * sum;
  out[1] = d[0]!;
  out[2] = Math.sign(u) * slope;
}

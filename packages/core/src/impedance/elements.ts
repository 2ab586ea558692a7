/**
 * Circuit elements: impedance and its derivatives by every parameter, in closed form.
 *
 * s = √(jωτ) or its generalisation; Re s ≥ 0, so tanh and coth are formed from e^(−2s), which never
 * overflows. (Orazem and Tribollet, Electrochemical Impedance Spectroscopy, 2008; Gerischer, Z. Phys. Chem. 198,
 * 1951; de Levie, Electrochim. Acta 9, 1964.)
 */

export interface ElementParameter {
  /** suffix in the parameter's full name: "CPE1.a"; "" where the element has one parameter, "R1" */
  name: string;
  unit: string;
  /** "log": positive over decades, fitted as its logarithm; "linear" otherwise */
  scale: "log" | "linear";
  lower: number;
  upper: number;
  /**
   * How the parameter changes when all impedances are multiplied by f: value × f^weight. Lets whole blocks be
   * scaled without touching their shape.
   */
  weight: 1 | -1 | 0;
  /** what the starting values are drawn from: a time constant in the measured window, an exponent, a size */
  role: "size" | "time" | "exponent";
}

export interface Element {
  symbol: string;
  title: string;
  equation: string;
  parameters: readonly ElementParameter[];
  /**
   * Writes Z to z[0] + j z[1] and ∂Z/∂p_k to dz[2k] + j dz[2k+1].
   * @param p all parameters of the circuit; the element's own start at `at`
   * @param omega angular frequency, rad/s
   */
  evaluate(p: Float64Array, at: number, omega: number, z: Float64Array, dz: Float64Array): void;
}

const size = (name: string, unit: string, weight: 1 | -1, lower: number, upper: number): ElementParameter => ({
  name,
  unit,
  scale: "log",
  lower,
  upper,
  weight,
  role: "size",
});
const time = (name: string): ElementParameter => ({ name, unit: "s", scale: "log", lower: 1e-12, upper: 1e9, weight: 0, role: "time" });
const exponent: ElementParameter = { name: "a", unit: "", scale: "linear", lower: 0.3, upper: 1, weight: 0, role: "exponent" };
const HALF_PI = Math.PI / 2;

/** f(s) = coth(s)/s or tanh(s)/s and f′(s), written to out[0..1], out[2..3]. */
function diffusion(sr: number, si: number, open: boolean, out: Float64Array): void {
  const size2 = sr * sr + si * si;
  if (size2 < 1e-8) {
    // coth(s)/s = 1/s² + 1/3 + …, tanh(s)/s = 1 − s²/3 + …
    const s2r = sr * sr - si * si;
    const s2i = 2 * sr * si;
    if (open) {
      const q = s2r * s2r + s2i * s2i;
      out[0] = s2r / q + 1 / 3;
      out[1] = -s2i / q;
      // −2/s³ = −2 s̄³/|s|⁶
      const s3r = s2r * sr - s2i * si;
      const s3i = s2r * si + s2i * sr;
      out[2] = (-2 * s3r) / size2 ** 3;
      out[3] = (2 * s3i) / size2 ** 3;
    } else {
      out[0] = 1 - s2r / 3;
      out[1] = -s2i / 3;
      out[2] = (-2 * sr) / 3;
      out[3] = (-2 * si) / 3;
    }
    return;
  }
  const magnitude = Math.exp(-2 * sr);
  const er = magnitude * Math.cos(2 * si);
  const ei = -magnitude * Math.sin(2 * si);
  // t = (1 − e)/(1 + e) = tanh s, or its inverse
  const nr = open ? 1 + er : 1 - er;
  const ni = open ? ei : -ei;
  const dr = open ? 1 - er : 1 + er;
  const di = open ? -ei : ei;
  const d2 = dr * dr + di * di;
  const tr = (nr * dr + ni * di) / d2;
  const ti = (ni * dr - nr * di) / d2;
  const fr = (tr * sr + ti * si) / size2;
  const fi = (ti * sr - tr * si) / size2;
  out[0] = fr;
  out[1] = fi;
  // f′ = (1 − t² − f)/s: t′ = 1 − t² for tanh and for coth
  const gr = 1 - (tr * tr - ti * ti) - fr;
  const gi = -2 * tr * ti - fi;
  out[2] = (gr * sr + gi * si) / size2;
  out[3] = (gi * sr - gr * si) / size2;
}

const shape = new Float64Array(4);

function finiteWarburg(symbol: string, title: string, equation: string, open: boolean): Element {
  return {
    symbol,
    title,
    equation,
    parameters: [size("R", "ohm", 1, 1e-9, 1e15), time("tau")],
    evaluate(p, at, omega, z, dz) {
      const r = p[at]!;
      const tau = p[at + 1]!;
      // √(jωτ) = √(ωτ/2) (1 + j)
      const s = Math.sqrt((omega * tau) / 2);
      diffusion(s, s, open, shape);
      z[0] = r * shape[0]!;
      z[1] = r * shape[1]!;
      dz[0] = shape[0]!;
      dz[1] = shape[1]!;
      // ds/dτ = s/(2τ)
      const k = (r * s) / (2 * tau);
      dz[2] = k * (shape[2]! - shape[3]!);
      dz[3] = k * (shape[2]! + shape[3]!);
    },
  };
}

/** Z = R f(s), s² = R (1/Rct + Q (jω)^a): a porous electrode whose walls carry a CPE, with or without Rct. */
function porous(symbol: string, title: string, equation: string, faradaic: boolean): Element {
  const last = faradaic ? 2 : 1;
  return {
    symbol,
    title,
    equation,
    parameters: [
      size("R", "ohm", 1, 1e-9, 1e15),
      ...(faradaic ? [size("Rct", "ohm", 1, 1e-9, 1e15)] : []),
      size("Q", "S·s^a", -1, 1e-15, 1e6),
      exponent,
    ],
    evaluate(p, at, omega, z, dz) {
      const r = p[at]!;
      const q = p[at + last]!;
      const a = p[at + last + 1]!;
      const w = q * omega ** a;
      const wr = w * Math.cos(a * HALF_PI);
      const wi = w * Math.sin(a * HALF_PI);
      const leak = faradaic ? 1 / p[at + 1]! : 0;
      const ur = r * (wr + leak);
      const ui = r * wi;
      const modulus = Math.hypot(ur, ui);
      const sr = Math.sqrt(Math.max(0, (modulus + ur) / 2));
      const si = sr > 0 ? ui / (2 * sr) : Math.sqrt(modulus);
      diffusion(sr, si, true, shape);
      z[0] = r * shape[0]!;
      z[1] = r * shape[1]!;
      // dZ/du = R f′(s)/(2s)
      const s2 = sr * sr + si * si || Number.MIN_VALUE;
      const hr = (r * (shape[2]! * sr + shape[3]! * si)) / (2 * s2);
      const hi = (r * (shape[3]! * sr - shape[2]! * si)) / (2 * s2);
      const put = (k: number, dr: number, di: number): void => {
        dz[2 * k] = hr * dr - hi * di;
        dz[2 * k + 1] = hr * di + hi * dr;
      };
      put(0, ur / r, ui / r);
      dz[0] = dz[0]! + shape[0]!;
      dz[1] = dz[1]! + shape[1]!;
      if (faradaic) put(1, -r * leak * leak, 0);
      put(last, (r * wr) / q, (r * wi) / q);
      // d(jω)^a/da = (jω)^a (ln ω + jπ/2)
      const ln = Math.log(omega);
      put(last + 1, r * (wr * ln - wi * HALF_PI), r * (wr * HALF_PI + wi * ln));
    },
  };
}

/** Every element of the circuit language; longer symbols are tried first. */
export const ELEMENTS: readonly Element[] = [
  {
    symbol: "R",
    title: "resistance",
    equation: "R",
    parameters: [size("", "ohm", 1, 1e-9, 1e15)],
    evaluate(p, at, _omega, z, dz) {
      z[0] = p[at]!;
      z[1] = 0;
      dz[0] = 1;
      dz[1] = 0;
    },
  },
  {
    symbol: "C",
    title: "capacitance",
    equation: "1/(jωC)",
    parameters: [size("", "F", -1, 1e-15, 1e6)],
    evaluate(p, at, omega, z, dz) {
      const c = p[at]!;
      z[0] = 0;
      z[1] = -1 / (omega * c);
      dz[0] = 0;
      dz[1] = 1 / (omega * c * c);
    },
  },
  {
    symbol: "L",
    title: "inductance",
    equation: "jωL",
    parameters: [size("", "H", 1, 1e-12, 1e3)],
    evaluate(p, at, omega, z, dz) {
      z[0] = 0;
      z[1] = omega * p[at]!;
      dz[0] = 0;
      dz[1] = omega;
    },
  },
  {
    symbol: "CPE",
    title: "constant phase element",
    equation: "1/(Q (jω)^a)",
    parameters: [size("Q", "S·s^a", -1, 1e-15, 1e6), exponent],
    evaluate(p, at, omega, z, dz) {
      const q = p[at]!;
      const a = p[at + 1]!;
      const modulus = omega ** -a / q;
      const zr = modulus * Math.cos(a * HALF_PI);
      const zi = -modulus * Math.sin(a * HALF_PI);
      z[0] = zr;
      z[1] = zi;
      dz[0] = -zr / q;
      dz[1] = -zi / q;
      const ln = Math.log(omega);
      dz[2] = -(zr * ln - zi * HALF_PI);
      dz[3] = -(zr * HALF_PI + zi * ln);
    },
  },
  {
    symbol: "W",
    title: "semi-infinite diffusion (Warburg)",
    equation: "A (1 − j)/√ω",
    parameters: [size("", "ohm·s^-1/2", 1, 1e-12, 1e12)],
    evaluate(p, at, omega, z, dz) {
      const k = 1 / Math.sqrt(omega);
      z[0] = p[at]! * k;
      z[1] = -p[at]! * k;
      dz[0] = k;
      dz[1] = -k;
    },
  },
  finiteWarburg("Wo", "diffusion with a blocking end (open)", "R coth(√(jωτ))/√(jωτ)", true),
  finiteWarburg("Ws", "diffusion with a transmitting end (short)", "R tanh(√(jωτ))/√(jωτ)", false),
  {
    symbol: "G",
    title: "diffusion with reaction (Gerischer)",
    equation: "R/√(1 + jωτ)",
    parameters: [size("R", "ohm", 1, 1e-9, 1e15), time("tau")],
    evaluate(p, at, omega, z, dz) {
      const r = p[at]!;
      const x = omega * p[at + 1]!;
      // (1 + jx)^(−1/2) in polar form
      const modulus = (1 + x * x) ** -0.25;
      const phase = -Math.atan(x) / 2;
      dz[0] = modulus * Math.cos(phase);
      dz[1] = modulus * Math.sin(phase);
      z[0] = r * dz[0];
      z[1] = r * dz[1];
      // ∂/∂τ = −R jω/2 (1 + jx)^(−3/2)
      const k = (-r * omega) / 2;
      const m3 = modulus ** 3;
      dz[2] = -k * m3 * Math.sin(3 * phase);
      dz[3] = k * m3 * Math.cos(3 * phase);
    },
  },
  porous("T", "porous electrode, blocking walls (transmission line)", "√(R Z_w) coth √(R/Z_w), Z_w = 1/(Q (jω)^a)", false),
  porous("Tr", "porous electrode with charge transfer (transmission line)", "√(R Z_w) coth √(R/Z_w), 1/Z_w = 1/Rct + Q (jω)^a", true),
];

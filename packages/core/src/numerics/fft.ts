/**
 * Discrete Fourier transform of any length, in double precision.
 *
 *   X_k = Σ_n x_n exp(−2πi n k/N),   inverse with + and 1/N
 *
 * Powers of two: decimation in time, radix 4 with one radix-2 stage where the exponent is odd, on tables made once per
 * length (Cooley and Tukey, Math. Comput. 19, 297 (1965)). Other lengths: Bluestein's chirp-z through the next power of
 * two ≥ 2N − 1 (IEEE Trans. Audio Electroacoust. 18, 451 (1970)). Errors grow as ε √log N.
 * A plan owns its work space: it serves one call at a time, as everything here does.
 */
import { ThioscopeError } from "../errors.ts";

export interface FourierPlan {
  readonly size: number;
  /** In place. */
  forward(re: Float64Array, im: Float64Array): void;
  /** In place, divided by the length. */
  inverse(re: Float64Array, im: Float64Array): void;
}

/** Longest transform: 2^26 points are 1 GiB of work space. */
const LONGEST = 2 ** 26;
const plans = new Map<number, FourierPlan>();

/** The plan for a length, kept for the next caller. Throws INVALID_INPUT unless it is an integer from 1 to 2^26. */
export function fourierPlan(size: number): FourierPlan {
  let plan = plans.get(size);
  if (!plan) {
    if (!Number.isInteger(size) || size < 1 || size > LONGEST) {
      throw new ThioscopeError("INVALID_INPUT", `a transform of ${size} points; 1 to ${LONGEST} are allowed`);
    }
    plan = (size & (size - 1)) === 0 ? powerOfTwo(size) : bluestein(size);
    plans.set(size, plan);
  }
  return plan;
}

function powerOfTwo(size: number): FourierPlan {
  const bits = Math.round(Math.log2(size));
  const order = new Uint32Array(size);
  for (let i = 0; i < size; i++) {
    let reversed = 0;
    for (let b = 0; b < bits; b++) reversed |= ((i >> b) & 1) << (bits - 1 - b);
    order[i] = reversed;
  }
  const cos = new Float64Array(size);
  const sin = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    cos[i] = Math.cos((2 * Math.PI * i) / size);
    sin[i] = -Math.sin((2 * Math.PI * i) / size);
  }
  const forward = (re: Float64Array, im: Float64Array): void => {
    for (let i = 0; i < size; i++) {
      const j = order[i]!;
      if (j > i) {
        const a = re[i]!;
        re[i] = re[j]!;
        re[j] = a;
        const b = im[i]!;
        im[i] = im[j]!;
        im[j] = b;
      }
    }
    let half = 1;
    if (bits % 2 === 1) {
      for (let i = 0; i < size; i += 2) {
        const a = re[i + 1]!;
        const b = im[i + 1]!;
        re[i + 1] = re[i]! - a;
        im[i + 1] = im[i]! - b;
        re[i] = re[i]! + a;
        im[i] = im[i]! + b;
      }
      half = 2;
    }
    // two radix-2 stages at once: the four quarters of a block of 4·half
    for (; half < size; half *= 4) {
      const block = 4 * half;
      const stride = size / block;
      for (let j = 0; j < half; j++) {
        const w1 = j * stride;
        const c1 = cos[w1]!;
        const s1 = sin[w1]!;
        const c2 = cos[2 * w1]!;
        const s2 = sin[2 * w1]!;
        const c3 = cos[3 * w1]!;
        const s3 = sin[3 * w1]!;
        for (let i = j; i < size; i += block) {
          const i1 = i + half;
          const i2 = i1 + half;
          const i3 = i2 + half;
          // bit reversal puts the second quarter's twiddle at i2
          const r1 = re[i1]! * c2 - im[i1]! * s2;
          const m1 = re[i1]! * s2 + im[i1]! * c2;
          const r2 = re[i2]! * c1 - im[i2]! * s1;
          const m2 = re[i2]! * s1 + im[i2]! * c1;
          const r3 = re[i3]! * c3 - im[i3]! * s3;
          const m3 = re[i3]! * s3 + im[i3]! * c3;
          const ar = re[i]! + r1;
          const ai = im[i]! + m1;
          const br = re[i]! - r1;
          const bi = im[i]! - m1;
          const cr = r2 + r3;
          const ci = m2 + m3;
          const dr = r2 - r3;
          const di = m2 - m3;
          re[i] = ar + cr;
          im[i] = ai + ci;
          re[i1] = br + di;
          im[i1] = bi - dr;
          re[i2] = ar - cr;
          im[i2] = ai - ci;
          re[i3] = br - di;
          im[i3] = bi + dr;
        }
      }
    }
  };
  return { size, forward, inverse: inverseOf(size, forward) };
}

function bluestein(size: number): FourierPlan {
  let length = 1;
  while (length < 2 * size - 1) length *= 2;
  const plan = powerOfTwo(length);
  const cos = new Float64Array(size);
  const sin = new Float64Array(size);
  const kernelRe = new Float64Array(length);
  const kernelIm = new Float64Array(length);
  for (let i = 0; i < size; i++) {
    // i² mod 2N keeps the angle small and exact
    const angle = (Math.PI * Number((BigInt(i) * BigInt(i)) % BigInt(2 * size))) / size;
    cos[i] = Math.cos(angle);
    sin[i] = -Math.sin(angle);
    kernelRe[i] = cos[i]!;
    kernelIm[i] = -sin[i]!;
    if (i > 0) {
      kernelRe[length - i] = cos[i]!;
      kernelIm[length - i] = -sin[i]!;
    }
  }
  plan.forward(kernelRe, kernelIm);
  const a = new Float64Array(length);
  const b = new Float64Array(length);
  const forward = (re: Float64Array, im: Float64Array): void => {
    a.fill(0, size);
    b.fill(0, size);
    for (let i = 0; i < size; i++) {
      a[i] = re[i]! * cos[i]! - im[i]! * sin[i]!;
      b[i] = re[i]! * sin[i]! + im[i]! * cos[i]!;
    }
    plan.forward(a, b);
    for (let i = 0; i < length; i++) {
      const x = a[i]!;
      a[i] = x * kernelRe[i]! - b[i]! * kernelIm[i]!;
      b[i] = x * kernelIm[i]! + b[i]! * kernelRe[i]!;
    }
    plan.inverse(a, b);
    for (let i = 0; i < size; i++) {
      re[i] = a[i]! * cos[i]! - b[i]! * sin[i]!;
      im[i] = a[i]! * sin[i]! + b[i]! * cos[i]!;
    }
  };
  return { size, forward, inverse: inverseOf(size, forward) };
}

/** Inverse by swapping the parts: conj(F(conj x)) with the roles of re and im exchanged. */
function inverseOf(size: number, forward: FourierPlan["forward"]): FourierPlan["inverse"] {
  return (re, im) => {
    forward(im, re);
    for (let i = 0; i < size; i++) {
      re[i] = re[i]! / size;
      im[i] = im[i]! / size;
    }
  };
}

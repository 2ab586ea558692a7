/**
 * Fourth-rank elastic tensors as 6 × 6 matrices in Kelvin (Mandel) notation: index pairs 11 22 33 23 13 12, shear rows and columns
 * times √2, so that products, inverses and isotropic parts of tensors are those of the matrices. Row by row, 36 numbers.
 */
import { ThioscopeError } from "../errors.ts";

export type Matrix6 = Float64Array;

/** Stiffness in the usual Voigt notation (GPa) to Kelvin notation. */
export function stiffnessToKelvin(voigt: Matrix6): Matrix6 {
  return voigt.map((c, i) => c * factor(Math.floor(i / 6)) * factor(i % 6));
}

const factor = (i: number): number => (i < 3 ? 1 : Math.SQRT2);

export function multiply6(a: Matrix6, b: Matrix6): Matrix6 {
  const out = new Float64Array(36);
  for (let i = 0; i < 6; i++) {
    for (let j = 0; j < 6; j++) {
      let sum = 0;
      for (let k = 0; k < 6; k++) sum += a[6 * i + k]! * b[6 * k + j]!;
      out[6 * i + j] = sum;
    }
  }
  return out;
}

/** Gauss–Jordan with the largest pivot; INVALID_INPUT for a matrix without an inverse. */
export function invert6(matrix: Matrix6): Matrix6 {
  const a = Float64Array.from(matrix);
  const out = identity6();
  const largest = a.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
  for (let column = 0; column < 6; column++) {
    let pivot = column;
    for (let i = column + 1; i < 6; i++) if (Math.abs(a[6 * i + column]!) > Math.abs(a[6 * pivot + column]!)) pivot = i;
    const value = a[6 * pivot + column]!;
    if (!(Math.abs(value) > 1e-12 * largest))
      throw new ThioscopeError("INVALID_INPUT", "the elastic constants are singular: a deformation costs no energy");
    for (let j = 0; j < 6; j++) {
      for (const m of [a, out]) {
        const swapped = m[6 * pivot + j]!;
        m[6 * pivot + j] = m[6 * column + j]!;
        m[6 * column + j] = swapped / value;
      }
    }
    for (let i = 0; i < 6; i++) {
      const times = a[6 * i + column]!;
      if (i === column || times === 0) continue;
      for (let j = 0; j < 6; j++) {
        a[6 * i + j]! -= times * a[6 * column + j]!;
        out[6 * i + j]! -= times * out[6 * column + j]!;
      }
    }
  }
  return out;
}

export function identity6(): Matrix6 {
  const out = new Float64Array(36);
  for (let i = 0; i < 6; i++) out[7 * i] = 1;
  return out;
}

/** The isotropic tensor with eigenvalue `bulk` on hydrostatic and `shear` on deviatoric tensors (3K and 2G for a stiffness). */
export function isotropic6(bulk: number, shear: number): Matrix6 {
  const out = new Float64Array(36);
  for (let i = 0; i < 6; i++) out[7 * i] = shear;
  for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) out[6 * i + j]! += (bulk - shear) / 3;
  return out;
}

/** The two eigenvalues of the average over all orientations: of a stiffness 3K and 2G. */
export function isotropicPart(a: Matrix6): { bulk: number; shear: number } {
  let trace = 0;
  let hydrostatic = 0;
  for (let i = 0; i < 6; i++) trace += a[7 * i]!;
  for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) hydrostatic += a[6 * i + j]! / 3;
  return { bulk: hydrostatic, shear: (trace - hydrostatic) / 5 };
}

import { expect, test } from "vitest";
import { random } from "../random.ts";
import { fourierPlan } from "./fft.ts";

/** The definition, term by term. */
function direct(re: Float64Array, im: Float64Array): [Float64Array, Float64Array] {
  const n = re.length;
  const outRe = new Float64Array(n);
  const outIm = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      const angle = (-2 * Math.PI * ((j * k) % n)) / n;
      outRe[k] = outRe[k]! + re[j]! * Math.cos(angle) - im[j]! * Math.sin(angle);
      outIm[k] = outIm[k]! + re[j]! * Math.sin(angle) + im[j]! * Math.cos(angle);
    }
  }
  return [outRe, outIm];
}

test("equals the direct sum at lengths of every kind, and the inverse gives the input back", () => {
  const draw = random("fft");
  for (const n of [1, 2, 3, 4, 5, 8, 12, 16, 17, 32, 64, 97, 100, 128, 243, 256, 512, 1000]) {
    const re = Float64Array.from({ length: n }, () => draw.normal());
    const im = Float64Array.from({ length: n }, () => draw.normal());
    const [wantRe, wantIm] = direct(re, im);
    const a = Float64Array.from(re);
    const b = Float64Array.from(im);
    const plan = fourierPlan(n);
    plan.forward(a, b);
    for (let k = 0; k < n; k++) {
      expect(Math.abs(a[k]! - wantRe[k]!), `length ${n}`).toBeLessThan(1e-11);
      expect(Math.abs(b[k]! - wantIm[k]!), `length ${n}`).toBeLessThan(1e-11);
    }
    plan.inverse(a, b);
    for (let k = 0; k < n; k++) expect(Math.abs(a[k]! - re[k]!) + Math.abs(b[k]! - im[k]!)).toBeLessThan(1e-12);
  }
});

test("a length that is none is refused", () => {
  for (const bad of [0, -4, 2.5, Number.NaN, 2 ** 27]) expect(() => fourierPlan(bad)).toThrow(/transform of/);
});

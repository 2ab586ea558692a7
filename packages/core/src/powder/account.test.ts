/** The joint covariance of what is searched for and what is solved for, against the inverse of the whole normal matrix by differences. */
import { expect, test } from "vitest";
import { phaseStructure } from "../crystal/index.ts";
import { random } from "../random.ts";
import { QUIET } from "../task.ts";
import { designOf } from "./design.ts";
import { modelOf } from "./model.ts";
import { searchOf } from "./search.ts";

const TERMS = 3;

/** Inverse by Gauss and Jordan: nothing that the product uses. */
function inverse(matrix: Float64Array, n: number): Float64Array {
  const a = matrix.slice();
  const out = Float64Array.from({ length: n * n }, (_, k) => (Math.floor(k / n) === k % n ? 1 : 0));
  for (let c = 0; c < n; c++) {
    const pivot = a[c * n + c]!;
    for (let j = 0; j < n; j++) {
      a[c * n + j] = a[c * n + j]! / pivot;
      out[c * n + j] = out[c * n + j]! / pivot;
    }
    for (let r = 0; r < n; r++) {
      const factor = r === c ? 0 : a[r * n + c]!;
      for (let j = 0; j < n; j++) {
        a[r * n + j] = a[r * n + j]! - factor * a[c * n + j]!;
        out[r * n + j] = out[r * n + j]! - factor * out[c * n + j]!;
      }
    }
  }
  return out;
}

test("scales and widths are correlated as the whole normal matrix says", () => {
  const structures = [phaseStructure("Na2S"), phaseStructure("Si")];
  const twoTheta = Float64Array.from({ length: 900 }, (_, i) => 20 + 0.05 * i);
  const model = modelOf(structures, { wavelengthAngstrom: 1.5406, method: "rietveld", free: ["w", "y", "zero"] }, 20, 65);
  const design = designOf(twoTheta, TERMS, model.columns);
  const truth = Float64Array.from(model.parameters, ({ name, start }) => (name === "w" ? 0.02 : name === "y" ? 0.05 : start));
  const at = (p: Float64Array, coefficients: ArrayLike<number>): Float64Array => {
    design.lay(model.lay(p));
    design.coefficients.set(Array.from(coefficients));
    const out = new Float64Array(twoTheta.length);
    design.model(out);
    return out;
  };
  const noise = random("joint");
  const clean = at(truth, [0.01, 0.02, 100, 5, 2]);
  const y = clean.map((v) => v + Math.sqrt(v) * noise.normal());
  const weights = clean.map((v) => 1 / Math.sqrt(v));
  const which = [...model.parameters.keys()];
  const found = searchOf(model, design, twoTheta.length, QUIET).find(y, weights, truth, which, { maxIterations: 60, tolerance: 1e-10 });
  const joint = found.joint(2);
  const best = design.coefficients.slice();
  const whole = [...found.parameters, ...best];
  const m = which.length;
  const n = whole.length;
  const columns = whole.map((value, j) => {
    const h = 1e-5 * Math.max(Math.abs(value), 1e-3);
    const [up, down] = [1, -1].map((sign) => {
      const moved = whole.with(j, value + sign * h);
      return at(Float64Array.from(moved.slice(0, m)), moved.slice(m));
    });
    return up!.map((v, i) => ((v - down![i]!) / (2 * h)) * weights[i]!);
  });
  const normal = Float64Array.from({ length: n * n }, (_, k) => {
    const [a, b] = [columns[Math.floor(k / n)]!, columns[k % n]!];
    return a.reduce((sum, v, i) => sum + v * b[i]!, 0);
  });
  const expected = inverse(normal, n);
  const size = m + 2;
  const r = (matrix: Float64Array, width: number, a: number, b: number): number =>
    matrix[a * width + b]! / Math.sqrt(matrix[a * width + a]! * matrix[b * width + b]!);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) expect(r(joint, size, a, b), `${a}, ${b}`).toBeCloseTo(r(expected, n, a, b), 1);
  }
  // a wider line of the same height is a stronger one
  expect(Math.abs(r(joint, size, m, 1))).toBeGreaterThan(0.1);
});

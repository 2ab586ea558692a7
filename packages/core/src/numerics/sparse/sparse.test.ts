/** Expected values are algebra: residuals, known factors, dense elimination, and the standard difference matrices of the Laplacian. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { random } from "../../random.ts";
import {
  aggregationLevels,
  conjugateGradient,
  factorSparse,
  factorSymmetric,
  multigrid,
  multiply,
  multiplyTransposed,
  nestedDissection,
  product,
  type SparseMatrix,
  sparseFromTriplets,
  transpose,
} from "../index.ts";

/** The five-point matrix on m × m points; `wind` makes it unsymmetric. */
function laplacian(m: number, wind = 0): SparseMatrix {
  const [row, column, value]: [number[], number[], number[]] = [[], [], []];
  const add = (i: number, j: number, v: number): void => {
    row.push(i);
    column.push(j);
    value.push(v);
  };
  for (let y = 0; y < m; y++) {
    for (let x = 0; x < m; x++) {
      const i = y * m + x;
      add(i, i, 4);
      if (x > 0) add(i, i - 1, -1 - wind);
      if (x < m - 1) add(i, i + 1, -1 + wind);
      if (y > 0) add(i, i - m, -1);
      if (y < m - 1) add(i, i + m, -1);
    }
  }
  return sparseFromTriplets(m * m, m * m, row, column, value);
}

const noise = (n: number, seed: string): Float64Array => {
  const draw = random(seed);
  return Float64Array.from({ length: n }, () => draw.normal());
};

function worst(a: SparseMatrix, x: Float64Array, b: Float64Array): number {
  const y = new Float64Array(a.rows);
  multiply(a, x, y);
  return Math.max(...y.map((v, i) => Math.abs(v - b[i]!)));
}

const dense = (a: SparseMatrix): number[][] =>
  Array.from({ length: a.rows }, (_, i) => {
    const line = new Array<number>(a.columns).fill(0);
    for (let p = a.start[i]!; p < a.start[i + 1]!; p++) line[a.column[p]!]! += a.value[p]!;
    return line;
  });

const anyMatrix = (rows: number, columns: number): fc.Arbitrary<SparseMatrix> =>
  fc.array(fc.tuple(fc.nat(rows - 1), fc.nat(columns - 1), fc.integer({ min: -9, max: 9 })), { maxLength: 30 }).map((t) =>
    sparseFromTriplets(
      rows,
      columns,
      t.map((e) => e[0]),
      t.map((e) => e[1]),
      t.map((e) => e[2]),
    ),
  );

test("products and transposes are those of dense matrices", () => {
  fc.assert(
    fc.property(anyMatrix(6, 4), anyMatrix(4, 5), (a, b) => {
      const [da, db] = [dense(a), dense(b)];
      expect(dense(product(a, b))).toEqual(da.map((line) => db[0]!.map((_, j) => line.reduce((s, v, k) => s + v * db[k]![j]!, 0))));
      expect(dense(transpose(a))).toEqual(da[0]!.map((_, j) => da.map((line) => line[j]!)));
      const x = Float64Array.of(1, -2, 3, 5, 8, -1);
      const y = new Float64Array(4);
      multiplyTransposed(a, x, y);
      expect([...y]).toEqual(dense(transpose(a)).map((line) => line.reduce((s, v, k) => s + v * x[k]!, 0)));
    }),
    { numRuns: 60, seed: 1 },
  );
});

test("what does not fit is refused with its numbers", () => {
  expect(() => sparseFromTriplets(2, 2, [2], [0], [1])).toThrow("entry (2, 0) lies outside a matrix of 2 by 2");
  expect(() => product(laplacian(2), sparseFromTriplets(3, 3, [], [], []))).toThrow("4 columns cannot multiply one of 3 rows");
  expect(() => factorSparse(sparseFromTriplets(2, 3, [], [], []))).toThrow("2 by 3");
});

test("nested dissection visits every unknown once and keeps the factor thin", () => {
  const m = 60;
  const a = laplacian(m);
  const order = nestedDissection(a);
  expect([...order].sort((p, q) => p - q)).toEqual(Array.from({ length: m * m }, (_, i) => i));
  // a band of half width m has m³ values; dissection O(m² log m)
  expect(factorSymmetric(a, order).stored).toBeLessThan(0.45 * m ** 3);
  // parts that do not touch are ordered too
  const two = sparseFromTriplets(100, 100, [...Array(100).keys()], [...Array(100).keys()], new Array(100).fill(2));
  expect(new Set(nestedDissection(two)).size).toBe(100);
});

test("LDLᵀ solves to rounding and refuses what is not positive definite", () => {
  const a = laplacian(40);
  const b = noise(1600, "ldl");
  const x = new Float64Array(1600);
  factorSymmetric(a).solve(b, x);
  expect(worst(a, x, b)).toBeLessThan(1e-12);
  expect(() => factorSymmetric(sparseFromTriplets(2, 2, [0, 0, 1, 1], [0, 1, 0, 1], [1, 2, 2, 1]))).toThrow("not positive definite");
  // a Laplacian without a fixed value: constants have no energy
  expect(() => factorSymmetric(sparseFromTriplets(2, 2, [0, 0, 1, 1], [0, 1, 0, 1], [1, -1, -1, 1]))).toThrow("not positive definite");
});

test("LU solves unsymmetric systems, with exchanges of rows where the diagonal is zero, and refuses singular ones", () => {
  const a = laplacian(30, 0.7);
  const b = noise(900, "lu");
  const x = new Float64Array(900);
  factorSparse(a).solve(b, x);
  expect(worst(a, x, b)).toBeLessThan(1e-12);
  const draw = random("lu random");
  for (let round = 0; round < 40; round++) {
    const n = 25;
    const entries = Array.from({ length: 90 }, () => [draw.integer(n), draw.integer(n), draw.normal()] as const);
    // a permuted diagonal makes the matrix regular
    for (let i = 0; i < n; i++) entries.push([i, (7 * i + 3) % n, 4 + draw.uniform()]);
    const r = sparseFromTriplets(
      n,
      n,
      entries.map((e) => e[0]),
      entries.map((e) => e[1]),
      entries.map((e) => e[2]),
    );
    const c = noise(n, `b${round}`);
    const z = c.slice();
    factorSparse(r).solve(c, z);
    expect(worst(r, z, c)).toBeLessThan(1e-9);
  }
  expect(() => factorSparse(sparseFromTriplets(2, 2, [0, 0, 1, 1], [0, 1, 0, 1], [1, 2, 2, 4]))).toThrow("singular");
});

test("conjugate gradients with aggregation: as many iterations for 16 times as many unknowns, within a third", () => {
  const counts = [64, 128, 256].map((m) => {
    const a = laplacian(m);
    const b = noise(m * m, "cg");
    const x = new Float64Array(m * m);
    const levels = aggregationLevels(a, 300);
    const result = conjugateGradient(a, b, x, multigrid(levels), { tolerance: 1e-8 });
    expect(result.converged).toBe(true);
    expect(worst(a, x, b)).toBeLessThan(1e-6);
    // operator complexity: all levels together store less than 1.8 times the matrix
    expect(levels.reduce((s, l) => s + l.matrix.value.length, 0)).toBeLessThan(1.8 * a.value.length);
    return result.iterations;
  });
  expect(counts[2]!).toBeLessThan(1.34 * counts[0]!);
  expect(counts[2]!).toBeLessThan(25);
});

test("a zero right side gives zero, and rounding is no endless loop", () => {
  const a = laplacian(10);
  const x = noise(100, "x");
  expect(conjugateGradient(a, new Float64Array(100), x, (r, z) => z.set(r), { tolerance: 1e-8 })).toMatchObject({ converged: true });
  expect(Math.max(...x)).toBe(0);
  const hard = conjugateGradient(a, noise(100, "b"), x, (r, z) => z.set(r), { tolerance: 1e-30, maxIterations: 8 });
  expect(hard).toMatchObject({ converged: false, iterations: 8 });
});

import { expect, test } from "vitest";
import { random } from "../../random.ts";
import { blockSystem } from "./blockTridiagonal.ts";
import { luFactor, luSolve } from "./lu.ts";

test.each([
  { cells: 1, block: 3, border: 2, rows: [1], columns: [0, 2] },
  { cells: 7, block: 4, border: 3, rows: [2, 3], columns: [1, 2, 3] },
  { cells: 12, block: 5, border: 0, rows: [4, 0], columns: [3] },
])("equals the full matrix: %j", (shape) => {
  const { cells, block: m, border: b, rows, columns } = shape;
  const size = cells * m + b;
  const rng = random("blocks");
  const system = blockSystem(shape);
  const full = new Float64Array(size * size);
  const put = (r: number, c: number, v: number): number => {
    full[r * size + c] = v;
    return v;
  };
  for (let i = 0; i < cells; i++) {
    for (let r = 0; r < m; r++) {
      for (let c = 0; c < m; c++) system.diagonal[(i * m + r) * m + c] = put(i * m + r, i * m + c, rng.normal() + (r === c ? 4 : 0));
      for (let s = 0; s < b; s++) system.right[(i * m + r) * b + s] = put(i * m + r, cells * m + s, rng.normal());
      for (let s = 0; s < b; s++) system.bottom[s * cells * m + i * m + r] = put(cells * m + s, i * m + r, rng.normal());
    }
    for (const [a, r] of rows.entries()) {
      for (const [d, c] of columns.entries()) {
        const k = (i * rows.length + a) * columns.length + d;
        if (i > 0) system.lower[k] = put(i * m + r, (i - 1) * m + c, rng.normal());
        if (i + 1 < cells) system.upper[k] = put(i * m + r, (i + 1) * m + c, rng.normal());
      }
    }
  }
  for (let r = 0; r < b; r++) for (let s = 0; s < b; s++) system.corner[r * b + s] = put(cells * m + r, cells * m + s, rng.normal());
  const x = Float64Array.from({ length: size }, () => rng.normal());
  const want = x.slice();
  const pivots = new Int32Array(size);
  expect(system.factor()).toBe(true);
  expect(luFactor(full, 0, size, pivots, 0)).toBe(true);
  system.solve(x);
  luSolve(full, 0, size, pivots, 0, want, 0);
  for (let k = 0; k < size; k++) expect(x[k]).toBeCloseTo(want[k]!, 9);
});

test("a singular block is reported", () => {
  const system = blockSystem({ cells: 2, block: 2, border: 0, rows: [0], columns: [0] });
  system.clear();
  expect(system.factor()).toBe(false);
});

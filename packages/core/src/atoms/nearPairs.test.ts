/** Boxes miss no pair and give none twice: against all pairs by the nearest image. */
import { expect, test } from "vitest";
import { random } from "../random.ts";
import { nearPairs } from "./nearPairs.ts";

test.each([
  ["cubic", [30, 0, 0, 0, 30, 0, 0, 0, 30]],
  ["triclinic", [32, 0, 0, 9, 28, 0, -7, 11, 40]],
  ["thin: all pairs", [30, 0, 0, 0, 30, 0, 0, 0, 12]],
])("%s", (_, cell) => {
  const reach = 5;
  const draw = random("pairs");
  const n = 600;
  // some atoms lie images away, some on faces
  const f = Float64Array.from({ length: 3 * n }, (_, k) => (k % 50 === 0 ? Math.round(3 * draw.uniform()) : 3 * draw.uniform() - 1));
  const near = (i: number, j: number): boolean => {
    const d = [0, 1, 2].map((k) => f[3 * j + k]! - f[3 * i + k]!).map((u) => u - Math.round(u));
    return Math.hypot(...[0, 1, 2].map((k) => d[0]! * cell[k]! + d[1]! * cell[3 + k]! + d[2]! * cell[6 + k]!)) < reach;
  };
  const found = new Map<string, number>();
  nearPairs(f, cell, reach, (i, j) => {
    const key = i < j ? `${i} ${j}` : `${j} ${i}`;
    found.set(key, (found.get(key) ?? 0) + 1);
  });
  expect([...found.values()].every((times) => times === 1)).toBe(true);
  let missed = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) if (near(i, j) && !found.has(`${i} ${j}`)) missed++;
  expect(missed).toBe(0);
});

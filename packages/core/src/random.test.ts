import { expect, test } from "vitest";
import { random } from "./random.ts";

test("the same seed gives the same stream, another seed another", () => {
  const take = (seed: number | string): number[] =>
    Array.from(
      { length: 5 },
      (
        (r) => () =>
          r.uniform()
      )(random(seed)),
    );
  expect(take(7)).toEqual(take(7));
  expect(take("7")).toEqual(take(7));
  expect(take(7)).not.toEqual(take(8));
});

test("uniform numbers lie in [0, 1) with the mean and variance of the distribution", () => {
  const r = random("uniform");
  const n = 20000;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const u = r.uniform();
    expect(u >= 0 && u < 1).toBe(true);
    sum += u;
    squares += u * u;
  }
  // four standard errors: σ/√n = 0.289/141
  expect(Math.abs(sum / n - 0.5)).toBeLessThan(0.0082);
  expect(Math.abs(squares / n - 1 / 3)).toBeLessThan(0.0085);
});

test("normal numbers have mean 0, variance 1 and 95 % within 1.96", () => {
  const r = random("normal");
  const n = 20000;
  let sum = 0;
  let squares = 0;
  let inside = 0;
  for (let i = 0; i < n; i++) {
    const x = r.normal();
    sum += x;
    squares += x * x;
    if (Math.abs(x) < 1.959964) inside++;
  }
  expect(Math.abs(sum / n)).toBeLessThan(0.03);
  expect(Math.abs(squares / n - 1)).toBeLessThan(0.04);
  expect(Math.abs(inside / n - 0.95)).toBeLessThan(0.0062);
});

test("integers cover their range, forks differ from their parent and from one another", () => {
  const r = random(1);
  expect(new Set(Array.from({ length: 200 }, () => r.integer(6)))).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  const [a, b] = [random(1), random(1)];
  expect(a.fork("x").uniform()).toBe(b.fork("x").uniform());
  expect(random(1).fork("x").uniform()).not.toBe(random(1).fork("y").uniform());
});

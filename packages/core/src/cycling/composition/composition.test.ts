import fc from "fast-check";
import { expect, test } from "vitest";
import { chainLength, splitProducts, sulfurCapacity } from "./split.ts";

const share = fc.double({ min: 0, max: 1, noNaN: true });

test("every composition that gives the charge lies in the interval (algebra of the two balances)", () => {
  fc.assert(
    fc.property(share, share, fc.double({ min: 0, max: 0.4, noNaN: true }), (first, second, electrolyte) => {
      const [u, a] = [Math.min(first, second), Math.abs(first - second)];
      const b = Math.max(0, 1 - u - a);
      const electrons = a + 2 * b;
      if (electrons < 1e-6) return;
      const specific = { value: (electrons * sulfurCapacity(1).value) / (1 - electrolyte), sigma: null, unit: "mAh/g" };
      const { unreacted, disulfide, sulfide, dominant } = splitProducts(specific, "Na", { electrolyteShare: [0, 0.4] });
      for (const [value, { low, high }] of [
        [u, unreacted],
        [a, disulfide],
        [b, sulfide],
      ] as const) {
        expect(value).toBeGreaterThan(low - 1e-9);
        expect(value).toBeLessThan(high + 1e-9);
      }
      if (dominant) expect({ S: u, Na2S2: a, Na2S: b }[dominant]).toBeGreaterThan(0.5 - 1e-9);
    }),
    { seed: 5, numRuns: 2000 },
  );
});

test("the ends of the interval are reached: S + M2S and M2S2 + M2S", () => {
  const split = splitProducts({ value: 1.4 * sulfurCapacity(1).value, sigma: null, unit: "mAh/g" }, "Li");
  expect([split.sulfide.low, split.sulfide.high].map((v) => Number(v.toFixed(9)))).toEqual([0.4, 0.7]);
  expect([split.disulfide.low, split.disulfide.high].map((v) => Number(v.toFixed(9)))).toEqual([0, 0.6]);
  expect([split.unreacted.low, split.unreacted.high].map((v) => Number(v.toFixed(9)))).toEqual([0, 0.3]);
  expect(split.species).toEqual(["S", "Li2S2", "Li2S"]);
});

test("the error of the capacity keeps a bare majority from being called dominant", () => {
  const value = 1.52 * sulfurCapacity(1).value;
  const priors = { unreacted: [0, 0] as const };
  expect(splitProducts({ value, sigma: null, unit: "mAh/g" }, "Na", priors).dominant).toBe("Na2S");
  expect(splitProducts({ value, sigma: 0.02 * value, unit: "mAh/g" }, "Na", priors).dominant).toBeNull();
});

test("a charge beyond what sulfur can take does not show that all sulfur was used", () => {
  const q = { value: 1976, sigma: null, unit: "mAh/g" };
  const unknown = splitProducts(q, "Na");
  expect(unknown).toMatchObject({ dominant: null, unreacted: { low: 0, high: 1 }, sulfide: { low: 0, high: 1 } });
  expect(unknown.statement).toMatch(/exceeds what sulfur can take by 18 %.*at least 15 % of it/);
  // with a share that explains it the split is bounded again: 1976 × 0.7 = 1383 mAh/g at least are sulfur's
  expect(splitProducts(q, "Na", { electrolyteShare: [0.16, 0.3] })).toMatchObject({ dominant: "Na2S", unreacted: { low: 0 } });
});

test("impossible shares are refused with their values; no charge is S8", () => {
  const q = { value: 1254, sigma: null, unit: "mAh/g" };
  expect(() => splitProducts(q, "Na", { electrolyteShare: [0.3, 0.1] })).toThrow(/0\.3 to 0\.1/);
  expect(() => splitProducts(q, "Na", { unreacted: [0.9, 1] })).toThrow(/1\.50 electrons per S leave at most 25/);
  expect(chainLength({ value: 0, sigma: null, unit: "mAh/g" })).toMatchObject({ notComputable: expect.stringContaining("S8") });
  expect(chainLength({ value: 836, sigma: 8.36, unit: "mAh/g" })).toMatchObject({ sigma: expect.closeTo(0.02, 4) });
});

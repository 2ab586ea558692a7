/** Fewer rows and other rows: what must not change. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { galvanostatic, rest, runOf } from "../../../../tests/synthetic.ts";
import { random } from "../random.ts";
import { decimate } from "./decimate.ts";
import { halfCycles } from "./halfCycles.ts";
import { integrate } from "./integrate.ts";
import { resample } from "./resample.ts";

describe("decimate", () => {
  test("extremes, first and last row stay; at most 4 × width rows, ascending, no doubles", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 3000 }),
        fc.integer({ min: 2, max: 60 }),
        fc.boolean(),
        (values, width, two) => {
          const y = Float64Array.from(values);
          const x = Float64Array.from(values, (_, k) => k + Math.sin(k) * 0.4);
          const z = Float64Array.from(values, (_, k) => Math.cos(k * k));
          const rows = decimate(x, two ? [y, z] : [y], width);
          expect(rows.length).toBeLessThanOrEqual(4 * width);
          for (let k = 1; k < rows.length; k++) expect(rows[k]!).toBeGreaterThan(rows[k - 1]!);
          expect([rows[0], rows.at(-1)]).toEqual([0, values.length - 1]);
          const finite = values.filter((v) => !Number.isNaN(v));
          const kept = [...rows].map((r) => y[r]!).filter((v) => !Number.isNaN(v));
          if (finite.length > 0) {
            expect(Math.max(...kept) === Math.max(...finite)).toBe(true);
            expect(Math.min(...kept) === Math.min(...finite)).toBe(true);
          }
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  test("every bucket keeps its own extremes", () => {
    const n = 10_000;
    const x = Float64Array.from({ length: n }, (_, k) => k);
    const y = Float64Array.from({ length: n }, (_, k) => (k % 97 === 0 ? 10 : k % 89 === 0 ? -10 : 0));
    const rows = decimate(x, [y], 200);
    const spikes = [...rows].filter((r) => Math.abs(y[r]!) === 10).length;
    expect(spikes).toBeGreaterThan(150);
  });
});

describe("resample", () => {
  test("charge is conserved by any choice of times", () => {
    const noise = { random: random(8), ampere: 2e-5, volt: 1e-3 };
    const half = halfCycles(runOf([galvanostatic(0.4, -1), rest(900), galvanostatic(0.6, -1, [2.2, 1])], noise))[0]!;
    const { timeSecond: t } = half.flow.series;
    const [start, end] = [t[half.from]!, t[half.to - 1]!];
    const total = integrate(half).charge.value;
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.0001, max: 0.9999, noNaN: true }), { maxLength: 80 }), (inner) => {
        const edges = [...new Set([start, ...inner.map((f) => start + f * (end - start)), end])].sort((a, b) => a - b);
        const { charge, meanCurrent, timeSecond } = resample(half, Float64Array.from(edges));
        expect(charge.reduce((sum, q) => sum + q, 0)).toBeCloseTo(total, 9);
        let again = 0;
        for (let k = 0; k < meanCurrent.length; k++) again -= meanCurrent[k]! * (timeSecond[k + 1]! - timeSecond[k]!);
        expect(again).toBeCloseTo(total, 9);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test("equal intervals; senseless requests are refused", () => {
    const half = halfCycles(runOf([galvanostatic(1, -1, [3, 1])]))[0]!;
    const { meanVoltage, timeSecond } = resample(half, 4);
    expect([...meanVoltage].map((v) => Number(v.toFixed(9)))).toEqual([2.75, 2.25, 1.75, 1.25]);
    expect(timeSecond.length).toBe(5);
    expect(() => resample(half, 0)).toThrow(/whole number/);
    expect(() => resample(half, Float64Array.of(0, 2, 2))).toThrow(/ascend/);
  });
});

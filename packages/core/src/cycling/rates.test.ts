import { expect, test } from "vitest";
import { galvanostatic, runOf } from "../../../../tests/synthetic.ts";
import { random } from "../random.ts";
import { measured } from "../units/measured.ts";
import { measureCycles } from "./cycles.ts";
import { rateTable } from "./rates.ts";

test("groups of equal rate are found in order, a return is kept apart and named", () => {
  const blocks = [
    [0.1, 3, 1],
    [0.2, 3, 0.9],
    [1, 3, 0.6],
    [0.1, 3, 0.95],
  ] as const;
  const segments = blocks.flatMap(([mA, n, mAh]) =>
    Array.from({ length: n }, () => [galvanostatic(mAh, -mA, [3, 1], 60), galvanostatic(mAh * 0.99, mA, [1, 3], 60)]).flat(),
  );
  const measures = measureCycles(runOf(segments, { random: random(4), ampere: 2e-7 }));
  const groups = rateTable(measures, measured(1e-3, 1e-5));
  expect(groups.map((g) => [g.firstCycle, g.lastCycle, g.backAt])).toEqual([
    [1, 3, null],
    [4, 6, null],
    [7, 9, null],
    [10, 12, 1],
  ]);
  expect(groups[2]).toMatchObject({
    rate: { value: expect.closeTo(1, 3), sigma: expect.closeTo(0.01, 3), unit: "1/h" },
    dischargeCapacity: { value: expect.closeTo(0.6, 4), unit: "mAh" },
    coulombicEfficiency: { value: expect.closeTo(100 / 0.99, 2) },
  });
  expect(rateTable(measures)[0]!.rate).toMatchObject({ notComputable: expect.stringContaining("cell file") });
});

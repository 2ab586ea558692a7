/**
 * Numbers that papers print and that follow from a cycling summary: each paper's values are laid into a run of constant
 * currents and must come out of the summary as stated.
 */
import { type Answer, isComputable } from "@thioscope/core";
import { summariseCycling } from "@thioscope/core/cycling";
import { buildStory, type CapacityBasis, inBasis, storyFile } from "@thioscope/core/story";
import { describe, expect, test } from "vitest";
import { galvanostatic, runOf } from "../synthetic.ts";

/** 1 mg of active material: mAh/g = 1000 × mAh */
const PER_GRAM: CapacityBasis = { unit: "mAh/g", label: "Specific capacity", factor: 1000, relativeSigma: 0 };

function fading(first: number, last: number, cycles: number) {
  return runOf(
    Array.from({ length: cycles }, (_, k) => {
      const mAh = (first + ((last - first) * k) / (cycles - 1)) / 1000;
      return [galvanostatic(mAh, -0.5, [2.6, 0.5], 300), galvanostatic(mAh, 0.5, [1, 2.8], 300)].map((s) => ({ ...s, cycle: k + 1 }));
    }).flat(),
  );
}

function value(answer: Answer): number {
  if (!isComputable(answer)) throw new Error(answer.notComputable);
  return answer.value;
}

describe("retention of S cathodes over 140 cycles (Na3SbS4, Na3PS4 electrolytes)", () => {
  test.each([
    ["NAS-retention", 1976, 1295, 65.5],
    ["NPS-retention", 1246, 728, 58.4],
  ])("%s: %d → %d mAh/g is %d %%", (_, first, last, percent) => {
    const { cycles, reference } = summariseCycling(fading(first, last, 140));
    expect(cycles).toHaveLength(140);
    expect(reference).toBe(1);
    expect(Math.abs(value(cycles[139]!.retention) - percent)).toBeLessThan(0.1);
    expect(value(inBasis(cycles[139]!.dischargeCapacity, PER_GRAM))).toBeCloseTo(last, 6);
  });
});

test("NTSC-first-cycle: 111.95 mAh/g at a coulombic efficiency of 92.6 % needs a charge of 120.9 mAh/g", () => {
  const charge = 111.95 / 0.926;
  const run = runOf([galvanostatic(charge / 1000, 0.02, [3.1, 3.4], 300), galvanostatic(0.11195, -0.02, [3.3, 2.4], 300)]);
  const [cycle] = summariseCycling(run).cycles;
  expect(Math.abs(value(inBasis(cycle!.chargeCapacity, PER_GRAM)) - 120.9)).toBeLessThan(0.1);
  expect(value(cycle!.coulombicEfficiency)).toBeCloseTo(92.6, 6);
  expect(value(cycle!.chargeRecovery)).toBeCloseTo(100 / 0.926, 6);
});

test("the story says it in sentences, every number with its rows", () => {
  const input = { ...fading(1976, 1295, 140), name: "s.csv", hash: null, format: "csv", technique: "cycling", meta: {}, notices: [] };
  const file = storyFile(input, { bases: [PER_GRAM] }, { progress() {} });
  const { sentences } = buildStory({ title: "S|NAS", cell: null, files: [file], provenance: [] });
  const text = sentences.map((s) =>
    s.parts.map((p) => (typeof p === "string" ? p : `${p.quantity.value.toFixed(1)} ${p.quantity.unit}`)).join(""),
  );
  expect(text[0]).toMatch(/^s\.csv: 140\.0 {2}cycles in .* each cycle begins with the discharge\.$/);
  expect(text).toContainEqual(
    expect.stringContaining("goes from 1976.0 mAh/g in cycle 1 to 1295.0 mAh/g in cycle 140: a retention of 65.5 %"),
  );
  expect(text).toContainEqual(expect.stringMatching(/first falls below 80 % in cycle 82, at 79\.9 %/));
  for (const { parts } of sentences) {
    for (const part of parts) if (typeof part !== "string") expect(part.from?.last).toBeGreaterThanOrEqual(part.from!.first);
  }
});

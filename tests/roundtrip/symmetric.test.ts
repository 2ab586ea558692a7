/**
 * Symmetric cells: virtual cells with known truth → files → overpotential, stabilisation, critical current. Soft shorts:
 * softShorts.test.ts.
 */
import { isComputable, makeTable, quantity, random, type Table } from "@thioscope/core";
import { type HalfCycle, halfCycles } from "@thioscope/core/cycling";
import { criticalCurrent, overpotentials, softShorts, stabilisation } from "@thioscope/core/symmetric";
import {
  STABILITY_TEST,
  STEP_TEST,
  VIRTUAL_CELLS,
  VIRTUAL_SYMMETRIC,
  type VirtualCell,
  type VirtualRow,
  virtualCycling,
  virtualSymmetric,
} from "@thioscope/virtual";
import { describe, expect, test } from "vitest";

const AREA = quantity(0.7854, "cm2");

function tableOf(rows: readonly VirtualRow[]): Table {
  return makeTable([
    { name: "test_time_second", unit: "s", values: Float64Array.from(rows, (r) => r.timeSecond) },
    { name: "voltage_volt", unit: "V", values: Float64Array.from(rows, (r) => r.voltageVolt) },
    { name: "current_ampere", unit: "A", values: Float64Array.from(rows, (r) => r.currentAmpere) },
  ]);
}

const halvesOf = (rows: readonly VirtualRow[]): readonly HalfCycle[] => halfCycles(tableOf(rows));

function shortened(cell: VirtualCell, cycles: number): VirtualCell {
  return { ...cell, protocol: cell.protocol.map((block) => ({ ...block, cycles: Math.min(cycles, block.cycles) })) };
}

/** 150 cycles of 2 h at 0.51 mA/cm², 70 Ω cm² and the growth, with swing, scatter, transients and noise. */
function grown(growth: (hour: number) => number, seed: string): VirtualRow[] {
  const draw = random(seed);
  const phase = 2 * Math.PI * draw.uniform();
  const rows: VirtualRow[] = [];
  for (let half = 0; half < 300; half++) {
    const sign = half % 2 === 0 ? 1 : -1;
    const scatter = 1 + 0.006 * draw.normal();
    for (let t = 0; t <= 3600; t += 60) {
      const timeSecond = half * 3600.01 + t;
      const swing = 1 + 0.015 * Math.sin((2 * Math.PI * timeSecond) / 86400 + phase);
      const resistance = (70 + growth(timeSecond / 3600)) * swing * scatter * (1 - 0.12 * Math.exp(-t / 90));
      rows.push({
        timeSecond,
        voltageVolt: sign * 0.51e-3 * resistance + 1.5e-4 * draw.normal(),
        currentAmpere: sign * 4e-4,
        cycle: 1 + (half >> 1),
        half: 1 + half,
        mode: sign > 0 ? "charge" : "discharge",
      });
    }
  }
  return rows;
}

describe("symmetric cell", () => {
  test.each([
    // to the end at 120 h
    ["an exponential cut off", 120, (h: number) => 90 * (Math.expm1(-Math.min(h, 120) / 70) / Math.expm1(-120 / 70))],
    ["a fast process beside a slow parabola", 120, (h: number) => 30 * (1 - Math.exp(-h / 8)) + 60 * (1 - Math.max(0, 1 - h / 120) ** 2)],
    ["a fast process beside a linear growth", 120, (h: number) => 30 * (1 - Math.exp(-h / 8)) + 60 * Math.min(1, h / 120)],
    ["a fall, then a growth", 120, (h: number) => 25 * Math.exp(-h / 15) + 70 * (1 - Math.max(0, 1 - h / 120) ** 1.5)],
    ["a square root", 120, (h: number) => 90 * Math.sqrt(Math.min(1, h / 120))],
    // without an end: 95 % are over after 3 τ
    ["an exponential of 10 h", 30, (h: number) => 90 * (1 - Math.exp(-h / 10))],
    ["an exponential of 40 h", 120, (h: number) => 90 * (1 - Math.exp(-h / 40))],
  ] as const)("growth by no power law: %s, within 10 %%", (_, truth, growth) => {
    for (let seed = 0; seed < 3; seed++) {
      const found = stabilisation(overpotentials(halvesOf(grown(growth, `law ${seed}`)), AREA));
      if ("notComputable" in found) throw new Error(found.notComputable);
      expect(Math.abs(found.after.value / truth - 1)).toBeLessThan(0.1);
      expect(Math.abs(found.after.value - truth)).toBeLessThan(4 * found.after.sigma! + 2);
    }
  });

  test("a cell that never stabilises, and one that never changes, are told so", () => {
    const rising = virtualSymmetric({ ...VIRTUAL_SYMMETRIC, stabilisedAfterHour: 900, growth: 400 }, STABILITY_TEST, "rising");
    const steady = virtualSymmetric({ ...VIRTUAL_SYMMETRIC, stabilisedAfterHour: null }, STABILITY_TEST, "steady");
    for (const { rows } of [rising, steady]) {
      expect(stabilisation(overpotentials(halvesOf(rows), AREA))).toEqual({
        notComputable: expect.stringMatching(/change point|not stabilised/),
      });
    }
  });

  test("overpotentials of all half cycles are the truth's within 1 %", () => {
    const run = virtualSymmetric(VIRTUAL_SYMMETRIC, STABILITY_TEST, "mean");
    const found = overpotentials(halvesOf(run.rows), AREA);
    expect(found).toHaveLength(run.truth.overpotentialMillivolt.length);
    for (const [k, half] of found.entries()) {
      // neighbouring directions carry the offset with opposite signs
      const other = found[k ^ 1]!;
      const truth = (run.truth.overpotentialMillivolt[k]! + run.truth.overpotentialMillivolt[k ^ 1]!) / 2;
      expect(Math.abs((half.mean.value + other.mean.value) / 2 / truth - 1)).toBeLessThan(0.01);
      expect(isComputable(half.growth) && half.growth.value).toBeGreaterThan(0);
    }
  });

  test("critical current density: between the right levels in at least 19 of 20 step tests, none where there is none", () => {
    let right = 0;
    for (let seed = 0; seed < 20; seed++) {
      const truth = seed % 5 === 0 ? null : 0.3 + 0.1 * (seed % 7);
      const run = virtualSymmetric({ ...VIRTUAL_SYMMETRIC, stabilisedAfterHour: null }, STEP_TEST, `step ${seed}`, truth);
      const halves = halvesOf(run.rows);
      const eta = overpotentials(halves, AREA);
      const { critical, lastSound, firstFailed } = criticalCurrent(eta, softShorts(halves, eta).signs);
      if (truth === null) {
        if (!isComputable(critical) && /lies above/.test(critical.notComputable)) right++;
      } else if (lastSound && firstFailed && lastSound.value < truth - 0.05 && Math.abs(firstFailed.value - truth) < 0.02) right++;
    }
    expect(right).toBeGreaterThanOrEqual(19);
  });

  test("a full cell is no symmetric one", () => {
    const { rows } = virtualCycling(shortened(VIRTUAL_CELLS["na-s-nps"], 2), "full");
    expect(() => overpotentials(halvesOf(rows), AREA)).toThrow(expect.objectContaining({ code: "NOT_COMPUTABLE" }));
  });
});

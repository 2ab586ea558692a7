/**
 * Soft shorts: virtual cells with injected dips → signs; the same cells without them → silence.
 *
 * Thresholds were set on the seeds "set …" and "tune …" of VIRTUAL_CELLS and of drawn cells. Judged are other seeds of those, and
 * cells chosen by hand that no threshold has seen (otherCells.ts). A dip below the detection limit that the result states for its half
 * cycle does not count; how many those are is asserted too. Everything else counts: dips in knees, at the ends of half cycles, after
 * restarts. THIOSCOPE_LONG=1 takes six times as many.
 */
import { makeTable, quantity, type Table } from "@thioscope/core";
import { type HalfCycle, halfCycles } from "@thioscope/core/cycling";
import { overpotentials, type SoftShorts, softShorts } from "@thioscope/core/symmetric";
import {
  NO_EFFECTS,
  type SoftShortOptions,
  STABILITY_TEST,
  USUAL_EFFECTS,
  USUAL_SOFT_SHORTS,
  VIRTUAL_CELLS,
  VIRTUAL_SYMMETRIC,
  type VirtualCell,
  type VirtualDip,
  type VirtualRow,
  virtualCycling,
  virtualSymmetric,
  withSoftShorts,
} from "@thioscope/virtual";
import { describe, expect, test } from "vitest";
import { drawnCell, drawnSymmetric, type OtherCell, otherCells } from "./otherCells.ts";

const AREA = quantity(0.7854, "cm2");
const MORE = process.env.THIOSCOPE_LONG === "1" ? 6 : 1;
const PRINTED = ["na-s-nps", "nas", "li-s", "ntsc"] as const;
const DIRECTIONS = ["charge", "discharge", "both"] as const;

function tableOf(rows: readonly VirtualRow[]): Table {
  return makeTable([
    { name: "test_time_second", unit: "s", values: Float64Array.from(rows, (r) => r.timeSecond) },
    { name: "voltage_volt", unit: "V", values: Float64Array.from(rows, (r) => r.voltageVolt) },
    { name: "current_ampere", unit: "A", values: Float64Array.from(rows, (r) => r.currentAmpere) },
  ]);
}

const halvesOf = (rows: readonly VirtualRow[]): readonly HalfCycle[] => halfCycles(tableOf(rows));

const shortened = (cell: VirtualCell, cycles: number): VirtualCell => ({
  ...cell,
  protocol: cell.protocol.map((block) => ({ ...block, cycles: Math.min(cycles, block.cycles) })),
});

const times = <T>(count: number, make: (k: number) => T): T[] => Array.from({ length: count }, (_, k) => make(k));

/** The families of full cells, `cycles` each (per rate). */
function fullCells(prefix: string, cycles: number): Readonly<Record<string, readonly (OtherCell & { seed: string })[]>> {
  const seeds = (count: number): string[] => times(count, (k) => `${prefix} ${k}`);
  return {
    "cells of the papers": PRINTED.flatMap((id) =>
      seeds(5 * MORE).map((seed) => ({ cell: shortened(VIRTUAL_CELLS[id], cycles), effects: USUAL_EFFECTS, intervalSecond: 60, seed })),
    ),
    "other cells": seeds(5 * MORE).flatMap((seed) => otherCells(cycles).map((other) => ({ ...other, seed }))),
    "drawn cells": seeds(40 * MORE).map((seed) => ({ ...drawnCell(seed, cycles), seed })),
  };
}

const overlaps = (dip: VirtualDip, rows: readonly [number, number]): boolean => rows[0] <= dip.lastRow + 2 && rows[1] >= dip.row - 2;

class Score {
  injected = 0;
  belowLimit = 0;
  found = 0;
  invented = 0;

  add(dips: readonly VirtualDip[], halves: readonly HalfCycle[], { signs, limits }: SoftShorts): void {
    const falls = signs.filter((s) => s.kind === "dip" || s.kind === "collapse");
    const limitOf = new Map(limits.map(({ half, limit }) => [half, limit.value / 1000]));
    for (const dip of dips) {
      this.injected++;
      const half = halves.find((h) => h.rows[0] <= dip.row && dip.row <= h.rows[1]);
      // a half cycle that was not judged states no limit: its dips count as missed
      if (half && dip.depthVolt < (limitOf.get(half.number) ?? 0)) this.belowLimit++;
      else if (falls.some((s) => overlaps(dip, s.rows))) this.found++;
    }
    this.invented += falls.filter((s) => !dips.some((dip) => overlaps(dip, s.rows))).length;
  }

  get share(): number {
    return this.found / (this.injected - this.belowLimit);
  }

  check(least: number): void {
    expect(this.injected).toBeGreaterThan(least);
    expect(this.share).toBeGreaterThanOrEqual(0.95);
    expect(this.belowLimit / this.injected).toBeLessThan(0.05);
    expect(this.invented).toBeLessThan(0.005 * this.injected);
  }
}

describe("at least 95 % of the dips are found", () => {
  test.each(DIRECTIONS)("full cells, dips of 6–120 mV during %s", (during) => {
    for (const [family, cells] of Object.entries(fullCells(`judge ${during}`, 5))) {
      const score = new Score();
      for (const { cell, effects, intervalSecond, seed } of cells) {
        const options: SoftShortOptions = { ...USUAL_SOFT_SHORTS, during, perHalf: 2 };
        const { rows, dips } = withSoftShorts(virtualCycling(cell, seed, effects, intervalSecond), seed, options);
        const halves = halvesOf(rows);
        score.add(dips, halves, softShorts(halves));
      }
      if (MORE > 1) console.log(`${during}, ${family}: ${summary(score)}`);
      score.check(150);
    }
  });

  test("symmetric cells, dips of 6–60 % of the overpotential", () => {
    const score = new Score();
    for (let k = 0; k < 30 * MORE; k++) {
      const seed = `judge ${k}`;
      const { cell, protocol, effects } = drawnSymmetric(seed, 10);
      const run = virtualSymmetric(cell, protocol, seed, null, effects);
      const typical = run.truth.overpotentialMillivolt[10]! / 1000;
      const depthVolt = [Math.max(0.003, 0.06 * typical), Math.max(0.012, 0.6 * typical)] as const;
      const { rows, dips } = withSoftShorts(run, seed, { ...USUAL_SOFT_SHORTS, during: "both", perHalf: 1, depthVolt, isSymmetric: true });
      const halves = halvesOf(rows);
      score.add(dips, halves, softShorts(halves, overpotentials(halves, AREA)));
    }
    if (MORE > 1) console.log(`symmetric: ${summary(score)}`);
    // dips of 3 mV lie below what a noisy instrument shows
    expect(score.injected).toBeGreaterThan(200);
    expect(score.share).toBeGreaterThanOrEqual(0.95);
    expect(score.belowLimit / score.injected).toBeLessThan(0.1);
  });
});

describe("less than one false alarm per 100 clean cycles", () => {
  test("full cells", () => {
    for (const [family, cells] of Object.entries(fullCells("clean", 8))) {
      let cycles = 0;
      let alarms = 0;
      for (const { cell, effects, intervalSecond, seed } of cells) {
        const run = virtualCycling(cell, seed, effects, intervalSecond);
        cycles += run.truth.halfCycles.length / 2;
        alarms += softShorts(halvesOf(run.rows)).signs.filter((s) => s.kind !== "charge exceeds discharge").length;
      }
      if (MORE > 1) console.log(`clean, ${family}: ${alarms} in ${cycles} cycles`);
      expect(cycles).toBeGreaterThanOrEqual(200);
      expect(alarms / cycles).toBeLessThan(0.01);
    }
  });

  test("symmetric cells", () => {
    let cycles = 0;
    let alarms = 0;
    for (let k = 0; k < 40 * MORE; k++) {
      const { cell, protocol, effects } = drawnSymmetric(`clean ${k}`, 15);
      const halves = halvesOf(virtualSymmetric(cell, protocol, `clean ${k}`, null, effects).rows);
      cycles += halves.length / 2;
      alarms += softShorts(halves, overpotentials(halves, AREA)).signs.length;
    }
    for (let k = 0; k < 3; k++) {
      const halves = halvesOf(virtualSymmetric(VIRTUAL_SYMMETRIC, STABILITY_TEST, `clean ${k}`).rows);
      cycles += halves.length / 2;
      alarms += softShorts(halves, overpotentials(halves, AREA)).signs.length;
    }
    if (MORE > 1) console.log(`clean, symmetric: ${alarms} in ${cycles} cycles`);
    expect(cycles).toBeGreaterThan(1000);
    expect(alarms / cycles).toBeLessThan(0.01);
  });
});

test("every half cycle states its own limit, and it follows the noise", () => {
  const limitsAt = (voltageNoiseVolt: number): number[] => {
    const { cell, intervalSecond } = otherCells(2)[1]!;
    const { rows } = virtualCycling(cell, "limits", { ...NO_EFFECTS, voltageNoiseVolt }, intervalSecond);
    return softShorts(halvesOf(rows)).limits.map(({ limit }) => limit.value);
  };
  expect(limitsAt(1e-5)).toEqual([2, 2, 2, 2]);
  // six deviations of a step between two rows of 1 mV noise, √2 mV; the median slope around it, which shares two of the rows, adds up to a fourth
  for (const limit of limitsAt(1e-3)) expect(limit).toSatisfy((mV: number) => mV > 8.4 && mV < 10.7);
});

test("charge far above discharge alone is suspected, not detected", () => {
  const base = VIRTUAL_CELLS["na-s-nps"];
  const leaking = { ...base, protocol: [{ ...base.protocol[0], cycles: 4, chargeRecovery: [1.3, 1.4] as const }] };
  const result = softShorts(halvesOf(virtualCycling(leaking, "shuttle").rows));
  expect(result.verdict).toBe("suspected");
  expect(result.signs.map((s) => s.kind)).toEqual(Array(4).fill("charge exceeds discharge"));
});

const summary = ({ found, injected, belowLimit, invented, share }: Score): string =>
  `${found} of ${injected - belowLimit} (${(100 * share).toFixed(1)} %), ${belowLimit} below the limit, ${invented} invented`;

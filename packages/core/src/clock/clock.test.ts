import { describe, expect, test } from "vitest";
import { random } from "../random.ts";
import type { Quantity } from "../units/quantity.ts";
import { currentEvents } from "./current.ts";
import { declaredOffset, estimateOffset, onCellClock } from "./offset.ts";
import { readAt } from "./readAt.ts";
import { scanGrid } from "./scanGrid.ts";
import { turningTime } from "./turn.ts";

const at = (value: number, sigma: number): Quantity => ({ value, sigma, unit: "s" });

describe("turning time", () => {
  const series = (seed: number, tau: number) => {
    const draw = random(seed);
    const timeSecond = Float64Array.from({ length: 40 }, (_, i) => 100 * i);
    const truth = timeSecond.map((t) => 5 + 0.01 * Math.min(0, t - tau) - 0.002 * Math.max(0, t - tau));
    return { timeSecond, values: truth.map((y) => y + 0.4 * draw.normal()), sigma: timeSecond.map(() => 0.4) };
  };
  test("its error covers: of 300 draws 60–76 % lie within one", () => {
    let inside = 0;
    for (let k = 0; k < 300; k++) {
      const found = turningTime(series(k, 1930), [0, 4000]) as Quantity;
      if (Math.abs(found.value - 1930) < found.sigma!) inside++;
    }
    expect(inside / 300).toBeGreaterThan(0.6);
    expect(inside / 300).toBeLessThan(0.76);
  });
  test("bent before and level after, its error covers too", () => {
    let inside = 0;
    for (let k = 0; k < 300; k++) {
      const draw = random(`level ${k}`);
      const timeSecond = Float64Array.from({ length: 8 }, (_, i) => 1800 * i);
      const values = timeSecond.map((t) => 90 + 0.0053 * Math.min(0, t - 9500) + 3e-8 * Math.min(0, t - 9500) ** 2 + 0.2 * draw.normal());
      const found = turningTime({ timeSecond, values, sigma: timeSecond.map(() => 0.2) }, [0, 14_000], "level") as Quantity;
      if (Math.abs(found.value - 9500) < found.sigma!) inside++;
    }
    expect(inside / 300).toBeGreaterThan(0.6);
    expect(inside / 300).toBeLessThan(0.8);
  });
  test("a straight line does not turn; a turn at the end is none; few points are refused", () => {
    const line = { ...series(1, 1e9) };
    expect(turningTime(line, [0, 4000])).toHaveProperty("notComputable");
    expect(turningTime(series(2, 3950), [0, 4000])).toHaveProperty("notComputable");
    expect(turningTime(series(3, 1900), [1800, 2100])).toHaveProperty("notComputable");
    expect(() => turningTime(series(3, 1900), [5, 5])).toThrow(/length/);
  });
});

describe("events of the current and offsets", () => {
  const time = Array.from({ length: 100 }, (_, i) => 60 * i);
  const current = time.map((_, i) => (i < 10 ? 0 : i < 50 ? -1e-4 : i < 60 ? 0 : i === 70 ? 0 : 1e-4));
  test("changes are dated between two rows, single rows without current are none", () => {
    const events = currentEvents(time, current);
    expect(events.map((e) => [e.label, e.time.value])).toEqual([
      ["rest to discharge", 570],
      ["discharge to rest", 2970],
      ["rest to charge", 3570],
    ]);
    expect(events[0]!.time.sigma).toBeCloseTo(60 / Math.sqrt(12), 12);
  });
  test("the weighted mean of the differences, larger where they disagree", () => {
    const events = currentEvents(time, current).map((e) => ({ ...e, time: at(e.time.value, 0) }));
    const seen = [
      { label: "a", time: at(3070, 10) },
      { label: "b", time: at(3690, 20) },
      { label: "far", time: at(9000, 1) },
    ];
    const found = estimateOffset(seen, events, 300);
    if ("notComputable" in found) throw new Error(found.notComputable);
    expect(found.pairs).toHaveLength(2);
    expect(found.offset.value).toBeCloseTo((100 / 100 + 120 / 400) / (1 / 100 + 1 / 400), 9);
    expect(found.offset.sigma).toBeCloseTo(1 / Math.sqrt(1 / 100 + 1 / 400), 9);
    expect(onCellClock(1000, found).value).toBeCloseTo(1000 - found.offset.value, 9);
    const apart = estimateOffset([seen[0]!, { label: "b", time: at(3690 + 100, 20) }], events, 300);
    if ("notComputable" in apart) throw new Error(apart.notComputable);
    expect(apart.notices.map((n) => n.code)).toEqual(["clock-pairs-disagree"]);
    expect(estimateOffset([seen[2]!], events, 300)).toHaveProperty("notComputable");
    expect(() => declaredOffset({ value: 3, sigma: null, unit: "h" })).toThrow(/seconds/);
  });
});

describe("reading at a moment", () => {
  const readings = { timeSecond: Float64Array.of(0, 10, 20, 5000), values: Float64Array.of(1, 2, 2, 9), unit: "V" };
  test("linear between rows; the error is the change within that of the clock", () => {
    expect(readAt(readings, at(5, 2))).toEqual({ value: 1.5, sigma: 0.19999999999999996, unit: "V" });
    expect(readAt(readings, { value: 5, sigma: null, unit: "s" })).toEqual({ value: 1.5, sigma: null, unit: "V" });
    // the corner at 10 s is inside of the error
    expect((readAt(readings, at(8, 4)) as Quantity).sigma).toBeCloseTo(0.4, 12);
  });
  test("nothing outside, nothing in a gap", () => {
    expect(readAt(readings, at(-1, 0))).toHaveProperty("notComputable");
    expect(readAt(readings, at(2000, 0))).toHaveProperty("notComputable");
  });
});

describe("scans", () => {
  test("back and forth with jitter, a missing frame, numbered scans", () => {
    const there = [0, 10.2, 19.9, 30];
    const back = [30.1, 20.1, 9.9];
    const frames = [...there, ...back].map((positionMicrometre, i) => ({ positionMicrometre, timeSecond: 100 * i }));
    const grid = scanGrid(frames);
    expect(grid.scans).toBe(2);
    expect(Array.from(grid.positions, (p) => Math.round(p))).toEqual([0, 10, 20, 30]);
    expect(Array.from(grid.frame)).toEqual([0, 1, 2, 3, -1, 6, 5, 4]);
    expect(grid.timeSecond[4]).toBeNaN();
    expect(grid.scanSecond[1]).toBe(500);
    expect(grid.notices.map((n) => n.code)).toEqual(["scan-incomplete"]);
    const numbered = scanGrid(frames.map((f) => ({ ...f, scan: 1 })));
    expect(numbered.scans).toBe(1);
    expect(numbered.notices.map((n) => n.code)).toEqual(["scan-repeated"]);
    expect(() => scanGrid([])).toThrow(/no frame/);
    expect(() => scanGrid([{ positionMicrometre: Number.NaN, timeSecond: 0 }])).toThrow(/numbers/);
  });
});

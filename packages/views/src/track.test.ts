import { describe, expect, test } from "vitest";
import { syntheticStory } from "../../../tests/browser/syntheticStory.ts";
import { createCursor } from "./cursor.ts";
import { lastAtMost, locate, nearest, shownRows, stepDivision, stepRow } from "./track.ts";

const file = syntheticStory(3).files[0]!;

test("search in ascending values", () => {
  expect([-1, 0, 0.5, 1, 9].map((v) => lastAtMost([0, 1, 2], v))).toEqual([-1, 0, 0, 1, 2]);
  expect([-1, 0.4, 0.6, 9].map((v) => nearest([0, 1, 2], v))).toEqual([0, 0, 1, 2]);
  expect(nearest([], 1)).toBe(-1);
});

describe("a row is time, potential and capacity", () => {
  test("inside a half cycle", () => {
    const half = file.halfCycles[1]!;
    const row = half.row[17]!;
    const position = locate(file, row)!;
    expect(position).toMatchObject({
      row,
      halfCycle: 1,
      voltageVolt: half.voltageVolt[17],
      capacityMilliampereHour: half.capacityMilliampereHour[17],
    });
    expect(position.currentMilliampere).toBeGreaterThan(0);
  });
  test("at rest", () => {
    const row = file.halfCycles[0]!.rows.last + 2;
    expect(locate(file, row)).toMatchObject({ halfCycle: -1, capacityMilliampereHour: null, currentMilliampere: 0 });
  });
  test("numbers that JSON turned into null are no numbers", () => {
    const holes = { ...file, halfCycles: [], trace: { ...file.trace, voltageVolt: [null, null] as unknown as number[] } };
    expect(locate(holes, 0)?.voltageVolt).toBeNaN();
  });
});

test("steps: forth and back is where one was, the ends hold", () => {
  const rows = shownRows(file);
  const start = rows[100]!;
  expect(stepRow(file, stepRow(file, start, 1), -1)).toBe(start);
  expect(stepRow(file, null, 1)).toBe(rows[0]);
  expect(stepRow(file, rows[0]!, -1)).toBe(rows[0]);
  expect(stepRow(file, rows.at(-1)!, 1)).toBe(rows.at(-1));
  const starts = file.halfCycles.map((half) => half.rows.first);
  let row: number | null = null;
  expect(starts.map(() => (row = stepDivision(file, row, 1)))).toEqual(starts);
  expect(stepDivision(file, starts[3]! + 5, -1)).toBe(starts[3]);
});

test("the cursor tells its listeners of changes alone, and forgets rows of another file", () => {
  const cursor = createCursor({ row: 5, brush: { first: 1, last: 9 } });
  let told = 0;
  const stop = cursor.subscribe(() => told++);
  cursor.set({ row: 5 });
  expect(told).toBe(0);
  cursor.set({ file: 1 });
  expect(told).toBe(1);
  expect(cursor.state).toMatchObject({ file: 1, row: null, brush: null, basis: 0 });
  stop();
  cursor.set({ row: 3 });
  expect(told).toBe(1);
});

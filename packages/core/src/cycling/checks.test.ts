/** Each slip is put into data that are right; the notice has to name it, and right data give none. */
import { describe, expect, test } from "vitest";
import { type Column, makeTable, type Table } from "../table.ts";
import { checkCycling } from "./checks.ts";

const ROWS = 400;

/** 1 mA charge for half of the rows, then discharge; a linear cell, a row every 10 s. */
function cell(change: Record<string, (x: number, row: number) => number> = {}): Table {
  const half = ROWS / 2;
  const columns: Record<string, (row: number) => number> = {
    test_time_second: (i) => 10 * i,
    unix_time_second: (i) => 1.7e9 + 10 * i,
    voltage_volt: (i) => (i < half ? 3 + i / half : 5 - i / half),
    current_ampere: (i) => (i < half ? 1e-3 : -1e-3) * (1 + 0.01 * Math.sin(i)),
    step_charging_capacity_ah: (i) => (1e-3 * 10 * Math.min(i, half - 1)) / 3600,
    step_discharging_capacity_ah: (i) => (1e-3 * 10 * Math.max(0, i - half)) / 3600,
  };
  return makeTable(
    Object.entries(columns).map(([name, value]): Column => {
      const values = Float64Array.from({ length: ROWS }, (_, row) => (change[name] ?? ((x) => x))(value(row), row));
      return { name, unit: "", values };
    }),
  );
}

const found = (table: Table): string[] => checkCycling(table).map(({ code }) => code);
const message = (table: Table, code: string): string => checkCycling(table).find((notice) => notice.code === code)?.message ?? "";

test("data without contradiction give no notice", () => {
  expect(checkCycling(cell())).toEqual([]);
  expect(checkCycling(makeTable([]))).toEqual([]);
});

describe("slips", () => {
  test("the sign of the current", () => {
    const table = cell({ current_ampere: (x) => -x });
    expect(found(table)).toEqual(["current-sign", "capacity-swapped", "capacity-swapped"]);
  });

  test("millivolts labelled volts", () => {
    expect(message(cell({ voltage_volt: (x) => 1000 * x }), "voltage-range")).toContain("millivolts labelled volts");
    expect(message(cell({ voltage_volt: (x, row) => (row === 7 ? 20 : x) }), "voltage-range")).toMatch(/^1 of 400 rows/);
  });

  test.each([
    [1000, "1000 times as fast as the wall clock: milliseconds"],
    [1 / 60, "1/60 times as fast as the wall clock: minutes"],
    [1 / 3600, "1/3600 times as fast as the wall clock: hours"],
    [2, "2 times as fast"],
  ])("test time × %d", (factor, words) => {
    expect(message(cell({ test_time_second: (x) => factor * x }), "clock-factor")).toContain(words);
  });

  test("a pause of the test is no slip of the clock", () => {
    expect(found(cell({ unix_time_second: (x, row) => (row > 100 ? x + 86400 : x) }))).toEqual([]);
  });

  test("a wall clock printed to whole minutes is no slip", () => {
    expect(found(cell({ unix_time_second: (x) => 60 * Math.floor(x / 60) }))).toEqual([]);
  });

  test("time that runs backwards", () => {
    const table = cell({ test_time_second: (x, row) => (row === 50 ? x - 100 : x) });
    expect(message(table, "time-backwards")).toContain("goes back at 1 row, by up to 90 s; the first is row 50");
  });

  test("repeated rows", () => {
    const table = cell();
    const repeated = makeTable(
      table.columns.map((c) => ({ ...c, values: Float64Array.from(c.values, (x, i) => (i === 9 ? c.values[8]! : x)) })),
    );
    expect(message(repeated, "rows-repeated")).toBe("1 row repeats the row above in every column, the first is row 9");
  });

  test.each([
    [1000, "a milli-unit labelled as the unit"],
    [3600, "ampere seconds labelled ampere hours"],
    [3.6, "coulombs confused"],
    [1.5, "1.5 times as much"],
  ])("capacity × %d", (factor, words) => {
    const table = cell({ step_charging_capacity_ah: (x) => factor * x });
    expect(found(table)).toEqual(["capacity-factor"]);
    expect(message(table, "capacity-factor")).toContain(words);
  });

  test("a current printed to one digit leaves the capacity open", () => {
    const table = cell({ current_ampere: (x) => (x > 0 ? 0.001 : -0.001), step_charging_capacity_ah: (x) => 1.3 * x });
    expect(found(table)).toEqual([]);
  });

  test("a current that decays between rows is bounded, not guessed", () => {
    const charge = (t: number): number => (1e-3 * 5 * (1 - Math.exp(-t / 5))) / 3600;
    const table = cell({
      current_ampere: (_, row) => 1e-3 * Math.exp(-(10 * row) / 5) + 1e-9,
      step_charging_capacity_ah: (_, row) => charge(10 * row),
      voltage_volt: (_, row) => 3 + row / ROWS,
      step_discharging_capacity_ah: () => 0,
    });
    expect(found(table)).toEqual([]);
  });
});

import { describe, expect, test } from "vitest";
import { asFloat64, cell, findColumn, getColumn, makeTable, sliceRows, textColumn } from "./table.ts";

const table = makeTable([
  { name: "t", unit: "s", values: Float64Array.of(0, 1, 2, 3) },
  { name: "n", unit: "", values: Int32Array.of(1, 1, 2, 2) },
  textColumn("mode", ["rest", "charge", "charge", "rest"]),
]);

test("columns are found by name, or the error lists the names", () => {
  expect(getColumn(table, "t").values[2]).toBe(2);
  expect(findColumn(table, "x")).toBeUndefined();
  expect(() => getColumn(table, "x")).toThrow(/it has t, n, mode/);
});

test("names are unique and lengths equal", () => {
  const values = Float64Array.of(1);
  expect(() =>
    makeTable([
      { name: "a", unit: "", values },
      { name: "a", unit: "", values },
    ]),
  ).toThrow(/two columns/);
  expect(() =>
    makeTable([
      { name: "a", unit: "", values },
      { name: "b", unit: "", values: new Float64Array(2) },
    ]),
  ).toThrow(/2 rows/);
  expect(makeTable([]).rows).toBe(0);
});

describe("sliceRows", () => {
  test.each([
    [1, 3, [1, 2]],
    [0, 99, [0, 1, 2, 3]],
    [-2, 2, [0, 1]],
    [3, 1, []],
    [9, 12, []],
  ])("[%d, %d)", (from, to, expected) => {
    const part = sliceRows(table, from, to);
    expect(part.rows).toBe(expected.length);
    expect([...getColumn(part, "t").values]).toEqual(expected);
  });

  test("gives views, not copies", () => {
    expect(sliceRows(table, 1, 2).columns[0]!.values.buffer).toBe(table.columns[0]!.values.buffer);
  });
});

test("text columns store each text once", () => {
  const mode = getColumn(table, "mode");
  expect(mode.labels).toEqual(["rest", "charge"]);
  expect([0, 1, 2, 3].map((row) => cell(mode, row))).toEqual(["rest", "charge", "charge", "rest"]);
  expect(() => cell(mode, 4)).toThrow(/row 4 of 4/);
});

test("asFloat64 keeps the array where it already is one", () => {
  expect(asFloat64(table.columns[0]!)).toBe(table.columns[0]!.values);
  expect(asFloat64(table.columns[1]!)).toEqual(Float64Array.of(1, 1, 2, 2));
});

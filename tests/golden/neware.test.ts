/** Neware files against what the vendor's own software (BTSDA) printed for them. */
import { readFileSync } from "node:fs";
import { asFloat64, findColumn, getColumn } from "@thioscope/core";
import { type CyclingFile, readCycling } from "@thioscope/formats";
import { expect, test } from "vitest";
import { dataSource, describeData } from "../data.ts";
import { compareCells, compareWithVendor, fileOf, vendorTruth, vendorWord } from "./newareVendor.ts";

const ENTRIES = [
  "test_2",
  "nw4-120-1-6-53",
  "TESTCELL0001-B2-2025-M50T_NewareNDA_Investigation",
  "46_1_5_60_bts16",
  "Unit27_Example_Data_File",
  "Unit27_Example_Corrupt",
  "interp-test",
  "scrubbed_ndc2",
  "empty",
  "TestFile",
  "nda_v22",
  "nda_v23",
  "nda_v8",
  "new_nda_file",
  "2-1-6_61_07005012",
] as const;

const open = (name: string): Promise<CyclingFile> => readCycling(dataSource(`echem/${name}`));

describeData("Neware beside BTSDA", () => {
  test("the export speaks of these files", () => {
    expect(Object.keys(vendorTruth()).sort()).toEqual([...ENTRIES].sort());
  });

  test.each(ENTRIES)("%s: rows, cycle, step, times, current, voltage, capacity, energy to the printed digit", async (entry) => {
    const truth = vendorTruth()[entry]!;
    const file = await open(fileOf(entry));
    expect(file.rows).toBe(truth.rows);
    if (file.rows === 0) return;
    const compared = compareWithVendor(entry, truth, file);
    expect(compared).toHaveLength(9);
    for (const { column, printedDifference, tolerance } of compared) expect(printedDifference, column).toBeLessThanOrEqual(tolerance);
    const type = getColumn(file, "step_type");
    const counts: Record<string, number> = {};
    for (const code of type.values) counts[type.labels![code]!] = (counts[type.labels![code]!] ?? 0) + 1;
    expect(counts).toEqual(Object.fromEntries(Object.entries(truth.stepTypes ?? {}).map(([word, rows]) => [vendorWord(word), rows])));
  });

  test("interp-test: every cell of the row-by-row export", async () => {
    const compared = compareCells(await open("interp-test.ndax"));
    expect(compared).toHaveLength(10);
    for (const { column, rows, printedDifference, tolerance } of compared) {
      expect(rows).toBe(333);
      expect(printedDifference, column).toBeLessThanOrEqual(tolerance);
    }
  });

  test("the duration on the wall clock is the vendor's", async () => {
    for (const entry of ENTRIES.filter((name) => name !== "empty")) {
      const truth = vendorTruth()[entry]!;
      const unix = getColumn(await open(fileOf(entry)), "unix_time_second").values;
      const date = (row: Record<string, number | string> | undefined): number => Date.parse(String(row?.Date)) / 1000;
      // the reference keeps whole seconds
      expect(Math.abs(unix.at(-1)! - unix[0]! - (date(truth.last) - date(truth.first))), entry).toBeLessThan(1);
    }
  });

  // header, our column, value there = value here × factor; printed with one decimal
  test.each([
    ["TESTCELL0001-B2-2025-M50T_NewareNDA_Investigation", "T1(?)", "temperature_t1_celsius", 1],
    ["46_1_5_60_bts16", "T1(?)", "temperature_t1_celsius", 1],
    ["46_1_5_60_bts16", "V1(mV)", "aux1_voltage_volt", 1000],
    ["Unit27_Example_Data_File", "T1(?)", "temperature_t1_celsius", 1],
    ["Unit27_Example_Data_File", "T2(?)", "temperature_t2_celsius", 1],
    ["scrubbed_ndc2", "T1(?)", "temperature_t1_celsius", 1],
    ["scrubbed_ndc2", "t1(?)", "aux1_temperature_setpoint_celsius", 1],
    ["scrubbed_ndc2", "V1(mV)", "aux1_voltage_volt", 1000],
  ] as const)("%s: auxiliary channel %s", async (entry, header, name, factor) => {
    const truth = vendorTruth()[entry]!;
    const { values } = getColumn(await open(fileOf(entry)), name);
    const printed = (value: number): number => Math.fround(Number((value * factor).toFixed(1)));
    expect(printed(values[0]!)).toBeCloseTo(Number(truth.first![header]), 6);
    expect(printed(values.at(-1)!)).toBeCloseTo(Number(truth.last![header]), 6);
  });

  test("TestFile: its temperature with four decimals", async () => {
    const truth = vendorTruth().TestFile!;
    const { values } = getColumn(await open("TestFile.nda"), "temperature_t1_celsius");
    expect(values[0]).toBeCloseTo(Number(truth.first!.T1), 4);
    expect(values.at(-1)).toBeCloseTo(Number(truth.last!.T1), 4);
  });

  test("files without an export: rows and extremes as the sample list states", async () => {
    const long = await open("BTS85-36-6-5-110-20240424.ndax");
    expect(long.rows).toBe(699_677);
    const short = await open("test.ndax");
    expect(short.rows).toBe(1_464);
    const extremes = (file: CyclingFile, name: string): [number, number] => {
      const values = asFloat64(getColumn(file, name));
      return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    };
    expect(extremes(long, "voltage_volt")[0]).toBeCloseTo(1.399, 3);
    expect(extremes(long, "voltage_volt")[1]).toBeCloseTo(3.4, 3);
    // the peer counts a cycle per charging step, 22; the tester's own count, which BTSDA prints, goes on in loops only
    const types = getColumn(long, "step_type");
    const counts = getColumn(long, "step_count").values;
    const charges = new Set<number>();
    for (let row = 0; row < long.rows; row++) if (types.labels![types.values[row]!] === "CC Chg") charges.add(counts[row]!);
    expect(charges.size).toBe(22);
    expect(extremes(long, "cycle_count")[1]).toBe(15);
    expect(extremes(long, "step_cumulative_capacity_ah")[1]).toBeGreaterThanOrEqual(1.0361e-3 - 5e-8);
    expect(extremes(short, "voltage_volt")[0]).toBeCloseTo(1.5, 3);
    expect(extremes(short, "voltage_volt")[1]).toBeCloseTo(4.4, 3);
  });

  test("an empty test opens with a reason, a damaged description is named", async () => {
    expect((await open("empty.ndax")).notices.map(({ code }) => code)).toEqual(["no-rows"]);
    const corrupt = await open("Unit27_Example_Corrupt.ndax");
    expect(corrupt.notices.find(({ code }) => code === "member-damaged")?.message).toContain('"TestInfo.xml"');
  });

  test("rows that are not stored are marked, and only where there are any", async () => {
    const marked = getColumn(await open("interp-test.ndax"), "row_origin");
    // 66 of 333 rows are stored
    expect(asFloat64(marked).filter((code) => marked.labels![code] === "interpolated")).toHaveLength(267);
    expect(findColumn(await open("new_nda_file.nda"), "row_origin")).toBeUndefined();
  });

  test("the table of differences in the repository is up to date", async () => {
    const { vendorTable } = await import("./writeNewareVendor.ts");
    expect(readFileSync(new URL("./neware-vendor.csv", import.meta.url), "utf8")).toBe(await vendorTable());
  });
});

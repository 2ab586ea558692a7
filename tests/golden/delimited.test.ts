/**
 * Real exports of four testers. Rows, cycles, first and last values and capacities are those of the data
 * folder's README (the vendors' own); every number is compared with the one printed in the file, split here by
 * plain means.
 */
import { readFileSync } from "node:fs";
import { findColumn, type Table } from "@thioscope/core";
import { type CyclingFile, readCycling, sourceOfBytes, writeBdfCsv, writeBdfParquet } from "@thioscope/formats";
import { expect, test } from "vitest";
import { dataFile, dataSource, describeData } from "../data.ts";

const LANDT = "echem/SINTEF__LiGrR2032__2024-04-30__25degC__Landt.csv";

const valuesOf = (table: Table, name: string): Float64Array => {
  const column = findColumn(table, name);
  if (!(column?.values instanceof Float64Array)) throw new Error(`no ${name}`);
  return column.values;
};
const codes = (file: CyclingFile): string[] => [...new Set(file.notices.map(({ code }) => code))].sort();

/** Compares every numeric column with the printed fields; gives how many were compared. */
function comparePrinted(file: CyclingFile, path: string, headerLine: number): number {
  const lines = readFileSync(dataFile(path), "latin1").split(/\r?\n/);
  const names = (lines[headerLine] ?? "").replace(/^ï»¿/, "").split(",");
  let compared = 0;
  for (const { name, values, labels, vendor } of file.columns) {
    // the same byte is µ in windows-1252 whichever way it is decoded
    const at = names.findIndex((header) => header.trim() === vendor?.name);
    if (labels || at < 0 || !vendor) continue;
    for (let row = 0; row < file.rows; row++) {
      const text = (lines[headerLine + 1 + row] ?? "").split(",")[at] ?? "";
      if (!/^[+-]?[\d.]+(E[+-]?\d+)?$/i.test(text)) continue;
      const printed = Number(text) * vendor.factor;
      if (Math.abs(values[row]! - printed) > 1e-15 + 1e-12 * Math.abs(printed))
        throw new Error(`${name}, row ${row}: ${values[row]} for ${text}`);
      compared++;
    }
  }
  return compared;
}

describeData("exports as text", () => {
  test("Landt: six lines before the names, 17 names, 18 fields", async () => {
    const file = await readCycling(dataSource(LANDT));
    expect(file.format).toBe("landt-csv");
    expect(file.rows).toBe(25162);
    const voltage = valuesOf(file, "voltage_volt");
    expect([voltage[0], voltage.at(-1)]).toEqual([2.9215, 0.1086]);
    expect(new Set(valuesOf(file, "cycle_count")).size).toBe(2);
    expect(Math.max(...valuesOf(file, "step_charging_capacity_ah"))).toBe(0.0032);
    expect(Math.max(...valuesOf(file, "step_discharging_capacity_ah"))).toBe(0.0063);
    expect(file.columns).toHaveLength(17);
    expect(findColumn(file, "step_type")?.labels).toEqual(["rest", "discharge CC", "charge CC"]);
    expect(valuesOf(file, "unix_time_second")[0]).toBe(Date.UTC(2024, 3, 30, 14, 33, 19) / 1000);
    expect(codes(file)).toEqual(["clock-zone", "column-unknown"]);
    expect(comparePrinted(file, LANDT, 6)).toBe(15 * 25162);
  });

  test("Maccor: units that the header does not name", async () => {
    const path = "echem/sample_data_maccor.csv";
    const file = await readCycling(dataSource(path));
    expect(file.format).toBe("maccor-csv");
    expect(file.rows).toBe(15);
    expect(file.meta).toMatchObject({ "Date of Test": "23-Nov-23 3:56:08 PM" });
    expect(valuesOf(file, "unix_time_second")[0]).toBe(Date.UTC(2023, 10, 23, 15, 56, 11) / 1000);
    expect(valuesOf(file, "current_ampere").at(-1)).toBe(28.798);
    expect(valuesOf(file, "step_cumulative_capacity_ah").at(-1)).toBe(0.024);
    expect(codes(file)).toEqual(["clock-zone"]);
    expect(comparePrinted(file, path, 2)).toBe(10 * 15);
  });

  test("Arbin: BOM, empty columns, counters of the schedule", async () => {
    const path = "echem/sample_data_arbin.csv";
    const file = await readCycling(dataSource(path));
    expect(file.format).toBe("arbin-csv");
    expect(file.rows).toBe(13);
    expect(valuesOf(file, "schedule_charging_capacity_ah").at(-1)).toBe(0.000400839);
    expect(valuesOf(file, "unix_time_second")[0]).toBeCloseTo(Date.UTC(2024, 8, 20, 8, 32, 34, 558) / 1000, 3);
    expect(file.columns).toHaveLength(25);
    expect(codes(file)).toEqual(["clock-zone", "column-unknown"]);
    expect(comparePrinted(file, path, 0)).toBeGreaterThan(240);
  });

  test("Neware: mV, µA, mAs, durations, and the same test as its .ndax", async () => {
    const path = "echem/interp-test.csv";
    const file = await readCycling(dataSource(path));
    expect(file.format).toBe("neware-csv");
    expect(file.rows).toBe(333);
    expect(valuesOf(file, "test_time_second").at(-1)).toBe(1800);
    const binary = await readCycling(dataSource("echem/interp-test.ndax"));
    expect(binary.rows).toBe(file.rows);
    // the export prints 0.1 mV and 1 ms
    for (const [name, digit] of [
      ["voltage_volt", 1e-4],
      ["current_ampere", 1e-6],
      ["step_time_second", 1e-3],
    ] as const) {
      const a = valuesOf(file, name);
      const b = findColumn(binary, name)?.values ?? [];
      for (let row = 0; row < file.rows; row++) expect(Math.abs(a[row]! - b[row]!), `${name} ${row}`).toBeLessThanOrEqual(0.51 * digit);
    }
    expect(comparePrinted(file, path, 0)).toBeGreaterThan(333 * 20);
  });

  test("through the Battery Data Format and back, bit by bit", async () => {
    const file = await readCycling(dataSource(LANDT));
    const csv = new TextEncoder().encode([...writeBdfCsv(file, { others: true })].join(""));
    const parquet = await writeBdfParquet(file, { others: true });
    for (const bytes of [csv, parquet]) {
      const again = await readCycling(sourceOfBytes("again", bytes));
      expect(again.rows).toBe(file.rows);
      for (const column of file.columns) {
        const other = findColumn(again, column.name);
        expect(other?.unit).toBe(column.unit);
        expect(other?.labels).toEqual(column.labels);
        expect(Buffer.compare(bytesOf(other?.values), bytesOf(column.values)), column.name).toBe(0);
      }
    }
  });
});

const bytesOf = (values: ArrayBufferView | undefined): Uint8Array =>
  values ? new Uint8Array(values.buffer, values.byteOffset, values.byteLength) : new Uint8Array(0);

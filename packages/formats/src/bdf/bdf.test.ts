/** Expected values are those that were written; names are those of the format's ontology (1.3). */
import { type Column, makeTable, type Table, textColumn } from "@thioscope/core";
import { CYCLING_COLUMNS, ROW_ORIGINS } from "@thioscope/core/cycling";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sourceOfBytes } from "../bytes/source.ts";
import { readCycling } from "../readCycling.ts";
import { writeBdfCsv, writeCsvWithUnits } from "./csv.ts";
import { readParquet, writeBdfParquet } from "./parquet.ts";

const column = (name: string, values: Column["values"], unit = ""): Column => ({ name, unit, values });
const required = (rows: number): Column[] => [
  column(
    "test_time_second",
    Float64Array.from({ length: rows }, (_, i) => i),
    "s",
  ),
  column("voltage_volt", new Float64Array(rows).fill(3.1), "V"),
  column("current_ampere", new Float64Array(rows).fill(1e-3), "A"),
];
const csvOf = (table: Table, options = {}): Uint8Array => new TextEncoder().encode([...writeBdfCsv(table, options)].join(""));
const back = (bytes: Uint8Array): Promise<Table & { format: string }> => readCycling(sourceOfBytes("x", bytes));

/** Equal columns, bit by bit; integers may come back as float64. */
function expectSame(read: Table, written: Table): void {
  expect(read.rows).toBe(written.rows);
  for (const expected of written.columns) {
    const found = read.columns.find(({ name }) => name === expected.name);
    expect(found, expected.name).toBeDefined();
    expect(found?.unit).toBe(expected.unit);
    for (let row = 0; row < written.rows; row++) {
      const [a, b] = [found, expected].map((c) => (c?.labels ? c.labels[c.values[row]!] : c?.values[row]));
      if (!Object.is(a, b)) throw new Error(`${expected.name}, row ${row}: ${a} instead of ${b}`);
    }
  }
}

describe("names", () => {
  test("machine names, or labels; both are recognised as the format", async () => {
    const table = makeTable([...required(3), column("step_id", Int32Array.of(1, 2, 3))]);
    const names = new TextDecoder().decode(csvOf(table));
    expect(names.split("\n")[0]).toBe("test_time_second,voltage_volt,current_ampere,step_id");
    const labels = csvOf(table, { labels: true });
    expect(new TextDecoder().decode(labels).split("\n")[0]).toBe("Test Time / s,Voltage / V,Current / A,Step ID");
    for (const bytes of [csvOf(table), labels]) {
      const file = await back(bytes);
      expect(file.format).toBe("bdf-csv");
      expectSame(file, table);
    }
  });

  test("a counter that starts again is written under the name that is true of it", () => {
    const table = makeTable([...required(4), column("charging_capacity_ah", Float64Array.of(0, 1, 0, 1), "Ah")]);
    expect([...writeBdfCsv(table)][0]).toContain("schedule_charging_capacity_ah");
  });

  test("other columns are written on request, with their unit; marks of invented rows always", () => {
    const origin = { name: "row_origin", unit: "", values: Uint8Array.of(0, 1, 0), labels: ROW_ORIGINS };
    const table = makeTable([...required(3), column("spec_cap", Float64Array.of(1, 2, 3), "mAh/g"), origin]);
    expect([...writeBdfCsv(table)][0]).toBe("test_time_second,voltage_volt,current_ampere,row_origin\n");
    expect([...writeBdfCsv(table, { others: true })][0]).toContain("spec_cap / mAh/g");
  });

  test("without time, voltage and current there is no such file", () => {
    expect(() => writeBdfCsv(makeTable(required(2).slice(0, 2)))).toThrow(/current_ampere/);
    expect(() => writeBdfParquet(makeTable(required(2).slice(1)))).toThrow(/test_time_second/);
  });

  test("units under the names, for plotting programs", async () => {
    const table = makeTable([
      ...required(3),
      column("spec_cap", Float64Array.of(1, 2, 3), "mAh/g"),
      textColumn("step_type", ["a", "b,c", 'd"']),
    ]);
    const text = [...writeCsvWithUnits(table)].join("");
    expect(text.split("\n").slice(0, 2)).toEqual(["Test Time,Voltage,Current,spec_cap,Step Type", "s,V,A,mAh/g,"]);
    expectSame(await back(new TextEncoder().encode(text)), table);
  });
});

describe("round trip", () => {
  const double = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.constantFrom(0, -0, 5e-324, Number.MAX_VALUE, 0.1 + 0.2));
  const tables = fc.integer({ min: 1, max: 60 }).chain((rows) =>
    fc
      .record({
        voltage: fc.array(double, { minLength: rows, maxLength: rows }),
        current: fc.array(double, { minLength: rows, maxLength: rows }),
        words: fc.array(fc.constantFrom("Rest", "CC, charge", 'say "x"', "µ°", ""), { minLength: rows, maxLength: rows }),
      })
      .map(({ voltage, current, words }) =>
        makeTable([
          column(
            "test_time_second",
            Float64Array.from(voltage, (_, i) => i / 3),
            "s",
          ),
          column("voltage_volt", Float64Array.from(voltage), "V"),
          column("current_ampere", Float64Array.from(current), "A"),
          column(
            "cycle_count",
            Int32Array.from(voltage, (_, i) => i >> 2),
          ),
          textColumn("step_type", ["Rest", ...words.slice(1)]),
          column("cell_mass", Float64Array.from(current), "mg"),
        ]),
      ),
  );

  test("Parquet gives every float64 again", async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (table) => {
        const bytes = writeBdfParquet(table, { others: true });
        const file = await back(bytes);
        expect(file.format).toBe("bdf-parquet");
        expectSame(file, table);
      }),
      { numRuns: 100 },
    );
  });

  test("CSV gives every float64 again", async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (table) => expectSame(await back(csvOf(table, { others: true })), table)),
      { numRuns: 100 },
    );
  });

  test("more rows than a row group", async () => {
    const rows = 150_000;
    const table = makeTable([
      ...required(rows),
      textColumn(
        "step_type",
        Array.from({ length: rows }, (_, i) => `s${i % 7}`),
      ),
    ]);
    expectSame(await back(writeBdfParquet(table)), table);
  });
});

describe("damaged Parquet", () => {
  const bytes = writeBdfParquet(makeTable(required(200)));
  test("cut anywhere, or overwritten: a table or a coded error", async () => {
    for (let cut = 0; cut < bytes.length; cut += 7) {
      await expect(readParquet(bytes.subarray(0, cut))).rejects.toMatchObject({ code: cut < 4 ? "FILE_FOREIGN" : "FILE_CUT" });
    }
    for (let at = 4; at < bytes.length - 4; at++) {
      const damaged = bytes.slice();
      damaged[at] = damaged[at]! ^ 0xff;
      const outcome = await readParquet(damaged).then(
        (table) => table.rows >= 0,
        (error: { code?: string }) => error.code,
      );
      expect([true, "FILE_DAMAGED"]).toContain(outcome);
    }
  });
});

test("every label of the format is that of its machine name's unit", () => {
  for (const [name, { bdf, unit }] of Object.entries(CYCLING_COLUMNS)) {
    if (bdf === false || !bdf.includes(" / ")) continue;
    const shown = bdf.split(" / ")[1];
    expect(shown === "1" ? "" : shown?.replace("degC", "°C"), name).toBe(unit);
  }
});

import { type Column, makeTable, textColumn } from "@thioscope/core";
import { sourceOfBytes } from "@thioscope/formats";
import fc from "fast-check";
import { expect, test } from "vitest";
import { tableFromParquet, tableToParquet } from "./parquet.ts";

const number = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, -0, Number.POSITIVE_INFINITY, 0, 1));

test("a table read back equals the one written, to the bit", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(number, fc.integer({ min: -5, max: 70_000 }), fc.string()), { maxLength: 300 }), async (rows) => {
      const columns: Column[] = [
        { name: "voltage_volt", unit: "V", values: Float64Array.from(rows, (r) => r[0]), vendor: { name: "Ewe/V", unit: "V", factor: 1 } },
        { name: "single", unit: "A", values: Float32Array.from(rows, (r) => r[0]) },
        { name: "cycle_count", unit: "", values: Int32Array.from(rows, (r) => r[1]) },
        textColumn(
          "step_type",
          rows.map((r) => r[2]),
        ),
      ];
      const table = makeTable(columns, rows.length);
      const bytes = tableToParquet(table);
      expect(tableToParquet(table)).toEqual(bytes);
      expect(await tableFromParquet(sourceOfBytes("table.parquet", bytes))).toEqual(table);
    }),
    { numRuns: 60 },
  );
});

test("only the columns asked for, over several row groups", async () => {
  const rows = 300_000;
  const table = makeTable([
    { name: "a", unit: "s", values: Float64Array.from({ length: rows }, (_, i) => i / 3) },
    { name: "b", unit: "", values: Uint32Array.from({ length: rows }, (_, i) => i) },
  ]);
  const back = await tableFromParquet(sourceOfBytes("t", tableToParquet(table)), ["b", "absent"]);
  expect(back.columns.map((c) => c.name)).toEqual(["b"]);
  expect(Array.from(back.columns[0]!.values)).toEqual(Array.from(table.columns[1]!.values));
});

test("whole numbers beyond 2³¹ keep their value", async () => {
  const table = makeTable([{ name: "c", unit: "", values: Uint32Array.of(4_000_000_000, 1) }]);
  const back = await tableFromParquet(sourceOfBytes("t", tableToParquet(table)));
  expect(Array.from(back.columns[0]!.values)).toEqual([4_000_000_000, 1]);
});

test("a damaged table ends with a coded error", async () => {
  const bytes = tableToParquet(makeTable([{ name: "a", unit: "s", values: new Float64Array(100) }]));
  await expect(tableFromParquet(sourceOfBytes("t", bytes.slice(0, -3)))).rejects.toMatchObject({ code: "FILE_DAMAGED" });
  await expect(tableFromParquet(sourceOfBytes("t", new Uint8Array(0)))).rejects.toMatchObject({ code: "FILE_DAMAGED" });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as h5wasm from "h5wasm/node";
import { parquetMetadata } from "hyparquet";
import { expect, test } from "vitest";
import { readParquet } from "../bdf/parquet.ts";
import { type ViewColumn, writeViewHdf5, writeViewParquet } from "./writeView.ts";

const COLUMNS: ViewColumn[] = [
  { name: "file", unit: "", values: ["a.mpr", "b·ß.mpr"] },
  { name: "voltage", unit: "V", values: [1.5, Number.NaN] },
  { name: "dQ/dV", unit: "mAh/V", values: Float64Array.of(-0.25, 3), sigma: [0.01, 0.02] },
  { name: "voltage", unit: "V", values: [0, 1] },
];

test("Parquet: names told apart, errors beside their values, units in the metadata", async () => {
  const bytes = writeViewParquet("A view", COLUMNS);
  const table = await readParquet(bytes);
  expect(table.columns.map(({ name }) => name)).toEqual(["file", "voltage", "dQ/dV", "dQ/dV sigma", "voltage 2"]);
  expect(Array.from(table.columns[1]!.values)).toEqual([1.5, Number.NaN]);
  expect(table.columns[0]!.labels).toEqual(["a.mpr", "b·ß.mpr"]);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const told = parquetMetadata(buffer).key_value_metadata?.find(({ key }) => key === "thioscope:units")?.value;
  expect(JSON.parse(told!)).toMatchObject({ title: "A view", units: { "dQ/dV": "mAh/V", "dQ/dV sigma": "mAh/V" } });
});

test("HDF5: NXdata that h5wasm reads back, names without slashes", async () => {
  const bytes = await writeViewHdf5("A view", COLUMNS);
  const { FS } = await h5wasm.ready;
  const folder = mkdtempSync(join(tmpdir(), "thioscope-view-"));
  const path = join(folder, "view.h5");
  FS.writeFile(path, bytes);
  const file = new h5wasm.File(path, "r");
  const at = (path: string) => file.get(`entry/data/${path}`) as h5wasm.Dataset;
  expect(at("dQ_dV").value).toEqual(Float64Array.of(-0.25, 3));
  expect(at("dQ_dV_errors").value).toEqual(Float64Array.of(0.01, 0.02));
  expect(at("dQ_dV").attrs.units?.value).toBe("mAh/V");
  expect(at("dQ_dV").attrs.long_name?.value).toBe("dQ/dV (mAh/V)");
  expect(at("file").value).toEqual(["a.mpr", "b·ß.mpr"]);
  const data = file.get("entry/data") as h5wasm.Group;
  expect(data.attrs.signal?.value).toBe("voltage_2");
  expect((file.get("entry/title") as h5wasm.Dataset).value).toBe("A view");
  file.close();
  rmSync(folder, { recursive: true });
});

test("columns of different lengths are refused, a view without rows is a file without rows", async () => {
  expect(() =>
    writeViewParquet("x", [
      { name: "a", unit: "", values: [1] },
      { name: "b", unit: "", values: [] },
    ]),
  ).toThrow(/"b" has 0 rows/);
  expect((await readParquet(writeViewParquet("x", [{ name: "a", unit: "", values: [] }]))).rows).toBe(0);
  expect((await writeViewHdf5("x", [{ name: "a", unit: "", values: [] }])).length).toBeGreaterThan(100);
});

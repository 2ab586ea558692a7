/** Expected values: algebra on the tiny files that are built here byte by byte. */
import { findColumn, getColumn, ThioscopeError } from "@thioscope/core";
import { describe, expect, test } from "vitest";
import { sourceOfBytes } from "../bytes/source.ts";
import type { CyclingFile } from "../reader.ts";
import { mprReader } from "./mpr.ts";

type Width = 1 | 2 | 4 | 8;
/** [column id, width, values]; a width of 2 or 4 given as "u" is an integer */
type Spec = readonly [id: number, type: "f32" | "f64" | "u8" | "u16" | "u32", values: readonly number[]];
const WIDTHS: Record<Spec[1], Width> = { f32: 4, f64: 8, u8: 1, u16: 2, u32: 4 };
const STARTS: Record<number, number> = { 0: 100, 2: 405, 3: 406, 10: 1007, 11: 1007 };

function dataModule(version: number, specs: readonly Spec[], flagIds: readonly number[] = []): Uint8Array {
  const rows = specs[0]![2].length;
  const record = specs.reduce((sum, [, type]) => sum + WIDTHS[type], 0);
  const start = STARTS[version] ?? 406;
  const bytes = new Uint8Array(start + rows * record);
  const view = new DataView(bytes.buffer);
  const ids = [...flagIds, ...specs.slice(flagIds.length > 0 ? 1 : 0).map(([id]) => id)];
  view.setUint32(0, rows, true);
  view.setUint8(4, ids.length);
  for (const [i, id] of ids.entries()) {
    if (version === 0) view.setUint8(5 + i, id);
    else view.setUint16((version >= 10 ? 6 : 5) + 2 * i, id, true);
  }
  for (let row = 0, at = start; row < rows; row++) {
    for (const [, type, values] of specs) {
      const value = values[row]!;
      if (type === "f64") view.setFloat64(at, value, true);
      else if (type === "f32") view.setFloat32(at, value, true);
      else if (type === "u32") view.setUint32(at, value, true);
      else if (type === "u16") view.setUint16(at, value, true);
      else view.setUint8(at, value);
      at += WIDTHS[type];
    }
  }
  return bytes;
}

function module(name: string, version: number, content: Uint8Array): Uint8Array {
  const isNew = version >= 10;
  const head = new Uint8Array(isNew ? 65 : 57);
  const view = new DataView(head.buffer);
  new TextEncoder().encodeInto(`MODULE${name.padEnd(10)}${name.padEnd(25)}`, head);
  if (isNew) {
    view.setUint32(41, 0xffffffff, true);
    view.setUint32(45, content.length, true);
    view.setUint32(53, version, true);
  } else {
    view.setUint32(41, content.length, true);
    view.setUint32(45, version, true);
  }
  new TextEncoder().encodeInto("05/28/25", head.subarray(head.length - 8));
  return Uint8Array.from([...head, ...content]);
}

function mpr(...modules: readonly Uint8Array[]): Uint8Array {
  const magic = new Uint8Array(52).fill(32);
  new TextEncoder().encodeInto("BIO-LOGIC MODULAR FILE\x1a", magic);
  magic.fill(0, 48);
  return Uint8Array.from([...magic, ...modules.flatMap((m) => [...m])]);
}

const read = (bytes: Uint8Array, salvage = false): Promise<CyclingFile> => mprReader.read(sourceOfBytes("test.mpr", bytes), { salvage });
const codes = (file: CyclingFile): string[] => file.notices.map((n) => n.code);
const values = (file: CyclingFile, name: string): number[] => [...getColumn(file, name).values];

const SETTINGS = module("VMP Set", 0, Uint8Array.of(4, 0, 0, 0));
const TIME: Spec = [4, "f64", [0, 10, 20, 30]];
const EWE: Spec = [6, "f32", [3, 3.5, 3.25, 3]];
const CHARGE: Spec = [13, "f64", [0, 0.5, 1, 0.75]];

describe("layouts", () => {
  for (const version of [0, 2, 3, 10, 11]) {
    test(`data module version ${version}`, async () => {
      const file = await read(mpr(SETTINGS, module("VMP data", version, dataModule(version, [TIME, EWE, CHARGE]))));
      expect(file.technique).toBe("GCPL");
      expect(values(file, "test_time_second")).toEqual([0, 10, 20, 30]);
      expect(values(file, "voltage_volt")).toEqual([3, 3.5, 3.25, 3]);
      expect(values(file, "net_capacity_ah")).toEqual([0, 0.5e-3, 1e-3, 0.75e-3]);
      // 0.5 mA·h in 10 s is 180 mA
      expect(values(file, "current_ampere")).toEqual([0, 0.18, 0.18, -0.09]);
      expect(getColumn(file, "net_capacity_ah").vendor).toEqual({ name: "(Q-Qo)/mA.h", unit: "mA.h", factor: 1e-3 });
    });
  }

  test("an unknown version is named", async () => {
    const bytes = mpr(module("VMP data", 7, dataModule(7, [TIME])));
    await expect(read(bytes)).rejects.toMatchObject({ code: "FORMAT_VERSION", message: expect.stringContaining("version 7") });
  });

  test("flags share one byte; open circuit is rest", async () => {
    const flags: Spec = [0, "u8", [0b0000_0111, 0b1010_0101, 0b0001_0001, 0b0000_0010]];
    const current: Spec = [8, "f32", [0, 2, -2, 0]];
    const content = dataModule(3, [flags, TIME, EWE, current], [1, 2, 3, 21, 31, 65]);
    const file = await read(mpr(SETTINGS, module("VMP data", 3, content)));
    expect(values(file, "mode")).toEqual([3, 1, 1, 2]);
    expect(values(file, "ox_red")).toEqual([1, 1, 0, 0]);
    expect(values(file, "control_changes")).toEqual([0, 0, 1, 0]);
    expect(values(file, "ns_changes")).toEqual([0, 1, 0, 0]);
    expect(values(file, "counter_inc")).toEqual([0, 1, 0, 0]);
    const steps = getColumn(file, "step_type");
    expect([...steps.values].map((code) => steps.labels![code])).toEqual(["rest", "charge", "discharge", "discharge"]);
  });
});

describe("unknown columns", () => {
  test("cost themselves only: the width follows from the record", async () => {
    for (const type of ["u8", "u16", "f32", "f64"] as const) {
      const unknown: Spec = [60000, type, [1, 2, 3, 4]];
      const file = await read(mpr(SETTINGS, module("VMP data", 11, dataModule(11, [TIME, unknown, EWE]))));
      expect(values(file, "voltage_volt")).toEqual([3, 3.5, 3.25, 3]);
      expect(codes(file)).toContain("column-unknown");
      expect(file.notices.find((n) => n.code === "column-unknown")?.message).toContain(`${WIDTHS[type]} bytes`);
    }
  });

  test("a column whose name is known and whose width is not is read by the width that is left", async () => {
    const file = await read(mpr(SETTINGS, module("VMP data", 3, dataModule(3, [TIME, [437, "f64", [0, 1, 2, 3]], EWE]))));
    expect(values(file, "cycle_time_s")).toEqual([0, 1, 2, 3]);
    expect(codes(file)).toContain("column-width-inferred");
  });

  test("several that cannot share the rest leave what lies between them out, and nothing else", async () => {
    const specs: Spec[] = [TIME, [60000, "u16", [1, 1, 1, 1]], CHARGE, [60001, "u32", [2, 2, 2, 2]], EWE];
    // a third unknown makes the rest 2 + 4 + 4 = 10 bytes, which three cannot share
    specs.splice(4, 0, [60002, "f32", [0, 0, 0, 0]]);
    const file = await read(mpr(SETTINGS, module("VMP data", 3, dataModule(3, specs))));
    expect(values(file, "test_time_second")).toEqual([0, 10, 20, 30]);
    expect(values(file, "voltage_volt")).toEqual([3, 3.5, 3.25, 3]);
    expect(findColumn(file, "net_capacity_ah")).toBeUndefined();
    expect(codes(file)).toContain("column-unplaced");
  });
});

describe("damage", () => {
  const whole = mpr(SETTINGS, module("VMP data", 3, dataModule(3, [TIME, EWE])), module("VMP LOG", 0, new Uint8Array(600)));

  test("a file cut at any byte ends with a coded error; salvage gives the complete rows", async () => {
    const record = 12;
    const firstRow = 52 + 61 + 57 + 406;
    const endOfData = firstRow + 4 * record;
    expect(codes(await read(whole.subarray(0, endOfData)))).toContain("log-missing");
    for (let length = 0; length < whole.length; length++) {
      // between two modules a file may end: it then lacks a log, and says so
      if (length === endOfData) continue;
      const cut = whole.subarray(0, length);
      const error: unknown = await read(cut).catch((e: unknown) => e);
      expect(error, `cut at ${length}`).toBeInstanceOf(ThioscopeError);
      if (length < firstRow) continue;
      const file = await read(cut, true);
      expect(file.rows).toBe(Math.min(4, Math.floor((length - firstRow) / record)));
      expect(codes(file)).toContain("salvaged");
    }
  });

  test("a number of rows that contradicts the length is damage; salvage gives what fits", async () => {
    const content = dataModule(3, [TIME, EWE]);
    new DataView(content.buffer).setUint32(0, 0x7fffffff, true);
    const bytes = mpr(SETTINGS, module("VMP data", 3, content));
    await expect(read(bytes)).rejects.toMatchObject({ code: "FILE_DAMAGED" });
    expect((await read(bytes, true)).rows).toBe(4);
  });

  test("no data module, and what there is", async () => {
    await expect(read(mpr(SETTINGS))).rejects.toMatchObject({ code: "FILE_DAMAGED", message: expect.stringContaining("VMP Set") });
  });

  test("no rows is no error", async () => {
    const file = await read(
      mpr(
        SETTINGS,
        module(
          "VMP data",
          3,
          dataModule(3, [
            [4, "f64", []],
            [6, "f32", []],
          ]),
        ),
      ),
    );
    expect(file.rows).toBe(0);
    expect(codes(file)).toContain("no-rows");
  });
});

test("the log's clock gives unix time", async () => {
  const log = new Uint8Array(600);
  // 2020-01-01 12:00 is day 43831.5 since 1899-12-30
  new DataView(log.buffer).setFloat64(585, 43831.5, true);
  const file = await read(mpr(SETTINGS, module("VMP data", 3, dataModule(3, [TIME, EWE])), module("VMP LOG", 0, log)));
  expect(file.meta.start).toBe("2020-01-01T12:00:00.000");
  expect(values(file, "unix_time_second")[1]).toBe(Date.UTC(2020, 0, 1, 12) / 1000 + 10);
});

import { getColumn, ThioscopeError } from "@thioscope/core";
import { describe, expect, test } from "vitest";
import { sheetRows, storedZip, workbook } from "../../../../tests/zip.ts";
import { sourceOfBytes } from "../bytes/source.ts";
import { arbinReaders } from "./index.ts";
import { openJet } from "./jet.ts";

const PAGE = 4096;
const TYPES = { integer: [3, 2], long: [4, 4], single: [6, 4], double: [7, 8], text: [10, 0] } as const;
type Fields = Readonly<Record<string, keyof typeof TYPES>>;
interface Row {
  readonly [field: string]: number | string | undefined;
  /** 1 deleted, 2 moved to another page */
  readonly flag?: 1 | 2;
}

/** A row as Jet 4 stores it: count, fixed columns, texts, their places, their number, the null mask. */
function rowBytes(fields: Fields, row: Row): Buffer {
  const names = Object.keys(fields);
  const fixed = names.filter((name) => fields[name] !== "text");
  const texts = names.filter((name) => fields[name] === "text");
  const parts: Buffer[] = [];
  const count = Buffer.alloc(2);
  count.writeUInt16LE(names.length);
  parts.push(count);
  for (const name of fixed) {
    const [, size] = TYPES[fields[name]!];
    const cell = Buffer.alloc(size);
    const value = Number(row[name] ?? 0);
    if (fields[name] === "integer") cell.writeInt16LE(value);
    else if (fields[name] === "long") cell.writeInt32LE(value);
    else if (fields[name] === "single") cell.writeFloatLE(value);
    else cell.writeDoubleLE(value);
    parts.push(cell);
  }
  const places: number[] = [];
  for (const name of texts) {
    places.push(Buffer.concat(parts).length);
    // the compressed form: one byte per character behind FF FE
    parts.push(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(String(row[name] ?? ""), "latin1")]));
  }
  places.push(Buffer.concat(parts).length);
  if (texts.length > 0) {
    const table = Buffer.alloc(2 * places.length + 2);
    for (const [i, place] of places.toReversed().entries()) table.writeUInt16LE(place, 2 * i);
    table.writeUInt16LE(texts.length, 2 * places.length);
    parts.push(table);
  }
  const mask = Buffer.alloc(Math.ceil(names.length / 8));
  for (const [i, name] of names.entries()) if (row[name] !== undefined) mask[i >> 3]! |= 1 << (i & 7);
  return Buffer.concat([...parts, mask]);
}

/** A data page; rows from the end towards the start. A flag is put into a row's offset. */
function dataPage(rows: readonly { bytes: Buffer; flags?: number }[]): Buffer {
  const page = Buffer.alloc(PAGE);
  page[0] = 1;
  page[1] = 1;
  page.writeUInt16LE(rows.length, 12);
  let end = PAGE;
  for (const [i, { bytes, flags = 0 }] of rows.entries()) {
    end -= bytes.length;
    bytes.copy(page, end);
    page.writeUInt16LE(end | flags, 14 + 2 * i);
  }
  return page;
}

function definitionPage(fields: Fields, rows: number, mapPage: number): Buffer {
  const page = Buffer.alloc(PAGE);
  page[0] = 2;
  page[1] = 1;
  const names = Object.keys(fields);
  page.writeUInt32LE(rows, 16);
  page.writeUInt16LE(names.length, 45);
  page.writeUInt32LE(mapPage << 8, 55);
  let offset = 63;
  let fixedOffset = 0;
  let variable = 0;
  for (const [i, name] of names.entries()) {
    const [type, size] = TYPES[fields[name]!];
    page[offset] = type;
    page.writeUInt16LE(i, offset + 5);
    if (fields[name] === "text") page.writeUInt16LE(variable++, offset + 7);
    else {
      page[offset + 15] = 1;
      page.writeUInt16LE(fixedOffset, offset + 21);
      fixedOffset += size;
    }
    offset += 25;
  }
  for (const name of names) {
    page.writeUInt16LE(2 * name.length, offset);
    offset += 2 + page.write(name, offset + 2, "utf16le");
  }
  return page;
}

function mapPage(pages: readonly number[]): Buffer {
  const map = Buffer.alloc(5 + 64);
  for (const page of pages) map[5 + (page >> 3)]! |= 1 << (page & 7);
  return dataPage([{ bytes: map }]);
}

/** A database of the given tables, every row of a table on one page, moved rows on another. */
function database(tables: Readonly<Record<string, { fields: Fields; rows: readonly Row[] }>>): Uint8Array {
  const head = Buffer.alloc(PAGE);
  head.write("\x00\x01\x00\x00Standard Jet DB\x00\x01", "latin1");
  const pages: Buffer[] = [head, dataPage([]), Buffer.alloc(0), Buffer.alloc(0), Buffer.alloc(0)];
  const catalogue: Row[] = [];
  for (const [name, { fields, rows }] of Object.entries(tables)) {
    const at = pages.length;
    catalogue.push({ Id: at, Name: name, Type: 1, Flags: 0 });
    const moved = rows.filter((row) => row.flag === 2).map((row) => ({ bytes: rowBytes(fields, row) }));
    let next = 0;
    const placed = rows.map((row) => {
      if (row.flag !== 2) return { bytes: rowBytes(fields, row), flags: row.flag === 1 ? 0x8000 : 0 };
      const pointer = Buffer.alloc(4);
      pointer.writeUInt32LE(((at + 3) << 8) | next++);
      return { bytes: pointer, flags: 0x4000 };
    });
    pages.push(definitionPage(fields, rows.length, at + 1), mapPage([at + 2]), dataPage(placed), dataPage(moved));
  }
  const fields: Fields = { Id: "long", Type: "integer", Flags: "long", Name: "text" };
  pages[2] = definitionPage(fields, catalogue.length, 3);
  pages[3] = mapPage([4]);
  pages[4] = dataPage(catalogue.map((row) => ({ bytes: rowBytes(fields, row) })));
  return new Uint8Array(Buffer.concat(pages));
}

const RECORD: Fields = {
  Test_ID: "long",
  Data_Point: "long",
  Test_Time: "double",
  DateTime: "double",
  Cycle_Index: "integer",
  Current: "single",
  Voltage: "single",
  Charge_Capacity: "double",
};
const AUXILIARY: Fields = { Test_ID: "long", Data_Point: "long", Auxiliary_Index: "integer", Data_Type: "integer", X: "single" };
const GLOBAL: Fields = { Test_ID: "long", Test_Name: "text", Start_DateTime: "double", Creator: "text" };

const record = (point: number, more: Row = {}): Row => ({
  Test_ID: 1,
  Data_Point: point,
  Test_Time: 10 * point,
  DateTime: 43831 + point / 24,
  Cycle_Index: 1,
  Current: 0.5,
  Voltage: 3.25,
  Charge_Capacity: point / 8,
  ...more,
});

const res = (records: readonly Row[], more: Parameters<typeof database>[0] = {}) =>
  database({
    Channel_Normal_Table: { fields: RECORD, rows: records },
    Global_Table: { fields: GLOBAL, rows: [{ Test_ID: 1, Test_Name: "cell é7", Start_DateTime: 43831.5, Creator: undefined }] },
    ...more,
  });
const [resReader, xlsxReader] = arbinReaders;
const read = (bytes: Uint8Array, salvage = false) => resReader!.read(sourceOfBytes("a.res", bytes), { salvage });

describe("Arbin databases", () => {
  test("records with units, facts of the test, positive current on charge", async () => {
    const bytes = res([record(1), record(2, { Current: -0.5 }), record(3, { Voltage: undefined })]);
    expect(await resReader!.sniff(bytes, sourceOfBytes("a.res", bytes))).toBe(1);
    const file = await read(bytes);
    expect(file.rows).toBe(3);
    expect([...getColumn(file, "test_time_second").values]).toEqual([10, 20, 30]);
    expect([...getColumn(file, "current_ampere").values]).toEqual([0.5, -0.5, 0.5]);
    expect([...getColumn(file, "voltage_volt").values]).toEqual([3.25, 3.25, Number.NaN]);
    expect([...getColumn(file, "schedule_charging_capacity_ah").values]).toEqual([0.125, 0.25, 0.375]);
    expect(getColumn(file, "unix_time_second").values[0]).toBe(1577836800 + 3600);
    expect(getColumn(file, "voltage_volt").vendor).toEqual({ name: "Voltage", unit: "V", factor: 1 });
    expect(file.meta).toEqual({ title: "cell é7", start: "2020-01-01T12:00:00" });
  });

  test("deleted rows are left out, moved rows found, records put in order", async () => {
    const file = await read(res([record(3), record(1, { flag: 2 }), record(9, { flag: 1 }), record(2)]));
    expect([...getColumn(file, "record_index").values]).toEqual([1, 2, 3]);
    expect(file.notices.map((notice) => notice.code)).toContain("rows-sorted");
  });

  test("auxiliary readings join the record of their point", async () => {
    const rows = [
      { Test_ID: 1, Data_Point: 2, Auxiliary_Index: 0, Data_Type: 1, X: 25.5 },
      { Test_ID: 1, Data_Point: 1, Auxiliary_Index: 0, Data_Type: 0, X: 1.5 },
      { Test_ID: 1, Data_Point: 7, Auxiliary_Index: 0, Data_Type: 0, X: 1.5 },
    ];
    const file = await read(res([record(1), record(2)], { Auxiliary_Table: { fields: AUXILIARY, rows } }));
    expect([...getColumn(file, "temperature_t1_celsius").values]).toEqual([Number.NaN, 25.5]);
    const voltage = file.columns.find((column) => column.vendor?.name === "Aux_Voltage_1 (V)");
    expect([...voltage!.values]).toEqual([1.5, Number.NaN]);
    expect(file.notices.find((notice) => notice.code === "auxiliary-lost")?.message).toContain("1 auxiliary");
  });

  test("several tests in a file are all read and told apart", async () => {
    const file = await read(res([record(1), record(1, { Test_ID: 2 })]));
    expect([...getColumn(file, "test_id").values]).toEqual([1, 2]);
    expect(file.notices.map((notice) => notice.code)).toContain("several-tests");
  });

  test("other tables are named, other databases refused", async () => {
    const file = await read(res([record(1)], { Event_Table: { fields: { Test_ID: "long" }, rows: [{ Test_ID: 1 }] } }));
    expect(file.notices.find((notice) => notice.code === "table-not-read")?.message).toContain("Event_Table (1 rows)");
    const other = database({ Addresses: { fields: { Id: "long" }, rows: [] } });
    expect(await resReader!.sniff(other, sourceOfBytes("a.mdb", other))).toBe(0);
    await expect(read(other)).rejects.toMatchObject({ code: "FILE_DAMAGED", message: /Channel_Normal_Table.*Addresses/ });
    const old = res([]);
    old[0x14] = 0;
    await expect(read(old)).rejects.toMatchObject({ code: "FORMAT_VERSION" });
  });

  test("cut: an error with the place, or on request the records before it", async () => {
    const bytes = res([record(1), record(2, { flag: 2 })]);
    const data = 5 * PAGE + 3 * PAGE;
    // the page with the moved row is gone, and the table behind it
    const cut = database({ Channel_Normal_Table: { fields: RECORD, rows: [record(1), record(2, { flag: 2 })] } }).subarray(0, data);
    await expect(read(cut)).rejects.toMatchObject({ code: "FILE_CUT", place: { file: "a.res", offset: cut.length } });
    const kept = await read(cut, true);
    expect([kept.rows, kept.notices.some((notice) => notice.code === "salvaged")]).toEqual([1, true]);
    // the last page holds nothing of these tables
    for (let n = 0; n < bytes.length - PAGE; n += 97) {
      const error = await read(bytes.subarray(0, n)).catch((e) => e);
      expect(error).toBeInstanceOf(ThioscopeError);
      expect(error.code).toMatch(/FILE_CUT|FILE_FOREIGN/);
    }
  });

  test("overwritten anywhere: a table or a coded error", async () => {
    const bytes = res([record(1), record(2, { flag: 2 })]);
    for (let n = 0; n < bytes.length; n += 3) {
      if (bytes[n] === 0 && n % 30 !== 0) continue;
      const damaged = bytes.slice();
      damaged[n] = damaged[n]! ^ 0xff;
      const outcome = await read(damaged).catch((error) => error);
      if (!("rows" in outcome)) expect(outcome).toBeInstanceOf(ThioscopeError);
    }
  });

  test("the catalogue lists the tables", async () => {
    expect((await openJet(sourceOfBytes("a.res", res([])))).tableNames).toEqual(["Channel_Normal_Table", "Global_Table"]);
  });
});

describe("Arbin workbooks", () => {
  const titles = ["Test_Time(s)", "Voltage(V)", "Current(A)", "dV/dt(V/s)"];
  const info = sheetRows([
    [undefined, undefined, undefined, "TEST REPORT"],
    [undefined, undefined, undefined, "my test", "Serial Number"],
    [undefined, undefined, undefined, 44140, 206951],
    ["Channel", "Schedule File Name", "Creator"],
    [11, "slow.sdu", "ben"],
  ]);
  test("channel sheets are joined in the order of their numbers, facts become meta", async () => {
    const files = workbook({
      Global_Info: info,
      Channel_11_10: sheetRows([titles, [3, 3.3, 1, 0]]),
      Channel_11_2: sheetRows([titles, [2, 3.2, 1, 0]]),
      Channel_11_1: sheetRows([titles, [1, 3.1, 1, 0]]),
      Channel_12_1: sheetRows([titles, [9, 3, 1, 0]]),
    });
    const source = sourceOfBytes("a.xlsx", storedZip(files));
    expect(await xlsxReader!.sniff(storedZip(files).subarray(0, 64), source)).toBeGreaterThan(0.3);
    const file = await xlsxReader!.read(source, {});
    expect([...getColumn(file, "test_time_second").values]).toEqual([1, 2, 3]);
    expect(file.meta).toEqual({
      title: "my test",
      deviceSerial: 206951,
      channel: 11,
      schedule: "slow.sdu",
      operator: "ben",
      sheet: "Channel_11_1, Channel_11_2, Channel_11_10",
    });
    expect(file.notices.find((notice) => notice.code === "sheet-not-read")?.message).toContain("Channel_12_1");
  });

  test("a part without titles goes on under those of the first", async () => {
    const files = workbook({
      Channel_1_1: sheetRows([titles, [1, 3.1, 1, 0]]),
      Channel_1_2: sheetRows([
        [2, 3.2, 1, 0],
        [3, 3.3, 1, 0],
      ]),
    });
    const file = await xlsxReader!.read(sourceOfBytes("a.xlsx", storedZip(files)), {});
    expect([...getColumn(file, "voltage_volt").values]).toEqual([3.1, 3.2, 3.3]);
  });

  test("a part under other titles is refused, not shifted", async () => {
    const files = workbook({
      Channel_1_1: sheetRows([titles, [1, 3.1, 1, 0]]),
      Channel_1_2: sheetRows([titles.toReversed(), [0, 1, 3.2, 2]]),
    });
    await expect(xlsxReader!.read(sourceOfBytes("a.xlsx", storedZip(files)), {})).rejects.toMatchObject({ code: "FILE_DAMAGED" });
  });
});

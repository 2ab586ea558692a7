import { findColumn, getColumn, ThioscopeError } from "@thioscope/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sheetRows, storedZip, workbook } from "../../../../tests/zip.ts";
import { sourceOfBytes } from "../bytes/source.ts";
import type { ReadOptions } from "../reader.ts";
import { parseDecimal } from "./decimal.ts";
import { CELL, readWorkbook, spreadsheetReaders } from "./index.ts";
import { kindOfFormat, unixOfSerial } from "./styles.ts";
import { columnLetters } from "./table.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const sourceOf = (files: Record<string, string>) => sourceOfBytes("book.xlsx", storedZip(files));
const read = (files: Record<string, string>, options: ReadOptions = {}) => spreadsheetReaders[0]!.read(sourceOf(files), options);
const cellsOf = async (data: string, extra = {}) => (await readWorkbook(sourceOf(workbook({ A: data }, extra)))).sheets[0]!;

describe("decimal numbers", () => {
  test("are the nearest double, whatever their length (oracle: Number)", () => {
    const digits = fc.stringMatching(/^[+-]?\d{1,20}(\.\d{0,20})?([eE][+-]?\d{1,3})?$/);
    fc.assert(fc.property(digits, (text) => Object.is(parseDecimal(bytesOf(text), 0, text.length), Number(text))));
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) =>
        Object.is(parseDecimal(bytesOf(String(x)), 0, String(x).length), Number(String(x))),
      ),
    );
  });
  test.each(["", ".", "-", "1e", "1e+", "0x10", "1 2", "NaN", "1,5", "1.2.3", "--1", "1e99999"])("%j is none", (text) => {
    expect(parseDecimal(bytesOf(text), 0, text.length)).toBeNaN();
  });
});

test("number formats: dates, durations and numbers", () => {
  for (const code of ["yyyy-mm-dd", 'd"." mmm', "mm/dd/yyyy\\ hh:mm:ss.000", "mmm", "[$-409]d-mmm-yy;@"])
    expect(kindOfFormat(code), code).toBe(CELL.date);
  for (const code of ["[h]:mm:ss", "hh:mm:ss", "mm:ss.0", "[mm]:ss"]) expect(kindOfFormat(code), code).toBe(CELL.duration);
  for (const code of ["General", "0.00E+00", '0.0 "days"', "#,##0.00_);[Red]\\(0\\)", "@", "0%", "0.0\\h"])
    expect(kindOfFormat(code), code).toBe(CELL.number);
});

test("serial days of both systems (ECMA-376 part 1, 18.17.4.1: 2011-02-03 is 40577 and 39115)", () => {
  const day = Date.UTC(2011, 1, 3) / 1000;
  expect(unixOfSerial(40577, false)).toBe(day);
  expect(unixOfSerial(39115, true)).toBe(day);
  expect(unixOfSerial(1, false)).toBe(Date.UTC(1900, 0, 1) / 1000);
  expect(unixOfSerial(61, false)).toBe(Date.UTC(1900, 2, 1) / 1000);
});

test("letters of columns", () => {
  expect([0, 25, 26, 701, 702, 16383].map(columnLetters)).toEqual(["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
});

describe("cells", () => {
  test("all kinds of cells, empty rows and columns between them, missing references", async () => {
    const sheet = await cellsOf(
      '<row r="2"><c r="B2" t="s"><v>1</v></c><c><v>1.5</v></c></row><row/><row r="9"><c r="B9" t="b"><v>1</v></c>' +
        '<c r="D9" t="e"><v>#DIV/0!</v></c><c r="E9" t="str"><f>A1&amp;B1</f><v>x&amp;y</v></c><c r="F9" s="1"><v>43831.5</v></c>' +
        '<c r="G9" t="d"><v>2020-01-01T12:00:00</v></c><c r="H9"/><c r="I9" t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r><rPh><t>no</t></rPh></is></c></row>',
      { strings: ["zero", "one &lt; two"], formats: ["yyyy-mm-dd hh:mm"] },
    );
    expect([...sheet.rowNumbers]).toEqual([2, 9]);
    const text = (position: number, row: number): string | undefined => sheet.strings[sheet.columns[position]!.values[row]!];
    expect(sheet.columns[0]).toBeUndefined();
    expect(text(1, 0)).toBe("one < two");
    expect(sheet.columns[2]!.values[0]).toBe(1.5);
    expect([sheet.columns[1]!.kinds[1], sheet.columns[1]!.values[1]]).toEqual([CELL.boolean, 1]);
    expect([sheet.columns[3]!.kinds[1], text(3, 1)]).toEqual([CELL.error, "#DIV/0!"]);
    expect(text(4, 1)).toBe("x&y");
    expect([sheet.columns[5]!.kinds[1], sheet.columns[5]!.values[1]]).toEqual([CELL.date, 43831.5]);
    expect([sheet.columns[6]!.kinds[1], sheet.columns[6]!.values[1]]).toEqual([CELL.date, 43831.5]);
    expect(sheet.columns[7]).toBeUndefined();
    expect(text(8, 1)).toBe("a b");
  });

  test("namespace prefixes, comments, single quotes and white space in tags", async () => {
    const files = workbook({ A: "" });
    files["xl/worksheets/sheet1.xml"] =
      "<?xml version='1.0'?><x:worksheet xmlns:x='m'><!-- <row> --><x:sheetData ><x:row r='1' ><x:c r='A1' t = 'n' ><x:v >7</x:v ></x:c ></x:row></x:sheetData></x:worksheet>";
    const { sheets } = await readWorkbook(sourceOf(files));
    expect(sheets[0]!.columns[0]!.values[0]).toBe(7);
  });

  test("a dimension that lies is not believed", async () => {
    const files = workbook({ A: "" });
    files["xl/worksheets/sheet1.xml"] =
      '<worksheet><dimension ref="A1:XFD1048576"/><sheetData><row r="1" spans="1:16384"><c r="A1"><v>7</v></c></row></sheetData></worksheet>';
    const { sheets } = await readWorkbook(sourceOf(files));
    expect([sheets[0]!.rows, sheets[0]!.columns.length]).toEqual([1, 1]);
  });

  test.each([
    ["a cell beyond the last column", '<row r="1"><c r="XFE1"><v>1</v></c></row>'],
    ["a row beyond the last", '<row r="1048577"><c><v>1</v></c></row>'],
    ["a string that does not exist", '<row r="1"><c t="s"><v>3</v></c></row>'],
    ["a cell outside of a row", '<c r="A1"><v>1</v></c>'],
    ["cells that do not end", '<row r="1"><c r="A1"><v>1</v></row>'],
    ["an attribute that does not end", '<row r="1"><c r="A1'],
  ])("%s is damage", async (_, data) => {
    await expect(cellsOf(data)).rejects.toMatchObject({ code: "FILE_DAMAGED", place: { file: "book.xlsx" } });
  });

  test("cells scattered to take memory are refused", async () => {
    const rows = Array.from({ length: 60_000 }, () => "<row><c><v>1</v></c></row>").join("");
    const wide = Array.from({ length: 16_384 }, () => "<c><v>1</v></c>").join("");
    await expect(cellsOf(`${rows}<row>${wide}</row>`)).rejects.toMatchObject({ code: "FILE_DAMAGED", message: /too sparse/ });
  });
});

const DATA = [
  ["Time (s)", "Voltage (mV)", "Current (mA)", "Note"],
  [0, 3000, 0, "start"],
  [10, 3100, 1, ""],
  [20, 3200, "n/a", ""],
] as const;

describe("the table in a workbook", () => {
  test("the sheet with time, voltage and current is found, under lines of other text", async () => {
    const preface = [["Report of cell 7"], [undefined, "operator", "somebody"]];
    const file = await read(
      workbook({
        Summary: sheetRows([
          ["Cycle", "Capacity (mAh)"],
          [1, 5],
        ]),
        Data: sheetRows([...preface, ...DATA]),
      }),
    );
    expect(file.rows).toBe(3);
    expect([...getColumn(file, "voltage_volt").values]).toEqual([3, 3.1, 3.2]);
    expect([...getColumn(file, "current_ampere").values]).toEqual([0, 1e-3, Number.NaN]);
    expect(getColumn(file, "voltage_volt").vendor).toMatchObject({ name: "Voltage (mV)", unit: "mV" });
    expect(file.meta).toMatchObject({ sheet: "Data" });
    expect(file.notices.find((n) => n.code === "sheet-not-read")?.message).toContain('"Summary" (2 rows)');
    expect(file.notices.find((n) => n.code === "cell-not-number")?.column).toBe("Current (mA)");
  });

  test("sheets that go on under the same titles are joined", async () => {
    const more = [DATA[0], [30, 3300, 2], [40, 3400, 3]];
    const file = await read(workbook({ "data 1": sheetRows(DATA), "data 2": sheetRows(more) }));
    expect([...getColumn(file, "test_time_second").values]).toEqual([0, 10, 20, 30, 40]);
    expect(file.meta).toMatchObject({ sheet: "data 1, data 2" });
  });

  test("a row of units, numbers written as text, elapsed time and dates", async () => {
    const head = sheetRows([["Date", "Total Time", "Voltage", "Current"]]);
    const units = '<row r="2"><c r="C2" t="inlineStr"><is><t>V</t></is></c><c r="D2" t="inlineStr"><is><t>mA</t></is></c></row>';
    const row = (r: number, days: number): string =>
      `<row r="${r}"><c r="A${r}" s="1"><v>${43831 + days}</v></c><c r="B${r}" s="2"><v>${days}</v></c><c r="C${r}" t="str"><v>3.5</v></c><c r="D${r}"><v>1</v></c></row>`;
    const file = await read(workbook({ A: head + units + row(3, 0) + row(4, 1.25) }, { formats: ["yyyy/mm/dd hh:mm:ss", "[h]:mm:ss"] }));
    expect([...getColumn(file, "unix_time_second").values]).toEqual([1577836800, 1577836800 + 108000]);
    expect([...getColumn(file, "test_time_second").values]).toEqual([0, 108000]);
    expect(getColumn(file, "test_time_second").vendor?.name).toBe("Total Time");
    expect([...getColumn(file, "voltage_volt").values]).toEqual([3.5, 3.5]);
    expect([...getColumn(file, "current_ampere").values]).toEqual([1e-3, 1e-3]);
    expect(file.notices.map((n) => n.code)).toContain("clock-zone");
  });

  test("dates of the 1904 system", async () => {
    const head = sheetRows([["Date", "Voltage (V)", "Current (A)"]]);
    const book = workbook(
      { A: `${head}<row r="2"><c s="1"><v>39115</v></c><c><v>3</v></c><c><v>1</v></c></row>` },
      { formats: ["yyyy-mm-dd"], properties: '<workbookPr date1904="1"/>' },
    );
    expect(getColumn(await read(book), "unix_time_second").values[0]).toBe(Date.UTC(2011, 1, 3) / 1000);
  });

  test("a declared mapping finds titles that are not known", async () => {
    const rows = [
      ["alpha", "beta", "gamma"],
      [0, 3000, 5],
      [1, 3001, 6],
    ];
    const plain = await read(workbook({ A: sheetRows(rows) }));
    expect(plain.technique).toBe("table");
    expect(plain.notices.map((n) => n.code)).toContain("mapping-needed");
    const mapped = await read(workbook({ Other: sheetRows(DATA), A: sheetRows(rows) }), {
      mapping: { test_time_second: { header: "alpha", unit: "h" }, voltage_volt: { header: "beta", unit: "mV" }, current_ampere: "gamma" },
    });
    expect([...getColumn(mapped, "test_time_second").values]).toEqual([0, 3600]);
    expect([...getColumn(mapped, "voltage_volt").values]).toEqual([3, 3.001]);
    expect(mapped.technique).toBe("cycling");
    await expect(read(workbook({ A: sheetRows(rows) }), { mapping: { voltage_volt: "delta" } })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
  });

  test("a workbook without a table is empty and says so", async () => {
    const file = await read(workbook({ A: "" }));
    expect(file.rows).toBe(0);
    expect(file.notices[0]).toMatchObject({ code: "no-table" });
    expect(findColumn(file, "voltage_volt")).toBeUndefined();
  });
});

describe("damaged workbooks", () => {
  const whole = storedZip(workbook({ A: sheetRows(DATA) }));
  const outcome = async (bytes: Uint8Array): Promise<string> => {
    const source = sourceOfBytes("book.xlsx", bytes);
    const reader = spreadsheetReaders[0]!;
    if (!((await reader.sniff(bytes, source)) > 0)) return "foreign";
    try {
      return `ok ${(await reader.read(source, {})).rows}`;
    } catch (error) {
      expect(error).toBeInstanceOf(ThioscopeError);
      return (error as ThioscopeError).code;
    }
  };
  test("cut anywhere", async () => {
    for (let n = 0; n < whole.length; n += 7) expect(await outcome(whole.subarray(0, n))).toBe(n < 64 ? "foreign" : "FILE_CUT");
  });
  test("overwritten anywhere", async () => {
    for (let n = 0; n < whole.length; n += 3) {
      const bytes = whole.slice();
      bytes[n] = bytes[n]! ^ 0x55;
      expect(["foreign", "FILE_FOREIGN", "FILE_DAMAGED", "FILE_CUT", "ok 3"]).toContain(await outcome(bytes));
    }
  });
  test("a member that claims to be larger than it can be", async () => {
    const bytes = whole.slice();
    const view = new DataView(bytes.buffer);
    for (let at = 0; at + 46 < bytes.length; at++) if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 0x7fffffff, true);
    await expect(readWorkbook(sourceOfBytes("book.xlsx", bytes))).rejects.toMatchObject({ code: "FILE_DAMAGED" });
  });
  test("parts that are missing", async () => {
    for (const name of Object.keys(workbook({ A: sheetRows(DATA) }))) {
      const files = workbook({ A: sheetRows(DATA) });
      delete files[name];
      // styles and strings may be absent
      if (/styles|sharedStrings/.test(name)) expect((await read(files)).rows).toBe(3);
      else await expect(read(files)).rejects.toBeInstanceOf(ThioscopeError);
    }
  });
});

/** Expected values are the numbers and words that were put into the text. */
import { type Column, cell, findColumn, ThioscopeError } from "@thioscope/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sourceOfBytes } from "../bytes/source.ts";
import { readCycling } from "../readCycling.ts";
import type { CyclingFile, ReadOptions } from "../reader.ts";
import { detectEncoding } from "./encoding.ts";
import { findLayout } from "./layout.ts";
import { type Dialect, readDelimited } from "./reader.ts";

const PLAIN: Dialect = { id: "plain", title: "plain", endings: [], technique: "cycling", marks: [], synonyms: [] };
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string, options: ReadOptions = {}): Promise<CyclingFile> => readCycling(sourceOfBytes("x.csv", bytesOf(text)), options);
const valuesOf = (file: CyclingFile, name: string): number[] => Array.from(columnOf(file, name).values);
const codes = (file: CyclingFile): string[] => file.notices.map(({ code }) => code);

function columnOf(file: CyclingFile, name: string): Column {
  const column = findColumn(file, name);
  if (!column) throw new Error(`no ${name} among ${file.columns.map((c) => c.name).join(", ")}`);
  return column;
}

const rows = (separator: string, decimal: string): string =>
  ["Time (s)", "Voltage (V)", "Current (mA)", "Mode"].join(separator) +
  [0, 1, 2, 3]
    .map((i) => `\n${[`${i}.5`.replace(".", decimal), `3.${i}25`.replace(".", decimal), `-${i}e-1`, "CC"].join(separator)}`)
    .join("") +
  "\n";

describe("layouts", () => {
  test.each([
    [",", "."],
    [";", "."],
    [";", ","],
    ["\t", "."],
    ["\t", ","],
    ["|", ","],
    ["  ", "."],
  ])("separator %j, decimal sign %j", async (separator, decimal) => {
    const file = await read(rows(separator, decimal).replaceAll(/ \(/g, separator === "  " ? "(" : " ("));
    expect(valuesOf(file, "test_time_second")).toEqual([0.5, 1.5, 2.5, 3.5]);
    expect(valuesOf(file, "voltage_volt")).toEqual([3.025, 3.125, 3.225, 3.325]);
    expect(valuesOf(file, "current_ampere")).toEqual([-0, -0.0001, -0.0002, -0.0003]);
    expect(cell(columnOf(file, "step_type"), 3)).toBe("CC");
  });

  test("lines before the names become facts, comments and blank lines do no harm", async () => {
    const file = await read(`Cell: A7\r\n# mass = 3.1 mg\r\n\r\nOperator,Ann\r\n${rows(",", ".").replaceAll("\n", "\r\n")}\r\n`);
    expect(file.rows).toBe(4);
    expect(file.meta).toMatchObject({ Cell: "A7", mass: "3.1 mg", Operator: "Ann" });
  });

  test("units in a row under the names", async () => {
    const file = await read("Time,Voltage,Current,Charge\nmin,mV,µA,mAh\n1,3000,5,0\n2,3100,5,1\n");
    expect(valuesOf(file, "test_time_second")).toEqual([60, 120]);
    expect(valuesOf(file, "voltage_volt")).toEqual([3, 3.1]);
    expect(valuesOf(file, "current_ampere")).toEqual([5e-6, 5e-6]);
    expect(columnOf(file, "charge").unit).toBe("mAh");
  });

  test("one more separator than names, as some exports end their lines", async () => {
    const file = await read("Time (s),Voltage (V)\n1,3,\n2,4,\n");
    expect(file.columns.map(({ name }) => name)).toEqual(["test_time_second", "voltage_volt"]);
  });

  test("quotes hold separators, quotes and line ends", async () => {
    const file = await read('Time (s),Voltage (V),"Remark, ""free"""\n1,"3,000.5","a ""b"", c"\n2,4,"two\nlines"\n3,5,\n');
    expect(file.rows).toBe(3);
    expect(valuesOf(file, "voltage_volt")).toEqual([3000.5, 4, 5]);
    const remark = columnOf(file, "remark_free");
    expect([0, 1, 2].map((row) => cell(remark, row))).toEqual(['a "b", c', "two\nlines", ""]);
  });

  test("a decimal comma that the first rows do not show", async () => {
    const start = Array.from({ length: 500 }, (_, i) => `${i};3;0`).join("\n");
    const file = await read(`Time (s);Voltage (V);Current (A)\n${start}\n500;3,125;1,500\n`);
    expect(valuesOf(file, "voltage_volt").at(-1)).toBe(3.125);
    expect(valuesOf(file, "current_ampere").at(-1)).toBe(1.5);
  });

  test("a column whose words come late is text from its first row", async () => {
    const start = Array.from({ length: 500 }, (_, i) => `${i},3,7`).join("\n");
    const late = Array.from({ length: 200 }, (_, i) => `${500 + i},3,note ${i}`).join("\n");
    const file = await read(`Time (s),Voltage (V),Remark\n${start}\n${late}\n`);
    expect(cell(columnOf(file, "remark"), 0)).toBe("7");
    expect(cell(columnOf(file, "remark"), 699)).toBe("note 199");
  });

  test("names without rows are an empty table", async () => {
    const file = await read("Time (s),Voltage (V),Current (A)\n");
    expect(file.rows).toBe(0);
    expect(codes(file)).toContain("no-rows");
  });
});

describe("encodings", () => {
  const text = "Time (s),Voltage (V),Current (µA),Temperature (°C)\n1,3,4,25\n2,3,4,25\n";
  const utf16 = (big: boolean): Uint8Array => {
    const bytes = new Uint8Array(2 * text.length);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), !big);
    return bytes;
  };
  const cases: [string, Uint8Array][] = [
    ["utf-8", bytesOf(text)],
    ["utf-8 with BOM", Uint8Array.from([0xef, 0xbb, 0xbf, ...bytesOf(text)])],
    ["utf-16 little-endian with BOM", Uint8Array.from([0xff, 0xfe, ...utf16(false)])],
    ["utf-16 big-endian with BOM", Uint8Array.from([0xfe, 0xff, ...utf16(true)])],
    ["utf-16 without BOM", utf16(false)],
    ["windows-1252", Uint8Array.from(text, (c) => c.charCodeAt(0))],
  ];
  test.each(cases)("%s", async (_, bytes) => {
    const file = await readCycling(sourceOfBytes("x.csv", bytes));
    expect(valuesOf(file, "current_ampere")).toEqual([4e-6, 4e-6]);
    expect(valuesOf(file, "temperature_t1_celsius")).toEqual([25, 25]);
  });

  test("Chinese names in GB18030", async () => {
    // 电压(V),电流(mA),总时间(s)
    const head = [0xb5, 0xe7, 0xd1, 0xb9, 0x28, 0x56, 0x29, 0x2c, 0xb5, 0xe7, 0xc1, 0xf7, 0x28, 0x6d, 0x41, 0x29, 0x2c];
    const time = [0xd7, 0xdc, 0xca, 0xb1, 0xbc, 0xe4, 0x28, 0x73, 0x29];
    const bytes = Uint8Array.from([...head, ...time, ...bytesOf("\n3.5,1,0\n3.6,1,10\n")]);
    expect(detectEncoding(bytes).encoding).toBe("gb18030");
    const file = await readCycling(sourceOfBytes("x.csv", bytes));
    expect(valuesOf(file, "voltage_volt")).toEqual([3.5, 3.6]);
    expect(valuesOf(file, "test_time_second")).toEqual([0, 10]);
  });
});

describe("what cannot be read", () => {
  test("nothing recognised names the headers and shows a mapping", async () => {
    const promise = read("alpha,beta\n1,2\n3,4\n5,6\n");
    await expect(promise).rejects.toMatchObject({ code: "MAPPING_NEEDED" });
    await expect(promise).rejects.toThrow(/"alpha", "beta".*"voltage_volt":\{"header":"beta","unit":"mV"\}/);
  });

  test("with the mapping it is read", async () => {
    const mapping = { test_time_second: { header: "alpha", unit: "h" }, voltage_volt: { header: "beta", unit: "mV" } };
    const file = await read("alpha,beta\n1,2000\n3,4000\n", { mapping });
    expect(valuesOf(file, "test_time_second")).toEqual([3600, 10800]);
    expect(valuesOf(file, "voltage_volt")).toEqual([2, 4]);
  });

  test("columns without names are mapped by their place", async () => {
    await expect(read("0,3.1,1\n1,3.2,1\n2,3.3,1\n")).rejects.toThrow(/3 columns without names.*"column 1"/);
    const file = await read("0,3.1,1\n1,3.2,1\n2,3.3,1\n", { mapping: { test_time_second: "column 1", voltage_volt: "column 2" } });
    expect(valuesOf(file, "voltage_volt")).toEqual([3.1, 3.2, 3.3]);
  });

  test("tabs between numbers with decimal commas are the separator", async () => {
    const lines = ["Time (s)\tVoltage (V)\tCurrent (A)", "0,5\t0,5\t0,5", "0,5\t0,5\t0,5", "16,6\t-586,6\t", "123,1\t0\t-40,1"];
    const file = await read(lines.join("\n"));
    expect(valuesOf(file, "current_ampere")).toEqual([0.5, 0.5, Number.NaN, -40.1]);
  });

  test("prose is foreign", async () => {
    await expect(read("It was a dark and stormy night, and\nnobody measured anything.\n")).rejects.toMatchObject({ code: "FILE_FOREIGN" });
  });

  test("a row cut in the middle: the line, or under salvage the rows before it", async () => {
    const text = "Time (s),Voltage (V),Current (A)\n0,3,1\n1,3.1,1\n2,3.";
    await expect(read(text)).rejects.toMatchObject({ code: "FILE_CUT", place: { line: 4 } });
    const file = await read(text, { salvage: true });
    expect(file.rows).toBe(2);
    expect(codes(file)).toContain("salvaged");
  });

  test("bytes that are no text are damage", async () => {
    const text = "Time (s),Voltage (V)\n0,3\n1,\u00003\n2,3\n";
    await expect(read(text.repeat(1))).rejects.toThrow(ThioscopeError);
  });

  test("rows of other lengths, words among numbers and repeated names are reported", async () => {
    const file = await read(
      "Time (s),Voltage (V),Current (A)\n0,3,1\n1,3\nTime (s),Voltage (V),Current (A)\n2,x,1\n3,3,1,9\n4,3,1\n5,3,1\n",
    );
    expect(valuesOf(file, "test_time_second")).toEqual([0, 1, 2, 3, 4, 5]);
    expect(valuesOf(file, "current_ampere")).toEqual([1, Number.NaN, 1, 1, 1, 1]);
    expect(codes(file)).toEqual(expect.arrayContaining(["line-skipped", "row-short", "row-long"]));
  });

  test("many names and tiny rows do not take memory", async () => {
    const names = Array.from({ length: 3000 }, (_, i) => `c${i}`).join(",");
    const promise = read(`Time (s),Voltage (V),${names}\n${"1,2\n".repeat(50000)}`);
    await expect(promise).rejects.toBeInstanceOf(ThioscopeError);
  });
});

describe("properties", () => {
  const double = fc.double({ noNaN: true, noDefaultInfinity: true });
  const short = fc.integer({ min: -99999, max: 99999 }).map((n) => n / 10 ** (Math.abs(n) % 5));
  const table = fc.array(fc.tuple(fc.oneof(short, double), fc.oneof(short, double), fc.option(short)), { minLength: 3, maxLength: 40 });
  const styles = fc.record({
    separator: fc.constantFrom(",", ";", "\t", "|"),
    decimal: fc.constantFrom(".", ","),
    newline: fc.constantFrom("\n", "\r\n", "\r"),
    last: fc.boolean(),
    chunk: fc.integer({ min: 1, max: 200 }),
  });

  test("every float64 comes back, whatever the separator, decimal sign, line end and chunk", async () => {
    await fc.assert(
      fc.asyncProperty(table, styles, async (data, { separator, decimal, newline, last, chunk }) => {
        const sign = separator === "," ? "." : decimal;
        const field = (x: number | null): string => (x === null ? "" : Object.is(x, -0) ? "-0" : String(x).replace(".", sign));
        // a line that shows the layout; the rest may be anything
        const shown = ["0.5", "0.5", "0.5"].map((text) => text.replace(".", sign)).join(separator);
        const lines = [["Time (s)", "Voltage (V)", "Current (A)"].join(separator), shown, shown];
        const text = [...lines, ...data.map((row) => row.map(field).join(separator))].join(newline) + (last ? newline : "");
        const file = await readDelimited(sourceOfBytes("x", bytesOf(text)), {}, PLAIN, chunk);
        expect(file.rows).toBe(data.length + 2);
        for (const [row, [time, voltage, current]] of data.entries()) {
          expect(columnOf(file, "test_time_second").values[row + 2]).toBe(time);
          expect(columnOf(file, "voltage_volt").values[row + 2]).toBe(voltage);
          expect(columnOf(file, "current_ampere").values[row + 2]).toBe(current ?? Number.NaN);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("any bytes: a table or a coded error", async () => {
    const piece = fc.constantFrom(
      ",",
      ";",
      "\n",
      "\r",
      '"',
      "1",
      "2.5",
      "-",
      "e",
      "V",
      " ",
      "\t",
      "Voltage (V)",
      "Time (s)",
      "\u0000",
      "µ",
      "nan",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 200 }), fc.boolean(), async (pieces, salvage) => {
        const bytes = bytesOf(`Time (s),Voltage (V)\n${pieces.join("")}`);
        findLayout(bytes, true);
        try {
          const file = await readCycling(sourceOfBytes("x", bytes), { salvage });
          for (const column of file.columns) expect(column.values.length).toBe(file.rows);
        } catch (error) {
          expect(error).toBeInstanceOf(ThioscopeError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

test("long fields and headers of blanks, digits and colons take no time", async () => {
  for (const filling of [" ", "0", ":0", "(", "_", "1 ", "-", "d"]) {
    const long = filling.repeat(30_000 / filling.length);
    const began = process.cpuUsage();
    const text = `Time,Voltage (V),Date Time,1${long}x\n${`00:00:01,3,1${long}x,${long}\n`.repeat(2)}`;
    await read(text).catch((error: unknown) => expect(error).toBeInstanceOf(ThioscopeError));
    expect(process.cpuUsage(began).user / 1e3).toBeLessThan(1000);
  }
});

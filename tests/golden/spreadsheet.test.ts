/**
 * Real workbooks. Expected values: openpyxl 3.0.9 (`load_workbook(read_only=True)`), exact sums per column with
 * Python's `math.fsum`; rows of the Arbin workbook also after navani's example (4,526).
 */
import { getColumn } from "@thioscope/core";
import { CELL, readCycling, readWorkbook } from "@thioscope/formats";
import { expect, test } from "vitest";
import { dataSource, describeData } from "../data.ts";

/** Sum without loss over rows: pairs are added with their rounding errors kept (Neumaier 1974). */
function exactSum(values: Iterable<number>): number {
  let sum = 0;
  let error = 0;
  for (const x of values) {
    if (Number.isNaN(x)) continue;
    const next = sum + x;
    error += Math.abs(sum) >= Math.abs(x) ? sum - next + x : x - next + sum;
    sum = next;
  }
  return sum + error;
}

/** Title → [numbers, their sum] of the sheet Channel_11_1. */
const ARBIN: Readonly<Record<string, readonly [count: number, sum: number]>> = {
  // serial days, from the sheet's XML by a regular expression in Python
  Date_Time: [4526, 199732214.9515964],
  "Test_Time(s)": [4526, 2535210294.770816],
  "Step_Time(s)": [4526, 834798087.479],
  Step_Index: [4526, 10472],
  Cycle_Index: [4526, 4526],
  "Voltage(V)": [4526, 1324.377353668213],
  "Current(A)": [4526, -0.08252510125748813],
  "Charge_Capacity(Ah)": [4526, 11.857938078725692],
  "Discharge_Capacity(Ah)": [4526, 23.4064649163971],
  "Charge_Energy(Wh)": [4526, 1.72776444024192],
  "Discharge_Energy(Wh)": [4526, 3.735870347982846],
  "Internal Resistance(Ohm)": [0, 0],
  "dV/dt(V/s)": [4526, -2.1780418880338206],
};

describeData("real workbooks", () => {
  test("every cell of the Arbin workbook's records equals openpyxl's (sums)", async () => {
    const book = await readWorkbook(dataSource("echem/bs542_004_gr_li_50ua_50mv_1v_191020_Channel_11.xlsx"));
    expect(book.sheets.map((sheet) => [sheet.name, sheet.rows])).toEqual([
      ["Global_Info", 5],
      ["Channel_11_1", 4527],
    ]);
    const sheet = book.sheets[1]!;
    for (const [position, column] of sheet.columns.entries()) {
      const title = sheet.strings[column!.values[0]!]!;
      if (title === "Date_Time") expect(column!.kinds.subarray(1).every((kind) => kind === CELL.date)).toBe(true);
      const [count, sum] = ARBIN[title]!;
      const numbers = column!.values.subarray(1);
      expect(numbers.filter((x) => !Number.isNaN(x)).length, title).toBe(count);
      expect(Math.abs(exactSum(numbers) - sum), `${title} at ${position}`).toBeLessThanOrEqual(1e-15 * Math.abs(sum));
    }
  });

  test("dates equal openpyxl's to its millisecond", async () => {
    const file = await readCycling(dataSource("echem/bs542_004_gr_li_50ua_50mv_1v_191020_Channel_11.xlsx"));
    const time = getColumn(file, "unix_time_second").values;
    expect(time[0]).toBe(Date.parse("2020-10-19T11:31:46.582Z") / 1000);
    expect(time.at(-1)).toBe(Date.parse("2020-11-02T10:12:01.406Z") / 1000);
    // half milliseconds are rounded the one way here, the other there
    expect(Math.abs(exactSum(time) - 7258197970217.949)).toBeLessThan(4526 * 0.5e-3);
  });

  test("a list of cells opens as a table of texts, numbers and dates", async () => {
    const file = await readCycling(dataSource("echem/Experiment_Record.xlsx"));
    expect([file.format, file.technique, file.rows]).toEqual(["spreadsheet", "table", 3]);
    expect(getColumn(file, "name").labels).toEqual(["Cell1", "Cell2", "Cell3"]);
    expect([...getColumn(file, "nominal_capacity").values]).toEqual([5, 3, 2.5]);
    expect(getColumn(file, "start_date").labels).toEqual(["2024-03-20T09:03:23", "2024-03-20T09:02:23"]);
    expect(file.notices.map((notice) => notice.code)).toContain("mapping-needed");
  });

  test("one spectrum under four headers: all sheets hold openpyxl's numbers, one is used, three are named", async () => {
    const source = dataSource("eis/data.xlsx");
    const { sheets } = await readWorkbook(source);
    const sums = sheets.map((sheet) => sheet.columns.map((column) => exactSum(column!.values.subarray(1))));
    const frequency = 35671.6705185322;
    const expected = [
      [frequency, 10451.939385743595, -2518.8601004499837],
      [frequency, 10451.939385743595, 2518.8601004499837],
      [frequency, 10451.939385743595, -2518.8601004499837],
      [frequency, 10810.36602417205, 462.1640407429427],
    ];
    for (const [i, row] of expected.entries()) {
      for (const [k, sum] of row.entries()) expect(Math.abs(sums[i]![k]! - sum)).toBeLessThanOrEqual(2e-15 * Math.abs(sum));
    }
    const file = await readCycling(source);
    expect([file.rows, file.meta["sheet"]]).toEqual([29, "header-variant-1"]);
    expect(file.notices.find((notice) => notice.code === "sheet-not-read")?.message).toContain("header-variant-4");
  });
});

/**
 * Real Arbin files. The database: `mdb-export` of mdbtools 1.0.0 (all 38,700 cells of Channel_Normal_Table were
 * compared once: equal to the printed digits; its exact sums per column stand here), and, cell by cell in every
 * run, the independent library mdb-reader. The workbook: navani's example table (4,526 rows), openpyxl.
 */

import { readFileSync } from "node:fs";
import { asFloat64, findColumn, getColumn } from "@thioscope/core";
import { readCycling } from "@thioscope/formats";
import MDBReader from "mdb-reader";
import { expect, test } from "vitest";
import { dataFile, dataSource, describeData } from "../data.ts";

/** Vendor's field → sum over the 2,150 records as printed by mdb-export. */
const SUMS: Readonly<Record<string, number>> = {
  Test_ID: 2150,
  Data_Point: 2312325,
  Test_Time: 459914369.74763167,
  Step_Time: 64381069.78647154,
  Step_Index: 4827,
  Cycle_Index: 4510,
  Is_FC_Data: 0,
  Current: -0.003753030893999999,
  Voltage: 8396.2283159,
  Charge_Capacity: 0.589374789147321,
  Discharge_Capacity: 0.269803912717364,
  Charge_Energy: 2.357788075197527,
  Discharge_Energy: 1.081928517781984,
  "dV/dt": 0.624765318531,
  Internal_Resistance: 0,
  AC_Impedance: 0,
  ACI_Phase_Angle: 0,
};

describeData("Arbin", () => {
  test("the database equals mdb-export: rows, first and last record, sums", async () => {
    const file = await readCycling(dataSource("echem/arbin_example.res"));
    expect([file.format, file.rows]).toEqual(["arbin-res", 2150]);
    const at = (name: string, row: number): number => getColumn(file, name).values.at(row)!;
    // mdb-export prints doubles with 16 digits
    const NAMES = ["test_time_second", "step_time_second", "step_id", "cycle_count", "current_ampere"];
    const FIRST = [0.07259541979508601, 0.07259576197935801, 1, 1, 0];
    const LAST = [345733.3894574374, 0.015524216038724, 5, 5, 0];
    for (const [i, name] of NAMES.entries()) {
      expect(Math.abs(at(name, 0) - FIRST[i]!), name).toBeLessThanOrEqual(1e-14 * FIRST[i]!);
      expect(Math.abs(at(name, -1) - LAST[i]!), name).toBeLessThanOrEqual(1e-13 * LAST[i]!);
    }
    // singles are printed with 8 digits
    expect(at("voltage_volt", 0)).toBe(Math.fround(3.8591957));
    expect(at("voltage_volt", -1)).toBe(Math.fround(3.872108));
    expect(at("unix_time_second", 0)).toBe(Date.parse("2023-07-24T18:50:00Z") / 1000);
    for (const [field, sum] of Object.entries(SUMS)) {
      const column = file.columns.find((c) => c.vendor?.name === field)!;
      const total = asFloat64(column).reduce((a, b) => a + b, 0);
      expect(Math.abs(total - sum), field).toBeLessThanOrEqual(1e-7 * Math.abs(sum));
    }
    expect(file.meta).toMatchObject({ title: "ajm314_LCO_ajm5-SSB1-F_Wait48hr-Repeat-01-012", channel: 12, version: "Results File 5.23" });
  });

  test("the database equals mdb-reader, cell by cell", async () => {
    const file = await readCycling(dataSource("echem/arbin_example.res"));
    const rows = new MDBReader(readFileSync(dataFile("echem/arbin_example.res"))).getTable("Channel_Normal_Table").getData();
    rows.sort((a, b) => Number(a["Data_Point"]) - Number(b["Data_Point"]));
    let cells = 0;
    for (const column of file.columns) {
      const field = column.vendor?.name ?? "";
      if (field === "DateTime") continue;
      for (const [row, other] of rows.entries()) {
        expect(column.values[row], `${field} in row ${row}`).toBe(Number(other[field]));
        cells++;
      }
    }
    expect([rows.length, cells]).toEqual([2150, 17 * 2150]);
  });

  test("the workbook: navani's 4,526 rows, facts of the test, canonical columns", async () => {
    const file = await readCycling(dataSource("echem/bs542_004_gr_li_50ua_50mv_1v_191020_Channel_11.xlsx"));
    expect([file.format, file.technique, file.rows]).toEqual(["arbin-xlsx", "cycling", 4526]);
    expect(file.meta).toMatchObject({
      title: "bs542_004_gr_li_50ua_50mv_1v_191020",
      channel: 11,
      start: "2020-10-19T11:33:31",
      deviceSerial: 206951,
      operator: "ben",
    });
    const last = (name: string): number => getColumn(file, name).values.at(-1)!;
    expect(last("test_time_second")).toBe(1204815.8106799999);
    expect(last("voltage_volt")).toBe(0.07228660583496094);
    expect(last("current_ampere")).toBe(5.0827860832214355e-5);
    expect(last("schedule_discharging_capacity_ah")).toBe(0.0110548976808786);
    // lithium goes into graphite first: the cell discharges, its voltage falls, the current is negative
    const first = asFloat64(getColumn(file, "current_ampere")).find((current) => current !== 0)!;
    expect(first).toBeLessThan(0);
    expect(findColumn(file, "dv_dt")?.vendor?.name).toBe("dV/dt(V/s)");
  });
});

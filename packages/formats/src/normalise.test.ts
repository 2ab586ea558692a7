import { type Column, cell } from "@thioscope/core";
import { describe, expect, test } from "vitest";
import { normaliseColumns, type RawColumn } from "./normalise.ts";

const numbers = (header: string, ...values: number[]): RawColumn => ({ header, values: Float64Array.from(values) });
const texts = (header: string, ...values: string[]): RawColumn => ({ header, values });
const named = (columns: readonly Column[], name: string): Column => {
  const column = columns.find((c) => c.name === name);
  if (!column) throw new Error(`no ${name} among ${columns.map((c) => c.name).join(", ")}`);
  return column;
};
const codes = (notices: readonly { code: string }[]): string[] => notices.map(({ code }) => code);

describe("canonical columns", () => {
  test("units are converted to the nearest float", () => {
    const { columns, notices } = normaliseColumns([
      numbers("Voltage(mV)", 3661),
      numbers("Current(µA)", 123),
      numbers("Chg. Cap.(mAs)", 3600),
    ]);
    expect(named(columns, "voltage_volt").values[0]).toBe(3.661);
    expect(named(columns, "current_ampere").values[0]).toBe(123e-6);
    expect(named(columns, "step_charging_capacity_ah").values[0]).toBe(0.001);
    expect(named(columns, "voltage_volt").vendor).toEqual({ name: "Voltage(mV)", unit: "mV", factor: 0.001 });
    expect(notices).toEqual([]);
  });

  test("kelvin become degrees Celsius", () => {
    const { columns } = normaliseColumns([numbers("Temperature (K)", 298.15)]);
    expect(named(columns, "temperature_t1_celsius").values[0]).toBeCloseTo(25, 12);
  });

  test("discharge current counts the other way round", () => {
    const { columns } = normaliseColumns([numbers("Discharge current (mA)", 2)]);
    expect(named(columns, "current_ampere").values[0]).toBe(-0.002);
  });

  test("canonical first, others under a slug with their unit", () => {
    const { columns, notices } = normaliseColumns([numbers("Spec. Cap.(mAh/g)", 1), texts("Remark", "a"), numbers("Voltage (V)", 3)]);
    expect(columns.map(({ name, unit }) => [name, unit])).toEqual([
      ["voltage_volt", "V"],
      ["spec_cap", "mAh/g"],
      ["remark", ""],
    ]);
    expect(codes(notices)).toEqual(["column-unknown", "column-unknown"]);
  });

  test("a missing unit is not guessed", () => {
    const { columns, notices } = normaliseColumns([numbers("Voltage", 3.6)]);
    expect(columns[0]?.name).toBe("voltage");
    expect(codes(notices)).toEqual(["unit-missing"]);
  });

  test("of two headers for one column the better spelling wins, then the first; the other is kept", () => {
    const { columns, notices } = normaliseColumns([numbers("Ewe/V", 1), numbers("Voltage (V)", 2), numbers("Potential (V)", 3)]);
    expect(named(columns, "voltage_volt").values[0]).toBe(2);
    expect(columns).toHaveLength(3);
    expect(codes(notices)).toEqual(["column-twice", "column-twice"]);
  });

  test("time beside total time is the step's", () => {
    const { columns } = normaliseColumns([texts("Time", "00:00:01"), texts("Total Time", "1d 00:00:01")]);
    expect(named(columns, "step_time_second").values[0]).toBe(1);
    expect(named(columns, "test_time_second").values[0]).toBe(86401);
    expect(named(normaliseColumns([numbers("Time (s)", 7)]).columns, "test_time_second").values[0]).toBe(7);
  });

  test("a counter that starts again is the schedule's", () => {
    const { columns, notices } = normaliseColumns([
      numbers("Charge Capacity (Ah)", 0, 1, 0, 1),
      numbers("Discharge Capacity (Ah)", 0, 1, 1, 2),
    ]);
    expect(columns.map(({ name }) => name)).toEqual(["discharging_capacity_ah", "schedule_charging_capacity_ah"]);
    expect(codes(notices)).toEqual(["counter-restarts"]);
  });

  test("words stay words", () => {
    const { columns } = normaliseColumns([texts("Step Type", "Rest", "CC Chg", "Rest")]);
    const type = named(columns, "step_type");
    expect([0, 1, 2].map((row) => cell(type, row))).toEqual(["Rest", "CC Chg", "Rest"]);
  });

  test("a number column that holds words is kept as text, with a notice", () => {
    const { columns, notices } = normaliseColumns([texts("Voltage (V)", "a", "b", "c")]);
    expect(columns[0]?.name).toBe("voltage");
    expect(codes(notices)).toEqual(["column-text"]);
  });

  test("former names of the Battery Data Format", () => {
    const { columns } = normaliseColumns([numbers("step_index", 4), numbers("step_capacity_ah", 1), numbers("voltage_millivolt", 3600)]);
    expect(columns.map(({ name }) => name)).toEqual(["voltage_volt", "step_id", "step_cumulative_capacity_ah"]);
    expect(named(columns, "voltage_volt").values[0]).toBe(3.6);
  });
});

describe("clocks", () => {
  test("no zone is UTC, and says so", () => {
    const { columns, notices } = normaliseColumns([texts("Date Time", "2024-01-01 00:00:00", "")]);
    expect(named(columns, "unix_time_second").values).toEqual(Float64Array.of(Date.UTC(2024, 0, 1) / 1000, Number.NaN));
    expect(codes(notices)).toEqual(["clock-zone"]);
    expect(normaliseColumns([texts("Date Time", "2024-01-01T00:00:00Z")]).notices).toEqual([]);
  });

  test("a spreadsheet's days", () => {
    const { columns } = normaliseColumns([numbers("Date_Time", 45292.5)]);
    expect(named(columns, "unix_time_second").values[0]).toBe(Date.UTC(2024, 0, 1, 12) / 1000);
  });

  test("day and month that cannot be told apart stay text", () => {
    const { columns, notices } = normaliseColumns([texts("Date Time", "03/04/2024 10:00:00", "03/04/2024 11:00:00")]);
    expect(columns[0]?.labels).toBeDefined();
    expect(codes(notices)).toEqual(["clock-ambiguous"]);
  });
});

describe("a declared mapping", () => {
  test("overrides what is detected", () => {
    const raw = [numbers("a", 3600), numbers("b", 2), numbers("Voltage (V)", 3)];
    const mapping = { voltage_volt: { header: "a", unit: "mV" }, current_ampere: { header: "B", unit: "mA", factor: -1 } };
    const { columns, notices } = normaliseColumns(raw, mapping);
    expect(named(columns, "voltage_volt").values[0]).toBe(3.6);
    expect(named(columns, "current_ampere").values[0]).toBe(-0.002);
    expect(codes(notices)).toEqual(["column-twice"]);
  });

  test("a header alone takes the header's unit, else the canonical one", () => {
    const { columns } = normaliseColumns([numbers("x (mV)", 3600), numbers("y", 2)], { voltage_volt: "x (mV)", current_ampere: "y" });
    expect(named(columns, "voltage_volt").values[0]).toBe(3.6);
    expect(named(columns, "current_ampere").values[0]).toBe(2);
  });

  test.each([
    [{ volts: "a" }, /no column; known are/],
    [{ voltage_volt: "b" }, /the headers are "a"/],
    [{ voltage_volt: { header: "a", unit: "mA" } }, /different quantities/],
    [{ voltage_volt: { header: "a", factor: 0 } }, /other than 0/],
  ])("%j is refused", (mapping, message) => expect(() => normaliseColumns([numbers("a", 1)], mapping)).toThrow(message));
});

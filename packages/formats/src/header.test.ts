import { CYCLING_COLUMNS } from "@thioscope/core/cycling";
import { describe, expect, test } from "vitest";
import { plainUnit, recognise } from "./header.ts";

describe("headers as vendors print them", () => {
  test.each([
    ["Test_Time(s)", "test_time_second", "s"],
    ["Test Time (sec)", "test_time_second", "s"],
    ["~Time[h]", "test_time_second", "h"],
    ["time/s", "test_time_second", "s"],
    ["TotalTime_S", "test_time_second", "s"],
    ["time_second", "test_time_second", "s"],
    ["Run Time (h)", "test_time_second", "h"],
    ["总时间(s)", "test_time_second", "s"],
    ["Voltage(mV)", "voltage_volt", "mV"],
    ["Voltage [V]", "voltage_volt", "V"],
    ["Ewe/V", "voltage_volt", "V"],
    ["U[V]", "voltage_volt", "V"],
    ["Potential (V)", "voltage_volt", "V"],
    ["Spannung [V]", "voltage_volt", "V"],
    ["电压(V)", "voltage_volt", "V"],
    ["I/mA", "current_ampere", "mA"],
    ["<I>/mA", "current_ampere", "mA"],
    ["current_A", "current_ampere", "A"],
    ["Current / mA", "current_ampere", "mA"],
    ["Amps", "current_ampere", "A"],
    ["电流(mA)", "current_ampere", "mA"],
    ["Cyc#", "cycle_count", ""],
    ["cycle number", "cycle_count", ""],
    ["Step_Index", "step_id", ""],
    ["Step", "step_id", ""],
    ["Step (Sec)", "step_time_second", "s"],
    ["Charge_Capacity(Ah)", "charging_capacity_ah", "Ah"],
    ["Q discharge/mA.h", "discharging_capacity_ah", "mAh"],
    ["Chg. Cap.(mAh)", "step_charging_capacity_ah", "mAh"],
    ["AhDch#Ah", "discharging_capacity_ah", "Ah"],
    ["(Q-Qo)/mA.h", "net_capacity_ah", "mAh"],
    ["Temperature/°C", "temperature_t1_celsius", "°C"],
    ["Aux_Temperature_1 (C)", "temperature_t1_celsius", "°C"],
    ["Ambient Temperature / degC", "ambient_temperature_celsius", "°C"],
    ["ACR (Ohm)", "ac_internal_resistance_ohm", "Ohm"],
    ["Power(mW)", "power_watt", "mW"],
  ])("%s", (header, column, unit) => {
    const found = recognise(header);
    expect(found?.column).toBe(column);
    expect(found?.unit).toBe(unit);
  });

  test.each(["dQ/dV(mAh/V)", "dV/dt (V/s)", "Spec. Cap.(mAh/g)", "Current Density (A/g)", "Range", "Capacity (Ah)"])(
    "%s is no canonical column",
    (header) => expect(recognise(header)).toBeUndefined(),
  );

  test("a unit that is not there stays open", () => {
    expect(recognise("Voltage")?.unit).toBeUndefined();
    expect(recognise("Current")?.unit).toBeUndefined();
  });

  test("the Battery Data Format's names and labels, all of them", () => {
    for (const [name, { bdf }] of Object.entries(CYCLING_COLUMNS)) {
      expect(recognise(name)?.column).toBe(name);
      if (bdf) expect(recognise(bdf)?.column, bdf).toBe(name);
    }
  });

  test("units that are shown plainly", () => {
    expect(plainUnit("Spec. Cap.(mAh/g)")).toEqual({ name: "Spec. Cap.", unit: "mAh/g" });
    expect(plainUnit("mAh/g")).toEqual({ name: "mAh/g", unit: "mAh/g" });
    expect(plainUnit("dQ/dV")).toBeUndefined();
  });
});

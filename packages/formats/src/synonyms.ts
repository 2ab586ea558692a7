/**
 * How instruments and people spell the canonical columns: data only. Spellings are compared by letters and
 * digits alone ("Test_Time", "test time" and "TestTime" are one), without the unit.
 *
 * Order matters where two headers of a file mean the same column: the earlier line wins, on the same line
 * the earlier header. Sources: vendors' exports and manuals, the vendor tables of the Battery Data Format.
 */
import type { CyclingColumn } from "@thioscope/core/cycling";

export interface Synonym {
  column: CyclingColumn;
  spellings: readonly string[];
  /** unit meant where the header names none; without it such a column is not taken */
  unit?: string;
  /** the instrument counts the other way round: values change sign */
  reverse?: boolean;
  /** what the column is when a better header has already taken `column` */
  otherwise?: CyclingColumn;
}

export const SYNONYMS: readonly Synonym[] = [
  // time
  {
    column: "test_time_second",
    spellings: ["test time", "total time", "cumulative time", "run time", "elapsed time", "prog time", "program time", "program duration"],
  },
  { column: "test_time_second", spellings: ["Prüfzeit", "Testzeit", "Gesamtzeit", "测试时间", "总时间", "累计时间"] },
  { column: "test_time_second", spellings: ["test", "t test"] },
  {
    column: "step_time_second",
    spellings: ["step time", "relative time", "state time", "Schrittzeit", "步时间", "工步时间", "相对时间", "step"],
  },
  // alone it is the test's time; beside a "total time" it is the step's (Neware)
  { column: "test_time_second", spellings: ["time", "t", "Zeit", "时间"], otherwise: "step_time_second" },
  {
    column: "unix_time_second",
    spellings: [
      "unix time",
      "date time iso string",
      "date time",
      "date and time",
      "absolute time",
      "dpt time",
      "time stamp",
      "system time",
      "real time",
      "date",
      "Datum",
      "Datum Zeit",
      "日期",
      "日期时间",
      "绝对时间",
      "系统时间",
      "uts",
    ],
  },
  // the two that everything else rests on
  {
    column: "voltage_volt",
    spellings: [
      "voltage",
      "potential",
      "cell voltage",
      "cell potential",
      "U Battery",
      "Ecell",
      "Ewe-Ece",
      "Spannung",
      "Zellspannung",
      "电压",
      "Ewe",
      "Vf",
      "WE(1).Potential",
      "c vol",
    ],
  },
  { column: "voltage_volt", spellings: ["volts", "volt", "voltage volts"], unit: "V" },
  { column: "voltage_volt", spellings: ["u", "v", "e"] },
  {
    column: "current_ampere",
    spellings: ["current", "cell current", "I Battery", "Strom", "电流", "Im", "WE(1).Current", "c cur"],
  },
  { column: "current_ampere", spellings: ["amps", "amp"], unit: "A" },
  { column: "current_ampere", spellings: ["i"] },
  { column: "current_ampere", spellings: ["discharge current", "Entladestrom", "放电电流"], reverse: true },
  // counting
  {
    column: "cycle_count",
    spellings: [
      "cycle count",
      "cycle index",
      "cycle number",
      "cycle no",
      "cycle id",
      "Cyc Count",
      "Cycle C",
      "Cyc",
      "z cycle",
      "cycle",
      "cycle dimensionless",
      "Zyklus",
      "Zyklusnummer",
      "循环号",
      "循环序号",
      "循环",
    ],
  },
  { column: "step_count", spellings: ["step count", "steps", "step no", "Step Number", "工步序号"] },
  {
    column: "step_id",
    spellings: ["step id", "step index", "step", "Ns", "line", "command", "Schritt", "工步号", "工步"],
  },
  {
    column: "step_type",
    spellings: ["step type", "step name", "step state", "state", "status", "mode", "MD", "工步类型", "工步名称", "状态", "Status Text"],
  },
  {
    column: "record_index",
    spellings: ["record index", "data point", "record", "record number", "rec", "point", "pt", "index", "记录序号", "记录号", "数据序号"],
  },
  // charge; Neware's counters start again at every step
  { column: "step_charging_capacity_ah", spellings: ["chg cap", "chg capacity", "充电容量"] },
  { column: "step_discharging_capacity_ah", spellings: ["dchg cap", "dchg capacity", "放电容量"] },
  {
    column: "charging_capacity_ah",
    spellings: [
      "charge capacity",
      "charging capacity",
      "Q charge",
      "AhCha",
      "Ah ch",
      "cap charge",
      "Ladekapazität",
      "Q+",
      "acc charge capacity",
    ],
  },
  {
    column: "discharging_capacity_ah",
    spellings: ["discharge capacity", "discharging capacity", "Q discharge", "AhDch", "Ah dis", "cap discharge", "Entladekapazität", "Q-"],
  },
  { column: "step_cumulative_capacity_ah", spellings: ["step capacity", "AhStep", "Ah step"] },
  { column: "net_capacity_ah", spellings: ["net capacity", "Q-Qo", "AhBal", "Ah balance", "Netto-Kapazität"] },
  { column: "cumulative_capacity_ah", spellings: ["cumulative capacity", "AhAccu", "throughput"] },
  // energy
  { column: "step_charging_energy_wh", spellings: ["chg energy", "chg eng", "充电能量"] },
  { column: "step_discharging_energy_wh", spellings: ["dchg energy", "dchg eng", "放电能量"] },
  { column: "charging_energy_wh", spellings: ["charge energy", "charging energy", "energy charge", "WhCha", "Ladeenergie"] },
  {
    column: "discharging_energy_wh",
    spellings: ["discharge energy", "discharging energy", "energy discharge", "WhDch", "Entladeenergie"],
  },
  { column: "step_cumulative_energy_wh", spellings: ["step energy", "WhStep"] },
  { column: "net_energy_wh", spellings: ["net energy", "WhBal"] },
  { column: "cumulative_energy_wh", spellings: ["cumulative energy", "WhAccu"] },
  // others
  { column: "power_watt", spellings: ["power", "P", "Leistung", "功率"] },
  { column: "power_watt", spellings: ["watts", "watt"], unit: "W" },
  { column: "dc_internal_resistance_ohm", spellings: ["dc internal resistance", "DCIR", "DC IR", "直流内阻"] },
  { column: "ac_internal_resistance_ohm", spellings: ["ac internal resistance", "ACR", "ACIR", "AC impedance"] },
  { column: "internal_resistance_ohm", spellings: ["internal resistance", "Innenwiderstand", "内阻", "R"] },
  {
    column: "ambient_temperature_celsius",
    spellings: [
      "ambient temperature",
      "ambient temp",
      "chamber temperature",
      "chamber temp",
      "EV Temp",
      "Tenv",
      "Umgebungstemperatur",
      "环境温度",
    ],
  },
  { column: "surface_temperature_celsius", spellings: ["surface temperature", "surface temp", "Oberflächentemperatur"] },
  {
    column: "temperature_t1_celsius",
    spellings: [
      "temperature t1",
      "temperature 1",
      "temp 1",
      "aux temperature 1",
      "aux temperature",
      "LogTemp001",
      "T1",
      "T",
      "temperature",
      "temp",
      "Temperatur",
      "温度",
      "辅助温度",
      "circuit temperature",
      "c surf temp",
    ],
  },
  { column: "temperature_t2_celsius", spellings: ["temperature t2", "temperature 2", "temp 2", "aux temperature 2", "LogTemp002", "T2"] },
  { column: "temperature_t3_celsius", spellings: ["temperature t3", "temperature 3", "temp 3", "aux temperature 3", "LogTemp003", "T3"] },
  { column: "temperature_t4_celsius", spellings: ["temperature t4", "temperature 4", "temp 4", "aux temperature 4", "LogTemp004", "T4"] },
  { column: "temperature_t5_celsius", spellings: ["temperature t5", "temperature 5", "temp 5", "aux temperature 5", "LogTemp005", "T5"] },
  { column: "ambient_pressure_pa", spellings: ["ambient pressure"] },
  { column: "applied_pressure_pa", spellings: ["applied pressure", "stack pressure", "Stapeldruck"] },
];

/** Earlier names of the Battery Data Format: read, never written. `step_index` meant the schedule's step until 1.0. */
export const FORMER_NAMES: Readonly<Record<string, { column: CyclingColumn; unit: string }>> = {
  step_index: { column: "step_id", unit: "" },
  step_capacity_ah: { column: "step_cumulative_capacity_ah", unit: "Ah" },
  step_energy_wh: { column: "step_cumulative_energy_wh", unit: "Wh" },
  test_time_millisecond: { column: "test_time_second", unit: "ms" },
  unix_time_millisecond: { column: "unix_time_second", unit: "ms" },
  date_time_millisecond: { column: "unix_time_second", unit: "ms" },
  step_time_millisecond: { column: "step_time_second", unit: "ms" },
  current_milliampere: { column: "current_ampere", unit: "mA" },
  voltage_millivolt: { column: "voltage_volt", unit: "mV" },
};

/**
 * Unit spellings that the unit parser does not know; several candidates are tried until one measures what
 * the column is ("C" is a coulomb, behind a temperature a degree).
 */
export const UNIT_SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  second: ["s"],
  seconds: ["s"],
  secs: ["s"],
  sec: ["s"],
  Sec: ["s"],
  Secs: ["s"],
  S: ["s"],
  millisecond: ["ms"],
  minute: ["min"],
  minutes: ["min"],
  mins: ["min"],
  hour: ["h"],
  hours: ["h"],
  hrs: ["h"],
  Hr: ["h"],
  H: ["h"],
  volt: ["V"],
  volts: ["V"],
  Volts: ["V"],
  v: ["V"],
  mv: ["mV"],
  millivolt: ["mV"],
  ampere: ["A"],
  amps: ["A"],
  Amps: ["A"],
  Amp: ["A"],
  a: ["A"],
  ma: ["mA"],
  milliampere: ["mA"],
  uA: ["µA"],
  ah: ["Ah"],
  mah: ["mAh"],
  AH: ["Ah"],
  mAH: ["mAh"],
  Ahr: ["Ah"],
  "Amp-hr": ["Ah"],
  "Amp-hrs": ["Ah"],
  "mAmp-hr": ["mAh"],
  "A-h": ["Ah"],
  "mA-h": ["mAh"],
  wh: ["Wh"],
  mwh: ["mWh"],
  Whr: ["Wh"],
  "Watt-hr": ["Wh"],
  "W-h": ["Wh"],
  watt: ["W"],
  watts: ["W"],
  Watts: ["W"],
  w: ["W"],
  mw: ["mW"],
  Ohms: ["ohm"],
  ohms: ["ohm"],
  O: ["ohm"],
  mO: ["mohm"],
  mOhm: ["mohm"],
  celsius: ["°C"],
  Celsius: ["°C"],
  degC: ["°C"],
  "deg C": ["°C"],
  "deg. C": ["°C"],
  癈: ["°C"],
  "�C": ["°C"],
  øC: ["°C"],
  C: ["C", "°C"],
  F: ["F", "°F"],
  pa: ["Pa"],
  pascal: ["Pa"],
  Psi: ["psi"],
  PSI: ["psi"],
  degree: ["deg"],
  hertz: ["Hz"],
};

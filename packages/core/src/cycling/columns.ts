/**
 * Names of the columns that methods understand. They are the machine-readable names of the Battery Data
 * Format (battery-data-alliance, ontology 1.3) where it has one; the unit is part of the name and of the
 * column. Current is positive while the cell is charged.
 *
 * A counter's name says when it starts again: `charging_capacity_ah` never does, `step_…` at every step,
 * `cycle_…` at every cycle, `schedule_…` where the schedule says so. What a schedule calls its step number
 * (Arbin "Step_Index", Neware "Step Index", BioLogic "Ns") is `step_id`; `step_count` never repeats.
 */
export interface ColumnSpec {
  unit: string;
  title: string;
  /** its label in the Battery Data Format; false for names that the format does not know */
  bdf: string | false;
}

export const CYCLING_COLUMNS = {
  test_time_second: { unit: "s", title: "Test time", bdf: "Test Time / s" },
  voltage_volt: { unit: "V", title: "Voltage", bdf: "Voltage / V" },
  current_ampere: { unit: "A", title: "Current", bdf: "Current / A" },
  unix_time_second: { unit: "s", title: "Unix time", bdf: "Unix Time / s" },
  cycle_count: { unit: "", title: "Cycle (instrument)", bdf: "Cycle Count / 1" },
  step_count: { unit: "", title: "Step count", bdf: "Step Count / 1" },
  step_id: { unit: "", title: "Step in the schedule", bdf: "Step ID" },
  step_type: { unit: "", title: "Step type", bdf: "Step Type" },
  step_time_second: { unit: "s", title: "Step time", bdf: "Step Time / s" },
  record_index: { unit: "", title: "Record", bdf: "Record Index / 1" },
  step_record_index: { unit: "", title: "Record within the step", bdf: "Step Record Index / 1" },
  charging_capacity_ah: { unit: "Ah", title: "Charging capacity", bdf: "Charging Capacity / Ah" },
  discharging_capacity_ah: { unit: "Ah", title: "Discharging capacity", bdf: "Discharging Capacity / Ah" },
  net_capacity_ah: { unit: "Ah", title: "Net capacity", bdf: "Net Capacity / Ah" },
  cumulative_capacity_ah: { unit: "Ah", title: "Cumulative capacity", bdf: "Cumulative Capacity / Ah" },
  charging_energy_wh: { unit: "Wh", title: "Charging energy", bdf: "Charging Energy / Wh" },
  discharging_energy_wh: { unit: "Wh", title: "Discharging energy", bdf: "Discharging Energy / Wh" },
  net_energy_wh: { unit: "Wh", title: "Net energy", bdf: "Net Energy / Wh" },
  cumulative_energy_wh: { unit: "Wh", title: "Cumulative energy", bdf: "Cumulative Energy / Wh" },
  step_charging_capacity_ah: { unit: "Ah", title: "Charging capacity of the step", bdf: "Step Charging Capacity / Ah" },
  step_discharging_capacity_ah: { unit: "Ah", title: "Discharging capacity of the step", bdf: "Step Discharging Capacity / Ah" },
  step_net_capacity_ah: { unit: "Ah", title: "Net capacity of the step", bdf: "Step Net Capacity / Ah" },
  step_cumulative_capacity_ah: { unit: "Ah", title: "Capacity of the step", bdf: "Step Cumulative Capacity / Ah" },
  step_charging_energy_wh: { unit: "Wh", title: "Charging energy of the step", bdf: "Step Charging Energy / Wh" },
  step_discharging_energy_wh: { unit: "Wh", title: "Discharging energy of the step", bdf: "Step Discharging Energy / Wh" },
  step_net_energy_wh: { unit: "Wh", title: "Net energy of the step", bdf: "Step Net Energy / Wh" },
  step_cumulative_energy_wh: { unit: "Wh", title: "Energy of the step", bdf: "Step Cumulative Energy / Wh" },
  cycle_charging_capacity_ah: { unit: "Ah", title: "Charging capacity of the cycle", bdf: "Cycle Charging Capacity / Ah" },
  cycle_discharging_capacity_ah: { unit: "Ah", title: "Discharging capacity of the cycle", bdf: "Cycle Discharging Capacity / Ah" },
  cycle_net_capacity_ah: { unit: "Ah", title: "Net capacity of the cycle", bdf: "Cycle Net Capacity / Ah" },
  cycle_cumulative_capacity_ah: { unit: "Ah", title: "Capacity of the cycle", bdf: "Cycle Cumulative Capacity / Ah" },
  cycle_charging_energy_wh: { unit: "Wh", title: "Charging energy of the cycle", bdf: "Cycle Charging Energy / Wh" },
  cycle_discharging_energy_wh: { unit: "Wh", title: "Discharging energy of the cycle", bdf: "Cycle Discharging Energy / Wh" },
  cycle_net_energy_wh: { unit: "Wh", title: "Net energy of the cycle", bdf: "Cycle Net Energy / Wh" },
  cycle_cumulative_energy_wh: { unit: "Wh", title: "Energy of the cycle", bdf: "Cycle Cumulative Energy / Wh" },
  schedule_charging_capacity_ah: { unit: "Ah", title: "Charging capacity (counter)", bdf: "Schedule Charging Capacity / Ah" },
  schedule_discharging_capacity_ah: { unit: "Ah", title: "Discharging capacity (counter)", bdf: "Schedule Discharging Capacity / Ah" },
  schedule_charging_energy_wh: { unit: "Wh", title: "Charging energy (counter)", bdf: "Schedule Charging Energy / Wh" },
  schedule_discharging_energy_wh: { unit: "Wh", title: "Discharging energy (counter)", bdf: "Schedule Discharging Energy / Wh" },
  power_watt: { unit: "W", title: "Power", bdf: "Power / W" },
  internal_resistance_ohm: { unit: "ohm", title: "Internal resistance", bdf: "Internal Resistance / ohm" },
  dc_internal_resistance_ohm: { unit: "ohm", title: "Internal resistance (DC)", bdf: "DC Internal Resistance / ohm" },
  ac_internal_resistance_ohm: { unit: "ohm", title: "Internal resistance (AC)", bdf: "AC Internal Resistance / ohm" },
  ambient_temperature_celsius: { unit: "°C", title: "Ambient temperature", bdf: "Ambient Temperature / degC" },
  surface_temperature_celsius: { unit: "°C", title: "Surface temperature", bdf: "Surface Temperature / degC" },
  temperature_t1_celsius: { unit: "°C", title: "Temperature 1", bdf: "Temperature T1 / degC" },
  temperature_t2_celsius: { unit: "°C", title: "Temperature 2", bdf: "Temperature T2 / degC" },
  temperature_t3_celsius: { unit: "°C", title: "Temperature 3", bdf: "Temperature T3 / degC" },
  temperature_t4_celsius: { unit: "°C", title: "Temperature 4", bdf: "Temperature T4 / degC" },
  temperature_t5_celsius: { unit: "°C", title: "Temperature 5", bdf: "Temperature T5 / degC" },
  ambient_pressure_pa: { unit: "Pa", title: "Ambient pressure", bdf: "Ambient Pressure / Pa" },
  applied_pressure_pa: { unit: "Pa", title: "Applied pressure", bdf: "Applied Pressure / Pa" },
  surface_pressure_pa: { unit: "Pa", title: "Surface pressure", bdf: "Surface Pressure / Pa" },
  frequency_hertz: { unit: "Hz", title: "Frequency", bdf: "Frequency / Hz" },
  real_impedance_ohm: { unit: "ohm", title: "Re Z", bdf: "Real Impedance / ohm" },
  imaginary_impedance_ohm: { unit: "ohm", title: "Im Z", bdf: "Imaginary Impedance / ohm" },
  absolute_impedance_ohm: { unit: "ohm", title: "|Z|", bdf: "Absolute Impedance / ohm" },
  phase_degree: { unit: "deg", title: "Phase", bdf: "Phase / deg" },
  /** Codes of ROW_ORIGINS: rows that were not measured are kept but marked. */
  row_origin: { unit: "", title: "Origin of the row", bdf: false },
} as const satisfies Record<string, ColumnSpec>;

export type CyclingColumn = keyof typeof CYCLING_COLUMNS;

/** Labels of the `row_origin` column, in the order of its codes. */
export const ROW_ORIGINS = ["measured", "interpolated", "repeated", "repaired"] as const;

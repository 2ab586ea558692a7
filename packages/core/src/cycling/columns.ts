/**
 * Names of the columns that methods understand. They are the machine-readable names of the Battery Data
 * Format (battery-data-alliance, 1.x) where it has one; the unit is part of the name and of the column.
 * Current is positive while the cell is charged.
 */
export interface ColumnSpec {
  unit: string;
  title: string;
  /** false for names that the Battery Data Format does not know */
  bdf: boolean;
}

export const CYCLING_COLUMNS = {
  test_time_second: { unit: "s", title: "Test time", bdf: true },
  voltage_volt: { unit: "V", title: "Voltage", bdf: true },
  current_ampere: { unit: "A", title: "Current", bdf: true },
  unix_time_second: { unit: "s", title: "Unix time", bdf: true },
  cycle_count: { unit: "", title: "Cycle (instrument)", bdf: true },
  step_count: { unit: "", title: "Step count", bdf: true },
  step_index: { unit: "", title: "Step index in the schedule", bdf: true },
  step_id: { unit: "", title: "Step id", bdf: true },
  step_time_second: { unit: "s", title: "Step time", bdf: true },
  step_type: { unit: "", title: "Step type", bdf: false },
  charging_capacity_ah: { unit: "Ah", title: "Charging capacity", bdf: true },
  discharging_capacity_ah: { unit: "Ah", title: "Discharging capacity", bdf: true },
  step_capacity_ah: { unit: "Ah", title: "Step capacity", bdf: true },
  net_capacity_ah: { unit: "Ah", title: "Net capacity", bdf: true },
  cumulative_capacity_ah: { unit: "Ah", title: "Cumulative capacity", bdf: true },
  charging_energy_wh: { unit: "Wh", title: "Charging energy", bdf: true },
  discharging_energy_wh: { unit: "Wh", title: "Discharging energy", bdf: true },
  step_energy_wh: { unit: "Wh", title: "Step energy", bdf: true },
  net_energy_wh: { unit: "Wh", title: "Net energy", bdf: true },
  cumulative_energy_wh: { unit: "Wh", title: "Cumulative energy", bdf: true },
  power_watt: { unit: "W", title: "Power", bdf: true },
  internal_resistance_ohm: { unit: "ohm", title: "Internal resistance", bdf: true },
  ambient_temperature_celsius: { unit: "°C", title: "Ambient temperature", bdf: true },
  temperature_t1_celsius: { unit: "°C", title: "Temperature 1", bdf: true },
  temperature_t2_celsius: { unit: "°C", title: "Temperature 2", bdf: true },
  temperature_t3_celsius: { unit: "°C", title: "Temperature 3", bdf: true },
  temperature_t4_celsius: { unit: "°C", title: "Temperature 4", bdf: true },
  temperature_t5_celsius: { unit: "°C", title: "Temperature 5", bdf: true },
  /** Codes of ROW_ORIGINS: rows that were not measured are kept but marked. */
  row_origin: { unit: "", title: "Origin of the row", bdf: false },
} as const satisfies Record<string, ColumnSpec>;

export type CyclingColumn = keyof typeof CYCLING_COLUMNS;

/** Labels of the `row_origin` column, in the order of its codes. */
export const ROW_ORIGINS = ["measured", "interpolated", "repeated", "repaired"] as const;

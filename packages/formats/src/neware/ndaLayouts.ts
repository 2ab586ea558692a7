/**
 * The .nda file: "NEWARE", a date, a version, a directory of regions, then the regions; one of them holds
 * fixed-size records. This file is what is known of the versions, as data. Offsets count from the start of
 * the record; factors lead to canonical units (V, A, s, Ah, Wh, °C). "Counts" are worth what the record's
 * range says (ranges.ts).
 */
import type { Field } from "./records.ts";

/** The directory: pairs of position and length, `width` bytes each. */
export interface Directory {
  at: number;
  pairs: number;
  width: 4 | 8;
  /** which pair is the records */
  data: number;
}

const EARLY: Directory = { at: 16, pairs: 8, width: 4, data: 6 };
const LATE: Directory = { at: 18, pairs: 14, width: 8, data: 4 };

/** Quantities of a record. Capacity and energy are either one counter each or charge and discharge apart. */
export type NdaField =
  | "index"
  | "cycle"
  | "stepIndex"
  | "stepType"
  /** changes whenever a step starts; its value has no meaning of its own */
  | "stepMark"
  | "stepTime"
  | "totalTime"
  | "voltage"
  | "current"
  | "chargeCapacity"
  | "dischargeCapacity"
  | "chargeEnergy"
  | "dischargeEnergy"
  | "capacity"
  | "energy"
  | "unixTime"
  /** the instrument's own clock, without time zone */
  | "localTime"
  | "range"
  | "temperature";

export interface NdaLayout {
  directory: Directory;
  size: number;
  /** which records are measured rows: this value at this offset */
  identifier: { at: number; value: number };
  /** capacity and energy carry the sign of the current */
  signed?: boolean;
  /** the size is that of the shortest record; each file has its own */
  variable?: boolean;
  /** other identifiers that are known and hold no rows: step marks, log entries */
  marks: readonly number[];
  /** the identifier of auxiliary records and their fields */
  aux?: { value: number; channel: Field; index: Field; voltage: Field; temperature: Field };
  fields: Partial<Record<NdaField, Field>>;
}

const MILLI = 1e-3;
const MILLIAMPERE_SECOND = 1 / 3.6e6;

/** Versions 22 to 29 differ in the clock alone. */
function counted(clock: Partial<Record<NdaField, Field>>): NdaLayout {
  return {
    directory: EARLY,
    size: 86,
    identifier: { at: 0, value: 85 },
    marks: [170],
    aux: {
      value: 101,
      channel: { at: 1, type: "u1" },
      index: { at: 2, type: "u4" },
      voltage: { at: 22, type: "i4", factor: 1e-4 },
      temperature: { at: 34, type: "i2", factor: 0.1 },
    },
    fields: {
      index: { at: 2, type: "u4" },
      cycle: { at: 6, type: "u4", plus: 1 },
      stepIndex: { at: 10, type: "u2" },
      stepType: { at: 12, type: "u1" },
      stepMark: { at: 13, type: "u1" },
      stepTime: { at: 14, type: "u8", factor: MILLI },
      voltage: { at: 22, type: "i4", factor: 1e-4 },
      current: { at: 26, type: "i4" },
      chargeCapacity: { at: 38, type: "i8", factor: 1 / 3600 },
      dischargeCapacity: { at: 46, type: "i8", factor: 1 / 3600 },
      chargeEnergy: { at: 54, type: "i8", factor: 1 / 3600 },
      dischargeEnergy: { at: 62, type: "i8", factor: 1 / 3600 },
      range: { at: 78, type: "i4" },
      ...clock,
    },
  };
}

const withUnixTime = counted({ unixTime: { at: 70, type: "u8" } });
const withLocalTime = counted({ localTime: { at: 70, type: "date" } });

export const NDA: Readonly<Record<number, NdaLayout>> = {
  8: {
    directory: EARLY,
    size: 59,
    identifier: { at: 0, value: 0 },
    marks: [255],
    fields: {
      index: { at: 1, type: "u4" },
      cycle: { at: 5, type: "u4" },
      stepIndex: { at: 9, type: "u1" },
      stepType: { at: 10, type: "u1" },
      stepTime: { at: 11, type: "u4" },
      voltage: { at: 15, type: "i4", factor: 1e-4 },
      current: { at: 19, type: "i4", factor: 1e-6 },
      capacity: { at: 31, type: "i8", factor: 1e-6 / 3600 },
      energy: { at: 39, type: "i8", factor: 1e-6 / 3600 },
      unixTime: { at: 47, type: "u8" },
    },
  },
  22: withUnixTime,
  23: withUnixTime,
  26: withLocalTime,
  29: withLocalTime,
};

/** Version 130 has two record layouts, known by the first byte of the first record. */
export const NDA_130: Readonly<Record<number, NdaLayout & { software: string }>> = {
  18: {
    software: "BTS 9.0",
    signed: true,
    directory: LATE,
    size: 88,
    identifier: { at: 4, value: 85 },
    marks: [],
    fields: {
      stepIndex: { at: 9, type: "u1" },
      stepType: { at: 10, type: "u1" },
      index: { at: 16, type: "u4" },
      stepTime: { at: 28, type: "u8", factor: 1e-6 },
      voltage: { at: 36, type: "f4" },
      current: { at: 40, type: "f4", factor: MILLI },
      capacity: { at: 60, type: "f4", factor: MILLIAMPERE_SECOND },
      energy: { at: 64, type: "f4", factor: MILLIAMPERE_SECOND },
      unixTime: { at: 68, type: "u8", factor: 1e-6 },
    },
  },
  85: {
    software: "BTS 9.1",
    signed: true,
    directory: LATE,
    size: 52,
    variable: true,
    identifier: { at: 0, value: 85 },
    marks: [],
    fields: {
      stepIndex: { at: 2, type: "u1" },
      stepType: { at: 3, type: "u1" },
      index: { at: 8, type: "u4" },
      totalTime: { at: 12, type: "u4", fine: { at: 16, type: "u4", factor: 1e-9 } },
      current: { at: 20, type: "f4", factor: MILLI },
      voltage: { at: 24, type: "f4" },
      capacity: { at: 28, type: "f4", factor: MILLIAMPERE_SECOND },
      energy: { at: 32, type: "f4", factor: MILLIAMPERE_SECOND },
      cycle: { at: 36, type: "u4", plus: 1 },
      unixTime: { at: 44, type: "u4", fine: { at: 48, type: "u4", factor: 1e-9 } },
      temperature: { at: 52, type: "f4" },
    },
  },
};

/**
 * The members of a .ndax archive are .ndc files: a header block, then blocks of records. This file is what is
 * known of them, as data: per version and member kind the record's size and fields. Offsets count from the
 * start of the record; factors lead to canonical units (V, A, s, Ah, Wh, °C).
 */
import type { Field } from "./records.ts";

/** How records lie in blocks. `mask` is where one bit per record says whether the record is used. */
export interface Blocks {
  size: number;
  data: number;
  /** bytes at the end of a block that hold its checksum */
  tail: number;
  mask: number | undefined;
}

/**
 * Version 2: small blocks, used records have an index > 0; from 5 on: 4 KiB with a bit mask. A block's last four
 * bytes are the CRC-32 of those before.
 */
export const SMALL: Blocks = { size: 512, data: 5, tail: 4, mask: undefined };
export const LARGE: Blocks = { size: 4096, data: 132, tail: 4, mask: 4 };
export const FIRST_LARGE = 5;

export interface MainLayout {
  blocks: Blocks;
  size: number;
  voltage: Field;
  current: Field;
  /** the rest is in the record itself in versions 2 and 5, in run-info and step members from 11 on */
  inline?: InlineFields;
}

export interface InlineFields {
  index: Field;
  cycle: Field;
  stepIndex: Field;
  stepType: Field;
  stepTime: Field;
  chargeCapacity: Field;
  dischargeCapacity: Field;
  chargeEnergy: Field;
  dischargeEnergy: Field;
  /** the instrument's own clock, without time zone */
  localTime: Field;
  range: Field;
}

export interface RunInfoLayout {
  blocks: Blocks;
  size: number;
  stepTime: Field;
  chargeCapacity: Field;
  dischargeCapacity: Field;
  chargeEnergy: Field;
  dischargeEnergy: Field;
  interval: Field;
  unixTime: Field;
  step: Field;
  index: Field;
}

export interface StepLayout {
  blocks: Blocks;
  size: number;
  cycle: Field;
  stepIndex: Field;
  stepType: Field;
}

type AuxQuantity = "voltage" | "temperature" | "setpoint" | "channel";

export interface AuxLayout {
  blocks: Blocks;
  size: number;
  /** only for blocks whose first record starts with this byte (version 11, 16 know several) */
  identifier?: number;
  /** without an index the n-th record belongs to the n-th row */
  index?: Field;
  fields: Partial<Record<AuxQuantity, Field>>;
}

/** Versions 2 and 5: everything in one record, `shift` bytes of lead apart. */
function inline(shift: number): InlineFields {
  return {
    index: { at: shift, type: "u4" },
    cycle: { at: shift + 4, type: "u4", plus: 1 },
    stepIndex: { at: shift + 8, type: "u1" },
    stepType: { at: shift + 9, type: "u1" },
    stepTime: { at: shift + 15, type: "u8", factor: 1e-3 },
    chargeCapacity: { at: shift + 35, type: "i8", factor: 1 / 3600 },
    dischargeCapacity: { at: shift + 43, type: "i8", factor: 1 / 3600 },
    chargeEnergy: { at: shift + 51, type: "i8", factor: 1 / 3600 },
    dischargeEnergy: { at: shift + 59, type: "i8", factor: 1 / 3600 },
    localTime: { at: shift + 67, type: "date" },
    range: { at: shift + 74, type: "i4" },
  };
}

const tenthMillivoltCounts = (at: number): Field => ({ at, type: "i4", factor: 1e-4 });
const counts = (at: number): Field => ({ at, type: "i4" });

/** ndc type 1: the measured values. */
export const MAIN: Readonly<Record<number, MainLayout>> = {
  2: { blocks: SMALL, size: 94, voltage: tenthMillivoltCounts(31), current: counts(35), inline: inline(8) },
  5: { blocks: LARGE, size: 87, voltage: tenthMillivoltCounts(24), current: counts(28), inline: inline(1) },
  11: { blocks: LARGE, size: 8, voltage: { at: 0, type: "f4", factor: 1e-4 }, current: { at: 4, type: "f4", factor: 1e-3 } },
  14: { blocks: LARGE, size: 8, voltage: { at: 0, type: "f4" }, current: { at: 4, type: "f4" } },
  16: { blocks: LARGE, size: 8, voltage: { at: 0, type: "f4", factor: 1e-4 }, current: { at: 4, type: "f4", factor: 1e-3 } },
  17: { blocks: LARGE, size: 8, voltage: { at: 0, type: "f4" }, current: { at: 4, type: "f4" } },
};

/** ndc type 18: times, capacities and energies of some of the rows. `perHour`: stored in mAs or in Ah. */
function runInfo(size: number, perHour: number): RunInfoLayout {
  return {
    blocks: LARGE,
    size,
    stepTime: { at: 0, type: "u4", factor: 1e-3 },
    chargeCapacity: { at: 5, type: "f4", factor: perHour },
    dischargeCapacity: { at: 9, type: "f4", factor: perHour },
    chargeEnergy: { at: 13, type: "f4", factor: perHour },
    dischargeEnergy: { at: 17, type: "f4", factor: perHour },
    interval: { at: 29, type: "i4", factor: 1e-3 },
    unixTime: { at: 33, type: "u4", fine: { at: 45, type: "u2", factor: 1e-3 } },
    step: { at: 37, type: "u4" },
    index: { at: 41, type: "u4" },
  };
}

const MILLIAMPERE_SECOND = 1 / 3.6e6;

export const RUN_INFO: Readonly<Record<number, RunInfoLayout>> = {
  11: runInfo(47, MILLIAMPERE_SECOND),
  14: runInfo(55, 1),
  16: runInfo(100, MILLIAMPERE_SECOND),
  17: runInfo(100, 1),
};

/** ndc type 7: one record per step of the run, in order. */
function steps(size: number): StepLayout {
  return {
    blocks: LARGE,
    size,
    cycle: { at: 0, type: "u4", plus: 1 },
    stepIndex: { at: 4, type: "u4" },
    stepType: { at: 24, type: "u1" },
  };
}

export const STEP: Readonly<Record<number, StepLayout>> = { 11: steps(37), 14: steps(37), 16: steps(100), 17: steps(100) };

/** ndc type 5: auxiliary channels. What a single float is, TestInfo.xml says. */
const combined = (shift: number, blocks: Blocks, size: number): AuxLayout => ({
  blocks,
  size,
  index: { at: shift, type: "u4" },
  fields: {
    voltage: { at: shift + 23, type: "i4", factor: 1e-4 },
    temperature: { at: shift + 33, type: "i2", factor: 0.1 },
    setpoint: { at: shift + 35, type: "i2", factor: 0.1 },
  },
});
const packed: AuxLayout = {
  blocks: LARGE,
  size: 7,
  identifier: 0x65,
  fields: { voltage: { at: 1, type: "f4", factor: 1e-4 }, temperature: { at: 5, type: "i2", factor: 0.1 } },
};
const single: AuxLayout = { blocks: LARGE, size: 4, fields: { channel: { at: 0, type: "f4" } } };

export const AUX: Readonly<Record<number, readonly AuxLayout[]>> = {
  2: [combined(8, SMALL, 94)],
  5: [combined(1, LARGE, 87)],
  11: [
    packed,
    {
      blocks: LARGE,
      size: 88,
      identifier: 0x74,
      index: { at: 1, type: "u4" },
      fields: { temperature: { at: 35, type: "i2", factor: 0.1 } },
    },
  ],
  14: [single],
  16: [packed],
  17: [single],
};

/** Kinds of .ndc file, byte 0 of the file. The version is byte 2. */
export const NDC_KIND = { main: 1, aux: 5, step: 7, runInfo: 18 } as const;

/** Channel types in TestInfo.xml that a single-float auxiliary file can hold. */
export const CHANNEL_TYPES: Readonly<Record<string, { quantity: "temperature" | "setpoint" | "humidity"; vendor: string }>> = {
  "103": { quantity: "temperature", vendor: "T" },
  "335": { quantity: "setpoint", vendor: "t" },
  "345": { quantity: "humidity", vendor: "H" },
};

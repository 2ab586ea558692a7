/** Synthetic runs with known truth: a list of segments, sampled in time. */
import { makeTable, type Random, type Table } from "@thioscope/core";

export interface Segment {
  /** A, signed; or a function of the time since the segment began */
  ampere: number | ((second: number) => number);
  second: number;
  /** V at the start and the end, or a function of the fraction passed */
  volt: readonly [number, number] | ((fraction: number) => number);
  /** time between rows, s */
  every?: number;
  cycle?: number;
}

export interface Noise {
  random: Random;
  ampere?: number;
  volt?: number;
}

/** Rows at the start and the end of each segment and every `every` seconds between. */
export function runOf(segments: readonly Segment[], noise?: Noise): Table {
  const rows: { t: number; v: number; i: number; c: number }[] = [];
  let start = 0;
  for (const { ampere, second, volt, every = 10, cycle = 1 } of segments) {
    const count = Math.max(1, Math.round(second / every));
    for (let k = 0; k <= count; k++) {
      const at = (second * k) / count;
      const fraction = k / count;
      const v = typeof volt === "function" ? volt(fraction) : volt[0] + (volt[1] - volt[0]) * fraction;
      const i = typeof ampere === "function" ? ampere(at) : ampere;
      rows.push({
        t: start + at,
        v: v + (noise?.volt ? noise.volt * noise.random.normal() : 0),
        i: i + (noise?.ampere ? noise.ampere * noise.random.normal() : 0),
        c: cycle,
      });
    }
    start += second;
  }
  return makeTable([
    { name: "test_time_second", unit: "s", values: Float64Array.from(rows, (r) => r.t) },
    { name: "voltage_volt", unit: "V", values: Float64Array.from(rows, (r) => r.v) },
    { name: "current_ampere", unit: "A", values: Float64Array.from(rows, (r) => r.i) },
    { name: "cycle_count", unit: "", values: Int32Array.from(rows, (r) => r.c) },
  ]);
}

export const rest = (second: number, volt = 2, every = 60): Segment => ({ ampere: 0, second, volt: [volt, volt], every });

/** Charge or discharge at constant current; capacity in mAh. */
export function galvanostatic(
  mAh: number,
  milliampere: number,
  volt: readonly [number, number] = milliampere > 0 ? [1, 3] : [3, 1],
  every = 10,
): Segment {
  return { ampere: milliampere / 1000, second: (mAh / Math.abs(milliampere)) * 3600, volt, every };
}

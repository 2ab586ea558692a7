/**
 * Text tables and the Battery Data Format, beside copying the same bytes. The tables are made here (a seeded
 * walk of voltage, nine columns), one with few digits as instruments print them, one with all 17 as programs
 * write floats. Limit: 600,000 rows a second for 2 MB of Battery Data Format CSV.
 */
import { type Column, makeTable, random, type Table } from "@thioscope/core";
import { readCycling, sourceOfBytes, writeBdfCsv, writeBdfParquet } from "@thioscope/formats";
import type { Case } from "./run.ts";

const RUNS = 9;
const ROWS_PER_SECOND = 600_000;

function table(rows: number, digits: number): Table {
  const draw = random("delimited");
  const round = (x: number): number => (digits > 15 ? x : Number(x.toPrecision(digits)));
  let voltage = 3;
  const columns: Record<string, (row: number) => number> = {
    test_time_second: (i) => round(10 * i + 0.02),
    voltage_volt: () => {
      voltage += 1e-4 * draw.normal();
      return round(voltage);
    },
    current_ampere: () => round(1e-3 * (1 + 1e-3 * draw.normal())),
    unix_time_second: (i) => 1_700_000_000 + 10 * i,
    cycle_count: (i) => 1 + Math.floor(i / 5000),
    step_id: (i) => 1 + (Math.floor(i / 1000) % 5),
    step_time_second: (i) => round(10 * (i % 1000)),
    charging_capacity_ah: (i) => round(2.8e-6 * i),
    discharging_capacity_ah: () => 0,
  };
  return makeTable(
    Object.entries(columns).map(
      ([name, value]): Column => ({ name, unit: "", values: Float64Array.from({ length: rows }, (_, i) => value(i)) }),
    ),
  );
}

async function best(run: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < RUNS; n++) {
    const began = performance.now();
    await run();
    least = Math.min(least, performance.now() - began);
  }
  return least;
}

async function measure(rows: number, bytes: Uint8Array, limited: boolean): Promise<Case> {
  const target = new Uint8Array(bytes.length);
  const yardstickMs = await best(() => target.set(bytes));
  const ms = await best(() => readCycling(sourceOfBytes("bench", bytes)));
  const limit = limited ? { limitMs: (1000 * rows) / ROWS_PER_SECOND } : {};
  return { ms, rows, rowsPerSecond: (1000 * rows) / ms, yardstick: `copying ${(bytes.length / 1e6).toFixed(1)} MB`, yardstickMs, ...limit };
}

export async function cases(): Promise<Record<string, Case>> {
  const rows = 25_000;
  const bytesOf = (t: Table): Uint8Array => new TextEncoder().encode([...writeBdfCsv(t)].join(""));
  const printed = table(rows, 6);
  const floats = table(rows, 17);
  const semicolons = new TextDecoder().decode(bytesOf(printed)).replaceAll(",", ";").replaceAll(".", ",");
  return {
    "BDF csv, 6 digits": await measure(rows, bytesOf(printed), true),
    "BDF csv, 17 digits": await measure(rows, bytesOf(floats), true),
    "csv with decimal commas": await measure(rows, new TextEncoder().encode(semicolons), true),
    "BDF parquet": await measure(rows, await writeBdfParquet(printed), false),
  };
}

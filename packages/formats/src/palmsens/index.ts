/** PalmSens PSTrace / MultiTrace sessions (.pssession): all measurements of a session, one after the other. */
import { type Column, makeTable, type Notice, ThioscopeError } from "@thioscope/core";
import { CYCLING_COLUMNS } from "@thioscope/core/cycling";
import type { ByteSource } from "../bytes/source.ts";
import type { CyclingFile, Reader, ReadOptions } from "../reader.ts";
import { type Block, readMeasurement } from "./measurement.ts";
import { type Json, listOf, looksLikeSession, member, numberOf, readSession, textOf } from "./session.ts";

/** .NET ticks of 100 ns from 0001-01-01 to 1970-01-01. */
const TICKS_TO_UNIX = 621355968000000000;
const TICKS_PER_SECOND = 1e7;

/** A value of the method's text, "METHOD_ID=cv". */
function methodValue(method: string, key: string): string {
  return new RegExp(`^${key}=(.*)$`, "m").exec(method)?.[1]?.trim() ?? "";
}

/** Seconds since 1970 (UTC) of the measurement's start, NaN where the file does not say. */
function startOf(measurement: Json): number {
  const ticks = numberOf(member(measurement, "UTCTimeStamp"));
  return ticks > TICKS_TO_UNIX ? (ticks - TICKS_TO_UNIX) / TICKS_PER_SECOND : Number.NaN;
}

function metaOf(session: Json, measurements: readonly Json[]): Record<string, string | number> {
  const first = measurements[0];
  const method = textOf(member(first, "Method"));
  const start = startOf(first ?? null);
  let notes = methodValue(method, "NOTES");
  try {
    notes = decodeURIComponent(notes.replaceAll("%crlf", "\n"));
  } catch {
    // not percent-encoded after all: kept as written
  }
  const meta: Record<string, string | number> = {
    title: textOf(member(first, "Title")),
    start: start < 8.64e12 ? new Date(start * 1e3).toISOString() : "",
    deviceSerial: textOf(member(first, "DeviceSerial")),
    firmware: textOf(member(first, "DeviceFW")),
    software: /^#(\w[^,\r\n]*)/.exec(method)?.[1] ?? "",
    version: textOf(member(session, "CoreVersion")),
    notes,
    measurements: measurements.length,
  };
  return Object.fromEntries(Object.entries(meta).filter(([, value]) => value !== ""));
}

/** A number per row, the same within a block. */
function numbering(placed: readonly Placed[], rows: number, of: (block: Placed) => number | undefined): Float64Array | undefined {
  if (placed.every((block) => of(block) === undefined)) return undefined;
  const values = new Float64Array(rows).fill(Number.NaN);
  let at = 0;
  for (const block of placed) {
    values.fill(of(block) ?? Number.NaN, at, at + block.rows);
    at += block.rows;
  }
  return values;
}

interface Placed extends Block {
  measurement: number;
  start: number;
}

/** Blocks one below the other; a column that a block lacks is empty there. */
function join(placed: readonly Placed[], severalMeasurements: boolean): { rows: number; columns: Column[] } {
  const rows = placed.reduce((sum, block) => sum + block.rows, 0);
  const columns = new Map<string, Column & { values: Float64Array }>();
  let at = 0;
  for (const block of placed) {
    for (const [name, { unit, values, vendor, labels }] of block.columns) {
      const column = columns.get(name) ?? { name, unit, values: new Float64Array(rows).fill(Number.NaN) };
      if (labels) column.labels = labels;
      if (vendor && !column.vendor) column.vendor = vendor;
      column.values.set(values, at);
      columns.set(name, column);
    }
    at += block.rows;
  }
  const add = (name: string, unit: string, values: Float64Array | undefined): void => {
    if (values) columns.set(name, { name, unit, values });
  };
  const time = columns.get("test_time_second")?.values;
  const starts = numbering(placed, rows, (block) => (Number.isNaN(block.start) ? undefined : block.start));
  // spectra carry no clock: their time is 0 or the duration of a point
  if (time && starts && placed.every((block) => !block.columns.has("frequency_hertz"))) {
    add(
      "unix_time_second",
      "s",
      starts.map((start, i) => start + time[i]!),
    );
  }
  add(
    "cycle_count",
    "",
    numbering(placed, rows, (block) => block.scan),
  );
  add(
    "channel",
    "",
    numbering(placed, rows, (block) => block.channel),
  );
  add(
    "spectrum",
    "",
    numbering(placed, rows, (block) => block.spectrum),
  );
  if (severalMeasurements) {
    add(
      "measurement",
      "",
      numbering(placed, rows, (block) => block.measurement),
    );
  }
  const order = Object.keys(CYCLING_COLUMNS);
  const rank = (name: string): number => (order.indexOf(name) + order.length + 1) % (order.length + 1);
  return { rows, columns: [...columns.values()].sort((a, b) => rank(a.name) - rank(b.name)) };
}

async function read(source: ByteSource, options: ReadOptions): Promise<CyclingFile> {
  const { content, lost } = await readSession(source, options.salvage ?? false);
  const measurements = listOf(member(content, "Measurements"));
  if (member(content, "Measurements") === undefined) {
    throw new ThioscopeError("FILE_DAMAGED", `the session of type "${textOf(member(content, "Type"))}" has no list of measurements`, {
      file: source.name,
      offset: 0,
    });
  }
  const notices: Notice[] = [];
  if (lost !== undefined) {
    notices.push({
      code: "salvaged",
      message: `the text is unreadable from byte ${lost} on; what was complete before it is given`,
      offset: lost,
    });
  }
  const placed: Placed[] = [];
  const techniques = new Set<string>();
  for (const [i, measurement] of measurements.entries()) {
    const { blocks, notices: more } = readMeasurement(measurement);
    const start = startOf(measurement);
    placed.push(...blocks.map((block) => ({ ...block, measurement: i + 1, start })));
    notices.push(...more);
    techniques.add(methodValue(textOf(member(measurement, "Method")), "METHOD_ID").toUpperCase() || textOf(member(measurement, "Title")));
  }
  if (measurements.length === 0) notices.push({ code: "no-rows", message: "the session holds no measurement, only a method" });
  if (measurements.length > 1) {
    const titles = measurements.map((m, i) => `${i + 1} "${textOf(member(m, "Title"))}"`).join(", ");
    notices.push({ code: "several-measurements", message: `${measurements.length} measurements are read one after the other: ${titles}` });
  }
  const { rows, columns } = join(placed, measurements.length > 1);
  return {
    ...makeTable(columns, rows),
    format: "palmsens-pssession",
    technique: [...techniques].filter((technique) => technique !== "").join(" + ") || "unknown",
    meta: metaOf(content, measurements),
    notices,
  };
}

export const palmsensReaders: readonly Reader[] = [
  {
    id: "palmsens-pssession",
    title: "PalmSens .pssession",
    endings: [".pssession"],
    sniff: (head) => (looksLikeSession(head) ? 1 : 0),
    read,
  },
];

/** EC-Lab's columns, in EC-Lab's units, to a cycling file: canonical columns first, the others under a slug. */
import { type Column, makeTable, type Notice, type NumberArray } from "@thioscope/core";
import { CYCLING_COLUMNS, type CyclingColumn } from "@thioscope/core/cycling";
import { FreeNames } from "../freeNames.ts";
import { lookup } from "../lookup.ts";
import type { CyclingFile } from "../reader.ts";
import type { VendorColumns } from "./deriveCycling.ts";
import { CANONICAL, CURRENT_HEADERS, slugOf, spellUnit, splitHeader, VOLTAGE_HEADERS } from "./names.ts";

export interface EcLabFile {
  format: string;
  technique: string;
  rows: number;
  columns: VendorColumns;
  meta: Readonly<Record<string, string | number>>;
  notices: Notice[];
  /** seconds since 1970 by the PC's clock, which has no time zone */
  start?: number | undefined;
}

const STEP_TYPES = ["rest", "charge", "discharge"] as const;

/** Names the columns, converts units, adds unix_time_second and step_type where the file has what they need. */
export function assemble(file: EcLabFile): CyclingFile {
  const canonical = new Map<CyclingColumn, Column>();
  const others: Column[] = [];
  const notices = [...file.notices];
  const voltage = VOLTAGE_HEADERS.find((header) => file.columns.has(header));
  const current = Object.keys(CURRENT_HEADERS).find((header) => file.columns.has(header));
  for (const [header, values] of file.columns) {
    const unit = splitHeader(header).unit;
    let name = lookup(CANONICAL, header);
    if (header === voltage) name = { column: "voltage_volt", factor: 1 };
    else if (header === current) name = { column: "current_ampere", factor: CURRENT_HEADERS[current]! };
    if (name && !canonical.has(name.column)) {
      canonical.set(name.column, canonicalColumn(name.column, values, { name: header, unit, factor: name.factor }));
    } else {
      others.push({ name: slugOf(header), unit: spellUnit(unit), values, vendor: { name: header, unit, factor: 1 } });
    }
  }
  addStepType(file.columns, current, canonical);
  addUnixTime(file, canonical, notices);
  if (voltage === "Ewe/V" && (file.columns.has("Ece/V") || file.columns.has("<Ece>/V"))) {
    notices.push({
      code: "voltage-is-ewe",
      message: "voltage_volt is Ewe, against the reference electrode; the cell voltage Ewe−Ece has a column of its own",
      column: "voltage_volt",
    });
  }
  const order = Object.keys(CYCLING_COLUMNS) as CyclingColumn[];
  const columns = [...order.flatMap((name) => canonical.get(name) ?? []), ...uniqueNames(others)];
  return { ...makeTable(columns, file.rows), format: file.format, technique: file.technique, meta: file.meta, notices };
}

function canonicalColumn(name: CyclingColumn, values: NumberArray, vendor: { name: string; unit: string; factor: number }): Column {
  const unit = CYCLING_COLUMNS[name].unit;
  if (vendor.factor === 1) return { name, unit, values, vendor };
  const { factor } = vendor;
  const converted = new Float64Array(values.length);
  for (let i = 0; i < converted.length; i++) converted[i] = values[i]! * factor;
  return { name, unit, values: converted, vendor };
}

/** Open circuit (mode 3) is rest; else the sign of the current, and where that is 0 the ox/red flag. */
function addStepType(columns: VendorColumns, currentHeader: string | undefined, canonical: Map<CyclingColumn, Column>): void {
  const mode = columns.get("mode");
  const current = currentHeader === undefined ? undefined : columns.get(currentHeader);
  if (!mode || !current) return;
  const oxidation = columns.get("ox/red");
  const values = new Uint8Array(mode.length);
  for (let i = 0; i < values.length; i++) {
    const sign = current[i]! || (oxidation ? oxidation[i]! - 0.5 : 0);
    values[i] = mode[i] === 3 || sign === 0 ? 0 : sign > 0 ? 1 : 2;
  }
  canonical.set("step_type", { name: "step_type", unit: "", values, labels: STEP_TYPES });
}

function addUnixTime(file: EcLabFile, canonical: Map<CyclingColumn, Column>, notices: Notice[]): void {
  const time = file.columns.get("time/s");
  const { start } = file;
  if (start === undefined || !time) return;
  const values = new Float64Array(time.length);
  for (let i = 0; i < values.length; i++) values[i] = start + time[i]!;
  canonical.set("unix_time_second", { name: "unix_time_second", unit: "s", values });
  if (file.rows === 0) return;
  notices.push({
    code: "clock-without-zone",
    message: "the file's clock has no time zone: unix_time_second takes it as UTC",
    column: "unix_time_second",
  });
}

function uniqueNames(columns: readonly Column[]): Column[] {
  const names = new FreeNames("_", Object.keys(CYCLING_COLUMNS));
  return columns.map((column) => ({ ...column, name: names.take(column.name) }));
}

/** Auxiliary channels of an .ndax archive (temperatures, voltages, humidity) as columns over the rows. */
import type { Column, Notice } from "@thioscope/core";
import { lookup } from "../lookup.ts";
import type { AuxChannel } from "./metadata.ts";
import { layoutOf, ndcHead, ndcRecords } from "./ndc.ts";
import { AUX, CHANNEL_TYPES } from "./ndcLayouts.ts";
import { decodeIntegers, decodeNumbers } from "./records.ts";

interface Naming {
  name: (id: string) => string;
  unit: string;
  vendor: { letter: string; unit: string; factor: number };
}

const NAMES: Readonly<Record<"voltage" | "temperature" | "setpoint" | "humidity", Naming>> = {
  voltage: { name: (id) => `aux${id}_voltage_volt`, unit: "V", vendor: { letter: "V", unit: "mV", factor: 1e-3 } },
  temperature: { name: (id) => `temperature_t${id}_celsius`, unit: "°C", vendor: { letter: "T", unit: "°C", factor: 1 } },
  setpoint: { name: (id) => `aux${id}_temperature_setpoint_celsius`, unit: "°C", vendor: { letter: "t", unit: "°C", factor: 1 } },
  humidity: { name: (id) => `aux${id}_humidity_percent`, unit: "%", vendor: { letter: "H", unit: "%", factor: 1 } },
};

/** Places up to so many times the number of records are looked up in a table, the others one by one. */
const DENSE = 2;

/** The name of an auxiliary member ends in its channel's real number (data_AUX_225_3_1.ndc) or its id (…_1.ndc). */
export function isAuxMember(name: string): boolean {
  return /_\d+\.ndc$/i.test(name);
}

/** The description whose number the member's name carries; undefined if TestInfo.xml has none. */
export function channelOf(member: string, channels: readonly AuxChannel[]): AuxChannel | undefined {
  const real = /data_AUX_(\d+)_\d+_\d+\.ndc$/i.exec(member)?.[1];
  if (real !== undefined) return channels.find((channel) => channel.real === real);
  const id = /_(\d+)\.ndc$/i.exec(member)?.[1];
  return channels.find((channel) => channel.id === id);
}

/**
 * Columns of one member. Rows that the member does not cover are NaN; a quantity that is zero throughout was
 * not connected and is left out, as BTSDA does.
 *
 * @param slot place of each row in the main file, from 0
 */
export function auxColumns(bytes: Uint8Array, member: string, channel: AuxChannel, slot: Int32Array, notices: Notice[]): Column[] {
  const { version } = ndcHead(bytes, member);
  const layouts = layoutOf(AUX, version, member);
  const layout = layouts.find(({ identifier, blocks }) => identifier === undefined || bytes[blocks.size + blocks.data] === identifier);
  if (layouts.every(({ blocks }) => bytes.length <= blocks.size)) return [];
  const unknown = (what: string): Column[] => {
    notices.push({ code: "aux-unknown", message: `auxiliary channel "${member}" is left out: ${what}` });
    return [];
  };
  if (!layout) return unknown(`its records are of no known kind for ndc version ${version}`);
  const records = ndcRecords(bytes, layout.blocks, layout.size, layout.index);
  const index = layout.index && decodeIntegers(records, layout.index);
  const rowOf = rowsOf(records.at.length, index, slot);
  const columns: Column[] = [];
  for (const [quantity, field] of Object.entries(layout.fields)) {
    const naming = quantity === "channel" ? lookup(CHANNEL_TYPES, channel.type)?.quantity : (quantity as keyof typeof NAMES);
    if (!naming) return unknown(`its channel type ${channel.type || "(none)"} is not known`);
    const stored = decodeNumbers(records, field);
    if (quantity !== "channel" && stored.every((value) => value === 0)) continue;
    const values = new Float64Array(slot.length).fill(Number.NaN);
    for (let i = 0; i < stored.length; i++) if (rowOf[i]! >= 0) values[rowOf[i]!] = stored[i]!;
    const { name, unit, vendor } = NAMES[naming];
    columns.push({
      name: name(channel.id),
      unit,
      values,
      vendor: { name: `${vendor.letter}${channel.id}`, unit: vendor.unit, factor: vendor.factor },
    });
  }
  return columns;
}

/**
 * The row of each auxiliary record, −1 if there is none: by the record's own index, else the n-th for the n-th. Places of a sound file are close to
 * its rows; those of a damaged one may lie anywhere below 2³¹, so that no table is made up to the largest.
 */
function rowsOf(count: number, index: Int32Array | undefined, slot: Int32Array): Int32Array {
  const dense = new Int32Array(DENSE * (slot.length + count)).fill(-1);
  const sparse = new Map<number, number>();
  for (let row = 0; row < slot.length; row++) {
    const place = slot[row]!;
    if (place < dense.length) dense[place] = row;
    else sparse.set(place, row);
  }
  const out = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const place = index ? index[i]! - 1 : i;
    out[i] = dense[place] ?? sparse.get(place) ?? -1;
  }
  return out;
}

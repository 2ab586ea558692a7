/** What a NeXus file says of its frames (NXdetector, NXbeam, NXmonochromator, NXpositioner); fields and units as data. */
import { cleanFacts, type FactQuantity, factOf, wavelengthOfEnergy } from "../facts.ts";
import type { ImageFacts } from "../model.ts";
import { attribute, type Item, type Value, valueAt } from "./access.ts";
import type { LazyFile } from "./lazyFile.ts";

interface Field {
  names: readonly string[];
  quantity: FactQuantity | null;
  /** unit where the file states none: what NeXus prescribes or its writers do */
  assumed: string;
}

/** Below the detector's group. */
const DETECTOR_FIELDS = {
  exposureSecond: { names: ["count_time", "frame_time", "exposure_time"], quantity: "time", assumed: "s" },
  distanceMetre: { names: ["distance", "detector_distance"], quantity: "length", assumed: "m" },
  pixel1Metre: { names: ["y_pixel_size"], quantity: "length", assumed: "m" },
  pixel2Metre: { names: ["x_pixel_size"], quantity: "length", assumed: "m" },
  beamRow: { names: ["beam_center_y"], quantity: null, assumed: "" },
  beamColumn: { names: ["beam_center_x"], quantity: null, assumed: "" },
  saturationCount: { names: ["saturation_value"], quantity: null, assumed: "" },
} as const satisfies Record<string, Field>;

const WAVELENGTH = ["wavelength", "incident_wavelength"];
const ENERGY = ["energy", "incident_energy"];

export interface FileFacts {
  facts: ImageFacts;
  meta: Record<string, string | number>;
  /** motors that have a value per frame */
  perFrame: ReadonlyMap<string, readonly number[]>;
}

export async function readFacts(lazy: LazyFile, items: readonly Item[], group: string, frames: number): Promise<FileFacts> {
  // an NXdata has no facts: the detector it shows does
  const detector =
    items.find((item) => item.path === group && item.nxClass === "NXdetector") ?? items.find((item) => item.nxClass === "NXdetector");
  const found: Record<string, number | undefined> = {};
  for (const [key, { names, quantity, assumed }] of Object.entries(DETECTOR_FIELDS)) {
    for (const name of names) {
      if (found[key] !== undefined || !detector || !items.some((item) => item.path === `${detector.path}/${name}`)) continue;
      found[key] = await quantityOf(lazy, `${detector.path}/${name}`, quantity, assumed);
    }
  }
  const place = detector ? await modulePlace(lazy, items, `${detector.path}/translation/distance`) : {};
  const wavelengthMetre =
    (await firstOf(lazy, items, WAVELENGTH, "length", "angstrom")) ??
    wavelengthOfEnergy(await firstOf(lazy, items, ENERGY, "energy", "eV"));
  const { fixed, perFrame } = await positions(lazy, items, frames);
  const startedAt = await textAt(lazy, items, /\/start_time$/);
  const meta: Record<string, string | number> = {};
  for (const [key, pattern] of [
    ["description", /\/description$/],
    ["title", /\/title$/],
    ["detector", /\/local_name$/],
  ] as const) {
    const text = await textAt(lazy, items, pattern);
    if (text !== undefined) meta[key] = text;
  }
  return { facts: cleanFacts({ ...found, ...place, wavelengthMetre, startedAt, motors: fixed }), meta, perFrame };
}

const firstNumber = (value: Value | undefined): number | undefined => {
  const one = typeof value === "object" ? value[0] : value;
  return typeof one === "number" ? one : undefined;
};

async function quantityOf(lazy: LazyFile, path: string, quantity: FactQuantity | null, assumed: string): Promise<number | undefined> {
  const value = firstNumber(await valueAt(lazy, path));
  if (value === undefined || quantity === null) return value;
  const units = await attribute(lazy, path, "units");
  return factOf(`${value} ${typeof units === "string" ? units : ""}`, quantity, assumed);
}

/** Whole pixels in x and y; other units are places in the laboratory. */
async function modulePlace(lazy: LazyFile, items: readonly Item[], path: string): Promise<Pick<ImageFacts, "moduleRow" | "moduleColumn">> {
  if (!items.some((item) => item.path === path)) return {};
  const value = await valueAt(lazy, path);
  const units = await attribute(lazy, path, "units");
  if (!Array.isArray(value) || value.length < 2 || !/^pixels?$/i.test(String(units))) return {};
  return Number.isInteger(value[0]) && Number.isInteger(value[1])
    ? { moduleRow: value[1] as number, moduleColumn: value[0] as number }
    : {};
}

/** The first field of one of these names in an NXbeam or NXmonochromator. */
async function firstOf(
  lazy: LazyFile,
  items: readonly Item[],
  names: readonly string[],
  quantity: FactQuantity,
  assumed: string,
): Promise<number | undefined> {
  const groups = items.filter((item) => item.nxClass === "NXbeam" || item.nxClass === "NXmonochromator").map((item) => item.path);
  for (const { path, kind } of items) {
    const at = path.lastIndexOf("/");
    if (kind !== "dataset" || !names.includes(path.slice(at + 1)) || !groups.includes(path.slice(0, at))) continue;
    const value = await quantityOf(lazy, path, quantity, assumed);
    if (value !== undefined) return value;
  }
  return undefined;
}

async function textAt(lazy: LazyFile, items: readonly Item[], pattern: RegExp): Promise<string | undefined> {
  const item = items.find(({ path, kind }) => kind === "dataset" && pattern.test(path));
  const value = item ? await valueAt(lazy, item.path) : undefined;
  return typeof value === "string" && value.trim() !== "" ? value.trim().slice(0, 1000) : undefined;
}

async function positions(
  lazy: LazyFile,
  items: readonly Item[],
  frames: number,
): Promise<{ fixed: Record<string, number>; perFrame: Map<string, readonly number[]> }> {
  const fixed: Record<string, number> = {};
  const perFrame = new Map<string, readonly number[]>();
  for (const { path, nxClass } of items) {
    if (nxClass !== "NXpositioner" || !items.some((item) => item.path === `${path}/value`)) continue;
    const value = await valueAt(lazy, `${path}/value`);
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (typeof value === "number") fixed[name] = value;
    else if (typeof value === "object" && value.length === frames && typeof value[0] === "number")
      perFrame.set(name, value as readonly number[]);
  }
  return { fixed, perFrame };
}

/**
 * Absorption spectra in NeXus/HDF5: both definitions called NXxas that are about, and plain ESRF scans.
 *
 *   nexusformat:  NXentry/definition = NXxas, NXmonochromator/energy, NXdetector "incoming_beam" and "absorbed_beam", NXdata
 *   FAIRmat:      NXentry with element, edge, and data of rank 1 or 2 [spectrum, energy] over energy
 *   ESRF (BLISS): /1.1/measurement with one dataset per counter
 *
 * Datasets are told by their names with the table that text columns use.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { attribute, type Item, pixelType, valueAt, walk } from "../images/hdf5/access.ts";
import { LazyFile } from "../images/hdf5/lazyFile.ts";
import { needFilters, unpackedWith } from "../images/hdf5/library.ts";
import { roleOf, scansOfColumns } from "./columns.ts";
import type { AbsorptionFile, AbsorptionReader, AbsorptionReadOptions, AbsorptionScan } from "./model.ts";

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const MOST_POINTS = 1_000_000;

export const nxxasReader: AbsorptionReader = {
  id: "nxxas",
  title: "NXxas and ESRF scans in HDF5",
  sniff: (head) => SIGNATURE.every((byte, i) => head[i] === byte),
  async read(source, options) {
    const lazy = await LazyFile.open(source);
    try {
      return await readEntries(lazy, source, options);
    } finally {
      lazy.close();
    }
  },
};

async function readEntries(lazy: LazyFile, source: ByteSource, options: AbsorptionReadOptions): Promise<AbsorptionFile> {
  const { items, whole } = await walk(lazy);
  const notices: Notice[] = whole
    ? []
    : [{ code: "tree-large", message: `only the first ${items.length} objects of the file were looked at` }];
  const entries = items.filter(
    ({ kind, path, nxClass }) => kind === "group" && (nxClass === "NXentry" || /^\/[^/]+$/.test(path)) && path.split("/").length === 2,
  );
  const scans: AbsorptionScan[] = [];
  for (const entry of entries) {
    const own = items.filter(({ path }) => path.startsWith(`${entry.path}/`));
    scans.push(...(await readEntry(lazy, entry, own, source.name, options, notices)));
  }
  if (scans.length === 0)
    throw new ThioscopeError("FILE_FOREIGN", "no entry of the HDF5 file holds energies and an absorption over them", { file: source.name });
  return { format: "nxxas", scans, chi: [], project: null, notices };
}

/** Names of the official definition mean detectors by their group. */
const GROUP_ROLES: readonly (readonly [RegExp, string])[] = [
  [/\/incoming_beam\/data$/, "i0"],
  [/\/absorbed_beam\/data$/, "absorbed"],
  [/\/monochromator\/energy$/, "energy"],
];

async function readEntry(
  lazy: LazyFile,
  entry: Item,
  items: readonly Item[],
  file: string,
  options: AbsorptionReadOptions,
  notices: Notice[],
): Promise<AbsorptionScan[]> {
  const columns = new Map<string, { values: Float64Array; shape: readonly number[] }>();
  for (const { path, kind, metadata } of items) {
    if (kind !== "dataset" || !metadata?.shape || metadata.shape.length === 0 || metadata.shape.length > 2 || !pixelType(metadata))
      continue;
    if (!(metadata.total_size >= 8 && metadata.total_size <= MOST_POINTS)) continue;
    const name = GROUP_ROLES.find(([pattern]) => pattern.test(path))?.[1] ?? path.split("/").at(-1)!;
    if (columns.has(name)) continue;
    const filters = await lazy.run(() => lazy.hdf5.module.get_dataset_filters(lazy.file.file_id, path));
    await needFilters(lazy.hdf5, filters, file);
    const values = await valueAt(lazy, path);
    if (values !== undefined) unpackedWith(lazy.hdf5, filters);
    if (Array.isArray(values) && typeof values[0] === "number")
      columns.set(name, { values: Float64Array.from(values as number[]), shape: metadata.shape });
  }
  const text = async (name: string): Promise<string | null> => {
    const item = items.find(({ path, kind }) => kind === "dataset" && path.split("/").at(-1) === name);
    const value = item ? await valueAt(lazy, item.path) : undefined;
    return typeof value === "string" && value !== "" ? value : null;
  };
  const energy = [...columns].find(([name]) => roleOf(name) === "energy");
  if (!energy) return [];
  const length = energy[1].values.length;
  const title = (await text("title")) ?? entry.path.slice(1);
  const start = Date.parse((await text("start_time")) ?? "") / 1000;
  const unit = await attribute(
    lazy,
    items.find(({ path }) => path.endsWith(`/${energy[0]}`) || /\/monochromator\/energy$/.test(path))?.path ?? entry.path,
    "units",
  );
  if (unit === "keV")
    energy[1].values.forEach((e, i, all) => {
      all[i] = 1000 * e;
    });
  const element = await text("element");
  const context = {
    file,
    name: title,
    element: element && /^[A-Z][a-z]?$/.test(element) ? element : null,
    edge: await text("edge"),
    startSecond: Number.isFinite(start) ? start : null,
    meta: { entry: entry.path, mode: (await text("mode")) ?? "" },
  };
  const data = columns.get("data") ?? columns.get("intensity");
  if (data && data.shape.length === 2 && data.shape[1] === length) {
    return Array.from({ length: data.shape[0]! }, (_, k) => {
      const row = data.values.subarray(k * length, (k + 1) * length);
      return scansOfColumns(
        { names: ["energy", "mu"], data: [energy[1].values, row] },
        { ...context, name: `${title} ${k + 1}` },
        undefined,
        notices,
      )[0]!;
    });
  }
  const same = [...columns].filter(([, { values, shape }]) => shape.length === 1 && values.length === length);
  const names = same.map(([name]) => name);
  const absorbed = columns.get("absorbed");
  const monitor = columns.get("i0");
  const set = { names, data: same.map(([, { values }]) => values) };
  if (!options.columns && absorbed && monitor && absorbed.values.length === length) {
    const fluorescent = /fluo/i.test(context.meta.mode);
    return scansOfColumns(
      set,
      context,
      fluorescent ? { energy: energy[0], i0: "i0", fluorescence: "absorbed" } : { energy: energy[0], i0: "i0", transmitted: "absorbed" },
      notices,
    );
  }
  if (!options.columns && data && data.values.length === length && data.shape.length === 1) {
    return scansOfColumns({ names: ["energy", "mu"], data: [energy[1].values, data.values] }, context, undefined, notices);
  }
  if (!options.columns && !names.some((name) => ["mu", "normalized", "i0"].includes(roleOf(name) ?? ""))) return [];
  return scansOfColumns(set, context, options.columns, notices);
}

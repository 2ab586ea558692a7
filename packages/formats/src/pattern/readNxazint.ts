/** Integrated frames from a NeXus file by NXazint1d or NXazint2d, of this program or another (writeNxazint.ts says what they hold). */
import { ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { attribute, type Item, pixelType, readPart, valueAt, walk } from "../images/hdf5/access.ts";
import { LazyFile } from "../images/hdf5/lazyFile.ts";
import { needFilters, unpackedWith } from "../images/hdf5/library.ts";
import { decodePixels } from "../images/pixels.ts";

/** One NXdata of a file. */
export interface IntegratedSeries {
  definition: "NXazint1d" | "NXazint2d";
  frames: number;
  bins: number;
  /** 1 for patterns */
  sectors: number;
  /** centres of the bins, in the words and unit of the file: "q" in "1/nm", "2theta" in "degree" */
  radial: { name: string; unit: string; values: Float64Array };
  /** centres of the sectors, degrees; null for patterns, or where the file does not say */
  azimuthDegree: Float64Array | null;
  /** frame · sectors · bins + sector · bins + bin */
  values: Float64Array;
  /** null where the file holds no errors */
  sigma: Float64Array | null;
  /** Å; null where the file does not say */
  wavelengthAngstrom: number | null;
}

/** Values of one dataset: a hundred thousand patterns of a thousand bins. */
const MOST_BYTES = 800_000_000;

/**
 * All series of the file, patterns first.
 *
 * @throws FILE_FOREIGN where there is none, FILE_DAMAGED where axes and intensities do not fit, FORMAT_VERSION for an unknown HDF5 filter,
 * INVALID_INPUT for a series too large to be read at once
 */
export async function readNxazint(source: ByteSource): Promise<IntegratedSeries[]> {
  const lazy = await LazyFile.open(source);
  try {
    const { items } = await walk(lazy);
    const series: IntegratedSeries[] = [];
    for (const item of items) {
      if (item.nxClass !== "NXdata") continue;
      const one = await seriesAt(lazy, item.path, items);
      if (one) series.push(one);
    }
    if (series.length === 0)
      throw new ThioscopeError("FILE_FOREIGN", "no NXdata of integrated frames (NXazint1d, NXazint2d) is in the file", {
        file: source.name,
      });
    return series.sort((a, b) => a.sectors - b.sectors);
  } finally {
    lazy.close();
  }
}

async function seriesAt(lazy: LazyFile, path: string, items: readonly Item[]): Promise<IntegratedSeries | null> {
  const intensity = items.find((item) => item.path === `${path}/I`);
  const shape = intensity?.metadata?.shape;
  if ((await attribute(lazy, path, "signal")) !== "I" || !shape || shape.length < 2 || shape.length > 3) return null;
  const damaged = (what: string): ThioscopeError => new ThioscopeError("FILE_DAMAGED", `${path}: ${what}`, { file: lazy.source.name });
  const [frames, bins] = [shape[0]!, shape.at(-1)!];
  const sectors = shape.length === 3 ? shape[1]! : 1;
  const axis = async (name: string, length: number): Promise<Float64Array | null> => {
    const value = await valueAt(lazy, `${path}/${name}`);
    const list = typeof value === "number" ? [value] : value;
    if (!Array.isArray(list)) return null;
    if (list.length !== length || list.some((x) => typeof x !== "number"))
      throw damaged(`${name} holds ${list.length} values, the intensities need ${length}`);
    return Float64Array.from(list as number[]);
  };
  const radial = await axis("radial_axis", bins);
  if (!radial) throw damaged("there is no radial_axis");
  const words = async (name: string): Promise<string> => String((await attribute(lazy, `${path}/radial_axis`, name)) ?? "");
  return {
    definition: shape.length === 3 ? "NXazint2d" : "NXazint1d",
    frames,
    bins,
    sectors,
    radial: { name: await words("long_name"), unit: await words("units"), values: radial },
    azimuthDegree: shape.length === 3 ? await axis("azimuthal_axis", sectors) : null,
    values: await numbersAt(lazy, intensity!, shape),
    sigma: await errorsAt(
      lazy,
      items.find((item) => item.path === `${path}/I_errors`),
      shape,
    ),
    wavelengthAngstrom: await wavelengthAt(lazy, items),
  };
}

const ANGSTROMS: Readonly<Record<string, number>> = { angstrom: 1, a: 1, å: 1, nm: 10, m: 1e10, pm: 0.01 };

async function wavelengthAt(lazy: LazyFile, items: readonly Item[]): Promise<number | null> {
  const item = items.find(({ path }) => path.endsWith("/monochromator/wavelength"));
  if (!item) return null;
  const value = await valueAt(lazy, item.path);
  const number = Array.isArray(value) ? value[0] : value;
  const by = ANGSTROMS[String((await attribute(lazy, item.path, "units")) ?? "").toLowerCase()];
  return typeof number === "number" && by !== undefined && number > 0 ? number * by : null;
}

async function errorsAt(lazy: LazyFile, item: Item | undefined, shape: readonly number[]): Promise<Float64Array | null> {
  if (!item?.metadata?.shape) return null;
  if (item.metadata.shape.join() !== shape.join())
    throw new ThioscopeError("FILE_DAMAGED", `${item.path} has the shape ${item.metadata.shape.join(" × ")}, I has ${shape.join(" × ")}`, {
      file: lazy.source.name,
    });
  return numbersAt(lazy, item, shape);
}

async function numbersAt(lazy: LazyFile, item: Item, shape: readonly number[]): Promise<Float64Array> {
  const { path, metadata } = item;
  const dtype = pixelType(metadata!);
  const bytes = shape.reduce((n, side) => n * side, metadata!.size);
  if (!dtype) throw new ThioscopeError("FILE_DAMAGED", `${path} holds no numbers`, { file: lazy.source.name });
  if (!(bytes <= MOST_BYTES))
    throw new ThioscopeError("INVALID_INPUT", `${path} holds ${bytes} bytes; at most ${MOST_BYTES} are read at once`, {
      file: lazy.source.name,
    });
  const { module } = lazy.hdf5;
  const filters = await lazy.run(() => module.get_dataset_filters(lazy.file.file_id, path));
  await needFilters(lazy.hdf5, filters, lazy.source.name);
  if (bytes === 0) return new Float64Array(0);
  const part = await readPart(
    lazy,
    path,
    shape.map(() => 0),
    shape,
    bytes,
  );
  unpackedWith(lazy.hdf5, filters);
  return Float64Array.from(decodePixels(part, dtype, true));
}

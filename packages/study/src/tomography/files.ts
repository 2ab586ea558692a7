/** Scans, volumes and pictures from paths. */
import { type Notice, QUIET, type TaskContext, ThioscopeError } from "@thioscope/core";
import type { Picture, Volume } from "@thioscope/core/imaging";
import {
  type ImageStack,
  type ReadImageOptions,
  readImageStack,
  readTomographyScan,
  scanOfStacks,
  type TomographyScan,
} from "@thioscope/formats";
import { type FileSource, openAsByteSource } from "../fileSource.ts";

type Layout = Pick<ReadImageOptions, "raw" | "path">;

/** A file by the name that errors say, and how it is opened. */
export interface Opener {
  name: string;
  open(): Promise<FileSource>;
}

const ofPath = (path: string): Opener => ({ name: path, open: () => openAsByteSource(path) });

/** A scan from paths: see `scanFrom`. */
export function openScan(
  paths: { projections: readonly string[]; flats: readonly string[]; darks: readonly string[] },
  layout: Layout = {},
): Promise<TomographyScan> {
  const { projections, flats, darks } = paths;
  return scanFrom({ projections: projections.map(ofPath), flats: flats.map(ofPath), darks: darks.map(ofPath) }, layout);
}

/** A scan with the files it is read from; closing it closes them. */
export async function scanFrom(
  files: { projections: readonly Opener[]; flats: readonly Opener[]; darks: readonly Opener[] },
  layout: Layout = {},
): Promise<TomographyScan> {
  const opened: FileSource[] = [];
  const closeAll = (): void => {
    for (const source of opened) void source.close();
  };
  const open = async (file: Opener): Promise<FileSource> => {
    const source = await file.open();
    opened.push(source);
    return source;
  };
  try {
    const [first] = files.projections;
    if (first === undefined) throw new ThioscopeError("INVALID_INPUT", "a scan needs projections");
    if (files.projections.length === 1 && files.flats.length === 0 && layout.path === undefined && layout.raw === undefined) {
      const scan = await readTomographyScan(await open(first));
      if (scan) return closing(scan, closeAll);
    }
    const stacks = async (list: readonly Opener[]): Promise<ImageStack[]> => {
      const made: ImageStack[] = [];
      for (const file of list) made.push(await readImageStack(await open(file), layout));
      return made;
    };
    const scan = scanOfStacks(await stacks(files.projections), await stacks(files.flats), await stacks(files.darks));
    return closing(scan, closeAll);
  } catch (error) {
    closeAll();
    throw error;
  }
}

function closing(scan: TomographyScan, more: () => void): TomographyScan {
  return {
    ...scan,
    close() {
      scan.close();
      more();
    },
  };
}

/** Bytes of a volume in memory. */
const MAX_VOLUME = 2 ** 31;

export interface VolumeOptions extends Layout {
  /** edge of a voxel, metres; from the files where they say it */
  voxel: number | null;
  /** voxels joined along each axis */
  bin: number;
}

/** A volume from paths: see `volumeFrom`. */
export function readVolume(paths: readonly string[], options: VolumeOptions, task: TaskContext = QUIET): ReturnType<typeof volumeFrom> {
  return volumeFrom(paths.map(ofPath), options, task);
}

/**
 * A volume from slices: files in their order, each with one or more pictures; z runs over the pictures.
 *
 * @throws ThioscopeError INVALID_INPUT where slices differ in size, the voxel is not known, or the volume is larger than 2 GiB
 */
export async function volumeFrom(
  files: readonly Opener[],
  { voxel, bin, ...layout }: VolumeOptions,
  task: TaskContext = QUIET,
): Promise<{ volume: Volume; notices: readonly Notice[] }> {
  let shape: { width: number; height: number } | null = null;
  let known = voxel;
  const planes: Float32Array[] = [];
  const notices: Notice[] = [];
  let held = 0;
  let sum: Float32Array | null = null;
  let joined = 0;
  for (const [i, opener] of files.entries()) {
    const { name: path } = opener;
    const source = await opener.open();
    try {
      const stack = await readImageStack(source, layout);
      notices.push(...stack.notices);
      shape ??= { width: stack.width, height: stack.height };
      if (stack.width !== shape.width || stack.height !== shape.height) {
        throw new ThioscopeError(
          "INVALID_INPUT",
          `a slice of ${stack.width} × ${stack.height} pixels among those of ${shape.width} × ${shape.height}`,
          {
            file: path,
          },
        );
      }
      known ??= stack.facts.pixel2Metre ?? null;
      for (let k = 0; k < stack.frames; k++) {
        const plane = binned((await stack.frame(k)).values, shape.width, shape.height, bin);
        sum = sum ? sum.map((value, j) => value + plane[j]!) : plane;
        if (++joined < bin) continue;
        held += plane.byteLength;
        if (held > MAX_VOLUME) {
          throw new ThioscopeError(
            "INVALID_INPUT",
            `the volume is larger than ${MAX_VOLUME / 2 ** 30} GiB: join voxels with a larger bin`,
            { file: path },
          );
        }
        planes.push(bin === 1 ? sum : sum.map((value) => value / bin));
        sum = null;
        joined = 0;
      }
      stack.close();
    } finally {
      await source.close();
    }
    task.progress(i + 1, files.length, "slices");
  }
  if (!shape || planes.length === 0) throw new ThioscopeError("INVALID_INPUT", "there is no slice to read");
  if (known === null) throw new ThioscopeError("INVALID_INPUT", "the files do not state the size of a voxel: declare it");
  const nx = Math.floor(shape.width / bin);
  const ny = Math.floor(shape.height / bin);
  const values = new Float32Array(nx * ny * planes.length);
  for (const [z, plane] of planes.entries()) values.set(plane, z * nx * ny);
  return { volume: { nx, ny, nz: planes.length, voxel: known * bin, values }, notices };
}

function binned(values: ArrayLike<number>, width: number, height: number, bin: number): Float32Array {
  if (bin === 1) return Float32Array.from(values);
  const nx = Math.floor(width / bin);
  const ny = Math.floor(height / bin);
  const out = new Float32Array(nx * ny);
  for (let y = 0; y < ny * bin; y++) {
    for (let x = 0; x < nx * bin; x++) out[Math.floor(y / bin) * nx + Math.floor(x / bin)]! += values[y * width + x]! / bin ** 2;
  }
  return out;
}

/** One picture of one file, by its path. */
export function readPicture(path: string, pixel: number | null, layout: Layout = {}): ReturnType<typeof pictureFrom> {
  return pictureFrom(ofPath(path), pixel, layout);
}

/** One picture of one file. */
export async function pictureFrom(
  file: Opener,
  pixel: number | null,
  layout: Layout = {},
): Promise<{ picture: Picture; notices: readonly Notice[] }> {
  const { name: path } = file;
  const source = await file.open();
  try {
    const stack = await readImageStack(source, layout);
    if (stack.frames !== 1) {
      throw new ThioscopeError("INVALID_INPUT", `the file holds ${stack.frames} pictures; one is looked at`, { file: path });
    }
    const { width, height, values } = await stack.frame(0);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw new ThioscopeError("INVALID_INPUT", `pixel ${bad % width}, ${Math.floor(bad / width)} holds ${values[bad]}`, { file: path });
    }
    return {
      picture: { width, height, pixel: pixel ?? stack.facts.pixel2Metre ?? null, values: Float32Array.from(values) },
      notices: stack.notices,
    };
  } finally {
    await source.close();
  }
}

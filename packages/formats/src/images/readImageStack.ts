/** Finds the reader of detector images by content and opens. */
import { ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { cbfReader } from "./cbf.ts";
import { edfReader } from "./edf.ts";
import { gunzip, looksLikeGzip } from "./gzip.ts";
import { hdf5Reader } from "./hdf5/nexus.ts";
import { mar345Reader } from "./mar345.ts";
import type { ImageReader, ImageStack, ReadImageOptions } from "./model.ts";
import { npyReader } from "./npy.ts";
import { pngReader } from "./png.ts";
import { openRaw } from "./raw.ts";
import { tiffReader } from "./tiff/tiff.ts";

/** All readers of images; their signatures exclude each other. */
export const IMAGE_READERS: readonly ImageReader[] = [tiffReader, hdf5Reader, cbfReader, edfReader, mar345Reader, npyReader, pngReader];

const HEAD = 65_536;

/** The reader whose signature the content has, or undefined; a gzip member counts by what it holds. */
export async function findImageReader(source: ByteSource): Promise<ImageReader | undefined> {
  if (source.size === 0) return undefined;
  const head = await source.read(0, Math.min(HEAD, source.size));
  if (!looksLikeGzip(head)) return IMAGE_READERS.find((reader) => reader.sniff(head));
  const content = await gunzip(source).catch(() => undefined);
  if (!content) return undefined;
  const start = await content.read(0, Math.min(HEAD, content.size));
  return IMAGE_READERS.find((reader) => reader.sniff(start));
}

/**
 * Opens a file of detector frames, recognised by its content. Frames are read one at a time, when they are asked for.
 *
 * @throws ThioscopeError FILE_*, FORMAT_VERSION (a compression, type or HDF5 filter that is not read), MAPPING_NEEDED (HDF5 with several
 * datasets), INVALID_INPUT (an impossible raw layout), with file and offset
 */
export async function readImageStack(source: ByteSource, options: ReadImageOptions = {}): Promise<ImageStack> {
  if (source.size === 0) throw new ThioscopeError("FILE_EMPTY", "the file is empty (0 bytes)", { file: source.name, offset: 0 });
  if (options.raw) return openRaw(source, options.raw);
  return named(source.name, "the image", async () => {
    const head = await source.read(0, Math.min(HEAD, source.size));
    const content = looksLikeGzip(head) ? await gunzip(source) : source;
    const start = content === source ? head : await content.read(0, Math.min(HEAD, content.size));
    const reader = IMAGE_READERS.find((one) => one.sniff(start));
    if (!reader) {
      const known = IMAGE_READERS.map((one) => one.title).join(", ");
      throw new ThioscopeError(
        "FILE_FOREIGN",
        `the content belongs to no image format known here; known are: ${known}; raw pixels need their layout`,
        { offset: 0 },
      );
    }
    const stack = await reader.open(withHead(content, start), options);
    return guarded(source.name, reader.title, stack);
  });
}

/** A source whose first bytes are at hand: headers are read in many small pieces, of thousands of files. */
function withHead(source: ByteSource, head: Uint8Array): ByteSource {
  const { name, size } = source;
  return {
    name,
    size,
    async read(offset, length) {
      const isThere = offset >= 0 && length >= 0 && offset + length <= head.length;
      return isThere ? head.subarray(offset, offset + length) : source.read(offset, length);
    },
    ...(source.readInto ? { readInto: (offset, target) => source.readInto!(offset, target) } : {}),
  };
}

/** The stack with every error of its methods coded and named. */
function guarded(file: string, title: string, stack: ImageStack): ImageStack {
  return {
    ...stack,
    frame: (index) => named(file, title, () => stack.frame(index)),
    mask: () => named(file, title, () => stack.mask()),
    flat: () => named(file, title, () => stack.flat()),
  };
}

async function named<T>(file: string, title: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ThioscopeError) throw error.at({ file });
    // a reader that trips over content it did not foresee: damage, not a crash
    const what = error instanceof Error ? error.message : String(error);
    throw new ThioscopeError("FILE_DAMAGED", `${title} could not be read: ${what}`, { file }, error);
  }
}

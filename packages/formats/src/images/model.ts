/** What a detector image is, a stack of them, and a reader of stacks. */
import type { Notice, TaskContext } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";

/** How one pixel is stored. 64-bit integers are given as float64, exact to 2⁵³. */
export type PixelType = "int8" | "uint8" | "int16" | "uint16" | "int32" | "uint32" | "int64" | "uint64" | "float32" | "float64";

export type PixelArray = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array;

/** What a header says of the exposure, in SI units; a key is absent where the file does not say. */
export interface ImageFacts {
  exposureSecond?: number;
  /** start of the exposure in the file's own words */
  startedAt?: string;
  wavelengthMetre?: number;
  distanceMetre?: number;
  /** from row to row, from column to column */
  pixel1Metre?: number;
  pixel2Metre?: number;
  /** where the beam meets the detector; the centre of the first pixel is at 0.5 */
  beamRow?: number;
  beamColumn?: number;
  /** counts from which a pixel is saturated */
  saturationCount?: number;
  /** where a module's first pixel lies among its detector's, for {@link joinModules} */
  moduleRow?: number;
  moduleColumn?: number;
  /** positions of motors in the units of the instrument */
  motors?: Readonly<Record<string, number>>;
}

export interface DetectorImage {
  /** columns */
  width: number;
  /** rows */
  height: number;
  /** row by row as stored, row 0 first; may be a view of the file's bytes: not to be written to */
  values: PixelArray;
  facts: ImageFacts;
  /** the header's own words of this frame */
  meta: Readonly<Record<string, string | number>>;
}

export interface ImageStack {
  /** the reader's id: "tiff", "edf", "cbf" … */
  format: string;
  width: number;
  height: number;
  frames: number;
  dtype: PixelType;
  /** of the first frame; a frame has its own where the format writes one per frame */
  facts: ImageFacts;
  meta: Readonly<Record<string, string | number>>;
  notices: readonly Notice[];
  /**
   * Frame `index` (from 0), read and decoded now; nothing is kept, so memory holds the frames that the caller holds.
   *
   * @throws ThioscopeError INVALID_INPUT outside 0 … frames − 1, FILE_CUT, FILE_DAMAGED
   */
  frame(index: number): Promise<DetectorImage>;
  /** The pixels that the file itself declares dead, or null. */
  mask(): Promise<PixelMask | null>;
  /** The flat field that the file carries; null where there is none or it holds no number. */
  flat(): Promise<DetectorImage | null>;
  /** Frees what a reader holds open (HDF5); the source is the caller's to close. */
  close(): void;
}

/** Pixels that are not to be used. */
export interface PixelMask {
  width: number;
  height: number;
  /** 1 = masked, 0 = good; row by row */
  masked: Uint8Array;
  notices: readonly Notice[];
}

/** Layout of a file without a header. */
export interface RawLayout {
  width: number;
  height: number;
  dtype: PixelType;
  /** default "little" */
  byteOrder?: "little" | "big";
  /** bytes before the first frame, default 0 */
  offset?: number;
  /** bytes between two frames, default 0 */
  gap?: number;
}

export interface ReadImageOptions {
  /** the bytes are pixels without a header, laid out like this */
  raw?: RawLayout;
  /** HDF5: path of the dataset that holds the frames, where the file has several */
  path?: string;
  /** HDF5: opens a file that this one links to; null where it cannot be found */
  linked?: (name: string) => Promise<ByteSource | null>;
  task?: TaskContext;
}

export interface ImageReader {
  id: string;
  title: string;
  endings: readonly string[];
  /** True if the content is this reader's; `head` is the first 64 KiB or all. Must not throw. */
  sniff(head: Uint8Array): boolean;
  open(source: ByteSource, options: ReadImageOptions): Promise<ImageStack>;
}

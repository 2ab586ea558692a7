/** A geometry as a file states it, and as a whole once the image is known. */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { checkGeometry, type DetectorGeometry, type Orientation } from "@thioscope/core/diffraction";

/** What files may leave open: pixels, shape and orientation belong to the image. */
export interface StatedGeometry extends Omit<DetectorGeometry, "shape" | "pixel1Metre" | "pixel2Metre"> {
  readonly pixel1Metre: number | null;
  readonly pixel2Metre: number | null;
  readonly shape: readonly [rows: number, columns: number] | null;
}

export interface GeometryFile {
  format: "poni" | "imctrl" | "nexus";
  geometry: StatedGeometry;
  /** false where the orientation is what the writing program takes for granted */
  orientationStated: boolean;
  /** the detector's name, "" where there is none */
  detector: string;
  meta: Readonly<Record<string, string | number>>;
  notices: readonly Notice[];
}

/** What the image knows; it overrules nothing that the geometry file states. */
export interface ImageFrame {
  shape: readonly [rows: number, columns: number];
  pixel1Metre?: number | undefined;
  pixel2Metre?: number | undefined;
  /** for a file that does not state one: Dioptas's files need 2 */
  orientation?: Orientation;
}

/**
 * The geometry of one image.
 *
 * @throws INVALID_INPUT where the file is of another shape or pixel than the image, or pixels are stated nowhere
 */
export function completeGeometry(file: GeometryFile, image: ImageFrame): DetectorGeometry {
  const { geometry } = file;
  const [rows, columns] = image.shape;
  if (geometry.shape && (geometry.shape[0] !== rows || geometry.shape[1] !== columns)) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `the geometry is of ${geometry.shape[0]} × ${geometry.shape[1]} pixels, the image has ${rows} × ${columns} (rows × columns)`,
    );
  }
  const pixel = (stated: number | null, measured: number | undefined, name: string): number => {
    if (stated !== null) return stated;
    if (measured === undefined)
      throw new ThioscopeError("INVALID_INPUT", `neither geometry file nor image states the ${name}: it must be given`);
    return measured;
  };
  const orientation = file.orientationStated ? geometry.orientation : (image.orientation ?? geometry.orientation);
  return checkGeometry({
    ...geometry,
    pixel1Metre: pixel(geometry.pixel1Metre, image.pixel1Metre, "height of a pixel"),
    pixel2Metre: pixel(geometry.pixel2Metre, image.pixel2Metre, "width of a pixel"),
    orientation,
    shape: [rows, columns],
  });
}

/** Checks what is stated as core checks a whole geometry: unknown pixels and shape pass. */
export function checkStated(geometry: StatedGeometry, file: string): StatedGeometry {
  try {
    checkGeometry({
      ...geometry,
      pixel1Metre: geometry.pixel1Metre ?? 1e-4,
      pixel2Metre: geometry.pixel2Metre ?? 1e-4,
      shape: geometry.shape ?? [1, 1],
    });
  } catch (error) {
    throw error instanceof ThioscopeError ? new ThioscopeError("FILE_DAMAGED", error.message, { file }) : error;
  }
  return geometry;
}

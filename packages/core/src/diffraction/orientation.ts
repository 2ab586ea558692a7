/**
 * Which way round an image lies for a geometry that comes from elsewhere.
 *
 * Programs turn images as they read them, each its own way, so a PONI file fits an image in one of eight orientations, and files before version 2.1 do not say in which. For
 * each orientation the brightness on the calibrant's rings is compared with that beside them:
 *
 *   contrast = mean over rings of (I(|x| ≤ 1.5 px) − I(4 … 7 px)) / I(4 … 7 px)
 *
 * The right one has sharp rings where they ought to be. A beam in the middle of an untilted detector is the same in all of them: then that is said.
 */
import type { Calibrant } from "../crystal/calibrants.ts";
import { ThioscopeError } from "../errors.ts";
import { type CountImage, countImage } from "./calibrateCentre.ts";
import { forRingPixels, type Ring } from "./calibratePoints.ts";
import { checkGeometry, type DetectorGeometry, type Orientation, polarOf } from "./geometry.ts";
import { type FramePixels, type ValidCounts, validCounts } from "./integrateSums.ts";

export interface FoundOrientation {
  readonly orientation: Orientation;
  /** contrast of every orientation, the best first */
  readonly contrasts: readonly { readonly orientation: Orientation; readonly contrast: number }[];
  /** others that are as good: symmetric geometries do not tell them apart */
  readonly alike: readonly Orientation[];
}

const ALL: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];
const MOST_RINGS = 30;
/** Contrasts that differ by less than a tenth do not tell. */
const ALIKE = 0.9;
/** Where no orientation shows rings. */
const LEAST_CONTRAST = 0.02;

/**
 * @param geometry its orientation is not looked at; its shape is the image's
 * @throws NOT_COMPUTABLE where the rings are in none of the orientations, INVALID_INPUT without a wavelength
 */
export function findOrientation(
  frame: FramePixels,
  geometry: DetectorGeometry,
  calibrant: Calibrant,
  options: { mask?: Uint8Array | null; valid?: ValidCounts } = {},
): FoundOrientation {
  checkGeometry(geometry);
  if (geometry.wavelengthMetre === null)
    throw new ThioscopeError("INVALID_INPUT", "the geometry states no wavelength: where its rings lie is not known");
  if (frame.length !== geometry.shape[0] * geometry.shape[1]) {
    throw new ThioscopeError("INVALID_INPUT", `a frame of ${frame.length} pixels for a geometry of ${geometry.shape.join(" × ")}`);
  }
  const image = countImage(frame, geometry.shape, options.valid ?? validCounts(frame), options.mask ?? null);
  const contrasts = ALL.map((orientation) => ({
    orientation,
    contrast: ringContrast(image, { ...geometry, orientation }, calibrant),
  })).sort((a, b) => b.contrast - a.contrast);
  const best = contrasts[0]!;
  if (!(best.contrast > LEAST_CONTRAST)) {
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `the rings of ${calibrant.name} are not where the geometry expects them, whichever way the image is turned`,
    );
  }
  const alike = contrasts.slice(1).filter(({ contrast }) => contrast > ALIKE * best.contrast);
  return { orientation: best.orientation, contrasts, alike: alike.map(({ orientation }) => orientation) };
}

function ringContrast(image: CountImage, geometry: DetectorGeometry, calibrant: Calibrant): number {
  const wavelength = geometry.wavelengthMetre! * 1e10;
  const pixel = Math.sqrt(geometry.pixel1Metre * geometry.pixel2Metre) / geometry.distanceMetre;
  const [rows, columns] = geometry.shape;
  const largest = Math.max(...[0, rows].flatMap((row) => [0, columns].map((column) => polarOf(geometry, row, column).twoTheta)));
  const angles = calibrant.lines.map(({ d }) => 2 * Math.asin(wavelength / (2 * d.value))).filter((angle) => angle < largest);
  const rings: Ring[] = angles
    .filter((angle, i) => Math.min(angle - (angles[i - 1] ?? 0), (angles[i + 1] ?? 10) - angle) > 14 * pixel)
    .slice(0, MOST_RINGS)
    .map((twoTheta) => ({ twoTheta, window: 7 * pixel, width: pixel }));
  const sums = new Float64Array(4 * rings.length);
  forRingPixels(image, geometry, rings, 1, (p, k, x) => {
    const off = Math.abs(x) / pixel;
    const at = off <= 1.5 ? 4 * k : off >= 4 ? 4 * k + 2 : -1;
    if (at < 0) return;
    sums[at] = sums[at]! + image.values[p]!;
    sums[at + 1] = sums[at + 1]! + 1;
  });
  let [total, n] = [0, 0];
  for (let k = 0; k < rings.length; k++) {
    const [on, onCount, beside, besideCount] = sums.subarray(4 * k, 4 * k + 4);
    if (onCount! < 50 || besideCount! < 50 || !(beside! > 0)) continue;
    total += on! / onCount! / (beside! / besideCount!) - 1;
    n++;
  }
  return n === 0 ? 0 : total / n;
}

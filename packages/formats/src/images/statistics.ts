/** What the pixels of one frame are: extremes, mean, sum, and counts of those that cannot be trusted. */
import type { Notice } from "@thioscope/core";
import type { DetectorImage } from "./model.ts";
import { pixelTypeOf } from "./pixels.ts";

export interface ImageStatistics {
  /** of the finite pixels; null where there is none */
  min: number | null;
  max: number | null;
  mean: number | null;
  /** exact for integers up to 2⁵³ */
  sum: number;
  pixels: number;
  /** below zero: gaps and dead pixels of many detectors */
  negative: number;
  /** at or above the saturation the header states, else at the largest value of an unsigned type */
  saturated: number;
  /** count from which a pixel is saturated; null where neither header nor type has a limit */
  saturationCount: number | null;
  /** NaN or infinite */
  notFinite: number;
  notices: readonly Notice[];
}

const TYPE_LIMIT: Readonly<Record<string, number>> = {
  uint8: 255,
  uint16: 65_535,
  uint32: 4_294_967_295,
  int16: 32_767,
  int32: 2_147_483_647,
};

/** One pass over the pixels. */
export function imageStatistics(image: DetectorImage): ImageStatistics {
  const { values } = image;
  const limit = image.facts.saturationCount ?? TYPE_LIMIT[pixelTypeOf(values)] ?? null;
  const saturation = limit ?? Number.POSITIVE_INFINITY;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let negative = 0;
  let saturated = 0;
  let notFinite = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) {
      notFinite++;
      continue;
    }
    if (value < low) low = value;
    if (value > high) high = value;
    if (value < 0) negative++;
    if (value >= saturation) saturated++;
    sum += value;
  }
  const finite = values.length - notFinite;
  const notices: Notice[] = [];
  if (notFinite > 0) notices.push({ code: "pixels-not-finite", message: `${notFinite} of ${values.length} pixels are NaN or infinite` });
  if (finite > 0 && low === high) notices.push({ code: "image-constant", message: `every pixel is ${low}: the frame shows nothing` });
  return {
    min: finite > 0 ? low : null,
    max: finite > 0 ? high : null,
    mean: finite > 0 ? sum / finite : null,
    sum,
    pixels: values.length,
    negative,
    saturated,
    saturationCount: limit,
    notFinite,
    notices,
  };
}

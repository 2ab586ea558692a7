// Detector images
export { joinModules } from "./joinModules.ts";
export type {
  DetectorImage,
  ImageFacts,
  ImageReader,
  ImageStack,
  PixelArray,
  PixelMask,
  PixelType,
  RawLayout,
  ReadImageOptions,
} from "./model.ts";
export { findImageReader, IMAGE_READERS, readImageStack } from "./readImageStack.ts";
export { type ReferenceImage, readMask, readReference } from "./references.ts";
export { type ImageStatistics, imageStatistics } from "./statistics.ts";
export type { WritableFrame } from "./write/frame.ts";
export { writeCbf } from "./write/writeCbf.ts";
export { writeEdf } from "./write/writeEdf.ts";
export { type NexusOptions, writeNexus } from "./write/writeNexus.ts";
export { type TiffText, writeTiff } from "./write/writeTiff.ts";

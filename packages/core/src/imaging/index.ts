// From projections to slices
export { type Centre, rotationCentre } from "./centre.ts";
export { TOMO_FILTERS, type TomoFilter } from "./filter.ts";
// Volumes of cells
export { type Ingrowth, ingrowth } from "./ingrowth.ts";
export { type InterlayerMap, interlayerThickness, type LayerGreys } from "./interlayer.ts";
export type { Picture, Sinogram, Slice, Volume } from "./model.ts";
export { type PaganinOptions, paganin } from "./paganin.ts";
export { edgeShare, fillRow, levelled, lineIntegrals, type Transmitted, withoutRings } from "./prepare.ts";
export { project, type RayGeometry } from "./project.ts";
export { type Reconstructed, type ReconstructOptions, reconstruct } from "./reconstruct.ts";
export { findShift, type Shift } from "./register.ts";
// Pictures of sections
export {
  type Colocalisation,
  colocalisation,
  type DarkOptions,
  type DarkRegion,
  type DarkRegions,
  darkRegions,
  type ElementUniformity,
  elementUniformity,
} from "./section.ts";
export { smoothed } from "./smooth.ts";
export { analyseStack, compareStacks, GROWTH_FROM, type StackAnalysis, type StackChange } from "./stack.ts";
export { classify, type Histogram, histogramOf, minimumError, otsu, type Thresholds } from "./threshold.ts";
export { type VoidRegion, type Voids, voids } from "./voids.ts";

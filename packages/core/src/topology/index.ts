// Alpha filtration
export { type AlphaOptions, type AlphaResult, alphaBarcodes } from "./alpha.ts";
// Cavities
export { MOST_CAVITY_POINTS } from "./cavities.ts";
export type { Cycle } from "./cycles.ts";
// Curves and distances of barcodes
export { BAR_NAMES, bettiCurve, bottleneckDistance, deathHistogram, landscape, wassersteinDistance } from "./diagram.ts";
// Many frames, two materials
export { type BandOptions, type Comparison, type CurveBand, compareCurves, meanCurve } from "./frames.ts";
// Distances of points
export { type Metric, MOST_POINTS, matrixMetric, openMetric, periodicMetric } from "./metric.ts";
// Barcodes
export { type Barcode, type RipsOptions, type RipsResult, ripsBarcodes } from "./rips.ts";

// Distances

// Rings and cavities
export { MOST_CAVITY_POINTS } from "./cavities.ts";
export type { Cycle } from "./cycles.ts";
export { type Metric, MOST_POINTS, matrixMetric, openMetric, periodicMetric } from "./metric.ts";
export { type Barcode, type RipsOptions, type RipsResult, ripsBarcodes } from "./rips.ts";

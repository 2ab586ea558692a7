// Transform

// Two curves
export { type ComparePdfOptions, comparePdf, cutPdf, type PdfComparison, type PdfCurve } from "./compare.ts";
// Peaks
export { coordinationOf, fitPdfPeaks, type PdfPeak, type PdfPeakOptions, type PdfPeaks } from "./peaks.ts";
export { type AverageScattering, averageScattering } from "./scattering.ts";
export { type EvenGrid, type SinePlan, sinePlan } from "./sineTransform.ts";
// Small boxes
export { crystalPdf, fitSmallBox, type SmallBoxFit, type SmallBoxName, type SmallBoxOptions } from "./smallBox.ts";
export {
  gridOf,
  type PairDistribution,
  PDF_DEFAULTS,
  type PdfOptions,
  pairDistribution,
  type ScatteringPattern,
  suggestLimits,
  type TransformOptions,
  transformReduced,
} from "./transform.ts";

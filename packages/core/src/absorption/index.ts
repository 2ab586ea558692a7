// EXAFS
export { type AutobkOptions, autobk, type Background, K_PER_EV } from "./autobk.ts";
// Calibration
export { derivative, edgeEnergy } from "./edge.ts";
// Elements
export {
  type AbsorptionEdge,
  absorptionEdge,
  compoundAttenuation,
  elementOfNumber,
  fluorescenceLine,
  guessEdge,
  massAttenuation,
} from "./elements.ts";
// Paths
export { type Expression, parseExpression, type Scope } from "./expression.ts";
export {
  type FeffAtom,
  type FeffPath,
  PATH_PARAMETERS,
  type PathParameter,
  type PathValues,
  pathChi,
  reducedMass,
} from "./feffPath.ts";
// Transforms
export {
  backTransform,
  type Chi,
  type ChiQ,
  type ChiR,
  type ForwardOptions,
  forwardTransform,
  K_STEP,
  R_STEP,
} from "./fourier.ts";
export { leaveOneOut, noiseOf } from "./noise.ts";
// Normalisation
export {
  defaultWindows,
  type NormalizedSpectrum,
  type NormalizeOptions,
  type NormalizeWindows,
  normalizeSpectrum,
} from "./normalize.ts";
export {
  type FitDataSet,
  type FittedPathSpec,
  type FittedPathValues,
  type FitVariable,
  fitPaths,
  type PathFit,
  type PathFitOptions,
} from "./pathFit.ts";
// Spectra
export { type AbsorptionSpectrum, checkAbsorption, cutSpectrum, tidySpectrum } from "./spectrum.ts";
export { cauchyTransform, type MorletOptions, morletTransform, type WaveletMap, type WaveletOptions } from "./wavelet.ts";
export { WINDOW_NAMES, type WindowName, type WindowOptions, windowOf } from "./window.ts";

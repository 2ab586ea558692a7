// EXAFS
export { type AutobkOptions, autobk, type Background, K_PER_EV } from "./autobk.ts";
// Calibration
export {
  type Alignment,
  alignTo,
  type Calibration,
  calibrateOn,
  type Drift,
  driftOf,
  ENERGY_REFERENCES,
  type EnergyReference,
  type ReferencePoint,
  shiftSpectrum,
  whiteLine,
} from "./calibrate.ts";
// Chain length
export {
  type ChainFlag,
  type ChainLength,
  type ChainOptions,
  calibrateChain,
  chainLength,
  type Nuisance,
  type NuisanceKind,
} from "./chain.ts";
export type { ChainShape } from "./chainFit.ts";
// Series
export {
  type Combination,
  type CombinationOptions,
  type CombinationPart,
  fitCombination,
  type NormalizedCurve,
  type RankedCombination,
  rankCombinations,
  type Standard,
  type StandardSet,
  standardSet,
} from "./combination.ts";
export {
  type ComponentScaling,
  commonGrid,
  type Interpolation,
  type PrincipalComponents,
  principalComponents,
  type TargetTransform,
  targetTransform,
} from "./components.ts";
export { derivative, edgeEnergy } from "./edge.ts";
// Elements
export {
  type AbsorptionEdge,
  absorptionEdge,
  atomicNumber,
  compoundAttenuation,
  elementOfNumber,
  fluorescenceLine,
  guessEdge,
  massAttenuation,
} from "./elements.ts";
// Paths
export { type Expression, parseExpression, type Scope } from "./expression.ts";
// Features
export { type Derivatives, derivatives, type FeatureOptions, findFeatures, type SpectralFeature } from "./features.ts";
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
export { type MbackOptions, type MbackResult, mback } from "./mback.ts";
export { type FeasibleBand, feasibleBand, type McrOptions, type McrResult, resolveCurves, type SeriesMatrix } from "./mcr.ts";
// Scans
export { type Deglitched, deglitch, mergeSpectra } from "./merge.ts";
export { leaveOneOut, noiseOf } from "./noise.ts";
// Normalisation
export {
  defaultWindows,
  type NormalizedSpectrum,
  type NormalizeOptions,
  type NormalizeWindows,
  normalizeSpectrum,
} from "./normalize.ts";
// Over-absorption
export { applyOverAbsorption, correctOverAbsorption, type OverAbsorptionSample, overAbsorptionAlpha } from "./overAbsorption.ts";
export {
  type FitDataSet,
  type FittedPathSpec,
  type FittedPathValues,
  type FitVariable,
  fitPaths,
  type PathFit,
  type PathFitOptions,
} from "./pathFit.ts";
export { pathExpressions, pathVariables, STRUCTURE_PARAMETERS, STRUCTURE_VARIABLES } from "./pathWords.ts";
export { feffInput, type NeighbourShell, neighbourShells, transferPath } from "./scattering.ts";
export { tabulatedPaths } from "./scatteringTable.ts";
export { findShells, type Shell } from "./shells.ts";
// Spectra
export { type AbsorptionSpectrum, checkAbsorption, cutSpectrum, tidySpectrum } from "./spectrum.ts";
export { type StructurePathOptions, structurePaths } from "./structurePaths.ts";
export { cauchyTransform, type MorletOptions, morletTransform, type WaveletMap, type WaveletOptions } from "./wavelet.ts";
export { WINDOW_NAMES, type WindowName, type WindowOptions, windowOf } from "./window.ts";
export { type MeasuredCurve, windowSpread } from "./windowSpread.ts";

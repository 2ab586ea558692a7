// Why a fit is trusted or not
export { circuitAccount } from "./account.ts";
// Choice of circuit
export { bayesianInformation, type CircuitCandidate, type CircuitChoice, chooseCircuit } from "./choose.ts";
// Circuits
export { type Circuit, type CircuitParameter, parseCircuit } from "./circuit.ts";
// Conductivity
export { type Arc, type ArcKind, type PelletConductivity, type PelletGeometry, pelletConductivity } from "./conductivity.ts";
// Relaxation times
export { type Drt, type DrtOptions, type DrtPeak, distributionOfRelaxationTimes } from "./drt.ts";
export { ELEMENTS, type Element, type ElementParameter } from "./elements.ts";
// Spectra and fits
export { type CircuitFit, type CircuitFitOptions, type FitMethod, fitCircuit } from "./fit.ts";
// Series
export { fitGrowth, type Growth, type GrowthPoint } from "./growth.ts";
// Validity
export { type KramersKronig, type KramersKronigRange, kramersKronig } from "./kramersKronig.ts";
export { type PelletInput, type PelletSeries, type PelletSeriesOptions, pelletSeries } from "./pellets.ts";
export type { Weights } from "./problem.ts";
export { type FollowedArc, findNewArc, fitSeries, type NewArc, type SeriesFit } from "./series.ts";
export { checkSpectrum, type Spectrum } from "./spectrum.ts";

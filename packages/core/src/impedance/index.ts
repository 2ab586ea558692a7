// Circuits
export { type Circuit, type CircuitParameter, parseCircuit } from "./circuit.ts";
// Relaxation times
export { type Drt, type DrtOptions, type DrtPeak, distributionOfRelaxationTimes } from "./drt.ts";
export { ELEMENTS, type Element, type ElementParameter } from "./elements.ts";

// Spectra and fits
export { type CircuitFit, type CircuitFitOptions, fitCircuit } from "./fit.ts";
// Validity
export { type KramersKronig, type KramersKronigRange, kramersKronig } from "./kramersKronig.ts";
export { checkSpectrum, type Spectrum } from "./spectrum.ts";

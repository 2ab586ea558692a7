// Over a train of pulses
export { type EquilibriumPoint, equilibriumCurve, meanOverPulses } from "./curve.ts";
// Relaxed potentials
export { type Relaxed, relaxedPotential } from "./equilibrium.ts";
// Current pulses
export { type Check, type DiffusionLength, type TitrationPulse, titration } from "./gitt.ts";
// Potential steps
export { type PotentialStep, potentialSteps } from "./pitt.ts";
export { findPulses, type Pulse } from "./pulses.ts";

// Temperature
export { type Arrhenius, type ArrheniusForm, type ArrheniusPoint, arrhenius } from "./arrhenius.ts";
// Conductivity and what a run supports
export {
  conductivityOf,
  diffusivityOfConductivity,
  havenRatio,
  hopsPerIon,
  impliedDensity,
  type RunFacts,
  rmsDisplacement,
  runWarnings,
  transitionWarnings,
} from "./conductivity.ts";
// Displacement and diffusivity
export { chiInterval, type Diffusivity, type DiffusivityOptions, diffusivity, type Estimate, type Regime } from "./diffusivity.ts";
export { collectiveTrack, type Displacement, meanSquaredDisplacement, type Tracks } from "./displacement.ts";
export { diffusionOfReplicas, type ReplicaDiffusion } from "./replicas.ts";
export { type WindowCovariance, windowCovariance } from "./windowCovariance.ts";

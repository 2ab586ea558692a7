// Calorimetry
export { type GlassTransition, glassTransition, type HeatPeak, type HeatRun, heatPeak } from "./calorimetry.ts";
// Mass
export { type MassRun, type MassStep, type MassStepOptions, type MassSteps, massSteps, subtractBlank } from "./mass.ts";
export { type SulfurContent, sulfurContent } from "./sulfur.ts";

// Calorimetry
export { type GlassTransition, glassTransition, type HeatPeak, type HeatRun, heatPeak } from "./calorimetry.ts";
// Mass
export {
  type MassRun,
  type MassStep,
  type MassStepOptions,
  type MassSteps,
  massLessBlank,
  massSteps,
  subtractBlank,
  type WeighedRun,
} from "./mass.ts";
export { type SulfurContent, type SulfurErrors, sulfurContent } from "./sulfur.ts";

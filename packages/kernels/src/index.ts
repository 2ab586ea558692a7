// Integration of frames
export { hasKernels, isKernelPlan, type PlanLayout, type PlanMemory, planMemory } from "./memory.ts";
export { fastSummer, kernelSummer } from "./summer.ts";

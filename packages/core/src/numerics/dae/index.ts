export { type Bdf, type BdfCounts, type BdfOptions, bdf } from "./bdf.ts";
export { type BlockShape, type BlockSystem, blockSystem } from "./blockTridiagonal.ts";
export { consistentDerivative, continueImplicit, solveImplicit } from "./consistent.ts";
export { type DenseSystem, denseProblem } from "./denseSystem.ts";
export { type DaeProblem, weightedNorm } from "./problem.ts";
export { rootBetween } from "./root.ts";

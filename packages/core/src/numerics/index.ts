// Differential and algebraic equations
export {
  type Bdf,
  type BdfCounts,
  type BdfOptions,
  type BlockShape,
  type BlockSystem,
  bdf,
  blockSystem,
  consistentDerivative,
  continueAlgebraic,
  type DaeProblem,
  type DenseSystem,
  denseProblem,
  rootBetween,
  solveAlgebraic,
  weightedNorm,
} from "./dae/index.ts";
// Fourier transforms
export { type FourierPlan, fourierPlan } from "./fft.ts";
// Fitting
export {
  type BoundState,
  type LeastSquaresOptions,
  type LeastSquaresProblem,
  type LeastSquaresResult,
  leastSquares,
} from "./leastSquares.ts";
export { fitLine, type Line, student95 } from "./line.ts";
export { type LinearFit, weightedLinear } from "./weightedLinear.ts";

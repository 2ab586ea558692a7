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

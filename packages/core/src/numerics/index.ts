// Fitting
export {
  type BoundState,
  type LeastSquaresOptions,
  type LeastSquaresProblem,
  type LeastSquaresResult,
  leastSquares,
} from "./leastSquares.ts";

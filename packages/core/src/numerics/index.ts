// Differential and algebraic equations

// Interpolation
export { type CubicSpline, cubicSpline, evaluateSpline, type SplineBasis, splineBasis } from "./cubicSpline.ts";
export {
  type Bdf,
  type BdfCounts,
  type BdfOptions,
  type BlockShape,
  type BlockSystem,
  bdf,
  blockSystem,
  consistentDerivative,
  continueImplicit,
  type DaeProblem,
  type DenseSystem,
  denseProblem,
  rootBetween,
  solveImplicit,
  weightedNorm,
} from "./dae/index.ts";
// Finite elements in the plane and around an axis
export {
  addLoad,
  type BoundaryPlaces,
  type BoundaryPoints,
  boundaryNodes,
  boundaryPoints,
  integrateBoundary,
  valuesAt,
} from "./fem/boundary.ts";
export { type Curve, cosine, ellipseArc, line, type Point, polyline, withEnds } from "./fem/curves.ts";
export { type ElasticProblem, type ElasticSolution, solveElastic } from "./fem/elasticity.ts";
export { type BoundaryEdges, divide, type Mesh, type MeshQuality, meshQuality } from "./fem/mesh.ts";
export { type MeshOptions, meshDomain } from "./fem/mesher.ts";
export { type InterfaceLaw, type NewtonStep, type RobinProblem, type RobinSolution, solveRobin } from "./fem/robin.ts";
export { type GridSample, sampleOnGrid } from "./fem/sample.ts";
export type { SizeOptions, SizeSource } from "./fem/sizes.ts";
export { type Coefficient, diffusionMatrix, type FeSpace, type Geometry, linearSpace, quadraticSpace, visitElements } from "./fem/space.ts";
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
// Sparse matrices
export { aggregationLevels } from "./sparse/aggregation.ts";
export { conjugateGradient, type IterationOptions, type IterationResult, type Preconditioner } from "./sparse/conjugateGradient.ts";
export {
  galerkin,
  multiply,
  multiplyTransposed,
  product,
  type SparseMatrix,
  sparseFromTriplets,
  transpose,
} from "./sparse/csr.ts";
export { factorSymmetric, type SymmetricFactor } from "./sparse/ldl.ts";
export { factorSparse, type SparseFactor } from "./sparse/lu.ts";
export { type Level, multigrid } from "./sparse/multigrid.ts";
export { nestedDissection } from "./sparse/ordering.ts";
export { type LinearFit, weightedLinear } from "./weightedLinear.ts";

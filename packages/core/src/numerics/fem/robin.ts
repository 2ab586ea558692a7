/**
 * Stationary conduction with a nonlinear interface:
 *
 *   ∇·(σ ∇φ) = 0 in Ω,   −σ ∂φ/∂n = i(φ) on Γ,   σ ∂φ/∂n = g on loaded pieces, 0 on all others;
 *   weak form  ∫ σ ∇φ·∇v w + ∫_Γ i(φ) v w − ∫ g v w = 0,  w = 1 or r.
 *
 * i must grow with φ: then the solution is unique and every Jacobian symmetric positive definite. Newton's method with line search
 * starts on the coarsest mesh, where systems are solved directly; each finer mesh starts from the coarser solution and solves by
 * conjugate gradients with a multigrid cycle through all coarser meshes. The volume's part of a matrix is computed once, each
 * Newton step renews the entries of Γ alone. At the end the mean of φ is set so that the current through Γ is that of the loads to rounding.
 */
import { ThioscopeError } from "../../errors.ts";
import { checkCancelled, QUIET, type TaskContext } from "../../task.ts";
import { aggregationLevels } from "../sparse/aggregation.ts";
import { conjugateGradient } from "../sparse/conjugateGradient.ts";
import { diagonal, multiply, type SparseMatrix } from "../sparse/csr.ts";
import { factorSymmetric } from "../sparse/ldl.ts";
import { type Level, multigrid } from "../sparse/multigrid.ts";
import { addLoad, type BoundaryPlaces, type BoundaryPoints, boundaryPoints, edgePlaces, integrateBoundary, valuesAt } from "./boundary.ts";
import { divide, type Mesh } from "./mesh.ts";
import { type Coefficient, diffusionMatrix, type FeSpace, type Geometry, linearSpace, quadraticSpace } from "./space.ts";

/** i and ∂i/∂φ at a point of the interface, written to `into`. */
export type InterfaceLaw = (phi: number, point: number, into: Float64Array) => void;

export interface RobinProblem {
  /** the coarsest mesh */
  mesh: Mesh;
  /** how often it is divided into four */
  divisions: number;
  order: 1 | 2;
  geometry: Geometry;
  /** of each space; one number, or one per triangle */
  conductivity: number | ((space: FeSpace) => Coefficient);
  interface: readonly string[];
  /** the law at places of the boundary, of whichever mesh */
  law: (places: BoundaryPlaces) => InterfaceLaw;
  loads: readonly { tags: readonly string[]; g: (places: BoundaryPlaces) => (point: number) => number }[];
  /** φ everywhere to begin with */
  start: number;
  /** relative residual; default 1e-11 */
  tolerance?: number;
}

export interface RobinSolution {
  space: FeSpace;
  phi: Float64Array;
  /** points of Γ, φ and i there */
  points: BoundaryPoints;
  phiAtPoints: Float64Array;
  current: Float64Array;
  /** ∫_Γ i and the sum of the loads, with weight w */
  charge: { interface: number; load: number };
  steps: readonly NewtonStep[];
  unknowns: number;
}

export interface NewtonStep {
  unknowns: number;
  /** before the step, relative to the loads */
  residual: number;
  /** iterations of conjugate gradients; 0 where the system was solved directly */
  iterations: number;
}

/** The interface's points with φ, current and slope at each, and where its entries stand in the matrix. */
interface Stage {
  space: FeSpace;
  matrix: SparseMatrix;
  /** interpolation from the next coarser stage */
  prolongation?: SparseMatrix;
  points: BoundaryPoints;
  law: InterfaceLaw;
  places: Int32Array;
  /** the volume's values at `places` */
  volume: Float64Array;
  load: Float64Array;
  loadTotal: number;
}

const MOST_STEPS = 60;
/** Relative residual below which a step that no longer helps is taken for rounding. */
const ROUNDING = 1e-8;

/** Throws NOT_COMPUTABLE if Newton's method does not converge, CANCELLED on request. */
export function solveRobin(problem: RobinProblem, context: TaskContext = QUIET): RobinSolution {
  const { tolerance = 1e-11 } = problem;
  const stages: Stage[] = [];
  const steps: NewtonStep[] = [];
  const total = problem.divisions + problem.order;
  let mesh = problem.mesh;
  let phi = new Float64Array(mesh.xy.length / 2).fill(problem.start);
  for (let level = 0; level <= problem.divisions; level++) {
    context.progress(level, total, "meshes");
    checkCancelled(context);
    if (level === 0) stages.push(stageOf(problem, linearSpace(mesh)));
    else {
      const finer = divide(mesh);
      mesh = finer.mesh;
      stages.push(stageOf(problem, linearSpace(mesh), finer.prolongation));
      phi = interpolated(finer.prolongation, phi);
    }
    const last = level === problem.divisions && problem.order === 1;
    newton(stages, phi, last || level === 0 ? tolerance : 1e-4, steps, context);
  }
  if (problem.order === 2) {
    const { space, prolongation } = quadraticSpace(mesh);
    stages.push(stageOf(problem, space, prolongation));
    phi = interpolated(prolongation, phi);
    context.progress(total - 1, total, "meshes");
    newton(stages, phi, tolerance, steps, context);
  }
  const stage = stages.at(-1)!;
  balance(stage, phi);
  const phiAtPoints = valuesAt(stage.points, phi);
  const into = new Float64Array(2);
  const current = phiAtPoints.map((value, q) => {
    stage.law(value, q, into);
    return into[0]!;
  });
  const charge = { interface: integrateBoundary(stage.points, (q) => current[q]!), load: stage.loadTotal };
  context.progress(total, total, "meshes");
  return { space: stage.space, phi, points: stage.points, phiAtPoints, current, charge, steps, unknowns: stage.space.nodes };
}

function stageOf(problem: RobinProblem, space: FeSpace, prolongation?: SparseMatrix): Stage {
  const { geometry, conductivity } = problem;
  const matrix = diffusionMatrix(space, geometry, typeof conductivity === "number" ? conductivity : conductivity(space));
  const points = boundaryPoints(space, geometry, problem.interface);
  const places = edgePlaces(points, matrix);
  const load = new Float64Array(space.nodes);
  let loadTotal = 0;
  for (const { tags, g } of problem.loads) {
    const on = boundaryPoints(space, geometry, tags);
    loadTotal += addLoad(on, g(on), load);
  }
  const volume = Float64Array.from(places, (p) => matrix.value[p]!);
  return { space, matrix, points, law: problem.law(points), places, volume, load, loadTotal, ...(prolongation ? { prolongation } : {}) };
}

function interpolated(p: SparseMatrix, coarse: Float64Array): Float64Array<ArrayBuffer> {
  const fine = new Float64Array(p.rows);
  multiply(p, coarse, fine);
  return fine;
}

/** r = K φ + ∫ i(φ) v − loads; with `jacobian` the matrix becomes its derivative, without it the volume's part. */
function assemble(stage: Stage, phi: Float64Array, r: Float64Array | null, jacobian: boolean): void {
  const { space, matrix, points, law, places, volume, load } = stage;
  for (let k = 0; k < places.length; k++) matrix.value[places[k]!] = volume[k]!;
  if (r !== null) {
    multiply(matrix, phi, r);
    for (let i = 0; i < r.length; i++) r[i]! -= load[i]!;
  }
  const n = space.perEdge;
  const into = new Float64Array(2);
  const { edges, perEdge, shape, weight } = points;
  for (let k = 0; k < edges.length; k++) {
    const base = n * edges[k]!;
    for (let q = 0; q < perEdge; q++) {
      const s = shape[q]!;
      let value = 0;
      for (let i = 0; i < n; i++) value += s[i]! * phi[space.boundary[base + i]!]!;
      const at = k * perEdge + q;
      law(value, at, into);
      const w = weight[at]!;
      if (r !== null) for (let i = 0; i < n; i++) r[space.boundary[base + i]!]! += w * into[0]! * s[i]!;
      if (!jacobian) continue;
      const slope = w * into[1]!;
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) matrix.value[places[(k * n + i) * n + j]!]! += slope * s[i]! * s[j]!;
    }
  }
}

const norm = (r: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < r.length; i++) sum += r[i]! * r[i]!;
  return Math.sqrt(sum);
};

/** Newton's method on the finest stage; `phi` is start and result. */
function newton(stages: readonly Stage[], phi: Float64Array, tolerance: number, steps: NewtonStep[], context: TaskContext): void {
  const stage = stages.at(-1)!;
  const n = phi.length;
  const scale = Math.max(norm(stage.load), 1e-300);
  const r = new Float64Array(n);
  const trial = new Float64Array(n);
  const change = new Float64Array(n);
  assemble(stage, phi, r, false);
  let size = norm(r);
  // what the rounding of φ alone can leave in J φ, where currents along the interface or in a good conductor are far above the load
  const isRounding = (left: number): boolean => {
    if (left < ROUNDING * scale) return true;
    assemble(stage, phi, null, true);
    return left < 2 ** -48 * norm(diagonal(stage.matrix).map((d, i) => d * phi[i]!));
  };
  for (let step = 0; size > tolerance * scale; step++) {
    if (step === MOST_STEPS) throw new ThioscopeError("NOT_COMPUTABLE", `the interface's current did not converge in ${MOST_STEPS} steps`);
    checkCancelled(context);
    assemble(stage, phi, null, true);
    change.fill(0);
    // close to the solution each step squares the residual: its system need not be solved more sharply than that
    const wanted = Math.max((0.3 * tolerance * scale) / size, Math.min(0.01, 0.1 * (size / scale)));
    const iterations = solveLinear(stages, phi, r, change, wanted);
    steps.push({ unknowns: n, residual: size / scale, iterations });
    let lambda = 1;
    const before = size;
    for (;;) {
      for (let i = 0; i < n; i++) trial[i] = phi[i]! - lambda * change[i]!;
      assemble(stage, trial, r, false);
      size = norm(r);
      if (size <= (1 - 1e-4 * lambda) * before) break;
      lambda /= 2;
      if (lambda < 1e-6) {
        if (isRounding(before)) return;
        throw new ThioscopeError("NOT_COMPUTABLE", "the interface's current did not converge: no step lessens the residual");
      }
    }
    phi.set(trial);
    // rounding is reached: what is left does not get smaller
    if (size > 0.5 * before && isRounding(size)) return;
  }
}

/** Solves J change = r. @returns iterations, 0 where solved directly */
function solveLinear(stages: readonly Stage[], phi: Float64Array, r: Float64Array, change: Float64Array, tolerance: number): number {
  const stage = stages.at(-1)!;
  if (stages.length === 1) {
    factorSymmetric(stage.matrix).solve(r, change);
    return 0;
  }
  // nodes of a coarser mesh are the first of the finer one: the solution there is known
  for (let k = 0; k < stages.length - 1; k++) assemble(stages[k]!, phi.subarray(0, stages[k]!.space.nodes), null, true);
  const levels: Level[] = stages.map(({ matrix, prolongation }) => ({ matrix, ...(prolongation ? { prolongation } : {}) })).reverse();
  const coarsest = levels.pop()!;
  levels.push(...aggregationLevels(coarsest.matrix, 3000));
  const { iterations, converged, residual } = conjugateGradient(stage.matrix, r, change, multigrid(levels), {
    tolerance,
    maxIterations: 200,
  });
  if (!converged && residual > 0.5) throw new ThioscopeError("NOT_COMPUTABLE", "the linear solver did not converge");
  return iterations;
}

/** Shifts φ by a constant so that the current through Γ equals the loads. */
function balance({ points, law, loadTotal }: Stage, phi: Float64Array): void {
  const into = new Float64Array(2);
  const at = valuesAt(points, phi);
  let shift = 0;
  for (let round = 0; round < 3; round++) {
    let [current, slope] = [0, 0];
    for (let q = 0; q < at.length; q++) {
      law(at[q]! + shift, q, into);
      current += points.weight[q]! * into[0]!;
      slope += points.weight[q]! * into[1]!;
    }
    if (!(slope > 0)) return;
    shift -= (current - loadTotal) / slope;
  }
  for (let i = 0; i < phi.length; i++) phi[i]! += shift;
}

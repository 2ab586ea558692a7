/**
 * Linear elasticity of an isotropic solid on triangles, plane strain or axisymmetric without twist:
 *
 *   ∫ s(u):e(v) w dΩ = ∫ t·v w dΓ,   s = λ tr(e) I + 2 μ e,   λ = E ν/((1+ν)(1−2ν)), μ = E/(2(1+ν)),
 *
 * e_θθ = u_r / r in the axisymmetric case. Displacements are in the unit of the mesh, stresses in that of E; solved directly.
 */
import { ThioscopeError } from "../../errors.ts";
import type { SparseMatrix } from "../sparse/csr.ts";
import { factorSymmetric } from "../sparse/ldl.ts";
import { type BoundaryPlaces, boundaryPoints } from "./boundary.ts";
import { emptyMatrix, type FeSpace, type Geometry, visitElements } from "./space.ts";

export interface ElasticProblem {
  space: FeSpace;
  geometry: Geometry;
  youngsModulus: number;
  poisson: number;
  /** pieces on which a component of the displacement is zero: 0 is x or r, 1 is y or z */
  held: readonly { tags: readonly string[]; component: 0 | 1 }[];
  /** pressure (positive pushes on the solid) on pieces */
  pressures: readonly { tags: readonly string[]; pressure: (places: BoundaryPlaces, point: number) => number }[];
}

export interface ElasticSolution {
  /** u_x, u_y of each node */
  displacement: Float64Array;
  /** forces that the supports exert, per component and node */
  reaction: Float64Array;
}

/** Throws INVALID_INPUT unless E > 0 and −1 < ν < 0.5, NOT_COMPUTABLE where the supports leave the solid free to move. */
export function solveElastic(problem: ElasticProblem): ElasticSolution {
  const { space, geometry, youngsModulus: e, poisson: nu } = problem;
  if (!(e > 0 && nu > -1 && nu < 0.5)) {
    throw new ThioscopeError("INVALID_INPUT", `Young's modulus ${e} and Poisson's ratio ${nu}: E must be above 0 and ν between −1 and 0.5`);
  }
  const matrix = stiffness(space, geometry, (e * nu) / ((1 + nu) * (1 - 2 * nu)), e / (2 * (1 + nu)));
  const load = new Float64Array(matrix.rows);
  for (const { tags, pressure } of problem.pressures) {
    const points = boundaryPoints(space, geometry, tags);
    const n = space.perEdge;
    for (let k = 0; k < points.edges.length; k++) {
      for (let q = 0; q < points.perEdge; q++) {
        const at = k * points.perEdge + q;
        const force = -points.weight[at]! * pressure(points, at);
        for (let i = 0; i < n; i++) {
          const node = 2 * space.boundary[n * points.edges[k]! + i]!;
          load[node]! += force * points.nx[at]! * points.shape[q]![i]!;
          load[node + 1]! += force * points.ny[at]! * points.shape[q]![i]!;
        }
      }
    }
  }
  const isHeld = new Uint8Array(matrix.rows);
  for (const { tags, component } of problem.held) {
    for (let k = 0; k < space.mesh.boundary.curve.length; k++) {
      if (!tags.includes(space.mesh.curves[space.mesh.boundary.curve[k]!]!.tag)) continue;
      for (let i = 0; i < space.perEdge; i++) isHeld[2 * space.boundary[space.perEdge * k + i]! + component] = 1;
    }
  }
  const displacement = new Float64Array(matrix.rows);
  factorSymmetric(withHeld(matrix, isHeld)).solve(
    load.map((f, i) => (isHeld[i] === 1 ? 0 : f)),
    displacement,
  );
  const reaction = new Float64Array(matrix.rows);
  for (let i = 0; i < matrix.rows; i++) {
    if (isHeld[i] === 0) continue;
    let sum = -load[i]!;
    for (let p = matrix.start[i]!; p < matrix.start[i + 1]!; p++) sum += matrix.value[p]! * displacement[matrix.column[p]!]!;
    reaction[i] = sum;
  }
  return { displacement, reaction };
}

/** Rows and columns of held unknowns are those of the unit matrix, scaled like their neighbours. */
function withHeld(a: SparseMatrix, held: Uint8Array): SparseMatrix {
  const value = a.value.slice();
  for (let i = 0; i < a.rows; i++) {
    for (let p = a.start[i]!; p < a.start[i + 1]!; p++) {
      const j = a.column[p]!;
      if (i !== j && (held[i] === 1 || held[j] === 1)) value[p] = 0;
    }
  }
  return { ...a, value };
}

function stiffness(space: FeSpace, geometry: Geometry, lambda: number, mu: number): SparseMatrix {
  const matrix = emptyMatrix(space, 2);
  const { elements, perElement: n } = space;
  const around = geometry === "axisymmetric";
  const m = 2 * n;
  const local = new Float64Array(m * m);
  // e_xx, e_yy, 2 e_xy, e_θθ of each function
  const strain = new Float64Array(4 * m);
  let q = 0;
  visitElements(space, (e, { weight, x, shape, gradient }) => {
    const w = weight * (around ? x : 1);
    for (let i = 0; i < n; i++) {
      strain.set([gradient[2 * i]!, 0, gradient[2 * i + 1]!, around ? shape[i]! / x : 0], 8 * i);
      strain.set([0, gradient[2 * i + 1]!, gradient[2 * i]!, 0], 8 * i + 4);
    }
    for (let i = 0; i < m; i++) {
      const [xx, yy, xy, tt] = [strain[4 * i]!, strain[4 * i + 1]!, strain[4 * i + 2]!, strain[4 * i + 3]!];
      const trace = lambda * (xx + yy + tt);
      const [sx, sy, sxy, st] = [w * (trace + 2 * mu * xx), w * (trace + 2 * mu * yy), w * mu * xy, w * (trace + 2 * mu * tt)];
      for (let j = 0; j < m; j++) {
        local[m * i + j]! += sx * strain[4 * j]! + sy * strain[4 * j + 1]! + sxy * strain[4 * j + 2]! + st * strain[4 * j + 3]!;
      }
    }
    if (++q < 6) return;
    q = 0;
    for (let i = 0; i < m; i++) {
      const row = 2 * elements[n * e + (i >> 1)]! + (i & 1);
      for (let j = 0; j < m; j++) {
        const to = 2 * elements[n * e + (j >> 1)]! + (j & 1);
        let p = matrix.start[row]!;
        while (matrix.column[p] !== to) p++;
        matrix.value[p]! += local[m * i + j]!;
      }
    }
    local.fill(0);
  });
  return matrix;
}

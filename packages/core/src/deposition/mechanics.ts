/**
 * Mechanics of a pressurised cavity of metal in the electrolyte (level 2): linear elastic electrolyte, the metal in the cavity a fluid at pressure p.
 *
 *   ∇·s = 0,  s·n = −p n on the cavity,  s·n = −p_stack n at the top,  no normal displacement on the flat interface, side and axis.
 *
 * Crack criterion of a penny-shaped flaw: K_I = 1.12 (2/π) p √(π b) ≥ K_Ic. Pressures in Pa, lengths in m.
 * (Monroe and Newman, J. Electrochem. Soc. 152, A396, 2005; Tada, Paris and Irwin, The Stress Analysis of Cracks Handbook, 2000.)
 */
import { ThioscopeError } from "../errors.ts";
import {
  addLoad,
  boundaryNodes,
  boundaryPoints,
  divide,
  integrateBoundary,
  quadraticSpace,
  solveElastic,
  valuesAt,
} from "../numerics/index.ts";
import { depositionMesh, type Resolution } from "./distribute.ts";
import { type Defect, defectDomain } from "./geometry.ts";

export interface CavityCase {
  defect: Extract<Defect, { radius: number }>;
  width: number;
  height: number;
  youngsModulus: number;
  poisson: number;
  pressure: number;
  stackPressure: number;
}

export interface Cavity {
  /** m³ by which the cavity grows (per metre of length for a slot) */
  volumeChange: number;
  /** of the cavity without pressure */
  volume: number;
  /** mean compression of the flat interface, Pa */
  compression: number;
}

const SHAPE = 1.12 * (2 / Math.PI);

/** K_I of a flaw of depth `depth` under pressure, Pa √m. */
export function stressIntensity(pressure: number, depth: number): number {
  return SHAPE * pressure * Math.sqrt(Math.PI * depth);
}

/** Pressure at which a flaw of this depth runs, Pa. */
export function crackPressure(toughness: number, depth: number): number {
  return toughness / (SHAPE * Math.sqrt(Math.PI * depth));
}

const CAVITY: Resolution = { divisions: 0, order: 2, largest: 0.1 };

export function solveCavity(asked: CavityCase): Cavity {
  const { space, geometry, displacement, reaction } = elasticOf(asked);
  const around = geometry === "axisymmetric" ? 2 * Math.PI : 2;
  const wall = boundaryPoints(space, geometry, ["defect", "void"]);
  const part = (c: 0 | 1): Float64Array =>
    valuesAt(
      wall,
      Float64Array.from({ length: space.nodes }, (_, i) => displacement[2 * i + c]!),
    );
  const [ux, uy] = [part(0), part(1)];
  // the outward normal of the electrolyte points into the cavity
  const volumeChange = -around * integrateBoundary(wall, (q) => ux[q]! * wall.nx[q]! + uy[q]! * wall.ny[q]!);
  const volume = -around * integrateBoundary(wall, (q) => wall.y[q]! * wall.ny[q]!);
  const flat = boundaryPoints(space, geometry, ["flat"]);
  let force = 0;
  for (const node of new Set(boundaryNodes(space, ["flat"]).node)) force += reaction[2 * node + 1]!;
  return { volumeChange, volume, compression: force / integrateBoundary(flat, () => 1) };
}

/** Displacement and forces of the supports around a cavity. */
function elasticOf({ defect, width, height, pressure, stackPressure, youngsModulus, poisson }: CavityCase) {
  for (const p of [pressure, stackPressure]) {
    if (!(Math.abs(p) <= 1e11)) throw new ThioscopeError("INVALID_INPUT", `a pressure of ${p} Pa: it must lie within ±100 GPa`);
  }
  const domain = defectDomain(defect, width, height);
  // one division makes the displacement at the cavity good to 0.1 %
  const { space } = quadraticSpace(divide(depositionMesh(domain, CAVITY)).mesh);
  const { geometry } = domain;
  const solution = solveElastic({
    space,
    geometry,
    youngsModulus,
    poisson,
    held: [
      { tags: ["axis", "side"], component: 0 },
      { tags: ["flat"], component: 1 },
    ],
    pressures: [
      { tags: ["defect", "void"], pressure: () => pressure },
      { tags: ["top"], pressure: () => stackPressure },
    ],
  });
  return { space, geometry, ...solution };
}

/**
 * Normal compression of the electrolyte along the flat interface, Pa against x in m: the supports' forces over the lengths that belong to their nodes.
 * Where the rim is sharp its first values depend on the mesh.
 */
export function flatCompression(asked: CavityCase): (x: number) => number {
  const { space, geometry, reaction } = elasticOf(asked);
  const share = new Float64Array(space.nodes);
  addLoad(boundaryPoints(space, geometry, ["flat"]), () => 1, share);
  const { node, x } = boundaryNodes(space, ["flat"]);
  const stress = Float64Array.from(node, (n) => reaction[2 * n + 1]! / share[n]!);
  return (at) => {
    let [low, high] = [0, x.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (x[middle]! > at) high = middle;
      else low = middle;
    }
    const f = Math.max(0, Math.min(1, (at - x[low]!) / (x[high]! - x[low]!)));
    return stress[low]! + f * (stress[high]! - stress[low]!);
  };
}

/** Growth of the cavity per pressure, m³/Pa, without stack pressure. */
export function cavityCompliance(asked: Omit<CavityCase, "pressure" | "stackPressure">): number {
  const unit = 1e6;
  return solveCavity({ ...asked, pressure: unit, stackPressure: 0 }).volumeChange / unit;
}

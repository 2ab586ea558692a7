/**
 * Mechanics of a pressurised cavity of metal in the electrolyte (level 2): linear elastic electrolyte, the metal in the cavity a fluid at pressure p.
 *
 *   ∇·s = 0,  s·n = −p n on the cavity,  s·n = −p_stack n at the top,  no normal displacement on the flat interface, side and axis.
 *
 * Crack criterion of a penny-shaped flaw: K_I = 1.12 (2/π) p √(π b) ≥ K_Ic. Pressures in Pa, lengths in m.
 * (Monroe and Newman, J. Electrochem. Soc. 152, A396, 2005; Tada, Paris and Irwin, The Stress Analysis of Cracks Handbook, 2000.)
 */
import { ThioscopeError } from "../errors.ts";
import { boundaryPoints, divide, integrateBoundary, quadraticSpace, solveElastic, valuesAt } from "../numerics/index.ts";
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
  /** mean compression of the flat interface within 2 a, and of all of it, Pa */
  compressionNearby: number;
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
  const { defect, width, height, pressure, stackPressure } = asked;
  for (const p of [pressure, stackPressure]) {
    if (!(Math.abs(p) <= 1e11)) throw new ThioscopeError("INVALID_INPUT", `a pressure of ${p} Pa: it must lie within ±100 GPa`);
  }
  const domain = defectDomain(defect, width, height);
  // one division makes the displacement at the cavity good to 0.1 %
  const { space } = quadraticSpace(divide(depositionMesh(domain, CAVITY)).mesh);
  const { geometry } = domain;
  const { displacement, reaction } = solveElastic({
    space,
    geometry,
    youngsModulus: asked.youngsModulus,
    poisson: asked.poisson,
    held: [
      { tags: ["axis", "side"], component: 0 },
      { tags: ["flat"], component: 1 },
    ],
    pressures: [
      { tags: ["defect", "void"], pressure: () => pressure },
      { tags: ["top"], pressure: () => stackPressure },
    ],
  });
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
  const near = 2 * defect.radius;
  let [force, forceNear] = [0, 0];
  const flat = boundaryPoints(space, geometry, ["flat"]);
  const seen = new Set<number>();
  for (const e of flat.edges) {
    for (let i = 0; i < space.perEdge; i++) {
      const node = space.boundary[space.perEdge * e + i]!;
      if (seen.has(node)) continue;
      seen.add(node);
      force += reaction[2 * node + 1]!;
      if (space.xy[2 * node]! < near) forceNear += reaction[2 * node + 1]!;
    }
  }
  const area = integrateBoundary(flat, () => 1);
  const areaNear = integrateBoundary(flat, (q) => (flat.x[q]! < near ? 1 : 0));
  return { volumeChange, volume, compression: force / area, compressionNearby: areaNear > 0 ? forceNear / areaNear : force / area };
}

/** Growth of the cavity per pressure, m³/Pa, without stack pressure. */
export function cavityCompliance(asked: Omit<CavityCase, "pressure" | "stackPressure">): number {
  const unit = 1e6;
  return solveCavity({ ...asked, pressure: unit, stackPressure: 0 }).volumeChange / unit;
}

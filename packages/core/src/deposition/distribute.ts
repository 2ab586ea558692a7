/**
 * Distribution of the plating current around a defect (level 1: pressures are given):
 *
 *   ∇·(σ∇φ) = 0,  σ ∂φ/∂n = i_app at the top,  −σ ∂φ/∂n = i(φ, p) on the metal,  no flux elsewhere.
 *
 * σ in S/m, lengths in m, currents in A/m², potentials in V against the metal. Valid for a single-ion conductor at rest in composition, i.e. without
 * concentration gradients. The error of a result is that of the discretisation: the change against the next coarser mesh; that of
 * parameters is not in it. (Tu, Barroso-Luque, Shi and Ceder, Cell Rep. Phys. Sci. 1, 100106, 2020.)
 */
import { ThioscopeError } from "../errors.ts";
import {
  type BoundaryPlaces,
  type BoundaryPoints,
  boundaryNodes,
  type FeSpace,
  type InterfaceLaw,
  integrateBoundary,
  type Mesh,
  meshDomain,
  type NewtonStep,
  solveRobin,
} from "../numerics/index.ts";
import { QUIET, type TaskContext } from "../task.ts";
import { CONSTANTS } from "../units/constants.ts";
import { type Quantity, quantity } from "../units/quantity.ts";
import { type Defect, type DefectDomain, defectDomain } from "./geometry.ts";
import { butlerVolmer, type Kinetics, kineticLength, planarPotential, pressureTerm } from "./kinetics.ts";

export interface DepositionCase {
  defect: Defect;
  /** radius (or half period) and thickness of the electrolyte, m */
  width: number;
  height: number;
  /** S/m; a function of (x, z) for grains */
  conductivity: number | ((x: number, z: number) => number);
  kinetics: Kinetics;
  /** A/m², > 0 plates */
  current: number;
  /** pressure of the metal in the defect and beside it, Pa above ambient */
  pressure?: { defect: number; flat: number };
  /** normal compression of the electrolyte at places of the interface, Pa; default the pressure of the metal there */
  compression?: (places: BoundaryPlaces) => (point: number) => number;
  /** J/m²; 0 leaves the capillary term out */
  interfaceEnergy?: number;
}

export interface Resolution {
  /** divisions of the coarsest mesh into four; each makes four times as many unknowns */
  divisions: number;
  order: 1 | 2;
  /** largest edge of the coarsest mesh as share of the smaller of width and height */
  largest: number;
  /** size at the rim as share of its radius */
  rim?: number;
}

/** About 1, 5 and 20 thousand unknowns around a pore of a tenth of the width: for sweeps, for an answer, for its check. */
export const RESOLUTIONS = {
  preview: { divisions: 1, order: 1, largest: 0.1 },
  normal: { divisions: 1, order: 2, largest: 0.08 },
  fine: { divisions: 2, order: 2, largest: 0.08 },
} as const satisfies Record<string, Resolution>;

export interface InterfaceProfile {
  /** along the interface from the axis, m */
  distance: Float64Array;
  x: Float64Array;
  z: Float64Array;
  /** A/m² */
  current: Float64Array;
  /** V */
  potential: Float64Array;
  /** tag of the piece */
  piece: readonly string[];
}

export interface Distribution {
  /** for cases that differ in materials and current alone */
  grid: DepositionGrid;
  space: FeSpace;
  /** V against the metal, per node of `space` */
  potential: Float64Array;
  interface: InterfaceProfile;
  /** largest and smallest i / i_app */
  hotSpot: Quantity;
  coldest: Quantity;
  /** where the largest lies: distance along the interface and place, m */
  hottestAt: { distance: number; x: number; z: number };
  /** standard deviation over mean of i over the metal's area */
  variation: Quantity;
  /** share of the charge that passes within 2 a of the axis, and share of the metal's area there */
  shareNearby: Quantity;
  areaNearby: Quantity;
  /** i / i_app at the side */
  farField: Quantity;
  /** total current into the defect's metal, A (A/m for planar defects) */
  defectCurrent: number;
  /** ℓ, m, and ℓ over the feature's size; conductivity at the far corner where it varies */
  kineticLength: number;
  wagner: number;
  /** |∫i − ∫i_app| / ∫i_app */
  chargeError: number;
  unknowns: number;
  steps: readonly NewtonStep[];
}

const METAL = ["flat", "defect"];

/** What cases that differ in materials and current alone have in common. */
export interface DepositionGrid {
  domain: DefectDomain;
  mesh: Mesh;
}

function depositionGrid(
  { defect, width, height }: Pick<DepositionCase, "defect" | "width" | "height">,
  resolution: Resolution,
): DepositionGrid {
  const domain = defectDomain(defect, width, height, resolution.rim);
  return { domain, mesh: depositionMesh(domain, resolution) };
}

/** The mesh of a defect, the coarsest of those that are solved on. */
export function depositionMesh(domain: DefectDomain, resolution: Resolution): Mesh {
  const largest = resolution.largest * Math.min(domain.width, domain.height);
  return meshDomain(domain.curves, { largest, sources: domain.sources, smallest: 1e-7 * largest });
}

/**
 * @param grid mesh of the same defect at the same resolution, where another case has made it
 * Throws INVALID_INPUT for values without sense, NOT_COMPUTABLE where mesh or solution fail, CANCELLED on request.
 */
export function distribute(
  asked: DepositionCase,
  resolution: Resolution = RESOLUTIONS.normal,
  context: TaskContext = QUIET,
  grid?: DepositionGrid,
): Distribution {
  checkCase(asked);
  const used = grid ?? depositionGrid(asked, resolution);
  const { domain, mesh } = used;
  const fine = solveOn(asked, domain, mesh, resolution, context);
  const measures = measuresOf(asked, domain, fine);
  const coarse = measuresOf(asked, domain, solveOn(asked, domain, mesh, coarser(resolution), context));
  const length = lengthOf(asked, domain);
  const of = (value: number, other: number): Quantity => quantity(value, "1", Math.abs(value - other));
  return {
    grid: used,
    space: fine.space,
    potential: fine.phi,
    interface: measures.profile,
    hotSpot: of(measures.hottest, coarse.hottest),
    coldest: of(measures.coldest, coarse.coldest),
    hottestAt: measures.hottestAt,
    variation: of(measures.variation, coarse.variation),
    shareNearby: of(measures.shareNearby, coarse.shareNearby),
    areaNearby: of(measures.areaNearby, coarse.areaNearby),
    farField: of(measures.farField, coarse.farField),
    defectCurrent: measures.defectCurrent,
    kineticLength: length,
    wagner: length / domain.feature,
    chargeError: Math.abs(fine.charge.interface / fine.charge.load - 1),
    unknowns: fine.unknowns,
    steps: fine.steps,
  };
}

/** Total current into the defect's metal at the resolution given, A; nothing else is computed. */
export function currentIntoDefect(asked: DepositionCase, resolution: Resolution = RESOLUTIONS.preview, mesh?: Mesh): number {
  checkCase(asked);
  const domain = defectDomain(asked.defect, asked.width, asked.height, resolution.rim);
  const solution = solveOn(asked, domain, mesh ?? depositionMesh(domain, resolution), resolution, QUIET);
  return intoDefect(domain, solution.points, solution.current);
}

function coarser(r: Resolution): Resolution {
  if (r.divisions > 0) return { ...r, divisions: r.divisions - 1 };
  return r.order === 2 ? { ...r, order: 1 } : r;
}

function checkCase({ conductivity, kinetics, current, pressure, interfaceEnergy = 0 }: DepositionCase): void {
  const bad = (what: string, value: number, allowed: string): never => {
    throw new ThioscopeError("INVALID_INPUT", `${what} of ${value}: ${allowed}`);
  };
  if (typeof conductivity === "number" && !(conductivity > 0 && conductivity < 1e9))
    bad("a conductivity", conductivity, "it must be above 0 S/m");
  if (!(current > 0 && current < 1e9)) bad("an applied current", current, "it must be above 0 A/m²");
  if (!(kinetics.exchangeCurrent > 0 && kinetics.exchangeCurrent < 1e15))
    bad("an exchange current", kinetics.exchangeCurrent, "it must be above 0 A/m²");
  if (!(kinetics.cathodicTransfer > 0 && kinetics.cathodicTransfer < 1))
    bad("a transfer coefficient", kinetics.cathodicTransfer, "it must lie between 0 and 1");
  if (!(kinetics.temperature > 0 && kinetics.temperature < 5000)) bad("a temperature", kinetics.temperature, "it must be above 0 K");
  if (!(interfaceEnergy >= 0)) bad("an interface energy", interfaceEnergy, "it must not be negative");
  for (const p of [pressure?.defect ?? 0, pressure?.flat ?? 0])
    if (!(Math.abs(p) <= 1e11)) bad("a pressure", p, "it must lie within ±100 GPa");
}

/** i(φ) at places of the interface with the pressures there. */
function lawOf(asked: DepositionCase, domain: DefectDomain): (places: BoundaryPlaces) => InterfaceLaw {
  const { kinetics, interfaceEnergy = 0, pressure = { defect: 0, flat: 0 } } = asked;
  return (places) => {
    const compression = asked.compression?.(places);
    const terms = Array.from(places.x, (x, q) => {
      const curve = domain.curves[places.curve[q]!]!;
      const p = curve.tag === "defect" ? pressure.defect : pressure.flat;
      // metal that bulges into the electrolyte turns its boundary to the right; around an axis the second curvature is −n_r/r
      const around = domain.geometry === "axisymmetric" && x > 0 ? -places.nx[q]! / x : 0;
      const capillary = interfaceEnergy === 0 ? 0 : interfaceEnergy * (around - curve.curvature(places.parameter[q]!));
      return pressureTerm(kinetics, p, compression ? compression(q) : p, capillary);
    });
    return (phi, q, into) => butlerVolmer(kinetics, terms[q]!, phi, into);
  };
}

/** The solution alone, on the mesh given and its divisions. */
export function solveOn(asked: DepositionCase, domain: DefectDomain, mesh: Mesh, resolution: Resolution, context: TaskContext) {
  const { conductivity, current, kinetics, pressure } = asked;
  const metal = domain.curves.filter((c) => METAL.includes(c.tag)).length;
  if (metal === 0) throw new ThioscopeError("INVALID_INPUT", "no metal touches the electrolyte");
  return solveRobin(
    {
      mesh,
      divisions: resolution.divisions,
      order: resolution.order,
      geometry: domain.geometry,
      conductivity: typeof conductivity === "number" ? conductivity : (space) => perTriangle(space, conductivity),
      interface: METAL,
      law: lawOf(asked, domain),
      loads: [{ tags: ["top"], g: () => () => current }],
      start: planarPotential(kinetics, pressureTerm(kinetics, pressure?.flat ?? 0, pressure?.flat ?? 0), current),
      tolerance: 1e-11,
    },
    context,
  );
}

function perTriangle(space: FeSpace, sigma: (x: number, z: number) => number): Float64Array {
  const { triangles, xy } = space.mesh;
  return Float64Array.from({ length: triangles.length / 3 }, (_, t) => {
    const [a, b, c] = [triangles[3 * t]!, triangles[3 * t + 1]!, triangles[3 * t + 2]!];
    const value = sigma((xy[2 * a]! + xy[2 * b]! + xy[2 * c]!) / 3, (xy[2 * a + 1]! + xy[2 * b + 1]! + xy[2 * c + 1]!) / 3);
    if (!(value > 0 && Number.isFinite(value)))
      throw new ThioscopeError("INVALID_INPUT", `a conductivity of ${value} S/m: it must be above 0`);
    return value;
  });
}

const lengthOf = ({ conductivity, kinetics }: DepositionCase, { width, height }: DefectDomain): number =>
  kineticLength(typeof conductivity === "number" ? conductivity : conductivity(width, height), kinetics);

/** Around an axis integrals are per radian. */
const turn = (domain: DefectDomain): number => (domain.geometry === "axisymmetric" ? 2 * Math.PI : 2);

function intoDefect(domain: DefectDomain, points: BoundaryPoints, current: Float64Array): number {
  return turn(domain) * integrateBoundary(points, (q) => (domain.curves[points.curve[q]!]!.tag === "defect" ? current[q]! : 0));
}

function measuresOf(asked: DepositionCase, domain: DefectDomain, solution: ReturnType<typeof solveRobin>) {
  const { points, current, space, phi } = solution;
  const profile = profileOf(asked, domain, space, phi);
  let [hot, cold] = [0, 0];
  for (let k = 1; k < profile.current.length; k++) {
    if (profile.current[k]! > profile.current[hot]!) hot = k;
    if (profile.current[k]! < profile.current[cold]!) cold = k;
  }
  const area = integrateBoundary(points, () => 1);
  const total = integrateBoundary(points, (q) => current[q]!);
  const mean = total / area;
  const square = integrateBoundary(points, (q) => (current[q]! - mean) ** 2);
  const near = 2 * domain.feature;
  return {
    profile,
    hottest: profile.current[hot]! / asked.current,
    coldest: profile.current[cold]! / asked.current,
    hottestAt: { distance: profile.distance[hot]!, x: profile.x[hot]!, z: profile.z[hot]! },
    variation: Math.sqrt(square / area) / Math.abs(mean),
    shareNearby: integrateBoundary(points, (q) => (points.x[q]! < near ? current[q]! : 0)) / total,
    areaNearby: integrateBoundary(points, (q) => (points.x[q]! < near ? 1 : 0)) / area,
    farField: profile.current.at(-1)! / asked.current,
    defectCurrent: intoDefect(domain, points, current),
  };
}

/** Current at the nodes of the metal, from the axis to the side; the distance counts insulating walls too. */
function profileOf(asked: DepositionCase, domain: DefectDomain, space: FeSpace, phi: Float64Array): InterfaceProfile {
  const places = boundaryNodes(space, [...METAL, "void"]);
  const law = lawOf(asked, domain)(places);
  const into = new Float64Array(2);
  const rows: [distance: number, x: number, z: number, current: number, potential: number, piece: string][] = [];
  let distance = 0;
  for (let k = 0; k < places.node.length; k++) {
    const [x, z] = [places.x[k]!, places.y[k]!];
    if (k > 0) distance += Math.hypot(x - places.x[k - 1]!, z - places.y[k - 1]!);
    const { tag } = domain.curves[places.curve[k]!]!;
    if (tag === "void") continue;
    const value = phi[places.node[k]!]!;
    law(value, k, into);
    rows.push([distance, x, z, into[0]!, value, tag]);
  }
  return {
    distance: Float64Array.from(rows, (r) => r[0]),
    x: Float64Array.from(rows, (r) => r[1]),
    z: Float64Array.from(rows, (r) => r[2]),
    current: Float64Array.from(rows, (r) => r[3]),
    potential: Float64Array.from(rows, (r) => r[4]),
    piece: rows.map((r) => r[5]),
  };
}

/** Overpotential of a plane interface at this current, V, with RT/F for scale. */
export function planarOverpotential(kinetics: Kinetics, current: number): { overpotential: number; thermal: number } {
  const none = { shift: 0, factor: 1 };
  return { overpotential: planarPotential(kinetics, none, current), thermal: (CONSTANTS.gas * kinetics.temperature) / CONSTANTS.faraday };
}

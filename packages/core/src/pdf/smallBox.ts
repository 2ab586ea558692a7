/**
 * G(r) of a crystal, and its refinement against a measured one.
 *
 *   G(r) = D(r) { s/(N ⟨f⟩²) Σ_i Σ_j (f_i f_j γ0(r_ij)/r_ij) N(r − r_ij; σ_ij) − 4π s ρ0 r γ0(r) },   D = exp(−(Q_damp r)²/2)
 *   σ_ij² = (U_i + U_j) (1 − δ2/r_ij²) + (Q_broad r_ij)²
 *   γ0 = 1 − 3/2 (r/d) + 1/2 (r/d)³ for spherical grains of diameter d (1 for large crystals)
 *
 * The divisor is r_ij and not r: that is the spherical mean of an isotropic Gaussian; programs that divide by r find lengths that are smaller by σ²/r.
 *
 * f are the scattering powers at q = 0 (electrons; neutron lengths where given), U isotropic displacements, δ2 the correlated motion of near neighbours, Q_damp and
 * Q_broad the instrument's resolution. The curve is then cut at q_max as the data are. (Egami and Billinge, Underneath the Bragg Peaks, 2003; Farrow et al., J. Phys.:
 * Condens. Matter 19, 335219, 2007.)
 *
 * Points of a measured G closer than π/q_max are not independent: the residuals are taken on that grid, so that the errors mean something (Farrow et al., Phys. Rev. B
 * 84, 134105, 2011). They are scaled with the misfit, which is larger than the noise: they are errors of this model.
 */

import { type CellParameters, orthogonalisation, unitCell } from "../crystal/cell.ts";
import { evaluateFormFactor, formFactorOf } from "../crystal/formFactor.ts";
import { expandSites, type Structure } from "../crystal/structure.ts";
import { ThioscopeError } from "../errors.ts";
import { fourierPlan } from "../numerics/fft.ts";
import { leastSquares } from "../numerics/leastSquares.ts";
import { type Answer, type Quantity, quantity } from "../units/quantity.ts";
import type { EvenGrid } from "./sineTransform.ts";

/** What of the model may vary. Lengths are tied as the space group says. */
export type SmallBoxName = "scale" | "a" | "b" | "c" | "delta2" | "qdamp" | "qbroad" | "diameter" | `U.${string}`;

export interface SmallBoxOptions {
  /** Å */
  rMin?: number;
  rMax?: number;
  /** 1/Å, the end of the transform */
  qMax: number;
  qDamp?: number;
  qBroad?: number;
  /** of spherical grains, Å (default: large crystals) */
  diameter?: number;
  /** held besides Q_broad, which is held unless named here */
  free?: readonly SmallBoxName[];
  /** scattering length of each element instead of its electrons, fm */
  neutron?: Readonly<Record<string, number>>;
}

export interface SmallBoxFit {
  parameters: readonly { name: SmallBoxName; value: Answer }[];
  /** √(Σ (G − model)²/Σ G²) on the grid of the data */
  rw: Quantity;
  /** Å, and G there */
  r: Float64Array;
  measured: Float64Array;
  model: Float64Array;
  /** points that count */
  independent: number;
  converged: boolean;
}

const MOST_PAIRS = 4_000_000;
const START = { U: 0.006, delta2: 1.5, qDamp: 0.04, qBroad: 0, diameter: 80 };
/** Tails of a peak, in its standard deviations. */
const REACH = 6;

interface Box {
  cell: CellParameters;
  /** per element, Å² */
  u: Readonly<Record<string, number>>;
  scale: number;
  delta2: number;
  qDamp: number;
  qBroad: number;
  /** of spherical grains, Å; infinite for large crystals */
  diameter: number;
}

/** The curve of a structure on a grid. */
export function crystalPdf(
  structure: Structure,
  box: Partial<Box>,
  r: EvenGrid,
  qMax: number,
  neutron: SmallBoxOptions["neutron"] = undefined,
): Float64Array {
  const full: Box = {
    cell: structure.cell.parameters,
    u: {},
    scale: 1,
    delta2: 0,
    qDamp: 0,
    qBroad: 0,
    diameter: Number.POSITIVE_INFINITY,
    ...box,
  };
  const model = modelOf(structure, neutron);
  return cutAt(model(full, { first: 0, step: r.step, count: Math.ceil((r.first + (r.count - 1) * r.step) / r.step) + 1 }), r, qMax);
}

type Model = (box: Box, grid: EvenGrid) => Float64Array;

function modelOf(structure: Structure, neutron: SmallBoxOptions["neutron"]): Model {
  const { sites } = structure;
  if (!sites || sites.length === 0)
    throw new ThioscopeError("NOT_COMPUTABLE", `${structure.name} has no atoms: a cell alone has no pair distribution function`);
  const atoms = expandSites(structure.cell, structure.group, sites);
  const power = sites.map(({ element, occupancy }) => occupancy * powerOf(element, neutron));
  let mean = 0;
  let content = 0;
  for (let n = 0; n < atoms.count; n++) {
    mean += power[atoms.site[n]!]!;
    content += sites[atoms.site[n]!]!.occupancy;
  }
  mean /= content;
  return (box, grid) => {
    const cell = unitCell(box.cell);
    const axes = orthogonalisation(cell);
    const end = grid.first + (grid.count - 1) * grid.step;
    const out = new Float64Array(grid.count);
    const norm = box.scale / (content * mean * mean);
    // one atom of each site stands for all of them
    const done = new Set<number>();
    const heights = [0, 1, 2].map((k) => cell.volume / crossLength(axes, k));
    const reach = heights.map((height) => Math.ceil((end + 1) / height) + 1);
    const images = (2 * reach[0]! + 1) * (2 * reach[1]! + 1) * (2 * reach[2]! + 1);
    if (images * atoms.count * sites.length > MOST_PAIRS)
      throw new ThioscopeError("INVALID_INPUT", `up to ${end} Å there are more than ${MOST_PAIRS} pairs: choose a smaller largest r`);
    for (let i = 0; i < atoms.count; i++) {
      const si = atoms.site[i]!;
      if (done.has(si)) continue;
      done.add(si);
      for (let j = 0; j < atoms.count; j++) {
        const sj = atoms.site[j]!;
        const weight = norm * atoms.multiplicity[si]! * power[si]! * power[sj]!;
        const u = uOf(box, sites[si]!.element) + uOf(box, sites[sj]!.element);
        const [dx, dy, dz] = [0, 1, 2].map((k) => atoms.position[3 * j + k]! - atoms.position[3 * i + k]!) as [number, number, number];
        for (let h = -reach[0]!; h <= reach[0]!; h++) {
          for (let k = -reach[1]!; k <= reach[1]!; k++) {
            for (let l = -reach[2]!; l <= reach[2]!; l++) {
              const [fx, fy, fz] = [dx + h, dy + k, dz + l];
              const x = axes[0]! * fx + axes[1]! * fy + axes[2]! * fz;
              const y = axes[4]! * fy + axes[5]! * fz;
              const z = axes[8]! * fz;
              const distance = Math.sqrt(x * x + y * y + z * z);
              // sites that share a place are not a pair
              if (distance < 0.3 || distance > end + 1) continue;
              // a grain lacks pairs, not parts of their peaks
              const share = sphere(distance / box.diameter);
              if (share > 0) addPeak(out, grid, distance, Math.sqrt(variance(u, distance, box)), (share * weight) / distance);
            }
          }
        }
      }
    }
    const density = (4 * Math.PI * box.scale * content) / cell.volume;
    for (let k = 0; k < grid.count; k++) {
      const r = grid.first + k * grid.step;
      out[k] = (out[k]! - density * r * sphere(r / box.diameter)) * Math.exp(-0.5 * (box.qDamp * r) ** 2);
    }
    return out;
  };
}

const uOf = ({ u }: Box, element: string): number => u[element] ?? START.U;

/** Correlated motion never narrows a peak below a tenth of its free width. */
function variance(u: number, r: number, { delta2, qBroad }: Box): number {
  return u * Math.max(0.01, 1 - delta2 / (r * r)) + (qBroad * r) ** 2;
}

/** γ0: the share of pairs at a distance, in diameters, that a sphere holds. */
const sphere = (x: number): number => (x >= 1 ? 0 : 1 - 1.5 * x + 0.5 * x ** 3);

function addPeak(out: Float64Array, { first, step, count }: EvenGrid, at: number, sigma: number, weight: number): void {
  const from = Math.max(0, Math.ceil((at - REACH * sigma - first) / step));
  const to = Math.min(count - 1, Math.floor((at + REACH * sigma - first) / step));
  const height = weight / (sigma * Math.sqrt(2 * Math.PI));
  for (let k = from; k <= to; k++) {
    const d = (first + k * step - at) / sigma;
    out[k] = out[k]! + height * Math.exp(-0.5 * d * d);
  }
}

function crossLength(axes: Float64Array, k: number): number {
  const column = (c: number): [number, number, number] => [axes[c]!, axes[3 + c]!, axes[6 + c]!];
  const [a, b] = [column((k + 1) % 3), column((k + 2) % 3)];
  return Math.hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]);
}

function powerOf(element: string, neutron: SmallBoxOptions["neutron"]): number {
  if (neutron) {
    const length = neutron[element];
    if (length === undefined) throw new ThioscopeError("INVALID_INPUT", `no neutron scattering length is given for ${element}`);
    return length;
  }
  const found = formFactorOf(element);
  if (!found) throw new ThioscopeError("INVALID_INPUT", `${element} has no form factor`);
  return evaluateFormFactor(found.coefficients, 0);
}

/** Nothing above q_max is left, as in the data; `g` begins at r = 0 and is odd. */
function cutAt(g: Float64Array, r: EvenGrid, qMax: number): Float64Array {
  let size = 1;
  while (size < 4 * g.length) size *= 2;
  const plan = fourierPlan(size);
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  for (let k = 1; k < g.length; k++) {
    re[k] = g[k]!;
    re[size - k] = -g[k]!;
  }
  plan.forward(re, im);
  const last = (qMax * size * r.step) / (2 * Math.PI);
  for (let k = 0; k <= size / 2; k++) {
    if (k <= last) continue;
    re[k] = 0;
    im[k] = 0;
    if (k > 0) {
      re[size - k] = 0;
      im[size - k] = 0;
    }
  }
  plan.inverse(re, im);
  const offset = Math.round(r.first / r.step);
  return re.slice(offset, offset + r.count);
}

/** Room behind the fitted range in which what q_max cuts off has died out, Å. */
const MARGIN = 4;

/** @throws INVALID_INPUT for ranges without data; NOT_COMPUTABLE for a structure without atoms */
export function fitSmallBox(structure: Structure, r: Float64Array, g: Float64Array, options: SmallBoxOptions): SmallBoxFit {
  const { rMin = 1.2, rMax = 20, qMax, neutron } = options;
  if (!(qMax > 1)) throw new ThioscopeError("INVALID_INPUT", `q_max ${qMax} 1/Å: what the data were transformed to must be known`);
  const to = Math.min(rMax, r.at(-1)!);
  const spacing = Math.PI / qMax;
  const count = Math.floor((to - rMin) / spacing) + 1;
  const elements = [...new Set((structure.sites ?? []).map(({ element }) => element))];
  const lengths = (["a", "b", "c"] as const).filter((_, k) => !structure.cell.tied.some((group) => group.includes(k) && group[0] !== k));
  const names: SmallBoxName[] = [
    ...(options.free ?? (["scale", ...lengths, ...elements.map((e) => `U.${e}` as const), "delta2", "qdamp"] as const)),
  ];
  if (count < names.length + 4) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `from ${rMin} to ${to} Å there are ${count} independent points for ${names.length} parameters`,
    );
  }
  const fine: EvenGrid = { first: 0, step: 0.01, count: Math.ceil((to + MARGIN) / 0.01) + 1 };
  const model = modelOf(structure, neutron);
  const at = Float64Array.from({ length: count }, (_, k) => rMin + k * spacing);
  const wanted = sampled(r, g, at);
  const start = (name: SmallBoxName): number => {
    const k = ["a", "b", "c"].indexOf(name);
    if (k >= 0) return structure.cell.parameters[k]!;
    if (name === "scale") return 1;
    if (name === "delta2") return START.delta2;
    if (name === "qdamp") return options.qDamp ?? START.qDamp;
    if (name === "qbroad") return options.qBroad ?? START.qBroad;
    if (name === "diameter") return options.diameter ?? START.diameter;
    return START.U;
  };
  const boxOf = (p: ArrayLike<number>): Box => {
    const value = (name: SmallBoxName, other: number): number => {
      const k = names.indexOf(name);
      return k < 0 ? other : p[k]!;
    };
    const cell = [...structure.cell.parameters] as [number, number, number, number, number, number];
    for (let k = 0; k < 3; k++) {
      const leader = structure.cell.tied.find((group) => group.includes(k))?.[0] ?? k;
      cell[k] = value((["a", "b", "c"] as const)[leader]!, structure.cell.parameters[leader]!);
    }
    return {
      cell,
      u: Object.fromEntries(elements.map((element) => [element, value(`U.${element}`, START.U)])),
      scale: value("scale", 1),
      delta2: value("delta2", names.includes("delta2") ? START.delta2 : 0),
      qDamp: value("qdamp", options.qDamp ?? 0),
      qBroad: value("qbroad", options.qBroad ?? 0),
      diameter: value("diameter", options.diameter ?? Number.POSITIVE_INFINITY),
    };
  };
  const curve = (p: ArrayLike<number>): Float64Array => cutAt(model(boxOf(p), fine), fine, qMax);
  const axis = Float64Array.from({ length: fine.count }, (_, k) => k * fine.step);
  const result = leastSquares(
    {
      count,
      residuals(p, out) {
        const found = sampled(axis, curve(p), at);
        for (let k = 0; k < count; k++) out[k] = found[k]! - wanted[k]!;
      },
    },
    {
      start: names.map(start),
      lower: names.map((name) => boundsOf(name, start(name))[0]),
      upper: names.map((name) => boundsOf(name, start(name))[1]),
      maxIterations: 60,
      tolerance: 1e-8,
    },
  );
  const inside = Array.from(r.keys()).filter((k) => r[k]! >= rMin && r[k]! <= to);
  const shown = Float64Array.from(inside, (k) => r[k]!);
  const measured = Float64Array.from(inside, (k) => g[k]!);
  const fitted = sampled(axis, curve(result.parameters), shown);
  let misfit = 0;
  let whole = 0;
  for (let k = 0; k < shown.length; k++) {
    misfit += (measured[k]! - fitted[k]!) ** 2;
    whole += measured[k]! ** 2;
  }
  return {
    parameters: names.map((name, k) => ({
      name,
      value: result.undetermined.includes(k)
        ? { notComputable: "the data do not determine it" }
        : quantity(result.parameters[k]!, unitOf(name), Number.isFinite(result.sigma[k]!) ? result.sigma[k]! : null),
    })),
    rw: quantity(Math.sqrt(misfit / whole), "1"),
    r: shown,
    measured,
    model: fitted,
    independent: count,
    converged: result.converged,
  };
}

function boundsOf(name: SmallBoxName, start: number): readonly [number, number] {
  if (/^[abc]$/.test(name)) return [0.95 * start, 1.05 * start];
  if (name.startsWith("U.")) return [1e-5, 0.2];
  switch (name) {
    case "scale":
      return [1e-4, 1e3];
    case "delta2":
      return [0, 8];
    case "diameter":
      return [5, 1e4];
    default:
      return [0, 0.5];
  }
}

function unitOf(name: SmallBoxName): string {
  if (/^[abc]$/.test(name)) return "Å";
  if (name === "scale") return "1";
  if (name === "diameter") return "Å";
  return name.startsWith("U.") || name === "delta2" ? "Å2" : "1/Å";
}

/** Cubic through the four nearest points of an even or nearly even axis. */
function sampled(x: Float64Array, y: Float64Array, at: Float64Array): Float64Array {
  let k = 1;
  return at.map((place) => {
    while (k < x.length - 3 && x[k + 1]! <= place) k++;
    let sum = 0;
    for (let i = k - 1; i <= k + 2; i++) {
      let weight = 1;
      for (let j = k - 1; j <= k + 2; j++) if (j !== i) weight *= (place - x[j]!) / (x[i]! - x[j]!);
      sum += weight * y[i]!;
    }
    return sum;
  });
}

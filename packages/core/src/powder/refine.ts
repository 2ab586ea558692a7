/**
 * A whole powder pattern at once:
 *
 *   y(2θ) = Σ_phases Σ_lines I_l φ(2θ − 2θ_l − z) + Σ_n b_n T_n
 *
 * with lines at the angles of the phases' cells, one profile φ for all phases ({@link lineShape}), a zero shift z, and a Chebyshev background. Intensities are
 *
 *   Pawley    free, one for each line
 *   Rietveld  S_p m |F|² L P exp(−2 ΔB s²): one scale and one displacement for each phase, structure factors from its atoms
 *
 * What enters linearly (intensities or scales, background) is solved for exactly at every step (variable projection), so that the search has few dimensions and
 * needs no good start for it. Weights are 1/σ². Errors come from the full matrix of all parameters; they are multiplied by the square root of the reduced χ² where that is above 1, since a profile is never
 * perfect. Errors of neighbouring points are taken as independent.
 *
 * Mass fractions: w_p ∝ S_p M_p V_p, M_p and V_p mass and volume of the cell (Hill and Howard, J. Appl. Cryst. 20, 467, 1987), of the crystalline part alone and
 * without microabsorption. (Pawley, J. Appl. Cryst. 14, 357, 1981; Rietveld, J. Appl. Cryst. 2, 65, 1969; Golub and Pereyra, SIAM J. Numer. Anal. 10, 413, 1973.)
 */
import { ATOMIC_WEIGHTS } from "../chemistry/elements.ts";
import { type CellParameters, twoThetaDegree, unitCell } from "../crystal/cell.ts";
import type { Indices } from "../crystal/extinction.ts";
import { powderLines } from "../crystal/powder.ts";
import { expandSites, type Structure } from "../crystal/structure.ts";
import { ThioscopeError } from "../errors.ts";
import { choleskyFactor, choleskySolve } from "../numerics/cholesky.ts";
import { leastSquares } from "../numerics/leastSquares.ts";
import { checkCancelled, QUIET, type TaskContext } from "../task.ts";
import { type Answer, type Quantity, quantity } from "../units/quantity.ts";
import { lineShape, type ProfileParameters, pseudoVoigt } from "./profile.ts";

export interface PowderData {
  /** degrees, rising */
  twoTheta: Float64Array;
  intensity: Float64Array;
  /** standard errors; √counts where null */
  sigma: Float64Array | null;
}

export interface RefineOptions {
  wavelengthAngstrom: number;
  method: "pawley" | "rietveld";
  /** terms of the background (default 6) */
  background?: number;
  /** start of the profile (default: narrow) */
  profile?: Partial<ProfileParameters>;
  /** of the profile and the zero, what is refined (default w, y, zero; x and u where asked for) */
  free?: readonly (keyof ProfileParameters | "zero")[];
  /** refine the phases' cells (default true) */
  cells?: boolean;
  /** Rietveld: refine one displacement of each phase (default false) */
  displacement?: boolean;
  /** start of the zero shift, degrees */
  zero?: number;
  /** "ring" (default) or "corrected", as {@link powderLines} */
  polarisation?: "ring" | "corrected";
  task?: TaskContext;
}

export interface RefinedPhase {
  name: string;
  /** a, b, c, α, β, γ; those that are held without error */
  cell: readonly Quantity[];
  /** Rietveld */
  scale: Quantity | null;
  displacement: Quantity | null;
  /** mass fraction of the crystalline part; null by Pawley, or where a structure has no atoms */
  massFraction: Answer | null;
  lines: readonly { hkl: Indices; twoTheta: number; intensity: Quantity }[];
}

export interface PowderRefinement {
  phases: readonly RefinedPhase[];
  zero: Quantity;
  profile: Readonly<Record<keyof ProfileParameters, Quantity>>;
  /** weighted residual, and what the counts alone would give */
  rwp: Quantity;
  rexp: Quantity;
  chiSquare: Quantity;
  model: Float64Array;
  background: Float64Array;
  converged: boolean;
  iterations: number;
}

const START: ProfileParameters = { u: 0, v: 0, w: 0.002, x: 0, y: 0.02 };
/** A line is drawn this many widths to both sides. */
const REACH = 25;
const MOST_LINES = 2000;

interface PhaseLines {
  structure: Structure;
  hkl: Indices[];
  /** m |F|² L P at the start's angles; 1 where intensities are free */
  strength: Float64Array;
  /** parameters of the cell that may move, each with those tied to it */
  moves: readonly (readonly number[])[];
}

/** @throws INVALID_INPUT for data, wavelength or phases that cannot be refined; CANCELLED */
export function refinePattern(data: PowderData, structures: readonly Structure[], options: RefineOptions): PowderRefinement {
  const { twoTheta } = data;
  const { wavelengthAngstrom: lambda, method, task = QUIET } = options;
  const n = twoTheta.length;
  checkData(data, structures);
  const weights = weightsOf(data);
  const terms = options.background ?? 6;
  const phases = structures.map((structure) => linesOf(structure, options, twoTheta[n - 1]!, twoTheta[0]!));
  const total = phases.reduce((sum, { hkl }) => sum + hkl.length, 0);
  if (total === 0) throw new ThioscopeError("INVALID_INPUT", "no line of the phases lies within the pattern");
  if (total > MOST_LINES) throw new ThioscopeError("INVALID_INPUT", `${total} lines: up to ${MOST_LINES} are refined; shorten the range`);
  const free = options.free ?? ["w", "y", "zero"];
  const start: ProfileParameters = { ...START, ...options.profile };
  const cells = options.cells !== false;
  // parameters of the search, in this order: zero and profile, cells, displacements
  const names: string[] = [...free];
  const values: number[] = free.map((name) => (name === "zero" ? (options.zero ?? 0) : start[name]));
  const lower: number[] = free.map((name) => (name === "zero" ? -1 : name === "v" ? -1 : 0));
  const upper: number[] = free.map((name) => (name === "zero" ? 1 : 2));
  for (const [p, { structure, moves }] of phases.entries()) {
    if (!cells) continue;
    for (const group of moves) {
      const value = structure.cell.parameters[group[0]!]!;
      names.push(`${p} cell ${group[0]}`);
      values.push(value);
      lower.push(0.95 * value);
      upper.push(1.05 * value);
    }
  }
  if (method === "rietveld" && options.displacement) {
    for (const p of phases.keys()) {
      names.push(`${p} displacement`);
      values.push(0);
      lower.push(-0.02);
      upper.push(0.1);
    }
  }
  const design = designOf(twoTheta, terms, total, method === "pawley" ? total : phases.length);

  const stateOf = (p: ArrayLike<number>) => {
    const at = (name: string, other: number): number => {
      const k = names.indexOf(name);
      return k < 0 ? other : p[k]!;
    };
    return {
      zero: at("zero", options.zero ?? 0),
      profile: Object.fromEntries(
        (["u", "v", "w", "x", "y"] as const).map((key) => [key, at(key, start[key])]),
      ) as unknown as ProfileParameters,
      cells: phases.map(({ structure, moves }, k) => {
        const cell = [...structure.cell.parameters] as number[];
        for (const group of moves) for (const q of group) cell[q] = at(`${k} cell ${group[0]}`, cell[group[0]!]!);
        return cell as unknown as CellParameters;
      }),
      displacement: phases.map((_, k) => at(`${k} displacement`, 0)),
    };
  };

  const lay = (p: ArrayLike<number>): void => {
    checkCancelled(task);
    const state = stateOf(p);
    design.clear();
    let line = 0;
    for (const [k, { hkl, strength }] of phases.entries()) {
      const cell = unitCell(state.cells[k]!);
      for (const [i, [h, kk, l]] of hkl.entries()) {
        const r = cell.reciprocal;
        const inverse = r[0]! * h * h + r[4]! * kk * kk + r[8]! * l * l + 2 * (r[1]! * h * kk + r[2]! * h * l + r[5]! * kk * l);
        const d = 1 / Math.sqrt(inverse);
        const at = twoThetaDegree(d, lambda);
        const damping = method === "rietveld" ? Math.exp((-8 * Math.PI ** 2 * 2 * state.displacement[k]!) / (4 * d * d)) : 1;
        if (Number.isFinite(at)) {
          const column = method === "pawley" ? line : k;
          design.add(column, line, at + state.zero, lineShape(state.profile, at), strength[i]! * damping);
        }
        line++;
      }
    }
  };
  const residuals = (p: ArrayLike<number>, out: Float64Array): void => {
    lay(p);
    design.solve(data.intensity, weights);
    design.model(out);
    for (let i = 0; i < n; i++) out[i] = (out[i]! - data.intensity[i]!) * weights[i]!;
  };

  const result = leastSquares(
    { count: n, residuals },
    { start: values, lower, upper, absoluteSigma: true, maxIterations: 60, tolerance: 1e-8 },
  );
  residuals(result.parameters, new Float64Array(n));
  const model = new Float64Array(n);
  design.model(model);
  const background = new Float64Array(n);
  design.background(background);
  let misfit = 0;
  let whole = 0;
  for (let i = 0; i < n; i++) {
    misfit += ((data.intensity[i]! - model[i]!) * weights[i]!) ** 2;
    whole += (data.intensity[i]! * weights[i]!) ** 2;
  }
  const degrees = Math.max(1, n - names.length - design.columns);
  const chiSquare = misfit / degrees;
  const inflate = Math.sqrt(Math.max(1, chiSquare));
  const state = stateOf(result.parameters);
  const sigmaOf = (name: string): number | null => {
    const k = names.indexOf(name);
    const s = k < 0 ? Number.NaN : result.sigma[k]!;
    return Number.isFinite(s) ? s * inflate : null;
  };
  const linear = design.coefficients();
  const linearSigma = design.errors(result.parameters, result.covariance, names.length, (p) => {
    lay(p);
    design.solve(data.intensity, weights);
    return design.coefficients().slice(0, design.peakColumns);
  });
  // back to the solution after the derivatives
  residuals(result.parameters, new Float64Array(n));
  const fractions =
    method === "rietveld" ? fractionsOf(phases, linear, linearSigma.covariance, inflate, state.cells) : phases.map(() => null);
  let line = 0;
  return {
    phases: phases.map(({ structure, hkl, moves, strength }, k): RefinedPhase => {
      const own = unitCell(state.cells[k]!);
      const first = line;
      line += hkl.length;
      return {
        name: structure.name,
        cell: state.cells[k]!.map((value, q) => {
          const group = moves.find((members) => members.includes(q));
          return quantity(value, q < 3 ? "Å" : "deg", group && cells ? sigmaOf(`${k} cell ${group[0]}`) : null);
        }),
        scale: method === "rietveld" ? quantity(linear[k]!, "1", linearSigma.sigma[k]! * inflate) : null,
        displacement:
          method === "rietveld" && options.displacement ? quantity(state.displacement[k]!, "Å2", sigmaOf(`${k} displacement`)) : null,
        massFraction: fractions[k]!,
        lines: hkl.map((indices, i) => {
          const r = own.reciprocal;
          const [h, kk, l] = indices;
          const d = 1 / Math.sqrt(r[0]! * h * h + r[4]! * kk * kk + r[8]! * l * l + 2 * (r[1]! * h * kk + r[2]! * h * l + r[5]! * kk * l));
          const column = method === "pawley" ? first + i : k;
          const factor = method === "pawley" ? 1 : strength[i]!;
          return {
            hkl: indices,
            twoTheta: twoThetaDegree(d, lambda),
            intensity: quantity(linear[column]! * factor, "1", linearSigma.sigma[column]! * inflate * factor),
          };
        }),
      };
    }),
    zero: quantity(state.zero, "deg", sigmaOf("zero")),
    profile: Object.fromEntries(
      (["u", "v", "w", "x", "y"] as const).map((key) => [
        key,
        quantity(state.profile[key], key === "x" || key === "y" ? "deg" : "deg2", sigmaOf(key)),
      ]),
    ) as PowderRefinement["profile"],
    rwp: quantity(100 * Math.sqrt(misfit / whole), "%"),
    rexp: quantity(100 * Math.sqrt(degrees / whole), "%"),
    chiSquare: quantity(chiSquare, "1"),
    model,
    background,
    converged: result.converged,
    iterations: result.iterations,
  };
}

function checkData({ twoTheta, intensity, sigma }: PowderData, structures: readonly Structure[]): void {
  const n = twoTheta.length;
  if (n < 20 || intensity.length !== n || (sigma && sigma.length !== n))
    throw new ThioscopeError("INVALID_INPUT", `a pattern of ${n} points: at least 20, with one intensity each, are needed`);
  for (let i = 0; i < n; i++) {
    if (!(twoTheta[i]! > 0 && twoTheta[i]! < 180 && Number.isFinite(intensity[i]!) && (i === 0 || twoTheta[i]! > twoTheta[i - 1]!)))
      throw new ThioscopeError("INVALID_INPUT", `point ${i + 1}: 2θ must rise between 0 and 180 degrees, intensities be finite`);
  }
  if (structures.length === 0) throw new ThioscopeError("INVALID_INPUT", "no phase is named");
}

/** 1/σ; a count of nothing has the error of one. */
function weightsOf({ intensity, sigma }: PowderData): Float64Array {
  return Float64Array.from(intensity, (y, i) => {
    const s = sigma?.[i];
    return 1 / (s !== undefined && s > 0 ? s : Math.sqrt(Math.max(y, 1)));
  });
}

function linesOf(structure: Structure, { wavelengthAngstrom, method, polarisation }: RefineOptions, to: number, from: number): PhaseLines {
  const reach = Math.min(179, to + 0.5);
  const { lines } = powderLines(structure, {
    wavelengthAngstrom,
    twoThetaMaxDegree: reach,
    ...(polarisation ? { polarisation } : {}),
  });
  const inside = lines.filter(({ twoTheta }) => twoTheta.value > from - 0.5);
  if (method === "rietveld" && inside.some(({ integrated }) => "notComputable" in integrated))
    throw new ThioscopeError("INVALID_INPUT", `${structure.name} has no atoms: its lines can be fitted by Pawley's method alone`);
  return {
    structure,
    hkl: inside.map(({ families }) => families[0]!.hkl),
    strength: Float64Array.from(inside, ({ integrated }) => (method === "rietveld" && "value" in integrated ? integrated.value : 1)),
    moves: movesOf(structure),
  };
}

/** Lengths, and angles that no symmetry fixes, in groups that are one number. */
function movesOf({ cell }: Structure): number[][] {
  const groups = [
    ...cell.tied.map((group) => [...group]),
    ...[0, 1, 2, 3, 4, 5].filter((p) => !cell.tied.some((g) => g.includes(p))).map((p) => [p]),
  ];
  // right angles and those of 120 degrees are the symmetry's
  return groups.filter((group) => group[0]! < 3 || !group.every((p) => [90, 120].includes(cell.parameters[p]!)));
}

/** The linear part: columns of profiles and of Chebyshev terms, their weighted least squares. */
function designOf(twoTheta: Float64Array, terms: number, most: number, peakColumns: number) {
  const n = twoTheta.length;
  const columns = peakColumns + terms;
  const chebyshev = Array.from({ length: terms }, () => new Float64Array(n));
  const [low, high] = [twoTheta[0]!, twoTheta[n - 1]!];
  for (let i = 0; i < n; i++) {
    const x = (2 * (twoTheta[i]! - low)) / (high - low) - 1;
    let [a, b] = [1, x];
    for (let k = 0; k < terms; k++) {
      chebyshev[k]![i] = a;
      [a, b] = [b, 2 * x * b - a];
    }
  }
  // pieces of profiles: each in the range that it reaches
  let pieces: { column: number; from: number; values: Float64Array }[] = [];
  let solution = new Float64Array(columns);
  let inverse: Float64Array | null = null;
  const indexOf = (angle: number): number => {
    let [a, b] = [0, n];
    while (a < b) {
      const m = (a + b) >> 1;
      if (twoTheta[m]! < angle) a = m + 1;
      else b = m;
    }
    return a;
  };
  return {
    columns,
    peakColumns,
    clear(): void {
      pieces = [];
    },
    add(column: number, line: number, centre: number, shape: ReturnType<typeof lineShape>, strength: number): void {
      if (line >= most) return;
      const from = indexOf(centre - REACH * shape.width);
      const to = indexOf(centre + REACH * shape.width);
      if (to <= from) return;
      const values = new Float64Array(to - from);
      for (let i = from; i < to; i++) values[i - from] = strength * pseudoVoigt(twoTheta[i]! - centre, shape);
      pieces.push({ column, from, values });
    },
    solve(y: Float64Array, weights: Float64Array): void {
      const normal = new Float64Array(columns * columns);
      const right = new Float64Array(columns);
      // pieces of one column are one function
      const dense = mergedColumns(pieces, peakColumns);
      for (const [a, own] of dense.entries()) {
        if (!own) continue;
        for (let i = 0; i < own.values.length; i++) {
          const w2 = weights[own.from + i]! ** 2 * own.values[i]!;
          right[a] = right[a]! + w2 * y[own.from + i]!;
          for (let k = 0; k < terms; k++) normal[(peakColumns + k) * columns + a]! += w2 * chebyshev[k]![own.from + i]!;
        }
        for (let b = 0; b <= a; b++) {
          const other = dense[b];
          if (!other) continue;
          const from = Math.max(own.from, other.from);
          const to = Math.min(own.from + own.values.length, other.from + other.values.length);
          let sum = 0;
          for (let i = from; i < to; i++) sum += weights[i]! ** 2 * own.values[i - own.from]! * other.values[i - other.from]!;
          normal[a * columns + b] = sum;
        }
      }
      for (let k = 0; k < terms; k++) {
        for (let i = 0; i < n; i++) right[peakColumns + k]! += weights[i]! ** 2 * chebyshev[k]![i]! * y[i]!;
        for (let l = 0; l <= k; l++) {
          let sum = 0;
          for (let i = 0; i < n; i++) sum += weights[i]! ** 2 * chebyshev[k]![i]! * chebyshev[l]![i]!;
          normal[(peakColumns + k) * columns + peakColumns + l] = sum;
        }
      }
      // lines that coincide share their intensity; columns without points keep nothing
      for (let a = 0; a < columns; a++) normal[a * columns + a] = normal[a * columns + a]! * (1 + 1e-9) + 1e-300;
      const factor = normal;
      if (!choleskyFactor(factor, columns)) {
        solution = new Float64Array(columns);
        inverse = null;
        return;
      }
      choleskySolve(factor, right, columns);
      solution = right;
      inverse = factor;
    },
    model(out: Float64Array): void {
      this.background(out);
      for (const { column, from, values } of pieces) {
        const c = solution[column]!;
        for (let i = 0; i < values.length; i++) out[from + i] = out[from + i]! + c * values[i]!;
      }
    },
    background(out: Float64Array): void {
      out.fill(0);
      for (let k = 0; k < terms; k++) for (let i = 0; i < n; i++) out[i] = out[i]! + solution[peakColumns + k]! * chebyshev[k]![i]!;
    },
    coefficients: (): Float64Array => solution.slice(),
    /** Errors of the peaks' coefficients: those at fixed shapes, and what the shapes' own carry over. */
    errors(
      p: Float64Array,
      covariance: Float64Array,
      count: number,
      at: (p: Float64Array) => Float64Array,
    ): { sigma: Float64Array; covariance: Float64Array } {
      const m = peakColumns;
      const out = new Float64Array(m * m);
      if (inverse) {
        for (let a = 0; a < m; a++) {
          const unit = new Float64Array(columns);
          unit[a] = 1;
          choleskySolve(inverse, unit, columns);
          for (let b = 0; b < m; b++) out[a * m + b] = unit[b]!;
        }
      }
      const slopes: (Float64Array | null)[] = [];
      for (let k = 0; k < count; k++) {
        const variance = covariance[k * count + k]!;
        if (!(variance > 0)) {
          slopes.push(null);
          continue;
        }
        const step = 0.3 * Math.sqrt(variance);
        const moved = p.slice();
        moved[k] = p[k]! + step;
        const above = at(moved);
        moved[k] = p[k]! - step;
        const below = at(moved);
        slopes.push(above.map((value, a) => (value - below[a]!) / (2 * step)));
      }
      for (let k = 0; k < count; k++) {
        for (let l = 0; l < count; l++) {
          const [s, t, c] = [slopes[k], slopes[l], covariance[k * count + l]!];
          if (!s || !t || !Number.isFinite(c)) continue;
          for (let a = 0; a < m; a++) for (let b = 0; b < m; b++) out[a * m + b] = out[a * m + b]! + s[a]! * t[b]! * c;
        }
      }
      return { sigma: Float64Array.from({ length: m }, (_, a) => Math.sqrt(Math.max(0, out[a * m + a]!))), covariance: out };
    },
  };
}

interface Column {
  from: number;
  values: Float64Array;
}

function mergedColumns(pieces: readonly { column: number; from: number; values: Float64Array }[], count: number): (Column | null)[] {
  const merged = new Array<Column | null>(count).fill(null);
  for (const { column, from, values } of pieces) {
    const known = merged[column];
    if (!known) {
      merged[column] = { from, values: values.slice() };
      continue;
    }
    const start = Math.min(known.from, from);
    const end = Math.max(known.from + known.values.length, from + values.length);
    const sum = new Float64Array(end - start);
    sum.set(known.values, known.from - start);
    for (let i = 0; i < values.length; i++) sum[from - start + i] = sum[from - start + i]! + values[i]!;
    merged[column] = { from: start, values: sum };
  }
  return merged;
}

/** By scale, mass and volume of the cells, with the scales' covariance. */
function fractionsOf(
  phases: readonly PhaseLines[],
  linear: Float64Array,
  covariance: Float64Array,
  inflate: number,
  cells: readonly CellParameters[],
): Answer[] {
  const m = phases.length;
  const masses = phases.map(({ structure }, k) => {
    const atoms = expandSites(structure.cell, structure.group, structure.sites!);
    let mass = 0;
    for (let n = 0; n < atoms.count; n++) {
      const site = structure.sites![atoms.site[n]!]!;
      mass += site.occupancy * (ATOMIC_WEIGHTS[site.element] ?? Number.NaN);
    }
    return mass * unitCell(cells[k]!).volume;
  });
  const parts = masses.map((mass, k) => mass * linear[k]!);
  const sum = parts.reduce((a, b) => a + b, 0);
  if (!(sum > 0)) return phases.map(() => ({ notComputable: "no phase has intensity" }));
  return phases.map((_, k) => {
    const w = parts[k]! / sum;
    let variance = 0;
    for (let a = 0; a < m; a++) {
      for (let b = 0; b < m; b++) {
        const by = (x: number): number => (masses[x]! / sum) * ((x === k ? 1 : 0) - w);
        variance += by(a) * by(b) * covariance[a * m + b]!;
      }
    }
    return quantity(w, "1", Math.sqrt(Math.max(0, variance)) * inflate);
  });
}

/**
 * Coordination polyhedra over time: neighbours of centres within a cut-off, angles, how polyhedra share corners, edges or faces, and the units they build.
 *
 * A ligand that is bonded to two centres bridges them: one bridge is a shared corner, two an edge, three a face. Units are centres joined by bridges with all
 * of their ligands, written as a formula ([Ta2Cl10S]). The cut-off is the first minimum of g(r), stated by the caller. Counts are means over frames with their
 * scatter over frames; angles in degrees.
 */
import { ThioscopeError } from "../errors.ts";
import type { Quantity } from "../units/quantity.ts";
import { inverseCell, smallestHeight } from "./cell.ts";
import type { TrajectoryFrame, TrajectoryHeader, TrajectorySink } from "./model.ts";

export interface PolyhedraOptions {
  centre: string;
  ligands: readonly string[];
  /** Å, one for each ligand species */
  cutoffs: readonly number[];
  cell?: Float64Array | null;
  skip?: number;
  every?: number;
}

export interface Polyhedra {
  /** mean number of ligands around a centre, per ligand species and together */
  readonly coordination: Readonly<Record<string, Quantity>>;
  /** share of centres with so many ligands */
  readonly distribution: Readonly<Record<number, number>>;
  /** pairs of centres per centre that share a corner, an edge, a face or more */
  readonly sharing: { readonly corner: Quantity; readonly edge: Quantity; readonly face: Quantity };
  /** units per frame by formula, the most frequent first */
  readonly units: readonly { readonly formula: string; readonly count: Quantity }[];
  /** degrees of each bin's middle; ligand–centre–ligand and centre–ligand–centre, shares that sum to 1 */
  readonly angle: Float64Array;
  readonly angleAtCentre: Float64Array;
  readonly angleAtBridge: Float64Array;
  readonly frames: number;
}

const ANGLES = 90;
const MOST_UNITS = 30;

/** Collects as a sink. INVALID_INPUT for species that are not there and cut-offs beyond half the cell. */
export function polyhedraCollector(options: PolyhedraOptions): TrajectorySink & { finish(): Polyhedra } {
  const { centre, ligands, cutoffs, skip = 0, every = 1 } = options;
  let species: readonly string[] = [];
  let centres: number[] = [];
  let others: number[] = [];
  let seen = 0;
  let frames = 0;
  const sums = new Map<string, { sum: number; square: number }>();
  const distribution = new Map<number, number>();
  const atCentre = new Float64Array(ANGLES);
  const atBridge = new Float64Array(ANGLES);
  const inverse = new Float64Array(9);

  const add = (key: string, value: number): void => {
    const found = sums.get(key) ?? { sum: 0, square: 0 };
    found.sum += value;
    found.square += value * value;
    sums.set(key, found);
  };

  function begin(header: TrajectoryHeader): void {
    species = header.species;
    const known = new Set(species);
    for (const name of [centre, ...ligands]) {
      if (!known.has(name))
        throw new ThioscopeError("INVALID_INPUT", `species ${name}: the file has ${[...known].slice(0, 20).join(", ")}`);
    }
    centres = species.flatMap((s, i) => (s === centre ? [i] : []));
    others = species.flatMap((s, i) => (ligands.includes(s) ? [i] : []));
  }

  function frame(f: TrajectoryFrame): boolean {
    const number = seen++;
    if (number < skip || (number - skip) % every !== 0) return true;
    const cell = f.cell ?? options.cell ?? null;
    const longest = Math.max(...cutoffs);
    if (cell && longest > smallestHeight(cell) / 2) {
      throw new ThioscopeError(
        "INVALID_INPUT",
        `a cut-off of ${longest} Å is longer than half the smallest height of the cell, ${(smallestHeight(cell) / 2).toFixed(3)} Å`,
      );
    }
    if (cell) inverseCell(cell, inverse);
    else if (f.isFractional) throw new ThioscopeError("INVALID_INPUT", "fractional coordinates need a cell");
    const bonds: { to: number; vector: readonly [number, number, number] }[][] = centres.map(() => []);
    const bridges = new Map<number, { centre: number; vector: readonly [number, number, number] }[]>();
    for (const [c, i] of centres.entries()) {
      for (const j of others) {
        if (i === j) continue;
        const vector = between(f, i, j, cell);
        const length = Math.hypot(...vector);
        if (length >= cutoffs[ligands.indexOf(species[j]!)]!) continue;
        bonds[c]!.push({ to: j, vector });
        const list = bridges.get(j) ?? [];
        list.push({ centre: c, vector: [-vector[0], -vector[1], -vector[2]] });
        bridges.set(j, list);
      }
    }
    for (const ligand of ligands) {
      add(`n:${ligand}`, bonds.reduce((sum, b) => sum + b.filter(({ to }) => species[to] === ligand).length, 0) / centres.length);
    }
    add("n:all", bonds.reduce((sum, b) => sum + b.length, 0) / centres.length);
    for (const b of bonds) {
      distribution.set(b.length, (distribution.get(b.length) ?? 0) + 1);
      angles(
        b.map(({ vector }) => vector),
        atCentre,
      );
    }
    for (const list of bridges.values())
      angles(
        list.map(({ vector }) => vector),
        atBridge,
      );
    shareAndUnits(bonds, bridges);
    frames++;
    return true;
  }

  function between(f: TrajectoryFrame, i: number, j: number, cell: Float64Array | null): readonly [number, number, number] {
    const d = [0, 1, 2].map((k) => f.coordinates[3 * j + k]! - f.coordinates[3 * i + k]!) as [number, number, number];
    if (!cell) return d;
    const u = f.isFractional
      ? d
      : ([0, 1, 2].map((k) => d[0] * inverse[k]! + d[1] * inverse[3 + k]! + d[2] * inverse[6 + k]!) as [number, number, number]);
    const w = u.map((x) => x - Math.round(x)) as [number, number, number];
    return [0, 1, 2].map((k) => w[0] * cell[k]! + w[1] * cell[3 + k]! + w[2] * cell[6 + k]!) as unknown as readonly [
      number,
      number,
      number,
    ];
  }

  function shareAndUnits(bonds: readonly { to: number }[][], bridges: ReadonlyMap<number, readonly { centre: number }[]>): void {
    const shared = new Map<number, number>();
    const parent = Int32Array.from(centres.keys());
    const root = (c: number): number => {
      let at = c;
      while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
      return at;
    };
    for (const list of bridges.values()) {
      for (let p = 0; p < list.length; p++) {
        for (let q = 0; q < p; q++) {
          const [a, b] = [list[p]!.centre, list[q]!.centre];
          const key = Math.min(a, b) * centres.length + Math.max(a, b);
          shared.set(key, (shared.get(key) ?? 0) + 1);
          parent[root(a)] = root(b);
        }
      }
    }
    const kinds = [0, 0, 0];
    for (const n of shared.values()) kinds[Math.min(n, 3) - 1]!++;
    for (const [k, name] of ["corner", "edge", "face"].entries()) add(`s:${name}`, kinds[k]! / centres.length);
    const members = new Map<number, Set<number>>();
    const centresOf = new Map<number, number>();
    for (const [c, b] of bonds.entries()) {
      const r = root(c);
      const set = members.get(r) ?? new Set();
      for (const { to } of b) set.add(to);
      members.set(r, set);
      centresOf.set(r, (centresOf.get(r) ?? 0) + 1);
    }
    const formulas = new Map<string, number>();
    for (const [r, set] of members) {
      const parts = ligands.map((name) => [name, [...set].filter((j) => species[j] === name).length] as const).filter(([, n]) => n > 0);
      const formula = [[centre, centresOf.get(r)!] as const, ...parts].map(([name, n]) => `${name}${n === 1 ? "" : n}`).join("");
      formulas.set(formula, (formulas.get(formula) ?? 0) + 1);
    }
    for (const [formula, n] of formulas) add(`u:${formula}`, n);
  }

  function finish(): Polyhedra {
    if (frames === 0) throw new ThioscopeError("INVALID_INPUT", `no frame is left after skipping ${skip}`);
    const mean = (key: string, unit: string): Quantity => {
      const { sum, square } = sums.get(key) ?? { sum: 0, square: 0 };
      const value = sum / frames;
      return { value, sigma: frames > 1 ? Math.sqrt(Math.max(0, square / frames - value * value)) : null, unit };
    };
    const share = (counts: Float64Array): Float64Array => {
      const total = counts.reduce((sum, n) => sum + n, 0);
      return total === 0 ? counts : counts.map((n) => n / total);
    };
    const units = [...sums.keys()]
      .filter((key) => key.startsWith("u:"))
      .map((key) => ({ formula: key.slice(2), count: mean(key, "1") }))
      .sort((a, b) => b.count.value - a.count.value)
      .slice(0, MOST_UNITS);
    return {
      coordination: Object.fromEntries([...ligands, "all"].map((name) => [name, mean(`n:${name}`, "1")])),
      distribution: Object.fromEntries(
        [...distribution].sort(([a], [b]) => a - b).map(([n, times]) => [n, times / (frames * centres.length)]),
      ),
      sharing: { corner: mean("s:corner", "1"), edge: mean("s:edge", "1"), face: mean("s:face", "1") },
      units,
      angle: Float64Array.from({ length: ANGLES }, (_, b) => ((b + 0.5) * 180) / ANGLES),
      angleAtCentre: share(atCentre),
      angleAtBridge: share(atBridge),
      frames,
    };
  }

  return { begin, frame, finish };
}

function angles(vectors: readonly (readonly [number, number, number])[], into: Float64Array): void {
  for (let p = 0; p < vectors.length; p++) {
    for (let q = 0; q < p; q++) {
      const [a, b] = [vectors[p]!, vectors[q]!];
      const cosine = (a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) / (Math.hypot(...a) * Math.hypot(...b));
      const degrees = (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI;
      into[Math.min(ANGLES - 1, Math.floor((degrees * ANGLES) / 180))]!++;
    }
  }
}

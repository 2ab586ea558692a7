/**
 * Fields over the chemical potentials a, b of two elements A and B: what of the other elements is stable where. Each candidate i, a phase or two
 * that together have the other elements in the ratio asked for, has per atom of those the grand potential
 *
 *   φ_i(a, b) = (e_i − a x_iA − b x_iB)/(1 − x_iA − x_iB),
 *
 * linear in both; its field is where φ_i is least and no phase of A and B alone would form (a x_A + b x_B ≤ e): a convex polygon, cut out of the
 * plane edge by edge (Sutherland and Hodgman, Commun. ACM 17, 32 (1974)). Phases above the hull have no field.
 */
import { ON_HULL, type PhaseDiagram } from "@thioscope/core/thermo";

export type Point = readonly [a: number, b: number];

export interface Field {
  /** one phase, or two in equilibrium */
  formulas: readonly string[];
  corners: readonly Point[];
}

/** A field smaller than this share of the plane is not drawn. */
const LEAST_AREA = 1e-5;

/** φ = e − a p − b q per atom of the closed elements. */
interface Candidate {
  formulas: readonly string[];
  e: number;
  p: number;
  q: number;
}

/**
 * @param low lowest potentials of the plane, eV; it ends at 0
 * @param share of the second closed element among the closed ones, of a diagram of four elements
 */
export function fieldsOf(diagram: PhaseDiagram, [a, b]: readonly [string, string], low: Point, share = 0): Field[] {
  const { entries, hull, above, elements } = diagram;
  const { size, fractions, energies } = hull;
  const [ia, ib] = [elements.indexOf(a), elements.indexOf(b)];
  const of = (j: number, i: number): number => fractions[j * size + i]!;
  const closed = (j: number): number => 1 - of(j, ia) - of(j, ib);
  const stable = entries.map((_, j) => j).filter((j) => above[j]! <= ON_HULL);
  const box: Point[] = [
    [low[0], low[1]],
    [0, low[1]],
    [0, 0],
    [low[0], 0],
  ];
  const open = stable.filter((j) => closed(j) < 1e-9).reduce((polygon, j) => cut(polygon, of(j, ia), of(j, ib), energies[j]!), box);
  const inside = stable.filter((j) => closed(j) >= 1e-9);
  const linear = (j: number): Candidate => ({
    formulas: [entries[j]!.formula],
    e: energies[j]! / closed(j),
    p: of(j, ia) / closed(j),
    q: of(j, ib) / closed(j),
  });
  const candidates = size === 3 ? inside.map(linear) : mixed(inside, linear, (j) => of(j, last(elements, ia, ib)) / closed(j), share);
  const least = LEAST_AREA * areaOf(box);
  return candidates.flatMap((own): Field[] => {
    let polygon = open;
    for (const other of candidates) {
      if (other === own || polygon.length === 0) continue;
      // φ_own ≤ φ_other
      polygon = cut(polygon, other.p - own.p, other.q - own.q, other.e - own.e);
    }
    return areaOf(polygon) > least ? [{ formulas: own.formulas, corners: polygon }] : [];
  });
}

const last = (elements: readonly string[], ia: number, ib: number): number => elements.findLastIndex((_, i) => i !== ia && i !== ib);

/** Single phases of the ratio, and pairs on both sides of it in the amounts that meet it. */
function mixed(phases: readonly number[], linear: (j: number) => Candidate, shareOf: (j: number) => number, share: number): Candidate[] {
  const singles = phases.filter((j) => Math.abs(shareOf(j) - share) < 1e-9).map(linear);
  const below = phases.filter((j) => shareOf(j) < share - 1e-9);
  const beyond = phases.filter((j) => shareOf(j) > share + 1e-9);
  const pairs = below.flatMap((j) =>
    beyond.map((k): Candidate => {
      const t = (share - shareOf(j)) / (shareOf(k) - shareOf(j));
      const [one, two] = [linear(j), linear(k)];
      return {
        formulas: [...one.formulas, ...two.formulas],
        e: one.e + t * (two.e - one.e),
        p: one.p + t * (two.p - one.p),
        q: one.q + t * (two.q - one.q),
      };
    }),
  );
  return [...singles, ...pairs];
}

/** The part of a convex polygon where p a + q b ≤ r. */
function cut(polygon: readonly Point[], p: number, q: number, r: number): Point[] {
  const side = ([a, b]: Point): number => r - p * a - q * b;
  const kept: Point[] = [];
  for (const [i, from] of polygon.entries()) {
    const to = polygon[(i + 1) % polygon.length]!;
    const [sFrom, sTo] = [side(from), side(to)];
    if (sFrom >= 0) kept.push(from);
    if (sFrom >= 0 !== sTo >= 0) {
      const t = sFrom / (sFrom - sTo);
      kept.push([from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])]);
    }
  }
  return kept;
}

function areaOf(polygon: readonly Point[]): number {
  let sum = 0;
  for (const [i, [a, b]] of polygon.entries()) {
    const [c, d] = polygon[(i + 1) % polygon.length]!;
    sum += (a * d - b * c) / 2;
  }
  return Math.abs(sum);
}

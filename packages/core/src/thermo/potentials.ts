/**
 * Chemical-potential diagrams: over which potentials of the elements each phase on the hull is stable. The domain of a phase is the convex hull
 * of the potentials of the facets it belongs to, and open towards −∞ in every element that it does not hold. Potentials are relative to the
 * elements, eV per atom. (Yokokawa, J. Phase Equilib. 20, 258 (1999).)
 */
import type { PhaseDiagram } from "./diagram.ts";

export interface PotentialDomain {
  formula: string;
  /** per element of the diagram: lowest (null: without limit) and highest potential, eV */
  ranges: readonly { element: string; from: number | null; to: number }[];
  /** corners, eV, one list per corner in the order of the diagram's elements */
  corners: readonly (readonly number[])[];
  /** phases with which it can be in equilibrium */
  neighbours: readonly string[];
}

export function potentialDomains(diagram: PhaseDiagram): PotentialDomain[] {
  const { elements, entries, hull } = diagram;
  const { size, facetCount, facets, potentials } = hull;
  const corners = new Map<number, number[][]>();
  const neighbours = new Map<number, Set<number>>();
  for (let f = 0; f < facetCount; f++) {
    const mu = Array.from(potentials.subarray(f * size, (f + 1) * size));
    for (let k = 0; k < size; k++) {
      const phase = facets[f * size + k]!;
      const known = corners.get(phase) ?? [];
      if (!known.some((c) => c.every((v, i) => Math.abs(v - mu[i]!) < 1e-9))) known.push(mu);
      corners.set(phase, known);
      const beside = neighbours.get(phase) ?? new Set();
      for (let m = 0; m < size; m++) if (m !== k) beside.add(facets[f * size + m]!);
      neighbours.set(phase, beside);
    }
  }
  return [...corners]
    .sort(([a], [b]) => a - b)
    .map(([phase, list]) => {
      const entry = entries[phase]!;
      return {
        formula: entry.formula,
        ranges: elements.map((element, i) => {
          const values = list.map((c) => c[i]!);
          return { element, from: entry.composition.has(element) ? Math.min(...values) : null, to: Math.max(...values) };
        }),
        corners: list,
        neighbours: [...(neighbours.get(phase) ?? [])].sort((a, b) => a - b).map((j) => entries[j]!.formula),
      };
    });
}

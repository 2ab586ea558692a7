/**
 * Phases and amplitudes of backscattering for pairs of elements, where no FEFF is at hand.
 *
 * Computed with FEFF 8.5L (feff85exafs, Hedin–Lundqvist exchange, no self-consistency, core hole on) for the structures that each row names, and sampled on
 * one grid of k (scripts/scatteringTable.ts makes the file). Phases of a pair carry over between structures to about 0.01 Å and 1 eV in E0, amplitudes to some
 * percent (Citrin, Eisenberger and Kincaid, Phys. Rev. Lett. 36, 1346 (1976)). Single scattering only.
 */
import type { FeffPath } from "./feffPath.ts";
import { SCATTERING_K, SCATTERING_ROWS } from "./scatteringRows.ts";

const numbers = (text: string): Float64Array => Float64Array.from(text.split(" "), Number);

/** Paths of the table for an absorber's edge; none where it has none. */
export function tabulatedPaths(absorber: string, edge: string): FeffPath[] {
  const k = numbers(SCATTERING_K);
  return SCATTERING_ROWS.filter((row) => row.absorber === absorber && row.edge === edge.toUpperCase()).map((row) => ({
    label: `table ${row.absorber}–${row.scatterer}`,
    reff: row.distance,
    degeneracy: 1,
    legs: 2,
    atoms: [
      { element: row.absorber, position: [0, 0, 0], potential: 0 },
      { element: row.scatterer, position: [row.distance, 0, 0], potential: 1 },
    ],
    k,
    phase: numbers(row.phase),
    amplitude: numbers(row.amplitude),
    lambda: numbers(row.lambda),
    realP: numbers(row.realP),
  }));
}

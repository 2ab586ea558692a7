/**
 * Single-scattering paths of a structure with phases and amplitudes that are known of the same pair of elements: of files of FEFF, or of the table
 * (scatteringTable.ts). What of the two is nearest in distance stands in: distances come out to about 0.01 Å.
 */
import type { Structure } from "../crystal/structure.ts";
import type { FeffPath } from "./feffPath.ts";
import { neighbourShells, transferPath } from "./scattering.ts";
import { tabulatedPaths } from "./scatteringTable.ts";

export interface StructurePathOptions {
  /** label or element of the absorber's site */
  site: string;
  edge: string;
  /** Å */
  radius: number;
  /** paths to take phases from; the table's where absent */
  known?: readonly FeffPath[];
}

/** @returns paths by rising distance, and pairs of elements ("Na–Cl") whose shells are left out for want of phases */
export function structurePaths(
  structure: Structure,
  { site, edge, radius, known }: StructurePathOptions,
): { paths: FeffPath[]; missing: readonly string[] } {
  const absorber = structure.sites?.find(({ label, element }) => label === site || element === site)?.element ?? site;
  const table = known ?? tabulatedPaths(absorber, edge);
  const missing = new Set<string>();
  const paths = neighbourShells(structure, site, radius).flatMap((shell) => {
    const like = table.filter((path) => path.legs === 2 && path.atoms[0]?.element === absorber && path.atoms[1]?.element === shell.element);
    if (like.length === 0) {
      missing.add(`${absorber}–${shell.element}`);
      return [];
    }
    // of several the one at the most similar distance
    const nearest = like.reduce((a, b) => (Math.abs(b.reff - shell.distance) < Math.abs(a.reff - shell.distance) ? b : a));
    return [transferPath(nearest, absorber, shell)];
  });
  return { paths, missing: [...missing] };
}

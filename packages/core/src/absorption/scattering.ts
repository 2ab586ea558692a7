/**
 * Scattering paths from a crystal structure: shells of neighbours about an absorber, and the input that makes FEFF compute them.
 *
 * Single scattering: neighbours of one element at one distance (to 0.01 Å) are one path with that degeneracy. FEFF finds the multiple ones
 * itself. Where no FEFF is at hand, amplitude and phase of another path of the same pair of elements can stand in (`transferPath`): phases of a
 * pair carry over between structures to about 0.01 Å (Citrin, Eisenberger and Kincaid, Phys. Rev. Lett. 36, 1346 (1976)); the answer names the file.
 */
import { orthogonalisation } from "../crystal/cell.ts";
import { expandSites, type Structure } from "../crystal/structure.ts";
import { ThioscopeError } from "../errors.ts";
import { absorptionEdge, atomicNumber } from "./elements.ts";
import type { FeffPath } from "./feffPath.ts";

export interface NeighbourShell {
  element: string;
  /** label of the site in the structure */
  site: string;
  /** Å */
  distance: number;
  /** occupancy-weighted number of atoms */
  count: number;
}

interface Neighbour {
  element: string;
  site: string;
  occupancy: number;
  position: readonly [number, number, number];
  distance: number;
}

const FARTHEST = 12;
const MOST_ATOMS = 2000;

/** Atoms within a radius of the first atom of a site, nearest first. */
function neighbours(structure: Structure, site: string, radius: number): { element: string; atoms: Neighbour[] } {
  if (!structure.sites) throw new ThioscopeError("NOT_COMPUTABLE", `${structure.name} has no atoms, only a cell`);
  if (!(radius > 0 && radius <= FARTHEST))
    throw new ThioscopeError("INVALID_INPUT", `neighbours within ${radius} Å; up to ${FARTHEST} Å are listed`);
  const index = structure.sites.findIndex(({ label, element }) => label === site || element === site);
  if (index < 0) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${structure.name} has no site "${site}"; there are ${structure.sites.map(({ label }) => label).join(", ")}`,
    );
  }
  const atoms = expandSites(structure.cell, structure.group, structure.sites);
  const axes = orthogonalisation(structure.cell);
  const cartesian = (x: number, y: number, z: number): [number, number, number] => [
    axes[0]! * x + axes[1]! * y + axes[2]! * z,
    axes[4]! * y + axes[5]! * z,
    axes[8]! * z,
  ];
  const first = atoms.site.indexOf(index);
  const own = Array.from(atoms.position.subarray(3 * first, 3 * first + 3));
  // cells that a sphere can reach: the reciprocal lengths bound the fractional extents
  const { volume } = structure.cell;
  const [a, b, c, alpha, beta, gamma] = structure.cell.parameters;
  const sine = (angle: number): number => Math.sin((angle * Math.PI) / 180);
  const reach = [b * c * sine(alpha), c * a * sine(beta), a * b * sine(gamma)].map((area) => Math.ceil((radius * area) / volume) + 1);
  const out: Neighbour[] = [];
  for (let i = -reach[0]!; i <= reach[0]!; i++) {
    for (let j = -reach[1]!; j <= reach[1]!; j++) {
      for (let k = -reach[2]!; k <= reach[2]!; k++) {
        for (let n = 0; n < atoms.count; n++) {
          const position = cartesian(
            atoms.position[3 * n]! + i - own[0]!,
            atoms.position[3 * n + 1]! + j - own[1]!,
            atoms.position[3 * n + 2]! + k - own[2]!,
          );
          const distance = Math.hypot(...position);
          if (distance > radius || distance < 0.3) continue;
          const { element, label, occupancy } = structure.sites[atoms.site[n]!]!;
          out.push({ element, site: label, occupancy, position, distance });
          if (out.length > MOST_ATOMS)
            throw new ThioscopeError("INVALID_INPUT", `more than ${MOST_ATOMS} atoms within ${radius} Å: take a smaller radius`);
        }
      }
    }
  }
  return { element: structure.sites[index]!.element, atoms: out.sort((p, q) => p.distance - q.distance) };
}

/** Shells about a site, nearest first. @param site label or element; of an element, its first site */
export function neighbourShells(structure: Structure, site: string, radius: number): NeighbourShell[] {
  const shells: NeighbourShell[] = [];
  for (const { element, site: label, occupancy, distance } of neighbours(structure, site, radius).atoms) {
    const found = shells.find((shell) => shell.element === element && Math.abs(shell.distance - distance) < 0.01);
    if (found) {
      found.distance = (found.distance * found.count + distance * occupancy) / (found.count + occupancy);
      found.count += occupancy;
    } else shells.push({ element, site: label, distance, count: occupancy });
  }
  return shells;
}

/** feff.inp for FEFF6 or later: potentials, atoms, the edge. Sites that are partly occupied count as full, which the text says. */
export function feffInput(structure: Structure, site: string, edge: string, radius = 6): string {
  const { element, atoms } = neighbours(structure, site, radius);
  const hole = ["K", "L1", "L2", "L3"].indexOf(edge.toUpperCase()) + 1;
  if (hole === 0) throw new ThioscopeError("INVALID_INPUT", `an ${edge} edge; FEFF is asked for K, L1, L2 or L3`);
  absorptionEdge(element, edge);
  const elements = [...new Set(atoms.map((atom) => atom.element))];
  const partial = atoms.some(({ occupancy }) => occupancy < 0.999);
  const lines = [
    ` TITLE ${structure.name} (${structure.source})`.slice(0, 75),
    ...(partial ? [" TITLE partly occupied sites are taken as full"] : []),
    ` HOLE ${hole} 1.0`,
    " CONTROL 1 1 1 1",
    " PRINT 0 0 0 3",
    ` RMAX ${radius}`,
    " CRITERIA 4.0 2.5",
    " POTENTIALS",
    `  0 ${atomicNumber(element)} ${element}`,
    ...elements.map((one, i) => `  ${i + 1} ${atomicNumber(one)} ${one}`),
    " ATOMS",
    `  0.00000 0.00000 0.00000 0 ${element} 0.00000`,
    ...atoms.map(
      ({ position, element: one, distance }) =>
        `  ${position.map((v) => v.toFixed(5)).join(" ")} ${elements.indexOf(one) + 1} ${one} ${distance.toFixed(5)}`,
    ),
    " END",
  ];
  return `${lines.join("\n")}\n`;
}

/** Amplitude and phase of a path, at the distance and number of another shell of the same elements. Throws INVALID_INPUT where the elements differ. */
export function transferPath(path: FeffPath, absorber: string, shell: NeighbourShell): FeffPath {
  const [own, scatterer] = path.atoms;
  if (path.legs !== 2 || own?.element !== absorber || scatterer?.element !== shell.element) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `"${path.label}" is ${path.atoms.map(({ element }) => element).join("–")}: its phases are not those of ${absorber}–${shell.element}`,
    );
  }
  return {
    ...path,
    label: `${absorber}–${shell.element} ${shell.distance.toFixed(3)} Å, phases of ${path.label}`,
    reff: shell.distance,
    degeneracy: shell.count,
  };
}

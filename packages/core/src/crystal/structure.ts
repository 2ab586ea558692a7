/**
 * A crystal structure: cell, space group and the sites of the asymmetric unit; its expansion to all atoms of the cell.
 *
 * The orbit of a site is {R x + t}; images closer than {@link SAME_SITE} Å are one atom on a special position, put at
 * their mean so that "0.3333" becomes the third it stands for. Its size is the site's multiplicity. Displacements U_ij (Å², on
 * the reciprocal axes as in CIF) become β_ij = U_ij a*_i a*_j, follow an operation as R β Rᵀ, and are averaged over the
 * site's own symmetry. (Int. Tables A, 1.4; Trueblood et al., Acta Cryst. A52, 770 (1996).)
 */
import type { Notice } from "../errors.ts";
import { ThioscopeError } from "../errors.ts";
import type { UnitCell } from "./cell.ts";
import { DENOMINATOR } from "./operation.ts";
import type { SpaceGroup } from "./spaceGroup.ts";

export interface AtomSite {
  readonly label: string;
  /** "Na"; deuterium is "H" */
  readonly element: string;
  /** formal charge as written, 0 where none is */
  readonly charge: number;
  /** fractional coordinates */
  readonly position: readonly [number, number, number];
  /** 0 to 1 */
  readonly occupancy: number;
  /** Å²; null where not stated: then the atom is computed at rest, which a notice says */
  readonly uIso: number | null;
  /** U11, U22, U33, U12, U13, U23 in Å² */
  readonly uAniso: readonly [number, number, number, number, number, number] | null;
}

export interface Structure {
  readonly name: string;
  /** where the facts come from: a file, a paper, a certificate */
  readonly source: string;
  readonly cell: UnitCell;
  readonly group: SpaceGroup;
  /** null where only cell and space group are known: d-spacings can be computed, intensities cannot */
  readonly sites: readonly AtomSite[] | null;
  readonly notices: readonly Notice[];
}

/** Å. Wider than coordinates rounded to three digits, narrower than the split of any disordered site that files report. */
const SAME_SITE = 0.05;
/** Atoms of one cell; a protein has fewer in its asymmetric unit. */
const MOST_ATOMS = 100_000;

/** All atoms of one cell: site index, position, β (six numbers) per atom. */
export interface Atoms {
  readonly count: number;
  readonly site: Int32Array;
  /** 3 per atom, 0 ≤ x < 1 */
  readonly position: Float64Array;
  /** β11, β22, β33, β12, β13, β23 per atom, all 0 where U is isotropic or not stated */
  readonly beta: Float64Array;
  /** how many atoms each site gives */
  readonly multiplicity: Int32Array;
}

/** INVALID_INPUT for a cell of more than 100 000 atoms. */
export function expandSites(cell: UnitCell, group: SpaceGroup, sites: readonly AtomSite[]): Atoms {
  if (sites.length * group.operations.length > MOST_ATOMS) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${sites.length} sites under ${group.operations.length} operations: cells of up to ${MOST_ATOMS} atoms are handled`,
    );
  }
  const site: number[] = [];
  const position: number[] = [];
  const beta: number[] = [];
  const multiplicity = new Int32Array(sites.length);
  for (const [index, one] of sites.entries()) {
    const orbit = orbitOf(cell, group, one);
    multiplicity[index] = orbit.length;
    for (const atom of orbit) {
      site.push(index);
      position.push(...atom.position);
      beta.push(...atom.beta);
    }
  }
  return {
    count: site.length,
    site: Int32Array.from(site),
    position: Float64Array.from(position),
    beta: Float64Array.from(beta),
    multiplicity,
  };
}

/** Number of atoms that a site at this position gives in one cell. */
export function siteMultiplicity(cell: UnitCell, group: SpaceGroup, position: readonly [number, number, number]): number {
  return orbitOf(cell, group, { position, uAniso: null }).length;
}

interface Image {
  /** sum over merged images, relative to the first */
  first: [number, number, number];
  offset: [number, number, number];
  beta: number[];
  merged: number;
}

function orbitOf(
  cell: UnitCell,
  group: SpaceGroup,
  { position, uAniso }: Pick<AtomSite, "position" | "uAniso">,
): { position: number[]; beta: number[] }[] {
  const b0 = uAniso ? betaOf(cell, uAniso) : null;
  const images: Image[] = [];
  for (const { rotation: r, translation: t } of group.operations) {
    const x: [number, number, number] = [0, 0, 0];
    for (let i = 0; i < 3; i++) {
      x[i] = r[3 * i]! * position[0] + r[3 * i + 1]! * position[1] + r[3 * i + 2]! * position[2] + t[i]! / DENOMINATOR;
    }
    const b = b0 ? rotated(b0, r) : [0, 0, 0, 0, 0, 0];
    const same = images.find((image) => distance(cell, image.first, x) < SAME_SITE);
    if (!same) {
      images.push({ first: x, offset: [0, 0, 0], beta: b, merged: 1 });
      continue;
    }
    for (let i = 0; i < 3; i++) same.offset[i]! += nearestImage(x[i]! - same.first[i]!);
    for (let i = 0; i < 6; i++) same.beta[i]! += b[i]!;
    same.merged++;
  }
  return images.map(({ first, offset, beta, merged }) => ({
    position: first.map((x, i) => {
      const mean = x + offset[i]! / merged;
      const wrapped = mean - Math.floor(mean);
      // rounding of thirds and of -0 leaves 1 - 1e-16
      return wrapped > 1 - 1e-12 ? 0 : wrapped;
    }),
    beta: beta.map((x) => x / merged),
  }));
}

const nearestImage = (x: number): number => x - Math.round(x);

function distance(cell: UnitCell, a: readonly number[], b: readonly number[]): number {
  const g = cell.metric;
  const x = nearestImage(a[0]! - b[0]!);
  const y = nearestImage(a[1]! - b[1]!);
  const z = nearestImage(a[2]! - b[2]!);
  return Math.sqrt(Math.max(0, x * x * g[0]! + y * y * g[4]! + z * z * g[8]! + 2 * (x * y * g[1]! + x * z * g[2]! + y * z * g[5]!)));
}

/** U (Å²) to β (no unit): U_ij a*_i a*_j. */
function betaOf(cell: UnitCell, [u11, u22, u33, u12, u13, u23]: NonNullable<AtomSite["uAniso"]>): number[] {
  const [a, b, c] = [0, 4, 8].map((i) => Math.sqrt(cell.reciprocal[i]!)) as [number, number, number];
  return [u11 * a * a, u22 * b * b, u33 * c * c, u12 * a * b, u13 * a * c, u23 * b * c];
}

/** R β Rᵀ */
function rotated([b11 = 0, b22 = 0, b33 = 0, b12 = 0, b13 = 0, b23 = 0]: readonly number[], r: readonly number[]): number[] {
  const full = [b11, b12, b13, b12, b22, b23, b13, b23, b33];
  const at = (i: number, j: number): number => {
    let sum = 0;
    for (let k = 0; k < 3; k++) for (let m = 0; m < 3; m++) sum += r[3 * i + k]! * full[3 * k + m]! * r[3 * j + m]!;
    return sum;
  };
  return [at(0, 0), at(1, 1), at(2, 2), at(0, 1), at(0, 2), at(1, 2)];
}

/** Contents of one cell by element, e.g. Na 8, S 4; partial occupancies counted. */
export function cellContents(structure: Structure): ReadonlyMap<string, number> {
  const contents = new Map<string, number>();
  if (!structure.sites) return contents;
  const { multiplicity } = expandSites(structure.cell, structure.group, structure.sites);
  for (const [i, site] of structure.sites.entries()) {
    contents.set(site.element, (contents.get(site.element) ?? 0) + multiplicity[i]! * site.occupancy);
  }
  return contents;
}

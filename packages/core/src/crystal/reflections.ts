/**
 * The reflections of a cell and space group down to a smallest d: one of each family of symmetry-equivalent indices with the
 * family's size (multiplicity), systematic extinctions left out or listed apart.
 *
 * Families are those of the Laue group (Friedel mates counted together), as in any powder pattern. |h| ≤ a/d_min follows
 * from h = a·g, so the search box is complete. The family is named by its member with the fewest negative indices, and among those
 * the largest h, then k, then l.
 */
import { ThioscopeError } from "../errors.ts";
import { inverseSquareSpacing, type UnitCell } from "./cell.ts";
import { type Indices, isExtinct } from "./extinction.ts";
import { laueOperations, type SpaceGroup } from "./spaceGroup.ts";

export interface Reflection {
  readonly hkl: Indices;
  readonly dAngstrom: number;
  /** how many hkl of the Laue group share this d by symmetry */
  readonly multiplicity: number;
}

export interface ReflectionList {
  /** by falling d */
  readonly allowed: readonly Reflection[];
  readonly extinct: readonly Reflection[];
}

/** Index triples searched at most: about a second of work and a few hundred thousand reflections. */
const MOST_INDICES = 4_000_000;

/**
 * All families with d ≥ `dMinAngstrom`. Throws INVALID_INPUT where the list would be endless: d_min is too small for
 * the cell.
 */
export function listReflections(cell: UnitCell, group: SpaceGroup, dMinAngstrom: number): ReflectionList {
  if (!(dMinAngstrom > 0 && Number.isFinite(dMinAngstrom))) {
    throw new ThioscopeError("INVALID_INPUT", `smallest d ${dMinAngstrom} Å: it must be above 0`);
  }
  const [hMax, kMax, lMax] = [0, 1, 2].map((i) => Math.floor(cell.parameters[i]! / dMinAngstrom + 1e-9)) as [number, number, number];
  const searched = (2 * hMax + 1) * (2 * kMax + 1) * (2 * lMax + 1);
  if (searched > MOST_INDICES) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `d down to ${dMinAngstrom} Å would be ${searched.toExponential(1)} index triples for this cell: choose a larger smallest d`,
    );
  }
  // powder families: images under the transposed matrices, h R for all R of the Laue group
  const laue = laueOperations(group.operations);
  const limit = (1 / dMinAngstrom ** 2) * (1 + 1e-12);
  const allowed: Reflection[] = [];
  const extinct: Reflection[] = [];
  for (let h = hMax; h >= -hMax; h--) {
    for (let k = kMax; k >= -kMax; k--) {
      for (let l = lMax; l >= -lMax; l--) {
        if (h === 0 && k === 0 && l === 0) continue;
        const q = inverseSquareSpacing(cell, h, k, l);
        if (q > limit) continue;
        const multiplicity = familySize(laue, h, k, l);
        if (multiplicity === 0) continue;
        const reflection: Reflection = { hkl: [h, k, l], dAngstrom: 1 / Math.sqrt(q), multiplicity };
        (isExtinct(group, h, k, l) ? extinct : allowed).push(reflection);
      }
    }
  }
  const byD = (a: Reflection, b: Reflection): number => b.dAngstrom - a.dAngstrom || b.hkl[0] - a.hkl[0] || b.hkl[1] - a.hkl[1];
  return { allowed: allowed.sort(byD), extinct: extinct.sort(byD) };
}

const negatives = (h: number, k: number, l: number): number => (h < 0 ? 1 : 0) + (k < 0 ? 1 : 0) + (l < 0 ? 1 : 0);

/** Size of the family of hkl if hkl is the member that names it, else 0. */
function familySize(laue: readonly (readonly number[])[], h: number, k: number, l: number): number {
  const own = negatives(h, k, l);
  let fixed = 0;
  for (const r of laue) {
    const u = h * r[0]! + k * r[3]! + l * r[6]!;
    const v = h * r[1]! + k * r[4]! + l * r[7]!;
    const w = h * r[2]! + k * r[5]! + l * r[8]!;
    if (u === h && v === k && w === l) {
      fixed++;
      continue;
    }
    const other = negatives(u, v, w);
    if (other < own || (other === own && (u > h || (u === h && (v > k || (v === k && w > l)))))) return 0;
  }
  return laue.length / fixed;
}

/** The member of the family of `hkl` that {@link listReflections} names it by, and its size. */
export function familyOf(group: SpaceGroup, hkl: Indices): { hkl: Indices; multiplicity: number } {
  const laue = laueOperations(group.operations);
  const images = new Map<string, Indices>();
  for (const r of laue) {
    const image = [0, 1, 2].map((j) => hkl[0] * r[j]! + hkl[1] * r[3 + j]! + hkl[2] * r[6 + j]! + 0) as unknown as Indices;
    images.set(image.join(), image);
  }
  const name = [...images.values()].find((image) => familySize(laue, ...image) > 0);
  return { hkl: name ?? hkl, multiplicity: images.size };
}

/**
 * The lower convex hull of energies over composition, and what follows from it at any composition.
 *
 * Phase j has the atom fractions x_j (sum 1) and the energy e_j per atom. The hull at x is the least energy of any mixture,
 *
 *   h(x) = min { Σ λ_j e_j : Σ λ_j x_j = x, λ ≥ 0 } = max { μ·x : μ·x_j ≤ e_j for all j },
 *
 * a linear programme whose dual variables are the chemical potentials μ, eV per atom. A facet is an optimal basis: as many phases as
 * elements, in equilibrium at one μ. All facets are found by pivoting across each ridge of each facet, from one found by the
 * simplex method (gift wrapping; Chand and Kapur, J. ACM 17, 78 (1970)). The hull is then the upper envelope of the facets' planes, which
 * needs no search for the facet that holds a composition and does not depend on how ties are broken.
 *
 * Ties (phases exactly on a facet, more phases in equilibrium than elements) are broken by a change of 1e-10 of the energy scale,
 * fixed by the order of compositions and not by the order of entries; energies and potentials are those of the unchanged energies,
 * right to that size. Up to seven elements.
 */
import { ThioscopeError } from "../errors.ts";

/** Phases and elements that a hull takes. */
export const HULL_LIMITS = { elements: 7, phases: 20_000 } as const;

/** eV per atom within which a phase lies on the hull. */
export const ON_HULL = 1e-8;

const TIE = 1e-10;
/** smaller coordinates are rounding */
const FLAT = 1e-9;

export interface Hull {
  /** number of elements */
  readonly size: number;
  /** Row j: fractions of phase j, `size` each. */
  readonly fractions: Float64Array;
  /** eV per atom, as given */
  readonly energies: Float64Array;
  /** Row f: the phases in equilibrium at facet f, `size` each. */
  readonly facets: Int32Array;
  /** Row f: the chemical potentials at facet f, eV per atom, `size` each. */
  readonly potentials: Float64Array;
  readonly facetCount: number;
}

/**
 * @param size number of elements
 * @param fractions row per phase, each of `size` fractions that sum to 1
 * @param energies eV per atom, one per phase
 * @throws ThioscopeError INVALID_INPUT where an element has no phase of its own, or beyond {@link HULL_LIMITS}
 */
export function convexHull(size: number, fractions: Float64Array, energies: Float64Array): Hull {
  const count = energies.length;
  if (!(size >= 1 && size <= HULL_LIMITS.elements)) {
    throw new ThioscopeError("INVALID_INPUT", `${size} elements: a hull takes 1 to ${HULL_LIMITS.elements}`);
  }
  if (count > HULL_LIMITS.phases) throw new ThioscopeError("INVALID_INPUT", `${count} phases: a hull takes up to ${HULL_LIMITS.phases}`);
  if (fractions.length !== count * size) throw new ThioscopeError("INVALID_INPUT", "fractions and energies do not belong together");
  const work = candidates(size, fractions, energies);
  const found = wrap(work, firstFacet(work));
  const facetCount = found.length;
  const facets = new Int32Array(facetCount * size);
  const potentials = new Float64Array(facetCount * size);
  found.sort(compareLists);
  const inverse = new Float64Array(size * size);
  for (const [f, basis] of found.entries()) {
    invert(work, basis, inverse);
    for (let k = 0; k < size; k++) facets[f * size + k] = work.origin[basis[k]!]!;
    // unchanged energies: the tie-breaking chose the phases, it does not enter the result
    for (let i = 0; i < size; i++) {
      let mu = 0;
      for (let k = 0; k < size; k++) mu += energies[work.origin[basis[k]!]!]! * inverse[k * size + i]!;
      potentials[f * size + i] = mu;
    }
  }
  return { size, fractions, energies, facets, potentials, facetCount };
}

/** Energy of the hull at the fractions `x`, eV per atom, and the facet it lies on. */
export function hullAt(hull: Hull, x: ArrayLike<number>, at = 0): { energy: number; facet: number } {
  const { size, potentials, facetCount } = hull;
  let energy = Number.NEGATIVE_INFINITY;
  let facet = 0;
  for (let f = 0; f < facetCount; f++) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += potentials[f * size + i]! * x[at + i]!;
    if (sum > energy) {
      energy = sum;
      facet = f;
    }
  }
  return { energy, facet };
}

/** Energy above the hull of every phase, eV per atom; what rounding leaves below zero is zero. */
export function energiesAboveHull(hull: Hull): Float64Array {
  const { size, fractions, energies } = hull;
  return energies.map((energy, j) => Math.max(0, energy - hullAt(hull, fractions, j * size).energy));
}

/**
 * The phases of least energy at the fractions `x` and how much of each (atoms of the phase per atom of x); amounts below 1e-9 are none.
 */
export function decompose(hull: Hull, x: ArrayLike<number>): { phase: number; amount: number }[] {
  const { size, fractions, facets } = hull;
  const best = hullAt(hull, x).energy;
  // of the facets that tie, one on which no amount is negative
  let chosen: { phase: number; amount: number }[] = [];
  let worst = Number.NEGATIVE_INFINITY;
  const basis = new Float64Array(size * size);
  for (let f = 0; f < hull.facetCount && worst < -FLAT; f++) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += hull.potentials[f * size + i]! * x[i]!;
    if (sum < best - 1e-7) continue;
    for (let k = 0; k < size; k++) for (let i = 0; i < size; i++) basis[i * size + k] = fractions[facets[f * size + k]! * size + i]!;
    const amounts = solve(size, basis, x);
    const least = amounts === null ? Number.NEGATIVE_INFINITY : Math.min(...amounts);
    if (amounts === null || least <= worst) continue;
    worst = least;
    chosen = Array.from(amounts, (amount, k) => ({ phase: facets[f * size + k]!, amount }));
  }
  return chosen.filter(({ amount }) => amount > FLAT);
}

/** Distinct phases that can lie on the hull, in an order that does not depend on how they were given. */
interface Work {
  size: number;
  count: number;
  x: Float64Array;
  /** energies with ties broken */
  e: Float64Array;
  /** the phase among those given */
  origin: Int32Array;
  corners: Int32Array;
}

function candidates(size: number, fractions: Float64Array, energies: Float64Array): Work {
  const best = new Int32Array(size).fill(-1);
  const pure = (j: number): number => {
    for (let i = 0; i < size; i++) if (fractions[j * size + i]! > 1 - 1e-12) return i;
    return -1;
  };
  let scale = 0;
  for (let j = 0; j < energies.length; j++) {
    if (!Number.isFinite(energies[j]!)) throw new ThioscopeError("INVALID_INPUT", `phase ${j + 1} has no finite energy`);
    scale = Math.max(scale, Math.abs(energies[j]!));
    const corner = pure(j);
    if (corner >= 0 && (best[corner]! < 0 || energies[j]! < energies[best[corner]!]!)) best[corner] = j;
  }
  const missing = Array.from(best.keys()).filter((i) => best[i]! < 0);
  if (missing.length > 0)
    throw new ThioscopeError("INVALID_INPUT", `element ${missing.map((i) => i + 1).join(", ")} of the hull has no phase`);
  const chosen: number[] = [];
  for (let j = 0; j < energies.length; j++) {
    if (pure(j) >= 0) continue;
    let plane = 0;
    for (let i = 0; i < size; i++) plane += energies[best[i]!]! * fractions[j * size + i]!;
    if (energies[j]! < plane) chosen.push(j);
  }
  const order = (a: number, b: number): number => {
    for (let i = 0; i < size; i++) {
      const difference = fractions[a * size + i]! - fractions[b * size + i]!;
      if (Math.abs(difference) > 1e-12) return difference;
    }
    return energies[a]! - energies[b]! || a - b;
  };
  chosen.sort(order);
  const same = (a: number, b: number): boolean => {
    for (let i = 0; i < size; i++) if (Math.abs(fractions[a * size + i]! - fractions[b * size + i]!) > 1e-12) return false;
    return true;
  };
  const kept = chosen.filter((j, k) => k === 0 || !same(j, chosen[k - 1]!));
  const origin = Int32Array.from([...best, ...kept]);
  const x = new Float64Array(origin.length * size);
  const e = new Float64Array(origin.length);
  for (const [k, j] of origin.entries()) {
    for (let i = 0; i < size; i++) x[k * size + i] = fractions[j * size + i]!;
    // the fractional parts of multiples of the golden ratio: spread evenly, no two alike
    e[k] = energies[j]! + scale * TIE * ((k * 0.6180339887498949) % 1);
  }
  return { size, count: origin.length, x, e, origin, corners: Int32Array.from({ length: size }, (_, i) => i) };
}

/** The facet over a composition inside, by the simplex method from the elements. */
function firstFacet(work: Work): Int32Array {
  const { size, count, x, e } = work;
  const basis = Int32Array.from(work.corners);
  const inverse = new Float64Array(size * size);
  const mu = new Float64Array(size);
  // a composition without simple ratios lies on no tie line
  const target = Float64Array.from({ length: size }, (_, i) => 1 + ((i + 1) * Math.SQRT2) / 10 + ((i * i + 1) * Math.sqrt(3)) / 100);
  for (let turn = 0; turn < 50 * (count + size); turn++) {
    invert(work, basis, inverse);
    potentialsOf(work, basis, inverse, mu);
    let entering = -1;
    let least = -1e-13;
    for (let j = 0; j < count; j++) {
      let reduced = e[j]!;
      for (let i = 0; i < size; i++) reduced -= mu[i]! * x[j * size + i]!;
      if (reduced < least && !basis.includes(j)) {
        least = reduced;
        entering = j;
      }
    }
    if (entering < 0) return basis.sort();
    let leaving = -1;
    let ratio = Number.POSITIVE_INFINITY;
    for (let k = 0; k < size; k++) {
      let direction = 0;
      let amount = 0;
      for (let i = 0; i < size; i++) {
        direction += inverse[k * size + i]! * x[entering * size + i]!;
        amount += inverse[k * size + i]! * target[i]!;
      }
      if (direction > FLAT && amount / direction < ratio) {
        ratio = amount / direction;
        leaving = k;
      }
    }
    if (leaving < 0) break;
    basis[leaving] = entering;
  }
  throw new ThioscopeError("NOT_COMPUTABLE", "the hull's first facet was not found: energies or compositions are inconsistent");
}

/** All facets, from one. */
function wrap(work: Work, first: Int32Array): Int32Array[] {
  const { size, count, x, e } = work;
  const inverse = new Float64Array(size * size);
  const mu = new Float64Array(size);
  const reduced = new Float64Array(count);
  const seen = new Set([keyOf(first, -1)]);
  const facets = [first];
  // a ridge is shared by two facets: once crossed, it need not be crossed back
  const crossed = new Set<string>();
  for (let next = 0; next < facets.length; next++) {
    const basis = facets[next]!;
    invert(work, basis, inverse);
    potentialsOf(work, basis, inverse, mu);
    for (let j = 0; j < count; j++) {
      let sum = e[j]!;
      for (let i = 0; i < size; i++) sum -= mu[i]! * x[j * size + i]!;
      reduced[j] = sum;
    }
    for (let k = 0; k < size; k++) {
      const ridge = keyOf(basis, k);
      if (crossed.has(ridge)) continue;
      crossed.add(ridge);
      let entering = -1;
      let least = Number.POSITIVE_INFINITY;
      for (let j = 0; j < count; j++) {
        let coordinate = 0;
        for (let i = 0; i < size; i++) coordinate += inverse[k * size + i]! * x[j * size + i]!;
        if (coordinate >= -FLAT) continue;
        const ratio = -reduced[j]! / coordinate;
        if (ratio < least) {
          least = ratio;
          entering = j;
        }
      }
      if (entering < 0) continue;
      const neighbour = basis.with(k, entering).sort();
      const key = keyOf(neighbour, -1);
      if (seen.has(key)) continue;
      seen.add(key);
      facets.push(neighbour);
    }
  }
  return facets;
}

/** A short name of a sorted list of phases, without the one at `out`. There are fewer than 2^16 phases. */
function keyOf(basis: Int32Array, out: number): string {
  let key = "";
  for (let m = 0; m < basis.length; m++) if (m !== out) key += String.fromCharCode(basis[m]!);
  return key;
}

function potentialsOf({ size, e }: Work, basis: Int32Array, inverse: Float64Array, into: Float64Array): void {
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let k = 0; k < size; k++) sum += e[basis[k]!]! * inverse[k * size + i]!;
    into[i] = sum;
  }
}

const scratch = new Float64Array(HULL_LIMITS.elements * HULL_LIMITS.elements);

/** The inverse of the matrix whose columns are the fractions of the basis, by Gauss and Jordan with row pivots. */
function invert({ size, x }: Work, basis: Int32Array, inverse: Float64Array): void {
  const a = scratch;
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      a[i * size + k] = x[basis[k]! * size + i]!;
      inverse[i * size + k] = i === k ? 1 : 0;
    }
  }
  for (let c = 0; c < size; c++) {
    let pivot = c;
    for (let r = c + 1; r < size; r++) if (Math.abs(a[r * size + c]!) > Math.abs(a[pivot * size + c]!)) pivot = r;
    if (pivot !== c) {
      for (let k = 0; k < size; k++) {
        const held = a[c * size + k]!;
        a[c * size + k] = a[pivot * size + k]!;
        a[pivot * size + k] = held;
        const kept = inverse[c * size + k]!;
        inverse[c * size + k] = inverse[pivot * size + k]!;
        inverse[pivot * size + k] = kept;
      }
    }
    const scale = 1 / a[c * size + c]!;
    for (let k = 0; k < size; k++) {
      a[c * size + k] = a[c * size + k]! * scale;
      inverse[c * size + k] = inverse[c * size + k]! * scale;
    }
    for (let r = 0; r < size; r++) {
      const factor = a[r * size + c]!;
      if (r === c || factor === 0) continue;
      for (let k = 0; k < size; k++) {
        a[r * size + k] = a[r * size + k]! - factor * a[c * size + k]!;
        inverse[r * size + k] = inverse[r * size + k]! - factor * inverse[c * size + k]!;
      }
    }
  }
}

/** The solution of A y = b (A row-major, left unchanged); null where A is singular. */
function solve(size: number, matrix: Float64Array, b: ArrayLike<number>): Float64Array | null {
  const a = matrix.slice();
  const y = Float64Array.from(b);
  for (let c = 0; c < size; c++) {
    let pivot = c;
    for (let r = c + 1; r < size; r++) if (Math.abs(a[r * size + c]!) > Math.abs(a[pivot * size + c]!)) pivot = r;
    if (Math.abs(a[pivot * size + c]!) < 1e-13) return null;
    if (pivot !== c) {
      for (let k = 0; k < size; k++) [a[c * size + k], a[pivot * size + k]] = [a[pivot * size + k]!, a[c * size + k]!];
      [y[c], y[pivot]] = [y[pivot]!, y[c]!];
    }
    for (let r = 0; r < size; r++) {
      if (r === c) continue;
      const factor = a[r * size + c]! / a[c * size + c]!;
      if (factor === 0) continue;
      for (let k = c; k < size; k++) a[r * size + k] = a[r * size + k]! - factor * a[c * size + k]!;
      y[r] = y[r]! - factor * y[c]!;
    }
  }
  for (let r = 0; r < size; r++) y[r] = y[r]! / a[r * size + r]!;
  return y;
}

function compareLists(a: Int32Array, b: Int32Array): number {
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return a[k]! - b[k]!;
  return 0;
}

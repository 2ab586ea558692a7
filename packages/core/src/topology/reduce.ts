/**
 * Reduction of coboundary columns over Z/p, the one loop behind every dimension.
 *
 * A column is a simplex; its coboundary are the simplices one dimension up that hold it, each with a number (key) that grows in the order
 * of the filtration. Columns are taken from the last to the first. The first simplex of a column's coboundary is its pivot; where another
 * column owns this pivot, a multiple of that column is added until the pivot is free (the class dies there) or nothing is left (it stays
 * open). Columns are never stored: only which simplices were added, and their coboundaries are listed anew when needed.
 * (V. de Silva, D. Morozov, M. Vejdemo-Johansson, Inverse Problems 27, 124003 (2011); U. Bauer, J. Appl. Comput. Topol. 5, 391 (2021).)
 */
import { grown } from "./edges.ts";

/** What a dimension must say about its simplices. */
export interface Cofaces {
  /** only simplices with keys below this are there so far */
  readonly bound: number;
  /** keys and signs of the coboundary of `column` */
  readonly keys: Float64Array;
  readonly signs: Int8Array;
  /** fills `keys` and `signs`; @returns how many */
  list(column: number): number;
  /** the column that owns `pivot` because both appear with the same longest edge, -1 if there is none */
  apparent(pivot: number): number;
}

export interface Reducer {
  /** Reduces a column (or goes on with one left open); @returns its pivot, -1 if it stays open so far. */
  reduce(column: number): number;
  /** The column that owns a pivot found by `reduce`. */
  ownerOf(pivot: number): number | undefined;
}

/** What a column was added up from: simplices and coefficients. */
interface Sum {
  keys: Float64Array;
  factors: Int32Array;
  /** below this key nothing is left of the sum's coboundary */
  empty: number;
}

/** @param prime the field is Z/prime; the caller has checked that it is one */
export function reducer(cofaces: Cofaces, prime: number): Reducer {
  const sums = new Map<number, Sum>();
  const owners = new Map<number, number>();
  const heap = makeHeap(prime);
  let keys = new Float64Array(64);
  let factors = new Int32Array(64);
  let count = 0;

  const note = (key: number, factor: number): void => {
    if (count === keys.length) {
      keys = grown(keys, 2 * count);
      factors = grown(factors, 2 * count);
    }
    keys[count] = key;
    factors[count++] = factor;
  };
  /** adds factor × column from key `first` on; the entry `but` has been taken off already */
  const add = (column: number, factor: number, but: number, first = 0): void => {
    note(column, factor);
    const found = cofaces.list(column);
    for (let k = 0; k < found; k++) {
      const key = cofaces.keys[k]!;
      if (key !== but && key >= first) heap.push(key, cofaces.signs[k]! > 0 ? factor : prime - factor);
    }
  };
  const isFree = (pivot: number): boolean => !owners.has(pivot) && cofaces.apparent(pivot) === -1;

  return {
    ownerOf: (pivot) => owners.get(pivot),
    reduce(column) {
      const before = sums.get(column);
      if (!before) {
        // most columns own the first simplex of their own coboundary
        const found = cofaces.list(column);
        let first = -1;
        for (let k = 0; k < found; k++) if (first === -1 || cofaces.keys[k]! < cofaces.keys[first]!) first = k;
        if (first === -1) return -1;
        const pivot = cofaces.keys[first]!;
        const sign = cofaces.signs[first]!;
        if (isFree(pivot)) {
          owners.set(pivot, column);
          sums.set(column, { keys: Float64Array.of(column), factors: Int32Array.of(sign > 0 ? 1 : prime - 1), empty: 0 });
          return pivot;
        }
      }
      heap.clear();
      count = 0;
      if (before) for (let k = 0; k < before.keys.length; k++) add(before.keys[k]!, before.factors[k]!, -1, before.empty);
      else add(column, 1, -1);
      for (;;) {
        const pivot = heap.pop();
        if (pivot === -1) {
          sums.set(column, collected(keys, factors, count, prime, 1, cofaces.bound));
          return -1;
        }
        const value = heap.value();
        const owner = owners.get(pivot);
        if (owner !== undefined) {
          // the owner's sum is scaled to 1 at its pivot
          const sum = sums.get(owner)!;
          heap.push(pivot, value);
          for (let k = 0; k < sum.keys.length; k++) add(sum.keys[k]!, ((prime - value) * sum.factors[k]!) % prime, -1);
          continue;
        }
        const twin = cofaces.apparent(pivot);
        if (twin === -1) {
          owners.set(pivot, column);
          sums.set(column, collected(keys, factors, count, prime, inverse(value, prime), 0));
          return pivot;
        }
        const found = cofaces.list(twin);
        let at = 0;
        while (at < found && cofaces.keys[at] !== pivot) at++;
        add(twin, cofaces.signs[at]! > 0 ? prime - value : value, pivot);
      }
    },
  };
}

/** Like terms together, scaled by `by`. */
function collected(keys: Float64Array, factors: Int32Array, count: number, prime: number, by: number, empty: number): Sum {
  const total = new Map<number, number>();
  for (let k = 0; k < count; k++) total.set(keys[k]!, ((total.get(keys[k]!) ?? 0) + factors[k]!) % prime);
  const kept = [...total].filter(([, factor]) => factor !== 0);
  return { keys: Float64Array.from(kept, ([key]) => key), factors: Int32Array.from(kept, ([, factor]) => (factor * by) % prime), empty };
}

function inverse(value: number, prime: number): number {
  let result = 1;
  for (let base = value % prime, e = prime - 2; e > 0; e >>= 1, base = (base * base) % prime) if (e & 1) result = (result * base) % prime;
  return result;
}

/** A binary heap of keys with coefficients mod `prime`; equal keys are added up when they come off. */
function makeHeap(prime: number) {
  let keys = new Float64Array(1024);
  let values = new Int32Array(1024);
  let size = 0;
  let sum = 0;

  const removeFirst = (): void => {
    size--;
    if (size === 0) return;
    const key = keys[size]!;
    const value = values[size]!;
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && keys[child + 1]! < keys[child]!) child++;
      if (keys[child]! >= key) break;
      keys[hole] = keys[child]!;
      values[hole] = values[child]!;
      hole = child;
    }
    keys[hole] = key;
    values[hole] = value;
  };

  return {
    clear(): void {
      size = 0;
    },
    push(key: number, value: number): void {
      if (size === keys.length) {
        keys = grown(keys, 2 * size);
        values = grown(values, 2 * size);
      }
      let hole = size++;
      while (hole > 0) {
        const parent = (hole - 1) >> 1;
        if (keys[parent]! <= key) break;
        keys[hole] = keys[parent]!;
        values[hole] = values[parent]!;
        hole = parent;
      }
      keys[hole] = key;
      values[hole] = value;
    },
    /** the first key whose coefficients do not cancel, -1 if there is none; its coefficient is then `value()` */
    pop(): number {
      while (size > 0) {
        const key = keys[0]!;
        sum = 0;
        while (size > 0 && keys[0] === key) {
          sum = (sum + values[0]!) % prime;
          removeFirst();
        }
        if (sum !== 0) return key;
      }
      return -1;
    },
    value: (): number => sum,
  };
}

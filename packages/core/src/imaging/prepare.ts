/**
 * From counts to line integrals: flats and darks, rings, truncated projections.
 *
 *   p = −ln((I − D)/(F − D))
 *
 * Rings come from columns whose response is wrong. Sorted by value, neighbouring columns of a sinogram look alike (N. T. Vo, R. C.
 * Atwood, M. Drakopoulos, Opt. Express 26, 28396 (2018)): a column that differs at most ranks is wrong, and as a wrong response is a constant in
 * −ln I, the median difference is taken off it.
 *
 * Where the object is larger than the field, projections end above zero and the ramp turns the cut into a bright rim and a shallow bowl. Rows
 * are continued smoothly to zero on both sides before they are filtered (K. J. Ruchala et al., Med. Phys. 29, 2404 (2002)). What the
 * continuation cannot know stays as a smooth error; its size is judged by the difference between two continuations.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import type { Sinogram } from "./model.ts";

export interface Transmitted {
  values: Float32Array;
  /** pixels without light, or with less than nothing: their line integral is taken from beside them */
  dead: number;
}

/**
 * Line integrals of one projection.
 *
 * @param flat mean of the open beam, dark mean without beam, both as long as `counts`
 */
export function lineIntegrals(counts: ArrayLike<number>, flat: ArrayLike<number>, dark: ArrayLike<number>): Transmitted {
  const n = counts.length;
  if (flat.length !== n || dark.length !== n) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `a projection of ${n} pixels, a flat of ${flat.length}, a dark of ${dark.length}: they must be alike`,
    );
  }
  const values = new Float32Array(n);
  let dead = 0;
  for (let i = 0; i < n; i++) {
    const open = flat[i]! - dark[i]!;
    const through = counts[i]! - dark[i]!;
    if (open > 0 && through > 0) values[i] = -Math.log(through / open);
    else {
      // NaN too ends here
      values[i] = Number.NaN;
      dead++;
    }
  }
  if (dead === n)
    throw new ThioscopeError("INVALID_INPUT", "no pixel of the projection has light: flat, dark and projection do not belong together");
  return { values, dead };
}

/** Fills pixels without a value along a row, linearly between their neighbours. */
export function fillRow(row: Float32Array): void {
  let known = -1;
  for (let i = 0; i <= row.length; i++) {
    if (i < row.length && Number.isNaN(row[i]!)) continue;
    if (i - known > 1) {
      const left = known >= 0 ? row[known]! : i < row.length ? row[i]! : 0;
      const right = i < row.length ? row[i]! : left;
      for (let k = known + 1; k < i; k++) row[k] = left + ((right - left) * (k - known)) / (i - known);
    }
    known = i;
  }
}

/** Columns that differ from what their neighbours let expect by more than this many times the usual difference are wrong. */
const WRONG_COLUMN = 4;

/**
 * A sinogram without the stripes of wrong columns; right columns stay as they are.
 *
 * @param reach columns on either side that a column is compared with; stripes narrower than it are seen
 */
export function withoutRings({ angles, columns, values }: Sinogram, reach = 5): Sinogram {
  const rows = angles.length;
  const sorted = Array.from({ length: columns }, (_, c) => Float32Array.from(angles, (_angle, a) => values[a * columns + c]!).sort());
  const off = Float64Array.from(sorted, (own, c) => {
    const ranks: number[] = [];
    for (let a = 0; a < rows; a += Math.max(1, rows >> 6)) ranks.push(own[a]! - expectedAt(sorted, c, a, reach));
    return median(ranks);
  });
  const usual = median(Array.from(off, Math.abs)) / 0.6745;
  const wrong = isolated(off, WRONG_COLUMN * usual);
  return { angles, columns, values: values.map((value, i) => value - wrong[i % columns]!) };
}

/** Widest stripe: what differs over more columns is an edge of the object that turns in place. */
const WIDEST_STRIPE = 2;

/** Differences above `limit` of stripes that stand alone: narrow, and their flanks differ by less than a third of it. */
function isolated(off: Float64Array, limit: number): Float64Array {
  const wrong = new Float64Array(off.length);
  for (let c = 0; c < off.length; ) {
    let end = c;
    while (end < off.length && Math.abs(off[end]!) > limit && Math.sign(off[end]!) === Math.sign(off[c]!)) end++;
    const run = end - c;
    const flank = Math.max(Math.abs(off[c - 1] ?? 0), Math.abs(off[end] ?? 0));
    if (run > 0 && run <= WIDEST_STRIPE && 3 * flank < Math.max(...off.subarray(c, end).map(Math.abs))) wrong.set(off.subarray(c, end), c);
    c = Math.max(end, c + 1);
  }
  return wrong;
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values.length % 2 === 1 ? values[values.length >> 1]! : (values[values.length / 2 - 1]! + values[values.length / 2]!) / 2;
}

/** What the neighbours on both sides let expect at a rank: the median of the chords over it, so that a slope or a step beside it is no stripe. */
function expectedAt(sorted: readonly Float32Array[], at: number, rank: number, reach: number): number {
  const chords: number[] = [];
  for (let k = 1; k <= reach && at - k >= 0 && at + k < sorted.length; k++)
    chords.push((sorted[at - k]![rank]! + sorted[at + k]![rank]!) / 2);
  return chords.length > 0 ? median(chords) : sorted[at]![rank]!;
}

/**
 * The sinogram with air at zero: the mean of the outermost columns of each projection, as a line across it, is taken off. For objects that lie
 * inside the field: the beam's drift between flat and projection is a constant in −ln I, and shifts both the grey values and the axis.
 */
export function levelled({ angles, columns, values }: Sinogram): Sinogram {
  const wide = Math.max(1, Math.round(columns / 100));
  const out = new Float32Array(values.length);
  for (let a = 0; a < angles.length; a++) {
    let left = 0;
    let right = 0;
    for (let k = 0; k < wide; k++) {
      left += values[a * columns + k]! / wide;
      right += values[(a + 1) * columns - 1 - k]! / wide;
    }
    for (let c = 0; c < columns; c++) out[a * columns + c] = values[a * columns + c]! - left - ((right - left) * c) / (columns - 1);
  }
  return { angles, columns, values: out };
}

/** The mean of the outermost columns over that of all: 0 where the object lies inside the field. */
export function edgeShare({ angles, columns, values }: Sinogram): number {
  const wide = Math.max(1, Math.round(columns / 100));
  let edge = 0;
  let all = 0;
  for (let a = 0; a < angles.length; a++) {
    for (let c = 0; c < columns; c++) {
      const value = values[a * columns + c]!;
      all += value;
      if (c < wide || c >= columns - wide) edge += value;
    }
  }
  return all > 0 ? edge / (2 * wide) / (all / columns) : 0;
}

/** From this share on the object is taken to be larger than the field. */
export const TRUNCATED_FROM = 0.05;

/** How rows go on beyond the field: to zero as a quarter of a cosine, or as the chord of a circle that both ends lie on. */
export type Continuation = "cosine" | "chord";

/**
 * The sinogram continued on both sides by as many columns as it has half of.
 *
 * @returns the wider sinogram and by how many columns its first one lies before
 */
export function continued({ angles, columns, values }: Sinogram, how: Continuation): { sinogram: Sinogram; before: number } {
  const before = Math.ceil(columns / 2);
  const wide = columns + 2 * before;
  const out = new Float32Array(angles.length * wide);
  const mean = Math.max(2, Math.round(columns / 100));
  for (let a = 0; a < angles.length; a++) {
    const row = values.subarray(a * columns, (a + 1) * columns);
    const into = out.subarray(a * wide, (a + 1) * wide);
    into.set(row, before);
    let left = 0;
    let right = 0;
    for (let k = 0; k < mean; k++) {
      left += row[k]! / mean;
      right += row[columns - 1 - k]! / mean;
    }
    for (let k = 1; k <= before; k++) {
      const u = k / (before + 1);
      const fall = how === "cosine" ? Math.cos((Math.PI / 2) * u) ** 2 : Math.sqrt(Math.max(0, 1 - u * u));
      into[before - k] = Math.max(0, left) * fall;
      into[before + columns - 1 + k] = Math.max(0, right) * fall;
    }
  }
  return { sinogram: { angles, columns: wide, values: out }, before };
}

export function truncationNotice(share: number): Notice {
  return {
    code: "truncated-projections",
    message: `the object is larger than the field (at its edges the projections still have ${Math.round(100 * share)} % of their mean): rows are continued to zero, and grey values have a smooth error, given as the difference of two continuations`,
  };
}

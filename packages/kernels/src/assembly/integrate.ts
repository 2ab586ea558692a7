/**
 * The sums of one frame over the cells of an integration plan: the loop of core/diffraction/integrateSums.ts on memory laid out by the caller.
 *
 * Per pixel: counts I, first cell c, fraction f/65536 that goes to the next cell. Per cell two numbers side by side, A = Σ I and B = Σ f I, so that one 128-bit
 * load, add and store serves both and is aligned; for errors two more, C = Σ f² I and an unused one. Neighbouring pixels often meet in
 * one cell, and an add would wait for the store before it: four copies of the cells ("lanes"), one for each of four neighbouring pixels, keep
 * these chains apart. 8- and 16-bit counts are summed as 64-bit integers, the others as float64.
 *
 * Every pointer is in bytes; `n` is a multiple of 8 (the caller fills up with counts 0 in the cell for nothing); `lane` is the size of one copy in bytes.
 */

// Nothing but plain memory is used: no runtime, no allocation.

@inline
function add(at: usize, pair: v128): void {
  v128.store(at, i64x2.add(v128.load(at), pair));
}

/** Cells at most 65,536, 16-bit counts, split pixels. Returns the largest count. */
export function split16(frame: usize, cell: usize, fraction: usize, n: i32, cells: usize, lane: usize): i32 {
  const lane1 = cells + lane;
  const lane2 = lane1 + lane;
  const lane3 = lane2 + lane;
  let most = i32x4.splat(0);
  for (let i: usize = 0; i < (<usize>n) << 1; i += 8) {
    const counts = v128.load_ext<u16>(frame + i);
    const parts = i32x4.mul(counts, v128.load_ext<u16>(fraction + i));
    const at = load<u64>(cell + i);
    most = i32x4.max_u(most, counts);
    const low = v128.shuffle<i32>(counts, parts, 0, 4, 1, 5);
    const high = v128.shuffle<i32>(counts, parts, 2, 6, 3, 7);
    add(cells + ((<usize>(at & 0xffff)) << 4), i64x2.extend_low_i32x4_u(low));
    add(lane1 + ((<usize>((at >> 16) & 0xffff)) << 4), i64x2.extend_high_i32x4_u(low));
    add(lane2 + ((<usize>((at >> 32) & 0xffff)) << 4), i64x2.extend_low_i32x4_u(high));
    add(lane3 + ((<usize>(at >> 48)) << 4), i64x2.extend_high_i32x4_u(high));
  }
  return largest(most);
}

/** The same with C = Σ f² I (f² rounded to 1/65536): cells of 32 bytes. */
export function variance16(frame: usize, cell: usize, fraction: usize, n: i32, cells: usize, lane: usize): i32 {
  const lane1 = cells + lane;
  const lane2 = lane1 + lane;
  const lane3 = lane2 + lane;
  let most = i32x4.splat(0);
  const half = i32x4.splat(32768);
  for (let i: usize = 0; i < (<usize>n) << 1; i += 8) {
    const counts = v128.load_ext<u16>(frame + i);
    const f = v128.load_ext<u16>(fraction + i);
    const parts = i32x4.mul(counts, f);
    const squared = i32x4.mul(counts, i32x4.shr_u(i32x4.add(i32x4.mul(f, f), half), 16));
    const at = load<u64>(cell + i);
    most = i32x4.max_u(most, counts);
    const low = v128.shuffle<i32>(counts, parts, 0, 4, 1, 5);
    const high = v128.shuffle<i32>(counts, parts, 2, 6, 3, 7);
    let p = cells + ((<usize>(at & 0xffff)) << 5);
    add(p, i64x2.extend_low_i32x4_u(low));
    store<u64>(p, load<u64>(p, 16) + <u64>(<u32>i32x4.extract_lane(squared, 0)), 16);
    p = lane1 + ((<usize>((at >> 16) & 0xffff)) << 5);
    add(p, i64x2.extend_high_i32x4_u(low));
    store<u64>(p, load<u64>(p, 16) + <u64>(<u32>i32x4.extract_lane(squared, 1)), 16);
    p = lane2 + ((<usize>((at >> 32) & 0xffff)) << 5);
    add(p, i64x2.extend_low_i32x4_u(high));
    store<u64>(p, load<u64>(p, 16) + <u64>(<u32>i32x4.extract_lane(squared, 2)), 16);
    p = lane3 + ((<usize>(at >> 48)) << 5);
    add(p, i64x2.extend_high_i32x4_u(high));
    store<u64>(p, load<u64>(p, 16) + <u64>(<u32>i32x4.extract_lane(squared, 3)), 16);
  }
  return largest(most);
}

/** Pixels that are not split: A only, cells of 8 bytes. */
export function whole16(frame: usize, cell: usize, n: i32, cells: usize, lane: usize): i32 {
  const lane1 = cells + lane;
  const lane2 = lane1 + lane;
  const lane3 = lane2 + lane;
  let most = i16x8.splat(0);
  for (let i: usize = 0; i < (<usize>n) << 1; i += 16) {
    most = i16x8.max_u(most, v128.load(frame + i));
    for (let j: usize = 0; j < 16; j += 8) {
      const counts = load<u64>(frame + i + j);
      const at = load<u64>(cell + i + j);
      let p = cells + ((<usize>(at & 0xffff)) << 3);
      store<u64>(p, load<u64>(p) + (counts & 0xffff));
      p = lane1 + ((<usize>((at >> 16) & 0xffff)) << 3);
      store<u64>(p, load<u64>(p) + ((counts >> 16) & 0xffff));
      p = lane2 + ((<usize>((at >> 32) & 0xffff)) << 3);
      store<u64>(p, load<u64>(p) + ((counts >> 32) & 0xffff));
      p = lane3 + ((<usize>(at >> 48)) << 3);
      store<u64>(p, load<u64>(p) + (counts >> 48));
    }
  }
  return largest(i32x4.max_u(i32x4.extend_low_i16x8_u(most), i32x4.extend_high_i16x8_u(most)));
}

@inline
function largest(most: v128): i32 {
  const a = max<u32>(<u32>i32x4.extract_lane(most, 0), <u32>i32x4.extract_lane(most, 1));
  const b = max<u32>(<u32>i32x4.extract_lane(most, 2), <u32>i32x4.extract_lane(most, 3));
  return <i32>max<u32>(a, b);
}

// ---- Counts of 32 bits: integers and float, summed as float64, each tested ----

@inline
function isIn(value: f64, least: f64, most: f64): bool {
  // false for NaN
  return value >= least && value <= most;
}

/** One split pixel; `lane` is the copy of the cells it goes to. Returns 1 for an invalid one. */
@inline
function splitOne<T>(frame: usize, cell: usize, fraction: usize, i: usize, lane: usize, shift: usize, least: f64, most: f64): i32 {
  const value = <f64>load<T>(frame + i * sizeof<T>());
  if (!isIn(value, least, most)) return 1;
  const f = <i32>load<u16>(fraction + (i << 1));
  const p = lane + ((<usize>load<u16>(cell + (i << 1))) << shift);
  v128.store(p, f64x2.add(v128.load(p), f64x2.replace_lane(f64x2.splat(value), 1, value * <f64>f)));
  if (shift == 5) store<f64>(p, load<f64>(p, 16) + value * <f64>(<i32>((<u32>(f * f) + 32768) >> 16)), 16);
  return 0;
}

/** Split pixels of type T; cells of 16 or, with variance, 32 bytes. Returns how many pixels are out of least … most. */
@inline
function splitAny<T>(
  frame: usize,
  cell: usize,
  fraction: usize,
  n: i32,
  cells: usize,
  lane: usize,
  shift: usize,
  least: f64,
  most: f64,
): i32 {
  const lane1 = cells + lane;
  const lane2 = lane1 + lane;
  const lane3 = lane2 + lane;
  let invalid = 0;
  for (let i: usize = 0; i < <usize>n; i += 4) {
    invalid += splitOne<T>(frame, cell, fraction, i, cells, shift, least, most);
    invalid += splitOne<T>(frame, cell, fraction, i + 1, lane1, shift, least, most);
    invalid += splitOne<T>(frame, cell, fraction, i + 2, lane2, shift, least, most);
    invalid += splitOne<T>(frame, cell, fraction, i + 3, lane3, shift, least, most);
  }
  return invalid;
}

@inline
function wholeOne<T>(frame: usize, cell: usize, i: usize, lane: usize, least: f64, most: f64): i32 {
  const value = <f64>load<T>(frame + i * sizeof<T>());
  if (!isIn(value, least, most)) return 1;
  const p = lane + ((<usize>load<u16>(cell + (i << 1))) << 3);
  store<f64>(p, load<f64>(p) + value);
  return 0;
}

@inline
function wholeAny<T>(frame: usize, cell: usize, n: i32, cells: usize, lane: usize, least: f64, most: f64): i32 {
  const lane1 = cells + lane;
  const lane2 = lane1 + lane;
  const lane3 = lane2 + lane;
  let invalid = 0;
  for (let i: usize = 0; i < <usize>n; i += 4) {
    invalid += wholeOne<T>(frame, cell, i, cells, least, most);
    invalid += wholeOne<T>(frame, cell, i + 1, lane1, least, most);
    invalid += wholeOne<T>(frame, cell, i + 2, lane2, least, most);
    invalid += wholeOne<T>(frame, cell, i + 3, lane3, least, most);
  }
  return invalid;
}

export function splitU32(frame: usize, cell: usize, fraction: usize, n: i32, cells: usize, lane: usize, least: f64, most: f64): i32 {
  return splitAny<u32>(frame, cell, fraction, n, cells, lane, 4, least, most);
}
export function splitI32(frame: usize, cell: usize, fraction: usize, n: i32, cells: usize, lane: usize, least: f64, most: f64): i32 {
  return splitAny<i32>(frame, cell, fraction, n, cells, lane, 4, least, most);
}
export function splitF32(frame: usize, cell: usize, fraction: usize, n: i32, cells: usize, lane: usize, least: f64, most: f64): i32 {
  return splitAny<f32>(frame, cell, fraction, n, cells, lane, 4, least, most);
}
export function varianceU32(frame: usize, cell: usize, fraction: usize, n: i32, cells: usize, lane: usize, least: f64, most: f64): i32 {
  return splitAny<u32>(frame, cell, fraction, n, cells, lane, 5, least, most);
}
export function varianceI32(frame: usize, cell: usize, fraction: usize, n: i32, cells: usize, lane: usize, least: f64, most: f64): i32 {
  return splitAny<i32>(frame, cell, fraction, n, cells, lane, 5, least, most);
}
export function varianceF32(frame: usize, cell: usize, fraction: usize, n: i32, cells: usize, lane: usize, least: f64, most: f64): i32 {
  return splitAny<f32>(frame, cell, fraction, n, cells, lane, 5, least, most);
}
export function wholeU32(frame: usize, cell: usize, n: i32, cells: usize, lane: usize, least: f64, most: f64): i32 {
  return wholeAny<u32>(frame, cell, n, cells, lane, least, most);
}
export function wholeI32(frame: usize, cell: usize, n: i32, cells: usize, lane: usize, least: f64, most: f64): i32 {
  return wholeAny<i32>(frame, cell, n, cells, lane, least, most);
}
export function wholeF32(frame: usize, cell: usize, n: i32, cells: usize, lane: usize, least: f64, most: f64): i32 {
  return wholeAny<f32>(frame, cell, n, cells, lane, least, most);
}

// ---- After the frame ----

@inline
function sumOfLanes<T>(at: usize, lane: usize): f64 {
  return <f64>(load<T>(at) + load<T>(at + lane) + load<T>(at + 2 * lane) + load<T>(at + 3 * lane));
}

/** S and, for cells of 32 bytes, V from A, B, C: `unfold` of the TypeScript twin. `shift` 3, 4, 5: cells of 8, 16, 32 bytes. */
@inline
function unfoldAny<T>(cells: usize, lane: usize, n: i32, shift: usize, signal: usize, variance: usize): void {
  let before: f64 = 0;
  let squaredBefore: f64 = 0;
  for (let k: usize = 0; k < <usize>n; k++) {
    const at = cells + (k << shift);
    const whole = sumOfLanes<T>(at, lane);
    const here = shift > 3 ? sumOfLanes<T>(at + 8, lane) / 65536 : 0;
    store<f64>(signal + (k << 3), whole - here + before);
    before = here;
    if (variance != 0) {
      const squared = shift == 5 ? sumOfLanes<T>(at + 16, lane) / 65536 : 0;
      store<f64>(variance + (k << 3), max<f64>(0, whole - 2 * here + squared + squaredBefore));
      squaredBefore = squared;
    }
  }
}

export function unfoldInteger(cells: usize, lane: usize, n: i32, shift: i32, signal: usize, variance: usize): void {
  unfoldAny<u64>(cells, lane, n, shift, signal, variance);
}
export function unfoldFloat(cells: usize, lane: usize, n: i32, shift: i32, signal: usize, variance: usize): void {
  unfoldAny<f64>(cells, lane, n, shift, signal, variance);
}

/**
 * Adds the sparse pixels: pixel[i] (u32) has the entries start[i] … start[i + 1] − 1 (u32) of cell (u32) and weight (f64). Numbers i of invalid ones go to
 * `list` as far as `room` allows. Returns how many there are.
 */
@inline
function sparseAny<T>(
  frame: usize,
  pixel: usize,
  start: usize,
  cell: usize,
  weight: usize,
  n: i32,
  signal: usize,
  variance: usize,
  least: f64,
  most: f64,
  list: usize,
  room: i32,
): i32 {
  let invalid = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    const value = <f64>load<T>(frame + (<usize>load<u32>(pixel + (i << 2))) * sizeof<T>());
    if (!isIn(value, least, most)) {
      if (invalid < room) store<u32>(list + ((<usize>invalid) << 2), <u32>i);
      invalid++;
      continue;
    }
    const end = <usize>load<u32>(start + (i << 2), 4);
    for (let e = <usize>load<u32>(start + (i << 2)); e < end; e++) {
      const k = (<usize>load<u32>(cell + (e << 2))) << 3;
      const w = load<f64>(weight + (e << 3));
      store<f64>(signal + k, load<f64>(signal + k) + w * value);
      if (variance != 0) store<f64>(variance + k, load<f64>(variance + k) + w * w * value);
    }
  }
  return invalid;
}

/** Lists valid cells' pixels whose counts are not within least … most. Returns how many there are; at most `room` are listed. */
@inline
function collectAny<T>(frame: usize, cell: usize, n: i32, none: i32, least: f64, most: f64, list: usize, room: i32): i32 {
  let found = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    if (isIn(<f64>load<T>(frame + i * sizeof<T>()), least, most) || <i32>load<u16>(cell + (i << 1)) == none) continue;
    if (found < room) store<u32>(list + ((<usize>found) << 2), <u32>i);
    found++;
  }
  return found;
}

export function sparse16(
  frame: usize,
  pixel: usize,
  start: usize,
  cell: usize,
  weight: usize,
  n: i32,
  signal: usize,
  variance: usize,
  least: f64,
  most: f64,
  list: usize,
  room: i32,
): i32 {
  return sparseAny<u16>(frame, pixel, start, cell, weight, n, signal, variance, least, most, list, room);
}
/** 16-bit counts start at 0; eight are looked at together, since as a rule none is found. */
export function collect16(frame: usize, cell: usize, n: i32, none: i32, least: f64, most: f64, list: usize, room: i32): i32 {
  const limit = i16x8.splat(<i16>(<i32>most));
  let found = 0;
  for (let i: usize = 0; i < <usize>n; i += 8) {
    if (!v128.any_true(i16x8.gt_u(v128.load(frame + (i << 1)), limit))) continue;
    for (let j = i; j < i + 8; j++) {
      if (load<u16>(frame + (j << 1)) <= <u16>(<i32>most) || <i32>load<u16>(cell + (j << 1)) == none) continue;
      if (found < room) store<u32>(list + ((<usize>found) << 2), <u32>j);
      found++;
    }
  }
  return found;
}

export function sparseU32(
  frame: usize,
  pixel: usize,
  start: usize,
  cell: usize,
  weight: usize,
  n: i32,
  signal: usize,
  variance: usize,
  least: f64,
  most: f64,
  list: usize,
  room: i32,
): i32 {
  return sparseAny<u32>(frame, pixel, start, cell, weight, n, signal, variance, least, most, list, room);
}
export function collectU32(frame: usize, cell: usize, n: i32, none: i32, least: f64, most: f64, list: usize, room: i32): i32 {
  return collectAny<u32>(frame, cell, n, none, least, most, list, room);
}

export function sparseI32(
  frame: usize,
  pixel: usize,
  start: usize,
  cell: usize,
  weight: usize,
  n: i32,
  signal: usize,
  variance: usize,
  least: f64,
  most: f64,
  list: usize,
  room: i32,
): i32 {
  return sparseAny<i32>(frame, pixel, start, cell, weight, n, signal, variance, least, most, list, room);
}
export function collectI32(frame: usize, cell: usize, n: i32, none: i32, least: f64, most: f64, list: usize, room: i32): i32 {
  return collectAny<i32>(frame, cell, n, none, least, most, list, room);
}

export function sparseF32(
  frame: usize,
  pixel: usize,
  start: usize,
  cell: usize,
  weight: usize,
  n: i32,
  signal: usize,
  variance: usize,
  least: f64,
  most: f64,
  list: usize,
  room: i32,
): i32 {
  return sparseAny<f32>(frame, pixel, start, cell, weight, n, signal, variance, least, most, list, room);
}
export function collectF32(frame: usize, cell: usize, n: i32, none: i32, least: f64, most: f64, list: usize, room: i32): i32 {
  return collectAny<f32>(frame, cell, n, none, least, most, list, room);
}

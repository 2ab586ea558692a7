/**
 * Paths of chosen atoms through a trajectory: unwrapped over the boundaries of the cell, drift of the framework taken off.
 *
 * Between two frames an atom takes the shortest way over all images of the cell. Fractions are rounded; where the way is longer than half the smallest
 * height (so that another image might be nearer) the 26 neighbours are compared. Right while no atom moves more than half of the shortest lattice
 * vector between two frames; ways near that are counted and reported. With a changing cell a step is Δf · (h_t + h_{t-1})/2: the breathing of the cell,
 * which moves all atoms in proportion, is no diffusion. The framework (all other atoms) is at rest on average: its mean step is taken off each frame.
 * Lengths in Å. (S. von Bülow, J. Bullerjahn, G. Hummer, J. Chem. Phys. 153, 021101 (2020), on unwrapping under constant pressure.)
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { inverseCell, smallestHeight, volumeOf } from "./cell.ts";
import type { TrajectoryFrame, TrajectoryHeader, TrajectorySink } from "./model.ts";

export interface TrackOptions {
  /** symbols of the atoms to follow */
  species: readonly string[];
  /** cell for files that give none: axes row by row, Å */
  cell?: Float64Array | null;
  /** frames left out at the start, 0 by default */
  skip?: number;
  /** every n-th frame is kept, 1 by default */
  every?: number;
  /** false: the framework's drift is left in */
  drift?: boolean;
  /** symbols of the atoms that are at rest on average; all that are not followed by default */
  framework?: readonly string[];
}

export interface IonTracks {
  readonly species: readonly string[];
  /** their places among the atoms of a frame */
  readonly atoms: Int32Array;
  readonly frames: number;
  /** series[(3 i + k) frames + t]: coordinate k of ion i in frame t, Å */
  readonly series: Float64Array;
  /** of the kept frames; null in open space */
  readonly meanCell: Float64Array | null;
  /** Å³ */
  readonly meanVolume: number | null;
  /** mean distance of an ion to the nearest other one in the first frame, Å; null for a single ion */
  readonly spacing: number | null;
  readonly notices: readonly Notice[];
}

/** Bytes of coordinates that are kept; more are refused. */
const MOST_BYTES = 1.5e9;
const BLOCK = 256;
/** Of half the smallest height: steps longer than this may have been taken the other way round. */
const LONG_STEP = 0.8;

/** Collects tracks as a sink; `finish` gives them. INVALID_INPUT for species that are not there and for more than 1.5 GB. */
export function trackCollector(options: TrackOptions): TrajectorySink & { finish(): IonTracks } {
  const { species, skip = 0, every = 1, drift = true } = options;
  let chosen = new Int32Array(0);
  let isIon = new Uint8Array(0);
  let isFramework = new Uint8Array(0);
  let header: TrajectoryHeader | null = null;
  const blocks: Float64Array[] = [];
  let frames = 0;
  let seen = 0;
  let longSteps = 0;
  let spacing: number | null = null;
  let before = new Float64Array(0);
  const place = { now: new Float64Array(0) };
  const cellSum = new Float64Array(9);
  let volumeSum = 0;
  const cellBefore = new Float64Array(9);
  const inverse = new Float64Array(9);
  const mean = new Float64Array(9);
  let height = 0;
  let isOpen = false;

  function begin(h: TrajectoryHeader): void {
    header = h;
    const known = [...new Set(h.species)];
    const unknown = species.filter((s) => !known.includes(s));
    if (species.length === 0 || unknown.length > 0) {
      throw new ThioscopeError("INVALID_INPUT", `species ${unknown.join(", ") || "(none)"}: the file has ${known.slice(0, 20).join(", ")}`);
    }
    isIon = Uint8Array.from(h.species, (s) => (species.includes(s) ? 1 : 0));
    const { framework } = options;
    isFramework = Uint8Array.from(h.species, (s) => ((framework ? framework.includes(s) : !species.includes(s)) ? 1 : 0));
    chosen = Int32Array.from(h.species.keys()).filter((i) => isIon[i] === 1);
    before = new Float64Array(3 * h.species.length);
    place.now = new Float64Array(3 * chosen.length);
  }

  /** Fractions (or lengths in open space) of all atoms into `out`. */
  function standard(frame: TrajectoryFrame, cell: Float64Array | null, out: Float64Array): void {
    const x = frame.coordinates;
    if (!cell || frame.isFractional) {
      out.set(x);
      return;
    }
    for (let i = 0; i < x.length; i += 3) {
      const [a, b, c] = [x[i]!, x[i + 1]!, x[i + 2]!];
      for (let k = 0; k < 3; k++) out[i + k] = a * inverse[k]! + b * inverse[3 + k]! + c * inverse[6 + k]!;
    }
  }

  function sameCell(cell: Float64Array): boolean {
    for (let k = 0; k < 9; k++) if (cell[k] !== cellBefore[k]) return false;
    return true;
  }

  let current = new Float64Array(0);
  function frame(f: TrajectoryFrame): boolean {
    const number = seen++;
    const cell = f.cell ?? options.cell ?? null;
    if (!cell && f.isFractional) throw new ThioscopeError("INVALID_INPUT", "fractional coordinates need a cell");
    if (number === 0) {
      isOpen = !cell;
      current = new Float64Array(f.coordinates.length);
    }
    const changed = cell !== null && (number === 0 || !sameCell(cell));
    if (cell && changed) {
      inverseCell(cell, inverse);
      height = smallestHeight(cell);
      for (let k = 0; k < 9; k++) mean[k] = number === 0 ? cell[k]! : (cell[k]! + cellBefore[k]!) / 2;
      cellBefore.set(cell);
    } else if (cell) mean.set(cell);
    standard(f, cell, current);
    if (number < skip) return true;
    if (frames === 0 && number === skip) start(cell);
    else advance(cell);
    before.set(current);
    if ((number - skip) % every === 0) keep(cell);
    return true;
  }

  function start(cell: Float64Array | null): void {
    const { now } = place;
    for (let j = 0; j < chosen.length; j++) toCartesian(current, 3 * chosen[j]!, cell, now, 3 * j);
    spacing = nearestMean(now, cell);
  }

  function advance(cell: Float64Array | null): void {
    const { now } = place;
    const wraps = cell !== null && !header!.isUnwrapped;
    const half = height / 2;
    const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = mean as unknown as number[] as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    let [dx, dy, dz] = [0, 0, 0];
    let others = 0;
    for (let i = 0, ion = 0; i < isIon.length; i++) {
      const at = 3 * i;
      let u = current[at]! - before[at]!;
      let v = current[at + 1]! - before[at + 1]!;
      let w = current[at + 2]! - before[at + 2]!;
      let [x, y, z] = [u, v, w];
      if (cell) {
        if (wraps) {
          u -= Math.round(u);
          v -= Math.round(v);
          w -= Math.round(w);
        }
        x = u * m0 + v * m3 + w * m6;
        y = u * m1 + v * m4 + w * m7;
        z = u * m2 + v * m5 + w * m8;
        const square = x * x + y * y + z * z;
        if (wraps && square > (LONG_STEP * half) ** 2) {
          if (square > half * half) [x, y, z] = nearestImage(x, y, z, mean);
          if (x * x + y * y + z * z > (LONG_STEP * half) ** 2) longSteps++;
        }
      }
      if (isIon[i] === 1) {
        now[3 * ion]! += x;
        now[3 * ion + 1]! += y;
        now[3 * ion + 2]! += z;
        ion++;
      }
      if (isFramework[i] === 1) {
        dx += x;
        dy += y;
        dz += z;
        others++;
      }
    }
    if (!drift || others === 0) return;
    for (let j = 0; j < now.length; j += 3) {
      now[j]! -= dx / others;
      now[j + 1]! -= dy / others;
      now[j + 2]! -= dz / others;
    }
  }

  function keep(cell: Float64Array | null): void {
    const width = place.now.length;
    if (frames % BLOCK === 0) {
      if (8 * width * (frames + BLOCK) > MOST_BYTES) {
        throw new ThioscopeError(
          "INVALID_INPUT",
          `${frames} frames of ${chosen.length} ions fill ${MOST_BYTES / 1e9} GB: keep every n-th frame, or fewer species`,
        );
      }
      blocks.push(new Float64Array(BLOCK * width));
    }
    blocks[blocks.length - 1]!.set(place.now, (frames % BLOCK) * width);
    frames++;
    if (!cell) return;
    for (let k = 0; k < 9; k++) cellSum[k]! += cell[k]!;
    volumeSum += volumeOf(cell);
  }

  function finish(): IonTracks {
    if (!header || frames === 0) throw new ThioscopeError("INVALID_INPUT", `no frame is left after skipping ${skip}`);
    const width = place.now.length;
    const series = new Float64Array(width * frames);
    for (let t = 0; t < frames; t++) {
      const block = blocks[Math.floor(t / BLOCK)]!;
      const from = (t % BLOCK) * width;
      for (let c = 0; c < width; c++) series[c * frames + t] = block[from + c]!;
    }
    blocks.length = 0;
    const notices: Notice[] = [];
    if (longSteps > 0) {
      const message = `${longSteps} steps between frames are longer than ${LONG_STEP} of what can be unwrapped: frames lie too far apart in time`;
      notices.push({ code: "steps-too-long", message });
    }
    if (drift && !isFramework.includes(1)) {
      notices.push({ code: "no-framework", message: "all atoms are followed: there is no framework whose drift could be taken off" });
    }
    return {
      species,
      atoms: chosen,
      frames,
      series,
      meanCell: isOpen ? null : cellSum.map((x) => x / frames),
      meanVolume: isOpen ? null : volumeSum / frames,
      spacing,
      notices,
    };
  }

  return { begin, frame, finish };
}

function toCartesian(from: Float64Array, at: number, cell: Float64Array | null, out: Float64Array, to: number): void {
  for (let d = 0; d < 3; d++) {
    out[to + d] = cell ? from[at]! * cell[d]! + from[at + 1]! * cell[3 + d]! + from[at + 2]! * cell[6 + d]! : from[at + d]!;
  }
}

function nearestImage(x: number, y: number, z: number, cell: Float64Array): [number, number, number] {
  let best: [number, number, number] = [x, y, z];
  let least = x * x + y * y + z * z;
  for (let k = -1; k <= 1; k++) {
    for (let l = -1; l <= 1; l++) {
      for (let m = -1; m <= 1; m++) {
        const p = x + k * cell[0]! + l * cell[3]! + m * cell[6]!;
        const q = y + k * cell[1]! + l * cell[4]! + m * cell[7]!;
        const r = z + k * cell[2]! + l * cell[5]! + m * cell[8]!;
        const square = p * p + q * q + r * r;
        if (square < least) {
          least = square;
          best = [p, q, r];
        }
      }
    }
  }
  return best;
}

/** At most this many ions are compared for the mean spacing. */
const MOST_COMPARED = 2000;

function nearestMean(xyz: Float64Array, cell: Float64Array | null): number | null {
  const n = Math.min(xyz.length / 3, MOST_COMPARED);
  if (n < 2) return null;
  const inverse = cell ? inverseCell(cell, new Float64Array(9)) : null;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < n; j++) {
      if (i === j) continue;
      let [x, y, z] = [0, 1, 2].map((d) => xyz[3 * i + d]! - xyz[3 * j + d]!) as [number, number, number];
      if (cell && inverse) {
        const f = [0, 1, 2].map((k) => {
          const s = x * inverse[k]! + y * inverse[3 + k]! + z * inverse[6 + k]!;
          return s - Math.round(s);
        });
        [x, y, z] = [0, 1, 2].map((d) => f[0]! * cell[d]! + f[1]! * cell[3 + d]! + f[2]! * cell[6 + d]!) as [number, number, number];
      }
      least = Math.min(least, x * x + y * y + z * z);
    }
    sum += Math.sqrt(least);
  }
  return sum / n;
}

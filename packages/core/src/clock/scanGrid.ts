/**
 * Frames of a repeated scan as a table of scans × positions.
 *
 * A new scan begins where the log numbers one, or else where a position comes again (scans that run back and forth are understood). Positions that differ by less than a quarter
 * of the usual step are one. Every frame keeps its own time: a scan lasts, and its last position is measured long after its first.
 */
import { type Notice, ThioscopeError } from "../errors.ts";

export interface PlacedFrame {
  /** µm */
  readonly positionMicrometre: number;
  /** middle of the exposure, s, on the clock of the frames */
  readonly timeSecond: number;
  /** number of its scan, where the log says */
  readonly scan?: number | null;
}

export interface ScanGrid {
  /** µm, rising */
  readonly positions: Float64Array;
  readonly scans: number;
  /** scan · positions + position → number of the frame among those given, −1 where there is none */
  readonly frame: Int32Array;
  /** alike: its time in s; NaN where there is none */
  readonly timeSecond: Float64Array;
  /** mean time of each scan, s */
  readonly scanSecond: Float64Array;
  readonly notices: readonly Notice[];
}

const MOST = 1e7;

/** Throws INVALID_INPUT without frames, or for times and positions that are no numbers. */
export function scanGrid(frames: readonly PlacedFrame[]): ScanGrid {
  if (frames.length === 0) throw new ThioscopeError("INVALID_INPUT", "no frame: a scan has at least one");
  for (const [i, { positionMicrometre, timeSecond }] of frames.entries())
    if (!Number.isFinite(positionMicrometre) || !Number.isFinite(timeSecond))
      throw new ThioscopeError(
        "INVALID_INPUT",
        `frame ${i + 1}: position ${positionMicrometre} µm, time ${timeSecond} s; both are numbers`,
      );
  const positions = merged(frames.map((f) => f.positionMicrometre));
  const order = Array.from(frames.keys()).sort((i, j) => frames[i]!.timeSecond - frames[j]!.timeSecond || i - j);
  const place = frames.map((f) => nearestIndex(positions, f.positionMicrometre));
  const scanOf = new Int32Array(frames.length);
  let scan = -1;
  let number: number | null | undefined;
  let seen = new Set<number>();
  let again = 0;
  for (const i of order) {
    const said = frames[i]!.scan;
    const isNew = said !== undefined && said !== null ? said !== number : seen.has(place[i]!);
    if (scan < 0 || isNew) {
      scan++;
      seen = new Set();
    } else if (seen.has(place[i]!)) again++;
    number = said;
    seen.add(place[i]!);
    scanOf[i] = scan;
  }
  const scans = scan + 1;
  if (scans * positions.length > MOST)
    throw new ThioscopeError("INVALID_INPUT", `${scans} scans × ${positions.length} positions: at most ${MOST} points make a map`);
  const frame = new Int32Array(scans * positions.length).fill(-1);
  const timeSecond = new Float64Array(frame.length).fill(Number.NaN);
  for (const i of order) {
    const at = scanOf[i]! * positions.length + place[i]!;
    frame[at] = i;
    timeSecond[at] = frames[i]!.timeSecond;
  }
  const scanSecond = Float64Array.from({ length: scans }, (_, k) => {
    const times = Array.from(timeSecond.subarray(k * positions.length, (k + 1) * positions.length)).filter(Number.isFinite);
    return times.reduce((sum, t) => sum + t, 0) / times.length;
  });
  const missing = frame.reduce((count, f) => count + (f < 0 ? 1 : 0), 0);
  const notices: Notice[] = [];
  if (missing > 0) notices.push({ code: "scan-incomplete", message: `${missing} of ${frame.length} points of the scans have no frame` });
  if (again > 0)
    notices.push({ code: "scan-repeated", message: `${again} frames repeat a position of their scan: the last one of each counts` });
  return { positions, scans, frame, timeSecond, scanSecond, notices };
}

function merged(all: readonly number[]): Float64Array {
  const sorted = [...new Set(all)].sort((a, b) => a - b);
  const steps = sorted
    .slice(1)
    .map((p, i) => p - sorted[i]!)
    .sort((a, b) => a - b);
  // jitter of a motor makes many small steps beside the usual one: the larger half tells the usual one
  const usual = steps[Math.floor(0.75 * steps.length)] ?? 0;
  const groups: number[][] = [];
  for (const p of sorted) {
    const group = groups.at(-1);
    if (group && p - group[0]! < usual / 4) group.push(p);
    else groups.push([p]);
  }
  return Float64Array.from(groups, (g) => g.reduce((sum, p) => sum + p, 0) / g.length);
}

function nearestIndex(sorted: Float64Array, x: number): number {
  let best = 0;
  let [low, high] = [0, sorted.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (Math.abs(sorted[middle]! - x) < Math.abs(sorted[best]! - x)) best = middle;
    if (sorted[middle]! < x) low = middle + 1;
    else high = middle - 1;
  }
  return best;
}

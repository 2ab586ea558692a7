/**
 * Depth profile: the ratio of two ions over sputter time, slices joined until each holds counts enough for a ratio.
 *
 * Slices are joined from the surface down until the divisor holds `least` counts; the last, unfinished one joins the one before. The error of each is
 * counting alone, which between neighbours is what decides about a change with depth; between areas of the sample see replicateRatio.
 */
import { ThioscopeError } from "../errors.ts";
import { type IonRatio, ionRatio } from "./counts.ts";

export interface DepthSlice {
  /** of the sputter time */
  from: number;
  to: number;
  a: number;
  b: number;
  ratio: IonRatio;
}

/** @param time at the end of each slice, ascending. Throws INVALID_INPUT where lists differ in length or time does not ascend */
export function depthProfile(time: Float64Array, a: Float64Array, b: Float64Array, pulses: number | null, least = 400): DepthSlice[] {
  const n = time.length;
  if (n === 0 || a.length !== n || b.length !== n)
    throw new ThioscopeError("INVALID_INPUT", `${n} times, ${a.length} and ${b.length} counts must be as many, and at least one`);
  const groups: { from: number; to: number; a: number; b: number; slices: number }[] = [];
  let open = { from: 0, to: 0, a: 0, b: 0, slices: 0 };
  for (let i = 0; i < n; i++) {
    if (i > 0 && !(time[i]! > time[i - 1]!)) throw new ThioscopeError("INVALID_INPUT", `time must ascend: slice ${i + 1} does not`);
    open = { ...open, to: time[i]!, a: open.a + a[i]!, b: open.b + b[i]!, slices: open.slices + 1 };
    if (open.b >= least) {
      groups.push(open);
      open = { from: time[i]!, to: time[i]!, a: 0, b: 0, slices: 0 };
    }
  }
  const last = groups[groups.length - 1];
  if (open.slices > 0) {
    if (last) Object.assign(last, { to: open.to, a: last.a + open.a, b: last.b + open.b, slices: last.slices + open.slices });
    else groups.push(open);
  }
  return groups.map(({ slices, ...g }) => {
    const shots = pulses === null ? null : pulses * slices;
    return { ...g, ratio: ionRatio({ counts: g.a, pulses: shots }, { counts: g.b, pulses: shots }) };
  });
}

/**
 * Frames summed by WebAssembly: the same sums as core's frameSummer, from which it takes over whatever the kernels are not made for (float64 frames, more than
 * 65,535 cells, frames in which a quarter of a million pixels are invalid).
 */
import {
  checkFrame,
  FRACTION_ONE,
  type FramePixels,
  type FrameSummer,
  type FrameSums,
  frameSummer,
  type IntegrationPlan,
  makeLost,
  type ValidCounts,
} from "@thioscope/core/diffraction";
import {
  type CountType,
  hasKernels,
  isKernelPlan,
  kernelsOn,
  LIST_ROOM,
  laneBytes,
  type PlanMemory,
  padded,
  planMemory,
} from "./memory.ts";

/** The fastest summer there is for this plan on this machine. */
export function fastSummer(plan: IntegrationPlan): FrameSummer {
  return isKernelPlan(plan) && hasKernels() ? kernelSummer(plan, planMemory(plan)) : frameSummer(plan);
}

/** A summer in one slot of a plan's memory. */
export function kernelSummer(plan: IntegrationPlan, place: PlanMemory, slot = 0): FrameSummer {
  const { layout } = place;
  const kernels = kernelsOn(place);
  const { buffer } = place.memory;
  const base = layout.slot + slot * layout.slotBytes;
  const at = {
    frame: base + layout.frame,
    lanes: base + layout.lanes,
    signal: base + layout.signal,
    variance: base + layout.variance,
    list: base + layout.list,
  };
  const n = padded(layout.pixels);
  const signal = new Float64Array(buffer, at.signal, layout.cells);
  const variance = new Float64Array(buffer, at.variance, layout.cells);
  const list = new Uint32Array(buffer, at.list, LIST_ROOM);
  let twin: FrameSummer | null = null;

  return {
    sum(frame, valid, wantVariance): FrameSums {
      checkFrame(plan, frame);
      const type = typeOf(frame, valid);
      const byTwin = (): FrameSums => {
        twin ??= frameSummer(plan);
        return twin.sum(frame, valid, wantVariance);
      };
      if (type === null) return byTwin();
      const memory = frameIn(type, frame, buffer, at.frame, n);
      const shift = !layout.split ? 3 : wantVariance ? 5 : 4;
      const lane = laneBytes(layout.cells, shift);
      new Float64Array(buffer, at.lanes, (4 * lane) / 8).fill(0);
      const { least } = valid;
      const most = Math.min(valid.most, LARGEST[type]);
      const kind = wantVariance ? "variance" : "split";
      const out = layout.split
        ? kernels[`${kind}${type}`](at.frame, layout.cell, layout.fraction, n, at.lanes, lane, least, most)
        : kernels[`whole${type}`](at.frame, layout.cell, n, at.lanes, lane, least, most);
      const varianceAt = wantVariance ? at.variance : 0;
      kernels[type === "16" ? "unfoldInteger" : "unfoldFloat"](at.lanes, lane, layout.cells, shift, at.signal, varianceAt);

      const bad = makeLost(plan);
      if (type === "16" ? out > most : out > 0) {
        const found = kernels[`collect${type}`](at.frame, layout.cell, layout.pixels, layout.cells, least, most, at.list, LIST_ROOM);
        if (found > LIST_ROOM) return byTwin();
        for (const pixel of list.subarray(0, found)) {
          bad.leave(pixel);
          // only the 16-bit kernels have added it
          if (type === "16") takeOut(plan, pixel, memory[pixel]!, signal, wantVariance ? variance : null);
        }
      }
      const { sparse } = layout;
      const { pixel, start, cell, weight, count } = sparse;
      const wrong = kernels[`sparse${type}`](
        at.frame,
        pixel,
        start,
        cell,
        weight,
        count,
        at.signal,
        varianceAt,
        least,
        most,
        at.list,
        LIST_ROOM,
      );
      if (wrong > LIST_ROOM) return byTwin();
      for (const index of list.subarray(0, wrong)) bad.leave(plan.sparse.pixel[index]!, index);
      return { signal: signal.slice(), variance: wantVariance ? variance.slice() : null, lost: bad.lost, invalidPixels: bad.count };
    },
  };
}

const LARGEST: Readonly<Record<CountType, number>> = { "16": 65_535, U32: 2 ** 32 - 1, I32: 2 ** 31 - 1, F32: Number.MAX_VALUE };

/** Which kernels take this frame; null for none. Counts of 8 bits and positive ones of signed 16 bits fit into unsigned 16 bits. */
function typeOf(frame: FramePixels, { least, most }: ValidCounts): CountType | null {
  if (frame instanceof Uint16Array || frame instanceof Uint8Array) return least <= 0 && Number.isInteger(most) ? "16" : null;
  if (frame instanceof Int16Array) return least === 0 && most <= 32_767 && Number.isInteger(most) ? "16" : null;
  if (frame instanceof Uint32Array) return "U32";
  if (frame instanceof Int32Array) return "I32";
  return frame instanceof Float32Array ? "F32" : null;
}

/** The frame in the kernels' memory; what fills up its end belongs to no cell. */
function frameIn(type: CountType, frame: FramePixels, buffer: ArrayBufferLike, at: number, n: number): Uint16Array | Uint32Array {
  if (type === "16") {
    const memory = new Uint16Array(buffer, at, n);
    memory.set(frame as Uint16Array);
    return memory.fill(0, frame.length);
  }
  const memory = new Uint32Array(buffer, at, n);
  // the bits as they are
  memory.set(new Uint32Array(frame.buffer, frame.byteOffset, frame.length));
  return memory.fill(0, frame.length);
}

/** Takes the counts of a pixel back out of the sums, with the rounding by which they went in. */
function takeOut(plan: IntegrationPlan, pixel: number, counts: number, signal: Float64Array, variance: Float64Array | null): void {
  const k = plan.cell[pixel]!;
  const whole = plan.fraction?.[pixel] ?? 0;
  const f = whole / FRACTION_ONE;
  const squared = ((whole * whole + FRACTION_ONE / 2) >>> 16) / FRACTION_ONE;
  signal[k] = signal[k]! - counts * (1 - f);
  if (variance) variance[k] = Math.max(0, variance[k]! - counts * (1 - 2 * f + squared));
  if (whole === 0) return;
  signal[k + 1] = signal[k + 1]! - counts * f;
  if (variance) variance[k + 1] = Math.max(0, variance[k + 1]! - counts * squared);
}

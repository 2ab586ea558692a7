/**
 * A fit with its parameters moved by hand: the curve and its residuals follow at once. To first order,
 *
 *   y = ŷ + Σ_k s_k e_k,   e_k: what one σ of parameter k adds to the fitted curve, the others held; s_k in σ
 */
import { type PackedNumbers, type SpectroscopyCurve, unpackNumbers } from "@thioscope/core/story";
import type { ViewState } from "../cursor.ts";

/** The choice that holds the moves of a curve's parameters, in σ, with commas. */
export function movedId({ step, source }: { step: string; source: string | null }, curve: number): string {
  return `fit.moved/${step}/${source ?? ""}/${curve}`;
}

/** Moves in σ, parameter by parameter; empty where none was moved. */
export function movesOf({ choices }: ViewState, id: string): number[] {
  const text = choices[id];
  return text ? text.split(",").map(Number) : [];
}

const unpacked = new WeakMap<PackedNumbers, Float32Array>();

function effectOf(packed: PackedNumbers): Float32Array {
  const known = unpacked.get(packed) ?? unpackNumbers(packed);
  unpacked.set(packed, known);
  return known;
}

/** The fitted curve with the moves; null where nothing was moved. */
export function movedCurve({ fitted, effects }: SpectroscopyCurve, moves: readonly number[]): number[] | null {
  if (!fitted || !effects || moves.every((s) => s === 0)) return null;
  const out = Array.from(fitted);
  for (const [k, s] of moves.entries()) {
    const packed = effects[k];
    if (!packed || s === 0) continue;
    const effect = effectOf(packed);
    for (let i = 0; i < out.length; i++) out[i] = out[i]! + s * effect[i]!;
  }
  return out;
}

/** Σ (y − moved)² over Σ (y − fitted)². */
export function misfitOf({ y, fitted }: SpectroscopyCurve, moved: readonly number[]): number {
  let [own, other] = [0, 0];
  for (let i = 0; i < moved.length; i++) {
    own += (y[i]! - fitted![i]!) ** 2;
    other += (y[i]! - moved[i]!) ** 2;
  }
  return other / own;
}

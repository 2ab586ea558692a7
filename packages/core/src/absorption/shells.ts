/**
 * Shells as papers print them: maxima of |χ(R)|, without phase correction, so 0.2 to 0.5 Å short of the distance.
 *
 * A maximum counts where it stands out of its valleys by more than three times the noise (|χ(R)| between 15 and 25 Å) and 5 % of the highest, and where the
 * window's own lobes about the highest do not reach it: one and a half times |Ω(R)| at that distance and beyond, the ripples of a transform that ends. Its place is
 * the vertex of the parabola through its three points of a zero-padded transform; σ from the noise, and the place moves with k-weight and window: compare like with like.
 */
import type { Quantity } from "../units/quantity.ts";
import { type Chi, type ForwardOptions, forwardTransform, R_STEP } from "./fourier.ts";

export interface Shell {
  /** Å, no phase correction */
  r: Quantity;
  magnitude: number;
}

/** The amplitude of scattering, which falls and rises over k, makes lobes larger than those of the window alone. */
const LOBES = 1.5;

/** By distance in steps of R: the largest share of a peak's height that its window leaves there or beyond. */
function lobesOf({ k }: Chi, options: ForwardOptions): Float64Array {
  const { magnitude } = forwardTransform({ k, chi: new Float64Array(k.length).fill(1) }, { ...options, weight: 0, most: 6 });
  const whole = magnitude[0]! || 1;
  const out = magnitude.map((m) => m / whole);
  for (let i = out.length - 2; i >= 0; i--) out[i] = Math.max(out[i]!, out[i + 1]!);
  return out;
}

/** Maxima of |χ(R)| between two R, in rising order. */
export function findShells(chi: Chi, options: ForwardOptions, range: readonly [number, number] = [1, 6]): Shell[] {
  const { r, magnitude } = forwardTransform(chi, { ...options, most: 25 });
  let noise = 0;
  let counted = 0;
  for (const [i, at] of r.entries()) {
    if (at < 15) continue;
    noise += magnitude[i]! ** 2;
    counted++;
  }
  noise = Math.sqrt(noise / Math.max(1, counted) / 2);
  const inside = Array.from(r.keys()).filter((i) => i > 0 && i < r.length - 1 && r[i]! >= range[0] && r[i]! <= range[1]);
  const highest = Math.max(0, ...inside.map((i) => magnitude[i]!));
  const lobes = lobesOf(chi, options);
  const top = inside.reduce((best, i) => (magnitude[i]! > magnitude[best]! ? i : best), inside[0] ?? 0);
  const out: Shell[] = [];
  for (const i of inside) {
    const [a, b, c] = [magnitude[i - 1]!, magnitude[i]!, magnitude[i + 1]!];
    if (!(b > a && b >= c)) continue;
    if (i !== top && b <= LOBES * highest * (lobes[Math.abs(i - top)] ?? 0)) continue;
    const valley = (step: number): number => {
      let lowest = b;
      for (let k = i + step; k > 0 && k < r.length && magnitude[k]! <= b; k += step) lowest = Math.min(lowest, magnitude[k]!);
      return b - lowest;
    };
    if (!(Math.min(valley(-1), valley(1)) > Math.max(3 * noise, 0.05 * highest))) continue;
    const bend = a - 2 * b + c;
    const move = (0.5 * (a - c)) / bend;
    out.push({
      r: { value: r[i]! + move * R_STEP, sigma: Math.max(0.002, (R_STEP * noise) / Math.sqrt(2) / Math.abs(bend)), unit: "Å" },
      magnitude: b - 0.25 * (a - c) * move,
    });
  }
  return out;
}

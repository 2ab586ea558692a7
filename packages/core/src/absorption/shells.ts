/**
 * Shells as papers print them: maxima of |χ(R)|, without phase correction, so 0.2 to 0.5 Å short of the distance.
 *
 * A maximum counts where it stands out of its valleys by more than three times the noise (|χ(R)| between 15 and 25 Å) and 5 % of the highest. Its place is
 * the vertex of the parabola through its three points of a zero-padded transform; σ from the noise, and the place moves with k-weight and window: compare like with like.
 */
import type { Quantity } from "../units/quantity.ts";
import { type Chi, type ForwardOptions, forwardTransform, R_STEP } from "./fourier.ts";

export interface Shell {
  /** Å, no phase correction */
  r: Quantity;
  magnitude: number;
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
  const out: Shell[] = [];
  for (const i of inside) {
    const [a, b, c] = [magnitude[i - 1]!, magnitude[i]!, magnitude[i + 1]!];
    if (!(b > a && b >= c)) continue;
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

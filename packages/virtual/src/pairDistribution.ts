/**
 * A virtual total-scattering instrument: patterns of a material whose pairs are known.
 *
 *   I(q) = c(q) [ ⟨f²⟩ + Σ_pairs w_p f_i f_j (sin(q r_p)/(q r_p)) exp(−σ_p² q²/2) + Compton(q) ]
 *
 * Beyond the listed pairs there is a crystal's or a glass's continuum of shells, so that S(q) ends in order. Effects that the analysis does not model: Compton
 * scattering that grows with q, a slope of absorption, a polarisation that was not quite taken out, a container with rings of its own (silica's humps) of which some
 * per cent more shine through than are subtracted, an offset of q, Poisson noise. It shares no code with the analysis.
 */
import { random } from "@thioscope/core";

export interface VirtualPair {
  /** Å */
  distance: number;
  /** standard deviation, Å */
  width: number;
  elements: readonly [string, string];
  /** neighbours of the second kind around each atom of the first */
  neighbours: number;
}

export interface VirtualScattering {
  /** atoms per formula unit */
  composition: Readonly<Record<string, number>>;
  /** both ways round are counted here once: Ta–Cl stands for Cl–Ta too */
  pairs: readonly VirtualPair[];
  /** counts at the top of the pattern */
  counts: number;
  /** 1/Å */
  qRange: readonly [number, number];
  points: number;
  seed: string;
  /** share of the container that is not subtracted (default 0.02) */
  leak?: number;
}

export interface VirtualScatteringRun {
  /** 1/Å */
  q: Float64Array;
  sample: Float64Array;
  container: Float64Array;
  /** √counts of each */
  sampleSigma: Float64Array;
  containerSigma: Float64Array;
}

/**
 * @param factor scattering of an atom at q, electrons: the one thing that the caller shares with the analysis
 */
export function virtualScattering(options: VirtualScattering, factor: (element: string, q: number) => number): VirtualScatteringRun {
  const { composition, pairs, counts, qRange, points, seed, leak = 0.02 } = options;
  const draw = random(`scattering ${seed}`);
  const entries = Object.entries(composition);
  const atoms = entries.reduce((sum, [, n]) => sum + n, 0);
  const q = Float64Array.from({ length: points }, (_, k) => qRange[0] + ((qRange[1] - qRange[0]) * k) / (points - 1));
  const clean = q.map((measured) => {
    const at = measured * 1.0003;
    let square = 0;
    for (const [element, n] of entries) square += (n / atoms) * factor(element, at) ** 2;
    let pair = 0;
    for (const { distance, width, elements, neighbours } of pairs) {
      const [i, j] = elements;
      const weight = ((composition[i]! / atoms) * neighbours * (i === j ? 1 : 2)) as number;
      const x = at * distance;
      pair += weight * factor(i, at) * factor(j, at) * (Math.sin(x) / x) * Math.exp(-0.5 * (width * at) ** 2);
    }
    const compton = entries.reduce((sum, [element, n]) => sum + ((n / atoms) * factor(element, 0) * at * at) / (at * at + 60), 0);
    return (square + pair + compton) * (1 - 0.004 * at) * (1 + 0.01 * Math.cos(0.09 * at));
  });
  const container = q.map(
    (at) => 0.15 * (Math.exp(-(((at - 1.6) / 0.6) ** 2)) + 0.5 * Math.exp(-(((at - 5) / 1.5) ** 2)) + 0.3 * Math.exp(-at / 12) + 0.05),
  );
  const top = clean.reduce((a, b) => Math.max(a, b), 0);
  const noisy = (mean: number): number => Math.max(0, mean + Math.sqrt(Math.max(mean, 1)) * draw.normal());
  const sample = clean.map((value, k) => noisy((counts * value) / top + counts * container[k]! * (1 + leak)));
  const empty = container.map((value) => noisy(counts * value));
  return {
    q,
    sample,
    container: empty,
    sampleSigma: sample.map((c) => Math.sqrt(Math.max(c, 1))),
    containerSigma: empty.map((c) => Math.sqrt(Math.max(c, 1))),
  };
}

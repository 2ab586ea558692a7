/**
 * Virtual pictures of polished sections: cracks and voids on a noisy, shaded ground; element maps with counting noise. Truth is the drawn area.
 * Effects that the analysis does not model: a brightness that falls to one side, rounded edges of cracks.
 */
import { random } from "@thioscope/core";

export interface VirtualSection {
  width: number;
  height: number;
  values: Float32Array;
  /** shares of the area */
  cracks: number;
  voids: number;
}

export function virtualSection(
  seed: number | string,
  options: { size: number; cracks: number; voids: number; noise: number },
): VirtualSection {
  const { size, noise } = options;
  const draw = random(`section ${seed}`);
  const dark = new Uint8Array(size * size);
  for (let k = 0; k < options.cracks; k++) {
    let [x, y] = [size * draw.uniform(), size * draw.uniform()];
    let heading = 2 * Math.PI * draw.uniform();
    const length = size * (0.15 + 0.2 * draw.uniform());
    for (let s = 0; s < length; s++) {
      heading += 0.06 * draw.normal();
      x += Math.cos(heading);
      y += Math.sin(heading);
      disc(x, y, 1.6, 1);
    }
  }
  for (let k = 0; k < options.voids; k++) disc(size * draw.uniform(), size * draw.uniform(), 3 + 4 * draw.uniform(), 2);
  function disc(cx: number, cy: number, r: number, kind: 1 | 2): void {
    for (let y = Math.max(0, Math.ceil(cy - r)); y <= Math.min(size - 1, cy + r); y++) {
      for (let x = Math.max(0, Math.ceil(cx - r)); x <= Math.min(size - 1, cx + r); x++) {
        if (Math.hypot(x - cx, y - cy) <= r && dark[y * size + x] === 0) dark[y * size + x] = kind;
      }
    }
  }
  const share = (kind: number): number => dark.reduce((n, is) => n + (is === kind ? 1 : 0), 0) / dark.length;
  const values = Float32Array.from(dark, (kind, i) => {
    const shade = 1 - (0.1 * (i % size)) / size;
    return (kind === 0 ? 170 : 45) * shade + noise * draw.normal();
  });
  return { width: size, height: size, values, cracks: share(1), voids: share(2) };
}

/** Counts of two elements: the second follows the first by the share `together`; patches of `grain` pixels. */
export function virtualElements(
  seed: number | string,
  { size, grain, together, counts }: { size: number; grain: number; together: number; counts: number },
): { first: Float32Array; second: Float32Array } {
  const draw = random(`elements ${seed}`);
  const cells = Math.ceil(size / grain);
  const level = Float64Array.from({ length: cells * cells }, () => (draw.uniform() < 0.4 ? 1 : 0.15));
  const other = Float64Array.from({ length: cells * cells }, () => (draw.uniform() < 0.4 ? 1 : 0.15));
  const first = new Float32Array(size * size);
  const second = new Float32Array(size * size);
  for (let i = 0; i < first.length; i++) {
    const cell = Math.floor(Math.floor(i / size) / grain) * cells + Math.floor((i % size) / grain);
    first[i] = poisson(counts * level[cell]!);
    second[i] = poisson(counts * (together * level[cell]! + (1 - together) * other[cell]!));
  }
  function poisson(mean: number): number {
    // by products of uniform numbers: means are small
    const end = Math.exp(-mean);
    let n = 0;
    for (let p = draw.uniform(); p > end; p *= draw.uniform()) n++;
    return n;
  }
  return { first, second };
}

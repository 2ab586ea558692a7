/** Virtual points: the rings and cavities put in are the ones that come out, and no others. */
import { openMetric, ripsBarcodes } from "@thioscope/core/topology";
import { virtualPointSet } from "@thioscope/virtual";
import { expect, test } from "vitest";

test.each([
  [{}, 1],
  [{ rings: 5, ringPoints: 7, cavities: 0, radius: 2 }, 2],
  [{ rings: 0, cavities: 4 }, 3],
  [{ rings: 4, ringPoints: 40, cavities: 3, radius: 1 }, 4],
])("%o, seed %i", (options, seed) => {
  const { points, rings, cavities } = virtualPointSet(options, seed);
  const { barcodes, cycles } = ripsBarcodes(openMetric(points), {
    maxDimension: 2,
    cycles: true,
    cap: 3 * ((options as { radius?: number }).radius ?? 5),
  });
  for (const [d, truth] of [
    [1, rings],
    [2, cavities],
  ] as const) {
    const bars = Array.from(barcodes[d]!.bars);
    const found = truth.map((_, k) => [bars[2 * k]!, bars[2 * k + 1]!]);
    expect(bars).toHaveLength(2 * truth.length);
    for (const [k, [birth, death]] of truth.entries()) {
      expect(found[k]![0]).toBeCloseTo(birth, 9);
      expect(found[k]![1]).toBeCloseTo(death, 9);
    }
  }
  const size = (options as { ringPoints?: number }).ringPoints ?? 10;
  expect(cycles.filter((c) => c.dimension === 1).map((c) => c.rings[0]!.length)).toEqual(rings.map(() => size));
});

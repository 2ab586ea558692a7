/** Curves and distances by algebra and by search over all matchings; bands and tests by coverage on drawn frames. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { random } from "../random.ts";
import { bettiCurve, bottleneckDistance, compareCurves, deathHistogram, landscape, meanCurve, wassersteinDistance } from "./index.ts";

const bars = (...list: [number, number][]): Float64Array => Float64Array.from(list.flat());
const OPEN = Number.POSITIVE_INFINITY;

test("curves of two bars", () => {
  const two = bars([0, 4], [1, 3], [2, OPEN]);
  expect([...bettiCurve(two, [-1, 0, 1, 2, 3, 4])]).toEqual([0, 1, 2, 3, 2, 1]);
  expect([...deathHistogram(two, [0, 3, 4, 5])]).toEqual([0, 1, 1]);
  expect([...landscape(two.slice(0, 4), 1, [0, 1, 2, 3, 4])]).toEqual([0, 1, 2, 1, 0]);
  expect([...landscape(two.slice(0, 4), 2, [0, 1, 2, 3, 4])]).toEqual([0, 0, 1, 0, 0]);
});

/** Least cost over all matchings, tried one by one. */
function tried(a: [number, number][], b: [number, number][], join: (x: number, y: number) => number, cost: (d: number) => number): number {
  if (a.length === 0) return b.reduce((sum, q) => join(sum, cost((q[1] - q[0]) / 2)), 0);
  const [p, ...rest] = a as [[number, number], ...[number, number][]];
  let best = join(cost((p[1] - p[0]) / 2), tried(rest, b, join, cost));
  for (const [k, q] of b.entries()) {
    const d = Math.max(Math.abs(p[0] - q[0]), Math.abs(p[1] - q[1]));
    best = Math.min(best, join(cost(d), tried(rest, b.toSpliced(k, 1), join, cost)));
  }
  return best;
}

test("distances are the best of all matchings", () => {
  const bar = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 9 })).map(([b, l]): [number, number] => [b, b + l]);
  const list = fc.array(bar, { maxLength: 4 });
  fc.assert(
    fc.property(list, list, (a, b) => {
      const [x, y] = [bars(...a), bars(...b)];
      expect(bottleneckDistance(x, y)).toEqual({ value: tried(a, b, Math.max, (d) => d), sigma: null, unit: "Å" });
      const squares = tried(
        a,
        b,
        (s, t) => s + t,
        (d) => d * d,
      );
      expect((wassersteinDistance(x, y) as { value: number }).value).toBeCloseTo(Math.sqrt(squares), 9);
      expect((wassersteinDistance(x, y, 1) as { value: number }).value).toBeCloseTo(
        tried(
          a,
          b,
          (s, t) => s + t,
          (d) => d,
        ),
        9,
      );
    }),
    { numRuns: 200 },
  );
});

test("open bars match open bars; unequal numbers have no distance", () => {
  expect(bottleneckDistance(bars([0, OPEN], [1, 2]), bars([0.25, OPEN], [1, 2.1]))).toMatchObject({ value: 0.25 });
  expect(bottleneckDistance(bars([0, OPEN]), bars())).toHaveProperty("notComputable");
  expect(() => wassersteinDistance(bars(), bars(), 0)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  expect(() => bottleneckDistance(new Float64Array(8002), bars())).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
});

/** Frames of a curve of five values about 0 … 4, each frame remembering `memory` of the one before. */
function frames(count: number, seed: string, shift = 0, memory = 0): Float64Array[] {
  const draw = random(seed);
  const state = Float64Array.from({ length: 5 }, () => draw.normal());
  return Array.from({ length: count }, () => {
    for (let x = 0; x < 5; x++) state[x] = memory * state[x]! + Math.sqrt(1 - memory * memory) * draw.normal();
    return state.map((s, x) => x + shift + s);
  });
}

test.each([0, 0.7])("frames with memory %s: the band of 95 percent holds the true mean curve about as often as it says", (memory) => {
  let held = 0;
  for (let k = 0; k < 100; k++) {
    const { low, high } = meanCurve(frames(200, `band ${k}`, 0, memory), { draws: 200, seed: k });
    if (low.every((l, x) => l <= x && x <= high[x]!)) held++;
  }
  expect(held).toBeGreaterThanOrEqual(84);
});

test("two samples of one material differ as often as the test says; a shifted one is found", () => {
  const lengths = [0, 1, 2, 3, 4];
  let found = 0;
  for (let k = 0; k < 100; k++) {
    const { probability } = compareCurves(frames(60, `a ${k}`), frames(60, `b ${k}`), lengths, { draws: 199, seed: k });
    if (probability <= 0.05) found++;
  }
  // binomial(100, 0.05): more than 12 in 1 of 1000
  expect(found).toBeLessThanOrEqual(12);
  expect(compareCurves(frames(60, "a"), frames(60, "b", 1), lengths).probability).toBe(0.001);
  expect(compareCurves(frames(6, "a"), frames(6, "b"), lengths).notices.map((n) => n.code)).toEqual(["few-blocks"]);
});

test("what cannot be averaged is refused", () => {
  expect(() => meanCurve([new Float64Array(3)])).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  expect(() => meanCurve([new Float64Array(3), new Float64Array(4)])).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
});

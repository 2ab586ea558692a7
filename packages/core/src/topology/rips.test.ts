/**
 * Barcodes by algebra (polygons, subdivided projective plane, Euler characteristic, boundaries over Z/2), by symmetry (order, motion, scale),
 * and by the theorem of stability; refusals of what cannot be computed.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../random.ts";
import { bottleneckDistance, matrixMetric, openMetric, periodicMetric, type RipsResult, ripsBarcodes } from "./index.ts";

function cloud(n: number, seed: number | string, size = 1): Float64Array {
  const draw = random(seed);
  return Float64Array.from({ length: 3 * n }, () => size * draw.uniform());
}

const pairs = (result: RipsResult, d: number): number[][] => {
  const { bars } = result.barcodes[d]!;
  return Array.from({ length: bars.length / 2 }, (_, k) => [bars[2 * k]!, bars[2 * k + 1]!]);
};

/** Equal as multisets up to rounding: sorted bars beside each other. */
function expectSame(a: RipsResult, b: RipsResult, scale = 1): void {
  for (const [d, { bars }] of a.barcodes.entries()) {
    expect(b.barcodes[d]!.bars.length).toBe(bars.length);
    const distance = bottleneckDistance(
      bars.map((x) => x * scale),
      b.barcodes[d]!.bars,
    );
    expect((distance as { value: number }).value).toBeLessThan(1e-9 * scale);
  }
}

/** The 6-vertex projective plane, subdivided so that it is the flag complex of its graph: inclusion at 1, all else at 2. */
function projectivePlane(): number[] {
  const triangles = ["012", "023", "034", "045", "051", "124", "235", "341", "452", "513"].map((t) => new Set(t));
  const edges = new Map<string, Set<string>>();
  for (const t of triangles)
    for (const v of t) {
      const edge = [...t].filter((w) => w !== v).sort();
      edges.set(edge.join(""), new Set(edge));
    }
  const simplices = [...Array.from("012345", (v) => new Set(v)), ...edges.values(), ...triangles];
  expect(simplices).toHaveLength(31);
  const lower: number[] = [];
  for (let i = 1; i < simplices.length; i++)
    for (let j = 0; j < i; j++)
      lower.push([...simplices[j]!].every((v) => simplices[i]!.has(v)) && simplices[j]!.size < simplices[i]!.size ? 1 : 2);
  return lower;
}

describe("known bars", () => {
  test("the projective plane has a ring and a cavity over Z/2, neither over Z/3", () => {
    const metric = matrixMetric(projectivePlane());
    const even = ripsBarcodes(metric, { maxDimension: 2 });
    expect([pairs(even, 1), pairs(even, 2)]).toEqual([[[1, 2]], [[1, 2]]]);
    const odd = ripsBarcodes(metric, { maxDimension: 2, prime: 3 });
    expect([pairs(odd, 1), pairs(odd, 2)]).toEqual([[], []]);
  });

  test("three ways round a periodic lattice are open at a third of the cell, and no more", () => {
    const points: number[] = [];
    for (let k = 0; k < 125; k++) points.push(k % 5, Math.floor(k / 5) % 5, Math.floor(k / 25));
    const result = ripsBarcodes(periodicMetric(Float64Array.from(points), [5, 0, 0, 0, 5, 0, 0, 0, 5]), { cycles: true });
    expect(result.openAtCap).toEqual([0, 3]);
    // 3 n edges, n - 1 of them the tree
    expect(pairs(result, 1)).toHaveLength(2 * 125 + 1);
    const open = result.cycles.filter((cycle) => cycle.fills === null);
    expect(open.map((cycle) => cycle.rings[0]!.length)).toEqual([5, 5, 5]);
  });

  test.each([0, 1, 2])("%i points", (n) => {
    const result = ripsBarcodes(openMetric(cloud(n, "few")), { maxDimension: 2, cycles: true });
    expect(result.barcodes.map((b) => b.bars.length / 2)).toEqual([n, 0, 0]);
  });

  test("points on top of each other and on a line leave no ring", () => {
    expect(pairs(ripsBarcodes(openMetric(new Float64Array(60)), { maxDimension: 2 }), 1)).toEqual([]);
    const line = Float64Array.from({ length: 60 }, (_, k) => (k % 3 === 0 ? k : 0));
    expect(pairs(ripsBarcodes(openMetric(line), { maxDimension: 2 }), 1)).toEqual([]);
  });
});

describe("symmetries", () => {
  test("order of the points, rigid motion and scale", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 40 }), fc.integer(), fc.double({ min: 0.01, max: 100, noNaN: true }), (n, seed, scale) => {
        const points = cloud(n, seed);
        const result = ripsBarcodes(openMetric(points), { maxDimension: 2 });
        const order = Array.from({ length: n }, (_, i) => (i * 7 + 3) % n).sort((a, b) => ((a * 31) % 17) - ((b * 31) % 17));
        const shuffled = Float64Array.from(
          [...new Set([...order, ...Array(n).keys()])].flatMap((i) => [...points.subarray(3 * i, 3 * i + 3)]),
        );
        expectSame(result, ripsBarcodes(openMetric(shuffled), { maxDimension: 2 }));
        const [c, s] = [Math.cos(seed), Math.sin(seed)];
        const moved = points.slice();
        for (let i = 0; i < n; i++) {
          moved[3 * i] = c * points[3 * i]! - s * points[3 * i + 1]! + 3;
          moved[3 * i + 1] = s * points[3 * i]! + c * points[3 * i + 1]! - 7;
        }
        expectSame(result, ripsBarcodes(openMetric(moved), { maxDimension: 2 }));
        expectSame(result, ripsBarcodes(openMetric(points.map((x) => x * scale)), { maxDimension: 2 }), scale);
      }),
      { numRuns: 25 },
    );
  });

  test("stability: no bar moves by more than twice the largest shift", () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 1e-6, max: 0.1, noNaN: true }), (seed, size) => {
        const points = cloud(30, seed);
        const shift = cloud(30, `${seed} shift`, size);
        const largest = Math.max(...Array.from({ length: 30 }, (_, i) => Math.hypot(...shift.subarray(3 * i, 3 * i + 3))));
        const a = ripsBarcodes(openMetric(points), { maxDimension: 2 });
        const b = ripsBarcodes(openMetric(points.map((x, k) => x + shift[k]!)), { maxDimension: 2 });
        for (const d of [0, 1, 2]) {
          const { value } = bottleneckDistance(a.barcodes[d]!.bars, b.barcodes[d]!.bars) as { value: number };
          expect(value).toBeLessThanOrEqual(2 * largest + 1e-12);
        }
      }),
      { numRuns: 25 },
    );
  });

  test("shortest images of a skewed cell are those of a search over 9³ cells", () => {
    const cell = [4, 0, 0, 3.1, 5, 0, -2.7, 4.1, 6];
    const points = cloud(12, "skew", 20);
    const metric = periodicMetric(points, cell);
    for (let i = 0; i < 12; i++) {
      for (let j = 0; j < i; j++) {
        let best = Number.POSITIVE_INFINITY;
        for (let k = 0; k < 17 ** 3; k++) {
          const [a, b, c] = [(k % 17) - 8, (Math.floor(k / 17) % 17) - 8, Math.floor(k / 289) - 8] as const;
          const d = [0, 1, 2].map((x) => points[3 * i + x]! - points[3 * j + x]! + a * cell[x]! + b * cell[3 + x]! + c * cell[6 + x]!);
          best = Math.min(best, Math.hypot(...d));
        }
        expect(metric.distance(i, j)).toBeCloseTo(best, 9);
        expect(metric.distance(j, i)).toBe(metric.distance(i, j));
      }
    }
  });
});

describe("by algebra over Z/2", () => {
  /** Subsets of the points with no distance above t, by size. */
  function cliques(metric: { size: number; distance(i: number, j: number): number }, t: number): number[][] {
    const found: number[][] = [];
    for (let bits = 1; bits < 1 << metric.size; bits++) {
      const points = Array.from({ length: metric.size }, (_, i) => i).filter((i) => bits & (1 << i));
      if (points.every((i) => points.every((j) => metric.distance(i, j) <= t))) found.push(points);
    }
    return found;
  }

  test("Euler characteristic: simplices counted with sign are the bars alive counted with sign", () => {
    // seven points can have no class above dimension two
    for (const seed of ["a", "b", "c", "d"]) {
      const metric = openMetric(cloud(7, seed));
      const result = ripsBarcodes(metric, { maxDimension: 2 });
      for (let t = 0.05; t < 1.2; t += 0.05) {
        const simplices = cliques(metric, t).reduce((sum, c) => sum + (c.length % 2 === 1 ? 1 : -1), 0);
        const alive = [0, 1, 2].reduce(
          (sum, d) => sum + (d === 1 ? -1 : 1) * pairs(result, d).filter(([b, e]) => b! <= t && t < e!).length,
          0,
        );
        expect(alive).toBe(simplices);
      }
    }
  });

  test("a ring runs through its opening edge, never beyond it, and bounds at its death and not before", () => {
    for (const seed of ["e", "f", "g", "h"]) {
      const n = 14;
      const metric = openMetric(cloud(n, seed));
      const result = ripsBarcodes(metric, { cycles: true });
      const bars = pairs(result, 1);
      expect(result.cycles).toHaveLength(bars.length);
      for (const { bar, rings, opens } of result.cycles) {
        const [birth, death] = bars[bar] as [number, number];
        const edges = rings.flatMap((ring) => ring.map((p, k) => [p, ring[(k + 1) % ring.length]!] as const));
        const lengths = edges.map(([i, j]) => metric.distance(i, j));
        expect(Math.max(...lengths)).toBe(birth);
        expect(edges.some(([i, j]) => opens.includes(i) && opens.includes(j))).toBe(true);
        const cycle = edges.reduce((sum, [i, j]) => sum ^ edgeBit(i, j, n), 0n);
        expect(bounds(cycle, metric, death)).toBe(true);
        expect(bounds(cycle, metric, death * (1 - 1e-12))).toBe(false);
      }
    }
  });

  const edgeBit = (i: number, j: number, n: number): bigint => 1n << BigInt(Math.max(i, j) * n + Math.min(i, j));

  /** Is this set of edges a sum of boundaries of triangles up to t? */
  function bounds(cycle: bigint, metric: { size: number; distance(i: number, j: number): number }, t: number): boolean {
    const n = metric.size;
    const basis = new Map<number, bigint>();
    const reduce = (chain: bigint): bigint => {
      for (let left = chain; left !== 0n; ) {
        const pivot = left.toString(2).length;
        const known = basis.get(pivot);
        if (known === undefined) return left;
        left ^= known;
      }
      return 0n;
    };
    for (let i = 0; i < n; i++)
      for (let j = 0; j < i; j++)
        for (let k = 0; k < j; k++) {
          if (Math.max(metric.distance(i, j), metric.distance(i, k), metric.distance(j, k)) > t) continue;
          const left = reduce(edgeBit(i, j, n) ^ edgeBit(i, k, n) ^ edgeBit(j, k, n));
          if (left !== 0n) basis.set(left.toString(2).length, left);
        }
    return reduce(cycle) === 0n;
  }
});

describe("refusals", () => {
  test.each([
    ["a coordinate that is no number", () => openMetric(Float64Array.of(0, Number.NaN, 0)), "coordinate y of point 0 is NaN"],
    ["coordinates that are not three each", () => openMetric(new Float64Array(4)), "not three"],
    ["too many points, before any pair is visited", () => openMetric(new Float64Array(3 * 20_001)), "20001 points"],
    ["axes in a plane", () => periodicMetric(new Float64Array(3), [1, 0, 0, 0, 1, 0, 1, 1, 0]), "span no volume"],
    ["an axis that is no number", () => periodicMetric(new Float64Array(3), [1, 0, 0, 0, Number.NaN, 0, 1, 1, 1]), "span no volume"],
    ["a triangle with a hole", () => matrixMetric([1, 2]), "fill no lower triangle"],
    ["a negative distance", () => matrixMetric([-1]), "-1"],
    ["a field that is none", () => ripsBarcodes(openMetric(new Float64Array(6)), { prime: 4 }), "Z/4"],
    ["a cap of nothing", () => ripsBarcodes(openMetric(new Float64Array(6)), { cap: Number.NaN }), "cap of NaN"],
    ["cavities of too many points", () => ripsBarcodes(openMetric(cloud(4200, 1)), { maxDimension: 2, cap: 0.05 }), "4200 points"],
  ])("%s", (_, work, message) => {
    expect(work).toThrow(expect.objectContaining({ code: "INVALID_INPUT", message: expect.stringContaining(message) }));
  });

  test("work that was cancelled stops", () => {
    const stop = new AbortController();
    const context = { signal: stop.signal, progress: () => stop.abort() };
    expect(() => ripsBarcodes(openMetric(cloud(400, 1)), {}, context)).toThrow(expect.objectContaining({ code: "CANCELLED" }));
  });
});

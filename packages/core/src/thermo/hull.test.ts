/** Laws of hulls and reactions: by algebra and random systems. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { random } from "../random.ts";
import { convexHull, decompose, energiesAboveHull, hullAt, ON_HULL } from "./hull.ts";
import { hullAlong } from "./path.ts";

interface System {
  size: number;
  fractions: Float64Array;
  energies: Float64Array;
}

/** Compounds of small whole numbers with energies below zero, elements at zero. */
function system(seed: string, size: number, count: number): System {
  const draw = random(seed);
  const rows: number[][] = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, k) => (i === k ? 1 : 0)));
  const energies = new Array<number>(size).fill(0);
  for (let j = 0; j < count; j++) {
    const atoms = Array.from({ length: size }, () => Math.floor(draw.uniform() * 4));
    const sum = atoms.reduce((a, b) => a + b, 0);
    if (sum === 0) continue;
    rows.push(atoms.map((n) => n / sum));
    // coarse energies make ties
    energies.push(-Math.round(draw.uniform() * 20) / 10);
  }
  return { size, fractions: Float64Array.from(rows.flat()), energies: Float64Array.from(energies) };
}

const permuted = ({ size, fractions, energies }: System, order: readonly number[]): System => ({
  size,
  fractions: Float64Array.from(order.flatMap((j) => [...fractions.subarray(j * size, (j + 1) * size)])),
  energies: Float64Array.from(order, (j) => energies[j]!),
});
const hullOf = (s: System) => convexHull(s.size, s.fractions, s.energies);
const systems = fc.tuple(fc.string({ minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 40 }));

test("no plane of a facet lies above a phase, the phases of a facet lie on it, amounts are not negative and give the composition", () => {
  fc.assert(
    fc.property(systems, ([seed, size, count]) => {
      const s = system(seed, size, count);
      const hull = hullOf(s);
      for (let f = 0; f < hull.facetCount; f++) {
        for (let j = 0; j < s.energies.length; j++) {
          let plane = 0;
          for (let i = 0; i < size; i++) plane += hull.potentials[f * size + i]! * s.fractions[j * size + i]!;
          expect(plane - s.energies[j]!).toBeLessThanOrEqual(1e-8);
        }
      }
      const draw = random(`${seed} x`);
      const x = Float64Array.from({ length: size }, () => draw.uniform());
      const sum = x.reduce((a, b) => a + b, 0);
      const parts = decompose(
        hull,
        x.map((v) => v / sum),
      );
      for (let i = 0; i < size; i++) {
        const got = parts.reduce((total, { phase, amount }) => total + amount * s.fractions[phase * size + i]!, 0);
        expect(got).toBeCloseTo(x[i]! / sum, 7);
      }
      const energy = parts.reduce((total, { phase, amount }) => total + amount * s.energies[phase]!, 0);
      expect(energy).toBeCloseTo(
        hullAt(
          hull,
          x.map((v) => v / sum),
        ).energy,
        7,
      );
      expect(parts.every(({ amount }) => amount > 0)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test("the hull does not depend on the order of entries, nor on duplicates, and scales with the energies", () => {
  fc.assert(
    fc.property(systems, fc.double({ min: 0.01, max: 100, noNaN: true }), ([seed, size, count], factor) => {
      const s = system(seed, size, count);
      const above = energiesAboveHull(hullOf(s));
      const draw = random(`${seed} order`);
      const order = Array.from(s.energies.keys()).sort(() => draw.uniform() - 0.5);
      const shuffled = energiesAboveHull(hullOf(permuted(s, [...order, ...order])));
      for (const [k, j] of order.entries()) {
        expect(Math.abs(shuffled[k]! - above[j]!)).toBeLessThan(1e-9);
        expect(shuffled[k + order.length]).toBe(shuffled[k]);
      }
      const scaled = energiesAboveHull(hullOf({ ...s, energies: s.energies.map((e) => factor * e) }));
      for (const [j, a] of above.entries()) expect(Math.abs(scaled[j]! / factor - a)).toBeLessThan(1e-8);
    }),
    { numRuns: 100 },
  );
});

test("every phase of a facet is stable, and energy along a path is convex and continuous", () => {
  fc.assert(
    fc.property(systems, ([seed, size, count]) => {
      const s = system(seed, size, count);
      const hull = hullOf(s);
      const above = energiesAboveHull(hull);
      for (const phase of hull.facets) expect(above[phase]).toBeLessThanOrEqual(ON_HULL);
      const a = new Float64Array(size).fill(1);
      const b = new Float64Array(size);
      b[0] = 1;
      const pieces = hullAlong(hull, a, b, 0, Number.POSITIVE_INFINITY);
      for (const [k, piece] of pieces.entries()) {
        const before = pieces[k - 1];
        if (!before) continue;
        expect(piece.slope).toBeGreaterThan(before.slope);
        expect(before.energy + before.slope * (before.to - before.from)).toBeCloseTo(piece.energy, 6);
      }
    }),
    { numRuns: 100 },
  );
});

test("a binary hull by hand: AB at −1, A3B at −0.6, a third above, two alike", () => {
  const fractions = Float64Array.from([1, 0, 0, 1, 0.5, 0.5, 0.75, 0.25, 0.25, 0.75, 0.5, 0.5]);
  const hull = convexHull(2, fractions, Float64Array.from([0, 0, -1, -0.6, -0.4, -1]));
  // at 1/4 the line from B to AB is at −0.5; the tie at AB counts once
  const above = [...energiesAboveHull(hull)];
  for (const [j, value] of [0, 0, 0, 0, 0.1, 0].entries()) expect(above[j]).toBeCloseTo(value, 12);
  expect(hull.facetCount).toBe(3);
});

test("one element, missing elements, too many, energies that are no numbers", () => {
  const one = convexHull(1, Float64Array.of(1, 1), Float64Array.of(0, 0.2));
  expect([...energiesAboveHull(one)]).toEqual([0, 0.2]);
  expect(() => convexHull(2, Float64Array.of(1, 0, 0.5, 0.5), Float64Array.of(0, -1))).toThrow(/element 2 of the hull has no phase/);
  expect(() => convexHull(8, new Float64Array(8), Float64Array.of(0))).toThrow(/1 to 7/);
  expect(() => convexHull(1, Float64Array.of(1), Float64Array.of(Number.NaN))).toThrow(/no finite energy/);
});

/** Harmonics of strain against the full tensor and the exact conic of a tilted detector (algebra), and what bad rings do. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../random.ts";
import type { Quantity } from "../units/quantity.ts";
import { type Cake, type FittedRing, fitRing, type RingSector } from "./rings.ts";
import { fitHarmonics, type StrainHarmonics, tiltBound } from "./strain.ts";

const RADIAN = Math.PI / 180;
const window = { label: "ring", hkl: null, twoThetaDegree: 3.5, halfWindowDegree: 0.1 } as const;

/** Ring of `count` sectors, each with the mean of 2θ over 21 azimuths. */
function ringOf(twoThetaAt: (eta: number) => number, sigma = 1e-6, count = 36): FittedRing {
  const width = 360 / count;
  return {
    window,
    sectorWidthDegree: width,
    sectors: Array.from({ length: count }, (_, s): RingSector => {
      const azimuthDegree = -180 + (s + 0.5) * width;
      let sum = 0;
      for (let i = 0; i < 21; i++) sum += twoThetaAt((azimuthDegree + ((i + 0.5) / 21 - 0.5) * width) * RADIAN);
      return {
        azimuthDegree,
        twoTheta: { value: sum / 21, sigma, unit: "deg" },
        area: { value: 1, sigma: 0.1, unit: "count·deg" },
        reason: "",
      };
    }),
  };
}
const good = (ring: FittedRing, ...rest: [Parameters<typeof fitHarmonics>[1]?]): StrainHarmonics => {
  const found = fitHarmonics(ring, ...rest);
  if ("notComputable" in found) throw new Error(found.notComputable);
  return found;
};

test("any tensor: e_xx − e_yy and e_xy come back at any angle, e_xz and e_yz stay in the first harmonic", () => {
  // what is left out is of second order in the strain: bounds below are for these
  const part = fc.double({ min: -2e-3, max: 2e-3, noNaN: true });
  fc.assert(
    fc.property(
      fc.tuple(part, part, part, part, part, part),
      fc.double({ min: 0.01, max: 0.9, noNaN: true }),
      ([xx, yy, zz, xy, xz, yz], theta0) => {
        const ring = ringOf((eta) => {
          const n = [Math.cos(theta0) * Math.cos(eta), Math.cos(theta0) * Math.sin(eta), -Math.sin(theta0)] as const;
          const e = n[0] * n[0] * xx + n[1] * n[1] * yy + n[2] * n[2] * zz + 2 * (n[0] * n[1] * xy + n[0] * n[2] * xz + n[1] * n[2] * yz);
          return (2 * Math.asin(Math.sin(theta0) * Math.exp(-e))) / RADIAN;
        });
        const h = good(ring);
        // 2θ of d_ref moves with the mean strain: cos²θ with it, in second order
        expect(Math.abs(h.difference.value - (xx - yy) * 1e6)).toBeLessThan(16 + 8 * Math.tan(theta0));
        expect(Math.abs(h.shear.value - xy * 1e6)).toBeLessThan(16 + 8 * Math.tan(theta0));
        expect(Math.abs(h.a1.value + Math.sin(2 * theta0) * xz * 1e6)).toBeLessThan(25);
        expect(Math.abs(h.b1.value + Math.sin(2 * theta0) * yz * 1e6)).toBeLessThan(25);
      },
    ),
    { numRuns: 60 },
  );
});

describe("geometry", () => {
  test("a shifted centre is a first harmonic, to second order nothing else", () => {
    const [radius, shift, length] = [457, 4, 7405];
    const h = good(
      ringOf((eta) => {
        const r = shift * Math.cos(eta) + Math.sqrt(radius ** 2 - (shift * Math.sin(eta)) ** 2);
        return Math.atan(r / length) / RADIAN;
      }),
    );
    expect(h.a1.value).toBeCloseTo((-1e6 * shift) / radius, -2);
    expect(Math.hypot(h.a2.value, h.b2.value)).toBeLessThan(1);
  });

  test("1° of tilt fakes 76 µstrain by the exact conic; corrected, less than one is left", () => {
    for (const plane of [0, 30, 90, 155]) {
      const ring = ringOf((eta) => {
        const [t, tangent] = [1 * RADIAN, Math.tan(3.5 * RADIAN)];
        const c = Math.cos(eta - plane * RADIAN);
        const r = tangent / (Math.sqrt(1 - (Math.sin(t) * c) ** 2) - tangent * Math.sin(t) * c);
        return Math.atan(r) / RADIAN;
      });
      const bare = good(ring);
      expect(Math.hypot(bare.a2.value, bare.b2.value)).toBeCloseTo(76, -0.3);
      const corrected = good(ring, { tilt: { tiltDegree: 1, planeDegree: plane } });
      expect(Math.hypot(corrected.a2.value, corrected.b2.value)).toBeLessThan(1);
      const bound = tiltBound([bare]) as Quantity;
      expect(bound.value).toBeCloseTo(Math.hypot(bare.a2.value, bare.b2.value) / Math.SQRT2, 6);
    }
    expect(tiltBound([])).toHaveProperty("notComputable");
  });
});

test("outliers are rejected; scatter beyond the errors widens them", () => {
  const draw = random("scatter");
  const at = (eta: number): number => 3.5 - 0.002 * Math.cos(2 * eta);
  const clean = ringOf(at, 1e-4);
  const scattered = (size: number): FittedRing => ({
    ...clean,
    sectors: clean.sectors.map((s) => ({ ...s, twoTheta: { ...s.twoTheta!, value: s.twoTheta!.value + size * draw.normal() } })),
  });
  const quiet = good(scattered(1e-4));
  const spoiled = scattered(1e-4);
  const bad = good({
    ...spoiled,
    sectors: spoiled.sectors.map((s, i) => (i % 12 === 5 ? { ...s, twoTheta: { ...s.twoTheta!, value: 3.53 } } : s)),
  });
  expect(bad.rejected).toBeGreaterThanOrEqual(3);
  expect(Math.abs(bad.a2.value - quiet.a2.value)).toBeLessThan(5 * quiet.a2.sigma!);
  const loud = good(scattered(4e-4));
  expect(loud.a2.sigma! / quiet.a2.sigma!).toBeGreaterThan(2.5);
});

test("300 draws of grains and noise: two thirds of A2 within one error", () => {
  const draw = random("coverage");
  const clean = ringOf(() => 3.5, 1e-4);
  let inside = 0;
  for (let i = 0; i < 300; i++) {
    // sectors of unequal counts, all with the same scatter of grains
    const sectors = clean.sectors.map((s) => {
      const sigma = 1e-4 * (0.5 + 2 * draw.uniform());
      return { ...s, twoTheta: { value: 3.5 + Math.hypot(sigma, 3e-4) * draw.normal(), sigma, unit: "deg" } };
    });
    const { a2 } = good({ ...clean, sectors });
    if (Math.abs(a2.value) < a2.sigma!) inside++;
  }
  expect(inside / 300).toBeGreaterThan(0.6);
  expect(inside / 300).toBeLessThan(0.76);
});

test("against the same ring before the load geometry and grains drop out", () => {
  const draw = random("grains");
  const grains = Array.from({ length: 36 }, () => 1e-3 * draw.normal());
  const withGrains = (ring: FittedRing): FittedRing => ({
    ...ring,
    sectors: ring.sectors.map((s, i) => ({ ...s, twoTheta: { ...s.twoTheta!, value: s.twoTheta!.value + grains[i]! } })),
  });
  const before = withGrains(ringOf((eta) => 3.5 + 0.001 * Math.cos(2 * eta), 1e-5));
  const loaded = withGrains(ringOf((eta) => 3.5 + 0.001 * Math.cos(2 * eta) - 0.002 * Math.sin(2 * eta), 1e-5));
  const change = good(loaded, { before });
  const expected = (1e6 * 0.001 * RADIAN) / Math.tan(1.75 * RADIAN);
  expect(Math.abs(change.b2.value - expected)).toBeLessThan(2);
  expect(Math.abs(change.a2.value)).toBeLessThan(2);
  expect(change.b2.sigma!).toBeLessThan(2);
  expect(good(loaded).b2.sigma!).toBeGreaterThan(30);
  expect(good(loaded).excess.value).toBeGreaterThan(200);
  expect(() => fitHarmonics(loaded, { before: ringOf(() => 3.5, 1e-5, 24) })).toThrow(/no reference/);
});

test("too few sectors, or none, are no harmonics", () => {
  const ring = ringOf(() => 3.5, 1e-4);
  const blind = ring.sectors.map((s, i) => (i < 7 ? s : { ...s, twoTheta: null, area: null, reason: "gap" }));
  expect(fitHarmonics({ ...ring, sectors: blind })).toMatchObject({ notComputable: expect.stringContaining("7 of 36 sectors") });
  // eight sectors over 80° do not tell a mean from a second harmonic to any use, and their errors say so
  const narrow = fitHarmonics({ ...ring, sectors: ring.sectors.map((s, i) => (i < 8 ? s : { ...s, twoTheta: null })) });
  if (!("notComputable" in narrow)) expect(narrow.a2.sigma!).toBeGreaterThan(20 * good(ring).a2.sigma!);
  expect(() => fitHarmonics(ring, { tilt: { tiltDegree: Number.NaN, planeDegree: 0 } })).toThrow(/tilt NaN/);
});

describe("rings of a cake", () => {
  const axis = Float64Array.from({ length: 60 }, (_, b) => 3.4 + 0.004 * (b + 0.5));
  const cake = (height: (s: number) => number): Cake => {
    const values = new Float64Array(60 * 12);
    for (let s = 0; s < 12; s++)
      for (let b = 0; b < 60; b++)
        values[s * 60 + b] = 50 + height(s) * Math.exp(-4 * Math.LN2 * ((axis[b]! - 3.52 - 0.001 * s) / 0.03) ** 2);
    return {
      twoThetaDegree: axis,
      azimuthDegree: Float64Array.from({ length: 12 }, (_, s) => -165 + 30 * s),
      sectorWidthDegree: 30,
      values,
      sigma: values.map((v) => Math.sqrt(v) / 5),
    };
  };
  const ring = { label: "220", hkl: [2, 2, 0], twoThetaDegree: 3.52, halfWindowDegree: 0.1 } as const;

  test("positions by truth; weak, cut and empty sectors say why they have none", () => {
    const made = cake((s) => (s === 3 ? 0 : s === 4 ? 20 : 1000));
    for (let b = 20; b < 45; b++) made.values[7 * 60 + b] = Number.NaN;
    const { sectors } = fitRing(made, ring);
    for (const [s, { twoTheta }] of sectors.entries()) {
      if (s === 3 || s === 4 || s === 7) expect(twoTheta).toBeNull();
      else expect(twoTheta!.value).toBeCloseTo(3.52 + 0.001 * s, 5);
    }
    expect(sectors[4]!.reason).toContain("5 %");
    expect(sectors[7]!.reason).toContain("lacks bins");
    expect(sectors[3]!.reason).not.toBe("");
  });

  test("all NaN, all zero, negative and infinite cakes give sectors without a position", () => {
    for (const fill of [Number.NaN, 0, -5, Number.POSITIVE_INFINITY]) {
      const made = cake(() => 100);
      made.values.fill(fill);
      made.sigma!.fill(1);
      expect(fitRing(made, ring).sectors.every((s) => s.twoTheta === null && s.reason !== "")).toBe(true);
    }
  });

  test("windows outside and arrays that do not fit are refused", () => {
    expect(() =>
      fitRing(
        cake(() => 100),
        { ...ring, twoThetaDegree: 7 },
      ),
    ).toThrow(/the cake holds 3.402/);
    expect(() =>
      fitRing(
        cake(() => 100),
        { ...ring, halfWindowDegree: 0 },
      ),
    ).toThrow(/± 0 degrees/);
    expect(() => fitRing({ ...cake(() => 100), values: new Float64Array(3) }, ring)).toThrow(/720 values, not 3/);
    expect(() => fitRing({ ...cake(() => 100), sectorWidthDegree: 180 }, ring)).toThrow(/90 or less/);
  });
});

/** Stress from harmonics that were computed from a known tensor (algebra), its parts of the error, equilibrium and refusals. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Quantity } from "../units/quantity.ts";
import type { StrainHarmonics } from "./strain.ts";
import { type PhaseStress, phaseStress, type StressRing } from "./stress.ts";
import { absoluteStress, auditAxialStress, axialBalance } from "./stressBalance.ts";

const q = (value: number, sigma: number | null, unit: string): Quantity => ({ value, sigma, unit });
const mpa = (value: number, sigma: number | null = 0): Quantity => q(value, sigma, "MPa");

/** A ring whose harmonics are those of σ_xx, σ_yy = `axial`, σ_xy exactly. */
function ringOf(xx: number, yy: number, xy: number, halfS2: Quantity, twoTheta = 3.5, error = 5): StressRing {
  const c2 = Math.cos((twoTheta * Math.PI) / 360) ** 2;
  const covariance = new Float64Array(25);
  for (let i = 0; i < 5; i++) covariance[6 * i] = (error * 1e-6) ** 2;
  const micro = (value: number): Quantity => q(value, error, "µstrain");
  const a2 = (c2 * halfS2.value * (xx - yy)) / 2;
  const b2 = c2 * halfS2.value * xy;
  return {
    s1: q(-4, 0, "1/TPa"),
    halfS2,
    harmonics: {
      window: { label: `ring ${twoTheta}`, hkl: null, twoThetaDegree: twoTheta, halfWindowDegree: 0.1 },
      relative: false,
      referenceTwoTheta: q(twoTheta, 1e-5, "deg"),
      a0: micro(0),
      a1: micro(0),
      b1: micro(0),
      a2: micro(a2),
      b2: micro(b2),
      covariance,
      difference: micro((2 * a2) / c2),
      shear: micro(b2 / c2),
      used: 36,
      rejected: 0,
      empty: 0,
      chi2: 31,
      excess: micro(0),
      degreesOfFreedom: 31,
    } satisfies StrainHarmonics,
  };
}
const solved = (...args: Parameters<typeof phaseStress>): PhaseStress => phaseStress(...args) as PhaseStress;

test("one tensor through rings of different ½S2 comes back along any axis of the press", () => {
  const stress = fc.double({ min: -400, max: 400, noNaN: true });
  fc.assert(
    fc.property(stress, stress, stress, fc.double({ min: -180, max: 180, noNaN: true }), (xx, yy, xy, axis) => {
      const rings = [26, 20, 31].map((s, i) => ringOf(xx, yy, xy, q(s, 0, "1/TPa"), 2 + i));
      const found = solved(rings, { axialAzimuthDegree: axis });
      const [c, s] = [Math.cos((axis * Math.PI) / 90), Math.sin((axis * Math.PI) / 90)];
      expect(found.difference.value).toBeCloseTo((xx - yy) * c + 2 * xy * s, 6);
      expect(found.shear.value).toBeCloseTo(xy * c - ((xx - yy) / 2) * s, 6);
      expect(found.axialComponent.value).toBeCloseTo((2 / 3) * found.difference.value, 9);
      expect(found.axialComponent.value + 2 * found.transverseComponent.value).toBeCloseTo(0, 9);
      expect(found.chi2).toBeLessThan(1e-12);
      expect(found.notices.map((n) => n.code)).toEqual(["tilt-unbounded"]);
    }),
    { numRuns: 50 },
  );
});

test("parts of the error: one ring, by hand", () => {
  const ring = ringOf(0, 180, 0, q(26, 2.6, "1/TPa"), 3.5, 13);
  const { errors, difference, axialComponent, definition } = solved([ring], { geometry: q(26, null, "µstrain") });
  const c2 = Math.cos((3.5 * Math.PI) / 360) ** 2;
  expect(difference.value).toBeCloseTo(180, 9);
  expect(errors.counting).toBeCloseTo((2 * 13) / 26 / c2, 9);
  expect(errors.elastic).toBeCloseTo(18, 9);
  expect(errors.geometry).toBeCloseTo((2 * 26) / 26 / c2, 9);
  expect(difference.sigma).toBeCloseTo(Math.hypot(1 / c2, 18, 2 / c2), 9);
  expect(axialComponent.value).toBeCloseTo(120, 9);
  expect(definition).toContain("2/3");
});

test("rings that disagree say so and widen the error; unknown elastic errors are named", () => {
  const agreeing = solved([ringOf(0, 100, 0, q(26, null, "1/TPa"), 2), ringOf(0, 100, 0, q(26, null, "1/TPa"), 3)]);
  const found = solved([ringOf(0, 100, 0, q(26, null, "1/TPa"), 2), ringOf(0, 160, 0, q(26, null, "1/TPa"), 3)]);
  expect(found.notices.map((n) => n.code)).toEqual(["rings-disagree", "elastic-error-unknown", "tilt-unbounded"]);
  expect(found.errors.elastic).toBeNull();
  expect(found.errors.counting).toBeGreaterThan(10 * agreeing.errors.counting);
  expect(found.rings.map((r) => Math.round(r.difference.value))).toEqual([100, 160]);
});

test("bad input is refused", () => {
  expect(() => phaseStress([])).toThrow(/no ring/);
  expect(() => phaseStress([ringOf(0, 1, 0, q(-3, 0, "1/TPa"))])).toThrow(/½S2 = -3/);
  expect(() => phaseStress([ringOf(0, 1, 0, q(3, 0, "1/GPa"))])).toThrow(/1\/TPa/);
  expect(() => phaseStress([ringOf(0, 1, 0, q(3, 0, "1/TPa"))], { axialAzimuthDegree: Number.NaN })).toThrow(/axial azimuth/);
});

describe("equilibrium", () => {
  const rings = [ringOf(-80, -50, 0, q(26, 1, "1/TPa"))];
  const stress = solved(rings);

  test("absolute only in a layer of one phase whose pressure is known", () => {
    const stackPressure = mpa(50, 1);
    expect(absoluteStress(stress, rings, { phases: ["Na2S", "C"], stackPressure })).toMatchObject({
      notComputable: expect.stringContaining("a phase does not carry the mean stress"),
    });
    expect(absoluteStress(stress, rings, { phases: ["Na2S"], stackPressure: null })).toMatchObject({
      notComputable: expect.stringContaining("pressure on the stack is not known"),
    });
    const changed = rings.map((r) => ({ ...r, harmonics: { ...r.harmonics, relative: true } }));
    expect(absoluteStress(stress, changed, { phases: ["Na2S"], stackPressure })).toMatchObject({
      notComputable: expect.stringContaining("what the load changed"),
    });
    const found = absoluteStress(stress, rings, { phases: ["Na2S"], stackPressure });
    if ("notComputable" in found) throw new Error(found.notComputable);
    expect(found.axial).toEqual(mpa(-50, 1));
    expect(found.transverse.value).toBeCloseTo(-80, 6);
    expect(found.mean.value).toBeCloseTo(-70, 6);
    expect(found.rings[0]!.d0).toBeNull();
    // σ = (−80, −50, −80), tr −210: across −26·80 + 4·210 = −1240, along −26·50 + 840 = −460: compression everywhere
    expect(found.rings[0]!.strainFreeAzimuth).toHaveProperty("notComputable");
    expect(() => absoluteStress(stress, rings, { phases: [], stackPressure })).toThrow(/at least one phase/);
    expect(() => absoluteStress(stress, rings, { phases: ["Na2S"], stackPressure: mpa(-3) })).toThrow(/pressure on the stack -3/);
  });

  test("the sum over phases balances the pressure, or says what is missing", () => {
    const part = (phase: string, f: number, axial: number | null, deviatoric: number | null = null) => ({
      phase,
      volumeFraction: q(f, 0.01, "1"),
      axialStress: axial === null ? null : mpa(axial, 10),
      deviatoric: deviatoric === null ? null : mpa(deviatoric, 5),
    });
    const even = axialBalance([part("Na2S", 0.4, 100), part("Na3PS4", 0.5, -180), part("C", 0.1, 0)], mpa(50, 1));
    expect((even.residual as Quantity).value).toBeCloseTo(0, 9);
    expect(even.notices).toEqual([]);
    const odd = axialBalance([part("Na2S", 0.4, 300), part("Na3PS4", 0.6, 300)], mpa(50, 1));
    expect(odd.notices[0]).toMatchObject({ code: "stress-unbalanced", message: expect.stringContaining("300 MPa") });
    expect(odd.deviations!).toBeGreaterThan(3);
    const open = axialBalance([part("Na2S", 0.4, null, 120), part("Na3PS4", 0.6, null, 187)], mpa(50, 1));
    expect(open.residual).toMatchObject({ notComputable: "the axial stress of Na2S, Na3PS4 is not known" });
    expect((open.impliedMean as Quantity).value).toBeCloseTo(-50 - 0.4 * 120 - 0.6 * 187, 9);
    expect(() => axialBalance([part("Na2S", 0.4, 1)], mpa(50))).toThrow(/add up to 0.400/);
    expect(() => axialBalance([part("Na2S", 1.4, 1)], mpa(50))).toThrow(/volume fraction 1.4/);
  });

  test("a claim that agrees with equilibrium raises no flag", () => {
    expect(auditAxialStress({ meanAxialMPa: -50, stackPressureMPa: 50 }).notices).toEqual([]);
    expect(() => auditAxialStress({ meanAxialMPa: Number.NaN, stackPressureMPa: 50 })).toThrow(/NaN/);
  });
});

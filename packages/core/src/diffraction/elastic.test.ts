/**
 * Diffraction elastic constants. Expected values: for ferrite those of the closed cubic formulas (Noyan & Cohen, 1987), for Kröner the cubic equation of
 * the self-consistent shear modulus, elsewhere algebra.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unitCell } from "../crystal/cell.ts";
import { phaseStructure } from "../crystal/phases.ts";
import { ThioscopeError } from "../errors.ts";
import {
  cubicStiffness,
  diffractionConstants,
  type ElasticModel,
  elasticConstants,
  hexagonalStiffness,
  isotropicDiffractionConstants,
  isotropicStiffness,
  polycrystalModuli,
  tetragonalStiffness,
} from "./elastic.ts";
import { ELASTIC_CONSTANTS, knownElasticConstants } from "./elasticData.ts";

const cube = unitCell([3, 3, 3, 90, 90, 90]);
const code = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    if (error instanceof ThioscopeError) return error.code;
    throw error;
  }
  return "nothing thrown";
};

describe("ferrite, C = 231.4, 134.7, 116.4 GPa", () => {
  const iron = knownElasticConstants("Fe");
  const { cell } = phaseStructure("Fe");

  test.each([
    ["reuss", [2, 1, 1], -1.27, 5.807],
    ["reuss", [2, 2, 0], -1.27, 5.807],
    ["reuss", [2, 0, 0], -2.781, 10.341],
    ["reuss", [1, 1, 1], -0.766, 4.296],
    ["voigt", [2, 1, 1], -1.203, 5.607],
    ["voigt", [2, 0, 0], -1.203, 5.607],
    ["hill", [2, 1, 1], -1.237, 5.707],
    ["hill", [2, 0, 0], -1.992, 7.974],
  ] as const)("%s %j: S1 %d, ½S2 %d per TPa", (model, hkl, s1, halfS2) => {
    const found = diffractionConstants(iron, cell, hkl, model);
    expect(Math.abs(found.s1.value - s1)).toBeLessThan(6e-4);
    expect(Math.abs(found.halfS2.value - halfS2)).toBeLessThan(6e-4);
    expect(found.s1.unit).toBe("1/TPa");
  });

  test("Kröner: the shear modulus solves the cubic equation of the self-consistent medium", () => {
    const [c11, c12, c44] = [231.4, 134.7, 116.4];
    const g = polycrystalModuli(iron, "kroener").shear.value;
    const rest =
      g ** 3 + ((5 * c11 + 4 * c12) / 8) * g ** 2 - ((c44 * (7 * c11 - 4 * c12)) / 8) * g - (c44 * (c11 - c12) * (c11 + 2 * c12)) / 8;
    expect(Math.abs(rest / g ** 3)).toBeLessThan(1e-10);
    // between the bounds for every reflection
    for (const hkl of [
      [2, 0, 0],
      [1, 1, 1],
      [3, 1, 0],
    ] as const) {
      const [v, k, r] = (["voigt", "kroener", "reuss"] as const).map((m) => diffractionConstants(iron, cell, hkl, m).halfS2.value) as [
        number,
        number,
        number,
      ];
      expect((k - v) * (r - k)).toBeGreaterThan(0);
    }
  });

  test("Hill's error is half the distance of the bounds, joined with the constants' own", () => {
    const at = (model: ElasticModel) => diffractionConstants(iron, cell, [2, 0, 0], model).halfS2;
    const [v, r, h] = [at("voigt"), at("reuss"), at("hill")];
    expect(h.sigma).toBeCloseTo(Math.hypot((r.value - v.value) / 2, 0.01 * h.value), 9);
  });
});

describe("any symmetry", () => {
  const models: readonly ElasticModel[] = ["voigt", "reuss", "hill", "kroener"];

  test("an isotropic crystal has -ν/E and (1 + ν)/E for every reflection, model and cell", () => {
    const expected = isotropicDiffractionConstants(70, 0.33);
    const bulk = 70 / (3 * (1 - 0.66));
    const shear = 70 / (2 * 1.33);
    const constants = elasticConstants(isotropicStiffness(bulk, shear), "test");
    const oblique = unitCell([5, 6, 7, 80, 95, 110]);
    for (const model of models) {
      for (const hkl of [
        [1, 0, 0],
        [1, -2, 3],
      ] as const) {
        const found = diffractionConstants(constants, oblique, hkl, model);
        expect(found.s1.value).toBeCloseTo(expected.s1.value, 9);
        expect(found.halfS2.value).toBeCloseTo(expected.halfS2.value, 9);
      }
      const moduli = polycrystalModuli(constants, model);
      expect(moduli.young.value).toBeCloseTo(70, 9);
      expect(moduli.poisson.value).toBeCloseTo(0.33, 9);
    }
  });

  test("a hexagonal crystal answers alike in all directions round c; 00l is 1/s33 along c", () => {
    // titanium-like
    const stiffness = hexagonalStiffness(162, 92, 69, 181, 47);
    const constants = elasticConstants(stiffness, "test");
    const cell = unitCell([2.95, 2.95, 4.68, 90, 90, 120]);
    for (const model of models) {
      const around = (
        [
          [1, 0, 0],
          [0, 1, 0],
          [1, 1, 0],
          [2, -1, 0],
        ] as const
      ).map((hkl) => diffractionConstants(constants, cell, hkl, model).halfS2.value);
      for (const value of around) expect(value).toBeCloseTo(around[0]!, 9);
    }
    // s33 = (c11 + c12)/((c11 + c12) c33 - 2 c13²)
    const s33 = 254 / (254 * 181 - 2 * 69 ** 2);
    const along = diffractionConstants(constants, cell, [0, 0, 2], "reuss");
    expect((along.halfS2.value + along.s1.value) / 1000).toBeCloseTo(s33, 12);
  });

  test("hydrostatic stress strains every plane of a cubic crystal by 1/(3K), in all models", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.2, max: 4, noNaN: true }),
        fc.double({ min: 30, max: 200, noNaN: true }),
        fc.double({ min: 0.1, max: 0.8, noNaN: true }),
        (anisotropy, c11, ratio) => {
          const c12 = c11 * ratio;
          const constants = elasticConstants(cubicStiffness(c11, c12, (anisotropy * (c11 - c12)) / 2), "test");
          for (const model of models) {
            const { s1, halfS2 } = diffractionConstants(constants, cube, [3, 2, 1], model);
            expect((halfS2.value + 3 * s1.value) / (1000 / (c11 + 2 * c12))).toBeCloseTo(1, 9);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test("axes x∥a*, z∥c are another view of the same crystal: a tetragonal crystal does not care", () => {
    const stiffness = tetragonalStiffness(120, 50, 40, 90, 30, 35);
    const cell = unitCell([6.96, 6.96, 7.09, 90, 90, 90]);
    for (const hkl of [
      [1, 0, 1],
      [2, 1, 3],
    ] as const) {
      const a = diffractionConstants(elasticConstants(stiffness, "t", null, "x∥a,z∥c*"), cell, hkl, "reuss");
      const b = diffractionConstants(elasticConstants(stiffness, "t", null, "x∥a*,z∥c"), cell, hkl, "reuss");
      expect(b.s1.value).toBeCloseTo(a.s1.value, 12);
    }
    // monoclinic: with z∥c the direct axis c is z, so planes containing c have normals across z
    const monoclinic = unitCell([5, 6, 7, 90, 110, 90]);
    const uniaxial = elasticConstants(hexagonalStiffness(162, 92, 69, 181, 47), "t", null, "x∥a*,z∥c");
    const [x, y] = (
      [
        [1, 0, 0],
        [0, 1, 0],
      ] as const
    ).map((hkl) => diffractionConstants(uniaxial, monoclinic, hkl, "reuss").halfS2.value);
    expect(x).toBeCloseTo(y!, 9);
  });
});

describe("constants as data", () => {
  test("every entry is a stable crystal with a source", () => {
    for (const { phase, source } of ELASTIC_CONSTANTS) {
      const constants = knownElasticConstants(phase);
      expect(source.length).toBeGreaterThan(10);
      expect(polycrystalModuli(constants).young.value).toBeGreaterThan(0);
    }
  });

  test.each([
    ["Na2S", 46.9, 0.22, 26.1],
    ["Na2S2", 34.2, 0.29, 37.7],
    ["Li2S", 79.5, 0.17, 14.8],
    ["NaCl", 35.7, 0.25, 35.0],
    ["LaB6", 323.7, 0.2, 3.7],
  ])("%s: E %d GPa, ν %d, ½S2 %d per TPa follow from its K and G", (phase, young, poisson, halfS2) => {
    const constants = knownElasticConstants(phase);
    const moduli = polycrystalModuli(constants);
    expect(Math.abs(moduli.young.value / young - 1)).toBeLessThan(0.005);
    expect(Math.abs(moduli.poisson.value - poisson)).toBeLessThan(0.005);
    const found = diffractionConstants(constants, phaseStructure(phase).cell, [1, 1, 1]).halfS2;
    expect(Math.abs(found.value - halfS2)).toBeLessThan(0.15);
    expect(found.sigma).toBeGreaterThan(0);
  });

  test("what is no crystal is refused", () => {
    expect(code(() => elasticConstants([1, 2, 3], "t"))).toBe("INVALID_INPUT");
    expect(code(() => elasticConstants(cubicStiffness(100, 150, 50), "t"))).toBe("INVALID_INPUT");
    expect(code(() => elasticConstants(cubicStiffness(Number.NaN, 1, 1), "t"))).toBe("INVALID_INPUT");
    const skew = cubicStiffness(200, 100, 80);
    skew[1] = 90;
    expect(code(() => elasticConstants(skew, "t"))).toBe("INVALID_INPUT");
    expect(code(() => elasticConstants(cubicStiffness(200, 100, 80), "t", -1))).toBe("INVALID_INPUT");
    expect(code(() => knownElasticConstants("nothing"))).toBe("INVALID_INPUT");
    expect(code(() => isotropicDiffractionConstants(100, 0.5))).toBe("INVALID_INPUT");
    expect(code(() => diffractionConstants(knownElasticConstants("Fe"), cube, [0, 0, 0]))).toBe("INVALID_INPUT");
  });
});

/**
 * Cells, symmetry, extinctions, reflections and structure factors. Expected values: algebra, International Tables A (reflection
 * conditions, multiplicities) and, for anomalous scattering, Cromer & Liberman's method as computed by gemmi 0.5.7.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ThioscopeError } from "../errors.ts";
import { dispersion } from "./anomalous.ts";
import { CALIBRANT_NAMES, calibrant, readSpacings } from "./calibrants.ts";
import { type CellParameters, cellVolume, dSpacing, inverseSquareSpacing, orthogonalisation, unitCell } from "./cell.ts";
import { extinctionRule, type Indices, isExtinct, reflectionConditions } from "./extinction.ts";
import { evaluateFormFactor, formFactorOf } from "./formFactor.ts";
import { operationsOfHall } from "./hall.ts";
import { formatOperation, multiplyOperations, operationKey, parseOperation } from "./operation.ts";
import { PHASES, phaseStructure } from "./phases.ts";
import { powderLines } from "./powder.ts";
import { familyOf, listReflections } from "./reflections.ts";
import { laueOperations, metricConflict, spaceGroup, spaceGroupOfOperations, tiedParameters } from "./spaceGroup.ts";
import { expandSites, type Structure, siteMultiplicity } from "./structure.ts";
import { structureFactors } from "./structureFactor.ts";

const code = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    if (error instanceof ThioscopeError) return error.code;
    throw error;
  }
  return "nothing thrown";
};

const TRICLINIC: CellParameters = [5.1, 6.2, 7.9, 81, 97, 104];

function factorsOf(structure: Structure, choice: Parameters<typeof structureFactors>[1] = "none") {
  const factors = structureFactors(structure, choice);
  if ("notComputable" in factors) throw new Error(factors.notComputable);
  return factors;
}

describe("cells", () => {
  test("d of a triclinic cell is the inverse length of h a* + k b* + l c*, from Cartesian axes", () => {
    const cell = unitCell(TRICLINIC);
    const m = orthogonalisation(cell);
    // columns of M are a, b, c; a* = b × c / V
    const column = (j: number): number[] => [m[j]!, m[3 + j]!, m[6 + j]!];
    const cross = (u: number[], v: number[]): number[] => [
      u[1]! * v[2]! - u[2]! * v[1]!,
      u[2]! * v[0]! - u[0]! * v[2]!,
      u[0]! * v[1]! - u[1]! * v[0]!,
    ];
    const star = [cross(column(1), column(2)), cross(column(2), column(0)), cross(column(0), column(1))];
    for (const hkl of [
      [1, 0, 0],
      [0, 1, 0],
      [2, -1, 3],
      [-4, 2, 1],
    ]) {
      const [h = 0, k = 0, l = 0] = hkl;
      const g = [0, 1, 2].map((i) => (h * star[0]![i]! + k * star[1]![i]! + l * star[2]![i]!) / cell.volume);
      expect(inverseSquareSpacing(cell, h, k, l)).toBeCloseTo(
        g.reduce((s, x) => s + x * x, 0),
        12,
      );
    }
  });

  test("errors of d are those of finite differences, parameter by parameter", () => {
    const step = 1e-5;
    for (let p = 0; p < 6; p++) {
      const sigmas = [0, 0, 0, 0, 0, 0].map((_, i) => (i === p ? 0.01 : 0)) as unknown as CellParameters;
      const shifted = TRICLINIC.map((x, i) => (i === p ? x + step : x)) as unknown as CellParameters;
      for (const hkl of [
        [1, 2, -1],
        [3, 0, 2],
      ] as const) {
        const slope = Math.abs(dSpacing(unitCell(shifted), hkl).value - dSpacing(unitCell(TRICLINIC), hkl).value) / step;
        expect(dSpacing(unitCell(TRICLINIC, sigmas), hkl).sigma).toBeCloseTo(slope * 0.01, 6);
      }
      const volumeSlope = Math.abs(unitCell(shifted).volume - unitCell(TRICLINIC).volume) / step;
      expect(cellVolume(unitCell(TRICLINIC, sigmas)).sigma).toBeCloseTo(volumeSlope * 0.01, 3);
    }
  });

  test("a = b = c of a cubic cell is one number: σ(d)/d = σ(a)/a for every hkl", () => {
    const group = spaceGroup("F m -3 m");
    const cell = unitCell([4, 4, 4, 90, 90, 90], [0.004, 0.004, 0.004, 0, 0, 0], tiedParameters(group));
    for (const hkl of [
      [1, 1, 1],
      [2, 0, 0],
      [4, 2, 2],
    ] as const) {
      const d = dSpacing(cell, hkl);
      expect(d.sigma! / d.value).toBeCloseTo(0.001, 12);
    }
    expect(cellVolume(cell).sigma! / cell.volume).toBeCloseTo(0.003, 12);
  });

  test("refuses what closes no cell", () => {
    expect(code(() => unitCell([0, 5, 5, 90, 90, 90]))).toBe("INVALID_INPUT");
    expect(code(() => unitCell([5, 5, 5, 90, 90, 180]))).toBe("INVALID_INPUT");
    expect(code(() => unitCell([5, 5, 5, 20, 20, 120]))).toBe("INVALID_INPUT");
    expect(code(() => unitCell([Number.NaN, 5, 5, 90, 90, 90]))).toBe("INVALID_INPUT");
    expect(code(() => unitCell([5, 5, 5, 90, 90, 90], [-1, 0, 0, 0, 0, 0]))).toBe("INVALID_INPUT");
  });
});

describe("symmetry operations", () => {
  test.each([
    ["x,y,z", "x, y, z"],
    [" -X , 1/2+Y , -z+.25 ", "-x, y+1/2, -z+1/4"],
    ["y-x, -x, z+0.3333", "-x+y, -x, z+1/3"],
    ["x-y,x,1/6+z", "x-y, x, z+1/6"],
    ["-z+5/4, -x, y-3/2", "-z+1/4, -x, y+1/2"],
  ])("%s is %s", (text, plain) => expect(formatOperation(parseOperation(text))).toBe(plain));

  test.each(["", "x,y", "x,y,z,x", "x,y,2z", "x,x,z", "x,y,z+1/10", "x,y,w", "x y,y,z", "x,,z", "a".repeat(500)])("%j is refused", (text) =>
    expect(code(() => parseOperation(text))).toBe("INVALID_INPUT"),
  );

  test("text and operation are the same thing", () => {
    for (const op of spaceGroup("I a -3 d").operations) expect(parseOperation(formatOperation(op))).toEqual(op);
  });

  test("any text is read or refused with a code", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (text) => {
        expect(["INVALID_INPUT", "nothing thrown"]).toContain(code(() => parseOperation(text)));
        expect(["INVALID_INPUT", "nothing thrown"]).toContain(code(() => operationsOfHall(text)));
      }),
    );
  });
});

describe("space groups", () => {
  test("all numbers are there, closed under multiplication, of the orders of International Tables", () => {
    const orders = {
      1: 1,
      2: 2,
      14: 4,
      62: 8,
      122: 16,
      114: 8,
      166: 36,
      189: 12,
      194: 24,
      216: 96,
      220: 48,
      225: 192,
      227: 192,
      229: 96,
      230: 96,
    };
    for (const [number, order] of Object.entries(orders)) {
      const { operations } = spaceGroup(number);
      expect(operations).toHaveLength(order);
      const keys = new Set(operations.map(operationKey));
      for (const a of operations.slice(0, 12))
        for (const b of operations) expect(keys.has(operationKey(multiplyOperations(a, b)))).toBe(true);
    }
    for (let number = 1; number <= 230; number++) expect(spaceGroup(number).number).toBe(number);
  });

  test.each([
    ["Fm-3m", "F m -3 m"],
    ["F M 3 M", "F m -3 m"],
    ["P 21/c", "P 1 21/c 1"],
    ["P2_1/n", "P 1 21/n 1"],
    ["C 2/m", "C 1 2/m 1"],
    ["P-42_1c", "P -4 21 c"],
    ["F d -3 m", "F d -3 m:2"],
    ["Fd-3m:1", "F d -3 m:1"],
    ["R-3m", "R -3 m:H"],
    ["-P 3* 2", "R -3 m:R"],
    ["227", "F d -3 m:2"],
  ])("%s is %s", (name, symbol) => expect(spaceGroup(name).symbol).toBe(symbol));

  test("operations in any order, or generators only, are recognised", () => {
    const { operations } = spaceGroup("I -4 2 d");
    expect(spaceGroupOfOperations(operations.toReversed()).symbol).toBe("I -4 2 d");
    expect(spaceGroupOfOperations(["-x,-y,-z", "-x,y+1/2,-z+1/2"].map(parseOperation)).symbol).toBe("P 1 21/c 1");
    const shifted = spaceGroupOfOperations([parseOperation("-x+1/4,-y,-z")]);
    expect([shifted.number, shifted.operations.length]).toEqual([null, 2]);
  });

  test.each(["F m -3 n", "231", "0", "", "P 4 2 3 -1n 7", "Z 2", "P 9"])("%j is refused", (name) =>
    expect(code(() => spaceGroup(name))).toBe("INVALID_INPUT"),
  );

  test("a cell that its group does not allow is noticed", () => {
    expect(metricConflict(spaceGroup("P m -3 m"), unitCell([4, 4, 4.1, 90, 90, 90]).metric)).toContain("not cubic");
    expect(metricConflict(spaceGroup("P -6 2 m"), unitCell([7, 7, 5, 90, 90, 120]).metric)).toBeNull();
  });
});

describe("extinctions", () => {
  test.each([
    ["F m -3 m", ["h k l: h, k, l all even or all odd"]],
    ["I m -3 m", ["h k l: h+k+l = 2n"]],
    ["R -3 m:H", ["h k l: -h+k+l = 3n"]],
    ["P 1 21/c 1", ["h 0 l: l = 2n", "0 k 0: k = 2n"]],
    ["P -4 21 c", ["h h l: l = 2n", "h 0 0: h = 2n"]],
    ["P 63/m m c", ["h h l: l = 2n"]],
    ["P 61 2 2", ["0 0 l: l = 6n"]],
    ["P m -3 m", []],
  ])("%s: %j", (name, conditions) => {
    expect(reflectionConditions(spaceGroup(name)).map((rule) => rule.condition)).toEqual(conditions);
  });

  test("F d -3 m forbids 200 by the diamond glide and allows 222", () => {
    const group = spaceGroup("F d -3 m:2");
    expect(extinctionRule(group, [2, 0, 0])).toMatchObject({ kind: "glide plane", condition: expect.stringContaining("= 4n") });
    expect(extinctionRule(group, [1, 0, 0])).toMatchObject({ kind: "centring" });
    expect(extinctionRule(group, [2, 2, 2])).toBeNull();
  });

  test("an extinct reflection has |F| = 0 for atoms anywhere", () => {
    for (const name of ["P 1 21/c 1", "P -4 21 c", "I -4 3 d", "F d d d:2", "P 61 2 2", "R -3 c:H", "P 42/n m c:1"]) {
      const group = spaceGroup(name);
      const hexagonal = group.system === "hexagonal" || group.system === "trigonal";
      const a =
        group.system === "cubic" ? ([6, 6, 6] as const) : group.system === "orthorhombic" ? ([6, 7, 8] as const) : ([6, 6, 8] as const);
      const cell = unitCell([...a, 90, 90, hexagonal ? 120 : 90]);
      const sites = [[0.1, 0.23, 0.37] as const, [0.31, 0.07, 0.44] as const].map((position, i) => ({
        label: `S${i}`,
        element: "S",
        charge: 0,
        position,
        occupancy: 1,
        uIso: 0.01,
        uAniso: null,
      }));
      const factors = factorsOf({ name, source: "test", cell, group, sites, notices: [] });
      const { allowed, extinct } = listReflections(cell, group, 1.6);
      for (const { hkl } of extinct) expect(factors.squared(hkl)).toBeLessThan(1e-18 * factors.squared([0, 0, 0]));
      // and general positions leave nothing else dark
      expect(allowed.filter(({ hkl }) => factors.squared(hkl) < 1e-9)).toEqual([]);
      expect(extinct.length).toBeGreaterThan(0);
    }
  });
});

describe("reflections", () => {
  test("multiplicities are those of International Tables", () => {
    const of = (name: string, hkl: readonly [number, number, number]): number => familyOf(spaceGroup(name), hkl).multiplicity;
    expect([of("P m -3 m", [1, 0, 0]), of("P m -3 m", [3, 2, 1]), of("P m -3", [3, 2, 1]), of("P 6/m m m", [2, 1, 1])]).toEqual([
      6, 48, 24, 24,
    ]);
    expect([of("P -4 21 c", [1, 0, 1]), of("P 4/m", [2, 1, 0]), of("P 1", [1, 2, 3]), of("P 1 2/m 1", [1, 0, 2])]).toEqual([8, 4, 2, 2]);
  });

  test("families and their members together are all hkl of the sphere", () => {
    for (const name of ["P -1", "C 1 2/m 1", "P -4 21 c", "P -6 2 m", "R -3 m:H", "I a -3 d"]) {
      const group = spaceGroup(name);
      const gamma = ["trigonal", "hexagonal"].includes(group.system) ? 120 : 90;
      const c = group.system === "cubic" ? 7 : 8;
      const cell = unitCell([7, 7, c, 90, 90, gamma]);
      const { allowed, extinct } = listReflections(cell, group, 1.4);
      let counted = 0;
      for (let h = -9; h <= 9; h++) {
        for (let k = -9; k <= 9; k++)
          for (let l = -9; l <= 9; l++) if (inverseSquareSpacing(cell, h, k, l) <= 1 / 1.4 ** 2 && (h || k || l)) counted++;
      }
      expect([...allowed, ...extinct].reduce((sum, r) => sum + r.multiplicity, 0)).toBe(counted);
      for (const r of [...allowed, ...extinct].slice(0, 20)) expect(familyOf(group, r.hkl).hkl).toEqual(r.hkl);
    }
  });

  test("an endless list is refused", () => {
    const cell = unitCell([400, 400, 400, 90, 90, 90]);
    expect(code(() => listReflections(cell, spaceGroup(1), 0.5))).toBe("INVALID_INPUT");
    expect(code(() => listReflections(cell, spaceGroup(1), 0))).toBe("INVALID_INPUT");
  });
});

describe("structures and structure factors", () => {
  test("site multiplicities of Fm-3m (International Tables A)", () => {
    const group = spaceGroup("F m -3 m");
    const cell = unitCell([6.5, 6.5, 6.5, 90, 90, 90]);
    const at = (x: number, y: number, z: number): number => siteMultiplicity(cell, group, [x, y, z]);
    expect([at(0, 0, 0), at(0.25, 0.25, 0.25), at(0, 0.25, 0.25), at(0.2, 0, 0), at(0.1, 0.1, 0.1), at(0.1, 0.17, 0.29)]).toEqual([
      4, 8, 24, 24, 32, 192,
    ]);
  });

  test("thirds cut off after four digits are thirds", () => {
    const { cell, group } = phaseStructure("Na2S2");
    const site = { label: "S", element: "S", charge: 0, position: [0.3333, 0.6667, 0.2] as const, occupancy: 1, uIso: null, uAniso: null };
    const atoms = expandSites(cell, group, [site]);
    expect(atoms.count).toBe(4);
    expect(Math.abs(atoms.position[0]! - 1 / 3)).toBeLessThan(1e-12);
  });

  test("f0(0) is the number of electrons; ions have one more or less", () => {
    for (const [element, charge, electrons] of [
      ["Na", 0, 11],
      ["S", 0, 16],
      ["La", 0, 57],
      ["Na", 1, 10],
      ["Cl", -1, 18],
      ["Fe", 3, 23],
    ] as const) {
      expect(evaluateFormFactor(formFactorOf(element, charge)!.coefficients, 0)).toBeCloseTo(electrons, 1);
    }
    expect(formFactorOf("Xx")).toBeUndefined();
  });

  test("|F(000)| counts the electrons of the cell", () => {
    expect(Math.sqrt(factorsOf(phaseStructure("Na2S")).squared([0, 0, 0]))).toBeCloseTo(8 * 11 + 4 * 16, 0);
  });

  test("NaCl: |F| is 4 (f_Na ± f_Cl), with Debye–Waller factors", () => {
    const nacl = phaseStructure("NaCl");
    const sites = nacl.sites!.map((s, i) => ({ ...s, uIso: i === 0 ? 0.02 : 0.015 }));
    const factors = factorsOf({ ...nacl, sites });
    const cases: readonly (readonly [Indices, number])[] = [
      [[2, 0, 0], 1],
      [[1, 1, 1], -1],
      [[4, 2, 0], 1],
    ];
    for (const [hkl, sign] of cases) {
      const s2 = inverseSquareSpacing(nacl.cell, hkl[0], hkl[1], hkl[2]) / 4;
      const f = (e: string, u: number): number =>
        evaluateFormFactor(formFactorOf(e)!.coefficients, s2) * Math.exp(-8 * Math.PI ** 2 * u * s2);
      expect(Math.sqrt(factors.squared(hkl))).toBeCloseTo(4 * Math.abs(f("Na", 0.02) + sign * f("Cl", 0.015)), 9);
    }
  });

  test("an anisotropic tensor that is isotropic gives the isotropic factor in an oblique cell", () => {
    const cell = unitCell(TRICLINIC);
    const group = spaceGroup("P -1");
    const u = 0.013;
    const r = cell.reciprocal;
    const star = [0, 4, 8].map((i) => Math.sqrt(r[i]!)) as [number, number, number];
    // U_ij = u (a*_i · a*_j)/(|a*_i| |a*_j|)
    const uAniso = [
      u,
      u,
      u,
      (u * r[1]!) / (star[0] * star[1]),
      (u * r[2]!) / (star[0] * star[2]),
      (u * r[5]!) / (star[1] * star[2]),
    ] as const;
    const site = { label: "S", element: "S", charge: 0, position: [0.11, 0.27, 0.43] as const, occupancy: 0.7 };
    const make = (d: { uIso: number | null; uAniso: typeof uAniso | null }) =>
      factorsOf({ name: "t", source: "t", cell, group, sites: [{ ...site, ...d }], notices: [] });
    const [a, b] = [make({ uIso: u, uAniso: null }), make({ uIso: null, uAniso })];
    for (const hkl of [
      [1, 0, 0],
      [2, -1, 3],
      [-3, 2, 1],
    ] as const)
      expect(b.squared(hkl)).toBeCloseTo(a.squared(hkl), 9);
  });

  test("anisotropic displacements follow the symmetry: equivalent reflections have equal |F|", () => {
    const group = spaceGroup("I -4 3 d");
    const cell = unitCell([9, 9, 9, 90, 90, 90]);
    const sites = [
      {
        label: "S",
        element: "S",
        charge: 0,
        position: [0.11, 0.07, 0.21] as const,
        occupancy: 1,
        uIso: null,
        uAniso: [0.01, 0.02, 0.03, 0.004, -0.003, 0.002] as const,
      },
    ];
    const factors = factorsOf({ name: "t", source: "t", cell, group, sites, notices: [] });
    const hkl = [3, 2, 1] as const;
    const reference = factors.squared(hkl);
    for (const r of laueOperations(group.operations)) {
      const image = [0, 1, 2].map((j) => hkl[0] * r[j]! + hkl[1] * r[3 + j]! + hkl[2] * r[6 + j]!) as unknown as [number, number, number];
      expect(factors.squared(image)).toBeCloseTo(reference, 6);
    }
  });

  test("Friedel mates differ with f″ in a polar group, and the powder shows their mean", () => {
    const group = spaceGroup("F -4 3 m");
    const cell = unitCell([5.41, 5.41, 5.41, 90, 90, 90]);
    const site = (element: string, x: number) => ({
      label: element,
      element,
      charge: 0,
      position: [x, x, x] as const,
      occupancy: 1,
      uIso: 0,
      uAniso: null,
    });
    const zns: Structure = { name: "ZnS", source: "test", cell, group, sites: [site("Zn", 0), site("S", 0.25)], notices: [] };
    const factors = factorsOf(zns, { energyKeV: 8.04778 });
    const square = ([re, im]: [number, number]): number => re * re + im * im;
    const [plus, minus] = [square(factors.complex([1, 1, 1])), square(factors.complex([-1, -1, -1]))];
    expect(Math.abs(plus - minus)).toBeGreaterThan(10);
    expect(factors.squared([1, 1, 1])).toBeCloseTo((plus + minus) / 2, 9);
    const none = factorsOf(zns);
    expect(square(none.complex([1, 1, 1]))).toBeCloseTo(square(none.complex([-1, -1, -1])), 9);
  });

  test("what cannot be computed says why", () => {
    const s = phaseStructure("Na2S4");
    expect(structureFactors(s, "none")).toHaveProperty("notComputable", expect.stringContaining("atoms of Na2S4 are not known"));
    const { lines } = powderLines(s, { wavelengthAngstrom: 0.142347 });
    expect(lines[0]!.intensity).toHaveProperty("notComputable");
    expect(lines[0]!.d.value).toBeGreaterThan(6);
    const odd = { ...phaseStructure("NaCl"), sites: phaseStructure("NaCl").sites!.map((x) => ({ ...x, element: "Qq" })) };
    expect(structureFactors(odd, "none")).toHaveProperty("notComputable", expect.stringContaining("Qq"));
  });
});

describe("anomalous scattering", () => {
  test.each([
    ["Si", 8.04778, 0.2547, 0.3302],
    ["S", 8.04778, 0.3331, 0.5567],
    ["Fe", 17.47934, 0.3491, 0.8444],
    ["La", 87.1, -0.0173, 0.8762],
    ["Ce", 87.1, -0.0323, 0.9359],
  ])("%s at %d keV is near Cromer & Liberman", (element, energy, fPrime, fDoublePrime) => {
    const found = dispersion(element, energy);
    if ("notComputable" in found) throw new Error(found.notComputable);
    expect(Math.abs(found.fPrime - fPrime)).toBeLessThan(0.06);
    expect(Math.abs(found.fDoublePrime / fDoublePrime - 1)).toBeLessThan(0.03);
  });

  test("edges and energies outside the table are refused with the reason", () => {
    expect(dispersion("Fe", 7.2)).toHaveProperty("notComputable", expect.stringContaining("edge of Fe"));
    expect(dispersion("S", 2.4)).toHaveProperty("notComputable", expect.stringContaining("5 to 125 keV"));
    expect(dispersion("Na", 30)).toHaveProperty("fPrime");
  });
});

describe("powder lines", () => {
  test("intensity is m |F|² (1 + cos²2θ)/(2 sin²θ cosθ); coincident families are one line", () => {
    const { lines, vanishing } = powderLines(phaseStructure("Si"), { wavelengthAngstrom: 0.5, twoThetaMaxDegree: 40, dispersion: "none" });
    expect(vanishing.map((r) => r.hkl.join(""))).toContain("222");
    const both = lines.find((l) => l.families.length === 2)!;
    expect(both.families.map((f) => f.hkl.join(""))).toEqual(["511", "333"]);
    const value = (x: object): number => (x as { value: number }).value;
    for (const line of lines) {
      const theta = (line.twoTheta.value * Math.PI) / 360;
      const strength = line.families.reduce((sum, f) => sum + f.multiplicity * value(f.structureFactorSquared), 0);
      const lp = (1 + Math.cos(2 * theta) ** 2) / (2 * Math.sin(theta) ** 2 * Math.cos(theta));
      expect(value(line.integrated) / (strength * lp)).toBeCloseTo(1, 12);
      expect(Math.sin(theta)).toBeCloseTo(0.5 / (2 * line.d.value), 12);
    }
    expect(Math.max(...lines.map((l) => value(l.intensity)))).toBe(100);
  });

  test("refuses ranges without meaning", () => {
    const si = phaseStructure("Si");
    expect(code(() => powderLines(si, { wavelengthAngstrom: 0 }))).toBe("INVALID_INPUT");
    expect(code(() => powderLines(si, { wavelengthAngstrom: 1, twoThetaMaxDegree: 200 }))).toBe("INVALID_INPUT");
    expect(code(() => powderLines(si, { wavelengthAngstrom: 1, dMinAngstrom: -1 }))).toBe("INVALID_INPUT");
    expect(powderLines(si, { wavelengthAngstrom: 9 }).lines).toEqual([]);
  });
});

describe("known phases and calibrants", () => {
  test.each(PHASES.map((p) => p.name))("%s: its group allows its cell, its atoms add up to its formula", (name) => {
    const fact = PHASES.find((p) => p.name === name)!;
    const structure = phaseStructure(name);
    expect(metricConflict(structure.group, structure.cell.metric)).toBeNull();
    expect(fact.cell.source).not.toBe("");
    if (!structure.sites) return;
    const atoms = new Map<string, number>();
    const { multiplicity } = expandSites(structure.cell, structure.group, structure.sites);
    for (const [i, s] of structure.sites.entries()) atoms.set(s.element, (atoms.get(s.element) ?? 0) + multiplicity[i]! * s.occupancy);
    const formula = [...fact.formula.matchAll(/([A-Z][a-z]?)(\d*)/g)].map(([, e, n]) => [e!, Number(n || 1)] as const);
    const units = atoms.get(formula[0]![0])! / formula[0]![1];
    for (const [element, n] of formula) expect(atoms.get(element)! / n).toBeCloseTo(units, 2);
  });

  test("bonds are those of chemistry: S–S in S8, P–S in Na3PS4, Al–O in corundum", () => {
    const shortest = (name: string): number => {
      const { cell, group, sites } = phaseStructure(name);
      const { count, position } = expandSites(cell, group, sites!);
      const g = cell.metric;
      let best = Number.POSITIVE_INFINITY;
      for (let i = 0; i < count; i++) {
        for (let j = 0; j < i; j++) {
          const v = [0, 1, 2].map((k) => position[3 * i + k]! - position[3 * j + k]!).map((x) => x - Math.round(x));
          let square = 0;
          for (let k = 0; k < 3; k++) for (let m = 0; m < 3; m++) square += v[k]! * g[3 * k + m]! * v[m]!;
          best = Math.min(best, Math.sqrt(square));
        }
      }
      return best;
    };
    expect(shortest("S8")).toBeCloseTo(2.04, 1);
    expect(shortest("Na3PS4")).toBeCloseTo(2.06, 1);
    expect(shortest("Al2O3")).toBeCloseTo(1.86, 1);
    expect(shortest("Na2S2")).toBeCloseTo(2.15, 1);
  });

  test("names and lists that are none are refused with a code", () => {
    expect(code(() => phaseStructure("unobtainium"))).toBe("INVALID_INPUT");
    expect(code(() => calibrant("LaB7", 1))).toBe("INVALID_INPUT");
    expect(code(() => readSpacings("# nothing\n", "a.D"))).toBe("FILE_EMPTY");
    expect(code(() => readSpacings("1.5\nabc\n", "a.D"))).toBe("FILE_DAMAGED");
    expect(readSpacings("2.0\n4.0 # (1 0 0) 6 3.5\r\n", "a.D").lines.map((l) => [l.d.value, l.multiplicity])).toEqual([
      [4, 6],
      [2, null],
    ]);
    for (const name of CALIBRANT_NAMES) expect(calibrant(name, 1).lines.length).toBeGreaterThan(4);
    expect(isExtinct(spaceGroup("F m -3 m"), 1, 0, 0)).toBe(true);
  });
});

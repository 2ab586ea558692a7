import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ATOMIC_WEIGHTS } from "../chemistry/elements.ts";
import { isFormula, molarMass, parseFormula } from "../chemistry/formula.ts";
import { findMaterial, MATERIALS, theoreticalMilliampereHourPerGram } from "./materials.ts";

const atoms = (text: string): Record<string, number> => Object.fromEntries(parseFormula(text));

describe("formulae", () => {
  test.each([
    ["S", { S: 1 }],
    ["Na15Sn4", { Na: 15, Sn: 4 }],
    ["Na₃PS₄", { Na: 3, P: 1, S: 4 }],
    ["Na4(B10H10)(B12H12)", { Na: 4, B: 22, H: 22 }],
    ["Li5.5PS4.5Cl1.5", { Li: 5.5, P: 1, S: 4.5, Cl: 1.5 }],
    ["TaCl5(Na2S)0.5", { Ta: 1, Cl: 5, Na: 1, S: 0.5 }],
    ["TaCl5·0.5Na2S", { Ta: 1, Cl: 5, Na: 1, S: 0.5 }],
    ["[Na(H2O)6]2SO4", { Na: 2, H: 24, O: 16, S: 1 }],
    ["0.75Li2S-0.25P2S5", { Li: 1.5, S: 2, P: 0.5 }],
  ])("%s", (text, expected) => expect(atoms(text)).toEqual(expected));

  test.each(["", "Xx", "Na3P(", "Nb4)", "(Na]2", "3", "Na 3", "Na0", "NaCrO2-", "()2", "na", "Na--S", "S8".repeat(200)])(
    "%j is none",
    (text) => {
      expect(isFormula(text)).toBe(false);
      expect(() => parseFormula(text)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
    },
  );

  test("a misspelt element comes with a suggestion", () =>
    expect(() => parseFormula("Nb3Sx4")).toThrow(/"Sx" is not an element, did you mean S/));

  test("the molar mass is the sum over atoms, however the formula is written", () => {
    const element = fc.constantFrom(...Object.keys(ATOMIC_WEIGHTS));
    fc.assert(
      fc.property(fc.array(fc.tuple(element, fc.integer({ min: 1, max: 20 })), { minLength: 1, maxLength: 6 }), (parts) => {
        const flat = parts.map(([e, n]) => `${e}${n}`).join("");
        const sum = parts.reduce((total, [e, n]) => total + n * ATOMIC_WEIGHTS[e]!, 0);
        expect(molarMass(flat)).toBeCloseTo(sum, 8);
        expect(molarMass(`(${flat})3`)).toBeCloseTo(3 * sum, 6);
      }),
    );
  });

  test("no text makes it crash or hang", () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => void isFormula(text)));
  });
});

describe("materials", () => {
  // 2 F / (3.6 M(S)); Handbook values of the metals.
  test.each([
    ["S", 2, 1672],
    ["Li", 1, 3862],
    ["Na", 1, 1166],
    ["Li2S", 2, 1167],
    ["Na2S", 2, 687],
    ["NaCrO2", 1, 250.5],
  ])("%s with %d electrons gives %d mAh/g", (formula, n, expected) => {
    expect(Math.abs(theoreticalMilliampereHourPerGram(formula as string, n as number) - (expected as number))).toBeLessThan(0.6);
  });

  test("names lead to one material, ids are told apart by case", () => {
    for (const name of ["NPS", "nps", "Na3PS4", "Na₃PS₄"]) expect(findMaterial(name)?.id).toBe("Na3PS4");
    expect(findMaterial("NBH")?.formula).toBe("Na4(B10H10)(B12H12)");
    expect(findMaterial("SN")).toBeUndefined();
    expect(findMaterial("constructor")).toBeUndefined();
  });

  test("every entry has a formula, every constant a source, no name means two materials", () => {
    const names = MATERIALS.flatMap((m) => [m.id, ...m.aliases]).map((n) => n.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    for (const m of MATERIALS) {
      expect(molarMass(m.formula)).toBeGreaterThan(0);
      if (m.density) expect(m.density.source.length).toBeGreaterThan(5);
    }
  });

  test("densities from unit cells agree with those printed with them", () => {
    // X-ray densities: LGPS 2.04 (Kamaya 2011), Li2S 1.63, Na2S 1.86 g/cm3 (CRC Handbook)
    expect(findMaterial("LGPS")?.density?.value).toBeCloseTo(2.04, 2);
    expect(findMaterial("Li2S")?.density?.value).toBeCloseTo(1.63, 2);
    expect(findMaterial("Na2S")?.density?.value).toBeCloseTo(1.86, 1);
  });
});

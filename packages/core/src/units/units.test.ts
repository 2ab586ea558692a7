import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conversionFactor, convert, isUnit, parseUnit, sameDimension } from "./units.ts";

const UNITS = [
  "mg",
  "kg",
  "t",
  "µm",
  "mm",
  "cm",
  "Å",
  "cm2",
  "mm²",
  "m3",
  "L",
  "s",
  "min",
  "h",
  "d",
  "A",
  "µA",
  "mA",
  "C",
  "mAh",
  "Ah",
  "K",
  "°C",
  "°F",
  "Pa",
  "MPa",
  "bar",
  "atm",
  "psi",
  "Torr",
  "N",
  "kN",
  "kgf",
  "tf",
  "J",
  "Wh",
  "eV",
  "W",
  "V",
  "mV",
  "Ω",
  "ohm",
  "S",
  "F",
  "Hz",
  "1/h",
  "mg/cm2",
  "g/cm3",
  "kg m-3",
  "mAh/g",
  "mAh g⁻¹",
  "C/kg",
  "mAh/cm2",
  "mA/cm²",
  "µA cm^-2",
  "mA/g",
  "Wh/kg",
  "S/cm",
  "Ω cm2",
  "mol/L",
  "%",
  "wt%",
  "1",
];

describe("conversion", () => {
  test("round-trips between any two units of one kind", () => {
    const value = fc.double({ noNaN: true, min: -1e9, max: 1e9 });
    fc.assert(
      fc.property(fc.constantFrom(...UNITS), fc.constantFrom(...UNITS), value, (a, b, v) => {
        fc.pre(sameDimension(parseUnit(a), parseUnit(b)));
        const back = convert(convert(v, a, b), b, a);
        // an offset (°C) leaves the rounding of 273.15 K, in whichever unit is larger
        expect(Math.abs(back - v)).toBeLessThanOrEqual(1e-12 * Math.max(Math.abs(v), 1e3));
      }),
      { numRuns: 2000 },
    );
  });

  test("of a unit with itself is the identity, to the bit", () => {
    fc.assert(fc.property(fc.constantFrom(...UNITS), fc.double({ noNaN: true }), (u, v) => void expect(convert(v, u, u)).toBe(v)));
  });

  // Exact by definition (SI brochure, 9th ed.; CGPM 1901 for the kilogram-force).
  test.each([
    [1, "mAh", "C", 3.6],
    [1, "kgf", "N", 9.80665],
    [1, "tf", "kN", 9.80665],
    [1, "bar", "MPa", 0.1],
    [1, "atm", "Pa", 101325],
    [25, "°C", "K", 298.15],
    [77, "°F", "°C", 25],
    [1, "mAh/g", "C/kg", 3600],
    [1, "mA/cm2", "A/m2", 10],
    [1, "eV", "J", 1.602176634e-19],
    [33, "wt%", "1", 0.33],
  ])("%d %s = %d %s", (v, from, to, expected) => {
    expect(convert(v, from as string, to as string)).toBeCloseTo(expected as number, 10);
  });

  test("of a difference of temperatures ignores the offset", () => {
    expect(conversionFactor("°F", "K")).toBeCloseTo(5 / 9, 15);
    expect(conversionFactor("°C", "K")).toBe(1);
  });

  test("between different kinds is refused", () => {
    expect(() => convert(1, "mg", "mm")).toThrow(expect.objectContaining({ code: "UNIT_MISMATCH" }));
    expect(() => conversionFactor("V", "A")).toThrow(expect.objectContaining({ code: "UNIT_MISMATCH" }));
  });
});

describe("parsing", () => {
  test.each([
    ["mg cm-2", "mg/cm2"],
    ["mg·cm⁻²", "mg/cm2"],
    ["mg cm^-2", "mg/cm²"],
    ["μA", "µA"], // Greek mu, micro sign
    ["Ω", "ohm"], // ohm sign
    ["℃", "°C"],
    ["wt %", "wt%"],
    ["mAh/(g cm2)", "mAh/g/cm2"],
  ])("%s is %s", (a, b) => expect(parseUnit(a)).toEqual(parseUnit(b)));

  test.each(["", "1"])("%j is a pure number", (u) => expect(parseUnit(u).factor).toBe(1));

  test.each(["/", "mg//cm2", "mg/", "2", "m°C", "wt", "V vs Li", "g^", "mgg", "constructor", "__proto__", "mAh/gS"])(
    "%s is no unit",
    (u) => {
      expect(isUnit(u)).toBe(false);
      expect(() => parseUnit(u)).toThrow(expect.objectContaining({ code: "UNIT_UNKNOWN" }));
    },
  );

  test("whole symbols win over prefix and symbol", () => {
    expect(parseUnit("min").factor).toBe(60);
    expect(parseUnit("Pa").dimension).toEqual(parseUnit("N/m2").dimension);
    expect(parseUnit("h").factor).toBe(3600);
  });

  test("a misspelt unit comes with a suggestion", () => {
    expect(() => parseUnit("mgg")).toThrow(/did you mean mg\?/);
    expect(() => parseUnit("mAhh/g")).toThrow(/did you mean mAh\?/);
  });

  test("no text makes it crash or hang", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (text) => void isUnit(text)));
  });
});

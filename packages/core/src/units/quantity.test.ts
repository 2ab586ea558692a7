import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatQuantity, inUnit, isComputable, parseQuantity, quantity } from "./quantity.ts";

describe("parseQuantity", () => {
  test.each([
    ["5 mg", "g", 5, null, "mg"],
    ["5.0 ± 0.1 mg", "g", 5, 0.1, "mg"],
    ["5.0+/-0.1 mg", "g", 5, 0.1, "mg"],
    ["5.0 mg ± 0.1 mg", "g", 5, 0.1, "mg"],
    ["5.0 mg ± 100 µg", "g", 5, 0.1, "mg"],
    ["5.0 mg ± 2 %", "g", 5, 0.1, "mg"],
    ["463(5) µm", "m", 463, 5, "µm"],
    ["1.171(2) V", "V", 1.171, 0.002, "V"],
    ["1.5(2)e-3 S/cm", "S/m", 1.5e-3, 2e-4, "S/cm"],
    ["1.5e-3(2) S/cm", "S/m", 1.5e-3, 2e-4, "S/cm"],
    ["33 wt%", "1", 33, null, "wt%"],
    ["33 wt% ± 1 wt%", "1", 33, 1, "wt%"],
    ["33 % ± 1 %", "1", 33, 1, "%"],
    ["-0.2 V", "V", -0.2, null, "V"],
    ["−0.2 V", "V", -0.2, null, "V"],
    ["80 °C", "K", 80, null, "°C"],
    ["2", "1", 2, null, ""],
    [".5 mm", "m", 0.5, null, "mm"],
  ])("%s", (text, wanted, value, sigma, unit) => {
    const q = parseQuantity(text, wanted);
    expect(q.unit).toBe(unit);
    expect(q.value).toBeCloseTo(value, 12);
    if (sigma === null) expect(q.sigma).toBeNull();
    else expect(q.sigma).toBeCloseTo(sigma, 12);
  });

  test.each([
    ["5", /no unit/],
    ["mg", /not a number/],
    ["", /not a number/],
    ["1,5 mg", /decimal comma/],
    ["5 ± -1 mg", /not negative/],
    ["5(1) ± 1 mg", /twice/],
    ["1e999 mg", /finite/],
    [`5 ${"m".repeat(500)}`, /not a number/],
  ])("refuses %j", (text, message) => expect(() => parseQuantity(text, "g")).toThrow(message));

  test("refuses a unit of another kind", () => {
    expect(() => parseQuantity("5 mm", "g")).toThrow(expect.objectContaining({ code: "UNIT_MISMATCH" }));
  });

  test("no text makes it crash or hang", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (text) => {
        try {
          parseQuantity(text, "g");
        } catch (error) {
          expect(error).toMatchObject({ name: "ThioscopeError" });
        }
      }),
    );
  });
});

describe("formatQuantity", () => {
  test.each([
    [1.1712, 0.0021, "V", "1.171(2) V"],
    [1.1712, 0.0014, "V", "1.1712(14) V"],
    [12345, 230, "g", "12300 ± 200 g"],
    [1, 0.0996, "g", "1.00(10) g"],
    [1.17e-5, 2.3e-13, "V", "1.17000000e-5 ± 2e-13 V"],
    [0.1, null, "", "0.1"],
    [1671.957650989, null, "mAh/g", "1671.96 mAh/g"],
    [Number.NaN, 1, "V", "not known V"],
  ])("%d ± %d %s is %s", (value, sigma, unit, text) => expect(formatQuantity(quantity(value, unit, sigma))).toBe(text));

  test("parse(format(q)) is q within its error, and a second round changes nothing", () => {
    const value = fc.double({ noNaN: true, min: -1e12, max: 1e12 }).filter((v) => v === 0 || Math.abs(v) > 1e-12);
    const relative = fc.double({ noNaN: true, min: 1e-9, max: 10 });
    fc.assert(
      fc.property(value, relative, fc.constantFrom("mg", "mAh/g", "V", "µm"), (v, r, unit) => {
        const q = quantity(v, unit, Math.max(Math.abs(v) * r, 1e-12));
        const text = formatQuantity(q);
        const back = parseQuantity(text, unit);
        const step = q.sigma ?? 0;
        expect(Math.abs(back.value - q.value)).toBeLessThanOrEqual(0.51 * step);
        // one digit is left of the error at worst: 1.95 shows as 2
        expect(back.sigma! / step).toBeGreaterThan(0.7);
        expect(back.sigma! / step).toBeLessThan(1.4);
        // the error may round up into two digits once ("0.0996" is "0.10"); after that nothing moves
        const settled = formatQuantity(back);
        expect(formatQuantity(parseQuantity(settled, unit))).toBe(settled);
      }),
      { numRuns: 2000 },
    );
  });
});

test("inUnit scales value and error, and an error ignores offsets", () => {
  expect(inUnit(quantity(5, "mg", 0.1), "g")).toEqual({ value: 0.005, sigma: 0.0001, unit: "g" });
  expect(inUnit(quantity(25, "°C", 2), "K")).toEqual({ value: 298.15, sigma: 2, unit: "K" });
});

test("an answer tells whether it could be computed", () => {
  expect(isComputable(quantity(1, "V"))).toBe(true);
  expect(isComputable({ notComputable: "the mass is missing" })).toBe(false);
});

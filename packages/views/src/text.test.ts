import { describe, expect, test } from "vitest";
import { countText, exactText, numberText, quantityLabel, quantityText, richText, roughText, unitText } from "./text.ts";

const marked = (text: string): string =>
  richText(text)
    .map((run) => (run.shift < 0 ? `_${run.text}` : run.shift > 0 ? `^${run.text}` : run.text))
    .join("");

describe("formulae", () => {
  test.each([
    ["Na3PS4", "Na_3PS_4"],
    ["Na15Sn4 + C", "Na_15Sn_4 + C"],
    ["x in Na2Sx", "x in Na_2S_x"],
    ["M2Sx", "M_2S_x"],
    ["SbxSy", "Sb_xS_y"],
    ["DyCl3", "DyCl_3"],
    ["Na4(B10H10)", "Na_4(B_10H_10)"],
    ["from S8 to Na2S", "from S_8 to Na_2S"],
    ["Li5.5PS4.5Cl1.5", "Li_5.5PS_4.5Cl_1.5"],
    ["NaTaCl6", "NaTaCl_6"],
    ["TaCl5–1Na2S", "TaCl_5–1Na_2S"],
    ["glass TaCl5–xNa2S", "glass TaCl_5–xNa_2S"],
    ["Na4(B10H10)(B12H12)", "Na_4(B_10H_10)(B_12H_12)"],
    ["Na2S6–8", "Na_2S_6–8"],
  ])("%s", (text, wanted) => expect(marked(text)).toBe(wanted));

  test.each(["C09.mpr", "cell-12.mpt", "cycle 3", "BTS85", "Unit27", "1.2 V", "Xx2", "mAh/g"])("%s is no formula", (text) => {
    expect(richText(text).every((run) => run.shift === 0)).toBe(true);
  });
});

test("units carry their powers", () => {
  expect(unitText("mAh/cm2")).toBe("mAh/cm²");
  expect(unitText("mA cm-2")).toBe("mA cm⁻²");
  expect(unitText("mAh/(cm2 V)")).toBe("mAh/(cm² V)");
  expect(unitText("mAh/g")).toBe("mAh/g");
  expect(unitText("1")).toBe("");
  expect(quantityLabel("Voltage", "V")).toEqual([{ text: "Voltage (V)", shift: 0 }]);
  expect(quantityLabel("cycle", "")).toEqual([{ text: "cycle", shift: 0 }]);
});

test("numbers have as many digits as their error allows, and a true minus", () => {
  expect(quantityText({ value: 1.1712, sigma: 0.002, unit: "V" })).toBe("1.171(2) V");
  expect(quantityText({ value: -2.1, sigma: null, unit: "%" })).toBe("−2.1 %");
  expect(numberText({ value: 463.4, sigma: 9, unit: "µm" })).toBe("463 ± 9");
  expect(exactText(0.00012044, 4, "S/cm")).toBe("1.204 × 10⁻⁴ S/cm");
  expect(exactText(-2.5e-7, 2, "1")).toBe("−2.5 × 10⁻⁷");
  expect(exactText(0.2686, 4, "eV")).toBe("0.2686 eV");
  expect(roughText(-0.000012345, 3)).toBe("−1.23e−5");
  expect(roughText(Number.NaN)).toBe("–");
  expect(countText(1234567)).toBe("1\u202f234\u202f567");
});

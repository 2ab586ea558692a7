/** Colours of species. Expected: one per chain length whatever the metal, in the order of the chain, and none for what is no sulfur species. */
import { expect, test } from "vitest";
import { colourOf, PAPER } from "./palette.ts";
import { speciesTone } from "./species.ts";

const placeOf = (name: string): number => (speciesTone(name) as { species: number }).species;

test("chains in their order, sodium and lithium alike; a range lies between its ends", () => {
  const places = ["S8", "Na2S8", "Na2S6–8", "Na2S6", "Na2S5", "Na2S4", "Na2S3", "Na2S2", "Na2S"].map(placeOf);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(new Set(places).size).toBe(places.length);
  expect(placeOf("Li2S4")).toBe(placeOf("Na2S4"));
  expect(placeOf("Na₂S₆₋₈")).toBe(placeOf("Na2S6–8"));
  expect(placeOf("α-S8")).toBe(0);
  for (const name of ["Na3PS4", "NaSbS2", "Na2S5 + Na2S4", "Na15Sn4", "Li2SO4", "XRD"]) expect(speciesTone(name)).toBeNull();
});

test("lightness falls along the chain (relative luminance of WCAG 2.2)", () => {
  const luminance = (rgb: string): number =>
    rgb
      .match(/\d+/g)!
      .map((v) => Number(v) / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
      .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i]!, 0);
  const levels = [0, 0.25, 0.5, 0.75, 1].map((species) => luminance(colourOf({ species }, PAPER)));
  expect(levels).toEqual(levels.toSorted((a, b) => b - a));
});

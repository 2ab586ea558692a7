/** Cells for tests, built from the texts that a cell file would hold. */
import { parseQuantity } from "../units/quantity.ts";
import type { Cell, Declared, Layer } from "./model.ts";

export function d(text: string, unit: string): Declared {
  return { quantity: parseQuantity(text, unit), text };
}

const share = (name: string, text: string) => ({ name, share: d(text, "wt%"), parts: false });

/** S | Na3PS4 | Na15Sn4 with 5 mg of cathode, 33 wt% of it sulfur, on a die of 10 mm. */
export function sulfurCell(change: Partial<Cell> = {}, cathode: Partial<Layer> = {}): Cell {
  return {
    name: "S|NPS",
    geometry: { kind: "diameter", diameter: d("10 mm", "mm") },
    layers: [
      { role: "anode", composition: [share("Na15Sn4", "80 wt%"), share("C", "20 wt%")], mass: d("100 mg", "mg") },
      { role: "separator", composition: [share("Na3PS4", "100 wt%")], mass: d("80 mg", "mg") },
      {
        role: "cathode",
        composition: [share("S", "33 wt%"), share("C", "17 wt%"), share("Na3PS4", "50 wt%")],
        mass: d("5 mg", "mg"),
        active: ["S"],
        ...cathode,
      },
    ],
    materials: {},
    reference: { electrode: "Na15Sn4" },
    stated: {},
    ...change,
  };
}

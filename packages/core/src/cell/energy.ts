/**
 * Specific energy for a mean discharge potential: E = Q U / m, where m is what the caller wants counted:
 * the couple (active material and the ions it takes up), the cathode, or every layer but the collectors.
 */

import { ATOMIC_WEIGHTS } from "../chemistry/elements.ts";
import { CONSTANTS } from "../units/constants.ts";
import { add, divide, fromQuantity, type Measured, measured, multiply, scale } from "../units/measured.ts";
import type { Quantity } from "../units/quantity.ts";
import { anodeStore, startsDischarged } from "./anode.ts";
import { type Book, type Booked, book, missing } from "./book.ts";
import type { Cell } from "./model.ts";

export type Counted = "couple" | "cathode" | "layers";

const HOW: Readonly<Record<Counted, string>> = {
  couple: "q U / (1 + q M(ion) / F): active material and the ions it takes up",
  cathode: "Q U / mass of the cathode",
  layers: "Q U / mass of all layers without the collectors",
};

/** Wh/kg at the theoretical capacity and the mean potential `voltage`. */
export function specificEnergy(cell: Cell, voltage: Quantity, counted: Counted): Booked {
  return book(cell, "J/kg", "Wh/kg", HOW[counted], (b) => {
    const volt = fromQuantity(voltage, "V", "mean voltage");
    if (counted === "couple") return multiply(volt, chargePerCoupleMass(b));
    return divide(multiply(b.capacity(), volt), countedMass(b, counted));
  });
}

/** Mean potential that a specific energy of the couple needs, V. */
export function voltageOfSpecificEnergy(cell: Cell, energy: Quantity): Booked {
  return book(cell, "V", "V", "E (1 + q M(ion) / F) / q", (b) => divide(fromQuantity(energy, "J/kg", "energy"), chargePerCoupleMass(b)));
}

/** C/kg of active material together with the ions that it takes up; a discharged one holds them already. */
function chargePerCoupleMass(b: Book): Measured {
  const q = b.specificCapacity();
  if (startsDischarged(b.cell)) return q;
  const { ion } = anodeStore(b);
  const kilogramPerCoulomb = (ATOMIC_WEIGHTS[ion]! * 1e-3) / CONSTANTS.faraday;
  return divide(q, add(measured(1), scale(q, kilogramPerCoulomb)));
}

function countedMass(b: Book, counted: Counted): Measured {
  if (counted === "cathode") return b.mass(b.cathodeIndex());
  let sum = measured(0);
  for (const [index, layer] of b.cell.layers.entries()) {
    if (layer.role !== "collector") sum = add(sum, b.mass(index));
  }
  return sum.value > 0 ? sum : missing("the cell has no layers");
}

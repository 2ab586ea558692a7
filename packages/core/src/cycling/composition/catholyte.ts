/**
 * What the electrolyte in the cathode took up.
 *
 *   electrons per formula unit = Q/(F n)          n = m w/M of the electrolyte in the cathode
 *   excess over sulfur = q − q₀                   q, q₀ per mass of sulfur: charge that cannot be sulfur's
 *   share of an electrolyte-only cell = Q_A(without sulfur)/Q_A(composite), both per area
 *
 * The excess is a lower bound (it takes all sulfur for used). The share from a second cell is an estimate: without sulfur the electrolyte
 * reacts at other potentials and to another extent.
 */
import type { Ion } from "../../cell/anode.ts";
import { Book, type Booked, book, missing } from "../../cell/book.ts";
import { express } from "../../cell/bookkeeping.ts";
import { type Interval, intervalOf } from "../../cell/interval.ts";
import type { Cell, Share } from "../../cell/model.ts";
import { parseFormula } from "../../chemistry/formula.ts";
import { CONSTANTS } from "../../units/constants.ts";
import { add, divide, fromQuantity, type Measured, multiply, scale, subtract, toQuantity } from "../../units/measured.ts";
import type { Answer, NotComputable, Quantity } from "../../units/quantity.ts";
import { sulfurCapacity } from "./split.ts";

/** Which ion the cell shuttles: the only one of Li and Na in its materials; null where both or none occur. */
export function ionOf(cell: Cell): Ion | null {
  const b = new Book(cell);
  const found = new Set<Ion>();
  const look = (share: Share): void => {
    if (share.of) share.of.forEach(look);
    else {
      const { formula } = b.material(share.name);
      const atoms = formula === null ? null : parseFormula(formula);
      for (const ion of ["Li", "Na"] as const) if (atoms?.has(ion)) found.add(ion);
    }
  };
  for (const layer of cell.layers) layer.composition.forEach(look);
  return found.size === 1 ? [...found][0]! : null;
}

/** Mass of elemental sulfur in the cathode, mg. */
export function sulfurMass(cell: Cell): Booked {
  return book(cell, "kg", "mg", "mass of the cathode × fraction of S", (b) => sulfur(b));
}

function sulfur(b: Book): Measured {
  const index = b.cathodeIndex();
  const fraction = b.fractions(index).get(b.material("S").id);
  return fraction ? multiply(b.mass(index), fraction) : missing("there is no elemental sulfur in the cathode");
}

/** Amount of a cathode material, mol. */
function moles(b: Book, material: string): Measured {
  const index = b.cathodeIndex();
  const fraction = b.fractions(index).get(b.material(material).id) ?? missing(`${material} is not in the cathode`);
  return scale(multiply(b.mass(index), fraction), 1 / b.molar(material));
}

/** The material of the separator that is also in the cathode; null where there is none or more than one. */
export function catholyteOf(cell: Cell): string | null {
  const names = (role: string): string[] => cell.layers.filter((l) => l.role === role).flatMap((l) => l.composition.map((s) => s.name));
  const cathode = new Set(names("cathode"));
  const common = [...new Set(names("separator"))].filter((name) => cathode.has(name));
  return common.length === 1 ? common[0]! : null;
}

/** Electrons per formula unit of `material` in the cathode if it alone took up `charge` (mAh, or mAh/cm2). */
export function electronsPerFormula(cell: Cell, charge: Quantity, material: string): Booked {
  const absolute = express(cell, charge, "mAh");
  return book(cell, "1", "1", `Q / (F n(${material}))`, (b) => {
    if (!absolute.measured) return missing("notComputable" in absolute.answer ? absolute.answer.notComputable : "the charge has no size");
    return divide(absolute.measured, scale(moles(b, material), CONSTANTS.faraday));
  });
}

/** The capacity per mass of sulfur beyond what sulfur can take, mAh/g; not computable where there is none. */
export function excessOverSulfur(specific: Quantity): Answer {
  const full = sulfurCapacity(2);
  const value = fromQuantity(specific, full.unit).value - full.value;
  if (value > 0) return { value, sigma: specific.sigma, unit: full.unit };
  return {
    notComputable: `${Number(specific.value.toPrecision(5))} ${specific.unit} does not exceed the ${full.value.toFixed(0)} mAh/g of sulfur`,
  };
}

/** Electrons per formula unit of `material` that took up what sulfur cannot; a lower bound. @param specific capacity per mass of sulfur */
export function leastElectronsPerElectrolyte(cell: Cell, specific: Quantity, material: string): Booked {
  return book(cell, "1", "1", `(q − q0) m(S) / (F n(${material})), all sulfur taken for used: at least`, (b) => {
    const excess = excessOverSulfur(specific);
    if ("notComputable" in excess) return missing(excess.notComputable);
    return divide(multiply(fromQuantity(excess, "C/kg", "capacity"), sulfur(b)), scale(moles(b, material), CONSTANTS.faraday));
  });
}

/** Share of the cathode's sulfur atoms that belong to `material`: S K-edge spectra see these too. */
export function sulfurAtomShare(cell: Cell, material: string): Booked {
  return book(cell, "1", "1", `n(S in ${material}) / n(all S)`, (b) => {
    const { formula } = b.material(material);
    const atoms = formula === null ? undefined : parseFormula(formula).get("S");
    if (atoms === undefined) return missing(`${material} holds no sulfur`);
    const bound = scale(moles(b, material), atoms);
    return divide(bound, add(bound, moles(b, "S")));
  });
}

export interface ElectrolyteEstimate {
  /** share of the composite's areal capacity that an electrolyte-only cell delivers */
  share: Answer;
  /** the rest per area */
  sulfurAreal: Quantity;
  /** the rest per mass of active material, over the ranges that the cell declares */
  sulfurSpecific: Interval | NotComputable;
  /** the same over the theoretical capacity */
  utilisation: Interval | NotComputable;
  how: string;
}

/** Why the share is no measurement. */
export const ESTIMATE =
  "an estimate: without sulfur the electrolyte reacts at other potentials and to another extent, so its share in the composite does not follow from a cell of its own";

/** @param composite capacity per area of the cell @param electrolyte that of a cell with the same electrolyte loading and no sulfur */
export function electrolyteEstimate(cell: Cell, composite: Quantity, electrolyte: Quantity): ElectrolyteEstimate {
  const whole = fromQuantity(composite, "mAh/cm2", "composite");
  const part = fromQuantity(electrolyte, "mAh/cm2", "electrolyte");
  const rest = toQuantity(subtract(whole, part), "mAh/cm2");
  return {
    share: whole.value > 0 ? toQuantity(divide(part, whole), "1") : { notComputable: "the composite has no capacity" },
    sulfurAreal: rest,
    sulfurSpecific: intervalOf(cell, (c) => express(c, rest, "mAh/g")),
    utilisation: intervalOf(cell, (c) => express(c, rest, "1")),
    how: ESTIMATE,
  };
}

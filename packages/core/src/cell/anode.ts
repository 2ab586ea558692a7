/**
 * The anode as a store of ions.
 *
 * Inventory Q = F Σ n(Li or Na) over the metals and alloys of all anode layers; N/P = Q / Q(cathode). An
 * alloy's composition is x = n(ion) / n(host); taking the charge q out of it leaves x − q / (F n(host)).
 * An electrolyte mixed into the anode is not counted: only materials made of metals alone are.
 */

import { parseFormula } from "../chemistry/formula.ts";
import { CONSTANTS } from "../units/constants.ts";
import { add, divide, fromQuantity, type Measured, measured, multiply, scale, subtract } from "../units/measured.ts";
import type { Quantity } from "../units/quantity.ts";
import { Book, type Booked, book, missing } from "./book.ts";
import type { Cell } from "./model.ts";

export type Ion = "Li" | "Na";

/** Host metals of alloy anodes and the most ions that one atom takes up (the richest phase at room temperature). */
const HOSTS: Readonly<Record<string, Partial<Record<Ion, { most: number; phase: string }>>>> = {
  Sn: { Na: { most: 3.75, phase: "Na15Sn4" }, Li: { most: 4.25, phase: "Li17Sn4" } },
  In: { Li: { most: 13 / 3, phase: "Li13In3" } },
  Sb: { Na: { most: 3, phase: "Na3Sb" }, Li: { most: 3, phase: "Li3Sb" } },
  Si: { Li: { most: 3.75, phase: "Li15Si4" } },
  Al: { Li: { most: 1, phase: "LiAl" } },
};

interface Store {
  ion: Ion;
  /** mol */
  ions: Measured;
  /** mol per host metal */
  hosts: ReadonlyMap<string, Measured>;
}

/** Ions and host atoms in the anode layers; ends the computation with a reason where they cannot be known. */
export function anodeStore(b: Book): Store {
  const hosts = new Map<string, Measured>();
  const ions = new Map<Ion, Measured>();
  let layers = 0;
  for (const [index, layer] of b.cell.layers.entries()) {
    if (layer.role !== "anode") continue;
    layers++;
    const mass = b.mass(index);
    for (const [name, fraction] of b.fractions(index)) {
      const { formula } = b.material(name);
      if (formula === null) return missing(`the formula of ${name} in the anode is missing`);
      const atoms = parseFormula(formula);
      if (![...atoms.keys()].every((e) => e === "Li" || e === "Na" || e in HOSTS)) continue;
      const moles = scale(multiply(mass, fraction), 1 / b.molar(name));
      for (const [element, count] of atoms) {
        const part = scale(moles, count);
        if (element === "Li" || element === "Na") ions.set(element, add(ions.get(element) ?? measured(0), part));
        else hosts.set(element, add(hosts.get(element) ?? measured(0), part));
      }
    }
  }
  if (layers === 0) return missing("the cell has no layer with the role anode");
  if (ions.size > 1) return missing("the anode holds both Li and Na: which one moves is not declared");
  const [first] = ions;
  if (!first) return missing("the anode's composition holds neither Li nor Na");
  return { ion: first[0], ions: first[1], hosts };
}

/** Charge of all Li or Na in the anode, mAh. */
export function anodeInventory(cell: Cell): Booked {
  return book(cell, "C", "mAh", "F × n(Li or Na) in the metals and alloys of the anode", (b) =>
    scale(anodeStore(b).ions, CONSTANTS.faraday),
  );
}

/** The same per area, mAh/cm². */
export function anodeArealInventory(cell: Cell): Booked {
  return book(cell, "C/m2", "mAh/cm2", "F × n(Li or Na) in the anode / area", (b) =>
    divide(scale(anodeStore(b).ions, CONSTANTS.faraday), b.area()),
  );
}

/**
 * N/P: the anode's inventory over the cathode's theoretical capacity, where the cathode is charged and the
 * anode brings the ions; the room left in the anode's host over that capacity, where the cathode brings them.
 */
export function nToP(cell: Cell): Booked {
  const how = startsDischarged(cell)
    ? "room left in the anode's host / capacity of the cathode"
    : "anode inventory / capacity of the cathode";
  return book(cell, "1", "1", how, (b) => {
    const capacity = b.capacity();
    const store = anodeStore(b);
    if (!startsDischarged(cell)) return divide(scale(store.ions, CONSTANTS.faraday), capacity);
    return divide(scale(room(store), CONSTANTS.faraday), capacity);
  });
}

function room(store: Store): Measured {
  const [host] = store.hosts;
  const limit = host ? HOSTS[host[0]]?.[store.ion] : undefined;
  if (store.hosts.size !== 1 || !host || !limit) return missing("the anode takes the ions as metal: its room is not bounded by a host");
  const left = subtract(scale(host[1], limit.most), store.ions);
  // An alloy made at its richest phase has no room; rounding of atomic weights must not make that negative.
  if (left.value <= 1e-6 * store.ions.value) {
    return missing(`the anode is already ${limit.phase}: it takes ${store.ion} only as metal, so N/P is not bounded by it`);
  }
  return left;
}

/** True if the active material brings the ions (Na2S, NaCrO2), so that the first half cycle is a charge. */
export function startsDischarged(cell: Cell): boolean {
  const b = new Book(cell);
  const active = cell.layers.find((l) => l.role === "cathode")?.active ?? [];
  return active.some((name) => b.material(name).table?.redox?.starts === "discharged");
}

/** x = ions per host atom of the anode after the charge `passed` (mAh, As …) has left it; negative: has come in. */
export function alloyComposition(cell: Cell, passed: Quantity = { value: 0, sigma: null, unit: "mAh" }): Booked {
  return book(cell, "1", "1", "(n(ion) − q / F) / n(host)", (b) => {
    const { ions, host } = alloy(b);
    const left = subtract(ions, scale(fromQuantity(passed, "C", "passed"), 1 / CONSTANTS.faraday));
    if (left.value < 0) return missing("more charge has passed than the anode holds");
    return divide(left, host);
  });
}

/** Charge that leaves the anode until it is at composition `x`, mAh; not computable where it starts below. */
export function chargeToComposition(cell: Cell, x: number): Booked {
  return book(cell, "C", "mAh", "F (n(ion) − x n(host))", (b) => {
    const { ions, host } = alloy(b);
    const charge = scale(subtract(ions, scale(host, x)), CONSTANTS.faraday);
    if (charge.value < 0) {
      const now = Number((ions.value / host.value).toPrecision(3));
      return missing(`the anode starts at x = ${now}, below ${x}`);
    }
    return charge;
  });
}

function alloy(b: Book): { ions: Measured; host: Measured } {
  const { ions, hosts } = anodeStore(b);
  const [host] = hosts.values();
  if (!host) return missing("the anode is a metal without a host");
  if (hosts.size > 1) return missing(`the anode has several host metals: ${[...hosts.keys()].join(", ")}`);
  return { ions, host };
}

/**
 * The cell's book-keeping: masses, loadings, thicknesses, capacities, currents.
 *
 *   loading = m / A                      A = π d²/4
 *   thickness = (m / A) / (ρ (1 − p))    1/ρ = Σ wᵢ/ρᵢ  (volumes of the solids add)
 *   q = n F / M                          Q = m_active q            1 C = Q / 1 h
 *
 * Every result says how it follows and on which constants it rests; errors are propagated with their
 * correlations (JCGM 100:2008, 5.2). Valid for flat layers of one area.
 */
import { divide, fromQuantity, type Measured, measured, multiply, scale, subtract } from "../units/measured.ts";
import type { Quantity } from "../units/quantity.ts";
import { parseUnit, sameDimension } from "../units/units.ts";
import { type Book, type Booked, book, layerName, missing } from "./book.ts";
import type { Cell, Load } from "./model.ts";

const HOUR = 3600;

/** Area of the die, cm². */
export function cellArea(cell: Cell): Booked {
  const how = { diameter: "π d² / 4", area: "as declared", currents: "m(active) × specific current / areal current" };
  return book(cell, "m2", "cm2", cell.geometry ? how[cell.geometry.kind] : "π d² / 4", (b) => b.area());
}

/** Diameter of a round die, mm: declared, or that of the area. */
export function dieDiameter(cell: Cell): Booked {
  const g = cell.geometry;
  if (g?.kind === "diameter") return book(cell, "m", "mm", "as declared", (b) => b.take(g.diameter, "m", "diameter"));
  return book(cell, "m", "mm", "2 √(A / π)", (b) => {
    const area = b.area();
    const value = 2 * Math.sqrt(area.value / Math.PI);
    return { value, parts: new Map([...area.parts].map(([s, part]) => [s, (part * value) / (2 * area.value)])) };
  });
}

/** Mass of layer `index` (from 0), mg. */
export function layerMass(cell: Cell, index: number): Booked {
  return book(cell, "kg", "mg", cell.layers[index]?.mass ? "as declared" : "loading × area", (b) => b.mass(index));
}

/** Mass per area of layer `index`, mg/cm². */
export function layerLoading(cell: Cell, index: number): Booked {
  return book(cell, "kg/m2", "mg/cm2", "mass / area", (b) => b.loading(index));
}

/** Mass of one material in layer `index`, mg. */
export function materialMass(cell: Cell, index: number, material: string): Booked {
  return book(cell, "kg", "mg", "mass × mass fraction", (b) => multiply(b.mass(index), fractionOf(b, index, material)));
}

/** Mass fraction of one material in layer `index`, wt%. */
export function materialFraction(cell: Cell, index: number, material: string): Booked {
  return book(cell, "1", "wt%", "product of the shares down to the material", (b) => fractionOf(b, index, material));
}

function fractionOf(b: Book, index: number, material: string): Measured {
  const fraction = b.fractions(index).get(b.material(material).id);
  return fraction ?? missing(`${material} is not in the composition of the ${layerName(b.layer(index))}`);
}

/** Thickness of layer `index`, µm: declared, or from mass, densities and porosity. */
export function layerThickness(cell: Cell, index: number): Booked {
  const how = cell.layers[index]?.thickness ? "as declared" : "loading / (density × (1 − porosity))";
  return book(cell, "m", "µm", how, (b) => b.thickness(index));
}

/** Thickness that the layer's mass has without pores, µm: a lower bound of the real one. */
export function denseThickness(cell: Cell, index: number): Booked {
  return book(cell, "m", "µm", "loading / density of the solid, without pores: at least this", (b) => b.denseThickness(index));
}

/** Volume of layer `index`, mm³. */
export function layerVolume(cell: Cell, index: number): Booked {
  return book(cell, "m3", "mm3", "thickness × area", (b) => multiply(b.thickness(index), b.area()));
}

/** Density of the layer over that of its solid, %, from declared thickness and mass, or from the porosity. */
export function relativeDensity(cell: Cell, index: number): Booked {
  const layer = cell.layers[index];
  const weighed = layer?.mass ?? layer?.loading ?? layer?.activeLoading;
  if (layer?.thickness && weighed) {
    return book(cell, "1", "%", "loading / (thickness × density of the solid)", (b) => divide(b.denseThickness(index), b.thickness(index)));
  }
  return book(cell, "1", "%", "1 − porosity", (b) => {
    const { porosity } = b.layer(index);
    if (porosity) return subtract(measured(1), b.take(porosity, "1", `layers[${index}].porosity`));
    return missing(`the thickness or the porosity of the ${layerName(b.layer(index))} is missing`);
  });
}

/** Mass of the active material, mg. */
export function activeMass(cell: Cell): Booked {
  return book(cell, "kg", "mg", "mass of the cathode × active fraction", (b) => b.activeMass());
}

/** Active material in the cathode, wt%. */
export function activeFraction(cell: Cell): Booked {
  return book(cell, "1", "wt%", "product of the shares down to the active material", (b) => b.activeFraction(b.cathodeIndex()));
}

/** Active material per area, mg/cm². */
export function activeLoading(cell: Cell): Booked {
  return book(cell, "kg/m2", "mg/cm2", "loading of the cathode × active fraction", (b) => {
    const i = b.cathodeIndex();
    return multiply(b.loading(i), b.activeFraction(i));
  });
}

/** Theoretical capacity per mass of active material, mAh/g. */
export function theoreticalSpecificCapacity(cell: Cell): Booked {
  const declared = cell.layers.some((l) => l.role === "cathode" && l.theoretical);
  return book(cell, "C/kg", "mAh/g", declared ? "as declared" : "n F / M", (b) => b.specificCapacity());
}

/** Theoretical capacity of the cathode, mAh. */
export function theoreticalCapacity(cell: Cell): Booked {
  return book(cell, "C", "mAh", "m(active) × theoretical capacity", (b) => b.capacity());
}

/** Theoretical capacity of the cathode per area, mAh/cm². */
export function theoreticalArealCapacity(cell: Cell): Booked {
  return book(cell, "C/m2", "mAh/cm2", "active loading × theoretical capacity", (b) => {
    const i = b.cathodeIndex();
    return multiply(multiply(b.loading(i), b.activeFraction(i)), b.specificCapacity());
  });
}

/** The current that takes the theoretical capacity in one hour, A. */
export function theoreticalOneCAmpere(cell: Cell): Booked {
  return book(cell, "A", "A", "theoretical capacity / 1 h", (b) => scale(b.capacity(), 1 / HOUR));
}

/**
 * A capacity or a current in another basis: mAh ↔ mAh/g (active) ↔ mAh/cm² ↔ mAh/cm³ (of the cathode);
 * capacities also as a share of the theoretical one ("1", "%"), currents as a rate in 1/h (multiples of 1 C).
 * `unit` says which basis is wanted; another quantity than these is not computable.
 */
export function express(cell: Cell, q: Quantity, unit: string): Booked {
  const from = basisOf(q.unit);
  const to = basisOf(unit);
  const si = to ? SI[to.kind][to.basis] : unit;
  return book(cell, si, unit, "by the masses and areas of the cell", (b) => {
    if (!from || !to || from.kind !== to.kind) return missing(`${q.unit} cannot be expressed in ${unit} for a cell`);
    const given = fromQuantity(q, SI[from.kind][from.basis], "stated");
    if (from.basis === to.basis) return given;
    return divide(multiply(given, divisor(b, from.basis)), divisor(b, to.basis));
  });
}

const BASES = ["absolute", "mass", "area", "volume", "capacity"] as const;
type Basis = (typeof BASES)[number];
const SI = {
  capacity: { absolute: "C", mass: "C/kg", area: "C/m2", volume: "C/m3", capacity: "1" },
  current: { absolute: "A", mass: "A/kg", area: "A/m2", volume: "A/m3", capacity: "1/s" },
} as const;

function basisOf(unit: string): { kind: "capacity" | "current"; basis: Basis } | null {
  const parsed = parseUnit(unit);
  for (const kind of ["current", "capacity"] as const) {
    for (const basis of BASES) {
      if (sameDimension(parsed, parseUnit(SI[kind][basis]))) return { kind, basis };
    }
  }
  return null;
}

/** What an absolute value is divided by to come to the basis. */
function divisor(b: Book, basis: Basis): Measured {
  if (basis === "mass") return b.activeMass();
  if (basis === "area") return b.area();
  if (basis === "capacity") return b.capacity();
  if (basis === "volume") return multiply(b.thickness(b.cathodeIndex()), b.area());
  return measured(1);
}

/** Pressure on the die, MPa, of the declared pressing or stack pressure or force: p = F / A. */
export function dieLoad(cell: Cell, which: "press" | "stack"): Booked {
  return pressure(cell, cell[which], which, which === "press" ? "pressing" : "stack");
}

/** Pressure with which layer `index` alone was pressed, MPa. */
export function layerPress(cell: Cell, index: number): Booked {
  return pressure(cell, cell.layers[index]?.press, `layers[${index}].press`, "layer's own pressing");
}

function pressure(cell: Cell, load: Load | undefined, place: string, word: string): Booked {
  return book(cell, "Pa", "MPa", load && "force" in load ? "force / area" : "as declared", (b) =>
    load ? pressureOf(b, load, place) : missing(`the ${word} pressure is missing`),
  );
}

function pressureOf(b: Book, load: Load, place: string): Measured {
  if ("pressure" in load) return b.take(load.pressure, "Pa", place);
  return divide(b.take(load.force, "N", place), b.area());
}

/**
 * How the book-keeping answers. A computation runs in a `Book` that knows the cell and notes every constant
 * that had to be assumed; where something is missing the computation ends there and the answer is its reason.
 * Inside, everything is SI and {@link Measured}, so that what two results share (one mass, one density)
 * cancels in their ratio.
 */

import { molarMass } from "../chemistry/formula.ts";
import { add, divide, fromQuantity, type Measured, measured, multiply, scale, subtract, toQuantity } from "../units/measured.ts";
import { type Answer, formatQuantity } from "../units/quantity.ts";
import { convert } from "../units/units.ts";
import { findMaterial, type Material, theoreticalMilliampereHourPerGram } from "./materials.ts";
import type { Cell, Declared, Layer, OwnMaterial, Share } from "./model.ts";

/** A result of the book-keeping. */
export interface Booked {
  answer: Answer;
  /** the same in SI with its sources of error, to go on computing with; null where not computable */
  measured: Measured | null;
  /** how it follows, in words and symbols */
  how: string;
  /** constants that the file does not state, with their sources */
  constants: readonly string[];
  /** what had to be assumed, and why; empty where nothing was */
  assumptions: readonly string[];
}

/** Ends a computation: what is missing, as a sentence. */
class Missing extends Error {}

export function missing(reason: string): never {
  throw new Missing(reason);
}

/** Runs a computation whose result is in SI unit `si` and is shown in `shown`. */
export function book(cell: Cell, si: string, shown: string, how: string, compute: (b: Book) => Measured): Booked {
  const b = new Book(cell);
  try {
    const m = compute(b);
    if (!Number.isFinite(m.value)) missing("a divisor is zero");
    return { answer: toQuantity(m, si, shown), measured: m, how, ...b.used() };
  } catch (error) {
    if (error instanceof Missing) return { answer: { notComputable: error.message }, measured: null, how, ...b.used() };
    throw error;
  }
}

/** A material of the cell: what the file itself says of it, and the table. */
export interface CellMaterial {
  id: string;
  formula: string | null;
  table: Material | undefined;
  own: OwnMaterial | undefined;
}

/** Mass fraction of every material of a layer; materials that occur twice are added. */
export type Fractions = ReadonlyMap<string, Measured>;

export class Book {
  readonly cell: Cell;
  private readonly constants = new Set<string>();
  private readonly assumptions = new Set<string>();

  constructor(cell: Cell) {
    this.cell = cell;
  }

  used(): { constants: readonly string[]; assumptions: readonly string[] } {
    return { constants: [...this.constants], assumptions: [...this.assumptions] };
  }

  /** Notes something that the file does not say and the result rests on. */
  assume(text: string): void {
    this.assumptions.add(text);
  }

  /** The declared quantity in `unit`; its error belongs to the place in the file, so it is shared wherever it is used. */
  take(declared: Declared, unit: string, place: string): Measured {
    if (declared.assumed !== undefined) this.assume(`${place} ${declared.text}: ${declared.assumed}`);
    return fromQuantity(declared.quantity, unit, place);
  }

  /** Die area, m². */
  area(): Measured {
    const g = this.cell.geometry;
    if (!g) return missing("the diameter or the area is missing");
    if (g.kind === "area") return this.take(g.area, "m2", "area");
    if (g.kind === "diameter") {
      const d = this.take(g.diameter, "m", "diameter");
      return scale(multiply(d, d), Math.PI / 4);
    }
    // The area follows from a mass that must not follow from the area.
    if (!this.layer(this.cathodeIndex()).mass) missing("the mass of the cathode is missing, from which the area would follow");
    const specific = this.take(g.specificCurrent, "A/kg", "area.specificCurrent");
    const areal = this.take(g.arealCurrent, "A/m2", "area.arealCurrent");
    return divide(multiply(specific, this.activeMass()), areal);
  }

  layer(index: number): Layer {
    return this.cell.layers[index] ?? missing(index < 0 ? "the cell has no such layer" : `the cell has no layer ${index + 1}`);
  }

  /** Index of the only cathode. */
  cathodeIndex(): number {
    const found = this.cell.layers.flatMap((l, i) => (l.role === "cathode" ? [i] : []));
    if (found.length === 0) return missing("the cell has no layer with the role cathode");
    if (found.length > 1) return missing("the cell has more than one layer with the role cathode");
    return found[0]!;
  }

  material(name: string): CellMaterial {
    const known = findMaterial(name);
    const id = known?.id ?? name;
    const own = Object.hasOwn(this.cell.materials, id) ? this.cell.materials[id] : undefined;
    const table = own?.formula ? findMaterial(own.formula) : known;
    return { id, formula: own?.formula ?? table?.formula ?? formulaOrNull(name), table, own };
  }

  /** Molar mass, kg/mol. */
  molar(name: string): number {
    const { formula } = this.material(name);
    if (formula === null) return missing(`the formula of ${name} is missing`);
    return molarMass(formula) * 1e-3;
  }

  /** Density of a material without pores, kg/m³. */
  materialDensity(name: string): Measured {
    const { table, id, own } = this.material(name);
    if (own?.density) return this.take(own.density, "kg/m3", `materials.${id}.density`);
    const density = table?.density;
    if (!density) return missing(`the density of ${name} is missing`);
    const text = `density of ${id} ${formatQuantity({ value: density.value, sigma: density.sigma, unit: "g/cm3" })}: ${density.source}`;
    (density.flag === "assumed" ? this.assumptions : this.constants).add(text);
    return measured(density.value * 1e3, (density.sigma ?? 0) * 1e3, `density of ${id}`);
  }

  /** Charge per mass, C/kg. */
  materialCapacity(name: string): Measured {
    const { table, formula, id, own } = this.material(name);
    if (own?.capacity) return this.take(own.capacity, "C/kg", `materials.${id}.capacity`);
    if (!table?.redox || formula === null) {
      return missing(`the theoretical capacity of ${name} is missing: declare \`theoretical\` or materials.${name}.capacity`);
    }
    return measured(convert(theoreticalMilliampereHourPerGram(formula, table.redox.electrons), "mAh/g", "C/kg"));
  }

  fractions(index: number): Fractions {
    const layer = this.layer(index);
    if (layer.composition.length === 0) missing(`the composition of the ${layerName(layer)} is missing`);
    const sum = new Map<string, Measured>();
    const walk = (shares: readonly Share[], of: Measured, place: string): void => {
      const taken = shares.map((s) => this.take(s.share, "1", `${place}.${s.name}`));
      const total = taken.reduce(add, measured(0));
      for (const [i, share] of shares.entries()) {
        const fraction = multiply(of, share.parts ? divide(taken[i]!, total) : taken[i]!);
        if (share.of) walk(share.of, fraction, `${place}.${share.name}`);
        else {
          const { id } = this.material(share.name);
          const before = sum.get(id);
          sum.set(id, before ? add(before, fraction) : fraction);
        }
      }
    };
    walk(layer.composition, measured(1), `layers[${index}].composition`);
    return sum;
  }

  /** Mass fraction of the layer's active materials. */
  activeFraction(index: number): Measured {
    const layer = this.layer(index);
    if (!layer.active?.length) missing(`the ${layerName(layer)} names no active material: \`active\` is missing`);
    const fractions = this.fractions(index);
    let sum = measured(0);
    for (const name of layer.active ?? []) {
      const fraction = fractions.get(this.material(name).id);
      if (!fraction) return missing(`${name} is active but not in the composition of the ${layerName(layer)}`);
      sum = add(sum, fraction);
    }
    return sum;
  }

  /** Mass of a layer, kg: declared, or loading × area, or thickness × area × density × (1 − porosity). */
  mass(index: number): Measured {
    const layer = this.layer(index);
    const place = `layers[${index}]`;
    if (layer.mass) return this.take(layer.mass, "kg", `${place}.mass`);
    if (layer.loading) return multiply(this.take(layer.loading, "kg/m2", `${place}.loading`), this.area());
    if (layer.activeLoading) {
      return divide(multiply(this.take(layer.activeLoading, "kg/m2", `${place}.activeLoading`), this.area()), this.activeFraction(index));
    }
    if (layer.thickness) {
      const volume = multiply(this.take(layer.thickness, "m", `${place}.thickness`), this.area());
      return multiply(multiply(volume, this.solidDensity(index)), subtract(measured(1), this.porosity(index)));
    }
    return missing(`the mass of the ${layerName(layer)} is missing`);
  }

  /** Mass of a layer per area, kg/m². A declared loading does not need the area, and carries no error of it. */
  loading(index: number): Measured {
    const layer = this.layer(index);
    const place = `layers[${index}]`;
    if (!layer.mass) {
      if (layer.loading) return this.take(layer.loading, "kg/m2", `${place}.loading`);
      if (layer.activeLoading) {
        return divide(this.take(layer.activeLoading, "kg/m2", `${place}.activeLoading`), this.activeFraction(index));
      }
      if (layer.thickness) {
        const dense = multiply(this.take(layer.thickness, "m", `${place}.thickness`), this.solidDensity(index));
        return multiply(dense, subtract(measured(1), this.porosity(index)));
      }
    }
    return divide(this.mass(index), this.area());
  }

  /** Density of a layer's solid, kg/m³: declared, or 1/ρ = Σ wᵢ/ρᵢ (volumes add). */
  solidDensity(index: number): Measured {
    const layer = this.layer(index);
    if (layer.density) return this.take(layer.density, "kg/m3", `layers[${index}].density`);
    let volume = measured(0);
    let total = measured(0);
    for (const [name, fraction] of this.fractions(index)) {
      const part = divide(fraction, this.materialDensity(name));
      volume = add(volume, part);
      total = add(total, fraction);
    }
    return divide(total, volume);
  }

  /** Declared porosity; a foil of one metal has none. */
  porosity(index: number): Measured {
    const layer = this.layer(index);
    if (layer.porosity) return this.take(layer.porosity, "1", `layers[${index}].porosity`);
    if (isMetalFoil(layer, this)) {
      this.assume(`the ${layerName(layer)} is a foil of one metal, without pores`);
      return measured(0);
    }
    return missing(`the porosity of the ${layerName(layer)} is missing`);
  }

  activeMass(): Measured {
    const index = this.cathodeIndex();
    return multiply(this.mass(index), this.activeFraction(index));
  }

  /** Theoretical charge per mass of active material, C/kg. */
  specificCapacity(): Measured {
    const index = this.cathodeIndex();
    const layer = this.layer(index);
    if (layer.theoretical) return this.take(layer.theoretical, "C/kg", `layers[${index}].theoretical`);
    const fractions = this.fractions(index);
    const active = this.activeFraction(index);
    let sum = measured(0);
    for (const name of layer.active ?? []) {
      const share = multiply(divide(fractions.get(this.material(name).id)!, active), this.materialCapacity(name));
      sum = add(sum, share);
    }
    return sum;
  }

  /** Theoretical charge of the cathode, C. */
  capacity(): Measured {
    return multiply(this.activeMass(), this.specificCapacity());
  }

  /** Thickness of a layer, m: declared, or loading / (ρ (1 − porosity)). */
  thickness(index: number): Measured {
    const layer = this.layer(index);
    if (layer.thickness) return this.take(layer.thickness, "m", `layers[${index}].thickness`);
    const porosity = this.porosity(index);
    return divide(this.denseThickness(index), subtract(measured(1), porosity));
  }

  /** Thickness that the layer's mass would have without any pore, m: the least it can be. */
  denseThickness(index: number): Measured {
    return divide(this.loading(index), this.solidDensity(index));
  }
}

function formulaOrNull(name: string): string | null {
  try {
    molarMass(name);
    return name;
  } catch {
    return null;
  }
}

const METALS = new Set(["Li", "Na", "K", "In", "Sn", "Al", "Cu", "Ti", "Fe", "Mg", "Sb", "Si"]);

function isMetalFoil(layer: Layer, b: Book): boolean {
  const only = layer.composition[0];
  return layer.composition.length === 1 && only !== undefined && !only.of && METALS.has(b.material(only.name).id);
}

/** "separator", or the layer's own name. */
export function layerName(layer: Layer): string {
  return layer.name ?? layer.role;
}

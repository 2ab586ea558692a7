/**
 * A cell file (YAML) to a typed cell. The structure is that of cell.schema.json; quantities keep the text and
 * the line they came from. Every mistake is CELL_INVALID with file, line, column, the value and what is allowed.
 */
import { nearest, ThioscopeError } from "@thioscope/core";
import {
  type Cell,
  type Declared,
  findMaterial,
  findReference,
  type Geometry,
  isFormula,
  type Layer,
  type LayerRole,
  type Load,
  MATERIAL_NAMES,
  type OwnMaterial,
  type Share,
  type Stated,
  type StatedOnBases,
  type StatedWindow,
} from "@thioscope/core/cell";
import { type Path, type Places, readYaml } from "../yaml/index.ts";
import { declared, type Wanted } from "./declared.ts";
import { checkStructure } from "./schema.ts";

type Raw = Record<string, unknown>;

const positive = (...units: string[]): Wanted => ({ units, least: 0, open: true });
const SHARE: Wanted = { units: ["wt%"], least: 0, most: 100 };
const LENGTH = positive("mm", "µm");
const MASS = positive("mg");
const LOADING = positive("mg/cm2");
const SPECIFIC_CAPACITY = positive("mAh/g");
const CURRENT_BASES = { absolute: positive("mA"), specific: positive("mA/g"), areal: positive("mA/cm2"), rate: positive("1/h") };
const CAPACITY_BASES = { absolute: positive("mAh"), specific: positive("mAh/g"), areal: positive("mAh/cm2") };
const VOLTAGE: Wanted = { units: ["V"], least: -20, most: 20 };

/** @throws ThioscopeError CELL_INVALID with the place in the file */
export function readCellFile(text: string, fileName: string): Cell {
  const { data, places } = readYaml(text, fileName, "CELL_INVALID");
  if (typeof data !== "object" || data === null) places.fail([], "a cell file is a list of keys, beginning with name and layers");
  checkStructure(data, places);
  return new CellReader(data as Raw, places).read();
}

class CellReader {
  private readonly raw: Raw;
  private readonly places: Places;

  constructor(raw: Raw, places: Places) {
    this.raw = raw;
    this.places = places;
  }

  read(): Cell {
    const { raw, places } = this;
    // The file's own materials come first: compositions may name them.
    const materials = this.materials();
    const geometry = this.geometry();
    const press = this.load(raw, [], "press");
    const stack = this.load(raw, [], "stack");
    const reference = this.reference();
    return {
      name: String(raw.name),
      file: places.file,
      ...(geometry ? { geometry } : {}),
      ...this.optional(raw, [], { temperature: { units: ["°C"], least: -273.15 }, meanVoltage: VOLTAGE }),
      ...(press ? { press } : {}),
      ...(stack ? { stack } : {}),
      ...(reference ? { reference } : {}),
      ...texts(raw, ["electrolyte", "notes"]),
      layers: (raw.layers as Raw[]).map((layer, i) => this.layer(layer, ["layers", i])),
      materials,
      stated: this.stated(),
    };
  }

  /** The keys of `wanted` that `raw` has, as declared quantities. */
  private optional<K extends string>(raw: Raw, path: Path, wanted: Readonly<Record<K, Wanted>>): { [P in K]?: Declared } {
    const found: { [P in K]?: Declared } = {};
    for (const key of Object.keys(wanted) as K[]) {
      if (raw[key] !== undefined) found[key] = declared(raw[key], [...path, key], wanted[key], this.places);
    }
    return found;
  }

  private line(path: Path): { line?: number } {
    const line = this.places.lineOf(path);
    return line === undefined ? {} : { line };
  }

  private geometry(): Geometry | null {
    const { diameter, area } = this.raw;
    if (diameter !== undefined && area !== undefined) this.places.fail(["area"], "write either diameter or area, not both", "key");
    if (diameter !== undefined) return { kind: "diameter", diameter: declared(diameter, ["diameter"], LENGTH, this.places) };
    if (area === undefined) return null;
    if (typeof area === "object" && area !== null && "specificCurrent" in area) {
      const { specificCurrent, arealCurrent } = area as Raw;
      return {
        kind: "currents",
        specificCurrent: declared(specificCurrent, ["area", "specificCurrent"], positive("mA/g"), this.places),
        arealCurrent: declared(arealCurrent, ["area", "arealCurrent"], positive("mA/cm2"), this.places),
      };
    }
    return { kind: "area", area: declared(area, ["area"], positive("cm2"), this.places) };
  }

  /** A pressure or a force, told apart by the unit; t and kg mean the weight of that mass. */
  private load(owner: Raw, place: Path, key: "press" | "stack"): Load | null {
    const raw = owner[key];
    if (raw === undefined) return null;
    const nested = typeof raw === "object" && raw !== null && !("value" in raw) ? (raw as Raw) : null;
    const name = nested ? Object.keys(nested)[0] : undefined;
    const path = name === undefined ? [...place, key] : [...place, key, name];
    const pressure = positive("MPa");
    const force = positive("kN", "kg");
    const value = nested ? nested[name ?? ""] : raw;
    if (name === "pressure") return { pressure: declared(value, path, pressure, this.places) };
    if (name === "force") return { force: weight(declared(value, path, force, this.places)) };
    const either = declared(value, path, { ...pressure, units: ["MPa", "kN", "kg"] }, this.places);
    return /Pa|bar|atm|psi|Torr|\/|-2|⁻/.test(either.quantity.unit) ? { pressure: either } : { force: weight(either) };
  }

  private reference(): Cell["reference"] {
    const name = this.raw.reference;
    if (name === undefined) return undefined;
    return { electrode: this.electrode(String(name), ["reference"]), ...this.line(["reference"]) };
  }

  private electrode(name: string, path: Path): string {
    try {
      return findReference(name).id;
    } catch (error) {
      if (error instanceof ThioscopeError) this.places.fail(path, error.message);
      throw error;
    }
  }

  private materials(): Record<string, OwnMaterial> {
    const own = Object.entries((this.raw.materials ?? {}) as Record<string, Raw>).map(([name, value]): [string, OwnMaterial] => {
      const path = ["materials", name];
      if (value.formula !== undefined && !isFormula(String(value.formula))) {
        this.places.fail([...path, "formula"], `"${String(value.formula)}" is not a chemical formula`);
      }
      // One name for one material: "NPS" here and "Na3PS4" in a layer must meet.
      const material = {
        ...texts(value, ["formula"]),
        ...this.optional(value, path, { density: positive("g/cm3"), capacity: SPECIFIC_CAPACITY }),
        ...this.line(path),
      };
      return [findMaterial(name)?.id ?? name, material];
    });
    return Object.fromEntries(own);
  }

  private layer(raw: Raw, path: Path): Layer {
    const composition = raw.composition === undefined ? [] : this.shares(raw.composition as Raw, [...path, "composition"]);
    const active = raw.active === undefined ? undefined : [raw.active].flat().map(String);
    const known = leavesOf(composition);
    for (const name of active ?? []) {
      if (known.some((k) => sameMaterial(k, name))) continue;
      const meant = nearest(name, known);
      const hint = meant ? `, did you mean "${meant}"?` : "";
      this.places.fail(
        [...path, "active"],
        `"${name}" is not in the composition of this layer${hint}; it holds ${known.join(", ") || "nothing"}`,
      );
    }
    const press = this.load(raw, path, "press");
    return {
      role: raw.role as LayerRole,
      ...texts(raw, ["name"]),
      composition,
      ...this.optional(raw, path, {
        mass: MASS,
        loading: LOADING,
        activeLoading: LOADING,
        thickness: LENGTH,
        porosity: { units: ["%"], least: 0, most: 99.99 },
        density: positive("g/cm3"),
        theoretical: SPECIFIC_CAPACITY,
      }),
      ...(active ? { active } : {}),
      ...(press ? { press } : {}),
      ...this.line(path),
    };
  }

  private shares(raw: Raw, path: Path): Share[] {
    const shares = Object.entries(raw).map(([name, value]): Share => {
      const here = [...path, name];
      const mixture = typeof value === "object" && value !== null && "of" in value ? (value as Raw) : null;
      const text = mixture ? mixture.share : value;
      if (!mixture) this.material(name, here);
      const of = mixture ? { of: this.shares(mixture.of as Raw, [...here, "of"]) } : {};
      return { name, ...this.share(text, mixture ? [...here, "share"] : here), ...of, ...this.line(here) };
    });
    if (shares.some((s) => s.parts) && !shares.every((s) => s.parts)) {
      this.places.fail(path, "parts and wt% cannot be mixed: write all shares in wt% or all in parts", "key");
    }
    if (shares.every((s) => s.share.quantity.value === 0)) this.places.fail(path, "all shares are zero", "key");
    return shares;
  }

  /** "33 wt%" or "2 parts"; by volume or by atoms is refused, since masses could not follow from it. */
  private share(raw: unknown, path: Path): { share: Declared; parts: boolean } {
    const text = String(typeof raw === "object" && raw !== null ? (raw as Raw).value : raw);
    if (/(vol|at)[\s.-]*%/.test(text)) this.places.fail(path, `"${text}": shares are by mass, write wt% or parts`);
    const parts = /^(.*\d.*?)\s*parts?\s*$/.exec(text);
    if (!parts) {
      const share = declared(raw, path, SHARE, this.places);
      if (!/%/.test(share.quantity.unit)) this.places.fail(path, `"${text}" has no unit: write "${text} wt%" or "${text} parts"`);
      return { share, parts: false };
    }
    const share = declared(parts[1], path, { units: ["1"], least: 0 }, this.places);
    return { share: { ...share, text }, parts: true };
  }

  /** A material of the file, of the table, or any formula. */
  private material(name: string, path: Path): void {
    const own = Object.keys((this.raw.materials ?? {}) as Raw);
    if (own.includes(name) || findMaterial(name) || isFormula(name)) return;
    const meant = nearest(name, [...own, ...MATERIAL_NAMES]);
    const hint = meant ? `, did you mean "${meant}"?` : "";
    this.places.fail(path, `"${name}" is neither a known material nor a formula${hint}; declare it under materials`, "key");
  }

  private stated(): Stated {
    const raw = (this.raw.stated ?? {}) as Raw;
    const path = ["stated"];
    const groups = (key: string, bases: Readonly<Record<string, Wanted>>): StatedOnBases[] =>
      ((raw[key] ?? []) as Raw[]).map((group, i) => {
        const here = [...path, key, i];
        return { ...texts(group, ["label"]), ...this.optional(group, here, bases), ...this.line(here) };
      });
    const windows = ((raw.windows ?? []) as Raw[]).map((w, i): StatedWindow => {
      const here = [...path, "windows", i];
      return {
        versus: this.electrode(String(w.versus), [...here, "versus"]),
        from: declared(w.from, [...here, "from"], VOLTAGE, this.places),
        to: declared(w.to, [...here, "to"], VOLTAGE, this.places),
        ...this.line(here),
      };
    });
    return {
      ...this.optional(raw, path, {
        activeMass: MASS,
        activeLoading: LOADING,
        cathodeLoading: LOADING,
        separatorLoading: LOADING,
        arealCapacity: positive("mAh/cm2"),
        nToP: positive("1"),
      }),
      ...(raw.currents ? { currents: groups("currents", CURRENT_BASES) } : {}),
      ...(raw.capacities ? { capacities: groups("capacities", CAPACITY_BASES) } : {}),
      ...(raw.windows ? { windows } : {}),
    };
  }
}

/** t and kg on a press are the weight of that mass: 1 kgf = 9.80665 N. */
function weight(force: Declared): Declared {
  const unit = { t: "tf", kg: "kgf" }[force.quantity.unit];
  return unit ? { ...force, quantity: { ...force.quantity, unit } } : force;
}

function texts<K extends string>(raw: Raw, keys: readonly K[]): { [P in K]?: string } {
  const found: { [P in K]?: string } = {};
  for (const key of keys) if (raw[key] !== undefined) found[key] = String(raw[key]);
  return found;
}

const leavesOf = (shares: readonly Share[]): string[] => shares.flatMap((s) => (s.of ? leavesOf(s.of) : [s.name]));

const sameMaterial = (a: string, b: string): boolean => a === b || (findMaterial(a) !== undefined && findMaterial(a) === findMaterial(b));

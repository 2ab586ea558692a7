/**
 * The cell description as linked data: JSON-LD in the terms of the battery domain ontology BattINFO on EMMO (S. Clark et al., Adv. Energy Mater. 12,
 * 2102702 (2022)), whose context turns each term into its identifier.
 *
 * Numbers are in SI units, named by their identifiers, for the context knows few derived units. A number that does not follow from the cell file is left
 * out; errors are one standard deviation. A layer's materials have the names of the cell file and their mass fractions.
 */
import { type Answer, convert, isComputable } from "@thioscope/core";
import {
  type Cell,
  cellArea,
  type Declared,
  dieDiameter,
  dieLoad,
  type Layer,
  layerLoading,
  layerMass,
  layerThickness,
  materialFraction,
  theoreticalArealCapacity,
  theoreticalCapacity,
} from "@thioscope/core/cell";

const CONTEXT = "https://w3id.org/emmo/domain/battery/context";
const EMMO = "https://w3id.org/emmo#";

/** SI unit of each property and its identifier; `unit` as the cell's book-keeping converts to. */
const PROPERTIES = {
  Thickness: { unit: "m", id: "Metre" },
  Diameter: { unit: "m", id: "Metre" },
  Area: { unit: "m2", id: "SquareMetre" },
  Mass: { unit: "kg", id: "Kilogram" },
  MassLoading: { unit: "kg/m2", id: "KilogramPerSquareMetre" },
  MassFraction: { unit: "1", id: "UnitOne" },
  TheoreticalCapacity: { unit: "Ah", id: "AmpereHour" },
  AreicCapacity: { unit: "Ah/m2", id: "AmpereHourPerSquareMetre" },
  ThermodynamicTemperature: { unit: "K", id: "Kelvin" },
  Pressure: { unit: "Pa", id: "Pascal" },
} as const;
type PropertyType = keyof typeof PROPERTIES;

type Node = Record<string, unknown>;

/** JSON-LD of a cell. */
export function batteryJsonLd(cell: Cell): Node {
  const of = (role: Layer["role"]): number[] => cell.layers.flatMap((layer, i) => (layer.role === role ? [i] : []));
  const electrode = (role: "anode" | "cathode", key: string): Node => {
    const [index] = of(role);
    return index === undefined ? {} : { [key]: layerNode(cell, index, "Electrode") };
  };
  const between = cell.layers.flatMap(({ role }, i) => (role === "separator" || role === "interlayer" ? [i] : []));
  const properties = [
    property("Diameter", dieDiameter(cell).answer),
    property("Area", cellArea(cell).answer),
    property("ThermodynamicTemperature", declared(cell.temperature)),
    property("Pressure", dieLoad(cell, "stack").answer, "stack pressure"),
    property("Pressure", dieLoad(cell, "press").answer, "pressing pressure"),
    property("TheoreticalCapacity", theoreticalCapacity(cell).answer),
    property("AreicCapacity", theoreticalArealCapacity(cell).answer, "theoretical, per area"),
  ].filter((node) => node !== null);
  return {
    "@context": CONTEXT,
    "@type": "BatteryCell",
    "schema:name": cell.name,
    ...(cell.notes === undefined ? {} : { "schema:description": cell.notes }),
    ...electrode("cathode", "hasPositiveElectrode"),
    ...electrode("anode", "hasNegativeElectrode"),
    ...(between.length === 0 ? {} : { hasElectrolyte: between.map((index) => layerNode(cell, index, "SolidElectrolyte")) }),
    ...(properties.length === 0 ? {} : { hasProperty: properties }),
  };
}

function layerNode(cell: Cell, index: number, type: string): Node {
  const layer = cell.layers[index]!;
  const properties = [
    property("Mass", layerMass(cell, index).answer),
    property("MassLoading", layerLoading(cell, index).answer),
    property("Thickness", layerThickness(cell, index).answer),
  ].filter((node) => node !== null);
  const material = (name: string): Node => {
    const fraction = property("MassFraction", materialFraction(cell, index, name).answer);
    return { "@type": "Material", "schema:name": name, ...(fraction === null ? {} : { hasProperty: [fraction] }) };
  };
  const active = new Set(layer.active ?? []);
  const names = [...new Set(layer.composition.flatMap(namesIn))];
  const plain = names.filter((name) => !active.has(name)).map(material);
  return {
    "@type": type,
    "schema:name": layer.name ?? layer.role,
    ...(active.size === 0 ? {} : { hasActiveMaterial: names.filter((name) => active.has(name)).map(material) }),
    ...(plain.length === 0 ? {} : { hasConstituent: plain }),
    ...(properties.length === 0 ? {} : { hasProperty: properties }),
  };
}

function namesIn({ name, of }: Layer["composition"][number]): string[] {
  return of ? of.flatMap(namesIn) : [name];
}

const declared = (said: Declared | undefined): Answer => said?.quantity ?? { notComputable: "not stated" };

function property(type: PropertyType, answer: Answer, name?: string): Node | null {
  if (!isComputable(answer)) return null;
  const { unit, id } = PROPERTIES[type];
  const value = convert(answer.value, answer.unit, unit);
  // an error is a difference: scales that begin elsewhere (°C) have the same
  const sigma = answer.sigma === null ? null : Math.abs(convert(answer.value + answer.sigma, answer.unit, unit) - value);
  // units are turned in float64: what lies beyond its digits is no number of the file
  const number = (x: number): Node => ({ "@type": "RealData", hasNumberValue: Number(x.toPrecision(12)) });
  return {
    "@type": type,
    ...(name === undefined ? {} : { "schema:name": name }),
    hasNumericalPart: number(value),
    hasMeasurementUnit: `${EMMO}${id}`,
    ...(sigma === null || !(sigma > 0)
      ? {}
      : { hasMetrologicalUncertainty: { "@type": "MetrologicalUncertainty", hasNumericalPart: number(sigma) } }),
  };
}

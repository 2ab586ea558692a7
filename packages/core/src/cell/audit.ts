/**
 * Do the numbers of one cell file agree? Every declared redundancy is computed from the others and compared.
 *
 * A printed number stands for ± half a unit of its last digit, a range for its ends, an error for ± 2 σ; two
 * statements agree where these intervals meet. Where they meet only if the print was cut instead of rounded
 * (a whole unit of its last digit), or if the shares of the cathode ("33 wt%") are rounded too, the notice
 * says `agrees-by-rounding`; where they do not and an assumed constant is involved, `inconsistent-if`, naming
 * it; else `inconsistent`.
 */
import type { Notice } from "../errors.ts";
import { nearest } from "../suggest.ts";
import { formatQuantity, isComputable, quantity } from "../units/quantity.ts";
import { conversionFactor, convert } from "../units/units.ts";
import { alloyComposition, anodeInventory, nToP, startsDischarged } from "./anode.ts";
import { auditWindows } from "./auditWindows.ts";
import { Book, type Booked, book, layerName } from "./book.ts";
import {
  activeLoading,
  activeMass,
  express,
  layerLoading,
  relativeDensity,
  theoreticalArealCapacity,
  theoreticalCapacity,
  theoreticalSpecificCapacity,
} from "./bookkeeping.ts";
import { type Interval, intervalOf, roundingHalfWidth, withRoundedShares } from "./interval.ts";
import { MATERIAL_NAMES } from "./materials.ts";
import type { Cell, Declared, Layer, Share, StatedOnBases } from "./model.ts";
import { findReference, plateauCharge } from "./potential.ts";

/** Everything that does not add up, in the order of the file. */
export function auditCell(cell: Cell): Notice[] {
  return [
    ...auditOrder(cell),
    ...cell.layers.flatMap((layer, index) => [
      ...auditComposition(layer),
      ...auditMaterials(cell, layer),
      ...auditLayer(cell, layer, index),
    ]),
    ...auditTheoretical(cell),
    ...auditAnode(cell),
    ...auditReference(cell),
    ...auditStated(cell),
  ];
}

const notice = (code: string, message: string, line: number | undefined): Notice => ({
  code,
  message: line === undefined ? message : `line ${line}: ${message}`,
});

function auditOrder(cell: Cell): Notice[] {
  const first = cell.layers.findIndex((l) => l.role === "cathode");
  const late = cell.layers.findIndex((l, i) => l.role === "anode" && first >= 0 && i > first);
  if (late < 0) return [];
  return [
    notice("layer-order", "layers are listed from the anode to the cathode; here an anode follows the cathode", cell.layers[late]!.line),
  ];
}

function auditComposition(layer: Layer): Notice[] {
  const check = (shares: readonly Share[], name: string, line: number | undefined): Notice[] => {
    const inner = shares.flatMap((s) => (s.of ? check(s.of, s.name, s.line) : []));
    if (shares.length === 0 || shares.some((s) => s.parts)) return inner;
    let sum = 0;
    let slack = 1e-9;
    for (const { share } of shares) {
      sum += share.quantity.value * conversionFactor(share.quantity.unit, "1");
      const width = share.quantity.sigma === null ? roundingHalfWidth(share.text) : 2 * share.quantity.sigma;
      slack += width * conversionFactor(share.quantity.unit, "1");
    }
    // Whole percentages may miss 100 by their rounding (33 + 33 + 33); a larger gap is a mistake.
    if (Math.abs(sum - 1) <= slack) return inner;
    return [...inner, notice("composition-sum", `the shares of ${name} add up to ${percent(sum)}, not to 100 %`, line)];
  };
  return check(layer.composition, `the ${layerName(layer)}`, layer.line);
}

const percent = (fraction: number): string => formatQuantity(quantity(fraction * 100, "%"));

function auditMaterials(cell: Cell, layer: Layer): Notice[] {
  const b = new Book(cell);
  const leaves = (shares: readonly Share[]): Share[] => shares.flatMap((s) => (s.of ? leaves(s.of) : [s]));
  return leaves(layer.composition).flatMap((share) => {
    const { table, own } = b.material(share.name);
    if (table || own) return [];
    const meant = nearest(share.name, MATERIAL_NAMES);
    const hint = meant ? ` (did you mean ${meant}?)` : "";
    return [notice("material-unknown", `${share.name} is not in the table of materials${hint}: only its molar mass is known`, share.line)];
  });
}

function auditLayer(cell: Cell, layer: Layer, index: number): Notice[] {
  const found: Notice[] = [];
  const name = layerName(layer);
  if (layer.mass && layer.loading) {
    found.push(...compare(cell, `loading of the ${name}`, layer.loading, "mg/cm2", (c) => layerLoading(c, index), layer.line));
  }
  if (layer.activeLoading && (layer.mass || layer.loading)) {
    found.push(...compare(cell, "loading of the active material", layer.activeLoading, "mg/cm2", activeLoading, layer.line));
  }
  if (layer.thickness && (layer.mass || layer.loading || layer.activeLoading)) {
    const { answer } = relativeDensity(cell, index);
    const spread = intervalOf(cell, (c) => relativeDensity(c, index));
    if ("low" in spread && isComputable(answer) && spread.low - 2 * spread.sigma > 100) {
      found.push(
        notice(
          "relative-density",
          `the ${name} would be ${formatQuantity(answer)} dense: its mass does not fit into ${layer.thickness.text}`,
          layer.line,
        ),
      );
    } else if (layer.porosity) {
      found.push(...compare(cell, `porosity of the ${name}`, layer.porosity, "%", (c) => porosity(c, index), layer.line));
    }
  }
  return found;
}

function porosity(cell: Cell, index: number): Booked {
  return book(cell, "1", "%", "1 − loading / (thickness × density)", (b) => {
    const dense = b.denseThickness(index);
    const real = b.thickness(index);
    return { value: 1 - dense.value / real.value, parts: new Map() };
  });
}

function auditTheoretical(cell: Cell): Notice[] {
  const index = cell.layers.findIndex((l) => l.role === "cathode" && l.theoretical);
  const layer = cell.layers[index];
  if (!layer?.theoretical) return [];
  const { theoretical, ...rest } = layer;
  const computed = theoreticalSpecificCapacity({ ...cell, layers: cell.layers.with(index, rest) }).answer;
  if (!isComputable(computed)) return [];
  const stated = convert(theoretical.quantity.value, theoretical.quantity.unit, computed.unit);
  if (Math.abs(stated - computed.value) <= roundingHalfWidth(theoretical.text)) return [];
  const message = `theoretical capacity ${theoretical.text} is declared and used; n F / M is ${formatQuantity(computed)}`;
  return [notice("theoretical-declared", message, theoretical.line ?? layer.line)];
}

function auditAnode(cell: Cell): Notice[] {
  const anode = cell.layers.find((l) => l.role === "anode");
  const inventory = anodeInventory(cell);
  const capacity = theoreticalCapacity(cell).answer;
  if (!anode || !isComputable(inventory.answer) || !isComputable(capacity) || startsDischarged(cell)) return [];
  const used = [...inventory.assumptions, ...inventory.constants];
  const given = used.length > 0 ? ` (${used.join("; ")})` : "";
  if (inventory.answer.value < capacity.value) {
    const message = `the anode holds ${formatQuantity(inventory.answer)}, less than the cathode's theoretical ${formatQuantity(capacity)}${given}`;
    return [notice("anode-small", message, anode.line)];
  }
  const plateau = plateauCharge(cell);
  if (!isComputable(plateau) || plateau.value >= capacity.value) return [];
  const message = `the anode leaves its plateau after ${formatQuantity(plateau)}, before the cathode's theoretical ${formatQuantity(capacity)}: the reference potential holds only until then${given}`;
  return [notice("anode-leaves-plateau", message, anode.line)];
}

function auditReference(cell: Cell): Notice[] {
  if (!cell.reference) return [];
  const { range, title, ion } = findReference(cell.reference.electrode);
  if (!range || !cell.layers.some((l) => l.role === "anode")) return [];
  const x = alloyComposition(cell).answer;
  const { line } = cell.reference;
  if (!isComputable(x))
    return [notice("reference-unchecked", `the anode's composition cannot be checked against ${title}: ${x.notComputable}`, line)];
  const slack = 1e-3 * range.high;
  if (x.value >= range.low - slack && x.value <= range.high + slack) return [];
  const message = `the reference ${title} holds for x = ${range.low} to ${range.high} ${ion} per ${range.host}; the anode as made is at x = ${formatQuantity(x)}`;
  return [notice("reference-range", message, line)];
}

function auditStated(cell: Cell): Notice[] {
  const s = cell.stated;
  const separator = cell.layers.findIndex((l) => l.role === "separator");
  const cathode = cell.layers.findIndex((l) => l.role === "cathode");
  const single = (label: string, declared: Declared | undefined, unit: string, of: (c: Cell) => Booked): Notice[] =>
    declared ? compare(cell, label, declared, unit, of, declared.line) : [];
  return [
    ...single("mass of the active material", s.activeMass, "mg", activeMass),
    ...single("loading of the active material", s.activeLoading, "mg/cm2", activeLoading),
    ...single("loading of the cathode", s.cathodeLoading, "mg/cm2", (c) => layerLoading(c, cathode)),
    ...single("loading of the separator", s.separatorLoading, "mg/cm2", (c) => layerLoading(c, separator)),
    ...single("theoretical areal capacity", s.arealCapacity, "mAh/cm2", theoreticalArealCapacity),
    ...single("N/P", s.nToP, "1", nToP),
    ...(s.currents ?? []).flatMap((group) => auditBases(cell, group, "current")),
    ...(s.capacities ?? []).flatMap((group) => auditBases(cell, group, "capacity")),
    ...auditWindows(s.windows ?? []),
  ];
}

/** The first statement of the group, expressed in the basis of each other one, must meet it. */
function auditBases(cell: Cell, group: StatedOnBases, what: string): Notice[] {
  const [first, ...others] = [group.absolute, group.specific, group.areal, group.rate].filter((d) => d !== undefined);
  if (!first) return [];
  const name = group.label ?? what;
  return others.flatMap((other) => {
    const unit = other.quantity.unit;
    const of = (from: Declared, to: string) => (c: Cell) => express(c, { ...from.quantity, sigma: halfWidth(from) / 2 }, to);
    const found = compare(cell, `${name}: ${first.text}, with this cell,`, other, unit, of(first, unit), other.line ?? group.line);
    const back = intervalOf(cell, of(other, first.quantity.unit));
    if (found.length === 0 || !("low" in back)) return found;
    return found.map((n) =>
      n.code.startsWith("inconsistent") ? { ...n, message: `${n.message}; ${other.text} would be ${span(back)}` } : n,
    );
  });
}

/** Half the width of what a written number stands for, in its own unit. */
function halfWidth(d: Declared): number {
  if (d.range) return (d.range[1] - d.range[0]) / 2;
  return d.quantity.sigma === null ? roundingHalfWidth(d.text) : 2 * d.quantity.sigma;
}

function compare(
  cell: Cell,
  label: string,
  stated: Declared,
  unit: string,
  of: (cell: Cell) => Booked,
  line: number | undefined,
): Notice[] {
  const center = convert(stated.quantity.value, stated.quantity.unit, unit);
  const half = halfWidth(stated) * conversionFactor(stated.quantity.unit, unit);
  const computed = of(cell);
  const plain = intervalOf(cell, of);
  if (!("low" in plain)) return [notice("not-checked", `${label} ${stated.text} cannot be checked: ${plain.notComputable}`, line)];
  const margin = 2 * plain.sigma * conversionFactor(plain.unit, unit);
  const meets = (i: Interval, width: number): boolean => {
    const low = convert(i.low, i.unit, unit) - margin;
    const high = convert(i.high, i.unit, unit) + margin;
    return low <= center + width * (1 + 1e-9) && high >= center - width * (1 + 1e-9);
  };
  if (meets(plain, half)) return [];
  const shown = label.endsWith(",")
    ? `${label} is ${span(plain)}; stated is ${stated.text}`
    : `${label} follows as ${span(plain)}; stated is ${stated.text}`;
  const agrees = (why: string): Notice[] => [notice("agrees-by-rounding", `${shown}: ${why}`, line)];
  const printed = !stated.range && stated.quantity.sigma === null;
  if (printed && meets(plain, 2 * half)) return agrees("within one unit of the last digit");
  const rounded = intervalOf(withRoundedShares(cell), of);
  if ("low" in rounded && meets(rounded, half)) return agrees("within the rounding of the cathode's composition");
  if (computed.assumptions.length > 0) return [notice("inconsistent-if", `${shown}, if ${computed.assumptions.join("; ")}`, line)];
  return [notice("inconsistent", shown, line)];
}

function span(i: Interval): string {
  const digits = (v: number): string => Number(v.toPrecision(4)).toString();
  return i.high - i.low <= 1e-6 * Math.abs(i.high) ? `${digits(i.low)} ${i.unit}` : `${digits(i.low)}–${digits(i.high)} ${i.unit}`;
}

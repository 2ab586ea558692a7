/** The cell as the page and the report show it: the book-keeping in reading order, and the bases for capacities. */
import type { CapacityBasis, CellCard } from "../story/model.ts";
import { sigmaOf } from "../units/measured.ts";
import { type Answer, isComputable, quantity } from "../units/quantity.ts";
import { convert } from "../units/units.ts";
import { alloyComposition, anodeArealInventory, anodeInventory, nToP } from "./anode.ts";
import { auditCell } from "./audit.ts";
import { type Booked, layerName } from "./book.ts";
import {
  activeFraction,
  activeLoading,
  activeMass,
  cellArea,
  denseThickness,
  dieLoad,
  express,
  layerLoading,
  layerMass,
  layerPress,
  layerThickness,
  layerVolume,
  relativeDensity,
  theoreticalArealCapacity,
  theoreticalCapacity,
  theoreticalSpecificCapacity,
} from "./bookkeeping.ts";
import { specificEnergy } from "./energy.ts";
import type { Cell, Layer, Share } from "./model.ts";
import { findReference, plateauCharge } from "./potential.ts";

type Line = CellCard["lines"][number];

/** Everything the cell file tells, and for what it does not tell the reason. */
export function cellCard(cell: Cell): CellCard {
  return {
    name: cell.name,
    layers: cell.layers.map((layer, i) => layerOf(cell, layer, i)),
    lines: linesOf(cell),
    notices: auditCell(cell),
  };
}

function layerOf(cell: Cell, layer: Layer, index: number): CellCard["layers"][number] {
  const label = layer.name ?? shareNames(layer.composition);
  const loading = layerLoading(cell, index).answer;
  const thickness = layerThickness(cell, index).answer;
  if (isComputable(thickness)) return { role: layer.role, label, thickness, loading };
  // Without a porosity the drawing takes the least thickness that the mass allows, and says so.
  const dense = denseThickness(cell, index).answer;
  if (!isComputable(dense)) return { role: layer.role, label, thickness, loading };
  return { role: layer.role, label, thickness: dense, loading, thicknessNote: "without pores: at least this" };
}

/** "S + C + Na3PS4" */
function shareNames(shares: readonly Share[]): string {
  return shares.map((s) => s.name).join(" + ");
}

function linesOf(cell: Cell): Line[] {
  const lines: Line[] = [];
  const add = (label: string, booked: Booked): void => {
    const { answer, how, constants, assumptions } = booked;
    const details = [...assumptions, ...constants];
    lines.push({ label, answer, how: details.length > 0 ? `${how}; ${details.join("; ")}` : how, assumed: assumptions.length > 0 });
  };
  const plain = (label: string, answer: Answer, how: string, assumed = false): void => void lines.push({ label, answer, how, assumed });

  add("area", cellArea(cell));
  if (cell.temperature) plain("temperature", cell.temperature.quantity, "as declared", cell.temperature.assumed !== undefined);
  if (cell.press) add("pressing pressure", dieLoad(cell, "press"));
  for (const [index, layer] of cell.layers.entries()) {
    if (layer.press) add(`${layerName(layer)} pressing pressure`, layerPress(cell, index));
  }
  if (cell.stack) add("stack pressure", dieLoad(cell, "stack"));

  const cathode = cell.layers.findIndex((l) => l.role === "cathode");
  const active = cell.layers[cathode]?.active?.join(" + ") || "active material";
  add("cathode", layerMass(cell, cathode));
  add("cathode loading", layerLoading(cell, cathode));
  add(`${active} in the cathode`, activeFraction(cell));
  add(active, activeMass(cell));
  add(`${active} loading`, activeLoading(cell));
  add("theoretical capacity", theoreticalSpecificCapacity(cell));
  add("capacity", theoreticalCapacity(cell));
  add("areal capacity", theoreticalArealCapacity(cell));
  const oneC = quantity(1, "1/h");
  add("1 C", { ...express(cell, oneC, "mA"), how: "capacity / 1 h" });
  add("1 C, specific", { ...express(cell, oneC, "mA/g"), how: "theoretical capacity / 1 h" });
  add("1 C, areal", { ...express(cell, oneC, "mA/cm2"), how: "areal capacity / 1 h" });
  add("cathode thickness", thicknessLine(cell, cathode));
  for (const [index, layer] of cell.layers.entries()) {
    if (layer.role !== "separator" && layer.role !== "interlayer") continue;
    add(`${layerName(layer)} loading`, layerLoading(cell, index));
    add(`${layerName(layer)} thickness`, thicknessLine(cell, index));
    add(`${layerName(layer)} relative density`, relativeDensity(cell, index));
  }
  if (cell.layers.some((l) => l.role === "anode")) {
    add("anode inventory", anodeInventory(cell));
    add("areal anode inventory", anodeArealInventory(cell));
    add("N/P", nToP(cell));
  }
  if (cell.reference) {
    const r = findReference(cell.reference.electrode);
    const hold = r.range ? ` while x = ${r.range.low} to ${r.range.high} ${r.ion} per ${r.range.host} (${r.range.phases})` : "";
    plain(`reference ${r.title} vs ${r.ion}/${r.ion}+`, quantity(r.volt, "V", r.sigma || null), `${r.source}${hold}`, r.range !== null);
    if (r.range) {
      add(`${r.ion} per ${r.range.host} in the anode`, alloyComposition(cell));
      plain("charge until the anode leaves its plateau", plateauCharge(cell), `F (n(${r.ion}) − ${r.range.low} n(${r.range.host}))`);
    }
  }
  if (cell.meanVoltage) {
    add("specific energy of the couple", specificEnergy(cell, cell.meanVoltage.quantity, "couple"));
    add("specific energy of all layers", specificEnergy(cell, cell.meanVoltage.quantity, "layers"));
  }
  return lines;
}

/** The thickness where it can be computed; else the least it can be, marked as resting on an assumption. */
function thicknessLine(cell: Cell, index: number): Booked {
  const real = layerThickness(cell, index);
  const dense = denseThickness(cell, index);
  if (isComputable(real.answer) || !isComputable(dense.answer)) return real;
  return { ...dense, assumptions: [`no pores: ${real.answer.notComputable}`, ...dense.assumptions] };
}

/** Bases in which this cell's capacities can be shown; "mAh" always, the others where they can be computed. */
export function capacityBases(cell: Cell): CapacityBasis[] {
  const active = cell.layers.find((l) => l.role === "cathode")?.active?.join(" + ");
  const bases: CapacityBasis[] = [];
  const add = (unit: string, label: string, per: Booked, si: string): void => {
    const m = per.measured;
    if (!m || !(m.value > 0)) return;
    bases.push({ unit, label, factor: 1 / convert(m.value, si, unit.slice("mAh/".length)), relativeSigma: sigmaOf(m) / m.value });
  };
  add("mAh/g", `per g ${active ?? "active material"}`, activeMass(cell), "kg");
  add("mAh/cm2", "per cm²", cellArea(cell), "m2");
  const cathode = cell.layers.findIndex((l) => l.role === "cathode");
  const composite = layerMass(cell, cathode);
  bases.push({ unit: "mAh", label: "of the cell", factor: 1, relativeSigma: 0 });
  add("mAh/g", "per g cathode composite", composite, "kg");
  add("mAh/cm3", "per cm³ cathode", layerVolume(cell, cathode), "m3");
  const capacity = theoreticalCapacity(cell).measured;
  if (capacity && capacity.value > 0) {
    const factor = 1 / convert(capacity.value, "C", "mAh");
    bases.push({ unit: "Q/Q0", label: "of the theoretical capacity", factor, relativeSigma: sigmaOf(capacity) / capacity.value });
  }
  return bases;
}

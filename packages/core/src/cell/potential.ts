/**
 * Potentials on one scale or another: E(vs B) = E(vs A) + E_A − E_B, with E_A and E_B the potentials of the
 * two reference electrodes on one common scale. A change of scale is a shift: it keeps differences.
 *
 * An alloy has one potential only while two of its phases coexist, so each entry holds inside a composition
 * range x = ions per host atom and nowhere else. Li and Na scales have no common zero without an assumption
 * about single ions; the usual one is the standard potentials in water, and it must be asked for by name.
 */

import { ThioscopeError } from "../errors.ts";
import { nearest } from "../suggest.ts";
import { add, fromQuantity, type Measured, measured, subtract, toQuantity } from "../units/measured.ts";
import { type Answer, formatQuantity, isComputable, type Quantity } from "../units/quantity.ts";
import { alloyComposition, chargeToComposition, type Ion } from "./anode.ts";
import type { Cell } from "./model.ts";

export interface ReferenceElectrode {
  id: string;
  title: string;
  aliases: readonly string[];
  ion: Ion;
  /** V against the metal of `ion`, with standard error */
  volt: number;
  sigma: number;
  /** ions per host atom between which the two phases coexist; null for a metal */
  range: { host: string; low: number; high: number; phases: string } | null;
  source: string;
}

const YAMAMOTO = "equilibrium potentials at 363 K, J. Power Sources 237, 98 (2013)";

export const REFERENCE_ELECTRODES: readonly ReferenceElectrode[] = [
  {
    id: "Li",
    title: "Li/Li+",
    aliases: ["Li/Li+", "Li+/Li", "lithium"],
    ion: "Li",
    volt: 0,
    sigma: 0,
    range: null,
    source: "zero of the scale",
  },
  {
    id: "Na",
    title: "Na/Na+",
    aliases: ["Na/Na+", "Na+/Na", "sodium"],
    ion: "Na",
    volt: 0,
    sigma: 0,
    range: null,
    source: "zero of the scale",
  },
  {
    id: "LiIn",
    title: "Li-In",
    aliases: ["Li-In", "Li–In", "InLi", "In-Li", "In/InLi", "InLi/In", "Li-In/Li+"],
    ion: "Li",
    volt: 0.62,
    sigma: 0.005,
    // The upper end stays clear of the homogeneity range of InLi, the lower of the solubility of Li in In.
    range: { host: "In", low: 0.02, high: 0.8, phases: "In + InLi" },
    source: "Takada et al., Solid State Ionics 86-88, 877 (1996); Santhosha et al., Batteries & Supercaps 2, 524 (2019)",
  },
  {
    id: "Na15Sn4",
    title: "Na15Sn4",
    aliases: ["Na-Sn", "Na–Sn", "NaSn alloy", "Na3.75Sn", "Na15Sn4/Na9Sn4"],
    ion: "Na",
    volt: 0.08,
    sigma: 0.005,
    range: { host: "Sn", low: 2.25, high: 3.75, phases: "Na9Sn4 + Na15Sn4" },
    source: YAMAMOTO,
  },
  {
    id: "Na9Sn4",
    title: "Na9Sn4",
    aliases: ["Na9Sn4/NaSn"],
    ion: "Na",
    volt: 0.16,
    sigma: 0.005,
    range: { host: "Sn", low: 1, high: 2.25, phases: "NaSn + Na9Sn4" },
    source: YAMAMOTO,
  },
  {
    id: "NaSn",
    title: "NaSn",
    aliases: ["NaSn/NaSn2"],
    ion: "Na",
    volt: 0.46,
    sigma: 0.01,
    range: { host: "Sn", low: 0.5, high: 1, phases: "NaSn2 + NaSn" },
    source: `${YAMAMOTO}; no distinct plateau`,
  },
  {
    id: "NaSn2",
    title: "NaSn2",
    aliases: ["NaSn2/Sn"],
    ion: "Na",
    volt: 0.53,
    sigma: 0.01,
    range: { host: "Sn", low: 0, high: 0.5, phases: "Sn + NaSn2" },
    source: `${YAMAMOTO}; no distinct plateau`,
  },
];

/** E°(Na+/Na) − E°(Li+/Li) in water, V: −2.71 − (−3.0401) (CRC Handbook, 97th ed., section 5). */
const AQUEOUS_BRIDGE = { volt: 0.33, sigma: 0.005 };

/** Names that {@link findReference} knows. */
export const REFERENCE_NAMES: readonly string[] = REFERENCE_ELECTRODES.flatMap((r) => [r.id, ...r.aliases]);

const plain = (name: string): string =>
  name
    .trim()
    .replace(/[₀-₉]/g, (c) => String(c.charCodeAt(0) - 0x2080))
    .replace("⁺", "+");

/** The reference electrode of that name. Throws INVALID_INPUT with a suggestion. */
export function findReference(name: string): ReferenceElectrode {
  const wanted = plain(name).toLowerCase();
  const found = REFERENCE_ELECTRODES.find((r) => [r.id, ...r.aliases].some((n) => n.toLowerCase() === wanted));
  if (found) return found;
  const meant = nearest(name, REFERENCE_NAMES);
  const allowed = REFERENCE_ELECTRODES.map((r) => r.id).join(", ");
  throw new ThioscopeError(
    "INVALID_INPUT",
    `"${name}" is not a known reference electrode${meant ? `, did you mean "${meant}"?` : ""}; known are ${allowed}`,
  );
}

export interface ConvertOptions {
  /** ions per host atom of the alloy on the `from` side, where known */
  fromComposition?: number;
  /** the same on the `to` side */
  toComposition?: number;
  /** how a Li scale and a Na scale are joined; without it such a conversion is refused */
  bridge?: "aqueous";
}

export interface Converted {
  answer: Answer;
  how: string;
  assumptions: readonly string[];
}

/**
 * `potential` (V) against reference `from`, as it reads against reference `to`. Throws INVALID_INPUT for a
 * reference that is not known.
 */
export function convertPotential(potential: Quantity, from: string, to: string, options: ConvertOptions = {}): Converted {
  const a = findReference(from);
  const b = findReference(to);
  const assumptions: string[] = [];
  const how = `E(vs ${b.title}) = E(vs ${a.title}) + E(${a.title}) − E(${b.title})`;
  const refuse = (reason: string): Converted => ({ answer: { notComputable: reason }, how, assumptions });

  const outside = outsideRange(a, options.fromComposition) ?? outsideRange(b, options.toComposition);
  if (outside) return refuse(outside);
  if (a.id === b.id) return { answer: toQuantity(fromQuantity(potential, "V", "potential"), "V"), how: "the same scale", assumptions };
  for (const [electrode, x] of [
    [a, options.fromComposition],
    [b, options.toComposition],
  ] as const) {
    if (!electrode.range) continue;
    const at = x === undefined ? "its composition was not checked" : `x = ${formatQuantity({ value: x, sigma: null, unit: "" })}`;
    assumptions.push(
      `${electrode.title} at ${electrode.volt} V vs ${electrode.ion}: ${electrode.range.phases}, x = ${electrode.range.low} to ${electrode.range.high} ${electrode.ion} per ${electrode.range.host}; ${at} (${electrode.source})`,
    );
  }
  let shift: Measured = measured(0);
  if (a.ion !== b.ion) {
    if (options.bridge !== "aqueous") {
      return refuse(
        `a ${a.ion} scale and a ${b.ion} scale have no common zero in a solid cell; with \`bridge: "aqueous"\` the standard potentials in water are assumed (Na/Na+ ${AQUEOUS_BRIDGE.volt} V above Li/Li+)`,
      );
    }
    assumptions.push(`Na/Na+ ${AQUEOUS_BRIDGE.volt} V above Li/Li+: standard potentials in water, not of these electrolytes`);
    const bridge = measured(AQUEOUS_BRIDGE.volt, AQUEOUS_BRIDGE.sigma, "Na/Na+ − Li/Li+");
    shift = a.ion === "Na" ? bridge : subtract(measured(0), bridge);
  }
  const own = add(fromQuantity(potential, "V", "potential"), offset(a));
  return { answer: toQuantity(subtract(add(own, shift), offset(b)), "V"), how, assumptions };
}

const offset = (r: ReferenceElectrode): Measured => measured(r.volt, r.sigma, `E(${r.id})`);

/** Why the electrode's potential does not hold at composition `x`; null where it holds or nothing is known. */
function outsideRange(r: ReferenceElectrode, x: number | undefined): string | null {
  if (x === undefined || !r.range) return null;
  // A fresh alloy sits exactly on the end of its range, up to the rounding of atomic weights and weighings.
  const slack = 1e-3 * r.range.high;
  if (x >= r.range.low - slack && x <= r.range.high + slack) return null;
  return `${r.title} has ${r.volt} V vs ${r.ion} only with x = ${r.range.low} to ${r.range.high} ${r.ion} per ${r.range.host} (${r.range.phases}); the electrode is at x = ${formatQuantity({ value: x, sigma: null, unit: "" })}`;
}

/**
 * The cell's potential against scale `to`, after the charge `passed` has left the anode: the anode's
 * composition is followed, and a potential is refused once it leaves the plateau of the declared reference.
 * In a two-electrode cell the anode's overpotential is part of the result.
 */
export function cellPotential(cell: Cell, potential: Quantity, to: string, passed?: Quantity, bridge?: "aqueous"): Converted {
  if (!cell.reference) return { answer: { notComputable: "the reference electrode is missing" }, how: "", assumptions: [] };
  const reference = findReference(cell.reference.electrode);
  const options: ConvertOptions = bridge ? { bridge } : {};
  const anode = alloyComposition(cell, passed).answer;
  if (reference.range && isComputable(anode)) options.fromComposition = anode.value;
  const converted = convertPotential(potential, reference.id, to, options);
  const counter = `the anode is the reference: its overpotential is contained`;
  return { ...converted, assumptions: [...converted.assumptions, counter] };
}

/** Charge that can leave the anode before it leaves the plateau of its reference electrode, mAh. */
export function plateauCharge(cell: Cell): Answer {
  if (!cell.reference) return { notComputable: "the reference electrode is missing" };
  const { range, title } = findReference(cell.reference.electrode);
  if (!range) return { notComputable: `${title} is a metal: its potential does not depend on how much is left` };
  return chargeToComposition(cell, range.low).answer;
}

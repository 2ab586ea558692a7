/**
 * Stability windows and voltage profiles: the hull along the addition of one ion's metal M.
 *
 * At the potential V against M/Mz+ the ion's reservoir has μ = −z e V relative to the metal. Along n = X + t M the hull E(t) is convex; on a
 * piece its slope is μ, so V = −slope/z. X on the hull is stable between the slopes on its two sides: the right one is the potential below
 * which it is reduced (takes up M), the left one that above which it is oxidised (gives M). (Zhu, He & Mo, ACS Appl. Mater. Interfaces 7,
 * 23685 (2015); Ong et al., Chem. Mater. 20, 1798 (2008).) Kinetics are not in it: windows in a cell are wider.
 *
 * Equilibrium thermodynamics of the phases in the set. Under pressure a potential has the standard error
 * p √Σ(ν_i σ(V_i))² / n of the volumes of its reaction, the only error that is propagated.
 */

import { type Composition, parseFormula } from "../chemistry/formula.ts";
import { ThioscopeError } from "../errors.ts";
import { type Answer, type Quantity, quantity } from "../units/quantity.ts";
import { shownFormula } from "./composition.ts";
import { decompositionEnergy, equilibrium, findPhase, GIGAPASCAL_CUBIC_ANGSTROM, type PhaseDiagram } from "./diagram.ts";
import { ON_HULL } from "./hull.ts";
import { hullAlong, type PathPiece } from "./path.ts";
import { balance, type Reaction } from "./reaction.ts";

/** Charge of the ion of a metal that can carry the current. */
const CHARGES: Readonly<Record<string, number>> = { Li: 1, Na: 1, K: 1, Rb: 1, Cs: 1, Ag: 1, Mg: 2, Ca: 2, Zn: 2, Al: 3 };

/** The mobile metal of a system if only one could be: Li before Na before the others. */
export function mobileIon(elements: readonly string[]): string | undefined {
  return Object.keys(CHARGES).find((e) => elements.includes(e));
}

/** Charge of the ion of a mobile metal; throws INVALID_INPUT for another element. */
export function chargeOf(ion: string): number {
  const charge = CHARGES[ion];
  if (charge === undefined)
    throw new ThioscopeError("INVALID_INPUT", `${ion} is no mobile metal; possible are ${Object.keys(CHARGES).join(", ")}`);
  return charge;
}

/** Phases in equilibrium over a range of potential. */
export interface ProfileStep {
  /** ions taken up per formula unit of the host when the step begins and ends */
  from: Quantity;
  to: Quantity;
  /** V against the metal */
  voltage: Quantity;
  /** phases before and after */
  before: readonly string[];
  after: readonly string[];
  /** what reacts, per whole formula units; null where more than one reaction happens at this potential */
  reaction: Reaction | null;
}

interface Walk {
  amounts: Float64Array;
  direction: Float64Array;
  pieces: PathPiece[];
}

/** The hull along host + t M, from t = 0 to the metal. */
function walk(diagram: PhaseDiagram, host: Composition, ion: string): Walk {
  const { elements } = diagram;
  const at = elements.indexOf(ion);
  if (at < 0) throw new ThioscopeError("INVALID_INPUT", `${ion} is outside the system ${elements.join("–")}`);
  const amounts = new Float64Array(elements.length);
  for (const [element, n] of host) {
    const i = elements.indexOf(element);
    if (i < 0) throw new ThioscopeError("INVALID_INPUT", `${element} is outside the system ${elements.join("–")}`);
    if (element !== ion) amounts[i] = n;
  }
  if (amounts.every((n) => n === 0))
    throw new ThioscopeError("INVALID_INPUT", `${shownFormula(host)} is the metal itself: it has no window against it`);
  const direction = new Float64Array(elements.length);
  direction[at] = 1;
  const pieces = hullAlong(diagram.hull, amounts, direction, 0, Number.POSITIVE_INFINITY);
  // the last piece has the metal itself, at V = 0
  return { amounts, direction, pieces };
}

function compositionAt(diagram: PhaseDiagram, { amounts, direction }: Walk, t: number): Composition {
  return new Map(
    diagram.elements.flatMap((e, i) => (amounts[i]! + t * direction[i]! > 1e-9 ? [[e, amounts[i]! + t * direction[i]!] as const] : [])),
  );
}

function phasesAt(diagram: PhaseDiagram, path: Walk, t: number): Composition[] {
  return equilibrium(diagram, compositionAt(diagram, path, t)).map((p) => p.composition);
}

const names = (phases: readonly Composition[]): string[] => phases.map(shownFormula);

/** The one reaction of these, or null. */
function reactionOf(species: readonly Composition[]): Reaction | null {
  const seen = new Map(species.map((s) => [shownFormula(s), s]));
  try {
    return balance([...seen.values()]);
  } catch (error) {
    if (error instanceof ThioscopeError) return null;
    throw error;
  }
}

/** Standard error of a potential from the volumes of its reaction, V; null without pressure. */
function voltageError(diagram: PhaseDiagram, reaction: Reaction | null, ion: string, charge: number): number | null {
  const pressure = diagram.conditions.pressureGigapascal ?? 0;
  if (!(pressure > 0) || reaction === null) return null;
  let ions = 0;
  let variance = 0;
  for (const { formula, coefficient } of [...reaction.reactants, ...reaction.products]) {
    const composition = parseFormula(formula);
    const phase = findPhase(diagram, composition);
    const atoms = [...composition.values()].reduce((a, b) => a + b, 0);
    if (formula === ion) ions = coefficient;
    if (phase) variance += (coefficient * atoms * diagram.volumes[phase.index]!.sigma) ** 2;
  }
  return ions === 0 ? null : (pressure * GIGAPASCAL_CUBIC_ANGSTROM * Math.sqrt(variance)) / (ions * charge);
}

/** The ion beside the phases of one end of a step, so that their reaction can be balanced. */
function stepReaction(before: readonly Composition[], after: readonly Composition[], ion: string): Reaction | null {
  const gone = before.filter((b) => !names(after).includes(shownFormula(b)));
  const come = after.filter((a) => !names(before).includes(shownFormula(a)));
  const metal: Composition = new Map([[ion, 1]]);
  // what stays on both sides may still take part: try without it first
  return reactionOf([...gone, metal, ...come]) ?? reactionOf([...before, metal, ...come]);
}

/**
 * Voltages at which a host takes up the ion, from none to the metal, in equilibrium: a staircase.
 *
 * @param host formula unit; ions already in it count from zero all the same: steps begin at the host without them
 */
export function voltageProfile(diagram: PhaseDiagram, host: Composition, ion: string): ProfileStep[] {
  const charge = chargeOf(ion);
  const path = walk(diagram, host, ion);
  return path.pieces.flatMap((piece): ProfileStep[] => {
    if (piece.to === Number.POSITIVE_INFINITY) return [];
    const before = phasesAt(diagram, path, piece.from);
    const after = phasesAt(diagram, path, piece.to);
    const reaction = stepReaction(before, after, ion);
    return [
      {
        from: quantity(piece.from, "1"),
        to: quantity(piece.to, "1"),
        voltage: quantity(-piece.slope / charge, "V", voltageError(diagram, reaction, ion, charge)),
        before: names(before),
        after: names(after),
        reaction,
      },
    ];
  });
}

export interface Boundary {
  /** V against the metal; not computable where the compound holds no ion that could leave, or takes up none */
  voltage: Answer;
  reaction: Reaction | null;
  /** phases beyond the boundary */
  phases: readonly string[];
}

export interface StabilityWindow {
  formula: string;
  ion: string;
  /** [reduction, oxidation] in V against the metal; null where the compound is not on the hull */
  window: readonly [Quantity, Quantity] | null;
  energyAboveHull: Quantity;
  /** eV per atom: what it gains over the other phases (negative) or loses to them */
  decomposition: { energy: Quantity; into: readonly string[]; reaction: Reaction | null } | null;
  /** of the compound; where it is not on the hull, of the phases that form in its place at its composition */
  reduction: Boundary;
  oxidation: Boundary;
  /** potentials and phases from the oxidised end to the metal, at the compound's ratio of the other elements */
  equilibria: readonly { from: number | null; to: number; phases: readonly string[] }[];
  /** what holds, in a sentence */
  sentence: string;
}

/** Where a compound's path along the hull turns on both sides of it. */
function turnsOf(diagram: PhaseDiagram, compound: Composition, ion: string) {
  const formula = shownFormula(compound);
  const phase = findPhase(diagram, compound);
  if (!phase)
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `${diagram.set.name} has no ${(diagram.conditions.pressureGigapascal ?? 0) > 0 ? "entry with a volume" : "entry"} of ${formula}`,
    );
  const path = walk(diagram, compound, ion);
  const content = compound.get(ion) ?? 0;
  const onHull = phase.above <= ON_HULL;
  const left = path.pieces.findLast((p) => p.from < content - 1e-6);
  // where a compound above the hull falls inside a piece, its place is taken by the phases of that piece: they are oxidised at its potential
  // and, once at its end, reduced at the next one's
  const right = path.pieces.find((p) => (onHull ? p.to > content + 1e-6 : p.from > content - 1e-6))!;
  return { formula, path, content, above: onHull ? 0 : phase.above, onHull, left, right };
}

/** The numbers of a window without its reactions: what a spread over sets needs, at a tenth of the work. */
export interface WindowEdges {
  /** V against the metal; null where the compound takes up no more of it */
  reduction: number | null;
  /** V against the metal; null where the compound holds none */
  oxidation: number | null;
  /** eV per atom */
  energyAboveHull: number;
}

/** @throws ThioscopeError NOT_COMPUTABLE as {@link stabilityWindow} does */
export function windowEdges(diagram: PhaseDiagram, compound: Composition, ion: string): WindowEdges {
  const charge = chargeOf(ion);
  const { above, left, right } = turnsOf(diagram, compound, ion);
  return {
    reduction: right.to === Number.POSITIVE_INFINITY ? null : -right.slope / charge,
    oxidation: left === undefined ? null : -left.slope / charge,
    energyAboveHull: above,
  };
}

/**
 * @throws ThioscopeError NOT_COMPUTABLE where the set has no entry of this compound under the diagram's conditions
 */
export function stabilityWindow(diagram: PhaseDiagram, compound: Composition, ion: string): StabilityWindow {
  const charge = chargeOf(ion);
  const { formula, path, content, above: height, onHull, left, right } = turnsOf(diagram, compound, ion);
  const metal: Composition = new Map([[ion, 1]]);
  const boundary = (piece: PathPiece | undefined, far: number): Boundary => {
    if (piece === undefined)
      return { voltage: { notComputable: `${formula} holds no ${ion} that could leave it` }, reaction: null, phases: [] };
    if (piece.to === Number.POSITIVE_INFINITY) {
      return {
        voltage: { notComputable: `${formula} takes up no more ${ion}: it is stable against the metal` },
        reaction: null,
        phases: [formula, ion],
      };
    }
    const phases = phasesAt(diagram, path, far);
    const reaction = reactionOf([compound, metal, ...phases]);
    return { voltage: quantity(-piece.slope / charge, "V", voltageError(diagram, reaction, ion, charge)), reaction, phases: names(phases) };
  };
  const reduction = boundary(right, right.to === Number.POSITIVE_INFINITY ? content : right.to);
  const oxidation = boundary(left, left?.from ?? content);
  const lost = decompositionEnergy(diagram, compound);
  const above = quantity(height, "eV/atom");
  // stable against the metal: down to 0 V
  const low = "value" in reduction.voltage ? reduction.voltage : quantity(0, "V");
  const window = onHull && "value" in oxidation.voltage ? ([low, oxidation.voltage] as const) : null;
  return {
    formula,
    ion,
    window,
    energyAboveHull: above,
    decomposition:
      lost === null
        ? null
        : {
            energy: quantity(lost.energy, "eV/atom"),
            into: lost.into.map((p) => p.formula),
            reaction: reactionOf([compound, ...lost.into.map((p) => p.composition)]),
          },
    reduction,
    oxidation,
    equilibria: path.pieces.map((p, k) => ({
      from: k === 0 ? null : -path.pieces[k - 1]!.slope / charge,
      to: -p.slope / charge,
      phases: names(phasesAt(diagram, path, p.from)),
    })),
    sentence: sentenceOf(formula, ion, onHull, above.value, window),
  };
}

function sentenceOf(formula: string, ion: string, onHull: boolean, above: number, window: readonly [Quantity, Quantity] | null): string {
  if (!onHull) return `no window: this compound lies ${(1000 * above).toFixed(1)} meV/atom above the hull`;
  if (window === null) return `${formula} holds no ${ion}: there is a lower boundary alone`;
  return `${formula} is stable from ${window[0].value.toFixed(2)} to ${window[1].value.toFixed(2)} V against ${ion}`;
}

/**
 * Reactions between two materials in contact: the pseudo-binary x A + (1 − x) B, per atom of the mixture (Richards et al., Chem. Mater. 28, 266
 * (2016)). The energy of reaction is hull(x) − x e_A − (1 − x) e_B; it is convex and piecewise linear in x, so its least value lies at one of the
 * kinks, each of which is one reaction.
 */

import type { Composition } from "../chemistry/formula.ts";
import type { Notice } from "../errors.ts";
import { ThioscopeError } from "../errors.ts";
import { type Quantity, quantity } from "../units/quantity.ts";
import { reducedFormula, shownFormula } from "./composition.ts";
import { equilibrium, findPhase, fractionsOf, hullEnergy, type PhaseDiagram } from "./diagram.ts";
import { hullAlong } from "./path.ts";
import { balance, type Reaction } from "./reaction.ts";

export interface ContactReaction {
  /** share of A's atoms in the mixture */
  share: Quantity;
  /** eV per atom of the mixture */
  energy: Quantity;
  products: readonly string[];
  /** null at the ends, and where more than one reaction happens at once */
  reaction: Reaction | null;
}

export interface Contact {
  a: string;
  b: string;
  kinks: readonly ContactReaction[];
  /** the kink of least energy: how strongly they react */
  strongest: ContactReaction;
  notices: readonly Notice[];
}

/**
 * @param missing what a material counts with that is not in the set: refused (NOT_COMPUTABLE), or the energy of the phases it decomposes into
 */
export function contactReactions(diagram: PhaseDiagram, a: Composition, b: Composition, missing: "refuse" | "hull" = "refuse"): Contact {
  if (reducedFormula(a) === reducedFormula(b))
    throw new ThioscopeError("INVALID_INPUT", `${shownFormula(a)} and ${shownFormula(b)} are the same material`);
  const notices: Notice[] = [];
  const energyOf = (material: Composition): number => {
    const phase = findPhase(diagram, material);
    if (phase) return phase.energy;
    if (missing === "refuse") throw new ThioscopeError("NOT_COMPUTABLE", `${diagram.set.name} has no entry of ${shownFormula(material)}`);
    const message = `${shownFormula(material)} is not in ${diagram.set.name}: its energy is that of the phases it decomposes into`;
    notices.push({ code: "phase-not-in-set", message });
    return hullEnergy(diagram, material);
  };
  const [ea, eb] = [energyOf(a), energyOf(b)];
  const [xa, xb] = [fractionsOf(a, diagram.elements), fractionsOf(b, diagram.elements)];
  const pieces = hullAlong(
    diagram.hull,
    xb,
    xa.map((x, i) => x - xb[i]!),
    0,
    1,
  );
  const points = [0, ...pieces.map((p) => p.to)];
  const kinks = points.map((share): ContactReaction => {
    const mixture: Composition = new Map(
      diagram.elements.flatMap((e, i) => {
        const n = share * xa[i]! + (1 - share) * xb[i]!;
        return n > 1e-12 ? [[e, n] as const] : [];
      }),
    );
    const phases = equilibrium(diagram, mixture).map((p) => p.composition);
    const energy = hullEnergy(diagram, mixture) - share * ea - (1 - share) * eb;
    const inside = share > 1e-9 && share < 1 - 1e-9;
    return {
      share: quantity(share, "1"),
      energy: quantity(energy, "eV/atom"),
      products: phases.map(shownFormula),
      reaction: inside ? reactionOf(a, b, phases) : null,
    };
  });
  const strongest = kinks.reduce((best, kink) => (kink.energy.value < best.energy.value - 1e-12 ? kink : best));
  return { a: shownFormula(a), b: shownFormula(b), kinks, strongest, notices };
}

function reactionOf(a: Composition, b: Composition, phases: readonly Composition[]): Reaction | null {
  const own = [reducedFormula(a), reducedFormula(b)];
  try {
    return balance([a, b, ...phases.filter((p) => !own.includes(reducedFormula(p)))]);
  } catch (error) {
    if (error instanceof ThioscopeError) return null;
    throw error;
  }
}

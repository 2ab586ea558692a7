/**
 * The pressure at which a phase becomes stable: where the work of the volume that is saved equals the energy that is missing,
 * p = ΔE/(−ΔV). ΔE eV and ΔV Å³ per formula unit, p GPa; valid while volumes change little (see the phase diagram).
 */

import { parseFormula } from "../chemistry/formula.ts";
import { ThioscopeError } from "../errors.ts";
import { divide, fromQuantity, type Measured, measured, propagate, toQuantity } from "../units/measured.ts";
import { type Quantity, quantity } from "../units/quantity.ts";
import { atomCount } from "./composition.ts";
import { GIGAPASCAL_CUBIC_ANGSTROM } from "./diagram.ts";
import { balance, type Reaction } from "./reaction.ts";
import { type CrystalVolume, crystalVolume } from "./volumes.ts";

export interface VolumeOfReaction {
  reaction: Reaction;
  /** Å³ per formula unit of the compound */
  change: Quantity;
  volumes: readonly { formula: string; perFormula: Quantity; source: string; flag: CrystalVolume["flag"] }[];
}

/** ΔV of the formation of `compound` from `others`; throws NOT_COMPUTABLE where a volume is not known. */
export function volumeOfReaction(compound: string, others: readonly string[]): VolumeOfReaction {
  const reaction = balance([compound, ...others]);
  const of = reaction.reactants.find((r) => r.formula === compound)?.coefficient ?? 1;
  const terms: [number, Measured][] = [];
  const volumes: VolumeOfReaction["volumes"][number][] = [];
  for (const [side, sign] of [
    [reaction.reactants, 1],
    [reaction.products, -1],
  ] as const) {
    for (const { formula, coefficient } of side) {
      const known = crystalVolume(formula);
      if (!known) throw new ThioscopeError("NOT_COMPUTABLE", `no volume of ${formula} is known`);
      const atoms = atomCount(parseFormula(formula));
      volumes.push({
        formula,
        perFormula: quantity(known.value * atoms, "Å^3", known.sigma * atoms),
        source: known.source,
        flag: known.flag,
      });
      terms.push([(sign * coefficient) / of, measured(known.value * atoms, known.sigma * atoms)]);
    }
  }
  const value = terms.reduce((sum, [factor, v]) => sum + factor * v.value, 0);
  return { reaction, change: toQuantity(propagate(value, terms), "Å^3"), volumes };
}

/** GPa with the error of both; throws NOT_COMPUTABLE where the volume does not shrink. */
export function stabilisingPressure(missing: Quantity, change: Quantity): Quantity {
  const [energy, volume] = [fromQuantity(missing, "eV"), fromQuantity(change, "Å^3")];
  if (!(volume.value < 0)) throw new ThioscopeError("NOT_COMPUTABLE", `a volume change of ${volume.value} Å³ is no gain under pressure`);
  const ratio = divide(energy, volume);
  return toQuantity(propagate(-ratio.value / GIGAPASCAL_CUBIC_ANGSTROM, [[-1 / GIGAPASCAL_CUBIC_ANGSTROM, ratio]]), "GPa");
}

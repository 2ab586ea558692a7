/**
 * Charge reference: the shift that brings a line to its named place. shift = place − found, both errors in quadrature.
 *
 * Adventitious carbon at 284.8 eV is the custom and is itself uncertain by 0.2 eV and more, as its energy follows the sample's work function
 * (Greczynski and Hultman, ChemPhysChem 18, 1507, 2017); that error goes into every binding energy. Gold 4f7/2 at 84.0 eV and silver 3d5/2 at 368.2 eV
 * hold for metal in contact with the sample (ISO 15472).
 */
import { ThioscopeError } from "../errors.ts";
import type { Quantity } from "../units/quantity.ts";
import type { XpsFit } from "./fit.ts";

export const CHARGE_REFERENCES: Readonly<Record<string, { level: string; position: number; sigma: number }>> = {
  "C 1s": { level: "C 1s", position: 284.8, sigma: 0.2 },
  "Au 4f": { level: "Au 4f", position: 84.0, sigma: 0.05 },
  "Ag 3d": { level: "Ag 3d", position: 368.2, sigma: 0.05 },
};

/** @param fit of the reference's region; its component of the largest area is the line. Throws NOT_COMPUTABLE where none was found. */
export function chargeShift(fit: XpsFit, reference: { position: number; sigma: number }): Quantity {
  const found = fit.components.filter((c) => c.found);
  const [first] = [...found].sort((a, b) => b.area!.value - a.area!.value);
  if (!first) throw new ThioscopeError("NOT_COMPUTABLE", "the line of the charge reference was not found");
  const sigma = Math.hypot(first.centre!.sigma ?? 0, reference.sigma);
  return { value: reference.position - first.centre!.value, sigma, unit: "eV" };
}

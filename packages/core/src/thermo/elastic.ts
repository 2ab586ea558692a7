/**
 * Ductility from elastic moduli of an isotropic solid: ν = (3B − 2G)/(2(3B + G)) = (3 − 2k)/(2(3 + k)), k = G/B. Ductile below G/B = 0.57 (Pugh,
 * Philos. Mag. 45, 823 (1954)), an empirical rule of metals that is also used for sulfides.
 */
import { ELASTIC_CONSTANTS, type ElasticFact } from "../diffraction/elasticData.ts";
import { ThioscopeError } from "../errors.ts";
import { divide, fromQuantity, propagate, toQuantity } from "../units/measured.ts";
import { type Quantity, quantity } from "../units/quantity.ts";

/** G/B below which a solid is called ductile. */
export const PUGH_LIMIT = 0.57;

/** A phase whose moduli ship, with their source. */
export interface DuctilityRow extends Ductility {
  phase: string;
  bulk: Quantity;
  shear: Quantity;
  source: string;
  flag: ElasticFact["flag"];
}

/**
 * Ductility of the phases whose elastic constants ship, the most ductile first. Of cubic constants the shear modulus is Hill's mean of Voigt,
 * (C11 − C12 + 3 C44)/5, and Reuss, 5 (C11 − C12) C44/(4 C44 + 3 (C11 − C12)). Errors of B and G are taken as independent.
 */
export function ductilityTable(): DuctilityRow[] {
  const rows = ELASTIC_CONSTANTS.map(({ phase, constants: c, relativeSigma, source, flag }): DuctilityRow => {
    let [bulk, shear] = c.kind === "isotropic" ? [c.bulk, c.shear] : [(c.c11 + 2 * c.c12) / 3, 0];
    if (c.kind === "cubic") {
      const tetragonal = c.c11 - c.c12;
      shear = ((tetragonal + 3 * c.c44) / 5 + (5 * tetragonal * c.c44) / (4 * c.c44 + 3 * tetragonal)) / 2;
    }
    const [b, g] = [bulk, shear].map((value) => quantity(value, "GPa", relativeSigma * value)) as [Quantity, Quantity];
    return { phase, bulk: b, shear: g, source, flag, ...ductility(b, g) };
  });
  return rows.sort((a, b) => a.shearOverBulk.value - b.shearOverBulk.value);
}

export interface Ductility {
  shearOverBulk: Quantity;
  poisson: Quantity;
  ductile: boolean;
}

/** From bulk and shear modulus, in any unit of pressure. Throws INVALID_INPUT unless both are above 0. */
export function ductility(bulk: Quantity, shear: Quantity): Ductility {
  const [b, g] = [fromQuantity(bulk, "GPa"), fromQuantity(shear, "GPa")];
  if (!(b.value > 0 && g.value > 0))
    throw new ThioscopeError(
      "INVALID_INPUT",
      `moduli of ${bulk.value} ${bulk.unit} and ${shear.value} ${shear.unit}: both must be above 0`,
    );
  const ratio = toQuantity(divide(g, b), "1");
  return ductilityOfRatio(ratio);
}

/** From G/B alone. */
export function ductilityOfRatio(shearOverBulk: Quantity): Ductility {
  const k = fromQuantity(shearOverBulk, "1");
  if (!(k.value > 0)) throw new ThioscopeError("INVALID_INPUT", `G/B of ${k.value}: it must be above 0`);
  // dν/dk = −9/(2(3 + k)²)
  const poisson = propagate((3 - 2 * k.value) / (2 * (3 + k.value)), [[-4.5 / (3 + k.value) ** 2, k]]);
  return { shearOverBulk: quantity(k.value, "1", shearOverBulk.sigma), poisson: toQuantity(poisson, "1"), ductile: k.value < PUGH_LIMIT };
}

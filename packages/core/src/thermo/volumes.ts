/**
 * Volumes of crystals at ambient conditions, Å³ per formula unit, for the work of pressure. Measured ones come from lattice constants;
 * "computed" are PBE cells at 0 K (typically 1–3 % too large). The relative standard error taken for each is 2 %; for those quoted from
 * memory of the literature that may be too little, so the flag is always given with the result.
 */
import { type Composition, parseFormula } from "../chemistry/formula.ts";
import { reducedFormula } from "./composition.ts";

export interface CrystalVolume {
  /** Å³ per atom and its standard error */
  value: number;
  sigma: number;
  source: string;
  /** measured; quoted from the literature without a check of the first source; computed */
  flag: "measured" | "unchecked" | "computed";
}

/** Relative standard error of one volume. */
export const VOLUME_ERROR = 0.02;

const MEASURED = `
Na 39.49 bcc, a = 4.2906 Å
Li 21.61 bcc, a = 3.5093 Å
S 25.76 Rettig & Trotter, Acta Cryst. C 43, 2260 (1987)
Na2S 69.9 antifluorite, a = 6.538 Å (Zintl et al. 1934)
Li2S 46.8 antifluorite, a = 5.72 Å
Na3PS4 171.5 Chu et al., Sci. Rep. 6, 33733 (2016)
NaCl 44.85 Walker et al., Am. Mineral. 89, 204 (2004)`;
const UNCHECKED = `
Na2S2 85.0 Föppl, Busmann & Frorath, Z. anorg. allg. Chem. 314, 12 (1962), c = 5.057 Å; PBE and other measurements give c = 5.34 Å, 8 % more
Na2S4 135.7 Tegman, Acta Cryst. B 29, 1463 (1973)
Na2S5 164.7 density 2.08 g/cm³
P 18.99 black phosphorus, a = 3.314, b = 10.478, c = 4.376 Å
Sb 30.19 a = 4.307, c = 11.273 Å
Sn 27.05 white tin, a = 5.832, c = 3.182 Å
Ge 22.64 diamond, a = 5.658 Å
Ta 17.99 bcc, a = 3.301 Å`;
/** OQMD (CC BY 4.0), Å³ per atom */
const OQMD = `
Ge2S3 20.2741, Li2S2 14.7232, Li3Ge 14.4043, Li3P 13.952, Li6PS5I 19.7355, LiGe 17.1227, Na2S3 20.2554, Na2SnS3 25.0926,
Na3P11 22.8028, Na4SnS4 23.9781, Na5SnSb3 28.9026, Na6Sn2S7 24.882, Na9Sn4 27.7264, NaP5 20.9469, NaSbS2 24.462, NaSnP 25.7656,
P2S7 25.6353, PI3 47.4357, Sb2S3 25.7189`;

const table = new Map<string, CrystalVolume>();
for (const [text, flag] of [
  [MEASURED, "measured"],
  [UNCHECKED, "unchecked"],
] as const) {
  for (const line of text.trim().split("\n")) {
    const [formula = "", volume = "", ...source] = line.split(" ");
    const atoms = [...parseFormula(formula).values()].reduce((a, b) => a + b, 0);
    add(formula, Number(volume) / atoms, source.join(" "), flag);
  }
}
for (const word of OQMD.trim().split(/,\s+/)) {
  const [formula = "", volume = ""] = word.split(" ");
  const phase = formula === "Na2S3" ? ", a polymorph of high energy" : "";
  add(formula, Number(volume), `OQMD, PBE, 0 K${phase}`, "computed");
}

function add(formula: string, perAtom: number, source: string, flag: CrystalVolume["flag"]): void {
  const key = reducedFormula(parseFormula(formula));
  if (!table.has(key)) table.set(key, { value: perAtom, sigma: VOLUME_ERROR * perAtom, source, flag });
}

/** Å³ per atom of the crystal of this composition; undefined where none is known. */
export function crystalVolume(formula: string | Composition): CrystalVolume | undefined {
  return table.get(reducedFormula(typeof formula === "string" ? parseFormula(formula) : formula));
}

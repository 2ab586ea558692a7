/** Symbols by atomic number, and back. */

/** [0] is "X": no element. */
export const SYMBOLS: readonly string[] = (
  "X H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe " +
  "Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr"
).split(" ");

const NUMBERS = new Map(SYMBOLS.map((symbol, z) => [symbol, z]));

/** 0 for what is no element. */
export function atomicNumber(symbol: string): number {
  return NUMBERS.get(symbol) ?? 0;
}

/**
 * Balanced reactions. Coefficients are the null space of the matrix of atoms, found in exact fractions of whole numbers, so every
 * element balances exactly.
 */

import { type Composition, parseFormula } from "../chemistry/formula.ts";
import { ThioscopeError } from "../errors.ts";
import { shownFormula, shownUnit } from "./composition.ts";

export interface Reaction {
  /** whole numbers without a common divisor */
  reactants: readonly { formula: string; coefficient: number }[];
  products: readonly { formula: string; coefficient: number }[];
  /** "Na3PS4 + 2 Na → 2 Na2S + …" */
  text: string;
}

/** Largest coefficient that is told. */
const LARGEST = 1_000_000_000n;

/**
 * The one reaction among the species, with the first on the left; which side the others stand on follows from the balance, and species that
 * take no part are left out.
 *
 * @throws ThioscopeError INVALID_INPUT where there is no reaction or more than one
 */
export function balance(species: readonly (string | Composition)[]): Reaction {
  const units = species.map((s) => {
    const composition = typeof s === "string" ? parseFormula(s) : s;
    return { formula: shownFormula(composition), counts: shownUnit(composition) };
  });
  const elements = [...new Set(units.flatMap((u) => [...u.counts.keys()]))];
  const rows = elements.map((e) => units.map((u) => fraction(BigInt(u.counts.get(e) ?? 0))));
  const solution = nullVector(rows, units.length);
  const names = units.map((u) => u.formula).join(", ");
  if (solution === null) throw new ThioscopeError("INVALID_INPUT", `${names}: there is no one reaction between these`);
  const common = solution.reduce((lcm, x) => (lcm / gcd(lcm, x.below)) * x.below, 1n);
  let whole = solution.map((x) => (x.above * common) / x.below);
  const divisor = whole.reduce((a, b) => gcd(a, b), 0n);
  if (whole[0] === 0n) throw new ThioscopeError("INVALID_INPUT", `${units[0]!.formula} takes no part in a reaction of ${names}`);
  const sign = whole[0]! < 0n ? -1n : 1n;
  whole = whole.map((x) => (sign * x) / divisor);
  if (whole.some((x) => x > LARGEST || x < -LARGEST))
    throw new ThioscopeError("INVALID_INPUT", `${names}: no reaction of reasonable coefficients`);
  const side = (of: bigint): { formula: string; coefficient: number }[] =>
    units.flatMap(({ formula }, i) => (whole[i]! * of > 0n ? [{ formula, coefficient: Number(whole[i]! * of) }] : []));
  const reactants = side(1n);
  const products = side(-1n);
  return { reactants, products, text: `${sideText(reactants)} → ${sideText(products)}` };
}

function sideText(side: readonly { formula: string; coefficient: number }[]): string {
  return side.map(({ formula, coefficient }) => (coefficient === 1 ? formula : `${coefficient} ${formula}`)).join(" + ");
}

/** What is left of each element on both sides: zero for a balanced reaction. */
export function imbalance({ reactants, products }: Reaction): Map<string, number> {
  const left = new Map<string, number>();
  for (const [side, sign] of [
    [reactants, 1],
    [products, -1],
  ] as const) {
    for (const { formula, coefficient } of side) {
      for (const [element, n] of parseFormula(formula)) left.set(element, (left.get(element) ?? 0) + sign * coefficient * n);
    }
  }
  return left;
}

interface Fraction {
  above: bigint;
  below: bigint;
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y > 0n) [x, y] = [y, x % y];
  return x;
}

function fraction(above: bigint, below = 1n): Fraction {
  const divisor = gcd(above, below) || 1n;
  return below < 0n ? { above: -above / divisor, below: -below / divisor } : { above: above / divisor, below: below / divisor };
}

/** The vector v ≠ 0 with rows · v = 0 if it is unique up to a factor, else null. */
function nullVector(rows: Fraction[][], width: number): Fraction[] | null {
  const pivots: number[] = [];
  for (let c = 0; c < width; c++) {
    const r = pivots.length;
    const found = rows.findIndex((row, k) => k >= r && row[c]!.above !== 0n);
    if (found < 0) continue;
    [rows[r], rows[found]] = [rows[found]!, rows[r]!];
    const pivot = rows[r]![c]!;
    rows[r] = rows[r]!.map((x) => fraction(x.above * pivot.below, x.below * pivot.above));
    for (let k = 0; k < rows.length; k++) {
      const factor = rows[k]![c]!;
      if (k === r || factor.above === 0n) continue;
      rows[k] = rows[k]!.map((x, m) => {
        const y = rows[r]![m]!;
        return fraction(x.above * factor.below * y.below - factor.above * y.above * x.below, x.below * factor.below * y.below);
      });
    }
    pivots.push(c);
  }
  if (pivots.length !== width - 1) return null;
  const free = Array.from({ length: width }, (_, c) => c).find((c) => !pivots.includes(c))!;
  const vector = Array.from({ length: width }, () => fraction(0n));
  vector[free] = fraction(1n);
  for (const [r, c] of pivots.entries()) vector[c] = fraction(-rows[r]![free]!.above, rows[r]![free]!.below);
  return vector;
}

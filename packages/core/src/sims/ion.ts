/** Ions by their formula: mass over charge and isotope pattern, the electrons' mass counted. */
import { parseFormula } from "../chemistry/formula.ts";
import { ThioscopeError } from "../errors.ts";
import { ELECTRON_MASS, ISOTOPES } from "./isotopes.ts";

export interface Ion {
  name: string;
  charge: number;
  /** isotopologues by mass over charge, ascending, those within 0.004 u joined; fractions sum to 1 */
  pattern: readonly { mass: number; fraction: number }[];
  /** mass over charge of the most abundant isotopologue */
  mass: number;
}

const JOIN = 0.004;
const SMALLEST = 1e-6;
const MOST_ATOMS = 60;

/** "Li3S2+", "S2-", "[7Li]" is not read: natural isotopes only. Throws INVALID_INPUT for what is no ion or has an element without isotopes here. */
export function parseIon(text: string): Ion {
  const clean = text
    .trim()
    .replace(/[⁺]/g, "+")
    .replace(/[⁻−]/g, "-")
    .replace(/^\[(.*)\]/, "$1");
  const match = /^(.*?)(\^?(\d*)([+-]))$/.exec(clean);
  if (!match?.[1])
    throw new ThioscopeError("INVALID_INPUT", `"${text.slice(0, 40)}" is no ion: write a formula with its charge, such as Li3S+ or S2-`);
  // a number before the sign belongs to the formula, unless a caret parts them
  const caret = match[2]!.startsWith("^");
  const formula = caret ? match[1] : match[1] + match[3]!;
  const charge = (match[4] === "+" ? 1 : -1) * (caret ? Number(match[3] || 1) : 1);
  let states: { mass: number; fraction: number }[] = [{ mass: 0, fraction: 1 }];
  let atoms = 0;
  for (const [element, count] of parseFormula(formula)) {
    const isotopes = Object.hasOwn(ISOTOPES, element) ? ISOTOPES[element]! : undefined;
    if (!isotopes) throw new ThioscopeError("INVALID_INPUT", `${text}: the isotopes of ${element} are not tabulated here`);
    atoms += count;
    if (!Number.isInteger(count) || atoms > MOST_ATOMS)
      throw new ThioscopeError("INVALID_INPUT", `${text}: an ion holds whole atoms, up to ${MOST_ATOMS}`);
    for (let k = 0; k < count; k++) {
      states = joined(
        states.flatMap((s) => isotopes.map(([mass, fraction]) => ({ mass: s.mass + mass, fraction: s.fraction * fraction }))),
      );
    }
  }
  const sum = states.reduce((a, s) => a + s.fraction, 0);
  const pattern = states.map((s) => ({ mass: (s.mass - charge * ELECTRON_MASS) / Math.abs(charge), fraction: s.fraction / sum }));
  const mass = pattern.reduce((a, b) => (b.fraction > a.fraction ? b : a)).mass;
  return { name: clean, charge, pattern, mass };
}

function joined(states: { mass: number; fraction: number }[]): { mass: number; fraction: number }[] {
  const out: { mass: number; fraction: number }[] = [];
  for (const s of states.filter((s) => s.fraction > SMALLEST).sort((a, b) => a.mass - b.mass)) {
    const last = out[out.length - 1];
    if (last && s.mass - last.mass < JOIN) {
      last.mass = (last.mass * last.fraction + s.mass * s.fraction) / (last.fraction + s.fraction);
      last.fraction += s.fraction;
    } else out.push({ ...s });
  }
  return out;
}

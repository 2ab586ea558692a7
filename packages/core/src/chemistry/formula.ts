/**
 * Chemical formulae: "Na15Sn4", "Na₃PS₄", "Na4(B10H10)(B12H12)", "Li5.5PS4.5Cl1.5", "TaCl5·0.5Na2S".
 * Brackets ( ) [ ] nest; `·`, `*` and `-` join parts, each of which may begin with a multiplier.
 */
import { ThioscopeError } from "../errors.ts";
import { nearest } from "../suggest.ts";
import { ATOMIC_WEIGHTS } from "./elements.ts";

/** Element symbol → atoms per formula unit. */
export type Composition = ReadonlyMap<string, number>;

const LONGEST = 200;
const TOKEN = /([A-Z][a-z]?)|([([])|([)\]])|(\d+(?:\.\d+)?|\.\d+)|([·*-])|(.)/gu;

/** Atoms per formula unit. Throws INVALID_INPUT naming the part that is wrong. */
export function parseFormula(text: string): Composition {
  const plain = text.trim().replace(/[₀-₉]/g, (c) => String(c.charCodeAt(0) - 0x2080));
  const fail = (why: string): never => {
    throw new ThioscopeError("INVALID_INPUT", `"${text.slice(0, 60)}" is not a chemical formula: ${why}`);
  };
  if (plain === "" || plain.length > LONGEST) fail(`1 to ${LONGEST} characters are needed`);

  // A stack of open brackets; the number after a group or an element multiplies that group alone.
  const stack: Map<string, number>[] = [new Map()];
  const closers: string[] = [];
  const total = new Map<string, number>();
  let group: Map<string, number> | null = null;
  let factor = 1;
  let fresh = true;

  const merge = (into: Map<string, number>, from: Map<string, number>, times: number): void => {
    for (const [element, count] of from) into.set(element, (into.get(element) ?? 0) + count * times);
  };
  const settle = (times: number): void => {
    if (group) merge(stack[stack.length - 1]!, group, times);
    group = null;
  };
  const finishPart = (): void => {
    settle(1);
    if (closers.length > 0) fail(`"${closers[closers.length - 1]}" is missing`);
    if (stack[0]!.size === 0) fail("a part is empty");
    merge(total, stack[0]!, factor);
    stack[0] = new Map();
    factor = 1;
    fresh = true;
  };

  for (const [, element, open, close, number, joint, other] of plain.matchAll(TOKEN)) {
    if (element !== undefined) {
      settle(1);
      if (!Object.hasOwn(ATOMIC_WEIGHTS, element)) {
        const meant = nearest(element, Object.keys(ATOMIC_WEIGHTS));
        fail(`"${element}" is not an element${meant && element.length > 1 ? `, did you mean ${meant}?` : ""}`);
      }
      group = new Map([[element, 1]]);
    } else if (open !== undefined) {
      settle(1);
      stack.push(new Map());
      closers.push(open === "(" ? ")" : "]");
    } else if (close !== undefined) {
      settle(1);
      if (closers.pop() !== close) fail(`"${close}" closes nothing`);
      group = stack.pop()!;
    } else if (number !== undefined) {
      const value = Number(number);
      if (!(value > 0)) fail(`"${number}" atoms are not possible`);
      if (group) settle(value);
      else if (fresh) factor = value;
      else fail(`"${number}" follows no element`);
    } else if (joint !== undefined) {
      finishPart();
      continue;
    } else {
      fail(`"${other}" does not belong there`);
    }
    fresh = false;
  }
  finishPart();
  return total;
}

/** True if `text` is a formula. */
export function isFormula(text: string): boolean {
  try {
    parseFormula(text);
    return true;
  } catch {
    return false;
  }
}

/** Molar mass in g/mol. */
export function molarMass(formula: string | Composition): number {
  const atoms = typeof formula === "string" ? parseFormula(formula) : formula;
  let sum = 0;
  for (const [element, count] of atoms) sum += count * ATOMIC_WEIGHTS[element]!;
  return sum;
}

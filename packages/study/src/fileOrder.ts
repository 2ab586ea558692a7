/**
 * The order of a source's files. Where every name tells its state ("discharge_1p80V", "charge_2.1 V") it is the order in which a cell passes them: down the discharge, then
 * up the charge. Otherwise names are compared as a reader does, numbers by their size.
 */

/** "1.8V", "1p8 V". */
export const POTENTIAL_NAMED = /(\d+)[.p](\d+)\s*V(?![a-z])/i;

/** The half cycle that a name speaks of: "discharge_1p8V", "ch 2.1 V"; null where it speaks of none. */
export function directionNamed(name: string): "charge" | "discharge" | null {
  if (/dis[\s_-]?ch|(^|[^a-z])(dis|dch|sodiation|lithiation)([^a-z]|$)/i.test(name)) return "discharge";
  return /charge|(^|[^a-z])(ch|chg|cha|desodiation|delithiation)([^a-z]|$)/i.test(name) ? "charge" : null;
}

interface State {
  isCharge: boolean;
  potential: number;
}

function stateNamed(path: string): State | null {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const found = POTENTIAL_NAMED.exec(name);
  const direction = directionNamed(name);
  return found && direction ? { isCharge: direction === "charge", potential: Number(`${found[1]}.${found[2]}`) } : null;
}

/** "T_-10C" holds −10, "scan-10" holds 10. */
const WHOLE_NUMBERS = /((?:(?<=[_\s=])-)?\d+)/;

/** As a reader compares: "scan_2" before "scan_10"; ties by the characters themselves. */
function compareNames(a: string, b: string): number {
  const [one, two] = [a.split(WHOLE_NUMBERS), b.split(WHOLE_NUMBERS)];
  for (let i = 0; i < Math.min(one.length, two.length); i++) {
    const [x, y] = [one[i]!, two[i]!];
    if (x === y) continue;
    const difference = i % 2 === 1 ? Number(x) - Number(y) : 0;
    if (difference !== 0) return difference;
    return x < y ? -1 : 1;
  }
  return one.length - two.length;
}

export function inOrderOfStates(paths: readonly string[]): string[] {
  const states = new Map(paths.map((path) => [path, stateNamed(path)]));
  const isTold = paths.length > 1 && paths.every((path) => states.get(path) !== null);
  return paths.toSorted((a, b) => {
    if (isTold) {
      const [one, two] = [states.get(a)!, states.get(b)!];
      if (one.isCharge !== two.isCharge) return one.isCharge ? 1 : -1;
      if (one.potential !== two.potential) return one.isCharge ? one.potential - two.potential : two.potential - one.potential;
    }
    return compareNames(a, b);
  });
}

/**
 * Systematic extinctions, derived from the operations: an operation (R, t) with h R = h sends every atom to one whose phase differs by 2π h·t,
 * so F(h) = F(h) exp(2πi h·t) and F vanishes unless h·t is an integer. Centrings concern all reflections, glide planes those in a
 * plane of the reciprocal lattice, screw axes those on a line. (Int. Tables A, 1.6.)
 *
 * Reflections that vanish only because of where the atoms sit (Si 222) are not extinct in this sense: see structureFactor.ts.
 */
import { DENOMINATOR, determinant, formatOperation, type SymmetryOperation } from "./operation.ts";
import { laueOperations, type SpaceGroup } from "./spaceGroup.ts";

export type Indices = readonly [h: number, k: number, l: number];

const KINDS = ["centring", "glide plane", "screw axis"] as const;

export interface ExtinctionRule {
  /** "h 0 l: l = 2n" */
  readonly condition: string;
  readonly kind: (typeof KINDS)[number];
  /** the operation that demands it, as x, y, z */
  readonly operation: string;
}

/** The rule that forbids hkl in this group, the most general one first; null for an allowed reflection. */
export function extinctionRule(group: SpaceGroup, hkl: Indices): ExtinctionRule | null {
  for (const kind of KINDS) {
    const forbidding = group.operations.filter((op) => kindOf(op) === kind && forbiddenBy([op], hkl[0], hkl[1], hkl[2]));
    const first = forbidding[0];
    if (!first) continue;
    const rules = forbidding.map((op) => describe(group, op)).filter((rule) => rule !== null);
    const operation = formatOperation(first);
    return rules.sort(plainFirst)[0] ?? { condition: `reflections that ${operation} leaves in place: h·t an integer`, kind, operation };
  }
  return null;
}

/** Of conditions that say the same, the one with fewer minus signs reads as in International Tables. */
function plainFirst(a: ExtinctionRule, b: ExtinctionRule): number {
  return a.condition.split("-").length - b.condition.split("-").length;
}

/** The same question without words, for long lists. */
export function isExtinct(group: SpaceGroup, h: number, k: number, l: number): boolean {
  return forbiddenBy(group.operations, h, k, l) !== null;
}

function forbiddenBy(operations: readonly SymmetryOperation[], h: number, k: number, l: number): SymmetryOperation | null {
  for (const op of operations) {
    const r = op.rotation;
    const t = op.translation;
    if ((h * t[0] + k * t[1] + l * t[2]) % DENOMINATOR === 0) continue;
    if (h * r[0]! + k * r[3]! + l * r[6]! !== h) continue;
    if (h * r[1]! + k * r[4]! + l * r[7]! !== k) continue;
    if (h * r[2]! + k * r[5]! + l * r[8]! === l) return op;
  }
  return null;
}

/** Indices up to here tell every condition of modulus 2, 3, 4 or 6 from every other. */
const BOX = 6;

/**
 * The reflection conditions of the group: centring first, then planes, then lines; of conditions that symmetry makes equivalent
 * or that follow from those before, none is repeated.
 */
export function reflectionConditions(group: SpaceGroup): ExtinctionRule[] {
  const rules: ExtinctionRule[] = [];
  const explained = new Set<string>();
  const laue = laueOperations(group.operations);
  for (const kind of KINDS) {
    const described = group.operations.flatMap((op) => {
      const rule = kindOf(op) === kind ? describe(group, op) : null;
      return rule ? [{ op, rule }] : [];
    });
    for (const { op, rule } of described.sort((a, b) => plainFirst(a.rule, b.rule))) {
      const forbidden = boxOf().filter(([h, k, l]) => forbiddenBy([op], h, k, l) !== null);
      if (forbidden.every((hkl) => explained.has(hkl.join()))) continue;
      rules.push(rule);
      for (const [h, k, l] of forbidden) {
        for (const r of laue) explained.add([0, 1, 2].map((j) => h * r[j]! + k * r[3 + j]! + l * r[6 + j]!).join());
      }
    }
  }
  return rules;
}

function boxOf(): Indices[] {
  const all: Indices[] = [];
  for (let h = -BOX; h <= BOX; h++) for (let k = -BOX; k <= BOX; k++) for (let l = -BOX; l <= BOX; l++) all.push([h, k, l]);
  return all;
}

interface Family {
  name: string;
  variables: readonly string[];
  basis: readonly Indices[];
}

const family = (name: string, ...pairs: readonly (readonly [string, Indices])[]): Family => ({
  name,
  variables: pairs.map(([v]) => v),
  basis: pairs.map(([, b]) => b),
});

/** Planes and lines of reciprocal space that operations leave in place, with the letters of International Tables. */
const PLANES: readonly Family[] = [
  family("0 k l", ["k", [0, 1, 0]], ["l", [0, 0, 1]]),
  family("h 0 l", ["h", [1, 0, 0]], ["l", [0, 0, 1]]),
  family("h k 0", ["h", [1, 0, 0]], ["k", [0, 1, 0]]),
  family("h h l", ["h", [1, 1, 0]], ["l", [0, 0, 1]]),
  family("h -h l", ["h", [1, -1, 0]], ["l", [0, 0, 1]]),
  family("h k k", ["h", [1, 0, 0]], ["k", [0, 1, 1]]),
  family("h k -k", ["h", [1, 0, 0]], ["k", [0, 1, -1]]),
  family("h k h", ["h", [1, 0, 1]], ["k", [0, 1, 0]]),
  family("-h k h", ["h", [-1, 0, 1]], ["k", [0, 1, 0]]),
  family("h -2h l", ["h", [1, -2, 0]], ["l", [0, 0, 1]]),
  family("-2h h l", ["h", [-2, 1, 0]], ["l", [0, 0, 1]]),
];
const LINES: readonly Family[] = [
  family("h 0 0", ["h", [1, 0, 0]]),
  family("0 k 0", ["k", [0, 1, 0]]),
  family("0 0 l", ["l", [0, 0, 1]]),
  family("h h 0", ["h", [1, 1, 0]]),
  family("h -h 0", ["h", [1, -1, 0]]),
  family("0 k k", ["k", [0, 1, 1]]),
  family("0 k -k", ["k", [0, 1, -1]]),
  family("h 0 h", ["h", [1, 0, 1]]),
  family("-h 0 h", ["h", [-1, 0, 1]]),
  family("h h h", ["h", [1, 1, 1]]),
  family("-h h h", ["h", [-1, 1, 1]]),
  family("h -h h", ["h", [1, -1, 1]]),
  family("h h -h", ["h", [1, 1, -1]]),
  family("h -2h 0", ["h", [1, -2, 0]]),
  family("-2h h 0", ["h", [-2, 1, 0]]),
];
const ALL = family("h k l", ["h", [1, 0, 0]], ["k", [0, 1, 0]], ["l", [0, 0, 1]]);

const isFixed = (r: readonly number[], b: Indices): boolean =>
  [0, 1, 2].every((j) => b[0] * r[j]! + b[1] * r[3 + j]! + b[2] * r[6 + j]! === b[j]);

const isUnity = (r: readonly number[]): boolean => r.join() === "1,0,0,0,1,0,0,0,1";

const kindOf = ({ rotation }: SymmetryOperation): (typeof KINDS)[number] =>
  isUnity(rotation) ? "centring" : determinant(rotation) < 0 ? "glide plane" : "screw axis";

function describe(group: SpaceGroup, op: SymmetryOperation): ExtinctionRule | null {
  const r = op.rotation;
  const unity = isUnity(r);
  const kind = kindOf(op);
  const candidates = unity ? [ALL] : kind === "glide plane" ? PLANES : LINES;
  const found = candidates.find((f) => f.basis.every((b) => isFixed(r, b)));
  if (!found) return null;
  const shifts = found.basis.map((b) => {
    const sum = b[0] * op.translation[0] + b[1] * op.translation[1] + b[2] * op.translation[2];
    return ((sum % DENOMINATOR) + DENOMINATOR) % DENOMINATOR;
  });
  if (shifts.every((s) => s === 0)) return null;
  const condition = unity && isFaceCentred(group) ? "h, k, l all even or all odd" : conditionOf(found.variables, shifts);
  return { condition: `${found.name}: ${condition}`, kind, operation: formatOperation(op) };
}

function isFaceCentred(group: SpaceGroup): boolean {
  const centrings = group.operations.filter((op) => isUnity(op.rotation)).map((op) => op.translation.join());
  return ["0,12,12", "12,0,12", "12,12,0"].every((t) => centrings.includes(t)) && centrings.length === 4;
}

/** Shifts in twenty-fourths per variable to "h+l = 4n". */
function conditionOf(variables: readonly string[], shifts: readonly number[]): string {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
  const common = shifts.reduce(gcd, DENOMINATOR);
  const modulus = DENOMINATOR / common;
  const coefficients = shifts.map((s) => (s / common > modulus / 2 ? s / common - modulus : s / common));
  // -h+k+l = 3n, as International Tables write it, and not h-k-l = 3n
  const negative = coefficients.filter((c) => c < 0).length;
  const sign = negative > coefficients.filter((c) => c > 0).length ? -1 : 1;
  const sum = coefficients
    .map((c, i) => ({ c: c * sign, v: variables[i]! }))
    .filter(({ c }) => c !== 0)
    .map(({ c, v }, i) => `${c < 0 ? "-" : i > 0 ? "+" : ""}${Math.abs(c) === 1 ? "" : Math.abs(c)}${v}`)
    .join("");
  return `${sum} = ${modulus}n`;
}

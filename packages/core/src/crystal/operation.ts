/**
 * Symmetry operations x' = R x + t in fractional coordinates.
 *
 * R holds the integers -1, 0, 1; t is kept in twenty-fourths of an axis, so that groups close exactly (Int. Tables A needs
 * twelfths; eighths occur in files with shifted origins). The text form is that of CIF: "-y, x-y, z+1/3".
 */
import { ThioscopeError } from "../errors.ts";

/** Twenty-fourths: the common denominator of all translations of symmetry operations. */
export const DENOMINATOR = 24;

export interface SymmetryOperation {
  /** R row by row */
  readonly rotation: readonly number[];
  /** t in twenty-fourths, each from 0 to 23 */
  readonly translation: readonly [number, number, number];
}

const IDENTITY: SymmetryOperation = { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [0, 0, 0] };

const wrap = (t: number): number => ((t % DENOMINATOR) + DENOMINATOR) % DENOMINATOR;

/** First `b`, then `a`. */
export function multiplyOperations(a: SymmetryOperation, b: SymmetryOperation): SymmetryOperation {
  const r = a.rotation;
  const s = b.rotation;
  const rotation: number[] = [];
  const translation: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) rotation.push(r[3 * i]! * s[j]! + r[3 * i + 1]! * s[3 + j]! + r[3 * i + 2]! * s[6 + j]!);
    const [u, v, w] = b.translation;
    translation[i] = wrap(r[3 * i]! * u + r[3 * i + 1]! * v + r[3 * i + 2]! * w + a.translation[i]!);
  }
  return { rotation, translation };
}

/** A short text that is equal exactly for equal operations. */
export function operationKey(op: SymmetryOperation): string {
  return `${op.rotation.join(",")};${op.translation.join(",")}`;
}

export function determinant(r: readonly number[]): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = r;
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

const TERM = /([+-]?)\s*(?:(\d+(?:\.\d*)?|\.\d+)(?:\s*\/\s*(\d+))?\s*(\*?\s*[xyz])?|([xyz]))/giy;
const LONGEST = 80;

/**
 * Reads "-x, y+1/2, 1/2-z", also with decimals ("0.5+y") and with blanks. Throws INVALID_INPUT for what is no symmetry
 * operation of a lattice.
 */
export function parseOperation(text: string): SymmetryOperation {
  const refuse = (why: string): ThioscopeError =>
    new ThioscopeError("INVALID_INPUT", `"${text.slice(0, LONGEST)}" is not a symmetry operation such as "-x, y+1/2, z": ${why}`);
  if (text.length > LONGEST) throw refuse("it is too long");
  const parts = text.split(",");
  if (parts.length !== 3) throw refuse(`it has ${parts.length} parts, three are needed`);
  const rotation: number[] = [];
  const translation: [number, number, number] = [0, 0, 0];
  for (const [i, part] of parts.entries()) {
    const row = [0, 0, 0];
    let shift = 0;
    const clean = part.trim();
    TERM.lastIndex = 0;
    if (clean === "") throw refuse("a part is empty");
    while (TERM.lastIndex < clean.length) {
      const from = TERM.lastIndex;
      const match = TERM.exec(clean);
      if (!match || (from > 0 && match[1] === "")) throw refuse(`"${clean.slice(from)}" is not understood`);
      const [, sign, digits, below, timesAxis, axis] = match;
      const value = (digits === undefined ? 1 : Number(digits) / Number(below ?? 1)) * (sign === "-" ? -1 : 1);
      const letter = (axis ?? timesAxis?.slice(-1))?.toLowerCase();
      if (letter === undefined) shift += value;
      else row[letter.charCodeAt(0) - 120]! += value;
      while (clean[TERM.lastIndex] === " ") TERM.lastIndex++;
    }
    const twentyFourths = Math.round(shift * DENOMINATOR);
    // 0.33 and 0.6667 are thirds cut off, 0.1 is nothing a lattice allows
    if (!(Math.abs(shift * DENOMINATOR - twentyFourths) < 0.1)) throw refuse(`a shift of ${shift} is no multiple of 1/24`);
    if (row.some((x) => x !== -1 && x !== 0 && x !== 1)) throw refuse("coefficients of x, y, z must be -1, 0 or 1");
    rotation.push(...row);
    translation[i] = wrap(twentyFourths);
  }
  if (Math.abs(determinant(rotation)) !== 1) throw refuse("it maps the lattice on a part of itself");
  return { rotation, translation };
}

/** "-x, y+1/2, -z" */
export function formatOperation(op: SymmetryOperation): string {
  return [0, 1, 2]
    .map((i) => {
      const axes = ["x", "y", "z"]
        .map((name, j) => ["-", "", "+"][op.rotation[3 * i + j]! + 1]! + (op.rotation[3 * i + j] ? name : ""))
        .join("");
      const shift = fraction(op.translation[i]!);
      return `${axes.replace(/^\+/, "")}${shift === "0" ? "" : `+${shift}`}`;
    })
    .join(", ");
}

/** 12 → "1/2" */
function fraction(twentyFourths: number): string {
  if (twentyFourths === 0) return "0";
  let [n, d] = [twentyFourths, DENOMINATOR];
  for (const p of [2, 3]) while (n % p === 0 && d % p === 0) [n, d] = [n / p, d / p];
  return `${n}/${d}`;
}

/** Twice the 192 of the largest space groups: room for a lattice described with a doubled cell. */
const MOST_OPERATIONS = 384;

/**
 * The group that these operations generate, the identity first. Throws INVALID_INPUT if it does not close within 384 operations:
 * then they are no space group on this lattice.
 */
export function closeGroup(operations: readonly SymmetryOperation[]): SymmetryOperation[] {
  const group = [IDENTITY];
  const known = new Set([operationKey(IDENTITY)]);
  const generators: SymmetryOperation[] = [];
  for (const generator of operations) {
    if (known.has(operationKey(generator))) continue;
    generators.push(generator);
    // every element times every generator until nothing new appears; a finite set closed so is the group
    for (let i = 0; i < group.length; i++) {
      for (const g of generators) {
        const product = multiplyOperations(group[i]!, g);
        const key = operationKey(product);
        if (known.has(key)) continue;
        known.add(key);
        group.push(product);
        if (group.length > MOST_OPERATIONS) {
          throw new ThioscopeError(
            "INVALID_INPUT",
            `the symmetry operations do not form a group: more than ${MOST_OPERATIONS} follow from them`,
          );
        }
      }
    }
  }
  return group;
}

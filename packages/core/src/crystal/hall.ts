/**
 * Space-group operations from a Hall symbol, e.g. "-F 4 2 3", "P 4n 2 3 -1n", "-C 2yc", with an optional origin shift
 * "(0 0 1)" in twelfths or change of basis "(x,y,z+1/4)".
 *
 * Symbol = [-]lattice, then up to four generators: [-]order[axis][screw][translations]. Axis and its default follow the
 * position: the first is along z; a second 2 is along x after 2 or 4, along x-y after 3 or 6; a third 3 is along x+y+z.
 * (S. R. Hall, Acta Cryst. A37, 517 (1981); Hall & Grosse-Kunstleve, Int. Tables B, 1.4 (2010).)
 */
import { ThioscopeError } from "../errors.ts";
import { closeGroup, DENOMINATOR, determinant, multiplyOperations, parseOperation, type SymmetryOperation } from "./operation.ts";

/** Centring vectors in twenty-fourths. */
const LATTICES: Readonly<Record<string, readonly (readonly [number, number, number])[]>> = {
  P: [],
  A: [[0, 12, 12]],
  B: [[12, 0, 12]],
  C: [[12, 12, 0]],
  I: [[12, 12, 12]],
  R: [
    [16, 8, 8],
    [8, 16, 16],
  ],
  S: [
    [8, 8, 16],
    [16, 16, 8],
  ],
  T: [
    [8, 16, 8],
    [16, 8, 16],
  ],
  H: [
    [16, 8, 0],
    [8, 16, 0],
  ],
  F: [
    [0, 12, 12],
    [12, 0, 12],
    [12, 12, 0],
  ],
};

/** Translations in twenty-fourths. */
const SHIFTS: Readonly<Record<string, readonly [number, number, number]>> = {
  a: [12, 0, 0],
  b: [0, 12, 0],
  c: [0, 0, 12],
  n: [12, 12, 12],
  u: [6, 0, 0],
  v: [0, 6, 0],
  w: [0, 0, 6],
  d: [6, 6, 6],
};

/** Rotations about z; other axes follow by cyclic permutation of x, y, z. */
const ABOUT_Z: Readonly<Record<string, readonly number[]>> = {
  "1": [1, 0, 0, 0, 1, 0, 0, 0, 1],
  "2": [-1, 0, 0, 0, -1, 0, 0, 0, 1],
  "3": [0, -1, 0, 1, -1, 0, 0, 0, 1],
  "4": [0, -1, 0, 1, 0, 0, 0, 0, 1],
  "6": [1, -1, 0, 1, 0, 0, 0, 0, 1],
};
/** Twofold axes across z: along x-y (') and x+y ("). */
const ACROSS_Z: Readonly<Record<string, readonly number[]>> = {
  "'": [0, -1, 0, -1, 0, 0, 0, 0, -1],
  '"': [0, 1, 0, 1, 0, 0, 0, 0, -1],
};
const DIAGONAL_3 = [0, 0, 1, 1, 0, 0, 0, 1, 0];

/** z → x → y: the matrix for the axis number `turns` after z (0 z, 1 x, 2 y). */
function permuted(r: readonly number[], turns: number): number[] {
  const out = new Array<number>(9).fill(0);
  for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) out[3 * ((i + turns) % 3) + ((j + turns) % 3)] = r[3 * i + j]!;
  return out;
}

const GENERATOR = /^(-?)([12346])([xyz]?)(['"*]?)(=?)([abcnuvwd1-5]*)$/;

/**
 * All operations of the group, the identity first.
 *
 * @param symbol Hall symbol; blanks and underscores separate
 * @throws INVALID_INPUT where the symbol does not follow the grammar
 */
export function operationsOfHall(symbol: string): SymmetryOperation[] {
  const refuse = (why: string): ThioscopeError =>
    new ThioscopeError("INVALID_INPUT", `"${symbol.slice(0, 80)}" is not a Hall symbol: ${why}`);
  if (symbol.length > 80) throw refuse("it is too long");
  const open = symbol.indexOf("(");
  const basis = open < 0 ? "" : symbol.slice(open);
  const words = (open < 0 ? symbol : symbol.slice(0, open))
    .trim()
    .split(/[\s_]+/)
    .filter((w) => w !== "");
  const lattice = /^(-?)([PABCIRSTHF])$/i.exec(words[0] ?? "");
  if (!lattice) throw refuse(`it begins with "${words[0] ?? ""}", not with a lattice letter P A B C I R S T H F`);
  const generators: SymmetryOperation[] = [];
  if (lattice[1] === "-") generators.push({ rotation: [-1, 0, 0, 0, -1, 0, 0, 0, -1], translation: [0, 0, 0] });
  for (const t of LATTICES[lattice[2]!.toUpperCase()]!) generators.push({ rotation: ABOUT_Z["1"]!, translation: [t[0], t[1], t[2]] });
  let first = "";
  let axis = 0;
  for (const [position, word] of words.slice(1).entries()) {
    const match = GENERATOR.exec(word);
    if (!match || position > 3) throw refuse(`"${word}" is no generator`);
    const [, minus, order = "", letter = "", across = "", , tail = ""] = match;
    let rotation: readonly number[];
    let screwAxis = -1;
    if (order === "1") rotation = ABOUT_Z["1"]!;
    else if (across === "*" || (order === "3" && position === 2)) {
      if (order !== "3") throw refuse(`only 3 lies along x+y+z, not "${word}"`);
      rotation = DIAGONAL_3;
    } else if (across !== "" || (order === "2" && position === 1 && letter === "" && (first === "3" || first === "6"))) {
      if (order !== "2") throw refuse(`only 2 lies across an axis, not "${word}"`);
      // the diagonal lies across the named axis, or across the one before
      const turns = letter === "" ? axis : "zxy".indexOf(letter);
      rotation = permuted(ACROSS_Z[across || "'"]!, turns);
    } else {
      if (letter !== "") axis = "zxy".indexOf(letter);
      else if (position === 1 && order === "2" && (first === "2" || first === "4")) axis = 1;
      else if (position === 0) axis = 0;
      else if (position !== 0 && order !== "2") throw refuse(`the axis of "${word}" is not stated`);
      rotation = permuted(ABOUT_Z[order]!, axis);
      // letters count axes x, y, z; turns count z, x, y
      screwAxis = (axis + 2) % 3;
    }
    if (position === 0) first = order;
    const translation: [number, number, number] = [0, 0, 0];
    for (const sign of tail) {
      const shift = SHIFTS[sign];
      if (shift) for (let i = 0; i < 3; i++) translation[i]! += shift[i]!;
      else if (screwAxis < 0 || Number(sign) >= Number(order)) throw refuse(`a screw ${sign} does not belong to "${word}"`);
      else translation[screwAxis]! += (DENOMINATOR * Number(sign)) / Number(order);
    }
    for (let i = 0; i < 3; i++) translation[i] = translation[i]! % DENOMINATOR;
    generators.push({ rotation: minus === "-" ? rotation.map((x) => -x + 0) : rotation, translation });
  }
  const change = basis === "" ? null : changeOfBasis(basis, refuse);
  return closeGroup(change ? generators.map((g) => inNewBasis(g, change)) : generators);
}

interface Change {
  forward: SymmetryOperation;
  back: SymmetryOperation;
}

/** "(0 0 1)" in twelfths, or "(x,y,z+1/4)": the operation V of W' = V W V⁻¹. */
function changeOfBasis(text: string, refuse: (why: string) => ThioscopeError): Change {
  const match = /^\(([^()]*)\)\s*$/.exec(text);
  if (!match) throw refuse(`"${text}" is no change of basis`);
  const shift = /^\s*(-?\d+)\s+(-?\d+)\s+(-?\d+)\s*$/.exec(match[1]!);
  const forward = shift
    ? {
        rotation: ABOUT_Z["1"]!,
        translation: [1, 2, 3].map((i) => (((2 * Number(shift[i])) % 24) + 24) % 24) as unknown as [number, number, number],
      }
    : parseOperation(match[1]!);
  return { forward, back: inverseOperation(forward) };
}

/** R⁻¹ = adj(R)/det R for det = ±1, t' = -R⁻¹ t. */
function inverseOperation({ rotation: r, translation: t }: SymmetryOperation): SymmetryOperation {
  const det = determinant(r);
  const at = (i: number, j: number): number => r[3 * (i % 3) + (j % 3)]!;
  const rotation: number[] = [];
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      rotation.push((at(j + 1, i + 1) * at(j + 2, i + 2) - at(j + 1, i + 2) * at(j + 2, i + 1)) / det + 0);
    }
  }
  const [x, y, z] = t;
  const back = [0, 1, 2].map((i) => {
    const value = -(rotation[3 * i]! * x + rotation[3 * i + 1]! * y + rotation[3 * i + 2]! * z);
    return ((value % DENOMINATOR) + DENOMINATOR) % DENOMINATOR;
  });
  return { rotation, translation: back as unknown as [number, number, number] };
}

const inNewBasis = (g: SymmetryOperation, { forward, back }: Change): SymmetryOperation =>
  multiplyOperations(forward, multiplyOperations(g, back));

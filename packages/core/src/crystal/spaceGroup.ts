/**
 * Space groups by number, Hermann–Mauguin or Hall symbol, or from listed operations, and what follows from the operations alone:
 * crystal system, point group, lattice centring, which cell parameters are one number.
 *
 * Operations are generated from Hall symbols ({@link operationsOfHall}); nothing about a group is listed by hand.
 */
import { ThioscopeError } from "../errors.ts";
import { nearest } from "../suggest.ts";
import type { CellParameters } from "./cell.ts";
import { operationsOfHall } from "./hall.ts";
import { closeGroup, determinant, operationKey, type SymmetryOperation } from "./operation.ts";
import { SETTINGS_TABLE } from "./settingsTable.ts";

export type CrystalSystem = "triclinic" | "monoclinic" | "orthorhombic" | "tetragonal" | "trigonal" | "hexagonal" | "cubic";

export interface SpaceGroup {
  /** 1–230; null for a setting that the table does not hold */
  readonly number: number | null;
  /** Hermann–Mauguin symbol with blanks ("F m -3 m"), with ":1", ":2", ":H", ":R" where the origin or axes need it; null if not known */
  readonly symbol: string | null;
  readonly hall: string | null;
  /** all operations modulo lattice translations, centring included, the identity first */
  readonly operations: readonly SymmetryOperation[];
  readonly system: CrystalSystem;
}

interface Setting {
  number: number;
  symbol: string;
  extension: string;
  hall: string;
}

let settings: Setting[] | undefined;
let byName: Map<string, Setting> | undefined;
let byOperations: Map<string, SpaceGroup> | undefined;
const made = new Map<string, SpaceGroup>();

function allSettings(): readonly Setting[] {
  settings ??= SETTINGS_TABLE.split("\n").map((line) => {
    const [number = "", symbol = "", extension = "", hall = ""] = line.split("|");
    return { number: Number(number), symbol, extension, hall };
  });
  return settings;
}

/** Origin at a centre of symmetry and hexagonal axes are what International Tables and files prefer. */
const isPreferred = (s: Setting): boolean => s.extension === "" || s.extension === "2" || s.extension === "H";

/** Case, blanks, underscores and the bar's place do not matter: "Fm-3m", "F m -3 m", "FM-3M", "F m 3 m" (the form before 1983). */
function plain(name: string): string {
  return name.replace(/[\s_'"~]+/g, "").toLowerCase();
}

function names(): Map<string, Setting> {
  if (byName) return byName;
  byName = new Map();
  const add = (name: string, s: Setting): void => {
    if (!byName!.has(name)) byName!.set(name, s);
  };
  // preferred settings first: a bare symbol means them
  const order = [...allSettings().filter(isPreferred), ...allSettings().filter((s) => !isPreferred(s))];
  for (const s of order) {
    const full = plain(s.symbol);
    const short = /^[a-z]1([^1].*)1$/.test(full) && s.number >= 3 && s.number <= 15 ? `${full[0]}${full.slice(2, -1)}` : full;
    // "F d 3 m" for "F d -3 m", groups 200–230
    const old = s.number >= 200 ? full.replace("-3", "3") : full;
    for (const form of [full, short, old]) {
      if (s.extension !== "") {
        add(`${form}:${s.extension.toLowerCase()}`, s);
        if (s.extension === "1" || s.extension === "2") add(`${form}${s.extension === "1" ? "s" : "z"}`, s);
      }
      add(form, s);
    }
  }
  return byName;
}

function make(s: Setting): SpaceGroup {
  const known = made.get(s.hall);
  if (known) return known;
  const operations = operationsOfHall(s.hall);
  const symbol = s.extension === "" ? s.symbol : `${s.symbol}:${s.extension}`;
  const group: SpaceGroup = { number: s.number, symbol, hall: s.hall, operations, system: systemOf(operations) };
  made.set(s.hall, group);
  return group;
}

/**
 * The space group named by number (usual setting), Hermann–Mauguin symbol ("Fm-3m", "P 1 21/c 1", "F d -3 m :1") or Hall
 * symbol ("-F 4 2 3"). Throws INVALID_INPUT with the nearest symbol for what is none of these.
 */
export function spaceGroup(name: string | number): SpaceGroup {
  const text = String(name).trim();
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    const setting = allSettings().find((s) => s.number === number && isPreferred(s));
    if (!setting) throw new ThioscopeError("INVALID_INPUT", `space group number ${text}: allowed are 1 to 230`);
    return make(setting);
  }
  const found = names().get(plain(text));
  if (found) return make(found);
  try {
    return spaceGroupOfHall(text);
  } catch (error) {
    if (!(error instanceof ThioscopeError)) throw error;
  }
  const shown = text.slice(0, 40);
  const meant = text.length <= 20 ? nearest(plain(text), [...names().keys()]) : undefined;
  const guess = meant === undefined ? "" : `; did you mean ${names().get(meant)!.symbol}?`;
  throw new ThioscopeError(
    "INVALID_INPUT",
    `"${shown}" is not a space group: a number 1 to 230, a Hermann–Mauguin or a Hall symbol${guess}`,
  );
}

/** The space group of a Hall symbol, which is never read as a Hermann–Mauguin one ("P 4 2" means P422 here, P4₂ there). */
export function spaceGroupOfHall(symbol: string): SpaceGroup {
  const compact = symbol
    .trim()
    .replace(/[\s_]+/g, " ")
    .toLowerCase();
  const known = allSettings().find((s) => s.hall.toLowerCase() === compact);
  return known ? make(known) : spaceGroupOfOperations(operationsOfHall(symbol));
}

/** A key that is equal for the same set of operations in any order. */
function setKey(operations: readonly SymmetryOperation[]): string {
  return operations.map(operationKey).sort().join("|");
}

/**
 * The space group of these operations (closed first if they are generators only). Its number and symbol are found by comparing with every known setting; a
 * setting beyond the table keeps its operations and has no name.
 */
export function spaceGroupOfOperations(operations: readonly SymmetryOperation[]): SpaceGroup {
  const closed = closeGroup(operations);
  const key = setKey(closed);
  byOperations ??= new Map();
  let found = byOperations.get(key);
  if (found) return found;
  const system = systemOf(closed);
  const order = closed.length;
  for (const s of allSettings()) {
    // groups of one system lie together; generating only those keeps this fast
    if (systemOfNumber(s.number) !== system) continue;
    const group = make(s);
    if (group.operations.length === order && setKey(group.operations) === key) {
      found = group;
      break;
    }
  }
  if (!found) return { number: null, symbol: null, hall: null, operations: closed, system };
  byOperations.set(key, found);
  return found;
}

function systemOfNumber(n: number): CrystalSystem {
  if (n <= 2) return "triclinic";
  if (n <= 15) return "monoclinic";
  if (n <= 74) return "orthorhombic";
  if (n <= 142) return "tetragonal";
  if (n <= 167) return "trigonal";
  return n <= 194 ? "hexagonal" : "cubic";
}

/** Order of the proper rotation in R: from its trace, 3 → 1, -1 → 2, 0 → 3, 1 → 4, 2 → 6. */
function rotationOrder(r: readonly number[]): number {
  const trace = (r[0]! + r[4]! + r[8]!) * determinant(r);
  return [2, 3, 4, 6, 1][trace + 1] ?? 1;
}

function systemOf(operations: readonly SymmetryOperation[]): CrystalSystem {
  const count = new Map<number, number>();
  for (const r of pointOperations(operations)) count.set(rotationOrder(r), (count.get(rotationOrder(r)) ?? 0) + 1);
  const has = (n: number): number => count.get(n) ?? 0;
  if (has(3) >= 8) return "cubic";
  if (has(6) > 0) return "hexagonal";
  if (has(3) > 0) return "trigonal";
  if (has(4) > 0) return "tetragonal";
  if (has(2) >= 3) return "orthorhombic";
  return has(2) > 0 ? "monoclinic" : "triclinic";
}

/** The distinct matrices R of the group: its point group in the axes of the cell. */
export function pointOperations(operations: readonly SymmetryOperation[]): readonly (readonly number[])[] {
  return [...new Map(operations.map((op) => [op.rotation.join(","), op.rotation])).values()];
}

/** The point group with inversion added: the symmetry of |F|² without anomalous scattering, and of every powder pattern. */
export function laueOperations(operations: readonly SymmetryOperation[]): readonly (readonly number[])[] {
  const point = pointOperations(operations);
  return [...new Map([...point, ...point.map((r) => r.map((x) => -x + 0))].map((r) => [r.join(","), r])).values()];
}

export function isCentrosymmetric(group: SpaceGroup): boolean {
  return group.operations.some((op) => op.rotation.join(",") === "-1,0,0,0,-1,0,0,0,-1");
}

/**
 * Which of a, b, c, α, β, γ (0…5) symmetry makes one number: axes that an operation maps onto each other, and the angles between
 * such axes where they are free.
 */
export function tiedParameters(group: SpaceGroup): number[][] {
  const parent = [0, 1, 2, 3, 4, 5];
  const root = (i: number): number => (parent[i] === i ? i : root(parent[i]!));
  for (const r of pointOperations(group.operations)) {
    const image = [0, 1, 2].map((j) => {
      const column = [r[j]!, r[3 + j]!, r[6 + j]!];
      const on = column.map((x, i) => (x === 0 ? -1 : i)).filter((i) => i >= 0);
      return on.length === 1 ? on[0]! : -1;
    });
    for (let j = 0; j < 3; j++) if (image[j]! >= 0) parent[root(image[j]!)] = root(j);
    if (image.includes(-1)) continue;
    // the angle opposite axis j goes to the angle opposite its image
    for (let j = 0; j < 3; j++) parent[root(3 + image[j]!)] = root(3 + j);
  }
  const groups = new Map<number, number[]>();
  for (let i = 0; i < 6; i++) groups.set(root(i), [...(groups.get(root(i)) ?? []), i]);
  return [...groups.values()].filter((g) => g.length > 1);
}

/**
 * What of this cell contradicts the symmetry, in words; empty where Rᵀ G R = G within `tolerance` (relative) for all
 * rotations.
 */
export function metricConflict(group: SpaceGroup, metric: Float64Array, tolerance = 2e-3): string | null {
  for (const r of pointOperations(group.operations)) {
    for (let i = 0; i < 3; i++) {
      for (let j = i; j < 3; j++) {
        let sum = 0;
        for (let k = 0; k < 3; k++) for (let m = 0; m < 3; m++) sum += r[3 * k + i]! * metric[3 * k + m]! * r[3 * m + j]!;
        const scale = Math.sqrt(metric[4 * i]! * metric[4 * j]!);
        if (Math.abs(sum - metric[3 * i + j]!) > tolerance * scale) {
          return `the cell is not ${group.system}, as ${group.symbol ?? "its symmetry operations"} demands`;
        }
      }
    }
  }
  return null;
}

/** True for a hexagonal cell, on which a rhombohedral group takes its H setting. */
export function isHexagonalCell([a, b, c, alpha, beta, gamma]: CellParameters): boolean {
  const near = (x: number, y: number): boolean => Math.abs(x - y) < 0.1;
  return near(a, b) && near(alpha, 90) && near(beta, 90) && near(gamma, 120) && c > 0;
}

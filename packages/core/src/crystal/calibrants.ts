/**
 * Calibrants: d-spacings computed from lattice parameters, or listed by the user.
 *
 * The reflections are those that the structure really shows (systematic extinctions and reflections that vanish by the atoms' places, such
 * as 222 of silicon, are left out); silver behenate is a stack of layers whose orders 00l are its lines.
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { nearest } from "../suggest.ts";
import type { Quantity } from "../units/quantity.ts";
import { unitCell } from "./cell.ts";
import type { Indices } from "./extinction.ts";
import { phaseFact, phaseStructure } from "./phases.ts";
import { powderLines } from "./powder.ts";
import { spaceGroup, tiedParameters } from "./spaceGroup.ts";
import type { Structure } from "./structure.ts";

export interface CalibrantLine {
  readonly d: Quantity;
  /** null in a list that states none */
  readonly hkl: Indices | null;
  /** null in a list that states none */
  readonly multiplicity: number | null;
}

export interface Calibrant {
  readonly name: string;
  readonly source: string;
  /** by falling d */
  readonly lines: readonly CalibrantLine[];
  readonly notices: readonly Notice[];
}

/** Lattice parameters of older certificates, Å. */
const CUBIC: Readonly<Record<string, { like: string; a: number; source: string }>> = {
  "LaB6 SRM 660a": { like: "LaB6", a: 4.1569162, source: "NIST SRM 660a" },
  "LaB6 SRM 660b": { like: "LaB6", a: 4.15689, source: "NIST SRM 660b" },
  "Si SRM 640c": { like: "Si", a: 5.4311946, source: "NIST SRM 640c" },
};

/** Å; long period of silver behenate: Huang, Toraya, Blanton & Wu, J. Appl. Cryst. 26, 180 (1993). */
const BEHENATE = 58.38;

const NAMES = ["LaB6", "CeO2", "Si", "Al2O3", "AgBehenate", "NaCl", "Ni", ...Object.keys(CUBIC)];

/** Names that {@link calibrant} knows. */
export const CALIBRANT_NAMES: readonly string[] = NAMES;

/**
 * Lines of a calibrant down to `dMinAngstrom`.
 *
 * @param name one of {@link CALIBRANT_NAMES}; blanks, hyphens and case do not matter
 * @throws INVALID_INPUT for an unknown name
 */
export function calibrant(name: string, dMinAngstrom: number): Calibrant {
  const plain = (s: string): string => s.toLowerCase().replace(/[\s_-]+/g, "");
  const wanted = plain(name);
  if (["agbehenate", "agbh", "silverbehenate"].includes(wanted)) return behenate(dMinAngstrom);
  const older = Object.entries(CUBIC).find(([n]) => plain(n) === wanted)?.[1];
  if (older) {
    const structure = phaseStructure(older.like);
    const cell = unitCell([older.a, older.a, older.a, 90, 90, 90], null, tiedParameters(structure.group));
    return calibrantOfStructure({ ...structure, cell, name, source: older.source }, dMinAngstrom);
  }
  const known = NAMES.find((n) => plain(n) === wanted);
  if (!known) {
    const guess = name.length <= 30 ? nearest(name, NAMES) : undefined;
    throw new ThioscopeError(
      "INVALID_INPUT",
      `no calibrant "${name.slice(0, 40)}"${guess ? `; did you mean ${guess}?` : ""} Known are ${NAMES.join(", ")}; others as a list of d`,
    );
  }
  return calibrantOfStructure(phaseStructure(phaseFact(known).name), dMinAngstrom);
}

/** Lines of any structure; where its atoms are not known, all reflections that its space group allows. */
export function calibrantOfStructure(structure: Structure, dMinAngstrom: number): Calibrant {
  // positions do not depend on the wavelength; this one reaches every d
  const pattern = powderLines(structure, { wavelengthAngstrom: Math.min(1, dMinAngstrom), dMinAngstrom, dispersion: "none" });
  const lines = pattern.lines.map(({ d, families, multiplicity }) => ({ d, hkl: families[0]!.hkl, multiplicity }));
  return { name: structure.name, source: structure.source, lines, notices: structure.notices };
}

function behenate(dMinAngstrom: number): Calibrant {
  if (!(dMinAngstrom >= 0.5))
    throw new ThioscopeError("INVALID_INPUT", `smallest d ${dMinAngstrom} Å of silver behenate: its orders are used from 0.5 Å upwards`);
  const orders = Math.floor(BEHENATE / dMinAngstrom + 1e-9);
  const lines = Array.from(
    { length: orders },
    (_, i): CalibrantLine => ({ d: { value: BEHENATE / (i + 1), sigma: null, unit: "Å" }, hkl: [0, 0, i + 1], multiplicity: 2 }),
  );
  return { name: "AgBehenate", source: "Huang et al., J. Appl. Cryst. 26, 180 (1993)", lines, notices: [] };
}

const MOST_LINES = 10_000;
const LIST_LINE = /^\s*([0-9.eE+-]+)\s*(?:#\s*\(\s*(-?\d+)\s+(-?\d+)\s+(-?\d+)\s*\)\s*(\d+)?.*)?$/;

/**
 * A user's list of d-spacings: one per line in Å, `#` begins a comment, "(h k l) multiplicity" in it is understood (the form of
 * pyFAI and Fit2D). Throws FILE_DAMAGED with the line for what is no spacing, FILE_EMPTY for a list without any.
 *
 * @param name the list's name, for messages
 */
export function readSpacings(text: string, name: string): Calibrant {
  const lines: CalibrantLine[] = [];
  for (const [i, row] of text.split(/\r\n|\r|\n/).entries()) {
    if (row.trim() === "" || row.trimStart().startsWith("#")) continue;
    const match = row.length <= 400 ? (LIST_LINE.exec(row) ?? LIST_LINE.exec(row.split("#")[0]!)) : null;
    const d = match ? Number(match[1]) : Number.NaN;
    if (!(d > 0 && d < 1e5)) {
      throw new ThioscopeError("FILE_DAMAGED", `"${row.slice(0, 40)}" is no d-spacing in Å`, { file: name, line: i + 1 });
    }
    if (lines.length >= MOST_LINES)
      throw new ThioscopeError("INVALID_INPUT", `more than ${MOST_LINES} d-spacings`, { file: name, line: i + 1 });
    const hkl = match?.[2] === undefined ? null : ([Number(match[2]), Number(match[3]), Number(match[4])] as const);
    lines.push({ d: { value: d, sigma: null, unit: "Å" }, hkl, multiplicity: match?.[5] === undefined ? null : Number(match[5]) });
  }
  if (lines.length === 0) throw new ThioscopeError("FILE_EMPTY", "the list holds no d-spacing", { file: name });
  return { name, source: name, lines: lines.sort((a, b) => b.d.value - a.d.value), notices: [] };
}

/** A calibrant of a cell and space group alone, for a user who knows no more. */
export function calibrantOfCell(
  parameters: readonly [number, number, number, number, number, number],
  group: string,
  dMinAngstrom: number,
): Calibrant {
  const found = spaceGroup(group);
  const cell = unitCell(parameters, null, tiedParameters(found));
  return calibrantOfStructure(
    { name: `${found.symbol} cell`, source: "stated by the user", cell, group: found, sites: null, notices: [] },
    dMinAngstrom,
  );
}

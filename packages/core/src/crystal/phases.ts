/**
 * Crystal structures of calibrants, electrode materials and electrolytes as data: every cell and every set of coordinates has its
 * source and a flag.
 *
 * - `measured`: from the source named; `computed`: first-principles (PBE cells are 0.5–1 % too large: refine before identifying a
 *   phase); `assumed`: a rounded literature value that was not checked against its first source; `symmetry`: coordinates that the
 *   space group fixes.
 * - Where coordinates are not known from a source, cell and space group stand alone: lines have positions and no intensities.
 */
import { ThioscopeError } from "../errors.ts";
import { nearest } from "../suggest.ts";
import { type CellParameters, unitCell } from "./cell.ts";
import { spaceGroup, tiedParameters } from "./spaceGroup.ts";
import type { AtomSite, Structure } from "./structure.ts";

export type FactFlag = "measured" | "computed" | "assumed" | "symmetry";

export interface SourcedFact<T> {
  readonly value: T;
  readonly source: string;
  readonly flag: FactFlag;
}

/** label, element, x, y, z, then B in Å² if known and occupancy if not 1 */
type SiteFact = readonly [label: string, element: string, x: number, y: number, z: number, b?: number | null, occupancy?: number];

export interface PhaseFact {
  readonly name: string;
  readonly formula: string;
  readonly aliases: readonly string[];
  /** Hermann–Mauguin with origin choice where there are two */
  readonly spaceGroup: string;
  readonly cell: SourcedFact<CellParameters> & { readonly sigmas?: CellParameters };
  /** null: not known from a source */
  readonly sites: SourcedFact<readonly SiteFact[]> | null;
}

const cubic = (a: number): CellParameters => [a, a, a, 90, 90, 90];
const tetragonal = (a: number, c: number): CellParameters => [a, a, c, 90, 90, 90];
const hexagonal = (a: number, c: number): CellParameters => [a, a, c, 90, 90, 120];

const FIXED = "fixed by the space group";
const symmetry = (...value: readonly SiteFact[]): SourcedFact<readonly SiteFact[]> => ({ value, source: FIXED, flag: "symmetry" });
const MP = "Materials Project (PBE), CC BY 4.0";

export const PHASES: readonly PhaseFact[] = [
  {
    name: "LaB6",
    formula: "LaB6",
    aliases: ["SRM 660c", "lanthanum hexaboride"],
    spaceGroup: "P m -3 m",
    cell: {
      value: cubic(4.156826),
      sigmas: [4e-5, 4e-5, 4e-5, 0, 0, 0],
      source: "NIST certificate SRM 660c, 22.5 °C: 0.4156826 nm ± 0.000008 nm (k = 2)",
      flag: "measured",
    },
    sites: {
      value: [
        ["La", "La", 0, 0, 0, 0.267],
        ["B", "B", 0.19853, 0.5, 0.5, 0.141],
      ],
      source: "COD 2104736: Elliot, Acta Cryst. B66, 271 (2010), B from U_eq",
      flag: "measured",
    },
  },
  {
    name: "CeO2",
    formula: "CeO2",
    aliases: ["SRM 674b", "ceria", "cerianite"],
    spaceGroup: "F m -3 m",
    cell: { value: cubic(5.411651), source: "NIST SRM 674b, as in the calibrant list of pyFAI", flag: "measured" },
    sites: symmetry(["Ce", "Ce", 0, 0, 0], ["O", "O", 0.25, 0.25, 0.25]),
  },
  {
    name: "Si",
    formula: "Si",
    aliases: ["SRM 640e", "silicon"],
    spaceGroup: "F d -3 m:2",
    cell: { value: cubic(5.431179), source: "NIST SRM 640e, as in the calibrant list of pyFAI", flag: "measured" },
    sites: symmetry(["Si", "Si", 0.125, 0.125, 0.125]),
  },
  {
    name: "Al2O3",
    formula: "Al2O3",
    aliases: ["SRM 676a", "corundum", "alumina", "alpha-Al2O3"],
    spaceGroup: "R -3 c:H",
    cell: { value: hexagonal(4.759091, 12.991779), source: "NIST SRM 676a, as in the calibrant list of GSAS-II", flag: "measured" },
    sites: {
      value: [
        ["Al", "Al", 0, 0, 0.35217],
        ["O", "O", 0.3061, 0, 0.25],
      ],
      source: "AFLOW prototype A2B3_hR10_167_c_e (corundum): Mehl et al., Comput. Mater. Sci. 136, S1 (2017)",
      flag: "measured",
    },
  },
  {
    name: "Ni",
    formula: "Ni",
    aliases: ["nickel"],
    spaceGroup: "F m -3 m",
    cell: { value: cubic(3.52387), source: "Taylor, J. Inst. Met. 77, 585 (1950), as in the calibrant list of pyFAI", flag: "measured" },
    sites: symmetry(["Ni", "Ni", 0, 0, 0]),
  },
  {
    name: "NaCl",
    formula: "NaCl",
    aliases: ["halite"],
    spaceGroup: "F m -3 m",
    cell: {
      value: cubic(5.6401),
      source: "Walker et al., Am. Mineral. 89, 204 (2004), as in the calibrant list of pyFAI",
      flag: "measured",
    },
    sites: symmetry(["Na", "Na", 0, 0, 0], ["Cl", "Cl", 0.5, 0.5, 0.5]),
  },
  {
    name: "Fe",
    formula: "Fe",
    aliases: ["ferrite", "alpha-Fe"],
    spaceGroup: "I m -3 m",
    cell: {
      value: cubic(2.8665),
      source: "handbook value of pure iron at room temperature, not checked; steels differ by 0.1 %",
      flag: "assumed",
    },
    sites: symmetry(["Fe", "Fe", 0, 0, 0]),
  },
  {
    name: "S8",
    formula: "S8",
    aliases: ["alpha-S8", "sulfur", "orthorhombic sulfur"],
    spaceGroup: "F d d d:2",
    cell: {
      value: [10.4646, 12.866, 24.486, 90, 90, 90],
      source: "Rettig & Trotter, Acta Cryst. C43, 2260 (1987), as in AFLOW prototype A_oF128_70_4h",
      flag: "measured",
    },
    sites: {
      value: [
        ["S1", "S", 0.14415, 0.04732, 0.0486],
        ["S2", "S", 0.29277, 0.2269, 0.25406],
        ["S3", "S", 0.21598, 0.28022, 0.32618],
        ["S4", "S", 0.21405, 0.15761, 0.37947],
      ],
      source: "Rettig & Trotter, Acta Cryst. C43, 2260 (1987), as in AFLOW prototype A_oF128_70_4h",
      flag: "measured",
    },
  },
  {
    name: "Na2S",
    formula: "Na2S",
    aliases: ["sodium sulfide"],
    spaceGroup: "F m -3 m",
    cell: {
      value: cubic(6.538),
      source: "Zintl, Harder & Dauth 1934, as quoted by databases, not checked; PBE gives 6.571 Å (mp-648)",
      flag: "assumed",
    },
    sites: symmetry(["Na", "Na", 0.25, 0.25, 0.25], ["S", "S", 0, 0, 0]),
  },
  {
    name: "Na2S2",
    formula: "Na2S2",
    aliases: ["sodium disulfide", "beta-Na2S2"],
    spaceGroup: "P -6 2 m",
    cell: { value: hexagonal(7.68499, 5.390982), source: `${MP} mp-409; older measurements give about 7.64 and 5.34 Å`, flag: "computed" },
    sites: {
      value: [
        ["Na1", "Na", 0, 0.310468, 0],
        ["Na2", "Na", 0, 0.644014, 0.5],
        ["S1", "S", 1 / 3, 2 / 3, 0.199757],
        ["S2", "S", 0, 0, 0.301771],
      ],
      source: `${MP} mp-409`,
      flag: "computed",
    },
  },
  {
    name: "Na2S4",
    formula: "Na2S4",
    aliases: ["sodium tetrasulfide"],
    spaceGroup: "I -4 2 d",
    cell: { value: tetragonal(9.6, 11.79), source: "rounded from Tegman, Acta Cryst. B29, 1463 (1973), not checked", flag: "assumed" },
    sites: null,
  },
  {
    name: "Li2S",
    formula: "Li2S",
    aliases: ["lithium sulfide"],
    spaceGroup: "F m -3 m",
    cell: { value: cubic(5.72146), source: `${MP} mp-1153; measurements give 5.71–5.72 Å`, flag: "computed" },
    sites: symmetry(["Li", "Li", 0.25, 0.25, 0.25], ["S", "S", 0, 0, 0]),
  },
  {
    name: "Na3PS4",
    formula: "Na3PS4",
    aliases: ["NPS", "t-Na3PS4", "tetragonal Na3PS4"],
    spaceGroup: "P -4 21 c",
    cell: {
      value: tetragonal(6.956, 7.088),
      sigmas: [0.005, 0.005, 0.006, 0, 0, 0],
      source: "Chu et al., Sci. Rep. 6, 33733 (2016), Table 3",
      flag: "measured",
    },
    sites: {
      value: [
        ["Na1", "Na", 0, 0.5, 0.426, 2.54],
        ["Na2", "Na", 0, 0, 0, 3.2],
        ["P", "P", 0, 0, 0.5, 0.5],
        ["S", "S", 0.315, 0.345, 0.167, 1.1],
      ],
      source: "Chu et al., Sci. Rep. 6, 33733 (2016), Table 3",
      flag: "measured",
    },
  },
  {
    name: "c-Na3PS4",
    formula: "Na3PS4",
    aliases: ["cubic Na3PS4"],
    spaceGroup: "I -4 3 m",
    cell: { value: cubic(7), source: "rounded literature value, not checked", flag: "assumed" },
    sites: null,
  },
  {
    name: "Na3SbS4",
    formula: "Na3SbS4",
    aliases: ["NAS"],
    spaceGroup: "P -4 21 c",
    cell: { value: tetragonal(7.16, 7.29), source: "rounded literature value, not checked", flag: "assumed" },
    sites: null,
  },
  {
    name: "Na15Sn4",
    formula: "Na15Sn4",
    aliases: [],
    spaceGroup: "I -4 3 d",
    cell: { value: cubic(13.14), source: "rounded literature value, not checked", flag: "assumed" },
    sites: null,
  },
  {
    name: "Li6PS5Cl",
    formula: "Li6PS5Cl",
    aliases: ["argyrodite", "LPSC"],
    spaceGroup: "F -4 3 m",
    cell: { value: cubic(9.86026), source: "neutron refinement, bjmorgan/data_argyrodite_disorder (MIT)", flag: "measured" },
    sites: {
      value: [
        ["Li1", "Li", 0.3202, 0.0183, 0.67975, 0.0697 * 8 * Math.PI ** 2, 0.5],
        ["Cl1", "Cl", 0, 0, 0, 0.0319 * 8 * Math.PI ** 2, 0.3849],
        ["S1", "S", 0.25, 0.25, 0.75, 0.0359 * 8 * Math.PI ** 2, 0.3849],
        ["P1", "P", 0, 0, 0.5, 0.02 * 8 * Math.PI ** 2],
        ["S2", "S", 0.1186, -0.11857, 0.61857, 0.0294 * 8 * Math.PI ** 2],
        ["S3", "S", 0, 0, 0, 0.0319 * 8 * Math.PI ** 2, 0.6151],
        ["Cl2", "Cl", 0.25, 0.25, 0.75, 0.0359 * 8 * Math.PI ** 2, 0.6151],
      ],
      source: "neutron refinement, bjmorgan/data_argyrodite_disorder (MIT)",
      flag: "measured",
    },
  },
  {
    name: "TaCl5",
    formula: "TaCl5",
    aliases: ["Ta2Cl10"],
    spaceGroup: "C 1 2/m 1",
    cell: {
      value: [18.3, 17.3, 6.06, 90, 90.6, 90],
      source: "rounded literature value (Rabe & Müller, Z. Kristallogr. NCS 215, 1 (2000)), not checked",
      flag: "assumed",
    },
    sites: null,
  },
];

const spelled = (name: string): string => name.toLowerCase().replace(/[\s_()-]+/g, "");

/** The facts of a phase by name or alias, case and hyphens aside; INVALID_INPUT with the nearest name otherwise. */
export function phaseFact(name: string): PhaseFact {
  const wanted = spelled(name);
  const found = PHASES.find((p) => [p.name, ...p.aliases].some((n) => spelled(n) === wanted));
  if (found) return found;
  const meant =
    name.length <= 30
      ? nearest(
          wanted,
          PHASES.flatMap((p) => [p.name, ...p.aliases].map(spelled)),
        )
      : undefined;
  const guess = meant === undefined ? undefined : PHASES.find((p) => [p.name, ...p.aliases].some((n) => spelled(n) === meant))?.name;
  const known = PHASES.map((p) => p.name).join(", ");
  throw new ThioscopeError(
    "INVALID_INPUT",
    `no phase "${name.slice(0, 40)}"${guess ? `; did you mean ${guess}?` : ""} Known are ${known}; others from a CIF`,
  );
}

/** The structure of a phase by name or alias. */
export function phaseStructure(name: string): Structure {
  const fact = phaseFact(name);
  const group = spaceGroup(fact.spaceGroup);
  const cell = unitCell(fact.cell.value, fact.cell.sigmas ?? null, tiedParameters(group));
  const flagged = [fact.cell.flag, fact.sites?.flag].filter((f) => f === "assumed" || f === "computed");
  const notices =
    flagged.length === 0 ? [] : [{ code: "phase-unchecked", message: `cell of ${fact.name} is ${fact.cell.flag}: ${fact.cell.source}` }];
  return { name: fact.name, source: fact.cell.source, cell, group, sites: fact.sites?.value.map(siteOf) ?? null, notices };
}

function siteOf([label, element, x, y, z, b = null, occupancy = 1]: SiteFact): AtomSite {
  return { label, element, charge: 0, position: [x, y, z], occupancy, uIso: b === null ? null : b / (8 * Math.PI ** 2), uAniso: null };
}

/**
 * The energies that ship with the product, taken from the published files they come from: of each composition in the systems below the
 * polymorph of least energy. `node --conditions=source tests/golden/energyTables.ts` renews packages/core/src/thermo/tables; the test
 * beside it compares the two.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { dataFile } from "../data.ts";

/** Elements of the systems that the tables are made for. */
const SYSTEMS = ["Na P S Sb Sn", "Na Ta S Cl", "Li Ge P S", "Li I P S"].map((words) => new Set(words.split(" ")));
const ORDER = ["Li", "Na", "Ta", "Ge", "Sn", "Sb", "P", "S", "I", "Cl"];

export interface Row {
  formula: string;
  /** eV per atom, in the sense of its table */
  energy: number;
  /** eV per atom and K */
  entropy?: number;
  /** Å³ per atom */
  volume?: number;
}

const atoms = (formula: string): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const [, element, number] of formula.matchAll(/([A-Z][a-z]?)(\d*\.?\d*)/g)) {
    counts.set(element!, (counts.get(element!) ?? 0) + Number(number || 1));
  }
  return counts;
};

/** In the systems, reduced, and written as chemists do (Na2S2, not NaS); null outside. */
function nameOf(counts: ReadonlyMap<string, number>): string | null {
  const elements = [...counts.keys()];
  if (!SYSTEMS.some((system) => elements.every((e) => system.has(e)))) return null;
  const common = (a: number, b: number): number => (b < 1e-6 ? a : common(b, a % b));
  let divisor = [...counts.values()].reduce(common);
  const alkali = counts.get("Na") ?? counts.get("Li") ?? 0;
  if (elements.length === 2 && counts.has("S") && Math.round(alkali / divisor) === 1) divisor /= 2;
  return ORDER.filter((e) => counts.has(e))
    .map((e) => ({ e, n: Math.round(counts.get(e)! / divisor) }))
    .map(({ e, n }) => (elements.length === 1 || n === 1 ? e : `${e}${n}`))
    .join("");
}

const text = (name: string): string => {
  const bytes = readFileSync(dataFile(`thermo/${name}`));
  return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
};
const csv = (name: string): string[][] =>
  text(name)
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => [...line.matchAll(/("[^"]*"|[^,]*)(?:,|$)/g)].map(([, field]) => field!.replaceAll('"', "")));

function lowest(rows: readonly Row[]): Row[] {
  const best = new Map<string, Row>();
  for (const row of rows) {
    const before = best.get(row.formula);
    if (before === undefined || row.energy < before.energy) best.set(row.formula, row);
  }
  return [...best.values()].sort((a, b) => (a.formula < b.formula ? -1 : 1));
}

const inSystems = (formula: string): string | null => (formula.includes("(") ? null : nameOf(atoms(formula)));

export const TABLES: Readonly<Record<string, () => Row[]>> = {
  nrel: () =>
    lowest(
      csv("nrel-fere-phases.csv").flatMap(([, , energy, composition]) => {
        const formula = inSystems(composition!);
        return formula === null ? [] : [{ formula, energy: Number(energy) }];
      }),
    ),
  materialsProject2018: () =>
    lowest(
      csv("mp2018-formation-energies.csv.gz").flatMap(([cell, energy]) => {
        const formula = inSystems(cell!);
        // elements are the zero of formation energies
        return formula === null || ORDER.includes(formula) ? [] : [{ formula, energy: Number(energy) }];
      }),
    ),
  tabulated: () =>
    // NBS where both tables have a phase
    ["janaf", "nbs"]
      .flatMap((table) => csv("exp-vs-mp-formation-enthalpies.csv").filter((fields) => fields[0] === table))
      .reduce<Row[]>((rows, [, , written, , , enthalpy, gibbs]) => {
        const formula = inSystems(written!);
        if (formula === null) return rows;
        const entropy = gibbs === "" ? {} : { entropy: (Number(enthalpy) - Number(gibbs)) / 298.15 };
        return [...rows.filter((row) => row.formula !== formula), { formula, energy: Number(enthalpy), ...entropy }];
      }, [])
      .sort((a, b) => (a.formula < b.formula ? -1 : 1)),
  materialsProjectR2scan: () =>
    lowest(
      csv("exp-vs-mp-formation-enthalpies.csv").flatMap(([, , written, , , , , , energy]) => {
        const formula = inSystems(written!);
        return formula === null || energy === "" ? [] : [{ formula, energy: Number(energy) }];
      }),
    ),
  alexandria: () =>
    lowest(
      (
        JSON.parse(text("alexandria-pbe-Li-P-S.json.gz")) as {
          composition: Record<string, number>;
          e_form_per_atom: number;
          e_above_hull: number;
          volume_per_atom: number;
        }[]
      ).flatMap(({ composition, e_form_per_atom: energy, e_above_hull: above, volume_per_atom: volume }) => {
        const formula = nameOf(new Map(Object.entries(composition)));
        return formula === null || above > 0.1 || ORDER.includes(formula) ? [] : [{ formula, energy, volume }];
      }),
    ),
};

/** Volumes of computed cells, Å³ per atom. */
export const oqmdVolumes = (): Row[] =>
  csv("oqmd-partial.csv")
    .flatMap(([written, energy, volume]) => {
      const formula = inSystems(written!);
      return formula === null || volume === "" || energy === "" ? [] : [{ formula, energy: Number(energy), volume: Number(volume) }];
    })
    // far above the hull the cell is not that of the phase that forms
    .filter(({ energy }) => energy < 0)
    .sort((a, b) => (a.formula < b.formula ? -1 : 1));

const figure = (x: number | undefined): string => (x === undefined ? "" : ` ${Number(x.toPrecision(9)).toString()}`);

/** Rows as the lines of a table: "formula energy [entropy or volume]", separated by commas. */
export function lines(rows: readonly Row[]): string {
  const words = rows.map((r) => `${r.formula}${figure(r.energy)}${figure(r.entropy)}${figure(r.volume)}`);
  const wrapped: string[] = [""];
  for (const word of words) {
    if (wrapped.at(-1)!.length + word.length > 130) wrapped.push("");
    wrapped[wrapped.length - 1] += `${word}, `;
  }
  return wrapped.map((line) => line.trimEnd().replace(/,$/, "")).join(",\n");
}

const HEADERS: Readonly<Record<string, [constant: string, comment: string]>> = {
  nrel: [
    "NREL",
    "Total energies, eV per atom, 0 K, PBE: NREL Materials Database, as published with NREL/rlmolecule\n * (crystal_energy/inputs/competing_phases.csv), BSD-3-Clause, Alliance for Sustainable Energy. Of each composition the polymorph of\n * least energy. The set has no elements: the references are the fitted ones.",
  ],
  materialsProject2018: [
    "MATERIALS_PROJECT_2018",
    "Formation energies, eV per atom, 0 K, PBE with the corrections of 2018: Materials Project (CC BY 4.0), as matbench_mp_e_form (Dunn et\n * al., npj Comput. Mater. 6, 138 (2020)). Of each composition the polymorph of least energy.",
  ],
  tabulated: [
    "TABULATED",
    "Measured formation enthalpies at 298.15 K, eV per atom, and where the Gibbs energy is tabulated too the formation entropy, eV per\n * atom and K: Wagman et al., J. Phys. Chem. Ref. Data 11, Suppl. 2 (1982) (NBS); where that lacks a phase Chase, NIST-JANAF Thermochemical\n * Tables (1998). Facts; compiled in RxnNet (MIT).",
  ],
  materialsProjectR2scan: [
    "MATERIALS_PROJECT_R2SCAN",
    "Formation energies, eV per atom, 0 K, r²SCAN: Materials Project (CC BY 4.0), compiled in RxnNet (MIT).",
  ],
  alexandria: [
    "ALEXANDRIA",
    "Formation energies, eV per atom, and volumes, Å³ per atom, 0 K, PBE: Alexandria (CC BY 4.0), the Li–P–S part published with\n * matterviz. Of each composition the polymorph of least energy, up to 0.1 eV per atom above that set's hull.",
  ],
};

if (import.meta.main) {
  const folder = new URL("../../packages/core/src/thermo/tables/", import.meta.url);
  for (const [name, [constant, comment]] of Object.entries(HEADERS)) {
    const rows = TABLES[name]!();
    writeFileSync(new URL(`${name}.ts`, folder), `/**\n * ${comment}\n */\nexport const ${constant} = \`\n${lines(rows)}\n\`;\n`);
    console.log(name, rows.length);
  }
}

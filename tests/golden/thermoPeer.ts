/**
 * Questions on hulls, put to pymatgen once (Debian's python3-pymatgen, 2022.11.7) and kept in thermo-pymatgen.json.
 * `node --conditions=source tests/golden/thermoPeer.ts` asks again.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { energySet, mobileIon, setsFor } from "@thioscope/core/thermo";
import { dataFile } from "../data.ts";

export interface Question {
  name: string;
  set: string;
  elements: readonly string[];
  entries: readonly (readonly [formula: string, energyPerAtom: number])[];
  /** ion and host */
  profile?: readonly [string, string];
  grand?: Readonly<Record<string, number>>;
  contact?: readonly [string, string];
}

export interface PeerAnswer {
  above: number[];
  stable: string[];
  /** ions added per host (pymatgen's evolution, from the host as written) and μ */
  profile?: [number, number][];
  grand?: [formula: string, energy: number, above: number][];
  /** share of the second material and eV per atom */
  contact?: [number, number][];
  ms: Record<string, number>;
}

const SYSTEMS: readonly { elements: string; host: string; contact?: readonly [string, string] }[] = [
  { elements: "Na S", host: "S", contact: ["Na2S", "S"] },
  { elements: "Na P S", host: "Na3PS4", contact: ["Na3PS4", "Na"] },
  { elements: "Na Sb S", host: "Na3SbS4", contact: ["Na3SbS4", "Na"] },
  { elements: "Na Sn", host: "Sn" },
  { elements: "Na Ta S Cl", host: "TaCl5", contact: ["TaCl5", "Na2S"] },
  { elements: "Na P S Sb", host: "Na3PS4", contact: ["Na3PS4", "Na3SbS4"] },
  { elements: "Li S", host: "S" },
  { elements: "Li P S", host: "Li3PS4", contact: ["Li3PS4", "S"] },
  { elements: "Li Ge P S", host: "Li10GeP2S12", contact: ["Li10GeP2S12", "Li"] },
  { elements: "Li I", host: "I" },
  { elements: "Li I P S", host: "Li3PS4", contact: ["Li3PS4", "LiI"] },
];

/** Entries of a shipped set within some elements. */
export function entriesWithin(set: string, elements: readonly string[]): [string, number][] {
  return energySet(set)
    .entries.filter((e) => [...e.composition.keys()].every((x) => elements.includes(x)))
    .map((e) => [e.formula, e.energy]);
}

export function questions(): Question[] {
  return SYSTEMS.flatMap(({ elements: words, host, contact }) => {
    const elements = words.split(" ");
    const ion = mobileIon(elements)!;
    return setsFor(elements).map((set): Question => {
      const entries = entriesWithin(set.name, elements);
      const has = (formula: string): boolean => entries.some(([f]) => f === formula);
      return {
        name: `${words.replaceAll(" ", "–")} ${set.name}`,
        set: set.name,
        elements,
        entries,
        profile: [ion, host],
        // 1.9 V against the metal
        grand: { [ion]: -1.9 },
        ...(contact?.every(has) ? { contact } : {}),
      };
    });
  });
}

export const SIX_ELEMENTS = ["Li", "Ge", "P", "S", "O", "Cl"] as const;

/** Every entry of the 2018 energies within six elements, polymorphs included, and the elements at zero. */
export function sixElements(): [string, number][] {
  const inside = new Set<string>(SIX_ELEMENTS);
  const table = gunzipSync(readFileSync(dataFile("thermo/mp2018-formation-energies.csv.gz"))).toString("utf8");
  const rows = table.trim().split("\n").slice(1);
  const found = rows.flatMap((row): [string, number][] => {
    const [formula = "", energy = ""] = row.split(",");
    return (formula.match(/[A-Z][a-z]?/g) ?? []).every((s) => inside.has(s)) ? [[formula, Number(energy)]] : [];
  });
  return [...SIX_ELEMENTS.map((e): [string, number] => [e, 0]), ...found];
}

/** Asks pymatgen; undefined where it is not installed. */
export function askPymatgen(asked: readonly Omit<Question, "name" | "set">[]): PeerAnswer[] | undefined {
  const script = fileURLToPath(new URL("thermo-peer.py", import.meta.url));
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const command = ["sh", ["-c", `command -p python3 "${script}"`]] as const;
  const done = spawnSync(command[0], command[1], { input: JSON.stringify(asked), encoding: "utf8", env, maxBuffer: 1 << 28 });
  return done.status === 0 ? (JSON.parse(done.stdout) as PeerAnswer[]) : undefined;
}

if (import.meta.main) {
  const asked = questions();
  const answers = askPymatgen(asked);
  if (!answers) throw new Error("pymatgen could not be run");
  const round = (x: number): number => Number(x.toFixed(11));
  const kept = asked.map(({ name }, k) => {
    const { above, stable, profile, grand, contact } = answers[k]!;
    const numbers = (list: readonly [number, number][] | undefined) => list?.map((pair) => pair.map(round));
    return {
      name,
      above: above.map(round),
      stable,
      profile: numbers(profile),
      grand: grand?.map(([f, e, a]) => [f, round(e), round(a)]),
      contact: numbers(contact),
    };
  });
  const lines = kept.map((answer) => JSON.stringify(answer)).join(",\n");
  writeFileSync(new URL("thermo-pymatgen.json", import.meta.url), `[\n${lines}\n]\n`);
  const six = askPymatgen([{ elements: SIX_ELEMENTS, entries: sixElements() }])![0]!;
  writeFileSync(new URL("thermo-pymatgen-six.json", import.meta.url), `${JSON.stringify(six.above.map(round))}\n`);
  console.log(`${kept.length} answers and ${six.above.length} energies of six elements`);
}

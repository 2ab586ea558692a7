/**
 * Crystals against peers and real files.
 *
 * Space groups: all operations of 559 settings against gemmi 0.5.7 (crystal-groups.csv: CRC-32 of the sorted operations, rotation
 * rows then translation in 24ths). 2θ at 87.1 keV: pymatgen 2022.11.7. |F|²: sum over the cell as pymatgen 2022.11.7 expands it, with
 * the form factors of Waasmaier & Kirfel as periodictable 1.6.1 has them, atoms at rest, no anomalous part. d of calibrants: the
 * lists of pyFAI.
 */
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { crc32 } from "node:zlib";
import {
  calibrant,
  cellContents,
  formFactorOf,
  operationsOfHall,
  powderLines,
  readSpacings,
  type Structure,
  spaceGroupOfHall,
  spacingAngstrom,
  structureFactors,
} from "@thioscope/core/crystal";
import { parseCif, readCif, writeCif, writeStructureCif } from "@thioscope/formats";
import { describe, expect, test } from "vitest";
import { dataFile, describeData } from "../data.ts";

const PEER_LAMBDA = 12.398419843320026 / 87.1;

test("559 settings of the 230 space groups have the operations of gemmi", () => {
  const table = readFileSync(new URL("crystal-groups.csv", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  const wrong = table.filter((row) => {
    const [number, hall = "", count, crc] = row.split(",");
    const operations = operationsOfHall(hall);
    const keys = operations.map((o) => `${o.rotation.join(",")};${o.translation.join(",")}`).sort();
    const same = crc32(keys.join("\n")).toString(16).padStart(8, "0") === crc && keys.length === Number(count);
    return !same || spaceGroupOfHall(hall).number !== Number(number);
  });
  expect(wrong).toEqual([]);
  expect(table).toHaveLength(559);
});

/** file, first angles (pymatgen, 2θ/deg at 87.1 keV), number of lines up to 8° */
const ANGLES: readonly (readonly [string, readonly number[], number])[] = [
  ["lab6.cif", [1.962106, 2.7749725, 3.3987995, 3.9247875, 4.3882604, 4.8073336], 14],
  ["ceo2.cif", [2.610811, 3.0147918, 4.2640516, 5.0004768, 5.2229785, 6.0316729], 10],
  ["Si.cif", [2.6014347, 4.2487337, 4.9825102, 6.0099951, 6.549804, 7.3624008], 7],
  ["NaCl.cif", [2.505191, 2.8928222, 4.0915032, 4.7980953, 5.0115803, 5.78749], 10],
  ["mp/Na2S_mp-648.cif", [2.1499042, 2.4825441, 3.5111223, 4.1173975, 4.3005656, 4.9662543], 14],
  ["Li10GeP2S12.cif", [1.1397787, 1.2946733, 1.3266989, 1.5988431, 1.8537688, 1.8762776], 261],
];

/** file → hkl, d (Å), |F|² of the peers */
const FACTORS: Readonly<Record<string, readonly (readonly [readonly [number, number, number], number, number])[]>> = {
  "lab6.cif": [
    [[1, 0, 0], 4.1569, 1436.916],
    [[1, 1, 0], 2.9393722, 2444.179],
    [[1, 1, 1], 2.3999873, 2462.208],
    [[2, 1, 0], 1.8590222, 1716.695],
    [[3, 1, 1], 1.2533525, 1143.192],
  ],
  "ceo2.cif": [
    [[1, 1, 1], 3.1241578, 38261.754],
    [[2, 0, 0], 2.7056, 20149.391],
    [[2, 2, 0], 1.9131481, 42622.911],
    [[4, 2, 2], 1.1045566, 23327.666],
  ],
  "Si.cif": [
    [[1, 1, 1], 3.1354161, 3553.001],
    [[2, 2, 0], 1.9200424, 4862.363],
    [[5, 1, 1], 1.0451387, 1329.696],
    [[6, 2, 0], 0.8586691, 1915.855],
  ],
  "NaCl.cif": [
    [[1, 1, 1], 3.2558514, 324.505],
    [[2, 0, 0], 2.81965, 7291.603],
    [[3, 1, 1], 1.7003129, 118.101],
    [[4, 2, 2], 1.1511173, 2653.572],
  ],
  "mp/Na2S_mp-648.cif": [
    [[1, 1, 1], 3.793824, 2773.285],
    [[2, 0, 0], 3.285548, 478.882],
    [[2, 2, 0], 2.3232333, 11637.754],
    [[4, 2, 2], 1.3413194, 6268.083],
  ],
  "Li10GeP2S12.cif": [
    [[1, 1, 0], 6.1476359, 9321.973],
    [[2, 0, 0], 4.347035, 15145.492],
    [[2, 2, 2], 2.7625134, 478.458],
    [[4, 0, 0], 2.1735175, 71515.241],
    [[4, 2, 2], 1.8576135, 611.608],
  ],
};

const atRest = (s: Structure): Structure => ({ ...s, sites: s.sites!.map((site) => ({ ...site, charge: 0, uIso: 0, uAniso: null })) });

describeData("CIFs of peers and databases", () => {
  const read = (path: string): string => readFileSync(dataFile(path), "utf8");
  const cif = (path: string): Structure => readCif(read(`xrd/cif/${path}`), basename(path));

  test.each(ANGLES)("%s: 2θ equal to pymatgen to 1e-6 degrees", (path, angles, count) => {
    const { lines, vanishing } = powderLines(atRest(cif(path)), { wavelengthAngstrom: PEER_LAMBDA, dispersion: "none" });
    expect(lines).toHaveLength(count);
    for (const [i, angle] of angles.entries()) expect(Math.abs(lines[i]!.twoTheta.value - angle)).toBeLessThan(1e-6);
    if (path === "Si.cif") expect(vanishing.map((r) => r.hkl)).toEqual([[2, 2, 2]]);
  });

  test.each(Object.entries(FACTORS))("%s: |F|² equal to the peers within 0.001 %%", (path, rows) => {
    const structure = atRest(cif(path));
    const factors = structureFactors(structure, "none");
    if ("notComputable" in factors) throw new Error(factors.notComputable);
    for (const [hkl, d, square] of rows) {
      expect(Math.abs(spacingAngstrom(structure.cell, ...hkl) - d)).toBeLessThan(1e-6);
      expect(Math.abs(factors.squared(hkl) / square - 1)).toBeLessThan(1e-5);
    }
  });

  /** contents of one cell, as the file's formula and Z (or its site list) say */
  const CONTENTS: Readonly<Record<string, readonly [number | null, string]>> = {
    "CaF2_fluorite.cif": [225, "Ca4 F8"],
    "CeO2.cif": [225, "Ce4 O8"],
    "LaB6.cif": [221, "La1 B6"],
    "Li10GeP2S12.cif": [137, "Li20.2 Ge2.06 P3.94 S24"],
    "NaCl.cif": [225, "Na4 Cl4"],
    "Ni.cif": [225, "Ni4"],
    "Si.cif": [227, "Si8"],
    "ceo2.cif": [225, "Ce4 O8"],
    "lab6.cif": [221, "La1 B6"],
    "si.cif": [227, "Si8"],
    "LaB6_mp-2680.cif": [221, "La1 B6"],
    "Li2S_mp-1153.cif": [225, "Li8 S4"],
    "Na2S_mp-648.cif": [225, "Na8 S4"],
    "NaS_mp-409.cif": [189, "Na6 S6"],
    "Li6PS5Cl_Neutron.cif": [216, "Li24 Cl4 S20 P4"],
    "cNa3PS4.cif": [1, "Na48 P16 S64"],
  };
  const files = [...globSync(dataFile("xrd/cif/**/*.cif")), ...globSync(dataFile("md/**/*.cif"))];

  test("every file is there", () => expect(files.length).toBeGreaterThanOrEqual(17));

  test.each(files.map((path) => [basename(path), path]))("%s: group and contents, and back again", (name, path) => {
    const text = readFileSync(path, "utf8");
    const structure = readCif(text, name);
    const expected = CONTENTS[name];
    if (expected) {
      const contents = [...cellContents(structure)].map(([element, n]) => element + Number(n.toFixed(2))).join(" ");
      expect([structure.group.number, contents]).toEqual(expected);
    }
    expect(structure.notices.filter((n) => /disagrees|completed|assumed|not-stated/.test(n.code))).toEqual([]);
    for (const site of structure.sites!) expect(formFactorOf(site.element)).toBeDefined();
    const again = readCif(writeStructureCif(structure), name);
    expect([again.sites, again.group.symbol]).toEqual([structure.sites, structure.group.symbol]);
    const texts = (source: string): unknown =>
      parseCif(source, name).map((b) =>
        b.content.map((p) => ("tags" in p ? [p.tags, p.values.map((v) => v.text)] : [p.tag, p.value.text])),
      );
    expect(texts(writeCif(parseCif(text, name)))).toEqual(texts(text));
  });

  test.each([
    ["LaB6_SRM660c.D", "LaB6"],
    ["LaB6_SRM660a.D", "LaB6 SRM 660a"],
    ["LaB6_SRM660b.D", "LaB6 SRM 660b"],
    ["Si_SRM640e.D", "Si"],
    ["NaCl.D", "NaCl"],
    ["Ni.D", "Ni"],
    ["AgBh.D", "AgBehenate"],
  ])("%s agrees to the printed digits, with its multiplicities", (file, name) => {
    const list = readSpacings(read(`xrd/calibrants/${file}`), file);
    const { lines } = calibrant(name, list.lines.at(-1)!.d.value * (1 - 1e-7));
    expect(lines).toHaveLength(list.lines.length);
    for (const [i, { d, multiplicity }] of list.lines.entries()) {
      expect(Math.abs(lines[i]!.d.value - d.value)).toBeLessThan(6e-9);
      if (multiplicity !== null) expect(lines[i]!.multiplicity).toBe(multiplicity);
    }
  });

  test("CeO2.D agrees in every entry; it leaves out three reflections of ceria", () => {
    const list = readSpacings(read("xrd/calibrants/CeO2.D"), "CeO2.D");
    const { lines } = calibrant("CeO2", 0.4044);
    const lineOf = (d: number) => lines.find((l) => Math.abs(l.d.value - d) < 6e-9);
    for (const { d, multiplicity } of list.lines) expect(lineOf(d.value)?.multiplicity).toBe(multiplicity);
    const missing = lines.filter((l) => !list.lines.some((x) => Math.abs(x.d.value - l.d.value) < 6e-9));
    expect(missing.map((l) => l.hkl!.join(" "))).toEqual(["12 2 0", "9 9 1", "10 6 6"]);
  });

  test("CIFs cut anywhere end in a structure or a coded error", () => {
    const text = read("xrd/cif/LaB6.cif");
    for (let n = 0; n < text.length; n += 97) {
      try {
        readCif(text.slice(0, n), "cut.cif");
      } catch (error) {
        expect(error).toHaveProperty("code");
        expect(error).toHaveProperty("place.file", "cut.cif");
      }
    }
  });
});

describe("corundum", () => {
  test("SRM 676a: the first lines of pyFAI's list, computed from a = 4.7590914 Å", () => {
    const d = [3.48011616, 2.55102081, 2.3795457, 2.1652965, 2.08545935, 1.96427355, 1.74005808, 1.60149499, 1.54669941];
    const { lines } = calibrant("Al2O3", 1.54);
    expect(lines.map((l) => l.multiplicity)).toEqual([6, 6, 6, 2, 12, 6, 6, 12, 12]);
    for (const [i, value] of d.entries()) expect(Math.abs(lines[i]!.d.value - value)).toBeLessThan(4e-7);
  });
});

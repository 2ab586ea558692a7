/**
 * Makes packages/core/src/absorption/scatteringRows.ts: phases and amplitudes of pairs of elements, computed by an installed feff8l on published structures.
 *
 *   node --conditions=source scripts/scatteringTable.ts && npx biome format --write packages/core/src/absorption/scatteringRows.ts
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cubicSpline, evaluateSpline } from "@thioscope/core/numerics";
import { readStructure, scatteringPaths } from "../packages/cli/src/xas/feff.ts";

interface Crystal {
  name: string;
  group: string;
  /** a, b, c in Å, α, β, γ in degrees */
  cell: readonly [number, number, number, number, number, number];
  sites: readonly (readonly [element: string, x: number, y: number, z: number])[];
  /** what is taken from it: absorber, edge, scatterer */
  pairs: readonly (readonly [absorber: string, edge: string, scatterer: string])[];
}

const cubic = (a: number): Crystal["cell"] => [a, a, a, 90, 90, 90];
const hexagonal = (a: number, c: number): Crystal["cell"] => [a, a, c, 90, 90, 120];

/** Cells and positions as published: they only set distances and neighbours, on which phases of a pair depend little. */
const CRYSTALS: readonly Crystal[] = [
  {
    name: "Na2S (antifluorite)",
    group: "F m -3 m",
    cell: cubic(6.538),
    sites: [
      ["S", 0, 0, 0],
      ["Na", 0.25, 0.25, 0.25],
    ],
    pairs: [["S", "K", "Na"]],
  },
  {
    name: "Li2S (antifluorite)",
    group: "F m -3 m",
    cell: cubic(5.71),
    sites: [
      ["S", 0, 0, 0],
      ["Li", 0.25, 0.25, 0.25],
    ],
    pairs: [["S", "K", "Li"]],
  },
  {
    name: "FeS2 (pyrite), its S–S bond",
    group: "P a -3",
    cell: cubic(5.418),
    sites: [
      ["Fe", 0, 0, 0],
      ["S", 0.385, 0.385, 0.385],
    ],
    pairs: [["S", "K", "S"]],
  },
  {
    name: "Na3PS4 (cubic)",
    group: "I -4 3 m",
    cell: cubic(6.9965),
    sites: [
      ["Na", 0.5, 0, 0],
      ["P", 0, 0, 0],
      ["S", 0.1698, 0.1698, 0.1698],
    ],
    pairs: [["S", "K", "P"]],
  },
  {
    name: "Na3SbS4 (cubic)",
    group: "I -4 3 m",
    cell: cubic(7.191),
    sites: [
      ["Na", 0.5, 0, 0],
      ["Sb", 0, 0, 0],
      ["S", 0.188, 0.188, 0.188],
    ],
    pairs: [
      ["Sb", "K", "S"],
      ["Sb", "K", "Na"],
      ["S", "K", "Sb"],
    ],
  },
  {
    name: "1T-TaS2",
    group: "P -3 m 1",
    cell: hexagonal(3.365, 5.853),
    sites: [
      ["Ta", 0, 0, 0],
      ["S", 1 / 3, 2 / 3, 0.25],
    ],
    pairs: [["Ta", "L3", "S"]],
  },
  {
    name: "K2TaCl6-type (Ta–Cl 2.35 Å)",
    group: "F m -3 m",
    cell: cubic(9.98),
    sites: [
      ["Ta", 0, 0, 0],
      ["K", 0.25, 0.25, 0.25],
      ["Cl", 0.2355, 0, 0],
    ],
    pairs: [["Ta", "L3", "Cl"]],
  },
  { name: "Cu", group: "F m -3 m", cell: cubic(3.6149), sites: [["Cu", 0, 0, 0]], pairs: [["Cu", "K", "Cu"]] },
];

function cifOf({ group, cell, sites }: Crystal): string {
  const keys = ["length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma"];
  return [
    "data_x",
    ...keys.map((key, i) => `_cell_${key} ${cell[i]}`),
    `_symmetry_space_group_name_H-M '${group}'`,
    "loop_",
    ...["label", "type_symbol", "fract_x", "fract_y", "fract_z"].map((key) => `_atom_site_${key}`),
    ...sites.map(([element, ...place]) => `${element} ${element} ${place.join(" ")}`),
    "",
  ].join("\n");
}

const K = Float64Array.from({ length: 61 }, (_, i) => (i <= 40 ? 0.2 * i : 8 + 0.6 * (i - 40)));
const text = (values: Float64Array): string => Array.from(values, (v) => Number(v.toPrecision(5)).toString()).join(" ");

const folder = mkdtempSync(join(tmpdir(), "thioscope-table-"));
const rows: string[] = [];
for (const [i, crystal] of CRYSTALS.entries()) {
  const file = join(folder, `${i}.cif`);
  writeFileSync(file, cifOf(crystal));
  const structure = await readStructure(file);
  for (const [absorber, edge, scatterer] of crystal.pairs) {
    const { paths } = await scatteringPaths(structure, { site: absorber, edge, radius: 5.5, program: "feff8l" });
    const path = paths.find(({ legs, atoms }) => legs === 2 && atoms[1]?.element === scatterer);
    if (!path) throw new Error(`${crystal.name}: no path ${absorber}–${scatterer}`);
    const sampled = (column: Float64Array): string => {
      const out = new Float64Array(K.length);
      evaluateSpline(cubicSpline(path.k, column), K, out);
      return text(out);
    };
    console.log(crystal.name, absorber, edge, scatterer, path.reff, path.degeneracy);
    const row = {
      absorber,
      edge,
      scatterer,
      structure: crystal.name,
      distance: path.reff,
      phase: sampled(path.phase),
      amplitude: sampled(path.amplitude),
      lambda: sampled(path.lambda),
      realP: sampled(path.realP),
    };
    rows.push(JSON.stringify(row));
  }
}
writeFileSync(
  "packages/core/src/absorption/scatteringRows.ts",
  `/** Numbers behind scatteringTable.ts, which says where they are from. Made by scripts/scatteringTable.ts; not to be edited. */

export interface ScatteringRow {
  absorber: string;
  edge: string;
  scatterer: string;
  /** that it was computed for */
  structure: string;
  /** Å, in that structure */
  distance: number;
  /** of pair and central atom together, rad */
  phase: string;
  /** |f| times the reduction factor, Å */
  amplitude: string;
  /** mean free path, Å */
  lambda: string;
  /** Re p, 1/Å */
  realP: string;
}

/** 1/Å */
export const SCATTERING_K = "${text(K)}";

export const SCATTERING_ROWS: readonly ScatteringRow[] = [${rows.join(",\n")}];
`,
);

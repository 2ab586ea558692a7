/**
 * X-ray absorption: S K-edge of the cathodes at several potentials, of references and of the interlayer; Sb K-edge fine structure of the same.
 *
 * Lines of Na3SbS4 at 2473.5, 2475.45 and 2478 eV and its shells at 1.86 and 3.2 Å (not corrected for the phase), Na–Sb at 2.69 Å: print. Lines of the other
 * references and all shares of the sulfur are assumed.
 *
 * Effects that the analysis does not model: every scan has its own error of the energy, bends behind the edge and changes of I0; samples are a little thick, so
 * strong lines are damped; edges of the references are wider or narrower from sample to sample.
 */
import type { Random } from "@thioscope/core";
import { type VirtualShell, type VirtualXanes, virtualExafs, xanesAt } from "../../fineStructure.ts";
import { about, type Notebook, near } from "./draw.ts";

const CORE_HOLE = 0.59;
/** eV, standard deviation */
const RESOLUTION = 0.3;

const SULFUR = {
  S8: xanes("S8", 2474.3, [
    [2472.4, 3.1, 0.42],
    [2473.6, 0.35, 0.6],
    [2479.3, 1.2, 2],
  ]),
  Na2S: xanes("Na2S", 2475, [
    [2474.1, 1.1, 0.5],
    [2476.8, 2.2, 0.8],
    [2484, 1.4, 2.2],
  ]),
  NAS: xanes("NAS", 2474.6, [
    [2471.3, 0.5, 0.5],
    [2473.5, 1.5, 0.45],
    [2475.45, 0.9, 0.55],
    [2478, 1.1, 1.1],
  ]),
  Sb2S3: xanes("Sb2S3", 2473.9, [
    [2471.4, 1.6, 0.5],
    [2474.6, 1.1, 0.9],
    [2480.5, 0.9, 2],
  ]),
} as const;

type Sulfur = keyof typeof SULFUR;
type Mixture = Readonly<Record<Sulfur, number>>;

/** Shares of the sulfur atoms; about 0.73 of them come with NAS. */
const CATHODE: readonly (readonly [name: string, mixture: Mixture])[] = [
  ["1_pristine", { S8: 0.27, Na2S: 0, NAS: 0.38, Sb2S3: 0.35 }],
  ["2_DoD_1.6V", { S8: 0.24, Na2S: 0.03, NAS: 0.43, Sb2S3: 0.3 }],
  ["3_DoD_1.0V", { S8: 0.13, Na2S: 0.1, NAS: 0.72, Sb2S3: 0.05 }],
  ["4_DoD_0.7V", { S8: 0.04, Na2S: 0.36, NAS: 0.5, Sb2S3: 0.1 }],
  ["5_SoC_1.9V", { S8: 0.12, Na2S: 0.2, NAS: 0.44, Sb2S3: 0.24 }],
  ["6_SoC_2.6V", { S8: 0.24, Na2S: 0.04, NAS: 0.34, Sb2S3: 0.38 }],
];

/** The electrolyte with carbon alone has no S8 before it is charged. */
const ALONE: readonly (readonly [name: string, mixture: Mixture])[] = [
  ["1_pristine", { S8: 0, Na2S: 0, NAS: 0.45, Sb2S3: 0.55 }],
  ["2_DoD_1.6V", { S8: 0, Na2S: 0.02, NAS: 0.58, Sb2S3: 0.4 }],
  ["3_DoD_1.0V", { S8: 0, Na2S: 0.05, NAS: 0.92, Sb2S3: 0.03 }],
  ["4_SoC_2.6V", { S8: 0.05, Na2S: 0, NAS: 0.42, Sb2S3: 0.53 }],
];

function xanes(name: string, edge: number, lines: readonly (readonly [number, number, number])[]): VirtualXanes {
  return { name, edge, coreHole: CORE_HOLE, lines: lines.map(([at, area, width]) => ({ at, area, width })) };
}

export function absorptionFiles(notebook: Notebook): void {
  const draw = notebook.draw("absorption");
  for (const name of Object.keys(SULFUR) as Sulfur[]) scan(notebook, `xas/reference_${name}.xdi`, name, { ...NOTHING, [name]: 1 });
  for (const [folder, states] of [
    ["cathode", CATHODE],
    ["NAS-C", ALONE],
  ] as const) {
    for (const [name, mixture] of states) {
      const drawn = jittered(draw, mixture);
      scan(notebook, `xas/${folder}_${name}.xdi`, `${folder} ${name}`, drawn);
      for (const species of folder === "cathode" ? (["NAS", "Na2S"] as const) : (["NAS"] as const)) {
        if (mixture[species] < 0.25) continue;
        notebook.know(`${folder}-${name}-${species}`, `share of the sulfur that is ${species}, ${folder} ${name}`, drawn[species], "");
      }
    }
  }
  const layer = jittered(draw, { S8: 0, Na2S: 0.72, NAS: 0.24, Sb2S3: 0.04 });
  scan(notebook, "xas/interlayer.xdi", "interlayer", layer);
  notebook.know("interlayer-Na2S", "share of the interlayer's sulfur that is Na2S", layer.Na2S, "");
  antimony(notebook, draw);
}

const NOTHING: Mixture = { S8: 0, Na2S: 0, NAS: 0, Sb2S3: 0 };

function jittered(draw: Random, mixture: Mixture): Mixture {
  const entries = Object.entries(mixture).map(([name, share]) => [name, share === 0 ? 0 : about(draw, share, 0.12)] as const);
  const total = entries.reduce((sum, [, share]) => sum + share, 0);
  return Object.fromEntries(entries.map(([name, share]) => [name, share / total])) as Mixture;
}

function scan(notebook: Notebook, path: string, name: string, mixture: Mixture): void {
  notebook.text(path, () => {
    const draw = notebook.draw(path);
    const offset = 0.02 * draw.normal();
    const thick = 0.01 * draw.uniform();
    const wide = RESOLUTION * (1 + 0.02 * draw.normal());
    const bend = 0.004 * draw.normal();
    const rows: string[] = [];
    for (let e = 2440; e < 2540; e += e < 2464 || e >= 2500 ? 0.8 : 0.15) {
      const y = (Object.keys(SULFUR) as Sulfur[]).reduce((sum, s) => sum + mixture[s] * xanesAt(SULFUR[s], e - offset, wide), 0);
      const damped = (y * (1 + thick)) / (1 + thick * y) + bend * Math.sin((e - 2470) / 9) + 0.004 * draw.normal();
      const i0 = 2.1e5 * (1 - 0.0006 * (e - 2440));
      rows.push(`  ${e.toFixed(3)}  ${(i0 * (0.03 + 2e-5 * (e - 2440) + 0.085 * damped)).toFixed(4)}  ${i0.toFixed(2)}`);
    }
    const head = ["# XDI/1.0 Thioscope", "# Column.1: energy eV", "# Column.2: ifluor", "# Column.3: i0", "# Element.symbol: S"];
    return `${[...head, "# Element.edge: K", `# Sample.name: ${name}`, "# ///", "#-----", "# energy ifluor i0", ...rows].join("\n")}\n`;
  });
}

/** Sb K: shells by state. "a" is the first, "b" the one of sodium behind sulfur. */
function antimony(notebook: Notebook, draw: Random): void {
  const first = near(draw, 1.86, 0.02);
  const second = near(draw, 3.2, 0.03);
  const metal = near(draw, 2.69, 0.02);
  const tight = near(draw, 0.05, 0.01);
  const sulfur = (apparent: number, count = 4): VirtualShell => ({ apparent, count, sigma2: 0.004, amplitudeAt: 6 });
  const sodium: VirtualShell = { apparent: second, count: 5, sigma2: 0.009, amplitudeAt: 4.5 };
  const states: readonly (readonly [string, readonly VirtualShell[]])[] = [
    ["NAS", [sulfur(first), sodium]],
    ["1_pristine", [sulfur(first - tight, 3.6)]],
    ["2_DoD_1.6V", [sulfur(first - 0.8 * tight, 3.7)]],
    ["3_DoD_1.0V", [sulfur(first), sodium]],
    ["4_DoD_0.7V", [sulfur(first, 3.5)]],
    ["5_SoC_2.6V", [sulfur(first - 1.2 * tight, 3.4)]],
  ];
  for (const [name, shells] of states) edgeScan(notebook, `exafs/cathode_${name}.dat`, shells);
  edgeScan(notebook, "exafs/interlayer.dat", [{ apparent: metal, count: 6, sigma2: 0.01, amplitudeAt: 5 }]);
  notebook.know("Sb-S", "Sb–S shell of Na3SbS4 without phase correction", first, "Å");
  notebook.know("Sb-Na", "Sb–Na shell of Na3SbS4 without phase correction", second, "Å");
  notebook.know("Sb-S-pristine", "Sb–S shell before cycling", first - tight, "Å");
  notebook.know("Na-Sb", "Na–Sb shell of the interlayer", metal, "Å");
}

function edgeScan(notebook: Notebook, path: string, shells: readonly VirtualShell[]): void {
  notebook.text(path, () => {
    const { energy, mu } = virtualExafs(path, 30491, shells, 13, 0.0006, `${notebook.seed}`);
    const rows = Array.from(energy, (e, i) => `${e.toFixed(3)} ${mu[i]!.toFixed(7)}`);
    return `${["# Sb K edge, transmission", "# energy mu", ...rows].join("\n")}\n`;
  });
}

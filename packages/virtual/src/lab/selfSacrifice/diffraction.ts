/**
 * The diffractometer with copper radiation: references, electrolytes, the composites before and after a cycle, the interlayer. Cells of S8 and Na3PS4 after their structures;
 * the cell of Na3SbS4 is drawn about a = 7.16 and c = 7.29 Å. Intensities are those of the structures (Rettig & Trotter 1987, Chu et al. 2016; of Na3SbS4 assumed alike),
 * rounded, lines below 3 % left out. What is amorphous is a broad hump; so is the foil over the sample.
 */
import { random } from "@thioscope/core";
import { virtualPowder } from "../../powder.ts";
import { type Notebook, near } from "./draw.ts";

const WAVELENGTH = 1.5406;

type Line = readonly [h: number, k: number, l: number, intensity: number];

interface Crystal {
  cell: readonly [a: number, b: number, c: number];
  lines: readonly Line[];
}

const NAS_LINES: readonly Line[] = [
  [1, 0, 1, 100],
  [1, 1, 0, 43],
  [0, 0, 2, 6.3],
  [2, 0, 0, 12.3],
  [1, 1, 2, 34.7],
  [2, 1, 1, 40.2],
  [2, 0, 2, 57],
  [2, 2, 0, 34.7],
  [2, 1, 2, 5.6],
  [2, 2, 2, 11.7],
  [2, 1, 3, 17.2],
  [3, 1, 2, 18.3],
  [3, 2, 1, 18],
  [4, 0, 0, 6.6],
  [1, 1, 4, 9.7],
  [3, 0, 3, 12.3],
  [4, 1, 1, 11.1],
  [4, 2, 0, 8.2],
];

const NPS: Crystal = {
  cell: [6.956, 6.956, 7.088],
  lines: [
    [1, 0, 1, 56.2],
    [1, 1, 0, 24.3],
    [2, 0, 0, 5.4],
    [1, 0, 2, 7.2],
    [1, 1, 2, 55.9],
    [2, 1, 1, 100],
    [2, 0, 2, 61.3],
    [2, 2, 0, 38.9],
    [2, 1, 2, 19.4],
    [1, 0, 3, 9.2],
    [3, 0, 1, 8.6],
    [3, 1, 0, 8.2],
    [2, 2, 2, 22.2],
    [2, 1, 3, 7.1],
    [3, 1, 2, 10.9],
    [3, 2, 1, 6.7],
    [1, 1, 4, 10.9],
    [3, 0, 3, 20.1],
    [4, 1, 1, 13.9],
    [3, 3, 0, 8.7],
    [4, 0, 2, 9.1],
    [4, 2, 0, 13.7],
  ],
};

const S8: Crystal = {
  cell: [10.4646, 12.866, 24.486],
  lines: [
    [1, 1, 1, 7],
    [1, 1, 3, 15],
    [0, 2, 2, 6],
    [2, 2, 0, 11.4],
    [1, 3, 1, 14.9],
    [2, 2, 2, 100],
    [1, 3, 3, 6.5],
    [0, 2, 6, 39.2],
    [3, 1, 1, 23.2],
    [2, 0, 6, 25.5],
    [0, 4, 0, 11.2],
    [1, 1, 7, 12.4],
    [3, 1, 3, 22.3],
    [1, 3, 5, 16.7],
    [0, 4, 4, 19.2],
    [1, 3, 7, 13.2],
    [2, 4, 4, 8.9],
    [1, 5, 1, 5.5],
    [3, 1, 7, 16],
    [4, 2, 2, 4.9],
    [0, 2, 10, 8],
    [3, 1, 9, 8.3],
    [0, 6, 2, 9.7],
    [5, 1, 5, 9.3],
    [2, 2, 12, 5.8],
    [3, 5, 7, 18.4],
    [5, 3, 5, 10.7],
    [6, 0, 2, 8.7],
    [1, 7, 5, 12.7],
    [3, 5, 9, 8.8],
    [2, 2, 14, 7.6],
  ],
};

const twoTheta = ([a, b, c]: Crystal["cell"], [h, k, l]: Line): number =>
  (360 / Math.PI) * Math.asin((WAVELENGTH / 2) * Math.sqrt((h / a) ** 2 + (k / b) ** 2 + (l / c) ** 2));

interface Sample {
  name: string;
  /** counts × degrees of the strongest line */
  phases: readonly (readonly [crystal: Crystal, area: number])[];
  /** half width of the lines, degrees */
  width: number;
  /** counts at the top of the amorphous hump */
  hump: number;
}

export function diffractionFiles(notebook: Notebook): void {
  const draw = notebook.draw("diffractometer");
  const a = near(draw, 7.16, 0.012);
  const c = near(draw, 7.29, 0.012);
  const zero = 0.01 * draw.normal();
  const nas: Crystal = { cell: [a, a, c], lines: NAS_LINES };
  // milling breaks Na3SbS4 up and leaves Na3PS4 as it is
  const samples: readonly Sample[] = [
    { name: "1_S8", phases: [[S8, 900]], width: 0.05, hump: 0 },
    { name: "2_S@C", phases: [], width: 0.05, hump: 900 },
    { name: "3_NAS", phases: [[nas, 1500]], width: 0.05, hump: 0 },
    { name: "4_S@C-NAS", phases: [[nas, near(draw, 320, 60)]], width: 0.18, hump: 420 },
    { name: "5_NPS", phases: [[NPS, 1100]], width: 0.06, hump: 0 },
    { name: "6_S@C-NPS", phases: [[NPS, near(draw, 850, 80)]], width: 0.08, hump: 180 },
    { name: "7_S@C-NAS_cycled", phases: [], width: 0.2, hump: 700 },
    { name: "8_S@C-NPS_cycled", phases: [[NPS, near(draw, 600, 60)]], width: 0.1, hump: 260 },
    { name: "9_interlayer", phases: [], width: 0.2, hump: 620 },
  ];
  for (const sample of samples) notebook.text(`xrd/${sample.name}.xy`, () => pattern(sample, zero, `${notebook.seed}`));
  notebook.know("NAS-cell-a", "edge a of the Na3SbS4 cell", a, "Å");
  notebook.know("NAS-cell-c", "edge c of the Na3SbS4 cell", c, "Å");
}

function pattern({ name, phases, width, hump }: Sample, zero: number, seed: string): string {
  const lines = phases.flatMap(([{ cell, lines: own }, area]) =>
    own.map((line) => ({ twoTheta: twoTheta(cell, line), area: (area * line[3]) / 100 })),
  );
  const { twoTheta: at, counts } = virtualPowder({
    lines,
    range: [10, 60],
    step: 0.025,
    gauss: 0.03,
    lorentz: width / 2,
    strain: 0.02,
    background: 160,
    zero,
    seed: `${name} ${seed}`,
  });
  const noise = random(`hump ${name} ${seed}`);
  const rows = Array.from(at, (x, i) => {
    // of what is amorphous, and of the foil that keeps the air out
    const broad = hump * Math.exp(-(((x - 26) / 7) ** 2)) + 60 * Math.exp(-(((x - 19) / 4) ** 2));
    return `${x.toFixed(3)} ${Math.max(0, Math.round(counts[i]! + broad + Math.sqrt(broad) * noise.normal()))}`;
  });
  return `${["# 2theta intensity", `# wavelength ${WAVELENGTH}`, ...rows].join("\n")}\n`;
}

/** Raman spectra of the cathode at several potentials and of references, the thermobalance, impedance of symmetric cells and pellets. */
import {
  USUAL_IMPEDANCE_EFFECTS,
  type VirtualImpedanceCell,
  type VirtualImpedanceRun,
  virtualImpedance,
  virtualPellet,
} from "../../impedance.ts";
import { writeVirtualImpedance } from "../../impedanceFiles.ts";
import { virtualBalance, virtualRaman } from "../../spectroscopy.ts";
import { writeNetzsch, writeRamanText } from "../../spectroscopyFiles.ts";
import { AREA } from "./cells.ts";
import { about, type Notebook, near } from "./draw.ts";

type Band = readonly [shift: number, width: number, height: number];

/** Print: positions. Heights of the pure substances and widths are assumed. */
const SULFUR: readonly Band[] = [
  [150.5, 6, 5200],
  [218, 6, 6000],
  [473, 7, 4500],
];
const NAS: readonly Band[] = [
  [159.4, 8, 1100],
  [192, 9, 1400],
  [362, 9, 6000],
  [384, 10, 2600],
  [404, 10, 2400],
];
const SB2S3: readonly Band[] = [
  [283, 16, 3600],
  [299, 14, 3000],
];

/** Amounts of sulfur, NAS and Sb–S species in what the laser sees, relative to the pure substances. */
const STATES: readonly (readonly [name: string, sulfur: number, nas: number, antimony: number])[] = [
  ["1_pristine", 0.8, 0.1, 0.25],
  ["2_DoD_1.6V", 0.6, 0, 0.5],
  ["3_DoD_1.0V", 0.15, 0.6, 0],
  ["4_DoD_0.7V", 0, 0.45, 0],
  ["5_SoC_1.9V", 0.2, 0.22, 0.2],
  ["6_SoC_2.6V", 0.5, 0, 0.55],
];

export function ramanFiles(notebook: Notebook): void {
  const draw = notebook.draw("raman");
  const offset = near(draw, 0, 2.5);
  const write = (name: string, bands: readonly Band[], range?: readonly [number, number], points?: number): void =>
    notebook.text(`raman/${name}.txt`, () => {
      const { x, y } = virtualRaman({
        seed: `${notebook.seed} ${name}`,
        bands,
        offset,
        fluorescence: 2200,
        ...(range ? { range } : { range: [110, 560] }),
        points: points ?? 900,
      });
      return writeRamanText(name, x, y);
    });
  write("silicon", [[520.5, 4, 24_000]], [450, 600], 300);
  write("reference_S8", SULFUR);
  write("reference_NAS", NAS);
  write("reference_Sb2S3", SB2S3);
  for (const [name, sulfur, nas, antimony] of STATES) {
    const amounts = [sulfur, nas, antimony].map((amount) => about(draw, amount, 0.12));
    const bands = [SULFUR, NAS, SB2S3].flatMap((list, k) =>
      list.map(([shift, width, height]): Band => [shift, width, height * amounts[k]!]),
    );
    write(
      `cathode_${name}`,
      bands.filter(([, , height]) => height > 0),
    );
    // a Lorentzian's area; the slit leaves it as it is
    if (nas >= 0.2) {
      notebook.know(`raman-362-${name}`, `area of the SbS4 stretching band, ${name}`, (Math.PI / 2) * 9 * 6000 * amounts[1]!, "1/cm");
    }
  }
}

export function balanceFile(notebook: Notebook): void {
  const draw = notebook.draw("balance");
  // print: 60 %, the rest is carbon; some of it sits in the carbon's pores and leaves later
  const sulfur = near(draw, 60, 1.5);
  const late = near(draw, 2, 1);
  const run = (): ReturnType<typeof virtualBalance> =>
    virtualBalance({
      seed: notebook.seed,
      steps: [
        [275, 18, sulfur - late],
        [400, 25, late],
        [90, 15, 0.4],
      ],
    });
  notebook.text("tg/S@C.txt", () => writeNetzsch("S@C", run().milligram, run()));
  notebook.text("tg/blank.txt", () => writeNetzsch("empty pan", run().milligram, { ...run(), mass: run().blank }));
  // water that leaves first does not count
  notebook.know("sulfur-in-S@C", "sulfur in dry S@C", sulfur / (1 - 0.004), "wt%");
}

const CELL_SWEEP = { highestHertz: 1e6, lowestHertz: 0.1, perDecade: 6 };
const PELLET_SWEEP = { highestHertz: 7e6, lowestHertz: 10, perDecade: 8 };
/** Every quarter of an hour at first, then every half. */
const HOURS = [...Array.from({ length: 16 }, (_, i) => i / 4), ...Array.from({ length: 41 }, (_, i) => 4 + i / 2)];

export function impedanceFiles(notebook: Notebook): void {
  const draw = notebook.draw("impedance");
  const seed = `${notebook.seed}`;
  const [onset, complete, ohm] = [about(draw, 1, 0.3), about(draw, 15, 0.1), about(draw, 90, 0.2)];
  const nas: VirtualImpedanceCell = {
    title: "Na-Sn|NAS|Na-Sn",
    seriesOhm: 60,
    arcs: [{ ohm: 45, tauSecond: 2e-5, exponent: 0.88 }],
    warburg: 2,
    growth: { arc: { ohm, tauSecond: 0.02, exponent: 0.9 }, fromSecond: 3600 * onset, toSecond: 3600 * complete, exponent: 0.5 },
    temperatureCelsius: 25,
    potentialVolt: 0,
  };
  const { growth: _, ...plain } = nas;
  const nps: VirtualImpedanceCell = {
    ...plain,
    title: "Na-Sn|NPS|Na-Sn",
    seriesOhm: 480,
    arcs: [{ ohm: 130, tauSecond: 4e-5, exponent: 0.86 }],
  };
  // the channel of the second cell stood still for some hours
  const lost = 20 + draw.integer(20);
  const kept = HOURS.filter((_, k) => k < lost || k >= lost + 4);
  const write = (name: string, made: () => VirtualImpedanceRun): void =>
    notebook.file(`eis/${name}.mpt`, () => writeVirtualImpedance(made(), "biologic-mpt"));
  const seconds = (hours: readonly number[]): number[] => hours.map((h) => 3600 * h);
  write("symmetric_NAS_24h", () => virtualImpedance(nas, seconds(HOURS), CELL_SWEEP, USUAL_IMPEDANCE_EFFECTS, seed));
  write("symmetric_NPS_24h", () => virtualImpedance(nps, seconds(kept), CELL_SWEEP, USUAL_IMPEDANCE_EFFECTS, seed));
  notebook.know("interlayer-onset", "hours at open circuit until the interlayer begins to form", onset, "h");
  notebook.know("interlayer-complete", "hours at open circuit until the interlayer is complete", complete, "h");
  // the whole impedance drifts on until then
  const drifted = ohm * (1 + USUAL_IMPEDANCE_EFFECTS.driftPerHour * complete);
  notebook.know("interlayer-resistance", "resistance of the interlayers when they are complete", drifted, "ohm");
  for (const [name, printed, thickness] of [
    ["NAS", 0.9e-3, 0.09],
    ["NPS", 0.1e-3, 0.12],
  ] as const) {
    const conductivity25 = about(draw, printed, 0.15);
    const pellet = virtualPellet({
      conductivity25,
      activationElectronvolt: 0.25,
      thickness,
      area: AREA,
      temperatureCelsius: 25,
      arcShare: 0.35,
    });
    write(`pellet_${name}_25C`, () => virtualImpedance(pellet, [0], PELLET_SWEEP, USUAL_IMPEDANCE_EFFECTS, seed));
  }
}

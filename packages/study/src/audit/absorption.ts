/** Claims about X-ray absorption, recovered from virtual spectra: calibration, features, shells, splitting of the d states. */
import { type AbsorptionSpectrum, autobk, calibrateOn, findFeatures, findShells, normalizeSpectrum } from "@thioscope/core/absorption";
import type { Found, Outcome, Question } from "@thioscope/core/audit";
import { readAbsorption } from "@thioscope/formats";
import {
  USUAL_SULFUR_BEAMLINE,
  type VirtualShell,
  type VirtualXanes,
  virtualExafs,
  virtualSulfurScan,
  virtualXanes,
  writeVirtualXdi,
} from "@thioscope/virtual";
import { type Check, fileOf, found, overSeeds, sampleOf } from "./model.ts";

const SEEDS = 20;

/** Through a file of columns, as a beamline leaves it. */
async function scanOf(name: string, energy: Float64Array, mu: Float64Array): Promise<AbsorptionSpectrum> {
  const rows = Array.from(energy, (e, i) => `${e.toFixed(4)} ${mu[i]!.toFixed(8)}`);
  const { scans } = await readAbsorption(fileOf(`${name}.xmu`, `# energy mu\n${rows.join("\n")}\n`));
  return scans[0]!;
}

/** eV, from the claim's own words where they say so */
const ZINC_SULFATE = 2480.5;
/** eV, either way */
const LARGEST_SHIFT = 1;

const calibration: Check = {
  kind: "recover",
  title: "energy calibration on a reference",
  gives: ["shift_eV"],
  async run(_question, context): Promise<Outcome> {
    const reference = { name: "ZnSO4", point: "derivative maximum", energy: ZINC_SULFATE, source: "claim" } as const;
    // where the noiseless spectrum of the virtual sulfate is steepest, on a fine grid of its own
    const { truth, energy } = virtualSulfurScan("ZnSO4", { sulfate: 1 }, { ...USUAL_SULFUR_BEAMLINE, noise: 0, step: 0.01 }, "0");
    const slope = (k: number): number => (truth.normalized[k + 1]! - truth.normalized[k - 1]!) / (energy[k + 1]! - energy[k - 1]!);
    let steepest = 1;
    for (let i = 1; i < energy.length - 1; i++)
      if (energy[i]! > ZINC_SULFATE - 2.5 && energy[i]! < ZINC_SULFATE + 2.5 && slope(i) > slope(steepest)) steepest = i;
    const s8WhiteLine = USUAL_SULFUR_BEAMLINE.s8WhiteLine + ZINC_SULFATE - energy[steepest]!;
    const count = SEEDS + 1;
    const errors = await overSeeds(count, context, async (seed) => {
      const shift = LARGEST_SHIFT * (-1 + (2 * seed) / (count - 1));
      const scan = virtualSulfurScan("ZnSO4", { sulfate: 1 }, { ...USUAL_SULFUR_BEAMLINE, s8WhiteLine, noise: 0.003, shift }, `${seed}`);
      const { scans } = await readAbsorption(fileOf("zn.xdi", writeVirtualXdi(scan)));
      return Math.abs(calibrateOn(scans[0]!, reference).shift.value - scan.truth.correction);
    });
    return {
      answers: { shift_eV: { facts: { "worst error": Math.max(...errors), "largest of them": LARGEST_SHIFT } } },
      calibrated: [],
      how: [
        `virtual ZnSO4 whose derivative is largest at ${ZINC_SULFATE} eV, ${count} scans shifted by −${LARGEST_SHIFT} to ${LARGEST_SHIFT} eV, as XDI files with noise and a grid of their own`,
        "analysis: maximum of the first derivative",
      ],
    };
  },
};

/** Lines at the energies that the paper prints; the broad ones are as wide as in the printed spectra. */
const SULFUR_SPECTRA: readonly { asked: string; spectrum: VirtualXanes /** which of its lines are claimed */; claimed: number }[] = [
  {
    asked: "S_eV",
    spectrum: {
      name: "S8",
      edge: 2474.6,
      coreHole: 0.59,
      lines: [
        { at: 2473.0, area: 3.2, width: 0.5 },
        { at: 2480.0, area: 2.2, width: 1.4 },
      ],
    },
    claimed: 2,
  },
  {
    asked: "Li2S_eV",
    spectrum: {
      name: "Li2S",
      edge: 2475.6,
      coreHole: 0.59,
      lines: [
        { at: 2474.1, area: 1.6, width: 0.35 },
        { at: 2476.8, area: 2.4, width: 0.5 },
        { at: 2484.4, area: 3, width: 1.8 },
      ],
    },
    claimed: 3,
  },
  {
    asked: "Li2S2_preedge_eV",
    spectrum: {
      name: "Li2S2",
      edge: 2474.8,
      coreHole: 0.59,
      lines: [
        { at: 2471.3, area: 1.2, width: 0.5 },
        { at: 2475, area: 2, width: 0.9 },
      ],
    },
    claimed: 1,
  },
];

/** The found number nearest to each of the sample's own; null where none is near. */
const nearest = (values: readonly Found[], own: readonly number[], reach: number): Found[] =>
  own.map((at) => {
    const [best] = values.flatMap((v) => (v ? [v] : [])).sort((a, b) => Math.abs(a.value - at) - Math.abs(b.value - at));
    return best && Math.abs(best.value - at) < reach ? best : null;
  });

const features: Check = {
  kind: "recover",
  title: "features of S K-edge spectra",
  gives: SULFUR_SPECTRA.map(({ asked }) => asked),
  async run(_question, context): Promise<Outcome> {
    const runs = await overSeeds(SEEDS, context, async (seed) => {
      const lists: Found[][] = [];
      for (const { spectrum, claimed } of SULFUR_SPECTRA) {
        const { energy, mu } = virtualXanes(spectrum, 0.1, 0.002, 0.3, `${seed}`);
        const seen = findFeatures(await scanOf(spectrum.name, energy, mu), { range: [2469, 2490], window: 1 });
        lists.push(
          nearest(
            seen.map((f) => found(f.energy)),
            spectrum.lines.slice(0, claimed).map(({ at }) => at),
            0.5,
          ),
        );
      }
      return lists;
    });
    return {
      answers: Object.fromEntries(SULFUR_SPECTRA.map(({ asked }, k) => [asked, { unit: "eV", runs: runs.map((run) => run[k]!) }])),
      calibrated: [],
      how: [
        "virtual spectra with lines at the printed energies, noise of 0.2 %, the monochromator's resolution of 0.3 eV",
        "analysis: bends of the spectrum between 2469 and 2490 eV; each line is given the bend nearest to it",
      ],
    };
  },
};

const SHELL_WINDOW = { from: 3, to: 12, taper: 1, window: "hanning", weight: 2 } as const;

/** Normalised, background removed, maxima of |χ(R)| without phase correction, Å. */
async function shellsOf(name: string, e0: number, shells: readonly VirtualShell[], seed: string): Promise<Found[]> {
  const { energy, mu } = virtualExafs(name, e0, shells, 13, 0.0008, seed);
  const scan = await scanOf(name, energy, mu);
  const norm = normalizeSpectrum(scan);
  const background = autobk(scan, { e0: norm.e0.value, edgeStep: norm.edgeStep.value, rbkg: 1, weight: 2 });
  return findShells(background, SHELL_WINDOW, [1.2, 4]).map(({ r }) => found(r));
}

/** Å */
const SHELL_REACH = 0.2;
const ANTIMONY_EDGE = 30491;

const shells: Check = {
  kind: "recover",
  title: "shells of the Fourier transform at the Sb K-edge",
  gives: ["first_shell_A", "second_shell_A", "Na_Sb_A"],
  async run(question, context): Promise<Outcome> {
    const { sample, line } = sampleOf(question, { first_shell_A: 1.86, second_shell_A: 3.2, Na_Sb_A: 2.69 });
    const runs = await overSeeds(SEEDS, context, async (seed) => {
      const electrolyte = await shellsOf(
        "Na3SbS4",
        ANTIMONY_EDGE,
        [
          { apparent: sample.first_shell_A, count: 4, sigma2: 0.003, amplitudeAt: 6 },
          { apparent: sample.second_shell_A, count: 12, sigma2: 0.005, amplitudeAt: 6 },
        ],
        `${seed}`,
      );
      const alloy = await shellsOf(
        "Na-Sb",
        ANTIMONY_EDGE,
        [{ apparent: sample.Na_Sb_A, count: 8, sigma2: 0.007, amplitudeAt: 6 }],
        `${seed}`,
      );
      return [
        ...nearest(electrolyte, [sample.first_shell_A, sample.second_shell_A], SHELL_REACH),
        ...nearest(alloy, [sample.Na_Sb_A], SHELL_REACH),
      ];
    });
    return {
      answers: Object.fromEntries(
        ["first_shell_A", "second_shell_A", "Na_Sb_A"].map((name, k) => [name, { unit: "Å", runs: runs.map((run) => [run[k]!]) }]),
      ),
      calibrated: [],
      how: [
        `${line}: Na3SbS4 and Na–Sb, with noise and a background that is no spline`,
        "analysis: AUTOBK, Fourier transform from 3 to 12 Å⁻¹ without phase correction, maxima between 1.2 and 4 Å",
      ],
    };
  },
};

const TANTALUM_EDGE = 9881;
const WHITE_LINE = 9882;

/** Ta L3 with the core hole that a spectrum of high resolution leaves, and two groups of d states. */
const tantalum = (name: string, splitting: number): VirtualXanes => ({
  name,
  edge: TANTALUM_EDGE,
  coreHole: 1.5,
  lines: [-0.5, 0.5].map((side) => ({ at: WHITE_LINE + side * splitting, area: 5 + side, width: 0.3 })),
});

async function splittingOf(name: string, splitting: number, seed: string): Promise<Found> {
  const { energy, mu } = virtualXanes(tantalum(name, splitting), 0.2, 0.004, 0.5, seed);
  const two = findFeatures(await scanOf(name, energy, mu), { range: [WHITE_LINE - 4, WHITE_LINE + 4], window: 1.2 })
    .sort((a, b) => b.significance - a.significance)
    .slice(0, 2);
  if (two.length < 2) return null;
  const [a, b] = two.map(({ bend }) => bend);
  return { value: Math.abs(a!.value - b!.value), sigma: Math.hypot(a!.sigma ?? 0, b!.sigma ?? 0) || null };
}

const white: Check = {
  kind: "recover",
  title: "shell and d splitting at the Ta L3-edge",
  gives: ["TaCl5_shell_A", "NTSC_shell_A", "d_splitting_TaCl5_eV", "splitting_change_eV"],
  async run(question: Question, context): Promise<Outcome> {
    const { sample, line } = sampleOf(question, {
      TaCl5_shell_A: 1.89,
      NTSC_shell_A: 1.96,
      d_splitting_TaCl5_eV: 2.8,
      splitting_change_eV: 0.4,
    });
    const runs = await overSeeds(SEEDS, context, async (seed) => {
      const shell = async (name: string, apparent: number): Promise<Found> =>
        nearest(
          await shellsOf(name, TANTALUM_EDGE, [{ apparent, count: 5, sigma2: 0.004, amplitudeAt: 6 }], `${seed}`),
          [apparent],
          SHELL_REACH,
        )[0]!;
      const chloride = await splittingOf("TaCl5", sample.d_splitting_TaCl5_eV, `${seed}`);
      const glassy = await splittingOf("NTSC", sample.d_splitting_TaCl5_eV - sample.splitting_change_eV, `${seed}`);
      return [
        await shell("TaCl5", sample.TaCl5_shell_A),
        await shell("NTSC", sample.NTSC_shell_A),
        chloride,
        chloride && glassy
          ? { value: chloride.value - glassy.value, sigma: Math.hypot(chloride.sigma ?? 0, glassy.sigma ?? 0) || null }
          : null,
      ];
    });
    return {
      answers: Object.fromEntries(
        (["TaCl5_shell_A", "NTSC_shell_A", "d_splitting_TaCl5_eV", "splitting_change_eV"] as const).map((name, k) => [
          name,
          { unit: name.endsWith("_A") ? "Å" : "eV", runs: runs.map((run) => [run[k]!]) },
        ]),
      ),
      calibrated: [],
      how: [
        `${line}; the d splitting shrinks from TaCl5 to NTSC; noise, resolution, a core hole of 1.5 eV`,
        "analysis: maxima of the Fourier transform without phase correction; the two strongest bends of the white line",
      ],
    };
  },
};

export const ABSORPTION_CHECKS: readonly Check[] = [calibration, features, shells, white];

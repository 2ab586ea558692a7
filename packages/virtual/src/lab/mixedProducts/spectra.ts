/**
 * S K-edge scans, secondary ions and photoelectrons of cells that were stopped, with their standards.
 *
 * Lines stand where the work prints them: S8 at 2473.0 and 2480.0 eV, Li2S at 2474.1, 2476.8 and 2484.4 eV, Li2S2 with its
 * foot at 2471.3 eV. A scan of a composite is the sum over its sulfur atoms, the electrolyte's among them.
 */
import { type Random, random } from "@thioscope/core";
import { writeVirtualXdi } from "../../absorption.ts";
import { type VirtualXanes, xanesAt } from "../../fineStructure.ts";
import { virtualIonCounts, virtualXps } from "../../spectroscopy.ts";
import { writeIonTable, writeVamas } from "../../spectroscopyFiles.ts";
import { type LabFile, type LabTruth, textFile } from "../campaign.ts";
import { about, type Chemistry, type SulfurShares } from "./chemistry.ts";

const CORE_HOLE = 0.59;

const SPECIES: Readonly<Record<keyof SulfurShares | "electrolyte", Omit<VirtualXanes, "name">>> = {
  s8: {
    edge: 2474.6,
    coreHole: CORE_HOLE,
    lines: [
      { at: 2473.0, area: 3.2, width: 0.5 },
      { at: 2480.0, area: 2.2, width: 1.4 },
    ],
  },
  li2s: {
    edge: 2475.6,
    coreHole: CORE_HOLE,
    lines: [
      { at: 2474.1, area: 1.6, width: 0.35 },
      { at: 2476.8, area: 2.4, width: 0.5 },
      { at: 2484.4, area: 3, width: 1.8 },
    ],
  },
  li2s2: {
    edge: 2474.8,
    coreHole: CORE_HOLE,
    lines: [
      { at: 2471.3, area: 1.2, width: 0.5 },
      { at: 2475, area: 2, width: 0.9 },
      { at: 2481.5, area: 1.5, width: 1.8 },
    ],
  },
  electrolyte: {
    edge: 2476,
    coreHole: CORE_HOLE,
    lines: [
      { at: 2473.55, area: 1.5, width: 0.45 },
      { at: 2476.4, area: 1.1, width: 0.9 },
      { at: 2481.5, area: 1.2, width: 2 },
    ],
  },
};

type Mixture = Partial<Record<keyof typeof SPECIES, number>>;

/** Share of the sulfur atoms that is the electrolyte's: S and Li10GeP2S12 in 36 to 40 parts. */
const ELECTROLYTE_SULFUR = (40 * 12) / 588.58 / ((40 * 12) / 588.58 + 36 / 32.06);
/** eV, standard deviation of the monochromator */
const RESOLUTION = 0.3;
const NOISE = 0.004;
/** Charges at which cells were stopped, mAh/g; the last one ran to its lower limit. */
const STOPS = [250, 500, 750, Number.POSITIVE_INFINITY] as const;

/** Weights that are told: those well above nothing, of scans that no campaign lost. */
const TOLD = {
  lii: ["250mAh-li2s2", "500mAh-li2s2", "750mAh-li2s2", "750mAh-li2s", "DOD-li2s2", "DOD-li2s", "half-li2s2", "half-li2s"],
  plain: ["DOD-li2s2", "DOD-li2s", "half-li2s2", "half-li2s", "SOC-li2s2"],
};

function scanOf(name: string, mixture: Mixture, seed: string, startSecond: number): string {
  const draw = random(`${name} ${seed}`);
  // the monochromator drifts and every sample's lines are a little broader or narrower
  const zero = 0.02 * draw.normal();
  const resolution = RESOLUTION * (1 + 0.03 * draw.normal());
  const total = Object.values(mixture).reduce((sum, share) => sum + share, 0);
  const energy: number[] = [];
  for (let e = 2435; e < 2463; e += 1) energy.push(e);
  for (let k = 0; 2463 + 0.1 * k < 2490; k++) energy.push(2463 + 0.1 * k);
  for (let e = 2490; e <= 2545; e += 0.5) energy.push(e);
  const n = energy.length;
  const i0 = new Float64Array(n);
  const fluorescence = new Float64Array(n);
  for (const [i, e] of energy.entries()) {
    let y = 0;
    for (const [kind, share] of Object.entries(mixture))
      y += (share / total) * xanesAt({ name, ...SPECIES[kind as keyof Mixture & string]! }, e - zero, resolution);
    // a shell of neighbours: a ripple that dies out
    if (e > 2484) y += 0.01 * Math.sin(Math.sqrt(1.05 * (e - 2474)) * 4 + 1) * Math.exp(-(e - 2484) / 40) * (1 - Math.exp(-(e - 2484) / 6));
    i0[i] = 2.3e5 * (1 - (0.05 * i) / n) * (1 + 0.0005 * draw.normal());
    fluorescence[i] = i0[i]! * (0.03 + 2e-5 * (e - 2435) + 0.085 * (y + NOISE * draw.normal()));
  }
  const scan = { name, startSecond, energy: Float64Array.from(energy), i0, fluorescence };
  return writeVirtualXdi(scan);
}

/** Scans of the stopped cells of both kinds and of the standards; one scan of the cells without LiI was lost. */
export function absorptionFiles(chemistry: Chemistry, seed: number, draw: Random): { files: LabFile[]; truth: LabTruth[] } {
  const files: LabFile[] = [];
  const truth: LabTruth[] = [];
  let hour = 0;
  const put = (name: string, mixture: Mixture): void => {
    const start = 3600 * hour++;
    files.push(textFile(`raw/xas/${name}.xdi`, () => scanOf(name, mixture, `${seed}`, start)));
  };
  for (const [name, kind] of [
    ["S8", "s8"],
    ["Li2S", "li2s"],
    ["Li2S2", "li2s2"],
    ["LGPS", "electrolyte"],
  ] as const)
    put(name, { [kind]: 1 });
  const lost = 1 + draw.integer(3);
  for (const cell of ["lii", "plain"] as const) {
    const cycle = chemistry[cell];
    const put1 = (state: string, { s8, li2s2, li2s }: SulfurShares): void => {
      // what was scraped off is not exactly as it was mixed
      const f = ELECTROLYTE_SULFUR * (1 + 0.01 * draw.normal());
      const [a, b, c] = [s8, li2s2, li2s].map((share) => share * (1 - f)) as [number, number, number];
      put(`${cell}_${state}`, { s8: a, li2s2: b, li2s: c, electrolyte: f });
      // which of the others was lost differs from campaign to campaign
      for (const [key, what, value] of [
        ["li2s2", "Li2S2", b],
        ["li2s", "Li2S", c],
      ] as const)
        if (TOLD[cell].includes(`${state.slice(2)}-${key}`)) {
          const name = `${cell === "lii" ? "with" : "without"} LiI, ${state.slice(2)}`;
          truth.push({
            key: `xas-${cell}-${state.slice(2)}-${key}`,
            what: `${what} of all sulfur atoms, ${name}`,
            value: 100 * value,
            unit: "%",
          });
        }
    };
    put1("0_pristine", { s8: 1, li2s2: 0, li2s: 0 });
    for (const [k, stop] of STOPS.entries()) {
      if (cell === "plain" && k === lost - 1) continue;
      put1(`${k + 1}_${Number.isFinite(stop) ? `${stop}mAh` : "DOD"}`, cycle.discharged(stop));
    }
    put1("5_half", cycle.charged(0.5));
    put1("6_SOC", cycle.charged(1));
  }
  return { files, truth };
}

/** Mean ratios of Li3S2+ to Li3S+ in per cent, and their relative deviation over areas, as printed. */
const IONS = {
  LiI_DOD: [10.2, 0.147],
  LiI_SOC: [3.0, 0.133],
  plain_DOD: [9.6, 0.094],
  plain_SOC: [3.4, 0.059],
} as const;

/** Assumed: with a lower limit of −0.2 V the sulfide's own ion is stronger, so that the ratio falls; pure Li2S has next to none. */
const OTHER_IONS = { "LiI_-0.2V": [6.1, 0.12], Li2S: [0.04, 0.3] } as const;

const AREAS = ["a", "b", "c", "d", "e"];

export function ionFiles(seed: number, draw: Random): { files: LabFile[]; truth: LabTruth[] } {
  const files: LabFile[] = [];
  const truth: LabTruth[] = [];
  for (const [name, [percent, spread]] of Object.entries({ ...IONS, ...OTHER_IONS })) {
    const ratio = about(draw, percent / 100, 0.06);
    truth.push({ key: `ions-${name}`, what: `Li3S2+/Li3S+, ${name}`, value: 100 * ratio, unit: "%" });
    files.push(
      textFile(`raw/sims/${name}.txt`, () => {
        const { first, second, pulses } = virtualIonCounts({ seed: `${name} ${seed}`, ratio, spread, counts: 300_000, pulses: 10_000_000 });
        return writeIonTable(
          [
            { name: "Li3S2+", mass: 84.991, counts: first },
            { name: "Li3S+", mass: 53.0196, counts: second },
          ],
          pulses,
          AREAS,
        );
      }),
    );
  }
  return { files, truth };
}

/** S 2p of both kinds of composite, discharged and charged: Li2S2 at 162.2 eV lies under the electrolyte's lines. */
export function photoelectronFiles(chemistry: Chemistry, seed: number): LabFile[] {
  const out: LabFile[] = [];
  for (const cell of ["lii", "plain"] as const) {
    for (const [state, shares] of [
      ["DOD", chemistry[cell].discharged(Number.POSITIVE_INFINITY)],
      ["SOC", chemistry[cell].charged(1)],
    ] as const) {
      const own = 1 - ELECTROLYTE_SULFUR;
      const lines = (
        [
          [160.3, shares.li2s * own],
          // most of the surface's disulfide does not outlast the transfer
          [162.2, 0.1 * shares.li2s2 * own],
          [161.7, ELECTROLYTE_SULFUR],
          [163.9, shares.s8 * own],
        ] as const
      ).flatMap(
        ([at, share]) =>
          [
            [at, 1.1, 4000 * share],
            [at + 1.18, 1.1, 2000 * share],
          ] as const,
      );
      out.push(
        textFile(`raw/xps/${cell}_${state}.vms`, () => {
          const carbon = virtualXps({ seed: `${cell} ${state} C ${seed}`, lines: [[284.8, 1.2, 3000]], range: [278, 296], charging: 0.6 });
          const sulfur = virtualXps({ seed: `${cell} ${state} S ${seed}`, lines, range: [155, 175], charging: 0.6 });
          return writeVamas([
            { name: "C 1s", x: carbon.x, counts: carbon.y, photon: carbon.photon },
            { name: "S 2p", x: sulfur.x, counts: sulfur.y, photon: sulfur.photon },
          ]);
        }),
      );
    }
  }
  return out;
}

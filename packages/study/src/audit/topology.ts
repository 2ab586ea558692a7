/** Claims about barcodes and hops, recovered from virtual trajectories through their files. */
import { random } from "@thioscope/core";
import { hopsWithoutSites, type IonTracks, trackCollector } from "@thioscope/core/atoms";
import type { Found, Outcome } from "@thioscope/core/audit";
import { periodicMetric, ripsBarcodes } from "@thioscope/core/topology";
import { readTrajectory } from "@thioscope/formats";
import { type SublatticeRecipe, trajectoryText, virtualSublattice, virtualTrajectory } from "@thioscope/virtual";
import { type Check, fileOf, found, overSeeds, sampleOf } from "./model.ts";

const SEEDS = 20;
const FRAMES = 60;
const VIBRATION = 0.1;

async function tracksOf(name: string, text: string, species: string, drift: boolean): Promise<IonTracks> {
  const collector = trackCollector({ species: [species], drift });
  await readTrajectory(fileOf(name, text), collector);
  return collector.finish();
}

/** Mean place of each atom over the frames: vibrations would shorten every spacing. */
function sitesOf({ series, frames }: IonTracks): Float64Array {
  return Float64Array.from({ length: series.length / frames }, (_, k) => {
    let sum = 0;
    for (let t = 0; t < frames; t++) sum += series[k * frames + t]!;
    return sum / frames;
  });
}

async function barsOf(text: string, species: string, dimension: 0 | 1, cap?: number): Promise<[birth: number, death: number][]> {
  const tracks = await tracksOf("structure.extxyz", text, species, false);
  const { barcodes } = ripsBarcodes(periodicMetric(sitesOf(tracks), Array.from(tracks.meanCell!)), {
    maxDimension: dimension,
    ...(cap !== undefined && { cap }),
  });
  const bars = barcodes[dimension]!.bars;
  return Array.from({ length: bars.length / 2 }, (_, k): [number, number] => [bars[2 * k]!, bars[2 * k + 1]!]).filter(([, end]) =>
    Number.isFinite(end),
  );
}

/** Rings of the framework: the puckered ones of the glass stay open longer. Å */
const RING = { NTSC_opens: 3.6, NTSC_closes: 5.2, NTC_opens: 3.0, NTC_closes: 4.2 };
const SPACING = { NTC_spacing: 5.13, NTSC_least: 4.46, NTSC_most: 4.91 };

const recipe = (spacing: readonly [number, number], opens: number, closes: number): SublatticeRecipe => ({
  spacing,
  ring: { opens, closes },
  frames: FRAMES,
  vibrationAngstrom: VIBRATION,
});

const hops: Check = {
  kind: "recover",
  title: "spacings of sites and lengths of hops",
  gives: ["barcode_end_NTC_A", "barcode_end_NTSC_A", "hop_distance_NTC_A", "hop_distance_NTSC_A"],
  async run(question, context): Promise<Outcome> {
    const { sample, line } = sampleOf(question, SPACING);
    const runs = await overSeeds(SEEDS, context, async (seed): Promise<readonly Found[]> => {
      const end = async (spacing: readonly [number, number]): Promise<Found> => {
        const ends = (await barsOf(virtualSublattice(recipe(spacing, RING.NTC_opens, RING.NTC_closes), seed), "Na", 0)).map(
          ([, death]) => death,
        );
        return ends.length > 0 ? { value: Math.max(...ends), sigma: null } : null;
      };
      const hop = async (jumpAngstrom: number): Promise<Found> => {
        const made = virtualTrajectory({ jumpAngstrom, frames: 600, ions: 40, ratePerPs: 0.05, vibrationAngstrom: 0.15 }, `hops ${seed}`);
        const tracks = await tracksOf("XDATCAR", trajectoryText(made, "xdatcar"), "Na", true);
        return found(hopsWithoutSites(tracks, { intervalFs: made.recipe.intervalFs, threshold: jumpAngstrom / 2 }).length);
      };
      const { NTC_spacing: crystal, NTSC_least: least, NTSC_most: most } = sample;
      const drawn = least + (most - least) * random(`jump ${seed}`).uniform();
      return [await end([crystal, crystal]), await end([least, most]), await hop(crystal), await hop(drawn)];
    });
    const names = ["barcode_end_NTC_A", "barcode_end_NTSC_A", "hop_distance_NTC_A", "hop_distance_NTSC_A"];
    return {
      answers: Object.fromEntries(names.map((name, k) => [name, { unit: "Å", runs: runs.map((run) => [run[k]!]) }])),
      calibrated: [],
      how: [
        `${line}: a lattice and a glass of 27 ions, ${FRAMES} frames with vibrations of ${VIBRATION} Å and a cell that breathes, as extended XYZ; hopping ions as XDATCAR`,
        "analysis: H0 of the mean places ends at the longest spacing of the spanning tree; hops are counted apart, from the paths: a spacing of occupied sites is no jump",
      ],
    };
  },
};

/** Å */
const LEAST_BAR = 0.3;
const LONGEST = 8;

const cavities: Check = {
  kind: "recover",
  title: "rings of the framework",
  gives: ["NTSC_A", "NTC_A"],
  by: /barcode/i,
  async run(question, context): Promise<Outcome> {
    const { sample, line } = sampleOf(question, RING);
    const bars = async (opens: number, closes: number, seed: number): Promise<{ opens: number; closes: number }> => {
      const spacing = [SPACING.NTC_spacing, SPACING.NTC_spacing] as const;
      const lasting = (await barsOf(virtualSublattice(recipe(spacing, opens, closes), seed), "Cl", 1, LONGEST)).filter(
        ([birth, death]) => death - birth > LEAST_BAR,
      );
      return { opens: mean(lasting.map(([birth]) => birth)), closes: mean(lasting.map(([, death]) => death)) };
    };
    const runs = await overSeeds(SEEDS, context, async (seed) => ({
      NTSC_A: await bars(sample.NTSC_opens, sample.NTSC_closes, seed),
      NTC_A: await bars(sample.NTC_opens, sample.NTC_closes, seed),
    }));
    return {
      answers: Object.fromEntries(
        (["NTSC_A", "NTC_A"] as const).map((name) => [
          name,
          { facts: { opens: mean(runs.map((run) => run[name].opens)), closes: mean(runs.map((run) => run[name].closes)) } },
        ]),
      ),
      calibrated: [],
      how: [
        `${line}: puckered six-rings in a periodic cell, ${FRAMES} frames with vibrations of ${VIBRATION} Å`,
        `analysis: H1 of the framework's mean places, bars longer than ${LEAST_BAR} Å, up to ${LONGEST} Å; such a bar is a ring, a cavity would be H2`,
      ],
    };
  },
};

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

export const TOPOLOGY_CHECKS: readonly Check[] = [hops, cavities];

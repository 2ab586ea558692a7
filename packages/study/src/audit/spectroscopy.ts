/** Claims about thermal analysis and secondary ions, recovered from their files. */
import type { Answered, Outcome } from "@thioscope/core/audit";
import { replicateRatio } from "@thioscope/core/sims";
import { glassTransition, massSteps, subtractBlank, sulfurContent } from "@thioscope/core/thermal";
import { readIons, readThermal } from "@thioscope/formats";
import { virtualBalance, virtualCalorimeter, virtualIonCounts, writeHeatFlow, writeIonTable, writeNetzsch } from "@thioscope/virtual";
import { type Check, fileOf, found, overSeeds, sampleOf } from "./model.ts";

const SEEDS = 20;

const balance: Check = {
  kind: "recover",
  title: "sulfur content from a mass step",
  gives: ["sulfur_wt_percent"],
  async run(question, context): Promise<Outcome> {
    const { sample, line } = sampleOf(question, { sulfur_wt_percent: 60 });
    const runs = await overSeeds(SEEDS, context, async (seed) => {
      const run = virtualBalance({
        seed,
        // °C, width, % of mass: sulfur leaves in two steps, moisture before
        steps: [
          [275, 18, (58 / 60) * sample.sulfur_wt_percent],
          [400, 25, (2 / 60) * sample.sulfur_wt_percent],
          [90, 15, 0.4],
        ],
      });
      const net = subtractBlank(run.temperature, run.mass, { temperature: run.temperature.toSorted(), milligram: run.blank });
      const file = await readThermal(fileOf("sc.txt", writeNetzsch("S@C", run.milligram, { ...run, mass: net })));
      const steps = massSteps({ temperature: file.temperatureCelsius, mass: file.massPercent!, resolution: 0.01 });
      return [found(sulfurContent(steps, [150, 450]).content)];
    });
    return {
      answers: { sulfur_wt_percent: { unit: "wt%", runs } },
      calibrated: [],
      how: [
        `${line}; the virtual balance adds buoyancy, noise, moisture that leaves at 90 °C`,
        "analysis: blank taken off, steps between 150 and 450 °C",
      ],
    };
  },
};

const glass: Check = {
  kind: "recover",
  title: "glass transition from calorimetry",
  gives: ["Tg_C"],
  async run(question, context): Promise<Outcome> {
    const { sample, line } = sampleOf(question, { Tg_C: 193 });
    const runs = await overSeeds(SEEDS, context, async (seed) => {
      const run = virtualCalorimeter({ seed, glass: { at: sample.Tg_C, width: 5, heatCapacity: 0.15 } });
      const file = await readThermal(fileOf("dsc.txt", writeHeatFlow(10, 10, run.temperature, run.heatFlow)));
      const { midpoint } = glassTransition({
        temperature: file.temperatureCelsius,
        heatFlow: file.heatFlowWattPerGram!,
        ratePerMinute: 10,
      });
      return [found(midpoint)];
    });
    return {
      answers: { Tg_C: { unit: "°C", runs } },
      calibrated: [],
      how: [
        `${line}; the virtual calorimeter adds a curved base line, a transient at the start, noise`,
        "analysis: the step is searched for; the midpoint is stated",
      ],
    };
  },
};

/** Ratio Li3S2+/Li3S+ and its scatter between areas, %: as the paper prints them of four samples. */
const RATIOS: Readonly<Record<string, readonly [ratio: number, deviation: number]>> = {
  LiI_100DOD: [10.2, 1.5],
  LiI_100SOC: [3.0, 0.4],
  noLiI_100DOD: [9.6, 0.9],
  noLiI_100SOC: [3.4, 0.2],
};
const AREAS = 5;

const ions: Check = {
  kind: "recover",
  title: "ratio of two secondary ions over replicates",
  gives: Object.keys(RATIOS),
  async run(question, context): Promise<Outcome> {
    const answers: Record<string, Answered> = {};
    const told: string[] = [];
    for (const name of question.asked) {
      const printed = RATIOS[name];
      if (!printed) continue;
      const { sample } = sampleOf(question, { [name]: printed[0] });
      const ratio = sample[name]!;
      const deviations: number[] = [];
      const runs = await overSeeds(SEEDS, context, async (seed) => {
        const run = virtualIonCounts({
          seed: `${name} ${seed}`,
          ratio: ratio / 100,
          spread: printed[1] / printed[0],
          counts: 300_000,
          pulses: 10_000_000,
        });
        const table = writeIonTable(
          [
            { name: "Li3S2+", mass: 84.991, counts: run.first },
            { name: "Li3S+", mass: 53.0196, counts: run.second },
          ],
          run.pulses,
          Array.from({ length: AREAS }, (_, k) => `area ${k + 1}`),
        );
        const read = await readIons(fileOf("ions.txt", table));
        const counts = (k: number) => Array.from(read.ions[k]!.counts, (value, i) => ({ counts: value, pulses: read.pulses![i]! }));
        const below = counts(1);
        const answer = replicateRatio(
          counts(0).map((a, i) => ({ a, b: below[i]! })),
          null,
        );
        deviations.push(100 * (answer.deviation?.value ?? Number.NaN));
        return [found(answer.mean, 100)];
      });
      answers[name] = { unit: "%", runs };
      const rms = Math.sqrt(deviations.reduce((sum, d) => sum + d * d, 0) / deviations.length);
      told.push(`${name} ${ratio} ± ${printed[1]} %, found between areas ± ${rms.toFixed(2)} %`);
    }
    return {
      answers,
      calibrated: [],
      how: [
        `virtual sample: ${told.join("; ")}`,
        `${AREAS} areas each, as the caption says; the virtual spectrometer counts with dead time, areas scatter`,
        "analysis: counts corrected for dead time, the mean of the areas' ratios; a sample is met where the mean lies within the printed deviation",
      ],
    };
  },
};

export const SPECTROSCOPY_CHECKS: readonly Check[] = [balance, glass, ions];

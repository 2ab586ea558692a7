/**
 * What the published studies print on secondary ions, thermal balance and calorimetry: recovered from virtual files with noise over 20 seeds, or
 * recomputed. Expected values are the papers' or follow from them by statistics.
 */
import { replicateRatio, welchTest } from "@thioscope/core/sims";
import { glassTransition, massSteps, subtractBlank, sulfurContent } from "@thioscope/core/thermal";
import { readIons, readThermal, sourceOfBytes } from "@thioscope/formats";
import { virtualBalance, virtualCalorimeter, virtualIonCounts, writeHeatFlow, writeIonTable, writeNetzsch } from "@thioscope/virtual";
import { expect, test } from "vitest";

const SEEDS = Array.from({ length: 20 }, (_, k) => k);
const source = (name: string, text: string) => sourceOfBytes(name, new TextEncoder().encode(text));

test("NAS-TG: 60 wt% of sulfur within 1 in each of 20 runs", async () => {
  for (const seed of SEEDS) {
    const run = virtualBalance({
      seed,
      steps: [
        [275, 18, 58],
        [400, 25, 2],
        [90, 15, 0.4],
      ],
    });
    const net = subtractBlank(run.temperature, run.mass, { temperature: run.temperature.toSorted(), milligram: run.blank });
    const text = writeNetzsch("S@C", run.milligram, { ...run, mass: net });
    const file = await readThermal(source("sc.txt", text));
    const steps = massSteps({ temperature: file.temperatureCelsius, mass: file.massPercent!, resolution: 0.01 });
    const { content } = sulfurContent(steps, [150, 450]);
    expect(Math.abs(content.value - 60)).toBeLessThan(1);
  }
});

test("NTSC-glass: T_g = 193 °C within 2 K in each of 20 runs, found by search", async () => {
  for (const seed of SEEDS) {
    const run = virtualCalorimeter({ seed, glass: { at: 193, width: 5, heatCapacity: 0.15 } });
    const file = await readThermal(source("dsc.txt", writeHeatFlow(10, 10, run.temperature, run.heatFlow)));
    const { midpoint } = glassTransition({ temperature: file.temperatureCelsius, heatFlow: file.heatFlowWattPerGram!, ratePerMinute: 10 });
    expect(Math.abs(midpoint.value - 193)).toBeLessThan(2);
  }
});

/** mean and deviation over five areas as printed, % */
const PRINTED = {
  "LiI 100 DOD": [10.2, 1.5],
  "LiI 100 SOC": [3.0, 0.4],
  "no LiI 100 DOD": [9.6, 0.9],
  "no LiI 100 SOC": [3.4, 0.2],
} as const;

test.each(Object.entries(PRINTED))("LiS-tof-sims: %s, Li3S2+/Li3S+ over five areas and 20 samples", async (name, [ratio, deviation]) => {
  let mean = 0;
  let square = 0;
  let covered = 0;
  for (const seed of SEEDS) {
    const run = virtualIonCounts({
      seed: `${name} ${seed}`,
      ratio: ratio / 100,
      spread: deviation / ratio,
      counts: 300_000,
      pulses: 10_000_000,
    });
    const table = await readIons(
      source(
        "ions.txt",
        writeIonTable(
          [
            { name: "Li3S2+", mass: 84.991, counts: run.first },
            { name: "Li3S+", mass: 53.0196, counts: run.second },
          ],
          run.pulses,
          ["a", "b", "c", "d", "e"],
        ),
      ),
    );
    const counts = (k: number) => Array.from(table.ions[k]!.counts, (value, i) => ({ counts: value, pulses: table.pulses![i]! }));
    const bottom = counts(1);
    const found = replicateRatio(
      counts(0).map((a, i) => ({ a, b: bottom[i]! })),
      null,
    );
    expect(found.n).toBe(5);
    mean += (100 * found.mean.value) / SEEDS.length;
    square += (100 * found.deviation!.value) ** 2 / SEEDS.length;
    if (Math.abs(100 * found.mean.value - ratio) < 2 * 100 * found.mean.sigma!) covered++;
  }
  // 100 areas in all: the mean to 4 standard errors, the deviation to 4 of its own (7 % each)
  expect(Math.abs(mean - ratio)).toBeLessThan((4 * deviation) / 10);
  expect(Math.abs(Math.sqrt(square) / deviation - 1)).toBeLessThan(0.3);
  // two standard errors of five areas hold the truth in 88 %: fewer than 12 of 20 has a chance below 1e-3
  expect(covered).toBeGreaterThanOrEqual(12);
});

test("LiS-tof-significance: the charged samples do not differ at 5 % with five or three replicates, discharged and charged do", () => {
  const with_ = (n: number) => welchTest({ mean: 3.0, deviation: 0.4, n }, { mean: 3.4, deviation: 0.2, n });
  expect(with_(5).pValue).toBeCloseTo(0.093, 3);
  expect(with_(3).pValue).toBeCloseTo(0.22, 2);
  expect([with_(5).significant, with_(3).significant]).toEqual([false, false]);
  const lithiated = welchTest({ mean: 10.2, deviation: 1.5, n: 5 }, { mean: 3.0, deviation: 0.4, n: 5 });
  expect(lithiated.pValue).toBeLessThan(0.001);
});

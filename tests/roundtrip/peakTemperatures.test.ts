/**
 * Peaks of dQ/dV over temperature and current, from files of the virtual cycler: plateaus that move by a known dE/dT, a resistance that
 * falls with temperature, another cell's mass at each. Truth by construction: E(T) = E₀ + s (T − 60 °C), terminal potential E ∓ I R(T).
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Answer, isComputable } from "@thioscope/core";
import { type CapacityPeak, findPeaks, halfCycles, measureHalfCycle, type PeakCondition, peaksOver } from "@thioscope/core/cycling";
import type { Story } from "@thioscope/core/story";
import { readCycling, sourceOfBytes } from "@thioscope/formats";
import { openDatabase, readStudy, runStudy } from "@thioscope/study";
import { VIRTUAL_CELLS, type VirtualCell, virtualCycling, writeVirtual } from "@thioscope/virtual";
import { describe, expect, test } from "vitest";
import { testStudy } from "../studies.ts";

const BASE = VIRTUAL_CELLS["na-s-nps"];
/** mV/K of the plateaus, by falling potential */
const DISCHARGE = [-0.35, 0.1, 0.25, -0.2];
const CHARGE = [0.3, -0.15, 0.05, -0.4];

function cellAt(celsius: number, current = 100): VirtualCell {
  const activeMassGram = BASE.activeMassGram * (1 + (celsius - 60) / 200);
  const resistanceOhm = 180 * Math.exp(4000 * (1 / (celsius + 273.15) - 1 / 333.15));
  // the virtual cycler's plateaus are those of the terminal
  const polarisation = 1e-3 * current * activeMassGram * resistanceOhm;
  const move = (plateaus: VirtualCell["discharge"], slopes: readonly number[], sign: number) =>
    plateaus.map((p, k) => ({ ...p, potentialVolt: p.potentialVolt + 1e-3 * slopes[k]! * (celsius - 60) + sign * polarisation }));
  return {
    ...BASE,
    discharge: move(BASE.discharge, DISCHARGE, -1),
    charge: move(BASE.charge, CHARGE, 1),
    resistanceOhm,
    activeMassGram,
    temperatureCelsius: celsius,
    protocol: [{ ...BASE.protocol[0]!, cycles: 1, currentMilliamperePerGram: current }],
  };
}

async function conditionsOf(cell: VirtualCell, seed: string, value?: number): Promise<PeakCondition<CapacityPeak>[]> {
  const bytes = writeVirtual(virtualCycling(cell, seed), "biologic-mpt");
  return halfCycles(await readCycling(sourceOfBytes("run.mpt", bytes))).map((half) => {
    const found = findPeaks(half);
    if ("notComputable" in found) throw new Error(found.notComputable);
    const condition =
      value === undefined
        ? { value: 1e3 * measureHalfCycle(half).workingCurrent.value, sigma: null, unit: "mA" }
        : { value, sigma: 0.5, unit: "°C" };
    return { direction: half.direction, condition, peaks: found.peaks, total: found.total, offsetVolt: 1e-3 };
  });
}

function known(answer: Answer) {
  if (!isComputable(answer)) throw new Error(answer.notComputable);
  return answer;
}

/** What the polarisation's fall adds to the slope of one direction, mV/K: a weighted line through ∓I R(T) is that of the noiseless points. */
function polarisationSlope(temperatures: readonly number[]): number {
  const y = temperatures.map((t) => {
    const { resistanceOhm, activeMassGram } = cellAt(t);
    return 100 * activeMassGram * resistanceOhm;
  });
  const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
  const [tm, ym] = [mean(temperatures), mean(y)];
  return temperatures.reduce((s, t, i) => s + (t - tm) * (y[i]! - ym), 0) / temperatures.reduce((s, t) => s + (t - tm) ** 2, 0);
}

describe("over temperature", () => {
  test("each direction's slope holds the polarisation; half the sum and its entropy do not; within three errors over 10 seeds", async () => {
    const temperatures = [30, 45, 60, 75, 90];
    const offset = polarisationSlope(temperatures);
    let hits = 0;
    let count = 0;
    for (let seed = 0; seed < 10; seed++) {
      const sets = (await Promise.all(temperatures.map((t) => conditionsOf(cellAt(t), `T ${seed} ${t}`, t)))).flat();
      const { tracks, pairs, unpaired } = peaksOver(sets, "temperature");
      expect([tracks.length, pairs.length, unpaired]).toEqual([8, 4, null]);
      for (const [direction, slopes, sign] of [
        ["discharge", DISCHARGE.toReversed(), -1],
        ["charge", CHARGE, 1],
      ] as const) {
        const own = tracks.filter((track) => track.direction === direction);
        for (const [k, track] of own.entries()) {
          const slope = known(track.slope);
          expect(slope.unit).toBe("mV/K");
          // the charge's plateaus by rising potential stand in the cell in the same order
          const truth = slopes[k]! + sign * offset;
          expect(Math.abs(slope.value - truth)).toBeLessThan(3 * slope.sigma!);
        }
      }
      for (const [k, pair] of pairs.entries()) {
        const slope = known(pair.slope);
        const truth = (DISCHARGE.at(-1 - k)! + CHARGE[k]!) / 2;
        count++;
        if (Math.abs(slope.value - truth) < slope.sigma!) hits++;
        expect(Math.abs(slope.value - truth)).toBeLessThan(3 * slope.sigma!);
        expect(known(pair.entropy).value).toBeCloseTo(96.48533212 * slope.value, 6);
        expect(known(pair.entropy).unit).toBe("J/(mol K)");
      }
    }
    // at least what one standard error promises: the assumed 1 mV per file is more than this instrument errs
    expect(hits / count).toBeGreaterThan(0.6);
  });

  test("two temperatures give a slope with the error of their errors; one gives a reason", async () => {
    const low = await conditionsOf(cellAt(30), "two 30", 30);
    const high = await conditionsOf(cellAt(80), "two 80", 80);
    for (const { slope } of peaksOver([...low, ...high], "temperature").tracks) expect(known(slope).sigma).toBeGreaterThan(Math.SQRT2 / 50);
    for (const { slope } of peaksOver(low, "temperature").tracks)
      expect(slope).toEqual({ notComputable: expect.stringContaining("one condition") });
  });
});

test("over current: the slope of every peak is the cell's resistance, with its sign", async () => {
  const sets = (await Promise.all([50, 100, 200, 300].map((i) => conditionsOf(cellAt(60, i), `I ${i}`)))).flat();
  const { tracks, pairs } = peaksOver(sets, "current");
  expect([tracks.length, pairs.length]).toEqual([8, 0]);
  for (const { direction, slope } of tracks) {
    const { value, sigma, unit } = known(slope);
    expect(unit).toBe("ohm");
    expect(Math.abs(value - (direction === "charge" ? 180 : -180))).toBeLessThan(3 * sigma!);
  }
});

test("in a study: the story has the slopes of all files over their cells' temperatures, told once with the rows", async () => {
  const temperatures = [30, 60, 90];
  const cellFile = (celsius: number): string => `name: cell at ${celsius}
temperature: ${celsius} ± 0.5 °C
diameter: 10 mm
layers:
  - { role: anode, composition: { Na15Sn4: 80 wt%, C: 20 wt% }, mass: 100 mg }
  - { role: separator, composition: { Na3PS4: 100 wt% }, mass: 80 mg }
  - { role: cathode, composition: { S: 33 wt%, C: 17 wt%, Na3PS4: 50 wt% }, mass: ${cellAt(celsius).activeMassGram * 1000 * 3} mg, active: S }
reference: Na15Sn4
`;
  const files = Object.fromEntries(
    temperatures.flatMap((t) => [
      [`cell-${t}.yaml`, cellFile(t)],
      [`raw/${t}.mpt`, new TextDecoder("latin1").decode(writeVirtual(virtualCycling(cellAt(t), `study ${t}`), "biologic-mpt"))],
    ]),
  );
  const sources = temperatures.map((t) => `  at${t}: { files: raw/${t}.mpt, cell: cell-${t}.yaml }`).join("\n");
  const { root, remove } = await testStudy({ ...files }, `sources:\n${sources}\nsteps:\n  - dqdv: { peaks: true }\n  - story\n`);
  const done = await runStudy(await readStudy(root));
  const story = JSON.parse(await readFile(join(root, "results", done.index.story!, "story.json"), "utf8")) as Story;
  const database = await openDatabase([root]);
  const { rows } = await database.query(
    "select temperature_celsius, count(*) from peaks where potential_volt is not null group by 1 order by 1",
  );
  database.close();
  await remove();
  expect(rows).toEqual(temperatures.map((t) => [t, 8]));
  const series = story.files.map((file) => file.electrochemistry!.peakTemperatures!);
  expect(series[0]).toEqual(series[2]);
  expect([series[0]!.tracks.length, series[0]!.pairs.length]).toEqual([8, 4]);
  for (const [k, { slope }] of series[0]!.pairs.entries())
    expect(Math.abs(known(slope).value - (DISCHARGE.at(-1 - k)! + CHARGE[k]!) / 2)).toBeLessThan(3 * known(slope).sigma!);
  for (const { points } of series[0]!.tracks)
    expect(points.map(({ file, rows }) => [story.files[file]!.name, rows!.file === file])).toEqual(
      temperatures.map((t) => [`${t}.mpt`, true]),
    );
  const told = story.sentences.map(({ parts }) =>
    parts.map((p) => (typeof p === "string" ? p : `${p.quantity.value} ${p.quantity.unit}`)).join(""),
  );
  expect(told.filter((text) => text.includes("the peaks of dQ/dV move by"))).toHaveLength(1);
  expect(told.filter((text) => text.includes("entropy of"))).toHaveLength(1);
});

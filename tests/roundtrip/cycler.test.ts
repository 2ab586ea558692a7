import { halfCycles, measureHalfCycle } from "@thioscope/core/cycling";
import { readCycling, sourceOfBytes } from "@thioscope/formats";
import { USUAL_EFFECTS, VIRTUAL_CELLS, type VirtualCellId, type VirtualFormat, virtualCycling, writeVirtual } from "@thioscope/virtual";
import { describe, expect, test } from "vitest";

const FORMATS: readonly VirtualFormat[] = ["biologic-mpt", "bdf-csv", "delimited-de"];
const read = (id: VirtualCellId, seed: string, format: VirtualFormat) => {
  const run = virtualCycling(VIRTUAL_CELLS[id], seed);
  return { run, file: readCycling(sourceOfBytes(`${id}.dat`, writeVirtual(run, format))) };
};

describe.each(Object.keys(VIRTUAL_CELLS) as VirtualCellId[])("%s", (id) => {
  test.each(FORMATS)("%s: rows, half cycles and capacities are the truth's", async (format) => {
    const { run, file: pending } = read(id, "round trip", format);
    const file = await pending;
    expect(file.rows).toBe(run.rows.length);
    const halves = halfCycles(file);
    expect(halves.map((h) => h.direction)).toEqual(run.truth.halfCycles.map((h) => h.direction));
    for (const [i, half] of halves.entries()) {
      const truth = run.truth.halfCycles[i]!;
      const measured = measureHalfCycle(half, { currentRelative: USUAL_EFFECTS.gainRelative });
      // gain and clock errors of the instrument are two parts in ten thousand, dropped rows cost nothing
      expect(measured.charge.value / 3.6 / truth.capacityMilliampereHour).toBeCloseTo(1, 2);
      expect(Math.abs(measured.charge.value / 3.6 / truth.capacityMilliampereHour - 1)).toBeLessThan(1.5e-3);
      expect(Math.abs(measured.energy.value / 3.6 / truth.energyMilliwattHour - 1)).toBeLessThan(3e-3);
    }
  });
});

test("a restart in the middle of a half cycle is neither a new cycle nor lost charge", async () => {
  for (const seed of ["a", "b", "c", "d", "e"]) {
    const { run, file } = read("na-s-nps", seed, "bdf-csv");
    expect(run.truth.restarts).toHaveLength(1);
    expect(halfCycles(await file)).toHaveLength(run.truth.halfCycles.length);
  }
});

test("capacities cover the truth: 1σ in 60–76 % of 300 runs, the instrument's accuracy declared", { timeout: 120_000 }, async () => {
  const cell = { ...VIRTUAL_CELLS["na-s-nps"], protocol: [{ ...VIRTUAL_CELLS["na-s-nps"].protocol[0], cycles: 1 }] };
  // the whole error is that of gain and clock, drawn anew for each run; nothing else may add to it
  const gain = 2e-3;
  let inside = 0;
  for (let k = 0; k < 300; k++) {
    const run = virtualCycling(cell, `coverage ${k}`, { ...USUAL_EFFECTS, gainRelative: gain, restarts: 0 });
    const file = await readCycling(sourceOfBytes("run.csv", writeVirtual(run, "bdf-csv")));
    const measured = measureHalfCycle(halfCycles(file)[0]!, { currentRelative: gain });
    let variance = 0;
    for (const part of measured.charge.parts.values()) variance += part * part;
    const error = Math.abs(measured.charge.value / 3.6 - run.truth.halfCycles[0]!.capacityMilliampereHour);
    if (error < Math.sqrt(variance) / 3.6) inside++;
  }
  expect(inside / 300).toBeGreaterThan(0.6);
  expect(inside / 300).toBeLessThan(0.76);
});

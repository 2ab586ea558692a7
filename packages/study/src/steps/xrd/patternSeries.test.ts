/** Which patterns stand side by side: by a scan of five positions in which one changes. */
import { integrationPlan } from "@thioscope/core/diffraction";
import { describe, expect, test } from "vitest";
import { chooseSeries, type PlacedPatterns, patternSeries } from "./patternSeries.ts";

const [POSITIONS, SCANS, BINS] = [5, 80, 12];
const frames = POSITIONS * SCANS;
// frames lie scan by scan; the third scan lacks its fourth position
const index = Array.from({ length: frames }, (_, i) => i);
const frame = Int32Array.from(index);
frame[2 * POSITIONS + 3] = -1;
const places = { index, grid: { positions: Float64Array.of(0, 10, 20, 30, 40), frame } } as unknown as PlacedPatterns["places"];
const at: PlacedPatterns = {
  places,
  run: null,
  time: Float64Array.from(index, (i) => 1800 * Math.floor(i / POSITIONS) + 10 * (i % POSITIONS)),
  position: Float64Array.from(index, (i) => 10 * (i % POSITIONS)),
};
// only the position at 30 µm changes
const patterns = Float32Array.from({ length: frames * BINS }, (_, k) => {
  const i = Math.floor(k / BINS);
  return i % POSITIONS === 3 ? 100 + i : 100 + (k % 3);
});
const GEOMETRY = {
  distanceMetre: 0.3,
  poni1Metre: 0.001,
  poni2Metre: 0.001,
  rot1: 0,
  rot2: 0,
  rot3: 0,
  pixel1Metre: 1e-4,
  pixel2Metre: 1e-4,
  wavelengthMetre: 1e-10,
  orientation: 3,
  shape: [20, 20],
} as const;

describe("series of patterns", () => {
  const choices = chooseSeries(at, patterns, BINS);
  test("over time where most happens, over position in scans that stand for their part", () => {
    const overTime = choices.filter(({ along }) => along === "time");
    expect(overTime.map(({ title }) => title)).toContain("at 30 µm");
    expect(overTime.length).toBe(2);
    // every second of 80 scans is shown; the third one is missing and stays a gap
    for (const { frames: list } of overTime) expect(list.length).toBeLessThanOrEqual(60);
    expect(choices.filter(({ along }) => along === "position").map(({ title, frames: list }) => [title, list.length])).toEqual([
      ["scan 14 of 80", 5],
      ["scan 41 of 80", 5],
      ["scan 67 of 80", 5],
    ]);
    expect(choices.flatMap(({ frames: list }) => list)).not.toContain(2 * POSITIONS + 3);
  });
  test("as they come where no place is known", () => {
    expect(chooseSeries(null, patterns.subarray(0, 7 * BINS), BINS)).toEqual([
      { title: "all frames", along: "frame", frames: [0, 1, 2, 3, 4, 5, 6] },
    ]);
  });
  test("carry what each pattern belongs to, and its values", () => {
    const plan = integrationPlan(GEOMETRY, { unit: "2th_deg", bins: BINS });
    const series = patternSeries(plan, choices, patterns, at);
    const changing = series.find(({ title }) => title === "at 30 µm")!;
    expect(changing.along).toMatchObject({ name: "time", unit: "h" });
    expect(changing.along.values[1]).toBeCloseTo((4 * 1800 + 30) / 3600, 2);
    expect(changing.values.length).toBe(changing.along.values.length * BINS);
    expect(changing.values[0]).toBe(103);
    expect(changing.firstRow).toEqual([]);
  });
});

import { expect, test } from "vitest";
import { scanGrid } from "../clock/scanGrid.ts";
import { random } from "../random.ts";
import type { Quantity } from "../units/quantity.ts";
import {
  changesOf,
  changingRegion,
  columnSums,
  frameScatter,
  fronts,
  type PhaseScans,
  phaseEdges,
  within,
  withScatter,
} from "./phaseScans.ts";

const STEP = 10;
const PERIOD = 1800;
const BEAM = { heightMicrometre: 10, shape: "tophat" } as const;
const share = (z: number, a: number, b: number): number => Math.max(0, Math.min(b, z + 5) - Math.max(a, z - 5)) / 10;

/** A layer that grows upwards from 203 µm at 8 µm/h from scan 6 on, over a neighbour that never changes; `flux` scatters frames in proportion. */
function growing(seed: number, flux: number): PhaseScans {
  const draw = random(seed);
  const positions = Array.from({ length: 40 }, (_, i) => STEP * i);
  const frames = Array.from({ length: 20 }, (_, k) =>
    positions.map((positionMicrometre, i) => ({ positionMicrometre, timeSecond: PERIOD * k + 40 * i })),
  ).flat();
  const grid = scanGrid(frames);
  const truth = grid.timeSecond.map((t, at) => {
    const z = positions[at % positions.length]!;
    return 30 * share(z, -1000, 102) + 50 * share(z, 203, 203 + Math.max(0, (8 * (t - 6 * PERIOD)) / 3600));
  });
  return {
    phase: "product",
    grid,
    values: truth.map((y) => y * (1 + flux * draw.normal()) + 0.3 * draw.normal()),
    sigma: truth.map(() => 0.3),
  };
}

test("what does not change drops out; the stretch that changes is found", () => {
  const scans = growing(1, 0);
  const changed = changesOf(scans, 3);
  const [from, to] = changingRegion(changed)!;
  expect(from).toBeGreaterThan(110);
  expect(to).toBeLessThan(330);
  const sums = columnSums(within(changed, [from, to]));
  expect(Math.abs(sums.values[2]!)).toBeLessThan(5);
  // 13.6 h·µm of the layer at the end, 50 per step of 10 µm
  expect(sums.values[19]! / 5).toBeGreaterThan(45);
  expect(() => changesOf(scans, 20)).toThrow(/some must be left/);
});

test("both edges follow the layer; the one that moves has a velocity, the other none", () => {
  const changed = changesOf(growing(2, 0), 3);
  const series = phaseEdges(within(changed, changingRegion(changed)!), BEAM);
  if ("notComputable" in series) throw new Error(series.notComputable);
  const found = fronts(series, [{ label: "growth", first: 0, last: 19 }]);
  const upper = found.find(({ edge }) => edge === "upper")!.motion.velocity as Quantity;
  expect(Math.abs(upper.value - 8)).toBeLessThan(4 * upper.sigma!);
  expect(found.find(({ edge }) => edge === "lower")!.motion.velocity).toHaveProperty("notComputable");
  for (const { position } of series.lower) if (position) expect(Math.abs(position.value - 203)).toBeLessThan(3);
});

test("scatter of frames in proportion to their intensity is found and put into the errors", () => {
  const [quiet, loud] = [growing(3, 0), growing(4, 0.02)];
  expect(frameScatter([quiet])!).toBeLessThan(0.004);
  // the median over some 150 triples
  expect(Math.abs(frameScatter([loud])! / 0.02 - 1)).toBeLessThan(0.3);
  expect(withScatter(loud, 0.02).sigma[5 * 40]!).toBeCloseTo(Math.hypot(0.3, 0.02 * loud.values[5 * 40]!), 12);
  expect(frameScatter([within(quiet, [300, 390])])).toBeNull();
});

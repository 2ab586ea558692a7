/**
 * Virtual trajectories through files, readers and analysis: the known diffusivity, Haven ratio, hop length and rate come back within their stated errors. The
 * virtual ions hop; cells are sheared and breathe; everything drifts; coordinates are wrapped and rounded.
 */
import { hopsWithoutSites, trackCollector } from "@thioscope/core/atoms";
import { collectiveTrack, diffusivity, havenRatio } from "@thioscope/core/transport";
import { readTrajectory, sourceOfBytes, writeH5md } from "@thioscope/formats";
import { trajectoryText, VIRTUAL_TRAJECTORY, virtualTrajectory } from "@thioscope/virtual";
import { expect, test } from "vitest";
import { loadHdf5 } from "../../packages/formats/src/images/hdf5/library.ts";

async function tracks(text: string, name: string) {
  const collector = trackCollector({ species: ["Na"] });
  await readTrajectory(sourceOfBytes(name, new TextEncoder().encode(text)), collector);
  return collector.finish();
}

test("both formats give the same paths", async () => {
  const virtual = virtualTrajectory({ frames: 40, ions: 10 }, "formats");
  const [a, b] = [await tracks(trajectoryText(virtual, "xdatcar"), "XDATCAR"), await tracks(trajectoryText(virtual, "extxyz"), "t.extxyz")];
  for (let c = 0; c < 30; c++)
    for (let t = 1; t < 40; t++)
      expect(a.series[c * 40 + t]! - a.series[c * 40]!).toBeCloseTo(b.series[c * 40 + t]! - b.series[c * 40]!, 5);
});

test("the diffusivity of hopping ions lies in its 95 % interval as often as it should", async () => {
  const runs = process.env["THIOSCOPE_LONG"] ? 300 : 40;
  const { intervalFs } = VIRTUAL_TRAJECTORY;
  let inside = 0;
  for (let r = 0; r < runs; r++) {
    const virtual = virtualTrajectory({ frames: 300, ions: 40 }, `hopping ${r}`);
    const { D } = diffusivity(await tracks(trajectoryText(virtual, "xdatcar"), "XDATCAR"), { intervalFs });
    if (D.interval95[0] < virtual.D && virtual.D < D.interval95[1]) inside++;
  }
  // four standard deviations of the binomial
  expect(inside / runs).toBeGreaterThan(0.95 - 4 * Math.sqrt((0.95 * 0.05) / runs));
});

test("ions that hop in threes have a Haven ratio of 1/3", async () => {
  const virtual = virtualTrajectory({ frames: 800, ions: 60, together: 3, ratePerPs: 1 }, "threes");
  const { intervalFs } = virtual.recipe;
  const own = await tracks(trajectoryText(virtual, "xdatcar"), "XDATCAR");
  const tracer = diffusivity(own, { intervalFs });
  const lags = { start: Math.round(tracer.regime.startFs / intervalFs), end: Math.round(tracer.regime.endFs / intervalFs) };
  const haven = havenRatio(tracer.D, diffusivity(collectiveTrack(own), { intervalFs, ...lags }).D);
  expect(haven.interval95[0]).toBeLessThan(1 / 3);
  expect(haven.interval95[1]).toBeGreaterThan(1 / 3);
  expect(haven.interval95[1]).toBeLessThan(0.8);
});

test("hops are counted with their length", async () => {
  const virtual = virtualTrajectory({ frames: 1000, ions: 40, ratePerPs: 0.05, vibrationAngstrom: 0.1 }, "seldom");
  const found = hopsWithoutSites(await tracks(trajectoryText(virtual, "xdatcar"), "XDATCAR"), {
    intervalFs: virtual.recipe.intervalFs,
    threshold: 1.5,
  });
  // hops within a window of each other are one
  expect(Math.abs(found.hops.length / virtual.hops - 1)).toBeLessThan(0.1);
  expect(Math.abs(found.length.value - virtual.recipe.jumpAngstrom)).toBeLessThan(0.1);
  expect(Math.abs(found.correlation!.value - 1)).toBeLessThan(4 * found.correlation!.sigma!);
});

test("H5MD holds what was written", async () => {
  const { frames } = virtualTrajectory({ frames: 5, ions: 8 }, "h5md");
  const bytes = await writeH5md(frames);
  expect(new TextDecoder("latin1").decode(bytes.subarray(1, 4))).toBe("HDF");
  const { h5, files } = await loadHdf5();
  files.writeFile("/check-h5md.h5", bytes);
  const file = new h5.File("/check-h5md.h5", "r");
  const values = file.get("particles/all/position/value") as unknown as { shape: number[]; value: Float64Array };
  expect(values.shape).toEqual([5, 16, 3]);
  expect(Array.from(values.value.subarray(0, 3))).toEqual(Array.from(frames[0]!.positions.subarray(0, 3)));
  file.close();
  files.unlink("/check-h5md.h5");
});

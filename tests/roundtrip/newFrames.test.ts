import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { newStudy, readStudy } from "@thioscope/study";
import { beamtimeFiles, virtualBeamtime } from "@thioscope/virtual";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "thioscope-new-frames-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function beamtime(name: string, format: "nexus" | "tiff"): Promise<string> {
  const experiment = virtualBeamtime({ size: 64, pixelMicrometre: 3200, positions: 3, scans: 3, seed: 1 });
  for await (const { path, bytes } of beamtimeFiles(experiment, format)) {
    await mkdir(dirname(join(folder, name, path)), { recursive: true });
    await writeFile(join(folder, name, path), bytes);
  }
  return join(folder, name, "raw");
}

test.each([
  ["nexus", '["raw/scan_*.h5"]', 3],
  ["tiff", '["raw/*/*.tif"]', 9],
] as const)("a beam time as %s: one source of frames with its log, calibrant and mask", async (format, files, count) => {
  const raw = await beamtime(`from-${format}`, format);
  const study = join(folder, `study-${format}`);
  const found = await newStudy(study, [raw], { link: true });
  expect(
    found
      .filter(({ ofFrames }) => ofFrames)
      .map(({ ofFrames }) => ofFrames!.role)
      .sort(),
  ).toEqual(["calibrant", "log", "mask", ...Array.from({ length: count }, () => "frames")].sort());
  const text = await readFile(join(study, "study.yaml"), "utf8");
  expect(text).toContain(`files: ${files}`);
  expect(text).toContain("# energy: 87.1 keV");
  expect(text).toContain("- xrd.calibrate: { calibrant: LaB6 }");
  // what is written can be read; the frames are those and no others
  const { sources, files: cycling } = await readStudy(study);
  expect(sources).toHaveLength(1);
  expect(sources[0]!.files).toHaveLength(count);
  expect(sources[0]!.settingFiles).toEqual({ log: "raw/scan_log.csv", calibrant: "raw/lab6.tif", mask: "raw/mask.tif" });
  expect(cycling.map(({ path }) => path)).toEqual(["raw/cycling.bdf.csv"]);
});

/** `thioscope inspect` on images and geometry files that are written here: their truth is what was written. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeCbf, writeEdf, writeImctrl, writeNexus, writePoni, writeTiff } from "@thioscope/formats";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contractMistakes, schemaMistakes } from "./contract.ts";
import { thioscope } from "./thioscope.ts";

const WIDTH = 40;
const HEIGHT = 30;
const GEOMETRY = {
  distanceMetre: 1.481,
  poni1Metre: 0.2,
  poni2Metre: 0.19,
  rot1: 0.01,
  rot2: -0.02,
  rot3: 0,
  pixel1Metre: 2e-4,
  pixel2Metre: 2e-4,
  wavelengthMetre: 1.4235e-11,
  orientation: 2,
  shape: [HEIGHT, WIDTH],
} as const;

/** −1 in the first pixel, 2³¹ − 1 in the last, 7 between. */
const values = Int32Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i === 0 ? -1 : i === WIDTH * HEIGHT - 1 ? 2_147_483_647 : 7));
const frame = { width: WIDTH, height: HEIGHT, values, facts: { exposureSecond: 0.5, motors: { y: 1.25 } } };

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "thioscope-images-"));
  const files = {
    "a.tif": writeTiff([frame, frame]),
    "a.edf": writeEdf([frame]),
    "a.cbf": writeCbf(frame, "a"),
    "a.h5": await writeNexus([frame, frame, frame], { geometry: GEOMETRY }),
    "dark.tif": writeTiff([{ ...frame, values: new Float32Array(WIDTH * HEIGHT) }]),
    "a.poni": writePoni(GEOMETRY),
    "a.imctrl": writeImctrl(GEOMETRY),
    "cut.edf": writeEdf([frame]).subarray(0, 3000),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function inspect(...names: string[]) {
  const { code, stdout, stderr } = await thioscope(folder, "inspect", ...names, "--json");
  const answer = stdout === "" ? null : JSON.parse(stdout);
  if (answer) expect([...schemaMistakes("inspect", answer), ...contractMistakes(answer)]).toEqual([]);
  return { code, answer, error: stderr === "" ? null : JSON.parse(stderr).error };
}

const plain = (value: number, unit: string) => ({ value, sigma: null, unit });

test("images of every format", async () => {
  const { answer, code } = await inspect("a.tif", "a.edf", "a.cbf", "a.h5");
  expect(code).toBe(0);
  const firstFrame = {
    min: plain(-1, "1"),
    max: plain(2_147_483_647, "1"),
    sum: plain(2_147_483_647 - 1 + 7 * 1198, "1"),
    pixels: 1200,
    negative: 1,
    saturated: 1,
    notFinite: 0,
  };
  const common = { width: WIDTH, height: HEIGHT, dtype: "int32", firstFrame, warnings: [] };
  expect(answer.files).toMatchObject([
    { ...common, format: "tiff", frames: 2 },
    { ...common, format: "edf", frames: 1, exposure: { time: plain(0.5, "s"), motors: { y: plain(1.25, "") } } },
    { ...common, format: "cbf", frames: 1, exposure: { time: plain(0.5, "s") } },
    {
      ...common,
      format: "nexus",
      frames: 3,
      exposure: { time: plain(0.5, "s"), wavelength: plain(0.14235, "Å"), pixelWidth: plain(200, "µm") },
    },
  ]);
});

test("an empty frame is told", async () => {
  const { answer } = await inspect("dark.tif");
  expect(answer.warnings).toMatchObject([{ code: "image-constant" }]);
});

test("geometry files", async () => {
  const { answer } = await inspect("a.poni", "a.imctrl");
  const common = { distance: plain(1481, "mm"), wavelength: plain(0.14235, "Å"), width: WIDTH, height: HEIGHT, orientation: 2 };
  expect(answer.files).toMatchObject([
    { ...common, format: "poni", poni1: plain(200, "mm"), orientationStated: true, warnings: [] },
    { ...common, format: "imctrl", orientationStated: false, warnings: [{ code: "orientation-assumed" }] },
  ]);
});

test("a cut image: exit 2 and a coded error", async () => {
  const { code, error } = await inspect("cut.edf");
  expect(code).toBe(2);
  expect(error).toMatchObject({ code: "FILE_CUT", file: "cut.edf" });
});

test("for people: one line for the file, one for its pixels", async () => {
  const { stdout } = await thioscope(folder, "inspect", "a.edf");
  expect(stdout.split("\n")[0]).toBe("a.edf  edf · 40 × 30 pixels · 1 frame · int32");
  expect(stdout).toContain("1 negative pixel, 1 saturated");
});

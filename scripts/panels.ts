/**
 * node --conditions=source scripts/panels.ts FOLDER [WIDTHxHEIGHT]: a picture of every panel of the page in both themes, over a study that fills them all, to be looked
 * at. The pictures of the guide are made by screenshots.ts.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Story } from "@thioscope/core/story";
import { beamtimeStory } from "../tests/browser/beamtimeStory.ts";
import { cellModelPicture } from "../tests/browser/cellModelStory.ts";
import { findChromium, launch, servePage } from "../tests/browser/chromium.ts";
import { depositionPicture } from "../tests/browser/depositionStory.ts";
import { imagingStory } from "../tests/browser/imagingStory.ts";
import { syntheticSpectra, syntheticStory } from "../tests/browser/syntheticStory.ts";
import { thermoPicture } from "../tests/browser/thermoStory.ts";

const [folder, size = "1440x960"] = process.argv.slice(2);
const [width, height] = size.split("x").map(Number);
if (!folder || !(width! > 200 && height! > 200)) throw new Error("scripts/panels.ts FOLDER [WIDTHxHEIGHT]");
const executable = findChromium();
if (!executable) throw new Error("no chromium on the PATH");

async function everything(): Promise<Story> {
  const cycled = syntheticStory(3);
  const spectra = syntheticSpectra(6).files.map((file) => ({
    ...file,
    impedance: file.impedance && {
      ...file.impedance,
      spectra: file.impedance.spectra.map((s) => ({ ...s, rows: { ...s.rows, file: 1 } })),
    },
  }));
  const beam = ["--size", "256", "--pixel-um", "800", "--width-deg", "0.05", "--positions", "12", "--first-um", "850"];
  const parts = [
    ...beamtimeStory(beam).parts.map((part) => ({ ...part, runFile: null })),
    ...(await imagingStory()).parts,
    ...(await thermoPicture("[Na3PS4, Na3SbS4]")).parts,
    ...(await cellModelPicture()).parts.map((part) => ({ ...part, runFile: null })),
    ...depositionPicture({ radius: "10 µm" }).parts,
  ];
  return { ...cycled, title: "Every panel", files: [...cycled.files, ...spectra], parts };
}

mkdirSync(folder, { recursive: true });
const browser = await launch(executable);
try {
  const story = await everything();
  const server = await servePage("/", {
    "api/study": { title: story.title, mode: "study", files: [], story: "/api/story" },
    "api/story": story,
  });
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await browser.newPage({ viewport: { width: width!, height: height! }, colorScheme });
    await page.goto(server.url);
    await page.locator(".ts-study").first().waitFor();
    for (const panel of await page.locator("nav.panels button").all()) {
      const name = (await panel.innerText()).toLowerCase();
      await panel.click();
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
      console.log(`${name}-${colorScheme}.png`);
    }
    await page.close();
  }
  await server.close();
} finally {
  await browser.close();
}

/**
 * node --conditions=source scripts/panels.ts FOLDER [WIDTHxHEIGHT] [STUDY…]: a picture of every panel of the page in both themes, to be looked at: each from top to bottom.
 * Of finished studies, or, where none is named, of one that fills every panel. The pictures of the guide are made by screenshots.ts.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { currentStory, type Story } from "@thioscope/core/story";
import type { Page } from "playwright-core";
import { findChromium, launch, servePage } from "../tests/browser/chromium.ts";
import { everyStory } from "../tests/browser/everyStory.ts";

const [folder, size = "1440x960", ...studies] = process.argv.slice(2);
const [width, height] = size.split("x").map(Number);
if (!folder || !(width! > 200 && height! > 200)) throw new Error("scripts/panels.ts FOLDER [WIDTHxHEIGHT] [STUDY…]");
const executable = findChromium();
if (!executable) throw new Error("no chromium on the PATH");

const BEAM = ["--size", "256", "--pixel-um", "800", "--width-deg", "0.05", "--positions", "12", "--first-um", "850"];

/** What a key opens over the panels. */
const OPENED = [
  { key: "?", name: "help" },
  { key: "/", name: "search" },
  { key: "r", name: "raw" },
] as const;
/** Chromium's largest picture is 16 384 pixels high. */
const TALLEST = 12_000;

/** The panel from top to bottom: the window grows to its height. */
async function picture(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(400);
  const tall = await page.locator(".panel").evaluate((element) => element.scrollHeight + element.getBoundingClientRect().top);
  await page.setViewportSize({ width: width!, height: Math.min(TALLEST, Math.max(height!, Math.ceil(tall))) });
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(folder!, name) });
  await page.setViewportSize({ width: width!, height: height! });
  console.log(name);
}

/** What the story step of a study made last. */
function finished(study: string): Story {
  const { story } = JSON.parse(readFileSync(join(study, "results", "index.json"), "utf8")) as { story?: string };
  if (!story) throw new Error(`${study} has no finished story: thioscope run ${study}`);
  return currentStory(JSON.parse(readFileSync(join(study, "results", story, "story.json"), "utf8")) as Story);
}

async function picturesOf(story: Story, prefix: string): Promise<void> {
  const server = await servePage("/", {
    "api/study": { title: story.title, mode: "study", files: [], story: "/api/story" },
    "api/story": story,
  });
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await browser.newPage({ viewport: { width: width!, height: height! }, colorScheme });
    page.on("console", (message) => message.type() === "error" && console.log(`console: ${message.text()}`));
    page.on("pageerror", (error) => console.log(`page: ${error.message}`));
    await page.goto(server.url);
    await page.locator(".ts-study").first().waitFor();
    for (const panel of await page.locator("nav.panels button").all()) {
      const name = (await panel.innerText()).toLowerCase();
      await panel.click();
      await picture(page, `${prefix}${name}-${colorScheme}.png`);
    }
    await page.locator("nav.panels button").first().click();
    // rows stand behind the cursor
    await page.keyboard.press("ArrowRight");
    for (const { key, name } of OPENED) {
      await page.keyboard.press(key);
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(folder!, `${prefix}${name}-${colorScheme}.png`) });
      console.log(`${prefix}${name}-${colorScheme}.png`);
      await page.keyboard.press("Escape");
    }
    await page.close();
  }
  await server.close();
}

mkdirSync(folder, { recursive: true });
const browser = await launch(executable);
try {
  if (studies.length === 0) await picturesOf(await everyStory(BEAM), "");
  for (const study of studies) await picturesOf(finished(study), `${basename(study)}-`);
} finally {
  await browser.close();
}

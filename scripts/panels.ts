/**
 * node --conditions=source scripts/panels.ts FOLDER [WIDTHxHEIGHT]: a picture of every panel of the page in both themes, over a study that fills them all, to be looked
 * at: each from top to bottom. The pictures of the guide are made by screenshots.ts.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { findChromium, launch, servePage } from "../tests/browser/chromium.ts";
import { everyStory } from "../tests/browser/everyStory.ts";

const [folder, size = "1440x960"] = process.argv.slice(2);
const [width, height] = size.split("x").map(Number);
if (!folder || !(width! > 200 && height! > 200)) throw new Error("scripts/panels.ts FOLDER [WIDTHxHEIGHT]");
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

mkdirSync(folder, { recursive: true });
const browser = await launch(executable);
try {
  const story = await everyStory(BEAM);
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
      await picture(page, `${name}-${colorScheme}.png`);
    }
    await page.locator("nav.panels button").first().click();
    for (const { key, name } of OPENED) {
      await page.keyboard.press(key);
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
      console.log(`${name}-${colorScheme}.png`);
      await page.keyboard.press("Escape");
    }
    await page.close();
  }
  await server.close();
} finally {
  await browser.close();
}

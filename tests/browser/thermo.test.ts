/** Phase stability in headless Chromium: sliders work the answers out anew in the page and in a report from disk. Expected: the core's own answers. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseFormula } from "@thioscope/core/cell";
import type { Story } from "@thioscope/core/story";
import { energySet, phaseDiagram, windowEdges, withSulfurShift } from "@thioscope/core/thermo";
import { reportHtml } from "@thioscope/study";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, launch, PAGE, servePage } from "./chromium.ts";
import { thermoPicture } from "./thermoStory.ts";

const executable = findChromium();
/** Figures follow the sliders in the frames after. */
const POLL = { timeout: 10_000, interval: 100 };

describe.skipIf(!executable)(executable ? "phase stability in Chromium" : "phase stability (no chromium on the PATH)", () => {
  let browser: Browser;
  let story: Story;
  beforeAll(async () => {
    browser = await launch(executable!);
    story = await thermoPicture("[Na3PS4, Na3SbS4]");
  }, 60_000);
  afterAll(() => browser?.close());

  /** What the table of windows says of the default set. */
  async function oxidation(page: Page): Promise<number> {
    const view = page.locator("[data-view=stability-windows]");
    await view.getByRole("button", { name: /Show as/ }).click();
    const cells = await view.locator("tbody tr").first().locator("td, th").allInnerTexts();
    await view.getByRole("button", { name: /Show as/ }).click();
    return Number(cells[3]!.replace("−", "-").replace(/\(.*$/, ""));
  }

  const slide = (page: Page, slider: string, value: string): Promise<void> =>
    page.locator(`[data-slider="thermo.${slider}"]`).evaluate((element, to) => {
      (element as HTMLInputElement).value = to;
      element.dispatchEvent(new Event("input", { bubbles: true }));
    }, value);

  async function check(page: Page): Promise<void> {
    const compound = parseFormula("Na3PS4");
    const expected = (shift: number, pressureGigapascal: number): number => {
      const set = withSulfurShift(energySet("nrel-fere-2012"), shift);
      return windowEdges(phaseDiagram(set, ["Na", "P", "S"], { pressureGigapascal }), compound, "Na").oxidation!;
    };
    await expect.poll(() => oxidation(page), POLL).toBeCloseTo(expected(0, 0), 4);
    await slide(page, "sulfur", "0.1");
    await page.locator(".ts-slider output").nth(2).getByText("+0.10 eV per S").waitFor();
    await expect.poll(() => oxidation(page), POLL).toBeCloseTo(expected(0.1, 0), 4);
    await page.getByRole("button", { name: "reset" }).click();
    await expect.poll(() => oxidation(page), POLL).toBeCloseTo(expected(0, 0), 4);
    await slide(page, "pressure", "10");
    await page.locator(".ts-slider output").first().getByText("10.00 GPa").waitFor();
    // shown to the digits of its error, which volumes give it
    await expect.poll(async () => Math.abs((await oxidation(page)) - expected(0, 10)), POLL).toBeLessThan(0.06);
    expect(Math.abs(expected(0, 10) - expected(0, 0))).toBeGreaterThan(0.2);
    await page.getByRole("button", { name: "reset" }).click();
    for (const view of ["stability-windows", "phase-diagram", "chemical-potentials", "voltage-staircase"])
      expect(await page.locator(`[data-view=${view}]`).isVisible(), view).toBe(true);
  }

  test("the panel of models: sliders move the windows, and every figure is there", async () => {
    const server = await servePage("/", {
      "api/study": { title: story.title, mode: "study", files: [], story: "/api/story" },
      "api/story": story,
    });
    const page = await browser.newPage({ viewport: { width: 1440, height: 960 } });
    const broken: string[] = [];
    page.on("pageerror", (error) => broken.push(error.message));
    await page.goto(server.url);
    await page.locator(".ts-study").first().waitFor();
    await page.keyboard.press("9");
    await page.locator("[data-view=stability-windows]").waitFor();
    await check(page);
    expect(broken).toEqual([]);
    await page.close();
    await server.close();
  });

  test("a report from disk recomputes alone", async () => {
    const folder = mkdtempSync(join(tmpdir(), "thioscope-thermo-"));
    const path = join(folder, "report.html");
    const script = readFileSync(join(PAGE, "report.js"), "utf8");
    const style = readFileSync(join(PAGE, "report.css"), "utf8");
    writeFileSync(path, reportHtml({ title: story.title, story: JSON.stringify(story), script, style }));
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, offline: true });
    const page = await context.newPage();
    await page.goto(`file://${path}`);
    await page.locator("[data-view=stability-windows]").waitFor();
    await check(page);
    await context.close();
    rmSync(folder, { recursive: true });
  });
});

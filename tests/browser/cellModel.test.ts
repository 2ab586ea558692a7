/** The model of the cathode in headless Chromium: a slider runs it anew. Expected: the core's own answers. */
import { solveCell } from "@thioscope/core/cellmodel";
import type { Story } from "@thioscope/core/story";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cellModelPicture } from "./cellModelStory.ts";
import { findChromium, launch, servePage } from "./chromium.ts";

const executable = findChromium();

describe.skipIf(!executable)(executable ? "the cathode's model in Chromium" : "the cathode's model (no chromium on the PATH)", () => {
  let browser: Browser;
  let story: Story;
  beforeAll(async () => {
    browser = await launch(executable!);
    story = await cellModelPicture({ cells: 24 });
  }, 60_000);
  afterAll(() => browser?.close());

  test("every figure is there with the printed results, and the slider of the current changes the discharge", async () => {
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
    for (const view of ["cellmodel-curve", "cellmodel-dqdv", "cellmodel-phases", "cellmodel-fields"]) {
      await page.locator(`[data-view=${view}]`).waitFor();
    }
    expect(await page.locator(".ts-results tbody tr").count()).toBeGreaterThan(5);
    await page.locator('[data-slider="cellmodel.rate"]').evaluate((element) => {
      (element as HTMLInputElement).value = "2.3";
      element.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await page.locator(".ts-slider output").first().getByText("200 mA/g").waitFor();
    await page.locator(".ts-sliders:not([data-solving])").first().waitFor();
    // solved off the page's own thread, with the measured curve behind
    const workers = await Promise.all(
      page.workers().map((worker) => worker.evaluate(() => (globalThis as unknown as { name: string }).name)),
    );
    expect(workers).toContain("models");
    const measured = story.files.find(({ halfCycles }) => halfCycles.length > 0)!.name;
    for (const name of ["cellmodel-curve", "cellmodel-dqdv"])
      expect(await page.locator(`[data-view=${name}] .ts-legend`).first().innerText()).toContain(measured);
    const view = page.locator("[data-view=cellmodel-curve]");
    await view.getByRole("button", { name: /Show as/ }).click();
    const cells = await view.locator("tbody tr").first().locator("td, th").allInnerTexts();
    const expected = solveCell({ model: "na-s-nps", rate: "200 mA/g", with: [], values: {}, energies: null, cells: 24 }).halves[0]!
      .volt[0]!;
    expect(Math.abs(Number(cells.at(-1)) - expected)).toBeLessThan(2e-3);
    expect(broken).toEqual([]);
    await page.close();
    await server.close();
  });

  test("a long run in the worker shows its progress and can be cancelled: the page answers meanwhile, what was solved coarsely stays", async () => {
    const long = await cellModelPicture({ cells: 24 });
    const parts = long.parts.map((part) => (part.kind === "cellmodel" ? { ...part, question: { ...part.question, cells: 400 } } : part));
    const server = await servePage("/", {
      "api/study": { title: long.title, mode: "study", files: [], story: "/api/story" },
      "api/story": { ...long, parts },
    });
    const page = await browser.newPage({ viewport: { width: 1440, height: 960 } });
    await page.goto(server.url);
    await page.locator(".ts-study").first().waitFor();
    await page.keyboard.press("9");
    const output = page.locator(".ts-slider output").first();
    await page.locator('[data-slider="cellmodel.rate"]').evaluate((element) => {
      (element as HTMLInputElement).value = "2.3";
      element.dispatchEvent(new Event("input", { bubbles: true }));
    });
    // coarsely first; once the slider rests as the step has it, which takes its time
    await page.locator('.ts-sliders[data-solving="full"] .ts-solving:not([hidden])').waitFor();
    const moved = await output.innerText();
    // frames go on while the worker counts
    const longest = await page.evaluate(async () => {
      let last = performance.now();
      let most = 0;
      for (let k = 0; k < 20; k++) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        most = Math.max(most, performance.now() - last);
        last = performance.now();
      }
      return most;
    });
    expect(longest).toBeLessThan(500);
    await page.locator(".ts-solving").getByRole("button", { name: "cancel" }).click();
    expect(await page.locator(".ts-sliders[data-solving]").count()).toBe(0);
    expect(await output.innerText()).toBe(moved);
    await page.waitForTimeout(500);
    expect(await page.locator(".ts-sliders[data-solving]").count()).toBe(0);
    await page.close();
    await server.close();
  });
});

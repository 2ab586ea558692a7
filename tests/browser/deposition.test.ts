/** Plating around a pore in headless Chromium: a slider solves maps and curves anew within a frame or two. Expected: the core's own answers. */
import { depositionPicture as solve } from "@thioscope/core/deposition";
import type { Story } from "@thioscope/core/story";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, launch, servePage } from "./chromium.ts";
import { depositionPicture } from "./depositionStory.ts";

const executable = findChromium();

describe.skipIf(!executable)(executable ? "deposition in Chromium" : "deposition (no chromium on the PATH)", () => {
  let browser: Browser;
  let story: Story;
  beforeAll(async () => {
    browser = await launch(executable!);
    story = depositionPicture({ radius: "10 µm" });
  }, 60_000);
  afterAll(() => browser?.close());

  test("every figure is there, and the slider of the pore moves the current along the interface", async () => {
    const server = await servePage("/", {
      "api/study": { title: story.title, mode: "study", files: [], story: "/api/story" },
      "api/story": story,
    });
    const page = await browser.newPage({ viewport: { width: 1440, height: 960 } });
    const broken: string[] = [];
    page.on("pageerror", (error) => broken.push(error.message));
    await page.goto(server.url);
    await page.locator(".ts-study").first().waitFor();
    for (const view of ["deposition-maps", "deposition-interface", "deposition-sizes", "deposition-growth"]) {
      await page.locator(`[data-view=${view}]`).waitFor();
    }
    const tip = async (): Promise<number> => {
      const view = page.locator("[data-view=deposition-interface]");
      await view.getByRole("button", { name: /Show as/ }).click();
      const cells = await view.locator("tbody tr").first().locator("td, th").allInnerTexts();
      await view.getByRole("button", { name: /Show as/ }).click();
      return Number(cells.at(-1));
    };
    const expected = (radius: string): number => solve({ radius }).electrolytes[0]!.forms[0]!.ratio[0]!;
    expect(Math.abs((await tip()) - expected("10 µm"))).toBeLessThan(0.01);
    await page.locator('[data-slider="deposition.radius"]').evaluate((element) => {
      (element as HTMLInputElement).value = "1.4";
      element.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await page.locator(".ts-slider output").first().getByText("25.1 µm").waitFor();
    // solved in a worker, coarsely at first; once the slider rests the figures are the step's own
    await expect.poll(() => page.workers().length).toBeGreaterThan(0);
    await page.locator(".ts-sliders:not([data-solving])").first().waitFor();
    await expect.poll(async () => Math.abs((await tip()) - expected("25.1 µm")), { timeout: 30_000 }).toBeLessThan(1e-3);
    expect(broken).toEqual([]);
    await page.close();
    await server.close();
  });
});

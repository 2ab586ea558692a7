/** Volumes in headless Chromium: three planes share one crosshair, moved by pointer and by keys; figures and sentences stand beside them. */
import type { Story } from "@thioscope/core/story";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, launch, servePage } from "./chromium.ts";
import { imagingStory } from "./imagingStory.ts";

const executable = findChromium();

describe.skipIf(!executable)(executable ? "volumes in Chromium" : "volumes (no chromium on the PATH)", () => {
  let browser: Browser;
  let story: Story;
  beforeAll(async () => {
    browser = await launch(executable!);
    story = await imagingStory();
  });
  afterAll(() => browser?.close());

  test("a place in one plane moves the two others there", async () => {
    const server = await servePage("/", {
      "api/study": { title: story.title, mode: "study", files: [], story: "/api/story" },
      "api/story": story,
    });
    const page = await browser.newPage({ viewport: { width: 1440, height: 960 } });
    const broken: string[] = [];
    page.on("pageerror", (error) => broken.push(error.message));
    await page.goto(server.url);
    const cell = page.locator(".ts-part", { hasText: "Layers of the cell" });
    await cell.locator(".ts-plane").nth(0).waitFor();
    const said = (): Promise<string> => cell.locator(".ts-planes-readout").innerText();
    const placeOf = async (): Promise<number[]> => [...(await said()).matchAll(/[xyz] (\d+) µm/g)].map(([, n]) => Number(n));
    await expect.poll(placeOf).toHaveLength(3);
    const [x, y, z] = (await placeOf()) as [number, number, number];
    // 64 voxels of 3.61 µm: the crosshair begins in the middle
    expect(Math.abs(x - 32 * 3.61)).toBeLessThan(4);
    const pixels = (plane: number): Promise<string> =>
      cell
        .locator(".ts-plane")
        .nth(plane)
        .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const before = await pixels(2);
    await cell
      .locator(".ts-plane")
      .nth(0)
      .click({ position: { x: 60, y: 200 } });
    await expect.poll(async () => (await placeOf())[0]).not.toBe(x);
    const [, moved, still] = (await placeOf()) as [number, number, number];
    expect(moved).not.toBe(y);
    expect(still).toBe(z);
    expect(await pixels(2)).not.toBe(before);
    await cell.locator(".ts-plane").nth(1).focus();
    await page.keyboard.press("ArrowDown");
    await expect.poll(async () => (await placeOf())[2]).toBe(Math.round(z + 3.61));
    for (const view of ["interlayer", "ingrowth", "section"]) await page.locator(`[data-view=${view}]:visible`).first().waitFor();
    expect(broken).toEqual([]);
    await page.close();
    await server.close();
  });
});

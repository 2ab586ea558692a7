/**
 * One sitting at the page, in Chromium against the product's own server: a study is opened, a range of capacity narrows every view, the frame, the row
 * and the spectrum behind a point are opened, the window of the reflections is changed in study.yaml, what depends on it runs again, and the result is
 * exported. The study is a virtual beam time; which frame lies behind a cell is known from its scan log, what the frame holds from the simulation.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "@thioscope/server";
import { virtualRaman, writeRamanText } from "@thioscope/virtual";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { START } from "../cli/thioscope.ts";
import { isRequired } from "../data.ts";
import { findChromium, launch } from "./chromium.ts";

const executable = findChromium();

/** Two Raman spectra as files of the same study. */
function addSpectra(folder: string): void {
  for (const [k, height] of [7000, 4000].entries()) {
    const { x, y } = virtualRaman({
      seed: `journey ${k}`,
      bands: [
        [474, 6, height],
        [219, 5, 5000],
        [153, 5, 4000],
      ],
    });
    writeFileSync(join(folder, "raw", `spot_${k + 1}.txt`), writeRamanText(`spot ${k + 1}`, x, y));
  }
  const path = join(folder, "study.yaml");
  const text = readFileSync(path, "utf8")
    .replace("\nsteps:\n", "\n  spots: { kind: raman, files: raw/spot_*.txt }\nsteps:\n")
    .replace("  - xrd.stress:", "  - raman\n  - xrd.stress:");
  writeFileSync(path, text);
}

if (!executable && isRequired("chromium")) {
  test("a sitting at the page", () => Promise.reject(new Error("Chromium is required and not on the PATH")));
}

describe.skipIf(!executable)(executable ? "a sitting at the page" : "a sitting at the page (no chromium on the PATH)", () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "thioscope-journey-"));
    const beam = ["--size", "128", "--pixel-um", "1600", "--width-deg", "0.1", "--positions", "6", "--first-um", "910", "--scans", "30"];
    execFileSync(process.execPath, [...START, "xrd", "simulate", "-o", "beamtime", ...beam], { cwd: folder, stdio: "ignore" });
    addSpectra(join(folder, "beamtime"));
    execFileSync(process.execPath, [...START, "run", "beamtime"], { cwd: folder, stdio: "ignore" });
    browser = await launch(executable!);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function drag(page: Page, plot: Locator, from: number, to: number): Promise<void> {
    await plot.scrollIntoViewIfNeeded();
    const box = (await plot.boundingBox())!;
    const y = box.y + box.height * 0.45;
    await page.mouse.move(box.x + from * box.width, y);
    await page.mouse.down();
    await page.mouse.move(box.x + to * box.width, y, { steps: 4 });
    await page.mouse.up();
  }

  async function exported(page: Page, view: string, item: string): Promise<string> {
    await page.locator(`[data-view=${view}] [aria-label=Export]`).click();
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: item }).click()]);
    return readFileSync(await file.path(), "utf8");
  }

  /** Hours between the first and the last row that the view holds. */
  async function span(page: Page, view: string): Promise<[number, number]> {
    const [names, , ...rows] = (await exported(page, view, "CSV with units")).trim().split("\r\n");
    const column = names!.split(",").indexOf("time");
    const hours = rows.map((row) => Number(row.split(",")[column]));
    return [Math.min(...hours), Math.max(...hours)];
  }

  test("open, brush a range of capacity, open what lies behind a point, change the window, run again, export", {
    timeout: 60_000,
  }, async () => {
    const study = join(folder, "beamtime");
    const server = await startServer({ study, port: 41_950 });
    try {
      const context = await browser.newContext({ viewport: { width: 1440, height: 960 }, acceptDownloads: true });
      const page = await context.newPage();
      const broken: string[] = [];
      page.on("pageerror", (error) => broken.push(error.message));
      await page.goto(server.url);
      await page.locator("[data-view=potential-capacity] .ts-plot").waitFor();
      const maps = page.locator("[data-view=phase-maps]");
      await maps.waitFor();

      const whole = await span(page, "trace");
      await drag(page, page.locator("[data-view=potential-capacity] .ts-plot"), 0.35, 0.6);
      await page.getByText("whole run (Esc)").waitFor();
      const narrow = await span(page, "trace");
      expect(narrow[1] - narrow[0]).toBeLessThan(0.5 * (whole[1] - whole[0]));
      // the map stands over the same hours as the trace
      const svg = await exported(page, "phase-maps", "SVG, one column (85 mm)");
      const ticks = [...svg.matchAll(/<text[^>]*text-anchor="middle"[^>]*>([\d.]+)<\/text>/g)].map(([, value]) => Number(value));
      expect(ticks.length).toBeGreaterThan(1);
      for (const tick of ticks) {
        expect(tick).toBeGreaterThanOrEqual(narrow[0] - 0.6);
        expect(tick).toBeLessThanOrEqual(narrow[1] + 0.6);
      }
      await page.keyboard.press("Escape");

      // the row behind a point of the curve, with the instrument's own names
      const behind = page.getByRole("dialog", { name: "Raw data" });
      await page.locator("[data-view=potential-capacity] .ts-plot").dblclick({ position: { x: 200, y: 120 } });
      await behind.locator("tr[aria-current=true]").waitFor();
      expect(await behind.innerText()).toContain("cycling.bdf.csv");
      expect(await behind.locator("thead").innerText()).toMatch(/voltage/i);
      await page.keyboard.press("Escape");
      await behind.waitFor({ state: "detached" });

      // the frame behind a cell of the map
      await maps.scrollIntoViewIfNeeded();
      await maps.locator(".ts-plot").dblclick({ position: { x: 300, y: 260 } });
      await behind.locator("[data-view=detector] canvas").first().waitFor();
      const said = (): Promise<string> => behind.locator(".behind-what").innerText();
      const [, position, time, frame] = /^([\d.]+) µm, ([\d.]+) h, frame (\d+)/.exec(await said())!.map(Number);
      const name = await behind.locator("header h2").first().innerText();
      // the scan log says which frame was taken where
      const log = readFileSync(join(study, "raw", "scan_log.csv"), "utf8")
        .trim()
        .split("\n");
      const head = log[0]!.split(",");
      const frames = log.slice(1).filter((line) => line.includes(name));
      expect(frames.length).toBeGreaterThan(0);
      const z = head.indexOf("samz_mm");
      expect(Math.abs(1000 * Number(frames[frame!]!.split(",")[z]) - position!)).toBeLessThan(1);
      expect(time).toBeGreaterThan(0);
      // with the study's geometry it is integrated, and the phases' rings are drawn
      for (const view of ["cake", "pattern"]) expect(await behind.locator(`[data-view=${view}]`).isVisible(), view).toBe(true);
      const before = await said();
      await page.keyboard.press("ArrowRight");
      await expect.poll(said).not.toBe(before);
      await page.keyboard.press("Escape");
      await behind.waitFor({ state: "detached" });

      // the spectrum behind a curve of the stack
      await page.keyboard.press("6");
      await page.locator("[data-view=spectrum-fit] .ts-plot").dblclick({ position: { x: 300, y: 150 } });
      await behind.locator("[data-view=spectrum-fit]").waitFor();
      expect(await behind.locator("header h2").first().innerText()).toBe("spot_1.txt");
      await page.keyboard.press("Escape");

      // the window of the reflections, in study.yaml
      const valuesOfMap = (): Promise<string> =>
        page.evaluate(async () => {
          const story = (await (await fetch("api/story")).json()) as { parts: { kind: string; phaseMaps?: { values: number[] }[] }[] };
          return JSON.stringify(story.parts.find((part) => (part.phaseMaps?.length ?? 0) > 0)?.phaseMaps?.[0]?.values);
        });
      const old = await valuesOfMap();
      await page.getByRole("button", { name: "Adjust" }).waitFor();
      await page.keyboard.press("a");
      const step = page.locator(".adjust-group", { hasText: "xrd.map" }).first();
      if ((await step.getAttribute("open")) === null) await step.locator("summary").click();
      const field = step.getByLabel("window", { exact: true });
      await field.fill("0.45 deg");
      await field.press("Enter");
      await page.locator(".adjust-bar [role=status]", { hasText: "xrd.map: 1 computed" }).waitFor({ timeout: 30_000 });
      expect(await page.locator(".adjust-bar [role=status]").innerText()).toMatch(/xrd\.calibrate: 0 computed, 1 reused/);
      expect(readFileSync(join(study, "study.yaml"), "utf8")).toMatch(/window: 0\.45 deg/);
      expect(await valuesOfMap()).not.toBe(old);

      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Study", exact: true }).click();
      await maps.waitFor();
      const [names, units] = (await exported(page, "phase-maps", "CSV with units")).split("\r\n");
      expect(names).toContain("time,position");
      expect(units).toContain("h,um");
      expect(broken).toEqual([]);
      await context.close();
    } finally {
      await server.close();
    }
  });
});

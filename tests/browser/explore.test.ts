/**
 * Cells of a study side by side, in Chromium against the product's own server and its database: what the form leaves agrees with the same question
 * asked as SQL, chosen cells share plots, everything measured stands along one clock. Truth: the virtual cycler's own record of its cycles.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "@thioscope/server";
import { readStudy, runStudy } from "@thioscope/study";
import { VIRTUAL_CELLS, virtualCycling, writeVirtual } from "@thioscope/virtual";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isRequired } from "../data.ts";
import { findChromium, launch } from "./chromium.ts";

const executable = findChromium();

if (!executable && isRequired("chromium")) {
  test("cells side by side", () => Promise.reject(new Error("Chromium is required and not on the PATH")));
}

describe.skipIf(!executable)(executable ? "cells side by side" : "cells side by side (no chromium on the PATH)", () => {
  let browser: Browser;
  let folder: string;
  const runs = ["a", "b", "c"].map((name) => ({ name: `cell-${name}.bdf.csv`, run: virtualCycling(VIRTUAL_CELLS["na-s-nps"], name) }));
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "thioscope-explore-"));
    mkdirSync(join(folder, "raw"));
    for (const { name, run } of runs) writeFileSync(join(folder, "raw", name), writeVirtual(run, "bdf-csv"));
    const sources = runs.map(({ name }, k) => `  ${"abc"[k]}: raw/${name}`).join("\n");
    writeFileSync(join(folder, "study.yaml"), `title: Three cells\nsources:\n${sources}\nsteps: [read, cycles, dqdv, story]\n`);
    await runStudy(await readStudy(folder));
    browser = await launch(executable!);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("a form and SQL leave the same cells; the chosen ones share a plot; the timeline holds all", { timeout: 30_000 }, async () => {
    const server = await startServer({ study: folder, port: 41_970 });
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 960 } });
      const broken: string[] = [];
      page.on("pageerror", (error) => broken.push(error.message));
      await page.goto(server.url);
      await page.locator(".ts-study").first().waitFor();
      await page.keyboard.press("2");
      const count = page.locator(".explore [role=status]");
      await expect.poll(() => count.innerText(), { timeout: 10_000 }).toContain("3 of 3 cells, by the study's database");
      const rows = page.locator(".explore-rows tbody tr");
      const capacities = runs.map(({ run }) =>
        Math.max(...run.truth.halfCycles.filter((h) => h.direction === "discharge").map((h) => h.capacityMilliampereHour)),
      );
      for (const [k, capacity] of capacities.entries()) {
        // the cycler's gain error is 2e-4
        const shown = Number(await rows.nth(k).locator("td").nth(3).innerText());
        expect(Math.abs(shown / capacity - 1)).toBeLessThan(1e-3);
      }
      await page.getByLabel("File", { exact: true }).fill("cell-b");
      await expect.poll(() => rows.count()).toBe(1);
      await page.getByRole("button", { name: "as SQL" }).click();
      await page.getByRole("button", { name: "Run", exact: true }).click();
      const answer = page.getByRole("region", { name: "Answer" });
      await answer.locator("tbody tr").first().waitFor();
      expect(await answer.locator("tbody tr").count()).toBe(1);
      expect(await answer.innerText()).toContain("cell-b.bdf.csv");
      // what SQL found is what is shown side by side
      await page.getByRole("combobox", { name: "Question" }).selectOption({ label: "Cells side by side" });
      await expect.poll(() => answer.locator("tbody tr").count()).toBe(3);
      await page.getByRole("button", { name: "compare these cells" }).click();
      await expect.poll(() => rows.count()).toBe(3);
      await page.getByLabel("show cell-c.bdf.csv").uncheck();
      for (const view of ["cells-curves", "cells-dqdv", "cells-life", "cells-rates"]) {
        const legend = await page.locator(`[data-view=${view}] .ts-legend`).innerText();
        expect(legend, view).toContain("cell-a.bdf.csv");
        expect(legend, view).not.toContain("cell-c.bdf.csv");
      }
      await page.locator("[data-view=cells-life] [aria-label=Export]").click();
      const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: "CSV with units" }).click()]);
      const lines = readFileSync(await file.path(), "utf8")
        .trim()
        .split("\r\n");
      const cycles = runs.slice(0, 2).map(({ run }) => new Set(run.truth.halfCycles.map(({ cycle }) => cycle)).size);
      expect(lines).toHaveLength(2 + cycles[0]! + cycles[1]!);

      await page.keyboard.press("Escape");
      await page.locator("h3").first().click();
      await page.keyboard.press("4");
      await page.locator("[data-view=timeline] [aria-label='Show as table']").click();
      const measured = await page.locator("[data-view=timeline] tbody tr td:first-child").allInnerTexts();
      expect(new Set(measured).size).toBe(3);
      expect(broken).toEqual([]);
      await page.close();
    } finally {
      await server.close();
    }
  });
});

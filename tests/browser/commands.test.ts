/**
 * Commands asked for on the page, in Chromium against the product's own server, which runs the program itself: what the form says is what a terminal would
 * be told, and the answer is that of the command line; all of it by the keyboard, and without a barrier that axe finds. Truth: the same command started by hand.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startServer } from "@thioscope/server";
import { readStudy, runStudy } from "@thioscope/study";
import { VIRTUAL_CELLS, virtualCycling, writeVirtual } from "@thioscope/virtual";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMMANDS } from "../../packages/cli/src/main.ts";
import { commandHost } from "../../packages/cli/src/pageCommands.ts";
import { START, thioscope } from "../cli/thioscope.ts";
import { isRequired } from "../data.ts";
import { findChromium, launch } from "./chromium.ts";

const executable = findChromium();
const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
/** A command has to start while others run. */
const PATIENT = { timeout: 20_000 };

if (!executable && isRequired("chromium")) {
  test("commands on the page", () => Promise.reject(new Error("Chromium is required and not on the PATH")));
}

describe.skipIf(!executable)(executable ? "commands on the page" : "commands on the page (no chromium on the PATH)", () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "thioscope-command-page-"));
    mkdirSync(join(folder, "raw"));
    writeFileSync(join(folder, "raw/a.bdf.csv"), writeVirtual(virtualCycling(VIRTUAL_CELLS["na-s-nps"], "a"), "bdf-csv"));
    writeFileSync(join(folder, "study.yaml"), "title: One cell\nsources: { a: raw/a.bdf.csv }\nsteps: [cycles, story]\n");
    await runStudy(await readStudy(folder));
    browser = await launch(executable!);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("a form, its answer as tables, a file in exports, an error in words", { timeout: 60_000 }, async () => {
    const server = await startServer({ study: folder, port: 41_990, commands: commandHost(COMMANDS, START) });
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 960 } });
      const broken: string[] = [];
      page.on("pageerror", (error) => broken.push(error.message));
      await page.goto(server.url);
      await page.getByRole("button", { name: "Commands" }).waitFor();
      await page.keyboard.press("c");
      const choose = page.locator(".command-what select").first();
      const said = page.locator(".command-form [role=status]");
      const run = page.getByRole("button", { name: "Run", exact: true });

      await choose.selectOption("thermo interface");
      await page.getByLabel("Files and words").fill("Na3PS4 Na3SbS4");
      await run.click();
      await expect.poll(() => said.innerText(), PATIENT).toMatch(/done/);
      const { stdout } = await thioscope(folder, "thermo", "interface", "Na3PS4", "Na3SbS4", "--json");
      const { strongest } = JSON.parse(stdout) as { strongest: { products: string[] } };
      const shown = await page.locator("[data-view^=answer-]").allInnerTexts();
      for (const formula of strongest.products) expect(shown.join(" ").replace(/\s/g, "")).toContain(formula);

      await choose.selectOption("convert");
      await page.getByLabel("Files and words").fill("");
      await page.locator(".command-what select").last().selectOption("raw/a.bdf.csv");
      expect(await page.getByLabel("Files and words").inputValue()).toBe("raw/a.bdf.csv");
      await run.click();
      await expect.poll(() => said.innerText(), PATIENT).toMatch(/convert.*done/);
      expect(existsSync(join(folder, "exports/a.bdf.bdf.csv"))).toBe(true);

      await page.getByLabel("Files and words").fill("raw/missing.mpr");
      await run.click();
      await expect.poll(() => said.innerText(), PATIENT).toMatch(/failed/);
      expect(await page.getByRole("alert").innerText()).toMatch(/missing\.mpr/);

      // the form and the answers of three commands, one of them refused
      await page.evaluate(AXE);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        const barriers = await page.evaluate(async () => {
          const { violations } = await (
            window as never as { axe: { run(o: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
          ).axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
          return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 160)}`));
        });
        expect(barriers, colorScheme).toEqual([]);
      }
      // everything of the form by the keyboard: from the command to the button that runs it
      await choose.focus();
      const reached: string[] = [];
      for (let k = 0; k < 60 && reached.at(-1) !== "Run"; k++) {
        await page.keyboard.press("Tab");
        reached.push(await page.evaluate(() => document.activeElement?.textContent?.trim() ?? ""));
      }
      expect(reached.at(-1)).toBe("Run");
      expect(broken).toEqual([]);
      await page.close();
    } finally {
      await server.close();
    }
  });
});

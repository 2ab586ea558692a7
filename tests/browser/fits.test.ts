/**
 * What fits say about themselves, in Chromium: circuits, peaks, scattering paths and refinements by one view with parameters, correlations and doubts; reached by the
 * keyboard; nothing that axe finds there or in the dialog of raw data.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { accountOf } from "@thioscope/core/fits";
import { buildStory, type Story, unpackNumbers } from "@thioscope/core/story";
import { reportHtml } from "@thioscope/study";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { isRequired } from "../data.ts";
import { findChromium, launch, PAGE, type PageServer, servePage } from "./chromium.ts";
import { fitParts } from "./fitStory.ts";
import { syntheticSpectra, syntheticStory } from "./syntheticStory.ts";

const executable = findChromium();
const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

const free = (name: string, value: number, sigma: number, unit: string) => ({ name, value, sigma, unit, state: "free" as const });

/** Two arcs that are hardly told apart, as the method would say it. */
const ACCOUNT = accountOf({
  parameters: [free("R0", 60, 0.1, "ohm"), free("R1", 40, 4, "ohm"), { ...free("C1", 1e-3, 1, "F"), sigma: null, state: "upper" }],
  covariance: [0.01, 0.39, Number.NaN, 0.39, 16, Number.NaN, Number.NaN, Number.NaN, Number.NaN],
  points: 86,
  residuals: [],
  chi2Reduced: null,
  converged: true,
});

/** Spectra, peaks of dQ/dV, and the parts of the fits, in one story. */
async function story(): Promise<Story> {
  const spectra = syntheticSpectra(2).files[0]!;
  const impedance = spectra.impedance!;
  const cycled = syntheticStory(2, true).files[0]!;
  const files = [
    {
      ...cycled,
      halfCycles: cycled.halfCycles.map((half) =>
        half.peaks && !("notComputable" in half.peaks) ? { ...half, peaks: { ...half.peaks, account: ACCOUNT } } : half,
      ),
    },
    {
      ...spectra,
      impedance: {
        ...impedance,
        spectra: impedance.spectra.map((one) => ({
          ...one,
          rows: { ...one.rows, file: 1 },
          fit: "notComputable" in one.fit ? one.fit : { ...one.fit, account: ACCOUNT },
        })),
      },
    },
  ];
  const parts = (await fitParts()).map((part) => ({ ...part, runFile: null }));
  return buildStory({ title: "fits", cell: null, files, parts, provenance: [] });
}

if (!executable && isRequired("chromium")) {
  test("fits on the page", () => Promise.reject(new Error("Chromium is required and not on the PATH")));
}

describe.skipIf(!executable)(executable ? "fits on the page" : "fits on the page (no chromium on the PATH)", () => {
  let browser: Browser;
  let server: PageServer;
  let page: Page;
  let told: Story;
  beforeAll(async () => {
    told = await story();
    server = await servePage("/", {
      "api/study": { title: told.title, mode: "study", files: [], story: "/api/story" },
      "api/story": told,
    });
    browser = await launch(executable!);
  }, 60_000);
  afterEach(async () => page?.close());
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  async function visit(colorScheme: "light" | "dark" = "light"): Promise<string[]> {
    page = await browser.newPage({ viewport: { width: 1440, height: 960 }, colorScheme });
    const broken: string[] = [];
    page.on("pageerror", (error) => broken.push(error.message));
    await page.goto(server.url);
    await page.locator(".ts-study").first().waitFor();
    return broken;
  }

  const panel = (name: string): Promise<void> => page.locator("nav.panels button", { hasText: name }).click();
  const shownFits = () => page.locator(".ts-fit:visible");

  async function barriers(): Promise<string[]> {
    await page.evaluate(AXE);
    return page.evaluate(async () => {
      const { violations } = await (
        window as never as { axe: { run(o: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
      ).axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
      return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 160)}`));
    });
  }

  test("a circuit: drawn, with parameters, a map of correlations, and why it is not trusted", async () => {
    const broken = await visit();
    await panel("Impedance");
    const fit = shownFits().first();
    await fit.waitFor();
    expect(await page.locator("[data-view=circuit] svg.ts-schematic").isVisible()).toBe(true);
    const cells = await fit.locator("tbody tr").allInnerTexts();
    expect(cells[0]).toMatch(/1\s+R0\s+60\.00\(10\)\s+Ω/);
    expect(cells[2]).toMatch(/on its upper limit/);
    const doubts = await fit.locator(".ts-doubt-list li").allInnerTexts();
    expect(doubts.join(" ")).toMatch(/C1 ended on its upper limit/);
    expect(doubts.join(" ")).toMatch(/R0 and R1 are almost one parameter \(r = 0\.975\)/);
    // the map as a table: what a screen reader is told
    await fit.locator("[data-view=fit-correlations]").getByRole("button", { name: "Show as table" }).click();
    expect(await fit.locator("[data-view=fit-correlations] tbody tr").allInnerTexts()).toEqual(
      expect.arrayContaining([expect.stringMatching(/R0\s+R1\s+0\.975/)]),
    );
    expect(broken).toEqual([]);
  });

  test("photoelectrons, paths and a refinement are shown by the same view, which follows the chosen pattern", async () => {
    const broken = await visit();
    await panel("Spectra");
    await shownFits().first().waitFor();
    expect(await shownFits().count()).toBe(3);
    const texts = await shownFits().allInnerTexts();
    expect(texts[0]).toMatch(/sulfide, place/);
    expect(texts[0]).toMatch(/runs of residuals/);
    expect(texts[1]).toMatch(/Why this fit is not trusted/);
    expect(texts[2]).toMatch(/Na3PS4, c/);
    expect(texts[2]).toMatch(/zero/);
    // widths are those of the first pattern: the second has fewer parameters
    const powder = page.locator(".ts-part", { hasText: "Powder patterns" });
    await powder.locator("[data-view=spectrum-fit] select").selectOption("1");
    await expect.poll(() => powder.locator(".ts-fit tbody tr").count()).toBe(5);
    expect(broken).toEqual([]);
  });

  test("a parameter under a slider: residuals follow, by first order and by the circuit itself, and go back", async () => {
    const broken = await visit();
    await panel("Spectra");
    const slide = (scope: string, to: string): Promise<void> =>
      page
        .locator(`${scope} [data-slider="fit.moved"]`)
        .first()
        .evaluate((element, value) => {
          (element as HTMLInputElement).value = value;
          element.dispatchEvent(new Event("input", { bubbles: true }));
        }, to);
    const part = page.locator(".ts-part", { hasText: "Photoelectrons" });
    await part.getByLabel("Parameter to move").selectOption("1");
    await slide(".ts-part:has(h2:text('Photoelectrons'))", "3");
    const said = part.locator(".ts-sliders [role=status]");
    await expect.poll(() => said.innerText()).toMatch(/^Σ r² × \d/);
    // what the sum must be: the fit and three times what one σ of the place adds
    const [curve] = (await fitParts())[0]!.curves;
    const effect = unpackNumbers(curve!.effects![1]!);
    const sum = (of: (i: number) => number): number => Array.from(curve!.x, (_, i) => of(i) ** 2).reduce((a, b) => a + b, 0);
    const times = sum((i) => curve!.y[i]! - curve!.fitted![i]! - 3 * effect[i]!) / sum((i) => curve!.y[i]! - curve!.fitted![i]!);
    expect(Number((await said.innerText()).replace("Σ r² × ", ""))).toBeCloseTo(times, 2);
    expect(await part.locator("[data-view=spectrum-fit] .ts-legend").innerText()).toContain("moved");
    await part.getByRole("button", { name: "reset" }).click();
    await expect.poll(() => said.innerText()).toBe("");

    await panel("Impedance");
    await slide(".ts-area-fit", "2");
    // R0 is 60 ohm with σ 0.1 and fitted by its logarithm
    await page.locator(".ts-area-fit output", { hasText: "+2 σ: 60.20(10) Ω" }).waitFor();
    const residuals = page.locator("[data-view=residuals]");
    await residuals.getByRole("button", { name: "Show as table" }).click();
    const first = await residuals.locator("tbody tr").first().locator("td, th").allInnerTexts();
    // at 100 kHz Z is R0: −100 (exp(2 · 0.1/60) − 1) % of it
    expect(first.map((text) => Number(text.replace("−", "-")))).toContainEqual(expect.closeTo(-100 * (Math.exp(0.2 / 60) - 1), 2));
    expect(broken).toEqual([]);
  });

  test("peaks of dQ/dV: of the cycle in focus", async () => {
    await visit();
    await page.keyboard.press("p");
    await shownFits().first().waitFor();
    expect(await shownFits().count()).toBe(1);
    expect(await shownFits().first().innerText()).toMatch(/cycle 1, discharge/);
  });

  test("a report from disk holds every fit: its parameters with errors, its residuals, and why it is not trusted", async () => {
    const folder = mkdtempSync(join(tmpdir(), "thioscope-fits-"));
    const path = join(folder, "report.html");
    const [script, style] = ["report.js", "report.css"].map((name) => readFileSync(join(PAGE, name), "utf8"));
    writeFileSync(path, reportHtml({ title: told.title, story: JSON.stringify(told), script: script!, style: style! }));
    page = await browser.newPage({ viewport: { width: 1280, height: 900 }, offline: true });
    await page.goto(`file://${path}`);
    await shownFits().first().waitFor();
    const texts = await shownFits().allInnerTexts();
    // the circuit of ACCOUNT; then components, paths and phases in the order of the steps
    const expected = [
      [/R0\s+60\.00\(10\)\s+Ω/, /C1 ended on its upper limit/],
      [/sulfide, place/, /runs of residuals/],
      [/sig2\s+0\.016\(3\)/, /Why this fit is not trusted/],
      [/Na3PS4, c/, /runs of residuals/],
    ] as const;
    expect(texts).toHaveLength(expected.length);
    for (const [k, words] of expected.entries()) for (const word of words) expect(texts[k], String(word)).toMatch(word);
    // residuals stand under each fit as numbers too: the table has what the plot draws
    for (const view of ["residuals", "spectrum-fit"]) {
      const first = page.locator(`[data-view=${view}]`).first();
      await first.getByRole("button", { name: "Show as table" }).click();
      expect(await first.locator("tbody tr").count(), view).toBeGreaterThan(10);
    }
    // peaks are drawn where they are asked for
    await page.locator("[data-view=dqdv]").hover();
    await page.keyboard.press("p");
    await expect.poll(() => shownFits().count()).toBe(expected.length + 1);
    expect(await shownFits().first().innerText()).toMatch(/cycle 1, discharge[\s\S]*Why this fit is not trusted/);
    rmSync(folder, { recursive: true });
  });

  test("parameters, correlations and their tools are reached by the keyboard", async () => {
    await visit();
    await panel("Impedance");
    await shownFits().first().waitFor();
    const reached = new Set<string>();
    for (let k = 0; k < 160 && reached.size < 6; k++) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(() => {
        const element = document.activeElement;
        const view = element?.closest("[data-view]")?.getAttribute("data-view") ?? "";
        return element?.closest(".ts-fit") ? `${view} ${element.getAttribute("aria-label") ?? element.className}` : "";
      });
      if (at !== "") reached.add(at);
    }
    expect([...reached].some((at) => at.startsWith("fit-parameters Parameters of the fit"))).toBe(true);
    expect([...reached].some((at) => at.startsWith("fit-parameters Export"))).toBe(true);
    for (let k = 0; k < 12; k++) {
      await page.keyboard.press("Tab");
      reached.add(await page.evaluate(() => document.activeElement?.closest("[data-view]")?.getAttribute("data-view") ?? ""));
    }
    expect([...reached].some((at) => at.startsWith("fit-correlations"))).toBe(true);
  });

  test.each(["light", "dark"] as const)("axe finds no barrier in fits and raw data, %s", { timeout: 60_000 }, async (theme) => {
    const broken = await visit(theme);
    await page.keyboard.press("p");
    await shownFits().first().waitFor();
    expect(await barriers(), "peaks").toEqual([]);
    for (const name of ["Impedance", "Spectra"]) {
      await panel(name);
      await shownFits().first().waitFor();
      expect(await barriers(), name).toEqual([]);
    }
    await panel("Study");
    const plot = page.locator("[data-view=trace] .ts-plot");
    const { width, height } = (await plot.boundingBox())!;
    await plot.dblclick({ position: { x: width / 2, y: height / 2 } });
    await page.getByRole("dialog").waitFor();
    expect(await barriers(), "raw data").toEqual([]);
    await page.keyboard.press("Escape");
    expect(broken.filter((text) => !text.includes("api/"))).toEqual([]);
  });
});

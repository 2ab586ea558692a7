/**
 * The page as a place to work: files of every area dropped on it, settings changed and run again (here and through study.yaml), no barrier that axe
 * finds in any panel of either theme, and no memory that a moving cursor keeps.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Story } from "@thioscope/core/story";
import { startServer } from "@thioscope/server";
import { readStudy, runStudy } from "@thioscope/study";
import {
  trajectoryText,
  virtualBalance,
  virtualIonCounts,
  virtualPointSet,
  virtualRaman,
  virtualTrajectory,
  virtualXanes,
  virtualXps,
  writeIonTable,
  writeNetzsch,
  writeRamanText,
  writeVamas,
} from "@thioscope/virtual";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { isRequired } from "../data.ts";
import { atomsPicture } from "./atomsStory.ts";
import { findChromium, launch, type PageServer, servePage } from "./chromium.ts";
import { depositionPicture } from "./depositionStory.ts";
import { syntheticSpectra, syntheticStory } from "./syntheticStory.ts";
import { thermoPicture } from "./thermoStory.ts";

const executable = findChromium();
const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** The cursor is moved for half an hour in `npm run test:long`. */
const LONG_MINUTES = process.env.THIOSCOPE_LONG ? Number(process.env.THIOSCOPE_CURSOR_MINUTES ?? 30) : 0;

interface Dropped {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

const file = (name: string, text: string): Dropped => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(text) });

function xdi(): Dropped[] {
  const lines = [{ at: 2472.6, area: 3, width: 0.4 }];
  return [1, 2].map((k) => {
    const { energy, mu } = virtualXanes({ name: `s${k}`, edge: 2473, coreHole: 0.6, lines }, 0.2, 0.002, 0.3, `${k}`);
    const rows = Array.from(energy, (e, i) => `${e.toFixed(3)}  ${mu[i]!.toFixed(6)}`).join("\n");
    return file(
      `scan_${k}.xdi`,
      `# XDI/1.0\n# Column.1: energy eV\n# Column.2: mutrans\n# Element.symbol: S\n# Element.edge: K\n#----\n${rows}\n`,
    );
  });
}

function raman(): Dropped {
  const { x, y } = virtualRaman({
    seed: "page",
    bands: [
      [153, 5, 8000],
      [219, 5, 9000],
      [474, 6, 7000],
    ],
  });
  return file("sulfur.txt", writeRamanText("sulfur", x, y));
}

function xps(): Dropped {
  const { x, y, photon } = virtualXps({
    seed: "page",
    lines: [
      [161.6, 1.1, 4000],
      [162.78, 1.1, 2000],
    ],
    range: [150, 178],
  });
  return file("s2p.vms", writeVamas([{ name: "S 2p", x, counts: y, photon }]));
}

const SHEETS = virtualTrajectory({ frames: 60 }, "page");

const KINDS: readonly [what: string, files: Dropped[], panel: string, says: RegExp][] = [
  ["X-ray absorption", xdi(), "Spectra", /X-ray absorption/],
  ["Raman", [raman()], "Spectra", /Raman/],
  ["photoelectrons", [xps()], "Spectra", /XPS|[Pp]hotoelectrons/],
  [
    "thermal analysis",
    [file("run.txt", writeNetzsch("S|C", 8, virtualBalance({ seed: "page", steps: [[280, 20, 4]] } as never)))],
    "Spectra",
    /[Tt]hermo/,
  ],
  ["ions", [ions(), ions("b")], "Spectra", /ToF-SIMS|[Ii]ons/],
  ["sets of points", [points()], "Atoms", /Spacings, rings and cavities/],
  [
    "claims",
    [file("claims.yaml.txt", readFileSync(new URL("../../studies/ntsc-electrolyte/claims.yaml", import.meta.url), "utf8"))],
    "Evidence",
    /claims/i,
  ],
];

function ions(name = "a"): Dropped {
  const { first, second, pulses } = virtualIonCounts({ seed: name, ratio: 0.1, spread: 0.1 });
  const areas = Array.from(first, (_, i) => `area ${i + 1}`);
  return file(
    `ions-${name}.txt`,
    writeIonTable(
      [
        { name: "Li3S2+", mass: 84.991, counts: first },
        { name: "Li3S+", mass: 53.0196, counts: second },
      ],
      pulses,
      areas,
    ),
  );
}

function points(): Dropped {
  const set = virtualPointSet({}, "page");
  const rows = Array.from({ length: set.points.length / 3 }, (_, i) => Array.from(set.points.subarray(3 * i, 3 * i + 3)).join(","));
  return file("points.csv", `${rows.join("\n")}\n`);
}

if (!executable && isRequired("chromium")) {
  test("the workbench in Chromium", () => Promise.reject(new Error("Chromium is required and not on the PATH")));
}

describe.skipIf(!executable)(executable ? "the workbench in Chromium" : "the workbench in Chromium (no chromium on the PATH)", () => {
  let browser: Browser;
  let folder: string;
  const open: { page: Page; server: PageServer | null }[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "thioscope-workbench-"));
    browser = await launch(executable!);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    for (const { page, server } of open.splice(0)) {
      await page.context().close();
      await server?.close();
    }
  });

  async function visit(
    answers: Readonly<Record<string, unknown>> = {},
    theme: "light" | "dark" = "light",
  ): Promise<{ page: Page; broken: string[] }> {
    const server = await servePage("/", answers);
    return { ...(await visitAt(server.url, theme, server)) };
  }
  async function visitAt(url: string, theme: "light" | "dark" = "light", server: PageServer | null = null) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 960 }, colorScheme: theme });
    const page = await context.newPage();
    open.push({ page, server });
    const broken: string[] = [];
    page.on("pageerror", (error) => broken.push(error.message));
    page.on("console", (message) => {
      // a static host has no study: the page asks once
      if (message.type() === "error" && !message.text().includes("404")) broken.push(message.text());
    });
    await page.goto(url);
    return { page, broken };
  }
  const drop = (page: Page, files: Dropped[]): Promise<void> => page.locator("input[type=file]").first().setInputFiles(files);
  const panelNow = (page: Page): Promise<string> => page.locator("nav.panels [aria-current=page]").innerText();

  test.each(KINDS)("%s: dropped, recognised, taken through its step, shown", async (_what, files, panel, says) => {
    const { page, broken } = await visit();
    await drop(page, files);
    await page.locator(".ts-part, .failures").first().waitFor();
    expect(await page.locator(".failures").allInnerTexts()).toEqual([]);
    expect(await panelNow(page)).toBe(panel);
    expect(await page.locator(".ts-part").first().innerText()).toMatch(says);
    expect(await page.locator(".ts-part canvas, .ts-part table, .ts-part svg").count()).toBeGreaterThan(0);
    expect(await page.locator(".rail").innerText()).toContain(files[0]!.name);
    expect(broken).toEqual([]);
  });

  test("what a file does not state is asked for; said in Adjust, the step runs; undone, it is as before", async () => {
    const { page, broken } = await visit();
    await drop(page, [file("600K.XDATCAR", trajectoryText(SHEETS, "xdatcar"))]);
    await page.locator(".failures").waitFor();
    expect(await page.locator(".failures").innerText()).toMatch(/no time step/);
    expect(await panelNow(page)).toBe("Adjust");
    const step = page.getByLabel("timestep", { exact: true });
    await step.fill("50 kg");
    await step.press("Enter");
    expect(await page.locator(".adjust-field .refused").innerText()).toMatch(/kg/);
    await step.fill("50 fs");
    await step.press("Enter");
    await page.getByRole("button", { name: "Atoms" }).waitFor();
    expect(await page.locator(".failures").count()).toBe(0);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Atoms" }).click();
    expect(await page.locator(".ts-part").first().innerText()).toMatch(/Motion of Na/);
    await page.getByRole("button", { name: "Adjust" }).click();
    await page.getByRole("button", { name: /Undo/ }).click();
    await page.locator(".failures").waitFor();
    expect(broken).toEqual([]);
  });

  test("of a served study a change goes into study.yaml, runs what depends on it, shows the difference, and can be undone", async () => {
    const dropped = points();
    const text = "title: Points\nsources:\n  points: { kind: points, files: points.csv } # rings\nsteps:\n  - topology\n  - story\n";
    writeFileSync(join(folder, "points.csv"), dropped.buffer);
    writeFileSync(join(folder, "study.yaml"), text);
    await runStudy(await readStudy(folder));
    const server = await startServer({ study: folder, port: 41_900 });
    try {
      const { page, broken } = await visitAt(server.url);
      await page.locator(".ts-part").first().waitFor();
      const shown = await page.locator(".ts-part").first().innerText();
      expect(shown).not.toMatch(/H2: cavities/);
      // what can be set is fetched after what is shown
      await page.getByRole("button", { name: "Adjust" }).waitFor();
      await page.keyboard.press("a");
      const field = page.getByLabel("max dimension");
      await field.fill("7");
      await field.press("Enter");
      expect(await page.locator(".adjust-field .refused").innerText()).toMatch(/0 to 2/);
      expect(readFileSync(join(folder, "study.yaml"), "utf8")).toBe(text);
      await field.fill("2");
      await field.press("Enter");
      await page.locator(".adjust-bar [role=status]", { hasText: "topology: 1 computed" }).waitFor();
      expect(readFileSync(join(folder, "study.yaml"), "utf8")).toMatch(/- topology:\n\s+max_dimension: 2/);
      expect(await page.locator(".adjust-diff").innerText()).toMatch(/\+\s+max_dimension: 2/);
      await page.keyboard.press("8");
      await page.locator(".ts-part", { hasText: "H2: cavities" }).waitFor();
      await page.keyboard.press("a");
      await page.getByRole("button", { name: /Undo/ }).click();
      // computed before: found again by its hash
      await page.locator(".adjust-bar [role=status]", { hasText: "topology: 0 computed, 1 reused" }).waitFor();
      expect(readFileSync(join(folder, "study.yaml"), "utf8")).toBe(text);
      expect(broken).toEqual([]);
    } finally {
      await server.close();
    }
  });

  async function everything(): Promise<Story> {
    const cycled = syntheticStory(3);
    const spectra = syntheticSpectra(4);
    const files = spectra.files.map((one) => ({
      ...one,
      impedance: one.impedance && { ...one.impedance, spectra: one.impedance.spectra.map((s) => ({ ...s, rows: { ...s.rows, file: 1 } })) },
    }));
    const parts = [
      ...(await atomsPicture()).parts,
      ...(await thermoPicture("[Na3PS4]")).parts,
      ...depositionPicture({ electrolytes: ["Na3PS4"] } as never).parts,
    ];
    return { ...cycled, files: [...cycled.files, ...files], parts };
  }

  test("structures in space: turned and read by keys, the bar chosen in one view is the bar of all", async () => {
    const story = await atomsPicture();
    const { page, broken } = await visit({
      "api/study": { title: story.title, mode: "study", files: [], story: "/api/story" },
      "api/story": story,
    });
    const scene = (view: string) => page.locator(`[data-view=${view}] .ts-scene-canvas`);
    const colours = (view: string): Promise<number> =>
      scene(view).evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(data.buffer)).size;
      });
    const picture = (view: string): Promise<string> => scene(view).evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    await scene("structure").waitFor();
    await expect.poll(() => colours("structure")).toBeGreaterThan(100);
    expect(await scene("structure").getAttribute("aria-label")).toMatch(/^Structure of 40 Na, 40 Cl at 800 K, 0.00 ps/);
    const before = await picture("structure");
    await scene("structure").focus();
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => picture("structure")).not.toBe(before);
    await page.getByLabel("Frame", { exact: true }).focus();
    await page.keyboard.press("ArrowRight");
    expect(await scene("structure").getAttribute("aria-label")).toMatch(/0\.100 ps/);
    await page.getByLabel("Surface", { exact: true }).focus();
    await page.keyboard.press("Home");
    expect(await page.getByLabel("Surface", { exact: true }).getAttribute("aria-valuetext")).toBe("none");
    // the longest ring of two regular polygons of ten points
    const list = page.getByLabel("Bar traced back to its points");
    await page.locator("[data-view=barcode] .ts-plot").focus();
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => list.inputValue()).toBe("0:1:0");
    expect(await page.locator("[data-view=points] .ts-note").innerText()).toMatch(/^H1 3.09 to 9.51, 10 points: /);
    // a click in the diagram on the one cavity, 7.07 to 10.00
    const plot = page.locator("[data-view=persistence-diagram] .ts-plot");
    const chosen = await picture("points");
    await list.selectOption("0:2:0");
    await expect.poll(() => picture("points")).not.toBe(chosen);
    await plot.scrollIntoViewIfNeeded();
    const { width, height } = (await plot.boundingBox())!;
    await plot.click({ position: { x: width - 30, y: height / 2 } });
    await expect.poll(() => list.inputValue()).toBe("");
    expect(broken.filter((text) => !text.includes("api/"))).toEqual([]);
  });

  test.each(["light", "dark"] as const)("axe finds no barrier in any panel, %s", async (theme) => {
    const story = await everything();
    const { page, broken } = await visit(
      { "api/study": { title: story.title, mode: "study", files: [], story: "/api/story" }, "api/story": story },
      theme,
    );
    await page.locator(".ts-study").first().waitFor();
    await page.evaluate(AXE);
    const barriers = async (): Promise<string[]> =>
      page.evaluate(async () => {
        const { violations } = await (
          window as never as { axe: { run(o: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
        ).axe.run({
          runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
        });
        return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 160)}`));
      });
    const found: Record<string, string[]> = {};
    for (const panel of await page.locator("nav.panels button").all()) {
      await panel.click();
      await page.waitForTimeout(200);
      found[await panel.innerText()] = await barriers();
    }
    expect(Object.values(found).flat()).toEqual([]);
    await page.keyboard.press("?");
    expect(await barriers(), "help").toEqual([]);
    expect(broken.filter((text) => !text.includes("api/"))).toEqual([]);
  });

  test("axe finds no barrier in the empty page, in Adjust, and where files failed", async () => {
    const { page } = await visit();
    await page.locator(".dropzone").waitFor();
    await page.evaluate(AXE);
    const barriers = async (): Promise<string[]> =>
      page.evaluate(async () => {
        const { violations } = await (
          window as never as { axe: { run(o: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
        ).axe.run({
          runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
        });
        return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 160)}`));
      });
    expect(await barriers()).toEqual([]);
    await drop(page, [file("600K.XDATCAR", trajectoryText(SHEETS, "xdatcar")), file("broken.mpr", "BIO-LOGIC MODULAR FILE\u001a")]);
    await page.locator(".failures").waitFor();
    await page.locator(".adjust-group").first().waitFor();
    expect(await barriers()).toEqual([]);
  });

  test("2,000 moves of the cursor keep no memory", { timeout: 120_000 + 90_000 * LONG_MINUTES }, async () => {
    const story = syntheticStory(3);
    const { page } = await visit({
      "api/study": { title: story.title, mode: "study", files: [], story: "/api/story" },
      "api/story": story,
    });
    await page.locator(".ts-study").first().waitFor();
    const session = await page.context().newCDPSession(page);
    const heap = async (): Promise<number> => {
      await session.send("HeapProfiler.collectGarbage");
      return (await session.send("Runtime.getHeapUsage")).usedSize;
    };
    const move = (count: number): Promise<void> =>
      page.locator("[data-view=trace] .ts-plot").evaluate(async (plot, moves) => {
        const { left, top, width, height } = plot.getBoundingClientRect();
        for (let k = 0; k < moves; k++) {
          const clientX = left + 60 + ((width - 80) * (k % 500)) / 500;
          plot.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY: top + height / 2, bubbles: true, pointerType: "mouse" }));
          if (k % 4 === 0) await new Promise((resolve) => requestAnimationFrame(resolve));
        }
      }, count);
    await move(400);
    const before = await heap();
    // nothing moves by itself: what the readouts say changes, their places do not
    await page.evaluate(() => {
      const counted = window as unknown as { shifts: number };
      counted.shifts = 0;
      new PerformanceObserver((list) => {
        counted.shifts += list.getEntries().length;
      }).observe({ type: "layout-shift" });
    });
    await move(2000);
    expect(await page.evaluate(() => (window as unknown as { shifts: number }).shifts)).toBe(0);
    // what the engine itself keeps (compiled code, caches) stays below a megabyte
    expect((await heap()) - before).toBeLessThan(1.5e6);
    if (LONG_MINUTES === 0) return;
    const settled = await heap();
    const end = performance.now() + 60_000 * LONG_MINUTES;
    let moves = 0;
    for (; performance.now() < end; moves += 2000) await move(2000);
    const grown = (await heap()) - settled;
    console.log(`${moves} moves in ${LONG_MINUTES} min: heap ${(grown / 1e6).toFixed(2)} MB more than after 2,400`);
    expect(grown).toBeLessThan(1.5e6);
  });
});

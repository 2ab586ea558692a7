/**
 * The page in headless Chromium, as a static host would serve it: raw files are read in the browser, no request
 * leaves, the views move together, exports are valid files. Truth: the virtual cycler's own record of what it
 * wrote; for instruments' files the row counts of their makers' programs.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { random } from "@thioscope/core";
import { calibrant } from "@thioscope/core/crystal";
import { parseCircuit } from "@thioscope/core/impedance";
import type { Story } from "@thioscope/core/story";
import { readParquet, writeTiff } from "@thioscope/formats";
import { reportHtml } from "@thioscope/study";
import { VIRTUAL_CELLS, virtualCycling, virtualPowderFrame, writeVirtual } from "@thioscope/virtual";
import type { Browser, Download, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { dataFile, isRequired } from "../data.ts";
import { findChromium, launch, PAGE, type PageServer, servePage } from "./chromium.ts";
import { syntheticSpectra, syntheticStory } from "./syntheticStory.ts";

const executable = findChromium();
const root = fileURLToPath(new URL("../..", import.meta.url));
const run = virtualCycling(VIRTUAL_CELLS["na-s-nps"], "page");
const BDF = { name: "cell-12.bdf.csv", mimeType: "text/csv", buffer: Buffer.from(writeVirtual(run, "bdf-csv")) };
/** R0-p(R1,CPE1)-p(R2,CPE2) with 0.2 % noise, as anyone may have written it. */
const EIS = { name: "spectrum.csv", mimeType: "text/csv", buffer: Buffer.from(eisCsv()) };

const LAB6 = { name: "LaB6.tif", mimeType: "image/tiff", buffer: Buffer.from(lab6Tiff()) };

function lab6Tiff(): Uint8Array {
  const side = 400;
  const values = virtualPowderFrame({
    rows: side,
    columns: side,
    pixelMetre: 800e-6,
    wavelengthAngstrom: 12.398419843 / 87.1,
    distanceMetre: 1.481,
    beamRow: 203.2,
    beamColumn: 198.9,
    tiltDegree: 0.8,
    tiltPlaneDegree: 30,
    rings: calibrant("LaB6", 0.6).lines.map(({ d }) => ({ spacingAngstrom: d.value, counts: 2500 })),
    widthDegree: 0.05,
    seed: "page",
  });
  return writeTiff([{ width: side, height: side, values }]);
}

function eisCsv(): string {
  const f = Float64Array.from({ length: 49 }, (_, i) => 1e6 * 10 ** (-i / 6));
  const z = new Float64Array(2 * f.length);
  parseCircuit("R0-p(R1,CPE1)-p(R2,CPE2)").evaluate(Float64Array.from([20, 80, 1e-6, 0.9, 250, 1e-4, 0.85]), f, z);
  const draw = random("eis");
  const part = (i: number, k: number): number => z[2 * i + k]! + 0.002 * Math.hypot(z[2 * i]!, z[2 * i + 1]!) * draw.normal();
  return `frequency_hertz,real_ohm,imaginary_ohm\n${Array.from(f, (hz, i) => `${hz},${part(i, 0)},${part(i, 1)}`).join("\n")}\n`;
}

/** A cycled cell and four spectra of another one. */
function bothStory(): Story {
  const cycled = syntheticStory(3);
  const spectra = syntheticSpectra(4);
  const placed = spectra.files.map((file) => ({
    ...file,
    impedance: file.impedance && {
      ...file.impedance,
      spectra: file.impedance.spectra.map((s) => ({ ...s, rows: { ...s.rows, file: 1 } })),
    },
  }));
  return { ...cycled, files: [...cycled.files, ...placed] };
}

const CELL = {
  name: "cell.yaml",
  mimeType: "application/yaml",
  buffer: Buffer.from(
    "name: S|NPS cell 12\ndiameter: 10 mm\nlayers:\n" +
      "  - { role: anode, composition: { Na15Sn4: 80 wt%, C: 20 wt% }, mass: 100 mg }\n" +
      "  - { role: separator, composition: { Na3PS4: 100 wt% }, mass: 80 mg }\n" +
      "  - { role: cathode, composition: { S: 33 wt%, C: 17 wt%, Na3PS4: 50 wt% }, mass: 5 mg, active: S }\nreference: Na15Sn4\n",
  ),
};

if (!executable && isRequired("chromium")) {
  test("the page in Chromium", () => Promise.reject(new Error("Chromium is required and not on the PATH")));
}

describe.skipIf(!executable)(executable ? "the page in Chromium" : "the page in Chromium (no chromium on the PATH)", () => {
  let browser: Browser;
  let folder: string;
  const open: { page: Page; server: PageServer | null }[] = [];

  beforeAll(async () => {
    if (!existsSync(join(PAGE, "index.html")) || !existsSync(join(PAGE, "report.js"))) {
      const built = spawnSync(process.execPath, ["node_modules/vite/bin/vite.js", "build", "packages/web"], {
        cwd: root,
        encoding: "utf8",
      });
      if (built.status !== 0) throw new Error(`the page could not be built: ${built.stderr}`);
    }
    folder = mkdtempSync(join(tmpdir(), "thioscope-browser-"));
    browser = await launch(executable!);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    for (const { page, server } of open.splice(0)) {
      await page.context().close();
      await server?.close();
    }
  });

  interface Visit {
    page: Page;
    url: string;
    /** addresses outside the page's own origin and folder */
    foreign: string[];
    /** uncaught errors of the page */
    broken: string[];
  }

  function watch(page: Page, home: string): Pick<Visit, "foreign" | "broken"> {
    const foreign: string[] = [];
    const broken: string[] = [];
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(home) && !/^(blob|data):/.test(url)) foreign.push(url);
    });
    page.on("pageerror", (error) => broken.push(error.message));
    return { foreign, broken };
  }

  async function visit(base = "/", answers: Readonly<Record<string, unknown>> = {}): Promise<Visit> {
    const server = await servePage(base, answers);
    const context = await browser.newContext({ viewport: { width: 1440, height: 960 }, acceptDownloads: true, colorScheme: "light" });
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(server.url).origin });
    const page = await context.newPage();
    open.push({ page, server });
    const watched = watch(page, server.url);
    await page.goto(server.url);
    return { page, url: server.url, ...watched };
  }

  const study = (page: Page) => page.locator(".ts-study");
  const readout = (page: Page, field: string) => page.locator(`.ts-field-${field} dd`).innerText();
  const choose = (page: Page, ...files: (typeof BDF)[]) => page.locator("input[type=file]").first().setInputFiles(files);

  async function opened(base = "/"): Promise<Visit> {
    const it = await visit(base);
    await choose(it.page, BDF);
    await study(it.page).waitFor();
    return it;
  }

  /** Pixels that the cursor's layer of a view has drawn. */
  const drawnByCursor = (page: Page, view: string): Promise<number> =>
    page
      .locator(`[data-view="${view}"] canvas`)
      .nth(1)
      .evaluate((element) => {
        const canvas = element as HTMLCanvasElement;
        const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
        let drawn = 0;
        for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) drawn++;
        return drawn;
      });
  const frames = (page: Page): Promise<void> =>
    page.evaluate(
      () =>
        new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve())))),
    );

  test("an empty page teaches: the formats, the commands, where to drop", async () => {
    const { page, foreign, broken } = await visit("/lab/tools/thioscope/");
    await page.locator(".formats li").nth(8).waitFor();
    const text = await page.locator("main").innerText();
    for (const word of ["Neware BTS .ndax", "BioLogic EC-Lab .mpr", "Battery Data Format", "thioscope open", "cell.yaml"])
      expect(text).toContain(word);
    expect(foreign).toEqual([]);
    expect(broken).toEqual([]);
  });

  test("a dropped file is read in the browser, from any folder of a host, and nothing leaves", async () => {
    const { page, foreign, broken } = await visit("/lab/tools/thioscope/");
    await page.locator(".dropzone").waitFor();
    const text = BDF.buffer.toString("utf8");
    const transfer = await page.evaluateHandle(
      ([content, name]) => {
        const data = new DataTransfer();
        data.items.add(new File([content!], name!, { type: "text/csv" }));
        return data;
      },
      [text, BDF.name],
    );
    await page.dispatchEvent(".dropzone", "dragenter", { dataTransfer: transfer });
    await page.dispatchEvent(".dropzone", "drop", { dataTransfer: transfer });
    await study(page).waitFor();
    const cycles = run.truth.halfCycles.at(-1)!.cycle;
    expect(await page.locator(".ts-cycle-list li").count()).toBe(cycles);
    // what the virtual cycler delivered, within its gain and clock errors (2e-4 each, three sigma)
    const truth = run.truth.halfCycles.find((half) => half.cycle === 1 && half.direction === "discharge")!.capacityMilliampereHour;
    const shown = Number(await page.locator(".ts-cycle-list .ts-list-value").first().innerText());
    expect(Math.abs(shown / truth - 1)).toBeLessThan(1e-3);
    expect(await page.locator(".ts-story").innerText()).toContain(`${cycles} cycles`);
    // one unit alone without a cell
    expect(await page.locator(".ts-segments").isHidden()).toBe(true);
    expect(foreign).toEqual([]);
    expect(broken).toEqual([]);
  });

  test("a cell file turns mAh into mAh/g and draws the cross-section, also of a run that is still being read", async () => {
    const { page } = await visit();
    await page.locator(".dropzone").waitFor();
    await choose(page, BDF);
    await choose(page, CELL);
    await page.locator(".ts-segments").waitFor();
    expect(await page.locator(".ts-segments").innerText()).toContain("mAh/g");
    expect(await page.locator(".ts-section").innerText()).toMatch(/Na\s*3\s*PS\s*4/);
    expect(await page.locator(".ts-section sub").count()).toBeGreaterThan(3);
    expect(await page.locator(".ts-section").innerText()).toMatch(/463/);
    await page.keyboard.press("2");
    expect(await page.locator("[data-view=cell]").innerText()).toContain("not computable");
  });

  test("the cursor is one: pointer and keys move it in all views", async () => {
    const { page } = await opened();
    const views = ["trace", "potential-capacity", "dqdv", "cycles"];
    expect(await readout(page, "row")).toBe("–");
    await page.locator("[data-view=trace] .ts-plot").hover({ position: { x: 300, y: 60 } });
    await frames(page);
    expect(await readout(page, "row")).not.toBe("–");
    for (const view of views) expect(await drawnByCursor(page, view), view).toBeGreaterThan(20);

    const row = async () => Number((await readout(page, "row")).replace(/\s/g, ""));
    const first = await row();
    await page.keyboard.press("ArrowRight");
    expect(await row()).toBeGreaterThan(first);
    await page.keyboard.press("ArrowLeft");
    expect(await row()).toBe(first);
    await page.keyboard.press("Home");
    await page.keyboard.press("Shift+ArrowRight");
    const halves: string[] = [];
    for (let i = 0; i < 3; i++) {
      halves.push(await readout(page, "half-cycle"));
      await page.keyboard.press("Shift+ArrowRight");
    }
    expect(halves).toEqual(["1 discharge", "1 charge", "2 discharge"]);
    await page.keyboard.press("Escape");
    await frames(page);
    expect(await readout(page, "row")).toBe("–");
    for (const view of views) expect(await drawnByCursor(page, view), view).toBe(0);
  });

  test("a brush narrows every view, Escape shows the whole run", async () => {
    const { page } = await opened();
    const plot = page.locator("[data-view=trace] .ts-plot");
    const box = (await plot.boundingBox())!;
    await page.mouse.move(box.x + 100, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + 260, box.y + 60, { steps: 5 });
    await page.mouse.up();
    await page.getByText("whole run (Esc)").waitFor();
    await page.locator("[data-view=cycles] [aria-label='Show as table']").click();
    const rows = page.locator("[data-view=cycles] tbody tr");
    expect(await rows.count()).toBeLessThan(5);
    await page.locator("[data-view=cycles] h3").click();
    await page.keyboard.press("Escape");
    expect(await rows.count()).toBe(5);
    expect(await page.getByText("whole run (Esc)").isHidden()).toBe(true);
  });

  test("each number of the story leads to its rows", async () => {
    const { page } = await opened();
    const link = page.locator(".ts-link").filter({ hasText: "mAh" }).first();
    const address = (await link.getAttribute("href"))!;
    const [first] = /:(\d+)-/.exec(address)!.slice(1).map(Number);
    await link.click();
    expect(Number((await readout(page, "row")).replace(/\s/g, ""))).toBe(first);
    expect(await page.locator(".ts-dot").getAttribute("aria-pressed")).toBe("true");
  });

  test("keys reach everything: search, help, panels, theme", async () => {
    const { page, broken } = await opened();
    await page.keyboard.press("/");
    await page.getByRole("combobox").fill("cycle 3");
    await page.keyboard.press("Enter");
    await page.getByRole("combobox").waitFor({ state: "detached" });
    expect(await readout(page, "half-cycle")).toMatch(/^3 /);
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Help" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("4");
    expect(await page.locator(".ts-files").innerText()).toMatch(/[0-9a-f]{64}/);
    await page.keyboard.press("1");
    await study(page).waitFor();

    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.keyboard.press("t");
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
    expect(await ground()).not.toBe(light);
    await page.reload();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
    expect(broken).toEqual([]);
  });

  test("what is drawn has words: every button a name, every plot a description", async () => {
    const { page } = await opened();
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll("button, input, textarea, [role=img]")]
        .filter((element) => element.getClientRects().length > 0)
        .filter((element) => !(element.getAttribute("aria-label") || element.textContent?.trim()))
        .map((element) => element.outerHTML.slice(0, 120)),
    );
    expect(nameless).toEqual([]);
    expect(await page.locator("[data-view=trace] .ts-plot").getAttribute("aria-label")).toMatch(/Voltage \(V\).*Time \(h\)/);
    for (const view of ["trace", "potential-capacity", "dqdv", "cycles"]) {
      const tools = await page
        .locator(`[data-view=${view}] .ts-tools button.ts-tool`)
        .evaluateAll((all) => all.map((b) => b.getAttribute("aria-label")));
      expect(tools, view).toEqual(["Full screen", "Show as table", "Copy as command", "Copy as Python", "Export"]);
    }
  });

  const bytes = async (download: Download): Promise<Buffer> => readFileSync(await download.path());
  async function exported(page: Page, view: string, item: string): Promise<{ name: string; content: Buffer }> {
    await page.locator(`[data-view=${view}] [aria-label=Export]`).click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: item }).click()]);
    return { name: download.suggestedFilename(), content: await bytes(download) };
  }

  test("exports: SVG at journal widths, its text between 6.9 and 8 pt", async () => {
    const { page, broken } = await opened();
    for (const view of ["trace", "potential-capacity", "dqdv", "cycles"]) {
      for (const [item, width] of [
        ["SVG, one column (85 mm)", "85mm"],
        ["SVG, two columns (170 mm)", "170mm"],
      ] as const) {
        const { name, content } = await exported(page, view, item);
        expect(name).toBe(`cell-12.bdf-${view}-${width}.svg`);
        const facts = await page.evaluate((text) => {
          const file = new DOMParser().parseFromString(text, "image/svg+xml");
          const sizes = [...file.querySelectorAll("text")].map((t) => Number(t.getAttribute("font-size")));
          return {
            error: file.querySelector("parsererror")?.textContent ?? null,
            width: file.documentElement.getAttribute("width"),
            labels: [...file.querySelectorAll("text")].map((t) => t.textContent),
            smallest: Math.min(...sizes),
            largest: Math.max(...sizes),
            paths: file.querySelectorAll("path").length,
            broken: /NaN|Infinity|undefined/.test(text),
          };
        }, content.toString("utf8"));
        expect(facts.error).toBeNull();
        expect(facts.broken).toBe(false);
        expect(facts.width).toBe(width);
        expect(facts.smallest).toBeGreaterThanOrEqual(6.9);
        expect(facts.largest).toBeLessThanOrEqual(8);
        expect(facts.paths).toBeGreaterThan(5);
        expect(facts.labels.join(" ")).toMatch(/\((V|mAh|mA|h|mAh\/V|%)\)/);
      }
    }
    expect(broken).toEqual([]);
  });

  // a page of its own: Chromium holds back a page's eleventh download
  test("exports: PNG at 300 dpi, CSV with a unit row", async () => {
    const { page, broken } = await opened();
    const png = await exported(page, "dqdv", "PNG, 170 mm at 300 dpi");
    expect(png.content.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
    // 170 mm at 300 dots per inch
    expect(png.content.readUInt32BE(16)).toBe(Math.round((170 / 25.4) * 300));

    const { content } = await exported(page, "potential-capacity", "CSV with units");
    const [names, units, first] = content.toString("utf8").split("\r\n");
    expect(names).toBe("cycle,direction,row,time,capacity,voltage");
    expect(units).toBe(",,,h,mAh,V");
    expect(first?.split(",")).toHaveLength(6);
    const cycles = (await exported(page, "cycles", "CSV with units")).content.toString("utf8").trimEnd().split("\r\n");
    expect(cycles).toHaveLength(2 + 5);
    expect(cycles[0]).toContain("discharge capacity,discharge capacity sigma");
    expect(broken).toEqual([]);
  });

  test("exports: Parquet and HDF5 of what a view shows, a slide, print at 600 dpi", async () => {
    const { page, broken, foreign } = await opened();
    const parquet = await exported(page, "potential-capacity", "Parquet");
    expect(parquet.name).toBe("cell-12.bdf-potential-capacity.parquet");
    const table = await readParquet(parquet.content);
    const csv = (await exported(page, "potential-capacity", "CSV with units")).content.toString("utf8").trimEnd().split("\r\n");
    expect(table.rows).toBe(csv.length - 2);
    expect(table.columns.map(({ name }) => name)).toEqual(csv[0]!.split(","));
    const hdf5 = await exported(page, "cycles", "HDF5 (NeXus)");
    expect(hdf5.content.subarray(1, 4).toString("latin1")).toBe("HDF");
    const slide = (await exported(page, "dqdv", "SVG, slide (254 mm, 16:9)")).content.toString("utf8");
    expect(slide).toContain('width="254mm"');
    const png = await exported(page, "dqdv", "PNG, 85 mm at 600 dpi");
    expect(png.content.readUInt32BE(16)).toBe(Math.round((85 / 25.4) * 600));
    expect(foreign).toEqual([]);
    expect(broken).toEqual([]);
  });

  test("copies: the command and the Python that reads the CSV", async () => {
    const { page } = await opened();
    const copied = async (label: string): Promise<string> => {
      await page.locator(`[data-view=dqdv] [aria-label="${label}"]`).click();
      await page.locator("[data-view=dqdv] .ts-said").filter({ hasText: "copied" }).waitFor();
      return page.evaluate(() => navigator.clipboard.readText());
    };
    expect(await copied("Copy as command")).toBe("thioscope dqdv cell-12.bdf.csv");
    const python = await copied("Copy as Python");
    expect(python).toContain('pd.read_csv("cell-12.bdf-dqdv.csv", skiprows=[1])');
  });

  test("a damaged, a foreign and an empty file are told of kindly, and the page goes on", async () => {
    const { page, broken } = await visit();
    const zip = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), Buffer.alloc(2000, 7)]);
    const noise = Buffer.from(Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919 + 13) % 256));
    for (const [name, buffer, code] of [
      ["cut.ndax", zip, /FILE_(CUT|DAMAGED|FOREIGN)/],
      ["noise.bin", noise, /FILE_FOREIGN|MAPPING_NEEDED/],
      ["nothing.mpr", Buffer.alloc(0), /FILE_EMPTY/],
    ] as const) {
      await choose(page, { name, mimeType: "application/octet-stream", buffer });
      const told = page.locator(".failure").filter({ hasText: name });
      await told.waitFor();
      const text = await told.innerText();
      expect(text).toMatch(code);
      expect(text).not.toMatch(/\bat .*\.js|undefined|\[object/);
      await page.getByRole("button", { name: "Dismiss" }).click();
    }
    await choose(page, { ...CELL, buffer: Buffer.from("name: x\nlayers: 12\n") });
    expect(await page.locator(".failure").innerText()).toMatch(/CELL_INVALID[\s\S]*line 2/);
    await choose(page, BDF);
    await study(page).waitFor();
    expect(broken).toEqual([]);
  });

  test("long reading can be cancelled", async () => {
    const { page, broken } = await visit();
    await page.locator(".dropzone").waitFor();
    await page.evaluate(() => {
      const line = "1234.5,2.34567,0.000165\n";
      const file = new File(["Test Time / s,Voltage / V,Current / A\n", line.repeat(3_000_000)], "long.bdf.csv");
      const data = new DataTransfer();
      data.items.add(file);
      dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    });
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.locator(".reading").waitFor({ state: "detached" });
    await choose(page, BDF);
    await study(page).waitFor();
    expect(broken).toEqual([]);
  });

  test("with a server: its study, its story, its database", async () => {
    const story = syntheticStory(6);
    const { page, broken, foreign } = await visit("/", {
      "api/study": { title: "A served study", mode: "study", files: [], story: "/api/story" },
      "api/story": story,
      "api/query": { columns: [{ name: "n" }], rows: [[42]], truncated: false },
    });
    await study(page).waitFor();
    expect(await page.title()).toContain(story.title);
    expect(await page.locator("[data-view=rates]").isVisible()).toBe(true);
    await page.keyboard.press("2");
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByRole("region", { name: "Answer" }).getByText("42").waitFor();
    await choose(page, BDF);
    await page.locator(".crumb-link").waitFor();
    await page.locator(".crumb-link").click();
    expect(await page.title()).toContain(story.title);
    expect(broken).toEqual([]);
    expect(foreign).toEqual([]);
  });

  test("the report works from disk, alone", async () => {
    const html = reportHtml({
      title: "A report",
      story: JSON.stringify(bothStory()),
      script: readFileSync(join(PAGE, "report.js"), "utf8"),
      style: readFileSync(join(PAGE, "report.css"), "utf8"),
    });
    const path = join(folder, "report.html");
    writeFileSync(path, html);
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, offline: true });
    const page = await context.newPage();
    open.push({ page, server: null });
    const { foreign, broken } = watch(page, `file://${path}`);
    await page.goto(`file://${path}`);
    await study(page).first().waitFor();
    expect(await page.locator("h1").innerText()).toBe("S|NPS cell 12");
    // run and spectra on one page
    expect(await page.locator(".ts-impedance [data-view=nyquist]").isVisible()).toBe(true);
    await page.locator("[data-view=trace] .ts-plot").hover({ position: { x: 200, y: 60 } });
    expect(await readout(page, "row")).not.toBe("–");
    await page.locator(".ts-link").first().click();
    expect(await page.locator(".ts-dot").first().getAttribute("aria-pressed")).toBe("true");
    expect(await page.locator("[data-view=cell-table], [data-view=cycle-table] tbody tr").count()).toBe(3);
    expect(foreign).toEqual([]);
    expect(broken).toEqual([]);
  });

  test("a dropped spectrum is fitted in the browser: Nyquist on equal axes, Bode, verdict, arcs, circuit", async () => {
    const { page, foreign, broken } = await visit("/lab/");
    await choose(page, EIS);
    await page.locator(".ts-impedance").waitFor();
    expect(await page.locator("nav.panels [aria-current]").innerText()).toBe("Impedance");
    const text = (await page.locator(".ts-impedance .ts-story").innerText()).replace(/\s+/g, " ");
    // R0 = 20, R1 = 80, R2 = 250 ohm by algebra, 0.2 % noise
    const value = (name: string): number => Number(new RegExp(`${name} = ([\\d.]+)`).exec(text)?.[1]);
    for (const [name, truth] of [
      ["R0", 20],
      ["R1", 80],
      ["R2", 250],
    ] as const)
      expect(Math.abs(value(name) / truth - 1), `${name} in ${text}`).toBeLessThan(0.03);
    expect(text).toContain("Consistent by Kramers–Kronig");
    expect(text).toMatch(/shows two arcs/);
    for (const view of ["nyquist", "bode", "residuals", "drt"]) {
      const tools = await page
        .locator(`[data-view=${view}] .ts-tools button.ts-tool`)
        .evaluateAll((all) => all.map((b) => b.getAttribute("aria-label")));
      expect(tools, view).toEqual(["Full screen", "Show as table", "Copy as command", "Copy as Python", "Export"]);
    }
    expect(await page.locator("[data-view=circuit] svg[role=img]").getAttribute("aria-label")).toContain("R0-p(R1,CPE1)-p(R2,CPE2)");
    expect(await page.locator("[data-view=evolution]").isVisible()).toBe(false);
    const { content } = await exported(page, "nyquist", "SVG, one column (85 mm)");
    expect(content.toString("utf8")).toContain('width="85mm"');
    expect(content.toString("utf8")).toContain("Re Z (Ω)");
    expect(foreign).toEqual([]);
    expect(broken).toEqual([]);
  });

  test("a dropped detector frame is shown; the rings of a calibrant give its geometry", async () => {
    const { page, foreign, broken } = await visit();
    await choose(page, LAB6);
    const detector = page.locator("[data-view=detector]");
    await detector.waitFor();
    expect(await page.locator("nav.panels [aria-current]").innerText()).toBe("Diffraction");
    expect(await page.locator("[data-view=ring-residuals]").isVisible()).toBe(false);
    await detector.locator(".ts-plot").hover({ position: { x: 200, y: 150 } });
    await frames(page);
    expect(await drawnByCursor(page, "detector"), "the pixel under the pointer says what it holds").toBeGreaterThan(1000);
    await page.getByLabel("Pixel in µm").fill("800");
    await page.getByRole("button", { name: "Find the rings" }).click();
    await page.locator("[data-view=ring-residuals]").waitFor();
    const text = (await page.locator(".ts-part .ts-story").innerText()).replace(/\s+/g, " ");
    // the virtual detector stands 1481 mm away, tilted by 0.8 deg
    const value = (pattern: RegExp): number => Number(pattern.exec(text)?.[1]);
    expect(Math.abs(value(/stands ([\d.]+)/) - 1481), text).toBeLessThan(0.05);
    expect(Math.abs(value(/tilted by ([\d.]+)/) - 0.8), text).toBeLessThan(0.01);
    for (const view of ["cake", "pattern"]) expect(await page.locator(`[data-view=${view}]`).isVisible()).toBe(true);
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save geometry.poni" }).click()]);
    expect(readFileSync(await download.path(), "utf8")).toMatch(/poni_version: 2(\.1)?\n/);
    expect(foreign).toEqual([]);
    expect(broken).toEqual([]);
  });

  test("spectra and cycles side by side: the panel follows the file, keys step through spectra", async () => {
    const { page, broken } = await visit("/", {
      "api/study": { title: "Both", mode: "study", files: [], story: "/api/story" },
      "api/story": bothStory(),
    });
    await study(page).first().waitFor();
    expect(await page.locator("nav.panels [aria-current]").innerText()).toBe("Study");
    await page.locator(".rail-files button").filter({ hasText: "layer.mpt" }).click();
    await page.locator(".ts-impedance").waitFor();
    for (const view of ["evolution", "drt-map"]) expect(await page.locator(`[data-view=${view}]`).isVisible(), view).toBe(true);
    await page.keyboard.press("Shift+ArrowRight");
    expect(await page.locator(".ts-field-spectrum dd").innerText()).toBe("1, 0 h");
    await page.keyboard.press("Shift+ArrowRight");
    expect(await page.locator(".ts-field-spectrum dd").innerText()).toBe("2, 1 h");
    await frames(page);
    for (const view of ["nyquist", "bode", "residuals", "evolution", "drt-map"])
      expect(await drawnByCursor(page, view), view).toBeGreaterThan(20);
    expect(await page.locator("[data-view=circuit] .ts-head").innerText()).toContain("cycle 2");
    await page.locator("[data-view=nyquist] h3").click();
    await page.keyboard.press("Enter");
    await page.locator("[data-view=evolution] [aria-label='Show as table']").click();
    expect(await page.locator("[data-view=evolution] tbody tr").count()).toBe(1);
    await page.locator("[data-view=evolution] h3").click();
    await page.keyboard.press("Escape");
    expect(await page.locator("[data-view=evolution] tbody tr").count()).toBe(4);
    // what is not determined says why
    expect(await page.locator(".ts-fit:visible .ts-refused").innerText()).toBe("is not determined by the data");
    await page.keyboard.press("1");
    await page.locator("[data-view=trace]").waitFor();
    expect(broken).toEqual([]);
  });

  test("dQ/dV shows its peaks where they are asked for, and a table of them", async () => {
    const { page, broken } = await opened();
    await page.keyboard.press("p");
    await page.locator("[data-view=peak-table] tbody tr").first().waitFor();
    const halves = run.truth.halfCycles.length;
    const rows = await page.locator("[data-view=peak-table] tbody tr").count();
    expect(rows).toBeGreaterThan(2 * halves);
    expect(await page.locator(".ts-switch").getAttribute("aria-pressed")).toBe("true");
    expect(await page.locator("[data-view=dqdv] .ts-legend").innerText()).toContain("sum of peaks");
    await page.keyboard.press("p");
    expect(await page.locator("[data-view=peak-table]").isVisible()).toBe(false);
    expect(broken).toEqual([]);
  });

  test("a real solid-state cell's spectrum is read and judged in the browser", {
    skip: !existsSync(dataFile("eis/PEIS_SSB.mpr")) && !isRequired("data"),
  }, async () => {
    const { page, foreign, broken } = await visit();
    await page.locator("input[type=file]").first().setInputFiles(dataFile("eis/PEIS_SSB.mpr"));
    await page.locator(".ts-impedance").waitFor();
    // EC-Lab's own count and range of this file
    expect(await page.locator(".rail-files").innerText()).toContain("89 points");
    const text = await page.locator(".ts-impedance .ts-story").innerText();
    expect(text.replace(/\s+/g, " ")).toMatch(/between 7 MHz and 10 mHz/);
    expect(await page.locator("[data-view=nyquist-fast]").isVisible()).toBe(true);
    expect(foreign).toEqual([]);
    expect(broken).toEqual([]);
  });

  const real: readonly [path: string, rows: number][] = [
    // the row counts of EC-Lab's and BTS' own programs, as the data's description states them
    ["echem/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr", 46102],
    ["echem/BTS85-36-6-5-110-20240424.ndax", 699677],
    ["echem/arbin_example.res", 2150],
    ["echem/cv.mpr", 5103],
  ];
  for (const [path, rows] of real) {
    const there = existsSync(dataFile(path));
    test.skipIf(!there && !isRequired("data"))(`${path}${there ? "" : " (no data folder)"} is read in the browser`, async () => {
      const { page, foreign, broken } = await visit("/static/");
      await page.locator("input[type=file]").first().setInputFiles(dataFile(path));
      await study(page).waitFor();
      const text = (await page.locator(".rail-files").innerText()).replace(/\u202f/g, "");
      expect(text).toContain(`${rows} rows`);
      expect(await page.locator(".failure").count()).toBe(0);
      expect(foreign).toEqual([]);
      expect(broken).toEqual([]);
    });
  }
});

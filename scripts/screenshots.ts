// node --conditions=source scripts/screenshots.ts [NAME…]: pictures of page and report for the guide (docs/guide/img), from virtual
// cells, so that anyone gets the same; with names only these ("cv.png"). Needs the built page (scripts/setup.mjs) and Chromium on the PATH.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { QUIET } from "@thioscope/core";
import { type Cell, capacityBases, cellCard, theoreticalOneCAmpere } from "@thioscope/core/cell";
import { calibrant } from "@thioscope/core/crystal";
import { buildStory, currentStory, fileOfSpectra, impedanceStory, type Story, type StoryFile, storyFile } from "@thioscope/core/story";
import { readCellFile, readCycling, readImpedance, sourceOfBytes, writeTiff } from "@thioscope/formats";
import { reportHtml } from "@thioscope/study";
import {
  trajectoryText,
  USUAL_IMPEDANCE_EFFECTS,
  VIRTUAL_CELLS,
  type VirtualCellId,
  type VirtualImpedanceCell,
  virtualCycling,
  virtualImpedance,
  virtualPowderFrame,
  virtualTrajectory,
  writeVirtual,
  writeVirtualImpedance,
} from "@thioscope/virtual";
import type { Browser, Page } from "playwright-core";
import { atomsPicture } from "../tests/browser/atomsStory.ts";
import { beamtimeStory } from "../tests/browser/beamtimeStory.ts";
import { cellModelPicture } from "../tests/browser/cellModelStory.ts";
import { findChromium, launch, PAGE, servePage } from "../tests/browser/chromium.ts";
import { depositionPicture } from "../tests/browser/depositionStory.ts";
import { compositionPicture, symmetricPicture, titrationPicture, voltammetryPicture } from "../tests/browser/electrochemistryStories.ts";
import { evidenceParts } from "../tests/browser/evidenceStory.ts";
import { imagingStory } from "../tests/browser/imagingStory.ts";
import { syntheticStory } from "../tests/browser/syntheticStory.ts";
import { thermoPicture } from "../tests/browser/thermoStory.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "docs/guide/img");
const MOST_BYTES = 400_000;
const only = process.argv.slice(2);
const isWanted = (name: string): boolean => only.length === 0 || only.includes(name);

const NA_S = readFileSync(join(root, "studies/na-s-operando/cell.yaml"), "utf8");
const LI_S = `name: Li–S with LiI, rate test
diameter: 10 mm
temperature: 25 °C
layers:
  - { role: anode,     composition: { Li: 20 wt%, In: 80 wt% }, mass: 60 mg }
  - { role: separator, composition: { Li6PS5Cl: 100 wt% }, mass: 100 mg }
  - { role: cathode,   composition: { S: 30 wt%, C: 10 wt%, LiI: 10 wt%, Li6PS5Cl: 50 wt% }, mass: 1.7 mg, active: S }
reference: LiIn
`;

async function storyOf(id: VirtualCellId, fileName: string, cellText: string, title: string): Promise<Story> {
  const bytes = writeVirtual(virtualCycling(VIRTUAL_CELLS[id], "guide"), fileName.endsWith(".mpt") ? "biologic-mpt" : "bdf-csv");
  const cell = readCellFile(cellText, "cell.yaml");
  const { answer } = theoreticalOneCAmpere(cell);
  const options = { bases: capacityBases(cell), oneCAmpere: "notComputable" in answer ? null : answer };
  const file = await readCycling(sourceOfBytes(fileName, bytes));
  return told(title, storyFile({ ...file, name: fileName, hash: null }, { ...options, peaks: id === "na-s-nps" }, QUIET), cell);
}

/** A symmetric cell whose electrolyte forms a layer on the metal: its arc begins after 1 h and is complete after 15 h. */
const LAYER: VirtualImpedanceCell = {
  title: "Na–Sn | Na3SbS4 | Na–Sn",
  seriesOhm: 60,
  arcs: [{ ohm: 45, tauSecond: 2e-5, exponent: 0.88 }],
  warburg: 2,
  growth: { arc: { ohm: 90, tauSecond: 0.02, exponent: 0.9 }, fromSecond: 3600, toSecond: 15 * 3600, exponent: 0.5 },
  temperatureCelsius: 25,
  potentialVolt: 0,
};

async function storyOfSpectra(): Promise<Story> {
  const starts = Array.from({ length: 25 }, (_, hour) => hour * 3600);
  const run = virtualImpedance(LAYER, starts, { highestHertz: 1e6, lowestHertz: 0.01, perDecade: 8 }, USUAL_IMPEDANCE_EFFECTS, "guide");
  const name = "layer_GEIS.mpt";
  const file = await readImpedance(sourceOfBytes(name, writeVirtualImpedance(run, "biologic-mpt")));
  return told(LAYER.title, fileOfSpectra({ ...file, name, hash: null }, impedanceStory(file.spectra, {}, QUIET)), null);
}

/** The story of one file; what the page shows has been through JSON. */
function told(title: string, file: StoryFile, cell: Cell | null): Story {
  const provenance = [{ label: "made by", value: "scripts/screenshots.ts, from a virtual cell" }];
  return JSON.parse(
    JSON.stringify(buildStory({ title, cell: cell && cellCard(cell), files: [file], provenance }), (_, value: unknown) =>
      ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value,
    ),
  ) as Story;
}

async function picture(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(400);
  const path = join(folder, name);
  await page.screenshot({ path });
  const { size } = statSync(path);
  console.log(`${name} ${Math.round(size / 1000)} kB`);
  if (size > MOST_BYTES) throw new Error(`${name} has ${size} bytes, at most ${MOST_BYTES} are wanted`);
}

async function pagePicture(
  browser: Browser,
  story: Story,
  theme: "light" | "dark",
  name: string,
  act: (page: Page) => Promise<void>,
  height = 980,
): Promise<void> {
  if (!isWanted(name)) return;
  const server = await servePage("/", {
    "api/study": { title: story.title, mode: "study", files: [], story: "/api/story" },
    "api/story": story,
  });
  const page = await browser.newPage({ viewport: { width: 1440, height }, colorScheme: theme });
  await page.goto(server.url);
  await page.locator(".ts-study").first().waitFor();
  await act(page);
  await picture(page, name);
  await page.close();
  await server.close();
}

async function emptyPicture(browser: Browser): Promise<void> {
  if (!isWanted("empty.png")) return;
  const server = await servePage();
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: "light" });
  await page.goto(server.url);
  await page.locator(".formats li").nth(8).waitFor();
  await picture(page, "empty.png");
  await page.close();
  await server.close();
}

/** A frame of a calibrant dropped on the page, and its rings found there. */
async function droppedPicture(browser: Browser, name: string): Promise<void> {
  if (!isWanted(name)) return;
  const side = 1024;
  const values = virtualPowderFrame({
    rows: side,
    columns: side,
    pixelMetre: 400e-6,
    wavelengthAngstrom: 12.398419843 / 87.1,
    distanceMetre: 1.481,
    beamRow: 523.2,
    beamColumn: 498.9,
    tiltDegree: 0.8,
    tiltPlaneDegree: 30,
    rings: calibrant("LaB6", 0.6).lines.map(({ d, multiplicity }) => ({ spacingAngstrom: d.value, counts: 60 * (multiplicity ?? 1) })),
    widthDegree: 0.04,
    seed: "guide",
  });
  const server = await servePage();
  const page = await browser.newPage({ viewport: { width: 1440, height: 1080 }, colorScheme: "light" });
  await page.goto(server.url);
  const buffer = Buffer.from(writeTiff([{ width: side, height: side, values }]));
  await page.locator("input[type=file]").first().setInputFiles({ name: "LaB6.tif", mimeType: "image/tiff", buffer });
  await page.locator("[data-view=detector]").waitFor();
  await page.getByLabel("Pixel in µm").fill("400");
  await page.getByRole("button", { name: "Find the rings" }).click();
  await page.locator("[data-view=ring-residuals]").waitFor();
  await picture(page, name);
  await page.close();
  await server.close();
}

/** A trajectory whose time step nobody stated: what can be set. */
async function adjustPicture(browser: Browser, name: string): Promise<void> {
  if (!isWanted(name)) return;
  const server = await servePage();
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme: "light" });
  await page.goto(server.url);
  const text = trajectoryText(virtualTrajectory({ frames: 200 }, "guide"), "xdatcar");
  await page
    .locator("input[type=file]")
    .first()
    .setInputFiles({ name: "600K.XDATCAR", mimeType: "text/plain", buffer: Buffer.from(text) });
  await page.locator(".adjust-group").first().waitFor();
  const step = page.getByLabel("timestep", { exact: true });
  await step.fill("50 fs");
  await step.press("Enter");
  await page.getByRole("button", { name: "Atoms" }).waitFor();
  await page.getByRole("button", { name: "Adjust" }).click();
  await picture(page, name);
  await page.close();
  await server.close();
}

async function reportPicture(browser: Browser, story: Story): Promise<void> {
  if (!isWanted("report.png")) return;
  const temporary = mkdtempSync(join(tmpdir(), "thioscope-report-"));
  const path = join(temporary, "report.html");
  const script = readFileSync(join(PAGE, "report.js"), "utf8");
  const style = readFileSync(join(PAGE, "report.css"), "utf8");
  writeFileSync(path, reportHtml({ title: story.title, story: JSON.stringify(story), script, style }));
  const page = await browser.newPage({ viewport: { width: 1280, height: 1500 }, colorScheme: "light" });
  await page.goto(`file://${path}`);
  await page.locator(".ts-study").waitFor();
  await picture(page, "report.png");
  await page.close();
  rmSync(temporary, { recursive: true });
}

const executable = findChromium();
if (!executable) throw new Error("no chromium on the PATH");
mkdirSync(folder, { recursive: true });
const browser = await launch(executable);
try {
  const sodium = await storyOf("na-s-nps", "cell-12.mpt", NA_S, "Na–S operando");
  const lithium = await storyOf("li-s", "rate-test.bdf.csv", LI_S, "Li–S rate test");
  await pagePicture(browser, sodium, "light", "page-light.png", (page) =>
    page.locator("[data-view=potential-capacity] .ts-plot").hover({ position: { x: 250, y: 150 } }),
  );
  await pagePicture(browser, lithium, "dark", "page-dark.png", (page) =>
    page.locator("[data-view=potential-capacity] .ts-plot").hover({ position: { x: 220, y: 140 } }),
  );
  await pagePicture(browser, sodium, "light", "dqdv-peaks.png", async (page) => {
    await page.keyboard.press("p");
    await page.locator(".ts-with-peaks").waitFor();
    await page.locator("[data-view=dqdv]").evaluate((view) => view.scrollIntoView());
    await page.locator("[data-view=dqdv] .ts-plot").hover({ position: { x: 275, y: 260 } });
  });
  const spectra = await storyOfSpectra();
  await pagePicture(
    browser,
    spectra,
    "light",
    "impedance-light.png",
    (page) => page.locator("[data-view=nyquist] .ts-plot").hover({ position: { x: 560, y: 95 } }),
    1240,
  );
  await pagePicture(browser, spectra, "dark", "impedance-series.png", async (page) => {
    await page.locator("[data-view=drt-map]").evaluate((view) => view.scrollIntoView({ block: "end" }));
    await page.locator("[data-view=evolution] .ts-plot").hover({ position: { x: 300, y: 60 } });
  });
  const hover =
    (view: string, x: number, y: number) =>
    (page: Page): Promise<void> =>
      page.locator(`[data-view=${view}] .ts-plot`).hover({ position: { x, y } });
  await pagePicture(browser, await voltammetryPicture(), "light", "cv.png", hover("cv", 264, 80), 960);
  await pagePicture(browser, await titrationPicture(), "light", "gitt.png", hover("gitt-equilibrium", 300, 120), 1240);
  const symmetric = await symmetricPicture();
  await pagePicture(browser, symmetric, "dark", "symmetric.png", hover("overpotential", 300, 100), 1160);
  await pagePicture(
    browser,
    symmetric,
    "light",
    "symmetric-stability.png",
    async (page) => {
      await page.locator(".rail-files button").nth(1).click();
      await hover("overpotential", 700, 60)(page);
    },
    840,
  );
  await pagePicture(browser, await compositionPicture(NA_S), "light", "composition.png", hover("composition", 180, 260), 1270);
  if (["phase-maps.png", "stress-maps.png"].some(isWanted)) {
    const beamtime = beamtimeStory(["--size", "512", "--pixel-um", "400", "--width-deg", "0.05", "--positions", "24", "--first-um", "850"]);
    const diffraction =
      (view: string, x: number, y: number) =>
      async (page: Page): Promise<void> => {
        await page.keyboard.press("5");
        await page.locator(`.ts-part:has([data-view=${view}]:visible)`).evaluate((part) => part.scrollIntoView());
        await page.locator(`[data-view=${view}] .ts-plot:visible`).hover({ position: { x, y } });
      };
    await pagePicture(browser, beamtime, "light", "phase-maps.png", diffraction("phase-maps", 430, 210), 1330);
    await pagePicture(browser, beamtime, "dark", "stress-maps.png", diffraction("stress-maps", 470, 240), 800);
  }
  await droppedPicture(browser, "calibration.png");
  await adjustPicture(browser, "adjust.png");
  if (isWanted("images.png")) {
    const story = await imagingStory();
    // one part fills the picture
    const parts = story.parts.filter(({ step }) => step === "tomo.segment");
    const about = (): { what: "part"; part: number } => ({ what: "part", part: 0 });
    const sentences = parts.flatMap((part) => part.sentences.map((sentence) => ({ ...sentence, about: about() })));
    await pagePicture(
      browser,
      { ...story, parts, sentences },
      "light",
      "images.png",
      (page) => page.locator(".ts-plane").nth(0).focus(),
      900,
    );
  }
  if (isWanted("evidence.png")) {
    const { cell, provenance, files } = syntheticStory(2);
    const parts = evidenceParts().slice(0, 1);
    const story = currentStory(buildStory({ title: "All probes", cell, files, parts, provenance }));
    await pagePicture(
      browser,
      story,
      "light",
      "evidence.png",
      (page) => page.locator("nav.panels button", { hasText: "Evidence" }).click(),
      1380,
    );
  }
  if (isWanted("atoms.png") || isWanted("topology.png")) {
    const story = await atomsPicture();
    const withOne = (kind: "atoms" | "topology"): Story => {
      const parts = story.parts.filter((part) => part.kind === kind);
      return {
        ...story,
        parts,
        sentences: parts.flatMap((part) => part.sentences.map((s) => ({ ...s, about: { what: "part", part: 0 } }))),
      };
    };
    await pagePicture(
      browser,
      withOne("atoms"),
      "light",
      "atoms.png",
      async (page) => {
        await page.getByRole("button", { name: "paths" }).click();
      },
      1010,
    );
    await pagePicture(
      browser,
      withOne("topology"),
      "dark",
      "topology.png",
      async (page) => {
        await page.locator("[data-view=barcode] .ts-plot").focus();
        await page.keyboard.press("ArrowDown");
      },
      1000,
    );
  }
  await pagePicture(
    browser,
    await thermoPicture("[Na3PS4, Na3SbS4]"),
    "light",
    "thermodynamics.png",
    async (page) => {
      await page.keyboard.press("9");
      await page.locator("[data-view=stability-windows]").waitFor();
    },
    1230,
  );
  await pagePicture(
    browser,
    depositionPicture({ radius: "10 µm" }),
    "light",
    "deposition.png",
    async (page) => {
      await page.keyboard.press("9");
      await page.locator("[data-view=deposition-interface]").waitFor();
    },
    1500,
  );
  await pagePicture(
    browser,
    await cellModelPicture(),
    "light",
    "cell-model.png",
    async (page) => {
      await page.keyboard.press("9");
      await page.locator("[data-view=cellmodel-fields]").waitFor();
    },
    1500,
  );
  await emptyPicture(browser);
  await reportPicture(browser, sodium);
} finally {
  await browser.close();
}

// node --conditions=source scripts/screenshots.ts: pictures of page and report for the guide (docs/guide/img), from virtual
// cells, so that anyone gets the same. Needs the built page (scripts/setup.mjs) and Chromium on the PATH.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { QUIET } from "@thioscope/core";
import { capacityBases, cellCard, theoreticalOneCAmpere } from "@thioscope/core/cell";
import { buildStory, type Story, storyFile } from "@thioscope/core/story";
import { readCellFile, readCycling, sourceOfBytes } from "@thioscope/formats";
import { reportHtml } from "@thioscope/study";
import { VIRTUAL_CELLS, type VirtualCellId, virtualCycling, writeVirtual } from "@thioscope/virtual";
import type { Browser, Page } from "playwright-core";
import { findChromium, launch, PAGE, servePage } from "../tests/browser/chromium.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "docs/guide/img");
const MOST_BYTES = 400_000;

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
  const shown = storyFile({ ...file, name: fileName, hash: null }, options, QUIET);
  const provenance = [{ label: "made by", value: "scripts/screenshots.ts, from a virtual cell" }];
  // what the page shows has been through JSON
  return JSON.parse(
    JSON.stringify(buildStory({ title, cell: cellCard(cell), files: [shown], provenance }), (_, value: unknown) =>
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
): Promise<void> {
  const server = await servePage("/", {
    "api/study": { title: story.title, mode: "study", files: [], story: "/api/story" },
    "api/story": story,
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 980 }, colorScheme: theme });
  await page.goto(server.url);
  await page.locator(".ts-study").waitFor();
  await act(page);
  await picture(page, name);
  await page.close();
  await server.close();
}

async function emptyPicture(browser: Browser): Promise<void> {
  const server = await servePage();
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: "light" });
  await page.goto(server.url);
  await page.locator(".formats li").nth(8).waitFor();
  await picture(page, "empty.png");
  await page.close();
  await server.close();
}

async function reportPicture(browser: Browser, story: Story): Promise<void> {
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
  await emptyPicture(browser);
  await reportPicture(browser, sodium);
} finally {
  await browser.close();
}

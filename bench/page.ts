/**
 * The page in Chromium: bytes before the first view (gzip, limit 250 kB), time to the first useful view on loopback (limit 1 s), and the main thread's work per move of the
 * cursor, 95th percentile (limit 8 ms), over a file of 10⁶ rows read in the page and over a map of 1000 × 1000 cells, at 1280 × 720 and at 3840 × 2160. Work is the time in the
 * handlers and in the frames that they ask for; what the compositor does is not in it. Then a model behind its slider: from the move to the answer of the page's worker,
 * median (limit 60 ms). Chromium draws without a graphics processor here.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildStory, type Story } from "@thioscope/core/story";
import type { Browser, Page } from "playwright-core";
import { findChromium, launch, PAGE, servePage } from "../tests/browser/chromium.ts";
import { depositionPicture } from "../tests/browser/depositionStory.ts";
import { syntheticStory } from "../tests/browser/syntheticStory.ts";
import type { Case } from "./run.ts";

const MOVES = 400;
const LIMIT_MS = 8;
const FIRST_MS = 1000;
const PREVIEW_MS = 60;
/** Moves of a slider: the first ones compile in the worker. */
const WARM_UP = 12;
const SLID = 20;
const SIZES = [
  [1280, 720],
  [3840, 2160],
] as const;

/** Files that the first view waits for. */
function initialBytes(): number {
  const html = readFileSync(join(PAGE, "index.html"), "utf8");
  const linked = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, path]) => readFileSync(join(PAGE, path!)));
  return [Buffer.from(html), ...linked].reduce((sum, bytes) => sum + gzipSync(bytes, { level: 9 }).length, 0);
}

const row = (ms: number, yardstick: string, limitMs: number): Case => ({
  ms,
  rows: 1,
  rowsPerSecond: 1000 / ms,
  yardstick,
  yardstickMs: limitMs,
  limitMs,
});

/** Counts the time in frames before any of the page's own scripts runs. */
const COUNT_FRAMES = `
  window.__work = 0;
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (call) => ask((t) => { const s = performance.now(); try { call(t); } finally { window.__work += performance.now() - s; } });
`;

async function workPerMove(page: Page, plot: string): Promise<number> {
  return page
    .locator(plot)
    .first()
    .evaluate(async (element, moves) => {
      const counted = window as unknown as { __work: number };
      const { left, top, width, height } = element.getBoundingClientRect();
      const spent: number[] = [];
      const frame = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 34));
      for (let k = 0; k < moves; k++) {
        counted.__work = 0;
        const began = performance.now();
        const clientX = left + 80 + ((width - 120) * ((k * 37) % moves)) / moves;
        const clientY = top + 40 + ((height - 90) * ((k * 17) % moves)) / moves;
        element.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY, bubbles: true, pointerType: "mouse" }));
        const handled = performance.now() - began;
        await frame();
        // the first moves compile
        if (k >= 20) spent.push(handled + counted.__work);
      }
      spent.sort((a, b) => a - b);
      return spent[Math.floor(0.95 * spent.length)]!;
    }, MOVES);
}

function longCsv(): string {
  const rows = 1_000_000;
  const lines = new Array<string>(rows + 1);
  lines[0] = "Test Time / s,Voltage / V,Current / A";
  for (let k = 0; k < rows; k++) {
    const phase = (k % 20_000) / 20_000;
    const down = phase < 0.5;
    const x = down ? 2 * phase : 2 - 2 * phase;
    lines[k + 1] =
      `${k},${(2.3 - 0.9 * x - 0.3 / (1 + Math.exp((0.4 - x) * 20)) + (down ? 0 : 0.3)).toFixed(4)},${down ? "-0.001" : "0.001"}`;
  }
  return lines.join("\n");
}

function mapStory(): Story {
  const side = 1000;
  const values = Array.from({ length: side * side }, (_, k) => Math.sin((k % side) / 40) * Math.cos(Math.floor(k / side) / 60));
  const edges = Array.from({ length: side + 1 }, (_, k) => k);
  const axis = { label: "Place", unit: "µm" };
  const part = {
    ...{ kind: "spectroscopy", step: "bench", source: null, title: "Map", files: [], run: null, runFile: null, sentences: [], notices: [] },
    ...{
      command: "bench",
      technique: "XAS",
      x: { ...axis, reversed: false },
      y: axis,
      curves: [],
      left: 0,
      over: axis,
      names: [],
      series: [],
    },
    maps: [{ title: "Map", x: axis, y: axis, value: axis, columns: edges, rows: edges, names: null, values }],
  };
  return { ...buildStory({ title: "map", cell: null, files: [], provenance: [] }), parts: [part] } as unknown as Story;
}

export async function cases(): Promise<Record<string, Case>> {
  const executable = findChromium();
  if (!executable) return { "no Chromium on this machine": row(Number.NaN, "none", Number.NaN) };
  const browser = await launch(executable);
  try {
    return { ...(await firstView(browser)), ...(await moves(browser)), ...(await preview(browser)) };
  } finally {
    await browser.close();
  }
}

async function firstView(browser: Browser): Promise<Record<string, Case>> {
  const story = syntheticStory(30);
  const server = await servePage("/", {
    "api/study": { title: story.title, mode: "study", files: [], story: "/api/story" },
    "api/story": story,
  });
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 5; k++) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
    const page = await context.newPage();
    await page.goto(server.url, { waitUntil: "commit" });
    await page.locator(".ts-study canvas").first().waitFor();
    best = Math.min(best, await page.evaluate(() => performance.now()));
    await context.close();
  }
  await server.close();
  const bytes = initialBytes();
  return {
    [`first view, ${(bytes / 1000).toFixed(0)} kB before it (limit 250)${bytes > 250_000 ? " ✗" : ""}`]: row(best, "1 s", FIRST_MS),
  };
}

async function moves(browser: Browser): Promise<Record<string, Case>> {
  const found: Record<string, Case> = {};
  const csv = Buffer.from(longCsv());
  const map = mapStory();
  for (const [width, height] of SIZES) {
    const at = `${width} × ${height}`;
    const context = await browser.newContext({ viewport: { width, height } });
    await context.addInitScript(COUNT_FRAMES);
    const plain = await servePage();
    const page = await context.newPage();
    await page.goto(plain.url);
    await page.locator("input[type=file]").first().setInputFiles({ name: "million.bdf.csv", mimeType: "text/csv", buffer: csv });
    await page.locator(".ts-study canvas").first().waitFor({ timeout: 120_000 });
    found[`cursor over 10⁶ rows, ${at}`] = row(await workPerMove(page, "[data-view=trace] .ts-plot"), "8 ms", LIMIT_MS);
    await plain.close();
    const served = await servePage("/", { "api/study": { title: "map", mode: "study", files: [], story: "/api/story" }, "api/story": map });
    const second = await context.newPage();
    await second.goto(served.url);
    await second.locator(".ts-part .ts-plot:visible").first().waitFor({ timeout: 120_000 });
    found[`cursor over 1000 × 1000 cells, ${at}`] = row(await workPerMove(second, ".ts-part .ts-plot:visible"), "8 ms", LIMIT_MS);
    await served.close();
    await context.close();
  }
  return found;
}

/** A deposition around a pore follows the slider of its radius: the page's own thread only asks and draws. */
async function preview(browser: Browser): Promise<Record<string, Case>> {
  const story = depositionPicture({ radius: "10 µm" });
  const server = await servePage("/", {
    "api/study": { title: story.title, mode: "study", files: [], story: "/api/story" },
    "api/story": story,
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  await page.goto(server.url);
  const slider = page.locator('[data-slider="deposition.radius"]');
  await slider.waitFor();
  const times = await slider.evaluate(
    async (element, [warmUp, measured]) => {
      const input = element as HTMLInputElement;
      const panel = input.closest(".ts-sliders")!;
      const answered = (): Promise<number> =>
        new Promise((resolve) => {
          const observer = new MutationObserver(() => {
            if (panel.hasAttribute("data-solving")) return;
            observer.disconnect();
            resolve(performance.now());
          });
          observer.observe(panel, { attributes: true, attributeFilter: ["data-solving"] });
        });
      const spent: number[] = [];
      for (let k = 0; k < warmUp + measured; k++) {
        const end = answered();
        // eight places of the slider in turn: each is another question than the one before
        input.value = String(Number(input.min) + Number(input.step) * (4 + (k % 8)));
        const began = performance.now();
        input.dispatchEvent(new Event("input", { bubbles: true }));
        const took = (await end) - began;
        if (k >= warmUp) spent.push(took);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return spent.sort((a, b) => a - b);
    },
    [WARM_UP, SLID] as const,
  );
  await page.close();
  await server.close();
  return { "deposition behind its slider, in the worker": row(times[Math.floor(times.length / 2)]!, "60 ms", PREVIEW_MS) };
}

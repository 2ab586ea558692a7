/**
 * The report: the page's views over the story that the file holds. No server, no worker, no framework; every
 * number of it is in the element with the id "story".
 */
import "@thioscope/views/views.css";
import "./report.css";
import { currentStory, fromDifferences, onlySpectra, type RowRange, type Story } from "@thioscope/core/story";
import {
  countText,
  createCursor,
  currentTheme,
  h,
  mountCellCard,
  mountCrossSection,
  mountCycleTable,
  mountFiles,
  mountImpedance,
  mountMethods,
  mountParts,
  mountProvenance,
  mountStudy,
  offerModels,
  type PartPanel,
  partsOf,
  richText,
  rowsOfHash,
  type StudyModel,
  setRuns,
  setTheme,
  showRows,
  solveModel,
  studyKey,
} from "@thioscope/views";
import { isPartPanel, PANELS } from "./panels.ts";

function section(title: string, ...children: Node[]): HTMLElement {
  return h("section", { class: "part", "aria-label": title }, h("h2", {}, title), ...children);
}

function aboutFile({ name, technique, rows, impedance }: Story["files"][number]): string {
  const spectra = impedance?.spectra.length ?? 0;
  return `${name}, ${technique}, ${rows} rows${spectra > 0 ? `, ${spectra} ${spectra === 1 ? "spectrum" : "spectra"}` : ""}`;
}

/** More than these are counted here and listed at the end. */
const FEW_FILES = 4;

function aboutFiles(files: Story["files"]): string {
  if (files.length <= FEW_FILES) return files.map(aboutFile).join(" · ");
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const spectral = files.filter(({ impedance }) => impedance !== null).length;
  return `${files.length} files of cyclers and potentiostats with ${countText(rows)} rows${spectral > 0 ? `, ${spectral} of them with spectra of impedance` : ""}; all are listed under Files`;
}

/** Links to the sections. */
function contents(root: HTMLElement): HTMLElement {
  const sections = [...root.querySelectorAll<HTMLElement>(":scope > .part")];
  const links = sections.map((part, k) => {
    part.id = `section-${k + 1}`;
    return h("a", { href: `#${part.id}` }, part.getAttribute("aria-label") ?? "");
  });
  return h("nav", { class: "contents", "aria-label": "Contents" }, ...links);
}

function mountReport(root: HTMLElement, story: Story): void {
  // run and spectra stand on one page: each part has the file that it can show
  const fileOf = (fits: (index: number) => boolean): number => story.files.findIndex((_, index) => fits(index));
  const running = fileOf((i) => !onlySpectra(story.files[i]!));
  const spectral = fileOf((i) => story.files[i]!.impedance !== null);
  const model: StudyModel = { story, cursor: createCursor({ file: Math.max(0, running) }) };
  const spectra: StudyModel = { story, cursor: createCursor({ file: Math.max(0, spectral) }) };
  const theme = h("button", { type: "button", class: "plain" }, "light / dark");
  theme.addEventListener("click", () => setTheme(currentTheme() === "dark" ? "light" : "dark"));
  const print = h("button", { type: "button", class: "plain" }, "print");
  print.addEventListener("click", () => window.print());
  const title = setRuns(h("h1"), richText(story.title));
  const about = h("p", { class: "about" }, aboutFiles(story.files));
  const head = h(
    "header",
    { class: "report-head" },
    h("div", {}, h("p", { class: "brand" }, "Thioscope report"), title, about),
    h("div", { class: "report-tools" }, theme, print),
  );
  const study = h("div", { class: "study" });
  const cycles = h("div");
  const files = h("div");
  const appendParts = (id: PartPanel, name: string): void => {
    if (partsOf(story, id).length === 0) return;
    const parts = h("div");
    root.append(section(name, parts));
    mountParts(parts, { study: model, panel: id });
  };
  root.append(head);
  // a paper's figures are what such a study is for: they stand before what they are made of
  appendParts("paper", "The paper's figures");
  if (running >= 0) root.append(study, section("Cycles", cycles));
  if (spectral >= 0) {
    const impedance = h("div", { class: "study" });
    root.append(section("Impedance", impedance));
    mountImpedance(impedance, spectra);
  }
  for (const { id, name } of PANELS) if (isPartPanel(id) && id !== "paper") appendParts(id, name);
  if (story.cell) {
    const cell = h("div", { class: "cell" });
    root.append(section("Cell", cell));
    mountCrossSection(cell, story.cell);
    mountCellCard(cell, story.cell);
  }
  if (story.methods) {
    const methods = h("div");
    root.append(section("Methods", methods));
    mountMethods(methods, model);
  }
  root.append(section("Files", files));
  if (running >= 0) {
    mountStudy(study, model);
    mountCycleTable(cycles, model);
  }
  head.after(contents(root));
  mountFiles(files, model);
  mountProvenance(files, model);
  const partOf = (rows: RowRange): StudyModel => (onlySpectra(story.files[rows.file]!) ? spectra : model);
  const rows = rowsOfHash(location.hash);
  if (rows && rows.file < story.files.length) showRows(partOf(rows), rows);
  // paper is white
  let screenTheme: ReturnType<typeof currentTheme> | null = null;
  addEventListener("beforeprint", () => {
    screenTheme = currentTheme();
    setTheme("light");
    // nothing unfolds on paper
    for (const folded of root.querySelectorAll<HTMLDetailsElement>("details.ts-folded")) folded.open = true;
  });
  addEventListener("afterprint", () => {
    if (screenTheme) setTheme(screenTheme);
  });
  // keys are about the part that was touched last
  let touched = running >= 0 ? model : spectra;
  root.addEventListener("pointerover", (event) => {
    const inside = event.target instanceof Element && event.target.closest(".ts-study");
    if (inside) touched = inside.classList.contains("ts-impedance") ? spectra : model;
  });
  addEventListener("keydown", (event) => {
    if (!event.defaultPrevented && studyKey(touched, event, touched === spectra ? "spectrum" : "half cycle")) event.preventDefault();
  });
}

/** The story: JSON with columns as differences, packed by gzip, in base64. */
async function storyOf(packed: string): Promise<Story> {
  const text = atob(packed);
  const bytes = new Uint8Array(text.length);
  for (let k = 0; k < bytes.length; k++) bytes[k] = text.charCodeAt(k);
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return currentStory(fromDifferences(await new Response(unpacked).json()) as Story);
}

// from disk there is no worker
offerModels(solveModel);
const data = document.getElementById("story");
const root = document.getElementById("report") ?? document.body.appendChild(h("div", { id: "report" }));
if (data?.textContent) {
  if (typeof DecompressionStream === "undefined")
    root.append(h("p", {}, "This browser is too old for the report: Chrome 80, Firefox 113, Safari 16.4 and later open it."));
  else void storyOf(data.textContent).then((story) => mountReport(root, story));
}

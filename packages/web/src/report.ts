/**
 * The report: the page's views over the story that the file holds. No server, no worker, no framework; every
 * number of it is in the element with the id "story".
 */
import "@thioscope/views/views.css";
import "./report.css";
import type { Story } from "@thioscope/core/story";
import {
  createCursor,
  currentTheme,
  h,
  mountCellCard,
  mountCrossSection,
  mountCycleTable,
  mountFiles,
  mountProvenance,
  mountStudy,
  richText,
  rowsOfHash,
  type StudyModel,
  setRuns,
  setTheme,
  showRows,
  studyKey,
} from "@thioscope/views";

function section(title: string, ...children: Node[]): HTMLElement {
  return h("section", { class: "part", "aria-label": title }, h("h2", {}, title), ...children);
}

function mountReport(root: HTMLElement, story: Story): void {
  const model: StudyModel = { story, cursor: createCursor() };
  const theme = h("button", { type: "button", class: "plain" }, "light / dark");
  theme.addEventListener("click", () => setTheme(currentTheme() === "dark" ? "light" : "dark"));
  const print = h("button", { type: "button", class: "plain" }, "print");
  print.addEventListener("click", () => window.print());
  const title = setRuns(h("h1"), richText(story.title));
  const about = h("p", { class: "about" }, story.files.map((file) => `${file.name}, ${file.technique}, ${file.rows} rows`).join(" · "));
  const head = h(
    "header",
    { class: "report-head" },
    h("div", {}, h("p", { class: "brand" }, "Thioscope report"), title, about),
    h("div", { class: "report-tools" }, theme, print),
  );
  const study = h("div", { class: "study" });
  const cycles = h("div");
  const files = h("div");
  root.append(head, study, section("Cycles", cycles));
  if (story.cell) {
    const cell = h("div", { class: "cell" });
    root.append(section("Cell", cell));
    mountCrossSection(cell, story.cell);
    mountCellCard(cell, story.cell);
  }
  root.append(section("Files", files));
  mountStudy(study, model);
  mountCycleTable(cycles, model);
  mountFiles(files, model);
  mountProvenance(files, model);
  const rows = rowsOfHash(location.hash);
  if (rows && rows.file < story.files.length) showRows(model, rows);
  addEventListener("keydown", (event) => {
    if (!event.defaultPrevented && studyKey(model, event)) event.preventDefault();
  });
}

const data = document.getElementById("story");
const root = document.getElementById("report") ?? document.body.appendChild(h("div", { id: "report" }));
if (data?.textContent) mountReport(root, JSON.parse(data.textContent) as Story);

/** The raw files: what they are, their hashes, what the readers had to say. */
import type { StoryFile } from "@thioscope/core/story";
import { h, type Mounted } from "../dom.ts";
import { countText } from "../text.ts";
import { noticeList } from "./cellCard.ts";
import type { StudyModel } from "./context.ts";

/** So many are read one below the other; more of them unfold. */
const FEW_FILES = 4;
/** Of how it was made: versions and steps come first, then every file with its hash. */
const FEW_FACTS = 24;

/** A file as a line that unfolds. */
function foldedFile(file: StoryFile): HTMLElement {
  const remarks = `${file.notices.length} ${file.notices.length === 1 ? "remark" : "remarks"}`;
  const line = [file.format, file.technique, `${countText(file.rows)} rows`, ...(file.notices.length > 0 ? [remarks] : [])].join(", ");
  const whole = fileElement(file);
  whole.querySelector("h4")?.remove();
  return h("details", { class: "ts-folded" }, h("summary", {}, h("b", {}, file.name), ` ${line}`), whole);
}

function fileElement(file: StoryFile): HTMLElement {
  const facts: [string, string][] = [
    ["format", file.format],
    ["technique", file.technique],
    ["rows", countText(file.rows)],
    [
      "cycles",
      file.cycles === file.cyclesByCurrent
        ? countText(file.cycles)
        : `${countText(file.cycles)} (instrument), ${countText(file.cyclesByCurrent)} (by current)`,
    ],
    ["sha-256", file.hash ?? "not computed here"],
    ...(file.accuracy
      ? [["instrument’s accuracy", `${file.accuracy.how}${file.accuracy.assumed ? " (assumed)" : ""}`] as [string, string]]
      : []),
  ];
  const meta = Object.entries(file.meta);
  return h(
    "article",
    { class: "ts-file" },
    h("h4", {}, file.name),
    h(
      "dl",
      { class: "ts-facts" },
      ...facts.map(([name, value]) =>
        h("div", {}, h("dt", {}, name), h("dd", { class: name === "sha-256" ? "ts-hash" : undefined }, value)),
      ),
    ),
    file.notices.length > 0 ? noticeList(file.notices) : h("p", { class: "ts-note" }, "The reader had nothing to remark."),
    meta.length > 0
      ? h(
          "details",
          {},
          h("summary", {}, `What the file says of itself (${meta.length})`),
          h("dl", { class: "ts-facts" }, ...meta.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, String(value))))),
        )
      : null,
  );
}

export function mountFiles(element: HTMLElement, first: StudyModel): Mounted<StudyModel> {
  const view = h("section", { class: "ts-files", "aria-label": "Files" });
  element.append(view);
  const refresh = (model: StudyModel): void =>
    view.replaceChildren(...model.story.files.map(model.story.files.length > FEW_FILES ? foldedFile : fileElement));
  refresh(first);
  return { update: refresh, destroy: () => view.remove() };
}

/** How it was made: versions, parameters, hashes. */
export function mountProvenance(element: HTMLElement, first: StudyModel): Mounted<StudyModel> {
  const view = h("section", { class: "ts-provenance", "aria-label": "Provenance" });
  element.append(view);
  const refresh = (model: StudyModel): void => {
    view.hidden = model.story.provenance.length === 0;
    const facts = (from: number, to?: number): HTMLElement =>
      h(
        "dl",
        { class: "ts-facts" },
        ...model.story.provenance.slice(from, to).map(({ label, value }) => h("div", {}, h("dt", {}, label), h("dd", {}, value))),
      );
    const more = model.story.provenance.length - FEW_FACTS;
    const rest =
      more > 0 ? h("details", { class: "ts-folded" }, h("summary", {}, `${more} more: files, results, hashes`), facts(FEW_FACTS)) : null;
    view.replaceChildren(h("h3", {}, "How it was made"), facts(0, FEW_FACTS), ...(rest ? [rest] : []));
  };
  refresh(first);
  return { update: refresh, destroy: () => view.remove() };
}

/** The figures of a paper panel by panel: each drawn from the story's own results, with its line of caption, or the reason why it is not. */
import type { PaperContent, ShownFigure } from "@thioscope/core/story";
import { createCursor } from "../cursor.ts";
import { h, type Mounted } from "../dom.ts";
import type { PartModel, StoryViews } from "../parts/model.ts";
import { mountPlotOf } from "../plot/mountPlot.ts";
import type { StudyModel } from "../study/context.ts";
import { richText, setRuns } from "../text.ts";
import { findShown } from "./find.ts";

type Panel = PaperContent["figures"][number]["panels"][number];

/** The panel of a figure that has but one. */
const WHOLE = "all";

interface Part {
  update(study: StudyModel): void;
  destroy(): void;
}

export function mountPaper(element: HTMLElement, first: PartModel<"paper">): Mounted<PartModel<"paper">> {
  const view = h("div", { class: "ts-paper" });
  element.append(view);
  let shown: PaperContent["figures"] = [];
  let parts: Part[] = [];

  function refresh({ study, part, views }: PartModel<"paper">): void {
    if (part.figures === shown) {
      for (const one of parts) one.update(study);
      return;
    }
    for (const one of parts) one.destroy();
    parts = [];
    shown = part.figures;
    view.replaceChildren(
      ...shown.map(({ figure, title, panels }) =>
        h(
          "section",
          { class: "ts-paper-figure", "aria-label": `Figure ${figure}` },
          setRuns(h("h3"), [{ text: `${/^S?\d/.test(figure) ? "Figure " : ""}${figure}. `, shift: 0 }, ...richText(title)]),
          h("div", { class: "ts-paper-panels" }, ...panels.map((panel) => mountPanel(panel, study, views))),
        ),
      ),
    );
  }

  function mountPanel({ panel, caption, show, notComputable }: Panel, study: StudyModel, views: StoryViews): HTMLElement {
    // a figure of one panel has no letter
    const letter = panel === WHOLE ? [] : [h("b", {}, panel), " "];
    const line = h("figcaption", {}, ...letter, setRuns(h("span"), richText(caption)));
    const figure = h("figure", { class: "ts-paper-panel" });
    if (notComputable !== null) {
      figure.classList.add("ts-paper-absent");
      figure.append(setRuns(h("p", { class: "ts-nothing" }), richText(`Not computable here: ${notComputable}`)));
    }
    // figures of a kind beside each other are told apart by what they are drawn from
    const told = show.length > 1 && show.some((one, i) => show.some((other, k) => k < i && other.figure === one.figure));
    for (const one of show) figure.append(drawn(one, study, views, told));
    figure.append(line);
    return figure;
  }

  function drawn(one: ShownFigure, study: StudyModel, views: StoryViews, told: boolean): HTMLElement {
    const area = h("div", { class: "ts-area" });
    const from = one.file ?? one.source;
    if (told && from) area.append(setRuns(h("p", { class: "ts-paper-source" }), richText(from)));
    const found = findShown(study.story, one, views);
    if (typeof found === "string") {
      area.append(setRuns(h("p", { class: "ts-nothing", role: "note" }), richText(`Not drawn: ${found}.`)));
      return area;
    }
    if ("part" in found) {
      const own = views.mountOwn(area, study, found.part);
      parts.push(own);
      return area;
    }
    // a cursor of its own: panels show different files side by side
    const { spec, source, file, row } = found;
    const cursor = createCursor({ file, row, choices: one.choices, peaks: one.choices.peaks === "shown" });
    const plot = mountPlotOf(area, spec, { ...study, cursor }, source);
    parts.push({ update: (next) => plot.update({ ...next, cursor }), destroy: () => plot.destroy() });
    return area;
  }

  refresh(first);
  return {
    update: refresh,
    destroy() {
      for (const one of parts) one.destroy();
      view.remove();
    },
  };
}

/** A panel of parts: each with its title, its figures, its sentences and what there is to know about it. */
import type { PartKind, PlacedPart } from "@thioscope/core/story";
import { h, type Mounted } from "../dom.ts";
import { mountPlotOf } from "../plot/mountPlot.ts";
import type { ContextSource, StudyModel } from "../study/context.ts";
import { mountSentences } from "../study/sentences.ts";
import { richText, setRuns } from "../text.ts";
import type { PartContext, PartFigure, PartModel, PartPanel, PartView, StoryViews } from "./model.ts";
import { alike, noticeItem } from "./notices.ts";
import { PART_VIEWS } from "./registry.ts";

export interface PanelModel {
  study: StudyModel;
  panel: PartPanel;
}

/** Places in the story of the parts that a panel holds. */
export function partsOf({ parts }: StudyModel["story"], panel: PartPanel): number[] {
  return parts.flatMap((part, i) => (viewOf(part).panel === panel ? [i] : []));
}

// what belongs to a kind is told apart once, here; inside a part all agree on its kind
function viewOf(part: PlacedPart): PartView<PartKind> {
  return PART_VIEWS[part.kind] as PartView<PartKind>;
}

/** The figures that a part has something for. */
export function figuresOf(part: PlacedPart): readonly PartFigure<PartKind>[] {
  return viewOf(part).figures.filter((figure) => isShown(figure, part));
}

export function mountParts(element: HTMLElement, first: PanelModel): Mounted<PanelModel> {
  let model = first;
  const panel = h("div", { class: "ts-parts" });
  element.append(panel);
  let mounted: { key: string; part: Mounted<PanelModel> }[] = [];

  function refresh(): void {
    const { story } = model.study;
    const places = partsOf(story, model.panel);
    const keys = places.map((i) => `${i} ${story.parts[i]!.kind} ${story.parts[i]!.step} ${story.parts[i]!.source}`);
    if (keys.join("\n") === mounted.map(({ key }) => key).join("\n")) {
      for (const { part } of mounted) part.update(model);
      return;
    }
    for (const { part } of mounted) part.destroy();
    mounted = places.map((place, k) => ({ key: keys[k]!, part: mountPart(panel, model, place) }));
  }
  refresh();
  return {
    update(next) {
      model = next;
      refresh();
    },
    destroy() {
      for (const { part } of mounted) part.destroy();
      panel.remove();
    },
  };
}

const FEW_NOTICES = 4;
const FEW_SENTENCES = 3;
/** Parts that were mounted: two on one page must not have the same id. */
let mountedParts = 0;

function mountPart(element: HTMLElement, { study }: PanelModel, place: number): Mounted<PanelModel> {
  const part = study.story.parts[place]!;
  const view = viewOf(part);
  const id = `part-${mountedParts++}`;
  const about = h("p", {});
  const list = h("ul", {});
  const counted = h("summary", {});
  const notices = h("details", {}, counted, list);
  // a few are read at once; many would push the figures off the screen
  notices.open = part.notices.length <= FEW_NOTICES;
  const head = h("header", { class: "ts-part-head" }, setRuns(h("h2", { id }), richText(part.title)), about, notices);
  const own = h("div", { class: "ts-part-own" });
  const plots = h("div", { class: "ts-plots" });
  const story = h("div", { class: "ts-area ts-area-story" });
  const section = h("section", { class: "ts-part ts-study", "aria-labelledby": id }, head, own, plots, story);
  element.append(section);

  const ownModel = (model: PanelModel): PartModel<PartKind> => partModel(model.study, place);
  const ownView = view.mount?.(own, ownModel({ study, panel: view.panel }));
  // a view may hide itself where its part has nothing for it
  if (!ownView) own.hidden = true;
  const source = sourceOf(place);
  const figures = view.figures.map((figure) => {
    const area = h("div", { class: figure.wide ? "ts-area ts-area-wide" : "ts-area" });
    plots.append(area);
    if (figure.id === view.after) plots.append(own);
    return { figure, area, plot: null as Mounted<StudyModel> | null };
  });
  const sentences = mountSentences(story, study, ({ about: what }) => what?.what === "part" && what.part === place);

  function refresh({ study: current }: PanelModel): void {
    const now = current.story.parts[place]!;
    setRuns(about, richText(aboutPart(now)));
    list.replaceChildren(...alike(now.notices).map(noticeItem));
    counted.textContent = now.notices.length === 1 ? "1 warning" : `${now.notices.length} warnings`;
    notices.hidden = now.notices.length === 0;
    for (const entry of figures) {
      entry.area.hidden = !isShown(entry.figure, now);
      // a figure that is not shown may lack what it draws
      if (entry.area.hidden) {
        entry.plot?.destroy();
        entry.plot = null;
      } else entry.plot ??= mountPlotOf(entry.area, entry.figure, current, source);
    }
    plots.hidden = figures.every(({ area }) => area.hidden);
    section.classList.toggle("ts-no-story", now.sentences.length === 0);
    section.classList.toggle("ts-short-story", now.sentences.length > 0 && now.sentences.length <= FEW_SENTENCES);
  }
  refresh({ study, panel: view.panel });
  return {
    update(next) {
      refresh(next);
      ownView?.update(ownModel(next));
      for (const { plot } of figures) plot?.update(next.study);
      sentences.update(next.study);
    },
    destroy() {
      ownView?.destroy();
      for (const { plot } of figures) plot?.destroy();
      sentences.destroy();
      section.remove();
    },
  };
}

const partModel = (study: StudyModel, place: number): PartModel<PartKind> => ({
  study,
  part: study.story.parts[place]!,
  views: STORY_VIEWS,
});

const STORY_VIEWS: StoryViews = {
  figures: figuresOf,
  source: sourceOf,
  mountOwn(element, first, place) {
    const own = viewOf(first.story.parts[place]!).mount?.(element, partModel(first, place));
    return { update: (study) => own?.update(partModel(study, place)), destroy: () => own?.destroy() };
  },
};

function isShown(figure: PartFigure<PartKind>, part: PlacedPart): boolean {
  return figure.isShown?.(part) ?? true;
}

/** Its part as the story has it now. */
export function sourceOf(place: number): ContextSource<PartContext> {
  return {
    of({ story, cursor }) {
      const part = story.parts[place];
      return part ? { part, story, state: cursor.state, run: part.runFile === null ? null : (story.files[part.runFile] ?? null) } : null;
    },
    name: ({ part }) => `${part.source ?? ""}-${part.step}`.replace(/^-/, ""),
  };
}

function aboutPart({ step, source, files }: PlacedPart): string {
  const [only] = files;
  const what = files.length === 0 ? "" : files.length === 1 && only ? `, ${only.name}` : `, ${files.length} files`;
  return source === null ? `step ${step}` : `step ${step}, source ${source}${what}`;
}

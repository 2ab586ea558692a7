/** The study's panel: trace, potential–capacity, dQ/dV, cycles, rates, the story; one cursor, one brush. */
import { onlySpectra } from "@thioscope/core/story";
import { h, type Mounted } from "../dom.ts";
import { ELECTROCHEMISTRY } from "../electrochemistry/index.ts";
import { mountPlot } from "../plot/mountPlot.ts";
import { richText, setRuns } from "../text.ts";
import { contextOf, type FigureSpec, type StudyModel } from "./context.ts";
import { CYCLE_SUMMARY } from "./cycleSummary.ts";
import { DIFFERENTIAL_CAPACITY } from "./differentialCapacity.ts";
import { mountOverview } from "./overview.ts";
import { mountPeakFits } from "./peakFits.ts";
import { showsPeaks } from "./peaks.ts";
import { mountPeakTable } from "./peakTable.ts";
import { POTENTIAL_CAPACITY } from "./potentialCapacity.ts";
import { RATE } from "./rate.ts";
import { mountReadout } from "./readout.ts";
import { mountSentences } from "./sentences.ts";
import { shownOf } from "./shown.ts";
import { TRACE } from "./trace.ts";
import { mountUnits } from "./units.ts";
import { VOLTAMMOGRAM } from "./voltammogram.ts";

/** The plots of a study in reading order. */
export const STUDY_FIGURES: readonly FigureSpec[] = [TRACE, POTENTIAL_CAPACITY, DIFFERENTIAL_CAPACITY, VOLTAMMOGRAM, CYCLE_SUMMARY, RATE];

/** The plots below the trace: what a special measurement was made for comes first. */
const PLOTS: readonly FigureSpec[] = [...ELECTROCHEMISTRY.map(({ spec }) => spec), ...STUDY_FIGURES.slice(1)];

/** @param under mounts what stands between the run and its plots */
export function mountStudy(
  element: HTMLElement,
  first: StudyModel,
  under?: (element: HTMLElement, model: StudyModel) => Mounted<StudyModel>,
): Mounted<StudyModel> {
  let model = first;
  const area = (name: string): HTMLElement => h("div", { class: `ts-area ts-area-${name}` });
  const bar = h("div", { class: "ts-bar" });
  const tabs = h("div", { class: "ts-filetabs", role: "group", "aria-label": "Raw file" });
  bar.append(tabs);
  const top = area("trace");
  const story = area("story");
  const grid = h("div", { class: "ts-study" }, bar, top, story);
  element.append(grid);

  const parts: Mounted<StudyModel>[] = [
    mountReadout(bar, model),
    mountUnits(bar, model),
    mountOverview(top, model),
    mountPlot(top, TRACE, model),
  ];
  const plots = h("div", { class: "ts-plots" });
  grid.insertBefore(plots, story);
  if (under) parts.push(under(plots, model));
  const places = new Map<string, HTMLElement>();
  for (const spec of PLOTS) {
    const place = area(spec.id);
    places.set(spec.id, place);
    plots.append(place);
    parts.push(mountPlot(place, spec, model));
    if (spec === DIFFERENTIAL_CAPACITY) {
      const table = area("peaks");
      places.set("peaks", table);
      plots.append(table);
      parts.push(mountPeakTable(table, model));
      const fits = area("peak-fits");
      places.set("peak-fits", fits);
      plots.append(fits);
      parts.push(mountPeakFits(fits, model));
    }
  }
  parts.push(
    mountSentences(
      story,
      model,
      ({ about }) => about?.what !== "impedance",
      ({ about }, { parts: all }) => about?.what === "part" && all[about.part]?.kind === "evidence",
    ),
  );

  function refresh(): void {
    const { files } = model.story;
    const holding = files.flatMap((file, i) => (onlySpectra(file) ? [] : [{ file, i }]));
    tabs.hidden = holding.length < 2;
    tabs.replaceChildren(
      ...holding.map(({ file, i }) => {
        const button = h("button", { type: "button", "aria-pressed": String(i === model.cursor.state.file), title: file.name });
        setRuns(button, richText(file.name));
        button.addEventListener("click", () => model.cursor.set({ file: i }));
        return button;
      }),
    );
    const file = files[model.cursor.state.file];
    const context = contextOf(model.story, model.cursor.state);
    const peaks = context !== null && showsPeaks(context);
    grid.classList.toggle("ts-with-peaks", peaks);
    const shown: Record<string, boolean> = { ...shownOf(file), peaks, "peak-fits": peaks };
    for (const [id, place] of places) place.hidden = !shown[id];
    grid.classList.toggle("ts-no-story", !model.story.sentences.some(({ about }) => about?.what !== "impedance"));
  }
  const listen = (): (() => void) =>
    model.cursor.subscribe((state, before) => {
      if (state.file !== before.file || state.peaks !== before.peaks) refresh();
    });
  let stop = listen();
  refresh();
  return {
    update(next) {
      stop();
      model = next;
      stop = listen();
      refresh();
      for (const part of parts) part.update(next);
    },
    destroy() {
      stop();
      for (const part of parts) part.destroy();
      grid.remove();
    },
  };
}

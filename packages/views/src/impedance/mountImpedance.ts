/** The panel of spectra: Nyquist, Bode, residuals, relaxation times, the circuit, the series; one cursor, one brush. */
import type { StoryFile } from "@thioscope/core/story";
import { h, type Mounted } from "../dom.ts";
import { mountPlot } from "../plot/mountPlot.ts";
import type { FigureSpec, StudyModel } from "../study/context.ts";
import { mountSentences } from "../study/sentences.ts";
import { richText, setRuns } from "../text.ts";
import { BODE } from "./bode.ts";
import { mountCircuit } from "./circuit.ts";
import { EVOLUTION } from "./evolution.ts";
import { NEW_ARC } from "./newArc.ts";
import { NYQUIST, NYQUIST_FAST, needsDetail } from "./nyquist.ts";
import { mountSpectrumReadout } from "./readout.ts";
import { RELAXATION } from "./relaxation.ts";
import { RESIDUALS } from "./residuals.ts";
import { SERIES_MAP } from "./seriesMap.ts";

/** The plots of spectra in reading order. */
export const IMPEDANCE_FIGURES: readonly FigureSpec[] = [
  NYQUIST,
  NYQUIST_FAST,
  BODE,
  RESIDUALS,
  RELAXATION,
  EVOLUTION,
  NEW_ARC,
  SERIES_MAP,
];

/** Plots that need more than one spectrum. */
const SERIES = new Set([EVOLUTION, NEW_ARC, SERIES_MAP]);

/** The plots that a file's spectra allow. */
export function spectraFiguresOf(file: StoryFile): readonly FigureSpec[] {
  if (!file.impedance) return [];
  const several = file.impedance.spectra.length > 1;
  const asked: ReadonlyMap<FigureSpec, boolean> = new Map([
    [NYQUIST_FAST, needsDetail(file)],
    [NEW_ARC, file.impedance.newArc !== undefined],
  ]);
  return IMPEDANCE_FIGURES.filter((spec) => (several || !SERIES.has(spec)) && (asked.get(spec) ?? true));
}

export function mountImpedance(element: HTMLElement, first: StudyModel): Mounted<StudyModel> {
  let model = first;
  const bar = h("div", { class: "ts-bar" });
  const tabs = h("div", { class: "ts-filetabs", role: "group", "aria-label": "Raw file" });
  bar.append(tabs);
  const plots = h("div", { class: "ts-plots" });
  const story = h("div", { class: "ts-area ts-area-story" });
  const nothing = h(
    "p",
    { class: "ts-nothing", hidden: true },
    "No spectra here. Drop a file of impedance: BioLogic, Gamry, ZPlot, Autolab, Parstat, VersaStudio, CH Instruments, PalmSens, Ivium, Excel or any table of frequency, Re Z and Im Z.",
  );
  const grid = h("div", { class: "ts-study ts-impedance" }, bar, plots, story);
  element.append(grid, nothing);

  const parts: Mounted<StudyModel>[] = [mountSpectrumReadout(bar, model)];
  const places = new Map<FigureSpec, HTMLElement>();
  const area = (id: string): HTMLElement => {
    const place = h("div", { class: `ts-area ts-area-${id}` });
    plots.append(place);
    return place;
  };
  for (const spec of IMPEDANCE_FIGURES) {
    const place = area(spec.id);
    places.set(spec, place);
    parts.push(mountPlot(place, spec, model));
    if (spec === RELAXATION) {
      const circuit = area("circuit");
      parts.push(mountCircuit(circuit, area("fit"), model));
    }
  }
  parts.push(mountSentences(story, model, ({ about }) => about?.what === "impedance" && about.file === model.cursor.state.file));

  function refresh(): void {
    const { files } = model.story;
    const file = files[model.cursor.state.file];
    const holding = files.flatMap((f, i) => (f.impedance ? [{ file: f, i }] : []));
    grid.hidden = !file?.impedance;
    nothing.hidden = !grid.hidden;
    tabs.hidden = holding.length < 2;
    tabs.replaceChildren(
      ...holding.map(({ file: f, i }) => {
        const button = h("button", { type: "button", "aria-pressed": String(i === model.cursor.state.file), title: f.name });
        setRuns(button, richText(f.name));
        button.addEventListener("click", () => model.cursor.set({ file: i }));
        return button;
      }),
    );
    const shown = file ? spectraFiguresOf(file) : [];
    for (const [spec, place] of places) place.hidden = !shown.includes(spec);
  }
  const listen = (): (() => void) =>
    model.cursor.subscribe((state, before) => {
      if (state.file !== before.file) refresh();
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
      nothing.remove();
    },
  };
}

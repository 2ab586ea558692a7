/** What was measured while the cell ran, under the run: figures of parts whose rows are rows of the file under the cursor. */
import type { PartKind } from "@thioscope/core/story";
import { h, type Mounted } from "../dom.ts";
import type { PartFigure } from "../parts/model.ts";
import { figuresOf, sourceOf } from "../parts/mountParts.ts";
import { mountPlotOf } from "../plot/mountPlot.ts";
import { richText, setRuns } from "../text.ts";
import type { StudyModel } from "./context.ts";

interface Found {
  place: number;
  title: string;
  figure: PartFigure<PartKind>;
}

/** In the order of the parts; nothing where no part belongs to the run. */
function linked({ story, cursor }: StudyModel): Found[] {
  return story.parts.flatMap((part, place) =>
    part.runFile !== cursor.state.file
      ? []
      : figuresOf(part)
          .filter(({ operando }) => operando)
          .map((figure) => ({ place, title: part.title, figure })),
  );
}

export function mountOperando(element: HTMLElement, first: StudyModel): Mounted<StudyModel> {
  let model = first;
  const panel = h("div", { class: "ts-operando" });
  element.append(panel);
  let key = "";
  let mounted: Mounted<StudyModel>[] = [];

  function refresh(): void {
    const found = linked(model);
    const now = JSON.stringify(found.map(({ place, title, figure }) => [place, title, figure.id]));
    panel.hidden = found.length === 0;
    if (now === key) {
      for (const plot of mounted) plot.update(model);
      return;
    }
    key = now;
    for (const plot of mounted) plot.destroy();
    panel.replaceChildren();
    if (found.length > 0) panel.append(setRuns(h("h2", {}), richText("While it ran")));
    mounted = found.map(({ place, figure }) => {
      const area = h("div", { class: "ts-area" });
      panel.append(area);
      return mountPlotOf(area, figure, model, sourceOf(place));
    });
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
    },
    destroy() {
      stop();
      for (const plot of mounted) plot.destroy();
      panel.remove();
    },
  };
}

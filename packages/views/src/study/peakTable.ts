/** All peaks of dQ/dV in one table: potential, capacity of the step, width, height; a reason where a peak is cut off. */
import { h, type Mounted } from "../dom.ts";
import type { DataTable } from "../figure/model.ts";
import { tableElement } from "../figure/tableView.ts";
import { toolbar } from "../plot/tools.ts";
import { inBrush } from "../track.ts";
import { type Context, contextOf, pythonHead, type StudyModel, shellWord } from "./context.ts";
import { peakColumns, showsPeaks } from "./peaks.ts";
import { showRows } from "./sentences.ts";

export function mountPeakTable(element: HTMLElement, first: StudyModel): Mounted<StudyModel> {
  let model = first;
  const body = h("div");
  const view = h("section", { class: "ts-view", "data-view": "peak-table", "aria-label": "Peaks" });
  const context = (): Context | null => contextOf(model.story, model.cursor.state);
  const found = (c: Context) =>
    peakColumns(
      c,
      c.file.halfCycles.filter((half) => inBrush(half, c.state.brush)),
    );
  const data = (): DataTable => {
    const c = context();
    return c && showsPeaks(c) ? found(c) : { columns: [] };
  };
  const tools = toolbar({
    view,
    title: "Peaks",
    name: () => `${(context()?.file.name ?? "thioscope").replace(/\.[^.]*$/, "").replace(/[^\w.-]+/g, "_")}-peaks`,
    figure: () => null,
    data,
    command: () => `thioscope dqdv ${shellWord(context()?.file.name ?? "")} --peaks`,
    python: (csv) =>
      `${pythonHead(csv)}for direction, peaks in data.groupby("direction"):\n    ax.errorbar(peaks["cycle"], peaks["potential"], peaks["potential sigma"], fmt="o", ms=3, label=direction)\n` +
      `ax.set(xlabel="Cycle", ylabel="Potential (V)")\nax.legend()\nfig.savefig("peaks.pdf")\n`,
  });
  view.append(h("header", { class: "ts-head" }, h("h3", {}, "Peaks of dQ/dV"), tools.element), body);
  element.append(view);
  function refresh(): void {
    const c = context();
    if (!c || !showsPeaks(c)) {
      body.replaceChildren();
      return;
    }
    const { columns, notes, peaks } = found(c);
    body.replaceChildren(
      tableElement({ columns, notes }, "Peaks", (row) => {
        const rows = peaks[row]?.rows;
        if (rows) showRows(model, rows);
      }),
    );
  }
  const follow = (): (() => void) =>
    model.cursor.subscribe((state, before) => {
      if (state.file !== before.file || state.basis !== before.basis || state.brush !== before.brush || state.peaks !== before.peaks)
        refresh();
    });
  let stop = follow();
  refresh();
  return {
    update(next) {
      stop();
      model = next;
      stop = follow();
      refresh();
    },
    destroy() {
      stop();
      tools.close();
      view.remove();
    },
  };
}

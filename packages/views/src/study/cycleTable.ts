/** The cycle table in full, capacities in the unit chosen. */
import { h, type Mounted } from "../dom.ts";
import type { DataTable } from "../figure/model.ts";
import { tableElement } from "../figure/tableView.ts";
import { toolbar } from "../plot/tools.ts";
import { contextOf, type StudyModel } from "./context.ts";
import { CYCLE_SUMMARY, cycleColumns } from "./cycleSummary.ts";
import { showRows } from "./sentences.ts";

export function mountCycleTable(element: HTMLElement, first: StudyModel): Mounted<StudyModel> {
  let model = first;
  const body = h("div");
  const view = h("section", { class: "ts-view", "data-view": "cycle-table", "aria-label": "Cycle table" });
  const data = (): DataTable => {
    const context = contextOf(model.story, model.cursor.state);
    return { columns: context ? cycleColumns(context, context.file.cycleTable) : [] };
  };
  const name = (): string => contextOf(model.story, model.cursor.state)?.file.name ?? "thioscope";
  const tools = toolbar({
    view,
    title: "Cycle table",
    name: () => `${name()}-cycles`,
    figure: () => null,
    data,
    command: () => {
      const context = contextOf(model.story, model.cursor.state);
      return context ? CYCLE_SUMMARY.command(context) : "";
    },
    python: (csv) => {
      const context = contextOf(model.story, model.cursor.state);
      return context ? CYCLE_SUMMARY.python(context, csv) : "";
    },
  });
  view.append(h("header", { class: "ts-head" }, h("h3", {}, "Cycle table"), tools.element), body);
  element.append(view);
  function refresh(): void {
    const file = contextOf(model.story, model.cursor.state)?.file;
    body.replaceChildren(
      tableElement(data(), "Cycles", (row) => {
        const range = file?.cycleTable[row]?.rows;
        if (range) showRows(model, range);
      }),
    );
  }
  const follow = (): (() => void) =>
    model.cursor.subscribe((state, before) => {
      if (state.file !== before.file || state.basis !== before.basis) refresh();
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

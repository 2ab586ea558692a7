/** A plot and a table that stand alone: what they show is given to them, no story and no cursor of others. */
import { buildStory } from "@thioscope/core/story";
import { createCursor } from "../cursor.ts";
import { h, type Mounted } from "../dom.ts";
import type { DataTable } from "../figure/model.ts";
import { tableElement } from "../figure/tableView.ts";
import type { PlotSpec, StudyModel } from "../study/context.ts";
import { mountPlotOf } from "./mountPlot.ts";
import { toolbar } from "./tools.ts";

export interface OwnPlot<C> {
  spec: PlotSpec<C>;
  context: C;
  /** of the exported files */
  name: string;
}

/** Mounts a plot of `context`; the specification stays the same while it is mounted. */
export function mountOwnPlot<C>(element: HTMLElement, first: OwnPlot<C>): Mounted<OwnPlot<C>> {
  let model = first;
  const study: StudyModel = { story: buildStory({ title: "", cell: null, files: [], provenance: [] }), cursor: createCursor() };
  const plot = mountPlotOf(element, first.spec, study, { of: () => model.context, name: () => model.name });
  return {
    update(next) {
      model = next;
      plot.update(study);
    },
    destroy: plot.destroy,
  };
}

export interface OwnTable {
  id: string;
  title: string;
  name: string;
  table: DataTable;
  command: string;
  python: (csvName: string) => string;
  /** a row that stands out */
  marked?: number;
}

/** Mounts a table with the tools of every view. */
export function mountOwnTable(element: HTMLElement, first: OwnTable): Mounted<OwnTable> {
  let model = first;
  const body = h("div");
  const heading = h("h3");
  const view = h("section", { class: "ts-view", "data-view": first.id, "aria-label": first.title });
  const tools = toolbar({
    view,
    title: first.title,
    name: () => model.name,
    figure: () => null,
    data: () => model.table,
    command: () => model.command,
    python: (csv) => model.python(csv),
  });
  view.append(h("header", { class: "ts-head" }, heading, tools.element), body);
  element.append(view);
  function refresh(): void {
    heading.textContent = model.title;
    const shown = tableElement(model.table, model.title);
    const row = model.marked === undefined ? null : shown.querySelectorAll("tbody tr")[model.marked];
    row?.setAttribute("aria-current", "true");
    body.replaceChildren(shown);
    if (row instanceof HTMLElement) shown.scrollTop = row.offsetTop - shown.clientHeight / 2;
  }
  refresh();
  return {
    update(next) {
      model = next;
      refresh();
    },
    destroy() {
      tools.close();
      view.remove();
    },
  };
}

/**
 * What a fit of any kind says about itself, under its data and residuals: parameters with errors, their correlations, and why it is not trusted. Circuits, peaks,
 * scattering paths and refinements are shown by this one view.
 */
import { h, type Mounted } from "../dom.ts";
import { tableElement } from "../figure/tableView.ts";
import { mountOwnPlot, type OwnPlot } from "../plot/mountOwn.ts";
import { toolbar } from "../plot/tools.ts";
import { pythonHead } from "../study/context.ts";
import { richText, setRuns } from "../text.ts";
import { CORRELATIONS } from "./correlations.ts";
import type { FitModel } from "./model.ts";
import { parameterTable } from "./parameters.ts";

/** Fits that were mounted: two on one page must not have the same id. */
let mountedFits = 0;

/** Shows nothing for null: where there is no fit, or a story of an older program does not hold what it says of itself. */
export function mountFit(element: HTMLElement, first: FitModel | null): Mounted<FitModel | null> {
  let model = first;
  const id = `fit-${mountedFits++}`;
  const table = h("div", { class: "ts-fit-table" });
  const name = h("span", { class: "ts-legend" });
  const view = h("section", { class: "ts-view", "data-view": "fit-parameters", "aria-label": "Parameters of the fit" });
  const tools = toolbar({
    view,
    title: "Parameters of the fit",
    name: () => `${model?.file ?? "thioscope"}-parameters`,
    figure: () => null,
    data: () => (model ? parameterTable(model.account, true) : { columns: [] }),
    command: () => model?.command ?? "",
    python: (csv) =>
      `${pythonHead(csv)}ax.errorbar(data["value"], data["parameter"], xerr=data["value sigma"], fmt="o", ms=3)\nax.invert_yaxis()\nfig.savefig("parameters.pdf")\n`,
  });
  view.append(h("header", { class: "ts-head" }, h("h3", {}, "Parameters"), name, tools.element), table);
  const map = h("div", { class: "ts-area" });
  const heading = h("h3", { id });
  const list = h("ul", { class: "ts-doubt-list" });
  const looked = h("p", { class: "ts-note" });
  const doubts = h("section", { class: "ts-doubts", "aria-labelledby": id }, heading, list, looked);
  const panel = h("div", { class: "ts-fit" }, h("div", { class: "ts-area" }, view), map, doubts);
  element.append(panel);
  let plot: Mounted<OwnPlot<FitModel>> | null = null;

  function refresh(): void {
    panel.hidden = model === null;
    if (!model) return;
    const { account } = model;
    const { passed } = account;
    name.textContent = model.name;
    table.replaceChildren(tableElement(parameterTable(account), "Parameters of the fit"));
    heading.textContent = account.doubts.length > 0 ? "Why this fit is not trusted" : "Nothing speaks against this fit";
    list.hidden = account.doubts.length === 0;
    list.replaceChildren(...account.doubts.map(({ code, text }) => setRuns(h("li", { "data-doubt": code }), richText(text))));
    looked.hidden = passed.length === 0;
    setRuns(looked, richText(`Looked at and fine: ${passed.join("; ")}.`));
    const hasMap = account.correlations.length > 0;
    panel.classList.toggle("ts-no-map", !hasMap);
    map.hidden = !hasMap;
    const shown = { spec: CORRELATIONS, context: model, name: model.file };
    if (!hasMap) {
      plot?.destroy();
      plot = null;
    } else if (plot) plot.update(shown);
    else plot = mountOwnPlot(map, shown);
  }
  refresh();
  return {
    update(next) {
      if (next === model) return;
      model = next;
      refresh();
    },
    destroy() {
      plot?.destroy();
      tools.close();
      panel.remove();
    },
  };
}

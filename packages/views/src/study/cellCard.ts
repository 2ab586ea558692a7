/** The cell's book-keeping: each number with how it came about; refusals with their reason; assumptions dotted. */
import { isComputable } from "@thioscope/core";
import type { CellCard } from "@thioscope/core/story";
import { h, type Mounted } from "../dom.ts";
import type { DataTable } from "../figure/model.ts";
import { toolbar } from "../plot/tools.ts";
import { readingText, richText, setRuns, unitText } from "../text.ts";

function cellTable(card: CellCard): DataTable {
  const numbers = card.lines.map(({ answer }) => (isComputable(answer) ? answer : null));
  return {
    columns: [
      { name: "quantity", unit: "", values: card.lines.map((line) => line.label) },
      { name: "value", unit: "", values: numbers.map((q) => q?.value ?? Number.NaN), sigma: numbers.map((q) => q?.sigma ?? Number.NaN) },
      { name: "unit", unit: "", values: numbers.map((q) => q?.unit ?? "") },
      { name: "how", unit: "", values: card.lines.map((line) => line.how) },
      { name: "assumed", unit: "", values: card.lines.map((line) => (line.assumed ? "assumed" : "")) },
      { name: "not computable", unit: "", values: card.lines.map(({ answer }) => (isComputable(answer) ? "" : answer.notComputable)) },
    ],
  };
}

export function mountCellCard(element: HTMLElement, first: CellCard): Mounted<CellCard> {
  let card = first;
  const view = h("section", { class: "ts-view", "data-view": "cell", "aria-label": "Cell" });
  const body = h("div", { class: "ts-card" });
  const heading = h("h3");
  const tools = toolbar({
    view,
    title: "Cell",
    name: () => `${card.name.replace(/[^\w.-]+/g, "_")}-cell`,
    figure: () => null,
    data: () => cellTable(card),
    command: () => "thioscope cell cell.yaml",
    python: (csv) =>
      `import pandas as pd\n\ncell = pd.read_csv(${JSON.stringify(csv)}, skiprows=[1])  # exported from this view\nprint(cell)\n`,
  });
  view.append(
    h(
      "header",
      { class: "ts-head" },
      heading,
      h("div", { class: "ts-legend" }, setRuns(h("span"), richText("dotted: assumed"))),
      tools.element,
    ),
    body,
  );
  element.append(view);
  function refresh(): void {
    setRuns(heading, richText(card.name));
    const rows = card.lines.map((line) => {
      const { answer } = line;
      const value = isComputable(answer)
        ? setRuns(
            h("span", {
              class: line.assumed ? "ts-number ts-assumed" : "ts-number",
              title: line.assumed ? "assumed, not measured" : undefined,
            }),
            richText(readingText(answer)),
          )
        : h("span", { class: "ts-refused" }, `not computable: ${answer.notComputable}`);
      return h(
        "tr",
        {},
        setRuns(h("th", { scope: "row" }), richText(line.label)),
        h("td", {}, value),
        setRuns(h("td", { class: "ts-how" }), richText(line.how.replace(/\b(m?g\/cm|µ?m)([23])(?!\d)/g, (unit) => unitText(unit)))),
      );
    });
    body.replaceChildren(
      h("table", { class: "ts-book" }, h("caption", { class: "ts-hidden" }, `Book-keeping of ${card.name}`), h("tbody", {}, ...rows)),
      ...(card.notices.length > 0 ? [h("h4", {}, "What does not add up"), noticeList(card.notices)] : []),
    );
  }
  refresh();
  return {
    update(next) {
      card = next;
      refresh();
    },
    destroy() {
      tools.close();
      view.remove();
    },
  };
}

/** Notices as a list, each with its code. */
export function noticeList(notices: CellCard["notices"]): HTMLElement {
  return h(
    "ul",
    { class: "ts-notices" },
    ...notices.map((notice) => {
      const rows = notice.rows ? ` (rows ${notice.rows[0]}–${notice.rows[1]})` : "";
      return h("li", {}, h("code", {}, notice.code), setRuns(h("span"), richText(`${notice.message}${rows}`)));
    }),
  );
}

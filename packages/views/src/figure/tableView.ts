/** A view's numbers as a table on the page: names, units, rows; long tables show their beginning and say so. */
import { h } from "../dom.ts";
import { numberText, quantityLabel, richText, roughText, setRuns } from "../text.ts";
import type { DataColumn, DataTable } from "./model.ts";

const MOST_ROWS = 400;

function cellElement(column: DataColumn, row: number): HTMLElement {
  const value: unknown = column.values[row];
  if (typeof value === "string") return setRuns(h("td", { class: "ts-text" }), richText(value));
  if (typeof value === "number" && Number.isFinite(value)) {
    const error: unknown = column.sigma?.[row];
    if (typeof error === "number" && error > 0) return h("td", {}, numberText({ value, sigma: error, unit: "" }));
    return h("td", {}, roughText(value, 6));
  }
  const reason = column.reasons?.[row];
  return reason ? h("td", { class: "ts-refused", title: reason }, reason) : h("td", {}, "");
}

const isText = ({ values }: DataColumn): boolean => typeof (values as ArrayLike<unknown>)[0] === "string";

/** The one reason why the whole column is empty; undefined where it holds a value or reasons differ. */
function commonReason(column: DataColumn, rows: number): string | undefined {
  const first = column.reasons?.[0];
  if (first === undefined) return undefined;
  for (let row = 0; row < rows; row++) if (column.reasons?.[row] !== first) return undefined;
  return first;
}

/**
 * The table with its notes under it. A column that is empty for one reason becomes a note.
 *
 * @param onRow called with a row's index when the user picks it
 */
export function tableElement(table: DataTable, caption: string, onRow?: (row: number) => void): HTMLElement {
  const rows = table.columns.reduce((n, c) => Math.max(n, c.values.length), 0);
  const notes = [...(table.notes ?? [])];
  const columns = table.columns.filter((column) => {
    const reason = commonReason(column, rows);
    if (reason !== undefined) notes.push(`${column.name}: not computable, ${reason}`);
    return reason === undefined;
  });
  const shown = Math.min(rows, MOST_ROWS);
  const head = h(
    "tr",
    {},
    ...columns.map((c) => setRuns(h("th", { scope: "col", class: isText(c) ? "ts-text" : undefined }), quantityLabel(c.name, c.unit))),
  );
  const body = h("tbody");
  for (let row = 0; row < shown; row++) {
    const line = h("tr", {}, ...columns.map((column) => cellElement(column, row)));
    if (onRow) {
      line.classList.add("ts-pick");
      line.addEventListener("click", () => onRow(row));
    }
    body.append(line);
  }
  if (rows > shown) notes.push(`The first ${shown} of ${rows} rows; the CSV export has them all.`);
  return h(
    "div",
    { class: "ts-table-scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", { class: "ts-table" }, h("caption", { class: "ts-hidden" }, caption), h("thead", {}, head), body),
    ...notes.map((note) => setRuns(h("p", { class: "ts-note" }), richText(note))),
  );
}

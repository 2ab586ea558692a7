/** What a virtual campaign was made with beside what its analysis found, and how often the stated errors held over many campaigns. */
import type { RecoveredContent } from "@thioscope/core/story";
import { h, type Mounted } from "../dom.ts";
import type { PartModel } from "../parts/model.ts";
import { exactText, quantityText, richText, setRuns } from "../text.ts";

const HEADS = ["Quantity", "Truth", "Found", "Off by", "within 1σ", "within 2σ", "Bias"];

export function mountRecovered(element: HTMLElement, first: PartModel<"recovered">): Mounted<PartModel<"recovered">> {
  const body = h("tbody");
  const caption = h("p", { class: "ts-note" });
  const effects = h("ul");
  const unknown = h("details", {}, h("summary", {}, "What the files contain and the analysis does not know of"), effects);
  const head = h(
    "thead",
    {},
    h("tr", {}, ...HEADS.map((title, k) => h("th", k === 0 ? { scope: "col", class: "ts-text" } : { scope: "col" }, title))),
  );
  const view = h(
    "div",
    { class: "ts-recovered" },
    h("div", { class: "ts-table-scroll" }, h("table", { class: "ts-table" }, head, body)),
    caption,
    unknown,
  );
  element.append(view);
  let shown: RecoveredContent["rows"] | null = null;

  function refresh({ part }: PartModel<"recovered">): void {
    if (part.rows === shown) return;
    shown = part.rows;
    body.replaceChildren(...shown.map((row) => rowOf(row, part)));
    caption.textContent = part.coverage
      ? `Truth and found: campaign ${part.seed}. Shares and bias: ${part.coverage.seeds} campaigns, each with its own truth. Errors that hold have about 68 % within 1σ and 95 % within 2σ.`
      : `Campaign ${part.seed}.`;
    effects.replaceChildren(...part.effects.map((effect) => setRuns(h("li"), richText(effect))));
    unknown.hidden = part.effects.length === 0;
  }
  refresh(first);
  return { update: refresh, destroy: () => view.remove() };
}

const cell = (text: string): HTMLElement => setRuns(h("td"), richText(text));
const words = (text: string): HTMLElement => setRuns(h("td", { class: "ts-text" }), richText(text));
const percent = (share: number): string => `${Math.round(100 * share)} %`;

function rowOf(
  { key, what, unit, truth, found, sigma, why }: RecoveredContent["rows"][number],
  { coverage }: RecoveredContent,
): HTMLElement {
  // what is refused has no share and no bias
  const often = found === null ? undefined : coverage?.rows.find((row) => row.key === key);
  // to two digits beyond its own error the truth says enough
  const exact = exactText(truth, 4, unit);
  const offBy = found !== null && sigma ? `${((found - truth) / sigma).toFixed(1).replace("-", "−")} σ` : "";
  return h(
    "tr",
    {},
    words(what),
    cell(exact),
    found === null ? words(why ?? "no answer") : cell(quantityText({ value: found, sigma, unit })),
    cell(offBy),
    ...(often
      ? [cell(percent(often.within1)), cell(percent(often.within2)), cell(exactText(often.bias, 2, unit))]
      : [cell("–"), cell("–"), cell("–")]),
  );
}

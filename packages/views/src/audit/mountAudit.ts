/** Claims with their verdicts: one row each, the steps unfold. */
import type { AuditContent } from "@thioscope/core/story";
import { h, type Mounted } from "../dom.ts";
import type { PartModel } from "../parts/model.ts";
import { richText, setRuns } from "../text.ts";
import { claimText } from "./words.ts";

type Claim = AuditContent["claims"][number];

const SIGNS = new Map<boolean | null, readonly [sign: string, style: string]>([
  [true, ["✓", "ts-holds"]],
  [false, ["✗", "ts-fails"]],
  [null, ["–", "ts-open"]],
]);

/** What decides a claim of each kind. */
const DECIDED_BY: Readonly<Record<string, string>> = {
  recompute: "arithmetic",
  audit: "arithmetic",
  model: "model",
  recover: "virtual measurements",
};

export function mountAudit(element: HTMLElement, first: PartModel<"audit">): Mounted<PartModel<"audit">> {
  const body = h("tbody");
  const head = h(
    "tr",
    {},
    ...["", "Claim", "Verdict", "Decided by", "Printed", "What follows"].map((title) => h("th", { scope: "col" }, title)),
  );
  const view = h("div", { class: "ts-table-scroll ts-audit" }, h("table", { class: "ts-table" }, h("thead", {}, head), body));
  element.append(view);
  let shown: readonly Claim[] = [];

  function row({ id, of, verdict, holds, printed, computed, why }: Claim): HTMLElement {
    const [sign, style] = SIGNS.get(holds)!;
    const steps = h("details", {}, h("summary", {}, id), h("ul", {}, ...why.map((line) => setRuns(h("li"), richText(line)))));
    const text = (words: string): HTMLElement => setRuns(h("td", { class: "ts-text" }), richText(claimText(words)));
    return h(
      "tr",
      { class: style },
      h("td", { "aria-hidden": "true" }, sign),
      h("td", { class: "ts-text" }, steps),
      h("td", { class: "ts-text" }, verdict),
      h("td", { class: "ts-text" }, DECIDED_BY[of] ?? of),
      text(printed),
      text(computed),
    );
  }
  function refresh({ part }: PartModel<"audit">): void {
    if (part.claims === shown) return;
    shown = part.claims;
    body.replaceChildren(...shown.map(row));
  }
  refresh(first);
  return {
    update: refresh,
    destroy: () => view.remove(),
  };
}

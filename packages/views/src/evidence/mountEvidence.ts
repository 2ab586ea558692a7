/** Tables beside the bands: probes and what they add, steps of the cell with what was seen at each. */
import { type EvidenceContent, eventClaims, eventKey, rivalsText } from "@thioscope/core/story";
import { h, type Mounted } from "../dom.ts";
import type { PartModel } from "../parts/model.ts";
import { answerText, numberText, quantityText, richText, setRuns } from "../text.ts";

export function mountEvidence(element: HTMLElement, first: PartModel<"evidence">): Mounted<PartModel<"evidence">> {
  const view = h("div", { class: "ts-evidence" });
  element.append(view);
  let shown: EvidenceContent | undefined;
  function refresh({ part }: PartModel<"evidence">): void {
    if (part === shown) return;
    shown = part;
    view.replaceChildren(...[eventTable(part), probeTable(part)].filter((table) => table !== null));
  }
  refresh(first);
  return { update: refresh, destroy: () => view.remove() };
}

const text = (words: string): HTMLElement => setRuns(h("td", { class: "ts-text" }), richText(words));

function tableOf(titles: readonly string[], rows: readonly HTMLElement[]): HTMLElement {
  const head = h("tr", {}, ...titles.map((title) => h("th", { scope: "col" }, title)));
  return h("div", { class: "ts-table-scroll" }, h("table", { class: "ts-table" }, h("thead", {}, head), h("tbody", {}, ...rows)));
}

function eventTable(part: EvidenceContent): HTMLElement | null {
  const { features, others, perElectron } = part;
  if (features.length + others.length === 0) return null;
  const gram = ({ value, sigma }: { value: number; sigma: number | null }): string =>
    numberText({ value: value * perElectron, sigma: sigma === null ? null : sigma * perElectron, unit: "mAh/g" });
  // every event once, at the step that it most probably belongs to; the others that may claim it stand beside it
  const claims = eventClaims(features);
  const none = new Set(others.map(eventKey));
  const quiet: string[] = [];
  const rows = features.flatMap(({ label, potential, at, seen }) => {
    const own = seen.filter((one) => !none.has(eventKey(one)) && claims.get(eventKey(one))![0]!.label === label);
    if (own.length === 0) {
      quiet.push(label);
      return [];
    }
    const step = [potential ? quantityText(potential) : "", gram(at), at.value > 0 ? (2 / at.value).toFixed(1) : "S₈"];
    return own.map((one, k) =>
      h(
        "tr",
        {},
        ...step.map((words) => text(k === 0 ? words : "")),
        text(one.what),
        text(one.probe),
        text(gram(one.at)),
        text(`${(100 * one.probability).toFixed(0)} %`),
        h("td", { class: "ts-text ts-aside" }, rivalsText(claims.get(eventKey(one))!.slice(1))),
      ),
    );
  });
  for (const one of others) {
    const rivals = h("td", { class: "ts-text ts-aside" }, rivalsText(claims.get(eventKey(one)) ?? []));
    const cells = [text("no step"), text(""), text(""), text(one.what), text(one.probe), text(gram(one.at)), text("")];
    rows.push(h("tr", { class: "ts-open" }, ...cells, rivals));
  }
  if (quiet.length > 0)
    rows.push(h("tr", {}, h("td", { colspan: "8", class: "ts-text ts-aside" }, `No event is most at home at ${quiet.join(", ")}.`)));
  return tableOf(["Step", "mAh/g", "x", "What is seen", "By", "at mAh/g", "Belongs here", "or at"], rows);
}

function probeTable({ probes, shares }: EvidenceContent): HTMLElement | null {
  if (probes.length === 0) return null;
  const rows = probes.map(({ probe, observations, chi2, expected, contradicts, narrows }) =>
    h(
      "tr",
      { class: contradicts ? "ts-fails" : "" },
      text(probe),
      text(String(observations)),
      text(`${chi2.toFixed(0)} of ${expected.toFixed(0)}`),
      text(contradicts ? "contradicts the others" : "agrees"),
      text(narrows === null ? "" : `× ${narrows.toFixed(2)}`),
    ),
  );
  const facts = shares.map(({ label, answer }) =>
    h("tr", {}, text(label), h("td", { colspan: "4", class: "ts-text" }, answerText(answer))),
  );
  return tableOf(["Probe", "Observations", "χ² that goes without it", "", "Bands without it"], [...rows, ...facts]);
}

/** Current and parameters of the model as sliders, and the printed results beside it: curves and maps follow as they move. */
import { formatQuantity } from "@thioscope/core";
import { h, type Mounted, onNextFrame } from "../dom.ts";
import type { PartModel } from "../parts/model.ts";
import { idOf, movedIn, questionAt, RATE } from "./solve.ts";

interface Slider {
  id: string;
  name: string;
  label: string;
  unit: string;
  min: number;
  max: number;
  step: number;
  /** values are powers of ten of the slider's place */
  log?: true;
}

const SLIDERS: readonly Slider[] = [
  { id: RATE, name: "rate", label: "Current", unit: "mA/g", min: 0.7, max: 3.3, step: 0.05, log: true },
  { id: idOf("temperature"), name: "temperature", label: "Temperature", unit: "°C", min: 0, max: 100, step: 1 },
  {
    id: idOf("cathodeConductivity"),
    name: "cathodeConductivity",
    label: "Ionic conductivity",
    unit: "S/m",
    min: -4.5,
    max: -1,
    step: 0.1,
    log: true,
  },
  { id: idOf("diffusion"), name: "diffusion", label: "Limit by diffusion", unit: "A/m²", min: -3, max: 1, step: 0.1, log: true },
  { id: idOf("contactResistance"), name: "contactResistance", label: "Contact", unit: "Ω cm²", min: 0, max: 300, step: 5 },
  { id: idOf("sulfurLoading"), name: "sulfurLoading", label: "Sulfur", unit: "mg/cm²", min: 0.2, max: 8, step: 0.1 },
];

export function mountSliders(element: HTMLElement, first: PartModel<"cellmodel">): Mounted<PartModel<"cellmodel">> {
  let model = first;
  let moved: Readonly<Record<string, string>> = {};
  const apply = onNextFrame(() => {
    const { cursor } = model.study;
    cursor.set({ choices: { ...cursor.state.choices, ...moved } });
    moved = {};
  });
  const rows = SLIDERS.map((slider) => {
    const input = h("input", {
      type: "range",
      min: String(slider.min),
      max: String(slider.max),
      step: String(slider.step),
      title: slider.label,
      "aria-label": slider.label,
      "data-slider": slider.id,
    });
    const value = h("output", {});
    const label = h("label", { class: "ts-slider", title: slider.label }, h("span", {}, slider.label), input, value);
    input.addEventListener("input", () => {
      const place = Number(input.value);
      moved = { ...moved, [slider.id]: String(Number((slider.log ? 10 ** place : place).toPrecision(3))) };
      apply.ask();
    });
    return { slider, input, value, label };
  });
  const reset = h("button", { type: "button", class: "ts-switch", title: "as the step worked it out" }, "reset");
  reset.addEventListener("click", () => {
    const choices = { ...model.study.cursor.state.choices };
    for (const { id } of SLIDERS) delete choices[id];
    model.study.cursor.set({ choices });
  });
  const panel = h("div", { class: "ts-sliders", role: "group", "aria-label": "Conditions" }, ...rows.map(({ label }) => label), reset);
  const results = h("div", { class: "ts-results" });
  element.append(panel, results);

  /** The value that a slider stands at, in its unit. */
  function valueAt(name: string): number {
    const question = questionAt(model.part, model.study.cursor.state);
    if (name === "rate") return Number.parseFloat(question.rate) || 0;
    return question.values[name] ?? model.part.parameters.find((p) => p.name === name)?.quantity.value ?? 0;
  }

  function refresh(): void {
    for (const { slider, input, value } of rows) {
      const number = valueAt(slider.name);
      input.value = String(slider.log ? Math.log10(number) : number);
      value.textContent = `${Number(number.toPrecision(3))} ${slider.unit}`;
      input.setAttribute("aria-valuetext", value.textContent);
    }
    reset.disabled = movedIn(model.study.cursor.state).length === 0;
    const { published } = model.part;
    results.replaceChildren(
      ...(published.length === 0
        ? []
        : [
            h(
              "table",
              { class: "ts-table" },
              h("thead", {}, h("tr", {}, ...["printed result", "printed", "model", "miss", "kind"].map((word) => h("th", {}, word)))),
              h(
                "tbody",
                {},
                ...published.map((row) =>
                  h(
                    "tr",
                    {},
                    ...[
                      row.what,
                      row.printed,
                      typeof row.model === "string"
                        ? row.model
                        : formatQuantity({ ...row.model, value: Number(row.model.value.toPrecision(4)) }),
                      row.miss === null ? "" : formatQuantity({ ...row.miss, value: Number(row.miss.value.toPrecision(2)) }),
                      row.kind,
                    ].map((word) => h("td", {}, word)),
                  ),
                ),
              ),
            ),
          ]),
    );
  }
  let stop = model.study.cursor.subscribe(refresh);
  refresh();
  return {
    update(next) {
      if (next.study.cursor !== model.study.cursor) {
        stop();
        stop = next.study.cursor.subscribe(refresh);
      }
      model = next;
      refresh();
    },
    destroy() {
      stop();
      apply.cancel();
      panel.remove();
      results.remove();
    },
  };
}

/** Current and parameters of the model as sliders, and the printed results beside it: curves and maps follow as they move. */
import { h, type Mounted } from "../dom.ts";
import type { PartModel } from "../parts/model.ts";
import { mountSliderPanel, type Slider } from "../parts/sliders.ts";
import { quantityText, richText, setRuns } from "../text.ts";
import { idOf, LIVE, questionAt, RATE } from "./solve.ts";

type Model = PartModel<"cellmodel">;

interface Setting {
  name: string;
  label: string;
  unit: string;
  /** of the slider's place; values are powers of ten of it where `log` */
  min: number;
  max: number;
  step: number;
  log?: true;
}

const SETTINGS: readonly Setting[] = [
  { name: "rate", label: "Current", unit: "mA/g", min: 0.7, max: 3.3, step: 0.05, log: true },
  { name: "temperature", label: "Temperature", unit: "°C", min: 0, max: 100, step: 1 },
  { name: "cathodeConductivity", label: "Ionic conductivity", unit: "S/m", min: -4.5, max: -1, step: 0.1, log: true },
  { name: "diffusion", label: "Limit by diffusion", unit: "A/m²", min: -3, max: 1, step: 0.1, log: true },
  { name: "contactResistance", label: "Contact", unit: "Ω cm²", min: 0, max: 300, step: 5 },
  { name: "sulfurLoading", label: "Sulfur", unit: "mg/cm²", min: 0.2, max: 8, step: 0.1 },
];

const COLUMNS = ["printed result", "printed", "model", "miss", "kind"] as const;
/** The first and the last column are words. */
const LAST = COLUMNS.length - 1;

/** The value that a slider stands at, in its unit. */
function valueAt({ part, study }: Model, name: string): number {
  const question = questionAt(part, study.cursor.state);
  if (name === "rate") return Number.parseFloat(question.rate) || 0;
  return question.values[name] ?? part.parameters.find((p) => p.name === name)?.quantity.value ?? 0;
}

function slider({ name, unit, log, ...own }: Setting): Slider<"cellmodel"> {
  return {
    ...own,
    id: name === "rate" ? RATE : idOf(name),
    title: own.label,
    place: (model) => (log ? Math.log10(valueAt(model, name)) : valueAt(model, name)),
    text: (model) => `${Number(valueAt(model, name).toPrecision(3))} ${unit}`,
    choice: (place) => String(Number((log ? 10 ** place : place).toPrecision(3))),
  };
}

export function mountSliders(element: HTMLElement, first: Model): Mounted<Model> {
  const sliders = mountSliderPanel(element, first, SETTINGS.map(slider));
  const live = LIVE.mount(sliders.panel, first);
  const results = h("div", { class: "ts-results" });
  element.append(results);

  function refresh({ part: { published } }: Model): void {
    results.replaceChildren(
      ...(published.length === 0
        ? []
        : [
            h(
              "table",
              { class: "ts-table" },
              h(
                "thead",
                {},
                h(
                  "tr",
                  {},
                  ...COLUMNS.map((word, k) => h("th", { scope: "col", class: k === 0 || k === LAST ? "ts-text" : undefined }, word)),
                ),
              ),
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
                        : quantityText({ ...row.model, value: Number(row.model.value.toPrecision(4)) }),
                      row.miss === null ? "" : quantityText({ ...row.miss, value: Number(row.miss.value.toPrecision(2)) }),
                      row.kind,
                    ].map((word, k) => setRuns(h("td", { class: k === 0 || k === LAST ? "ts-text" : undefined }), richText(word))),
                  ),
                ),
              ),
            ),
          ]),
    );
  }
  refresh(first);
  return {
    update(next) {
      sliders.update(next);
      live.update(next);
      refresh(next);
    },
    destroy() {
      live.destroy();
      sliders.destroy();
      results.remove();
    },
  };
}

/** Pressure, temperature and correction of sulfur as sliders: every figure of the part follows as they move. */
import type { ThermoConditions } from "@thioscope/core/story";
import { h, type Mounted, onNextFrame } from "../dom.ts";
import type { PartModel } from "../parts/model.ts";
import { conditionsOf, SLIDER } from "./solve.ts";

interface Slider {
  id: string;
  label: string;
  title: string;
  unit: string;
  min: number;
  max: number;
  step: number;
  of(conditions: ThermoConditions): number;
  /** what is chosen at a place */
  choice(value: number): string;
  shown(value: number): string;
}

/** Below this no entropies act: energies are as each set has them. */
const NO_TEMPERATURE = 190;

const SLIDERS: readonly Slider[] = [
  {
    id: SLIDER.pressure,
    label: "Pressure",
    title: "p ΔV with volumes at ambient conditions, 2 % error each",
    unit: "GPa",
    min: 0,
    max: 10,
    step: 0.05,
    of: ({ pressureGigapascal }) => pressureGigapascal,
    choice: String,
    shown: (value) => `${value.toFixed(2)} GPa`,
  },
  {
    id: SLIDER.temperature,
    label: "Temperature",
    title: "acts in sets with tabulated entropies; at the left end energies are as each set has them",
    unit: "K",
    min: NO_TEMPERATURE,
    max: 700,
    step: 5,
    of: ({ temperatureKelvin }) => temperatureKelvin ?? NO_TEMPERATURE,
    choice: (value) => (value <= NO_TEMPERATURE ? "" : String(value)),
    shown: (value) => (value <= NO_TEMPERATURE ? "as the sets have it" : `${value.toFixed(0)} K`),
  },
  {
    id: SLIDER.sulfur,
    label: "Correction of sulfur",
    title: "added to every compound per S atom; the published one of 2018 is −0.66 eV",
    unit: "eV",
    min: -0.7,
    max: 0.7,
    step: 0.01,
    of: ({ sulfurShift }) => sulfurShift,
    choice: String,
    shown: (value) => `${value > 0 ? "+" : ""}${value.toFixed(2)} eV per S`.replace("-", "−"),
  },
];

export function mountSliders(element: HTMLElement, first: PartModel<"thermo">): Mounted<PartModel<"thermo">> {
  let model = first;
  /** moves since the last frame: figures are made anew once for all of them */
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
      title: slider.title,
      "aria-label": slider.label,
      "data-slider": slider.id,
    });
    const value = h("output", {});
    const label = h("label", { class: "ts-slider", title: slider.title }, h("span", {}, slider.label), input, value);
    input.addEventListener("input", () => {
      moved = { ...moved, [slider.id]: slider.choice(Number(input.value)) };
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
  element.append(panel);

  function refresh(): void {
    const conditions = conditionsOf(model.part, model.study.cursor.state);
    for (const { slider, input, value } of rows) {
      const at = slider.of(conditions);
      input.value = String(at);
      value.textContent = slider.shown(at);
      input.setAttribute("aria-valuetext", slider.shown(at));
    }
    reset.disabled = SLIDERS.every(({ id }) => model.study.cursor.state.choices[id] === undefined);
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
    },
  };
}

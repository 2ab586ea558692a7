/** Pressure, temperature and correction of sulfur as sliders: every figure of the part follows as they move. */
import type { ThermoConditions } from "@thioscope/core/story";
import type { Mounted } from "../dom.ts";
import type { PartModel } from "../parts/model.ts";
import { mountSliderPanel, type Slider } from "../parts/sliders.ts";
import { conditionsOf, LIVE, SLIDER } from "./solve.ts";

/** Below this no entropies act: energies are as each set has them. */
const NO_TEMPERATURE = 190;

type Of = (conditions: ThermoConditions) => number;

function slider(own: Omit<Slider<"thermo">, "place" | "text">, of: Of, shown: (value: number) => string): Slider<"thermo"> {
  const place = ({ part, study }: PartModel<"thermo">): number => of(conditionsOf(part, study.cursor.state));
  return { ...own, place, text: (model) => shown(place(model)) };
}

const SLIDERS: readonly Slider<"thermo">[] = [
  slider(
    {
      id: SLIDER.pressure,
      label: "Pressure",
      title: "p ΔV with volumes at ambient conditions, 2 % error each",
      min: 0,
      max: 10,
      step: 0.05,
      choice: String,
    },
    ({ pressureGigapascal }) => pressureGigapascal,
    (value) => `${value.toFixed(2)} GPa`,
  ),
  slider(
    {
      id: SLIDER.temperature,
      label: "Temperature",
      title: "acts in sets with tabulated entropies; at the left end energies are as each set has them",
      min: NO_TEMPERATURE,
      max: 700,
      step: 5,
      choice: (value) => (value <= NO_TEMPERATURE ? "" : String(value)),
    },
    ({ temperatureKelvin }) => temperatureKelvin ?? NO_TEMPERATURE,
    (value) => (value <= NO_TEMPERATURE ? "as in the sets" : `${value.toFixed(0)} K`),
  ),
  slider(
    {
      id: SLIDER.sulfur,
      label: "Correction of sulfur",
      title: "added to every compound per S atom; the published one of 2018 is −0.66 eV",
      min: -0.7,
      max: 0.7,
      step: 0.01,
      choice: String,
    },
    ({ sulfurShift }) => sulfurShift,
    (value) => `${value > 0 ? "+" : ""}${value.toFixed(2)} eV per S`.replace("-", "−"),
  ),
];

export function mountSliders(element: HTMLElement, model: PartModel<"thermo">): Mounted<PartModel<"thermo">> {
  const sliders = mountSliderPanel(element, model, SLIDERS);
  const live = LIVE.mount(sliders.panel, model);
  return {
    update(next) {
      sliders.update(next);
      live.update(next);
    },
    destroy() {
      live.destroy();
      sliders.destroy();
    },
  };
}

/** Pore, current, pressure, temperature and filling as sliders: maps and curves follow as they move. */
import { convert, parseQuantity } from "@thioscope/core";
import { h, type Mounted } from "../dom.ts";
import type { PartModel } from "../parts/model.ts";
import { mountSliderPanel, type Slider } from "../parts/sliders.ts";
import { canFill, FILLED, LIVE, questionAt, SLIDER, type SliderKey, writtenOf } from "./solve.ts";

type Model = PartModel<"deposition">;

interface Condition {
  key: SliderKey;
  label: string;
  title: string;
  unit: string;
  /** of the slider's place; values are powers of ten of it where `log` */
  min: number;
  max: number;
  step: number;
  log?: true;
}

const CONDITIONS: readonly Condition[] = [
  {
    key: "radius",
    label: "Pore",
    title: "radius; depth and fillet keep their proportions",
    unit: "µm",
    min: -0.4,
    max: 1.7,
    step: 0.05,
    log: true,
  },
  { key: "current", label: "Current", title: "applied", unit: "mA/cm2", min: -2, max: 1, step: 0.05, log: true },
  { key: "pressure", label: "Pressure in the pore", title: "of the metal there", unit: "MPa", min: 0, max: 200, step: 5 },
  {
    key: "temperature",
    label: "Temperature",
    title: "of the cell; parameters stay those of 298 K",
    unit: "K",
    min: 250,
    max: 400,
    step: 1,
  },
];

/** Between two pictures of the filling; one is solved in a part of it. */
const FRAME_MS = 200;

function conditionSlider({ key, unit, log, ...own }: Condition): Slider<"deposition"> {
  const number = ({ part, study }: Model): number => {
    const q = parseQuantity(writtenOf(questionAt(part, study.cursor.state), key), unit);
    return convert(q.value, q.unit, unit);
  };
  return {
    ...own,
    id: SLIDER[key],
    place: (model) => (log ? Math.log10(number(model)) : number(model)),
    text: (model) => `${Number(number(model).toPrecision(3))} ${unit.replace("2", "²")}`,
    choice: (place) => `${Number((log ? 10 ** place : place).toPrecision(3))} ${unit}`,
    isHidden({ part, study }) {
      // waves and profiles have no radius
      const { defect } = questionAt(part, study.cursor.state);
      return key === "radius" && (defect === "rough" || defect === "profile");
    },
  };
}

const filledOf = ({ study }: Model): string | undefined => study.cursor.state.choices[FILLED];
const shareText = (share: number): string => String(Number(share.toPrecision(3)));

const FILLING: Slider<"deposition"> = {
  id: FILLED,
  label: "Filled",
  title: "level of the metal over the depth of the pore",
  min: 0.05,
  max: 1,
  step: 0.05,
  place: (model) => Number(filledOf(model) ?? 1),
  text(model) {
    const share = filledOf(model);
    return share === undefined ? "as asked" : `${Math.round(100 * Number(share))} %`;
  },
  choice: shareText,
  isHidden: ({ part }) => !canFill(part.question),
};

export function mountSliders(element: HTMLElement, first: Model): Mounted<Model> {
  const play = h("button", { type: "button", class: "ts-switch", title: "the pore fills" }, "play");
  let timer: ReturnType<typeof setInterval> | null = null;
  function pause(): void {
    if (timer !== null) clearInterval(timer);
    timer = null;
    play.textContent = "play";
  }
  const sliders = mountSliderPanel(element, first, [...CONDITIONS.map(conditionSlider), FILLING], pause);
  sliders.panel.append(play);
  const live = LIVE.mount(sliders.panel, first);
  play.addEventListener("click", () => {
    if (timer !== null) {
      pause();
      return;
    }
    let share = 0;
    play.textContent = "pause";
    timer = setInterval(() => {
      share += 0.05;
      sliders.move(FILLED, shareText(Math.min(1, share)));
      if (share >= 0.999) pause();
    }, FRAME_MS);
  });
  const showPlay = ({ part }: Model): void => {
    play.hidden = !canFill(part.question);
  };
  showPlay(first);
  return {
    update(next) {
      sliders.update(next);
      live.update(next);
      showPlay(next);
    },
    destroy() {
      pause();
      live.destroy();
      sliders.destroy();
    },
  };
}

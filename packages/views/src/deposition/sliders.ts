/** Pore, current, pressure and temperature as sliders: maps and curves follow as they move. */
import { convert, parseQuantity } from "@thioscope/core";
import { h, type Mounted, onNextFrame } from "../dom.ts";
import type { PartModel } from "../parts/model.ts";
import { canFill, FILLED, questionAt, SLIDER, type SliderKey, writtenOf } from "./solve.ts";

interface Slider {
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

const SLIDERS: readonly Slider[] = [
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

const shownUnit = (unit: string): string => unit.replace("2", "²");

export function mountSliders(element: HTMLElement, first: PartModel<"deposition">): Mounted<PartModel<"deposition">> {
  let model = first;
  /** moves since the last frame: figures are made anew once for all of them */
  let moved: Readonly<Record<string, string>> = {};
  const apply = onNextFrame(() => {
    const { cursor } = model.study;
    cursor.set({ choices: { ...cursor.state.choices, ...moved } });
    moved = {};
  });
  const rows = SLIDERS.map((slider) => {
    const id = SLIDER[slider.key];
    const input = h("input", {
      type: "range",
      min: String(slider.min),
      max: String(slider.max),
      step: String(slider.step),
      title: slider.title,
      "aria-label": slider.label,
      "data-slider": id,
    });
    const value = h("output", {});
    const label = h("label", { class: "ts-slider", title: slider.title }, h("span", {}, slider.label), input, value);
    input.addEventListener("input", () => {
      const place = Number(input.value);
      moved = { ...moved, [id]: `${Number((slider.log ? 10 ** place : place).toPrecision(3))} ${slider.unit}` };
      apply.ask();
    });
    return { slider, input, value, label };
  });
  const filled = h("input", {
    type: "range",
    min: "0.05",
    max: "1",
    step: "0.05",
    title: "level of the metal over the depth of the pore",
    "aria-label": "Filled",
    "data-slider": FILLED,
  });
  const filledValue = h("output", {});
  const filledLabel = h("label", { class: "ts-slider", title: filled.title }, h("span", {}, "Filled"), filled, filledValue);
  const fillTo = (share: number): void => {
    moved = { ...moved, [FILLED]: String(Number(share.toPrecision(3))) };
    apply.ask();
  };
  filled.addEventListener("input", () => {
    pause();
    fillTo(Number(filled.value));
  });
  const play = h("button", { type: "button", class: "ts-switch", title: "the pore fills" }, "play");
  let timer: ReturnType<typeof setInterval> | null = null;
  function pause(): void {
    if (timer !== null) clearInterval(timer);
    timer = null;
    play.textContent = "play";
  }
  play.addEventListener("click", () => {
    if (timer !== null) {
      pause();
      return;
    }
    let share = 0;
    play.textContent = "pause";
    timer = setInterval(() => {
      share += 0.05;
      fillTo(Math.min(1, share));
      if (share >= 0.999) pause();
    }, FRAME_MS);
  });
  const reset = h("button", { type: "button", class: "ts-switch", title: "as the step worked it out" }, "reset");
  reset.addEventListener("click", () => {
    const choices = { ...model.study.cursor.state.choices };
    pause();
    for (const id of [...Object.values(SLIDER), FILLED]) delete choices[id];
    model.study.cursor.set({ choices });
  });
  const panel = h(
    "div",
    { class: "ts-sliders", role: "group", "aria-label": "Conditions" },
    ...rows.map(({ label }) => label),
    filledLabel,
    play,
    reset,
  );
  element.append(panel);

  function refresh(): void {
    const { state } = model.study.cursor;
    const question = questionAt(model.part, state);
    for (const { slider, input, value, label } of rows) {
      const q = parseQuantity(writtenOf(question, slider.key), slider.unit);
      const number = convert(q.value, q.unit, slider.unit);
      const text = `${Number(number.toPrecision(3))} ${shownUnit(slider.unit)}`;
      input.value = String(slider.log ? Math.log10(number) : number);
      value.textContent = text;
      input.setAttribute("aria-valuetext", text);
      // waves and profiles have no radius
      label.hidden = slider.key === "radius" && (question.defect === "rough" || question.defect === "profile");
    }
    const share = state.choices[FILLED];
    filledLabel.hidden = !canFill(model.part.question);
    play.hidden = filledLabel.hidden;
    filled.value = share ?? "1";
    filledValue.textContent = share === undefined ? "as asked" : `${Math.round(100 * Number(share))} %`;
    filled.setAttribute("aria-valuetext", filledValue.textContent);
    reset.disabled = [...Object.values(SLIDER), FILLED].every((id) => state.choices[id] === undefined);
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
      pause();
      apply.cancel();
      panel.remove();
    },
  };
}

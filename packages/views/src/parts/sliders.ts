/** Sliders over a part: what they choose stands in the view state, and every figure of the part follows as they move. */
import type { PartKind } from "@thioscope/core/story";
import { h, type Mounted, onNextFrame } from "../dom.ts";
import type { PartModel } from "./model.ts";

export interface Slider<Kind extends PartKind> {
  /** of the choice that it sets */
  id: string;
  label: string;
  title: string;
  /** of its place; `step` is one key press */
  min: number;
  max: number;
  step: number;
  /** where it stands */
  place(model: PartModel<Kind>): number;
  /** the value there, with its unit */
  text(model: PartModel<Kind>): string;
  /** what is chosen at a place; "" goes back to what the step worked out */
  choice(place: number): string;
  isHidden?(model: PartModel<Kind>): boolean;
}

export interface Sliders<Kind extends PartKind> extends Mounted<PartModel<Kind>> {
  panel: HTMLElement;
  /** sets a choice with the next frame, as moving its slider does */
  move(id: string, choice: string): void;
}

/** @param onTouch called before a slider or "reset" acts */
export function mountSliderPanel<Kind extends PartKind>(
  element: HTMLElement,
  first: PartModel<Kind>,
  sliders: readonly Slider<Kind>[],
  onTouch: () => void = () => undefined,
): Sliders<Kind> {
  let model = first;
  /** moves since the last frame: figures are made anew once for all of them */
  let moved: Readonly<Record<string, string>> = {};
  const apply = onNextFrame(() => {
    const { cursor } = model.study;
    cursor.set({ choices: { ...cursor.state.choices, ...moved } });
    moved = {};
  });
  const move = (id: string, choice: string): void => {
    moved = { ...moved, [id]: choice };
    apply.ask();
  };
  const rows = sliders.map((slider) => {
    const { id, label: name, title, min, max, step } = slider;
    const range = { min: String(min), max: String(max), step: String(step) };
    const input = h("input", { type: "range", ...range, title, "aria-label": name, "data-slider": id });
    const value = h("output", {});
    const label = h("label", { class: "ts-slider", title }, h("span", {}, name), input, value);
    input.addEventListener("input", () => {
      onTouch();
      move(id, slider.choice(Number(input.value)));
    });
    return { slider, input, value, label };
  });
  const reset = h("button", { type: "button", class: "ts-switch", title: "as the step worked it out" }, "reset");
  reset.addEventListener("click", () => {
    onTouch();
    const choices = { ...model.study.cursor.state.choices };
    for (const { id } of sliders) delete choices[id];
    model.study.cursor.set({ choices });
  });
  const panel = h("div", { class: "ts-sliders", role: "group", "aria-label": "Conditions" }, ...rows.map(({ label }) => label), reset);
  element.append(panel);

  function refresh(): void {
    const { choices } = model.study.cursor.state;
    for (const { slider, input, value, label } of rows) {
      const text = slider.text(model);
      label.hidden = slider.isHidden?.(model) ?? false;
      input.value = String(slider.place(model));
      input.setAttribute("aria-valuetext", text);
      value.textContent = text;
    }
    reset.disabled = sliders.every(({ id }) => choices[id] === undefined);
  }
  let stop = model.study.cursor.subscribe(refresh);
  refresh();
  return {
    panel,
    move,
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

/** A parameter of a fit under a slider: the curve and its residuals above follow as it moves. */
import type { AccountParameter } from "@thioscope/core/fits";
import type { SpectroscopyCurve } from "@thioscope/core/story";
import type { Cursor } from "../cursor.ts";
import { h, type Mounted, onNextFrame } from "../dom.ts";
import { numberText, richText, roughText, setRuns, unitText } from "../text.ts";
import { misfitOf, movedCurve, movesOf } from "./moved.ts";

export interface MoverModel {
  cursor: Cursor;
  /** of the choice that holds the moves */
  id: string;
  parameters: readonly AccountParameter[];
  isMovable(parameter: number): boolean;
  /** of a parameter moved by so many σ */
  valueAt(parameter: number, by: number): number;
  /** Σ r² over that of the fit; null where nothing is moved */
  misfit(moves: readonly number[]): number | null;
}

/** To first order, by what one σ of each parameter adds to the curve; null where the curve does not hold it. */
export function moverOfCurve(cursor: Cursor, curve: SpectroscopyCurve, id: string): MoverModel | null {
  const { account, effects } = curve;
  if (!account || !effects) return null;
  const { parameters } = account;
  return {
    ...{ cursor, id, parameters },
    isMovable: (k) => (effects[k] ?? null) !== null,
    valueAt: (k, by) => parameters[k]!.value + by * (parameters[k]!.sigma ?? 0),
    misfit(moves) {
      const moved = movedCurve(curve, moves);
      return moved && misfitOf(curve, moved);
    },
  };
}

/** σ on either side. */
const REACH = 5;

/** Shows nothing for null and for fits without a parameter that can be moved. */
export function mountMover(element: HTMLElement, first: MoverModel | null): Mounted<MoverModel | null> {
  let model = first;
  const select = h("select", { class: "ts-choice", "aria-label": "Parameter to move" });
  const range = { min: String(-REACH), max: String(REACH), step: "0.1" };
  const input = h("input", { type: "range", ...range, "aria-label": "Move in σ", "data-slider": "fit.moved" });
  const value = h("output", {});
  const reset = h("button", { type: "button", class: "ts-switch", title: "as fitted" }, "reset");
  const misfit = h("span", { class: "ts-note", role: "status" });
  const panel = h(
    "div",
    { class: "ts-sliders", role: "group", "aria-label": "Move a parameter", title: "the other parameters are held" },
    h("span", {}, "Move"),
    select,
    h("label", { class: "ts-slider" }, h("span", {}, "by"), input, value),
    reset,
    misfit,
  );
  element.append(panel);

  const put = onNextFrame(() => {
    if (!model) return;
    const { cursor, parameters, id } = model;
    const before = movesOf(cursor.state, id);
    const moves = parameters.map((_, k) => before[k] ?? 0);
    moves[Number(select.value)] = Number(input.value);
    cursor.set({ choices: { ...cursor.state.choices, [id]: moves.join(",") } });
  });
  input.addEventListener("input", put.ask);
  select.addEventListener("change", refresh);
  reset.addEventListener("click", () => {
    if (!model) return;
    const choices = { ...model.cursor.state.choices };
    delete choices[model.id];
    model.cursor.set({ choices });
  });

  function refresh(): void {
    if (!model) return;
    const { cursor, parameters, id } = model;
    const moves = movesOf(cursor.state, id);
    const k = Number(select.value);
    const parameter = parameters[k];
    if (!parameter) return;
    const by = moves[k] ?? 0;
    const at = numberText({ value: model.valueAt(k, by), sigma: parameter.sigma, unit: "" });
    const text = `${by > 0 ? "+" : ""}${roughText(by, 2)} σ: ${at} ${unitText(parameter.unit)}`;
    input.value = String(by);
    input.setAttribute("aria-valuetext", text);
    value.textContent = text;
    const times = model.misfit(moves);
    reset.disabled = times === null;
    misfit.textContent = times === null ? "" : `Σ r² × ${roughText(times, 3)}`;
  }

  function build(): void {
    const movable = (model?.parameters ?? []).flatMap((parameter, k) => (model?.isMovable(k) ? [{ parameter, k }] : []));
    panel.hidden = movable.length === 0;
    select.replaceChildren(
      ...movable.map(({ parameter, k }) => setRuns(h("option", { value: String(k) }), richText(parameter.name)) as HTMLOptionElement),
    );
    refresh();
  }
  const follow = (): (() => void) =>
    model
      ? model.cursor.subscribe((state, before) => {
          if (state.choices !== before.choices) refresh();
        })
      : () => undefined;
  let stop = follow();
  build();
  return {
    update(next) {
      stop();
      const same = next?.parameters === model?.parameters;
      model = next;
      stop = follow();
      if (same) refresh();
      else build();
    },
    destroy() {
      stop();
      put.cancel();
      panel.remove();
    },
  };
}

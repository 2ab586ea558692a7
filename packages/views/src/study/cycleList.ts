/** All cycles as a list: their colour, their discharge capacity; picking one narrows all views to it. */
import { isComputable } from "@thioscope/core";
import { type CycleRow, inBasis } from "@thioscope/core/story";
import { h, type Mounted, markPlace } from "../dom.ts";
import { colourOf, paletteOf } from "../figure/palette.ts";
import { quantityText, richText, setRuns, unitText } from "../text.ts";
import { onThemeChange } from "../theme.ts";
import { contextOf, cycleTone, isSweep, type StudyModel } from "./context.ts";
import { showRows } from "./sentences.ts";

export function mountCycleList(element: HTMLElement, first: StudyModel): Mounted<StudyModel> {
  let model = first;
  let items: { row: CycleRow; button: HTMLButtonElement }[] = [];
  const head = h("p", { class: "ts-list-head" });
  const list = h("ol", { class: "ts-cycle-list" });
  element.append(head, list);

  function build(): void {
    const context = contextOf(model.story, model.cursor.state);
    const palette = paletteOf(element);
    const { file, basis } = context ?? {};
    if (!file || !basis || file.cycleTable.length === 0) {
      head.textContent = !file
        ? "No cycler's file."
        : file.electrochemistry?.voltammetry
          ? "No cycle: the potential is swept."
          : "No cycle: the current does not both charge and discharge.";
      list.replaceChildren();
      items = [];
      return;
    }
    setRuns(head, richText(`${isSweep(file) ? "cathodic charge of each scan" : "discharge"}, ${unitText(basis.unit)}`));
    items = file.cycleTable.map((row) => {
      const swatch = h("span", { class: "ts-swatch", "aria-hidden": "true" });
      swatch.style.background = colourOf(cycleTone(file, row.cycle), palette);
      const capacity = inBasis(row.dischargeCapacity, basis);
      const value = isComputable(capacity)
        ? h("span", { class: "ts-list-value", title: quantityText(capacity) }, capacity.value.toPrecision(4))
        : h("span", { class: "ts-refused", title: capacity.notComputable }, "none");
      const button = h("button", { type: "button" }, swatch, h("span", { class: "ts-list-number" }, String(row.cycle)), value);
      button.addEventListener("click", () => {
        const { brush } = model.cursor.state;
        const same = brush?.first === row.rows.first && brush.last === row.rows.last;
        if (same) model.cursor.set({ brush: null, pinned: false });
        else showRows(model, row.rows);
      });
      return { row, button };
    });
    list.replaceChildren(...items.map(({ button }) => h("li", {}, button)));
    mark();
  }
  function mark(): void {
    const { row: at, brush } = model.cursor.state;
    for (const { row, button } of items) {
      markPlace(button, {
        isHere: at !== null && at >= row.rows.first && at <= row.rows.last,
        isPressed: brush !== null && brush.first === row.rows.first && brush.last === row.rows.last,
      });
    }
  }
  const follow = (): (() => void) =>
    model.cursor.subscribe((state, before) => {
      if (state.file !== before.file || state.basis !== before.basis) build();
      else mark();
    });
  let stop = follow();
  const stopTheme = onThemeChange(build);
  build();
  return {
    update(next) {
      stop();
      model = next;
      stop = follow();
      build();
    },
    destroy() {
      stop();
      stopTheme();
      head.remove();
      list.remove();
    },
  };
}

/** Which file, which unit of capacity: the two choices that all views of a study share. */
import type { CapacityBasis } from "@thioscope/core/story";
import { h, type Mounted } from "../dom.ts";
import { richText, setRuns, unitText } from "../text.ts";
import { contextOf, type StudyModel } from "./context.ts";

/** The unit; where two bases share it, with what it is per: "mAh/g S". */
function shortName(basis: CapacityBasis, all: readonly CapacityBasis[]): string {
  const unit = unitText(basis.unit).replace(/^x in /, "");
  return all.filter((other) => other.unit === basis.unit).length > 1 ? `${unit} ${basis.label.split(" ").at(-1)}` : unit;
}

export function mountUnits(element: HTMLElement, first: StudyModel): Mounted<StudyModel> {
  let model = first;
  const view = h("div", { class: "ts-segments", role: "group", "aria-label": "Unit of capacity" });
  element.append(view);
  function refresh(): void {
    const context = contextOf(model.story, model.cursor.state);
    const bases = context?.file.bases ?? [];
    view.hidden = bases.length < 2;
    view.replaceChildren(
      ...bases.map((basis, i) => {
        const chosen = i === model.cursor.state.basis;
        const button = h("button", { type: "button", "aria-pressed": String(chosen), title: `${basis.label}: ${basis.unit}` });
        setRuns(button, richText(shortName(basis, bases)));
        button.addEventListener("click", () => model.cursor.set({ basis: i }));
        return button;
      }),
    );
  }
  const listen = (): (() => void) =>
    model.cursor.subscribe((state, before) => {
      if (state.basis !== before.basis || state.file !== before.file) refresh();
    });
  let stop = listen();
  refresh();
  return {
    update(next) {
      stop();
      model = next;
      stop = listen();
      refresh();
    },
    destroy() {
      stop();
      view.remove();
    },
  };
}

/** The spectra of a series as a list: their colour, what they were measured at; picking one narrows all views to it. */
import { h, type Mounted, markPlace } from "../dom.ts";
import { colourOf, paletteOf } from "../figure/palette.ts";
import { contextOf, type StudyModel } from "../study/context.ts";
import { showRows } from "../study/sentences.ts";
import { onThemeChange } from "../theme.ts";
import { seriesAxis, spectrumTone } from "./spectra.ts";

export function mountSpectrumList(element: HTMLElement, first: StudyModel): Mounted<StudyModel> {
  let model = first;
  let items: { rows: { first: number; last: number }; button: HTMLButtonElement }[] = [];
  const head = h("p", { class: "ts-list-head" });
  const list = h("ol", { class: "ts-cycle-list" });
  element.append(head, list);

  function build(): void {
    const file = contextOf(model.story, model.cursor.state)?.file;
    const spectra = file?.impedance?.spectra ?? [];
    const palette = paletteOf(element);
    const axis = file && seriesAxis(file);
    // one potential for all says nothing
    const potential = spectra.some(({ potentialVolt }) => potentialVolt !== null && potentialVolt !== spectra[0]?.potentialVolt);
    const clock = axis && axis.name !== "spectrum" ? axis : null;
    head.textContent = [clock ? (clock.unit ? `${clock.name}, ${clock.unit}` : clock.name) : "", potential ? "potential, V" : ""]
      .filter(Boolean)
      .join(" · ");
    items = spectra.map((spectrum, k) => {
      const swatch = h("span", { class: "ts-swatch", "aria-hidden": "true" });
      swatch.style.background = colourOf(spectrumTone(k, spectra.length), palette);
      const texts = [
        clock ? clock.text(k).replace(/ .*/, "") : "",
        spectrum.potentialVolt === null || !potential ? "" : spectrum.potentialVolt.toFixed(3).replace("-", "−"),
      ];
      const button = h(
        "button",
        { type: "button", title: spectrum.name },
        swatch,
        h("span", { class: "ts-list-number" }, String(k + 1)),
        h("span", { class: "ts-list-value" }, texts.filter(Boolean).join(" · ")),
      );
      button.addEventListener("click", () => {
        const { brush } = model.cursor.state;
        const same = brush?.first === spectrum.rows.first && brush.last === spectrum.rows.last;
        if (same) model.cursor.set({ brush: null, pinned: false });
        else showRows(model, spectrum.rows);
      });
      return { rows: spectrum.rows, button };
    });
    list.replaceChildren(...items.map(({ button }) => h("li", {}, button)));
    mark();
  }
  function mark(): void {
    const { row, brush } = model.cursor.state;
    for (const { rows, button } of items) {
      markPlace(button, {
        isHere: row !== null && row >= rows.first && row <= rows.last,
        isPressed: brush !== null && brush.first === rows.first && brush.last === rows.last,
      });
    }
  }
  const follow = (): (() => void) =>
    model.cursor.subscribe((state, before) => {
      if (state.file !== before.file) build();
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

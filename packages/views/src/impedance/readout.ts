/** What was measured at the cursor: spectrum, frequency, impedance in both its forms. */
import { h, type Mounted } from "../dom.ts";
import { contextOf, type StudyModel } from "../study/context.ts";
import { richText, roughText, setRuns, unitText } from "../text.ts";
import { at, nearest } from "../track.ts";
import { hertzText, ohmScale, seriesAxis, spectrumAt } from "./spectra.ts";

const FIELDS = ["spectrum", "frequency", "Re Z", "−Im Z", "|Z|", "phase"] as const;

function ohms(value: number, { factor, unit }: ReturnType<typeof ohmScale>): string {
  return `${roughText(value * factor, 5)} ${unitText(unit)}`;
}

export function mountSpectrumReadout(element: HTMLElement, first: StudyModel): Mounted<StudyModel> {
  let model = first;
  const fields = FIELDS.map((name) => {
    const value = h("dd", {}, "–");
    return {
      name,
      value,
      element: h("div", { class: `ts-field ts-field-${name.replace(/[^a-z]+/gi, "") || "modulus"}` }, h("dt", {}, name), value),
    };
  });
  const pin = h("button", { type: "button", class: "ts-dot", "aria-pressed": "false" });
  const view = h(
    "div",
    { class: "ts-readout", role: "group", "aria-label": "At the cursor" },
    pin,
    h("dl", {}, ...fields.map((f) => f.element)),
  );
  element.append(view);
  pin.addEventListener("click", () => {
    const { row, pinned } = model.cursor.state;
    if (row !== null) model.cursor.set({ pinned: !pinned });
  });

  function refresh(): void {
    const context = contextOf(model.story, model.cursor.state);
    const { row, pinned } = model.cursor.state;
    const k = context ? spectrumAt(context.file, row) : -1;
    const spectrum = context?.file.impedance?.spectra[k];
    const i = spectrum && row !== null ? nearest(spectrum.row, row) : -1;
    view.classList.toggle("ts-idle", i < 0);
    pin.setAttribute("aria-pressed", String(pinned));
    pin.title = pinned
      ? "Pinned: the cursor stays while the pointer moves; Esc releases it"
      : "The cursor follows the pointer; a click in a plot pins it";
    pin.setAttribute("aria-label", pinned ? "Cursor pinned" : "Cursor follows the pointer");
    const texts = FIELDS.map(() => "–");
    if (context && spectrum && i >= 0) {
      const [re, im] = [at(spectrum.realOhm, i), at(spectrum.imaginaryOhm, i)];
      const axis = seriesAxis(context.file);
      const scale = ohmScale(Math.hypot(re, im));
      const many = (context.file.impedance?.spectra.length ?? 0) > 1;
      texts[0] = many ? `${k + 1}${axis.name === "spectrum" ? "" : `, ${axis.name === "cycle" ? "cycle " : ""}${axis.text(k)}`}` : "1";
      texts[1] = hertzText(at(spectrum.frequencyHertz, i), 4);
      texts[2] = ohms(re, scale);
      texts[3] = ohms(-im, scale);
      texts[4] = ohms(Math.hypot(re, im), scale);
      texts[5] = `${((Math.atan2(im, re) * 180) / Math.PI).toFixed(2).replace("-", "−")}°`;
    }
    for (const [n, field] of fields.entries()) setRuns(field.value, richText(texts[n]!));
  }
  let stop = model.cursor.subscribe(refresh);
  refresh();
  return {
    update(next) {
      stop();
      model = next;
      stop = model.cursor.subscribe(refresh);
      refresh();
    },
    destroy() {
      stop();
      view.remove();
    },
  };
}

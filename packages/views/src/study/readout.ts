/** What was measured at the cursor, in the units chosen. */
import { h, type Mounted } from "../dom.ts";
import { countText, richText, roughText, setRuns, unitText } from "../text.ts";
import { locate } from "../track.ts";
import { contextOf, type StudyModel } from "./context.ts";

/** A line of numbers with room for each, so that nothing jumps while the cursor moves. */
export function mountReadout(element: HTMLElement, first: StudyModel): Mounted<StudyModel> {
  let model = first;
  const fields = (["row", "time", "voltage", "current", "capacity", "half cycle"] as const).map((name) => {
    const value = h("dd", {}, "–");
    return {
      name,
      value,
      shown: "–",
      element: h("div", { class: `ts-field ts-field-${name.replace(" ", "-")}` }, h("dt", {}, name), value),
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
    const p = context && row !== null ? locate(context.file, row) : null;
    view.classList.toggle("ts-idle", !p);
    pin.setAttribute("aria-pressed", String(pinned));
    pin.title = pinned
      ? "Pinned: the cursor stays while the pointer moves; Esc releases it"
      : "The cursor follows the pointer; a click in a plot pins it";
    pin.setAttribute("aria-label", pinned ? "Cursor pinned" : "Cursor follows the pointer");
    const half = p && context ? context.file.halfCycles[p.halfCycle] : undefined;
    const basis = context?.basis;
    const texts: Record<(typeof fields)[number]["name"], string> = {
      row: p ? countText(p.row) : "–",
      time: p ? `${fixed(p.timeHour, 3)} h` : "–",
      voltage: p ? `${fixed(p.voltageVolt, 4)} V` : "–",
      current: p ? `${roughText(p.currentMilliampere, 4)} mA` : "–",
      capacity:
        p && basis && p.capacityMilliampereHour !== null
          ? `${roughText(p.capacityMilliampereHour * basis.factor, 4)} ${unitText(basis.unit)}`
          : "–",
      "half cycle": half ? `${half.cycle} ${half.direction}` : p ? "rest" : "–",
    };
    for (const field of fields) {
      const text = texts[field.name];
      if (text === field.shown) continue;
      field.shown = text;
      setRuns(field.value, richText(text));
    }
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

/** A fixed number of decimals keeps the digits in place while the cursor runs. */
function fixed(value: number, decimals: number): string {
  return Number.isFinite(value) ? value.toFixed(decimals).replace(/^-/, "−") : "–";
}

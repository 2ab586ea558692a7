/** The whole run as a strip: where the brush and the cursor are in it; dragging here sets the brush. */
import { h, type Mounted, onNextFrame } from "../dom.ts";
import { colourOf, paletteOf } from "../figure/palette.ts";
import { canvasPen } from "../figure/pen.ts";
import { extent } from "../figure/scale.ts";
import { onThemeChange } from "../theme.ts";
import { at, locate, nearest } from "../track.ts";
import { contextOf, cycleTone, type StudyModel } from "./context.ts";

export function mountOverview(element: HTMLElement, first: StudyModel): Mounted<StudyModel> {
  let model = first;
  let palette = paletteOf(element);
  let drag: { from: number; to: number } | null = null;
  const canvas = h("canvas", { "aria-hidden": "true" });
  const clear = h("button", { type: "button", class: "ts-clear", hidden: true }, "whole run (Esc)");
  const view = h("div", { class: "ts-overview", title: "The whole run: drag to narrow all views" }, canvas, clear);
  element.append(view);
  clear.addEventListener("click", () => model.cursor.set({ brush: null }));

  function scale(): { time: (px: number) => number; px: (time: number) => number; width: number; height: number } | null {
    const file = contextOf(model.story, model.cursor.state)?.file;
    const width = view.clientWidth;
    const range = file ? extent([file.trace.timeHour]) : null;
    if (!range || width < 10) return null;
    const span = range[1] - range[0] || 1;
    return {
      time: (px) => range[0] + (px / width) * span,
      px: (time) => ((time - range[0]) / span) * width,
      width,
      height: view.clientHeight,
    };
  }

  const paint = onNextFrame(() => {
    const place = scale();
    const context = contextOf(model.story, model.cursor.state);
    const drawing = canvas.getContext("2d");
    if (!place || !context || !drawing) return;
    const { file, state } = context;
    const { width, height } = place;
    const ratio = devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    drawing.setTransform(ratio, 0, 0, ratio, 0, 0);
    const pen = canvasPen(drawing);
    const { trace } = file;
    const range = extent([trace.voltageVolt]) ?? [0, 1];
    const y = (v: number): number => height - 4 - ((v - range[0]) / (range[1] - range[0] || 1)) * (height - 8);
    const xs = Float64Array.from({ length: trace.row.length }, (_, i) => place.px(at(trace.timeHour, i)));
    const ys = Float64Array.from({ length: trace.row.length }, (_, i) => y(at(trace.voltageVolt, i)));
    pen.line(xs, ys, { colour: palette.quiet, width: 1, opacity: 0.75 });
    for (const half of file.halfCycles) {
      const a = place.px(at(half.timeHour, 0));
      const b = place.px(at(half.timeHour, half.timeHour.length - 1));
      pen.rectangle(a, height - 2, Math.max(1, b - a - 1), 2, colourOf(cycleTone(file, half.cycle), palette));
    }
    const timeOf = (row: number): number => at(trace.timeHour, Math.max(0, nearest(trace.row, row)));
    const brush = drag && Math.abs(drag.to - drag.from) > 3 ? [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)] : null;
    const shown = brush ?? (state.brush ? [place.px(timeOf(state.brush.first)), place.px(timeOf(state.brush.last))] : null);
    if (shown) {
      const [a = 0, b = 0] = shown;
      pen.rectangle(0, 0, a, height, palette.surface, 0.72);
      pen.rectangle(b, 0, width - b, height, palette.surface, 0.72);
      pen.rectangle(a, 0, Math.max(1, b - a), height, palette.accent, 0.1);
      for (const x of [a, b]) pen.rectangle(x - 0.5, 0, 1, height, palette.accent);
    }
    const position = state.row === null ? null : locate(file, state.row);
    if (position) pen.rectangle(place.px(position.timeHour) - 0.5, 0, 1, height, palette.accent);
  });

  const x = (event: PointerEvent): number => event.clientX - canvas.getBoundingClientRect().left;
  canvas.addEventListener("pointerdown", (event) => {
    drag = { from: x(event), to: x(event) };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drag) return;
    drag.to = x(event);
    paint.ask();
  });
  canvas.addEventListener("pointerup", () => {
    const done = drag;
    drag = null;
    const place = scale();
    const file = contextOf(model.story, model.cursor.state)?.file;
    if (!done || !place || !file) return;
    const rowAt = (px: number): number => at(file.trace.row, Math.max(0, nearest(file.trace.timeHour, place.time(px))));
    if (Math.abs(done.to - done.from) > 3) {
      model.cursor.set({ brush: { first: rowAt(Math.min(done.from, done.to)), last: rowAt(Math.max(done.from, done.to)) } });
    } else model.cursor.set({ row: rowAt(done.to), pinned: true });
    paint.ask();
  });
  canvas.addEventListener("dblclick", () => model.cursor.set({ brush: null }));

  const refresh = (): void => {
    clear.hidden = model.cursor.state.brush === null;
    paint.ask();
  };
  const resized = new ResizeObserver(refresh);
  resized.observe(view);
  const stopTheme = onThemeChange(() => {
    palette = paletteOf(element);
    paint.ask();
  });
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
      stopTheme();
      resized.disconnect();
      paint.cancel();
      view.remove();
    },
  };
}

/** The whole run as a strip: where the brush and the cursor are in it; dragging here sets the brush. */
import { h, type Mounted, onNextFrame } from "../dom.ts";
import { colourOf, paletteOf } from "../figure/palette.ts";
import { canvasPen, type Pen } from "../figure/pen.ts";
import { extent } from "../figure/scale.ts";
import { onThemeChange } from "../theme.ts";
import { at, locate, nearest } from "../track.ts";
import { contextOf, cycleTone, type StudyModel } from "./context.ts";

export function mountOverview(element: HTMLElement, first: StudyModel): Mounted<StudyModel> {
  let model = first;
  let palette = paletteOf(element);
  let drag: { from: number; to: number } | null = null;
  // the run is drawn once; brush and cursor move over it
  const base = h("canvas", { "aria-hidden": "true" });
  const canvas = h("canvas", { "aria-hidden": "true" });
  const clear = h("button", { type: "button", class: "ts-clear", hidden: true }, "whole run (Esc)");
  const view = h("div", { class: "ts-overview", title: "The whole run: drag to narrow all views" }, base, canvas, clear);
  element.append(view);
  clear.addEventListener("click", () => model.cursor.set({ brush: null }));

  interface Scale {
    time: (px: number) => number;
    px: (time: number) => number;
    width: number;
    height: number;
  }
  /** of the run as it was drawn last */
  let drawn: Scale | null = null;

  function scale(): Scale | null {
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

  function prepare(on: HTMLCanvasElement, { width, height }: Scale): Pen | null {
    const drawing = on.getContext("2d");
    if (!drawing) return null;
    const ratio = devicePixelRatio || 1;
    if (on.width !== Math.round(width * ratio) || on.height !== Math.round(height * ratio)) {
      on.width = Math.round(width * ratio);
      on.height = Math.round(height * ratio);
    }
    drawing.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawing.clearRect(0, 0, width, height);
    return canvasPen(drawing);
  }

  const paint = onNextFrame(() => {
    drawn = scale();
    const context = contextOf(model.story, model.cursor.state);
    const pen = drawn && prepare(base, drawn);
    if (!drawn || !context || !pen) return;
    const { px: toPx, height } = drawn;
    const { trace, halfCycles } = context.file;
    const range = extent([trace.voltageVolt]) ?? [0, 1];
    const y = (v: number): number => height - 4 - ((v - range[0]) / (range[1] - range[0] || 1)) * (height - 8);
    const xs = Float64Array.from({ length: trace.row.length }, (_, i) => toPx(at(trace.timeHour, i)));
    const ys = Float64Array.from({ length: trace.row.length }, (_, i) => y(at(trace.voltageVolt, i)));
    pen.line(xs, ys, { colour: palette.quiet, width: 1, opacity: 0.75 });
    for (const half of halfCycles) {
      const a = toPx(at(half.timeHour, 0));
      const b = toPx(at(half.timeHour, half.timeHour.length - 1));
      pen.rectangle(a, height - 2, Math.max(1, b - a - 1), 2, colourOf(cycleTone(context.file, half.cycle), palette));
    }
    paintCursor.ask();
  });

  const paintCursor = onNextFrame(() => {
    const context = contextOf(model.story, model.cursor.state);
    const pen = drawn && prepare(canvas, drawn);
    if (!drawn || !context || !pen) return;
    const { file, state } = context;
    const { px: toPx, width, height } = drawn;
    const { trace } = file;
    const timeOf = (row: number): number => at(trace.timeHour, Math.max(0, nearest(trace.row, row)));
    const brush = drag && Math.abs(drag.to - drag.from) > 3 ? [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)] : null;
    const shown = brush ?? (state.brush ? [toPx(timeOf(state.brush.first)), toPx(timeOf(state.brush.last))] : null);
    if (shown) {
      const [a = 0, b = 0] = shown;
      pen.rectangle(0, 0, a, height, palette.surface, 0.72);
      pen.rectangle(b, 0, width - b, height, palette.surface, 0.72);
      pen.rectangle(a, 0, Math.max(1, b - a), height, palette.accent, 0.1);
      for (const x of [a, b]) pen.rectangle(x - 0.5, 0, 1, height, palette.accent);
    }
    const position = state.row === null ? null : locate(file, state.row);
    if (position) pen.rectangle(toPx(position.timeHour) - 0.5, 0, 1, height, palette.accent);
  });

  const x = (event: PointerEvent): number => event.clientX - canvas.getBoundingClientRect().left;
  canvas.addEventListener("pointerdown", (event) => {
    drag = { from: x(event), to: x(event) };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drag) return;
    drag.to = x(event);
    paintCursor.ask();
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
    paintCursor.ask();
  });
  canvas.addEventListener("dblclick", () => model.cursor.set({ brush: null }));

  const refresh = (): void => {
    clear.hidden = model.cursor.state.brush === null;
    paint.ask();
  };
  const follow = (): (() => void) =>
    model.cursor.subscribe((state, before) => {
      if (state.file !== before.file) refresh();
      else if (state.brush !== before.brush || state.row !== before.row) {
        clear.hidden = state.brush === null;
        paintCursor.ask();
      }
    });
  const resized = new ResizeObserver(refresh);
  resized.observe(view);
  const stopTheme = onThemeChange(() => {
    palette = paletteOf(element);
    paint.ask();
  });
  let stop = follow();
  refresh();
  return {
    update(next) {
      stop();
      model = next;
      stop = follow();
      refresh();
    },
    destroy() {
      stop();
      stopTheme();
      resized.disconnect();
      paint.cancel();
      paintCursor.cancel();
      view.remove();
    },
  };
}

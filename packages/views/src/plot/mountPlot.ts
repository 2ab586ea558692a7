/** A figure on the page: drawn on a canvas, read with the pointer, linked to the other views by the cursor. */
import { h, inTurn, type Mounted, onNextFrame, s } from "../dom.ts";
import { draw, layout } from "../figure/draw.ts";
import { type DrawOptions, fromX, fromY, type Geometry } from "../figure/geometry.ts";
import { type Cell, cellAt } from "../figure/map.ts";
import type { Figure, LegendEntry, RawPlace } from "../figure/model.ts";
import { colourOf, type Palette, paletteOf } from "../figure/palette.ts";
import { canvasPen } from "../figure/pen.ts";
import { tableElement } from "../figure/tableView.ts";
import { type Choice, type ContextSource, type FigureSpec, OF_FILE, type PlotSpec, type StudyModel } from "../study/context.ts";
import { plain, richText, setRuns } from "../text.ts";
import { onThemeChange } from "../theme.ts";
import { nearestPoint, type Place, placesOf, pointAt, rowOf, rowsBetween } from "./hit.ts";
import { drawOverlay } from "./overlay.ts";
import { printed } from "./printed.ts";
import { toolbar } from "./tools.ts";

/** What of the state every figure may depend on; of the row only those that say so. */
const STATE_OF_FIGURES = ["file", "brush", "basis", "peaks", "choices"] as const;

/** The pointer reads a curve from this far, CSS pixels. */
const REACH = 48;
/** A press that moves less is a click. */
const CLICK = 4;

/** Mounts a plot of the file under the cursor into `element`. */
export function mountPlot(element: HTMLElement, spec: FigureSpec, first: StudyModel): Mounted<StudyModel> {
  return mountPlotOf(element, spec, first, OF_FILE);
}

/** Mounts a plot of whatever `source` gives into `element`. */
export function mountPlotOf<C>(element: HTMLElement, spec: PlotSpec<C>, first: StudyModel, source: ContextSource<C>): Mounted<StudyModel> {
  let model = first;
  let figure: Figure | null = null;
  let geometry: Geometry | null = null;
  /** how the figure was drawn last: asking the page for its size while the cursor moves would lay it out in every frame */
  let drawnAs: DrawOptions | null = null;
  let palette: Palette = paletteOf(element);
  let asTable = false;
  /** what the figure was built for, of that which the cursor decides */
  let followed: unknown = null;
  let drag: { from: number; to: number; start: Place | null } | null = null;
  let cell: Cell | null = null;

  const base = h("canvas", { "aria-hidden": "true" });
  const overlay = h("canvas", { "aria-hidden": "true" });
  const plot = h("div", { class: "ts-plot", role: "img", tabindex: "0" }, base, overlay);
  plot.style.setProperty("--plot-height", `${spec.height}px`);
  const empty = h("p", { class: "ts-nothing" });
  const table = h("div", { class: "ts-as-table", hidden: true });
  const note = h("p", { class: "ts-note" });
  const legend = h("div", { class: "ts-legend" });
  const heading = h("h3", {}, spec.title);
  const paper = printed(() => (plot.hidden ? null : figure), spec.title);
  const view = h("section", { class: "ts-view", "data-view": spec.id, "aria-label": spec.title });
  const context = (): C | null => source.of(model);
  const nameOf = (c: C | null): string => (c === null ? "thioscope" : source.name(c));
  const tools = toolbar({
    view,
    title: spec.title,
    name: () =>
      `${nameOf(context())
        .replace(/\.[^.]*$/, "")
        .replace(/[^\w.-]+/g, "_")}-${spec.id}`,
    figure: () => figure,
    data: () => figure?.data() ?? { columns: [] },
    command: () => withContext(spec.command),
    python: (name) => withContext((c) => spec.python(c, name)),
    toggleTable(shown) {
      asTable = shown;
      show();
    },
  });
  const switches = (spec.switches ?? []).map((choice) => {
    const button = h("button", { type: "button", class: "ts-switch", title: choice.title }, choice.label);
    button.addEventListener("click", () => choice.flip(model));
    return { choice, button };
  });
  const chooser = choosers((id, value) => model.cursor.set({ choices: { ...model.cursor.state.choices, [id]: value } }));
  view.append(
    h("header", { class: "ts-head" }, heading, chooser.element, ...switches.map(({ button }) => button), legend, tools.element),
    plot,
    paper.element,
    empty,
    table,
    note,
  );
  element.append(view);

  function withContext(make: (c: C) => string): string {
    const c = context();
    return c === null ? "" : make(c);
  }

  function build(): void {
    const c = context();
    figure = c === null ? null : spec.figure(c);
    cell = null;
    const title = c !== null && spec.titleOf ? spec.titleOf(c) : spec.title;
    heading.textContent = title;
    view.setAttribute("aria-label", title);
    if (c !== null && spec.heightOf) plot.style.setProperty("--plot-height", `${Math.round(spec.heightOf(c))}px`);
    followed = c !== null && spec.follows ? spec.follows(c) : null;
    chooser.show(c === null || !spec.choices ? [] : spec.choices(c));
    for (const { choice, button } of switches) {
      button.hidden = c === null || !choice.offered(c, model);
      button.setAttribute("aria-pressed", String(choice.isOn(model.cursor.state)));
    }
    legend.replaceChildren(...(figure && !figure.empty ? legendNodes(figure, palette) : []));
    setRuns(note, richText(figure?.note ?? ""));
    empty.textContent = figure?.empty ?? (figure ? "" : "Nothing to show yet.");
    plot.setAttribute("aria-label", figure ? describe({ title }, figure) : title);
    show();
  }

  function show(): void {
    const nothing = !figure || figure.empty !== undefined;
    empty.hidden = !nothing;
    plot.hidden = nothing || asTable;
    table.hidden = nothing || !asTable;
    note.hidden = nothing || asTable || !figure?.note;
    legend.hidden = asTable;
    if (figure && !nothing && asTable) table.replaceChildren(tableElement(figure.data(), spec.title));
    if (!plot.hidden) paint.ask();
  }

  function options(): DrawOptions {
    return { width: plot.clientWidth, height: plot.clientHeight, palette, fontSize: 12, stroke: 1.35, paper: false };
  }

  function prepare(canvas: HTMLCanvasElement, { width, height }: DrawOptions): CanvasRenderingContext2D | null {
    const ratio = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const drawing = canvas.getContext("2d");
    drawing?.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawing?.clearRect(0, 0, width, height);
    return drawing;
  }

  const paint = onNextFrame(() => {
    const o = options();
    if (!figure || o.width < 20 || o.height < 20) return;
    const drawing = prepare(base, o);
    if (!drawing) return;
    const pen = canvasPen(drawing);
    geometry = layout(figure, pen, o);
    drawnAs = o;
    draw(geometry, pen, o);
    paintCursor.ask();
  });

  const paintCursor = onNextFrame(() => {
    const o = drawnAs;
    const drawing = o && prepare(overlay, o);
    if (!o || !drawing || !geometry) return;
    const { row } = model.cursor.state;
    drawOverlay(geometry, canvasPen(drawing), o, {
      places: row === null ? [] : placesOf(geometry, row),
      line: spec.cursorLine,
      drag,
      cell,
    });
  });

  const place = (event: MouseEvent): { x: number; y: number } => {
    const box = overlay.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const hit = (event: MouseEvent): Place | null => {
    const { x, y } = place(event);
    return geometry ? pointAt(geometry, x, y, spec.cursorLine, spec.cursorLine ? 1e4 : REACH) : null;
  };
  plot.addEventListener("pointermove", (event) => {
    if (drag) {
      drag.to = place(event).x;
      paintCursor.ask();
      return;
    }
    const { x, y } = place(event);
    const under = geometry ? cellAt(geometry, x, y) : null;
    if (under?.mark !== cell?.mark || under?.column !== cell?.column || under?.row !== cell?.row) paintCursor.ask();
    cell = under;
    if (model.cursor.state.pinned) return;
    const found = hit(event);
    if (found) model.cursor.set({ row: rowOf(found) });
  });
  plot.addEventListener("pointerleave", () => {
    if (cell) paintCursor.ask();
    cell = null;
  });
  const choose = (choices: Readonly<Record<string, string>> | null): void => {
    if (choices) model.cursor.set({ choices: { ...model.cursor.state.choices, ...choices } });
  };
  function picked(event: PointerEvent): Readonly<Record<string, string>> | null {
    const panel = geometry?.panels[0];
    const c = context();
    if (!geometry || !panel || c === null || !spec.pick) return null;
    const { x, y } = place(event);
    const at = { x: fromX(panel, geometry.figure.x, x), y: fromY(panel, y) };
    const near = { x: Math.abs(fromX(panel, geometry.figure.x, x + 1) - at.x), y: Math.abs(fromY(panel, y + 1) - at.y) };
    return spec.pick(c, at, near);
  }
  plot.addEventListener("keydown", (event) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : null;
    const c = context();
    if (!spec.step || by === null || c === null) return;
    event.preventDefault();
    choose(spec.step(c, by));
  });
  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const { x } = place(event);
    drag = { from: x, to: x, start: hit(event) };
    plot.setPointerCapture(event.pointerId);
  });
  plot.addEventListener("pointerup", (event) => {
    const done = drag;
    drag = null;
    paintCursor.ask();
    if (!done || !geometry) return;
    if (Math.abs(done.to - done.from) < CLICK) {
      if (spec.pick) return choose(picked(event));
      const found = hit(event);
      const { pinned } = model.cursor.state;
      model.cursor.set(pinned || !found ? { pinned: false } : { row: rowOf(found), pinned: true });
      return;
    }
    if (spec.brushOver === "curve" && !done.start) return;
    const rows = rowsBetween(geometry, done.from, done.to, spec.brushOver === "curve" ? done.start : null);
    if (rows) model.cursor.set({ brush: rows });
  });
  plot.addEventListener("pointercancel", () => {
    drag = null;
    paintCursor.ask();
  });
  plot.addEventListener("dblclick", (event) => {
    const raw = model.openRaw ? behindPointer(event) : null;
    if (raw) model.openRaw?.(raw);
    else model.cursor.set({ brush: null, pinned: false });
  });
  plot.addEventListener("keydown", (event) => {
    if (event.key !== "r" || event.ctrlKey || event.metaKey || event.altKey) return;
    const raw = model.openRaw ? behindCursor() : null;
    if (!raw) return;
    event.preventDefault();
    model.openRaw?.(raw);
  });
  const ofRow = (found: Place | null | undefined): RawPlace | null => {
    const file = model.story.files[model.cursor.state.file];
    return found && file ? { file: { name: file.name, hash: file.hash }, row: rowOf(found) } : null;
  };
  function behindPointer(event: MouseEvent): RawPlace | null {
    if (!geometry) return null;
    const { x, y } = place(event);
    const under = cellAt(geometry, x, y);
    const near = under ? { mark: under.mark, index: under.column } : nearestPoint(geometry, x, y, REACH);
    return (near && figure?.behind?.(near.mark, near.index, under?.row ?? 0)) ?? ofRow(hit(event));
  }
  /** By key there is no height in a map: its middle row is taken, from which the neighbours are a key away. */
  function behindCursor(): RawPlace | null {
    if (!geometry || !figure) return null;
    const { row } = model.cursor.state;
    const found = row === null ? [] : placesOf(geometry, row);
    const marks = found.length > 0 ? found : figure.panels.flatMap((panel) => panel.marks.map((mark) => ({ mark, index: 0 })));
    for (const { mark, index } of marks) {
      const raw = figure.behind?.(mark, index, mark.kind === "map" ? Math.floor((mark.y.length - 1) / 2) : 0);
      if (raw) return raw;
    }
    return ofRow(found[0]);
  }

  const resized = new ResizeObserver(() => paint.ask());
  resized.observe(plot);
  const stopTheme = onThemeChange(() => {
    palette = paletteOf(element);
    build();
  });
  const rebuild = inTurn(build);
  let stopCursor = follow();
  function follow(): () => void {
    return model.cursor.subscribe((state, before) => {
      const c = spec.follows && state.row !== before.row ? context() : null;
      const changed = STATE_OF_FIGURES.filter((key) => state[key] !== before[key]);
      // choices move many plots at once, and some of them often (sliders)
      if (changed.length === 1 && changed[0] === "choices") rebuild.ask();
      else if (changed.length > 0) build();
      else if (c !== null && spec.follows?.(c) !== followed) build();
      else if (state.row !== before.row) paintCursor.ask();
    });
  }
  build();
  return {
    update(next) {
      stopCursor();
      model = next;
      stopCursor = follow();
      build();
    },
    destroy() {
      stopCursor();
      stopTheme();
      resized.disconnect();
      rebuild.cancel();
      paint.cancel();
      paintCursor.cancel();
      tools.close();
      paper.stop();
      view.remove();
    },
  };
}

/** Lists to choose from; they are kept while what they offer stays, so that an open one does not close. */
function choosers(choose: (id: string, value: string) => void): { element: HTMLElement; show(choices: readonly Choice[]): void } {
  const element = h("span", { class: "ts-choices" });
  let offered = "";
  return {
    element,
    show(choices) {
      const now = JSON.stringify(choices.map(({ id, options }) => [id, options]));
      if (now !== offered) {
        offered = now;
        element.replaceChildren(
          ...choices.map(({ id, label, options }) => {
            const list = h("select", { class: "ts-choice", "aria-label": label, title: label });
            list.append(...options.map((option) => h("option", { value: option.value }, option.label)));
            list.addEventListener("change", () => choose(id, list.value));
            return list;
          }),
        );
      }
      for (const [i, { value }] of choices.entries()) (element.children[i] as HTMLSelectElement).value = value;
    },
  };
}

/** What the plot shows, for those who do not see it. */
function describe(spec: { title: string }, figure: Figure): string {
  const curves = figure.panels.reduce(
    (n, panel) => n + panel.marks.filter((mark) => mark.kind === "line" || mark.kind === "points" || mark.kind === "map").length,
    0,
  );
  const axes = figure.panels.map((panel) => plain(panel.left.label)).join(" and ");
  return `${spec.title}: ${axes} over ${plain(figure.x.label)}, ${curves} ${curves === 1 ? "series" : "series"}. The table tool shows the numbers.`;
}

function legendNodes(figure: Figure, palette: Palette): HTMLElement[] {
  const entries = figure.legend.map((entry) => {
    // one element: a formula's subscripts are no words of their own
    return h("span", { class: "ts-key" }, keySymbol(entry, palette), setRuns(h("span"), entry.label));
  });
  if (figure.ramp && figure.ramp.last !== figure.ramp.first) {
    const { label, first, last } = figure.ramp;
    const stops = Array.from({ length: 9 }, (_, i) => colourOf({ ramp: i / 8 }, palette)).join(",");
    const bar = h("span", { class: "ts-ramp", "aria-hidden": "true" });
    bar.style.background = `linear-gradient(90deg, ${stops})`;
    entries.push(h("span", { class: "ts-key" }, `${label} ${first}`, bar, String(last)));
  }
  return entries;
}

function keySymbol(entry: LegendEntry, palette: Palette): SVGElement {
  const colour = colourOf(entry.tone, palette);
  const marks: Record<LegendEntry["as"], () => SVGElement> = {
    line: () => s("path", { d: "M1 6h18", stroke: colour, "stroke-width": 1.6, fill: "none" }),
    dash: () => s("path", { d: "M1 6h18", stroke: colour, "stroke-width": 1.6, "stroke-dasharray": "5 2.5", fill: "none" }),
    band: () => s("rect", { x: 1, y: 2, width: 18, height: 8, fill: colour, "fill-opacity": 0.22 }),
    hatch: () => s("path", { d: "M1 10l8-8M6 10l8-8M11 10l8-8", stroke: colour, "stroke-width": 1.1, fill: "none" }),
    disc: () => s("circle", { cx: 10, cy: 6, r: 3.4, fill: colour }),
    ring: () => s("circle", { cx: 10, cy: 6, r: 3, fill: "none", stroke: colour, "stroke-width": 1.4 }),
    square: () => s("rect", { x: 7, y: 3, width: 6, height: 6, fill: colour }),
    diamond: () => s("path", { d: "M10 1.8L14.2 6 10 10.2 5.8 6z", fill: colour }),
  };
  return s("svg", { viewBox: "0 0 20 12", width: 20, height: 12, "aria-hidden": "true" }, marks[entry.as]());
}

/** Lays a figure out and draws it: axes first, then the data, the same on screen and on paper. */
import { plain, type Run } from "../text.ts";
import { type DrawOptions, type Geometry, type PanelGeometry, toX, toY } from "./geometry.ts";
import { colourBarWidth, drawColourBar, scaleOfPanel } from "./map.ts";
import { drawMarks } from "./marks.ts";
import type { Axis, Figure, LegendEntry } from "./model.ts";
import { colourOf } from "./palette.ts";
import type { Pen } from "./pen.ts";
import { logTicks, type Tick, ticks } from "./scale.ts";

/** Names one under the other need a line each. */
const PER_LINE = 1.35;

function axisTicks(axis: Axis, length: number, perTick: number, perName = perTick): Tick[] {
  const { names } = axis;
  if (names) {
    const every = Math.max(1, Math.ceil((names.length * perName) / Math.max(1, length)));
    return names.flatMap((runs, value) => (value % every === 0 ? [{ value, label: plain(runs), runs }] : []));
  }
  const count = Math.max(2, Math.round(length / perTick));
  const ends = [Math.min(axis.min, axis.max), Math.max(axis.min, axis.max)] as const;
  if (axis.log) return logTicks(...ends, count);
  const found = ticks(...ends, count, axis.integer);
  // one tick tells no scale: a low panel has closer ones
  return found.length > 1 ? found : ticks(...ends, 2 * count, axis.integer);
}

const runsOf = (tick: Tick): Run[] => tick.runs ?? [{ text: tick.label, shift: 0 }];

const tickSize = (o: DrawOptions): number => o.fontSize * (o.paper ? 0.93 : 0.94);

/** Places of the panels, with room for what their axes need. */
export function layout(figure: Figure, pen: Pen, o: DrawOptions): Geometry {
  if (!figure.equal) return placed(figure, pen, o);
  if (figure.panels.some(scaleOfPanel)) return shrunk(placed(figure, pen, o));
  // longer axes may have wider labels: the second pass has the room that they take
  const first = placed(equalised(figure, placed(figure, pen, o)), pen, o);
  const equal = equalised(figure, first);
  return { figure: equal, panels: first.panels.map((g) => ({ ...g, panel: equal.panels[0]! })) };
}

/** The panel gives up the room that its map does not need. */
function shrunk({ figure, panels }: Geometry): Geometry {
  const spanX = Math.abs(figure.x.max - figure.x.min);
  return {
    figure,
    panels: panels.map((g) => {
      const spanY = Math.abs(g.panel.left.max - g.panel.left.min);
      const unit = Math.min(g.width / spanX, g.height / spanY);
      return { ...g, width: unit * spanX, height: unit * spanY };
    }),
  };
}

/** The axis that has room to spare goes further, until a unit has one length on both. */
function equalised(figure: Figure, { panels }: Geometry): Figure {
  const [g] = panels;
  const [panel] = figure.panels;
  if (!g || !panel) return figure;
  const { x } = figure;
  const { left } = panel;
  const unit = Math.max((x.max - x.min) / g.width, (left.max - left.min) / g.height);
  return {
    ...figure,
    x: reaching(x, unit * g.width),
    panels: [{ ...panel, left: reaching(left, unit * g.height) }],
  };
}

/** An axis with numbers goes further at its end; of one without, both sides have the room alike. */
function reaching(axis: Axis, span: number): Axis {
  if (!axis.names) return { ...axis, max: axis.min + span };
  const middle = (axis.min + axis.max) / 2;
  return { ...axis, min: middle - span / 2, max: middle + span / 2 };
}

/** Room under the panels for the ticks and the label of x. */
const below = (o: DrawOptions): number => tickSize(o) + o.fontSize * (0.55 * 1.6 + 1.35);

function placed(figure: Figure, pen: Pen, o: DrawOptions): Geometry {
  const size = tickSize(o);
  const gap = o.fontSize * 0.55;
  const legend = o.paper && (figure.legend.length > 0 || figure.ramp) ? o.fontSize * 1.7 : 0;
  const top = legend + o.fontSize * 0.7;
  const bottom = below(o);
  const between = o.fontSize * 0.9;
  const plotHeight = Math.max(10, o.height - top - bottom - between * (figure.panels.length - 1));
  const weights = figure.panels.reduce((sum, panel) => sum + panel.weight, 0);
  let left = 0;
  let right = o.fontSize * 0.9;
  for (const panel of figure.panels) {
    const height = (plotHeight * panel.weight) / weights;
    const widest = (axis: Axis): number =>
      axisTicks(axis, height, o.fontSize * 2.8, o.fontSize * PER_LINE).reduce((w, tick) => Math.max(w, pen.measure(runsOf(tick), size)), 0);
    left = Math.max(left, widest(panel.left));
    if (panel.right) right = Math.max(right, widest(panel.right) + gap * 2.1 + o.fontSize * 1.25);
    const scale = scaleOfPanel(panel);
    if (scale) right = Math.max(right, colourBarWidth(scale, height, pen, o));
  }
  left += gap * 2.1 + o.fontSize * 1.25;
  // half of the last label of x stands beyond the axis
  const xLabels = figure.x.names ?? axisTicks(figure.x, o.width - left - right, o.fontSize * 5.6).map(runsOf);
  right = Math.max(right, xLabels.reduce((w, runs) => Math.max(w, pen.measure(runs, size) / 2), 0) - (figure.x.names ? o.fontSize : 0));
  const width = Math.max(10, o.width - left - right);
  let y = top;
  const panels = figure.panels.map((panel) => {
    const height = (plotHeight * panel.weight) / weights;
    const place = { panel, x: left, y, width, height };
    y += height + between;
    return place;
  });
  return { figure, panels };
}

/** Draws the whole figure into `geometry`. */
export function draw(geometry: Geometry, pen: Pen, o: DrawOptions): void {
  const { figure } = geometry;
  for (const [i, g] of geometry.panels.entries()) {
    drawAxes(figure, g, i === geometry.panels.length - 1, pen, o);
    const scale = scaleOfPanel(g.panel);
    if (scale) drawColourBar(scale, g, pen, o);
    pen.clipped(g.x, g.y - 1, g.width + 1, g.height + 2, () => {
      drawMarks(figure, g, pen, o);
    });
    if (o.paper) frame(g, pen, o);
  }
  if (o.paper) drawLegend(figure, geometry, pen, o);
}

function frame(g: PanelGeometry, pen: Pen, o: DrawOptions): void {
  const stroke = { colour: o.palette.line, width: 0.5 };
  pen.line([g.x, g.x + g.width, g.x + g.width, g.x, g.x], [g.y, g.y, g.y + g.height, g.y + g.height, g.y], stroke);
}

function drawAxes(figure: Figure, g: PanelGeometry, last: boolean, pen: Pen, o: DrawOptions): void {
  const { palette, paper } = o;
  const size = tickSize(o);
  const gap = o.fontSize * 0.55;
  const length = paper ? -2.5 : 4;
  const hair = { colour: palette.line, width: paper ? 0.5 : 1 };
  const grid = { colour: palette.grid, width: 1 };
  // hairlines on whole device pixels stay one pixel wide
  const crisp = (v: number): number => (paper ? v : Math.round(v) + 0.5);
  const bottom = g.y + g.height;
  const text = { size, colour: palette.quiet };

  const longest = (figure.x.names ?? []).reduce((w, runs) => Math.max(w, pen.measure(runs, size)), 0);
  const xTicks = axisTicks(figure.x, g.width, figure.x.names ? longest + o.fontSize : o.fontSize * 5.6);
  for (const tick of xTicks) {
    const x = crisp(toX(g, figure.x, tick.value));
    if (x < g.x - 1 || x > g.x + g.width + 1) continue;
    const mark = tick.minor ? length * 0.55 : length;
    if (!paper && !tick.minor) pen.line([x, x], [g.y, bottom], grid);
    if (paper || last) pen.line([x, x], [crisp(bottom), crisp(bottom) + mark], hair);
    if (last && !tick.minor) {
      const runs = figure.x.names?.[tick.value] ?? runsOf(tick);
      pen.text(runs, x, bottom + Math.max(0, length) + gap * 0.8, { ...text, align: "middle", baseline: "top" });
    }
  }
  const yTicks = axisTicks(g.panel.left, g.height, o.fontSize * 2.8, o.fontSize * PER_LINE);
  for (const tick of yTicks) {
    const y = crisp(toY(g, tick.value));
    if (!paper && !tick.minor) pen.line([g.x, g.x + g.width], [y, y], grid);
    pen.line([crisp(g.x) - (tick.minor ? length * 0.55 : length), crisp(g.x)], [y, y], hair);
    if (tick.minor) continue;
    pen.text(runsOf(tick), g.x - Math.max(0, length) - gap * 0.7, y, { ...text, align: "end", baseline: "middle" });
  }
  const label = { size: o.fontSize, colour: palette.ink, align: "middle" as const };
  // labels of stacked panels stand on one line, at the figure's own edge
  const middle = g.y + g.height / 2;
  // a label longer than its panel is set smaller, down to 7 pt on paper
  const fitting = (runs: readonly Run[]): number =>
    o.fontSize * Math.max(0.86, Math.min(1, (g.height + o.fontSize) / pen.measure(runs, o.fontSize)));
  pen.text(g.panel.left.label, o.fontSize * 0.7, middle, {
    ...label,
    size: fitting(g.panel.left.label),
    baseline: "middle",
    upright: true,
  });
  if (g.panel.right) {
    for (const tick of axisTicks(g.panel.right, g.height, o.fontSize * 2.8)) {
      const y = crisp(toY(g, tick.value, true));
      const right = crisp(g.x + g.width);
      pen.line([right, right + length], [y, y], hair);
      if (tick.minor) continue;
      pen.text(runsOf(tick), right + Math.max(0, length) + gap * 0.7, y, { ...text, align: "start", baseline: "middle" });
    }
    pen.text(g.panel.right.label, o.width - o.fontSize * 0.7, middle, {
      ...label,
      size: fitting(g.panel.right.label),
      baseline: "middle",
      upright: true,
    });
    if (!paper) pen.line([crisp(g.x + g.width), crisp(g.x + g.width)], [g.y, bottom], hair);
  }
  if (!paper) {
    pen.line([crisp(g.x), crisp(g.x)], [g.y, crisp(bottom)], hair);
    pen.line([crisp(g.x), g.x + g.width], [crisp(bottom), crisp(bottom)], hair);
  }
  if (last) pen.text(figure.x.label, g.x + g.width / 2, bottom + below(o) - o.fontSize * 0.25, { ...label, baseline: "bottom" });
}

/** Legend above the panels; only on paper, the page sets its own. */
function drawLegend(figure: Figure, geometry: Geometry, pen: Pen, o: DrawOptions): void {
  const first = geometry.panels[0];
  if (!first) return;
  const y = o.fontSize * 1.15;
  const key = o.fontSize * 1.8;
  let x = first.x;
  const text = { size: tickSize(o), colour: o.palette.ink, align: "start" as const, baseline: "middle" as const };
  for (const entry of figure.legend) {
    drawKey(entry, x, y, key, pen, o);
    pen.text(entry.label, x + key + o.fontSize * 0.4, y, text);
    x += key + o.fontSize * 1.3 + pen.measure(entry.label, text.size);
  }
  if (!figure.ramp) return;
  const { label, first: from, last: to } = figure.ramp;
  const start = [{ text: `${label} ${from}`, shift: 0 as const }];
  const end = [{ text: String(to), shift: 0 as const }];
  pen.text(start, x, y, text);
  x += pen.measure(start, text.size) + o.fontSize * 0.5;
  const width = o.fontSize * 4;
  for (let i = 0; i < 16; i++) {
    pen.rectangle(x + (i * width) / 16, y - o.fontSize * 0.3, width / 16 + 0.2, o.fontSize * 0.6, colourOf({ ramp: i / 15 }, o.palette));
  }
  pen.text(end, x + width + o.fontSize * 0.5, y, text);
}

function drawKey(entry: LegendEntry, x: number, y: number, width: number, pen: Pen, o: DrawOptions): void {
  const colour = colourOf(entry.tone, o.palette);
  if (entry.as === "line" || entry.as === "dash") {
    const dash = entry.as === "dash" ? { dash: [4 * o.stroke, 2 * o.stroke] } : {};
    pen.line([x, x + width], [y, y], { colour, width: o.stroke, ...dash });
  } else if (entry.as === "band") pen.rectangle(x, y - o.fontSize * 0.3, width, o.fontSize * 0.6, colour, 0.2);
  else if (entry.as === "hatch") {
    const [top, bottom] = [y - o.fontSize * 0.35, y + o.fontSize * 0.35];
    pen.hatch([x, x + width, x + width, x], [top, top, bottom, bottom], { colour, width: o.stroke * 0.6 }, o.fontSize * 0.45);
  } else pen.symbol(entry.as, x + width / 2, y, o.stroke * 2.3, colour);
}

/** Maps: cells in colours, their colour bar, and the cell under the pointer. */
import { numberText, plain, type Run, roughText } from "../text.ts";
import { at } from "../track.ts";
import { colourTable, LEVELS, placeOnScale } from "./colours.ts";
import { type DrawOptions, fromX, fromY, type Geometry, type PanelGeometry, toX, toY } from "./geometry.ts";
import type { Axis, ColourScale, Figure, MapMark, Panel } from "./model.ts";
import type { Pen } from "./pen.ts";
import { type Raster, rasterOf } from "./raster.ts";
import { logTicks, ticks } from "./scale.ts";

/** The last raster of each array of values, and what it was made for. */
const made = new WeakMap<object, { key: string; raster: Raster }>();

/** Cells between the edges, those without a value hatched. */
export function drawMap(figure: Figure, g: PanelGeometry, mark: MapMark, pen: Pen, o: DrawOptions): void {
  const { x, y, values, scale } = mark;
  if (x.length < 2 || y.length < 2) return;
  // the raster covers what of the panel the map covers, in whole pixels of the device
  const round = (v: number): number => Math.round(v * pen.resolution) / pen.resolution;
  const ends = (from: number, to: number, low: number, high: number): [number, number] => [
    Math.max(low, round(Math.min(from, to))),
    Math.min(high, round(Math.max(from, to))),
  ];
  const [left, right] = ends(toX(g, figure.x, at(x, 0)), toX(g, figure.x, at(x, x.length - 1)), round(g.x), round(g.x + g.width));
  const [top, bottom] = ends(toY(g, at(y, 0)), toY(g, at(y, y.length - 1)), round(g.y), round(g.y + g.height));
  const width = Math.round((right - left) * pen.resolution);
  const height = Math.round((bottom - top) * pen.resolution);
  if (!(width > 0 && height > 0)) return;
  const columnEdges = Float64Array.from({ length: x.length }, (_, i) => (toX(g, figure.x, at(x, i)) - left) * pen.resolution);
  const rowEdges = Float64Array.from({ length: y.length }, (_, i) => (toY(g, at(y, i)) - top) * pen.resolution);
  const key = [width, height, scale.low, scale.high, scale.colours, scale.log, ...hashed(columnEdges), ...hashed(rowEdges)].join(" ");
  let known = made.get(values);
  if (known?.key !== key) {
    known = { key, raster: rasterOf(values, columnEdges, rowEdges, scale, width, height) };
    made.set(values, known);
  }
  const { raster } = known;
  if (raster.holes) {
    const gap = o.fontSize * 0.5;
    const outline = [
      [left, right, right, left],
      [top, top, bottom, bottom],
    ] as const;
    pen.hatch(...outline, { colour: o.palette.quiet, width: o.stroke * 0.5, opacity: 0.6 }, gap);
  }
  pen.image(raster, left, top, right - left, bottom - top);
}

/** Ends and a sum that edges in other places do not share. */
function hashed(edges: Float64Array): number[] {
  let sum = 0;
  for (let i = 0; i < edges.length; i++) sum += edges[i]! * ((i % 97) + 1);
  return [edges.length, edges[0]!, edges.at(-1)!, sum];
}

export function scaleOfPanel(panel: Panel): ColourScale | undefined {
  return panel.marks.find((mark) => mark.kind === "map")?.scale;
}

const asAxis = (scale: ColourScale): Axis => ({ label: scale.label, min: scale.low, max: scale.high, ...(scale.log ? { log: true } : {}) });

const barTicks = (scale: ColourScale, length: number, o: DrawOptions) => {
  const count = Math.max(2, Math.round(length / (o.fontSize * 2.8)));
  return scale.log ? logTicks(scale.low, scale.high, count) : ticks(scale.low, scale.high, count);
};

const tickRuns = (tick: { runs?: Run[]; label: string }): Run[] => tick.runs ?? [{ text: tick.label, shift: 0 }];
const tickSize = (o: DrawOptions): number => o.fontSize * 0.94;

/** Room that the colour bar needs at the right of its panel. */
export function colourBarWidth(scale: ColourScale, height: number, pen: Pen, o: DrawOptions): number {
  const widest = barTicks(scale, height, o).reduce((w, tick) => Math.max(w, pen.measure(tickRuns(tick), tickSize(o))), 0);
  return o.fontSize * (0.7 + 0.75 + 0.6 + 1.6) + widest;
}

/** The scale beside its panel; a tip at an end beyond which cells lie. */
export function drawColourBar(scale: ColourScale, g: PanelGeometry, pen: Pen, o: DrawOptions): void {
  const { palette, paper } = o;
  const x = g.x + g.width + o.fontSize * 0.7;
  const width = o.fontSize * 0.75;
  const tip = o.fontSize * 0.6;
  const top = g.y + (scale.above ? tip : 0);
  const bottom = g.y + g.height - (scale.below ? tip : 0);
  // what the cells' colours are is asked of the same function that colours them
  const pixels = Uint8Array.from({ length: LEVELS }, (_, i) => {
    const share = 1 - i / (LEVELS - 1);
    const value = scale.log ? scale.low * (scale.high / scale.low) ** share : scale.low + share * (scale.high - scale.low);
    return 1 + Math.round(Math.max(0, Math.min(1, placeOnScale(scale, value))) * (LEVELS - 1));
  });
  const colours = colourTable(scale.colours);
  pen.image({ width: 1, height: LEVELS, pixels, colours, holes: false }, x, top, width, bottom - top);
  const colour = (pixel: number): string => `rgb(${colours.subarray(3 * pixel, 3 * pixel + 3).join(",")})`;
  const hair = { colour: palette.line, width: paper ? 0.4 : 1 };
  const outline = { x: [x, x, x + width, x + width], y: [bottom, top, top, bottom] };
  if (scale.above) {
    pen.area([x, x + width / 2, x + width], [top, g.y, top], colour(pixels[0]!), 1);
    outline.x.splice(2, 0, x + width / 2);
    outline.y.splice(2, 0, g.y);
  }
  if (scale.below) {
    pen.area([x, x + width / 2, x + width], [bottom, g.y + g.height, bottom], colour(pixels.at(-1)!), 1);
    outline.x.push(x + width / 2);
    outline.y.push(g.y + g.height);
  }
  pen.line([...outline.x, outline.x[0]!], [...outline.y, outline.y[0]!], hair);
  const axis = asAxis(scale);
  const bar: PanelGeometry = { ...g, panel: { ...g.panel, left: axis }, y: top, height: bottom - top };
  let widest = 0;
  for (const tick of barTicks(scale, bottom - top, o)) {
    const y = toY(bar, tick.value);
    pen.line([x + width, x + width + o.fontSize * (tick.minor ? 0.12 : 0.25)], [y, y], hair);
    if (tick.minor) continue;
    const runs = tickRuns(tick);
    widest = Math.max(widest, pen.measure(runs, tickSize(o)));
    pen.text(runs, x + width + o.fontSize * 0.45, y, { size: tickSize(o), colour: palette.quiet, align: "start", baseline: "middle" });
  }
  // a label longer than its panel is set smaller, down to 7 pt on paper, then without its unit, which its pointer's words have
  const room = g.height + o.fontSize;
  const name = withoutUnit(scale.label);
  const runs = pen.measure(scale.label, o.fontSize * 0.86) > room && name.length > 0 ? name : scale.label;
  const size = o.fontSize * Math.max(0.86, Math.min(1, room / pen.measure(runs, o.fontSize)));
  pen.text(runs, x + width + o.fontSize * 1.2 + widest, g.y + g.height / 2, {
    size,
    colour: palette.ink,
    align: "middle",
    baseline: "middle",
    upright: true,
  });
}

/** What stands before the unit in parentheses. */
function withoutUnit(label: readonly Run[]): Run[] {
  const at = label.findIndex(({ text }) => text.includes(" ("));
  if (at < 0) return [...label];
  const { text, shift } = label[at]!;
  const rest = text.slice(0, text.indexOf(" ("));
  return [...label.slice(0, at), ...(rest === "" ? [] : [{ text: rest, shift }])];
}

/** A cell of a map. */
export interface Cell {
  panel: PanelGeometry;
  mark: MapMark;
  column: number;
  row: number;
}

/** Which gap between edges, ascending or descending, holds `value`; −1 for none. */
function gapOf(edges: ArrayLike<number>, value: number): number {
  const n = edges.length;
  const up = at(edges, n - 1) >= at(edges, 0);
  let low = 0;
  let high = n - 1;
  const beyond = (i: number): boolean => (up ? at(edges, i) <= value : at(edges, i) >= value);
  if (n < 2 || !beyond(0) || (beyond(high) && at(edges, high) !== value)) return -1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (beyond(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** The cell of a map under the pointer; null where there is none. */
export function cellAt(geometry: Geometry, px: number, py: number): Cell | null {
  for (const panel of geometry.panels) {
    if (px < panel.x || px > panel.x + panel.width || py < panel.y || py > panel.y + panel.height) continue;
    for (const mark of panel.panel.marks) {
      if (mark.kind !== "map") continue;
      const column = gapOf(mark.x, fromX(panel, geometry.figure.x, px));
      const row = gapOf(mark.y, fromY(panel, py));
      if (column >= 0 && row >= 0) return { panel, mark, column, row };
    }
  }
  return null;
}

/** A label's name and unit around a value: "Time (h)" and 3.5 give "Time 3.5 h". */
function labelled(label: readonly Run[], value: string): string {
  const match = /^(.*?)\s*\(([^()]*)\)$/.exec(plain(label));
  return match ? `${match[1]} ${value} ${match[2]}` : `${plain(label)} ${value}`;
}

/** What the cell says: its value with the error it has, then where it is. */
export function cellText(figure: Figure, { panel, mark, column, row }: Cell): string[] {
  const index = row * (mark.x.length - 1) + column;
  const value = at(mark.values, index);
  const sigma = mark.sigma ? at(mark.sigma, index) : Number.NaN;
  const text = sigma > 0 ? numberText({ value, sigma, unit: "" }) : roughText(value);
  const middle = (edges: ArrayLike<number>, i: number, log?: boolean): string => {
    const [a, b] = [at(edges, i), at(edges, i + 1)];
    // as many digits as tell a cell from the next one
    const centre = log ? Math.sqrt(a * b) : (a + b) / 2;
    const digits = Math.ceil(Math.log10(Math.max(Math.abs(centre), Math.abs(a - b)) / Math.abs(a - b))) + 1;
    return roughText(centre, Math.max(2, Math.min(8, digits)));
  };
  const named = (axis: Axis, edges: ArrayLike<number>, i: number): string =>
    axis.names?.[i] ? plain(axis.names[i]) : labelled(axis.label, middle(edges, i, axis.log));
  return [
    Number.isFinite(value) ? labelled(mark.scale.label, text) : (mark.missing ?? "no value"),
    named(figure.x, mark.x, column),
    named(panel.panel.left, mark.y, row),
  ];
}

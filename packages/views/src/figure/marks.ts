/** What each kind of mark looks like. */
import type { Numbers } from "@thioscope/core/story";
import { at } from "../track.ts";
import { type DrawOptions, type PanelGeometry, toX, toY } from "./geometry.ts";
import { drawMap } from "./map.ts";
import type { Figure, LabelMark, Mark, SpanMark } from "./model.ts";
import { colourOf } from "./palette.ts";
import type { Pen } from "./pen.ts";

/** All marks of a panel: what is drawn back lies under what is not, words over everything. */
export function drawMarks(figure: Figure, g: PanelGeometry, pen: Pen, o: DrawOptions): void {
  const isBack = (mark: Mark): boolean => "faint" in mark && mark.faint === true;
  for (const mark of g.panel.marks) if (isBack(mark)) drawMark(figure, g, mark, pen, o);
  for (const mark of g.panel.marks) if (!isBack(mark)) drawMark(figure, g, mark, pen, o);
  drawLabels(figure, g, pen, o);
}

const hatchGap = (o: DrawOptions): number => o.fontSize * 0.5;

const FAINT = 0.22;

function drawMark(figure: Figure, g: PanelGeometry, mark: Mark, pen: Pen, o: DrawOptions): void {
  const { palette } = o;
  if (mark.kind === "label") return;
  if (mark.kind === "map") {
    drawMap(figure, g, mark, pen, o);
    return;
  }
  if (mark.kind === "span") {
    drawSpan(figure, g, mark, pen, o);
    return;
  }
  if (mark.kind === "rule") {
    const y = toY(g, mark.y, mark.right);
    pen.line([g.x, g.x + g.width], [y, y], { colour: palette.line, width: o.paper ? 0.4 : 1, dash: [2, 3] });
    return;
  }
  const colour = colourOf(mark.tone, palette);
  const n = mark.x.length;
  const px = new Float64Array(n);
  for (let i = 0; i < n; i++) px[i] = toX(g, figure.x, at(mark.x, i));
  const places = (values: Numbers): Float64Array => {
    const py = new Float64Array(n);
    for (let i = 0; i < n; i++) py[i] = toY(g, at(values, i), mark.right);
    return py;
  };
  const opacity = mark.faint ? FAINT : 1;
  if (mark.kind === "band") {
    const low = places(mark.low);
    const high = places(mark.high);
    const outline = [
      [...px, ...px.toReversed()],
      [...high, ...low.toReversed()],
    ] as const;
    if (mark.hatched) pen.hatch(...outline, { colour, width: o.stroke * 0.6, opacity: 0.75 * opacity }, hatchGap(o));
    else pen.area(...outline, colour, 0.2 * opacity);
  } else if (mark.kind === "line") {
    const py = places(mark.y);
    const stroke = {
      colour,
      width: (mark.width ?? 1) * o.stroke,
      opacity,
      ...(mark.dash ? { dash: [4 * o.stroke, 2 * o.stroke] } : {}),
    };
    if (mark.step) {
      const sx = new Float64Array(Math.max(0, 2 * n - 1));
      const sy = new Float64Array(sx.length);
      for (let i = 0; i < n; i++) {
        sx[2 * i] = px[i]!;
        sy[2 * i] = py[i]!;
        if (i + 1 < n) {
          sx[2 * i + 1] = px[i + 1]!;
          sy[2 * i + 1] = py[i]!;
        }
      }
      pen.line(sx, sy, stroke);
    } else pen.line(px, py, stroke);
  } else {
    const py = places(mark.y);
    // symbols shrink where they would touch
    const room = mark.lastRows && n > 1 ? g.width / (n - 1) : g.width;
    const radius = (mark.size ?? 1) * Math.max(o.stroke * 1.1, Math.min(o.stroke * 2.3, room * 0.42));
    if (mark.joined) pen.line(px, py, { colour, width: o.stroke * 0.7, opacity: opacity * 0.55 });
    // bars so close that they would be one block are faint and have no caps: the points stay to be seen
    const crowded = n > 1 && Math.abs(px[n - 1]! - px[0]!) / (n - 1) < CROWDED * o.stroke;
    for (let i = 0; i < n; i++) {
      const error = mark.sigma ? at(mark.sigma, i) : Number.NaN;
      const x = px[i]!;
      if (Number.isFinite(error) && Number.isFinite(py[i]!)) {
        const up = toY(g, at(mark.y, i) + error, mark.right);
        const down = toY(g, at(mark.y, i) - error, mark.right);
        if (down - up > 2 * radius) {
          const cap = crowded ? 0 : radius * 0.9;
          pen.line([x, x, Number.NaN, x - cap, x + cap, Number.NaN, x - cap, x + cap], [up, down, 0, up, up, 0, down, down], {
            colour,
            width: o.stroke * 0.7,
            opacity: crowded ? 0.35 * opacity : opacity,
          });
        }
      }
    }
    for (let i = 0; i < n; i++) {
      if (Number.isFinite(px[i]!) && Number.isFinite(py[i]!)) pen.symbol(mark.shape, px[i]!, py[i]!, radius, colour, opacity);
    }
  }
}

function drawSpan(figure: Figure, g: PanelGeometry, mark: SpanMark, pen: Pen, o: DrawOptions): void {
  const colour = colourOf(mark.tone, o.palette);
  const clamp = (x: number): number => Math.max(g.x, Math.min(g.x + g.width, x));
  const ends = [clamp(toX(g, figure.x, mark.from)), clamp(toX(g, figure.x, mark.to))];
  const [a, b] = [Math.min(...ends), Math.max(...ends)];
  const bottom = g.y + g.height;
  pen.rectangle(a, g.y, b - a, g.height, colour, mark.hatched ? 0.06 : 0.1);
  if (!mark.hatched) return;
  pen.hatch([a, b, b, a], [g.y, g.y, bottom, bottom], { colour, width: o.stroke * 0.5, opacity: 0.55 }, hatchGap(o) * 1.3);
}

/** Distance of neighbouring points, in strokes, below which their error bars touch. */
const CROWDED = 4;

/** A label that would cover another one stands further out, with a line to its point, so many steps. */
const STEPS = 8;

function drawLabels(figure: Figure, g: PanelGeometry, pen: Pen, o: DrawOptions): void {
  const size = o.fontSize * (o.paper ? 0.94 : 0.92);
  const line = size * 1.22;
  const gap = o.fontSize * 0.45;
  const taken: Box[] = [];
  const labels = g.panel.marks.filter((mark): mark is LabelMark => mark.kind === "label");
  for (const mark of labels) {
    const x = toX(g, figure.x, mark.x);
    const y = toY(g, mark.y);
    if (!(Number.isFinite(x) && Number.isFinite(y)) || x < g.x - 1 || x > g.x + g.width + 1) continue;
    const width = mark.lines.reduce((w, runs) => Math.max(w, pen.measure(runs, size)), 0);
    const height = line * mark.lines.length;
    const wanted = mark.place === "right" ? x + gap : x - width / 2;
    const left = Math.max(g.x + 2, Math.min(g.x + g.width - width - 2, wanted));
    const outward = mark.place === "below" ? 1 : -1;
    const first = mark.place === "right" ? y - height / 2 : outward > 0 ? y + gap : y - gap - height;
    for (let step = 0; step < (mark.leader ? STEPS : 1); step++) {
      const top = first + outward * step * line * 0.75;
      const box = { left: left - 4, right: left + width + 4, top: top - 1, bottom: top + height + 1 };
      const outside = box.top < g.y || box.bottom > g.y + g.height;
      const covers = taken.some((t) => box.left < t.right && box.right > t.left && box.top < t.bottom && box.bottom > t.top);
      if (mark.optional && (outside || covers)) continue;
      taken.push(box);
      const end = outward > 0 ? box.top : box.bottom;
      if (step > 0) pen.line([x, x], [y, end], { colour: o.palette.quiet, width: o.stroke * 0.4 });
      pen.rectangle(box.left + 2, box.top, box.right - box.left - 4, box.bottom - box.top, o.palette.surface, 0.88);
      for (const [k, runs] of mark.lines.entries()) {
        const style = { size, colour: colourOf(mark.tone, o.palette), align: "middle", baseline: "middle" } as const;
        pen.text(runs, left + width / 2, top + (k + 0.5) * line, style);
      }
      break;
    }
  }
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

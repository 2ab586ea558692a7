/** What moves over a plot: the cursor, the curve it is on, the range being dragged. */
import { type DrawOptions, type Geometry, type PanelGeometry, toX, toY } from "../figure/geometry.ts";
import { type Cell, cellText } from "../figure/map.ts";
import { colourOf } from "../figure/palette.ts";
import type { Pen } from "../figure/pen.ts";
import { at } from "../track.ts";
import type { Place } from "./hit.ts";

export interface OverlayState {
  places: readonly Place[];
  /** a line through all panels at the cursor */
  line: boolean;
  drag: { from: number; to: number } | null;
  /** the cell of a map under the pointer */
  cell: Cell | null;
}

export function drawOverlay(geometry: Geometry, pen: Pen, o: DrawOptions, state: OverlayState): void {
  const { palette } = o;
  const axis = geometry.figure.x;
  const first = state.places[0];
  if (state.line && first && first.x >= first.panel.x - 1 && first.x <= first.panel.x + first.panel.width + 1) {
    const x = Math.round(first.x) + 0.5;
    for (const g of geometry.panels) pen.line([x, x], [g.y, g.y + g.height], { colour: palette.accent, width: 1, opacity: 0.75 });
  }
  for (const { panel: g, mark, x, y, index } of state.places) {
    pen.clipped(g.x - 6, g.y - 6, g.width + 12, g.height + 12, () => {
      if (mark.kind === "map") {
        if (!state.line) pen.line([x, x], [g.y, g.y + g.height], { colour: palette.accent, width: 1, opacity: 0.75 });
        return;
      }
      if (mark.kind === "points" && mark.lastRows) {
        // a cycle: its column, not a single dot, because the cursor stands somewhere inside it
        const half = Math.max(4, Math.min(14, (toX(g, axis, at(mark.x, index) + 0.5) - toX(g, axis, at(mark.x, index))) * 0.9));
        if (mark === firstPoints(state.places, g)) pen.rectangle(x - half, g.y, 2 * half, g.height, palette.accent, 0.12);
        return;
      }
      if (!state.line && mark.kind === "line" && !mark.plain) {
        const px = Float64Array.from({ length: mark.x.length }, (_, i) => toX(g, axis, at(mark.x, i)));
        const py = Float64Array.from({ length: mark.x.length }, (_, i) => toY(g, at(mark.y, i), mark.right));
        const dash = mark.dash ? { dash: [4 * o.stroke, 2 * o.stroke] } : {};
        pen.line(px, py, { colour: palette.surface, width: o.stroke * 4.2, opacity: 0.8 });
        pen.line(px, py, { colour: colourOf(mark.tone, palette), width: o.stroke * 2, ...dash });
      }
      pen.symbol("disc", x, y, 5.2, palette.surface);
      pen.symbol("disc", x, y, 3.6, palette.accent);
    });
  }
  if (state.cell && !state.drag) drawCell(geometry, state.cell, pen, o);
  if (state.drag && Math.abs(state.drag.to - state.drag.from) >= 2) {
    for (const g of geometry.panels) {
      const clamp = (v: number): number => Math.max(g.x, Math.min(g.x + g.width, v));
      const a = clamp(Math.min(state.drag.from, state.drag.to));
      const b = clamp(Math.max(state.drag.from, state.drag.to));
      pen.rectangle(a, g.y, b - a, g.height, palette.accent, 0.12);
      for (const x of [a, b]) pen.line([x, x], [g.y, g.y + g.height], { colour: palette.accent, width: 1 });
    }
  }
}

/** The cell's outline and, beside it, what it says. */
function drawCell(geometry: Geometry, cell: Cell, pen: Pen, o: DrawOptions): void {
  const { palette, fontSize } = o;
  const { panel: g, mark, column, row } = cell;
  const xs = [column, column + 1].map((i) => toX(g, geometry.figure.x, at(mark.x, i)));
  const ys = [row, row + 1].map((j) => toY(g, at(mark.y, j)));
  const [left, right] = [Math.max(g.x, Math.min(...xs)), Math.min(g.x + g.width, Math.max(...xs))];
  const [top, bottom] = [Math.max(g.y, Math.min(...ys)), Math.min(g.y + g.height, Math.max(...ys))];
  const outline = [
    [left, right, right, left, left],
    [top, top, bottom, bottom, top],
  ] as const;
  pen.line(...outline, { colour: palette.surface, width: 3 });
  pen.line(...outline, { colour: palette.accent, width: 1.5 });
  const lines = cellText(geometry.figure, cell).map((text) => [{ text, shift: 0 as const }]);
  const size = fontSize * 0.94;
  const width = lines.reduce((w, runs) => Math.max(w, pen.measure(runs, size)), 0) + fontSize;
  const height = (lines.length * 1.3 + 0.5) * size;
  const gap = fontSize * 0.8;
  const x = right + gap + width < o.width ? right + gap : Math.max(0, left - gap - width);
  const y = Math.max(0, Math.min(o.height - height, top - height / 2));
  pen.rectangle(x, y, width, height, palette.surface, 0.92);
  pen.line([x, x + width, x + width, x, x], [y, y, y + height, y + height, y], { colour: palette.grid, width: 1 });
  for (const [k, runs] of lines.entries()) {
    const style = { size, colour: k === 0 ? palette.ink : palette.quiet, align: "start", baseline: "middle" } as const;
    pen.text(runs, x + fontSize / 2, y + (k * 1.3 + 0.9) * size, style);
  }
}

/** The first symbols of a panel: they carry its column, once. */
function firstPoints(places: readonly Place[], panel: PanelGeometry): unknown {
  return places.find((place) => place.mark.kind === "points" && place.panel === panel)?.mark;
}

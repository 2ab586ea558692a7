/** Where panels lie on a drawing, and from values to places and back. */
import type { Axis, Figure, Panel } from "./model.ts";
import type { Palette } from "./palette.ts";
import { placeOn, valueAt } from "./scale.ts";

export interface DrawOptions {
  width: number;
  height: number;
  palette: Palette;
  /** of axis labels; ticks are a little smaller */
  fontSize: number;
  /** line width of curves */
  stroke: number;
  /** paper: a closed frame, ticks inside, legend drawn; screen: open axes over a faint grid */
  paper: boolean;
}

export interface PanelGeometry {
  panel: Panel;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Geometry {
  figure: Figure;
  panels: readonly PanelGeometry[];
}

export const toX = (g: PanelGeometry, axis: Axis, value: number): number => g.x + placeOn(axis, value) * g.width;
export const fromX = (g: PanelGeometry, axis: Axis, px: number): number => valueAt(axis, (px - g.x) / g.width);

/** Vertical place of `value` on the left or right axis. */
export function toY(g: PanelGeometry, value: number, right = false): number {
  const axis = right && g.panel.right ? g.panel.right : g.panel.left;
  return g.y + g.height - placeOn(axis, value) * g.height;
}

/** Value of the left axis at a vertical place. */
export const fromY = (g: PanelGeometry, py: number): number => valueAt(g.panel.left, (g.y + g.height - py) / g.height);

/** From a pointer to a row, from a row to places in a figure, from a dragged range to rows. */
import { fromX, type Geometry, type PanelGeometry, toX, toY } from "../figure/geometry.ts";
import type { LineMark, MapMark, Mark, PointMark } from "../figure/model.ts";
import { at, nearest } from "../track.ts";

export interface Place {
  panel: PanelGeometry;
  mark: LineMark | PointMark | MapMark;
  /** index of the point in the mark, of the column in a map */
  index: number;
  x: number;
  /** NaN in a map: the cursor is on the whole column */
  y: number;
}

type Readable = (LineMark | PointMark | MapMark) & { rows: ArrayLike<number>; lastRows?: ArrayLike<number> };

function readable(mark: Mark): mark is Readable {
  return (mark.kind === "line" || mark.kind === "points" || mark.kind === "map") && mark.rows !== undefined && !isFaint(mark);
}

const isFaint = (mark: Mark): boolean => "faint" in mark && mark.faint === true;

/** A column of a map lies half-way between its edges. */
const xOf = (mark: Readable, i: number): number => (mark.kind === "map" ? (at(mark.x, i) + at(mark.x, i + 1)) / 2 : at(mark.x, i));

function yOf(panel: PanelGeometry, mark: Readable, i: number): number {
  return mark.kind === "map" ? Number.NaN : toY(panel, at(mark.y, i), mark.right);
}

/** The point nearest to the pointer: in the plane, or along x only. Faint marks are not hit. */
export function pointAt(geometry: Geometry, px: number, py: number, alongX: boolean, reach: number): Place | null {
  let best: Place | null = null;
  let closest = reach * reach;
  for (const panel of geometry.panels) {
    if (alongX ? px < panel.x - 8 || px > panel.x + panel.width + 8 : !inside(panel, px, py, 12)) continue;
    for (const mark of panel.panel.marks) {
      if (!readable(mark)) continue;
      const onColumn = alongX || mark.kind === "map";
      for (let index = 0; index < mark.rows.length; index++) {
        const x = toX(panel, geometry.figure.x, xOf(mark, index));
        // a gap between scans has no row
        if (!Number.isFinite(at(mark.rows, index))) continue;
        const dx = x - px;
        if (dx * dx > closest) continue;
        const y = yOf(panel, mark, index);
        const distance = onColumn ? dx * dx : dx * dx + (y - py) ** 2;
        if (distance < closest) {
          closest = distance;
          best = { panel, mark, index, x, y };
        }
      }
    }
    // panels share x: the first that answers is enough
    if (alongX && best) return best;
  }
  return best;
}

/** The point of any line or points nearest to the pointer, with rows or without; null where none is within `reach`. */
export function nearestPoint(geometry: Geometry, px: number, py: number, reach: number): { mark: Mark; index: number } | null {
  let best: { mark: Mark; index: number } | null = null;
  let closest = reach * reach;
  for (const panel of geometry.panels) {
    if (!inside(panel, px, py, 0)) continue;
    for (const mark of panel.panel.marks) {
      if ((mark.kind !== "line" && mark.kind !== "points") || isFaint(mark)) continue;
      for (let index = 0; index < mark.x.length; index++) {
        const distance =
          (toX(panel, geometry.figure.x, at(mark.x, index)) - px) ** 2 + (toY(panel, at(mark.y, index), mark.right) - py) ** 2;
        if (distance >= closest) continue;
        closest = distance;
        best = { mark, index };
      }
    }
  }
  return best;
}

function inside(panel: PanelGeometry, x: number, y: number, margin: number): boolean {
  return x >= panel.x - margin && x <= panel.x + panel.width + margin && y >= panel.y - margin && y <= panel.y + panel.height + margin;
}

/** Source row of a point. */
export function rowOf(place: Place): number {
  return at((place.mark as Readable).rows, place.index);
}

/** Where `row` stands in each mark that holds it. */
export function placesOf(geometry: Geometry, row: number): Place[] {
  const places: Place[] = [];
  for (const panel of geometry.panels) {
    for (const mark of panel.panel.marks) {
      if (!readable(mark)) continue;
      const index = indexOf(mark, row);
      if (index < 0) continue;
      const x = toX(panel, geometry.figure.x, xOf(mark, index));
      const y = yOf(panel, mark, index);
      if (Number.isFinite(x)) places.push({ panel, mark, index, x, y });
    }
  }
  return places;
}

/** What is known of a mark's rows, found once: the cursor asks every mark of every plot where it stands. */
interface Known {
  min: number;
  max: number;
  /** without gaps, so that a place is found by halving */
  isAscending: boolean;
}

const known = new WeakMap<object, Known>();

function knownOf(rows: ArrayLike<number>): Known {
  let found = known.get(rows);
  if (found) return found;
  found = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, isAscending: true };
  for (let i = 0; i < rows.length; i++) {
    const row = at(rows, i);
    if (!(row >= found.max)) found.isAscending = false;
    if (row < found.min) found.min = row;
    if (row > found.max) found.max = row;
  }
  known.set(rows, found);
  return found;
}

function indexOf(mark: Readable, row: number): number {
  const { rows, lastRows } = mark;
  if (lastRows) {
    for (let i = 0; i < rows.length; i++) if (row >= at(rows, i) && row <= at(lastRows, i)) return i;
    return -1;
  }
  const { min, max, isAscending } = knownOf(rows);
  if (!(row >= min && row <= max)) return -1;
  const isDrawn = (i: number): boolean => mark.kind === "map" || Number.isFinite(at(mark.y, i));
  if (isAscending) {
    let i = nearest(rows, row);
    // of equal rows the first
    while (i > 0 && at(rows, i - 1) === at(rows, i)) i--;
    if (isDrawn(i)) return i;
  }
  let best = -1;
  let closest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rows.length; i++) {
    const distance = Math.abs(at(rows, i) - row);
    if (distance < closest && isDrawn(i)) {
      closest = distance;
      best = i;
    }
  }
  return best;
}

/** Rows of the points between two pointer places; of `only` where given. Null where there is none. */
export function rowsBetween(geometry: Geometry, fromPx: number, toPx: number, only: Place | null): { first: number; last: number } | null {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const panel of only ? [only.panel] : geometry.panels) {
    const a = fromX(panel, geometry.figure.x, Math.min(fromPx, toPx));
    const b = fromX(panel, geometry.figure.x, Math.max(fromPx, toPx));
    for (const mark of only ? [only.mark] : panel.panel.marks) {
      if (!readable(mark)) continue;
      for (let i = 0; i < mark.rows.length; i++) {
        const x = xOf(mark, i);
        const row = at(mark.rows, i);
        if (!(x >= a && x <= b) || !Number.isFinite(row)) continue;
        first = Math.min(first, row);
        last = Math.max(last, mark.lastRows ? at(mark.lastRows, i) : row);
      }
    }
  }
  return first <= last ? { first, last } : null;
}

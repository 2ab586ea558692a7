/** The scene of a set of points: its atoms, and what the chosen bar is made of. */
import { inverseCell } from "@thioscope/core/atoms";
import { unpackNumbers } from "@thioscope/core/story";
import { cellEdges, offsetInto } from "../scene/cell.ts";
import { lookOf } from "../scene/elements.ts";
import type { Lines, Rgb, Scene } from "../scene/model.ts";
import type { SceneColours } from "../scene/mountScene.ts";
import type { ChosenBar, PointSet } from "./chosen.ts";

export interface PointScene {
  scene: Scene;
  /** which point each ball is: points of the bar may be shown again where it leaves the cell */
  points: readonly number[];
}

/** Of the covalent radius; where no element is known, of the spacing of points. */
const BALL = 0.42;
const PLAIN = 0.2;
const LARGER = 1.3;
/** Points that do not belong to the bar step back. */
const BACK = 0.72;

export function placesOf(set: PointSet): Float32Array {
  if (!set.positions) return new Float32Array(0);
  const places = unpackNumbers(set.positions);
  if (!set.cell) return places;
  const inverse = inverseCell(set.cell, new Float64Array(9));
  for (let i = 0; i < places.length; i += 3) {
    const offset = offsetInto(set.cell, inverse, places[i]!, places[i + 1]!, places[i + 2]!);
    for (let d = 0; d < 3; d++) places[i + d]! += offset[d]!;
  }
  return places;
}

export function pointScene(set: PointSet, places: Float32Array, bar: ChosenBar | null, colours: SceneColours): PointScene {
  const walks = bar ? (set.barcodes[bar.dimension]!.points[bar.k] ?? []) : [];
  const inBar = new Set(walks.flat());
  const count = places.length / 3;
  const spacing = spacingOf(set);
  const looks = Array.from({ length: count }, (_, i) => (set.symbols ? lookOf(set.symbols[i]!) : null));
  const radiusOf = (i: number): number => (looks[i]?.radius ? BALL * looks[i].radius : PLAIN * spacing);
  const positions: number[] = [];
  const radius: number[] = [];
  const tints: number[] = [];
  const points: number[] = [];
  const ball = (i: number, place: readonly number[], colour: Rgb, r: number): void => {
    positions.push(...place);
    radius.push(r);
    tints.push(...colour);
    points.push(i);
  };
  for (let i = 0; i < count; i++) {
    const own = looks[i]?.colour ?? colours.quiet;
    const isMember = inBar.has(i);
    const back = bar && !isMember ? BACK : 0;
    const tint = own.map((c, k) => (1 - back) * c + back * colours.background[k]!) as unknown as Rgb;
    ball(i, Array.from(places.subarray(3 * i, 3 * i + 3)), isMember ? colours.accent : tint, (isMember ? LARGER : 1) * radiusOf(i));
  }
  const lines: Lines[] = set.cell ? [{ ends: cellEdges(set.cell), colour: colours.quiet, width: 1 }] : [];
  const ends: number[] = [];
  for (const walk of walks) {
    const way = unwrapped(walk, places, set.cell);
    const last = bar!.dimension === 2 ? null : walk.length > 2 ? nextTo(way.at(-1)!, place(walk[0]!), set.cell) : null;
    for (const [n, at] of way.entries()) {
      const i = walk[n]!;
      // over the boundary the ring goes on outside of the cell
      if (Math.hypot(...at.map((x, d) => x - places[3 * i + d]!)) > 1e-3) ball(i, at, colours.accent, LARGER * radiusOf(i));
      if (bar!.dimension === 2) for (const other of way.slice(0, n)) ends.push(...at, ...other);
      else if (n > 0) ends.push(...way[n - 1]!, ...at);
    }
    if (last) ends.push(...way.at(-1)!, ...last);
  }
  if (ends.length > 0) lines.push({ ends: Float32Array.from(ends), colour: colours.accent, width: 3 });
  const balls = { positions: Float32Array.from(positions), radius, colours: Uint8Array.from(tints) };
  return { scene: { balls, lines, surface: null }, points };

  function place(i: number): number[] {
    return Array.from(places.subarray(3 * i, 3 * i + 3));
  }
}

/** A walk over nearest images, beginning in the cell. */
function unwrapped(walk: readonly number[], places: Float32Array, cell: PointSet["cell"]): number[][] {
  const way: number[][] = [];
  for (const i of walk) {
    const own = Array.from(places.subarray(3 * i, 3 * i + 3));
    way.push(way.length === 0 ? own : nextTo(way.at(-1)!, own, cell));
  }
  return way;
}

/** The image of `place` nearest to `from`: of the 125 around, enough for cells that are not reduced. */
function nextTo(from: readonly number[], place: readonly number[], cell: PointSet["cell"]): number[] {
  if (!cell) return [...place];
  const inverse = inverseCell(cell, new Float64Array(9));
  const d = place.map((x, k) => x - from[k]!);
  const rounded = [0, 1, 2].map((k) => Math.round(d[0]! * inverse[k]! + d[1]! * inverse[3 + k]! + d[2]! * inverse[6 + k]!));
  let best = [...place];
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < 125; n++) {
    const shift = [n % 5, Math.floor(n / 5) % 5, Math.floor(n / 25)].map((s, k) => s - 2 - rounded[k]!);
    const image = place.map((x, k) => x + shift[0]! * cell[k]! + shift[1]! * cell[3 + k]! + shift[2]! * cell[6 + k]!);
    const length = Math.hypot(...image.map((x, k) => x - from[k]!));
    if (length < least) [best, least] = [image, length];
  }
  return best;
}

/** The usual distance to the next point: the median of the spacings. */
function spacingOf({ barcodes }: PointSet): number {
  const deaths = Array.from(barcodes[0]?.death ?? []).sort((a, b) => a - b);
  return deaths[deaths.length >> 1] || 1;
}

/** The scene of a trajectory's frame: atoms in the cell, bonds of the framework, paths of the ions, the surface of their density. */
import { inverseCell, isosurface, levelHolding } from "@thioscope/core/atoms";
import { type StructureView, unpackNumbers } from "@thioscope/core/story";
import { cellEdges, offsetInto } from "../scene/cell.ts";
import { lookOf } from "../scene/elements.ts";
import type { Lines, Scene, Surface } from "../scene/model.ts";
import type { SceneColours } from "../scene/mountScene.ts";

/** A structure with its numbers unpacked once. */
export interface Unpacked {
  view: StructureView;
  atoms: number;
  /** frame by frame */
  positions: Float32Array;
  inverse: Float64Array | null;
  density: Float32Array | null;
}

export interface Shown {
  frame: number;
  paths: boolean;
  /** framework and its bonds */
  framework: boolean;
  /** share of the time that the surface holds an ion; 0 for no surface */
  share: number;
}

export function unpacked(view: StructureView): Unpacked {
  return {
    view,
    atoms: view.kinds.length,
    positions: unpackNumbers(view.positions),
    inverse: view.cell && inverseCell(view.cell, new Float64Array(9)),
    density: view.density && unpackNumbers(view.density.values),
  };
}

/** Of the covalent radius: bonds stay visible. */
const BALL = 0.42;
const UNKNOWN_RADIUS = 1.3;
/** A bond is no longer than this times the sum of the radii. */
const BOND = 1.18;
const MOST_BONDED = 4000;

/** Atoms that are drawn, in the order of the balls. */
export function drawnAtoms({ view, atoms }: Unpacked, { framework }: Shown, ions: readonly string[]): number[] {
  return Array.from({ length: atoms }, (_, i) => i).filter((i) => framework || ions.includes(view.symbols[view.kinds[i]!]!));
}

/** Places of all atoms in one frame, moved into the cell. */
export function placesAt({ view, atoms, positions, inverse }: Unpacked, frame: number): Float32Array {
  const out = positions.slice(3 * atoms * frame, 3 * atoms * (frame + 1));
  if (!view.cell || !inverse) return out;
  for (let i = 0; i < out.length; i += 3) {
    const offset = offsetInto(view.cell, inverse, out[i]!, out[i + 1]!, out[i + 2]!);
    for (let d = 0; d < 3; d++) out[i + d]! += offset[d]!;
  }
  return out;
}

export function structureScene(
  own: Unpacked,
  shown: Shown,
  ions: readonly string[],
  colours: SceneColours,
  surface: Surface | null,
): Scene {
  const { view } = own;
  const places = placesAt(own, shown.frame);
  const drawn = drawnAtoms(own, shown, ions);
  const looks = view.symbols.map(lookOf);
  const kind = (i: number): number => view.kinds[i]!;
  const lines: Lines[] = [];
  if (view.cell) lines.push({ ends: cellEdges(view.cell), colour: colours.quiet, width: 1 });
  if (shown.framework)
    lines.push({ ends: bonds(places, drawn, (i) => (isIon(i) ? null : looks[kind(i)]!.radius)), colour: colours.quiet, width: 2.5 });
  if (shown.paths) lines.push({ ends: pathsOf(own, isIon), colour: colours.accent, width: 1 });
  return {
    balls: {
      positions: Float32Array.from(drawn.flatMap((i) => Array.from(places.subarray(3 * i, 3 * i + 3)))),
      radius: drawn.map((i) => BALL * (looks[kind(i)]!.radius ?? UNKNOWN_RADIUS)),
      colours: Uint8Array.from(drawn.flatMap((i) => looks[kind(i)]!.colour)),
    },
    lines,
    surface,
  };

  function isIon(i: number): boolean {
    return ions.includes(view.symbols[kind(i)]!);
  }
}

function bonds(places: Float32Array, drawn: readonly number[], radius: (atom: number) => number | null): Float32Array {
  const bonded = drawn.filter((i) => radius(i) !== null);
  if (bonded.length > MOST_BONDED) return new Float32Array(0);
  const radii = bonded.map((i) => radius(i)!);
  const ends: number[] = [];
  for (let a = 0; a < bonded.length; a++) {
    const i = 3 * bonded[a]!;
    const [x, y, z] = [places[i]!, places[i + 1]!, places[i + 2]!];
    for (let b = 0; b < a; b++) {
      const j = 3 * bonded[b]!;
      const limit = BOND * (radii[a]! + radii[b]!);
      const square = (x - places[j]!) ** 2 + (y - places[j + 1]!) ** 2 + (z - places[j + 2]!) ** 2;
      if (square < limit * limit) ends.push(x, y, z, places[j]!, places[j + 1]!, places[j + 2]!);
    }
  }
  return Float32Array.from(ends);
}

/** Ways of the ions over all frames shown, each beginning in the cell. */
function pathsOf({ view, atoms, positions, inverse }: Unpacked, isIon: (i: number) => boolean): Float32Array {
  const ends: number[] = [];
  for (let i = 0; i < atoms; i++) {
    if (!isIon(i)) continue;
    const [x, y, z] = [positions[3 * i]!, positions[3 * i + 1]!, positions[3 * i + 2]!];
    const offset = view.cell && inverse ? offsetInto(view.cell, inverse, x, y, z) : [0, 0, 0];
    for (let t = 1; t < view.frames; t++) {
      for (const frame of [t - 1, t]) for (let d = 0; d < 3; d++) ends.push(positions[3 * (frame * atoms + i) + d]! + offset[d]!);
    }
  }
  return Float32Array.from(ends);
}

/** The surface that holds an ion for a share of the time. */
export function surfaceOf({ view, density }: Unpacked, share: number, colours: SceneColours): Surface | null {
  if (!view.density || !view.cell || !density || share <= 0) return null;
  const { positions, normals, triangles } = isosurface(
    { shape: view.density.shape, values: density, cell: view.cell },
    levelHolding(density, share),
  );
  return { positions, normals, triangles, colour: colours.second };
}

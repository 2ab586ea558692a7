/**
 * Ions and a framework whose spacings and rings are known, over some frames: what an H0 and an H1 barcode must find.
 *
 * Ions stand on a cubic lattice of one spacing, or as in a glass: each has its nearest neighbour at a distance drawn between two limits, and none nearer. The
 * framework holds puckered six-rings (chairs): neighbours at `opens`, next neighbours at `closes`, so that the ring is there between these two lengths (a triangle
 * of next neighbours fills it).
 *
 * Effects that the analysis does not model: vibrations of every atom about its site, a cell that breathes, coordinates wrapped and rounded to what the file holds.
 */
import { type Random, random } from "@thioscope/core";
import { type WritableAtoms, writeExtxyz } from "@thioscope/formats";

export interface SublatticeRecipe {
  /** Å; two different numbers make a glass */
  spacing: readonly [least: number, most: number];
  /** Å */
  ring: { opens: number; closes: number };
  frames: number;
  /** standard deviation along each axis, Å */
  vibrationAngstrom: number;
}

/** Ions along each edge of the lattice; as many in the glass. */
const EDGE_IONS = 3;
const RINGS = 6;
/** Edge of the cell over the ring's larger length: rings meet one another at more than twice that length. */
const APART = 12;
const BREATHING = 0.004;

/** Extended XYZ of a periodic cell: Na, and Cl as the framework. */
export function virtualSublattice(
  { spacing: [least, most], ring, frames, vibrationAngstrom }: SublatticeRecipe,
  seed: number | string,
): string {
  const draw = random(`sublattice ${seed}`);
  // ions in one half of the cell, rings in the other: they do not meet
  const edge = Math.max(2 * EDGE_IONS * most, APART * ring.closes);
  const ions = least === most ? lattice(least) : glass(least, most, draw);
  const chairs = Array.from({ length: RINGS }, (_, k) =>
    chair(ring.opens, ring.closes, draw).map((at) => at.map((x, d) => x + place(k, d, edge))),
  );
  const sites = [...ions, ...chairs.flat()];
  const species = [...ions.map(() => "Na"), ...chairs.flat().map(() => "Cl")];
  const out: string[] = [];
  for (let t = 0; t < frames; t++) {
    const scale = 1 + BREATHING * Math.sin((2 * Math.PI * t) / 17);
    const positions = Float64Array.from(sites.flat(), (x) => {
      const at = x * scale + vibrationAngstrom * draw.normal();
      return at - Math.floor(at / (edge * scale)) * edge * scale;
    });
    const atoms: WritableAtoms & { cell: Float64Array } = {
      species,
      positions,
      cell: Float64Array.of(edge, 0, 0, 0, edge, 0, 0, 0, edge).map((x) => x * scale),
      step: t,
      timeFs: 20 * t,
    };
    out.push(writeExtxyz(atoms));
  }
  return out.join("");
}

type Point = readonly number[];

const lattice = (spacing: number): Point[] =>
  Array.from({ length: EDGE_IONS ** 3 }, (_, k) => [0, 1, 2].map((d) => 1 + spacing * (Math.floor(k / EDGE_IONS ** d) % EDGE_IONS)));

function glass(least: number, most: number, draw: Random): Point[] {
  const room = EDGE_IONS * most;
  const points: Point[] = [[room / 2, room / 2, room / 2]];
  while (points.length < EDGE_IONS ** 3) {
    const from = points[draw.integer(points.length)]!;
    const way = [draw.normal(), draw.normal(), draw.normal()];
    const length = (least + (most - least) * draw.uniform()) / Math.hypot(...way);
    const next = from.map((x, d) => x + way[d]! * length);
    const isFree = points.every((p) => Math.hypot(...p.map((x, d) => x - next[d]!)) >= least);
    if (isFree && next.every((x) => x > 0 && x < room)) points.push(next);
  }
  return points;
}

/** Two triangles of next neighbours, one turned by 60° above the other, turned at random. */
function chair(opens: number, closes: number, draw: Random): Point[] {
  const radius = closes / Math.sqrt(3);
  const height = Math.sqrt(opens ** 2 - radius ** 2);
  const turn = 2 * Math.PI * draw.uniform();
  return Array.from({ length: 6 }, (_, k) => {
    const angle = turn + (k * Math.PI) / 3;
    return [radius * Math.cos(angle), radius * Math.sin(angle), k % 2 === 0 ? height / 2 : -height / 2];
  });
}

/** In the other half of the cell, two beside three. */
const place = (k: number, axis: number, edge: number): number =>
  edge * [0.15 + 0.3 * Math.floor(k / 2), 0.65 + 0.25 * (k % 2), 0.85][axis]!;

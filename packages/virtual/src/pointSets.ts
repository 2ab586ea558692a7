/**
 * Point sets whose rings and cavities are known: regular polygons and octahedra of given size, turned at random and far apart.
 *
 * A regular N-gon of circumradius r has one ring, from its side 2 r sin(π/N) to 2 r sin(π ⌈N/3⌉/N), where three points first span a triangle around
 * the centre (polygons of 3 k points have H2 bars there too, and are not made). An octahedron has one cavity, from its edge r√2 to its diagonal 2 r. (M. Adamaszek, H. Adams, Pacific J. Math. 290, 1 (2017).)
 */
import { type Random, random, ThioscopeError } from "@thioscope/core";

export interface VirtualPointSet {
  /** x, y, z of each point in turn, Å */
  readonly points: Float64Array;
  /** birth and death in Å of every H1 bar that opens below 2 · radius, and of every H2 bar; the parts meet at about 6 · radius */
  readonly rings: readonly (readonly [number, number])[];
  readonly cavities: readonly (readonly [number, number])[];
}

export interface PointSetOptions {
  /** how many polygons, of how many points each */
  rings?: number;
  ringPoints?: number;
  /** how many octahedra */
  cavities?: number;
  /** circumradius, Å */
  radius?: number;
}

/** INVALID_INPUT for counts that are no whole numbers and polygons of fewer than four points or a multiple of three. */
export function virtualPointSet(
  { rings = 3, ringPoints = 10, cavities = 2, radius = 5 }: PointSetOptions = {},
  seed: number | string = "points",
): VirtualPointSet {
  if (
    !(
      Number.isInteger(rings) &&
      rings >= 0 &&
      Number.isInteger(cavities) &&
      cavities >= 0 &&
      ringPoints >= 4 &&
      ringPoints % 3 !== 0 &&
      Number.isInteger(ringPoints)
    )
  ) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${rings} rings of ${ringPoints} points and ${cavities} cavities: whole numbers, 4 points or more, not a multiple of 3`,
    );
  }
  const draw = random(seed);
  const polygon = Array.from({ length: ringPoints }, (_, k): Vector => {
    const angle = (2 * Math.PI * k) / ringPoints;
    return [radius * Math.cos(angle), radius * Math.sin(angle), 0];
  });
  const octahedron = [0, 1, 2].flatMap((axis) =>
    [1, -1].map((sign) => [0, 1, 2].map((k) => (k === axis ? sign * radius : 0)) as unknown as Vector),
  );
  const points: number[] = [];
  for (let part = 0; part < rings + cavities; part++) {
    const turn = rotation(draw);
    // so far apart that they meet only after all of their bars have ended
    const shift = 8 * radius * part;
    for (const p of part < rings ? polygon : octahedron) {
      const [x, y, z] = turn.map((row) => row[0] * p[0] + row[1] * p[1] + row[2] * p[2]) as unknown as Vector;
      points.push(x + shift, y, z);
    }
  }
  const ring = [
    2 * radius * Math.sin(Math.PI / ringPoints),
    2 * radius * Math.sin((Math.PI * Math.ceil(ringPoints / 3)) / ringPoints),
  ] as const;
  return {
    points: Float64Array.from(points),
    rings: Array.from({ length: rings }, () => ring),
    cavities: Array.from({ length: cavities }, () => [radius * Math.SQRT2, 2 * radius] as const),
  };
}

type Vector = readonly [number, number, number];

/** A uniform rotation from a random unit quaternion. */
function rotation(draw: Random): [Vector, Vector, Vector] {
  const q = [draw.normal(), draw.normal(), draw.normal(), draw.normal()];
  const length = Math.hypot(...q);
  const [w, x, y, z] = q.map((c) => c / length) as [number, number, number, number];
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
}

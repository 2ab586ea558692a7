/** What a picture in space is made of, and from where it is seen. Lengths in one unit, usually Å. */

export type Rgb = readonly [number, number, number];

interface Balls {
  /** x, y, z of each in turn */
  readonly positions: Float32Array;
  readonly radius: ArrayLike<number>;
  /** red, green, blue of each in turn, 0…255 */
  readonly colours: Uint8Array;
}

export interface Lines {
  /** x, y, z of both ends of each in turn */
  readonly ends: Float32Array;
  readonly colour: Rgb;
  /** CSS pixels */
  readonly width: number;
}

export interface Surface {
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly triangles: Uint32Array;
  readonly colour: Rgb;
}

export interface Scene {
  readonly balls: Balls;
  readonly lines: readonly Lines[];
  /** drawn so that what lies behind shines through */
  readonly surface: Surface | null;
}

/** Parallel projection: angles and lengths can be compared over the picture. */
export interface Camera {
  /** rows: right, up, towards the eye */
  readonly rotation: readonly number[];
  /** the place that lies in the middle */
  readonly centre: readonly [number, number, number];
  /** CSS pixels per unit */
  readonly scale: number;
}

/** The camera turned by angles about the picture's own axes, radians. */
export function turned(camera: Camera, aboutUp: number, aboutRight: number): Camera {
  const [c, s, d, t] = [Math.cos(aboutUp), Math.sin(aboutUp), Math.cos(aboutRight), Math.sin(aboutRight)];
  const r = camera.rotation;
  const rows = [0, 1, 2].map((k) => {
    const [x, y, z] = [r[k]!, r[3 + k]!, r[6 + k]!];
    const [x1, z1] = [c * x + s * z, c * z - s * x];
    return [x1, d * y - t * z1, t * y + d * z1];
  });
  return { ...camera, rotation: orthonormal([0, 1, 2].flatMap((row) => rows.map((column) => column[row]!))) };
}

/** Many small turns must not add up to a skewed picture. */
function orthonormal(m: readonly number[]): number[] {
  const unit = (v: number[]): number[] => {
    const length = Math.hypot(...v);
    return v.map((x) => x / length);
  };
  const a = unit(m.slice(0, 3));
  const dot = a.reduce((sum, x, k) => sum + x * m[3 + k]!, 0);
  const b = unit(a.map((x, k) => m[3 + k]! - dot * x));
  return [...a, ...b, a[1]! * b[2]! - a[2]! * b[1]!, a[2]! * b[0]! - a[0]! * b[2]!, a[0]! * b[1]! - a[1]! * b[0]!];
}

/**
 * Pieces of a domain's boundary: points and curvature along a parameter t from 0 to 1. A domain is a closed loop of pieces with the domain on the
 * left, so that its outward normal lies on the right of the direction of t.
 */

export type Point = readonly [x: number, y: number];

export interface Curve {
  /** what the piece is: boundary conditions refer to it */
  readonly tag: string;
  at(t: number): Point;
  /** of a left turn positive, 1/length */
  curvature(t: number): number;
  /** places where the piece has a kink inside, for instance the points of a profile */
  readonly kinks?: readonly number[];
}

export function line(tag: string, from: Point, to: Point): Curve {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  return {
    tag,
    // the ends are met exactly, so that neighbouring pieces share their corner
    at: (t) => (t === 1 ? to : [from[0] + t * dx, from[1] + t * dy]),
    curvature: () => 0,
  };
}

/** Arc of an ellipse with axes along x and y: centre + (a cos u, b sin u), u from `from` to `to` in rad. */
export function ellipseArc(tag: string, centre: Point, a: number, b: number, from: number, to: number): Curve {
  const turn = Math.sign(to - from);
  return {
    tag,
    at(t) {
      const u = from + t * (to - from);
      return [centre[0] + a * Math.cos(u), centre[1] + b * Math.sin(u)];
    },
    curvature(t) {
      const u = from + t * (to - from);
      return (turn * a * b) / Math.hypot(a * Math.sin(u), b * Math.cos(u)) ** 3;
    },
  };
}

/** y = mean + A cos(k x) from x = `from` to `to`. */
export function cosine(tag: string, mean: number, amplitude: number, wavenumber: number, from: number, to: number): Curve {
  return {
    tag,
    at(t) {
      const x = t === 1 ? to : from + t * (to - from);
      return [x, mean + amplitude * Math.cos(wavenumber * x)];
    },
    curvature(t) {
      const x = from + t * (to - from);
      const slope = -amplitude * wavenumber * Math.sin(wavenumber * x);
      const second = -amplitude * wavenumber ** 2 * Math.cos(wavenumber * x);
      return (Math.sign(to - from) * second) / (1 + slope ** 2) ** 1.5;
    },
  };
}

/** Straight pieces through given points: a measured profile. At least two points. */
export function polyline(tag: string, points: readonly Point[]): Curve {
  const pieces = points.length - 1;
  return {
    tag,
    at(t) {
      const k = Math.min(pieces - 1, Math.floor(t * pieces));
      const f = t * pieces - k;
      const [p, q] = [points[k]!, points[k + 1]!];
      if (f === 0) return p;
      return f === 1 ? q : [p[0] + f * (q[0] - p[0]), p[1] + f * (q[1] - p[1])];
    },
    curvature: () => 0,
    kinks: Array.from({ length: Math.max(0, pieces - 1) }, (_, k) => (k + 1) / pieces),
  };
}

/** The same piece with its ends set to given points, where neighbouring pieces must meet without a rounding error. */
export function withEnds(curve: Curve, start: Point, end: Point): Curve {
  return { ...curve, at: (t) => (t === 0 ? start : t === 1 ? end : curve.at(t)) };
}

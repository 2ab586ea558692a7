/**
 * Defects at the interface as boundary curves: electrolyte above a metal at z = 0, the defect on the axis (x = r) or, for slots and rough interfaces, in the
 * plane of symmetry of a periodic row. All lengths in m.
 *
 *   filled       metal in a half-spheroidal pit of radius a and depth b; a fillet of radius ρ joins pit and plane
 *   empty        a gap between metal and electrolyte, r < a: no current through its wall; b = 0 is a flat gap
 *   partlyFilled metal in the pit up to the level h, the wall above it is insulating
 *   slot         a filled half-elliptic groove, planar
 *   rough        z = A cos(k x) over half a wavelength, planar
 *   profile      a measured line (x, z), planar, deposited on everywhere
 *
 * Tags: "flat" metal beside the defect, "defect" metal in it, "void" insulating wall, "side", "top", "axis".
 */
import { ThioscopeError } from "../errors.ts";
import { type Curve, cosine, ellipseArc, type Geometry, line, type Point, polyline, type SizeSource, withEnds } from "../numerics/index.ts";

export type Defect =
  | { kind: "filled"; radius: number; depth: number; fillet?: number }
  | { kind: "empty"; radius: number; depth: number }
  | { kind: "partlyFilled"; radius: number; depth: number; level: number }
  | { kind: "slot"; radius: number; depth: number; fillet?: number }
  | { kind: "rough"; amplitude: number; wavenumber: number }
  | { kind: "profile"; points: readonly Point[] };

export interface DefectDomain {
  curves: readonly Curve[];
  geometry: Geometry;
  /** the rim's size: where the boundary's kind changes or bends most */
  sources: readonly SizeSource[];
  /** width and height of the electrolyte */
  width: number;
  height: number;
  /** feature size of the Wagner number */
  feature: number;
}

/** A fillet of this share of the smaller half-axis rounds the rim unless the caller gives its own. */
export const FILLET = 0.05;

const positive = (value: number, name: string): void => {
  if (!(value > 0 && Number.isFinite(value))) throw new ThioscopeError("INVALID_INPUT", `${name} of ${value} m: it must be above 0`);
};

/** @param rim size of the mesh at the rim as a share of its radius (or of a where there is none) Throws INVALID_INPUT for a defect that does not fit its domain. */
export function defectDomain(defect: Defect, width: number, height: number, rim = 1 / 8): DefectDomain {
  positive(width, "a width");
  positive(height, "a height");
  if (defect.kind === "profile") return profileDomain(defect.points, height);
  if (defect.kind === "rough") {
    positive(defect.wavenumber, "a wavenumber");
    const half = Math.PI / defect.wavenumber;
    if (!(Math.abs(defect.amplitude) < 0.9 * height)) {
      throw new ThioscopeError("INVALID_INPUT", `an amplitude of ${defect.amplitude} m does not fit a height of ${height} m`);
    }
    const bottom = cosine("flat", 0, defect.amplitude, defect.wavenumber, 0, half);
    return {
      ...box([bottom], height),
      geometry: "planar",
      sources: [{ at: [0, defect.amplitude], size: half / 16 }],
      width: half,
      height,
      feature: 1 / defect.wavenumber,
    };
  }
  const { radius: a, depth: b } = defect;
  positive(a, "a radius");
  if (!(b >= 0 && Number.isFinite(b)) || (b === 0 && defect.kind !== "empty")) {
    throw new ThioscopeError("INVALID_INPUT", `a depth of ${b} m: it must be above 0 (0 only for an empty pore)`);
  }
  if (!(b < 0.95 * height)) throw new ThioscopeError("INVALID_INPUT", `a defect ${b} m deep does not fit an electrolyte ${height} m thick`);
  const { pieces, end, size } = pit(defect, rim);
  if (!(end < 0.98 * width))
    throw new ThioscopeError("INVALID_INPUT", `a defect with its rim at ${end} m does not fit a cell ${width} m wide`);
  const flat = line("flat", [end, 0], [width, 0]);
  return {
    ...box([...pieces, flat], height),
    geometry: defect.kind === "slot" ? "planar" : "axisymmetric",
    sources: [{ at: [a, 0], size }],
    width,
    height,
    feature: a,
  };
}

/** From the axis to the flat part: pieces, where they end, size of the mesh at the rim. */
function pit(defect: Exclude<Defect, { kind: "rough" | "profile" }>, rim: number): { pieces: Curve[]; end: number; size: number } {
  const { kind, radius: a, depth: b } = defect;
  if (kind === "empty") {
    if (b === 0) return { pieces: [line("void", [0, 0], [a, 0])], end: a, size: (a / 8) * rim };
    return { pieces: [arc("void", a, b, b, 0)], end: a, size: (Math.min(a, b) / 8) * rim };
  }
  if (kind === "partlyFilled") {
    const { level } = defect;
    if (!(level > 0 && level <= b))
      throw new ThioscopeError("INVALID_INPUT", `a level of ${level} m: it must lie between 0 and the depth, ${b} m`);
    if (level === b) return { pieces: [arc("defect", a, b, b, 0)], end: a, size: Math.min(a, b) * rim };
    return { pieces: [arc("void", a, b, b, level), arc("defect", a, b, level, 0)], end: a, size: Math.min(level, a, b) * rim };
  }
  const fillet = defect.fillet ?? FILLET * Math.min(a, b);
  if (!(fillet >= 0 && Number.isFinite(fillet)))
    throw new ThioscopeError("INVALID_INPUT", `a fillet of ${fillet} m: it must not be negative`);
  if (fillet === 0) return { pieces: [arc("defect", a, b, b, 0)], end: a, size: (Math.min(a, b) / 8) * rim };
  // the fillet's centre lies at the height of its radius on the curve parallel to the spheroid
  let [low, high] = [0, Math.PI / 2];
  const centre = (u: number): Point => {
    const length = Math.hypot(b * Math.sin(u), a * Math.cos(u));
    return [a * Math.sin(u) + (fillet * b * Math.sin(u)) / length, b * Math.cos(u) + (fillet * a * Math.cos(u)) / length];
  };
  for (let k = 0; k < 100; k++) {
    const middle = (low + high) / 2;
    if (centre(middle)[1] > fillet) low = middle;
    else high = middle;
  }
  const u = high;
  const [cx] = centre(u);
  const meet: Point = [a * Math.sin(u), b * Math.cos(u)];
  const angle = Math.atan2(meet[1] - fillet, meet[0] - cx);
  const pieces = [
    withEnds(ellipseArc("defect", [0, 0], a, b, Math.PI / 2, Math.PI / 2 - u), [0, b], meet),
    withEnds(ellipseArc("defect", [cx, fillet], fillet, fillet, angle < 0 ? angle + 2 * Math.PI : angle, 1.5 * Math.PI), meet, [cx, 0]),
  ];
  return { pieces, end: cx, size: fillet * rim * 2 };
}

/** The spheroid's wall from height z0 down to z1. */
function arc(tag: string, a: number, b: number, z0: number, z1: number): Curve {
  const place = (z: number): Point => (z >= b ? [0, b] : z <= 0 ? [a, 0] : [a * Math.sqrt(1 - (z / b) ** 2), z]);
  return withEnds(ellipseArc(tag, [0, 0], a, b, Math.asin(Math.min(1, z0 / b)), Math.asin(Math.max(0, z1 / b))), place(z0), place(z1));
}

/** Closes pieces from the axis to the side with side, top and axis. */
function box(bottom: readonly Curve[], height: number): { curves: Curve[] } {
  const start = bottom[0]!.at(0);
  const end = bottom.at(-1)!.at(1);
  return {
    curves: [
      ...bottom,
      line("side", end, [end[0], height]),
      line("top", [end[0], height], [start[0], height]),
      line("axis", [start[0], height], start),
    ],
  };
}

function profileDomain(points: readonly Point[], height: number): DefectDomain {
  if (points.length < 2) throw new ThioscopeError("INVALID_INPUT", "a profile needs at least two points");
  for (let k = 1; k < points.length; k++) {
    if (!(points[k]![0] > points[k - 1]![0]))
      throw new ThioscopeError("INVALID_INPUT", `a profile's x must grow: point ${k + 1} at ${points[k]![0]} m`);
  }
  const top = Math.max(...points.map((p) => p[1]));
  if (!(top < 0.95 * height) || points.some((p) => !Number.isFinite(p[1]))) {
    throw new ThioscopeError("INVALID_INPUT", `a profile up to ${top} m does not fit an electrolyte ${height} m thick`);
  }
  const width = points.at(-1)![0] - points[0]![0];
  let shortest = width;
  for (let k = 1; k < points.length; k++) {
    shortest = Math.min(shortest, Math.hypot(points[k]![0] - points[k - 1]![0], points[k]![1] - points[k - 1]![1]));
  }
  const bottom = polyline("flat", points);
  return {
    ...box([bottom], height),
    geometry: "planar",
    sources: points.map((at) => ({ at, size: shortest / 2 })),
    width,
    height,
    feature: top - Math.min(...points.map((p) => p[1])) || width,
  };
}

/** Radius of the cylinder with the area of one cell of a hexagonal pattern of pores at this distance: neighbours as a cell with no flux through its side. */
export function cellRadius(spacing: number): number {
  return spacing * Math.sqrt(Math.sqrt(3) / (2 * Math.PI));
}

/** Volume of metal in a half-spheroidal pit up to the level h, m³: π a² (h − h³/(3b²)). */
export function pitVolume(radius: number, depth: number, level: number): number {
  return Math.PI * radius ** 2 * (level - level ** 3 / (3 * depth ** 2));
}

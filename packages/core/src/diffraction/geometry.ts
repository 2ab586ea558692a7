/**
 * Where the pixels of a flat detector lie, and under which angles the sample sees them.
 *
 * Axes and angles are those of pyFAI (Kieffer and Karkoulis, J. Phys. Conf. Ser. 425, 202012, 2013; Kieffer et al., J. Appl. Cryst. 58,
 * 2025), so that a PONI file means the same here and there. Axis 1 is vertical, axis 2 horizontal, axis 3 the beam; all start at the sample. The PONI is
 * the point of the detector nearest to the sample. A point of the detector at (d1, d2) metres from its origin has
 *
 *   p = (d1 − poni1, d2 − poni2, distance),   t = R p,
 *
 *       ⎛ c2·c3   c3·s1·s2 − c1·s3   −c1·c3·s2 − s1·s3 ⎞
 *   R = ⎜ c2·s3   c1·c3 + s1·s2·s3    c3·s1 − c1·s2·s3 ⎟      ci, si = cosine, sine of rot_i
 *       ⎝ s2      −c2·s1              c1·c2            ⎠
 *
 *   2θ = atan2(√(t1² + t2²), t3),   χ = atan2(t1, t2),   r = √(t1² + t2²),
 *   q = 4π sin(2θ/2)/λ,   d = λ/(2 sin(2θ/2)) = 2π/q.
 *
 * Solid angle of a pixel relative to one at the PONI: cos³α, cosα = distance/|p| (pixels of a flat detector are all alike).
 * Polarisation: P = ½ (1 + cos²2θ − f cos(2(χ − χ0)) sin²2θ), f = (I_h − I_v)/(I_h + I_v), χ0 the direction of the main axis.
 *
 * Orientation (Exif and PONI 2.1): what row 0 and column 0 of the stored image are for an observer who looks from the sample downstream; 3
 * (row 0 at the bottom, column 0 at the right) is the orientation in which indices grow along axes 1 and 2. Orientations
 * 5–8 exchange rows and columns; pyFAI names but does not handle them. Valid for one flat detector without distortion.
 */
import { ThioscopeError } from "../errors.ts";

export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export interface DetectorGeometry {
  /** sample to PONI */
  readonly distanceMetre: number;
  /** of the PONI, from the detector's origin along axis 1 (vertical) */
  readonly poni1Metre: number;
  /** along axis 2 (horizontal) */
  readonly poni2Metre: number;
  /** radians */
  readonly rot1: number;
  readonly rot2: number;
  readonly rot3: number;
  /** size of a pixel from one row of the stored image to the next */
  readonly pixel1Metre: number;
  /** from one column to the next */
  readonly pixel2Metre: number;
  /** null where it is not known: then there is no q and no d */
  readonly wavelengthMetre: number | null;
  readonly orientation: Orientation;
  /** of the stored image */
  readonly shape: readonly [rows: number, columns: number];
}

/** Images beyond this many pixels a side are refused before memory is taken for them. */
const LARGEST_SIDE = 65_535;
const LARGEST_IMAGE = 2 ** 27;

/** Throws INVALID_INPUT naming the value that cannot be, and returns the geometry. */
export function checkGeometry(geometry: DetectorGeometry): DetectorGeometry {
  const refuse = (name: string, value: unknown, allowed: string): never => {
    throw new ThioscopeError("INVALID_INPUT", `detector geometry: ${name} = ${String(value)}; allowed is ${allowed}`);
  };
  const { distanceMetre, pixel1Metre, pixel2Metre, wavelengthMetre, orientation, shape } = geometry;
  if (!(distanceMetre > 0 && distanceMetre < 1e4)) refuse("distance", `${distanceMetre} m`, "more than 0 and less than 10 km");
  for (const name of ["poni1Metre", "poni2Metre", "rot1", "rot2", "rot3"] as const) {
    if (!Number.isFinite(geometry[name])) refuse(name, geometry[name], "a finite number");
  }
  for (const [name, size] of [["pixel1", pixel1Metre] as const, ["pixel2", pixel2Metre] as const]) {
    if (!(size >= 1e-7 && size <= 0.1)) refuse(name, `${size} m`, "0.1 µm to 10 cm");
  }
  if (wavelengthMetre !== null && !(wavelengthMetre >= 1e-13 && wavelengthMetre <= 1e-7)) {
    refuse("wavelength", `${wavelengthMetre} m`, "0.1 pm to 100 nm (PONI files state metres)");
  }
  if (!Number.isInteger(orientation) || orientation < 1 || orientation > 8) refuse("orientation", orientation, "1 to 8");
  const [rows, columns] = shape;
  if (![rows, columns].every((n) => Number.isInteger(n) && n >= 1 && n <= LARGEST_SIDE) || rows * columns > LARGEST_IMAGE) {
    refuse("shape", `${rows} × ${columns}`, `1 to ${LARGEST_SIDE} rows and columns, ${LARGEST_IMAGE} pixels at most`);
  }
  return geometry;
}

/** R of the equations above, row by row. */
export function rotationMatrix({ rot1, rot2, rot3 }: Pick<DetectorGeometry, "rot1" | "rot2" | "rot3">): Float64Array {
  const [c1, s1] = [Math.cos(rot1), Math.sin(rot1)];
  const [c2, s2] = [Math.cos(rot2), Math.sin(rot2)];
  const [c3, s3] = [Math.cos(rot3), Math.sin(rot3)];
  return Float64Array.of(
    c2 * c3,
    c3 * s1 * s2 - c1 * s3,
    -(c1 * c3 * s2 + s1 * s3),
    c2 * s3,
    c1 * c3 + s1 * s2 * s3,
    c3 * s1 - c1 * s2 * s3,
    s2,
    -c2 * s1,
    c1 * c2,
  );
}

/**
 * How stored rows and columns run along the detector: d = origin + row · perRow + column · perColumn, each [axis 1, axis 2] in metres.
 * Rows and columns are edges: the centre of pixel (i, j) is at (i + ½, j + ½).
 */
export interface PixelFrame {
  readonly origin: readonly [number, number];
  readonly perRow: readonly [number, number];
  readonly perColumn: readonly [number, number];
}

/** For each orientation: do rows run along axis 2 instead of axis 1, and are rows or columns counted against their axis? */
const ORIENTATIONS: Readonly<Record<Orientation, { transposed: boolean; rowsBack: boolean; columnsBack: boolean }>> = {
  1: { transposed: false, rowsBack: true, columnsBack: true },
  2: { transposed: false, rowsBack: true, columnsBack: false },
  3: { transposed: false, rowsBack: false, columnsBack: false },
  4: { transposed: false, rowsBack: false, columnsBack: true },
  5: { transposed: true, rowsBack: true, columnsBack: true },
  6: { transposed: true, rowsBack: false, columnsBack: true },
  7: { transposed: true, rowsBack: false, columnsBack: false },
  8: { transposed: true, rowsBack: true, columnsBack: false },
};

export function pixelFrame(geometry: Pick<DetectorGeometry, "pixel1Metre" | "pixel2Metre" | "orientation" | "shape">): PixelFrame {
  const { transposed, rowsBack, columnsBack } = ORIENTATIONS[geometry.orientation];
  const [rows, columns] = geometry.shape;
  const row = geometry.pixel1Metre * (rowsBack ? -1 : 1);
  const column = geometry.pixel2Metre * (columnsBack ? -1 : 1);
  const fromRow = rowsBack ? rows * geometry.pixel1Metre : 0;
  const fromColumn = columnsBack ? columns * geometry.pixel2Metre : 0;
  return transposed
    ? { origin: [fromColumn, fromRow], perRow: [0, row], perColumn: [column, 0] }
    : { origin: [fromRow, fromColumn], perRow: [row, 0], perColumn: [0, column] };
}

/** Directions of points of the image, ready for many of them. */
export interface Projection {
  /** Writes t1, t2, t3 in metres of the point at (row, column) of the stored image, edges counted from 0, to `out`. */
  lab(row: number, column: number, out: Float64Array): void;
  /** cosα, the cosine between ray and detector normal. */
  cosIncidence(row: number, column: number): number;
}

export function projection(geometry: DetectorGeometry): Projection {
  const r = rotationMatrix(geometry);
  const { origin, perRow, perColumn } = pixelFrame(geometry);
  const { distanceMetre: distance, poni1Metre, poni2Metre } = geometry;
  const p1 = (row: number, column: number): number => origin[0] - poni1Metre + row * perRow[0] + column * perColumn[0];
  const p2 = (row: number, column: number): number => origin[1] - poni2Metre + row * perRow[1] + column * perColumn[1];
  return {
    lab(row, column, out) {
      const a = p1(row, column);
      const b = p2(row, column);
      out[0] = r[0]! * a + r[1]! * b + r[2]! * distance;
      out[1] = r[3]! * a + r[4]! * b + r[5]! * distance;
      out[2] = r[6]! * a + r[7]! * b + r[8]! * distance;
    },
    cosIncidence(row, column) {
      const a = p1(row, column);
      const b = p2(row, column);
      return distance / Math.sqrt(distance * distance + a * a + b * b);
    },
  };
}

/** 2θ, χ in radians and r in metres of one point of the stored image. */
export function polarOf(geometry: DetectorGeometry, row: number, column: number): { twoTheta: number; chi: number; radiusMetre: number } {
  const t = new Float64Array(3);
  projection(geometry).lab(row, column, t);
  const radiusMetre = Math.sqrt(t[0]! * t[0]! + t[1]! * t[1]!);
  return { twoTheta: Math.atan2(radiusMetre, t[2]!), chi: Math.atan2(t[0]!, t[1]!), radiusMetre };
}

/**
 * The point of the stored image that a ray from the sample meets.
 *
 * @param twoTheta radians
 * @param chi radians
 * @returns row and column as edges (fractions; possibly outside of the image), null for a ray that goes away from the detector
 */
export function pixelAt(geometry: DetectorGeometry, twoTheta: number, chi: number): { row: number; column: number } | null {
  const r = rotationMatrix(geometry);
  const ray = [Math.sin(twoTheta) * Math.sin(chi), Math.sin(twoTheta) * Math.cos(chi), Math.cos(twoTheta)] as const;
  // R is a rotation: its inverse is its transpose
  const along = (axis: number): number => r[axis]! * ray[0] + r[3 + axis]! * ray[1] + r[6 + axis]! * ray[2];
  const normal = along(2);
  if (!(normal > 1e-12)) return null;
  const d1 = geometry.poni1Metre + (along(0) / normal) * geometry.distanceMetre;
  const d2 = geometry.poni2Metre + (along(1) / normal) * geometry.distanceMetre;
  const { origin, perRow, perColumn } = pixelFrame(geometry);
  const determinant = perRow[0] * perColumn[1] - perRow[1] * perColumn[0];
  const [e1, e2] = [d1 - origin[0], d2 - origin[1]];
  return {
    row: (e1 * perColumn[1] - e2 * perColumn[0]) / determinant,
    column: (e2 * perRow[0] - e1 * perRow[1]) / determinant,
  };
}

/** Polarisation factor of the intensity, P of the equations above. */
export function polarisation(twoTheta: number, chi: number, factor: number, axisRadian = 0): number {
  const cos2 = Math.cos(twoTheta) ** 2;
  return 0.5 * (1 + cos2 - factor * Math.cos(2 * (chi - axisRadian)) * (1 - cos2));
}

/** Axes a pattern can be drawn over. Bins of "d" are equal steps of q: steps of d would be empty outside and hold half the image inside. */
export type RadialUnit = "2th_deg" | "q_nm^-1" | "q_A^-1" | "d" | "r_mm";

export const RADIAL_UNITS: readonly RadialUnit[] = ["2th_deg", "q_nm^-1", "q_A^-1", "d", "r_mm"];

/** What is written beside an axis. */
export const RADIAL_LABELS: Readonly<Record<RadialUnit, { quantity: string; unit: string }>> = {
  "2th_deg": { quantity: "2θ", unit: "deg" },
  "q_nm^-1": { quantity: "q", unit: "1/nm" },
  "q_A^-1": { quantity: "q", unit: "1/Å" },
  d: { quantity: "d", unit: "Å" },
  r_mm: { quantity: "r", unit: "mm" },
};

/**
 * The coordinate of t = (t1, t2, t3) that is binned: 2θ in degrees, q in its unit (1/Å for "d"), r in mm. INVALID_INPUT where the unit needs a wavelength and
 * there is none.
 */
export function radialOf(unit: RadialUnit, wavelengthMetre: number | null): (t: Float64Array) => number {
  const needsWavelength = unit === "q_nm^-1" || unit === "q_A^-1" || unit === "d";
  if (needsWavelength && wavelengthMetre === null) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `the axis "${unit}" needs the wavelength, which the geometry does not state; "2th_deg" does not`,
    );
  }
  if (unit === "r_mm") return (t) => 1e3 * Math.sqrt(t[0]! * t[0]! + t[1]! * t[1]!);
  if (unit === "2th_deg") return (t) => (180 / Math.PI) * Math.atan2(Math.sqrt(t[0]! * t[0]! + t[1]! * t[1]!), t[2]!);
  const scale = (4 * Math.PI * (unit === "q_nm^-1" ? 1e-9 : 1e-10)) / wavelengthMetre!;
  return (t) => scale * Math.sin(0.5 * Math.atan2(Math.sqrt(t[0]! * t[0]! + t[1]! * t[1]!), t[2]!));
}

/** 2θ in radians where the binned coordinate of {@link radialOf} is `x`; NaN beyond backscattering. Not for "r_mm", which has no single 2θ. */
export function twoThetaOf(unit: Exclude<RadialUnit, "r_mm">, wavelengthMetre: number | null, x: number): number {
  if (unit === "2th_deg") return (x * Math.PI) / 180;
  return 2 * Math.asin((x * (wavelengthMetre ?? Number.NaN)) / (4 * Math.PI * (unit === "q_nm^-1" ? 1e-9 : 1e-10)));
}

/** From a rough geometry to the best one: which rings to use, how wide to look, when to trust. */
import type { CountImage } from "./calibrateCentre.ts";
import { type FitPoint, type FreeParameters, fitGeometry, type GeometryFit } from "./calibrateFit.ts";
import { coarsePoints, type Ring, type RingFits, type RingPoint, ringPass } from "./calibratePoints.ts";
import { type DetectorGeometry, pixelAt, polarOf } from "./geometry.ts";

export interface Refined {
  readonly fit: GeometryFit;
  readonly fitPoints: readonly FitPoint[];
  /** index into `spacings` of each point */
  readonly lines: readonly number[];
  readonly spacings: readonly number[];
  /** share of the lines on the detector that were found, less for scatter: 0–1 */
  readonly merit: number;
  /** radians of a pixel */
  readonly pixelAngle: number;
}

const COARSE_SECTORS = 48;
const FINE_SECTORS = 72;
/** Passes of the fit to pixels; the shift of a pass is what is left to the next, squared. */
const FINE_PASSES = 4;
/** Rings of more lines than this are not used: the outer ones add little. */
const MOST_RINGS = 40;

/**
 * @param isRough the start comes from a search: inner rings first, without tilt, in wide windows
 * @returns null where no ring is found
 */
export function refineOnRings(
  image: CountImage,
  start: DetectorGeometry,
  spacings: readonly number[],
  free: FreeParameters,
  isRough: boolean,
): Refined | null {
  const pixel = Math.sqrt(start.pixel1Metre * start.pixel2Metre);
  const pixelAngle = pixel / start.distanceMetre;
  let geometry = start;
  let widths = new Map<number, number>();
  const stages = isRough
    ? [
        { reach: 0.35, pixels: 8, tilt: false },
        { reach: 0.6, pixels: 8, tilt: true },
        { reach: 1, pixels: 8, tilt: true },
        { reach: 1, pixels: 5, tilt: true },
      ]
    : [{ reach: 1, pixels: 6, tilt: true }];
  const stride = image.values.length > 1.5e6 ? 2 : 1;
  for (const { reach, pixels, tilt } of stages) {
    const rings = ringsOn(geometry, spacings, reach, (r) => Math.max(pixels * pixelAngle, isRough && !tilt ? 0.012 * r : 0), null);
    if (rings.lines.length === 0) continue;
    const coarse = coarsePoints(image, geometry, rings.rings, COARSE_SECTORS, pixelAngle, stride);
    const fit = fitted(coarse.points, rings.lines, spacings, geometry, { ...free, tilt });
    if (!fit) continue;
    geometry = fit.fit.geometry;
    widths = new Map(rings.lines.map((line, k) => [line, coarse.widths[k]!] as const).filter(([, w]) => w > 0));
  }
  if (widths.size === 0) return null;

  let before: { fits: RingFits; lines: readonly number[] } | null = null;
  let best: Refined | null = null;
  for (let pass = 0; pass < FINE_PASSES; pass++) {
    const typical = median([...widths.values()]);
    const widthOf = (line: number): number => Math.max(0.4 * pixelAngle, widths.get(line) ?? typical);
    const { rings, lines } = ringsOn(geometry, spacings, 1, (_, line) => 4.5 * widthOf(line), widthOf);
    if (lines.length === 0) return best;
    const same = before !== null && before.lines.length === lines.length && before.lines.every((line, k) => line === lines[k]);
    // without the fits of a pass before there are no weights: the first one reads every other row and column
    const result = ringPass(image, geometry, rings, FINE_SECTORS, same ? before!.fits : null, before === null ? stride : 1);
    const fit = fitted(result.points, lines, spacings, geometry, free);
    if (!fit) return best;
    geometry = fit.fit.geometry;
    before = { fits: result.fits, lines };
    // widths settle first; afterwards the fits of one pass serve as weights of the next
    if (pass < FINE_PASSES - 2) {
      widths = new Map(lines.map((line, k) => [line, result.widths[k]!] as const).filter(([, w]) => w > 0));
      before = pass === FINE_PASSES - 3 ? null : before;
    }
    best = { ...fit, spacings, merit: meritOf(image, geometry, rings, lines, fit, pixelAngle), pixelAngle };
  }
  return best;
}

function fitted(
  points: readonly RingPoint[],
  ringLines: readonly number[],
  spacings: readonly number[],
  geometry: DetectorGeometry,
  free: FreeParameters,
): { fit: GeometryFit; fitPoints: FitPoint[]; lines: number[] } | null {
  const lines = points.map(({ ring }) => ringLines[ring]!);
  const fitPoints = points.map(({ row, column, sigma }, i) => ({ row, column, sigma, spacingAngstrom: spacings[lines[i]!]! }));
  // a tilt moves rings of different radius differently: one ring does not show it
  const several = new Set(lines).size >= 2;
  const count = 2 + (free.distance ? 1 : 0) + (free.tilt && several ? 2 : 0) + (free.wavelength ? 1 : 0);
  if (points.length < 2 * count + 4) return null;
  return { fit: fitGeometry(fitPoints, geometry, { ...free, tilt: free.tilt && several }), fitPoints, lines };
}

/** Lines that fall on the detector, with windows that do not reach into the next ring. */
function ringsOn(
  geometry: DetectorGeometry,
  spacings: readonly number[],
  reach: number,
  windowOf: (twoTheta: number, line: number) => number,
  widthOf: ((line: number) => number) | null,
): { rings: Ring[]; lines: number[] } {
  const wavelength = geometry.wavelengthMetre! * 1e10;
  const [rows, columns] = geometry.shape;
  const corners = [
    [0, 0],
    [0, columns],
    [rows, 0],
    [rows, columns],
  ] as const;
  const largest = Math.max(...corners.map(([row, column]) => polarOf(geometry, row, column).twoTheta)) * reach;
  const angles = spacings.map((d) => (wavelength < 2 * d ? 2 * Math.asin(wavelength / (2 * d)) : Number.NaN));
  const rings: Ring[] = [];
  const lines: number[] = [];
  for (const [line, twoTheta] of angles.entries()) {
    if (!(twoTheta < largest) || rings.length >= MOST_RINGS) break;
    const gap = Math.min(twoTheta - (angles[line - 1] ?? 0), (angles[line + 1] ?? Number.POSITIVE_INFINITY) - twoTheta);
    const window = Math.min(windowOf(twoTheta, line), 0.5 * gap);
    const width = widthOf?.(line) ?? window / 4;
    // rings that run into each other pull at each other
    if (widthOf && window < 3 * width) continue;
    rings.push({ twoTheta, window, width });
    lines.push(line);
  }
  return { rings, lines };
}

function meritOf(
  image: CountImage,
  geometry: DetectorGeometry,
  rings: readonly Ring[],
  lines: readonly number[],
  { fit, lines: found }: { fit: GeometryFit; lines: readonly number[] },
  pixelAngle: number,
): number {
  const available = sectorsOnDetector(image, geometry, rings);
  let [there, expected] = [0, 0];
  for (const [k, line] of lines.entries()) {
    if (available[k]! < 4) continue;
    expected++;
    const seen = found.reduce((n, l, i) => n + (l === line && fit.used[i] === 1 ? 1 : 0), 0);
    if (seen >= 0.4 * available[k]!) there++;
  }
  if (expected === 0) return 0;
  const off = rms(fit) / pixelAngle;
  // half a pixel of scatter halves it: by then rings are other rings
  return there / expected / (1 + (2 * off) ** 2);
}

/** Root mean square of the residuals of the points that were used, radians. */
export function rms({ residuals, used }: GeometryFit): number {
  let [sum, n] = [0, 0];
  for (let i = 0; i < residuals.length; i++) {
    if (used[i] !== 1) continue;
    sum += residuals[i]! ** 2;
    n++;
  }
  return Math.sqrt(sum / Math.max(1, n));
}

/** How many sectors of each ring hold usable pixels, by points along it. */
function sectorsOnDetector({ rows, columns, usable }: CountImage, geometry: DetectorGeometry, rings: readonly Ring[]): number[] {
  return rings.map(({ twoTheta }) => {
    let n = 0;
    for (let s = 0; s < FINE_SECTORS; s++) {
      let inside = 0;
      for (let k = 0; k < 5; k++) {
        const at = pixelAt(geometry, twoTheta, ((s + (k + 0.5) / 5) / FINE_SECTORS) * 2 * Math.PI - Math.PI);
        if (!at) continue;
        const [i, j] = [Math.floor(at.row), Math.floor(at.column)];
        if (i >= 0 && j >= 0 && i < rows && j < columns && usable[i * columns + j] === 1) inside++;
      }
      if (inside >= 3) n++;
    }
    return n;
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

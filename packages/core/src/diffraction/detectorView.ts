/**
 * Frames, cakes and rings as a screen shows them (story/parts/diffraction.ts): squares of pixels averaged, rings as curves in pixels.
 *
 * Masked pixels and those whose counts cannot be measured ones are left out of the averages; a square of which nothing is left is NaN.
 */
import { ThioscopeError } from "../errors.ts";
import type { CakeView, DetectorView } from "../story/parts/diffraction.ts";
import { beamGeometry } from "./fit2d.ts";
import { type DetectorGeometry, pixelAt } from "./geometry.ts";
import type { IntegratedFrame } from "./integrate.ts";
import type { IntegrationPlan } from "./integratePlan.ts";
import { type FramePixels, type ValidCounts, validCounts } from "./integrateSums.ts";

/** A ring that is to be drawn. */
export interface ExpectedRing {
  readonly phase: string;
  readonly label: string;
  readonly twoThetaDegree: number;
}

export interface DetectorViewOptions {
  readonly title: string;
  readonly file: number;
  readonly frame: number;
  /** one byte per pixel, not 0 = left out */
  readonly mask?: Uint8Array | null;
  readonly geometry?: DetectorGeometry | null;
  readonly rings?: readonly ExpectedRing[];
  readonly valid?: ValidCounts;
  /** longest side of the view, default 512 */
  readonly most?: number;
}

const RADIAN = Math.PI / 180;
/** Points of a ring. */
const STEPS = 180;
/** Four digits tell counts of a picture apart, and keep a part of a story small. */
const shortened = (value: number): number => Number(value.toPrecision(4));

/** Throws INVALID_INPUT where pixels, mask and sides do not fit each other. */
export function detectorView(pixels: FramePixels, rows: number, columns: number, options: DetectorViewOptions): DetectorView {
  const { title, file, frame, mask = null, geometry = null, rings = [], most = 512 } = options;
  if (pixels.length !== rows * columns || (mask && mask.length !== pixels.length))
    throw new ThioscopeError("INVALID_INPUT", `${pixels.length} pixels and a mask of ${mask?.length ?? 0} for ${rows} × ${columns}`);
  const valid = options.valid ?? validCounts(pixels);
  const reduced = Math.max(1, Math.ceil(Math.max(rows, columns) / most));
  const [height, width] = [Math.ceil(rows / reduced), Math.ceil(columns / reduced)];
  const sum = new Float64Array(height * width);
  const count = new Uint32Array(height * width);
  let maskedPixels = 0;
  for (let row = 0; row < rows; row++) {
    const to = Math.floor(row / reduced) * width;
    for (let column = 0; column < columns; column++) {
      const p = row * columns + column;
      const value = pixels[p]!;
      if (mask?.[p]) maskedPixels++;
      else if (value >= valid.least && value <= valid.most) {
        const cell = to + Math.floor(column / reduced);
        sum[cell] = sum[cell]! + value;
        count[cell] = count[cell]! + 1;
      }
    }
  }
  const centre = geometry ? beamGeometry(geometry) : null;
  return {
    title,
    file,
    frame,
    rows,
    columns,
    reduced,
    values: Array.from(sum, (total, cell) => (count[cell]! > 0 ? shortened(total / count[cell]!) : Number.NaN)),
    maskedPixels,
    rings: geometry ? rings.map((ring) => ({ label: ring.label, phase: ring.phase, ...ringOutline(geometry, ring.twoThetaDegree) })) : [],
    centre: centre && { row: centre.centreRow, column: centre.centreColumn },
  };
}

/** Where a ring lies on the detector, in pixels (edges: the centre of the first is 0.5); NaN where it leaves it. */
export function ringOutline(geometry: DetectorGeometry, twoThetaDegree: number): { column: number[]; row: number[] } {
  const [rows, columns] = geometry.shape;
  const column: number[] = [];
  const row: number[] = [];
  for (let i = 0; i <= STEPS; i++) {
    const at = pixelAt(geometry, twoThetaDegree * RADIAN, (2 * Math.PI * i) / STEPS);
    const seen = at !== null && at.row >= 0 && at.row <= rows && at.column >= 0 && at.column <= columns;
    column.push(seen ? Number(at.column.toFixed(2)) : Number.NaN);
    row.push(seen ? Number(at.row.toFixed(2)) : Number.NaN);
  }
  return { column, row };
}

/** A cake with radial bins averaged to at most `most`; cells without pixels are left out of the averages. */
export function cakeView(plan: IntegrationPlan, frame: IntegratedFrame, title: string, lines: CakeView["lines"], most = 700): CakeView {
  const { bins, sectors } = plan.grid;
  const every = Math.ceil(bins / most);
  const width = Math.ceil(bins / every);
  const axis: number[] = [];
  const values: number[] = [];
  for (let s = 0; s < sectors; s++) {
    for (let k = 0; k < width; k++) {
      let [sum, n, place, all] = [0, 0, 0, 0];
      for (let b = k * every; b < Math.min(bins, (k + 1) * every); b++) {
        place += plan.axis[b]!;
        all++;
        const value = frame.cake.values[s * bins + b]!;
        if (Number.isNaN(value)) continue;
        sum += value;
        n++;
      }
      if (s === 0) axis.push(Number((place / all).toPrecision(8)));
      values.push(n > 0 ? shortened(sum / n) : Number.NaN);
    }
  }
  const azimuthDegree = Array.from({ length: sectors + 1 }, (_, s) => -180 + (360 * s) / sectors);
  return { title, axis: { unit: plan.unit, values: axis }, azimuthDegree, values, lines };
}

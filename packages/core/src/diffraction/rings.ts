/**
 * Where a Debye–Scherrer ring lies in each sector of a cake.
 *
 *   y(2θ) = A P(2θ; centre, width, mix) + line        P Gaussian or pseudo-Voigt, weights 1/σ² of the cake
 *
 * Each sector is fitted by itself in a window about the ring. A sector has no position where the window lacks bins (gap, mask, edge of the detector), where
 * the peak's area is below three of its errors, or below 5 % of the median of the ring: texture leaves nothing there to measure. Spots of
 * coarse grains belong to the clipping of the integration. Positions are 2θ in degrees with the errors of the fit; that neighbouring
 * sectors scatter more than those say is seen, and taken into account, in strain.ts. Symmetric shapes only: an asymmetric line shifts all
 * sectors alike, which the second harmonic of azimuth does not see.
 */
import type { Indices } from "../crystal/extinction.ts";
import { ThioscopeError } from "../errors.ts";
import { fitPeaks } from "../peaks/fit.ts";
import type { Quantity } from "../units/quantity.ts";
import { twoThetaOf } from "./geometry.ts";
import type { IntegratedFrame } from "./integrate.ts";
import type { IntegrationPlan } from "./integratePlan.ts";

/** Intensity over sectors × radial bins. */
export interface Cake {
  /** centres of the radial bins, 2θ in degrees, rising */
  readonly twoThetaDegree: Float64Array;
  /** centres of the sectors; from axis 2 (horizontal) towards axis 1 (vertical) */
  readonly azimuthDegree: Float64Array;
  readonly sectorWidthDegree: number;
  /** sector · bins + bin; NaN where no pixel lies */
  readonly values: Float64Array;
  /** standard errors alike; null where they are not known: all bins then weigh the same */
  readonly sigma: Float64Array | null;
}

/** What of a cake belongs to one ring. */
export interface RingWindow {
  /** for messages and tables: "Na2S 220" */
  readonly label: string;
  readonly hkl: Indices | null;
  readonly twoThetaDegree: number;
  /** the fit sees 2θ ± this */
  readonly halfWindowDegree: number;
}

export interface RingSector {
  readonly azimuthDegree: number;
  /** 2θ in degrees with its error; null with a reason */
  readonly twoTheta: Quantity | null;
  readonly area: Quantity | null;
  /** why there is no position, "" where there is one */
  readonly reason: string;
}

export interface FittedRing {
  readonly window: RingWindow;
  readonly sectorWidthDegree: number;
  readonly sectors: readonly RingSector[];
}

/** A sector of less than this share of the median area measures nothing. */
const LEAST_SHARE = 0.05;
/** of the bins of a window */
const LEAST_BINS = 0.7;
const SIGNIFICANT = 3;

/** The cake of an integrated frame over 2θ. INVALID_INPUT for a pattern without sectors, or over r, which has no single 2θ. */
export function cakeOf(plan: IntegrationPlan, frame: IntegratedFrame): Cake {
  const { bins, sectors } = plan.grid;
  if (sectors < 2) throw new ThioscopeError("INVALID_INPUT", "a cake needs at least two sectors: integrate with sectors");
  const { unit, range } = plan;
  if (unit === "r_mm")
    throw new ThioscopeError("INVALID_INPUT", 'rings are measured over an angle: integrate over "2th_deg" or q, not "r_mm"');
  const width = (range[1] - range[0]) / bins;
  const wavelength = plan.geometry.wavelengthMetre;
  const { sigma } = frame.cake;
  return {
    twoThetaDegree: Float64Array.from(
      { length: bins },
      (_, b) => (twoThetaOf(unit, wavelength, range[0] + (b + 0.5) * width) * 180) / Math.PI,
    ),
    azimuthDegree: plan.azimuthDegree,
    sectorWidthDegree: 360 / sectors,
    values: frame.cake.values,
    sigma: sigma instanceof Float64Array ? sigma : null,
  };
}

/** Throws INVALID_INPUT for a cake whose arrays do not fit together or a window outside of it. */
export function fitRing(cake: Cake, window: RingWindow, shape: "gaussian" | "pseudoVoigt" = "pseudoVoigt"): FittedRing {
  checkCake(cake);
  const { twoThetaDegree: axis, azimuthDegree } = cake;
  const bins = axis.length;
  const low = window.twoThetaDegree - window.halfWindowDegree;
  const high = window.twoThetaDegree + window.halfWindowDegree;
  if (!(window.halfWindowDegree > 0 && low > 0 && low < axis[bins - 1]! && high > axis[0]!)) {
    const seen = `${axis[0]!.toPrecision(5)} to ${axis[bins - 1]!.toPrecision(5)}`;
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${window.label}: 2θ = ${window.twoThetaDegree} ± ${window.halfWindowDegree} degrees; the cake holds ${seen} degrees`,
    );
  }
  let from = 0;
  while (axis[from]! < low) from++;
  let to = from;
  while (to < bins && axis[to]! <= high) to++;
  const wanted = Math.max(to - from, (2 * window.halfWindowDegree * (bins - 1)) / (axis[bins - 1]! - axis[0]!));
  const found = Array.from(azimuthDegree, (azimuth, s): RingSector => fitSector(cake, window, s, from, to, wanted, azimuth, shape));
  const areas = found.flatMap((s) => (s.area && s.twoTheta ? [s.area.value] : [])).sort((a, b) => a - b);
  const least = LEAST_SHARE * (areas[Math.floor(areas.length / 2)] ?? 0);
  return {
    window,
    sectorWidthDegree: cake.sectorWidthDegree,
    sectors: found.map((s) =>
      s.twoTheta && s.area!.value < least ? { ...s, twoTheta: null, reason: "below 5 % of the ring's median intensity" } : s,
    ),
  };
}

function fitSector(
  cake: Cake,
  window: RingWindow,
  sector: number,
  from: number,
  to: number,
  wanted: number,
  azimuthDegree: number,
  shape: "gaussian" | "pseudoVoigt",
): RingSector {
  const none = (reason: string): RingSector => ({ azimuthDegree, twoTheta: null, area: null, reason });
  const offset = sector * cake.twoThetaDegree.length;
  const use: number[] = [];
  for (let b = from; b < to; b++) {
    const s = cake.sigma?.[offset + b] ?? 1;
    if (Number.isFinite(cake.values[offset + b]!) && s > 0 && s < Number.POSITIVE_INFINITY) use.push(b);
  }
  const parameters = shape === "gaussian" ? 5 : 6;
  if (use.length <= parameters + 1 || use.length < LEAST_BINS * wanted)
    return none("the window lacks bins: gap, mask or edge of the detector");
  const x = Float64Array.from(use, (b) => cake.twoThetaDegree[b]!);
  const y = Float64Array.from(use, (b) => cake.values[offset + b]!);
  const sigma = cake.sigma ? Float64Array.from(use, (b) => cake.sigma![offset + b]!) : null;
  const start = startOf(x, y);
  if (!start) return none("nothing stands above the background");
  const fit = fitPeaks(
    { x, y, ...(sigma ? { sigma } : {}), xUnit: "deg", yUnit: "count" },
    { shape, peaks: [start], baseline: 1, widest: 1.5 * window.halfWindowDegree, tolerance: 1e-8 },
  );
  const peak = fit.peaks[0]!;
  if (!fit.converged) return none("the fit did not converge");
  if (peak.area.sigma === null || !(peak.area.value > SIGNIFICANT * peak.area.sigma))
    return none("the peak's area is below three of its errors");
  if (!peak.centre) return none(peak.censored?.reason ?? "the peak lies at the edge of the window");
  if (!peak.centre.sigma) return none("the position has no error");
  return { azimuthDegree, twoTheta: peak.centre, area: peak.area, reason: "" };
}

/** Highest mean of three neighbours above the line through the ends, the area above that line, and the width that goes with both. */
function startOf(x: Float64Array, y: Float64Array): { centre: number; width: number; area: number; mix: number } | null {
  const n = x.length;
  const ends = Math.max(1, Math.floor(n / 8));
  const mean = (from: number, to: number): number => y.subarray(from, to).reduce((sum, v) => sum + v, 0) / (to - from);
  const [left, right] = [mean(0, ends), mean(n - ends, n)];
  const above = (i: number): number => y[i]! - left - ((right - left) * i) / (n - 1);
  let best = 1;
  let height = Number.NEGATIVE_INFINITY;
  let area = 0;
  const step = (x[n - 1]! - x[0]!) / (n - 1);
  for (let i = 1; i < n - 1; i++) {
    const h = (above(i - 1) + above(i) + above(i + 1)) / 3;
    area += above(i) * step;
    if (h > height) {
      height = h;
      best = i;
    }
  }
  if (!(height > 0 && area > 0)) return null;
  return { centre: x[best]!, width: Math.max(2 * step, Math.min(area / height, (x[n - 1]! - x[0]!) / 2)), area, mix: 0.3 };
}

function checkCake({ twoThetaDegree, azimuthDegree, sectorWidthDegree, values, sigma }: Cake): void {
  const cells = twoThetaDegree.length * azimuthDegree.length;
  if (cells === 0 || values.length !== cells || (sigma && sigma.length !== cells)) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `a cake of ${azimuthDegree.length} sectors and ${twoThetaDegree.length} bins has ${cells} values, not ${values.length}${sigma ? ` and ${sigma.length} errors` : ""}`,
    );
  }
  if (!(sectorWidthDegree > 0 && sectorWidthDegree <= 90))
    throw new ThioscopeError("INVALID_INPUT", `sectors of ${sectorWidthDegree} degrees: the second harmonic needs 90 or less`);
}

/**
 * Diffusivity from mean squared displacements by generalised least squares, with an interval that means 95 %.
 *
 *   MSD(t) = b + 6 D t,   D̂ from weights (AᵀΣ⁻¹A)⁻¹AᵀΣ⁻¹ on geometrically spaced lags
 *
 * Σ is the analytic covariance of overlapping windows for Brownian motion with vibration (windowCovariance.ts), with σ² and ε² of the fit itself, three
 * rounds. The intercept b takes up vibration on sites. Displacements at different lags share their windows: without Σ the error of a
 * straight line is wrong by one to three orders of magnitude.
 *
 * Regime: the earliest lag from which a straight line is not refused (Hotelling's T² of the residuals, at 5 %); the latest lag is half of the path.
 * Ions that hop seldom, or that live in different surroundings, scatter more than Brownian ones: where the scatter of the ions' own D is larger than Σ
 * allows (1 %), Σ is scaled up to it and Student's t is used; ions are caged then, and the line must pass at 20 %. Hops into places that others leave are not
 * independent: what ions add to the slope at the same moments scales Σ once more (ionCorrelation.ts), for Brownian ions only where it is beyond chance (1 %).
 *
 * Interval: D̂ is distributed like D χ²_ν/ν with ν = 2 (D/σ)², so [ν D̂/χ²_ν(0.975), ν D̂/χ²_ν(0.025)], which stays above zero. Å and fs inside, cm²/s out. Valid
 * in three dimensions. (A. McCluskey, S. Coles, B. Morgan, J. Chem. Theory Comput. 21, 79 (2025), for the generalised least squares.)
 */
import { type Notice, ThioscopeError } from "../errors.ts";
import { student95 } from "../numerics/line.ts";
import type { Quantity } from "../units/quantity.ts";
import type { Tracks } from "./displacement.ts";
import { ionCorrelation } from "./ionCorrelation.ts";
import { chiSquareQuantile, chiSquareTail } from "./quantiles.ts";
import { windowCovariance } from "./windowCovariance.ts";
import { type Displacements, displacementsAt, FEWEST_LAGS, type FittedLine, fitLine, pickedFrom } from "./windowLine.ts";

/** A value with its 95 % interval in the same unit. */
export type Estimate = Quantity & { readonly interval95: readonly [number, number] };

export interface DiffusivityOptions {
  /** time between two frames, fs */
  intervalFs: number;
  /** first and last lag in frames; chosen where they are not given */
  start?: number;
  end?: number;
}

/** The lags that a straight line was put through. */
export interface Regime {
  readonly startFs: number;
  readonly endFs: number;
  readonly lags: number;
  /** of residuals as large as these if the line is right */
  readonly probability: number;
  /** false where the caller gave the start */
  readonly isChosen: boolean;
}

export interface Diffusivity {
  readonly D: Estimate;
  /** along x, y and z */
  readonly components: readonly [Quantity, Quantity, Quantity];
  /** MSD at lag 0 by the line, Å² */
  readonly intercept: Quantity;
  readonly regime: Regime;
  /** the line, its standard error, and the standard deviation of a displacement measured at that lag (in frames), Å² */
  at(lag: number): { value: number; sigma: number; scatter: number };
  /** degrees of freedom of the interval */
  readonly freedom: number;
  /** variance over what independent Brownian ions give: by the scatter of the ions and by what they do together; 1 where it is not larger */
  readonly inflation: number;
  readonly notices: readonly Notice[];
}

const SPACING = Math.SQRT2;
const LINE_REFUSED = 0.05;
/** Ions that scatter more than Brownian ones are caged: there a line must do clearly better. */
const LINE_REFUSED_CAGED = 0.2;
/** Ions that are Brownian each by itself are taken for independent unless chance hardly makes them look as they do. */
const TOGETHER_BY_CHANCE = 0.01;
/** cm²/s in Å²/fs */
const CM2_PER_SECOND = 0.1;

/** INVALID_INPUT for fewer than 12 frames or a start and end that leave fewer than four lags; NOT_COMPUTABLE where nothing moves. */
export function diffusivity(tracks: Tracks, options: DiffusivityOptions): Diffusivity {
  const { frames } = tracks;
  const { intervalFs } = options;
  if (!(intervalFs > 0 && Number.isFinite(intervalFs))) {
    throw new ThioscopeError("INVALID_INPUT", `${intervalFs} fs between frames: a time above 0 is needed`);
  }
  if (frames < 12) throw new ThioscopeError("INVALID_INPUT", `${frames} frames: a diffusivity needs 12 or more`);
  const end = Math.min(options.end ?? Math.floor(frames / 2), frames - 1);
  const lags = lagsFrom(options.start ?? 1, end);
  if (lags.length < FEWEST_LAGS) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `lags from ${options.start ?? 1} to ${end} frames: too few for a line; ${frames} frames are there`,
    );
  }
  const data = displacementsAt(tracks, lags);
  const covariance = windowCovariance(frames, lags);
  let best: FittedLine | null = null;
  const last = options.start === undefined ? lags.length - FEWEST_LAGS : 0;
  for (let from = 0; from <= last; from++) {
    const fit = fitLine(data, covariance, lags, pickedFrom(from, lags.length, data.ions));
    if (!best || fit.probability > best.probability) best = fit;
    if (fit.probability >= (fit.isScaled ? LINE_REFUSED_CAGED : LINE_REFUSED)) {
      best = fit;
      break;
    }
  }
  if (!best || !(best.slope > 0)) {
    throw new ThioscopeError("NOT_COMPUTABLE", "the displacement does not grow with time: the ions do not diffuse within this run");
  }
  return describe(best, data, lags, options, end, tracks);
}

function lagsFrom(start: number, end: number): number[] {
  const lags: number[] = [];
  for (let x = Math.max(1, start); x <= end; x *= SPACING) {
    const lag = Math.round(x);
    if (lag !== lags.at(-1)) lags.push(lag);
  }
  if (lags.length > 0 && lags.at(-1)! < end / 1.2) lags.push(end);
  return lags;
}

function describe(
  fit: FittedLine,
  data: Displacements,
  lags: readonly number[],
  { intervalFs, start }: DiffusivityOptions,
  end: number,
  tracks: Tracks,
): Diffusivity {
  const { frames } = tracks;
  const perSlope = CM2_PER_SECOND / (6 * intervalFs);
  const D = fit.slope * perSlope;
  const notices: Notice[] = [];
  const isStraight = fit.probability >= LINE_REFUSED;
  const { together, freedom: known } = togetherness(fit, data, lags, tracks);
  let relative = Math.sqrt(together * fit.variance[2]) / fit.slope;
  if (known !== null) relative *= student95(known) / 1.959964;
  if (!isStraight) {
    // residuals larger than Σ: the error grows with them
    relative *= 2;
    notices.push({
      code: "not-diffusive",
      message: "no part of the displacement is a straight line within its errors: the run is too short or not diffusive",
    });
  }
  const freedom = 2 / relative ** 2;
  const weigh = (c: Float64Array): number => fit.weights.reduce((sum, w, p) => sum + w * c[fit.picked[p]!]!, 0) * perSlope;
  const components = data.components.map((c): Quantity => {
    const value = weigh(c);
    return { value, sigma: Math.sqrt(3) * relative * Math.abs(value), unit: "cm2/s" };
  }) as unknown as Diffusivity["components"];
  const [va, cov, vb] = fit.variance.map((v) => v * together) as [number, number, number];
  return {
    D: { value: D, sigma: relative * D, unit: "cm2/s", interval95: chiInterval(D, freedom) },
    components,
    intercept: { value: fit.intercept, sigma: Math.sqrt(va), unit: "Å^2" },
    regime: {
      startFs: lags[fit.picked[0]!]! * intervalFs,
      endFs: end * intervalFs,
      lags: fit.picked.length,
      probability: fit.probability,
      isChosen: start === undefined,
    },
    at: (lag) => {
      const own = windowCovariance(frames, [lag]);
      const [ss, se, ee] = fit.parts;
      return {
        value: fit.intercept + fit.slope * lag,
        sigma: Math.sqrt(Math.max(0, va + 2 * lag * cov + lag * lag * vb)),
        scatter: Math.sqrt(together * (ss * own.motion[0]! + se * own.mixed[0]! + ee * own.noise[0]!)),
      };
    },
    freedom,
    inflation: fit.inflation * together,
    notices,
  };
}

/** What scales Σ because ions move together, and the degrees of freedom of all that scales it; null where nothing does. */
function togetherness(
  fit: FittedLine,
  { ions }: Displacements,
  lags: readonly number[],
  tracks: Tracks,
): { together: number; freedom: number | null } {
  const found = ionCorrelation(tracks, fit, lags);
  const isBeyondChance = found !== null && chiSquareTail(found.ratio * found.freedom, found.freedom) < TOGETHER_BY_CHANCE;
  if (found && (fit.isScaled || isBeyondChance)) {
    const inverse = 1 / found.freedom + (fit.isScaled ? 1 / (ions - 1) : 0);
    return { together: Math.max(1, found.ratio), freedom: Math.max(1, Math.floor(1 / inverse)) };
  }
  return { together: 1, freedom: fit.isScaled ? ions - 1 : null };
}

/** 95 % interval of a variance-like estimate with ν degrees of freedom. */
export function chiInterval(value: number, freedom: number): [number, number] {
  return [(value * freedom) / chiSquareQuantile(1.959964, freedom), (value * freedom) / chiSquareQuantile(-1.959964, freedom)];
}

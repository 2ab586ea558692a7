/**
 * How many peaks, and where? Peaks are added one at a time where the residual correlates best with a peak of any
 * width (matched filter), all are refitted, and the model grows as long as the information criterion
 *
 *   Δ = (χ²_before − χ²_after)/s − Δk ln n,    s = χ²_after/ν, at least 1 where the data's errors are known
 *
 * speaks for it by more than 10 (very strong evidence: Kass and Raftery, J. Am. Stat. Assoc. 90, 1995). Then each peak must earn its
 * place: one whose removal the criterion does not mind, or whose area is below three of its errors, or below `leastShare` of the curve's, goes.
 * A shoulder is found like a peak, because it is looked for in the residual, not in the curve.
 */
import { type Curve, fitPeaks, type PeakFit, type PeakModel, type PeakStart } from "./fit.ts";
import { PEAK_SHAPES, type PeakShapeName } from "./shapes.ts";
import { whitener } from "./whiten.ts";

export interface DecomposeOptions {
  shape: PeakShapeName;
  baseline: number;
  baselineNonNegative?: boolean;
  /** at most this many peaks */
  most?: number;
  /** range of full widths at half maximum that are looked for and allowed, in x; from four samples to a third of the range where absent */
  widths?: readonly [number, number];
  centreRange?: readonly [number, number];
  /** between which areas are counted; the ends of the data where absent */
  areaRange?: readonly [number, number];
  /** smallest area of a peak as a share of the whole area */
  leastShare?: number;
  /** peaks to begin with, e.g. those of the curve before */
  start?: readonly PeakStart[];
}

const EVIDENCE = 10;
const SIGNIFICANCE = 3;
const CERTAIN = 20;

/** The best fit found; with no peaks where nothing stands out of the noise. */
export function decompose(curve: Curve, options: DecomposeOptions): PeakFit {
  const { shape, baseline, centreRange, baselineNonNegative } = options;
  const known = curve.sigma !== undefined || curve.edges !== undefined;
  const most = Math.min(options.most ?? 8, Math.floor((curve.x.length - baseline - 2) / (PEAK_SHAPES[shape].count + 1)));
  const model = (peaks: readonly PeakStart[]): PeakModel => ({
    shape,
    baseline,
    peaks,
    tolerance: 1e-5,
    ...(baselineNonNegative ? { baselineNonNegative } : {}),
    ...(centreRange ? { centreRange } : {}),
    ...(options.areaRange ? { areaRange: options.areaRange } : {}),
    ...(options.widths ? { widest: 1.5 * options.widths[1] } : {}),
  });
  const count = PEAK_SHAPES[shape].count;
  const evidence = (less: PeakFit, more: PeakFit): number => {
    const scale = more.chi2 / Math.max(1, more.degreesOfFreedom);
    const added = (more.peaks.length - less.peaks.length) * count;
    return (less.chi2 - more.chi2) / (known ? Math.max(1, scale) : scale) - added * Math.log(curve.x.length);
  };
  let best = fitPeaks(curve, model((options.start ?? []).slice(0, most)));
  let misses = 0;
  let current = best;
  while (current.peaks.length < most && misses < 2) {
    const found = strongest(curve, current, options);
    if (!found) break;
    const tried = fitPeaks(curve, model([...current.next, found]));
    const split = evidence(best, tried) > EVIDENCE ? null : splitWorst(curve, current);
    const halved = split && fitPeaks(curve, model(split));
    current = halved && halved.chi2 < tried.chi2 ? halved : tried;
    if (evidence(best, current) > EVIDENCE) {
      best = current;
      misses = 0;
    } else misses++;
  }
  const least = (options.leastShare ?? 0) * wholeArea(curve);
  return prune(curve, best, model, evidence, least);
}

/**
 * The same peaks with the one under which the fit is worst replaced by two halves side by side: two overlapping peaks leave so little
 * beside one broad peak that a search in the residual begins too far away.
 */
function splitWorst(curve: Curve, fit: PeakFit): PeakStart[] | null {
  const { sigma } = whitener(curve, 1);
  let worst = -1;
  let highest = 0;
  for (const [k, { centre, width }] of fit.next.entries()) {
    let sum = 0;
    for (const [i, x] of curve.x.entries()) {
      if (Math.abs(x - centre) < width && sigma[i]! > 0) sum += ((curve.y[i]! - fit.fitted[i]!) / sigma[i]!) ** 2;
    }
    if (sum > highest) {
      highest = sum;
      worst = k;
    }
  }
  const peak = fit.next[worst];
  if (!peak) return null;
  const half = (side: number): PeakStart => ({
    ...peak,
    centre: peak.centre + side * 0.3 * peak.width,
    width: 0.75 * peak.width,
    area: peak.area / 2,
  });
  return [...fit.next.filter((_, k) => k !== worst), half(-1), half(1)];
}

function prune(
  curve: Curve,
  fit: PeakFit,
  model: (peaks: readonly PeakStart[]) => PeakModel,
  evidence: (less: PeakFit, more: PeakFit) => number,
  leastArea: number,
): PeakFit {
  let best = fit;
  for (let again = true; again && best.peaks.length > 0; ) {
    again = false;
    // the smallest is asked first: what it takes with it may be what another one needs
    const order = best.peaks.map((_, k) => k).sort((a, b) => best.peaks[a]!.area.value - best.peaks[b]!.area.value);
    for (const k of order) {
      const { area } = best.peaks[k]!;
      // far above its error a peak needs no second fit to be believed
      if (area.sigma !== null && area.value > CERTAIN * area.sigma && area.value >= leastArea) continue;
      const without = fitPeaks(curve, model(best.next.filter((_, i) => i !== k)));
      const gain = evidence(without, best);
      const weak = area.sigma !== null && area.value < SIGNIFICANCE * area.sigma && gain < EVIDENCE;
      if (weak || gain < 0 || area.value < leastArea) {
        best = without;
        again = true;
        break;
      }
    }
  }
  return best;
}

/** Area under the curve, by its points. */
function wholeArea(curve: Curve): number {
  const { x, y, edges } = curve;
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const width = edges ? edges.x[i + 1]! - edges.x[i]! : 0.5 * (x[Math.min(i + 1, x.length - 1)]! - x[Math.max(i - 1, 0)]!);
    sum += y[i]! * width;
  }
  return Math.max(0, sum);
}

/** Start of the peak that the residual asks for most; null where no width and place gives a positive area. */
function strongest(curve: Curve, fit: PeakFit, options: DecomposeOptions): PeakStart | null {
  const { x, y } = curve;
  const m = x.length;
  const range = x[m - 1]! - x[0]!;
  const spacing = range / (m - 1);
  const [narrow, wide] = options.widths ?? [4 * spacing, range / 3];
  const [least, most] = options.centreRange ?? [x[0]!, x[m - 1]!];
  const shape = PEAK_SHAPES[options.shape];
  const { sigma } = whitener(curve, 1);
  let best: PeakStart | null = null;
  let highest = 0;
  const residual = Float64Array.from(y, (v, i) => v - fit.fitted[i]!);
  const weight = sigma.map((s) => (s > 0 ? 1 / (s * s) : 0));
  for (let width = narrow; width <= wide * 1.001; width *= 1.5) {
    const reach = 1.5 * width;
    const stride = Math.max(1, Math.floor(width / spacing / 8));
    let from = 0;
    for (let c = 0; c < m; c += stride) {
      if (x[c]! < least || x[c]! > most) continue;
      while (x[c]! - x[from]! > reach) from++;
      let cross = 0;
      let own = 0;
      for (let i = from; i < m && x[i]! - x[c]! <= reach; i++) {
        const f = shape.value(x[i]!, 1, x[c]!, width, 0.3, undefined);
        cross += weight[i]! * residual[i]! * f;
        own += weight[i]! * f * f;
      }
      const score = own > 0 ? cross / Math.sqrt(own) : 0;
      if (score > highest) {
        highest = score;
        best = { centre: x[c]!, width, area: cross / own };
      }
    }
  }
  return best;
}

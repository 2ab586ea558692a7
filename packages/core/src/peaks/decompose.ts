/**
 * How many peaks, and where? Peaks are added one at a time where the residual correlates best with a peak of any
 * width (matched filter), all are refitted, and the model grows as long as the information criterion falls by
 * more than 10 (very strong evidence: Kass and Raftery, J. Am. Stat. Assoc. 90, 1995). Then each peak must earn its place:
 * one whose removal the criterion does not mind, or whose area is below three of its errors, goes.
 * A shoulder is found like a peak, because it is looked for in the residual, not in the curve.
 */
import { type Curve, fitPeaks, type PeakFit, type PeakModel, type PeakStart } from "./fit.ts";
import { PEAK_SHAPES, type PeakShapeName } from "./shapes.ts";

export interface DecomposeOptions {
  shape: PeakShapeName;
  baseline: number;
  /** at most this many peaks */
  most?: number;
  /** range of widths that are looked for, in x; from four samples to a third of the range where absent */
  widths?: readonly [number, number];
  centreRange?: readonly [number, number];
}

const EVIDENCE = 10;
const SIGNIFICANCE = 3;

/** The best fit found; with no peaks where nothing stands out of the noise. */
export function decompose(curve: Curve, options: DecomposeOptions): PeakFit {
  const { shape, baseline, centreRange } = options;
  const most = Math.min(options.most ?? 8, Math.floor((curve.x.length - baseline - 2) / (PEAK_SHAPES[shape].count + 1)));
  const model = (peaks: readonly PeakStart[]): PeakModel => ({ shape, baseline, peaks, ...(centreRange ? { centreRange } : {}) });
  let best = fitPeaks(curve, model([]));
  let misses = 0;
  let current = best;
  while (current.peaks.length < most && misses < 2) {
    const found = strongest(curve, current, options);
    if (!found) break;
    current = fitPeaks(curve, model([...current.next, found]));
    if (current.bic < best.bic - EVIDENCE) {
      best = current;
      misses = 0;
    } else misses++;
  }
  return prune(curve, best, model);
}

function prune(curve: Curve, fit: PeakFit, model: (peaks: readonly PeakStart[]) => PeakModel): PeakFit {
  let best = fit;
  for (let again = true; again && best.peaks.length > 0; ) {
    again = false;
    for (let k = 0; k < best.peaks.length; k++) {
      const { area } = best.peaks[k]!;
      const without = fitPeaks(curve, model(best.next.filter((_, i) => i !== k)));
      const weak = area.sigma !== null && area.value < SIGNIFICANCE * area.sigma && without.bic < best.bic + EVIDENCE;
      if (weak || without.bic < best.bic) {
        best = without;
        again = true;
        break;
      }
    }
  }
  return best;
}

/** Start of the peak that the residual asks for most; null where no width and place gives a positive area. */
function strongest(curve: Curve, fit: PeakFit, options: DecomposeOptions): PeakStart | null {
  const { x, y, sigma } = curve;
  const m = x.length;
  const range = x[m - 1]! - x[0]!;
  const spacing = range / (m - 1);
  const [narrow, wide] = options.widths ?? [4 * spacing, range / 3];
  const [least, most] = options.centreRange ?? [x[0]!, x[m - 1]!];
  const shape = PEAK_SHAPES[options.shape];
  let best: PeakStart | null = null;
  let highest = 0;
  const residual = Float64Array.from(y, (v, i) => v - fit.fitted[i]!);
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
        const w = sigma ? (sigma[i]! > 0 ? 1 / sigma[i]! ** 2 : 0) : 1;
        const f = shape.value(x[i]!, 1, x[c]!, width, 0.3, undefined);
        cross += w * residual[i]! * f;
        own += w * f * f;
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

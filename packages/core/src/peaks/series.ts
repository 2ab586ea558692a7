/**
 * The same model over a series of curves (cycles, frames, spectra): each fit begins where the last one ended, which
 * keeps peaks apart from one another and is several times faster than a new search.
 */
import { checkCancelled, QUIET, type TaskContext } from "../task.ts";
import { type Curve, fitPeaks, type PeakFit, type PeakModel } from "./fit.ts";

/** @returns one fit per curve; where a fit did not converge the next begins again from the model's own start */
export function fitPeakSeries(curves: Iterable<Curve>, model: PeakModel, context: TaskContext = QUIET, total = 0): PeakFit[] {
  const fits: PeakFit[] = [];
  let { peaks } = model;
  for (const curve of curves) {
    const fit = fitPeaks(curve, { ...model, peaks });
    fits.push(fit);
    // a peak that vanished must be able to come back: it starts with a little area again
    const floor = 1e-3 * Math.max(...fit.next.map((p) => p.area), 0);
    peaks = fit.converged ? fit.next.map((p, k) => ({ ...model.peaks[k]!, ...p, area: Math.max(p.area, floor) })) : model.peaks;
    if (fits.length % 64 === 0) {
      checkCancelled(context);
      context.progress(fits.length, total, "curves");
    }
  }
  return fits;
}

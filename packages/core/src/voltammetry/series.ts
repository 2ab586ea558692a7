/**
 * The same peak in several voltammograms: of every file and every scan rate in it the last scan counts, because the first
 * ones still change the electrode. Peaks keep their order by potential; where the sweeps do not all show equally many,
 * there is no series, because nothing tells which peak is which.
 */
import { isEqualRate, type RatedPeak } from "./scanRates.ts";
import type { Sweep } from "./sweeps.ts";
import { type SweepSummary, sweepOf, type Voltammogram } from "./voltammogram.ts";

export interface Labelled {
  label: string;
  voltammogram: Voltammogram;
}

export interface PeakSeries {
  direction: Sweep["direction"];
  /** from 1, by rising potential */
  peak: number;
  /** the sweeps of this direction come first in all files: only they begin without products of the other */
  isForward: boolean;
  points: readonly (RatedPeak & { label: string; scan: number })[];
}

/** Peaks over files and scan rates, one series per direction and peak. */
export function peakSeries(list: readonly Labelled[]): { series: readonly PeakSeries[]; refused: readonly string[] } {
  const series: PeakSeries[] = [];
  const refused: string[] = [];
  for (const direction of ["anodic", "cathodic"] as const) {
    const sweeps = list.flatMap(({ label, voltammogram }) => lastOfEachRate(voltammogram, direction).map((sweep) => ({ label, sweep })));
    const isForward = list.every(
      ({ voltammogram }) => voltammogram.sweeps.find((s) => isWhole(s, voltammogram.sweeps))?.direction === direction,
    );
    const counts = new Set(sweeps.map(({ sweep }) => sweep.peaks.length));
    if (counts.size > 1) {
      const told = sweeps.map(({ label, sweep }) => `${label} scan ${sweep.scan}: ${sweep.peaks.length}`).join(", ");
      refused.push(`the ${direction} sweeps show different numbers of peaks (${told}): which is which the curves do not say`);
      continue;
    }
    for (let k = 0; k < ([...counts][0] ?? 0); k++) {
      const points = sweeps.map(({ label, sweep }) => {
        const peak = [...sweep.peaks].sort((p, q) => p.potential.value - q.potential.value)[k]!;
        return { label, scan: sweep.scan, scanRate: sweep.scanRate, current: peak.current, potential: peak.potential };
      });
      series.push({ direction, peak: k + 1, isForward, points });
    }
  }
  return { series, refused };
}

function lastOfEachRate({ sweeps }: Voltammogram, direction: Sweep["direction"]): SweepSummary[] {
  const found: SweepSummary[] = [];
  for (let scan = sweeps.at(-1)?.scan ?? 0; scan >= 1; scan--) {
    const sweep = sweepOf(sweeps, scan, direction);
    if (sweep && isWhole(sweep, sweeps) && !found.some((s) => isEqualRate(s.scanRate, sweep.scanRate))) found.push(sweep);
  }
  return found.reverse();
}

/** A sweep that was stopped before its vertex is no measure of its peaks. */
function isWhole(sweep: SweepSummary, sweeps: readonly SweepSummary[]): boolean {
  const span = (s: SweepSummary): number => Math.abs(s.endPotential.value - s.startPotential.value);
  return span(sweep) > 0.9 * Math.max(...sweeps.map(span));
}

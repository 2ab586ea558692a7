/**
 * A voltammogram read from a table: sweeps, peaks, and the pairs of peaks of each scan.
 *
 *   ΔE_p = E_pa − E_pc        E_1/2 = (E_pa + E_pc) / 2
 *
 * Peaks are paired in the order of their potentials, and only where both sweeps of a scan show equally many and ran at one
 * scan rate: otherwise the file does not say which belong together. Charges are ∫ i dt over a sweep, split by the sign of
 * the current, in mC. V, mV/s, mA.
 */

import { reading } from "../cycling/integrate.ts";
import { type CyclingSeries, cyclingSeries } from "../cycling/series.ts";
import type { Notice } from "../errors.ts";
import { ThioscopeError } from "../errors.ts";
import type { Table } from "../table.ts";
import type { Answer, Quantity } from "../units/quantity.ts";
import { findPeaks, type VoltammetricPeak } from "./peaks.ts";
import { isEqualRate } from "./scanRates.ts";
import { findSweeps, type Sweep } from "./sweeps.ts";

export interface SweepSummary extends Omit<Sweep, "from" | "to"> {
  anodicCharge: Quantity;
  cathodicCharge: Quantity;
  peaks: readonly VoltammetricPeak[];
}

export interface PeakPair {
  scan: number;
  /** from 1, by rising potential */
  pair: number;
  anodicPotential: Quantity;
  cathodicPotential: Quantity;
  separation: Answer;
  midpoint: Answer;
  /** |i_pa / i_pc| */
  currentRatio: Answer;
  scanRate: Quantity;
}

export interface Voltammogram {
  sweeps: readonly SweepSummary[];
  pairs: readonly PeakPair[];
  /** scans whose peaks could not be paired, and why */
  unpaired: readonly { scan: number; notComputable: string }[];
  notices: readonly Notice[];
}

/** @throws ThioscopeError NOT_COMPUTABLE where the potential is not swept, COLUMN_MISSING */
export function voltammetry(table: Table): Voltammogram {
  const series = cyclingSeries(table);
  const sweeps = findSweeps(series);
  if (sweeps.length === 0) {
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      "no potential sweep: nowhere does the potential run straight in time over a twentieth of its range",
    );
  }
  const summaries = sweeps.map((sweep): SweepSummary => {
    const { from, to, ...shown } = sweep;
    return { ...shown, ...charges(series, from, to), peaks: findPeaks(series, sweep) };
  });
  const pairs: PeakPair[] = [];
  const unpaired: { scan: number; notComputable: string }[] = [];
  for (let scan = 1; scan <= (summaries.at(-1)?.scan ?? 0); scan++) {
    const found = pairUp(scan, summaries);
    if (Array.isArray(found)) pairs.push(...found);
    else if (found) unpaired.push({ scan, notComputable: found.notComputable });
  }
  return { sweeps: summaries, pairs, unpaired, notices: series.notices };
}

/** The sweep of this direction that a scan is judged by: the longest. */
export function sweepOf(sweeps: readonly SweepSummary[], scan: number, direction: Sweep["direction"]): SweepSummary | undefined {
  const span = (s: SweepSummary): number => Math.abs(s.endPotential.value - s.startPotential.value);
  let best: SweepSummary | undefined;
  for (const s of sweeps) if (s.scan === scan && s.direction === direction && (!best || span(s) > span(best))) best = s;
  return best;
}

function pairUp(scan: number, sweeps: readonly SweepSummary[]): PeakPair[] | { notComputable: string } | null {
  const anodic = sweepOf(sweeps, scan, "anodic");
  const cathodic = sweepOf(sweeps, scan, "cathodic");
  if (!anodic || !cathodic) return { notComputable: `the scan has no ${anodic ? "cathodic" : "anodic"} sweep` };
  const byPotential = (p: VoltammetricPeak, q: VoltammetricPeak): number => p.potential.value - q.potential.value;
  const up = [...anodic.peaks].sort(byPotential);
  const down = [...cathodic.peaks].sort(byPotential);
  if (up.length !== down.length) {
    return { notComputable: `${up.length} anodic and ${down.length} cathodic peaks: which belong together the curve does not say` };
  }
  if (!isEqualRate(anodic.scanRate, cathodic.scanRate)) {
    return { notComputable: "both sweeps of the scan ran at different scan rates" };
  }
  return up.map((a, k) => {
    const c = down[k]!;
    const sigma = Math.hypot(a.potential.sigma ?? 0, c.potential.sigma ?? 0);
    const ratio = Math.abs(a.current.value / c.current.value);
    return {
      scan,
      pair: k + 1,
      anodicPotential: a.potential,
      cathodicPotential: c.potential,
      separation: { value: 1000 * (a.potential.value - c.potential.value), sigma: 1000 * sigma, unit: "mV" },
      midpoint: { value: (a.potential.value + c.potential.value) / 2, sigma: sigma / 2, unit: "V" },
      currentRatio: {
        value: ratio,
        sigma: ratio * Math.hypot((a.current.sigma ?? 0) / a.current.value, (c.current.sigma ?? 0) / c.current.value),
        unit: "",
      },
      scanRate: anodic.scanRate,
    };
  });
}

function charges(series: CyclingSeries, from: number, to: number): { anodicCharge: Quantity; cathodicCharge: Quantity } {
  const { timeSecond: t, currentAmpere: current } = series;
  const sums = [0, 0];
  const squares = [0, 0];
  const seconds = [0, 0];
  for (let i = from + 1; i < to; i++) {
    const dt = t[i]! - t[i - 1]!;
    if (!(dt > 0)) continue;
    const [a, b] = [current[i - 1]!, current[i]!];
    // a line between two rows of opposite sign is split where it crosses zero
    const share = a * b < 0 ? a / (a - b) : 1;
    const parts = a * b < 0 ? [0.5 * a * share * dt, 0.5 * b * (1 - share) * dt] : [0.5 * (a + b) * dt];
    for (const q of parts) {
      const k = q > 0 ? 0 : 1;
      sums[k] = sums[k]! + q;
      squares[k] = squares[k]! + dt * dt;
      seconds[k] = seconds[k]! + dt;
    }
  }
  const { scatter, common } = reading(t, current, from, to);
  const charge = (k: 0 | 1): Quantity => ({
    value: 1000 * sums[k]!,
    sigma: 1000 * Math.hypot(scatter * Math.sqrt(squares[k]!), common * seconds[k]!) || null,
    unit: "mC",
  });
  return { anodicCharge: charge(0), cathodicCharge: charge(1) };
}

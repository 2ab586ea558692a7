/**
 * Soft shorts injected into a virtual run: moments in which a filament bridges the separator, passes current, and burns off.
 *
 * A dip lowers the terminal potential (in a symmetric cell its size) at once by its depth and recovers exponentially, with a
 * flutter that is part of it. Depths and recovery times are log-uniform. Dips lie within half cycles, three rows clear of their
 * ends and of each other's recovery. Nothing else of the run is changed, so the clean run with the same seed is its control.
 *
 * Effects that the detection does not model: the flutter during recovery, recovery that is incomplete (a tenth of the depth
 * stays for the rest of the half cycle), and what the run itself contains (gain, drift, lost rows, restarts).
 */
import { random } from "@thioscope/core";
import type { VirtualRow } from "./cycler.ts";

export interface SoftShortOptions {
  /** mean number of dips per half cycle in which they may occur */
  perHalf: number;
  during: "charge" | "discharge" | "both";
  depthVolt: readonly [least: number, most: number];
  /** time constant of the recovery, s */
  recoverySecond: readonly [least: number, most: number];
  /** instrument's cycle from which on they occur */
  fromCycle?: number;
  /** a symmetric cell: the size of the potential falls */
  isSymmetric?: boolean;
}

export interface VirtualDip {
  /** row at which it begins */
  row: number;
  lastRow: number;
  half: number;
  depthVolt: number;
}

export const USUAL_SOFT_SHORTS: SoftShortOptions = { perHalf: 3, during: "charge", depthVolt: [0.006, 0.12], recoverySecond: [60, 400] };

/** The same run with dips, and where they are. */
export function withSoftShorts<Run extends { rows: readonly VirtualRow[] }>(
  run: Run,
  seed: string,
  options: SoftShortOptions = USUAL_SOFT_SHORTS,
): Run & { dips: readonly VirtualDip[] } {
  const draw = random(`soft shorts/${seed}`);
  const logUniform = ([a, b]: readonly [number, number]): number => a * (b / a) ** draw.uniform();
  const rows = run.rows.map((row) => ({ ...row }));
  const dips: VirtualDip[] = [];
  for (const [from, to] of stretches(rows, options)) {
    let count = 0;
    // Poisson by products of uniforms
    for (let product = draw.uniform(); product > Math.exp(-options.perHalf); product *= draw.uniform()) count++;
    const starts = Array.from({ length: count }, () => from + 12 + draw.integer(Math.max(1, to - from - 24))).sort((a, b) => a - b);
    let free = from + 12;
    for (const start of starts) {
      if (start < free || start > to - 12) continue;
      const depthVolt = logUniform(options.depthVolt);
      // a filament in a fast half cycle burns off as fast as one in a slow one, but never takes a large part of it
      const tau = Math.min(logUniform(options.recoverySecond), (rows[to - 1]!.timeSecond - rows[from]!.timeSecond) / 50);
      const begin = rows[start]!.timeSecond;
      let last = start;
      for (let i = start; i < to; i++) {
        const age = rows[i]!.timeSecond - begin;
        const open = 0.9 * Math.exp(-age / tau);
        const flutter = open > 0.02 ? 0.15 * open * draw.normal() : 0;
        const sign = options.isSymmetric ? Math.sign(rows[i]!.voltageVolt) : 1;
        rows[i]!.voltageVolt -= sign * depthVolt * (i === start ? 1 : Math.max(0, open + flutter) + 0.1);
        if (open > 0.1) last = i;
      }
      dips.push({ row: start, lastRow: last, half: rows[start]!.half, depthVolt });
      free = last + 15;
    }
  }
  return { ...run, rows, dips };
}

/** Rows [from, to) of every uninterrupted stretch of current in which dips may occur. */
function stretches(rows: readonly VirtualRow[], { during, fromCycle = 0 }: SoftShortOptions): [number, number][] {
  const found: [number, number][] = [];
  for (let from = 0; from < rows.length; ) {
    const { mode, half, cycle } = rows[from]!;
    let to = from + 1;
    while (to < rows.length && rows[to]!.mode === mode && rows[to]!.half === half) to++;
    if (mode !== "rest" && (during === "both" || during === mode) && cycle >= fromCycle && to - from > 48) found.push([from, to]);
    from = to;
  }
  return found;
}

/**
 * Columns that cycling needs and EC-Lab computes rather than stores, by EC-Lab's own rules (found by comparing
 * .mpr files with their text exports; they hold to the printed digit there):
 *
 * - dq = difference of (Q−Qo) between rows, mA·h; 0 at the first row and where a loop of the technique starts
 * - <I> = dq / dt × 3600 s/h, mA; 0 at the first row (the mean current since the row before)
 * - cycle number = ⌊half cycle / 2⌋ (cycle definition "charge/discharge alternance", the default)
 * - Q charge, Q discharge = Q charge/discharge where positive, and minus it where negative, mA·h
 * - step time = time since the half cycle last changed, 0 while the circuit is open (mode 3); without half
 *   cycles since oxidation and reduction last changed places
 *
 * A column that is already there is never replaced, except Q charge/discharge beside a single-precision (Q−Qo)
 * in C: there EC-Lab sums the charge again on export and so do we (the stored sum differs by up to 5e-8 of it).
 */
import type { NumberArray } from "@thioscope/core";

/** EC-Lab's header → values in EC-Lab's unit, all of one length. */
export type VendorColumns = Map<string, NumberArray>;

const COULOMB_PER_MAH = 3.6;

/**
 * Adds what can be computed.
 *
 * @param loopStarts rows where a loop of the technique starts again
 * @param stored true for the .mpr, whose Q charge/discharge EC-Lab may sum again on export
 */
export function deriveCycling(columns: VendorColumns, loopStarts: readonly number[], stored: boolean): void {
  deriveCharge(columns, loopStarts);
  if (stored) sumChargeAgain(columns);
  deriveCurrent(columns);
  const half = columns.get("half cycle");
  if (half && !columns.has("cycle number")) {
    const out = new Float64Array(half.length);
    for (let i = 0; i < out.length; i++) out[i] = half[i]! >>> 1;
    columns.set("cycle number", out);
  }
  const q = columns.get("Q charge/discharge/mA.h");
  if (q && !columns.has("Q charge/mA.h") && !columns.has("Q discharge/mA.h")) {
    const charge = new Float64Array(q.length);
    const discharge = new Float64Array(q.length);
    for (let i = 0; i < q.length; i++) {
      const value = q[i]!;
      if (value > 0) charge[i] = value;
      else if (value < 0) discharge[i] = -value;
    }
    columns.set("Q discharge/mA.h", discharge);
    columns.set("Q charge/mA.h", charge);
  }
  deriveStepTime(columns);
}

function deriveCharge(columns: VendorColumns, loopStarts: readonly number[]): void {
  const coulomb = columns.get("(Q-Qo)/C");
  const charge = columns.get("(Q-Qo)/mA.h") ?? coulomb;
  if (!charge) return;
  if (!columns.has("dq/mA.h") && !columns.has("dQ/mA.h")) {
    const scale = charge === coulomb ? COULOMB_PER_MAH : 1;
    const dq = new Float64Array(charge.length);
    // the first row is the step from Qo, where the charge was 0
    for (let i = 0, before = 0; i < dq.length; i++) {
      dq[i] = (charge[i]! - before) / scale;
      before = charge[i]!;
    }
    for (const row of loopStarts) dq[row] = 0;
    columns.set("dq/mA.h", dq);
  }
}

/**
 * Q charge/discharge summed again from a single-precision (Q−Qo) in C, as EC-Lab does on export for files that
 * store no energy: the stored sum differs by up to 5e-8 of it.
 */
function sumChargeAgain(columns: VendorColumns): void {
  const q = columns.get("Q charge/discharge/mA.h");
  const half = columns.get("half cycle");
  const dq = columns.get("dq/mA.h");
  if (!q || !half || !dq || !columns.has("(Q-Qo)/C") || columns.has("Energy charge/W.h")) return;
  const sum = new Float64Array(q.length);
  for (let i = 0; i < sum.length; i++) sum[i] = (i > 0 && half[i] === half[i - 1] ? sum[i - 1]! : 0) + dq[i]!;
  columns.set("Q charge/discharge/mA.h", sum);
}

function deriveCurrent(columns: VendorColumns): void {
  if (columns.has("I/mA") || columns.has("<I>/mA")) return;
  const time = columns.get("time/s");
  const dq = columns.get("dq/mA.h");
  if (!time || !dq) return;
  const current = new Float64Array(dq.length);
  for (let i = 1; i < current.length; i++) {
    const dt = time[i]! - time[i - 1]!;
    current[i] = dt > 0 ? (dq[i]! * 3600) / dt : 0;
  }
  columns.set("<I>/mA", current);
}

function deriveStepTime(columns: VendorColumns): void {
  const time = columns.get("time/s");
  const mode = columns.get("mode");
  const half = columns.get("half cycle");
  // techniques without half cycles have steps only where they have sequences
  const parts = half ?? (columns.has("Ns") ? columns.get("ox/red") : undefined);
  if (!time || !mode || !parts || columns.has("step time/s")) return;
  const out = new Float64Array(time.length);
  let start = 0;
  for (let i = 1; i < out.length; i++) {
    if (parts[i] !== parts[i - 1] || (i === 1 && !half)) start = time[i]!;
    if (mode[i] !== 3) out[i] = time[i]! - start;
  }
  columns.set("step time/s", out);
}

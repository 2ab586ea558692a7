/**
 * The charge passed below a series of potentials, as exactly as the rows tell it.
 *
 * Where the potential crosses an edge of the bins once, the edge is moved to the reading next to it: the charge passed until that
 * row is known, while between two rows it would have to be interpolated, which errs by ½ (dQ/dV)′ δ² /4 for rows δ apart (several per cent of
 * a 10 mV bin on the flank of a narrow peak). The edge then errs as that reading does, by σ = |dQ/dV| σ_V. Where noise or a
 * rest makes the potential cross an edge several times, rows lie so close that the counted charge stands, with its own error (dqdv.ts).
 */
import type { DifferentialCapacity } from "../dqdv.ts";
import { chargeCurve } from "../measures.ts";

export interface EdgeCharge {
  /** V, ascending, n + 1 */
  voltageVolt: Float64Array;
  /** mAh passed below each edge, along the direction of the half cycle */
  charge: Float64Array;
  /** error of the edge's potential, V: times |dQ/dV| there it is the error of `charge`, independent from edge to edge */
  voltSigma: Float64Array;
}

/**
 * @param skip bins left out at each end
 * @param startShare share of the charge that is left out at the end where the half cycle began
 */
export function edgeCharge(dqdv: DifferentialCapacity, skip: number, startShare: number): EdgeCharge {
  const { half, bins, value, edgeSigma, voltageNoiseVolt, binWidthVolt: width } = dqdv;
  const { flow, from, to } = half;
  const { voltageVolt: voltage } = flow.series;
  const rising = half.direction === "charge";
  const sign = rising ? 1 : -1;
  // charge counted below each edge
  const counted = new Float64Array(bins.count + 1);
  for (let k = 0; k < bins.count; k++) counted[k + 1] = counted[k]! + sign * value.values[k]! * width;
  const total = counted[bins.count]!;
  const curve = chargeCurve(half);
  const before = half.flow.charge;
  // how often each edge is crossed while charge passes, and the row after the crossing
  const crossings = new Int32Array(bins.count + 1);
  const crossedAt = new Int32Array(bins.count + 1);
  for (let i = from + 1; i < to; i++) {
    if (before[i] === 0) continue;
    const a = voltage[i - 1]! / bins.width - bins.first;
    const b = voltage[i]! / bins.width - bins.first;
    const last = Math.min(bins.count, Math.floor(Math.max(a, b)));
    for (let k = Math.max(0, Math.ceil(Math.min(a, b))); k <= last; k++) {
      crossings[k] = crossings[k]! + 1;
      crossedAt[k] = i;
    }
  }
  const volts: number[] = [];
  const charges: number[] = [];
  const sigmas: number[] = [];
  for (let k = skip; k <= bins.count - skip; k++) {
    const grid = (bins.first + k) * width;
    let v = grid;
    let q = counted[k]!;
    const slope = 0.5 * (Math.abs(value.values[Math.max(0, k - 1)]!) + Math.abs(value.values[Math.min(bins.count - 1, k)]!));
    let s = slope > 0 ? Math.min(voltageNoiseVolt, edgeSigma[k]! / slope) : voltageNoiseVolt;
    if (crossings[k] === 1) {
      const after = crossedAt[k]!;
      const row = Math.abs(voltage[after]! - grid) <= Math.abs(voltage[after - 1]! - grid) ? after : after - 1;
      const passed = curve[row - from]! / 3.6;
      v = voltage[row]!;
      q = rising ? passed : total - passed;
      s = voltageNoiseVolt;
    }
    const passed = rising ? q : total - q;
    if (passed < startShare * total) continue;
    // neighbours that moved to one reading are one edge; nearer ones than a third of a bin would only carry noise
    const previous = volts.at(-1);
    if (previous !== undefined && v - previous < 0.35 * width) continue;
    volts.push(v);
    charges.push(q);
    sigmas.push(s);
  }
  return { voltageVolt: Float64Array.from(volts), charge: Float64Array.from(charges), voltSigma: Float64Array.from(sigmas) };
}

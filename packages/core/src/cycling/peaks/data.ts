/**
 * What of a half cycle's dQ/dV the peaks are fitted to: bins fine enough for narrow peaks, without the ends, their errors, and the local height.
 */
import type { Curve } from "../../peaks/index.ts";
import type { NotComputable } from "../../units/quantity.ts";
import { type DifferentialCapacity, differentialCapacity } from "../dqdv.ts";
import type { HalfCycle } from "../halfCycles.ts";
import { reading } from "../integrate.ts";
import { resolution } from "../noise.ts";
import { edgeCharge } from "./edges.ts";

const LEAST_BINS = 20;
const MOST_BINS = 400;
/** half the window over which the local height is taken, V */
const LOCAL_VOLT = 0.006;

/**
 * dQ/dV in finer bins than those for the eye: the fit knows what neighbouring bins share, so noise in a single bin does no harm, and narrow
 * peaks keep their shape. At least four standard deviations of a reading and two steps of its digits.
 */
export function curveFor(half: HalfCycle): DifferentialCapacity | NotComputable {
  const { flow, from, to } = half;
  const { timeSecond, voltageVolt } = flow.series;
  const [low, high] = spanOf(half);
  if (!(high > low)) return { notComputable: "the potential does not change while current flows" };
  const volt = reading(timeSecond, voltageVolt, from, to);
  const step = resolution(voltageVolt, from, to) ?? 0;
  return differentialCapacity(half, Math.max(4 * Math.hypot(volt.scatter, volt.common), 2 * step, (high - low) / MOST_BINS));
}

export interface FittedData {
  x: Float64Array;
  /** |dQ/dV| between neighbouring edges, mAh/V */
  y: Float64Array;
  /** V */
  edges: Float64Array;
  /** error of the potential of each edge, V */
  voltSigma: Float64Array;
  /** independent error per bin, mAh/V */
  floor: Float64Array;
  /** mAh between the outermost edges */
  inside: number;
  /** lowest and highest reading under current, V */
  span: readonly [number, number];
}

/** |dQ/dV| without the bins at the ends. */
export function fittedPart(dqdv: DifferentialCapacity, startShare: number): FittedData | NotComputable {
  const { binWidthVolt: width, voltageNoiseVolt } = dqdv;
  const { voltageVolt, charge, voltSigma } = edgeCharge(dqdv, 1 + Math.ceil((4 * voltageNoiseVolt) / width), startShare);
  const m = voltageVolt.length - 1;
  if (m < LEAST_BINS)
    return {
      notComputable: `the half cycle covers ${Math.max(0, m)} bins of ${width} V with readings of their own; peaks need at least ${LEAST_BINS}`,
    };
  const x = Float64Array.from({ length: m }, (_, k) => 0.5 * (voltageVolt[k]! + voltageVolt[k + 1]!));
  const y = Float64Array.from({ length: m }, (_, k) => (charge[k + 1]! - charge[k]!) / (voltageVolt[k + 1]! - voltageVolt[k]!));
  let sum = 0;
  for (const v of y) sum += Math.abs(v);
  if (!(sum > 0)) return { notComputable: "no charge passed between the ends of the half cycle" };
  // what no noise explains: rounding, the scatter of the current; it keeps empty bins from weighing infinitely
  const floor = new Float64Array(m).fill((1e-4 * sum) / m);
  return { x, y, edges: voltageVolt, voltSigma, floor, inside: charge[m]! - charge[0]!, span: spanOf(dqdv.half) };
}

function spanOf(half: HalfCycle): readonly [number, number] {
  const { flow, from, to } = half;
  const { voltageVolt } = flow.series;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) {
    if (flow.state[i] === 0) continue;
    low = Math.min(low, voltageVolt[i]!);
    high = Math.max(high, voltageVolt[i]!);
  }
  return [low, high];
}

/** The curve with its errors where dQ/dV is about `height`: of the edges, and of the shape as a share of the height. */
export function curveOf(data: FittedData, height: Float64Array, share: number): Curve {
  const { x, y, edges, voltSigma, floor } = data;
  const m = y.length;
  const sigma = Float64Array.from(edges, (_, k) => {
    const slope = 0.5 * (Math.abs(height[Math.max(0, k - 1)]!) + Math.abs(height[Math.min(m - 1, k)]!));
    return slope * voltSigma[k]!;
  });
  const own = share === 0 ? floor : floor.map((f, k) => Math.hypot(f, share * height[k]!));
  return { x, y, sigma: own, edges: { x: edges, sigma }, xUnit: "V", yUnit: "mAh/V" };
}

/** Mean of the curve over LOCAL_VOLT on both sides (two bins at least): its height without its noise. */
export function localHeight({ x, y, edges }: FittedData): Float64Array {
  const m = y.length;
  let low = 0;
  let high = 0;
  return Float64Array.from(y, (_, k) => {
    while (x[low]! < x[k]! - LOCAL_VOLT) low++;
    while (high < m && x[high]! <= x[k]! + LOCAL_VOLT) high++;
    const from = Math.max(0, Math.min(low, k - 2));
    const to = Math.min(m, Math.max(high, k + 3));
    let charge = 0;
    for (let i = from; i < to; i++) charge += Math.abs(y[i]!) * (edges[i + 1]! - edges[i]!);
    return charge / (edges[to]! - edges[from]!);
  });
}

/** What a run says: capacities, peaks of dQ/dV, the front, stress, what came from the electrolyte, composition. */
import { type Quantity, quantity } from "../units/quantity.ts";
import { THEORETICAL_CAPACITY } from "./geometry.ts";
import type { CellModel } from "./model.ts";
import type { RunRows } from "./rows.ts";
import type { CellRun, Frame, StepRecord } from "./simulate.ts";
import { confinedStress } from "./stress.ts";

const BIN = 0.01;
/** A maximum counts from this share of the largest one on. */
const LEAST_PEAK = 0.04;

export interface ModelPeak {
  /** V of the cell */
  potential: Quantity;
  /** mAh/(g V) */
  height: Quantity;
}

/** dQ/dV of rows [first, last] by counting charge in bins of 10 mV, mAh/(g V), positive. */
export function countedDqdv(rows: RunRows, first: number, last: number): { volt: Float64Array; dqdv: Float64Array } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let r = first; r <= last; r++) {
    low = Math.min(low, rows.volt[r]!);
    high = Math.max(high, rows.volt[r]!);
  }
  const bins = Math.max(1, Math.ceil((high - low) / BIN));
  const counts = new Float64Array(bins);
  for (let r = first + 1; r <= last; r++) {
    const charge = Math.abs(rows.capacity[r]! - rows.capacity[r - 1]!);
    // a row's charge spreads over the bins that its potential crosses
    const [a, b] = [rows.volt[r - 1]!, rows.volt[r]!];
    const [from, to] = [(Math.min(a, b) - low) / BIN, (Math.max(a, b) - low) / BIN];
    const width = to - from;
    for (let k = Math.floor(from); k <= Math.min(Math.floor(to), bins - 1); k++) {
      const share = width > 1e-12 ? (Math.min(to, k + 1) - Math.max(from, k)) / width : 1;
      counts[k] = counts[k]! + charge * share;
    }
  }
  return { volt: Float64Array.from(counts, (_, k) => low + (k + 0.5) * BIN), dqdv: counts.map((c) => c / BIN) };
}

/** Maxima of dQ/dV, smoothed over three bins, the highest potential first. */
export function modelPeaks(rows: RunRows, first: number, last: number): ModelPeak[] {
  const { volt, dqdv } = countedDqdv(rows, first, last);
  const n = dqdv.length;
  if (n < 5) return [];
  const smooth = dqdv.map((v, k) => (v * 2 + (dqdv[k - 1] ?? v) + (dqdv[k + 1] ?? v)) / 4);
  const most = smooth.reduce((a, b) => Math.max(a, b), 0);
  const peaks: ModelPeak[] = [];
  // a half cycle may begin on a plateau; where it ends on a rise the limit has cut a peak off, and that has no centre
  const begin = rows.volt[first]! > rows.volt[last]! ? n - 1 : 0;
  for (let k = 0; k < n; k++) {
    if (k === n - 1 - begin) continue;
    const height = smooth[k]!;
    const [left, right] = [smooth[k - 1] ?? 0, smooth[k + 1] ?? 0];
    if (!(height > left && height >= right && height > LEAST_PEAK * most)) continue;
    // prominence: how far it falls on both sides before something higher comes
    const side = (step: number): number => {
      if (k === begin && step > 0 === begin > 0) return 0;
      let least = height;
      for (let i = k + step; i >= 0 && i < n; i += step) {
        if (smooth[i]! > height) return least;
        least = Math.min(least, smooth[i]!);
      }
      return least;
    };
    if (height - Math.max(side(-1), side(1)) < LEAST_PEAK * most) continue;
    const [a, b, c] = k === begin ? [0, 1, 0] : [left, height, right];
    const offset = a - 2 * b + c === 0 ? 0 : (0.5 * (a - c)) / (a - 2 * b + c);
    peaks.push({ potential: quantity(volt[k]! + offset * BIN, "V"), height: quantity(height, "mAh/(g V)") });
  }
  return peaks.reverse();
}

/** Amount of every phase per cell of a frame, cells × phases. */
export function amountsOf({ equations }: CellModel, { y }: Frame): Float64Array {
  const { cells, block, phases } = equations.layout;
  const out = new Float64Array(cells * phases);
  for (let i = 0; i < cells; i++) for (let k = 0; k < phases; k++) out[i * phases + k] = y[i * block + k]!;
  return out;
}

/** Mean over the thickness of each phase's amount. */
export function meanAmounts(model: CellModel, frame: Frame): Float64Array {
  const { cells, phases } = model.equations.layout;
  const amounts = amountsOf(model, frame);
  const out = new Float64Array(phases);
  const { widths } = model.equations.grid;
  const length = model.physics.layers.cathode;
  for (let i = 0; i < cells; i++) for (let k = 0; k < phases; k++) out[k] = out[k]! + (amounts[i * phases + k]! * widths[i]!) / length;
  return out;
}

/** Electrons per S that the phases hold, over the thickness. */
export const meanElectrons = (model: CellModel, frame: Frame): number =>
  meanAmounts(model, frame).reduce((sum, n, k) => sum + n * model.physics.chemistry.phases[k]!.x, 0);

/**
 * Electrons per S that the cell has taken up since every site of the electrolyte and the mediator was oxidised or reduced as they start: those of the phases, of the reduced shares
 * of the electrolyte, less those that the oxidised mediator owes. What has passed through the wire differs from this by rounding alone.
 */
export function storedElectrons(model: CellModel, frame: Frame): number {
  const { equations, physics } = model;
  const { cells, block, phases, redox, mediator } = equations.layout;
  const { widths } = equations.grid;
  const { cathode } = physics.layers;
  let sum = meanElectrons(model, frame);
  for (let i = 0; i < cells; i++) {
    const share = widths[i]! / cathode / physics.layers.sulfurConcentration;
    for (let k = 0; k < redox; k++) {
      sum += share * physics.electrolyte!.concentration * physics.electrolyte!.steps[k]!.electrons * frame.y[i * block + phases + k]!;
    }
    if (mediator >= 0) sum -= share * physics.mediator!.concentration * frame.y[i * block + mediator]!;
  }
  return sum;
}

export interface FrontAnswer {
  /** at which side the last product appears first: where it is more at every state between 20 and 80 % of its final amount */
  from: "separator" | "collector" | "uniform";
  /** amount of the last product per S at separator, middle and collector, over the discharge */
  states: readonly { capacity: Quantity; separator: Quantity; middle: Quantity; collector: Quantity }[];
}

/** A profile whose ends differ by less than this counts as uniform. */
const UNIFORM = 0.02;

/** The front of a phase (the last by default) over the frames of a discharge or the front of its disappearance over a charge. */
export function frontOf(run: CellRun, step: StepRecord, phase = run.model.physics.chemistry.phases.length - 1): FrontAnswer {
  const { model, rows } = run;
  const { cells, phases } = model.equations.layout;
  const frames = run.frames.filter((f) => f.row >= step.rows[0] && f.row <= step.rows[1]);
  const means = frames.map((f) => meanAmounts(model, f)[phase]!);
  const [low, high] = [Math.min(...means), Math.max(...means)];
  const states = frames.flatMap((f, k) => {
    const share = (means[k]! - low) / (high - low || 1);
    if (share < 0.2 || share > 0.8) return [];
    const at = (i: number): Quantity => quantity(amountsOf(model, f)[i * phases + phase]!, "1");
    const capacity = Math.abs(rows.capacity[f.row]! - rows.capacity[step.rows[0]]!);
    return [{ capacity: quantity(capacity, "mAh/g"), separator: at(0), middle: at(cells >> 1), collector: at(cells - 1) }];
  });
  // while it forms the front is where there is more of it, while it vanishes where there is less
  const sign = step.direction === "charge" ? -1 : 1;
  const lead = states.map((s) => sign * (s.separator.value - s.collector.value));
  if (lead.length > 0 && lead.every((d) => d > UNIFORM)) return { from: "separator", states };
  if (lead.length > 0 && lead.every((d) => d < -UNIFORM)) return { from: "collector", states };
  return { from: "uniform", states };
}

export interface StressAnswer {
  /** row and capacity of the state */
  capacity: Quantity;
  /** mean over the thickness; tension positive */
  axial: Quantity;
  lateral: Quantity;
  /** σ_ax − σ_lat */
  difference: Quantity;
  /** (2/3)(σ_ax − σ_lat) */
  component: Quantity;
  pressure: Quantity;
  /** unaccommodated volume strain e_u */
  strain: Quantity;
  yielded: boolean;
  /** |area's mean of the axial stress + stack pressure|, must be 0 */
  imbalance: Quantity;
}

/** The confined layer's stress (8d) at a frame. */
export function stressOf({ model, rows }: CellRun, frame: Frame): StressAnswer {
  const { stress, layers } = model.physics;
  const { equations } = model;
  equations.right(0, frame.y, new Float64Array(equations.size));
  const { widths } = equations.grid;
  const layer = { young: stress.young, poisson: stress.poisson, yieldStress: stress.yieldStress, stackPressure: stress.stack };
  const sum = { axial: 0, lateral: 0, pressure: 0, strain: 0 };
  let yielded = false;
  for (let i = 0; i < widths.length; i++) {
    const strain = stress.strainShare * equations.expansion[i]!;
    const local = confinedStress(layer, strain);
    const share = widths[i]! / layers.cathode;
    sum.axial += share * local.axial;
    sum.lateral += share * local.lateral;
    sum.pressure += share * local.pressure;
    sum.strain += share * strain;
    yielded ||= local.yielded;
  }
  const mega = (value: number): Quantity => quantity(value / 1e6, "MPa");
  return {
    capacity: quantity(rows.capacity[frame.row]!, "mAh/g"),
    axial: mega(sum.axial),
    lateral: mega(sum.lateral),
    difference: mega(sum.axial - sum.lateral),
    component: mega((2 / 3) * (sum.axial - sum.lateral)),
    pressure: mega(sum.pressure),
    strain: quantity(100 * sum.strain, "%"),
    yielded,
    imbalance: mega(Math.abs(sum.axial + stress.stack)),
  };
}

/** Capacity of a half cycle that came from the electrolyte, mAh per g of sulfur, discharge > 0. */
export function electrolyteCapacity(run: CellRun, from: Frame, to: Frame): Quantity {
  const { model } = run;
  const { electrolyte, layers } = model.physics;
  if (!electrolyte) return quantity(0, "mAh/g");
  const { block, phases } = model.equations.layout;
  const { widths } = model.equations.grid;
  let electrons = 0;
  for (const [k, step] of electrolyte.steps.entries()) {
    for (let i = 0; i < widths.length; i++) {
      const at = i * block + phases + k;
      electrons +=
        ((to.y[at]! - from.y[at]!) * step.electrons * electrolyte.concentration * widths[i]!) /
        (layers.sulfurConcentration * layers.cathode);
    }
  }
  return quantity((electrons * THEORETICAL_CAPACITY) / 2, "mAh/g");
}

/** The frame that belongs to the last row of a step. */
export const endOf = (run: CellRun, step: StepRecord): Frame => run.frames.filter((f) => f.row <= step.rows[1]).at(-1)!;

/** The frame at the first row of a step, or the one before. */
export const beginOf = (run: CellRun, step: StepRecord): Frame => run.frames.filter((f) => f.row <= step.rows[0]).at(-1) ?? run.frames[0]!;

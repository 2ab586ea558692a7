/** Coulometric composition as a story shows it: x in M₂Sₓ along the run, and the products of each discharge as intervals along its charge. */

import type { Cell } from "../../cell/index.ts";
import { express } from "../../cell/index.ts";
import {
  accuracyFor,
  type CompositionPriors,
  chainLengthOf,
  halfCycles,
  type InstrumentAccuracy,
  ionOf,
  mAh,
  measureHalfCycle,
  type ProductSplit,
  type SulfurCurve,
  splitProducts,
  sulfurCurves,
  tableRow,
} from "../../cycling/index.ts";
import { ThioscopeError } from "../../errors.ts";
import type { Table } from "../../table.ts";
import { type Answer, isComputable, type Quantity } from "../../units/quantity.ts";
import { forScreen } from "../digits.ts";
import type { CompositionHalf, CompositionSplit, CompositionStory } from "./model.ts";

/** Points along a half cycle and along its split; half cycles shown at once. */
const MOST_POINTS = 240;
const SPLIT_POINTS = 60;
const MOST_HALVES = 400;

/** @throws ThioscopeError NOT_COMPUTABLE where sulfur or ion are not known or the run begins with a charge, COLUMN_MISSING, INVALID_INPUT for shares that are no range */
export function compositionStory(
  file: Table,
  cell: Cell | null,
  priors: CompositionPriors = {},
  declared?: InstrumentAccuracy,
): CompositionStory {
  if (!cell) throw new ThioscopeError("NOT_COMPUTABLE", "no cell file tells the mass of sulfur");
  const ion = ionOf(cell);
  if (!ion) throw new ThioscopeError("NOT_COMPUTABLE", "the cell's materials hold neither Li nor Na alone: which ion moves is not known");
  const halves = halfCycles(file);
  if (!halves[0]) throw new ThioscopeError("NOT_COMPUTABLE", "the file holds no half cycle");
  const { accuracy, how, assumed } = accuracyFor(halves[0].flow.series, declared);
  const curves = sulfurCurves(halves, cell, accuracy);
  if ("notComputable" in curves) throw new ThioscopeError("NOT_COMPUTABLE", curves.notComputable);
  return {
    ion,
    species: splitProducts({ value: 1, sigma: null, unit: "mAh/g" }, ion).species,
    declared: Object.fromEntries(Object.entries(priors)),
    accuracy: { how, assumed },
    halfCycles: shown(curves).map((curve) => describe(curve, cell, accuracy, (specific) => splitProducts(specific, ion, priors))),
    ...(everyCycle(curves) > 1 ? { everyCycle: everyCycle(curves) } : {}),
  };
}

/** 1 where all cycles can be shown. */
const everyCycle = ({ length }: readonly SulfurCurve[]): number => Math.max(1, Math.ceil(length / MOST_HALVES));

/** The first and every n-th cycle, and the last. */
function shown(curves: readonly SulfurCurve[]): readonly SulfurCurve[] {
  const every = everyCycle(curves);
  const last = curves.at(-1)?.half.cycle;
  return curves.filter(({ half: { cycle } }) => (cycle - 1) % every === 0 || cycle === last);
}

function describe(
  curve: SulfurCurve,
  cell: Cell,
  accuracy: InstrumentAccuracy,
  split: (specific: Quantity) => ProductSplit,
): CompositionHalf {
  const { half, timeSecond, low, high, relativeSigma } = curve;
  const { series } = half.flow;
  const origin = series.timeSecond[half.from]! - timeSecond[0]!;
  const kept = spread(low.length, MOST_POINTS);
  const charge = mAh(measureHalfCycle(half, accuracy).charge);
  const capacity: Answer = isComputable(charge) ? express(cell, charge, "mAh/g").answer : charge;
  return {
    half: half.number,
    cycle: half.cycle,
    direction: half.direction,
    rows: { file: 0, first: half.rows[0], last: half.rows[1] },
    capacity,
    row: Float64Array.from(kept, (i) => tableRow(series, half.from + i)),
    timeHour: forScreen(kept, (i) => (timeSecond[i]! + origin) / 3600),
    voltageVolt: forScreen(kept, (i) => series.voltageVolt[half.from + i]!),
    // more charge is a shorter chain
    xLow: forScreen(kept, (i) => chainLengthOf(high[i]!)),
    xHigh: forScreen(kept, (i) => chainLengthOf(low[i]!)),
    relativeSigma,
    split: half.direction === "discharge" && isComputable(capacity) ? splitAlong(curve, capacity, split) : null,
  };
}

/** The split after each part of the half cycle's own charge, and at its end. */
function splitAlong(curve: SulfurCurve, end: Quantity, split: (specific: Quantity) => ProductSplit): CompositionSplit {
  const { low, half } = curve;
  // a discharge begins at zero of `low`: all sulfur may be S again
  const kept = spread(low.length, SPLIT_POINTS).filter((i) => low[i]! > 0);
  const at = kept.map((i) => sharesOf(tryOr(() => split({ value: low[i]!, sigma: low[i]! * curve.relativeSigma, unit: "mAh/g" }))));
  const column = (k: number, side: "low" | "high"): Float64Array => forScreen(at.map((shares) => shares?.[k]?.[side] ?? Number.NaN));
  const last = split(end);
  return {
    end: sharesOf(last)!,
    dominant: last.dominant,
    statement: last.statement,
    row: Float64Array.from(kept, (i) => tableRow(half.flow.series, half.from + i)),
    milliampereHourPerGram: forScreen(kept, (i) => low[i]!),
    low: [column(0, "low"), column(1, "low"), column(2, "low")],
    high: [column(0, "high"), column(1, "high"), column(2, "high")],
  };
}

function sharesOf(split: ProductSplit | null): CompositionSplit["end"] | null {
  return split && [split.unreacted, split.disulfide, split.sulfide];
}

/** A declared share of unreacted sulfur may be possible at the beginning of a discharge and not later, or the other way round. */
function tryOr(make: () => ProductSplit): ProductSplit | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof ThioscopeError && error.code === "INVALID_INPUT") return null;
    throw error;
  }
}

/** At most `most` places from 0 to n − 1, both ends included. */
function spread(n: number, most: number): number[] {
  const count = Math.min(n, most);
  return Array.from({ length: count }, (_, k) => (count > 1 ? Math.round((k * (n - 1)) / (count - 1)) : 0));
}

/**
 * A prediction laid over a measured discharge: potentials at the same charges per gram of sulfur, as far as both reach, and what lies between them. Nothing is fitted:
 * the residual, V, is the root mean square of model − measured over equal steps of charge.
 */
import { type Answer, type Quantity, quantity } from "../units/quantity.ts";
import { interpolated, type MeasuredCurve } from "./fit.ts";
import type { CellRun } from "./simulate.ts";

export interface PredictionOver {
  /** mAh/g, each to its own end */
  capacity: { measured: Quantity; model: Quantity };
  /** not computable where the run discharges nothing */
  residual: Answer;
  /** mAh per g of sulfur that both reach; V */
  curve: { capacity: Float64Array; measured: Float64Array; model: Float64Array };
}

/** The first discharge of a run over a measured one, at `points` charges. */
export function predictionOver({ rows, steps }: CellRun, measured: MeasuredCurve, points = 60): PredictionOver {
  const total = measured.capacity.at(-1)!;
  const first = steps.find((s) => s.direction === "discharge" && s.rows[1] > s.rows[0]);
  if (!first) {
    const empty = new Float64Array(0);
    return {
      capacity: { measured: quantity(total, "mAh/g"), model: quantity(0, "mAh/g") },
      residual: { notComputable: "the protocol discharges nothing" },
      curve: { capacity: empty, measured: empty, model: empty },
    };
  }
  const own = rows.capacity.slice(first.rows[0], first.rows[1]);
  const begin = own[0]!;
  const charge = own.map((q) => q - begin);
  const end = charge.at(-1)!;
  const capacity = Float64Array.from({ length: points }, (_, k) => ((k + 0.5) / points) * Math.min(total, end));
  const seen = interpolated(measured.capacity, measured.volt, capacity);
  const model = interpolated(charge, rows.volt.slice(first.rows[0], first.rows[1]), capacity);
  const squares = model.reduce((sum, volt, k) => sum + (volt - seen[k]!) ** 2, 0);
  return {
    capacity: { measured: quantity(total, "mAh/g"), model: quantity(end, "mAh/g") },
    residual: quantity(Math.sqrt(squares / points), "V"),
    curve: { capacity, measured: seen, model },
  };
}

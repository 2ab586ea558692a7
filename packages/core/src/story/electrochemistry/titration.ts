/** A titration as a story shows it: pulses, the equilibrium curve, means per train. */
import { cyclingSeries, flowOf } from "../../cycling/index.ts";
import type { Table } from "../../table.ts";
import { type DiffusionLength, equilibriumCurve, meanOverPulses, titration } from "../../titration/index.ts";
import type { RowRange } from "../model.ts";
import type { TitrationStory } from "./model.ts";

/** @throws ThioscopeError NOT_COMPUTABLE where the file holds no train of pulses, COLUMN_MISSING, INVALID_INPUT */
export function titrationStory(table: Table, length: DiffusionLength | null = null): TitrationStory {
  const pulses = titration(flowOf(cyclingSeries(table)), length);
  const placed = ([first, last]: readonly [number, number]): RowRange => ({ file: 0, first, last });
  return {
    length,
    trains: [...new Set(pulses.map(({ train }) => train))].map((train) => {
      const own = pulses.filter((p) => p.train === train);
      return {
        train,
        direction: own[0]!.direction,
        pulses: own.length,
        plateaus: own.filter((p) => p.isPlateau).length,
        meanDiffusionRate: meanOverPulses(own, "diffusionRate"),
        meanDiffusionCoefficient: meanOverPulses(own, "diffusionCoefficient"),
      };
    }),
    equilibrium: equilibriumCurve(pulses),
    pulses: pulses.map((pulse) => ({ ...pulse, rows: placed(pulse.rows), restRows: placed(pulse.restRows) })),
  };
}

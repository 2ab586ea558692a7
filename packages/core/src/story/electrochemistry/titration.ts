/** A titration as a story shows it: pulses, the equilibrium curve, means per train. */
import { cyclingSeries, flowOf } from "../../cycling/index.ts";
import { ThioscopeError } from "../../errors.ts";
import type { Table } from "../../table.ts";
import { type DiffusionLength, equilibriumCurve, meanOverPulses, potentialSteps, titration } from "../../titration/index.ts";
import type { RowRange } from "../model.ts";
import type { Electrochemistry, PotentialStepsStory, TitrationStory } from "./model.ts";

const placed = ([first, last]: readonly [number, number]): RowRange => ({ file: 0, first, last });

/**
 * The titration that the file holds: by current pulses, else by potential steps.
 *
 * @throws ThioscopeError NOT_COMPUTABLE with both reasons where it holds neither, COLUMN_MISSING, INVALID_INPUT
 */
export function titrationOf(
  table: Table,
  length: DiffusionLength | null = null,
): Required<Pick<Electrochemistry, "titration">> | Required<Pick<Electrochemistry, "potentialSteps">> {
  const unless = <T>(make: () => T): T | ThioscopeError => {
    try {
      return make();
    } catch (error) {
      if (error instanceof ThioscopeError && error.code === "NOT_COMPUTABLE") return error;
      throw error;
    }
  };
  const pulses = unless(() => titrationStory(table, length));
  if (!(pulses instanceof ThioscopeError)) return { titration: pulses };
  const steps = unless(() => potentialStepsStory(table, length));
  if (!(steps instanceof ThioscopeError)) return { potentialSteps: steps };
  throw new ThioscopeError("NOT_COMPUTABLE", `${pulses.message}; ${steps.message}`);
}

/** @throws ThioscopeError NOT_COMPUTABLE where the file holds no potential steps with decaying current, COLUMN_MISSING */
function potentialStepsStory(table: Table, length: DiffusionLength | null = null): PotentialStepsStory {
  const steps = potentialSteps(cyclingSeries(table), length);
  return { length, steps: steps.map((step) => ({ ...step, rows: placed(step.rows) })) };
}

/** @throws ThioscopeError NOT_COMPUTABLE where the file holds no train of pulses, COLUMN_MISSING, INVALID_INPUT */
function titrationStory(table: Table, length: DiffusionLength | null = null): TitrationStory {
  const pulses = titration(flowOf(cyclingSeries(table)), length);
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

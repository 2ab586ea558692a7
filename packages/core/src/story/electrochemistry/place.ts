/** Gives the rows of a file's electrochemistry its place among the story's files. */
import type { RowRange } from "../model.ts";
import type { Electrochemistry } from "./model.ts";

export function placeElectrochemistry(
  { voltammetry, titration, potentialSteps, symmetric, composition }: Electrochemistry,
  file: number,
): Electrochemistry {
  const at = (rows: RowRange): RowRange => ({ ...rows, file });
  const place = <T extends { rows: RowRange }>(item: T): T => ({ ...item, rows: at(item.rows) });
  return {
    ...(voltammetry ? { voltammetry: { ...voltammetry, sweeps: voltammetry.sweeps.map(place) } } : {}),
    ...(titration
      ? { titration: { ...titration, pulses: titration.pulses.map((pulse) => ({ ...place(pulse), restRows: at(pulse.restRows) })) } }
      : {}),
    ...(potentialSteps ? { potentialSteps: { ...potentialSteps, steps: potentialSteps.steps.map(place) } } : {}),
    ...(symmetric
      ? {
          symmetric: {
            ...symmetric,
            halfCycles: symmetric.halfCycles.map(place),
            softShorts: { ...symmetric.softShorts, signs: symmetric.softShorts.signs.map(place) },
          },
        }
      : {}),
    ...(composition ? { composition: { ...composition, halfCycles: composition.halfCycles.map(place) } } : {}),
  };
}

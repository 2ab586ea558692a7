/** Which plots of a file there is something to see in. */
import type { StoryFile } from "@thioscope/core/story";
import { ELECTROCHEMISTRY } from "../electrochemistry/index.ts";

/** By the plot's id; what is not named is shown always. */
export function shownOf(file: StoryFile | undefined): Readonly<Record<string, boolean>> {
  // one rate is no comparison: the summary then takes the room
  const halves = file?.halfCycles.length ?? 0;
  const { symmetric, titration, voltammetry } = file?.electrochemistry ?? {};
  // the equilibrium curve is the potential over the capacity; a symmetric cell is judged by its overpotential
  const cycled = halves > (titration?.trains.length ?? 0) && symmetric?.cell !== "symmetric";
  return {
    "potential-capacity": cycled,
    dqdv: cycled,
    // where there are no half cycles the current over the potential is what there is to see
    voltammogram:
      halves === 0 && !voltammetry && (file?.trace.voltageVolt.length ?? 0) > 0 && (file?.trace.currentMilliampere.length ?? 0) > 0,
    // one cycle is told by the story
    cycles: (file?.cycleTable.length ?? 0) > 1 && (cycled || halves === 0),
    rates: (file?.rateTable.length ?? 0) > 1 && cycled,
    ...Object.fromEntries(ELECTROCHEMISTRY.map(({ spec, isShown }) => [spec.id, file !== undefined && isShown(file)])),
  };
}

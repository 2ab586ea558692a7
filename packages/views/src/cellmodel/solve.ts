/**
 * A cycle at what the sliders say: in a worker with the step's own control volumes, on this thread (a report on disk) with fewer, some tens of milliseconds. Where no slider was
 * touched, what the step worked it out as.
 */
import { type NotComputable, ThioscopeError } from "@thioscope/core";
import { solveCell } from "@thioscope/core/cellmodel";
import type { CellModelContent, CellQuestion, SolvedCell } from "@thioscope/core/story";
import type { ViewState } from "../cursor.ts";
import { liveModel } from "../parts/live.ts";
import type { PartContext } from "../parts/model.ts";

export type CellModelContext = PartContext<"cellmodel">;

/** Control volumes of a run that follows a slider. */
const LIVE_CELLS = 12;

export const RATE = "cellmodel.rate";

/** What sliders move: the current, and parameters of the set. */
const VALUES = ["temperature", "cathodeConductivity", "diffusion", "contactResistance", "sulfurLoading"] as const;

export const idOf = (name: string): string => `cellmodel.${name}`;

export const movedIn = ({ choices }: ViewState): readonly string[] => [RATE, ...VALUES.map(idOf)].filter((id) => choices[id] !== undefined);

/** The question with what the sliders say. */
export function questionAt({ question }: CellModelContent, state: ViewState): CellQuestion {
  const moved = Object.fromEntries(
    VALUES.flatMap((name) => (state.choices[idOf(name)] === undefined ? [] : [[name, Number(state.choices[idOf(name)])]])),
  );
  const rate = state.choices[RATE];
  return {
    ...question,
    rate: rate === undefined ? question.rate : `${rate} mA/g`,
    values: { ...question.values, ...moved },
    cells: movedIn(state).length === 0 ? question.cells : Math.min(question.cells, LIVE_CELLS),
  };
}

export const LIVE = liveModel<"cellmodel">({
  key: (state) =>
    movedIn(state)
      .map((id) => `${id}=${state.choices[id]}`)
      .join(" "),
  // a worker has time for as many control volumes as the step had
  request: (part, state) => ({ kind: "cellmodel", question: { ...questionAt(part, state), cells: part.question.cells } }),
  solve: (part, state) => attempt(questionAt(part, state)),
});

export const { solvedAt } = LIVE;

function attempt(question: CellQuestion): SolvedCell | NotComputable {
  try {
    return solveCell(question);
  } catch (error) {
    if (error instanceof ThioscopeError) return { notComputable: error.message };
    throw error;
  }
}

/**
 * A cycle at what the sliders say: with few control volumes while they move and in a report on disk, some tens of milliseconds; with the step's own once they rest. Where no
 * slider was touched, what the step worked it out as.
 */
import type { CellModelContent, CellQuestion } from "@thioscope/core/story";
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
  request: (part, state, effort) => {
    const question = questionAt(part, state);
    return { kind: "cellmodel", question: effort === "full" ? { ...question, cells: part.question.cells } : question };
  },
  unmoved: ({ solved }) => solved,
  refines: ({ question }) => question.cells > LIVE_CELLS,
});

export const { solvedAt } = LIVE;

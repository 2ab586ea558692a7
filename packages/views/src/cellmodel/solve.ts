/**
 * A cycle at what the sliders say, run where the part is shown: with a third of the step's control volumes some tens of milliseconds. Where no slider was
 * touched, what the step worked it out as.
 */
import { type NotComputable, ThioscopeError } from "@thioscope/core";
import { solveCell } from "@thioscope/core/cellmodel";
import type { CellModelContent, CellQuestion, SolvedCell } from "@thioscope/core/story";
import type { ViewState } from "../cursor.ts";
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

const last = new WeakMap<CellModelContent, { key: string; solved: SolvedCell | NotComputable }>();

export function solvedAt(part: CellModelContent, state: ViewState): SolvedCell | NotComputable {
  const moved = movedIn(state).map((id) => `${id}=${state.choices[id]}`);
  if (moved.length === 0) return part.solved;
  const key = moved.join(" ");
  const known = last.get(part);
  if (known?.key === key) return known.solved;
  const solved = attempt(questionAt(part, state));
  last.set(part, { key, solved });
  return solved;
}

function attempt(question: CellQuestion): SolvedCell | NotComputable {
  try {
    return solveCell(question);
  } catch (error) {
    if (error instanceof ThioscopeError) return { notComputable: error.message };
    throw error;
  }
}

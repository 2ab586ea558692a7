/**
 * Distributions at what the sliders say, solved where the part is shown: a preview of a few thousand unknowns takes some ten milliseconds. Where
 * no slider was touched, what the step worked it out as.
 */
import { type NotComputable, ThioscopeError } from "@thioscope/core";
import { depositionPicture, QUESTION_DEFAULTS, type WrittenQuestion } from "@thioscope/core/deposition";
import type { DepositionContent, SolvedDeposition } from "@thioscope/core/story";
import type { ViewState } from "../cursor.ts";
import type { PartContext } from "../parts/model.ts";

export type DepositionContext = PartContext<"deposition">;

/** Keys of the question that a slider sets, with the slider's id. */
export const SLIDER = {
  radius: "deposition.radius",
  current: "deposition.current",
  pressure: "deposition.pressure",
  temperature: "deposition.temperature",
} as const;

export type SliderKey = keyof typeof SLIDER;

/** The question with what the sliders say. */
export function questionAt({ question }: DepositionContent, { choices }: ViewState): WrittenQuestion {
  const moved = Object.entries(SLIDER).flatMap(([key, id]) => (choices[id] === undefined ? [] : [[key, choices[id]]]));
  const asked: WrittenQuestion = { ...question, ...Object.fromEntries(moved) };
  // a shape keeps its proportions: depth and level follow the radius
  if (choices[SLIDER.radius] === undefined) return asked;
  const { depth: _, level: __, ...free } = asked;
  return free;
}

/** What is written for a key, or its default. */
export function writtenOf(question: WrittenQuestion, key: SliderKey): string {
  return question[key] ?? QUESTION_DEFAULTS[key];
}

const last = new WeakMap<DepositionContent, { key: string; solved: SolvedDeposition | NotComputable }>();

export function solvedAt(part: DepositionContent, state: ViewState): SolvedDeposition | NotComputable {
  const moved = Object.values(SLIDER).flatMap((id) => (state.choices[id] === undefined ? [] : [`${id}=${state.choices[id]}`]));
  if (moved.length === 0) return part.solved;
  const key = moved.join(" ");
  const known = last.get(part);
  if (known?.key === key) return known.solved;
  const solved = attempt(questionAt(part, state));
  last.set(part, { key, solved });
  return solved;
}

function attempt(question: WrittenQuestion): SolvedDeposition | NotComputable {
  try {
    return depositionPicture(question);
  } catch (error) {
    if (error instanceof ThioscopeError) return { notComputable: error.message };
    throw error;
  }
}

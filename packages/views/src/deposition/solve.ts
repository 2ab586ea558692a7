/**
 * Distributions at what the sliders say, solved where the part is shown: some thousand unknowns take some ten milliseconds. Where
 * no slider was touched, what the step worked it out as.
 */
import { convert, parseQuantity } from "@thioscope/core";
import { QUESTION_DEFAULTS, type WrittenQuestion } from "@thioscope/core/deposition";
import type { DepositionContent } from "@thioscope/core/story";
import type { ViewState } from "../cursor.ts";
import { liveModel } from "../parts/live.ts";
import type { PartContext } from "../parts/model.ts";

export type DepositionContext = PartContext<"deposition">;

/** Keys of the question that a slider sets, with the slider's id. */
export const SLIDER = {
  radius: "deposition.radius",
  current: "deposition.current",
  pressure: "deposition.pressure",
  temperature: "deposition.temperature",
} as const;

/** How far a pore is filled, a share of its depth: the growth sequence at one's own pace. */
export const FILLED = "deposition.filled";

export type SliderKey = keyof typeof SLIDER;

/** The question with what the sliders say. */
export function questionAt({ question }: DepositionContent, { choices }: ViewState): WrittenQuestion {
  const moved = Object.entries(SLIDER).flatMap(([key, id]) => (choices[id] === undefined ? [] : [[key, choices[id]]]));
  const asked: WrittenQuestion = { ...question, ...Object.fromEntries(moved) };
  // a shape keeps its proportions: depth and level follow the radius
  const { depth, level: _, ...free } = asked;
  const shaped: WrittenQuestion = choices[SLIDER.radius] === undefined ? asked : free;
  const filled = choices[FILLED];
  if (filled === undefined || !canFill(question)) return shaped;
  const deep = inMicrometre(shaped.depth ?? writtenOf(shaped, "radius"));
  const isFlat = question["defect"] === "empty" && (depth === undefined || inMicrometre(depth) === 0);
  const whole = isFlat ? inMicrometre(writtenOf(shaped, "radius")) : deep;
  return { ...shaped, defect: "partly-filled", depth: `${whole} µm`, level: `${Number((whole * Number(filled)).toPrecision(6))} µm` };
}

/** Round pores fill; slots, waves and profiles are solved as they are. */
export function canFill({ defect = "filled" }: WrittenQuestion): boolean {
  return ["filled", "empty", "partly-filled"].includes(defect);
}

function inMicrometre(text: string): number {
  const q = parseQuantity(text, "µm");
  return convert(q.value, q.unit, "µm");
}

/** What is written for a key, or its default. */
export function writtenOf(question: WrittenQuestion, key: SliderKey): string {
  return question[key] ?? QUESTION_DEFAULTS[key];
}

const movedIn = ({ choices }: ViewState): string[] =>
  [...Object.values(SLIDER), FILLED].flatMap((id) => (choices[id] === undefined ? [] : [`${id}=${choices[id]}`]));

export const LIVE = liveModel<"deposition">({
  key: (state) => movedIn(state).join(" "),
  request: (part, state, effort) => ({
    kind: "deposition",
    question: questionAt(part, state),
    resolution: effort === "preview" ? "preview" : "normal",
  }),
  unmoved: ({ solved }) => solved,
  refines: () => true,
});

export const { solvedAt } = LIVE;

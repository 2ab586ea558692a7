/** The keys that move the cursor and the brush: the same on the page and in the report. */
import { type Division, divisionsOf, stepDivision, stepRow } from "../track.ts";
import { contextOf, type StudyModel } from "./context.ts";
import { flipPeaks } from "./peaks.ts";

/** For the help: what each key does. */
export const STUDY_KEYS: readonly (readonly [keys: string, what: string])[] = [
  ["← →", "step the cursor by one point"],
  ["Shift ← →", "step to the next half cycle or spectrum"],
  ["Home End", "first and last point"],
  ["Enter", "narrow all views to the half cycle or spectrum at the cursor"],
  ["Esc", "release the cursor, then show the whole run"],
  ["u", "next unit of capacity"],
  ["p", "dQ/dV with its peaks"],
  ["r", "raw data behind the cursor, of the plot in focus"],
];

/** True where a key belongs to what is being typed or chosen. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest("[role=menu], dialog") !== null)
  );
}

/**
 * Does what the key means and says whether it meant something.
 *
 * @param by what Shift and Enter are about
 */
export function studyKey(model: StudyModel, event: KeyboardEvent, by: Division = "half cycle"): boolean {
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return false;
  const { cursor, story } = model;
  const { state } = cursor;
  const context = contextOf(story, state);
  if (!context) return false;
  const { file } = context;
  const limits = state.brush ?? { first: Number.NEGATIVE_INFINITY, last: Number.POSITIVE_INFINITY };
  const go = (row: number | null): boolean => {
    if (row === null) return false;
    // inside a brush the cursor stays inside it
    cursor.set({ row: Math.max(limits.first, Math.min(limits.last, row)) });
    return true;
  };
  switch (event.key) {
    case "ArrowRight":
    case "ArrowLeft": {
      const delta = event.key === "ArrowRight" ? 1 : -1;
      return go(event.shiftKey ? stepDivision(file, state.row, delta, by) : stepRow(file, state.row, delta));
    }
    case "Home":
      return go(stepRow(file, 0, Number.MIN_SAFE_INTEGER));
    case "End":
      return go(stepRow(file, 0, Number.MAX_SAFE_INTEGER));
    case "Enter": {
      // on a button Enter presses it
      if (event.target instanceof HTMLElement && event.target.closest("button, a, summary, [role=tab]")) return false;
      const { row } = state;
      const half = row === null ? undefined : divisionsOf(file, by).find(({ rows }) => row >= rows.first && row <= rows.last);
      if (half) cursor.set({ brush: { first: half.rows.first, last: half.rows.last } });
      return half !== undefined;
    }
    case "Escape":
      if (state.pinned) cursor.set({ pinned: false });
      else if (state.brush) cursor.set({ brush: null });
      else cursor.set({ row: null });
      return true;
    case "u":
      cursor.set({ basis: (state.basis + 1) % Math.max(1, file.bases.length) });
      return true;
    case "p":
      return flipPeaks(model);
    default:
      return false;
  }
}

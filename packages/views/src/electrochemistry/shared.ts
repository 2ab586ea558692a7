/** What the views of voltammetry, titration, symmetric cells and composition share. */
import { type Answer, isComputable } from "@thioscope/core";
import type { RowRange, StoryFile } from "@thioscope/core/story";
import type { ViewState } from "../cursor.ts";
import type { DataColumn } from "../figure/model.ts";
import { answerColumn } from "../study/context.ts";
import { unitText } from "../text.ts";
import { at, lastAtMost } from "../track.ts";

/** True if the rows reach into the brush, or nothing is brushed. */
export function isInside({ first, last }: RowRange, brush: ViewState["brush"]): boolean {
  return brush === null || (first <= brush.last && last >= brush.first);
}

/** Index of the item that holds the cursor's row; that of the fallback without one. */
export function currentIndex(items: readonly { rows: RowRange }[], row: number | null, fallback: number): number {
  const found = row === null ? -1 : items.findIndex(({ rows }) => row >= rows.first && row <= rows.last);
  return found < 0 ? fallback : found;
}

/** A column of answers with their errors and the reasons where there are none. */
export function answersOf<T>(name: string, unit: string, items: readonly T[], of: (item: T) => Answer): DataColumn {
  return { name, unit: unitText(unit), ...answerColumn(items.map(of)) };
}

export const numberOf = (answer: Answer): number => (isComputable(answer) ? answer.value : Number.NaN);
export const sigmaOf = (answer: Answer): number => (isComputable(answer) ? (answer.sigma ?? Number.NaN) : Number.NaN);

/** Points of the run between two rows, from the half cycles' own curves where the run as a whole has fewer. */
export function traceBetween(
  { trace }: StoryFile,
  { first, last }: RowRange,
): { row: number[]; timeHour: number[]; voltageVolt: number[] } {
  const from = Math.max(0, lastAtMost(trace.row, first - 1) + 1);
  const to = lastAtMost(trace.row, last) + 1;
  const slice = (values: ArrayLike<number>): number[] => Array.from({ length: Math.max(0, to - from) }, (_, k) => at(values, from + k));
  return { row: slice(trace.row), timeHour: slice(trace.timeHour), voltageVolt: slice(trace.voltageVolt) };
}

/** "1–3, 5, 7": numbers in ascending order, runs joined. */
export function rangesText(numbers: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const n of numbers) {
    const last = parts.at(-1);
    if (last && n === last[1] + 1) last[1] = n;
    else parts.push([n, n]);
  }
  return parts.map(([a, b]) => (a === b ? `${a}` : `${a}–${b}`)).join(", ");
}

/** Heights of labels that would cover each other, moved apart around where they belong. */
export function apart(heights: readonly number[], least: number): number[] {
  const order = heights.map((_, k) => k).sort((a, b) => heights[a]! - heights[b]!);
  const placed = [...heights];
  for (const [i, k] of order.entries()) if (i > 0) placed[k] = Math.max(placed[k]!, placed[order[i - 1]!]! + least);
  const shift = order.length > 0 ? (placed[order.at(-1)!]! - heights[order.at(-1)!]!) / 2 : 0;
  return placed.map((height) => height - shift);
}

/** The story of a cell: its card, its files, what happened in sentences, and how it all was made. */
import type { CellCard, RowRange, Story, StoryFile } from "./model.ts";
import { sentencesOf } from "./sentences.ts";

export interface StoryParts {
  title: string;
  cell: CellCard | null;
  files: readonly StoryFile[];
  /** program version, steps with parameters, hashes */
  provenance: Story["provenance"];
}

/** Puts a story together; the row ranges of each file then name it by its place in `files`. */
export function buildStory({ title, cell, files, provenance }: StoryParts): Story {
  const placed = files.map((file, index) => placeFile(file, index));
  return { version: 1, title, cell, files: placed, sentences: placed.flatMap((file, index) => sentencesOf(file, index)), provenance };
}

function placeFile(file: StoryFile, index: number): StoryFile {
  const place = <T extends { rows: RowRange }>(item: T): T => ({ ...item, rows: { ...item.rows, file: index } });
  return { ...file, halfCycles: file.halfCycles.map(place), cycleTable: file.cycleTable.map(place) };
}

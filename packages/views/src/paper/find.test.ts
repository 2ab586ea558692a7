/** What a panel names is found, or it is said what is missing. */
import type { ShownFigure, Story } from "@thioscope/core/story";
import { expect, test } from "vitest";
import type { StoryViews } from "../parts/model.ts";
import { findShown } from "./find.ts";

const file = (name: string) => ({
  name,
  impedance: null,
  trace: { row: [0] },
  cycleTable: [1, 2].map((cycle) => ({ cycle, rows: { first: 10 * cycle, last: 10 * cycle + 9 } })),
  halfCycles: [],
});
const STORY = { files: [file("a.mpt"), file("b.mpt")], parts: [] } as unknown as Story;
const shown = (more: Partial<ShownFigure>): ShownFigure => ({ figure: "cycles", step: null, file: null, choices: {}, ...more });
const find = (more: Partial<ShownFigure>) => findShown(STORY, shown(more), {} as StoryViews);

test("a file and one of its cycles", () => {
  expect(find({ file: "b.mpt" })).toMatchObject({ file: 1, row: null });
  expect(find({ file: "b.mpt", cycle: 2 })).toMatchObject({ file: 1, row: 20 });
  expect(find({ file: "b.mpt", cycle: 3 })).toBe("b.mpt has no cycle 3");
  expect(find({ file: "c.mpt" })).toBe("c.mpt has nothing to show as cycles");
});

test("several files in one figure", () => {
  const found = find({ figure: "cells-life", files: ["b.mpt", "a.mpt"], cycle: 2 });
  if (typeof found === "string" || !("spec" in found)) throw new Error("a plot is expected");
  const cells = found.source.of({ story: STORY } as never) as unknown as { files: { name: string }[]; cycle: number };
  expect(cells.files.map(({ name }) => name)).toEqual(["b.mpt", "a.mpt"]);
  expect(cells.cycle).toBe(2);
  expect(find({ figure: "cells-life", files: ["a.mpt", "z.mpt"] })).toBe("the study has no file z.mpt");
  expect(find({ figure: "cycles", files: ["a.mpt"] })).toBe('no figure of several files is named "cycles"');
});

/** Cells side by side, against the story's own numbers and by hand. */
import { expect, test } from "vitest";
import { syntheticStory } from "../../../../tests/browser/syntheticStory.ts";
import { CELL_FIGURES } from "./figures.ts";
import { cellChoices, filterSql, isLeft, NO_FILTER } from "./select.ts";

const story = (() => {
  const [long] = syntheticStory(30).files;
  const [short] = syntheticStory(3).files;
  return {
    ...syntheticStory(3),
    files: [
      { ...long!, name: "long.mpr" },
      { ...short!, name: "short.mpr" },
    ],
  };
})();

test("a form leaves what it asks for; what never fell below 80 % has lived as long as it was cycled", () => {
  const cells = cellChoices(story);
  const left = (filter: Partial<typeof NO_FILTER>): string[] =>
    cells.filter((cell) => isLeft(cell, { ...NO_FILTER, ...filter })).map(({ name }) => name);
  expect(left({})).toEqual(["long.mpr", "short.mpr"]);
  expect(left({ text: " SHORT" })).toEqual(["short.mpr"]);
  expect(left({ cycles: 10 })).toEqual(["long.mpr"]);
  expect(left({ life: 3 })).toEqual(["long.mpr", "short.mpr"]);
  expect(left({ life: 4 })).toEqual(["long.mpr"]);
  expect(left({ capacity: 1e6 })).toEqual([]);
});

test("the same question to the database quotes what it is given", () => {
  const sql = filterSql({ ...NO_FILTER, text: "o'neil; drop", cycles: 5 });
  expect(sql).toContain("contains(lower(file), 'o''neil; drop')");
  expect(sql).toContain("cycles >= 5");
  expect(filterSql(NO_FILTER)).not.toContain("max_discharge_mah >=");
});

test.each(CELL_FIGURES.map((spec) => [spec.id, spec] as const))("%s: a row per point, named by its file", (_, spec) => {
  const context = { files: story.files, cycle: 30 };
  const figure = spec.figure(context);
  expect(figure.empty).toBeUndefined();
  const { columns } = figure.data();
  const names = columns[0]!.values as string[];
  expect(new Set(names)).toEqual(new Set(["long.mpr", "short.mpr"]));
  expect(new Set(columns.map(({ values }) => values.length)).size).toBe(1);
  // where a file has no such cycle its last one stands in its place
  if (spec.id === "cells-curves") expect(new Set(columns[1]!.values as number[])).toEqual(new Set([30, 3]));
  expect(spec.python(context, "x.csv")).toContain("skiprows=[1]");
});

test("cells that share no unit are compared in mAh", () => {
  const [one, two] = story.files;
  const files = [one!, { ...two!, bases: [] }];
  expect(CELL_FIGURES[0]!.figure({ files, cycle: 1 }).data().columns[3]!.unit).toBe("mAh");
});

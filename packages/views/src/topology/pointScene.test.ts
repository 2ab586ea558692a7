/** Chosen bars and the scenes that show them. */
import { packNumbers, unpackNumbers } from "@thioscope/core/story";
import { expect, test } from "vitest";
import { barChosen, levelsOf, type PointSet, stepped } from "./chosen.ts";
import { placesOf, pointScene } from "./pointScene.ts";

const NONE = { notComputable: "not asked here" };
const COLOURS = { background: [255, 255, 255], ink: [0, 0, 0], quiet: [90, 90, 90], accent: [200, 50, 10], second: [0, 128, 90] } as const;

/** A square of side 2 in a cell of 10, one corner over the boundary. */
const SQUARE: PointSet = {
  file: 0,
  points: 4,
  unit: "Å",
  cap: null,
  positions: packNumbers([9, 5, 5, 1, 5, 5, 1, 7, 5, 9, 7, 5]),
  cell: [10, 0, 0, 0, 10, 0, 0, 0, 10],
  symbols: ["Na", "Na", "Na", "Na"],
  barcodes: [
    {
      dimension: 0,
      name: "spacings",
      birth: [0, 0, 0],
      death: [2, 2, 2],
      open: [false, false, false],
      points: [[[1, 0]], [[2, 1]], [[3, 2]]],
      begin: NONE,
      end: NONE,
      left: 0,
    },
    { dimension: 1, name: "rings", birth: [2], death: [2.83], open: [false], points: [[[0, 1, 2, 3]]], begin: NONE, end: NONE, left: 0 },
  ],
};
const context = (bar: string) => ({ part: { sets: [SQUARE] }, state: { choices: { "topology.bar": bar } } }) as never;

test("a bar is chosen by set, dimension and place; what is not there is none", () => {
  expect(barChosen(context("0:1:0"))).toEqual({ dimension: 1, k: 0 });
  for (const bar of ["", "1:1:0", "0:2:0", "0:1:1", "0:1:-1", "x"]) expect(barChosen(context(bar)), bar).toBeNull();
  expect(levelsOf(SQUARE).map(({ dimension, level }) => [dimension, level])).toEqual([
    [0, 1],
    [0, 2],
    [0, 3],
    [1, 6],
  ]);
  expect(stepped(context(""), 1)).toEqual({ "topology.bar": "0:1:0" });
  expect(stepped(context("0:0:1"), 1)).toEqual({ "topology.bar": "0:0:2" });
  expect(stepped(context("0:0:2"), 1)).toBeNull();
});

test("a ring over the boundary is drawn whole: its four sides are 2 Å long, points beyond the cell are shown again", () => {
  const places = placesOf(SQUARE);
  expect(Array.from(unpackNumbers(SQUARE.positions!)).every((x, k) => Math.abs(x - places[k]!) < 1e-3)).toBe(true);
  const { scene, points } = pointScene(SQUARE, places, { dimension: 1, k: 0 }, COLOURS as never);
  const [cell, ring] = scene.lines;
  expect(cell!.ends).toHaveLength(72);
  const sides = Array.from({ length: ring!.ends.length / 6 }, (_, i) =>
    Math.hypot(...[0, 1, 2].map((d) => ring!.ends[6 * i + d]! - ring!.ends[6 * i + 3 + d]!)),
  );
  expect(sides).toHaveLength(4);
  for (const side of sides) expect(side).toBeCloseTo(2, 3);
  expect(points).toEqual([0, 1, 2, 3, 1, 2]);
  expect(pointScene(SQUARE, places, null, COLOURS as never).points).toEqual([0, 1, 2, 3]);
});

/** Scenes of a small trajectory: one ion that leaves the cell, a framework of two bonded atoms. */
import { packNumbers } from "@thioscope/core/story";
import { expect, test } from "vitest";
import { drawnAtoms, type Shown, structureScene, surfaceOf, unpacked } from "./structureScene.ts";

const COLOURS = { background: [255, 255, 255], ink: [0, 0, 0], quiet: [90, 90, 90], accent: [200, 50, 10], second: [0, 128, 90] } as never;
const values = Float64Array.from({ length: 512 }, (_, k) => (k === 0 ? 1 : 0));
const OWN = unpacked({
  symbols: ["Na", "P", "S"],
  kinds: [0, 1, 2],
  cell: [8, 0, 0, 0, 8, 0, 0, 0, 8],
  temperature: 600,
  frames: 2,
  stepPs: 0.1,
  positions: packNumbers([7, 1, 1, 4, 4, 4, 4, 4, 6, 9, 1, 1, 4, 4, 4, 4, 4, 6]),
  density: { shape: [8, 8, 8], values: packNumbers(values), smoothing: 1 },
});
const SHOWN: Shown = { frame: 1, paths: true, framework: true, share: 0.5 };

test("atoms are drawn inside the cell, the bond of P and S, the way of the ion beyond the cell", () => {
  const { balls, lines } = structureScene(OWN, SHOWN, ["Na"], COLOURS, null);
  expect(balls.positions[0]).toBeCloseTo(1, 2);
  const [cell, bonds, paths] = lines;
  expect([cell!.ends.length, bonds!.ends.length, paths!.ends.length]).toEqual([72, 6, 6]);
  expect([paths!.ends[0], paths!.ends[3]].map((x) => Math.round(x!))).toEqual([7, 9]);
});

test("without its framework only the ion is left", () => {
  expect(drawnAtoms(OWN, { ...SHOWN, framework: false }, ["Na"])).toEqual([0]);
  expect(structureScene(OWN, { ...SHOWN, framework: false, paths: false }, ["Na"], COLOURS, null).lines).toHaveLength(1);
});

test("a surface around the only place that was visited; none for no share", () => {
  expect(surfaceOf(OWN, 0, COLOURS)).toBeNull();
  expect(surfaceOf(OWN, 0.5, COLOURS)!.triangles).toBeDefined();
});

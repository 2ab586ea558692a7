/** Pictures of few things whose pixels are known. */
import { expect, test } from "vitest";
import { cellEdges, fitOf, offsetInto } from "./cell.ts";
import { lookOf, rgbOf } from "./elements.ts";
import { type Camera, type Scene, turned } from "./model.ts";
import { type Picture, rasterise } from "./raster.ts";

const FRONT: Camera = { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], centre: [0, 0, 0], scale: 10 };
const SIZE = { width: 100, height: 100, ratio: 1 };
const WHITE = [255, 255, 255] as const;
const scene = (change: Partial<Scene>): Scene => ({
  balls: { positions: new Float32Array(0), radius: [], colours: new Uint8Array(0) },
  lines: [],
  surface: null,
  ...change,
});
const balls = (...list: readonly (readonly [x: number, y: number, z: number, r: number])[]): Scene["balls"] => ({
  positions: Float32Array.from(list.flatMap((ball) => ball.slice(0, 3))),
  radius: list.map(([, , , r]) => r),
  colours: Uint8Array.from(list.flatMap(() => [200, 0, 0])),
});
const seen = (picture: Picture, ball: number): number => picture.ball.filter((b) => b === ball).length;

test("a ball covers the area of its disc, and the nearer one is seen", () => {
  const picture = rasterise(scene({ balls: balls([0, 0, 0, 3], [0, 0, 3.5, 1], [0, 0, -9, 2]) }), FRONT, SIZE, WHITE);
  expect(Math.abs((seen(picture, 0) + seen(picture, 1)) / (Math.PI * 900) - 1)).toBeLessThan(0.02);
  expect(Math.abs(seen(picture, 1) / (Math.PI * 100) - 1)).toBeLessThan(0.05);
  expect(seen(picture, 2)).toBe(0);
  expect(Array.from(picture.pixels.subarray(0, 4))).toEqual([255, 255, 255, 255]);
});

test("turned by a quarter, right is away from the eye; small turns add up without skew", () => {
  const quarter = turned(FRONT, Math.PI / 2, 0);
  let many = FRONT;
  for (let k = 0; k < 900; k++) many = turned(many, Math.PI / 1800, 0);
  for (const [k, x] of quarter.rotation.entries()) expect(many.rotation[k]).toBeCloseTo(x, 10);
  const picture = rasterise(scene({ balls: balls([2, 0, 0, 1], [-2, 0, 0, 1]) }), quarter, SIZE, WHITE);
  expect([seen(picture, 0) > 0, seen(picture, 1) > 0]).toContain(false);
});

test("a surface is drawn over what lies behind it and not over what lies before it", () => {
  const surface = {
    positions: Float32Array.from([-4, -4, 0, 4, -4, 0, 0, 4, 0]),
    normals: Float32Array.from([0, 0, 1, 0, 0, 1, 0, 0, 1]),
    triangles: Uint32Array.from([0, 1, 2]),
    colour: [0, 0, 255] as const,
  };
  const at = (z: number): number =>
    rasterise(scene({ balls: balls([0, 0, z, 0.5]), surface }), FRONT, SIZE, WHITE).pixels[4 * (50 * 100 + 50) + 2]!;
  expect(at(-2)).toBeGreaterThan(50);
  expect(at(2)).toBe(0);
});

test("lines, and places far outside the picture, stay inside the pixels", () => {
  const ends = Float32Array.from([-2, 0, 0, 2, 0, 0, 1e6, 0, 0, -1e6, 1, 0]);
  const picture = rasterise(scene({ balls: balls([1e7, 0, 0, 1]), lines: [{ ends, colour: [0, 0, 0], width: 1 }] }), FRONT, SIZE, WHITE);
  let dark = 0;
  for (let k = 0; k < picture.pixels.length; k += 4) if (picture.pixels[k]! < 255) dark++;
  expect(dark).toBe(41);
});

test("drawn again into the same picture nothing is left of what was there", () => {
  const first = rasterise(scene({ balls: balls([0, 0, 0, 3]) }), FRONT, SIZE, WHITE);
  const again = rasterise(scene({}), FRONT, SIZE, WHITE, first);
  expect(again.pixels.every((v) => v === 255)).toBe(true);
  expect(again.ball.every((v) => v === -1)).toBe(true);
});

test("cells: twelve edges, places moved inside, a ball around them", () => {
  const cell = [4, 0, 0, 0, 4, 0, 0, 0, 4];
  expect(cellEdges(cell)).toHaveLength(72);
  expect(offsetInto(cell, [0.25, 0, 0, 0, 0.25, 0, 0, 0, 0.25], 5, -1, 2)).toEqual([-4, 4, 0]);
  expect(fitOf([0, 0, 0, 4, 4, 4], 1)).toEqual({ centre: [2, 2, 2], radius: 1 + 2 * Math.sqrt(3) });
  expect(fitOf([], 1).radius).toBe(1);
});

test("looks", () => {
  expect(lookOf("S").colour).toEqual([255, 255, 48]);
  expect(lookOf("toString")).toEqual({ colour: [140, 140, 140], radius: null });
  expect(rgbOf("#1a1b1e")).toEqual([26, 27, 30]);
  expect(rgbOf("#fff")).toEqual([255, 255, 255]);
});

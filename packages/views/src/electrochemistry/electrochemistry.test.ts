/** The views of voltammetry, titration, symmetric cells and composition over stories of the virtual instruments. */
import type { Story } from "@thioscope/core/story";
import { beforeAll, expect, test } from "vitest";
import {
  compositionPicture,
  potentialStepsPicture,
  SODIUM_CELL,
  symmetricPicture,
  temperaturesPicture,
  titrationPicture,
  voltammetryPicture,
} from "../../../../tests/browser/electrochemistryStories.ts";
import { createCursor } from "../cursor.ts";
import { tableToCsv } from "../figure/csv.ts";
import { figureToSvg } from "../figure/export.ts";
import type { PointMark, SpanMark } from "../figure/model.ts";
import { contextOf } from "../study/context.ts";
import { stepDivision } from "../track.ts";
import { ELECTROCHEMISTRY } from "./index.ts";

let stories: Record<string, Story> = {};
beforeAll(async () => {
  const [cv, gitt, symmetric, composition, pitt, temperatures] = await Promise.all([
    voltammetryPicture(),
    titrationPicture(),
    symmetricPicture(),
    compositionPicture(SODIUM_CELL),
    potentialStepsPicture(),
    temperaturesPicture(),
  ]);
  stories = { cv, gitt, symmetric, composition, pitt, temperatures };
});

const SHOWN: readonly (readonly [story: string, file: number, views: readonly string[]])[] = [
  ["cv", 0, ["cv", "cv-rates"]],
  ["gitt", 0, ["gitt-equilibrium", "gitt-overpotential", "gitt-diffusion"]],
  ["symmetric", 0, ["overpotential", "soft-shorts"]],
  ["symmetric", 1, ["overpotential"]],
  ["composition", 0, ["composition", "products"]],
  ["pitt", 0, ["pitt-titration", "pitt-decays"]],
  ["temperatures", 1, ["peak-temperatures"]],
];

test.each(SHOWN)("%s, file %i: the views that have content, and no other", (name, index, views) => {
  const file = stories[name]!.files[index]!;
  expect(ELECTROCHEMISTRY.filter(({ isShown }) => isShown(file)).map(({ spec }) => spec.id)).toEqual(views);
});

test.each(SHOWN)("%s, file %i: SVG at journal width, a table of equal columns, CSV, command, Python", (name, index, views) => {
  const context = contextOf(stories[name]!, createCursor({ file: index }).state)!;
  for (const { spec } of ELECTROCHEMISTRY.filter((offered) => views.includes(offered.spec.id))) {
    const figure = spec.figure(context);
    expect(figure.empty).toBeUndefined();
    for (const width of [85, 170] as const) {
      const svg = figureToSvg(figure, spec.title, width);
      expect(svg).toContain(`width="${width}mm"`);
      expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
    }
    const table = figure.data();
    expect(new Set(table.columns.map((column) => column.values.length)).size).toBe(1);
    expect(tableToCsv(table).split("\n").length).toBeGreaterThan(3);
    expect(spec.command(context)).toMatch(/^thioscope (cv|gitt|symmetric|composition|dqdv) \S/);
    expect(spec.python(context, "x.csv")).toContain('read_csv("x.csv", skiprows=[1])');
  }
});

test.each(SHOWN)("%s, file %i: narrowed, only what reaches into the rows can be read", (name, index, views) => {
  const story = stories[name]!;
  const [first, last] = [0.4, 0.6].map((share) => Math.round(share * story.files[index]!.rows)) as [number, number];
  const context = contextOf(story, createCursor({ file: index, brush: { first, last } }).state)!;
  for (const { spec } of ELECTROCHEMISTRY.filter(
    (offered) => views.includes(offered.spec.id) && !["cv-rates", "peak-temperatures"].includes(offered.spec.id),
  )) {
    for (const mark of spec.figure(context).panels.flatMap((panel) => panel.marks)) {
      if (mark.kind !== "points" || mark.faint || !mark.rows) continue;
      for (let i = 0; i < mark.rows.length; i++) expect(mark.lastRows?.[i] ?? last).toBeGreaterThanOrEqual(first);
    }
  }
});

const figureOf = (name: string, id: string, row: number | null = null) =>
  ELECTROCHEMISTRY.find(({ spec }) => spec.id === id)!.spec.figure(contextOf(stories[name]!, createCursor({ row }).state)!);

test("the cursor chooses the scan whose peaks and baselines are drawn; without one it is the last", () => {
  const { sweeps } = stories.cv!.files[0]!.electrochemistry!.voltammetry!;
  expect(figureOf("cv", "cv").legend[0]!.label[0]!.text).toBe("peaks of scan 3");
  const first = figureOf("cv", "cv", sweeps[0]!.rows.first + 5);
  expect(first.legend[0]!.label[0]!.text).toBe("peaks of scan 1");
  const tops = first.panels[0]!.marks.filter((mark): mark is PointMark => mark.kind === "points");
  expect(tops.map((mark) => mark.rows![0])).toEqual(sweeps.slice(0, 2).map((sweep) => sweep.peaks[0]!.row));
});

test("a refused pulse is hatched, has no point, and its reason is said and in the table", () => {
  const { pulses } = stories.gitt!.files[0]!.electrochemistry!.titration!;
  const refused = pulses.filter(({ diffusionCoefficient }) => "notComputable" in diffusionCoefficient);
  const figure = figureOf("gitt", "gitt-diffusion");
  const { marks } = figure.panels[0]!;
  expect(marks.filter((mark): mark is SpanMark => mark.kind === "span" && mark.hatched === true)).toHaveLength(refused.length);
  expect(marks.find((mark): mark is PointMark => mark.kind === "points")!.x).toHaveLength(pulses.length - refused.length);
  expect(figure.note).toContain("the relaxed potential does not move");
  const column = figure.data().columns.find(({ name }) => name === "D")!;
  expect(column.reasons!.filter((reason) => reason !== undefined)).toHaveLength(refused.length);
});

test("a refused potential step is hatched; the potentials held lie over the charge passed at their ends", () => {
  const { steps } = stories.pitt!.files[0]!.electrochemistry!.potentialSteps!;
  const refused = steps.filter(({ diffusionRate }) => "notComputable" in diffusionRate);
  expect(refused.length).toBeGreaterThan(0);
  const [held, diffusion] = figureOf("pitt", "pitt-titration").panels;
  expect(diffusion!.marks.filter((mark) => mark.kind === "span")).toHaveLength(refused.length);
  const points = held!.marks.find((mark): mark is PointMark => mark.kind === "points")!;
  const charges = Array.from(points.x);
  expect(charges).toEqual([...charges].sort((a, b) => a - b));
  expect(charges.at(-1)).toBeCloseTo(Math.abs(steps.reduce((sum, { capacity }) => sum + capacity.value, 0)), 9);
});

test("peaks over temperature: −0.2 and 0.4 mV/K as the plateaus were made, 0.1 mV/K of half the sum", () => {
  const { tracks, pairs } = stories.temperatures!.files[0]!.electrochemistry!.peakTemperatures!;
  for (const { direction, slope } of tracks) {
    if (!("value" in slope)) throw new Error(slope.notComputable);
    expect(Math.abs(slope.value - (direction === "discharge" ? -0.2 : 0.4))).toBeLessThan(3 * slope.sigma!);
  }
  expect(pairs).toHaveLength(4);
  const figure = figureOf("temperatures", "peak-temperatures");
  expect(figure.panels[0]!.marks.filter((mark) => mark.kind === "line")).toHaveLength(8);
  expect(figure.note).toMatch(/half the sum of both gives ΔS = \d/);
});

test("the hatched part of a step test begins at the first level that failed", () => {
  const { criticalCurrent, halfCycles } = stories.symmetric!.files[0]!.electrochemistry!.symmetric!;
  if ("notComputable" in criticalCurrent) throw new Error(criticalCurrent.notComputable);
  const failed = criticalCurrent.levels.find((level) => level.failed !== null)!;
  const span = figureOf("symmetric", "overpotential").panels[1]!.marks.find((mark): mark is SpanMark => mark.kind === "span")!;
  const half = halfCycles.find((h) => h.half === failed.firstHalf)!;
  expect(span.from).toBeLessThan(half.hour);
  expect(span.from).toBeGreaterThan(half.hour - 0.6);
});

test("the products' bands hold u + a + b = 1 at every charge, and name the discharge at the cursor", () => {
  const { halfCycles } = stories.composition!.files[0]!.electrochemistry!.composition!;
  const second = halfCycles.filter(({ split }) => split !== null)[1]!;
  expect(figureOf("composition", "products", second.rows.first + 3).note).toMatch(new RegExp(`^Discharge ${second.cycle}: S \\d`));
  const { low, high } = second.split!;
  for (let i = 0; i < low[0].length; i++) {
    expect(low[0][i]! + low[1][i]! + low[2][i]!).toBeLessThanOrEqual(1 + 1e-9);
    expect(high[0][i]! + high[1][i]! + high[2][i]!).toBeGreaterThanOrEqual(1 - 1e-9);
  }
});

test("Shift and the arrow keys go from pulse to pulse and from sweep to sweep", () => {
  const gitt = stories.gitt!.files[0]!;
  const [first, second] = gitt.electrochemistry!.titration!.pulses;
  expect(stepDivision(gitt, first!.rows.first, 1)).toBe(second!.rows.first);
  const cv = stories.cv!.files[0]!;
  const { sweeps } = cv.electrochemistry!.voltammetry!;
  expect(stepDivision(cv, sweeps[1]!.rows.first, -1)).toBe(sweeps[0]!.rows.first);
});

/** Figures of a story made by algebra: ticks, CSV, SVG. */
import { describe, expect, test } from "vitest";
import { syntheticStory } from "../../../../tests/browser/syntheticStory.ts";
import { createCursor } from "../cursor.ts";
import { contextOf } from "../study/context.ts";
import { STUDY_FIGURES } from "../study/mountStudy.ts";
import { rateText } from "../study/rate.ts";
import { tableToCsv } from "./csv.ts";
import { figureToSvg } from "./export.ts";
import { extent, padded, ticks } from "./scale.ts";

const story = syntheticStory(6);

describe("ticks", () => {
  test("are round, inside the axis, with equal decimals", () => {
    expect(ticks(0, 1250, 5).map((t) => t.label)).toEqual(["0", "200", "400", "600", "800", "1000", "1200"]);
    expect(ticks(-0.21, 0.2, 4).map((t) => t.label)).toEqual(["−0.2", "−0.1", "0.0", "0.1", "0.2"]);
    expect(ticks(0.5, 5.5, 12, true).map((t) => t.label)).toEqual(["1", "2", "3", "4", "5"]);
    expect(ticks(1, 1, 5)).toEqual([]);
    expect(ticks(0, Number.POSITIVE_INFINITY, 5)).toEqual([]);
  });
  test("ranges skip what is no number and give a single value room", () => {
    expect(extent([[1, Number.NaN, null], [3]])).toEqual([1, 3]);
    expect(extent([[2]], [[0.5]])).toEqual([1.5, 2.5]);
    expect(extent([[]])).toBeNull();
    expect(padded([2, 2])).toEqual({ min: 1.8, max: 2.2 });
  });
});

test("CSV: names, units, rows; errors in a column of their own; awkward text quoted", () => {
  const csv = tableToCsv({
    columns: [
      { name: "cycle", unit: "", values: [1, 2] },
      { name: "capacity", unit: "mAh/g", values: [1249.5, Number.NaN], sigma: [0.25, Number.NaN] },
      { name: "note", unit: "", values: ['a "b"', "c, d"] },
    ],
  });
  expect(csv).toBe('cycle,capacity,capacity sigma,note\r\n,mAh/g,mAh/g,\r\n1,1249.5,0.25,"a ""b"""\r\n2,,,"c, d"\r\n');
});

describe.each(STUDY_FIGURES.map((spec) => [spec.id, spec] as const))("%s", (_, spec) => {
  const whole = contextOf(story, createCursor().state)!;
  const half = story.files[0]!.halfCycles[2]!;
  const narrow = contextOf(story, createCursor({ brush: { first: half.rows.first, last: half.rows.last }, basis: 1 }).state)!;

  test.each([85, 170] as const)("as SVG of %i mm", (width) => {
    const svg = figureToSvg(spec.figure(whole), spec.title, width);
    expect(svg).toContain(`width="${width}mm"`);
    expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
    const sizes = [...svg.matchAll(/<text [^>]*font-size="([\d.]+)"/g)].map((m) => Number(m[1]));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(6.4);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(8);
  });

  test("the table's columns are equally long and the units are the basis'", () => {
    for (const context of [whole, narrow]) {
      const { columns } = spec.figure(context).data();
      expect(new Set(columns.map((c) => c.values.length)).size).toBe(1);
      expect(columns[0]!.values.length).toBeGreaterThan(0);
    }
  });

  test("narrowed, only rows of the brush are shown", () => {
    const figure = spec.figure(narrow);
    for (const mark of figure.panels.flatMap((panel) => panel.marks)) {
      if (mark.kind !== "points" || mark.faint || !mark.rows) continue;
      for (let i = 0; i < mark.rows.length; i++) {
        expect(mark.rows[i]!).toBeLessThanOrEqual(half.rows.last);
        expect(mark.lastRows?.[i] ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(half.rows.first);
      }
    }
    expect(spec.command(narrow)).toMatch(/^thioscope \w+ cell-12\.csv/);
    expect(spec.python(narrow, "x.csv")).toContain('read_csv("x.csv", skiprows=[1])');
  });
});

test("a capacity in the unit chosen is mAh times the factor, algebraically", () => {
  const spec = STUDY_FIGURES.find(({ id }) => id === "cycles")!;
  const column = (basis: number): ArrayLike<unknown> =>
    spec
      .figure(contextOf(story, createCursor({ basis }).state)!)
      .data()
      .columns.find((c) => c.name === "discharge capacity")!.values;
  const perGram = column(0);
  const plain = column(1);
  for (let i = 0; i < plain.length; i++) expect(Number(perGram[i]) * 0.00165).toBeCloseTo(Number(plain[i]), 12);
});

test("rates are written as people write them", () => {
  const rate = (value: number): string | undefined => rateText({ value, sigma: null, unit: "" });
  expect([0.1, 0.0598, 0.2, 1, 2.02, 0.74].map(rate)).toEqual(
    ["C/10", "C/17", "C/5", "1C", "2C", "0.74C"].map((t) => t.replace("1C", "C")),
  );
  expect(rateText({ notComputable: "no cell" })).toBeUndefined();
});

/** Figures of a story made by algebra: ticks, CSV, SVG. */
import type { Quantity } from "@thioscope/core";
import type { Story } from "@thioscope/core/story";
import { describe, expect, test } from "vitest";
import { syntheticSpectra, syntheticStory } from "../../../../tests/browser/syntheticStory.ts";
import { createCursor } from "../cursor.ts";
import { IMPEDANCE_FIGURES } from "../impedance/mountImpedance.ts";
import { needsDetail } from "../impedance/nyquist.ts";
import { partsOf } from "../impedance/schematic.ts";
import { contextOf } from "../study/context.ts";
import { DIFFERENTIAL_CAPACITY } from "../study/differentialCapacity.ts";
import { STUDY_FIGURES } from "../study/mountStudy.ts";
import { rateText } from "../study/rate.ts";
import { tableToCsv } from "./csv.ts";
import { layout } from "./draw.ts";
import { figureToSvg } from "./export.ts";
import { PAPER } from "./palette.ts";
import { extent, logTicks, padded, placeOn, ticks, valueAt } from "./scale.ts";
import { svgPen } from "./svg.ts";

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

describe("logarithmic axes", () => {
  const labels = (min: number, max: number, count: number) => logTicks(min, max, count).flatMap((t) => (t.minor ? [] : [t.label]));
  test("few decades are labelled with numbers, many with powers", () => {
    expect(labels(0.9, 1100, 10)).toEqual(["1", "2", "5", "10", "20", "50", "100", "200", "500", "1000"]);
    expect(labels(20, 3000, 3)).toEqual(["100", "1000"]);
    expect(labels(1e-2, 1e7, 5)).toEqual(["10^-2", "10^0", "10^2", "10^4", "10^6"]);
    expect(logTicks(1e-2, 1e7, 5)[0]!.runs).toEqual([
      { text: "10", shift: 0 },
      { text: "−2", shift: 1 },
    ]);
    expect(logTicks(0, 1, 5)).toEqual([]);
  });
  test("places and values are inverse", () => {
    const axis = { label: [], min: 0.01, max: 1e7, log: true };
    expect(placeOn(axis, 1)).toBeCloseTo(2 / 9, 12);
    expect(valueAt(axis, placeOn(axis, 123))).toBeCloseTo(123, 9);
  });
});

/** The same with an arc that grows from the second spectrum on. */
function withNewArc(story: Story): Story {
  const hour = (value: number): Quantity => ({ value, sigma: 0.1, unit: "h" });
  const files = story.files.map((file) => {
    if (!file.impedance) return file;
    const index = [...file.impedance.spectra.keys()].slice(1);
    const resistance = index.map((k) => 10 * k);
    const newArc = {
      circuit: "R0-p(R1,CPE1)",
      first: 1,
      exponent: { notComputable: "a line by construction" },
      index,
      resistance,
      sigma: index.map(() => 0.5),
      onset: hour(1),
      complete: hour(4),
      final: { value: 50, sigma: 1, unit: "ohm" },
    };
    return { ...file, impedance: { ...file.impedance, newArc } };
  });
  return { ...story, files };
}

describe.each(IMPEDANCE_FIGURES.map((spec) => [spec.id, spec] as const))("%s", (_, spec) => {
  const spectra = withNewArc(syntheticSpectra(6));
  const all = contextOf(spectra, createCursor().state)!;
  const [first, second] = spectra.files[0]!.impedance!.spectra;
  const part = contextOf(spectra, createCursor({ brush: { first: second!.rows.first, last: second!.rows.first + 20 } }).state)!;

  test.each([85, 170] as const)("as SVG of %i mm", (width) => {
    const svg = figureToSvg(spec.figure(all), spec.title, width);
    expect(svg).toContain(`width="${width}mm"`);
    expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
    const sizes = [...svg.matchAll(/<text [^>]*font-size="([\d.]+)"/g)].map((m) => Number(m[1]));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(6.4);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(8);
  });
  test("the table's columns are equally long; commands and Python name the file", () => {
    for (const context of [all, part]) {
      const { columns } = spec.figure(context).data();
      expect(new Set(columns.map((c) => c.values.length)).size).toBe(1);
      expect(columns[0]!.values.length).toBeGreaterThan(0);
      expect(spec.command(context)).toMatch(/^thioscope eis (fit|kk|drt|series) layer\.mpt/);
      expect(spec.python(context, "x.csv")).toContain('read_csv("x.csv", skiprows=[1])');
    }
  });
  test("narrowed to part of a spectrum, only its points can be read", () => {
    for (const mark of spec.figure(part).panels.flatMap((panel) => panel.marks)) {
      if (!("rows" in mark) || !mark.rows || ("faint" in mark && mark.faint)) continue;
      for (let i = 0; i < mark.rows.length; i++) expect(mark.rows[i]!).toBeGreaterThanOrEqual(second!.rows.first);
    }
  });
  test("the spectrum at the cursor is the one that is looked at", () => {
    const at = (row: number) => spec.follows?.(contextOf(spectra, createCursor({ row }).state)!);
    if (spec.follows) expect([at(first!.rows.first), at(second!.rows.first)]).toEqual([0, 1]);
  });
});

test("on equal axes an ohm has one length, whatever the room", () => {
  const figure = IMPEDANCE_FIGURES[0]!.figure(contextOf(syntheticSpectra(1), createCursor().state)!);
  for (const [width, height] of [
    [800, 300],
    [300, 600],
  ] as const) {
    const { figure: drawn, panels } = layout(figure, svgPen(), { width, height, palette: PAPER, fontSize: 8, stroke: 1, paper: true });
    const [g] = panels;
    const { left } = g!.panel;
    expect(g!.width / (drawn.x.max - drawn.x.min)).toBeCloseTo(g!.height / (left.max - left.min), 9);
    // nothing that was in view is out of it
    expect(drawn.x.max).toBeGreaterThanOrEqual(figure.x.max - 1e-9);
    expect(left.max).toBeGreaterThanOrEqual(figure.panels[0]!.left.max - 1e-9);
  }
});

test("violated ranges are hatched, consistent ones are not", () => {
  const spec = IMPEDANCE_FIGURES.find(({ id }) => id === "residuals")!;
  const hatched = (violated: boolean) =>
    spec
      .figure(contextOf(syntheticSpectra(1, violated), createCursor().state)!)
      .panels.flatMap(({ marks }) => marks.filter((mark) => mark.kind === "span" && mark.hatched));
  expect(hatched(false)).toEqual([]);
  // once over each of the two panels
  expect(hatched(true)).toHaveLength(2);
});

test("a detail is shown where the faster half would vanish", () => {
  const file = syntheticSpectra(1).files[0]!;
  const { circuit, spectra } = file.impedance!;
  const withZ = (change: (z: number, i: number) => number) => {
    const spectrum = { ...spectra[0]!, imaginaryOhm: Array.from(spectra[0]!.imaginaryOhm, change) };
    return needsDetail({ ...file, impedance: { circuit, spectra: [spectrum] } });
  };
  // a second arc at the fast end, as large as the slow one
  const fast = (f: number) => (-40 * (f / 5e3)) / (1 + (f / 5e3) ** 2);
  expect(withZ((z, i) => z + fast(spectra[0]!.frequencyHertz[i]!))).toBe(false);
  expect(withZ((z, i) => z + fast(spectra[0]!.frequencyHertz[i]!) - 1e3 / spectra[0]!.frequencyHertz[i]!)).toBe(true);
});

test("circuits are taken apart as they are nested", () => {
  expect(partsOf("R0-p(R1-W1,CPE1)")).toEqual({
    series: [{ label: "R0" }, { parallel: [{ series: [{ label: "R1" }, { label: "W1" }] }, { label: "CPE1" }] }],
  });
});

describe("dQ/dV with peaks", () => {
  const context = contextOf(syntheticStory(3, true), createCursor({ peaks: true }).state)!;
  const figure = DIFFERENTIAL_CAPACITY.figure(context);
  test("each peak is an area with a label; a cut-off one is hatched and has no potential", () => {
    const marks = figure.panels[0]!.marks;
    const areas = marks.filter((mark) => mark.kind === "band");
    expect(areas.map((mark) => mark.hatched === true)).toEqual([false, true]);
    const words = marks.flatMap((mark) => (mark.kind === "label" ? mark.lines.map((line) => line[0]!.text) : []));
    expect(words).toContain("1.170(2) V");
    expect(words).toContain("cut off");
  });
  test("the table says why there is no potential", () => {
    const { columns } = figure.data();
    const potential = columns.find(({ name }) => name === "potential")!;
    expect(potential.reasons?.[1]).toContain("cut off");
    expect(columns.find(({ name }) => name === "capacity")!.unit).toBe("mAh/g");
  });
  test("as SVG", () => {
    expect(figureToSvg(figure, "peaks", 85)).not.toMatch(/NaN|Infinity|undefined|null/);
  });
});

/** The views of diffraction over a part made by algebra. */
import type { DiffractionContent, PartOf, StoryFile } from "@thioscope/core/story";
import { withMissing } from "@thioscope/core/story";
import { describe, expect, test } from "vitest";
import { syntheticStory } from "../../../../tests/browser/syntheticStory.ts";
import { createCursor } from "../cursor.ts";
import { figureToSvg } from "../figure/export.ts";
import type { MapMark } from "../figure/model.ts";
import type { PartFigure } from "../parts/model.ts";
import { DIFFRACTION } from "./index.ts";
import { timeColumns } from "./shared.ts";

const run = syntheticStory(3).files[0]!;
const POSITIONS = 12;
/** the fifth scan was missed */
const TIMES = [0, 0.5, 1, 1.5, 2.5, 3, 3.5];
const { row, timeHour } = run.trace;
const rowAt = (hour: number): number => {
  let i = 0;
  while (i + 1 < timeHour.length && timeHour[i + 1]! <= hour) i++;
  return row[i]!;
};

function content(): DiffractionContent {
  const cells = Array.from({ length: POSITIONS * TIMES.length }, (_, i) => ({ z: Math.floor(i / TIMES.length), t: i % TIMES.length }));
  const axis = { unit: "2th_deg", values: Array.from({ length: 80 }, (_, b) => 1 + b * 0.05) };
  const pattern = (k: number): number[] => axis.values.map((x) => 5 + 100 * (k + 1) * Math.exp(-(((x - 2.5) / 0.1) ** 2)));
  return {
    kind: "diffraction",
    calibration: {
      calibrant: "LaB6",
      image: 0,
      parameters: [{ name: "distance", quantity: { value: 1481.02, sigma: 0.01, unit: "mm" }, held: false }],
      rings: [1.96, 2.77, 3.4].map((twoThetaDegree, i) => ({
        label: `1 ${i} 0`,
        twoThetaDegree,
        off: { value: 1e-4 * (i - 1), sigma: 2e-5, unit: "deg" },
        scatterDegree: 2e-4,
        sectors: 72,
      })),
      poni: "poni_version: 2.1\n",
    },
    images: [
      {
        title: "LaB6.tif",
        file: 0,
        frame: 0,
        rows: 50,
        columns: 61,
        reduced: 2,
        values: Array.from({ length: 25 * 31 }, (_, i) => (i % 31 === 7 ? Number.NaN : 10 + (i % 17))),
        maskedPixels: 50,
        rings: [{ label: "1 0 0", phase: "LaB6", column: [10, 20, Number.NaN, 30], row: [10, 12, Number.NaN, 20] }],
        centre: { row: 25.5, column: 30.1 },
      },
    ],
    cakes: [
      {
        title: "scan 1",
        axis,
        azimuthDegree: Array.from({ length: 37 }, (_, s) => -180 + 10 * s),
        values: Array.from({ length: 36 }, (_, s) => pattern(s / 36)).flat(),
        lines: [{ phase: "Na2S", places: [2.5], labels: ["2 2 0"] }],
      },
    ],
    patterns: [
      {
        title: "at 30 µm",
        axis,
        along: { name: "time", unit: "h", values: TIMES },
        firstRow: TIMES.map((t) => rowAt(t)),
        lastRow: TIMES.map((t) => rowAt(t + 0.4)),
        values: TIMES.flatMap((_, k) => pattern(k)),
        sigma: TIMES.flatMap((_, k) => pattern(k).map(Math.sqrt)),
        lines: [
          { phase: "Na2S", places: [2.5, 4.1], labels: ["2 2 0", "4 2 2"] },
          { phase: "S8", places: [1.7], labels: ["1 1 3"] },
        ],
      },
    ],
    scans: {
      positionMicrometre: Array.from({ length: POSITIONS }, (_, z) => 10 * z),
      timeHour: TIMES,
      firstRow: TIMES.map((t) => rowAt(t)),
      lastRow: TIMES.map((t) => rowAt(t + 0.4)),
      clock: { how: "from the scan log", offset: { value: 12, sigma: 3, unit: "s" } },
      layers: [{ label: "cathode", fromMicrometre: 40, toMicrometre: 80 }],
    },
    phaseMaps: ["Na2S", "S8"].map((phase, p) => ({
      phase,
      unit: "count·deg",
      values: cells.map(({ z, t }) => (z === 3 && t === 2 ? Number.NaN : (p === 0 ? t : 6 - t) * 10 + z)),
      sigma: cells.map(() => 1.5),
      reflections: [{ label: "2 2 0", twoThetaDegree: 2.5, overlaps: [] }],
      onset: p === 0 ? { value: 0.8, sigma: 0.1, unit: "h" } : { notComputable: "there from the beginning" },
    })),
    stressMaps: [
      {
        phase: "Na2S",
        what: "axial − transverse",
        definition: "tension is positive",
        unit: "MPa",
        values: cells.map(({ z, t }) => (z < 4 ? Number.NaN : 30 * (t - 3))),
        sigma: cells.map(() => 4),
        missing: "too few sectors",
        constants: [{ name: "½S2", quantity: { value: 26, sigma: 2, unit: "1/TPa" }, source: "mp-648", assumed: true }],
      },
    ],
    layers: [
      {
        label: "Na2S front",
        phase: "Na2S",
        timeHour: TIMES,
        position: TIMES.map((t) => 40 + 8 * t),
        sigma: TIMES.map(() => 1),
        velocity: { value: 8, sigma: 0.4, unit: "µm/h" },
        resolution: { value: 10, sigma: null, unit: "µm" },
      },
    ],
  };
}

const part: PartOf<"diffraction"> = withMissing(
  JSON.parse(
    JSON.stringify({
      step: "xrd.map",
      source: "frames",
      title: "Operando diffraction",
      files: [],
      run: null,
      sentences: [],
      notices: [],
      command: "xrd map study",
      ...content(),
    }),
  ) as PartOf<"diffraction">,
);
const context = (choices: Record<string, string> = {}, file: StoryFile | null = run, state = {}) => ({
  part,
  story: syntheticStory(3),
  state: { ...createCursor().state, choices, ...state },
  run: file,
});
const figureOf = (id: string): PartFigure<"diffraction"> => DIFFRACTION.figures.find((figure) => figure.id === id)!;

describe.each(DIFFRACTION.figures.map((figure) => [figure.id, figure] as const))("%s", (_, spec) => {
  test("is drawn, with the run and without it", () => {
    expect(spec.isShown?.(part) ?? true).toBe(true);
    for (const file of [run, null]) {
      for (const width of [85, 170] as const) {
        const svg = figureToSvg(spec.figure(context({}, file)), spec.title, width);
        expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
        expect(svg.match(/<(path|rect|image)/g)!.length).toBeGreaterThan(4);
      }
    }
  });
  test("its table has equally long columns and its commands name the step", () => {
    const { columns } = spec.figure(context()).data();
    expect(new Set(columns.map(({ values }) => values.length)).size).toBe(1);
    expect(columns[0]!.values.length).toBeGreaterThan(0);
    expect(spec.command(context())).toBe("thioscope xrd map study");
    expect(spec.python(context(), "x.csv")).toContain('read_csv("x.csv", skiprows=[1])');
  });
  test("an empty part gives an empty figure", () => {
    const empty = {
      ...part,
      calibration: null,
      images: [],
      cakes: [],
      patterns: [],
      scans: null,
      phaseMaps: [],
      stressMaps: [],
      layers: [],
    };
    expect(spec.isShown?.(empty)).toBe(false);
    expect(() => spec.figure({ ...context(), part: empty })).not.toThrow();
  });
});

test("a scan that was missed is an empty column of the map, with no row", () => {
  expect(timeColumns(TIMES)).toEqual({
    edges: Float64Array.of(-0.25, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75),
    scan: Int32Array.of(0, 1, 2, 3, -1, 4, 5, 6),
  });
  const map = figureOf("phase-maps")
    .figure(context())
    .panels.flatMap(({ marks }) => marks)
    .find((mark): mark is MapMark => mark.kind === "map")!;
  expect(map.values[4]).toBeNaN();
  expect(map.rows![4]).toBeNaN();
  // the cell that JSON turned into null is without a value again
  expect(map.values[3 * 8 + 2]).toBeNaN();
  expect(map.values[3 * 8 + 3]).toBe(33);
});

test("stress has white at zero and equal ends; its note names the constants and that they are assumed", () => {
  const figure = figureOf("stress-maps").figure(context());
  const map = figure.panels.flatMap(({ marks }) => marks).find((mark): mark is MapMark => mark.kind === "map")!;
  expect(map.scale).toMatchObject({ colours: "diverging", low: -90, high: 90 });
  expect(map.missing).toBe("too few sectors");
  expect(figure.note).toContain("½S2 26 ± 2 TPa⁻¹ (assumed)");
});

test("one phase can be shown alone", () => {
  const maps = (choices: Record<string, string>): number =>
    figureOf("phase-maps")
      .figure(context(choices))
      .panels.filter(({ marks }) => marks.some(({ kind }) => kind === "map")).length;
  expect([maps({}), maps({ "diffraction.phase": "S8" })]).toEqual([2, 1]);
});

test("the pattern is the one of the cursor's row", () => {
  const spec = figureOf("pattern");
  const at = (hour: number) => context({}, run, { row: rowAt(hour) });
  expect([spec.follows!(at(0.1)), spec.follows!(at(3.1))]).toEqual([0, 5]);
  expect(spec.figure(at(3.1)).note).toBe("at 30 µm: time 3 h.");
});

test("the brush narrows the hours of the maps", () => {
  const brush = { first: rowAt(1), last: rowAt(2) };
  const { x } = figureOf("phase-maps").figure(context({}, run, { brush }));
  expect(x.min).toBeGreaterThan(0.9);
  expect(x.max).toBeLessThan(2.1);
});

/** Maps: colours at known values, cells as pixels, a PNG that the platform's own inflater reads, the cell under the pointer. */
import { describe, expect, test } from "vitest";
import { mixed, placeOnScale, scaleOf } from "./colours.ts";
import { layout } from "./draw.ts";
import { figureToSvg } from "./export.ts";
import { toX, toY } from "./geometry.ts";
import { cellAt, cellText } from "./map.ts";
import type { ColourScale, Figure, MapMark } from "./model.ts";
import { PAPER } from "./palette.ts";
import { pngOf } from "./png.ts";
import { rasterOf } from "./raster.ts";
import { svgPen } from "./svg.ts";

const label = [{ text: "Stress (MPa)", shift: 0 as const }];
const amounts: ColourScale = { label, low: 0, high: 254, colours: "viridis" };

describe("scales", () => {
  test("zero is white on a diverging scale whatever its ends are", () => {
    for (const [low, high] of [
      [-5, 5],
      [-1, 40],
      [0, 7],
    ] as const) {
      const scale: ColourScale = { label, low, high, colours: "diverging" };
      expect(mixed("diverging", placeOnScale(scale, 0))).toEqual([255, 255, 255]);
    }
    expect(scaleOf([-3, 1, Number.NaN], { label, colours: "diverging" })).toMatchObject({ low: -3, high: 3 });
  });
  test("a logarithmic scale starts at the smallest positive value; zero has its first colour", () => {
    const scale = scaleOf([0, 1, 10, 100], { label, colours: "viridis", log: true });
    expect(scale).toMatchObject({ low: 1, high: 100 });
    expect(placeOnScale(scale, 10)).toBeCloseTo(0.5, 12);
    expect(placeOnScale(scale, 0)).toBe(-1);
  });
  test("a robust scale leaves single hot pixels beyond its end and says so", () => {
    const values = Float64Array.from({ length: 10_000 }, (_, i) => i % 100);
    values[17] = 1e9;
    expect(scaleOf(values, { label, colours: "viridis", robust: true })).toMatchObject({ low: 0, high: 99, above: true });
  });
  test("no value, and one value, still give a scale", () => {
    for (const values of [[], [Number.NaN], [null], [0], [-2]])
      for (const colours of ["viridis", "diverging"] as const) {
        const { low, high } = scaleOf(values, { label, colours });
        expect(high).toBeGreaterThan(low);
      }
  });
});

describe("raster", () => {
  const edges = (...values: number[]): Float64Array => Float64Array.from(values);
  test("uneven cells keep their widths; what has no value stays open", () => {
    const raster = rasterOf([0, 254, Number.NaN], edges(0, 1, 4, 6), edges(0, 2), amounts, 6, 2);
    expect([...raster.pixels]).toEqual([1, 255, 255, 255, 0, 0, 1, 255, 255, 255, 0, 0]);
    expect(raster.holes).toBe(true);
  });
  test("descending edges turn the map around", () => {
    const raster = rasterOf([0, 127, 254], edges(3, 2, 1, 0), edges(1, 0), amounts, 3, 1);
    expect([...raster.pixels]).toEqual([255, 128, 1]);
  });
  test("cells smaller than a pixel are averaged, null is no value", () => {
    const values = [100, null, 50, 150, 0, 0, 254, 254] as unknown as number[];
    const raster = rasterOf(values, edges(0, 0.5, 1, 1.5, 2), edges(0, 0.5, 1), amounts, 2, 1);
    expect([...raster.pixels]).toEqual([1 + Math.round(100 / 3), 1 + Math.round((50 + 150 + 254 + 254) / 4)]);
  });
  test("no pixel between the first and the last edge is left out", () => {
    for (const cells of [7, 64, 100, 101, 333]) {
      const size = 100;
      const raster = rasterOf(
        new Float32Array(cells),
        Float64Array.from({ length: cells + 1 }, (_, i) => (i * size) / cells),
        edges(0, 1),
        amounts,
        size,
        1,
      );
      expect(raster.pixels.every((pixel) => pixel === 1)).toBe(true);
    }
  });
});

test("PNG: inflated by the platform it is the raster again", async () => {
  const [width, height] = [700, 40];
  const pixels = Uint8Array.from({ length: width * height }, (_, i) => (i % 700 < 400 ? 7 : (i * 2654435761) >>> 24));
  const png = pngOf({ width, height, pixels, colours: new Uint8Array(768), holes: false });
  const view = new DataView(png.buffer);
  let at = 8;
  let data: Uint8Array<ArrayBuffer> | null = null;
  for (; at < png.length; at += 12 + view.getUint32(at)) {
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    if (type === "IDAT") data = png.slice(at + 8, at + 8 + view.getUint32(at));
  }
  expect(at).toBe(png.length);
  const stream = new Blob([data!]).stream().pipeThrough(new DecompressionStream("deflate"));
  const rows = new Uint8Array(await new Response(stream).arrayBuffer());
  const back = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    expect(rows[y * (width + 1)]).toBe(2);
    for (let x = 0; x < width; x++) back[y * width + x] = rows[y * (width + 1) + 1 + x]! + (y > 0 ? back[(y - 1) * width + x]! : 0);
  }
  expect(back).toEqual(pixels);
});

describe("figure", () => {
  const mark: MapMark = {
    kind: "map",
    x: [0, 1, 3, 4],
    y: [0, 10, 20],
    values: [1, 2, 3, -4, Number.NaN, 6],
    sigma: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
    scale: scaleOf([-4, 6], { label, colours: "diverging" }),
    missing: "masked",
  };
  const figure: Figure = {
    x: { label: [{ text: "Time (h)", shift: 0 }], min: 0, max: 4 },
    panels: [{ weight: 1, left: { label: [{ text: "Position (µm)", shift: 0 }], min: 20, max: 0 }, marks: [mark] }],
    legend: [],
    data: () => ({ columns: [] }),
  };
  const options = { width: 400, height: 300, palette: PAPER, fontSize: 12, stroke: 1, paper: false };
  const geometry = layout(figure, svgPen(), options);
  const panel = geometry.panels[0]!;
  const at = (x: number, y: number) => cellAt(geometry, toX(panel, figure.x, x), toY(panel, y));

  test("the cell under the pointer says value, error and place", () => {
    const cell = at(2, 15)!;
    expect(cell).toMatchObject({ column: 1, row: 1 });
    expect(cellText(figure, cell)).toEqual(["masked", "Time 2 h", "Position 15 µm"]);
    expect(cellText(figure, at(0.5, 15)!)[0]).toBe("Stress −4.00(10) MPa");
    expect(at(5, 5)).toBeNull();
  });
  test("the SVG carries the map as an image, the scale's label and hatched holes", () => {
    const svg = figureToSvg(figure, "Stress", 85);
    expect(svg.match(/<image /g)).toHaveLength(2);
    expect(svg).toContain("Stress (MPa)");
    expect(svg).toContain("clip-path");
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });
});

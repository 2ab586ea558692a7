/** The detector: a frame with the rings where they are expected, and the same laid out over azimuth. */
import type { CakeView, DetectorView } from "@thioscope/core/story";
import { scaleOf } from "../figure/colours.ts";
import type { DataTable, Figure, LegendEntry, Mark } from "../figure/model.ts";
import type { PartFigure } from "../parts/model.ts";
import { type Choice, pythonHead } from "../study/context.ts";
import { quantityLabel, richText } from "../text.ts";
import { at } from "../track.ts";
import { type Context, edgesOf, radialColumn, radialLabel, toneOf } from "./shared.ts";

const IMAGE = "diffraction.image";
const CAKE = "diffraction.cake";
const SCALE = "diffraction.scale";

const isLog = ({ state }: Context): boolean => (state.choices[SCALE] ?? "log") === "log";

function choicesOf(id: string, label: string, list: readonly { title: string }[], { state }: Context): Choice[] {
  const scale = [
    { value: "log", label: "logarithmic" },
    { value: "linear", label: "linear" },
  ];
  return [
    ...(list.length > 1
      ? [{ id, label, options: list.map(({ title }, i) => ({ value: String(i), label: title })), value: state.choices[id] ?? "0" }]
      : []),
    { id: SCALE, label: "Intensity", options: scale, value: state.choices[SCALE] ?? "log" },
  ];
}

function pick<T>(list: readonly T[], id: string, { state }: Context): T | undefined {
  return list[Number(state.choices[id] ?? 0)] ?? list[0];
}

const NOTHING: Figure = { x: { label: [], min: 0, max: 1 }, panels: [], legend: [], empty: "No frame.", data: () => ({ columns: [] }) };

/** Places of phases in the order in which they come, for their tones. */
function phasesOf(names: readonly string[]): string[] {
  return [...new Set(names)];
}

export const DETECTOR: PartFigure<"diffraction"> = {
  id: "detector",
  title: "Detector",
  height: 470,
  brushOver: "curve",
  cursorLine: false,
  isShown: ({ images }) => images.length > 0,
  choices: (context) => choicesOf(IMAGE, "Frame", context.part.images, context),
  figure(context) {
    const image = pick(context.part.images, IMAGE, context);
    return image ? detectorFigure(image, isLog(context)) : NOTHING;
  },
  command: ({ part }) => `thioscope ${part.command}`,
  python: (_, csv) =>
    `${pythonHead(csv)}from matplotlib.colors import LogNorm\n\nimage = data.pivot_table(index="row", columns="column", values="counts", dropna=False)\n` +
    `mesh = ax.pcolormesh(image.columns, image.index, image, shading="nearest", norm=LogNorm())\nfig.colorbar(mesh, label="counts per pixel")\n` +
    `ax.set(xlabel="Column (px)", ylabel="Row (px)", aspect="equal")\nax.invert_yaxis()\nfig.savefig("frame.pdf")\n`,
};

/** A frame with its rings and where the beam meets it. */
function detectorFigure(image: DetectorView, log: boolean): Figure {
  const edges = (pixels: number): Float64Array =>
    Float64Array.from({ length: Math.ceil(pixels / image.reduced) + 1 }, (_, i) => Math.min(pixels, i * image.reduced));
  const phases = phasesOf(image.rings.map(({ phase }) => phase));
  const marks: Mark[] = [
    {
      kind: "map",
      x: edges(image.columns),
      y: edges(image.rows),
      values: image.values,
      scale: scaleOf(image.values, { label: quantityLabel("Counts per pixel", ""), colours: "viridis", log, robust: true }),
      missing: "masked, or no count",
    },
    ...image.rings.map(
      ({ column, row, phase }): Mark => ({
        kind: "line",
        x: column,
        y: row,
        tone: toneOf(phases.indexOf(phase)),
        width: 0.55,
        plain: true,
      }),
    ),
  ];
  if (image.centre) marks.push({ kind: "points", x: [image.centre.column], y: [image.centre.row], tone: "accent", shape: "diamond" });
  const legend: LegendEntry[] = phases.map((phase, i) => ({ label: richText(`${phase}, expected`), tone: toneOf(i), as: "line" }));
  if (image.centre) legend.push({ label: richText("beam"), tone: "accent", as: "diamond" });
  return {
    equal: true,
    x: { label: richText("Column (px)"), min: 0, max: image.columns },
    panels: [{ weight: 1, left: { label: richText("Row (px)"), min: image.rows, max: 0 }, marks }],
    legend,
    note: [
      image.reduced > 1 ? `Means of ${image.reduced} × ${image.reduced} pixels.` : "",
      image.maskedPixels > 0 ? `${image.maskedPixels} of ${image.rows * image.columns} pixels are masked.` : "",
    ]
      .filter((text) => text !== "")
      .join(" "),
    aspect: 0.88,
    data: () => imageTable(image),
  };
}

function imageTable(image: DetectorView): DataTable {
  const width = Math.ceil(image.columns / image.reduced);
  const cells = Array.from({ length: image.values.length }, (_, i) => i);
  const middle = (k: number, side: number): number => (k * image.reduced + Math.min(side, (k + 1) * image.reduced)) / 2;
  return {
    columns: [
      { name: "row", unit: "px", values: cells.map((i) => middle(Math.floor(i / width), image.rows)) },
      { name: "column", unit: "px", values: cells.map((i) => middle(i % width, image.columns)) },
      { name: "counts", unit: "", values: cells.map((i) => at(image.values, i)) },
    ],
    notes: image.reduced > 1 ? [`Means of ${image.reduced} × ${image.reduced} pixels of ${image.title}`] : [],
  };
}

export const CAKES: PartFigure<"diffraction"> = {
  id: "cake",
  title: "Cake: rings over azimuth",
  height: 420,
  wide: true,
  brushOver: "curve",
  cursorLine: false,
  isShown: ({ cakes }) => cakes.length > 0,
  choices: (context) => choicesOf(CAKE, "Frame", context.part.cakes, context),
  figure(context) {
    const cake = pick(context.part.cakes, CAKE, context);
    return cake ? cakeFigure(cake, isLog(context)) : NOTHING;
  },
  command: ({ part }) => `thioscope ${part.command}`,
  python: ({ part }, csv) =>
    `${pythonHead(csv)}cake = data.pivot_table(index="azimuth", columns="${radialColumn(part.cakes[0]?.axis.unit ?? "").name}", values="counts", dropna=False)\n` +
    `mesh = ax.pcolormesh(cake.columns, cake.index, cake, shading="nearest")\nfig.colorbar(mesh, label="counts per pixel")\nax.set(ylabel="Azimuth (deg)")\nfig.savefig("cake.pdf")\n`,
};

function cakeFigure(cake: CakeView, log: boolean): Figure {
  const x = edgesOf(cake.axis.values);
  const y = Float64Array.from({ length: cake.azimuthDegree.length }, (_, i) => at(cake.azimuthDegree, i));
  const ends = [Math.min(x[0] ?? 0, x.at(-1) ?? 1), Math.max(x[0] ?? 0, x.at(-1) ?? 1)] as const;
  const marks: Mark[] = [
    {
      kind: "map",
      x,
      y,
      values: cake.values,
      scale: scaleOf(cake.values, { label: quantityLabel("Counts per pixel", ""), colours: "viridis", log, robust: true }),
      missing: "no pixel",
    },
    // a ring without strain is a straight line here: what bends beside it is strain
    ...cake.lines.map(({ places }, k): Mark => {
      const px: number[] = [];
      const py: number[] = [];
      for (let i = 0; i < places.length; i++) {
        px.push(at(places, i), at(places, i), Number.NaN);
        py.push(y[0] ?? 0, y.at(-1) ?? 0, Number.NaN);
      }
      return { kind: "line", x: px, y: py, tone: toneOf(k), width: 0.5, dash: true, plain: true };
    }),
  ];
  const radial = radialColumn(cake.axis.unit);
  return {
    x: { label: radialLabel(cake.axis.unit), min: ends[0], max: ends[1] },
    panels: [{ weight: 1, left: { label: richText("Azimuth (deg)"), min: y[0] ?? 0, max: y.at(-1) ?? 1 }, marks }],
    legend: cake.lines.map(({ phase }, k) => ({ label: richText(`${phase}, unstrained`), tone: toneOf(k), as: "dash" })),
    aspect: 0.8,
    data: () => {
      const bins = cake.axis.values.length;
      const cells = Array.from({ length: cake.values.length }, (_, i) => i);
      return {
        columns: [
          { ...radial, values: cells.map((i) => at(cake.axis.values, i % bins)) },
          { name: "azimuth", unit: "deg", values: cells.map((i) => (y[Math.floor(i / bins)]! + y[Math.floor(i / bins) + 1]!) / 2) },
          { name: "counts", unit: "", values: cells.map((i) => at(cake.values, i)) },
        ],
      };
    },
  };
}

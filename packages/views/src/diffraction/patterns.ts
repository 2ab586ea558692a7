/** Patterns: the one at the cursor with the lines of the phases, and all of them over time or position. */
import type { Numbers, PatternSeries } from "@thioscope/core/story";
import { scaleOf } from "../figure/colours.ts";
import type { DataTable, Figure, Mark } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import type { PartFigure } from "../parts/model.ts";
import { type Choice, pythonHead } from "../study/context.ts";
import { quantityLabel, type Run, richText, roughText } from "../text.ts";
import { at } from "../track.ts";
import {
  type Context,
  edgesOf,
  entryAt,
  hours,
  onColumns,
  radialColumn,
  radialLabel,
  rowsOnColumns,
  tickPanel,
  timeColumns,
  toneOf,
} from "./shared.ts";

const SERIES = "diffraction.series";
const SCALE = "diffraction.scale";

function seriesOf({ part, state }: Context): PatternSeries | undefined {
  return part.patterns[Number(state.choices[SERIES] ?? 0)] ?? part.patterns[0];
}

function choices({ part, state }: Context): Choice[] {
  const options = part.patterns.map(({ title }, i) => ({ value: String(i), label: title }));
  const scale = [
    { value: "log", label: "logarithmic" },
    { value: "linear", label: "linear" },
  ];
  return [
    ...(options.length > 1 ? [{ id: SERIES, label: "Patterns", options, value: state.choices[SERIES] ?? "0" }] : []),
    { id: SCALE, label: "Intensity", options: scale, value: state.choices[SCALE] ?? "log" },
  ];
}

const current = (series: PatternSeries, { state }: Context): number => entryAt(series.firstRow, series.lastRow, state.row, 0);

const NOTHING: Figure = { x: { label: [], min: 0, max: 1 }, panels: [], legend: [], empty: "No pattern.", data: () => ({ columns: [] }) };

const alongText = ({ along }: PatternSeries, i: number): string =>
  along.name === "frame" ? `frame ${at(along.values, i)}` : `${along.name} ${roughText(at(along.values, i), 3)} ${along.unit}`;

/** "Time (h)", "Position (µm)", "Frame". */
function alongLabel({ along }: PatternSeries): Run[] {
  const name = `${along.name[0]!.toUpperCase()}${along.name.slice(1)}`;
  return quantityLabel(name, along.unit);
}

function one(values: Numbers, index: number, bins: number): Float64Array {
  return Float64Array.from({ length: bins }, (_, b) => at(values, index * bins + b));
}

export const PATTERN: PartFigure<"diffraction"> = {
  id: "pattern",
  title: "Pattern",
  height: 360,
  wide: true,
  brushOver: "curve",
  cursorLine: false,
  isShown: ({ patterns }) => patterns.length > 0,
  follows: (context) => {
    const series = seriesOf(context);
    return series ? current(series, context) : null;
  },
  choices,
  figure(context) {
    const series = seriesOf(context);
    if (!series || series.axis.values.length === 0) return NOTHING;
    const log = (context.state.choices[SCALE] ?? "log") === "log";
    const index = current(series, context);
    const bins = series.axis.values.length;
    const values = one(series.values, index, bins);
    const sigma = series.sigma.length > 0 ? one(series.sigma, index, bins) : null;
    const positive = values.filter((value) => value > 0);
    const range = log ? extent([positive]) : extent([values]);
    const marks: Mark[] = [
      ...(sigma
        ? [
            {
              kind: "band" as const,
              x: series.axis.values,
              low: values.map((value, b) => Math.max(log ? (range?.[0] ?? 1) : Number.NEGATIVE_INFINITY, value - sigma[b]!)),
              high: values.map((value, b) => value + sigma[b]!),
              tone: "ink" as const,
            },
          ]
        : []),
      {
        kind: "line",
        x: series.axis.values,
        y: log ? values.map((v) => (v > 0 ? v : Number.NaN)) : values,
        tone: "ink",
        width: 0.9,
        plain: true,
      },
    ];
    const ends = extent([series.axis.values]) ?? [0, 1];
    const left = log && range ? { min: range[0] * 0.85, max: range[1] * 1.2, log: true as const } : padded(range);
    return {
      x: { label: radialLabel(series.axis.unit), min: ends[0], max: ends[1] },
      panels: [
        { weight: 1, left: { label: richText("Counts per pixel"), ...left }, marks },
        ...(series.lines.length > 0 ? [tickPanel(series.lines, 0.12 + 0.07 * series.lines.length)] : []),
      ],
      legend: series.lines.map(({ phase }, k) => ({ label: richText(phase), tone: toneOf(k), as: "line" })),
      note: `${series.title}: ${alongText(series, index)}.`,
      aspect: 0.62,
      data: () => ({
        columns: [
          { ...radialColumn(series.axis.unit), values: series.axis.values },
          { name: "intensity", unit: "", values, ...(sigma ? { sigma } : {}) },
        ],
        notes: [`${series.title}: ${alongText(series, index)}; counts per pixel`],
      }),
    };
  },
  command: ({ part }) => `thioscope ${part.command}`,
  python: (context, csv) =>
    `${pythonHead(csv)}ax.plot(data["${radialColumn(seriesOf(context)?.axis.unit ?? "").name}"], data["intensity"], lw=0.8)\nax.set(ylabel="Counts per pixel", yscale="log")\nfig.savefig("pattern.pdf")\n`,
};

export const WATERFALL: PartFigure<"diffraction"> = {
  id: "waterfall",
  title: "Patterns over time or position",
  height: 420,
  wide: true,
  brushOver: "all",
  cursorLine: true,
  isShown: ({ patterns }) => patterns.some(({ along }) => along.values.length > 1),
  choices,
  figure(context) {
    const series = seriesOf(context);
    if (!series || series.along.values.length < 2) return NOTHING;
    const log = (context.state.choices[SCALE] ?? "log") === "log";
    const n = series.along.values.length;
    const bins = series.axis.values.length;
    const overTime = series.along.name === "time";
    const columns = overTime
      ? timeColumns(series.along.values)
      : { edges: edgesOf(series.along.values), scan: Int32Array.from({ length: n }, (_, i) => i) };
    const turned = new Float64Array(n * bins);
    for (let i = 0; i < n; i++) for (let b = 0; b < bins; b++) turned[b * n + i] = at(series.values, i * bins + b);
    const values = onColumns(turned, bins, n, columns);
    const y = edgesOf(series.axis.values);
    const rows = rowsOnColumns(series.firstRow, columns);
    const lastRows = rowsOnColumns(series.lastRow, columns);
    const map: Mark = {
      kind: "map",
      x: columns.edges,
      y,
      values,
      scale: scaleOf(values, { label: quantityLabel("Counts per pixel", ""), colours: "viridis", log, robust: true }),
      missing: "no pattern, or no pixel in the bin",
      ...(rows && lastRows ? { rows, lastRows } : {}),
    };
    const ends = overTime ? hours(context, columns.edges) : { min: columns.edges[0]!, max: columns.edges.at(-1)! };
    const radial = extent([y]) ?? [0, 1];
    return {
      x: { label: alongLabel(series), ...ends },
      panels: [{ weight: 1, left: { label: radialLabel(series.axis.unit), min: radial[0], max: radial[1] }, marks: [map] }],
      legend: [],
      aspect: 0.8,
      data: () => table(series),
    };
  },
  command: ({ part }) => `thioscope ${part.command}`,
  python: (context, csv) => {
    const series = seriesOf(context);
    const radial = radialColumn(series?.axis.unit ?? "").name;
    const along = series?.along.name ?? "frame";
    return (
      `${pythonHead(csv)}grid = data.pivot_table(index="${radial}", columns="${along}", values="intensity", dropna=False)\n` +
      `mesh = ax.pcolormesh(grid.columns, grid.index, grid, shading="nearest")\nfig.colorbar(mesh, label="counts per pixel")\nax.set(xlabel="${along}", ylabel="${radial}")\nfig.savefig("waterfall.pdf")\n`
    );
  },
};

function table(series: PatternSeries): DataTable {
  const bins = series.axis.values.length;
  const cells = Array.from({ length: series.values.length }, (_, i) => i);
  return {
    columns: [
      { name: series.along.name, unit: series.along.unit, values: cells.map((i) => at(series.along.values, Math.floor(i / bins))) },
      { ...radialColumn(series.axis.unit), values: cells.map((i) => at(series.axis.values, i % bins)) },
      {
        name: "intensity",
        unit: "",
        values: cells.map((i) => at(series.values, i)),
        ...(series.sigma.length > 0 ? { sigma: cells.map((i) => at(series.sigma, i)) } : {}),
      },
    ],
    notes: ["counts per pixel"],
  };
}

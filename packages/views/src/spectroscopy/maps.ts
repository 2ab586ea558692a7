/** Contours over a series of spectra and wavelets as colours, and χ(k) of a series. */
import type { SpectroscopyMap } from "@thioscope/core/story";
import type { Figure, Mark, Tone } from "../figure/model.ts";
import type { PartContext, PartFigure } from "../parts/model.ts";
import { type Choice, pythonHead } from "../study/context.ts";
import { richText } from "../text.ts";
import { shortNames } from "./names.ts";
import { rawOfSpectrum } from "./raw.ts";

type Context = PartContext<"spectroscopy">;

const MAP = "spectroscopy.map";
/** So few spectra are compared as curves: a map of them shows no course. */
const FEW = 2;

const withUnit = ({ label, unit }: { label: string; unit: string }) => richText(unit === "" ? label : `${label} (${unit})`);

const chosen = ({ part, state }: Context): SpectroscopyMap | undefined => part.maps?.[Number(state.choices[MAP] ?? 0)] ?? part.maps?.[0];

function choices({ part, state }: Context): Choice[] {
  const maps = part.maps ?? [];
  if (maps.length < 2) return [];
  return [
    { id: MAP, label: "Map", options: maps.map(({ title }, i) => ({ value: String(i), label: title })), value: state.choices[MAP] ?? "0" },
  ];
}

const middle = (edges: ArrayLike<number>, i: number): number => (edges[i]! + edges[i + 1]!) / 2;

export const CONTOUR: PartFigure<"spectroscopy"> = {
  id: "spectrum-map",
  title: "Map",
  height: 380,
  brushOver: "all",
  cursorLine: false,
  wide: true,
  isShown: (part) => part.maps?.some(({ names }) => names === null || names.length > FEW) === true,
  choices,
  command: ({ part }) => `thioscope ${part.command}`,
  figure(context) {
    const map = chosen(context);
    if (!map) return { x: { label: [], min: 0, max: 1 }, panels: [], legend: [], empty: "No map.", data: () => ({ columns: [] }) };
    const { columns, rows, values, names } = map;
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i]!)) continue;
      low = Math.min(low, values[i]!);
      high = Math.max(high, values[i]!);
    }
    const wide = columns.length - 1;
    const last = rows.length - 1;
    return {
      x: { label: withUnit(map.x), min: columns[0]!, max: columns[wide]! },
      panels: [
        {
          weight: 1,
          left: {
            label: withUnit(map.y),
            min: rows[0]!,
            max: rows[last]!,
            ...(names ? { names: shortNames(names).map((name) => richText(name)) } : {}),
          },
          marks: [{ kind: "map", x: columns, y: rows, values, scale: { label: withUnit(map.value), low, high, colours: "viridis" } }],
        },
      ],
      legend: [],
      data: () => ({
        columns: [
          { name: map.x.label, unit: map.x.unit, values: Array.from({ length: values.length }, (_, i) => middle(columns, i % wide)) },
          {
            name: map.y.label,
            unit: map.y.unit,
            values: Array.from({ length: values.length }, (_, i) =>
              names ? names[Math.floor(i / wide)]! : String(Number(middle(rows, Math.floor(i / wide)).toPrecision(6))),
            ),
          },
          { name: map.value.label, unit: map.value.unit, values },
        ],
      }),
      behind(_mark, _column, row) {
        const name = names?.[row];
        return name === undefined ? null : rawOfSpectrum(context.part, name, row, names?.length ?? 0);
      },
    };
  },
  python: (_context, csv) =>
    `${pythonHead(csv)}x, y, z = data.columns[:3]\ntable = data.pivot(index=y, columns=x, values=z)\nimage = ax.pcolormesh(table.columns, range(len(table)), table.values)\nfig.colorbar(image, label=z)\nax.set(xlabel=x, ylabel=y)\nplt.show()\n`,
};

export const K_SPACE: PartFigure<"spectroscopy"> = {
  id: "spectrum-k",
  title: "Reciprocal space",
  height: 320,
  brushOver: "all",
  cursorLine: false,
  isShown: (part) => (part.kSpace?.curves.length ?? 0) > 0,
  command: ({ part }) => `thioscope ${part.command.replace(/^xas ft/, "xas autobk")}`,
  figure({ part }): Figure {
    const { label, unit, curves } = part.kSpace!;
    const last = Math.max(1, curves.length - 1);
    const short = shortNames(curves.map(({ name }) => name));
    let most = 0;
    let end = 0;
    const marks = curves.map(({ x, y }, k): Mark => {
      for (let i = 0; i < y.length; i++) most = Math.max(most, Math.abs(y[i]!));
      end = Math.max(end, x[x.length - 1]!);
      const tone: Tone = curves.length > 1 ? { ramp: k / last } : "ink";
      return { kind: "line", x, y, tone, width: 1.2 };
    });
    return {
      x: { label: richText(`${part.technique === "PDF" ? "q" : "k"} (Å⁻¹)`), min: 0, max: end },
      panels: [
        {
          weight: 1,
          left: { label: withUnit({ label, unit }), min: -1.05 * most, max: 1.05 * most },
          marks: [{ kind: "rule", y: 0 }, ...marks],
        },
      ],
      legend: curves.length > 1 ? [] : [{ label: richText(curves[0]!.name), tone: "ink", as: "line" }],
      ...(curves.length > 1 ? { ramp: { label: "spectrum", first: short[0]!, last: short[short.length - 1]! } } : {}),
      data: () => ({
        columns: [
          { name: "spectrum", unit: "", values: curves.flatMap(({ name, x }) => Array.from(x, () => name)) },
          { name: part.technique === "PDF" ? "q" : "k", unit: "Å⁻¹", values: curves.flatMap(({ x }) => Array.from(x)) },
          { name: label, unit, values: curves.flatMap(({ y }) => Array.from(y)) },
        ],
      }),
    };
  },
  python: (_context, csv) =>
    `${pythonHead(csv)}x, y = data.columns[1:3]\nfor name, one in data.groupby("spectrum", sort=False):\n    ax.plot(one[x], one[y], label=name)\nax.set(xlabel=x, ylabel=y)\nax.legend()\nplt.show()\n`,
};

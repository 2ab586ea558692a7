/** Potential over capacity, cycles on the ramp, discharge drawn out and charge dashed. */
import type { HalfCycleCurve } from "@thioscope/core/story";
import type { Figure, LegendEntry, LineMark } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import { quantityLabel, richText } from "../text.ts";
import { at, inBrush } from "../track.ts";
import { type Context, capacityLabel, commonError, cycleTone, type FigureSpec, pythonHead, shellWord } from "./context.ts";

export const DIRECTIONS: readonly LegendEntry[] = [
  { label: richText("discharge"), tone: "ink", as: "line" },
  { label: richText("charge"), tone: "ink", as: "dash" },
];

function curve(context: Context, half: HalfCycleCurve, keep: (row: number) => boolean, faint: boolean): LineMark {
  const { file, basis } = context;
  const n = half.row.length;
  const hide = (values: ArrayLike<number>, factor = 1): Float64Array =>
    Float64Array.from({ length: n }, (_, i) => (keep(at(half.row, i)) ? at(values, i) * factor : Number.NaN));
  return {
    kind: "line",
    x: hide(half.capacityMilliampereHour, basis.factor),
    y: hide(half.voltageVolt),
    rows: half.row,
    tone: cycleTone(file, half.cycle),
    width: 1.1,
    dash: half.direction === "charge",
    ...(faint ? { faint } : {}),
  };
}

function figure(context: Context): Figure {
  const { file, state, basis } = context;
  const { brush } = state;
  const within = (row: number): boolean => brush === null || (row >= brush.first && row <= brush.last);
  const shown = file.halfCycles.filter((half) => inBrush(half, brush)).map((half) => curve(context, half, within, false));
  const back = brush ? file.halfCycles.map((half) => curve(context, half, () => true, true)) : [];
  const capacity = padded(extent(shown.map((mark) => mark.x)), brush ? 0.03 : 0.02);
  const note = commonError(basis);
  return {
    x: { label: capacityLabel(basis), min: brush ? capacity.min : Math.min(0, capacity.min), max: capacity.max },
    panels: [
      {
        weight: 1,
        left: { label: quantityLabel("Voltage", "V"), ...padded(extent(shown.map((mark) => mark.y))) },
        marks: [...back, ...shown],
      },
    ],
    legend: DIRECTIONS,
    ...(file.halfCycles.length > 0
      ? { ramp: { label: "cycle", first: file.halfCycles[0]!.cycle, last: file.halfCycles.at(-1)!.cycle } }
      : {}),
    ...(shown.length === 0
      ? { empty: brush ? "No half cycle in the rows selected." : "The current never charges or discharges the cell." }
      : {}),
    ...(note ? { note } : {}),
    aspect: 0.78,
    data: () => {
      const halves = file.halfCycles.filter((half) => inBrush(half, brush));
      const points = halves.flatMap((half) =>
        Array.from({ length: half.row.length }, (_, i) => ({ half, i })).filter(({ i }) => within(at(half.row, i))),
      );
      return {
        columns: [
          { name: "cycle", unit: "", values: points.map(({ half }) => half.cycle) },
          { name: "direction", unit: "", values: points.map(({ half }) => half.direction) },
          { name: "row", unit: "", values: points.map(({ half, i }) => at(half.row, i)) },
          { name: "time", unit: "h", values: points.map(({ half, i }) => at(half.timeHour, i)) },
          { name: "capacity", unit: basis.unit, values: points.map(({ half, i }) => at(half.capacityMilliampereHour, i) * basis.factor) },
          { name: "voltage", unit: "V", values: points.map(({ half, i }) => at(half.voltageVolt, i)) },
        ],
        ...(note ? { notes: [note] } : {}),
      };
    },
  };
}

export const POTENTIAL_CAPACITY: FigureSpec = {
  id: "potential-capacity",
  title: "Potential – capacity",
  height: 300,
  brushOver: "curve",
  cursorLine: false,
  figure,
  command: ({ file }) => `thioscope cycles ${shellWord(file.name)}`,
  python: ({ basis }, name) =>
    `${pythonHead(name)}for (cycle, direction), curve in data.groupby(["cycle", "direction"]):\n    ax.plot(curve["capacity"], curve["voltage"], "-" if direction == "discharge" else "--", lw=0.8, label=cycle)\n` +
    `ax.set(xlabel="Capacity (${basis.unit})", ylabel="Voltage (V)")\nfig.savefig("potential-capacity.pdf")\n`,
};

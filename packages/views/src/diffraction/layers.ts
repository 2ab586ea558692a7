/** Edges of layers and reaction fronts over time, with what they move. */
import { isComputable } from "@thioscope/core";
import type { Figure, Mark } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import type { PartFigure } from "../parts/model.ts";
import { pythonHead } from "../study/context.ts";
import { quantityText, richText } from "../text.ts";
import { type Context, hours, potentialPanel, TONES, toneOf } from "./shared.ts";

const SHAPES = ["disc", "square", "diamond", "ring"] as const;

/** Of what the edges span. */
const LARGEST_BAR = 0.2;

/** Where tones come round again the shape is another one. */
const shapeOf = (k: number) => SHAPES[Math.floor(k / TONES.length) % SHAPES.length]!;

export const LAYERS: PartFigure<"diffraction"> = {
  id: "layers",
  title: "Layers and fronts",
  height: 360,
  wide: true,
  brushOver: "all",
  cursorLine: true,
  isShown: ({ layers }) => layers.length > 0,
  figure(context: Context): Figure {
    const { layers, scans } = context.part;
    const above = potentialPanel(context.run);
    const [low, high] = extent(layers.map(({ position }) => position)) ?? [0, 1];
    // an edge that a pattern hardly determines has a bar that leaves the figure, and does not make all others flat
    const most = LARGEST_BAR * (high - low);
    const y = extent(
      layers.map(({ position }) => position),
      layers.map(({ sigma }) => Float64Array.from(sigma, (one) => Math.min(one, most))),
    );
    const time = extent(layers.map(({ timeHour }) => timeHour)) ?? [0, 1];
    const withRows = scans && scans.firstRow.length > 0;
    const marks = layers.map(
      ({ timeHour, position, sigma }, k): Mark => ({
        kind: "points",
        x: timeHour,
        y: position,
        sigma,
        tone: toneOf(k),
        shape: shapeOf(k),
        size: 0.8,
        joined: true,
        ...(withRows && scans.timeHour.length === timeHour.length ? { rows: scans.firstRow, lastRows: scans.lastRow } : {}),
      }),
    );
    const told = layers.map(({ label, velocity, resolution }) =>
      isComputable(velocity)
        ? `${label}: ${quantityText(velocity)}`
        : `${label}: no velocity, ${velocity.notComputable} (resolution ${quantityText(resolution)})`,
    );
    const moved = layers.flatMap(({ label, velocity }) => (isComputable(velocity) ? [`${label}: ${quantityText(velocity)}`] : []));
    return {
      x: { label: richText(context.run ? "Time (h)" : "Time since the first frame (h)"), ...hours(context, Float64Array.from(time)) },
      panels: [...(above ? [above] : []), { weight: 1, left: { label: richText("Position (µm)"), ...padded(y, 0.08) }, marks }],
      legend: layers.map(({ label }, k) => ({ label: richText(label), tone: toneOf(k), as: shapeOf(k) })),
      ...(moved.length > 0 ? { note: moved.join("; ") } : {}),
      aspect: 0.8,
      data: () => ({
        columns: [
          { name: "edge", unit: "", values: layers.flatMap(({ label, timeHour }) => Array.from(timeHour, () => label)) },
          { name: "time", unit: "h", values: layers.flatMap(({ timeHour }) => Array.from(timeHour)) },
          {
            name: "position",
            unit: "um",
            values: layers.flatMap(({ position }) => Array.from(position)),
            sigma: layers.flatMap(({ sigma }) => Array.from(sigma)),
          },
        ],
        notes: told,
      }),
    };
  },
  command: ({ part }) => `thioscope ${part.command}`,
  python: (_, csv) =>
    `${pythonHead(csv)}for name, edge in data.groupby("edge"):\n    ax.errorbar(edge["time"], edge["position"], edge["position sigma"], fmt="o-", ms=3, lw=0.6, label=name)\nax.set(xlabel="Time (h)", ylabel="Position (µm)")\nax.legend()\nfig.savefig("layers.pdf")\n`,
};

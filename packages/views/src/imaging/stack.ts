/** Layers of a cell in a volume: thickness of the interlayer over the plane, low-grey regions over the depth, sizes of voids. */
import { type Answer, isComputable } from "@thioscope/core";
import { scaleOf } from "../figure/colours.ts";
import type { Figure } from "../figure/model.ts";
import type { PartContext, PartFigure } from "../parts/model.ts";
import { pythonHead } from "../study/context.ts";
import { answerText, quantityText, richText } from "../text.ts";

type Context = PartContext<"imaging">;

const NOTHING: Figure = { x: { label: [], min: 0, max: 1 }, panels: [], legend: [], empty: "No layers.", data: () => ({ columns: [] }) };

const common = { brushOver: "all", cursorLine: false, command: ({ part }: Context) => `thioscope ${part.command}` } as const;

const edges = (n: number, step: number): Float64Array => Float64Array.from({ length: n + 1 }, (_, i) => i * step);

/** A number without an error has as many digits as are read at a glance. */
const atAGlance = (answer: Answer): Answer =>
  isComputable(answer) && answer.sigma === null ? { ...answer, value: Number(answer.value.toPrecision(2)) } : answer;

export const THICKNESS: PartFigure<"imaging"> = {
  ...common,
  id: "interlayer",
  title: "Thickness of the interlayer",
  height: 340,
  isShown: ({ stack }) => stack !== null,
  figure({ part: { stack } }) {
    if (!stack) return NOTHING;
    const { nx, ny, pixelMicrometre: pixel, micrometre } = stack.thickness;
    const values = Float64Array.from(micrometre);
    const label = richText("Thickness (µm)");
    return {
      x: { label: richText("x (µm)"), min: 0, max: nx * pixel },
      panels: [
        {
          weight: 1,
          left: { label: richText("y (µm)"), min: 0, max: ny * pixel },
          marks: [
            {
              kind: "map",
              x: edges(nx, pixel),
              y: edges(ny, pixel),
              values,
              scale: scaleOf(values, { label, colours: "cividis", robust: true }),
              missing: "no interlayer seen",
            },
          ],
        },
      ],
      legend: [],
      equal: true,
      aspect: 0.85,
      note: `Mean ${answerText(stack.mean)}, roughness ${answerText(atAGlance(stack.roughness))}; seen over ${quantityText(stack.cover)} of the area.`,
      data: () => ({
        columns: [
          { name: "x", unit: "um", values: values.map((_, i) => ((i % nx) + 0.5) * pixel) },
          { name: "y", unit: "um", values: values.map((_, i) => (Math.floor(i / nx) + 0.5) * pixel) },
          { name: "thickness", unit: "um", values },
        ],
      }),
    };
  },
  python: (_context, csv) =>
    `${pythonHead(csv)}m = data.pivot(index="y", columns="x", values="thickness")\nimage = ax.pcolormesh(m.columns, m.index, m, cmap="cividis")\nfig.colorbar(image, label="thickness (µm)")\nax.set(xlabel="x (µm)", ylabel="y (µm)", aspect="equal")\nplt.show()\n`,
};

export const DEPTH: PartFigure<"imaging"> = {
  ...common,
  id: "ingrowth",
  title: "Low-grey regions over the depth",
  height: 340,
  isShown: ({ stack }) => stack !== null,
  figure({ part: { stack } }) {
    if (!stack) return NOTHING;
    const { depthMicrometre: depth, lowGreyPercent: all, connectedPercent: connected } = stack;
    const top = Math.max(1e-3, ...Array.from(all));
    return {
      x: { label: richText("Depth from the interface (µm)"), min: 0, max: depth[depth.length - 1] ?? 1 },
      panels: [
        {
          weight: 1,
          left: { label: richText("Share of the area (%)"), min: 0, max: top * 1.08 },
          marks: [
            { kind: "line", x: depth, y: all, tone: "quiet", step: true },
            { kind: "line", x: depth, y: connected, tone: "accent", step: true, width: 2 },
          ],
        },
      ],
      legend: [
        { label: richText("low-grey"), tone: "quiet", as: "line" },
        { label: richText("connected to the interface"), tone: "accent", as: "line" },
      ],
      note: `Grown in: ${answerText(stack.indicator)} per area of the interface. ${stack.voidCount} voids, ${quantityText(stack.porosity)} of the electrolyte.`,
      data: () => ({
        columns: [
          { name: "depth", unit: "um", values: depth },
          { name: "low grey", unit: "%", values: all },
          { name: "connected", unit: "%", values: connected },
        ],
      }),
    };
  },
  python: (_context, csv) =>
    `${pythonHead(csv)}ax.step(data["depth"], data["low grey"], label="low-grey")\nax.step(data["depth"], data["connected"], label="connected")\nax.set(xlabel="Depth from the interface (µm)", ylabel="Share of the area (%)")\nax.legend()\nplt.show()\n`,
};

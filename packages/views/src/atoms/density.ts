/** Where the followed ions have been, as seen along one axis of the cell: the density summed over that axis. */
import type { StructureView } from "@thioscope/core/story";
import { unpackNumbers } from "@thioscope/core/story";
import type { Figure } from "../figure/model.ts";
import type { PartContext, PartFigure } from "../parts/model.ts";
import { pythonHead } from "../study/context.ts";
import { richText } from "../text.ts";

type Context = PartContext<"atoms">;

const AXIS = "atoms.along";
/** Sites are this much denser than the paths between them. */
const DEEP = 1000;
const scaleTo = (high: number) => ({ low: (high || 1) / DEEP, high: high || 1, colours: "viridis", log: true, below: true }) as const;

const AXES = ["a", "b", "c"] as const;

const axisOf = ({ state }: Context): 0 | 1 | 2 => {
  const chosen = AXES.indexOf((state.choices[AXIS] ?? "c") as (typeof AXES)[number]);
  return (chosen < 0 ? 2 : chosen) as 0 | 1 | 2;
};

interface Projection {
  /** edges along the two axes in the plane, Å */
  x: number[];
  y: number[];
  /** ions per Å², row by row over y */
  values: number[];
}

/** Lengths of the axes as they are: angles between them are not drawn. */
function projectionOf({ density, cell }: StructureView, along: 0 | 1 | 2): Projection | null {
  if (!density || !cell) return null;
  const lengths = [0, 3, 6].map((k) => Math.hypot(cell[k]!, cell[k + 1]!, cell[k + 2]!));
  const [p, q] = [0, 1, 2].filter((k) => k !== along) as [number, number];
  const { shape } = density;
  const all = unpackNumbers(density.values);
  const values = Array.from({ length: shape[p]! * shape[q]! }, () => 0);
  const step = lengths[along]! / shape[along];
  for (let k = 0; k < all.length; k++) {
    const index = [Math.floor(k / (shape[1] * shape[2])), Math.floor(k / shape[2]) % shape[1], k % shape[2]];
    const at = index[q]! * shape[p]! + index[p]!;
    values[at] = values[at]! + all[k]! * step;
  }
  // a grid point stands for what lies around it
  const edges = (axis: number): number[] => Array.from({ length: shape[axis]! + 1 }, (_, k) => ((k - 0.5) * lengths[axis]!) / shape[axis]!);
  return { x: edges(p), y: edges(q), values };
}

export const DENSITY_PROJECTION: PartFigure<"atoms"> = {
  id: "density-projection",
  title: "Paths of the ions",
  height: 380,
  brushOver: "curve",
  cursorLine: false,
  command: ({ part }) => `thioscope ${part.command.replace(/^md diffusion/, "md density")}`,
  isShown: ({ structure }) => structure?.density != null && structure.cell !== null,
  choices: (context) => [
    {
      id: AXIS,
      label: "Seen along",
      options: AXES.map((axis) => ({ value: axis, label: axis })),
      value: AXES[axisOf(context)]!,
    },
  ],
  figure(context): Figure {
    const along = axisOf(context);
    const { structure, species } = context.part;
    const found = structure && projectionOf(structure, along);
    const [p, q] = AXES.filter((_, k) => k !== along);
    if (!found)
      return { x: { label: [], min: 0, max: 1 }, panels: [], legend: [], empty: "No cell, no density.", data: () => ({ columns: [] }) };
    const { x, y, values } = found;
    const high = values.reduce((most, v) => Math.max(most, v), 0);
    const middle = (edges: readonly number[], k: number): number => (edges[k]! + edges[k + 1]!) / 2;
    const wide = x.length - 1;
    const unit = "1/Å²";
    return {
      x: { label: richText(`along ${p} (Å)`), min: x[0]!, max: x[wide]! },
      panels: [
        {
          weight: 1,
          left: { label: richText(`along ${q} (Å)`), min: y[0]!, max: y[y.length - 1]! },
          marks: [
            {
              kind: "map",
              x,
              y,
              values,
              scale: { label: richText(`${species.join(", ")} (${unit})`), ...scaleTo(high) },
            },
          ],
        },
      ],
      legend: [],
      equal: true,
      ...(structure.temperature === null ? {} : { note: `${context.part.files[0]?.name ?? ""}, ${structure.temperature} K` }),
      data: () => ({
        columns: [
          { name: p!, unit: "Å", values: values.map((_, k) => middle(x, k % wide)) },
          { name: q!, unit: "Å", values: values.map((_, k) => middle(y, Math.floor(k / wide))) },
          { name: "density", unit, values },
        ],
      }),
    };
  },
  python: (_context, csv) =>
    `${pythonHead(csv)}x, y, z = data.columns\ntable = data.pivot(index=y, columns=x, values=z)\nimage = ax.pcolormesh(table.columns, table.index, table.values)\nfig.colorbar(image, label=z)\nax.set(xlabel=x, ylabel=y, aspect="equal")\nplt.show()\n`,
};

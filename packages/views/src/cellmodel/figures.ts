/** The cathode as a model has it: V(q) and dQ/dV with the measured file and the band of the energy sets behind, phases through the thickness, stress and overpotential. */
import type { Numbers, SolvedCell, StoryFile } from "@thioscope/core/story";
import { scaleOf } from "../figure/colours.ts";
import type { DataColumn, Figure, LegendEntry, Mark, Panel } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import type { PartFigure } from "../parts/model.ts";
import { type Choice, pythonHead } from "../study/context.ts";
import { quantityLabel, quantityText, richText } from "../text.ts";
import { at } from "../track.ts";
import { type CellModelContext, movedIn, questionAt, solvedAt } from "./solve.ts";

const PHASE = "cellmodel.phase";
const FIELD = "cellmodel.field";

const nothing = (empty: string): Figure => ({
  x: { label: [], min: 0, max: 1 },
  panels: [],
  legend: [],
  empty,
  data: () => ({ columns: [] }),
});

function ofSolved({ part, state }: CellModelContext, draw: (solved: SolvedCell) => Figure): Figure {
  const solved = solvedAt(part, state);
  return "notComputable" in solved ? nothing(solved.notComputable) : draw(solved);
}

/** The command with what the sliders say. */
function command({ part, state }: CellModelContext): string {
  if (movedIn(state).length === 0) return `thioscope ${part.command}`;
  const { model, rate, with: switches, values, energies, cells } = questionAt(part, state);
  const changed = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  return [
    `thioscope simulate cell ${model} --rate "${rate}"`,
    ...(switches.length > 0 ? [`--with "${switches.join(", ")}"`] : []),
    ...(changed.length > 0 ? [`--set "${changed.join(", ")}"`] : []),
    ...(energies === null ? [] : [`--energies ${energies}`]),
    `--cells ${cells}`,
  ].join(" ");
}

interface Measured {
  name: string;
  discharge: { capacity: number[]; volt: Numbers; dqdvVolt: Numbers; dqdv: number[] };
  charge: { capacity: number[]; volt: Numbers; dqdvVolt: Numbers; dqdv: number[] } | null;
}

/** First cycle of the study's first file whose capacities are known per gram. */
function measuredIn(files: readonly StoryFile[]): Measured | null {
  for (const file of files) {
    const basis = file.bases.find((b) => b.unit === "mAh/g");
    const discharge = file.halfCycles.find((h) => h.direction === "discharge");
    if (!basis || !discharge) continue;
    const charge = file.halfCycles.find((h) => h.direction === "charge" && h.rows.first > discharge.rows.first);
    const scaled = (values: Numbers): number[] => Array.from(values, (v) => Math.abs(v) * basis.factor);
    const curve = (h: typeof discharge) => ({
      capacity: scaled(h.capacityMilliampereHour),
      volt: h.voltageVolt,
      dqdvVolt: h.dqdv.voltageVolt,
      dqdv: Array.from(h.dqdv.milliampereHourPerVolt, (v) => v * basis.factor),
    });
    return { name: file.name, discharge: curve(discharge), charge: charge ? curve(charge) : null };
  }
  return null;
}

export const CURVE: PartFigure<"cellmodel"> = {
  id: "cellmodel-curve",
  title: "Potential of the model",
  height: 360,
  brushOver: "curve",
  cursorLine: false,
  figure: (context) =>
    ofSolved(context, ({ halves }) => {
      const measured = measuredIn(context.story.files);
      const own = movedIn(context.state).length === 0 ? context.part.band : [];
      const marks: Mark[] = [];
      const legend: LegendEntry[] = [];
      if (measured) {
        for (const half of [measured.discharge, measured.charge])
          if (half) marks.push({ kind: "line", x: half.capacity, y: half.volt, tone: "quiet", width: 2.5, plain: true });
        legend.push({ label: richText(measured.name), tone: "quiet", as: "line" });
      }
      for (const { capacity, volt } of own) marks.push({ kind: "line", x: capacity, y: volt, tone: "first", dash: true, plain: true });
      if (own.length > 0)
        legend.push({ label: richText(`discharge with ${own.map((b) => b.energySet).join(", ")}`), tone: "first", as: "dash" });
      for (const { direction, capacity, volt } of halves) {
        const tone = direction === "discharge" ? "accent" : "second";
        marks.push({ kind: "line", x: capacity, y: volt, tone });
        legend.push({ label: richText(`${direction} of the model`), tone, as: "line" });
      }
      const all = marks.flatMap((m) => (m.kind === "line" ? [m] : []));
      return {
        x: { label: quantityLabel("Capacity", "mAh/g"), ...padded(extent(all.map((m) => m.x)), 0.015) },
        panels: [
          { weight: 1, left: { label: quantityLabel("Potential of the cell", "V"), ...padded(extent(all.map((m) => m.y))) }, marks },
        ],
        legend,
        note: note(context),
        data: () => ({
          columns: halfColumns(
            halves,
            "capacity",
            "mAh/g",
            (h) => h.capacity,
            "potential",
            "V",
            (h) => h.volt,
          ),
        }),
      };
    }),
  command,
  python: (_, csv) =>
    `${pythonHead(csv)}for name, part in data.groupby("direction"):\n    ax.plot(part["capacity"], part["potential"], label=name)\nax.set(xlabel="Capacity (mAh/g)", ylabel="V")\nax.legend()\nfig.savefig("model.pdf")\n`,
};

/** What of the cycle was calibrated, in a sentence. */
function note({ part, state }: CellModelContext): string {
  const calibrated = part.published.filter((row) => row.kind === "calibrated").map((row) => row.what);
  if (movedIn(state).length > 0)
    return "At the sliders' values, on fewer control volumes: predictions of the set, good to the band of its potentials.";
  if (calibrated.length === 0) return "Values were changed: nothing of it was calibrated.";
  return `Calibrated, and so no support for the model: ${calibrated.join("; ")}.`;
}

type Half = SolvedCell["halves"][number];

function halfColumns(
  halves: readonly Half[],
  ...[xName, xUnit, x, yName, yUnit, y]: [string, string, (h: Half) => Numbers, string, string, (h: Half) => Numbers]
): DataColumn[] {
  const all = (pick: (h: Half) => Numbers): number[] => halves.flatMap((h) => Array.from(pick(h)));
  return [
    { name: "direction", unit: "", values: halves.flatMap((h) => Array.from(x(h), () => h.direction)) },
    { name: xName, unit: xUnit, values: all(x) },
    { name: yName, unit: yUnit, values: all(y) },
  ];
}

export const DQDV: PartFigure<"cellmodel"> = {
  id: "cellmodel-dqdv",
  title: "dQ/dV of the model",
  height: 360,
  brushOver: "curve",
  cursorLine: false,
  figure: (context) =>
    ofSolved(context, ({ halves }) => {
      const measured = measuredIn(context.story.files);
      const marks: Mark[] = [{ kind: "rule", y: 0 }];
      const legend: LegendEntry[] = [];
      const lines: { x: Numbers; y: Numbers }[] = [];
      const draw = (x: Numbers, y: Numbers, mark: Omit<Extract<Mark, { kind: "line" }>, "kind" | "x" | "y">): void => {
        lines.push({ x, y });
        marks.push({ kind: "line", x, y, ...mark });
      };
      if (measured) {
        for (const half of [measured.discharge, measured.charge])
          if (half && half.dqdv.length > 0) draw(half.dqdvVolt, half.dqdv, { tone: "quiet", width: 2, plain: true });
        legend.push({ label: richText(measured.name), tone: "quiet", as: "line" });
      }
      for (const { direction, dqdvVolt, dqdv } of halves) {
        const tone = direction === "discharge" ? "accent" : "second";
        draw(dqdvVolt, dqdv, { tone });
        legend.push({ label: richText(direction), tone, as: "line" });
      }
      // plateaus of the model are sharper than any measured one: not the axis for their tips
      const values = halves.flatMap((h) => Array.from(h.dqdv, Math.abs)).sort((a, b) => a - b);
      const top = 1.5 * (values[Math.floor(0.97 * values.length)] ?? 1);
      return {
        x: { label: quantityLabel("Potential of the cell", "V"), ...padded(extent(lines.map((l) => l.x)), 0.015) },
        panels: [{ weight: 1, left: { label: quantityLabel("dQ/dV", "mAh/(g V)"), min: -top, max: top }, marks }],
        legend,
        note: halves
          .map(
            (h) =>
              `${h.direction}: ${h.peaks.map((p) => quantityText({ ...p, value: Number(p.value.toFixed(2)) })).join(", ") || "no peak"}`,
          )
          .join("; "),
        data: () => ({
          columns: halfColumns(
            halves,
            "potential",
            "V",
            (h) => h.dqdvVolt,
            "dQ/dV",
            "mAh/(g V)",
            (h) => h.dqdv,
          ),
        }),
      };
    }),
  command,
  python: (_, csv) =>
    `${pythonHead(csv)}for name, part in data.groupby("direction"):\n    ax.plot(part["potential"], part["dQ/dV"], label=name)\nax.set(xlabel="V", ylabel="dQ/dV (mAh/(g V))")\nax.legend()\nfig.savefig("model-dqdv.pdf")\n`,
};

/** A map over time and depth. */
function mapFigure(solved: SolvedCell, values: Numbers, words: string, unit: string, colours: "viridis" | "cividis" | "diverging"): Figure {
  const { hours: x, depth: y } = solved;
  const scale = scaleOf(Array.from(values), { label: quantityLabel(words, unit), colours, robust: true });
  const axis = { label: richText("Depth from the separator (µm)"), min: at(y, 0), max: at(y, y.length - 1) };
  const panel: Panel = { weight: 1, left: axis, marks: [{ kind: "map", x, y, values, scale }] };
  const [rows, columns] = [y.length - 1, x.length - 1];
  const cells = Array.from({ length: rows * columns }, (_, i) => i);
  const middle = (edges: Numbers, k: number): number => (at(edges, k) + at(edges, k + 1)) / 2;
  return {
    x: { label: quantityLabel("Time", "h"), min: at(x, 0), max: at(x, x.length - 1) },
    panels: [panel],
    legend: [],
    data: () => ({
      columns: [
        { name: "time", unit: "h", values: cells.map((i) => middle(x, i % columns)) },
        { name: "depth", unit: "um", values: cells.map((i) => middle(y, Math.floor(i / columns))) },
        { name: words, unit, values },
      ],
    }),
  };
}

const mapPython = (csv: string): string =>
  `${pythonHead(csv)}name = data.columns[2]\ngrid = data.pivot_table(index="depth", columns="time", values=name, dropna=False)\n` +
  `mesh = ax.pcolormesh(grid.columns, grid.index, grid, shading="nearest")\nfig.colorbar(mesh, label=name)\nax.set(xlabel="Time (h)", ylabel="Depth (µm)")\nfig.savefig("map.pdf")\n`;

export const PHASES: PartFigure<"cellmodel"> = {
  id: "cellmodel-phases",
  title: "Phases through the thickness",
  height: 330,
  brushOver: "all",
  cursorLine: false,
  choices: ({ part, state }): Choice[] => [
    {
      id: PHASE,
      label: "Phase",
      options: part.solved.phases.map(({ formula }) => ({ value: formula, label: formula })),
      value: state.choices[PHASE] ?? part.solved.phases.at(-1)!.formula,
    },
  ],
  figure: (context) =>
    ofSolved(context, (solved) => {
      const phase = solved.phases.find((p) => p.formula === context.state.choices[PHASE]) ?? solved.phases.at(-1)!;
      const figure = mapFigure(solved, phase.amount, `${phase.formula}, share of S`, "", "viridis");
      const fronts = solved.halves.map((h) => `${h.direction}: ${h.front === "uniform" ? "even" : `from the ${h.front}`}`);
      return { ...figure, note: `Front of the last product, ${fronts.join("; ")}.` };
    }),
  command,
  python: (_, csv) => mapPython(csv),
};

export const FIELDS: PartFigure<"cellmodel"> = {
  id: "cellmodel-fields",
  title: "Overpotential and pressure",
  height: 330,
  brushOver: "all",
  cursorLine: false,
  choices: ({ part, state }): Choice[] => [
    {
      id: FIELD,
      label: "Quantity",
      options: [
        { value: "overpotential", label: "overpotential" },
        ...(part.solved.pressure === null ? [] : [{ value: "pressure", label: "pressure" }]),
      ],
      value: state.choices[FIELD] ?? "overpotential",
    },
  ],
  figure: (context) =>
    ofSolved(context, (solved) => {
      const isPressure = context.state.choices[FIELD] === "pressure" && solved.pressure !== null;
      const figure = isPressure
        ? mapFigure(solved, solved.pressure!, "Pressure", "MPa", "cividis")
        : mapFigure(solved, solved.overpotential, "Overpotential", "V", "diverging");
      const difference = solved.difference
        ? ` σ_ax − σ_lat at the end of the discharge: ${Number(solved.difference.value.toPrecision(3))} MPa; the axial stress is the stack pressure.`
        : "";
      return { ...figure, note: `Of the reaction that carries most current.${difference}` };
    }),
  command,
  python: (_, csv) => mapPython(csv),
};

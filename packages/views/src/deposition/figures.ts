/** Plating around a defect: potential or current around it, the current along the interface, the hot spot against the pore's size, filling and pressure. */
import type { Numbers, SolvedDeposition } from "@thioscope/core/story";
import { scaleOf } from "../figure/colours.ts";
import type { DataColumn, Figure, LegendEntry, Mark, Panel, Tone } from "../figure/model.ts";
import { extent, padded, paddedLog } from "../figure/scale.ts";
import type { PartFigure } from "../parts/model.ts";
import { type Choice, pythonHead, shellWord } from "../study/context.ts";
import { answerText, quantityLabel, quantityText, richText } from "../text.ts";
import { at } from "../track.ts";
import { type DepositionContext, questionAt, SLIDER, solvedAt } from "./solve.ts";

const TONES: readonly Tone[] = ["accent", "first", "second", { ramp: 0.75 }, { ramp: 0.1 }, "third"];
const toneOf = (k: number): Tone => TONES[k % TONES.length]!;

const QUANTITY = "deposition.quantity";

const nothing = (empty: string): Figure => ({
  x: { label: [], min: 0, max: 1 },
  panels: [],
  legend: [],
  empty,
  data: () => ({ columns: [] }),
});

/** The figure of what is solved, or why it cannot be. */
function ofSolved({ part, state }: DepositionContext, draw: (solved: SolvedDeposition) => Figure): Figure {
  const solved = solvedAt(part, state);
  return "notComputable" in solved ? nothing(solved.notComputable) : draw(solved);
}

/** The command with what the sliders say. */
function command({ part, state }: DepositionContext): string {
  const names = { radius: "pore", current: "current", pressure: "pressure", temperature: "temperature" } as const;
  const moved = Object.keys(names).filter(
    (key): key is keyof typeof names => state.choices[SLIDER[key as keyof typeof names]] !== undefined,
  );
  if (moved.length === 0) return `thioscope ${part.command}`;
  const question = questionAt(part, state);
  const kept = moved.reduce((text, key) => text.replace(new RegExp(` --${names[key]} "[^"]*"`), ""), part.command);
  return `thioscope ${kept}${moved.map((key) => ` --${names[key]} ${shellWord(String(question[key]))}`).join("")}`;
}

const maps = ({ part }: DepositionContext): number => part.solved.electrolytes.length;

export const MAPS: PartFigure<"deposition"> = {
  id: "deposition-maps",
  title: "Around the defect",
  wide: true,
  height: 560,
  heightOf: (context) => 60 + 250 * maps(context),
  brushOver: "all",
  cursorLine: false,
  choices: ({ state }): Choice[] => [
    {
      id: QUANTITY,
      label: "Quantity",
      options: [
        { value: "potential", label: "potential" },
        { value: "current", label: "current density" },
      ],
      value: state.choices[QUANTITY] ?? "potential",
    },
  ],
  figure(context) {
    const isCurrent = context.state.choices[QUANTITY] === "current";
    return ofSolved(context, (solved) => {
      const { xMicrometre: x, zMicrometre: z, outline, electrolytes } = solved;
      const valuesOf = (k: number): Numbers => (isCurrent ? electrolytes[k]!.currentRatio : electrolytes[k]!.potentialMillivolt);
      const label = isCurrent ? quantityLabel("|i|/i_app", "") : quantityLabel("Potential", "mV");
      // one scale for all electrolytes
      const all = electrolytes.flatMap((_, k) => Array.from(valuesOf(k)));
      const scale = scaleOf(all, { label, colours: isCurrent ? "cividis" : "viridis", robust: isCurrent });
      const axis = { label: richText("Height (µm)"), min: at(z, 0), max: at(z, z.length - 1) };
      const panels = electrolytes.map(({ name, kineticLength, forms }, k): Panel => {
        const words = `${name}: σRT/(F i_exc) = ${Number(kineticLength.value.toPrecision(3))} µm, largest current ${quantityText(forms[0]!.hotSpot)} × applied`;
        const marks: Mark[] = [
          { kind: "map", x, y: z, values: valuesOf(k), scale, missing: "metal or pore" },
          { kind: "line", x: outline.x, y: outline.z, tone: "ink", width: 1.5, plain: true },
          { kind: "label", x: at(x, 0), y: axis.min + 0.9 * (axis.max - axis.min), lines: [richText(words)], tone: "ink", place: "right" },
        ];
        return { weight: 1, left: axis, marks };
      });
      return {
        x: { label: richText("Distance from the axis (µm)"), min: at(x, 0), max: at(x, x.length - 1) },
        panels,
        legend: [],
        note: lengths(solved),
        aspect: 0.5 * electrolytes.length + 0.15,
        data: () => {
          const [n, m] = [z.length - 1, x.length - 1];
          const cells = Array.from({ length: n * m }, (_, i) => i);
          const middle = (edges: Numbers, k: number): number => (at(edges, k) + at(edges, k + 1)) / 2;
          return {
            columns: [
              { name: "x", unit: "um", values: cells.map((i) => middle(x, i % m)) },
              { name: "z", unit: "um", values: cells.map((i) => middle(z, Math.floor(i / m))) },
              ...electrolytes.map(({ name }, k): DataColumn => ({ name, unit: isCurrent ? "" : "mV", values: valuesOf(k) })),
            ],
          };
        },
      };
    });
  },
  command,
  python: (_, csv) =>
    `${pythonHead(csv)}name = data.columns[2]  # one electrolyte\ngrid = data.pivot_table(index="z", columns="x", values=name, dropna=False)\n` +
    `mesh = ax.pcolormesh(grid.columns, grid.index, grid, shading="nearest")\nfig.colorbar(mesh, label=name)\nax.set(xlabel="x (µm)", ylabel="z (µm)", aspect="equal")\nfig.savefig("map.pdf")\n`,
};

/** ℓ of every electrolyte, said beside the maps. */
function lengths({ electrolytes }: SolvedDeposition): string {
  const list = electrolytes.map(
    ({ name, kineticLength, wagner }) =>
      `${name} ${Number(kineticLength.value.toPrecision(3))} µm (Wagner number ${Number(wagner.value.toPrecision(2))})`,
  );
  return `σRT/(F i_exc): ${list.join("; ")}. Features much smaller than this do not matter. Errors are those of the mesh.`;
}

export const INTERFACE: PartFigure<"deposition"> = {
  id: "deposition-interface",
  title: "Current along the interface",
  height: 330,
  brushOver: "curve",
  cursorLine: false,
  figure: (context) =>
    ofSolved(context, ({ xMicrometre, electrolytes }) => {
      const reach = at(xMicrometre, xMicrometre.length - 1) * 1.3;
      const marks: Mark[] = [{ kind: "rule", y: 1 }];
      const legend: LegendEntry[] = [];
      const seen: number[] = [];
      for (const [k, { name, forms }] of electrolytes.entries()) {
        for (const { form, distanceMicrometre, ratio } of forms) {
          const shown = Array.from(distanceMicrometre).filter((d) => d <= reach).length;
          const [x, y] = [Array.from(distanceMicrometre).slice(0, shown), Array.from(ratio).slice(0, shown)];
          seen.push(...y);
          marks.push({ kind: "line", x, y, tone: toneOf(k), ...(form === "factor" ? { dash: true } : {}) });
          const how = { both: "", shift: ", pressure shifts the potential", factor: ", pressure multiplies i_exc" }[form];
          legend.push({ label: richText(name + how), tone: toneOf(k), as: form === "factor" ? "dash" : "line" });
        }
      }
      return {
        x: { label: richText("Distance along the interface (µm)"), min: 0, max: reach },
        panels: [{ weight: 1, left: { label: richText("i / applied"), ...padded(extent([seen])) }, marks }],
        legend,
        data: () => ({
          columns: [
            {
              name: "electrolyte",
              unit: "",
              values: electrolytes.flatMap((e) => e.forms.flatMap((f) => Array.from(f.ratio, () => e.name))),
            },
            {
              name: "pressure form",
              unit: "",
              values: electrolytes.flatMap((e) => e.forms.flatMap((f) => Array.from(f.ratio, () => f.form))),
            },
            { name: "distance", unit: "um", values: electrolytes.flatMap((e) => e.forms.flatMap((f) => Array.from(f.distanceMicrometre))) },
            { name: "ratio", unit: "", values: electrolytes.flatMap((e) => e.forms.flatMap((f) => Array.from(f.ratio))) },
          ],
        }),
      };
    }),
  command,
  python: (_, csv) =>
    `${pythonHead(csv)}for name, part in data.groupby(["electrolyte", "pressure form"]):\n    ax.plot(part["distance"], part["ratio"], label=" ".join(name))\nax.set(xlabel="Distance (µm)", ylabel="i / applied")\nax.legend()\nfig.savefig("interface.pdf")\n`,
};

export const SIZES: PartFigure<"deposition"> = {
  id: "deposition-sizes",
  title: "Hot spot against the pore's size",
  height: 330,
  brushOver: "curve",
  cursorLine: false,
  isShown: ({ sizes }) => sizes !== null,
  figure({ part }) {
    const { sizes } = part;
    if (sizes === null) return nothing("Only pores have a size.");
    const { radiusMicrometre: x, hotSpots } = sizes;
    return {
      x: { label: richText("Radius of the pore (µm)"), ...paddedLog(extent([x])) },
      panels: [
        {
          weight: 1,
          left: { label: richText("largest i / applied"), ...padded(extent(hotSpots.map(({ values }) => values))) },
          marks: [
            { kind: "rule", y: 1 },
            ...hotSpots.map(
              ({ values, sigma }, k): Mark => ({ kind: "points", x, y: values, sigma, tone: toneOf(k), shape: "disc", joined: true }),
            ),
          ],
        },
      ],
      legend: hotSpots.map(({ electrolyte }, k) => ({ label: richText(electrolyte), tone: toneOf(k), as: "disc" })),
      note: "At the current, pressure and temperature of the step; errors are those of the mesh.",
      data: () => ({
        columns: [
          { name: "radius", unit: "um", values: x },
          ...hotSpots.map(({ electrolyte, values, sigma }): DataColumn => ({ name: electrolyte, unit: "", values, sigma })),
        ],
      }),
    };
  },
  command: ({ part }) => `thioscope ${part.command} --sizes`,
  python: (_, csv) =>
    `${pythonHead(csv)}for name in data.columns[1::2]:\n    ax.semilogx(data["radius"], data[name], "o-", label=name)\nax.set(xlabel="Radius (µm)", ylabel="largest i / applied")\nax.legend()\nfig.savefig("sizes.pdf")\n`,
};

const hours = ({ timeSecond }: { timeSecond: Numbers }): number[] => Array.from(timeSecond, (t) => t / 3600);

export const GROWTH: PartFigure<"deposition"> = {
  id: "deposition-growth",
  title: "A pore fills, and what ends it",
  height: 380,
  brushOver: "curve",
  cursorLine: false,
  isShown: ({ growth }) => growth.length > 0,
  figure({ part: { growth } }) {
    const panel = (label: string, of: (g: (typeof growth)[number]) => Numbers): Panel => ({
      weight: 1,
      left: { label: richText(label), ...padded(extent(growth.map(of))) },
      marks: growth.map(
        (g, k): Mark => ({ kind: "points", x: hours(g), y: of(g), tone: toneOf(k), shape: "disc", joined: true, size: 0.6 }),
      ),
    });
    const ends = { crack: "the electrolyte cracks", yield: "the metal yields", balance: "comes to rest" };
    return {
      x: { label: richText("Time (h)"), ...padded(extent(growth.map(hours))) },
      panels: [
        panel("Level (µm)", (g) => g.levelMicrometre),
        panel("Pressure (MPa)", (g) => g.pressureMegapascal),
        panel("largest i / applied", (g) => g.hotSpot),
      ],
      legend: growth.map(({ electrolyte }, k) => ({ label: richText(electrolyte), tone: toneOf(k), as: "disc" })),
      note: growth
        .map(({ electrolyte, end, crackPressure, criticalCurrent: [low, high] }) => {
          const p = `${Number(crackPressure.value.toPrecision(3))} MPa`;
          return `${electrolyte}: ${ends[end]}; a crack needs ${p}; critical current ${answerText(low)} to ${answerText(high)} over the assumed toughness.`;
        })
        .join(" "),
      data: () => ({
        columns: [
          { name: "electrolyte", unit: "", values: growth.flatMap((g) => Array.from(g.timeSecond, () => g.electrolyte)) },
          { name: "time", unit: "h", values: growth.flatMap(hours) },
          { name: "level", unit: "um", values: growth.flatMap((g) => Array.from(g.levelMicrometre)) },
          { name: "pressure", unit: "MPa", values: growth.flatMap((g) => Array.from(g.pressureMegapascal)) },
          { name: "largest ratio", unit: "", values: growth.flatMap((g) => Array.from(g.hotSpot)) },
        ],
      }),
    };
  },
  command: ({ part }) => `thioscope ${part.command} --growth`,
  python: (_, csv) =>
    `${pythonHead(csv)}for name, part in data.groupby("electrolyte"):\n    ax.plot(part["time"], part["pressure"], "o-", label=name)\nax.set(xlabel="Time (h)", ylabel="Pressure (MPa)")\nax.legend()\nfig.savefig("growth.pdf")\n`,
};

/** Bars of a set of points: one line each from birth to death, and the same as points of a diagram. */
import type { TopologyContent } from "@thioscope/core/story";
import type { DataTable, Figure, Mark, Tone } from "../figure/model.ts";
import type { PartContext, PartFigure } from "../parts/model.ts";
import { type Choice, pythonHead } from "../study/context.ts";
import { richText } from "../text.ts";
import { barChoice, barChosen, type ChosenBar, chosenSet, levelsOf, SET, stepped } from "./chosen.ts";

type Context = PartContext<"topology">;
type PointSet = TopologyContent["sets"][number];

/** A click chooses what is not farther, pixels. */
const PICK = 14;
const TONES: readonly Tone[] = ["quiet", "accent", "second"];
function choices({ part, state }: Context): Choice[] {
  if (part.sets.length < 2) return [];
  const options = part.sets.map(({ file }, i) => ({ value: String(i), label: part.files[file]?.name ?? `set ${i + 1}` }));
  return [{ id: SET, label: "Set of points", options, value: state.choices[SET] ?? "0" }];
}

const lengthLabel = (set: PointSet, word: string) => richText(set.unit === "" ? word : `${word} (${set.unit})`);

function longest(set: PointSet): number {
  return Math.max(1e-12, ...set.barcodes.flatMap(({ death }) => Array.from(death)));
}

function legend(set: PointSet): Figure["legend"] {
  return set.barcodes.map(({ dimension, name }) => ({
    label: richText(`H${dimension}: ${name}`),
    tone: TONES[dimension]!,
    as: "line" as const,
  }));
}

function table(set: PointSet): DataTable {
  const rows = set.barcodes.flatMap(({ dimension, birth, death, open }) =>
    Array.from(birth, (from, k) => ({ dimension, from, to: death[k]!, open: open[k]! })),
  );
  const left = set.barcodes.filter((barcode) => barcode.left > 0);
  return {
    columns: [
      { name: "dimension", unit: "", values: rows.map((row) => row.dimension) },
      { name: "birth", unit: set.unit, values: rows.map((row) => row.from) },
      { name: "death", unit: set.unit, values: rows.map((row) => row.to) },
      { name: "open", unit: "", values: rows.map((row) => (row.open ? "yes" : "no")) },
    ],
    notes: left.map(({ dimension, left: count }) => `H${dimension}: ${count} shorter bars are in the step's table`),
  };
}

const NOTHING: Figure = { x: { label: [], min: 0, max: 1 }, panels: [], legend: [], empty: "No points.", data: () => ({ columns: [] }) };

/** The chosen bar stands out; nothing is chosen by a click beside all. */
const isChosen = (bar: ChosenBar | null, dimension: number, k: number): boolean => bar?.dimension === dimension && bar.k === k;

const common = {
  step: (context: Context, by: 1 | -1) => stepped(context, by),
  brushOver: "curve",
  cursorLine: false,
  choices,
  command: ({ part }: Context) => `thioscope ${part.command}`,
} as const;

export const BARCODE: PartFigure<"topology"> = {
  ...common,
  id: "barcode",
  title: "Barcode",
  height: 300,
  figure(context) {
    const set = chosenSet(context);
    if (!set) return NOTHING;
    const levels = levelsOf(set);
    const bar = barChosen(context);
    const marks = levels.map(({ dimension, k, level }): Mark => {
      const { birth, death } = set.barcodes[dimension]!;
      const own = isChosen(bar, dimension, k);
      return {
        kind: "line",
        x: [birth[k]!, death[k]!],
        y: [level, level],
        tone: own ? "ink" : TONES[dimension]!,
        width: own ? 4 : 1.4,
        plain: true,
      };
    });
    const level = (levels.at(-1)?.level ?? 0) + 2;
    return {
      x: { label: lengthLabel(set, "Length"), min: 0, max: longest(set) * 1.04 },
      panels: [{ weight: 1, left: { label: richText("Bar"), min: 0, max: level, integer: true }, marks }],
      legend: legend(set),
      data: () => table(set),
    };
  },
  pick(context, { x, y }, near) {
    const set = chosenSet(context);
    if (!set) return null;
    let best: ChosenBar | null = null;
    let closest = PICK * PICK;
    for (const { dimension, k, level } of levelsOf(set)) {
      const { birth, death } = set.barcodes[dimension]!;
      const beside = Math.max(0, birth[k]! - x, x - death[k]!) / near.x;
      const square = beside ** 2 + ((level - y) / near.y) ** 2;
      if (square < closest) [best, closest] = [{ dimension, k }, square];
    }
    return barChoice(context, best);
  },
  python: (_context, csv) =>
    `${pythonHead(csv)}for k, bar in data.iterrows():\n    ax.plot([bar["birth"], bar["death"]], [k, k], lw=1, color=f"C{int(bar['dimension'])}")\nax.set(xlabel="Length", ylabel="Bar")\nplt.show()\n`,
};

export const DIAGRAM: PartFigure<"topology"> = {
  ...common,
  id: "persistence-diagram",
  title: "Birth and death",
  height: 300,
  figure(context) {
    const set = chosenSet(context);
    if (!set) return NOTHING;
    const end = longest(set) * 1.04;
    const bar = barChosen(context);
    const own = bar && set.barcodes[bar.dimension];
    return {
      x: { label: lengthLabel(set, "Birth"), min: 0, max: end },
      panels: [
        {
          weight: 1,
          left: { label: lengthLabel(set, "Death"), min: 0, max: end },
          marks: [
            { kind: "line", x: [0, end], y: [0, end], tone: "quiet", dash: true, plain: true },
            ...set.barcodes.map(
              ({ dimension, birth, death }): Mark => ({
                kind: "points",
                x: birth,
                y: death,
                tone: TONES[dimension]!,
                shape: dimension === 1 ? "disc" : "ring",
                size: 0.8,
              }),
            ),
            ...(own
              ? [{ kind: "points", x: [own.birth[bar.k]!], y: [own.death[bar.k]!], tone: "ink", shape: "ring", size: 2 } as Mark]
              : []),
          ],
        },
      ],
      legend: legend(set).map((entry, i) => ({ ...entry, as: set.barcodes[i]!.dimension === 1 ? "disc" : "ring" })),
      aspect: 0.9,
      data: () => table(set),
    };
  },
  pick(context, { x, y }, near) {
    const set = chosenSet(context);
    let best: ChosenBar | null = null;
    let closest = PICK * PICK;
    for (const { dimension, birth, death } of set?.barcodes ?? []) {
      for (let k = 0; k < birth.length; k++) {
        const square = ((birth[k]! - x) / near.x) ** 2 + ((death[k]! - y) / near.y) ** 2;
        if (square < closest) [best, closest] = [{ dimension, k }, square];
      }
    }
    return barChoice(context, best);
  },
  python: (_context, csv) =>
    `${pythonHead(csv)}for d, bars in data.groupby("dimension"):\n    ax.plot(bars["birth"], bars["death"], "o", ms=3, label=f"H{d}")\nax.axline((0, 0), slope=1, color="0.6", ls="--")\nax.set(xlabel="Birth", ylabel="Death")\nax.legend()\nplt.show()\n`,
};

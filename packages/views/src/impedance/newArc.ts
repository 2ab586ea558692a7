/** The arc that appeared within a series: its resistance over time, from when and until when it grows. */
import type { NewArcStory } from "@thioscope/core/story";
import type { Figure, Mark } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import { type Context, type FigureSpec, pythonHead } from "../study/context.ts";
import { quantityLabel, quantityText, richText } from "../text.ts";
import { eisCommand } from "./spectra.ts";

const EMPTY: Figure = {
  x: { label: [], min: 0, max: 1 },
  panels: [],
  legend: [],
  empty: "No arc appears in these spectra.",
  data: () => ({ columns: [] }),
};

const foundIn = ({ file }: Context): NewArcStory | null => {
  const found = file.impedance?.newArc;
  return found && !("notComputable" in found) ? found : null;
};

function figure(context: Context): Figure {
  const found = foundIn(context);
  if (!found) {
    const arc = context.file.impedance?.newArc;
    return arc && "notComputable" in arc ? { ...EMPTY, empty: `No arc appears: ${arc.notComputable}.` } : EMPTY;
  }
  const spectra = context.file.impedance!.spectra;
  const { brush } = context.state;
  // narrowed to a range of rows: the spectra that have some of them
  const kept = [...found.index.keys()].filter((i) => {
    const { first, last } = spectra[found.index[i]!]!.rows;
    return !brush || (last >= brush.first && first <= brush.last);
  });
  const index = kept.map((i) => found.index[i]!);
  const resistance = kept.map((i) => found.resistance[i]!);
  const sigma = kept.map((i) => found.sigma[i]!);
  const hours = index.map((k) => spectra[k]!.timeHour ?? Number.NaN);
  const ends = [found.onset, found.complete].flatMap((answer, k) =>
    "value" in answer ? [{ at: answer.value, words: `${k === 0 ? "begins" : "complete"} ${quantityText(answer)}` }] : [],
  );
  const all = spectra.flatMap(({ timeHour }) => (timeHour === null ? [] : [timeHour]));
  const range = padded(extent([found.resistance, [0]]), 0.12);
  const marks: Mark[] = [
    ...("value" in found.final ? [{ kind: "rule" as const, y: found.final.value }] : []),
    ...ends.flatMap(({ at, words }): Mark[] => [
      { kind: "line", x: [at, at], y: [range.min, range.max], tone: "second", dash: true, plain: true },
      { kind: "label", x: at, y: range.max, lines: [richText(words)], tone: "ink", place: "below" },
    ]),
    {
      kind: "points",
      x: hours,
      y: resistance,
      sigma,
      rows: index.map((k) => spectra[k]!.rows.first),
      lastRows: index.map((k) => spectra[k]!.rows.last),
      tone: "first",
      shape: "disc",
      size: 0.85,
    },
  ];
  return {
    x: { label: quantityLabel("Time", "h"), ...padded(extent([all]), 0.03) },
    panels: [{ weight: 1, left: { label: quantityLabel("Resistance of the new arc", "ohm"), ...range }, marks }],
    legend: [{ label: richText(found.circuit), tone: "first", as: "disc" }],
    data: () => ({
      columns: [
        { name: "time", unit: "h", values: hours },
        { name: "resistance", unit: "ohm", values: resistance, sigma },
      ],
    }),
  };
}

export const NEW_ARC: FigureSpec = {
  id: "new-arc",
  title: "An arc that appears",
  height: 300,
  brushOver: "all",
  cursorLine: false,
  figure,
  command: (context) => `${eisCommand(context, "series")} --new-arc`,
  python: (_, name) =>
    `${pythonHead(name)}ax.errorbar(data["time"], data["resistance"], data["resistance sigma"], fmt="o", ms=3)\nax.set(xlabel="time (h)", ylabel="R (ohm)")\nfig.savefig("arc.pdf")\n`,
};

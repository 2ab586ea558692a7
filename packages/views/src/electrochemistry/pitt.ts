/** A titration by potential steps: the current's decay at each step, the charge at each potential, D with what is refused. */
import type { PotentialStepsStory } from "@thioscope/core/story";
import type { DataTable, Figure, LineMark, PointMark } from "../figure/model.ts";
import { extent, padded, paddedLog } from "../figure/scale.ts";
import { type Context, capacityLabel, commonError, type FigureSpec, pythonHead, shellWord } from "../study/context.ts";
import { quantityLabel, richText, unitText } from "../text.ts";
import { at, lastAtMost } from "../track.ts";
import { diffusionPanel } from "./diffusion.ts";
import { answersOf, isInside } from "./shared.ts";

type Step = PotentialStepsStory["steps"][number];

const storyOf = ({ file }: Context): PotentialStepsStory | undefined => file.electrochemistry?.potentialSteps;

/** Steps with the charge passed before and after each, in the unit chosen, positive along the first step. */
function placed(context: Context): (Step & { before: number; middle: number; after: number })[] {
  const all = storyOf(context)?.steps ?? [];
  const along = Math.sign(all[0]?.capacity.value ?? 1) * context.basis.factor;
  let sum = 0;
  return all
    .map((step) => {
      const before = sum;
      sum += step.capacity.value * along;
      return { ...step, before, middle: (before + sum) / 2, after: sum };
    })
    .filter(({ rows }) => isInside(rows, context.state.brush));
}

const NONE = { empty: "No step in the rows selected." };

function decays(context: Context): Figure {
  const { trace } = context.file;
  const steps = placed(context);
  const all = storyOf(context)?.steps ?? [];
  const lines = steps.map((step): LineMark => {
    const from = Math.max(0, lastAtMost(trace.row, step.rows.first - 1) + 1);
    const to = lastAtMost(trace.row, step.rows.last) + 1;
    // the potential is set between the row before and the first held one
    const start = at(trace.timeHour, Math.max(0, from - 1));
    const kept = Array.from({ length: Math.max(0, to - from) }, (_, k) => from + k).filter(
      (i) => at(trace.timeHour, i) > start && at(trace.currentMilliampere, i) !== 0,
    );
    return {
      kind: "line",
      x: kept.map((i) => Math.sqrt((at(trace.timeHour, i) - start) * 3600)),
      y: kept.map((i) => Math.abs(at(trace.currentMilliampere, i))),
      rows: kept.map((i) => at(trace.row, i)),
      tone: { ramp: all.length > 1 ? (step.number - 1) / (all.length - 1) : 0.35 },
      width: 0.9,
    };
  });
  const range = extent(lines.map(({ y }) => y));
  const [first, last] = [steps[0], steps.at(-1)];
  return {
    x: {
      label: [
        { text: "√time since the step (s", shift: 0 },
        { text: "½", shift: 1 },
        { text: ")", shift: 0 },
      ],
      ...padded(extent(lines.map(({ x }) => x)), 0.02),
    },
    panels: [{ weight: 1, left: { label: quantityLabel("|Current|", "mA"), ...paddedLog(range, 0.05) }, marks: lines }],
    legend: [
      ...(first ? [{ label: richText(`${first.potential.value.toFixed(3)} V`), tone: lines[0]!.tone, as: "line" as const }] : []),
      ...(last && last !== first
        ? [{ label: richText(`${last.potential.value.toFixed(3)} V`), tone: lines.at(-1)!.tone, as: "line" as const }]
        : []),
    ],
    ...(steps.length === 0 ? NONE : {}),
    aspect: 0.7,
    data: () => tableOf(context),
  };
}

function titration(context: Context): Figure {
  const { basis } = context;
  const story = storyOf(context);
  const steps = placed(context);
  const items = steps.map((step) => ({
    ...step,
    answer: story?.length ? step.diffusionCoefficient : step.diffusionRate,
    first: step.rows.first,
    last: step.rows.last,
  }));
  const points: PointMark = {
    kind: "points",
    x: steps.map(({ after }) => after),
    y: steps.map(({ potential }) => potential.value),
    sigma: steps.map(({ potential }) => potential.sigma ?? Number.NaN),
    rows: steps.map(({ rows }) => rows.first),
    lastRows: steps.map(({ rows }) => rows.last),
    tone: "ink",
    shape: "disc",
    joined: true,
  };
  const { panel, legend, note } = diffusionPanel(items, { hasLength: story?.length != null, word: "step" });
  const common = commonError(basis);
  const notes = [...(note ? [note] : []), ...(common ? [common] : [])];
  return {
    x: { label: capacityLabel(basis), ...padded(extent([steps.flatMap(({ before, after }) => [before, after])]), 0.015) },
    panels: [
      { weight: 0.8, left: { label: quantityLabel("Potential held", "V"), ...padded(extent([points.y]), 0.08) }, marks: [points] },
      panel,
    ],
    legend: [{ label: richText("charge passed at its end"), tone: "ink", as: "disc" }, ...legend],
    ...(steps.length === 0 ? NONE : {}),
    ...(notes.length > 0 ? { note: notes.join("; ") } : {}),
    aspect: 0.86,
    data: () => tableOf(context),
  };
}

function tableOf(context: Context): DataTable {
  const steps = placed(context);
  return {
    columns: [
      { name: "step", unit: "", values: steps.map(({ number }) => number) },
      answersOf("potential", "V", steps, ({ potential }) => potential),
      answersOf("step", "mV", steps, ({ stepHeight }) => stepHeight),
      { name: "capacity after", unit: unitText(context.basis.unit), values: steps.map(({ after }) => after) },
      answersOf("charge", "mAh", steps, ({ capacity }) => capacity),
      answersOf("final current", "mA", steps, ({ finalCurrent }) => finalCurrent),
      answersOf("resistance ratio", "", steps, ({ resistanceRatio }) => resistanceRatio),
      answersOf("D/L2", "1/s", steps, ({ diffusionRate }) => diffusionRate),
      ...(storyOf(context)?.length ? [answersOf("D", "cm2/s", steps, ({ diffusionCoefficient }) => diffusionCoefficient)] : []),
    ],
  };
}

function command(context: Context): string {
  const length = storyOf(context)?.length;
  const declared = length
    ? ` --length "${length.length.value} ${length.length.unit}"${length.shape === "plate" ? " --shape plate" : ""}`
    : "";
  return `thioscope gitt ${shellWord(context.file.name)}${declared}`;
}

export const PITT_DECAYS: FigureSpec = {
  id: "pitt-decays",
  title: "Current after each potential step",
  height: 320,
  brushOver: "curve",
  cursorLine: false,
  figure: decays,
  command,
  python: (_, name) =>
    `${pythonHead(name)}ax.plot(data["potential"], data["final current"].abs(), "o-", ms=3)\nax.set(xlabel="Potential (V)", ylabel="|Current| at the end (mA)", yscale="log")\nfig.savefig("pitt.pdf")\n`,
};

export const PITT_TITRATION: FigureSpec = {
  id: "pitt-titration",
  title: "Titration by potential steps",
  height: 400,
  brushOver: "all",
  cursorLine: false,
  figure: titration,
  command,
  python: (context, name) => {
    const column = storyOf(context)?.length ? "D" : "D/L2";
    return `${pythonHead(name)}ax.errorbar(data["potential"], data["${column}"], data["${column} sigma"], fmt="o-", ms=3, lw=0.6)\nax.set(xlabel="Potential (V)", ylabel="${column === "D" ? "D (cm²/s)" : "D/L² (1/s)"}", yscale="log")\nfig.savefig("pitt.pdf")\n`;
  },
};

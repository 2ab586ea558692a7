/** A symmetric cell: overpotential of each half cycle with stabilisation and critical current; soft shorts in the run. */
import { isComputable } from "@thioscope/core";
import type { SymmetricStory } from "@thioscope/core/story";
import type { Figure, LabelMark, LineMark, Mark, Panel, PointMark, SpanMark } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import { type Context, type FigureSpec, pythonHead, shellWord } from "../study/context.ts";
import { quantityLabel, quantityText, richText, roughText, unitText } from "../text.ts";
import { at, nearest } from "../track.ts";
import { answersOf, isInside, traceBetween } from "./shared.ts";

type Half = SymmetricStory["halfCycles"][number];

const storyOf = ({ file }: Context): SymmetricStory | undefined => file.electrochemistry?.symmetric;

function shownHalves(context: Context): readonly Half[] {
  return (storyOf(context)?.halfCycles ?? []).filter(({ rows }) => isInside(rows, context.state.brush));
}

/** The run's clock at the middle of a half cycle: `hour` counts from the first row. */
const hourOf = ({ file }: Context, half: Half): number => half.hour + (at(file.trace.timeHour, 0) || 0);

/** The band of the change point's error, the line it is at, and the overpotential from then on. */
function stableMarks(context: Context, { stabilisation, halfCycles }: SymmetricStory): Mark[] {
  const [first, last] = [halfCycles[0], halfCycles.at(-1)];
  if ("notComputable" in stabilisation || !first || !last) return [];
  const { after, overpotential, change } = stabilisation;
  // `after` counts from the moment the current was switched on
  const start = hourOf(context, first) - first.capacity.value / first.current.value / 2;
  const hour = start + after.value;
  const level: LineMark = {
    kind: "line",
    x: [hour, hourOf(context, last)],
    y: [overpotential.value, overpotential.value],
    tone: "ink",
    width: 0.9,
    dash: true,
  };
  const label: LabelMark = {
    kind: "label",
    x: hour + (after.sigma ?? 0),
    // a quarter of the way back to where it began: there are no points after the change
    y: overpotential.value - 0.25 * change.value,
    lines: [richText(`stands still after ${quantityText(after)}`), richText(`at ${quantityText(overpotential)}`)],
    tone: "ink",
    place: "right",
  };
  return [{ kind: "span", from: hour - (after.sigma ?? 0), to: hour + (after.sigma ?? 0), tone: "accent" }, level, label];
}

/** Currents of a step test, with the first level that failed and all after it hatched. */
function levelPanel(context: Context, story: SymmetricStory): { panel: Panel; failed: SpanMark[] } | null {
  const { criticalCurrent, halfCycles } = story;
  if ("notComputable" in criticalCurrent || criticalCurrent.levels.length < 2) return null;
  const { levels, critical, lastSound, firstFailed } = criticalCurrent;
  const half = (number: number): Half | undefined => halfCycles.find((h) => h.half === number);
  const begin = (h: Half): number => hourOf(context, h) - h.capacity.value / h.current.value / 2;
  const end = (h: Half): number => hourOf(context, h) + h.capacity.value / h.current.value / 2;
  const spans = levels.flatMap((level) => {
    const [a, b] = [half(level.firstHalf), half(level.lastHalf)];
    return a && b ? [{ level, from: begin(a), to: end(b), rows: a.rows }] : [];
  });
  const steps = spans.map(
    ({ level, from, to }): LineMark => ({
      kind: "line",
      x: [from, to],
      y: [level.current.value, level.current.value],
      tone: level.failed ? "accent" : "ink",
      width: 1.5,
    }),
  );
  const firstBad = spans.find(({ level }) => level.failed !== null);
  const failed: SpanMark[] = firstBad ? [{ kind: "span", from: firstBad.from, to: spans.at(-1)!.to, tone: "accent", hatched: true }] : [];
  const top = extent([levels.map(({ current }) => current.value)])?.[1] ?? 1;
  const labels: LabelMark[] =
    firstBad && isComputable(critical) && lastSound && firstFailed
      ? [
          {
            kind: "label",
            x: firstBad.from,
            y: top * 1.22,
            lines: [richText(`critical ${quantityText(critical)}`)],
            tone: "accent",
            place: "below",
          },
        ]
      : [];
  return {
    panel: {
      weight: 0.55,
      left: { label: quantityLabel("Current", levels[0]!.current.unit), min: 0, max: top * 1.25 },
      marks: [...failed, ...steps, ...labels],
    },
    failed,
  };
}

function overpotential(context: Context): Figure {
  const story = storyOf(context);
  const halves = shownHalves(context);
  const points = (direction: "charge" | "discharge"): PointMark => {
    const own = halves.filter((h) => h.direction === direction);
    return {
      kind: "points",
      x: own.map((h) => hourOf(context, h)),
      y: own.map((h) => h.mean.value),
      sigma: own.map((h) => h.mean.sigma ?? Number.NaN),
      rows: own.map((h) => h.rows.first),
      lastRows: own.map((h) => h.rows.last),
      tone: direction === "charge" ? "second" : "first",
      shape: direction === "charge" ? "ring" : "disc",
      size: 0.95,
    };
  };
  const marks = [points("charge"), points("discharge")];
  const range = extent(marks.map((mark) => mark.y));
  const levels = story ? levelPanel(context, story) : null;
  const notes = [
    ...(story && "notComputable" in story.stabilisation && !levels
      ? [`No time of stabilisation: ${story.stabilisation.notComputable}`]
      : []),
    ...(story && levels && !("notComputable" in story.criticalCurrent) && !isComputable(story.criticalCurrent.critical)
      ? [`No critical current: ${story.criticalCurrent.critical.notComputable}`]
      : []),
  ];
  const stable = story && !levels ? stableMarks(context, story) : [];
  return {
    x: { label: quantityLabel("Time", "h"), ...padded(extent([halves.map((h) => hourOf(context, h))]), 0.02) },
    panels: [
      {
        weight: 1,
        left: { label: quantityLabel("Overpotential", "mV"), ...padded(range, 0.12) },
        marks: [...(levels?.failed ?? []), ...stable, ...marks],
      },
      ...(levels ? [levels.panel] : []),
    ],
    legend: [
      { label: richText("discharge"), tone: "first", as: "disc" },
      { label: richText("charge"), tone: "second", as: "ring" },
      ...(stable.length > 0 ? [{ label: richText("stabilisation ± σ"), tone: "accent" as const, as: "band" as const }] : []),
      ...(levels && levels.failed.length > 0
        ? [{ label: richText("short-circuited"), tone: "accent" as const, as: "hatch" as const }]
        : []),
    ],
    ...(halves.length === 0 ? { empty: "No half cycle in the rows selected." } : {}),
    ...(notes.length > 0 ? { note: notes.join("; ") } : {}),
    aspect: levels ? 0.9 : 0.68,
    data: () => ({
      columns: [
        { name: "half cycle", unit: "", values: halves.map((h) => h.half) },
        { name: "direction", unit: "", values: halves.map((h) => h.direction) },
        { name: "time", unit: "h", values: halves.map((h) => hourOf(context, h)) },
        answersOf("current", "mA", halves, (h) => h.current),
        answersOf("current density", "mA/cm2", halves, (h) => h.currentDensity),
        answersOf("overpotential", "mV", halves, (h) => h.mean),
        answersOf("at the end", "mV", halves, (h) => h.end),
        answersOf("growth", "mV", halves, (h) => h.growth),
        answersOf("resistance", "ohm", halves, (h) => h.resistance),
      ],
      notes,
    }),
  };
}

function shorts(context: Context): Figure {
  const { file, state } = context;
  const story = storyOf(context);
  const all = { file: state.file, first: 0, last: Number.POSITIVE_INFINITY };
  const line = traceBetween(file, state.brush ? { ...all, ...state.brush } : all);
  const signs = (story?.softShorts.signs ?? []).filter(({ rows }) => isInside(rows, state.brush));
  const timeAt = (row: number): number => at(file.trace.timeHour, nearest(file.trace.row, row));
  const inPotential = signs.filter(({ kind }) => kind !== "charge exceeds discharge");
  const spans = signs.map(
    ({ rows }): SpanMark => ({ kind: "span", from: timeAt(rows.first), to: timeAt(rows.last), tone: "accent", hatched: true }),
  );
  const marked: PointMark = {
    kind: "points",
    x: inPotential.map(({ rows }) => timeAt(rows.first)),
    y: inPotential.map(({ rows }) => at(file.trace.voltageVolt, nearest(file.trace.row, rows.first))),
    rows: inPotential.map(({ rows }) => rows.first),
    lastRows: inPotential.map(({ rows }) => rows.last),
    tone: "accent",
    shape: "diamond",
    size: 1.3,
  };
  const voltage = extent([line.voltageVolt]);
  const labels = inPotential.map(
    ({ rows, kind, size }): LabelMark => ({
      kind: "label",
      x: timeAt(rows.first),
      y: voltage ? voltage[0] + 0.86 * (voltage[1] - voltage[0]) : 0,
      lines: [richText(kind), richText(`${roughText(size.value, 3)} ${unitText(size.unit)}`)],
      tone: "accent",
      place: "right",
      optional: true,
    }),
  );
  const limit = story?.softShorts.detectionLimit;
  const note = [
    `Soft shorts: ${story?.softShorts.verdict ?? "not looked for"}`,
    ...(limit && isComputable(limit) ? [`a fall below ${roughText(limit.value, 2)} ${limit.unit} would not be seen`] : []),
  ].join("; ");
  return {
    x: { label: quantityLabel("Time", "h"), ...padded(extent([line.timeHour]), 0) },
    panels: [
      {
        weight: 1,
        left: { label: quantityLabel("Voltage", "V"), ...padded(voltage, 0.06) },
        marks: [
          ...spans,
          { kind: "line", x: line.timeHour, y: line.voltageVolt, rows: line.row, tone: "ink", width: 0.8 },
          marked,
          ...labels,
        ],
      },
    ],
    legend: [{ label: richText("sign of a short"), tone: "accent", as: "diamond" }],
    note,
    aspect: 0.62,
    data: () => ({
      columns: [
        { name: "sign", unit: "", values: signs.map(({ kind }) => kind) },
        { name: "cycle", unit: "", values: signs.map(({ cycle }) => cycle) },
        { name: "half cycle", unit: "", values: signs.map(({ half }) => half) },
        { name: "first row", unit: "", values: signs.map(({ rows }) => rows.first) },
        { name: "last row", unit: "", values: signs.map(({ rows }) => rows.last) },
        { name: "time", unit: "h", values: signs.map(({ rows }) => timeAt(rows.first)) },
        { name: "size", unit: "mV or %", values: signs.map(({ size }) => size.value) },
        { name: "times threshold", unit: "", values: signs.map(({ timesThreshold }) => timesThreshold) },
        { name: "what was seen", unit: "", values: signs.map(({ message }) => message) },
      ],
      notes: [note],
    }),
  };
}

const command = (context: Context): string =>
  `thioscope symmetric ${shellWord(context.file.name)}${storyOf(context)?.cell === "full" ? " --full" : ""}`;

export const OVERPOTENTIAL: FigureSpec = {
  id: "overpotential",
  title: "Overpotential, half cycle by half cycle",
  height: 360,
  brushOver: "all",
  cursorLine: true,
  figure: overpotential,
  command,
  python: (_, name) =>
    `${pythonHead(name)}for direction, half in data.groupby("direction"):\n    ax.errorbar(half["time"], half["overpotential"], half["overpotential sigma"], fmt="o", ms=2.5, label=direction)\n` +
    `ax.set(xlabel="Time (h)", ylabel="Overpotential (mV)")\nax.legend()\nfig.savefig("overpotential.pdf")\n`,
};

export const SOFT_SHORTS: FigureSpec = {
  id: "soft-shorts",
  title: "Signs of soft shorts",
  height: 260,
  brushOver: "all",
  cursorLine: true,
  figure: shorts,
  command,
  python: (_, name) =>
    `${pythonHead(name)}ax.stem(data["time"], data["times threshold"])\nax.set(xlabel="Time (h)", ylabel="Size over threshold")\nfig.savefig("shorts.pdf")\n`,
};

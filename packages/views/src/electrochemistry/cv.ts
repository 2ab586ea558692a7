/** Current over potential: every sweep, and of the scan at the cursor the peaks above their baselines. */
import type { SweepStory, VoltammetryStory } from "@thioscope/core/story";
import type { Figure, LabelMark, LineMark, Mark, PointMark, Tone } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import { type Context, type FigureSpec, pythonHead, shellWord } from "../study/context.ts";
import { quantityLabel, quantityText, richText } from "../text.ts";
import { answersOf, currentIndex, isInside } from "./shared.ts";

const storyOf = ({ file }: Context): VoltammetryStory | undefined => file.electrochemistry?.voltammetry;

function toneOf({ scan }: SweepStory, last: number): Tone {
  return { ramp: last > 1 ? (scan - 1) / (last - 1) : 0.3 };
}

/** The scan at the cursor; without one the last, whose electrode has settled. */
function currentScan(context: Context): number {
  const sweeps = storyOf(context)?.sweeps ?? [];
  const inside = sweeps.filter(({ rows }) => isInside(rows, context.state.brush));
  return inside[currentIndex(inside, context.state.row, inside.length - 1)]?.scan ?? 0;
}

/** The line through the foot, the foot itself, and the height of the peak above it. */
function peakMarks(
  { baseline, potential, current, row }: SweepStory["peaks"][number],
  [lowest, highest]: readonly [number, number],
): Mark[] {
  const [from, to] = baseline.foot;
  const on = (volt: number): number => baseline.intercept.value + baseline.slope.value * volt;
  const top = on(potential.value) + current.value;
  const line = (x: readonly number[], look: Omit<LineMark, "kind" | "x" | "y" | "tone">): LineMark => ({
    kind: "line",
    x,
    y: x.map(on),
    tone: "ink",
    ...look,
  });
  const disc: PointMark = { kind: "points", x: [potential.value], y: [top], rows: [row], tone: "ink", shape: "disc" };
  const label: LabelMark = {
    kind: "label",
    x: potential.value,
    // outside of all curves
    y: current.value > 0 ? highest : lowest,
    lines: [richText(quantityText(potential)), richText(quantityText(current))],
    tone: "ink",
    place: current.value > 0 ? "above" : "below",
  };
  return [
    line([from.value, baseline.end.value], { width: 0.7, dash: true }),
    line([from.value, to.value], { width: 2 }),
    { kind: "line", x: [potential.value, potential.value], y: [on(potential.value), top], tone: "ink", width: 0.7 },
    disc,
    label,
  ];
}

function figure(context: Context): Figure {
  const sweeps = storyOf(context)?.sweeps ?? [];
  const { brush } = context.state;
  const scan = currentScan(context);
  const scans = sweeps.at(-1)?.scan ?? 1;
  const lines = sweeps.map(
    (sweep): LineMark => ({
      kind: "line",
      x: sweep.curve.voltageVolt,
      y: sweep.curve.currentMilliampere,
      rows: sweep.curve.row,
      tone: toneOf(sweep, scans),
      width: sweep.scan === scan ? 1.25 : 0.8,
      ...(isInside(sweep.rows, brush) ? {} : { faint: true }),
    }),
  );
  const shown = sweeps.filter((sweep) => sweep.scan === scan && isInside(sweep.rows, brush));
  const peaks = shown.flatMap((sweep) => sweep.peaks);
  const x = extent(lines.map((line) => line.x));
  const y = extent(lines.map((line) => line.y));
  const rate = shown[0]?.scanRate;
  return {
    x: { label: quantityLabel("Potential", "V"), ...padded(x, 0.02) },
    panels: [
      {
        weight: 1,
        // labels stand above and below the peaks
        left: { label: quantityLabel("Current", "mA"), ...padded(y, 0.2) },
        marks: [{ kind: "rule", y: 0 }, ...lines, ...peaks.flatMap((peak) => peakMarks(peak, y ?? [0, 0]))],
      },
    ],
    legend: [
      ...(peaks.length > 0
        ? [
            { label: richText(`peaks of scan ${scan}`), tone: "ink" as const, as: "disc" as const },
            { label: richText("baseline"), tone: "ink" as const, as: "dash" as const },
          ]
        : []),
    ],
    ...(scans > 1 ? { ramp: { label: "scan", first: 1, last: scans } } : {}),
    note: [
      ...(rate ? [`Scan ${scan} at ${quantityText(rate)}`] : []),
      peaks.length > 0 ? "currents above a straight line through the foot (thick)" : "no peak; a shoulder is none",
    ].join("; "),
    aspect: 0.72,
    data: () => {
      const rows = sweeps.flatMap((sweep) => sweep.peaks.map((peak) => ({ sweep, peak })));
      return {
        columns: [
          { name: "scan", unit: "", values: rows.map(({ sweep }) => sweep.scan) },
          { name: "direction", unit: "", values: rows.map(({ sweep }) => sweep.direction) },
          answersOf("scan rate", "mV/s", rows, ({ sweep }) => sweep.scanRate),
          answersOf("peak potential", "V", rows, ({ peak }) => peak.potential),
          answersOf("peak current", "mA", rows, ({ peak }) => peak.current),
          answersOf("charge", "mC", rows, ({ peak }) => peak.charge),
          answersOf("half-peak potential", "V", rows, ({ peak }) => peak.halfPeakPotential),
          { name: "foot from", unit: "V", values: rows.map(({ peak }) => peak.baseline.foot[0].value) },
          { name: "foot to", unit: "V", values: rows.map(({ peak }) => peak.baseline.foot[1].value) },
          { name: "until", unit: "", values: rows.map(({ peak }) => peak.baseline.until) },
        ],
        notes: ["Currents and charges are above a straight line through the foot; potentials as measured, no ohmic drop taken off."],
      };
    },
  };
}

export const CV: FigureSpec = {
  id: "cv",
  title: "Cyclic voltammogram",
  height: 430,
  brushOver: "curve",
  cursorLine: false,
  figure,
  follows: currentScan,
  command: ({ file }) => `thioscope cv ${shellWord(file.name)}`,
  python: (_, name) =>
    `${pythonHead(name)}for direction, peaks in data.groupby("direction"):\n    ax.errorbar(peaks["scan"], peaks["peak potential"], peaks["peak potential sigma"], fmt="o", ms=3, label=direction)\n` +
    `ax.set(xlabel="Scan", ylabel="Peak potential (V)")\nax.legend()\nfig.savefig("peaks.pdf")\n`,
};

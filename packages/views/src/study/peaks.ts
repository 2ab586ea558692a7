/** dQ/dV as the peaks it is made of: what was counted, each fitted peak over the background, their sum; cut-off peaks hatched. */
import { isComputable } from "@thioscope/core";
import { type HalfCycleCurve, type HalfCyclePeaks, inBasis, type StoryPeak } from "@thioscope/core/story";
import type { BandMark, DataColumn, Figure, LabelMark, LineMark, Mark, Tone } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import { quantityLabel, quantityText, richText } from "../text.ts";
import { at, inBrush, nearest } from "../track.ts";
import { answerColumn, type Context, ownError, type StudyModel, type Switch } from "./context.ts";

type WithPeaks = HalfCycleCurve & { peaks: HalfCyclePeaks };

const hasPeaks = (half: HalfCycleCurve): half is WithPeaks => half.peaks !== null && !("notComputable" in half.peaks);

/** Shows the peaks or hides them; has them found first where they were not. */
export function flipPeaks(model: StudyModel): boolean {
  const { file, peaks } = model.cursor.state;
  const halves = model.story.files[file]?.halfCycles ?? [];
  const known = halves.some((half) => half.peaks !== null);
  if (halves.length === 0 || (!known && !model.findPeaks)) return false;
  if (!known && !peaks) model.findPeaks?.(file);
  model.cursor.set({ peaks: !peaks });
  return true;
}

export const PEAKS_SWITCH: Switch = {
  label: "peaks",
  title: "dQ/dV as the peaks it is made of (p)",
  offered: ({ file }, model) =>
    file.halfCycles.length > 0 && (model.findPeaks !== undefined || file.halfCycles.some((half) => half.peaks !== null)),
  isOn: ({ peaks }) => peaks,
  flip: flipPeaks,
};

/** True where the peaks are asked for and known. */
export function showsPeaks({ file, state }: Context): boolean {
  return state.peaks && file.halfCycles.some((half) => half.peaks !== null);
}

/** The cycle whose peaks are drawn: that at the cursor, else the first inside the brush. */
export function cycleInFocus({ file, state }: Context): number {
  const inside = file.halfCycles.filter((half) => inBrush(half, state.brush));
  const { row } = state;
  const there = row === null ? undefined : inside.find((half) => row >= half.rows.first && row <= half.rows.last);
  return (there ?? inside[0])?.cycle ?? 0;
}

/** Source row of each potential: the row of the curve nearest in potential. */
export function rowsByVoltage(half: HalfCycleCurve, voltages: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: half.row.length }, (_, i) => i).sort((a, b) => at(half.voltageVolt, a) - at(half.voltageVolt, b));
  const sorted = Float64Array.from(order, (i) => at(half.voltageVolt, i));
  return Float64Array.from({ length: voltages.length }, (_, k) => {
    const i = order[nearest(sorted, at(voltages, k))];
    return i === undefined ? Number.NaN : at(half.row, i);
  });
}

/** As in the cycle summary: discharge and charge are told apart, not cycles. */
const toneOf = ({ direction }: HalfCycleCurve): Tone => (direction === "discharge" ? "first" : "second");

function marksOf(context: Context, half: WithPeaks): Mark[] {
  const { basis } = context;
  const { curve, list } = half.peaks;
  const tone = toneOf(half);
  const scaled = (values: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: values.length }, (_, i) => at(values, i) * basis.factor);
  const background = scaled(curve.background);
  const components = list.flatMap(({ component, potential }): Mark[] => {
    const indices = Array.from({ length: component.milliampereHourPerVolt.length }, (_, k) => component.from + k);
    const x = indices.map((i) => at(curve.voltageVolt, i));
    const low = indices.map((i) => at(background, i));
    const high = indices.map((_, k) => low[k]! + at(component.milliampereHourPerVolt, k) * basis.factor);
    const area: BandMark = { kind: "band", x, low, high, tone, ...(isComputable(potential) ? {} : { hatched: true }) };
    const edge: LineMark = { kind: "line", x, y: high, tone, width: 0.75 };
    return [area, edge];
  });
  const measured: LineMark = {
    kind: "line",
    x: curve.voltageVolt,
    y: scaled(curve.measured),
    rows: rowsByVoltage(half, curve.voltageVolt),
    tone: "quiet",
    width: 0.9,
    plain: true,
  };
  const sum: LineMark = {
    kind: "line",
    x: curve.voltageVolt,
    y: scaled(curve.fitted),
    tone: "ink",
    width: 1.15,
    dash: half.direction === "charge",
  };
  return [
    ...components,
    { kind: "line", x: curve.voltageVolt, y: background, tone: "quiet", width: 0.7, dash: true },
    measured,
    sum,
    ...labelsOf(context, half),
  ];
}

/** Potential and capacity of each peak at its top, the largest first where there is room for few. */
function labelsOf({ basis }: Context, half: WithPeaks): LabelMark[] {
  const { curve, list } = half.peaks;
  const place = half.direction === "charge" ? "above" : "below";
  return [...list]
    .sort((a, b) => b.capacity.value - a.capacity.value)
    .map((peak): LabelMark => {
      const { component, potential } = peak;
      let top = component.from;
      for (let k = 0; k < component.milliampereHourPerVolt.length; k++) {
        const here = Math.abs(at(component.milliampereHourPerVolt, k));
        if (here > Math.abs(at(component.milliampereHourPerVolt, top - component.from))) top = component.from + k;
      }
      const capacity = ownError(peak.capacity, basis);
      return {
        kind: "label",
        x: at(curve.voltageVolt, top),
        y: highestNear(curve, top) * basis.factor,
        lines: [
          [{ text: isComputable(potential) ? quantityText(potential) : "cut off", shift: 0 }],
          [{ text: isComputable(capacity) ? quantityText(capacity) : "", shift: 0 }],
        ],
        tone: isComputable(potential) ? "ink" : "quiet",
        place,
        optional: true,
        leader: true,
      };
    });
}

/** What stands furthest from zero within a few bins: the sum or the noise on it. */
function highestNear({ fitted, measured }: HalfCyclePeaks["curve"], bin: number): number {
  let far = at(fitted, bin);
  for (let i = bin - 3; i <= bin + 3; i++) {
    for (const value of [at(fitted, i), at(measured, i)]) if (value * Math.sign(far) > Math.abs(far)) far = value;
  }
  return far;
}

/** Columns of the peak table, capacities in the unit chosen. */
export function peakColumns(
  { basis }: Context,
  halves: readonly HalfCycleCurve[],
): { columns: DataColumn[]; notes: string[]; peaks: readonly StoryPeak[] } {
  const rows = halves.filter(hasPeaks).flatMap((half) => half.peaks.list.map((peak) => ({ half, peak })));
  const capacities = rows.map(({ peak }) => inBasis(peak.capacity, basis));
  const heights = rows.map(({ peak }) => peak.height);
  const closures = halves.filter(hasPeaks).map(({ peaks }) => peaks.closure.value);
  const range = extent([closures]);
  const notes = [
    "Errors are those of the readings and of the assumed form; the instrument's accuracy is common to the run and comes on top.",
    ...(range
      ? [
          `Peaks, background and what passed at the ends make up ${range.map((v) => v.toFixed(1)).join(" to ")} % of the capacity of each half cycle.`,
        ]
      : []),
    ...halves.flatMap(({ peaks, cycle, direction }) =>
      peaks && "notComputable" in peaks ? [`Cycle ${cycle}, ${direction}: ${peaks.notComputable}`] : [],
    ),
  ];
  return {
    peaks: rows.map(({ peak }) => peak),
    notes,
    columns: [
      { name: "cycle", unit: "", values: rows.map(({ half }) => half.cycle) },
      { name: "direction", unit: "", values: rows.map(({ half }) => half.direction) },
      { name: "potential", unit: "V", ...answerColumn(rows.map(({ peak }) => peak.potential)) },
      { name: "capacity", unit: basis.unit, ...answerColumn(capacities) },
      { name: "width", unit: "V", ...answerColumn(rows.map(({ peak }) => peak.width)) },
      { name: "height", unit: "mAh/V", ...answerColumn(heights) },
      {
        name: "remark",
        unit: "",
        values: rows.map(({ peak }) => (peak.cutBy ? `cut off at the ${peak.cutBy}` : peak.shoulder ? "shoulder" : "")),
      },
    ],
  };
}

/** @param unit of dQ/dV @param curve dQ/dV of a half cycle, drawn back */
export function peaksFigure(context: Context, unit: string, curve: (half: HalfCycleCurve) => LineMark): Figure {
  const { file, state } = context;
  const focus = cycleInFocus(context);
  const inside = file.halfCycles.filter((half) => inBrush(half, state.brush));
  const halves = inside.filter((half) => half.cycle === focus);
  const drawn = halves.filter(hasPeaks);
  const back = inside.filter((half) => half.cycle !== focus && half.dqdv.voltageVolt.length > 1).map(curve);
  const marks = drawn.flatMap((half) => marksOf(context, half));
  const lines = marks.filter((mark): mark is LineMark => mark.kind === "line");
  const range = extent(lines.map(({ y }) => y));
  const air = range ? 0.2 * (range[1] - range[0]) : 0;
  const refusals = halves.flatMap(({ peaks, direction }) =>
    peaks && "notComputable" in peaks ? [`No peaks of the ${direction}: ${peaks.notComputable}`] : [],
  );
  const shape = drawn[0]?.peaks.shape;
  const note = [shape ? `Peaks of ${shape} form over a background (dashed)` : "", ...refusals].filter((text) => text !== "").join("; ");
  const censored = drawn.some(({ peaks }) => peaks.list.some((peak) => !isComputable(peak.potential)));
  return {
    x: { label: quantityLabel("Voltage", "V"), ...padded(extent(lines.map(({ x }) => x)), 0.03) },
    panels: [
      {
        weight: 1,
        left: {
          label: quantityLabel("dQ/dV", unit),
          // labels stand outside of the peaks
          min: (range?.[0] ?? 0) - (drawn.some(({ direction }) => direction === "discharge") ? air : 0.02 * air),
          max: (range?.[1] ?? 1) + (drawn.some(({ direction }) => direction === "charge") ? air : 0.02 * air),
        },
        marks: [{ kind: "rule", y: 0 }, ...back, ...marks],
      },
    ],
    legend: [
      { label: richText(`cycle ${focus}, counted`), tone: "quiet", as: "line" },
      { label: richText("sum of peaks"), tone: "ink", as: "line" },
      ...drawn.map((half) => ({ label: richText(half.direction), tone: toneOf(half), as: "band" as const })),
      ...(censored ? [{ label: richText("cut off"), tone: "quiet" as const, as: "hatch" as const }] : []),
    ],
    ...(drawn.length === 0 ? { empty: refusals[0] ?? "No peaks in the rows selected." } : {}),
    ...(note ? { note } : {}),
    aspect: 0.78,
    data: () => {
      const { columns, notes } = peakColumns(context, inside);
      return { columns, notes };
    },
  };
}

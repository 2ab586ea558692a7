/** Voltage and current over time, voltage in the colour of its cycle. */
import type { HalfCycleCurve, StoryFile } from "@thioscope/core/story";
import type { Figure, LineMark } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import { quantityLabel } from "../text.ts";
import { at, lastAtMost } from "../track.ts";
import { type Context, cycleTone, type FigureSpec, pythonHead, shellWord } from "./context.ts";

function figure({ file, state }: Context): Figure {
  const { trace } = file;
  const n = trace.row.length;
  const [from, to] = visible(file.trace.row, state.brush);
  const slice = (values: ArrayLike<number>, a: number, b: number): Float64Array =>
    Float64Array.from({ length: b - a }, (_, i) => at(values, a + i));
  const hasTime = trace.timeHour.length > 0;
  const hasVoltage = trace.voltageVolt.length > 0;
  const hasCurrent = trace.currentMilliampere.length > 0;
  const clock = hasTime ? trace.timeHour : trace.row;
  const time = slice(clock, from, to);
  const current = slice(trace.currentMilliampere, from, to);
  const voltage: LineMark[] = [];
  // one line per half cycle or rest; each begins where the one before ended, so the trace has no gaps
  let start = 0;
  while (start < n) {
    const half = file.halfCycles.find((h) => at(trace.row, start) >= h.rows.first && at(trace.row, start) <= h.rows.last);
    const next = half ? half.rows.last : nextStart(file.halfCycles, at(trace.row, start));
    let end = start;
    while (end < n && at(trace.row, end) <= next) end++;
    const a = Math.max(0, start - 1);
    // narrowed to some rows, the half cycle's own curve has more points than the whole run's
    const fine = half && hasTime && state.brush && start < to && end > from;
    const joined = (values: ArrayLike<number>, own: ArrayLike<number> | undefined): ArrayLike<number> =>
      fine && own ? [...Array.from(slice(values, a, start)), ...Array.from(own)] : slice(values, a, end);
    voltage.push({
      kind: "line",
      x: joined(clock, half?.timeHour),
      y: joined(trace.voltageVolt, half?.voltageVolt),
      rows: joined(trace.row, half?.row),
      tone: half ? cycleTone(file, half.cycle) : "quiet",
      width: 1.1,
    });
    start = Math.max(end, start + 1);
  }
  const drawn =
    hasTime && file.halfCycles.length > 0 ? withSwitches(file, time, current) : { time, current, rows: slice(trace.row, from, to) };
  const timeRange = extent([time]);
  const currentRange = extent([current]);
  const cycles = file.halfCycles;
  return {
    x: {
      label: hasTime ? quantityLabel("Time", "h") : quantityLabel("Row", ""),
      min: timeRange?.[0] ?? 0,
      max: timeRange && timeRange[1] > timeRange[0] ? timeRange[1] : (timeRange?.[0] ?? 0) + 1,
    },
    panels: [
      ...(hasVoltage
        ? [
            {
              weight: 2.1,
              left: { label: quantityLabel("Voltage", "V"), ...padded(extent([slice(trace.voltageVolt, from, to)])) },
              marks: voltage,
            },
          ]
        : []),
      ...(hasCurrent
        ? [
            {
              weight: 1,
              left: { label: quantityLabel("Current", "mA"), ...padded(withZero(currentRange), 0.12) },
              marks: [
                ...(currentRange && currentRange[0] < 0 && currentRange[1] > 0 ? [{ kind: "rule" as const, y: 0 }] : []),
                {
                  kind: "line" as const,
                  x: drawn.time,
                  y: drawn.current,
                  ...("rows" in drawn ? { rows: drawn.rows } : {}),
                  tone: "quiet" as const,
                  width: 0.9,
                },
              ],
            },
          ]
        : []),
    ],
    legend: [],
    ...(cycles.length > 0 ? { ramp: { label: "cycle", first: cycles[0]!.cycle, last: cycles.at(-1)!.cycle } } : {}),
    ...(n === 0 || !(hasVoltage || hasCurrent)
      ? { empty: file.rows === 0 ? "The file holds no rows." : "The file holds neither voltage nor current." }
      : {}),
    aspect: 0.8,
    data: () => ({
      columns: [
        { name: "row", unit: "", values: slice(trace.row, from, to) },
        { name: "time", unit: "h", values: time },
        { name: "voltage", unit: "V", values: slice(trace.voltageVolt, from, to) },
        { name: "current", unit: "mA", values: current },
      ],
      ...(n < file.rows
        ? { notes: [`${to - from} of the file's ${file.rows} rows: reduced for the screen so that every extreme stays visible.`] }
        : {}),
    }),
  };
}

/** A current that is held differs by noise alone: beside its zero that is seen to be a line. */
const withZero = (range: [number, number] | null): [number, number] | null => range && [Math.min(0, range[0]), Math.max(0, range[1])];

/**
 * The current with the moments it was switched: a reduced run can lack the row at which a half cycle begins, and a
 * line to the next kept point would then slope where the current jumped. Inside a half cycle the nearest kept point tells.
 */
function withSwitches(file: StoryFile, time: Float64Array, current: Float64Array): { time: Float64Array; current: Float64Array } {
  const points = Array.from(time, (t, i) => ({ t, i: current[i]! }));
  for (const half of file.halfCycles) {
    const begin = at(half.timeHour, 0);
    const end = at(half.timeHour, half.timeHour.length - 1);
    const first = lastAtMost(time, begin) + 1;
    const last = lastAtMost(time, end);
    if (first > last) continue;
    // before and after it the current is that of the neighbour outside
    if (first > 0) points.push({ t: begin, i: current[first - 1]! });
    points.push({ t: begin, i: current[first]! }, { t: end, i: current[last]! });
    if (last + 1 < current.length) points.push({ t: end, i: current[last + 1]! });
  }
  points.sort((a, b) => a.t - b.t);
  return { time: Float64Array.from(points, (p) => p.t), current: Float64Array.from(points, (p) => p.i) };
}

/** First row after `row` that belongs to a half cycle, less one. */
function nextStart(halfCycles: readonly HalfCycleCurve[], row: number): number {
  return (halfCycles.find((half) => half.rows.first > row)?.rows.first ?? Number.POSITIVE_INFINITY) - 1;
}

/** Indices [from, to) of the trace's points that the brush leaves; at least two where there are any. */
function visible(rows: ArrayLike<number>, brush: { first: number; last: number } | null): [number, number] {
  if (!brush) return [0, rows.length];
  const from = Math.max(0, lastAtMost(rows, brush.first));
  return [from, Math.min(rows.length, Math.max(from + 2, lastAtMost(rows, brush.last) + 1))];
}

export const TRACE: FigureSpec = {
  id: "trace",
  title: "Voltage and current over time",
  height: 252,
  brushOver: "all",
  cursorLine: true,
  figure,
  command: ({ file }) => `thioscope convert ${shellWord(file.name)} --to bdf-csv`,
  python: (_, name) =>
    `${pythonHead(name)}ax.plot(data["time"], data["voltage"], lw=0.8)\nax.set(xlabel="Time (h)", ylabel="Voltage (V)")\nfig.savefig("trace.pdf")\n`,
};

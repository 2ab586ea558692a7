/** Potentials of the peaks of dQ/dV over temperature, of all files of the story; lines are the fitted slopes, their entropy below. */
import { isComputable } from "@thioscope/core";
import type { PeakTemperatures } from "@thioscope/core/story";
import type { Figure, LabelMark, LineMark, PointMark, Tone } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import { type Context, type FigureSpec, pythonHead } from "../study/context.ts";
import { quantityLabel, quantityText, richText } from "../text.ts";
import { answersOf, apart, numberOf, sigmaOf } from "./shared.ts";

/** Height of a label as a share of the plot's. */
const LABEL_SHARE = 0.06;

type Track = PeakTemperatures["tracks"][number];

const seriesOf = ({ file }: Context): PeakTemperatures | undefined => file.electrochemistry?.peakTemperatures;
const toneOf = ({ direction }: Track): Tone => (direction === "discharge" ? "first" : "second");

/** Ends of the line through a track: its slope through the middle of its points. */
function lineOf({ points, slope }: Track): { x: [number, number]; y: [number, number] } | null {
  const known = points.filter(({ potential }) => isComputable(potential));
  if (!isComputable(slope) || known.length < 2) return null;
  const mean = (of: (point: (typeof known)[number]) => number): number => known.reduce((sum, p) => sum + of(p), 0) / known.length;
  const [t, v] = [mean(({ temperature }) => temperature.value), mean(({ potential }) => numberOf(potential))];
  const ends = extent([known.map(({ temperature }) => temperature.value)])!;
  const on = (celsius: number): number => v + 1e-3 * slope.value * (celsius - t);
  return { x: [ends[0], ends[1]], y: [on(ends[0]), on(ends[1])] };
}

function figure(context: Context): Figure {
  const series = seriesOf(context);
  const tracks = (series?.tracks ?? []).filter(({ points }) => points.some(({ potential }) => isComputable(potential)));
  const own = context.state.file;
  const points = tracks.map((track): PointMark => {
    const known = track.points.filter(({ potential }) => isComputable(potential));
    return {
      kind: "points",
      x: known.map(({ temperature }) => temperature.value),
      y: known.map(({ potential }) => numberOf(potential)),
      sigma: known.map(({ potential }) => sigmaOf(potential)),
      // the cursor is in this file; peaks of the others are not under it
      rows: known.map(({ file, rows }) => (file === own && rows ? rows.first : Number.NaN)),
      tone: toneOf(track),
      shape: track.direction === "discharge" ? "disc" : "ring",
      size: 1.15,
    };
  });
  const lines = tracks.flatMap((track): LineMark[] => {
    const line = lineOf(track);
    return line ? [{ kind: "line", ...line, tone: toneOf(track), width: 0.8 }] : [];
  });
  const x = padded(extent(points.map((mark) => mark.x)), 0.08);
  // room for the slopes at the right of the points
  const max = x.max + 0.24 * (x.max - x.min);
  const y = padded(extent(points.map((mark) => mark.y)), 0.08);
  const sloped = tracks.flatMap((track) => {
    const line = lineOf(track);
    return line && isComputable(track.slope) ? [{ track, slope: track.slope, end: line.y[1], x: line.x[1] }] : [];
  });
  const heights = apart(
    sloped.map(({ end }) => end),
    LABEL_SHARE * (y.max - y.min),
  );
  const labels = sloped.map(
    ({ track, slope, x: end }, k): LabelMark => ({
      kind: "label",
      x: end + 0.02 * (max - x.min),
      y: heights[k]!,
      lines: [richText(quantityText(slope))],
      tone: toneOf(track),
      place: "right",
    }),
  );
  const entropies = (series?.pairs ?? []).flatMap(({ points: at, entropy }) =>
    isComputable(entropy) && at[0] ? [`${quantityText(entropy)} at ${at[0].potential.value.toFixed(2)} V`] : [],
  );
  const note = [
    "A slope of one direction holds what polarisation loses with temperature",
    ...(entropies.length > 0 ? [`half the sum of both gives ΔS = ${entropies.join(", ")}`] : []),
    ...(series?.unpaired ? [`no entropy: ${series.unpaired}`] : []),
    ...(series ? [`${quantityText(series.offset)} of the instrument's offset per file is assumed in the slopes`] : []),
  ].join("; ");
  return {
    x: { label: quantityLabel("Temperature", "°C"), min: x.min, max },
    panels: [
      {
        weight: 1,
        left: { label: quantityLabel("Potential of the peak", "V"), ...y },
        marks: [...lines, ...points, ...labels],
      },
    ],
    legend: [
      { label: richText("discharge"), tone: "first", as: "disc" },
      { label: richText("charge"), tone: "second", as: "ring" },
    ],
    note,
    aspect: 0.86,
    data: () => {
      const rows = tracks.flatMap((track) => track.points.map((point) => ({ track, point })));
      return {
        columns: [
          { name: "direction", unit: "", values: rows.map(({ track }) => track.direction) },
          { name: "peak", unit: "", values: rows.map(({ track }) => track.number) },
          answersOf("temperature", "°C", rows, ({ point }) => point.temperature),
          answersOf("potential", "V", rows, ({ point }) => point.potential),
          answersOf("share", "%", rows, ({ point }) => point.share),
          answersOf("slope", "mV/K", rows, ({ track }) => track.slope),
        ],
        notes: [note],
      };
    },
  };
}

export const PEAK_TEMPERATURES: FigureSpec = {
  id: "peak-temperatures",
  title: "Peaks of dQ/dV over temperature",
  height: 340,
  brushOver: "curve",
  cursorLine: false,
  figure,
  command: () => "thioscope dqdv FILE… --peaks --against temperature --cell LIST",
  python: (_, name) =>
    `${pythonHead(name)}for peak, points in data.groupby(["direction", "peak"]):\n    ax.errorbar(points["temperature"], points["potential"], points["potential sigma"], fmt="o-", ms=3)\nax.set(xlabel="Temperature (°C)", ylabel="Potential (V)")\nfig.savefig("entropy.pdf")\n`,
};

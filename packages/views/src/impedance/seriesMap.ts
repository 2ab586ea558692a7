/** The relaxation times of a whole series as a map: arcs that come, grow and move are lines in it. */
import type { Figure, MapMark, PointMark } from "../figure/model.ts";
import { extent } from "../figure/scale.ts";
import { type Context, type FigureSpec, pythonHead } from "../study/context.ts";
import { quantityLabel, type Run, richText } from "../text.ts";
import { at } from "../track.ts";
import { eisCommand, type Shown, seriesAxis, shownSpectra } from "./spectra.ts";

/** Edges half-way between places; the outer cells are as wide as their neighbours'. */
function edgesOf(places: readonly number[]): Float64Array {
  const n = places.length;
  return Float64Array.from({ length: n + 1 }, (_, i) => {
    if (n === 1) return places[0]! + i - 0.5;
    if (i === 0) return places[0]! - (places[1]! - places[0]!) / 2;
    if (i === n) return places[n - 1]! + (places[n - 1]! - places[n - 2]!) / 2;
    return (places[i - 1]! + places[i]!) / 2;
  });
}

/** Linear between two values of a grid in ln τ; NaN outside. */
function valueAt(taus: ArrayLike<number>, values: ArrayLike<number>, tau: number): number {
  const n = taus.length;
  if (n < 2 || tau < at(taus, 0) || tau > at(taus, n - 1)) return Number.NaN;
  const place = ((n - 1) * Math.log(tau / at(taus, 0))) / Math.log(at(taus, n - 1) / at(taus, 0));
  const i = Math.min(n - 2, Math.floor(place));
  return at(values, i) + (place - i) * (at(values, i + 1) - at(values, i));
}

const TAU: Run[] = [{ text: "τ (s)", shift: 0 }];
const PER_DECADE = 10;

function figure(context: Context): Figure {
  const { file } = context;
  const shown = shownSpectra(context).inside.filter(({ spectrum }) => !("notComputable" in spectrum.relaxation));
  const axis = seriesAxis(file);
  const drt = (s: Shown) => s.spectrum.relaxation as Exclude<Shown["spectrum"]["relaxation"], { notComputable: string }>;
  const range = extent(shown.map((s) => drt(s).tauSecond)) ?? [1e-6, 1];
  const rows = Math.max(8, Math.round(Math.log10(range[1] / range[0]) * PER_DECADE));
  const y = Float64Array.from({ length: rows + 1 }, (_, j) => range[0] * (range[1] / range[0]) ** (j / rows));
  const x = edgesOf(shown.map(({ index }) => axis.values[index]!));
  const values = new Float64Array(rows * shown.length);
  for (let j = 0; j < rows; j++) {
    const tau = Math.sqrt(y[j]! * y[j + 1]!);
    for (const [i, s] of shown.entries()) values[j * shown.length + i] = valueAt(drt(s).tauSecond, drt(s).gammaOhm, tau);
  }
  const highest = extent([values])?.[1] ?? 1;
  const map: MapMark = {
    kind: "map",
    x,
    y,
    values,
    scale: { label: quantityLabel("γ", "ohm"), low: 0, high: highest, colours: "viridis" },
    missing: "outside the spectrum's window",
    rows: shown.map((s) => s.spectrum.rows.first),
    lastRows: shown.map((s) => s.spectrum.rows.last),
  };
  const peaks = shown.flatMap((s) => drt(s).peaks.map((peak) => ({ s, peak })));
  const points: PointMark = {
    kind: "points",
    x: peaks.map(({ s }) => axis.values[s.index]!),
    y: peaks.map(({ peak }) => peak.tau.value),
    rows: peaks.map(({ s }) => s.spectrum.rows.first),
    lastRows: peaks.map(({ s }) => s.spectrum.rows.last),
    tone: "surface",
    shape: "ring",
    size: 0.7,
  };
  return {
    x: { label: axis.label, min: x[0] ?? 0, max: x.at(-1) ?? 1 },
    panels: [{ weight: 1, left: { label: TAU, min: range[0], max: range[1], log: true }, marks: [map, points] }],
    legend: [{ label: richText("arc"), tone: "quiet", as: "ring" }],
    ...(shown.length < 2 ? { empty: "A map needs two spectra." } : {}),
    aspect: 0.8,
    data: () => ({
      columns: [
        { name: "spectrum", unit: "", values: peaks.map(({ s }) => s.spectrum.name) },
        { name: axis.name === "spectrum" ? "number" : axis.name, unit: axis.unit, values: peaks.map(({ s }) => axis.values[s.index]!) },
        {
          name: "tau",
          unit: "s",
          values: peaks.map(({ peak }) => peak.tau.value),
          sigma: peaks.map(({ peak }) => peak.tau.sigma ?? Number.NaN),
        },
        {
          name: "resistance",
          unit: "ohm",
          values: peaks.map(({ peak }) => peak.resistance.value),
          sigma: peaks.map(({ peak }) => peak.resistance.sigma ?? Number.NaN),
        },
      ],
    }),
  };
}

export const SERIES_MAP: FigureSpec = {
  id: "drt-map",
  title: "Relaxation times over the series",
  height: 420,
  brushOver: "all",
  cursorLine: false,
  figure,
  command: (context) => eisCommand(context, "series"),
  python: (context, name) => {
    const axis = seriesAxis(context.file);
    const column = axis.name === "spectrum" ? "number" : axis.name;
    return (
      `${pythonHead(name)}points = ax.scatter(data["${column}"], data["tau"], c=data["resistance"], s=8)\nfig.colorbar(points, label="Resistance (Ω)")\n` +
      `ax.set(xlabel="${column}${axis.unit ? ` (${axis.unit})` : ""}", ylabel="τ (s)", yscale="log")\nfig.savefig("drt-series.pdf")\n`
    );
  },
};

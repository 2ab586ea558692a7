/** A series as a map: energy along one axis, the spectra in their order along the other. */
import type { NormalizedCurve } from "@thioscope/core/absorption";
import { cubicSpline, evaluateSpline } from "@thioscope/core/numerics";
import type { SpectroscopyContent } from "@thioscope/core/story";

type Maps = NonNullable<SpectroscopyContent["maps"]>;

/** Columns of a map that a screen can show apart. */
const MOST_COLUMNS = 400;

/** The region about the edge that all spectra cover; null for fewer than two spectra or none in common. */
export function contourOf(series: readonly NormalizedCurve[]): Maps[number] | null {
  if (series.length < 2) return null;
  const low = Math.max(...series.map(({ energy }) => energy[0]!));
  const high = Math.min(...series.map(({ energy }) => energy[energy.length - 1]!));
  const first = series[0]!;
  const peak = first.energy[first.value.reduce((best, v, i) => (v > first.value[best]! ? i : best), 0)]!;
  const [from, to] = [Math.max(low, peak - 12), Math.min(high, peak + 25)];
  if (!(to > from + 2)) return null;
  const step = (to - from) / MOST_COLUMNS;
  const at = Float64Array.from({ length: MOST_COLUMNS }, (_, i) => from + (i + 0.5) * step);
  const out = new Float64Array(MOST_COLUMNS);
  const values = series.flatMap(({ energy, value }) => {
    evaluateSpline(cubicSpline(energy, value), at, out);
    return Array.from(out, (v) => Number(v.toPrecision(5)));
  });
  return {
    title: "Contour over the series",
    x: { label: "Energy", unit: "eV" },
    y: { label: "Spectrum", unit: "" },
    value: { label: "Normalised absorption", unit: "" },
    columns: Array.from({ length: MOST_COLUMNS + 1 }, (_, i) => Number((from + i * step).toFixed(3))),
    rows: Array.from({ length: series.length + 1 }, (_, k) => k - 0.5),
    names: series.map(({ name }) => name),
    values,
  };
}

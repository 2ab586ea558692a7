/** Maps of Raman spectra: intensity over shift and series, and the areas of bands over the sample where spectra have places on a grid. */
import { cubicSpline, evaluateSpline } from "@thioscope/core/numerics";
import type { BandOverSeries, RamanFit } from "@thioscope/core/raman";
import type { SpectroscopyMap } from "@thioscope/core/story";

/** Columns of a map that a screen can show apart, and spectra. */
const MOST_COLUMNS = 400;
const MOST_ROWS = 400;
/** Bands that get a map of the sample each. */
const MOST_BANDS = 12;
/** of the step of a grid: stages do not stop twice at the same place */
const SAME_PLACE = 0.25;

export function ramanMaps(
  names: readonly string[],
  fits: readonly RamanFit[],
  bands: readonly BandOverSeries[],
  places: readonly (readonly number[] | null)[],
): SpectroscopyMap[] {
  const contour = contourOf(names, fits);
  return [...sampleMaps(bands, places), ...(contour ? [contour] : [])];
}

/** Without baselines, over the shifts that all spectra have; null for fewer than two spectra or none in common. */
function contourOf(names: readonly string[], fits: readonly RamanFit[]): SpectroscopyMap | null {
  if (fits.length < 2) return null;
  const from = Math.max(...fits.map(({ shift }) => shift[0]!));
  const to = Math.min(...fits.map(({ shift }) => shift[shift.length - 1]!));
  if (!(to > from)) return null;
  const stride = Math.ceil(fits.length / MOST_ROWS);
  const kept = fits.flatMap((fit, k) => (k % stride === 0 ? [{ fit, name: names[k]! }] : []));
  const width = Math.min(MOST_COLUMNS, fits[0]!.shift.length);
  const step = (to - from) / width;
  const at = Float64Array.from({ length: width }, (_, i) => from + (i + 0.5) * step);
  const out = new Float64Array(width);
  const values = kept.flatMap(({ fit: { shift, intensity, baseline } }) => {
    evaluateSpline(
      cubicSpline(
        shift,
        intensity.map((v, i) => v - baseline[i]!),
      ),
      at,
      out,
    );
    return Array.from(out, (v) => Number(v.toPrecision(5)));
  });
  return {
    title: "Intensity over the series",
    x: { label: "Raman shift", unit: "cm⁻¹" },
    y: { label: "Spectrum", unit: "" },
    value: { label: "Intensity without baseline", unit: "counts" },
    columns: Array.from({ length: width + 1 }, (_, i) => Number((from + i * step).toFixed(3))),
    rows: Array.from({ length: kept.length + 1 }, (_, k) => k - 0.5),
    names: kept.map(({ name }) => name),
    values,
  };
}

/** One per band that is found: its area at every place; none where places are not known or lie on a line. */
function sampleMaps(bands: readonly BandOverSeries[], places: readonly (readonly number[] | null)[]): SpectroscopyMap[] {
  if (places.length < 4 || places.some((place) => place === null)) return [];
  const axis = (k: number): number[] => gridLines(places.map((place) => place![k] ?? 0));
  const [x, y] = [axis(0), axis(1)];
  if (x.length < 2 || y.length < 2) return [];
  const cell = places.map((place) => nearestLine(y, place![1]!) * x.length + nearestLine(x, place![0]!));
  return bands.slice(0, MOST_BANDS).flatMap(({ species, position, areas }): SpectroscopyMap[] => {
    if (areas.every((area) => area === null)) return [];
    const sum = new Float64Array(x.length * y.length);
    const count = new Float64Array(x.length * y.length);
    for (const [k, area] of areas.entries()) {
      if (!area) continue;
      sum[cell[k]!]! += area.value;
      count[cell[k]!]! += 1;
    }
    return [
      {
        title: `${species} ${position} cm⁻¹ on the sample`,
        x: { label: "x", unit: "µm" },
        y: { label: "y", unit: "µm" },
        value: { label: `Area of ${species} ${position}`, unit: "counts cm⁻¹" },
        columns: edgesOf(x),
        rows: edgesOf(y),
        names: null,
        values: Array.from(sum, (s, i) => (count[i]! > 0 ? Number((s / count[i]!).toPrecision(6)) : Number.NaN)),
      },
    ];
  });
}

/** The lines of a grid that coordinates stand on, ascending. */
function gridLines(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const span = sorted[sorted.length - 1]! - sorted[0]!;
  const gaps = sorted.slice(1).map((v, i) => v - sorted[i]!);
  const widest = Math.max(0, ...gaps);
  if (!(widest > 1e-9 * Math.max(1, Math.abs(span)))) return [sorted[0]!];
  const lines: number[][] = [[sorted[0]!]];
  for (const [i, gap] of gaps.entries()) {
    if (gap > SAME_PLACE * widest) lines.push([]);
    lines[lines.length - 1]!.push(sorted[i + 1]!);
  }
  return lines.map((line) => line.reduce((a, b) => a + b, 0) / line.length);
}

function nearestLine(lines: readonly number[], value: number): number {
  return lines.reduce((best, line, i) => (Math.abs(line - value) < Math.abs(lines[best]! - value) ? i : best), 0);
}

function edgesOf(lines: readonly number[]): number[] {
  const between = lines.slice(1).map((v, i) => (v + lines[i]!) / 2);
  const first = 2 * lines[0]! - between[0]!;
  const last = 2 * lines[lines.length - 1]! - between[between.length - 1]!;
  return [first, ...between, last];
}
